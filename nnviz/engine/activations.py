"""Registry of activation functions: value, derivative, and the calls they contribute to a step plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from nnviz.engine.arrays import Call, FloatArray, constant

_INFINITY = float("inf")


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function a = f(z).

    Attributes
    ----------
    name, label
        Key in `ACTIVATIONS`; the name a person reads.
    formula, derivative_formula
        Plain text, in terms of the pre-activation z and the output a.
    output_range
        Smallest and largest value of f.
    source
        Where the function comes from.
    value
        ``value(z) -> a``: allocates, keeps dtype and shape (..., units).
    derivative
        ``derivative(z) -> da/dz`` element by element: allocates, keeps dtype and shape. For softmax, whose outputs all
        depend on all inputs, this is the diagonal of the Jacobian diag(a) - a a^T.
    forward_calls
        ``forward_calls(z, a)``: the calls that write f(z) into a; arrays (units, rows); a may be z itself.
    backward_calls
        ``backward_calls(z, a, delta)``: the calls that turn delta from dL/da into dL/dz in place; arrays (units, rows).
    needs_z
        Whether `backward_calls` reads z, which must then be kept apart from a; False when the derivative is told from
        the output alone.
    """

    name: str
    label: str
    formula: str
    derivative_formula: str
    output_range: tuple[float, float]
    source: str
    value: Callable[[FloatArray], FloatArray]
    derivative: Callable[[FloatArray], FloatArray]
    forward_calls: Callable[[FloatArray, FloatArray], list[Call]]
    backward_calls: Callable[[FloatArray, FloatArray, FloatArray], list[Call]]
    needs_z: bool = False


def _identity_value(z: FloatArray) -> FloatArray:
    return z.copy()


def _identity_derivative(z: FloatArray) -> FloatArray:
    return np.ones_like(z)


def _identity_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    return [] if a is z else [(np.positive, (z, a))]


def _identity_backward(_z: FloatArray, _a: FloatArray, _delta: FloatArray) -> list[Call]:
    return []


def _sigmoid_value(z: FloatArray) -> FloatArray:
    decay = np.exp(-np.abs(z))  # in (0, 1], so neither branch can overflow
    larger = 1 / (1 + decay)
    return np.asarray(np.where(z >= 0, larger, decay * larger))


def _sigmoid_derivative(z: FloatArray) -> FloatArray:
    decay = np.exp(-np.abs(z))  # the derivative is even in z
    return np.asarray(decay / np.square(1 + decay))


def _sigmoid_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    # exp(-z) overflows to infinity for z below -88 in 32 bits, and 1/infinity is the 0 that is wanted.
    one = constant(1, z)
    return [(np.negative, (z, a)), (np.exp, (a, a)), (np.add, (a, one, a)), (np.reciprocal, (a, a))]


def _sigmoid_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    slope = np.empty_like(delta)
    return [
        (np.subtract, (constant(1, a), a, slope)),
        (np.multiply, (slope, a, slope)),
        (np.multiply, (delta, slope, delta)),
    ]


def _tanh_derivative(z: FloatArray) -> FloatArray:
    return 1 - np.square(np.tanh(z))


def _tanh_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    return [(np.tanh, (z, a))]


def _tanh_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    slope = np.empty_like(delta)
    return [
        (np.square, (a, slope)),
        (np.subtract, (constant(1, a), slope, slope)),
        (np.multiply, (delta, slope, delta)),
    ]


def _relu_value(z: FloatArray) -> FloatArray:
    return np.maximum(z, constant(0, z))


def _relu_derivative(z: FloatArray) -> FloatArray:
    return (z > 0).astype(z.dtype)  # 0 at the kink, as is usual


def _relu_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    # The output goes in by keyword: NumPy is about to take a third positional argument of maximum for an operand.
    return [(partial(np.maximum, out=a), (z, constant(0, z)))]


def _relu_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    slope = np.empty_like(delta)
    return [(np.sign, (a, slope)), (np.multiply, (delta, slope, delta))]  # a >= 0, so its sign is 0 or 1


def _softmax_value(z: FloatArray) -> FloatArray:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _softmax_derivative(z: FloatArray) -> FloatArray:
    a = _softmax_value(z)
    return a * (1 - a)


def _softmax_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    over_units = np.empty_like(z, shape=z.shape[1:])
    return [
        (np.maximum.reduce, (z, 0, None, over_units)),
        (np.subtract, (z, over_units, a)),
        (np.exp, (a, a)),
        (np.add.reduce, (a, 0, None, over_units)),
        (np.divide, (a, over_units, a)),
    ]


def _softmax_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    # (diag(a) - a a^T) delta = a * (delta - sum(a * delta))
    product = np.empty_like(delta)
    over_units = np.empty_like(delta, shape=delta.shape[1:])
    return [
        (np.multiply, (a, delta, product)),
        (np.add.reduce, (product, 0, None, over_units)),
        (np.subtract, (delta, over_units, delta)),
        (np.multiply, (delta, a, delta)),
    ]


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "identity": Activation(
            name="identity",
            label="identity",
            formula="a = z",
            derivative_formula="da/dz = 1",
            output_range=(-_INFINITY, _INFINITY),
            source="The linear unit of Widrow and Hoff, Adaptive switching circuits (1960).",
            value=_identity_value,
            derivative=_identity_derivative,
            forward_calls=_identity_forward,
            backward_calls=_identity_backward,
        ),
        "sigmoid": Activation(
            name="sigmoid",
            label="sigmoid",
            formula="a = 1 / (1 + exp(-z))",
            derivative_formula="da/dz = a (1 - a)",
            output_range=(0.0, 1.0),
            source="Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).",
            value=_sigmoid_value,
            derivative=_sigmoid_derivative,
            forward_calls=_sigmoid_forward,
            backward_calls=_sigmoid_backward,
        ),
        "tanh": Activation(
            name="tanh",
            label="tanh",
            formula="a = (exp(z) - exp(-z)) / (exp(z) + exp(-z))",
            derivative_formula="da/dz = 1 - a^2",
            output_range=(-1.0, 1.0),
            source="LeCun, Bottou, Orr and Müller, Efficient BackProp (1998), section 4.4.",
            value=np.tanh,
            derivative=_tanh_derivative,
            forward_calls=_tanh_forward,
            backward_calls=_tanh_backward,
        ),
        "relu": Activation(
            name="relu",
            label="ReLU",
            formula="a = max(0, z)",
            derivative_formula="da/dz = 1 if z > 0, else 0",
            output_range=(0.0, _INFINITY),
            source="Nair and Hinton, Rectified linear units improve restricted Boltzmann machines (2010).",
            value=_relu_value,
            derivative=_relu_derivative,
            forward_calls=_relu_forward,
            backward_calls=_relu_backward,
        ),
        "softmax": Activation(
            name="softmax",
            label="softmax",
            formula="a_i = exp(z_i) / sum_j exp(z_j)",
            derivative_formula="da_i/dz_j = a_i ([i = j] - a_j)",
            output_range=(0.0, 1.0),
            source="Bridle, Probabilistic interpretation of feedforward classification network outputs (1990).",
            value=_softmax_value,
            derivative=_softmax_derivative,
            forward_calls=_softmax_forward,
            backward_calls=_softmax_backward,
        ),
    }
)

HIDDEN_ACTIVATIONS: tuple[str, ...] = ("tanh", "relu", "sigmoid", "identity")
