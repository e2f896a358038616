"""Activations that rise and fall again: the sine and the Gaussian bump."""

import numpy as np

from nnviz.engine.activation import Activation
from nnviz.engine.arrays import Call, FloatArray, constant


def _sine_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    return [(np.sin, (z, a))]


def _sine_backward(z: FloatArray, _a: FloatArray, delta: FloatArray) -> list[Call]:
    slope = np.empty_like(delta)
    return [(np.cos, (z, slope)), (np.multiply, (delta, slope, delta))]


def _gaussian_value(z: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-np.square(z)))


def _gaussian_derivative(z: FloatArray) -> FloatArray:
    return np.asarray(-2 * z * np.exp(-np.square(z)))


def _gaussian_forward(z: FloatArray, a: FloatArray) -> list[Call]:
    return [(np.square, (z, a)), (np.negative, (a, a)), (np.exp, (a, a))]


def _gaussian_backward(z: FloatArray, a: FloatArray, delta: FloatArray) -> list[Call]:
    slope = np.empty_like(delta)
    return [
        (np.multiply, (z, a, slope)),
        (np.multiply, (slope, constant(-2, a), slope)),
        (np.multiply, (delta, slope, delta)),
    ]


SINE = Activation(
    name="sine",
    label="sine",
    formula="a = sin(z)",
    derivative_formula="da/dz = cos(z)",
    output_range=(-1.0, 1.0),
    source="Sitzmann, Martel, Bergman, Lindell and Wetzstein, Implicit neural representations with periodic activation"
    " functions (2020).",
    value=np.sin,
    derivative=np.cos,
    forward_calls=_sine_forward,
    backward_calls=_sine_backward,
    needs_z=True,
)

GAUSSIAN = Activation(
    name="gaussian",
    label="Gaussian",
    formula="a = exp(-z^2)",
    derivative_formula="da/dz = -2 z a",
    output_range=(0.0, 1.0),
    source="Broomhead and Lowe, Multivariable functional interpolation and adaptive networks (1988), of a weighted sum"
    " in place of a distance.",
    value=_gaussian_value,
    derivative=_gaussian_derivative,
    forward_calls=_gaussian_forward,
    backward_calls=_gaussian_backward,
    needs_z=True,
)
