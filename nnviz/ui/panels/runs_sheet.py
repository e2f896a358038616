"""The runs of this session in a sheet above the time rail: which they are, and what can be done with the chosen one."""

from typing import Final

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.run_list import RunLine
from nnviz.ui.panels.inspector_parts import set_text, value_label
from nnviz.ui.plots.curve_runs import run_colour
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import hold, px

_WIDTH: Final = 720
_ROW: Final = 26
_MOST_ROWS: Final = 7  # the others are scrolled to
_HEADINGS: Final = ("Run", "Branched from", "Epochs", "Best loss", "Differs in")
_DIFFERS: Final = "The settings in which it differs from the present run, with its own values"
_FOOT: Final = "Going back leaves the present run in this list; nothing is lost but what is forgotten."


class RunsSheet(QFrame):
    """A list of runs, the present one first, and buttons for the chosen one.

    Signals
    -------
    back_wanted(int, object)
        The run, by the serial of its history, is to be gone back into: to an update, or None for its newest moment.
    compare_wanted(int), forget_wanted(int)
        Its end is to be compared with; it is to be kept no longer.
    """

    back_wanted = Signal(int, object)
    compare_wanted = Signal(int)
    forget_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("runsSheet")
        self.setAccessibleName("Runs of this session")
        hold(self, width=_WIDTH)
        self.theme: Theme = DARK
        self.lines: tuple[RunLine, ...] = ()
        self._at: tuple[int, int] | None = None  # a serial and an update: the moment whose lane was clicked
        self.title = value_label("title")
        self.title.setText("Runs of this session")
        self.memory = value_label("caption")
        self.table = self._table()
        self.back, self.there, self.compare, self.forget = (QPushButton(text) for text in ("", "", "Compare", "Forget"))
        self.back.setProperty("primary", "true")
        self.compare.setToolTip("Compare the moment that is shown with the end of this run")
        self.forget.setToolTip("Free its memory: its curve goes, and it can't be gone back into")
        self.back.clicked.connect(lambda: self._go(None))
        self.there.clicked.connect(self._go_there)
        self.compare.clicked.connect(lambda: self._send(self.compare_wanted))
        self.forget.clicked.connect(self._forget)
        self.foot = QLabel(_FOOT)
        self.foot.setProperty("role", "caption")
        self.foot.setWordWrap(True)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        head, buttons = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.memory)
        for button in (self.back, self.there, self.compare, self.forget):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(head)
        column.addWidget(self.table)
        column.addLayout(buttons)
        column.addWidget(self.foot)

    def _table(self) -> QTableWidget:
        table = QTableWidget(0, len(_HEADINGS))
        table.setHorizontalHeaderLabels(list(_HEADINGS))
        table.setAccessibleName("Runs")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        last = QTableWidgetItem(_HEADINGS[-1])
        last.setToolTip(_DIFFERS)
        table.setHorizontalHeaderItem(len(_HEADINGS) - 1, last)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in range(len(_HEADINGS) - 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(_HEADINGS) - 1, QHeaderView.ResizeMode.Stretch)
        table.currentCellChanged.connect(lambda *_: self._on_chosen())
        table.itemDoubleClicked.connect(lambda _: self._go(None))
        return table

    # What is shown

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        self.theme = theme
        self.setStyleSheet(
            f"#runsSheet {{ background: {theme.panel}; border: 1px solid {theme.line_strong}; }}"
            "QTableWidget::item { padding: 0 7px; }"
        )
        lines, self.lines = self.lines, ()
        self.show_lines(lines, self.memory.text())

    def show_lines(self, lines: tuple[RunLine, ...], memory: str) -> None:
        """Show runs, the present one first, and what memory they take together; the choice stays where it was."""
        set_text(self.memory, memory)
        if lines == self.lines:
            return
        chosen = self.chosen
        self.lines = lines
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(lines))
            for row, line in enumerate(lines):
                self._fill(row, line)
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + px(_ROW) * min(_MOST_ROWS, max(2, len(lines))) + 4
        )
        self.choose(None if chosen is None else chosen.serial)

    def _fill(self, row: int, line: RunLine) -> None:
        texts = (line.name, line.origin, line.end, line.best, "\N{EN DASH}" if line.present else line.differs)
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(line.differs if column == len(texts) - 1 else line.sentence)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, line.sentence if column == 0 else text)
            if column == 0:
                item.setIcon(self._sign(line))
            self.table.setItem(row, column, item)
        self.table.setRowHeight(row, px(_ROW))

    def _sign(self, line: RunLine) -> QIcon:
        """Return a stroke in the run's colour, as in the legend of its curve."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(int(16 * ratio), int(16 * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        colour = self.theme.validation if line.present else run_colour(self.theme, line.number)
        painter.setPen(QPen(QColor(colour), 2.5))
        painter.drawLine(2, 8, 14, 8)
        painter.end()
        return QIcon(picture)

    @property
    def chosen(self) -> RunLine | None:
        """The run that is chosen."""
        row = self.table.currentRow()
        return self.lines[row] if 0 <= row < len(self.lines) else None

    def choose(self, serial: int | None, step: int | None = None, epoch: int = 0) -> None:
        """Choose a run, the last one left if there is none of that serial; ``step``: a moment of it is offered too."""
        rows = [row for row, line in enumerate(self.lines) if line.serial == serial and not line.present]
        self._at = None if step is None or serial is None else (serial, step)
        self.there.setText(f"Go back to its epoch {epoch:,}")
        self.table.setCurrentCell(rows[0] if rows else min(1, len(self.lines) - 1), 0)
        self._on_chosen()

    def _on_chosen(self) -> None:
        line = self.chosen
        others = line is not None and not line.present
        self.back.setText(f"Go back to run {line.number}" if line is not None and others else "Go back to this run")
        self.there.setVisible(line is not None and self._at is not None and self._at[0] == line.serial)
        for button in (self.back, self.there, self.compare, self.forget):
            button.setEnabled(others)
            button.setAccessibleDescription("" if line is None else line.sentence)

    def drop_above(self, anchor: QWidget) -> None:
        """Show the sheet above a widget, flush with its right edge, on its screen."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), -self.height() - 4))
        space = anchor.screen().availableGeometry()
        corner.setY(max(space.top(), corner.y()))
        corner.setX(max(space.left(), min(corner.x(), space.right() - self.width())))
        self.move(corner)
        self.show()
        (self.back if self.back.isEnabled() else self.table).setFocus()

    # The person

    def _go(self, step: int | None) -> None:
        if (line := self.chosen) is not None and not line.present:
            self.hide()
            self.back_wanted.emit(line.serial, step)

    def _go_there(self) -> None:
        self._go(None if self._at is None else self._at[1])

    def _send(self, signal: object) -> None:
        if (line := self.chosen) is not None and not line.present:
            self.hide()
            signal.emit(line.serial)  # type: ignore[attr-defined]  # a bound signal

    def _forget(self) -> None:
        if (line := self.chosen) is not None and not line.present:
            self.table.setFocus()
            self.forget_wanted.emit(line.serial)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go back into the chosen run with Enter, forget it with Delete, close with Esc or the key that opened it."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._go(None)
            case Qt.Key.Key_Delete:
                self._forget()
            case Qt.Key.Key_G | Qt.Key.Key_Escape:
                self.hide()
            case _:
                super().keyPressEvent(event)
