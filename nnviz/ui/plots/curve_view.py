"""The curves' view box: a drag draws a box to zoom in on, with Shift it moves, the wheel zooms at the pointer."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal

from nnviz.ui.theme import Theme, with_alpha

# A box narrower than this is a slip of the hand; one lower than this chooses epochs only.
_LEAST_WIDTH, _LEAST_HEIGHT = 6.0, 12.0


class CurveView(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """Emits ``box_drawn`` with what was framed, in the axes' units, and whether its height counts."""

    box_drawn = Signal(QRectF, bool)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours for the box that is drawn."""
        self.rbScaleBox.setPen(pg.mkPen(theme.ink_2, width=1))
        self.rbScaleBox.setBrush(pg.mkBrush(with_alpha(theme.ink_2, 0.12)))

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:  # noqa: N802 - pyqtgraph's name
        """Draw a box with the left button, move with Shift or the middle button; the right one does nothing."""
        if ev.button() == Qt.MouseButton.RightButton or not any(self.state["mouseEnabled"]):
            ev.ignore()
            return
        shift = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if axis is not None or shift or ev.button() != Qt.MouseButton.LeftButton:
            self.rbScaleBox.hide()
            super().mouseDragEvent(ev, axis)
            return
        ev.accept()
        start, end = ev.buttonDownPos(), ev.pos()
        width, height = abs(end.x() - start.x()), abs(end.y() - start.y())
        if not ev.isFinish():
            self.updateScaleBox(start, end)
            return
        self.rbScaleBox.hide()
        if width >= _LEAST_WIDTH:
            framed = self.childGroup.mapRectFromParent(QRectF(start, end).normalized())
            self.box_drawn.emit(framed.normalized(), height >= _LEAST_HEIGHT)
