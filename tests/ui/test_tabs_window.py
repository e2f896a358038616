"""The tabs in the window: keys, cells that lead to rows, rows chosen everywhere, folding, what is remembered."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QHeaderView, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.experiment import Case
from nnviz.app.finding_items import items_of
from nnviz.app.settings import Settings, load_settings
from nnviz.engine.diagnostics import Finding
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.run.watch import NOTHING_WATCHED
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.data_table import DataTablePage
from nnviz.ui.panels.tabs_confusion import ConfusionPage
from nnviz.ui.panels.tabs_errors import ErrorsPage
from nnviz.ui.panels.tabs_flow import TAB_NAMES
from nnviz.ui.panels.tabs_gradients import GradientsPage
from nnviz.ui.panels.tabs_histograms import HistogramsPage
from nnviz.ui.panels.tabs_roc import RocPage
from nnviz.ui.plots.network_spot import Spot
from nnviz.ui.theme import load_fonts

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window("rings")


def confusion(window: MainWindow) -> ConfusionPage:
    page = window.tabs.panel.page_of("confusion")
    assert isinstance(page, ConfusionPage)
    return page


def rows(window: MainWindow) -> DataTablePage:
    page = window.tabs.panel.page_of("rows")
    assert isinstance(page, DataTablePage)
    return page


def counted(window: MainWindow) -> np.ndarray:
    view = confusion(window).matrix._view
    return np.zeros((0, 0)) if view is None else view.counts


def test_the_matrix_counts_the_validation_rows_before_and_while_training(window: MainWindow, until: Until) -> None:
    until(lambda: counted(window).sum() == 250)
    before = counted(window).copy()
    window.model.runs.send(messages.Run())
    until(lambda: np.trace(counted(window)) > np.trace(before))
    assert counted(window).sum() == 250
    assert "250 validation rows" in confusion(window).summary.wording


def test_training_rows_are_counted_when_they_are_asked_for(window: MainWindow, until: Until) -> None:
    until(lambda: counted(window).sum() == 250)
    confusion(window).parts.chosen.emit("Train")
    until(lambda: "training rows" in confusion(window).summary.wording)


def test_a_cell_leads_to_its_rows_and_rings_the_worst_on_the_map(window: MainWindow, until: Until) -> None:
    until(lambda: counted(window).sum() == 250)
    true, guessed = (int(place) for place in np.unravel_index(counted(window).argmax(), (3, 3)))
    count = int(counted(window)[true, guessed])
    confusion(window).matrix.cell_chosen.emit(true, guessed)
    page = rows(window)
    assert window.tabs.current == "rows"
    until(lambda: len(page.model.order) == count and window.model.runs.row is not None)
    dataset, chosen = window.model.dataset, window.model.runs.row
    assert dataset is not None
    assert dataset.target_codes is not None
    assert page.model.answers is not None
    assert chosen == page.model.order[0]
    assert set(dataset.target_codes[page.model.order]) == {true}
    assert set(page.model.answers.predicted[page.model.order]) == {guessed}
    losses = page.model.answers.result.losses[page.model.order]
    assert losses.tolist() == sorted(losses, reverse=True)
    assert window.decision._row == chosen
    assert page.view.currentIndex().row() == 0


def test_keys_show_the_tabs(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.tabs.current == "rows"
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.tabs.current == "confusion"


def test_a_row_walked_to_in_the_table_is_chosen_everywhere_and_back(window: MainWindow, until: Until) -> None:
    window.tabs.choose("rows")
    page = rows(window)
    page.view.setFocus()
    page.view.setCurrentIndex(page.model.index(4, 0))
    assert window.model.runs.row == window.decision._row == 4
    QTest.keyClick(page.view, Qt.Key.Key_Down)
    assert window.model.runs.row == 5
    window.live.set_row(300)
    until(lambda: page.view.currentIndex().row() == 300)
    visible = page.view.visualRect(page.model.index(300, 0))
    assert page.view.viewport().rect().intersects(visible)


def test_scrolling_and_the_chosen_row_survive_new_answers(window: MainWindow, until: Until) -> None:
    window.tabs.choose("rows")
    page = rows(window)
    until(lambda: page.model.answers is not None)
    page.view.setCurrentIndex(page.model.index(200, 0))
    page.view.verticalScrollBar().setValue(190)
    window.model.runs.send(messages.Run())
    first = page.model.answers
    until(lambda: page.model.answers is not first)
    until(lambda: page.model.answers is not None and page.model.answers.result.epoch > 5)
    assert page.view.verticalScrollBar().value() == 190
    assert window.model.runs.row == 200
    assert page.view.currentIndex().row() == 200


def test_sorted_by_loss_the_chosen_row_keeps_the_selection_where_it_goes(window: MainWindow, until: Until) -> None:
    window.tabs.choose("rows")
    page = rows(window)
    until(lambda: page.model.answers is not None)
    window.live.set_row(7)
    page.view.sort(5, falling=True)
    until(lambda: not np.array_equal(page.model.order, np.arange(500)))
    until(lambda: page.view.currentIndex().isValid() and page.model.order[page.view.currentIndex().row()] == 7)
    assert page.model.heading(5) == "Loss ↓"


def test_a_filter_that_means_nothing_is_told_and_leaves_the_rows(window: MainWindow, until: Until) -> None:
    window.tabs.choose("rows")
    page = rows(window)
    until(lambda: page.model.answers is not None)
    page.filter.setText("bogus > 1")
    until(lambda: "no column named bogus" in page.summary.wording)
    assert len(page.model.order) == 500
    page.filter.setText("validation")
    until(lambda: len(page.model.order) == 250)
    assert "250 of 500 rows" in page.summary.wording
    QTest.keyClick(page.view, Qt.Key.Key_Escape)
    until(lambda: len(page.model.order) == 500)


def test_hidden_tabs_ask_the_run_for_nothing(window: MainWindow, until: Until) -> None:
    until(lambda: window.model.runs.watch != NOTHING_WATCHED)
    window.tabs.panel.hide()
    until(lambda: window.model.runs.watch == NOTHING_WATCHED)
    window.tabs.panel.show()
    until(lambda: window.model.runs.watch != NOTHING_WATCHED)


def test_a_low_window_shows_map_curves_and_tabs_at_once(window: MainWindow, until: Until) -> None:
    window.resize(1280, 720)
    until(lambda: window.height() == 720)
    assert window.decision.isVisible()
    assert window.loss.height() >= 100
    assert window.tabs.panel.height() >= window.tabs.panel.minimumSizeHint().height()


def test_the_tab_is_remembered(window: MainWindow) -> None:
    window.tabs.choose("rows")
    window.close()
    assert load_settings().tab == "rows"


def test_an_unknown_tab_in_the_settings_shows_the_first(qtbot: QtBot) -> None:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark", tab="../nonsense"))
    assert window.tabs.current == "confusion"
    assert "No data yet" in confusion(window).said
    window.close()
    window.deleteLater()


def test_rows_are_saved_as_they_are_shown(
    window: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.tabs.choose("rows")
    page = rows(window)
    until(lambda: page.model.answers is not None)
    page.filter.setText("validation")
    until(lambda: len(page.model.order) == 250)
    target = tmp_path / "out.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.save.click()
    until(target.exists)
    with target.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert len(lines) == 251
    assert {line[1] for line in lines[1:]} == {"validation"}


def test_a_reset_brings_the_first_answers_back(window: MainWindow, until: Until) -> None:
    until(lambda: counted(window).sum() == 250)
    before = counted(window).copy()
    window.model.runs.send(messages.StepEpoch())
    until(lambda: window.model.runs.state is RunState.PAUSED)
    window.model.runs.send(messages.Reset())
    until(lambda: window.model.runs.state is RunState.READY)
    until(lambda: np.array_equal(counted(window), before) and confusion(window).matrix._view is not None)
    view = confusion(window).matrix._view
    assert view is not None
    until(lambda: getattr(confusion(window).matrix._view, "step", -1) == 0)


# What the other tabs do in the window


def test_every_tab_says_that_there_are_no_data_yet(qtbot: QtBot) -> None:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="light"))
    for name in TAB_NAMES:
        window.tabs.choose(name)
        page = window.tabs.panel.page
        assert page is not None
        assert "No data yet" in page.said
        assert page.accessibleName()
    window.close()
    window.deleteLater()


def test_roc_curves_follow_the_training(window: MainWindow, until: Until) -> None:
    window.tabs.choose("roc")
    page = window.tabs.panel.page
    assert isinstance(page, RocPage)
    until(lambda: page.roc._view is not None)
    before = page.roc._view
    window.model.runs.send(messages.Run())
    until(lambda: page.roc._view is not None and before is not None and page.roc._view.mean_area > before.mean_area)
    assert "AUC" in page.summary.wording
    page.charts.choose(1)
    page._summarise()
    assert "expected calibration error" in page.summary.wording
    assert page.calibration.isVisible()
    assert not page.roc.isVisible()


def test_a_regression_shows_its_errors_and_why_it_has_no_roc(window: MainWindow, until: Until) -> None:
    window.model.load_toy("hills")
    until(lambda: window.tabs.panel.bar.tabText(0) == "Errors")
    window.tabs.choose("confusion")
    page = window.tabs.panel.page
    assert isinstance(page, ErrorsPage)
    until(lambda: page.said == "")
    assert page.summary.wording.startswith("R²")
    page.predicted.row_chosen.emit(11)
    assert window.model.runs.row == 11
    window.tabs.choose("roc")
    roc = window.tabs.panel.page
    assert isinstance(roc, RocPage)
    assert "are for classes" in roc.said
    until(lambda: window.model.runs.watch.rows is None)
    window.model.load_toy("rings")
    until(lambda: window.tabs.panel.bar.tabText(0) == "Confusion")
    until(lambda: roc.said == "")


def test_histograms_grow_with_the_epochs_and_follow_the_networks_shape(window: MainWindow, until: Until) -> None:
    window.tabs.choose("histograms")
    page = window.tabs.panel.page
    assert isinstance(page, HistogramsPage)
    until(lambda: len(page.strips) == 3)
    page.kinds.chosen.emit("Gradients")
    until(lambda: "No gradient yet" in page.said)
    window.model.runs.send(messages.Run())
    until(lambda: page.said == "" and len(page._shown[0].epochs) >= 3)
    window.verbs.remove_layer(0)
    until(lambda: len(page.strips) == 2)


def test_a_finding_lights_its_neurons_in_the_diagram_until_they_are_let_go(window: MainWindow, until: Until) -> None:
    window.tabs.choose("gradients")
    page = window.tabs.panel.page
    assert isinstance(page, GradientsPage)
    until(lambda: page.said == "" and len(page.flow.layers) == 3)
    snapshot, dataset = window.live.snapshot, window.model.dataset
    assert snapshot is not None
    assert dataset is not None
    finding = Finding("dead_units", "warning", 1, (2, 5), "Two neurons are dead.", {"neurons": 2.0}, "Start again.")
    run = (snapshot.run_id, snapshot.history.serial)
    page.findings.show_items(items_of([finding], Case(snapshot, dataset)), "", run)
    line = page.findings.lines[0]
    assert line.link.accessibleName() == "Show neurons 3 and 6 of hidden layer 2"
    assert "Two neurons are dead. Start again. neurons\xa02" in page.findings.texts[0]
    line.link.click()
    spot = window.network.picker.stream
    assert isinstance(spot, Spot)
    assert (spot.place.layer, spot.place.units) == (1, (2, 5))
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.network.picker.stream is None


def test_updates_are_told_while_training_and_stay_in_a_pause(window: MainWindow, until: Until) -> None:
    window.tabs.choose("gradients")
    page = window.tabs.panel.page
    assert isinstance(page, GradientsPage)
    window.model.runs.send(messages.Run())
    until(lambda: bool(page.flow.layers) and all(layer.healthy is not None for layer in page.flow.layers))
    assert "update" in page.summary.wording
    window.model.runs.send(messages.Pause())
    until(lambda: window.model.runs.state is RunState.PAUSED)
    until(lambda: all(layer.healthy is not None for layer in page.flow.layers))


def test_a_wide_panel_shows_charts_side_by_side(window: MainWindow, until: Until) -> None:
    panel = window.tabs.panel
    panel.setParent(None)  # as when it floats
    panel.resize(900, 420)
    panel.show()
    panel.choose("roc")
    page = panel.page
    assert isinstance(page, RocPage)
    until(lambda: page.roc.isVisible() and page.calibration.isVisible())
    assert not page.charts.segments.isVisible()
    panel.choose("gradients")
    gradients = panel.page
    assert isinstance(gradients, GradientsPage)
    until(gradients.findings.isVisible)
    assert gradients.flow.isVisible()
    assert gradients.chart.isVisible()
    assert gradients.ways.names == ()
    panel.resize(360, 180)
    until(lambda: len(gradients.ways.names) == 3)
    gradients._on_way("Diagnosis")
    assert gradients.findings.isVisible()
    assert not gradients.charts.isVisible()
    panel.hide()
    panel.deleteLater()


def test_every_theme_reaches_every_page(window: MainWindow, qtbot: QtBot) -> None:
    for name in TAB_NAMES:
        window.tabs.choose(name)
    window.theming.choose("light")
    qtbot.waitUntil(lambda: window.turns.waiting == 0)
    for name in TAB_NAMES:
        assert window.tabs.panel.page_of(name).theme.name == "light"


def test_every_control_of_the_tabs_has_a_name(window: MainWindow) -> None:
    for name in TAB_NAMES:
        window.tabs.choose(name)
        page = window.tabs.panel.page
        assert page is not None
        for widget in page.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not _is_part(widget):
                text = getattr(widget, "text", str)()
                assert widget.accessibleName() or text, (name, widget)


def _is_part(widget: QWidget) -> bool:
    """Whether a widget is a part that Qt itself makes and names, such as a scroll bar."""
    return isinstance(widget, (QScrollBar, QHeaderView)) or widget.objectName().startswith("qt_")


def test_page_for_another_task_comes_a_frame_after_its_data_set(window: MainWindow, until: Until) -> None:
    at_once: list[object] = []
    window.model.dataset_changed.connect(lambda _: at_once.append(window.tabs.panel.shown))
    window.model.load_toy("plane")
    until(lambda: isinstance(window.tabs.panel.shown, ErrorsPage))
    assert isinstance(at_once[0], ConfusionPage)
    window.model.load_toy("rings")  # made already
    until(lambda: isinstance(window.tabs.panel.shown, ConfusionPage))
    assert isinstance(at_once[1], ConfusionPage)
