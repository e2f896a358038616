"""Reducing and stroking a loss curve: no spike lost, nothing drawn that is not a number, cost bound to the picture."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.ui.plots.loss_curve import (
    CurveColumns,
    LossScale,
    composed,
    cut_into_columns,
    epoch_bound,
    loss_scale,
    stroke,
)


def _cut(losses: list[float] | NDArray[np.float64], columns: int = 100) -> CurveColumns:
    values = np.asarray(losses, np.float32)
    epochs = np.arange(len(values), dtype=np.int64)
    return cut_into_columns(epochs, values, values, values, np.linspace(0.0, max(1, len(values) - 1), columns + 1))


def test_every_spike_among_many_entries_survives() -> None:
    losses = np.full(65_536, 0.5)
    losses[12_345], losses[54_321] = 9.0, 0.001
    cut = _cut(losses)
    assert cut.greatest == 9.0
    assert cut.least == pytest.approx(0.001)
    spike = int(np.flatnonzero(cut.highs == 9.0)[0])
    assert cut.occupied[spike] == int(12_345 / 65_535 * 100)


def test_extremes_within_an_entry_count() -> None:
    epochs = np.array([9, 19], np.int64)
    last, low, high = (np.array(v, np.float32) for v in ([1.0, 1.0], [0.2, 1.0], [1.0, 7.0]))
    cut = cut_into_columns(epochs, last, low, high, np.linspace(0, 20, 11))
    assert cut.least == pytest.approx(0.2)
    assert cut.greatest == 7.0


def test_reduced_size_does_not_grow_with_the_epochs() -> None:
    for n in (1_000, 65_536):
        cut = _cut(np.ones(n), 200)
        assert len(cut.lows) <= 201
        assert len(cut.crossed) <= 201


def test_values_that_are_not_finite_are_left_out() -> None:
    cut = _cut([1.0, np.nan, 0.5, np.inf, 0.25, -np.inf])
    assert (cut.least, cut.greatest) == (0.25, 1.0)


def test_series_of_nan_has_no_columns() -> None:
    cut = _cut([np.nan] * 5)
    assert len(cut.occupied) == 0
    assert cut.least == np.inf


def test_bounds_are_round_and_move_in_steps() -> None:
    assert [epoch_bound(n) for n in (0, 10, 11, 246, 12_345)] == [10, 10, 15, 300, 15_000]
    bounds = [loss_scale([_cut([value, 0.1])], log=False).high for value in np.linspace(0.61, 0.79, 50)]
    assert bounds == pytest.approx([0.8] * 50)


def test_log_scale_spans_the_positive_losses() -> None:
    scale = loss_scale([_cut([0.7, 0.02])], log=True)
    assert scale.log
    assert [scale.low, scale.high] == pytest.approx([0.01, 1.0])


def test_zero_loss_lies_at_the_bottom_of_a_log_axis() -> None:
    scale = loss_scale([_cut([0.5, 0.0])], log=True)
    assert scale.log
    assert scale.heights(np.array([0.0])).tolist() == [0.0]
    assert scale.low > 0


def test_log_axis_is_linear_while_every_loss_is_zero() -> None:
    assert loss_scale([_cut([0.0, 0.0])], log=True) == LossScale(0.0, 1.0, log=False)


def test_stroke_of_a_level_curve_is_a_line_of_its_width() -> None:
    scale = LossScale(0.0, 1.0, log=False)
    picture = stroke(_cut(np.full(50, 0.5), 200), scale, 40, 4, 1.6)
    assert picture.shape == (40, 50)
    middle = picture[:, 25]
    assert middle.sum() == pytest.approx(1.6, abs=0.05)
    assert set(np.flatnonzero(middle).tolist()) == {19, 20}


def test_stroke_of_a_slope_keeps_its_width() -> None:
    """A brush of 1.4 pixels on a slope of 1 covers 1.4 * sqrt(2) pixels of a column, and the column's own rise."""
    picture = stroke(_cut(np.linspace(0, 1, 81), 320), LossScale(0.0, 1.0, log=False), 80, 4, 1.4)
    assert 1.4 * np.sqrt(2) - 0.05 <= picture[:, 40].sum() <= 1.4 * np.sqrt(2) + 0.3


def test_entry_on_the_right_edge_is_drawn() -> None:
    assert _cut([0.9, 0.7, 0.02]).least == pytest.approx(0.02)


def test_stroke_of_a_spike_reaches_its_tip() -> None:
    losses = np.full(10_000, 0.1)
    losses[5_000] = 1.0
    picture = stroke(_cut(losses, 400), LossScale(0.0, 1.0, log=False), 100, 4, 1.4)
    column = int(5_000 / 9_999 * 100)
    assert picture[5:85, column].min() > 0.2
    assert picture[50, column - 3] == 0


def test_curve_stops_where_its_entries_stop() -> None:
    values = np.ones(11, np.float32)
    cut = cut_into_columns(np.arange(11, dtype=np.int64), values, values, values, np.linspace(0, 20, 401))
    picture = stroke(cut, LossScale(0.0, 2.0, log=False), 20, 4, 1.4)
    assert picture[:, 48].any()
    assert not picture[:, 53:].any()


def test_single_entry_is_a_dot() -> None:
    values = np.ones(1, np.float32)
    cut = cut_into_columns(np.array([5], np.int64), values, values, values, np.linspace(0, 10, 201))
    picture = stroke(cut, LossScale(0.0, 2.0, log=False), 20, 4, 1.6)
    assert picture.sum() == pytest.approx(np.pi * 0.8**2, abs=0.6)
    rows, columns = np.nonzero(picture)
    assert set(rows.tolist()) <= {9, 10}
    assert set(columns.tolist()) <= {24, 25, 26}


def test_later_strokes_lie_on_top() -> None:
    full = np.ones((2, 2), np.float32)
    pixels = composed([(full, "#112233"), (full * 0.5, "#FFFFFF")], (2, 2))
    alpha, red = int(pixels[0, 0]) >> 24, int(pixels[0, 0]) >> 16 & 255
    assert alpha == 255
    assert red == pytest.approx((0x11 + 0xFF) / 2, abs=1)
