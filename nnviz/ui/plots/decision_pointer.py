"""What mouse and keys do on the map: read values off, choose rows, zoom and move; as they do over the curves."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QRubberBand, QToolButton

from nnviz.ui.plots.decision_hover import place_lines, row_lines
from nnviz.ui.plots.decision_pen import ARROWS, CrossHair
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.plots.hover_card import HoverCard

if TYPE_CHECKING:
    from nnviz.ui.plots.decision_surface import DecisionSurface

_ZOOM: Final = 0.8  # of a notch of the wheel, and of a key
_NOTCH: Final = 120.0
_SLIP: Final = 6.0  # pixels that a click may wander
_STEP, _FAR = 6.0, 40.0  # pixels that an arrow moves the cross hair, and with Shift
_READ_MS: Final = 250  # how often a resting pointer reads changed answers
_ZOOM_KEYS: Final = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus)
_KEYS: Final = (*ARROWS, *_ZOOM_KEYS, Qt.Key.Key_Home, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOVE_MODIFIERS: Final = (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)


class MapPointer(QObject):
    """Reads off what lies under the pointer, or under the cross hair that the arrow keys move."""

    row_chosen = Signal(int)
    view_wanted = Signal(object)  # SurfaceView: a part of the same plane
    focus_changed = Signal()

    def __init__(self, surface: "DecisionSurface") -> None:
        super().__init__(surface)
        self._surface = surface
        self.card = HoverCard(surface)
        self.cross = CrossHair(surface)
        self.focused = False
        self._mouse: QPointF | None = None
        self._at: QPointF | None = None  # of the cross hair
        self._pressed: QPointF | None = None
        self._moving_from: QPointF | None = None
        self.whole = QToolButton(surface)
        self.whole.setText("Whole map")
        self.whole.setToolTip("Show the whole map again (Home or a double click)")
        self.whole.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.whole.setProperty("segment", "true")
        self.whole.setCursor(Qt.CursorShape.ArrowCursor)
        self.whole.clicked.connect(self._show_whole)
        self.whole.hide()
        self._frame = QRubberBand(QRubberBand.Shape.Rectangle, surface)
        self._again = QTimer(self, interval=_READ_MS)
        self._again.timeout.connect(self._read)
        surface.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow mouse, wheel, keys and focus."""
        del watched
        kind = event.type()
        if isinstance(event, QFocusEvent):
            self._focus(event)
        elif kind in (QEvent.Type.Leave, QEvent.Type.Hide):
            self._mouse = None
            self._let_go()
        elif self._surface.view is not None and not self._surface.is_drawn_on:
            return self._steer(event)
        return False

    def _steer(self, event: QEvent) -> bool:
        """Do what an event asks for; return whether that was all there is to do."""
        kind = event.type()
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        if isinstance(event, QMouseEvent):
            self._mouse_event(kind, event)
        elif isinstance(event, QKeyEvent):
            if kind == QEvent.Type.ShortcutOverride and event.key() in _KEYS:
                event.accept()
            return kind == QEvent.Type.KeyPress and self._key(event)
        return False

    def put_away(self) -> None:
        """Hide card and cross hair: what they speak of is gone."""
        self._at = None
        self._let_go()

    def place_button(self) -> None:
        """Offer the way back while the map does not show the whole plane."""
        view, square = self._surface.view, self._surface.square
        self.whole.setVisible(view is not None and not view.is_whole)
        self.whole.adjustSize()
        self.whole.move(square.right() - self.whole.width() - 5, square.top() + 6)

    def _let_go(self) -> None:
        self._pressed = self._moving_from = None
        self._frame.hide()
        self._read()

    # Mouse

    def _mouse_event(self, kind: QEvent.Type, event: QMouseEvent) -> None:
        at = event.position()
        if kind == QEvent.Type.MouseMove:
            self._move(event)
        elif kind == QEvent.Type.MouseButtonDblClick and self._inside(at):
            self._show_whole()
        elif kind == QEvent.Type.MouseButtonPress and self._inside(at):
            left = event.button() == Qt.MouseButton.LeftButton
            if event.button() == Qt.MouseButton.MiddleButton or (left and _has_modifier(event)):
                self._moving_from = at
            elif left:
                self._pressed = at
        elif kind == QEvent.Type.MouseButtonRelease:
            self._release(at)

    def _move(self, event: QMouseEvent) -> None:
        at, view = event.position(), self._surface.view
        self._mouse = at if self._inside(at) else None
        square = self._surface.square
        if self._moving_from is not None and view is not None:
            way, self._moving_from = at - self._moving_from, at
            self.view_wanted.emit(view.moved(-way.x() / square.width(), way.y() / square.height()))
        elif self._pressed is not None and _far(self._pressed, at):
            framed = QRectF(self._pressed, at).normalized().intersected(QRectF(square))
            self._frame.setGeometry(framed.toRect())
            self._frame.show()
        self._read()

    def _release(self, at: QPointF) -> None:
        pressed, self._pressed, self._moving_from = self._pressed, None, None
        view, square = self._surface.view, self._surface.square
        self._frame.hide()
        if pressed is None or view is None:
            return
        if not _far(pressed, at):
            if (row := self._row_at(pressed)) is not None:
                self.row_chosen.emit(row)
            return
        framed = QRectF(pressed, at).normalized().intersected(QRectF(square))
        if min(framed.width(), framed.height()) >= _SLIP:
            self.view_wanted.emit(view.framed(framed, square))

    def _wheel(self, event: QWheelEvent) -> bool:
        view, at = self._surface.view, event.position()
        if view is None or not self._inside(at):
            return False
        notches = event.angleDelta().y() / _NOTCH
        if notches:
            self.view_wanted.emit(view.zoomed(_ZOOM**notches, view.place(at, self._surface.square)))
        return True

    # Keys

    def _focus(self, event: QFocusEvent) -> None:
        tabbed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.focused = event.gotFocus() and tabbed
        if not event.gotFocus():
            self._at = None
        self.focus_changed.emit()
        self._read()

    def _key(self, event: QKeyEvent) -> bool:
        view, square = self._surface.view, self._surface.square
        if view is None:
            return False
        key, at = Qt.Key(event.key()), self._at or QPointF(square.center())
        if (way := ARROWS.get(key)) is not None:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.view_wanted.emit(view.moved(0.1 * way[0], -0.1 * way[1]))
                return True
            step = _FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
            x = min(max(at.x() + way[0] * step, square.left() + 1.0), float(square.right()))
            y = min(max(at.y() + way[1] * step, square.top() + 1.0), float(square.bottom()))
            self._at, self._mouse = QPointF(x, y), None
        elif key in _ZOOM_KEYS:
            factor = 1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM
            self.view_wanted.emit(view.zoomed(factor, view.place(at, square)))
        elif key == Qt.Key.Key_Home:
            self._show_whole()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            row = self._surface.row_near(at, reach=float(square.width()))
            if row is not None:
                self.row_chosen.emit(row)
        elif key == Qt.Key.Key_Escape and self._at is not None:
            self._at = None
        else:
            return False
        self._read()
        return True

    def _show_whole(self) -> None:
        view = self._surface.view
        if view is not None and not view.is_whole:
            self.view_wanted.emit(SurfaceView.whole(view.plane))

    # Reading

    def _inside(self, at: QPointF) -> bool:
        return self._surface.square.contains(at.toPoint())

    def _row_at(self, at: QPointF) -> int | None:
        return self._surface.row_near(at) if self._inside(at) else None

    def _read(self) -> None:
        """Show what lies under the pointer or the cross hair now."""
        surface, view = self._surface, self._surface.view
        at = self._mouse or self._at
        if self._at is not None and self._mouse is None:
            self.cross.theme = surface.theme
            self.cross.put(self._at)
        else:
            self.cross.hide()
        if at is None or view is None or surface.is_drawn_on or self._pressed is not None or self._moving_from:
            self.card.hide()
            self._again.stop()
            if not surface.is_drawn_on:
                surface.unsetCursor()
            surface.setAccessibleDescription("")
            return
        row = self._row_at(at)
        if row is None:
            text, place = place_lines(view, view.place(at, surface.square), surface.held, surface.snapshot), at
        else:
            text, place = row_lines(view, row, surface.snapshot), surface.pixel_of(row) or at
        surface.setCursor(Qt.CursorShape.ArrowCursor if row is None else Qt.CursorShape.PointingHandCursor)
        self.card.show_beside(text, place, surface.rect())
        surface.setAccessibleDescription(text.replace("\n", "; "))
        if not self._again.isActive():
            self._again.start()


def _far(start: QPointF, end: QPointF) -> bool:
    return (end - start).manhattanLength() > _SLIP


def _has_modifier(event: QMouseEvent) -> bool:
    return any(event.modifiers() & modifier for modifier in _MOVE_MODIFIERS)
