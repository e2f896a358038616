"""Pages of the report: scores beside baselines, and the rows by class or by error."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnviz.app.report import Report
from nnviz.app.report_tables import ReportTables, TextTable
from nnviz.ui.dialogs.report_table import TextTableView
from nnviz.ui.segments import Segments
from nnviz.ui.theme import Theme

INSET = 16
_MOST_LINES = 8  # of a confusion matrix before it scrolls


def text_label(text: str = "", role: str = "") -> QLabel:
    """Return a label of literal, selectable, wrapping text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    if role:
        label.setProperty("role", role)
    return label


def page_layout(page: QWidget) -> QVBoxLayout:
    """Give a page its margins."""
    layout = QVBoxLayout(page)
    layout.setContentsMargins(INSET, 12, INSET, 12)
    layout.setSpacing(10)
    return layout


class ScoresPage(QWidget):
    """The sentence, then every metric."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = text_label(role="title")
        self.table = TextTableView("Scores")
        self.note = text_label(role="caption")
        layout = page_layout(self)
        for widget in (self.sentence, self.table, self.note):
            layout.addWidget(widget, int(widget is self.table))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.table.set_theme(theme)

    def show_report(self, report: Report, tables: ReportTables) -> None:
        """Show a report."""
        self.sentence.setText(report.sentence)
        self.table.set_table(tables.scores)
        rows = "validation" if report.has_validation else "training"
        unit = f" Errors are in the unit of {report.dataset.choices.target}." if not report.dataset.classes else ""
        constant = "commonest class" if report.dataset.classes else "mean"
        self.note.setText(
            f"Both baselines are fitted to the training rows and judged by the {rows} rows; the constant answer is the "
            f"{constant}. The best of network and baselines is in bold; ↑ higher is better, ↓ lower is better.{unit}"
        )

    def clear(self) -> None:
        """Show nothing."""
        self.sentence.setText("")
        self.note.setText("")
        self.table.set_table(TextTable(("Metric",), ()))


class RowsPage(QWidget):
    """How classes were taken for one another, or how large errors are; below it the rows furthest from their target."""

    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tables: Mapping[str, TextTable] = {}
        self._shown = ""
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.segments = Segments()
        self.segments.chosen.connect(self._show)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.segments)
        self.table = TextTableView("Confusion matrix")
        self.worst = TextTableView("Rows furthest from their target")
        self.worst.row_chosen.connect(self.row_chosen)
        heading = QLabel("Rows furthest from their target")
        heading.setProperty("role", "title")
        hint = QLabel("Choosing a row shows it in the window.")
        hint.setProperty("role", "caption")
        below = QHBoxLayout()
        below.addWidget(heading)
        below.addStretch(1)
        below.addWidget(hint)
        layout = page_layout(self)
        layout.addLayout(head)
        layout.addWidget(self.table)
        layout.addLayout(below)
        layout.addWidget(self.worst, 1)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.table.set_theme(theme)
        self.worst.set_theme(theme)

    def show_report(self, report: Report, tables: ReportTables) -> None:
        """Show a report; the set of rows that the person looked at stays."""
        name = "Confusion matrix" if report.dataset.classes else "Errors"
        self.title.setText(
            name if report.dataset.classes else f"Errors: prediction minus {report.dataset.choices.target}"
        )
        self.table.setAccessibleName(name)
        if tables.by_set.keys() != self._tables.keys():
            self.segments.set_names(tuple(tables.by_set))
        self._tables = tables.by_set
        self._show(self._shown if self._shown in self._tables else next(iter(self._tables)))
        self.worst.set_table(tables.worst)

    def _show(self, name: str) -> None:
        self._shown = name
        self.segments.press(name)
        table = self._tables[name]
        self.table.set_table(table)
        lines = min(len(table.rows), _MOST_LINES)
        bar = self.table.horizontalScrollBar().sizeHint().height()
        self.table.setFixedHeight(
            lines * self.table.row_height + self.table.horizontalHeader().sizeHint().height() + bar + 2
        )

    def clear(self) -> None:
        """Show nothing."""
        self._tables = {}
        self.segments.set_names(())
        self.title.setText("")
        for table in (self.table, self.worst):
            table.set_table(TextTable(("",), ()))
