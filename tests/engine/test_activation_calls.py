"""The calls that activations contribute to a plan: what they compute, for any shape, and that they allocate nothing."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import Call, FloatArray

ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]
IN_PLACE = [name for name, activation in ACTIVATIONS.items() if not activation.needs_z]
DTYPES = [np.float32, np.float64]
# Calls of the forward and of the backward pass. Each costs a third of a microsecond: a change here is felt in every
# training step.
CALLS = {
    "identity": (1, 0),
    "sigmoid": (4, 3),
    "hard_sigmoid": (3, 4),
    "tanh": (1, 3),
    "relu": (1, 2),
    "leaky_relu": (2, 3),
    "elu": (4, 3),
    "selu": (7, 4),
    "gelu": (7, 13),
    "silu": (4, 6),
    "softplus": (1, 4),
    "softsign": (3, 4),
    "sine": (1, 2),
    "gaussian": (3, 3),
    "softmax": (5, 4),
}
PROPERTY = settings(deadline=None, derandomize=True, max_examples=25, database=None)


def arrays(dtype: type[np.floating[Any]], largest: float = 1e4) -> st.SearchStrategy[FloatArray]:
    """Arrays (units, rows) of any shape and spread, a quarter of the numbers on a kink or at an extreme."""

    def make(units: int, rows: int, seed: int, spread: float) -> FloatArray:
        rng = np.random.default_rng(seed)
        special = rng.choice([0.0, -0.0, 1e-30, -1e-30, 3.0, -3.0, 1.0, -1.0, largest, -largest], (units, rows))
        z = np.clip(rng.standard_normal((units, rows)) * spread, -largest, largest)
        return np.where(rng.random((units, rows)) < 0.25, special, z).astype(dtype)

    side, seed = st.integers(1, 12), st.integers(0, 2**32 - 1)
    return st.builds(make, side, side, seed, st.sampled_from([1e-6, 0.1, 1.0, 5.0, 30.0, 1e3]))


def run(calls: list[Call]) -> None:
    """Run calls as the trainer does, but for what NumPy would call an invalid operation or a division by 0."""
    with np.errstate(over="ignore", under="ignore", invalid="raise", divide="raise"):
        for call, arguments in calls:
            call(*arguments)


def forward(name: str, z: FloatArray) -> FloatArray:
    a = np.full_like(z, np.nan)
    run(ACTIVATIONS[name].forward_calls(z, a))
    return a


def backward(name: str, z: FloatArray, delta: FloatArray) -> FloatArray:
    result = delta.copy()
    run(ACTIVATIONS[name].backward_calls(z, forward(name, z), result))
    return result


def assert_equal_but_for_rounding(found: FloatArray, expected: FloatArray, ulps: float = 24) -> None:
    eps = float(np.finfo(expected.dtype).eps)
    assert found.dtype == expected.dtype
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, expected, rtol=ulps * eps, atol=ulps * eps)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_number_of_calls_has_not_grown(name: str) -> None:
    z, a, delta = np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((2, 3))
    activation = ACTIVATIONS[name]
    assert (len(activation.forward_calls(z, a)), len(activation.backward_calls(z, a, delta))) == CALLS[name]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_forward_calls_compute_the_value_for_any_shape(name: str, dtype: type[np.floating[Any]]) -> None:
    @PROPERTY
    @given(arrays(dtype))
    def check(z: FloatArray) -> None:
        before = z.copy()
        assert_equal_but_for_rounding(forward(name, z), ACTIVATIONS[name].value(z.T).T)  # a row per unit
        np.testing.assert_array_equal(z, before)

    check()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", IN_PLACE)
def test_forward_calls_in_place_compute_the_same(name: str, dtype: type[np.floating[Any]]) -> None:
    @PROPERTY
    @given(arrays(dtype))
    def check(z: FloatArray) -> None:
        apart = forward(name, z)
        run(ACTIVATIONS[name].forward_calls(z, z))
        np.testing.assert_array_equal(z, apart)

    check()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_backward_calls_multiply_by_the_derivative_for_any_shape(name: str, dtype: type[np.floating[Any]]) -> None:
    @PROPERTY
    @given(arrays(dtype), st.integers(0, 2**32 - 1))
    def check(z: FloatArray, seed: int) -> None:
        delta = np.random.default_rng(seed).uniform(-1, 1, z.shape).astype(dtype)
        found = backward(name, z, delta)
        slope = ACTIVATIONS[name].derivative(z)
        # Where the output of a small z was rounded to 0, the plan takes the slope on the other side of the kink.
        certain = (forward(name, z) != 0) | (z == 0) | (name not in ("relu", "leaky_relu", "selu"))
        assert_equal_but_for_rounding(found[certain], (delta * slope)[certain])
        assert np.isfinite(found).all()

    check()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_calls_on_huge_pre_activations_never_make_nan(name: str, dtype: type[np.floating[Any]]) -> None:
    side = np.logspace(-45, 4, 400)
    z = np.concatenate([-side, [0.0, -0.0], side]).astype(dtype)[None].repeat(2, axis=0)
    z[1] = z[1, ::-1]
    a, delta = forward(name, z), backward(name, z, np.full_like(z, 1e4))
    low, high = ACTIVATIONS[name].output_range
    slack = 2 * float(np.finfo(dtype).eps)
    assert np.isfinite(a).all()
    assert np.isfinite(delta).all()
    assert low - slack <= a.min() <= a.max() <= high + slack


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_permuting_the_batch_permutes_the_outputs(name: str) -> None:
    @PROPERTY
    @given(arrays(np.float64, 50.0), st.randoms(use_true_random=False))
    def check(z: FloatArray, random: Any) -> None:
        order = np.array(random.sample(range(z.shape[1]), z.shape[1]))
        permuted = np.ascontiguousarray(z[:, order])
        delta = np.cos(np.arange(z.size)).reshape(z.shape)
        assert_equal_but_for_rounding(forward(name, permuted), forward(name, z)[:, order], 4)
        found = backward(name, permuted, np.ascontiguousarray(delta[:, order]))
        assert_equal_but_for_rounding(found, backward(name, z, delta)[:, order], 4)

    check()


def test_softmax_backward_calls_multiply_by_the_jacobian() -> None:
    @PROPERTY
    @given(arrays(np.float64, 30.0), st.integers(0, 2**32 - 1))
    def check(z: FloatArray, seed: int) -> None:
        delta = np.random.default_rng(seed).uniform(-1, 1, z.shape)
        a = ACTIVATIONS["softmax"].value(z.T)
        jacobians = a[:, :, None] * np.eye(len(z)) - a[:, :, None] * a[:, None, :]
        expected = np.einsum("nij,in->jn", jacobians, delta)
        assert_equal_but_for_rounding(backward("softmax", z, delta), expected)

    check()


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_calls_allocate_nothing(name: str, dtype: type[np.floating[Any]]) -> None:
    units, rows = 16, 8192  # larger than the buffer of 8192 numbers that NumPy's reductions ask for
    with_ones = np.ones((units + 1, rows), dtype)  # a hidden layer's outputs are a part of what the next one reads
    z = np.random.default_rng(0).standard_normal((units, rows)).astype(dtype)
    delta = np.ones((units, rows), dtype)
    activation = ACTIVATIONS[name]
    calls = activation.forward_calls(z, with_ones[:-1]) + activation.backward_calls(z, with_ones[:-1], delta)
    run(calls)
    tracemalloc.start()
    try:
        run(calls)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        run(calls)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < z.size  # the bytes of an array of truth values; one of numbers has four or eight times as many
