"""The decision panel: which grid it wants, and when it asks for another."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from nnviz.app.frame_budget import FINE_CELLS, LIVE_CELLS
from nnviz.data.dataset import Dataset
from nnviz.data.toy_datasets import toy_dataset
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.snapshot import GridProbe, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.ui.panels.decision import DecisionPanel
from tests.ui.map_cases import trained

AxisCombos = tuple[QComboBox, QComboBox]
MakeDataset = Callable[..., Dataset]


def _segment(panel: DecisionPanel, start: str) -> QToolButton:
    return next(button for button in panel.findChildren(QToolButton) if button.text().startswith(start))


def test_empty_panel_wants_no_grid_and_offers_no_axes(decision_panel: DecisionPanel, axis_combos: AxisCombos) -> None:
    assert decision_panel.grid_probe(live=True) is None
    assert decision_panel.axes() is None
    assert not any(combo.isEnabled() for combo in axis_combos)
    assert not any(button.isVisible() for button in decision_panel.findChildren(QToolButton))


def test_first_two_features_are_on_the_axes(
    decision_panel: DecisionPanel, make_dataset: MakeDataset, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(decision_panel.probe_changed, timeout=500):
        decision_panel.set_dataset(make_dataset())
    assert decision_panel.axes() == ("c0", "c1")


def test_live_grid_is_coarse_and_the_other_fine(decision_panel: DecisionPanel, make_dataset: MakeDataset) -> None:
    decision_panel.set_dataset(make_dataset())
    live, fine = decision_panel.grid_probe(live=True), decision_panel.grid_probe(live=False)
    assert live is not None
    assert fine is not None
    assert (live.resolution, fine.resolution) == (LIVE_CELLS[0], FINE_CELLS[0]) == (64, 160)
    assert decision_panel.grid_probe(live=True) is live  # not built again for every frame


def test_choosing_the_other_axis_feature_swaps_them(
    decision_panel: DecisionPanel, make_dataset: MakeDataset, axis_combos: AxisCombos
) -> None:
    decision_panel.set_dataset(make_dataset())
    x, y = axis_combos
    x.setCurrentIndex(1)
    assert decision_panel.axes() == ("c1", "c0")
    y.setCurrentIndex(1)
    assert decision_panel.axes() == ("c0", "c1")


def test_another_axis_asks_for_another_grid(
    decision_panel: DecisionPanel, make_dataset: MakeDataset, axis_combos: AxisCombos, qtbot: QtBot
) -> None:
    decision_panel.set_dataset(make_dataset())
    before = decision_panel.grid_probe(live=True)
    with qtbot.waitSignal(decision_panel.probe_changed, timeout=500):
        axis_combos[1].setCurrentIndex(3)
    after = decision_panel.grid_probe(live=True)
    assert isinstance(before, GridProbe)
    assert isinstance(after, GridProbe)
    np.testing.assert_array_equal(after.varying, [0, 3])


def test_row_is_held_only_when_asked_for(
    decision_panel: DecisionPanel, make_dataset: MakeDataset, qtbot: QtBot
) -> None:
    dataset = make_dataset()
    decision_panel.set_dataset(dataset)
    with qtbot.assertNotEmitted(decision_panel.probe_changed):
        decision_panel.set_row(7)
    with qtbot.waitSignal(decision_panel.probe_changed, timeout=500):
        _segment(decision_panel, "Row 8").click()
    probe = decision_panel.grid_probe(live=True)
    assert probe is not None
    np.testing.assert_array_equal(probe.base, dataset.X[7])
    with qtbot.waitSignal(decision_panel.probe_changed, timeout=500):
        decision_panel.set_row(9)
    probe = decision_panel.grid_probe(live=True)
    assert probe is not None
    np.testing.assert_array_equal(probe.base, dataset.X[9])


def test_row_cannot_be_held_before_one_is_chosen(decision_panel: DecisionPanel, make_dataset: MakeDataset) -> None:
    decision_panel.set_dataset(make_dataset())
    assert not _segment(decision_panel, "Row").isEnabled()
    decision_panel.set_row(0)
    assert _segment(decision_panel, "Row").isEnabled()


def test_losing_the_row_falls_back_to_the_medians(decision_panel: DecisionPanel, make_dataset: MakeDataset) -> None:
    decision_panel.set_dataset(make_dataset())
    decision_panel.set_row(2)
    _segment(decision_panel, "Row").click()
    decision_panel.set_row(None)
    assert _segment(decision_panel, "Median").isChecked()


def test_two_features_leave_nothing_to_hold(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(toy_dataset("spiral"))
    texts = [label.text() for label in decision_panel.findChildren(QLabel) if label.isVisible()]
    assert "none, both are on the axes" in texts
    assert not decision_panel.held.at_median.isVisible()
    assert not decision_panel.held.at_row.isVisible()


def test_regression_is_titled_a_prediction_map(decision_panel: DecisionPanel, make_dataset: MakeDataset) -> None:
    decision_panel.set_dataset(make_dataset(2, "regression"))
    assert "Prediction map" in [label.text() for label in decision_panel.findChildren(QLabel)]


def test_costly_grids_make_the_next_ones_coarser_and_cheap_ones_finer_again(
    decision_panel: DecisionPanel, make_dataset: MakeDataset
) -> None:
    dataset = make_dataset()
    decision_panel.set_dataset(dataset)
    trainer = trained(dataset, 1)

    def after(pictures: int, seconds: float) -> int:
        for _ in range(pictures):
            probe = decision_panel.grid_probe(live=True)
            snapshot = take_snapshot(trainer, SnapshotRequest(probe), 1, RunState.RUNNING, History().view(), None)
            assert snapshot.grid is not None
            cost = seconds * (snapshot.grid.probe.resolution / 64) ** 2
            decision_panel.draw(replace(snapshot, grid=replace(snapshot.grid, seconds=cost)))
        probe = decision_panel.grid_probe(live=True)
        assert probe is not None
        return probe.resolution

    assert after(20, 0.001) == 64
    assert after(20, 0.012) == 32
    fine = decision_panel.grid_probe(live=False)
    assert fine is not None
    assert fine.resolution == 160  # 75 ms: nothing moves, so that is no frame's affair
    assert after(60, 0.001) == 64
