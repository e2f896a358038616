"""The report on the network: scores, rows, diagnosis and cross-validation in one sheet beside the window."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.app_model import AppModel
from nnviz.app.report import Report
from nnviz.app.report_tables import ReportTables, ValidationTables
from nnviz.app.reports import Reports
from nnviz.errors import UserError
from nnviz.export.atomic import atomic_write
from nnviz.run.cross_validation import CrossValidation
from nnviz.run.state import RunState
from nnviz.ui.dialogs.report_findings import FindingsPage
from nnviz.ui.dialogs.report_pages import RowsPage, ScoresPage
from nnviz.ui.dialogs.report_table import TextTableView
from nnviz.ui.dialogs.report_validation import ValidationPage
from nnviz.ui.style_sheet import tab_sheet
from nnviz.ui.text_parts import one_line
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import px
from nnviz.ui.widgets import horizontal_rule

_SIZE: Final = QSize(880, 620)
_SCORES, _ROWS, _FINDINGS, _VALIDATION = range(4)
_TABS: Final = ("Scores", "Confusion", "Diagnosis", "Cross-validation")


class ReportDialog(QDialog):
    """Not modal: training goes on beside it, and a row chosen in it is shown in the window."""

    row_chosen = Signal(int)

    def __init__(self, model: AppModel, parent: QWidget | None = None, theme: Theme = DARK) -> None:
        super().__init__(parent)
        self.setObjectName("report")
        self.setWindowTitle("Report")
        self._model = model
        self.reports = Reports(model, self)
        self.title, self.caption, self.footnote = QLabel(), QLabel(), QLabel()
        for label, role in ((self.title, "title"), (self.caption, "caption"), (self.footnote, "caption")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", role)
        self.refresh_button = QPushButton("Refresh")
        self.refresh_button.setToolTip("Judge the network as it is now (F5)")
        self.copy_button = QPushButton("Copy table")
        self.save_button = QPushButton("Save as CSV …")
        self.close_button = QPushButton("Close")
        for button in (self.refresh_button, self.copy_button, self.save_button, self.close_button):
            button.setAutoDefault(False)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Parts of the report")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for name in _TABS:
            self.tabs.addTab(name)
        self.scores, self.rows, self.findings, self.validation = (
            ScoresPage(),
            RowsPage(),
            FindingsPage(),
            ValidationPage(),
        )
        self.pages = QStackedWidget()
        for page in (self.scores, self.rows, self.findings, self.validation):
            self.pages.addWidget(page)
        self._build()
        self._wire()
        self.set_theme(theme)
        self._forget()
        room = self.screen().availableGeometry().size() - QSize(48, 64)  # for the window's frame
        self.resize(QSize(px(_SIZE.width()), px(_SIZE.height())).boundedTo(room).expandedTo(_SIZE))

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 4)
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.caption, 1)
        head.addWidget(self.refresh_button)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(8, 0, 16, 0)
        tabs.addWidget(self.tabs)
        tabs.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.footnote, 1)
        foot.addWidget(self.copy_button)
        foot.addWidget(self.save_button)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(tabs)
        layout.addWidget(horizontal_rule())
        layout.addWidget(self.pages, 1)
        layout.addWidget(horizontal_rule())
        layout.addLayout(foot)

    def _wire(self) -> None:
        reports = self.reports
        self.refresh_button.clicked.connect(reports.refresh)
        QShortcut(QKeySequence(Qt.Key.Key_F5), self).activated.connect(reports.refresh)
        QShortcut(QKeySequence("Ctrl+M"), self).activated.connect(self.close)
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._save)
        self.close_button.clicked.connect(self.reject)
        self.tabs.currentChanged.connect(lambda _: self._on_tab())
        self.rows.row_chosen.connect(self.row_chosen)
        self.validation.row_chosen.connect(self.row_chosen)
        self.validation.table_changed.connect(self._on_tab)
        self.validation.run_requested.connect(reports.validate)
        self.validation.cancel_requested.connect(reports.cancel)
        reports.changed.connect(self._on_report)
        reports.validated.connect(self._on_validated)
        reports.refused.connect(self.validation.show_refusal)
        reports.forgotten.connect(self._forget)
        self._model.runs.state_changed.connect(self._on_state)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.tabs.setStyleSheet(tab_sheet(theme))
        for page in (self.scores, self.rows, self.findings, self.validation):
            page.set_theme(theme)

    def tick(self) -> None:
        """Show how far the cross-validation is (once a frame; free while there is none, or the sheet is hidden)."""
        if self.isVisible():
            self.validation.set_progress(self.reports.progress)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Judge the network as it is whenever the sheet is opened."""
        super().showEvent(event)
        if not event.spontaneous():
            self.tabs.setFocus()
            self.reports.refresh()

    def _on_state(self, state: RunState) -> None:
        if self.isVisible() and state is not RunState.RUNNING:
            self.reports.refresh()
        self._say_when()

    def _on_report(self, report: Report, tables: ReportTables) -> None:
        self.title.setText(one_line(report.dataset.name, 60))
        self.scores.show_report(report, tables)
        self.rows.show_report(report, tables)
        self.findings.show_findings(report.findings)
        self.validation.suggest_epochs(report.epoch)
        self.tabs.setTabText(_ROWS, "Confusion" if report.dataset.classes else "Errors")
        count = len(report.findings)
        self.tabs.setTabText(_FINDINGS, f"Diagnosis ({count})" if count else "Diagnosis")
        self.footnote.setText("")
        self._say_when()
        self._on_tab()

    def _say_when(self) -> None:
        report = self.reports.report
        if report is not None:
            going = "; training goes on" if self._model.runs.state is RunState.RUNNING else ""
            self.caption.setText(f"Epoch {report.epoch:,}, step {report.step:,}{going}")

    def _on_validated(self, found: CrossValidation, tables: ValidationTables) -> None:
        self.validation.show_result(found, tables)
        self._on_tab()

    def _forget(self) -> None:
        self.title.setText("No data" if self._model.dataset is None else one_line(self._model.dataset.name, 60))
        self.caption.setText("")
        for page in (self.scores, self.rows, self.findings, self.validation):
            page.clear()
        self.tabs.setTabText(_FINDINGS, _TABS[_FINDINGS])
        self._on_tab()

    def _on_tab(self) -> None:
        self.pages.setCurrentIndex(self.tabs.currentIndex())
        table = self._table()
        for button in (self.copy_button, self.save_button):
            button.setVisible(table is not None)
            button.setEnabled(table is not None and bool(table.table.rows))

    def _table(self) -> TextTableView | None:
        """Return the page's main table."""
        tables = {_SCORES: self.scores.table, _ROWS: self.rows.table, _VALIDATION: self.validation.table}
        return tables.get(self.tabs.currentIndex())

    def _copy(self) -> None:
        if (table := self._table()) is not None:
            QGuiApplication.clipboard().setText(table.copied())
            self.footnote.setText("Copied.")

    def _save(self) -> None:
        stem = Path(self.title.text()).stem.lower() or "report"
        name, _ = QFileDialog.getSaveFileName(
            self, "Save the table", f"{stem}-{_TABS[self.tabs.currentIndex()].lower()}.csv", "CSV files (*.csv)"
        )
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Write the page's table as a CSV file, and say so or why not."""
        if (table := self._table()) is None:
            return
        try:
            with atomic_write(path) as file:
                file.write(table.table.csv().encode("utf-8"))
        except UserError as error:
            self.footnote.setText(f"Not saved: {error}")
        else:
            self.footnote.setText(f"Saved as {path.name}.")
