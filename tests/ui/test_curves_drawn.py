"""What the curves panel draws is what the history holds: series, axes, smoothing and markers, at a bounded cost."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnviz.engine.training import Evaluation
from nnviz.run.history import History, HistoryView
from nnviz.run.markers import CHANGE, DIVERGENCE, Change
from nnviz.run.snapshot import Snapshot
from nnviz.ui.panels.curves import LossPanel
from nnviz.ui.plots.curve_chart import CurveChart
from nnviz.ui.plots.curve_markers import GAP, grouped
from nnviz.ui.plots.curve_series import ALL_SERIES, X_AXES
from nnviz.ui.plots.curve_smoothing import MOST_ENTRIES, few_entries, smoothed
from nnviz.ui.plots.loss_curve import NOTHING, LossScale, Reduced, signed_scale
from nnviz.ui.plots.ticks import duration_ticks

LossesSnapshot = Callable[..., Snapshot]


@pytest.fixture
def run(losses_snapshot: LossesSnapshot) -> Callable[..., Snapshot]:
    """Return a maker of a run whose series all differ, ``n`` epochs long."""
    template = losses_snapshot([1.0])

    def make(n: int, seed: int = 0, run_id: int = 1, serial: int = 0) -> Snapshot:
        rng = np.random.default_rng(seed)
        history = History(serial=serial)
        for epoch in range(n):
            losses = (0.2 + rng.random(2)).tolist()
            rate = float("nan") if epoch == 0 else 0.1 * 0.99**epoch
            metrics = rng.random(2).tolist()
            evaluation = Evaluation(epoch, 7 * epoch, losses[0], losses[1], metrics[0], metrics[1], 0.01 * epoch, rate)
            history.append(evaluation, 0.25 * epoch)
        return replace(template, run_id=run_id, step=7 * n, epoch=n, history=history.view())

    return make


def _show(panel: LossPanel, snapshot: Snapshot) -> HistoryView:
    panel.draw(snapshot)
    panel.plot.refresh_now()
    return snapshot.history


def _drawn(chart: CurveChart, index: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = chart._raw[index]._line.getData()
    return np.asarray(x, float), np.asarray(y, float)


@pytest.mark.parametrize("x_axis", list(X_AXES))
@pytest.mark.parametrize("key", list(ALL_SERIES))
def test_points_drawn_are_the_entries_of_the_history(
    loss_panel: LossPanel, run: Callable[..., Snapshot], key: str, x_axis: str
) -> None:
    history = _show(loss_panel, run(40))
    loss_panel.choose(key)
    loss_panel.plot.choose(x_axis=x_axis)
    for index, name in enumerate(ALL_SERIES[key].names):
        values = history.band(name)[0]
        finite = np.isfinite(values)
        x, y = _drawn(loss_panel.plot.chart, index)
        np.testing.assert_array_equal(np.unique(x), X_AXES[x_axis].values(history)[finite])
        np.testing.assert_allclose(np.unique(y), np.unique(values[finite]), rtol=1e-12)
    low, high = loss_panel.plot.scale.ends
    assert low <= min(y.min() for y in [_drawn(loss_panel.plot.chart, 0)[1]])
    assert high >= _drawn(loss_panel.plot.chart, 0)[1].max()


def test_a_single_series_leaves_no_second_curve(loss_panel: LossPanel, run: Callable[..., Snapshot]) -> None:
    _show(loss_panel, run(40))
    loss_panel.choose("rate")
    assert len(_drawn(loss_panel.plot.chart, 1)[0]) == 0


def test_points_drawn_and_markers_stay_few_however_long_the_run(
    loss_panel: LossPanel, run: Callable[..., Snapshot]
) -> None:
    counts = []
    loss_panel.options.smoothing.setValue(80)
    for n in (3_000, 100_000):
        _show(loss_panel, run(n))
        chart = loss_panel.plot.chart
        counts.append(sum(len(item._line.getData()[0]) for item in (*chart._raw, *chart._smooth)))
    assert max(counts) <= 4 * (2 * loss_panel.plot.box().width() + 2)
    assert counts[1] <= 1.1 * counts[0]


def test_extremes_of_a_long_run_are_drawn(loss_panel: LossPanel, losses_snapshot: LossesSnapshot) -> None:
    loss_panel.set_log(False)
    history = History()
    for epoch in range(100_000):
        metric = 0.1 if epoch == 61_234 else 0.9
        history.append(Evaluation(epoch, epoch, 1.0, 1.0, metric, 0.9))
    loss_panel.choose("metric")
    _show(loss_panel, replace(losses_snapshot([1.0]), history=history.view()))
    x, y = _drawn(loss_panel.plot.chart, 0)
    assert y.min() == pytest.approx(0.1)
    assert abs(x[np.argmin(y)] - 61_234) < 2 * 100_000 / loss_panel.plot.box().width()


def test_metric_axis_reaches_below_0_and_around_a_level_curve() -> None:
    curve = Reduced(np.zeros(1), np.zeros(1), np.inf, 0.94, -5.3)
    scale = signed_scale([curve])
    assert scale.low <= -5.3
    assert 0.94 <= scale.high <= 2.0
    level = signed_scale([Reduced(np.zeros(1), np.zeros(1), np.inf, 0.5, 0.5)])
    assert level.low < 0.5 < level.high
    assert signed_scale([NOTHING]) == LossScale(0.0, 1.0, log=False)


def test_smoothing_is_the_corrected_moving_average_of_its_definition() -> None:
    values = np.random.default_rng(2).normal(size=700)
    values[[0, 50, 51]] = np.nan
    for weight in (0.0, 0.5, 0.99):
        total = count = 0.0
        expected = []
        for value in values:
            total, count = weight * total, weight * count
            if np.isfinite(value):
                total, count = total + value, count + 1.0
            expected.append(total / count if count else np.nan)
        got = smoothed(values, weight)
        finite = np.isfinite(expected)
        np.testing.assert_allclose(got[finite], np.array(expected)[finite], rtol=1e-9, atol=1e-12)
        assert np.isnan(got[0])
    with pytest.raises(ValueError, match="weight"):
        smoothed(values, 1.0)


def test_long_series_are_smoothed_over_means_of_groups() -> None:
    values = np.arange(3.0 * MOST_ENTRIES)
    places, means = few_entries(np.arange(len(values)), values)
    assert len(means) <= MOST_ENTRIES
    np.testing.assert_array_equal(means, values.reshape(-1, 4).mean(axis=1))
    np.testing.assert_array_equal(places, np.arange(3, len(values), 4))


def test_smoothed_curve_lies_over_the_raw_one_which_stays(loss_panel: LossPanel, run: Callable[..., Snapshot]) -> None:
    history = _show(loss_panel, run(60))
    before = _drawn(loss_panel.plot.chart, 0)
    loss_panel.options.smoothing.setValue(90)
    chart = loss_panel.plot.chart
    np.testing.assert_array_equal(_drawn(chart, 0)[1], before[1])
    _, y = chart._smooth[0]._line.getData()
    expected = smoothed(history.train_loss, 0.9)
    np.testing.assert_allclose(y[-1], loss_panel.plot.scale.places(expected)[-1])
    assert chart._smooth[0]._line.zValue() > chart._raw[0]._line.zValue()
    loss_panel.options.smoothing.setValue(0)
    assert len(chart._smooth[0]._line.getData()[0]) == 0


def test_markers_are_drawn_where_they_happened_on_every_axis(
    loss_panel: LossPanel, losses_snapshot: LossesSnapshot
) -> None:
    history = History()
    for epoch in range(100):
        history.append(Evaluation(epoch, 10 * epoch, 1.0, 1.0, 0.5, 0.5), 0.5 * epoch)
        if epoch == 20:
            history.mark(CHANGE, 20, 200, Change("learning rate", "0.1", "0.01"), 10.0)
        elif epoch == 70:
            history.mark(DIVERGENCE, 70, 705, "overflowed", 35.0)
    _show(loss_panel, replace(losses_snapshot([1.0]), history=history.view()))
    for key, places in (("epoch", [20, 70]), ("step", [200, 705]), ("seconds", [10, 35])):
        loss_panel.plot.choose(x_axis=key)
        chart = loss_panel.plot.chart
        assert [group.place for group in chart.markers.groups] == places
        assert chart.markers._lines[CHANGE].getData()[0].tolist() == [places[0]] * 2
        assert chart.markers._signs[DIVERGENCE].getData()[0].tolist() == [places[1]]


def test_markers_too_near_to_tell_apart_are_one_sign_of_the_gravest_kind() -> None:
    history = History()
    for number in range(1_000):
        history.mark(CHANGE, number, number, Change(f"setting {number}", "a", "b"))
    history.mark(DIVERGENCE, 500, 500, "overflowed")
    groups = grouped(history.view().markers, X_AXES["epoch"], 0.0, 1_000.0, 300.0)
    assert len(groups) <= 300 / GAP + 1
    assert sum(len(group.markers) for group in groups) == len(history.view().markers)
    (grave,) = [group for group in groups if group.kind == DIVERGENCE]
    assert grave.place == 500
    assert not grouped(history.view().markers, X_AXES["epoch"], 2_000.0, 3_000.0, 300.0)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.0, 1.0, ["0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1 s"]),
        (0.0, 300.0, ["0", "1 min", "2 min", "3 min", "4 min", "5 min"]),
        (0.0, 36_000.0, ["0", "2 h", "4 h", "6 h", "8 h", "10 h"]),
        (3600.0, 3900.0, ["1:00 h", "1:01 h", "1:02 h", "1:03 h", "1:04 h", "1:05 h"]),
    ],
)
def test_training_time_has_round_ticks(low: float, high: float, texts: list[str]) -> None:
    assert [tick.text for tick in duration_ticks(low, high, 6)] == texts


def test_walking_passes_two_entries_of_one_epoch(loss_panel: LossPanel, losses_snapshot: LossesSnapshot) -> None:
    history = History()
    for epoch in (0, 1, 2, 2, 3):  # the best weights were looked at again
        history.append(Evaluation(epoch, epoch, 1.0, 1.0, 0.5, 0.5))
    loss_panel.draw(replace(losses_snapshot([1.0]), history=history.view()))
    loss_panel.plot.refresh_now()
    seen = []
    for _ in range(3):
        QTest.keyClick(loss_panel.plot, Qt.Key.Key_Left)
        seen.append(loss_panel.plot.accessibleDescription().split()[1])
    assert seen == ["2", "1", "0"]
