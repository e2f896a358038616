"""The classic activations: identity and the curves that level off at both ends; softmax for the output."""

import numpy as np

from nnviz.engine.activation import Activation
from nnviz.engine.arrays import Call, FloatArray, constant

_INFINITY = float("inf")


def _identity_value(z: FloatArray) -> FloatArray:
    return z.copy()


def _identity_derivative(z: FloatArray) -> FloatArray:
    return np.ones_like(z)


def _identity_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    return [] if a is z else [(np.positive, (z, a))]


def _identity_backward(_z: FloatArray, _a: FloatArray, _delta: FloatArray) -> list[Call]:
    return []


def sigmoid(z: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-z)), of the dtype and shape of `z`, without overflow for any z."""
    decay = np.exp(-np.abs(z))  # in (0, 1], so neither branch can overflow
    larger = 1 / (1 + decay)
    return np.asarray(np.where(z >= 0, larger, decay * larger))


def sigmoid_derivative(z: FloatArray) -> FloatArray:
    """Return sigmoid(z) (1 - sigmoid(z)), of the dtype and shape of `z`."""
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


def _hard_sigmoid_value(z: FloatArray) -> FloatArray:
    return np.asarray(np.clip(z * constant(1 / 6, z) + constant(0.5, z), 0, 1))


def _hard_sigmoid_derivative(z: FloatArray) -> FloatArray:
    # Told from the output, as in the plan: just inside the kinks at -3 and 3 the output may be rounded to 0 or 1.
    a = _hard_sigmoid_value(z)
    return np.asarray(((a > 0) & (a < 1)) * constant(1 / 6, z))


def _hard_sigmoid_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    return [
        (np.multiply, (z, constant(1 / 6, z), a)),
        (np.add, (a, constant(0.5, z), a)),
        (a.clip, (constant(0, z), constant(1, z), a)),
    ]


def _hard_sigmoid_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    whole = np.empty_like(delta)
    flat = np.empty(delta.shape, dtype=np.bool_)
    return [
        (np.floor, (a, whole)),
        (np.equal, (a, whole, flat)),  # a is 0 or 1
        (np.multiply, (delta, constant(1 / 6, delta), delta)),
        (np.putmask, (delta, flat, constant(0, delta))),
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


def _softsign_value(z: FloatArray) -> FloatArray:
    return np.asarray(z / (1 + np.abs(z)))


def _softsign_derivative(z: FloatArray) -> FloatArray:
    return np.asarray(1 / np.square(1 + np.abs(z)))


def _softsign_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    size = np.empty_like(z)
    return [(np.absolute, (z, size)), (np.add, (size, constant(1, z), size)), (np.divide, (z, size, a))]


def _softsign_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    slope = np.empty_like(delta)
    return [
        (np.absolute, (a, slope)),
        (np.subtract, (constant(1, a), slope, slope)),
        (np.square, (slope, slope)),
        (np.multiply, (delta, slope, delta)),
    ]


def _softmax_value(z: FloatArray) -> FloatArray:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _softmax_derivative(z: FloatArray) -> FloatArray:
    a = _softmax_value(z)
    return a * (1 - a)


def _softmax_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    over_units = np.empty_like(z, shape=z.shape[1:])
    ones = np.ones_like(z, shape=z.shape[:1])  # a product with them sums in half the time of a reduction
    return [
        (np.maximum.reduce, (z, 0, None, over_units)),
        (np.subtract, (z, over_units, a)),
        (np.exp, (a, a)),
        (ones.dot, (a, over_units)),
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


IDENTITY = Activation(
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
)

SIGMOID = Activation(
    name="sigmoid",
    label="sigmoid",
    formula="a = 1 / (1 + exp(-z))",
    derivative_formula="da/dz = a (1 - a)",
    output_range=(0.0, 1.0),
    source="Rumelhart, Hinton and Williams, Learning representations by back-propagating errors (1986).",
    value=sigmoid,
    derivative=sigmoid_derivative,
    forward_calls=_sigmoid_forward,
    backward_calls=_sigmoid_backward,
)

HARD_SIGMOID = Activation(
    name="hard_sigmoid",
    label="hard sigmoid",
    formula="a = min(1, max(0, z/6 + 1/2))",
    derivative_formula="da/dz = 1/6 if 0 < a < 1, else 0",
    output_range=(0.0, 1.0),
    source="Howard and others, Searching for MobileNetV3 (2019): the sigmoid in straight pieces.",
    value=_hard_sigmoid_value,
    derivative=_hard_sigmoid_derivative,
    forward_calls=_hard_sigmoid_forward,
    backward_calls=_hard_sigmoid_backward,
)

TANH = Activation(
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
)

SOFTSIGN = Activation(
    name="softsign",
    label="softsign",
    formula="a = z / (1 + |z|)",
    derivative_formula="da/dz = (1 - |a|)^2",
    output_range=(-1.0, 1.0),
    source="Elliott, A better activation function for artificial neural networks (1993).",
    value=_softsign_value,
    derivative=_softsign_derivative,
    forward_calls=_softsign_forward,
    backward_calls=_softsign_backward,
)

SOFTMAX = Activation(
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
)
