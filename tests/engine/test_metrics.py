"""Metrics: known values, empty and constant sets, the registry, agreement with scikit-learn to 1e-12."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import metrics as sk

from nnviz.engine.metrics import METRICS, accuracy, mae, median_absolute_error, r2, rmse

OUTPUT = np.array([[1.0], [2.0], [3.0], [6.0]])
TARGET = np.array([[1.0], [2.0], [4.0], [5.0]])
checked = settings(max_examples=100, deadline=None, derandomize=True)

# 4 rows, 3 classes: the last row of class 2 goes to class 1; log of 0.5, 0.6, 0.8 and 0.25
PROBABILITIES = np.array([[0.5, 0.3, 0.2], [0.2, 0.6, 0.2], [0.1, 0.1, 0.8], [0.25, 0.5, 0.25]])
CLASSES = np.eye(3)[[0, 1, 2, 2]]
EXPECTED = {
    "accuracy": 3 / 4,
    "balanced_accuracy": (1 + 1 + 1 / 2) / 3,
    "precision_macro": (1 + 1 / 2 + 1) / 3,
    "precision_weighted": (1 + 1 / 2 + 2) / 4,
    "recall_macro": (1 + 1 + 1 / 2) / 3,
    "recall_weighted": 3 / 4,
    "f1_macro": (1 + 2 / 3 + 2 / 3) / 3,
    "f1_weighted": (1 + 2 / 3 + 2 * 2 / 3) / 4,
    "log_loss": -np.log(0.5 * 0.6 * 0.8 * 0.25) / 4,
    "brier_score": (0.25 + 0.09 + 0.04 + 0.04 + 0.16 + 0.04 + 0.01 + 0.01 + 0.04 + 0.0625 + 0.25 + 0.5625) / 4,
    "roc_auc": (1 + 1 + 1) / 3,
    "average_precision": 1,
    "r2": 1 - 2 / 10,
    "mae": 1 / 2,
    "rmse": 0.5**0.5,
    "median_absolute_error": 1 / 2,
}


@st.composite
def numbers(draw: st.DrawFn) -> tuple[NDArray[Any], NDArray[Any]]:
    """Outputs and targets (n, k) of whole and halved numbers: equal rows, perfect and constant columns among them."""
    k = draw(st.integers(1, 3))
    n = draw(st.integers(2, 25))
    spread = draw(st.sampled_from([1, 3, 2000]))
    whole = st.lists(st.integers(-spread, spread), min_size=n * k, max_size=n * k)
    output, target = (np.array(draw(whole)).reshape(n, k) / 2 for _ in range(2))
    return (target.copy() if draw(st.integers(0, 9)) == 0 else output), target


def test_binary_accuracy_counts_rows_on_the_right_side_of_one_half() -> None:
    output = np.array([[0.9], [0.4], [0.6], [0.5]])
    assert accuracy(output, np.array([[1.0], [0.0], [0.0], [0.0]]), "binary") == 0.75


def test_multiclass_accuracy_counts_rows_whose_largest_output_is_the_class() -> None:
    output = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.4, 0.5, 0.1]])
    assert accuracy(output, np.eye(3)[[0, 2, 0]], "multiclass") == pytest.approx(2 / 3)


def test_errors_of_known_rows() -> None:
    # errors 0, 0, -1, 1; target mean 3, squares about it 4, 1, 1, 4
    assert r2(OUTPUT, TARGET) == pytest.approx(1 - 2 / 10)
    assert mae(OUTPUT, TARGET) == 0.5
    assert rmse(OUTPUT, TARGET) == pytest.approx(0.5**0.5)


def test_median_absolute_error_takes_no_notice_of_one_wild_row() -> None:
    output = np.array([[1.0], [2.5], [4.0], [1e9], [5.0]])
    target = np.array([[1.0], [2.0], [3.0], [0.0], [3.0]])
    assert median_absolute_error(output, target) == 1  # of 0, 0.5, 1, 1e9 and 2


def test_r2_is_one_for_perfect_and_zero_for_mean_predictions() -> None:
    assert r2(TARGET, TARGET) == 1
    assert r2(np.full_like(TARGET, TARGET.mean()), TARGET) == 0


def test_r2_of_several_outputs_is_their_mean() -> None:
    both = r2(np.hstack([OUTPUT, TARGET]), np.hstack([TARGET, TARGET]))
    assert both == pytest.approx((0.8 + 1) / 2)


def test_r2_of_a_constant_target_is_not_a_number() -> None:
    assert np.isnan(r2(OUTPUT, np.ones((4, 1))))
    assert np.isnan(r2(OUTPUT[:1], TARGET[:1]))


def test_registry_names_each_metric_by_its_key_and_says_what_it_is() -> None:
    assert [metric.name for metric in METRICS.values()] == list(METRICS) == list(EXPECTED)
    assert len({metric.label for metric in METRICS.values()}) == len(METRICS)
    assert all(metric.formula and metric.source.endswith(".") for metric in METRICS.values())


@pytest.mark.parametrize("name", METRICS)
def test_metric_of_known_rows(name: str) -> None:
    metric = METRICS[name]
    output, target = (OUTPUT, TARGET) if metric.tasks == ("regression",) else (PROBABILITIES, CLASSES)
    assert metric.function(output, target, metric.tasks[-1]) == pytest.approx(EXPECTED[name], rel=1e-12)


@pytest.mark.parametrize(("name", "task"), [(name, task) for name in METRICS for task in METRICS[name].tasks])
def test_metric_without_rows_is_not_a_number(name: str, task: str) -> None:
    nothing = np.zeros((0, 3 if task == "multiclass" else 1))
    assert np.isnan(METRICS[name].function(nothing, nothing, task))


@pytest.mark.parametrize(("name", "task"), [(name, task) for name in METRICS for task in METRICS[name].tasks])
def test_perfect_outputs_score_better_than_constant_ones_in_the_direction_the_metric_says(name: str, task: str) -> None:
    target = {"binary": CLASSES[:, 2:], "multiclass": CLASSES, "regression": TARGET}[task]
    perfect, constant = (METRICS[name].function(a, target, task) for a in (target, np.full(target.shape, 0.3)))
    assert (perfect > constant) == METRICS[name].greater_is_better
    assert perfect == pytest.approx(1 if METRICS[name].greater_is_better else 0, abs=1e-12)


@pytest.mark.parametrize(("name", "task"), [(name, task) for name in METRICS for task in METRICS[name].tasks])
def test_metric_of_32_bit_outputs_is_computed_in_64_bits(name: str, task: str) -> None:
    rng = np.random.default_rng(0)
    output = rng.random((1000, 3 if task == "multiclass" else 1)).astype(np.float32)
    target = {
        "binary": (rng.random((1000, 1)) > 0.3).astype(np.float64),
        "multiclass": np.eye(3)[rng.integers(3, size=1000)],
        "regression": rng.standard_normal((1000, 1)),
    }[task]
    narrow, wide = (METRICS[name].function(a, target, task) for a in (output, output.astype(np.float64)))
    assert narrow == pytest.approx(wide, rel=1e-14)


@pytest.mark.parametrize(
    ("huge", "expected"), [(1e200, (-np.inf, np.inf)), (np.inf, (-np.inf, np.inf)), (np.nan, (np.nan, np.nan))]
)
def test_outputs_of_absurd_size_give_an_infinite_error_or_none_without_a_warning(
    huge: float, expected: tuple[float, float]
) -> None:
    output = np.array([[huge], [1.0]])
    target = np.array([[0.0], [1.0]])
    assert (r2(output, target), rmse(output, target)) == pytest.approx(expected, nan_ok=True)
    values = [metric.function(output, target, metric.tasks[0]) for metric in METRICS.values()]
    assert not all(np.isfinite(values))


@checked
@given(numbers())
def test_metrics_of_numbers_agree_with_sklearn(rows: tuple[NDArray[Any], NDArray[Any]]) -> None:
    output, target = rows
    assert mae(output, target) == pytest.approx(sk.mean_absolute_error(target, output), rel=1e-12)
    assert rmse(output, target) == pytest.approx(sk.mean_squared_error(target, output) ** 0.5, rel=1e-12)
    theirs = sk.median_absolute_error(target, output)
    assert median_absolute_error(output, target) == pytest.approx(theirs, rel=1e-12)
    if (np.ptp(target, axis=0) > 0).all():
        assert r2(output, target) == pytest.approx(sk.r2_score(target, output), rel=1e-12, abs=1e-12)
    else:
        assert np.isnan(r2(output, target))
