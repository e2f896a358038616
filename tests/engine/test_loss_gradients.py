"""The calls that a loss contributes to a plan: gradients by the logits, worked by hand and at extremes."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.losses import LOSSES

PAIRS = [(loss.name, activation) for loss in LOSSES.values() for activation in loss.output_activations]
DTYPES = [np.float32, np.float64]
PROPERTY = settings(deadline=None, derandomize=True, max_examples=40, database=None)
# With the activation that it is fused with and no row weights; each call costs a third of a microsecond.
CALLS = {
    "mean_squared_error": 2,
    "mean_absolute_error": 3,
    "huber": 3,
    "binary_cross_entropy": 2,
    "categorical_cross_entropy": 2,
    "hinge": 5,
}


def gradient(
    loss: str, activation: str, logits: FloatArray, target: FloatArray, weights: FloatArray | None = None
) -> FloatArray:
    """dL/dz, (n, k), by the calls of a plan, for logits and targets (n, k) and row weights (n,)."""
    z = np.ascontiguousarray(logits.T)
    y = target.astype(z.dtype).T  # a view with swapped axes, as in a plan
    delta = np.full_like(z, np.nan)
    rows = None if weights is None else weights.astype(z.dtype)[None]
    with np.errstate(over="ignore", under="ignore", invalid="raise", divide="raise"):
        a = ACTIVATIONS[activation].value(logits).T
        for call, arguments in LOSSES[loss].gradient_calls(activation, z, np.ascontiguousarray(a), y, delta, rows):
            call(*arguments)
    return delta.T


@pytest.mark.parametrize("loss", LOSSES)
def test_number_of_calls_has_not_grown(loss: str) -> None:
    z, weights = np.zeros((2, 4)), np.ones((1, 4))
    fused = LOSSES[loss].fused_with
    assert len(LOSSES[loss].gradient_calls(fused, z, z, z, z.copy())) == CALLS[loss]
    assert len(LOSSES[loss].gradient_calls(fused, z, z, z, z.copy(), weights)) == CALLS[loss] + 1


OUTPUT, TARGET = np.array([[1.0, 2.0], [3.0, -4.0]]), np.array([[0.5, 2.0], [1.0, 1.0]])
# errors 1/2, 0, 2, -5 over 2 rows of 2 outputs


@pytest.mark.parametrize(
    ("loss", "slopes"),
    [
        ("mean_squared_error", [[1.0, 0.0], [4.0, -10.0]]),
        ("mean_absolute_error", [[1.0, 0.0], [1.0, -1.0]]),  # an exact output is left where it is
        ("huber", [[0.5, 0.0], [1.0, -1.0]]),
    ],
)
def test_gradient_of_a_loss_of_numbers_worked_by_hand(loss: str, slopes: list[list[float]]) -> None:
    np.testing.assert_array_equal(gradient(loss, "identity", OUTPUT, TARGET), np.array(slopes) / 4)


def test_gradient_of_hinge_worked_by_hand() -> None:
    # t = +1, -1, +1, -1; t z = 2 (satisfied), 0.5, -0.5, -3: slopes 0, 1, -1, 1 over 4 rows
    logits, target = np.array([[2.0], [-0.5], [-0.5], [3.0]]), np.array([[1.0], [0.0], [1.0], [0.0]])
    np.testing.assert_array_equal(gradient("hinge", "identity", logits, target)[:, 0], [0.0, 0.25, -0.25, 0.25])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rows", [1, 2, 3, 7, 10, 100, 999])
def test_gradient_of_hinge_at_its_kink_is_0(rows: int, dtype: type[np.floating[Any]]) -> None:
    target = np.arange(rows, dtype=np.float64)[:, None] % 2
    logits = (2.0 * target - 1).astype(dtype)  # every row exactly on its margin
    np.testing.assert_array_equal(gradient("hinge", "identity", logits, target), np.zeros((rows, 1)))
    inside = gradient("hinge", "identity", logits * dtype(0.999), target)
    np.testing.assert_array_equal(inside, -logits * dtype(1 / rows))


def test_gradient_of_mean_squared_error_by_softmax_worked_by_hand() -> None:
    # a = 1/2, 1/2 and y = 1, 0: dL/da = 2 / 2 (-1/2, 1/2); a (dL/da - sum a dL/da) = (-1/4, 1/4)
    found = gradient("mean_squared_error", "softmax", np.zeros((1, 2)), np.array([[1.0, 0.0]]))
    np.testing.assert_allclose(found, [[-0.25, 0.25]], rtol=1e-15)


def test_gradient_of_the_cross_entropies_is_output_less_target() -> None:
    logits = np.array([[0.0], [np.log(3.0)]])
    found = gradient("binary_cross_entropy", "sigmoid", logits, np.array([[1.0], [0.0]]))
    np.testing.assert_allclose(found, [[-0.5 / 2], [0.75 / 2]], rtol=1e-15)
    logits = np.array([[0.0, np.log(2.0), np.log(5.0)]])
    found = gradient("categorical_cross_entropy", "softmax", logits, np.array([[0.0, 0.0, 1.0]]))
    np.testing.assert_allclose(found, [[0.125, 0.25, -0.375]], rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_gradient_at_huge_logits_is_finite(loss: str, activation: str, dtype: type[np.floating[Any]]) -> None:
    logits = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, 1e4], [1e4, 1e4, 1e4]], dtype=dtype)
    for target in (np.eye(3), np.zeros((3, 3)), np.ones((3, 3))):
        assert np.isfinite(gradient(loss, activation, logits, target)).all()


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_gradient_scales_with_the_row_weights(loss: str, activation: str) -> None:
    @PROPERTY
    @given(st.integers(1, 8), st.integers(1, 5), st.integers(0, 2**32 - 1), st.just(0.0) | st.floats(1e-3, 1e3))
    def check(rows: int, outputs: int, seed: int, factor: float) -> None:
        rng = np.random.default_rng(seed)
        logits, target = (
            2 * rng.standard_normal((rows, outputs)),
            rng.integers(0, 2, (rows, outputs)).astype(np.float64),
        )
        weights = 3 * rng.random(rows)
        plain = gradient(loss, activation, logits, target)
        weighted = gradient(loss, activation, logits, target, weights)
        np.testing.assert_allclose(weighted, plain * weights[:, None], rtol=1e-12, atol=1e-15)
        scaled = gradient(loss, activation, logits, target, factor * weights)
        np.testing.assert_allclose(scaled, factor * weighted, rtol=1e-12, atol=1e-15 * factor)

    check()


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_permuting_the_batch_permutes_the_gradient(loss: str, activation: str) -> None:
    rng = np.random.default_rng(5)
    logits, target, order = rng.standard_normal((9, 3)), np.eye(3)[rng.integers(0, 3, 9)], rng.permutation(9)
    found = gradient(loss, activation, logits[order], target[order])
    np.testing.assert_allclose(found, gradient(loss, activation, logits, target)[order], rtol=1e-14, atol=1e-17)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_calls_allocate_nothing(loss: str, activation: str, dtype: type[np.floating[Any]]) -> None:
    z = np.random.default_rng(0).standard_normal((16, 8192)).astype(dtype)
    batch, delta = np.ones((8192, 20), dtype), np.empty_like(z)
    a = np.ascontiguousarray(ACTIVATIONS[activation].value(z.T).T)
    calls = LOSSES[loss].gradient_calls(activation, z, a, batch[:, 2:18].T, delta, batch[:, 19:].T)
    tracemalloc.start()
    try:
        for call, arguments in calls * 2:
            call(*arguments)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        for call, arguments in calls:
            call(*arguments)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < z.size  # the bytes of an array of truth values; one of numbers has four or eight times as many
