"""The whole diagram in a corner while only a part of it is on the canvas; a click or drag in it goes there."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nnviz.ui.plots.network_layout import NetworkLayout
from nnviz.ui.plots.network_static import device_pixmap
from nnviz.ui.plots.network_view import Rect
from nnviz.ui.theme import DARK, Theme, with_alpha

MOST_WIDE, MOST_HIGH, LEAST = 132.0, 108.0, 36.0
INSET, PADDING = 10, 5.0


class NetworkMinimap(QWidget):
    """Shows where the canvas is on the diagram.

    Signals
    -------
    wanted(float, float)
        The point to bring to the middle, as shares of the diagram's width and height.
    """

    wanted = Signal(float, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("The whole network. Click or drag to see another part; F shows it all")
        self.setAccessibleName("Map of the whole network diagram")
        self._theme = DARK
        self._layout: NetworkLayout | None = None
        self._seen = Rect(0.0, 0.0, 1.0, 1.0)
        self._picture: QPixmap | None = None
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme, self._picture = theme, None
        self.update()

    def set_layout(self, layout: NetworkLayout) -> None:
        """Show another diagram, as it stands at zoom 1."""
        self._layout, self._picture = layout, None
        scale = min(MOST_WIDE / layout.width, MOST_HIGH / layout.height)
        wide, high = max(LEAST, layout.width * scale), max(LEAST, layout.height * scale)
        self.resize(round(wide + 2 * PADDING), round(high + 2 * PADDING))

    def show_part(self, seen: Rect, *, overflows: bool) -> None:
        """Frame the part that is on the canvas; without anything beyond it the map goes away."""
        parent = self.parentWidget()
        if seen != self._seen:
            self._seen = seen
            self.update()
        if parent is not None:
            self.move(parent.width() - self.width() - INSET, parent.height() - self.height() - INSET)
        if overflows == self.isHidden():
            self.setVisible(overflows)

    @property
    def _inner(self) -> QRectF:
        return QRectF(self.rect()).adjusted(PADDING, PADDING, -PADDING, -PADDING)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the tiles as dots, and the frame."""
        del event
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = self._dots(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner, seen = self._inner, self._seen
        frame = QRectF(
            inner.x() + seen.x * inner.width(),
            inner.y() + seen.y * inner.height(),
            max(4.0, seen.width * inner.width()),
            max(4.0, seen.height * inner.height()),
        )
        painter.setPen(QPen(QColor(self._theme.ink), 1.4))
        painter.setBrush(with_alpha(self._theme.ink, 0.08))
        painter.drawRoundedRect(frame, 2, 2)

    def _dots(self, ratio: float) -> QPixmap:
        theme, layout = self._theme, self._layout
        picture = device_pixmap(self.width(), self.height(), ratio, theme.app)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line_strong), 1.0))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if layout is not None:
            inner = self._inner
            across, down = inner.width() / layout.width, inner.height() / layout.height
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.ink_3))
            for column in layout.columns:
                boxes = [(t.x, t.y, t.side, t.side) for t in column.tiles]
                if column.band is not None:
                    boxes.append((column.band.x, column.band.y, column.band.width, column.band.height))
                for x, y, wide, high in boxes:
                    place = QPointF(inner.x() + x * across, inner.y() + y * down)
                    painter.drawRect(QRectF(place.x(), place.y(), max(2.0, wide * across), max(1.0, high * down)))
        painter.end()
        return picture

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go there."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            inner = self._inner
            x = (event.position().x() - inner.x()) / inner.width()
            y = (event.position().y() - inner.y()) / inner.height()
            self.wanted.emit(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the drag."""
        self.mousePressEvent(event)
