"""The rectifiers without a kink: softplus, SiLU and GELU."""

import math

import numpy as np

from nnviz.engine.activation import Activation
from nnviz.engine.arrays import Call, FloatArray, constant
from nnviz.engine.classic_activations import sigmoid

_INFINITY = float("inf")
# GELU is z sigmoid(2 u) with u = _LINE z + _CUBE z^3.
_LINE = math.sqrt(2 / math.pi)
_CUBE = 0.044715 * _LINE


def _softplus_value(z: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))


def _softplus_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    return [(np.logaddexp, (z, constant(0, z), a))]


def _softplus_backward(_z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    # sigmoid(z) = 1 - 1 / (1 + exp(z)) = 1 - exp(-a)
    slope = np.empty_like(delta)
    return [
        (np.negative, (a, slope)),
        (np.exp, (slope, slope)),
        (np.subtract, (constant(1, a), slope, slope)),
        (np.multiply, (delta, slope, delta)),
    ]


def _silu_value(z: FloatArray) -> FloatArray:
    return np.asarray(z * sigmoid(z))


def _silu_derivative(z: FloatArray) -> FloatArray:
    share = sigmoid(z)
    return np.asarray(share + z * share * sigmoid(-z))


def _silu_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    # Far to the left exp(-z) is infinite, and z / infinity the 0 that is wanted.
    return [(np.negative, (z, a)), (np.exp, (a, a)), (np.add, (a, constant(1, z), a)), (np.divide, (z, a, a))]


def _silu_backward(z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    # With s = sigmoid(z), so that a = z s: s + a (1 - s) = 1 - (1 - a) (1 - s), where 1 - s = 1 / (1 + exp(z)).
    slope, rest, one = np.empty_like(delta), np.empty_like(delta), constant(1, delta)
    return [
        (np.exp, (z, slope)),
        (np.add, (slope, one, slope)),
        (np.subtract, (one, a, rest)),
        (np.divide, (rest, slope, slope)),
        (np.subtract, (one, slope, slope)),
        (np.multiply, (delta, slope, delta)),
    ]


def _gelu_value(z: FloatArray) -> FloatArray:
    return np.asarray(z * sigmoid(2 * z * (_LINE + _CUBE * np.square(z))))


def _gelu_derivative(z: FloatArray) -> FloatArray:
    square = np.square(z)
    twice_u = 2 * z * (_LINE + _CUBE * square)
    share = sigmoid(twice_u)
    # sigmoid(-2 u) is exactly 0, not merely small, long before z^3 could overflow.
    return np.asarray(share + share * sigmoid(-twice_u) * (2 * z * (_LINE + 3 * _CUBE * square)))


def _gelu_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    # z / (1 + exp(-2 u)), -2 u by Horner's rule. Far to the left the exponential is infinite, and the quotient the 0
    # that is wanted.
    return [
        (np.square, (z, a)),
        (np.multiply, (a, constant(-2 * _CUBE, z), a)),
        (np.subtract, (a, constant(2 * _LINE, z), a)),
        (np.multiply, (a, z, a)),
        (np.exp, (a, a)),
        (np.add, (a, constant(1, z), a)),
        (np.divide, (z, a, a)),
    ]


def _gelu_backward(z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    # With s = sigmoid(2 u), so that a = z s: s + a (1 - s) 2 u' = 1 - (1 - a 2 u') (1 - s), 1 - s = 1 / (1 + exp(2 u)).
    slope, rest, one = np.empty_like(delta), np.empty_like(delta), constant(1, delta)
    return [
        (np.square, (z, slope)),
        (np.multiply, (slope, constant(-6 * _CUBE, z), rest)),
        (np.subtract, (rest, constant(2 * _LINE, z), rest)),
        (np.multiply, (rest, a, rest)),
        (np.add, (rest, one, rest)),  # 1 - a 2 u'
        (np.multiply, (slope, constant(2 * _CUBE, z), slope)),
        (np.add, (slope, constant(2 * _LINE, z), slope)),
        (np.multiply, (slope, z, slope)),
        (np.exp, (slope, slope)),
        (np.add, (slope, one, slope)),  # 1 + exp(2 u)
        (np.divide, (rest, slope, slope)),
        (np.subtract, (one, slope, slope)),
        (np.multiply, (delta, slope, delta)),
    ]


SOFTPLUS = Activation(
    name="softplus",
    label="softplus",
    formula="a = log(1 + exp(z))",
    derivative_formula="da/dz = 1 - exp(-a)",
    output_range=(0.0, _INFINITY),
    source="Dugas, Bengio, Bélisle, Nadeau and Garcia, Incorporating second-order functional knowledge for better"
    " option pricing (2000).",
    value=_softplus_value,
    derivative=sigmoid,
    forward_calls=_softplus_forward,
    backward_calls=_softplus_backward,
)

SILU = Activation(
    name="silu",
    label="SiLU",
    formula="a = z / (1 + exp(-z))",
    derivative_formula="da/dz = s + a (1 - s), s = 1 / (1 + exp(-z))",
    output_range=(-0.2784645427610738, _INFINITY),
    source="Elfwing, Uchibe and Doya, Sigmoid-weighted linear units for neural network function approximation in"
    " reinforcement learning (2018); called swish by Ramachandran, Zoph and Le, Searching for activation functions"
    " (2017).",
    value=_silu_value,
    derivative=_silu_derivative,
    forward_calls=_silu_forward,
    backward_calls=_silu_backward,
    needs_z=True,
)

GELU = Activation(
    name="gelu",
    label="GELU",
    formula="a = z/2 (1 + tanh(0.79788 (z + 0.044715 z^3)))",
    derivative_formula="da/dz = (1 + t)/2 + z/2 (1 - t^2) (0.79788 + 0.10703 z^2), t = tanh(0.79788 z + 0.035677 z^3)",
    output_range=(-0.17004075057125412, _INFINITY),
    source="Hendrycks and Gimpel, Gaussian error linear units (2016), section 2: the form by tanh, which is within"
    " 0.0005 of z times the normal distribution function.",
    value=_gelu_value,
    derivative=_gelu_derivative,
    forward_calls=_gelu_forward,
    backward_calls=_gelu_backward,
    needs_z=True,
)
