"""Dense: one fully connected layer of a plan, its buffers and the calls that fill them."""

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import Call, FloatArray


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

    Attributes
    ----------
    pre_activation, output
        z and a, (units, rows). A hidden layer's are the same memory where its
        derivative is told from a.
    with_ones
        Hidden layers only: (units + 1, rows), `output` and a last row of 1, for the layer after it to read.
    delta
        dL/da, then dL/dz, (units, rows); made by the first call that asks for backward calls.
    """

    def __init__(self, block: FloatArray, activation: str, inputs: FloatArray, *, is_output: bool) -> None:
        self.block = block
        self.activation = ACTIVATIONS[activation]
        self.inputs = inputs
        shape = (block.shape[1], inputs.shape[1])
        if is_output:
            self.with_ones = np.empty_like(block, shape=(0, 0))
            self.pre_activation = np.zeros_like(block, shape=shape)
            self.output = self.pre_activation if activation == "identity" else np.zeros_like(self.pre_activation)
        else:
            self.with_ones = np.ones_like(block, shape=(shape[0] + 1, shape[1]))
            self.output = self.with_ones[:-1]
            self.pre_activation = np.zeros_like(block, shape=shape) if self.activation.needs_z else self.output
        self.delta = np.empty_like(block, shape=(0, 0))

    def forward_calls(self) -> list[Call]:
        """Return the calls that compute `output` from `inputs`."""
        return [
            (self.block.T.dot, (self.inputs, self.pre_activation)),
            *self.activation.forward_calls(self.pre_activation, self.output),
        ]

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
        return [(after.block[:-1].dot, (after.delta, delta)), *self.activation.backward_calls(self.pre_activation, self.output, delta)]
