"""Reducing and cutting a loss curve: no spike lost, nothing drawn that is not a number, cost bound to the picture."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.ui.plots.loss_curve import LossScale, Reduced, axis_bound, loss_scale, reduced, strokes

PIXEL = (1.0, 1.0)


def _reduced(losses: list[float] | NDArray[np.float64], columns: int = 100) -> Reduced:
    values = np.asarray(losses, np.float64)
    epochs = np.arange(len(values), dtype=np.int64)
    return reduced(epochs, values, values, values, np.linspace(0.0, max(1, len(values) - 1), columns + 1))


def test_every_spike_among_many_entries_survives() -> None:
    losses = np.full(65_536, 0.5)
    losses[12_345], losses[54_321] = 9.0, 0.001
    curve = _reduced(losses)
    assert curve.greatest == 9.0
    assert curve.least_positive == 0.001
    spike = float(curve.epochs[int(np.argmax(curve.losses))])
    assert abs(spike - 12_345) <= 65_535 / 100
    assert curve.losses.min() == 0.001


def test_extremes_within_an_entry_count() -> None:
    epochs = np.array([9, 19], np.int64)
    last, low, high = (np.array(v, np.float64) for v in ([1.0, 1.0], [0.2, 1.0], [1.0, 7.0]))
    curve = reduced(epochs, last, low, high, np.linspace(0, 20, 11))
    assert sorted(curve.losses.tolist()) == [0.2, 1.0, 1.0, 7.0]
    assert (curve.least_positive, curve.greatest) == (0.2, 7.0)


def test_reduced_size_does_not_grow_with_the_epochs() -> None:
    for n in (1_000, 65_536):
        assert len(_reduced(np.linspace(1, 0, n), 200).epochs) <= 400


def test_few_entries_are_kept_as_they_are() -> None:
    losses = [1.0, 0.2, 0.7, 0.1, 0.4]
    curve = _reduced(losses, 100)
    assert curve.epochs[::2].tolist() == [0, 1, 2, 3, 4]
    assert curve.losses[::2].tolist() == curve.losses[1::2].tolist() == losses


@pytest.mark.parametrize("sign", [1, -1])
def test_extremes_of_a_column_follow_the_way_of_the_curve(sign: int) -> None:
    curve = _reduced(np.linspace(0, 1, 10_000)[::sign].copy(), 50)
    assert (np.diff(curve.losses) * sign >= 0).all()


def test_values_that_are_not_finite_are_left_out() -> None:
    curve = _reduced([1.0, np.nan, 0.5, np.inf, 0.25, -np.inf, 1e300])
    assert np.isfinite(curve.losses).all()
    assert (curve.least_positive, curve.greatest) == (0.25, 1.0)
    assert set(curve.epochs.tolist()) == {0.0, 2.0, 4.0}


def test_series_of_nan_has_no_points() -> None:
    assert len(_reduced([np.nan] * 5).epochs) == 0


def test_curve_runs_on_to_the_neighbours_of_the_picture() -> None:
    values = np.arange(1.0, 11.0)
    epochs = np.arange(10, dtype=np.int64) * 10
    curve = reduced(epochs, values, values, values, np.linspace(25, 45, 21))
    assert sorted(set(curve.epochs.tolist())) == [20, 30, 40, 50]
    assert curve.greatest == 5.0, "what lies outside does not count for the axis"
    between = reduced(epochs, values, values, values, np.linspace(31, 38, 8))
    assert between.epochs.tolist() == [30, 40]
    assert between.greatest == 5.0


def test_entry_on_the_right_edge_is_drawn() -> None:
    assert _reduced([0.9, 0.7, 0.02]).losses.min() == 0.02


def test_bounds_are_round_and_move_in_steps() -> None:
    assert [axis_bound(n, 10.0) for n in (0, 10, 11, 246, 12_345)] == [10, 10, 15, 300, 15_000]
    bounds = [loss_scale([_reduced([value, 0.1])], log=False).high for value in np.linspace(0.61, 0.79, 50)]
    assert bounds == pytest.approx([0.8] * 50)


def test_log_scale_spans_the_positive_losses() -> None:
    scale = loss_scale([_reduced([0.7, 0.02])], log=True)
    assert scale.log
    assert [scale.low, scale.high] == pytest.approx([0.01, 1.0])
    assert scale.ends == pytest.approx((-2.0, 0.0))


def test_zero_loss_lies_at_the_bottom_of_a_log_axis() -> None:
    scale = loss_scale([_reduced([0.5, 0.0])], log=True)
    assert scale.log
    assert scale.low > 0
    assert scale.places(np.array([0.0])).tolist() == [scale.ends[0]]


def test_log_axis_is_linear_while_every_loss_is_zero() -> None:
    assert loss_scale([_reduced([0.0, 0.0])], log=True) == LossScale(0.0, 1.0, log=False)


@pytest.mark.parametrize("loss", [1e-300, 1e-13, 1e30, 1e289])
@pytest.mark.parametrize("log", [False, True])
def test_extreme_losses_have_a_finite_axis(loss: float, log: bool) -> None:
    low, high = loss_scale([_reduced([loss, loss / 3])], log=log).ends
    assert np.isfinite([low, high]).all()
    assert low < high


def test_smooth_curve_is_stroked_whole() -> None:
    cut = strokes(np.arange(100.0), np.sin(np.arange(100.0)), PIXEL, 1_000.0)
    assert cut.joined.tolist() == [True] * 99 + [False]
    assert cut.bars.shape == (4, 0)


def test_noisy_curve_has_bounded_strokes_and_its_longest_become_bars() -> None:
    y = np.random.default_rng(1).normal(size=600) * 100
    x = np.arange(600.0)
    cut = strokes(x, y, PIXEL, 3_000.0)
    lengths = np.hypot(np.diff(x), np.diff(y))
    stroked = cut.joined[:-1]
    assert lengths[stroked].sum() <= 3_000
    assert lengths[stroked].max() < lengths[~stroked].min()
    left, right, bottom, top = cut.bars
    np.testing.assert_allclose(right - left, 1.0)
    np.testing.assert_allclose(top - bottom, np.abs(np.diff(y))[~stroked])
    assert len(left) + stroked.sum() == 599, "no part of the curve is left out"


def test_single_entry_is_a_dot() -> None:
    cut = strokes(np.array([5.0, 5.0]), np.array([1.0, 1.0]), (0.5, 0.1), 1_000.0)
    assert cut.joined.tolist() == [True, False]
    assert cut.x.tolist() == pytest.approx([4.65, 5.35])
    assert cut.y.tolist() == [1.0, 1.0]
