"""The small painted buttons of the layer captions, and the frame around them."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from nnviz.ui.plots.network_static import round_pen
from nnviz.ui.theme import BODY, CAPTION, DARK, MEDIUM, Theme, font
from nnviz.ui.type_scale import px

BUTTON_WIDTH, BUTTON_HEIGHT = 24, 28


def fitting(texts: Sequence[str], width: float, size: float = BODY) -> tuple[str, float]:
    """Return the first text that fits, and its size in pixels; the last one is elided when none does."""
    for text in texts:
        for pixels in (size, CAPTION):
            metrics = QFontMetricsF(font(pixels, MEDIUM))
            if metrics.horizontalAdvance(text) <= width:
                return text, pixels
    return metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, width), CAPTION


class CaptionButton(QAbstractButton):
    """A flat button painted from the theme's tokens: a text, "−" or "+", and a focus ring."""

    def __init__(self, parent: QWidget, glyph: str = "", *, circle: bool = False) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._theme = DARK
        self._glyph, self._circle = glyph, circle
        self._texts: tuple[str, ...] = ()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def set_texts(self, texts: Sequence[str]) -> None:
        """Set the text, and shorter ones for when there is less room."""
        self._texts = tuple(texts)
        self.setText(texts[0])
        self.update()

    def describe(self, name: str, reason: str = "") -> None:
        """Set the accessible name and tool tip; a ``reason`` disables the button and says why."""
        self.setAccessibleName(name)
        self.setToolTip(reason or name)
        self.setEnabled(not reason)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size the row gives it."""
        return QSize(px(BUTTON_WIDTH), px(BUTTON_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint ground, text or glyph, and the focus ring."""
        del event
        theme, box = self._theme, QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        ink = theme.line_strong if not self.isEnabled() else theme.ink if lit or self._texts else theme.ink_2
        frame = box.adjusted(0.5, 0.5, -0.5, -0.5)
        radius = frame.height() / 2 if self._circle else 4.0
        painter.setPen(QPen(QColor(theme.line_strong), 1.0) if self._circle else Qt.PenStyle.NoPen)
        painter.setBrush(
            QColor(theme.line if self.isDown() else theme.raised) if lit or self._circle else Qt.BrushStyle.NoBrush
        )
        painter.drawRoundedRect(frame if self._circle else frame.adjusted(1.5, 1.5, -1.5, -1.5), radius, radius)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.ink_2), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame if self._circle else frame.adjusted(1, 1, -1, -1), radius, radius)
        painter.setPen(round_pen(ink, 1.4))
        if self._glyph:
            centre, arm = box.center(), 3.4 if self._circle else 4.2
            painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0))
            if self._glyph == "+":
                painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm))
            return
        text, pixels = fitting(self._texts or ("",), box.width() - 8)
        painter.setFont(font(pixels, MEDIUM))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_frame(painter: QPainter, box: QRectF, theme: Theme, *, strong: bool) -> None:
    """Paint the rounded ground of a caption."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.line_strong if strong else theme.line), 1.0))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
