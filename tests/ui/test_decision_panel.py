"""The decision panel: which grid it wants, and when it asks for another."""

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.ui.panels.decision import FINE_RESOLUTION, LIVE_RESOLUTION, DecisionPanel
from nnviz.ui.theme import DARK, load_fonts


def _table_dataset(n_features: int = 4, task: str = "binary", n: int = 40) -> Dataset:
    rng = np.random.default_rng(1)
    columns = [Column(f"c{i}", "float", rng.normal(size=n) * 10**i) for i in range(n_features)]
    answers = np.array(["no", "yes"], dtype=object)[np.arange(n) % 2]
    target = Column("answer", "string", answers) if task == "binary" else Column("answer", "float", rng.normal(size=n))
    table = Table("made.csv", None, (*columns, target), n, NO_DIALECT)
    roles = {column.name: "feature" for column in columns}
    return build_dataset(table, ImportChoices("answer", task, roles, {}, 0.25, 0))  # type: ignore[arg-type]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Return a window without a layout: its size is not the panel's affair."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(360, 408)
    return made


@pytest.fixture
def panel(window: QWidget, qtbot: QtBot) -> DecisionPanel:
    """Return a shown, empty panel as wide as the right column."""
    load_fonts()
    widget = DecisionPanel(DARK, window)
    widget.resize(360, 408)
    with qtbot.waitExposed(window):
        window.show()
    return widget


def _combos(panel: DecisionPanel) -> tuple[QComboBox, QComboBox]:
    x, y = panel.findChildren(QComboBox)
    return x, y


def _segment(panel: DecisionPanel, start: str) -> QToolButton:
    return next(button for button in panel.findChildren(QToolButton) if button.text().startswith(start))


def test_empty_panel_wants_no_grid_and_offers_no_axes(panel: DecisionPanel) -> None:
    assert panel.grid_probe(live=True) is None
    assert panel.axes() is None
    assert not any(combo.isEnabled() for combo in _combos(panel))
    assert not any(button.isVisible() for button in panel.findChildren(QToolButton))


def test_first_two_features_are_on_the_axes(panel: DecisionPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.probe_changed, timeout=500):
        panel.set_dataset(_table_dataset())
    assert panel.axes() == ("c0", "c1")


def test_live_grid_is_coarse_and_the_other_fine(panel: DecisionPanel) -> None:
    panel.set_dataset(_table_dataset())
    live, fine = panel.grid_probe(live=True), panel.grid_probe(live=False)
    assert live is not None
    assert fine is not None
    assert (live.resolution, fine.resolution) == (LIVE_RESOLUTION, FINE_RESOLUTION) == (64, 160)
    assert panel.grid_probe(live=True) is live  # not built again for every frame


def test_choosing_the_other_axis_feature_swaps_them(panel: DecisionPanel) -> None:
    panel.set_dataset(_table_dataset())
    x, y = _combos(panel)
    x.setCurrentIndex(1)
    assert panel.axes() == ("c1", "c0")
    y.setCurrentIndex(1)
    assert panel.axes() == ("c0", "c1")


def test_another_axis_asks_for_another_grid(panel: DecisionPanel, qtbot: QtBot) -> None:
    panel.set_dataset(_table_dataset())
    before = panel.grid_probe(live=True)
    with qtbot.waitSignal(panel.probe_changed, timeout=500):
        _combos(panel)[1].setCurrentIndex(3)
    after = panel.grid_probe(live=True)
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(after.varying, [0, 3])


def test_row_is_held_only_when_asked_for(panel: DecisionPanel, qtbot: QtBot) -> None:
    dataset = _table_dataset()
    panel.set_dataset(dataset)
    with qtbot.assertNotEmitted(panel.probe_changed):
        panel.set_row(7)
    with qtbot.waitSignal(panel.probe_changed, timeout=500):
        _segment(panel, "Row 8").click()
    probe = panel.grid_probe(live=True)
    assert probe is not None
    np.testing.assert_array_equal(probe.base, dataset.X[7])
    with qtbot.waitSignal(panel.probe_changed, timeout=500):
        panel.set_row(9)
    probe = panel.grid_probe(live=True)
    assert probe is not None
    np.testing.assert_array_equal(probe.base, dataset.X[9])


def test_row_cannot_be_held_before_one_is_chosen(panel: DecisionPanel) -> None:
    panel.set_dataset(_table_dataset())
    assert not _segment(panel, "Row").isEnabled()
    panel.set_row(0)
    assert _segment(panel, "Row").isEnabled()


def test_losing_the_row_falls_back_to_the_medians(panel: DecisionPanel) -> None:
    panel.set_dataset(_table_dataset())
    panel.set_row(2)
    _segment(panel, "Row").click()
    panel.set_row(None)
    assert _segment(panel, "Median").isChecked()


def test_two_features_leave_nothing_to_hold(panel: DecisionPanel) -> None:
    panel.set_dataset(toy_dataset("spiral"))
    texts = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert "none, both features are on the axes" in texts
    assert not any(button.isVisible() for button in panel.findChildren(QToolButton))


def test_regression_is_titled_a_prediction_map(panel: DecisionPanel) -> None:
    panel.set_dataset(_table_dataset(2, "regression"))
    assert "Prediction map" in [label.text() for label in panel.findChildren(QLabel)]
