"""The drawer that compares two moments: the map's difference, losses and settings that differ, the weights."""

from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.comparison import ARROW, Comparison
from nnviz.app.report_tables import TextTable
from nnviz.app.sides import Side
from nnviz.ui.dialogs.report_table import TextTableView
from nnviz.ui.panels.inspector_parts import set_text, value_label
from nnviz.ui.panels.microscope_bar import flat
from nnviz.ui.panels.tabs_page import Caption
from nnviz.ui.plots.difference import DifferenceChart, DifferenceLegend
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold, px
from nnviz.ui.widgets import horizontal_rule

HEIGHT, LEAST, MOST = 300, 180, 480
_ROOMY: Final = 780  # pixels of width from which on the change has a column of its own
_PICTURED: Final = 480  # pixels of width below which the picture leaves its room to the numbers
_FIGURES: Final = 268  # pixels of width in which a loss's name and two numbers are read
NO_DIFFERENCE: Final = ("No setting differs", "", "")


class ComparePanel(QWidget):
    """Header with what is compared, and three columns.

    Signals
    -------
    keep_wanted, closed
        The moment that is shown is to be compared with; the drawer is to go.
    side_chosen(Side)
        An earlier run's end is to be compared with.
    answer_chosen(int)
        The class whose probability the map's difference is about.
    weight_chosen(Place), weight_opened(Place)
        A weight of the table was walked to, or asked to be looked at.
    """

    keep_wanted = Signal()
    closed = Signal()
    side_chosen = Signal(object)
    answer_chosen = Signal(int)
    weight_chosen = Signal(object)
    weight_opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare")
        self.setAccessibleName("Comparison")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(LEAST)
        self.setMaximumHeight(MOST)
        self.comparison: Comparison | None = None
        self.title, self.subject = value_label("title"), Caption()
        self.title.setText("Compare")
        self.subject.setContentsMargins(0, 0, 0, 0)
        self.answer = QComboBox()
        self.answer.setAccessibleName("Class whose probability the map is about")
        self.answer.setToolTip("Class whose probability the map is about")
        self.answer.setProperty("compact", "true")
        self.answer.activated.connect(self.answer_chosen)
        self.runs = QPushButton("Earlier runs")
        self.runs.setToolTip("Compare with the weights that an earlier run ended with")
        self._menu = QMenu(self)
        self.runs.setMenu(self._menu)
        self.keep = QPushButton("Keep this moment")
        self.keep.setToolTip("Compare with the moment that is shown now (C on the time rail)")
        self.keep.clicked.connect(self.keep_wanted)
        for button in (self.keep, self.runs):
            button.setAutoDefault(False)
            button.setProperty("compact", "true")
            button.setStyleSheet("QPushButton { padding: 0 8px; min-height: 0; }")
            hold(button, height=24)
        self.close_button = flat("\N{MULTIPLICATION X}", "Close (Esc)", self.closed.emit)
        self.close_button.setAccessibleName("Close the comparison")
        self.chart, self.legend = DifferenceChart(theme), DifferenceLegend(theme)
        self.figures = TextTableView("Losses and settings", compact=True)
        self.weights = TextTableView("Weights that changed most", compact=True)
        self.weights.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # both ends of a name tell weights apart
        self.weights.row_chosen.connect(lambda key: self._on_weight(key, self.weight_chosen))
        self.weights.activated.connect(lambda index: self._on_weight(index.row(), self.weight_opened))
        self._message = value_label("secondary", wrap=True)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._body())
        self._pages.addWidget(self._message)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        column.addLayout(self._header())
        column.addWidget(horizontal_rule())
        column.addWidget(self._pages, 1)
        self.offer((), ())
        self.set_theme(theme)
        self.say("")

    def _header(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(16, 4, 8, 4)
        head.setSpacing(6)
        head.addWidget(self.title)
        head.addWidget(self.subject, 1)
        for part in (self.answer, self.runs, self.keep, self.close_button):
            head.addWidget(part)
        return head

    def _body(self) -> QWidget:
        picture = QWidget()
        picture.setProperty("surface", "none")
        below = QVBoxLayout(picture)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.chart, 1)
        below.addWidget(self.legend)
        self.apart = value_label("secondary", wrap=True)  # in the weights' place, of networks of two shapes
        self.apart.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.apart.setContentsMargins(8, 6, 8, 0)
        body = QWidget()
        body.setProperty("surface", "none")
        row = QHBoxLayout(body)
        row.setContentsMargins(4, 2, 8, 0)
        row.setSpacing(10)
        for part, share in ((picture, 8), (self.figures, 11), (self.weights, 16), (self.apart, 16)):
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            row.addWidget(part, share)
        hold(self.figures, least_width=_FIGURES)
        self._picture = picture
        return body

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        for part in (self.chart, self.legend, self.figures, self.weights):
            part.set_theme(theme)

    # What is shown

    @property
    def message(self) -> str:
        """The words that are shown instead of a comparison, or ""."""
        return self._message.text() if self._pages.currentWidget() is self._message else ""

    def say(self, text: str) -> None:
        """Say why nothing is compared; the head, whose buttons choose otherwise, stays."""
        set_text(self._message, text)
        self._message.setAccessibleName(text)
        self._pages.setCurrentIndex(1 if text else 0)
        if text:
            self.comparison = None
            self.subject.set_wordings("")

    def offer(self, ends: tuple[Side, ...], answers: tuple[str, ...]) -> None:
        """Offer the ends of earlier runs, and the classes that the map can be about."""
        self._menu.clear()
        for side in reversed(ends):
            action = self._menu.addAction(f"Run {side.run}, epoch {side.epoch:,}")
            action.triggered.connect(lambda _=False, side=side: self.side_chosen.emit(side))
        self.runs.setVisible(bool(ends))
        if answers != tuple(self.answer.itemText(index) for index in range(self.answer.count())):
            with QSignalBlocker(self.answer):
                self.answer.clear()
                self.answer.addItems(answers)
        self.answer.setVisible(len(answers) > 2)

    def show_comparison(self, found: Comparison) -> None:
        """Show a comparison."""
        self.say("")
        self.comparison = found
        self._picture.setVisible(found.map is not None and self.width() >= px(_PICTURED))
        self.chart.show_difference(found.map)
        self.legend.show_difference(found.map)
        settings = tuple((change.name, change.before, change.after) for change in found.settings)
        self._set_table(
            self.figures, TextTable(("", "Before", "After"), (*found.figures, *(settings or (NO_DIFFERENCE,))))
        )
        texts = [weight.texts for weight in found.weights]
        headings = ("Weight", "Before", "After", "Change")[: 4 if self.width() >= px(_ROOMY) else 3]
        lines = tuple(text[: len(headings)] for text in texts)
        tips = tuple(f"{name}: {before} {ARROW} {after}, {by}" for name, before, after, by in texts)
        self._set_table(self.weights, TextTable(headings, lines, tips=tips, keys=tuple(range(len(lines)))))
        set_text(self.apart, found.apart)
        self.weights.setVisible(not found.apart)
        self.apart.setVisible(bool(found.apart))
        self.subject.set_wordings(*found.summary)
        self.subject.setToolTip(found.summary[0])

    @staticmethod
    def _set_table(view: TextTableView, table: TextTable) -> None:
        if view.table == table:
            return
        chosen = view.currentIndex().row()
        with QSignalBlocker(view):
            view.set_table(table)
            if 0 <= chosen < len(table.keys):
                view.selectRow(chosen)

    def _on_weight(self, key: int, signal: object) -> None:
        if self.comparison is not None and key < len(self.comparison.weights):
            signal.emit(self.comparison.weights[key].place)  # type: ignore[attr-defined]  # a bound signal

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
