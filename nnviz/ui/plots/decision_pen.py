"""The pen of the decision map: mouse and keys make strokes of points."""

from collections.abc import Callable
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnviz.app.drawing import Axes, PlacedPoint
from nnviz.ui.plots.decision_drawing import place_of, reach_of
from nnviz.ui.theme import DARK

STROKE_GAP: Final = 9.0  # pixels between two points of a stroke
_KEY_STEP, _FINE_STEP = 12.0, 2.0
_SIZE: Final = 21  # of the cross hair
ARROWS: Final = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_ADD_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_REMOVE_KEYS: Final = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class CrossHair(QWidget):
    """Where Enter puts a point; lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.setFixedSize(_SIZE, _SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def put(self, at: QPointF) -> None:
        """Show it around a position of the parent."""
        self.move(round(at.x()) - _SIZE // 2, round(at.y()) - _SIZE // 2)
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint four arms with a case that parts them from any colour of the map."""
        del event
        painter = QPainter(self)
        middle = _SIZE / 2
        for colour, width in ((self.theme.point_outline, 4.0), (self.theme.ink, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            for x, y in ARROWS.values():
                painter.drawLine(QPointF(middle + 4 * x, middle + 4 * y), QPointF(middle + 9 * x, middle + 9 * y))
        painter.end()


class DrawPen(QObject):
    """Turns the map's mouse and keys into strokes; without a drawing it leaves them to the map.

    Parameters
    ----------
    map_widget
        The map.
    square
        Returns the map's box in the widget's pixels.
    """

    stroke_grew = Signal()
    stroke_ended = Signal(object)  # list of (x, y) in the units of the axes
    remove_wanted = Signal(float, float, object)  # x, y, and half the width and height of what is near enough
    left = Signal()

    def __init__(self, map_widget: QWidget, square: Callable[[], QRect]) -> None:
        super().__init__(map_widget)
        self._map, self._square = map_widget, square
        self._axes: Axes | None = None
        self._places: list[tuple[float, float]] = []
        self._last: QPointF | None = None  # pixels
        self._at: QPointF | None = None  # of the cross hair
        self.cross = CrossHair(map_widget)
        map_widget.installEventFilter(self)

    def begin(self, axes: Axes) -> None:
        """Draw from now on."""
        if self._axes != axes:
            self._axes = axes
            self._map.setCursor(Qt.CursorShape.CrossCursor)

    def end(self) -> None:
        """Draw no longer."""
        self._axes, self._last, self._at, self._places = None, None, None, []
        self.cross.hide()
        self._map.unsetCursor()

    @property
    def is_down(self) -> bool:
        """Whether a stroke is being drawn."""
        return self._last is not None

    def stroke(self, label: str) -> tuple[PlacedPoint, ...]:
        """Return the stroke that is being drawn, as points of a class."""
        return tuple(PlacedPoint(x, y, label) for x, y in self._places)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take what a pen needs, and let the map have all else."""
        del watched
        if self._axes is None:
            return False
        kind = event.type()
        if isinstance(event, QMouseEvent):
            return self._mouse(kind, event)
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.ShortcutOverride:
            if event.key() in (*ARROWS, *_ADD_KEYS, *_REMOVE_KEYS):
                event.accept()
            return False
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            return self._key(event)
        if kind == QEvent.Type.FocusOut:
            self.cross.hide()
        return False

    def _mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        at = event.position()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if event.button() != Qt.MouseButton.LeftButton or not self._square().contains(at.toPoint()):
                return False
            self.cross.hide()
            self._at = at
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._remove(at)
            else:
                self._grow(at)
        elif kind == QEvent.Type.MouseMove and self._last is not None:
            self._draw_to(at)
        elif kind == QEvent.Type.MouseButtonRelease and self._last is not None:
            places, self._places, self._last = self._places, [], None
            self.stroke_ended.emit(places)
        # A move without a button is the pen's too: the map would show a card and another cursor.
        return True

    def _draw_to(self, at: QPointF) -> None:
        start = self._last
        if start is None:
            return
        way = at - start
        length = float(np.hypot(way.x(), way.y()))
        # The mouse may jump: the points lie evenly however few of its moves are told.
        for number in range(1, int(length // STROKE_GAP) + 1):
            self._grow(start + way * (number * STROKE_GAP / length))

    def _grow(self, at: QPointF) -> None:
        self._last = at
        if self._axes is not None and self._square().contains(at.toPoint()):
            self._places.append(place_of(self._axes, self._square(), at))
            self.stroke_grew.emit()

    def _remove(self, at: QPointF) -> None:
        if self._axes is not None:
            square = self._square()
            self.remove_wanted.emit(*place_of(self._axes, square, at), reach_of(self._axes, square))

    def _key(self, event: QKeyEvent) -> bool:
        square = self._square()
        at = self._at or QPointF(square.center())
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif (way := ARROWS.get(Qt.Key(event.key()))) is not None:
            step = _FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _KEY_STEP
            x, y = at.x() + way[0] * step, at.y() + way[1] * step
            self._at = QPointF(
                min(max(x, square.left() + 1.0), square.right()), min(max(y, square.top() + 1.0), square.bottom())
            )
        elif event.key() in _ADD_KEYS and self._axes is not None:
            self.stroke_ended.emit([place_of(self._axes, square, at)])
        elif event.key() in _REMOVE_KEYS:
            self._remove(at)
        else:
            return False
        if self._axes is not None:
            self._at = self._at or at
            self.cross.put(self._at)
        return True
