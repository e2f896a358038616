"""The report sheet in the real window: its key, its pages, refreshing by itself, rows, and cross-validation."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QSpinBox, QTableView, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.engine.findings import Finding
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.dialogs.report import ReportDialog
from nnviz.ui.dialogs.report_findings import FindingsPage, severity_pixmap
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import DARK, LIGHT, load_fonts

Until = Callable[[Callable[[], bool]], None]
SCORES, ROWS, FINDINGS, VALIDATION = range(4)


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda so: qtbot.waitUntil(so, timeout=20_000)


@pytest.fixture
def window(qtbot: QtBot, until: Until) -> Iterator[MainWindow]:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.show()
    window.model.load_toy("rings")
    until(lambda: window.live.snapshot is not None)
    window.activateWindow()
    until(window.isActiveWindow)
    window.setFocus()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def sheet(window: MainWindow, until: Until) -> ReportDialog:
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    found = window.findChild(ReportDialog)
    assert found is not None
    until(lambda: found.reports.report is not None)
    return found


def test_ctrl_m_shows_the_sheet_and_escape_or_ctrl_m_closes_it(
    sheet: ReportDialog, window: MainWindow, until: Until
) -> None:
    assert sheet.isVisible()
    assert not sheet.isModal()
    until(sheet.isActiveWindow)
    QTest.keyClick(sheet, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert not sheet.isVisible()
    sheet.show()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    window.activateWindow()
    until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert sheet.isVisible()
    assert len(window.findChildren(ReportDialog)) == 1


def test_the_button_above_the_loss_shows_it_too(window: MainWindow) -> None:
    window.loss.report.click()
    found = window.findChild(ReportDialog)
    assert found is not None
    assert found.isVisible()


def test_the_button_gives_way_to_the_legend_in_a_narrow_column(window: MainWindow, qtbot: QtBot) -> None:
    assert window.loss.report.isVisible()
    column = window.loss.parentWidget()
    assert column is not None
    column.setMaximumWidth(320)
    window.loss.choose("metric")  # whose name is longer
    qtbot.waitUntil(lambda: not window.loss.report.isVisible())
    parts = (window.loss.title, window.loss._train, window.loss._validation)
    qtbot.waitUntil(lambda: all(part.width() >= part.sizeHint().width() for part in parts))
    column.setMaximumWidth(400)
    qtbot.waitUntil(window.loss.report.isVisible)


def test_closing_the_window_closes_the_sheet(sheet: ReportDialog, window: MainWindow) -> None:
    window.close()
    assert not sheet.isVisible()


def test_scores_stand_beside_the_baselines(sheet: ReportDialog) -> None:
    table = sheet.scores.table.table
    assert table.headings == ("Metric", "Training rows", "Validation rows", "Logistic regression", "Constant answer")
    assert sheet.scores.sentence.text().startswith("Accuracy on validation rows: ")
    assert sheet.caption.text() == "Epoch 0, step 0"


def test_a_pause_brings_a_new_report(sheet: ReportDialog, window: MainWindow, until: Until) -> None:
    window.model.runs.send(messages.StepEpoch())
    until(lambda: sheet.caption.text().startswith("Epoch 1,"))
    report = sheet.reports.report
    assert report is not None
    until(lambda: window.live.snapshot is not None and window.live.snapshot.epoch == 1)
    assert window.live.snapshot is not None
    last = window.live.snapshot.history.last
    assert last is not None
    assert report.validation.values["accuracy"] == pytest.approx(last.validation_metric)


def test_refresh_while_training_says_that_training_goes_on(
    sheet: ReportDialog, window: MainWindow, until: Until
) -> None:
    window.model.runs.send(messages.Run())
    until(lambda: window.model.runs.state is RunState.RUNNING)
    first = sheet.reports.report
    sheet.refresh_button.click()
    until(lambda: sheet.reports.report is not first)
    assert sheet.caption.text().endswith("; training goes on")
    window.model.runs.send(messages.Pause())
    until(lambda: window.model.runs.state is RunState.PAUSED)
    until(lambda: not sheet.caption.text().endswith("; training goes on"))


def test_a_hidden_sheet_asks_for_nothing(sheet: ReportDialog, window: MainWindow, until: Until) -> None:
    sheet.close()
    known = sheet.reports.report
    window.model.runs.send(messages.StepEpoch())
    until(lambda: window.model.runs.state is RunState.PAUSED)
    until(lambda: not window.model.jobs.busy)
    assert sheet.reports.report is known


def test_confusion_shows_validation_rows_first_and_training_rows_on_demand(sheet: ReportDialog) -> None:
    sheet.tabs.setCurrentIndex(ROWS)
    assert sheet.rows.segments.names == ("Validation rows", "Training rows")
    report = sheet.reports.report
    assert report is not None
    for name, scores in (("Validation rows", report.validation), ("Training rows", report.training)):
        sheet.rows.segments.chosen.emit(name)
        counts = [[int(cell) for cell in row[1:4]] for row in sheet.rows.table.table.rows]
        assert counts == scores.confusion.tolist()


def test_walking_the_worst_rows_chooses_them_in_the_window(sheet: ReportDialog, window: MainWindow) -> None:
    sheet.tabs.setCurrentIndex(ROWS)
    table = sheet.rows.worst
    table.selectRow(0)
    assert window.model.runs.row == table.table.keys[0]
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert window.model.runs.row == table.table.keys[1]


def test_cross_validation_runs_and_shows_means_and_flips(sheet: ReportDialog, window: MainWindow, until: Until) -> None:
    sheet.tabs.setCurrentIndex(VALIDATION)
    page = sheet.validation
    assert not sheet.save_button.isEnabled()
    for spin, value in ((page.folds, 3), (page.seeds, 2), (page.epochs, 5)):
        spin.setValue(value)
    page.button.click()
    assert page.button.text() == "Cancel"
    assert not page.folds.isEnabled()
    until(lambda: sheet.reports.validation is not None)
    found = sheet.reports.validation
    assert found is not None
    assert page.button.text() == "Run"
    assert "(3 folds × 2 seeds)" in page.sentence.text()
    assert page.metrics.isVisible()
    assert sheet.save_button.isEnabled()
    assert len(found.flips) > 0
    assert page.segments.names == ("Metrics", f"Rows that flip ({len(found.flips):,})")
    page.segments.chosen.emit(page.segments.names[1])
    assert page.rows.isVisible()
    page.rows.selectRow(0)
    assert window.model.runs.row == found.flips[0].row


def test_cross_validation_can_be_called_off(sheet: ReportDialog, window: MainWindow, until: Until) -> None:
    sheet.tabs.setCurrentIndex(VALIDATION)
    page = sheet.validation
    page.epochs.setValue(1_000_000)
    page.button.click()
    until(lambda: window.model.jobs.busy)
    page.button.click()
    assert page.button.text() == "Run"
    assert page.state.text() == "Called off."
    until(lambda: not window.model.jobs.busy)
    assert sheet.reports.validation is None


def test_too_many_folds_are_refused_on_the_page(sheet: ReportDialog, until: Until) -> None:
    page = sheet.validation
    page.folds.setValue(1_000)
    page.button.click()
    until(lambda: page.button.text() == "Run")
    assert "fewer folds" in page.state.text()


def test_another_data_set_empties_the_sheet_and_fills_it_anew(
    sheet: ReportDialog, window: MainWindow, until: Until
) -> None:
    window.model.load_toy("hills")
    until(lambda: sheet.title.text() == "Hills" and sheet.reports.report is not None)
    until(lambda: sheet.tabs.tabText(ROWS) == "Errors")
    assert sheet.rows.segments.names == ()
    assert sheet.rows.table.table.headings == ("Error", "Training rows", "Validation rows")


def test_a_table_is_copied_and_saved(sheet: ReportDialog, tmp_path: Path) -> None:
    sheet.copy_button.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Metric\tTraining rows\tValidation rows\tLogistic regression\tConstant answer"
    assert len(lines) == 1 + len(sheet.scores.table.table.rows)
    sheet.save_to(tmp_path / "scores.csv")
    assert (tmp_path / "scores.csv").read_text("utf-8") == sheet.scores.table.table.csv()
    assert sheet.footnote.text() == "Saved as scores.csv."
    sheet.save_to(tmp_path / "nowhere" / "scores.csv")
    assert sheet.footnote.text().startswith("Not saved:")


def test_selected_cells_are_copied_by_the_key(sheet: ReportDialog) -> None:
    table = sheet.scores.table
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 2))
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == table.table.rows[1][2]


def test_everything_that_can_be_used_has_a_name(sheet: ReportDialog) -> None:
    kinds: tuple[type[QWidget], ...] = (QAbstractButton, QSpinBox, QTableView)
    for kind in kinds:
        for widget in sheet.findChildren(kind):
            if widget.metaObject().className() == "QTableCornerButton":
                continue
            named = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
            assert named, widget
    assert sheet.tabs.accessibleName()


def test_both_themes_paint_the_best_score_in_their_own_colour(sheet: ReportDialog) -> None:
    texts = sheet.scores.table.texts
    row, column = next(iter(texts.table.best))
    for theme in (LIGHT, DARK):
        sheet.set_theme(theme)
        colour = texts.data(texts.index(row, column), Qt.ItemDataRole.ForegroundRole)
        assert colour.name() == theme.validation.lower()  # type: ignore[attr-defined]


@pytest.fixture
def findings_page(qtbot: QtBot) -> FindingsPage:
    load_fonts()
    page = FindingsPage()
    qtbot.addWidget(page)
    page.resize(600, 400)
    return page


def test_severity_is_said_by_a_word_and_by_a_sign_of_its_own(findings_page: FindingsPage) -> None:
    findings = [
        Finding("dead_units", "serious", 0, (0, 1), "2 of 2 are dead.", {"share": 1.0}, "Start again."),
        Finding("plateau", "warning", None, (), "It stands still.", {"epochs": 20.0}, "Wait."),
        Finding("overfitting", "note", None, (), "It knows <b>too much</b>.", {}, "Stop."),
    ]
    findings_page.show_findings(findings)
    texts = findings_page.texts
    assert texts[:4] == ("Serious: dead neurons", "2 of 2 are dead.", "Start again.", "share\xa01")
    assert "Warning: plateau" in texts
    assert "It knows <b>too much</b>." in texts
    signs = [label for label in findings_page.findChildren(QLabel) if not label.pixmap().isNull()]
    assert [sign.accessibleName() for sign in signs] == ["Serious", "Warning", "Note"]
    pictures = {bytes(severity_pixmap(one.severity, DARK, 1.0).toImage().constBits()) for one in findings}
    assert len(pictures) == 3


def test_no_findings_are_said_in_words(findings_page: FindingsPage) -> None:
    assert not findings_page.texts
    findings_page.show_findings([])
    assert findings_page.texts[0] == "Nothing was found."
