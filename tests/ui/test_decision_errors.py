"""Errors on the map: which points are ringed, what the legend says of them, and how seldom the trainer is asked."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor

from nnviz.app.planes import ColumnPlane
from nnviz.app.slices import Slices
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.training import Trainer
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.snapshot import PointsResult, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.plots.decision_errors import INTERVAL, ErrorLayer
from nnviz.ui.plots.decision_markers import ERROR_RADIUS
from nnviz.ui.plots.decision_points import PointsLayer
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import DARK
from tests.ui.map_cases import answer, numbers, picture, shipped, trained


def _legend(panel: DecisionPanel) -> list[str]:
    return [item.text for row in panel.surface._frame.legend.rows for item in row]


def _wrong(trainer: Trainer, panel: DecisionPanel) -> list[int]:
    view = panel.surface.view
    assert view is not None
    dataset = view.dataset
    said = dataset.preprocessor.predictions(trainer.mlp.predict(dataset.X))
    codes = dataset.target_codes
    assert codes is not None
    return [row for row in range(dataset.n_rows) if said[row] != dataset.classes[codes[row]]]


def test_exactly_the_misclassified_rows_are_ringed(decision_panel: DecisionPanel) -> None:
    trainer = trained(toy_dataset("spiral"), 10)
    decision_panel.set_dataset(toy_dataset("spiral"))
    answer(decision_panel, trainer)
    wrong = _wrong(trainer, decision_panel)
    found = decision_panel.surface.layers.errors.judgement
    assert found is not None
    assert found.rows[found.wrong].tolist() == wrong
    assert 0 < len(wrong) < 400
    assert f"{len(wrong)} of 500 wrong" in _legend(decision_panel)


def test_ring_is_painted_around_an_error_and_around_nothing_else(decision_panel: DecisionPanel) -> None:
    dataset = toy_dataset("gauss")
    trainer = trained(dataset, 3)
    decision_panel.set_dataset(dataset)
    answer(decision_panel, trainer)
    found = decision_panel.surface.layers.errors.judgement
    points = decision_panel.surface.layers.points
    assert found is not None
    assert isinstance(points, PointsLayer)
    # The point farthest from all others is made the one that is wrong.
    at = points.pixels(decision_panel.surface.square)
    gaps = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) + np.eye(len(at)) * 1e9
    lone = int(gaps.min(axis=1).argmax())
    rim = QPoint(round(at[lone, 0] - ERROR_RADIUS * max(0.8, points.scale)), round(at[lone, 1]))
    found.wrong[:] = False
    decision_panel.surface.layers.errors.repaint()
    without = picture(decision_panel)
    found.wrong[lone] = True
    decision_panel.surface.layers.errors.repaint()
    ringed = picture(decision_panel)
    line = range(rim.x() - 2, rim.x() + 2)
    assert max(ringed.pixelColor(x, rim.y()).red() for x in line) > QColor(DARK.error).red() - 60
    assert max(without.pixelColor(x, rim.y()).red() for x in line) < QColor(DARK.error).red() - 100


def test_answers_before_any_are_not_called_right(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("iris"))
    assert "– of 150 wrong" in _legend(decision_panel)


def test_legend_keeps_its_rows_whatever_it_counts(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("iris"))
    frame = decision_panel.surface._frame
    rows, square = len(frame.legend.rows), decision_panel.surface.square
    answer(decision_panel, trained(shipped("iris"), 1))
    assert len(frame.legend.rows) == rows
    assert decision_panel.surface.square == square


def test_worst_residuals_of_a_regression_are_ringed(decision_panel: DecisionPanel) -> None:
    dataset = numbers(200, 2)
    trainer = trained(dataset, 10)
    decision_panel.set_dataset(dataset)
    answer(decision_panel, trainer)
    said = dataset.preprocessor.predictions(trainer.mlp.predict(dataset.X)).astype(float)
    worst = np.argsort(-np.abs(dataset.target_values - said))[:10]
    found = decision_panel.surface.layers.errors.judgement
    assert found is not None
    assert set(found.rows[found.wrong].tolist()) == set(worst.tolist())
    assert "worst 5 %" in _legend(decision_panel)


def test_trainer_is_asked_at_most_four_times_a_second_while_it_trains(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("iris"))
    now = 100.0
    layer = ErrorLayer(lambda: now)
    points = decision_panel.surface.layers.points
    assert isinstance(points, PointsLayer)
    asked = 0
    for _ in range(60):  # a second of frames
        asked += layer.wanted(points, live=True) is not None
        now += 1 / 60
    assert asked == 4
    assert INTERVAL == 0.25


def test_costly_answers_are_asked_for_less_often(decision_panel: DecisionPanel) -> None:
    dataset = shipped("iris")
    decision_panel.set_dataset(dataset)
    now = 0.0
    layer = ErrorLayer(lambda: now)
    points = decision_panel.surface.layers.points
    assert isinstance(points, PointsLayer)
    probe = layer.wanted(points, live=True)
    assert probe is not None
    snapshot = take_snapshot(
        trained(dataset, 1), SnapshotRequest(rows=probe), 1, RunState.RUNNING, History().view(), None
    )
    assert snapshot.rows is not None
    assert layer.judge(replace(snapshot, rows=PointsResult(probe, snapshot.rows.outputs, seconds=0.1)))
    now = 1.0
    assert layer.wanted(points, live=True) is not None  # due since 0.25
    now = 3.0
    assert layer.wanted(points, live=True) is None  # 2.5 seconds after the last
    now = 3.6
    assert layer.wanted(points, live=True) is not None


def test_paused_run_is_asked_whenever_something_changes(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("iris"))
    assert decision_panel.rows_probe(live=False) is not None
    assert decision_panel.rows_probe(live=False) is not None


def test_hidden_map_and_moving_slider_ask_for_no_rows(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("iris"))
    decision_panel.held.begin_to_move()
    assert decision_panel.rows_probe(live=False) is None
    decision_panel.held._rest.stop()
    decision_panel.hide()
    assert decision_panel.rows_probe(live=False) is None


def test_answers_about_other_rows_are_not_taken(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("iris"))
    trainer = trained(shipped("iris"), 1)
    old = decision_panel.rows_probe(live=False)
    decision_panel.axis_lists.lists[0].setCurrentIndex(2)
    assert decision_panel.rows_probe(live=False) is not old
    snapshot = take_snapshot(trainer, SnapshotRequest(rows=old), 1, RunState.PAUSED, History().view(), None)
    decision_panel.draw(snapshot)
    assert decision_panel.surface.layers.errors.judgement is None


def test_only_shown_rows_are_asked_about() -> None:
    dataset = toy_dataset("moons", n=2_400)
    points = PointsLayer(SurfaceView.whole(ColumnPlane(Slices(dataset), "x", "y")))
    probe = ErrorLayer().wanted(points, live=True)
    assert probe is not None
    assert probe.inputs.shape == (2_000, 2)
    np.testing.assert_array_equal(probe.inputs, dataset.X[points.rows].astype(np.float32))


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_rows_cost_the_trainer_little(name: str) -> None:
    dataset = shipped(name)
    trainer = trained(dataset, 1)
    plane = ColumnPlane(Slices(dataset), *dataset.feature_names[:2])
    probe = ErrorLayer().wanted(PointsLayer(SurfaceView.whole(plane)), live=True)
    snapshot = take_snapshot(trainer, SnapshotRequest(rows=probe), 1, RunState.RUNNING, History().view(), None)
    assert snapshot.rows is not None
    assert snapshot.rows.seconds < 0.05
