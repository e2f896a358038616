"""Dense: one fully connected layer of a plan, its buffers and the calls that fill them; Noise: what it drops."""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import Call, FloatArray, constant


@dataclass(frozen=True, slots=True)
class Noise:
    """What a training step draws at random.

    Attributes
    ----------
    rng
        The stream of random numbers; its state belongs to the training run.
    dropout
        Share of the hidden layers' outputs that are dropped, from 0 to below 1.
    inputs
        Standard deviation of the noise on the inputs, at least 0.
    """

    rng: np.random.Generator
    dropout: float
    inputs: float

    def input_calls(self, inputs: FloatArray) -> list[Call]:
        """Return the calls that add normal noise to `inputs`, (rows, d), in place."""
        if not self.inputs:
            return []
        noise = np.empty_like(inputs, order="C")
        return [
            (self.rng.standard_normal, (None, noise.dtype, noise)),
            (np.multiply, (noise, constant(self.inputs, noise), noise)),
            (np.add, (inputs, noise, inputs)),
        ]

    def mask_calls(self, mask: FloatArray) -> list[Call]:
        """Return the calls that fill `mask` with 0 for what is dropped and 1 / (1 - dropout) for what is kept."""
        drawn = np.empty_like(mask)
        dropped, share = constant(self.dropout, mask), constant(1 / (1 - self.dropout), mask)
        kept = np.empty(mask.shape, dtype=np.bool_)
        return [
            (self.rng.random, (None, mask.dtype, drawn)),
            (np.greater_equal, (drawn, dropped, kept)),
            (np.multiply, (kept, share, mask)),
        ]


class Dense:
    """A fully connected layer for a fixed number of rows: z = W^T x + b, a = f(z).

    Parameters
    ----------
    block
        (n_in + 1, units): the weights, and the biases as the last row.
    activation
        Key of `ACTIVATIONS`.
    inputs
        (n_in + 1, rows): what the layer reads, one column per sample; the last row is all 1, for the biases.
    is_output
        Whether it is the last layer: it then keeps the pre-activations, which the loss reads, beside the outputs.
    noise
        What is dropped of a hidden layer's outputs in a training step; None for none.

    Attributes
    ----------
    pre_activation, output
        z and a, (units, rows). A hidden layer's are the same memory where its derivative is told from a.
    with_ones
        Hidden layers only: (units + 1, rows), what the layer after it reads: `output`, or what dropout left of it, and
        a last row of 1.
    mask
        With dropout: what `output` is multiplied by, (units, rows).
    delta
        dL/da, then dL/dz, (units, rows); made by the first call that asks for backward calls.
    """

    def __init__(
        self,
        block: FloatArray,
        activation: str,
        inputs: FloatArray,
        *,
        is_output: bool,
        noise: Noise | None = None,
    ) -> None:
        self.block = block
        self.activation = ACTIVATIONS[activation]
        self.inputs = inputs
        self._noise = noise if noise and noise.dropout and not is_output else None
        shape = (block.shape[1], inputs.shape[1])
        if is_output:
            self.with_ones = np.empty_like(block, shape=(0, 0))
            self.pre_activation = np.zeros_like(block, shape=shape)
            self.output = self.pre_activation if activation == "identity" else np.zeros_like(self.pre_activation)
        else:
            self.with_ones = np.ones_like(block, shape=(shape[0] + 1, shape[1]))
            self.output = np.zeros_like(block, shape=shape) if self._noise else self.with_ones[:-1]
            self.pre_activation = np.zeros_like(block, shape=shape) if self.activation.needs_z else self.output
        self.mask = np.ones_like(block, shape=shape if self._noise else (0, 0))
        self.delta = np.empty_like(block, shape=(0, 0))

    def forward_calls(self) -> list[Call]:
        """Return the calls that compute `output`, and `with_ones`, from `inputs`."""
        calls: list[Call] = [
            (self.block.T.dot, (self.inputs, self.pre_activation)),
            *self.activation.forward_calls(self.pre_activation, self.output),
        ]
        if self._noise:
            calls += self._noise.mask_calls(self.mask)
            calls.append((np.multiply, (self.output, self.mask, self.with_ones[:-1])))
        return calls

    def make_delta(self) -> FloatArray:
        """Allocate `delta` and return it."""
        self.delta = np.zeros_like(self.output)
        return self.delta

    def gradient_calls(self, gradient: FloatArray) -> list[Call]:
        """Return the calls that write dL/d(weights and biases), shaped like `block`, once `delta` is dL/dz."""
        return [(self.inputs.dot, (self.delta.T, gradient))]

    def delta_calls(self, after: "Dense") -> list[Call]:
        """Return the calls that compute `delta`, dL/dz, from the `delta` of the layer `after` this one."""
        delta = self.make_delta()
        calls: list[Call] = [(after.block[:-1].dot, (after.delta, delta))]
        if self._noise:
            calls.append((np.multiply, (delta, self.mask, delta)))
        return calls + self.activation.backward_calls(self.pre_activation, self.output, delta)
