"""What a person sees of a bug: the report, where to put it, and the choice to go on."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

_LONGEST = 200_000  # characters of a report that are shown


class CrashDialog(QDialog):
    """A report with Copy, Save, Continue and Quit; shown with ``open()``, and it deletes itself."""

    quit_requested = Signal()

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("crash")
        self.setWindowTitle("nnviz has met a bug")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel("Something went wrong that should not have.")
        title.setProperty("role", "title")
        words = QLabel(
            "You can go on, but export the network first if it matters. The report below holds no data of yours; "
            "please send it with a word on what you did."
        )
        words.setWordWrap(True)
        words.setProperty("role", "secondary")
        self.report = QPlainTextEdit(report[:_LONGEST])
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Report")
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setTabChangesFocus(True)
        self.report.setStyleSheet("font-family: monospace;")
        self.outcome = QLabel()
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setProperty("role", "caption")
        self.outcome.setWordWrap(True)
        self.copy_button, self.save_button = QPushButton("Copy"), QPushButton("Save…")
        self.quit_button, self.continue_button = QPushButton("Quit"), QPushButton("Continue")
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._ask_where)
        self.quit_button.clicked.connect(self._quit)
        self.continue_button.clicked.connect(self.accept)
        for button in (self.copy_button, self.save_button, self.quit_button):
            button.setAutoDefault(False)
        self.continue_button.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)
        row.addWidget(self.outcome, 1)
        row.addWidget(self.quit_button)
        row.addWidget(self.continue_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addWidget(words)
        layout.addWidget(self.report, 1)
        layout.addLayout(row)
        self.resize(720, 440)
        self.continue_button.setFocus()

    @property
    def text(self) -> str:
        """The report as shown."""
        return self.report.toPlainText()

    def add(self, report: str) -> None:
        """Show another report below the one that is there."""
        if len(self.text) + len(report) < _LONGEST:
            self.report.appendPlainText(f"\n{'─' * 40}\n\n{report}")

    def save_to(self, path: Path) -> None:
        """Write the report to a file and say how that went."""
        try:
            path.write_text(self.text, "utf-8")
        except OSError as error:
            self.outcome.setText(f"Not saved: {error.strerror or error}")
        else:
            self.outcome.setText(f"Saved as {path}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self.outcome.setText("Copied")

    def _ask_where(self) -> None:
        chooser = QFileDialog(self, "Save the report", "nnviz-report.txt", "Text (*.txt)")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.fileSelected.connect(lambda name: self.save_to(Path(name)))
        chooser.open()

    def _quit(self) -> None:
        self.accept()
        self.quit_requested.emit()


def show_report(report: str, window: QWidget | None) -> CrashDialog:
    """Show a report over the window; while an earlier one is still open it is added to that.

    Returns at once: a dialog with a loop of its own, opened out of a paint event, would bring the next fault.
    """
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, CrashDialog) and widget.isVisible():
            widget.add(report)
            return widget
    dialog = CrashDialog(report, window)
    dialog.quit_requested.connect(QApplication.quit)
    dialog.open()
    return dialog
