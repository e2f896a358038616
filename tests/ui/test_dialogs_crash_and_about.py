"""Facts about the crash report, the key list and the rejected rows."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from nnviz import __version__
from nnviz.data.table import NO_DIALECT, Column, Rejected, Table
from nnviz.ui.commands import KEYS
from nnviz.ui.dialogs.about import AboutDialog, key_rows
from nnviz.ui.dialogs.crash import CrashDialog, show_report
from nnviz.ui.dialogs.csv_rejects import RejectedRowsDialog
from nnviz.ui.theme import LIGHT


def opened(qtbot: QtBot, dialog: QWidget) -> None:
    dialog.open()  # type: ignore[attr-defined]
    qtbot.waitUntil(dialog.isVisible)


def deleted() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_report_is_copied_whole(qtbot: QtBot) -> None:
    dialog = CrashDialog("Traceback\n  <line> 1")
    opened(qtbot, dialog)
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == "Traceback\n  <line> 1"
    dialog.continue_button.click()


def test_report_is_saved_as_text(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = CrashDialog("Traceback: ä σ")
    opened(qtbot, dialog)
    dialog.save_to(tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text("utf-8") == "Traceback: ä σ"
    assert dialog.outcome.text().startswith("Saved as")
    dialog.continue_button.click()


def test_report_that_cannot_be_saved_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = CrashDialog("Traceback")
    opened(qtbot, dialog)
    dialog.save_to(tmp_path / "nowhere" / "report.txt")
    assert dialog.outcome.text().startswith("Not saved:")
    dialog.continue_button.click()


def test_continue_is_what_enter_does_and_quit_asks(qtbot: QtBot) -> None:
    dialog = CrashDialog("Traceback")
    opened(qtbot, dialog)
    with qtbot.assertNotEmitted(dialog.quit_requested):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    other = CrashDialog("Traceback")
    opened(qtbot, other)
    with qtbot.waitSignal(other.quit_requested):
        other.quit_button.click()


def test_second_report_joins_the_open_one(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    first = show_report("first trace", window)
    assert show_report("second trace", window) is first
    assert "first trace" in first.text
    assert "second trace" in first.text
    first.continue_button.click()
    window.close()


def test_key_list_names_every_key_of_the_window(qtbot: QtBot) -> None:
    dialog = AboutDialog()
    dialog.set_theme(LIGHT)
    opened(qtbot, dialog)
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    assert {words for _, _, words in KEYS} <= texts
    assert any(__version__ in text for text in texts)
    assert any("Open Font License" in text for text in texts)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_key_rows_read_as_keys() -> None:
    assert ("Ctrl O", "Open a CSV file or a model") in key_rows()


def test_rejected_rows_show_line_reason_and_literal_text(qtbot: QtBot) -> None:
    rejected = (Rejected(7, "3 fields where 2 were expected", "<b>1</b>,2,3"), Rejected(1204, "too short", "x" * 900))
    columns = (Column("x", "float", np.arange(4.0)),)
    table = Table("r.csv", None, columns, 4, NO_DIALECT, rejected, ("The last line is a total.",))
    dialog = RejectedRowsDialog(table)
    opened(qtbot, dialog)
    model = dialog.rejected_table.records
    cells = [model.index(0, place).data() for place in range(3)]
    assert cells == ["7", "3 fields where 2 were expected", "<b>1</b>,2,3"]
    assert model.index(1, 0).data() == "1,204"
    assert len(model.index(1, 2).data()) == 200
    assert "&lt;b&gt;" in model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert dialog.warnings.texts == ("The last line is a total.",)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    deleted()
