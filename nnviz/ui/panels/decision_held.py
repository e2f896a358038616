"""What the columns that are on no axis are held at: all at once by a button, one by one by sliders and lists."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from nnviz.app.planes import Plane
from nnviz.app.slices import AT_MEDIANS, Held
from nnviz.ui.panels.column_controls import BELOW, ColumnControls
from nnviz.ui.panels.column_row import ROW_HEIGHT, ColumnRow
from nnviz.ui.panels.decision_parts import label, segment
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import hold, px

ROWS_SHOWN: Final = 2
_LINE: Final = 28
_REST_MS: Final = 160


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
        self.controls = ColumnControls([ColumnRow("Hold {} at") for _ in range(ROWS_SHOWN)])
        self.controls.changed.connect(self._on_value)
        self.refused = self.controls.refused
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
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.controls)

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
        if plane is None:
            self.controls.show_columns((), None, self.held)
        else:
            self.controls.show_columns(plane.held_names, plane.slices, self.held)
        self.say()

    def set_compact(self, *, compact: bool) -> None:
        """Show one control at a time instead of two."""
        self.controls.set_limit(1 if compact else ROWS_SHOWN)

    def height_with_all(self) -> int:
        """Return the height with as many controls as are shown where there is room."""
        count = 0 if self._plane is None else len(self._plane.held_names)
        return px(_LINE) + (min(count, ROWS_SHOWN) * px(ROW_HEIGHT) + BELOW if count else 0)

    def set_row(self, index: int | None) -> bool:
        """Another row is chosen; return whether anything is held elsewhere for it."""
        if index == self._row:
            return False
        self._row = index
        followed = self.at_row.isChecked()
        if followed:
            self.held = AT_MEDIANS if index is None else Held(index)
            (self.at_median if index is None else self.at_row).setChecked(True)
            self.controls.set_held(self.held)
        self.say()
        return followed

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.controls.set_theme(theme)

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
        self.controls.set_held(self.held)
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
