"""The rectifiers: activations that let positive pre-activations through and bend at 0."""

from functools import partial

import numpy as np

from nnviz.engine.activation import Activation
from nnviz.engine.arrays import Call, FloatArray, constant

_INFINITY = float("inf")
_LEAK = 0.01
# The two constants for which a layer of standard normal inputs has standard normal outputs; their product is minus the
# lower bound.
_SELU_SCALE = 1.0507009873554805
_SELU_DEPTH = _SELU_SCALE * 1.6732632423543772

# In the calls below, the output of maximum and minimum goes in by keyword: NumPy is about to take a third positional
# argument of theirs for an operand.


def _relu_value(z: FloatArray) -> FloatArray:
    return np.maximum(z, constant(0, z))


def _relu_derivative(z: FloatArray) -> FloatArray:
    return (z > 0).astype(z.dtype)  # 0 at the kink, as is usual


def _relu_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    return [(partial(np.maximum, out=a), (z, constant(0, z)))]


def _relu_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    slope = np.empty_like(delta)
    return [(np.sign, (a, slope)), (np.multiply, (delta, slope, delta))]  # a >= 0, so its sign is 0 or 1


def _leaky_relu_value(z: FloatArray) -> FloatArray:
    return np.maximum(z, z * constant(_LEAK, z))


def _leaky_relu_derivative(z: FloatArray) -> FloatArray:
    return np.asarray(np.where(z > 0, constant(1, z), constant(_LEAK, z)))


def _leaky_relu_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    leak = np.empty_like(z)
    return [(np.multiply, (z, constant(_LEAK, z), leak)), (partial(np.maximum, out=a), (z, leak))]


def _leaky_relu_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    slope = np.empty_like(delta)
    return [
        (np.sign, (a, slope)),
        (partial(np.maximum, out=slope), (slope, constant(_LEAK, a))),
        (np.multiply, (delta, slope, delta)),
    ]


def _elu_value(z: FloatArray) -> FloatArray:
    return np.asarray(np.where(z > 0, z, np.expm1(np.minimum(z, 0))))


def _elu_derivative(z: FloatArray) -> FloatArray:
    return np.asarray(np.exp(np.minimum(z, 0)))


def _elu_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    # exp(z) - 1 >= z, so the maximum chooses the branch. expm1 would be one call less, but NumPy computes it one
    # number at a time: four times slower on a large layer.
    left = np.empty_like(z)
    return [
        (partial(np.minimum, out=left), (z, constant(0, z))),
        (np.exp, (left, left)),
        (np.subtract, (left, constant(1, z), left)),
        (partial(np.maximum, out=a), (z, left)),
    ]


def _elu_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    slope = np.empty_like(delta)
    return [
        (partial(np.minimum, out=slope), (a, constant(0, a))),
        (np.add, (slope, constant(1, a), slope)),
        (np.multiply, (delta, slope, delta)),
    ]


def _selu_value(z: FloatArray) -> FloatArray:
    left = np.expm1(np.minimum(z, 0)) * constant(_SELU_DEPTH, z)
    return np.asarray(np.where(z > 0, z * constant(_SELU_SCALE, z), left))


def _selu_derivative(z: FloatArray) -> FloatArray:
    left = np.exp(np.minimum(z, 0)) * constant(_SELU_DEPTH, z)
    return np.asarray(np.where(z > 0, constant(_SELU_SCALE, z), left))


def _selu_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    left = np.empty_like(z)
    zero = constant(0, z)
    return [
        (partial(np.minimum, out=left), (z, zero)),
        (np.exp, (left, left)),
        (np.subtract, (left, constant(1, z), left)),
        (np.multiply, (left, constant(_SELU_DEPTH, z), left)),
        (partial(np.maximum, out=a), (z, zero)),
        (np.multiply, (a, constant(_SELU_SCALE, z), a)),
        (np.add, (a, left, a)),
    ]


def _selu_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    slope = np.empty_like(delta)
    right = np.empty(delta.shape, dtype=np.bool_)
    return [
        (np.add, (a, constant(_SELU_DEPTH, a), slope)),
        (np.greater, (a, constant(0, a), right)),
        (np.putmask, (slope, right, constant(_SELU_SCALE, a))),
        (np.multiply, (delta, slope, delta)),
    ]


RELU = Activation(
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
)

LEAKY_RELU = Activation(
    name="leaky_relu",
    label="leaky ReLU",
    formula="a = max(0.01 z, z)",
    derivative_formula="da/dz = 1 if z > 0, else 0.01",
    output_range=(-_INFINITY, _INFINITY),
    source="Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models (2013).",
    value=_leaky_relu_value,
    derivative=_leaky_relu_derivative,
    forward_calls=_leaky_relu_forward,
    backward_calls=_leaky_relu_backward,
)

ELU = Activation(
    name="elu",
    label="ELU",
    formula="a = z if z > 0, else exp(z) - 1",
    derivative_formula="da/dz = 1 if z > 0, else a + 1",
    output_range=(-1.0, _INFINITY),
    source="Clevert, Unterthiner and Hochreiter, Fast and accurate deep network learning by exponential linear units"
    " (2016), with alpha = 1.",
    value=_elu_value,
    derivative=_elu_derivative,
    forward_calls=_elu_forward,
    backward_calls=_elu_backward,
)

SELU = Activation(
    name="selu",
    label="SELU",
    formula="a = 1.0507 z if z > 0, else 1.7581 (exp(z) - 1)",
    derivative_formula="da/dz = 1.0507 if z > 0, else a + 1.7581",
    output_range=(-_SELU_DEPTH, _INFINITY),
    source="Klambauer, Unterthiner, Mayr and Hochreiter, Self-normalizing neural networks (2017).",
    value=_selu_value,
    derivative=_selu_derivative,
    forward_calls=_selu_forward,
    backward_calls=_selu_backward,
)
