"""A training step as a plan: bound NumPy calls on preallocated arrays, made once per network and batch size."""

import numpy as np

from nnviz.engine.arrays import Call, FloatArray
from nnviz.engine.layers import Dense, Noise
from nnviz.engine.losses import LOSSES
from nnviz.engine.masks import Hold
from nnviz.engine.mlp import MLP, layer_blocks


def pack_rows(mlp: MLP, inputs: FloatArray, target: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return rows as plans read them, (n, d + 1 + k [+ 1]): inputs, a 1 for the biases, target, weights if any.

    Kept together, a batch is gathered by one call. Numbers too large for the dtype become infinite.
    """
    d, k = mlp.config.n_inputs, mlp.config.n_outputs
    packed = np.ones((len(inputs), d + 1 + k + (weights is not None)), dtype=mlp.dtype)
    with np.errstate(over="ignore"):
        packed[:, :d] = inputs
        packed[:, d + 1 : d + 1 + k] = target
        if weights is not None:
            packed[:, -1] = weights
    return packed


class ForwardPlan:
    """The forward pass for a fixed number of rows.

    Parameters
    ----------
    mlp
        The network; its parameters are read at each run.
    rows
        Number of rows.
    weighted
        Whether packed rows carry a weight.
    noise
        What a training step draws at random; None for none.

    Attributes
    ----------
    batch
        (rows, d + 1 + k [+ 1]): fill it with packed rows, then run the calls.
    layers
        One `Dense` per layer.
    target
        The batch's targets, a (k, rows) view.
    row_weights
        The batch's weights, a (1, rows) view, or None.
    forward
        The calls.
    """

    def __init__(self, mlp: MLP, rows: int, *, weighted: bool = False, noise: Noise | None = None) -> None:
        d, k = mlp.config.n_inputs, mlp.config.n_outputs
        self.batch = np.ones((rows, d + 1 + k + weighted), dtype=mlp.dtype)
        self.target = self.batch[:, d + 1 : d + 1 + k].T
        self.row_weights = self.batch[:, -1:].T if weighted else None
        inputs = self.batch[:, : d + 1].T
        layers: list[Dense] = []
        for config, block in zip(mlp.config.layers, mlp.blocks, strict=True):
            is_output = len(layers) == len(mlp.blocks) - 1
            layers.append(Dense(block, config.activation, inputs, is_output=is_output, noise=noise))
            inputs = layers[-1].with_ones
        self.layers = tuple(layers)
        self.forward: list[Call] = noise.input_calls(self.batch[:, :d]) if noise else []
        self.forward += [call for layer in layers for call in layer.forward_calls()]

    @property
    def logits(self) -> FloatArray:
        """Pre-activations of the output layer, (k, rows)."""
        return self.layers[-1].pre_activation

    @property
    def output(self) -> FloatArray:
        """Outputs of the network, (k, rows)."""
        return self.layers[-1].output


class StepPlan(ForwardPlan):
    """One training step for a fixed number of rows: forward, backward and update.

    Plans for different numbers of rows share the gradient and the update.

    Parameters
    ----------
    mlp
        The network; its parameters change at each update.
    rows
        Rows in a batch; the gradient is the mean over them.
    gradient
        (n_parameters,), written at each backward pass, laid out like the parameters.
    update
        The calls that turn the gradient into an update of the parameters.
    weighted, noise
        As for `ForwardPlan`.
    hold
        What gets no gradient; None for nothing.

    Attributes
    ----------
    forward, backward, update
        The calls, in the order of running.
    gradient_step
        `forward` and `backward` in one list.
    """

    def __init__(
        self,
        mlp: MLP,
        rows: int,
        gradient: FloatArray,
        update: list[Call],
        *,
        weighted: bool = False,
        noise: Noise | None = None,
        hold: Hold | None = None,
    ) -> None:
        super().__init__(mlp, rows, weighted=weighted, noise=noise)
        self.backward = self._backward_calls(mlp, gradient)
        if hold is not None:
            self.backward += hold.gradient_calls(gradient)
        self.gradient_step = self.forward + self.backward
        self.update = update

    def _backward_calls(self, mlp: MLP, gradient: FloatArray) -> list[Call]:
        """Return the chain rule's calls, from the loss down to the first layer."""
        blocks = layer_blocks(mlp.config, gradient)
        last = self.layers[-1]
        activation = mlp.config.layers[-1].activation
        loss = LOSSES[mlp.config.loss]
        calls = loss.gradient_calls(
            activation, self.logits, self.output, self.target, last.make_delta(), self.row_weights
        )
        calls += last.gradient_calls(blocks[-1])
        for index in range(len(self.layers) - 2, -1, -1):
            layer = self.layers[index]
            calls += layer.delta_calls(self.layers[index + 1])
            calls += layer.gradient_calls(blocks[index])
        return calls
