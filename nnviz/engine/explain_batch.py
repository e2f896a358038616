"""Gradients of many rows at once in float64: by the chain rule, and by finite differences of the loss."""

from collections.abc import Iterator, Sequence

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain_losses import LOSS_SLOPES, is_fused
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, layer_blocks

_ROWS_AT_ONCE = 16_384  # larger batches are walked through, so that the memory does not grow with them
_RELATIVE_STEP = float(np.cbrt(np.finfo(np.float64).eps))


class WideNetwork:
    """A float64 copy of a network, with the passes that explaining many rows needs.

    Attributes
    ----------
    config
        The architecture.
    parameters
        (n_parameters,), float64, owned.
    blocks
        Per layer, the (n_in + 1, units) view of it, biases last.
    """

    def __init__(self, mlp: MLP) -> None:
        self.config = mlp.config
        self.parameters = np.array(mlp.parameters, dtype=np.float64)
        self.blocks = layer_blocks(mlp.config, self.parameters)

    def forward(
        self, reads: FloatArray, first: int = 0, kept: Sequence[FloatArray] = ()
    ) -> tuple[list[FloatArray], list[FloatArray]]:
        """Return the pre-activations and the activations, (n, units), of layer `first` and all after it.

        `reads`, (n, n_in), is what layer `first` reads. `kept`, (n, units) per hidden layer from `first` on, is what
        dropout multiplies the activations by before the next layer reads them, and they are returned so.
        """
        pre_activations, activations = [], []
        for index, (layer, block) in enumerate(zip(self.config.layers[first:], self.blocks[first:], strict=True)):
            pre_activations.append(reads @ block[:-1] + block[-1])
            reads = ACTIVATIONS[layer.activation].value(pre_activations[-1])
            if index < len(kept):
                reads = reads * kept[index]
            activations.append(reads)
        return pre_activations, activations

    def row_losses(self, logits: FloatArray, output: FloatArray, target: FloatArray) -> FloatArray:
        """Return each row's loss, (n,)."""
        return LOSSES[self.config.loss].per_row(logits, output, target)

    def deltas(
        self,
        pre_activations: list[FloatArray],
        activations: list[FloatArray],
        target: FloatArray,
        last: int = 0,
        kept: Sequence[FloatArray] = (),
    ) -> list[FloatArray]:
        """Return dL/dz, (n, units), of the layers `last`, `last` + 1, ..., each row's own loss being L.

        `kept` as in `forward`, from the first layer on.
        """
        delta = self._output_delta(pre_activations[-1], activations[-1], target)
        found = [delta]
        for index in range(len(self.blocks) - 2, last - 1, -1):
            slope = ACTIVATIONS[self.config.layers[index].activation].derivative(pre_activations[index])
            delta = (delta @ self.blocks[index + 1][:-1].T) * slope
            if index < len(kept):
                delta = delta * kept[index]
            found.append(delta)
        return found[::-1]

    def _output_delta(self, z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
        activation = self.config.layers[-1].activation
        if is_fused(self.config):
            return a - y
        by_output = LOSS_SLOPES[self.config.loss].by_output(z, a, y)
        if activation == "softmax":
            return np.asarray(a * (by_output - (by_output * a).sum(axis=1, keepdims=True)))
        return np.asarray(by_output * ACTIVATIONS[activation].derivative(z))


def checked_rows(
    mlp: MLP, rows: FloatArray, targets: FloatArray, row_weights: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return rows (n, d), targets (n, k) and row weights (n,) in float64; ValueError for any other shape or no rows."""
    x, y = np.asarray(rows, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    d, k = mlp.config.n_inputs, mlp.config.n_outputs
    if x.ndim != 2 or not len(x) or x.shape[1] != d or y.shape != (len(x), k):
        raise ValueError(f"Rows and targets have shapes (n, {d}) and (n, {k}), n > 0, not {x.shape} and {y.shape}.")
    weights = np.ones(len(x)) if row_weights is None else np.asarray(row_weights, dtype=np.float64)
    if weights.shape != (len(x),):
        raise ValueError(f"{len(x)} rows have as many weights, not an array of shape {weights.shape}.")
    return x, y, weights


def row_slices(n: int) -> Iterator[slice]:
    """Yield the slices in which n rows are walked through."""
    for start in range(0, n, _ROWS_AT_ONCE):
        yield slice(start, start + _ROWS_AT_ONCE)


def difference_step(value: float) -> float:
    """Return the step of a central difference around `value`: eps^(1/3) times the larger of 1 and its size.

    Its truncation error grows with the step squared and its rounding error with 1 / step; this is where, in float64,
    the two are about equal (Nocedal and Wright, Numerical Optimization, 2006, section 8.1).
    """
    return _RELATIVE_STEP * max(1.0, abs(value))


def exact_gradient(
    mlp: MLP, rows: FloatArray, targets: FloatArray, row_weights: FloatArray | None = None
) -> FloatArray:
    """Return the gradient of the loss by the chain rule, without penalties.

    Written apart from the training step and its buffers, so that each can be held against the other.

    Parameters
    ----------
    mlp
        The network, of either dtype; unchanged.
    rows, targets
        (n, d) and (n, k), n at least 1.
    row_weights
        (n,), used as given; None: all 1. The loss is the mean over the rows of weight times loss.

    Returns
    -------
    FloatArray
        (n_parameters,), float64, laid out like the parameters.

    Raises
    ------
    ValueError
        For arrays of other shapes, or no rows.
    """
    x, y, weights = checked_rows(mlp, rows, targets, row_weights)
    network = WideNetwork(mlp)
    gradient = np.zeros_like(network.parameters)
    blocks = layer_blocks(mlp.config, gradient)
    with np.errstate(all="ignore"):
        for part in row_slices(len(x)):
            z, a = network.forward(x[part])
            for block, reads, delta in zip(blocks, [x[part], *a], network.deltas(z, a, y[part]), strict=False):
                weighted = delta * weights[part, None]
                block[:-1] += reads.T @ weighted
                block[-1] += weighted.sum(axis=0)
        gradient /= len(x)
    return gradient


def numeric_gradient(
    mlp: MLP, rows: FloatArray, targets: FloatArray, row_weights: FloatArray | None = None
) -> FloatArray:
    """Return the gradient of the loss by central differences: what the chain rule must agree with.

    Takes two forward passes per parameter, from its layer on: for small networks.

    Parameters
    ----------
    mlp, rows, targets, row_weights
        As in `exact_gradient`.

    Returns
    -------
    FloatArray
        (n_parameters,), float64. Around 1e-10 of the loss is rounding; meaningless where a kink lies inside a step.

    Raises
    ------
    ValueError
        For arrays of other shapes, or no rows.
    """
    x, y, weights = checked_rows(mlp, rows, targets, row_weights)
    network = WideNetwork(mlp)
    gradient = np.zeros_like(network.parameters)
    with np.errstate(all="ignore"):
        for part in row_slices(len(x)):
            reads = [x[part], *network.forward(x[part])[1]]
            for first, (block, slopes) in enumerate(
                zip(network.blocks, layer_blocks(mlp.config, gradient), strict=True)
            ):
                for place in np.ndindex(block.shape):
                    value = float(block[place])
                    sums, values = [], []
                    for sign in (1, -1):
                        block[place] = value + sign * difference_step(value)
                        z, a = network.forward(reads[first], first)
                        sums.append(float((network.row_losses(z[-1], a[-1], y[part]) * weights[part]).sum()))
                        values.append(float(block[place]))
                    slopes[place] += (sums[0] - sums[1]) / (values[0] - values[1])
                    block[place] = value
        gradient /= len(x)
    return gradient
