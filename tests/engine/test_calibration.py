"""Reliability by bins of equal count, the calibration error, and the interval of a share."""

import numpy as np
import pytest

from nnviz.engine.calibration import reliability, wilson_interval


def test_bins_hold_equally_many_rows_and_add_up() -> None:
    stated = np.random.default_rng(0).random(1_003)
    bins = reliability(stated, stated > 0.5, 10)
    assert bins.counts.sum() == 1_003
    assert bins.counts.max() - bins.counts.min() <= 1
    assert (bins.low[1:] >= bins.high[:-1]).all()
    assert (bins.predicted >= bins.low).all()
    assert (bins.predicted <= bins.high).all()
    assert bins.counts @ bins.predicted == pytest.approx(stated.sum())


def test_bins_by_hand() -> None:
    stated = np.array([0.1, 0.2, 0.8, 0.6])
    true = np.array([False, True, True, True])
    bins = reliability(stated, true, 2)
    np.testing.assert_allclose(bins.predicted, [0.15, 0.7])
    np.testing.assert_allclose(bins.observed, [0.5, 1.0])
    assert bins.error == pytest.approx((2 * 0.35 + 2 * 0.3) / 4)


def test_rows_of_one_probability_share_a_bin() -> None:
    stated = np.array([0.0] * 7 + [1.0] * 3)
    bins = reliability(stated, stated > 0.5, 5)
    assert bins.counts.tolist() == [7, 3]
    assert bins.error == 0.0


def test_stated_at_random_and_true_that_often_is_well_calibrated() -> None:
    rng = np.random.default_rng(1)
    stated = rng.random(200_000)
    assert reliability(stated, rng.random(200_000) < stated).error < 0.01
    assert reliability(stated, rng.random(200_000) < stated**2).error > 0.1


def test_no_rows_have_no_error() -> None:
    bins = reliability(np.empty(0), np.empty(0, bool))
    assert np.isnan(bins.error)
    assert len(bins.counts) == 0


@pytest.mark.parametrize(
    ("share", "count", "low", "high"), [(0.5, 10, 0.2366, 0.7634), (0.0, 10, 0.0, 0.2775), (1.0, 30, 0.8865, 1.0)]
)
def test_wilsons_interval_is_the_published_one(share: float, count: int, low: float, high: float) -> None:
    ends = wilson_interval(np.array([share]), np.array([count]))
    np.testing.assert_allclose([end[0] for end in ends], [low, high], atol=1e-4)


def test_the_interval_holds_the_share_and_stays_between_none_and_all() -> None:
    shares, counts = np.linspace(0, 1, 41), np.arange(1, 42)
    low, high = wilson_interval(shares, counts)
    assert (low <= shares + 1e-12).all()
    assert (shares <= high + 1e-12).all()
    assert low.min() >= 0
    assert high.max() <= 1
