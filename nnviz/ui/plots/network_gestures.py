"""Zooming and panning the diagram: wheel, pinch, drags on empty ground or with the middle button, keys."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from nnviz.ui.plots.network_view import STEP, NetworkView

_NOTCH = 120.0  # of a wheel, in eighths of a degree
_KEY_STEP = 60.0  # canvas pixels
_ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_DRAG_START = 4.0  # pixels a press may wander before it is a drag and no click


class NetworkGestures(QObject):
    """Turns what hands do over the diagram into changes of its view.

    Parameters
    ----------
    empty_at
        Whether a point of the canvas holds nothing, so that a drag may begin there.
    busy
        Whether the arrow keys have something else to do.

    Signals
    -------
    moved
        The view was changed by a gesture that may go on.
    """

    moved = Signal()

    def __init__(
        self, graph: QWidget, view: NetworkView, empty_at: Callable[[QPointF], bool], busy: Callable[[], bool]
    ) -> None:
        super().__init__(graph)
        self._graph, self._view, self._empty_at, self._busy = graph, view, empty_at, busy
        self._pressed: QPointF | None = None
        self._last = QPointF()
        self.dragging = False
        graph.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        graph.grabGesture(Qt.GestureType.PinchGesture)
        graph.installEventFilter(self)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify about a point, or about the middle of the canvas."""
        point = at or QPointF(self._graph.width() / 2, self._graph.height() / 2)
        if self._view.magnify(factor, point.x(), point.y()):
            self.moved.emit()

    def fit(self) -> None:
        """Show the whole diagram."""
        if self._view.fit():
            self.moved.emit()

    def pan(self, dx: float, dy: float) -> None:
        """Push the diagram about."""
        if self._view.move(dx, dy):
            self.moved.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take the gestures."""
        del watched
        if isinstance(event, QWheelEvent):
            return self._on_wheel(event)
        if isinstance(event, QNativeGestureEvent):
            return self._on_native(event)
        if isinstance(event, QGestureEvent):
            return self._on_pinch(event)
        if isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return False

    def _on_wheel(self, event: QWheelEvent) -> bool:
        turned, pixels = event.angleDelta(), event.pixelDelta()
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        if held & Qt.KeyboardModifier.ShiftModifier:
            self.pan((turned.x() + turned.y()) / _NOTCH * _KEY_STEP, 0.0)
        elif event.phase() != Qt.ScrollPhase.NoScrollPhase and not pixels.isNull() and not held:
            self.pan(pixels.x(), pixels.y())  # two fingers on a touchpad push; a wheel has no phases
        else:
            self.zoom(STEP ** (turned.y() / _NOTCH), event.position())
        return True

    def _on_native(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(max(0.1, 1.0 + event.value()), event.position())
            return True
        if event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
            self.zoom(2.0, event.position()) if not self._view.overflows else self.fit()
            return True
        return False

    def _on_pinch(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        if pinch.state() == Qt.GestureState.GestureUpdated:  # the last event repeats the one before it
            at = self._graph.mapFromGlobal(pinch.centerPoint())
            drift = pinch.centerPoint() - pinch.lastCenterPoint()
            self.zoom(pinch.scaleFactor(), at)
            self.pan(drift.x(), drift.y())
        event.accept(pinch)
        return True

    def _on_mouse(self, event: QMouseEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            middle = event.button() == Qt.MouseButton.MiddleButton
            ground = event.button() == Qt.MouseButton.LeftButton and self._empty_at(event.position())
            if (middle or ground) and self._view.overflows:
                self._pressed = self._last = event.position()
            return middle
        if event.type() == QEvent.Type.MouseMove and self._pressed is not None:
            return self._drag(event.position())
        if event.type() == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            self._pressed = None
            if self.dragging:
                self.dragging = False
                self._graph.unsetCursor()
        return False

    def _drag(self, at: QPointF) -> bool:
        if self._pressed is not None and not self.dragging:
            if (at - self._pressed).manhattanLength() <= _DRAG_START:
                return True
            self.dragging = True
            self._graph.setCursor(Qt.CursorShape.ClosedHandCursor)
        step = at - self._last
        self._last = at
        self.pan(step.x(), step.y())
        return True

    def _on_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        # While something is chosen the plain arrows walk from neuron to neuron.
        mine = held == Qt.KeyboardModifier.ShiftModifier or (not held and not self._busy())
        if key in _ARROWS and mine and self._view.overflows:
            across, down = _ARROWS[key]
            self.pan(across * _KEY_STEP, down * _KEY_STEP)
            return True
        return False
