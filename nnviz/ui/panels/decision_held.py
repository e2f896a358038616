"""What the columns that are on no axis are held at: all at once by a button, one by one by sliders and lists."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QScrollBar, QVBoxLayout, QWidget

from nnviz.app.planes import Plane
from nnviz.app.slices import AT_MEDIANS, Held
from nnviz.ui.panels.decision_parts import label, segment
from nnviz.ui.panels.decision_slider import ROW_HEIGHT, HeldRow
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold, px

ROWS_SHOWN: Final = 2
_LINE, _BELOW = 28, 2
_REST_MS: Final = 160
_NOTCH: Final = 120


class HeldColumns(QWidget):
    """A line that holds all columns at the medians or at the chosen row, and below it a control for each column.

    However many columns there are, only as many controls as are visible exist.
    """

    changed = Signal()
    rested = Signal()  # a little while after the last change

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.held: Held = AT_MEDIANS
        self._plane: Plane | None = None
        self._row: int | None = None
        self._drawing = False
        self._limit = ROWS_SHOWN
        self.setProperty("surface", "none")
        self.title = label("", "secondary")
        self.note = label("", "caption")
        self.at_median = segment("Median", "Hold every column at the median or commonest category of the training rows")
        self.at_row = segment("Row", "Hold every column at the values of the chosen row")
        self._segments = QButtonGroup(self)
        for button in (self.at_median, self.at_row):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._segments.addButton(button)
        self.at_median.setChecked(True)
        self.at_median.clicked.connect(lambda: self._hold(AT_MEDIANS))
        self.at_row.clicked.connect(lambda: self._hold(Held(self._row)))
        self._rows = tuple(HeldRow() for _ in range(ROWS_SHOWN))
        self._bar = QScrollBar(Qt.Orientation.Vertical)
        self._bar.setAccessibleName("Other held columns")
        self._bar.valueChanged.connect(self._fill)
        for row in self._rows:
            row.changed.connect(self._on_value)
            row.step_wanted.connect(lambda by: self._bar.setValue(self._bar.value() + by))
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.rested)
        self._arrange()

    def _arrange(self) -> None:
        self.line = QHBoxLayout()
        self.line.setContentsMargins(16, 0, 16, 0)
        self.line.setSpacing(0)
        self.line.addWidget(self.title)
        self.line.addSpacing(8)
        self.line.addStretch(1)
        self.line.addWidget(self.note)
        for button in (self.at_median, self.at_row):
            self.line.addWidget(button)
        head = QWidget()
        head.setProperty("surface", "none")
        head.setLayout(self.line)
        hold(head, height=_LINE)
        self._list = QWidget()
        self._list.setProperty("surface", "none")
        rows = QVBoxLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for row in self._rows:
            rows.addWidget(row)
        self._body = QHBoxLayout(self._list)
        self._body.setSpacing(4)
        self._body.addLayout(rows, 1)
        self._body.addWidget(self._bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._list)

    @property
    def moving(self) -> bool:
        """Whether something was changed just now, and may go on changing."""
        return self._rest.isActive()

    def begin_to_move(self) -> None:
        """Something else on the map moves: it rests a little while after the last time."""
        self._rest.start()

    def set_plane(self, plane: Plane | None, *, keep: bool = False) -> None:
        """Hold what is on no axis of a plane; with ``keep`` at the same values as before."""
        self._plane = plane
        if not keep:
            self.held = AT_MEDIANS
            self.at_median.setChecked(True)
        self._place_rows()
        self.say()

    def set_compact(self, *, compact: bool) -> None:
        """Show one control at a time instead of two."""
        limit = 1 if compact else ROWS_SHOWN
        if limit != self._limit:
            self._limit = limit
            self._place_rows()

    def height_with_all(self) -> int:
        """Return the height with as many controls as are shown where there is room."""
        count = 0 if self._plane is None else len(self._plane.held_names)
        return px(_LINE) + (min(count, ROWS_SHOWN) * px(ROW_HEIGHT) + _BELOW if count else 0)

    def _place_rows(self) -> None:
        count, limit = 0 if self._plane is None else len(self._plane.held_names), self._limit
        self._bar.setRange(0, max(0, count - limit))
        self._bar.setPageStep(limit)
        self._bar.setVisible(count > limit)
        self._body.setContentsMargins(16, 0, 2 if count > limit else 16, _BELOW)
        for place, row in enumerate(self._rows):
            row.setVisible(place < min(count, limit))
        self._list.setVisible(count > 0)
        hold(self._list, height=min(count, limit) * ROW_HEIGHT + _BELOW)
        self._fill()

    def set_row(self, index: int | None) -> bool:
        """Another row is chosen; return whether anything is held elsewhere for it."""
        if index == self._row:
            return False
        self._row = index
        followed = self.at_row.isChecked()
        if followed:
            self.held = AT_MEDIANS if index is None else Held(index)
            (self.at_median if index is None else self.at_row).setChecked(True)
            self._fill()
        self.say()
        return followed

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        for row in self._rows:
            row.set_theme(theme)

    def set_drawing(self, *, active: bool) -> None:
        """Leave the line to what helps with drawing, or take it back."""
        self._drawing = active
        self.say()

    def say(self) -> None:
        """Write the line anew."""
        plane = self._plane
        count = 0 if plane is None else len(plane.held_names)
        components = plane is not None and plane.kind == "components"
        holds = (count > 0 or components) and not self._drawing
        for button in (self.at_median, self.at_row):
            button.setVisible(holds)
        self.title.setVisible(not self._drawing)
        self.note.setVisible(plane is not None and not holds and not self._drawing)
        self.at_row.setEnabled(self._row is not None)
        number = ""
        if plane is not None and self._row is not None:
            number = f" {int(plane.dataset.table_rows[self._row]) + 1:,}"
        self.at_row.setText(f"Row{number}")
        self.at_median.setText("Mean" if components else "Median")
        if plane is None:
            self.title.setText("")
        elif components:
            self.title.setText("Plane through")
        elif count:
            self.title.setText(f"Hold {count:,} columns at" if count > 1 else "Hold at")
        else:
            self.title.setText("Held columns")
            alone = len(plane.dataset.feature_names) == 1
            self.note.setText("none, the only feature is on the axis" if alone else "none, both are on the axes")

    def _hold(self, held: Held) -> None:
        self.held = held
        self._fill()
        self._tell()

    def _on_value(self, name: str, value: float) -> None:
        self.held = self.held.with_value(name, value)
        # Neither all medians nor all of the row's any more.
        self._segments.setExclusive(False)
        for button in (self.at_median, self.at_row):
            button.setChecked(False)
        self._segments.setExclusive(True)
        self._tell()

    def _tell(self) -> None:
        self._rest.start()
        self.changed.emit()

    def _fill(self) -> None:
        """Let the rows stand for the columns that are scrolled to."""
        plane = self._plane
        if plane is None:
            return
        first = self._bar.value()
        for row, name in zip(self._rows, plane.held_names[first : first + ROWS_SHOWN], strict=False):
            median = plane.slices.held_number(name, AT_MEDIANS)
            row.show_column(plane.slices.axis(name), median, plane.slices.held_number(name, self.held))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Scroll to other columns."""
        if notches := round(event.angleDelta().y() / _NOTCH):
            self._bar.setValue(self._bar.value() - notches)
        event.accept()
