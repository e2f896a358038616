"""Dragging a caption: sideways to put its layer elsewhere, out of the row to take it out of the network."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from nnviz.ui.theme import BODY, DARK, MEDIUM, Theme, font, with_alpha

START = 6  # pixels a press may wander before it is a drag
OUT = 22  # pixels above or below the row that are out of it
BELOW = 90  # pixels below the row over which the dragged caption is painted


class _Ghost(QWidget):
    """The caption under the hand, and where it would fall; over everything, and deaf to the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.theme: Theme = DARK
        self.text, self.size_of = "", QRectF()
        self.at, self.mark = QPointF(), -1.0
        self.out = False
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the drop mark, and the caption at the cursor."""
        del event
        painter, theme = QPainter(self), self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.mark >= 0:
            pen = QPen(QColor(theme.ink), 3.0)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(self.mark, 6), QPointF(self.mark, self.height() - BELOW - 4))
        face = font(BODY, MEDIUM)
        width = max(self.size_of.width(), QFontMetricsF(face).horizontalAdvance(self.text) + 20)
        box = QRectF(self.at.x() - width / 2, self.at.y() - 14, width, 28)
        painter.setPen(QPen(QColor(theme.error if self.out else theme.ink), 1.5))
        painter.setBrush(with_alpha(theme.raised, 0.94))
        painter.drawRoundedRect(box, 5, 5)
        painter.setFont(face)
        painter.setPen(QColor(theme.error if self.out else theme.ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)


class CaptionDrag(QObject):
    """Follows drags that begin on the captions' texts.

    Parameters
    ----------
    row
        The row of captions.
    captions
        The captions that are shown, from left to right.

    Signals
    -------
    moved(int, int)
        A layer belongs at another place: both counted from 0 among the hidden layers.
    removed(int)
        A layer was dragged out.
    """

    moved = Signal(int, int)
    removed = Signal(int)

    def __init__(self, row: QWidget, captions: Callable[[], Sequence[QWidget]]) -> None:
        super().__init__(row)
        self._row, self._captions = row, captions
        self._ghost: _Ghost | None = None
        self._theme = DARK
        self._buttons: dict[QObject, tuple[QAbstractButton, int]] = {}
        self._pressed: QPoint | None = None
        self._index = -1
        self._slot: int | None = None
        self.dragging = False

    def watch(self, button: QAbstractButton, index: int) -> None:
        """Let a drag begin on a button: the caption of hidden layer ``index``."""
        self._buttons[button] = button, index
        button.installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow the mouse; Esc lets the caption fall where it was."""
        button, index = self._buttons[watched]
        if isinstance(event, QMouseEvent):
            return self._on_mouse(button, index, event)
        if self.dragging and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._end()
            return True
        return False

    def _on_mouse(self, button: QAbstractButton, index: int, event: QMouseEvent) -> bool:
        at = button.mapTo(self._row, event.position().toPoint())
        if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._index = at, index
        elif event.type() == QEvent.Type.MouseMove and self._pressed is not None:
            if not self.dragging and (at - self._pressed).manhattanLength() > START:
                self._begin(button)
            if self.dragging:
                self._follow(at)
                return True
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._pressed = None
            if self.dragging:
                index, slot, out = self._index, self._slot, self._ghost is not None and self._ghost.out
                self._end()
                if out:
                    self.removed.emit(index)
                elif slot is not None:
                    self.moved.emit(index, slot if slot < index else slot - 1)
                return True
        return False

    def _begin(self, button: QAbstractButton) -> None:
        self.dragging = True
        button.setDown(False)
        host = self._row.parentWidget() or self._row
        if self._ghost is None:
            self._ghost = _Ghost(host)
        ghost, caption = self._ghost, self._captions()[self._index]
        ghost.theme = self._theme
        ghost.setGeometry(self._row.x(), self._row.y(), self._row.width(), self._row.height() + BELOW)
        ghost.size_of = QRectF(caption.rect())
        ghost.raise_()
        ghost.show()
        self._row.window().setCursor(Qt.CursorShape.ClosedHandCursor)

    def _follow(self, at: QPoint) -> None:
        ghost, captions = self._ghost, self._captions()
        if ghost is None:
            return
        ghost.out = not -OUT <= at.y() <= self._row.height() + OUT
        centres = [caption.x() + caption.width() / 2 for caption in captions]
        slot = sum(centre < at.x() for centre in centres)
        # Before or after itself it would fall where it was.
        self._slot = None if ghost.out or slot in (self._index, self._index + 1) else slot
        ghost.mark = -1.0 if self._slot is None else self._between(captions, self._slot)
        name = f"hidden layer {self._index + 1}"
        ghost.text = f"Remove {name}" if ghost.out else name.capitalize()
        ghost.at = QPointF(at)
        ghost.update()

    def _between(self, captions: Sequence[QWidget], slot: int) -> float:
        if slot == 0:
            return captions[0].x() - 12.0
        if slot == len(captions):
            return captions[-1].x() + captions[-1].width() + 12.0
        before, after = captions[slot - 1], captions[slot]
        return (before.x() + before.width() + after.x()) / 2

    def _end(self) -> None:
        self.dragging, self._slot, self._pressed = False, None, None
        if self._ghost is not None:
            self._ghost.hide()
        self._row.window().unsetCursor()
