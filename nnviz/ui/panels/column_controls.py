"""A control for each of many columns, of which only those that are scrolled to exist."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QVBoxLayout, QWidget

from nnviz.app.slices import AT_MEDIANS, Held, Slices
from nnviz.ui.panels.column_row import ROW_HEIGHT, ColumnRow
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold

BELOW: Final = 2  # pixels below the last control
_NOTCH: Final = 120
_INSET: Final = 16


class ColumnControls(QWidget):
    """Sliders and lists of columns, in original units, with a scroll bar where there are more than are shown.

    Parameters
    ----------
    rows
        The controls that serve one column after another.

    Signals
    -------
    changed(str, float)
        The column, and its value in raw units, the code of a category, or nan for a missing value.
    refused(str)
        Why what was typed is not taken.
    """

    changed = Signal(str, float)
    refused = Signal(str)

    def __init__(self, rows: Sequence[ColumnRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = tuple(rows)
        self._names: tuple[str, ...] = ()
        self._slices: Slices | None = None
        self._held: Held = AT_MEDIANS
        self._limit = len(self.rows)
        self.setProperty("surface", "none")
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.bar.setAccessibleName("Other columns")
        self.bar.valueChanged.connect(self._fill)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for row in self.rows:
            row.changed.connect(self.changed)
            row.refused.connect(self.refused)
            row.step_wanted.connect(lambda by: self.bar.setValue(self.bar.value() + by))
            column.addWidget(row)
        self._body = QHBoxLayout(self)
        self._body.setSpacing(4)
        self._body.addLayout(column, 1)
        self._body.addWidget(self.bar)
        self._place()

    def show_columns(self, names: Sequence[str], slices: Slices | None, held: Held) -> None:
        """Stand for these columns of a data set, held at their values."""
        self._names, self._slices, self._held = tuple(names), slices, held
        self._place()

    def set_held(self, held: Held) -> None:
        """Show other values of the same columns."""
        self._held = held
        self._fill()

    def set_limit(self, most: int) -> None:
        """Show at most so many columns at a time."""
        most = max(1, min(most, len(self.rows)))
        if most != self._limit:
            self._limit = most
            self._place()

    def scroll_to(self, name: str) -> None:
        """Bring a column into sight."""
        if name in self._names:
            at, first = self._names.index(name), self.bar.value()
            if not first <= at < first + self._limit:
                self.bar.setValue(at)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        for row in self.rows:
            row.set_theme(theme)

    def _place(self) -> None:
        count, limit = len(self._names), self._limit
        self.bar.setRange(0, max(0, count - limit))
        self.bar.setPageStep(limit)
        self.bar.setVisible(count > limit)
        self._body.setContentsMargins(_INSET, 0, 2 if count > limit else _INSET, BELOW)
        for place, row in enumerate(self.rows):
            row.setVisible(place < min(count, limit))
        self.setVisible(count > 0)
        hold(self, height=min(count, limit) * ROW_HEIGHT + BELOW)
        self._fill()

    def _fill(self) -> None:
        """Let the rows stand for the columns that are scrolled to."""
        if (slices := self._slices) is None:
            return
        first = self.bar.value()
        for row, name in zip(self.rows, self._names[first : first + self._limit], strict=False):
            median = slices.held_number(name, AT_MEDIANS)
            row.show_column(slices.axis(name), median, slices.held_number(name, self._held))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Scroll to other columns."""
        if notches := round(event.angleDelta().y() / _NOTCH):
            self.bar.setValue(self.bar.value() - notches)
        event.accept()
