"""The controls of drawing in the map's header: a chip for each class, undo and redo."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QToolButton, QWidget

from nnviz.app.drawing import MOST_CLASSES
from nnviz.ui.icons import set_icon
from nnviz.ui.plots.decision_markers import class_shape, paint_marker
from nnviz.ui.text_parts import ARROWS, KeepKeys, tooltip
from nnviz.ui.theme import CAPTION, DARK, MEDIUM, Theme, font, point_colour
from nnviz.ui.type_scale import hold, px

_WIDE, _NARROW, _HEIGHT = 32, 21, 24
_MOST_WIDE: Final = 5


class ClassChip(QAbstractButton):
    """The marker of one class with the number of its key; the next after the last class shows a plus."""

    def __init__(self, index: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._index = index
        self._n_classes = 0
        self._theme = DARK
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_class(self, name: str, count: int, n_classes: int) -> None:
        """Stand for a class, or with "" for one that is still to come."""
        self._n_classes = n_classes
        what = f"Class {name}, {count:,} points" if name else "A further class"
        self.setAccessibleName(f"{what}, key {self._index + 1}")
        self.setToolTip(tooltip(f"{what} (key {self._index + 1})"))
        hold(self, width=_WIDE if n_classes <= _MOST_WIDE else _NARROW, height=_HEIGHT)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the fixed size."""
        return self.minimumSize()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint marker and number."""
        del event
        theme, chosen = self._theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0), 5.0, 5.0)
        if chosen or self.underMouse():
            painter.fillPath(path, QColor(theme.raised))
        outline = theme.ink if chosen or self.hasFocus() else theme.line
        painter.strokePath(path, QPen(QColor(outline), 1.5 if chosen else 1.0))
        wide = self.width() == px(_WIDE)
        centre = QPointF(px(11) if wide else px(7), self.height() / 2)
        painter.setFont(font(CAPTION, MEDIUM))
        painter.setPen(QColor(theme.ink if chosen else theme.ink_2))
        if self._index >= self._n_classes:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "+")
        else:
            colour, shape = QColor(point_colour(theme, self._index)), class_shape(self._index, self._n_classes)
            paint_marker(painter, centre, shape, colour, QColor(theme.panel), hollow=False, scale=1.5 if wide else 1.2)
            number = QRectF(px(17) if wide else px(12), 0, self.width() - px(21 if wide else 14), self.height())
            painter.drawText(number, Qt.AlignmentFlag.AlignCenter, str(self._index + 1))
        painter.end()


class DrawBar(QWidget):
    """Emits what was pressed; shows what it is told."""

    class_chosen = Signal(int)
    undo = Signal()
    redo = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        self.chips = tuple(ClassChip(index, self) for index in range(MOST_CLASSES))
        group = QButtonGroup(self)
        for index, chip in enumerate(self.chips):
            group.addButton(chip)
            chip.clicked.connect(lambda _=False, index=index: self.class_chosen.emit(index))
            layout.addWidget(chip)
            KeepKeys(chip, ARROWS)  # they walk from chip to chip
        layout.addStretch(1)
        self.undo_button = self._button("Undo", "Undo (Ctrl Z)", self.undo)
        self.redo_button = self._button("Redo", "Redo (Ctrl Shift Z)", self.redo)
        for button in (self.undo_button, self.redo_button):
            layout.addWidget(button)

    def _button(self, name: str, tip: str, signal: object) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("flat", "true")
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        hold(button, width=24, height=24)
        button.setStyleSheet("QToolButton { padding: 0; min-height: 0; }")
        button.clicked.connect(signal)
        return button

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        for chip in self.chips:
            chip.set_theme(theme)
        for button, name in ((self.undo_button, "undo"), (self.redo_button, "redo")):
            set_icon(button, name, theme.ink_2, 16, theme.line_strong)

    def show_state(self, classes: tuple[str, ...], counts: tuple[int, ...], chosen: int) -> None:
        """Show the classes, one more that can be added, and which is drawn in."""
        shown = max(len(classes), chosen + 1)
        for index, chip in enumerate(self.chips):
            known = index < len(classes)
            chip.set_class(classes[index] if known else "", counts[index] if known else 0, shown)
            chip.setVisible(index <= shown)
        self.chips[chosen].setChecked(True)

    def set_history(self, *, undo: bool, redo: bool) -> None:
        """Allow what there is to undo and to redo."""
        self.undo_button.setEnabled(undo)
        self.redo_button.setEnabled(redo)
