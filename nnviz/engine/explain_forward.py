"""The forward pass of one row, neuron by neuron, with every product and sum kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.mlp import MLP

BIAS: Final = -1
"""The source of a bias: it is the last row of its layer's block, and what it multiplies is always 1."""


def frozen(values: object) -> FloatArray:
    """Return a float64 copy that cannot be written to."""
    copy = np.array(values, dtype=np.float64, order="C")
    copy.flags.writeable = False
    return copy


def sum_in_order(terms: FloatArray, axis: int = 0) -> FloatArray:
    """Return the sums along `axis`, each added up from the first term to the last, without compensation.

    NumPy's own sum adds in pairs and a matrix product in blocks: their last digits differ from those of a sum that is
    shown term by term. `terms` must not be empty along `axis`.
    """
    return np.asarray(np.take(np.add.accumulate(terms, axis=axis), -1, axis=axis))


@dataclass(frozen=True, slots=True)
class NeuronTrace:
    """One neuron's part in the forward pass.

    In float64, exactly: ``products == weights * inputs``; ``total`` is ``products[0] + products[1] + ...``, added from
    left to right; ``pre_activation == total + bias``.

    Attributes
    ----------
    layer, unit
        Which neuron: the layer's index (0 is the first layer after the inputs), its index in the layer.
    activation_name
        Key of `ACTIVATIONS`.
    inputs, weights, products
        What it reads, the weight of each, weight times input; (n_in,).
    total
        Sum of the products.
    bias
        Its bias b.
    pre_activation
        z = total + b.
    derivative
        da/dz at z. For softmax, where a depends on every z of the layer, the derivative by its own z.
    activation
        Its output a.
    kept
        What dropout multiplies a by before the next layer reads it: 1 without dropout, 0 when it is dropped.
    """

    layer: int
    unit: int
    activation_name: str
    inputs: FloatArray
    weights: FloatArray
    products: FloatArray
    total: float
    bias: float
    pre_activation: float
    derivative: float
    activation: float
    kept: float = 1.0


@dataclass(frozen=True, slots=True)
class LayerTrace:
    """One layer's part in the forward pass; arrays are float64 and read-only.

    Attributes
    ----------
    index
        0 is the first layer after the inputs, as in ``config.layers``.
    activation_name
        Key of `ACTIVATIONS`.
    inputs
        What the layer reads, (n_in,).
    weights, biases
        (n_in, units) and (units,).
    totals
        Sums of the products, (units,), each added up from the first input to the last.
    pre_activations
        z = totals + biases, (units,).
    derivatives
        da/dz, (units,); for softmax the diagonal of the Jacobian.
    activations
        a, (units,).
    kept
        What dropout multiplies a by before the next layer reads it, (units,); None without dropout.
    """

    index: int
    activation_name: str
    inputs: FloatArray
    weights: FloatArray
    biases: FloatArray
    totals: FloatArray
    pre_activations: FloatArray
    derivatives: FloatArray
    activations: FloatArray
    kept: FloatArray | None = None

    @property
    def products(self) -> FloatArray:
        """Each weight times its input, (n_in, units), worked out anew at each reading."""
        with np.errstate(all="ignore"):
            return frozen(self.weights * self.inputs[:, None])

    def neuron(self, unit: int) -> NeuronTrace:
        """Return the numbers of one neuron; ValueError when there is no such unit."""
        if not 0 <= unit < len(self.biases):
            raise ValueError(f"Layer {self.index} has units 0 to {len(self.biases) - 1}, not {unit}.")
        with np.errstate(all="ignore"):
            products = frozen(self.weights[:, unit] * self.inputs)
        return NeuronTrace(
            layer=self.index,
            unit=unit,
            activation_name=self.activation_name,
            inputs=self.inputs,
            weights=frozen(self.weights[:, unit]),
            products=products,
            total=float(self.totals[unit]),
            bias=float(self.biases[unit]),
            pre_activation=float(self.pre_activations[unit]),
            derivative=float(self.derivatives[unit]),
            activation=float(self.activations[unit]),
            kept=1.0 if self.kept is None else float(self.kept[unit]),
        )


@dataclass(frozen=True, slots=True)
class ForwardTrace:
    """The forward pass of one row.

    Attributes
    ----------
    inputs
        (d,).
    layers
        The hidden layers, then the output layer.
    """

    inputs: FloatArray
    layers: tuple[LayerTrace, ...]

    @property
    def output(self) -> FloatArray:
        """The network's outputs, (k,)."""
        return self.layers[-1].activations

    @property
    def logits(self) -> FloatArray:
        """Pre-activations of the output layer, (k,)."""
        return self.layers[-1].pre_activations

    def neuron(self, layer: int, unit: int) -> NeuronTrace:
        """Return the numbers of one neuron; ValueError when there is no such layer or unit."""
        if not 0 <= layer < len(self.layers):
            raise ValueError(f"The network has layers 0 to {len(self.layers) - 1}, not {layer}.")
        return self.layers[layer].neuron(unit)


def trace_row(mlp: MLP, inputs: FloatArray, kept: Sequence[FloatArray] = ()) -> ForwardTrace:
    """Return the forward pass of one row with all its numbers.

    Everything is worked out in float64 from the network's parameters as they are and from the inputs as given, so it
    differs from a float32 network's own output in the last of that type's digits. Nothing passed in is changed, and
    the trace shares no memory with it: it stays as it is while training goes on.

    Parameters
    ----------
    mlp
        The network.
    inputs
        One row, (d,).
    kept
        Per hidden layer, what dropout multiplies the activations by, (units,); empty without dropout.

    Returns
    -------
    ForwardTrace
        Sums are added up from the first input to the last, the bias at the end.

    Raises
    ------
    ValueError
        When `inputs` has another shape.
    """
    row = frozen(inputs)
    if row.shape != (mlp.config.n_inputs,):
        raise ValueError(f"A row has shape ({mlp.config.n_inputs},), not {row.shape}.")
    layers: list[LayerTrace] = []
    reads = row
    with np.errstate(all="ignore"):
        for index, config in enumerate(mlp.config.layers):
            weights, biases = frozen(mlp.weights[index]), frozen(mlp.biases[index])
            totals = frozen(sum_in_order(weights * reads[:, None]))
            z = frozen(totals + biases)
            function = ACTIVATIONS[config.activation]
            a, slope = frozen(function.value(z)), frozen(function.derivative(z))
            dropped = frozen(kept[index]) if index < len(kept) else None
            layers.append(LayerTrace(index, config.activation, reads, weights, biases, totals, z, slope, a, dropped))
            reads = a if dropped is None else frozen(a * dropped)
    return ForwardTrace(row, tuple(layers))
