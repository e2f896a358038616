"""Registry of losses: mean squared error, binary and categorical cross-entropy, each a mean over rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import Call, FloatArray, constant


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss L of a network's output layer: pre-activations ("logits") z, outputs a = f(z), targets y.

    Attributes
    ----------
    name, label
        Key in `LOSSES`; the name a person reads.
    formula
        Plain text, over n rows and k outputs.
    source
        Where the loss comes from.
    output_activations
        Names of the output activations it may be paired with.
    fused_with
        The output activation whose derivative cancels against the loss's: then dL/dz = scale (a - y), and nothing is
        divided by an output that may be 0.
    per_row
        ``per_row(z, a, y) -> (n,)``: each row's share, from arrays (n, k); L is their mean. The cross-entropies use z
        alone, which is why they have no logarithm of 0.
    """

    name: str
    label: str
    formula: str
    source: str
    output_activations: tuple[str, ...]
    fused_with: str
    per_row: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]

    def value(self, logits: FloatArray, target: FloatArray, activation: str) -> float:
        """Return L, a mean over rows.

        Parameters
        ----------
        logits
            Pre-activations z of the output layer, (n, k).
        target
            (n, k).
        activation
            Name of the output activation, one of `output_activations`.

        Returns
        -------
        float
            nan when there are no rows. Computed in 64-bit numbers, so that finite 32-bit logits give a finite loss.
        """
        if not len(logits):
            return float("nan")
        wide = np.asarray(logits, dtype=np.float64)
        output = ACTIVATIONS[activation].value(wide)
        return float(self.per_row(wide, output, np.asarray(target, dtype=np.float64)).mean())

    def gradient_calls(
        self, activation: str, z: FloatArray, a: FloatArray, y: FloatArray, delta: FloatArray
    ) -> list[Call]:
        """Return the calls that write dL/dz into `delta`; arrays are (k, rows), as everywhere in a plan.

        All three losses share the form dL/d(z or a) = scale (a - y): the cross-entropies once fused with their
        activation, mean squared error before the activation's own derivative.
        """
        units, rows = delta.shape
        scale = 2 / (rows * units) if self.name == "mean_squared_error" else 1 / rows
        calls: list[Call] = [(np.subtract, (a, y, delta)), (np.multiply, (delta, constant(scale, delta), delta))]
        return calls if activation == self.fused_with else calls + ACTIVATIONS[activation].backward_calls(z, a, delta)


def _squared_error(_z: FloatArray, a: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray(np.square(a - y).mean(axis=1))


def _binary_cross_entropy(z: FloatArray, _a: FloatArray, y: FloatArray) -> FloatArray:
    # -y log s(z) - (1 - y) log(1 - s(z)) = max(z, 0) - y z + log(1 + exp(-|z|)): nothing here can overflow.
    entropy = np.log1p(np.exp(-np.abs(z)))
    entropy += np.maximum(z, 0)
    entropy -= y * z
    return np.asarray(entropy[:, 0] if entropy.shape[1] == 1 else entropy.sum(axis=1))


def _categorical_cross_entropy(z: FloatArray, _a: FloatArray, y: FloatArray) -> FloatArray:
    # -sum y log softmax(z) = log sum exp(z - m) - sum y (z - m), m the row's largest logit; the y of a row sum to 1.
    shifted = z - z.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(shifted).sum(axis=1)) - (y * shifted).sum(axis=1))


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        "mean_squared_error": Loss(
            name="mean_squared_error",
            label="mean squared error",
            formula="L = 1/(n k) sum (a - y)^2",
            source="Gauss, Theoria combinationis observationum (1821): least squares.",
            output_activations=("identity", "sigmoid", "tanh", "relu", "softmax"),
            fused_with="identity",
            per_row=_squared_error,
        ),
        "binary_cross_entropy": Loss(
            name="binary_cross_entropy",
            label="cross-entropy",
            formula="L = -1/n sum (y log a + (1 - y) log(1 - a))",
            source="Bishop, Neural Networks for Pattern Recognition (1995), section 6.7.",
            output_activations=("sigmoid",),
            fused_with="sigmoid",
            per_row=_binary_cross_entropy,
        ),
        "categorical_cross_entropy": Loss(
            name="categorical_cross_entropy",
            label="cross-entropy",
            formula="L = -1/n sum_rows sum_classes y log a",
            source="Bishop, Neural Networks for Pattern Recognition (1995), section 6.9.",
            output_activations=("softmax",),
            fused_with="softmax",
            per_row=_categorical_cross_entropy,
        ),
    }
)
