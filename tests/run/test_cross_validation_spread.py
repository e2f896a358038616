"""Mean, spread and interval over folds and seeds, beside SciPy and numbers worked by hand."""

import math

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from nnviz.run.spread import spread_of, student_t
from nnviz.run.validation_result import figure


@pytest.mark.parametrize("freedom", [1, 2, 4, 9, 30, 99, 2000])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_t_is_that_of_scipy(confidence: float, freedom: int) -> None:
    assert student_t(confidence, freedom) == pytest.approx(stats.t.ppf(0.5 + confidence / 2, freedom), rel=1e-9)


def test_two_folds_worked_by_hand() -> None:
    found = spread_of(np.array([[0.8, 0.9], [0.6, 0.7]]))
    assert found.mean == pytest.approx(0.75)
    assert found.deviation == pytest.approx(math.sqrt(0.05 / 3))
    # Fold means 0.85 and 0.65: variance 0.02, times 1/2 + 1/1.
    assert found.error == pytest.approx(math.sqrt(0.03))
    assert found.high - found.mean == pytest.approx(12.7062047 * math.sqrt(0.03))
    assert found.runs == 4


def test_the_interval_stays_within_what_the_score_can_be() -> None:
    found = spread_of(np.array([[0.99], [0.9], [1.0]]), 0.0, 1.0)
    assert found.high == 1
    assert 0 < found.low < found.mean


def test_more_seeds_narrow_the_error_only_as_far_as_folds_differ() -> None:
    folds = np.array([[0.7], [0.8], [0.9]])
    one, many = spread_of(folds), spread_of(np.repeat(folds, 50, axis=1))
    assert many.error == pytest.approx(one.error)


def test_runs_without_a_score_are_left_out() -> None:
    found = spread_of(np.array([[0.5, math.nan], [0.7, 0.7], [math.nan, math.nan]]))
    assert found.runs == 3
    assert found.mean == pytest.approx(1.9 / 3)
    assert found.error == pytest.approx(math.sqrt(1.5 * 0.02))


def test_one_run_has_a_mean_and_nothing_else() -> None:
    found = spread_of(np.array([[0.5]]))
    assert found.mean == 0.5
    assert math.isnan(found.deviation)
    assert math.isnan(found.error)


def test_no_run_with_a_score_has_no_mean() -> None:
    assert math.isnan(spread_of(np.array([[math.nan], [math.nan]])).mean)


@pytest.mark.parametrize(
    ("value", "text"),
    [(-1.328e35, "−1.33e35"), (2.5e9, "2.5e9"), (-123456.5, "−123,456.500"), (0.98765, "0.988")],
)
def test_the_figure_of_a_run_gone_astray_is_short(value: float, text: str) -> None:
    assert figure("r2", value) == text
