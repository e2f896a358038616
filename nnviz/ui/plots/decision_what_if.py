"""The chosen row's mark on the map as a handle: dragged, it gives the row the values of the place that it is put to."""

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from nnviz.ui.axis_values import rounded

if TYPE_CHECKING:
    from nnviz.ui.plots.decision_surface import DecisionSurface

_REACH: Final = 10.0  # pixels from the mark's middle


class WhatIfHandle(QObject):
    """Takes the mouse while it is on the mark; all else is left to who else watches the map.

    A plane of principal components has no columns that could be set, and the handle does not work there.

    Signals
    -------
    moved(object)
        By column of an axis its new value, dict of str to float: raw units, or the code of a category.
    """

    moved = Signal(object)

    def __init__(self, surface: "DecisionSurface") -> None:
        super().__init__(surface)
        self._surface = surface
        self._active = self._holds = False
        surface.installEventFilter(self)

    def set_active(self, *, active: bool) -> None:
        """Work from now on, or no more."""
        self._active = active
        self._let_go()

    def place(self) -> QPointF | None:
        """Return where the mark is on the widget; None where it cannot be dragged."""
        surface = self._surface
        view, layers = surface.view, surface.layers
        if not self._active or view is None or layers.row is None or view.plane.kind == "components":
            return None
        if surface.is_drawn_on:
            return None
        return layers.mark(view, surface.square)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Hold the mark from the press to the release."""
        del watched
        if self._active and isinstance(event, QMouseEvent):
            return self._mouse(event)
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        kind, at = event.type(), event.position()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton and self._meets(at):
            self._holds = True
            self._surface.setCursor(Qt.CursorShape.ClosedHandCursor)
            return True
        if kind == QEvent.Type.MouseButtonRelease and self._holds:
            self._let_go()
            return True
        if kind != QEvent.Type.MouseMove:
            return False
        if not self._holds:
            if event.buttons() == Qt.MouseButton.NoButton and self._meets(at):
                self._surface.pointer.put_away()
                self._surface.setCursor(Qt.CursorShape.OpenHandCursor)
                return True
            return False
        if values := self._values(at):
            self.moved.emit(values)
        return True

    def _meets(self, at: QPointF) -> bool:
        place = self.place()
        return place is not None and math.hypot(at.x() - place.x(), at.y() - place.y()) <= _REACH

    def _let_go(self) -> None:
        if self._holds:
            self._holds = False
            self._surface.unsetCursor()

    def _values(self, at: QPointF) -> dict[str, float]:
        view, square = self._surface.view, self._surface.square
        if view is None:
            return {}
        x = min(max(at.x(), float(square.left())), float(square.right()))
        y = min(max(at.y(), float(square.top())), float(square.bottom()))
        across, upward = view.place(QPointF(x, y), square)
        found = {view.plane.x.name: rounded(view.plane.x, across)}
        if view.plane.kind == "columns" and view.plane.y.name:
            found[view.plane.y.name] = rounded(view.plane.y, upward)
        return found
