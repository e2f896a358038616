"""An activation function with the point (z, a) of one row on it, and the tangent there."""

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.app.plain_numbers import plain_number
from nnviz.engine.activations import ACTIVATIONS
from nnviz.ui.theme import DARK, MICRO, Theme, font
from nnviz.ui.type_scale import px

_LEAST = 3.0  # half the range of z at least shown
_POINTS = 121


def end_texts(low: float, high: float) -> tuple[str, str]:
    """Return the ends of an axis rounded to a hundredth of its length: where a sigmoid all but ends is 0."""
    unit = 10.0 ** (math.floor(math.log10(high - low)) - 1) if high > low else 1.0
    return plain_number(round(low / unit) * unit, 3), plain_number(round(high / unit) * unit, 3)


class ActivationCurve(QWidget):
    """Curve, dot and tangent; stores in `set_point`, paints in `paintEvent`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._name = ""
        self._z = self._a = self._slope = 0.0
        self._half = _LEAST
        self._curve: tuple[list[float], list[float]] = ([], [])
        self._drawn: tuple[tuple[object, ...], QPolygonF] = ((), QPolygonF())
        self.setMinimumSize(96, 64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Activation function")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a landscape shape."""
        return QSize(180, 110)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.update()

    def set_point(self, name: str, z: float, a: float, slope: float) -> None:
        """Show a function of `ACTIVATIONS` and a point of it; softmax, which has no curve of one z, only its point."""
        # The range grows by doubling, so that the axis stands still while the point wanders.
        half = _LEAST
        while math.isfinite(z) and abs(z) > half and half < 1e6:
            half *= 2
        if (name, half) != (self._name, self._half) or not self._curve[0]:
            grid = np.linspace(-half, half, _POINTS)
            drawn = "sigmoid" if name == "softmax" else name
            self._curve = (grid.tolist(), np.asarray(ACTIVATIONS[drawn].value(grid)).tolist())
        self._name, self._half = name, half
        self._z, self._a, self._slope = z, a, slope
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint axes, curve, guides, tangent and dot."""
        del event
        if not self._curve[0]:
            return
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(MICRO))
        low, high = min(self._curve[1]), max(self._curve[1])
        if self._name == "softmax":
            low, high = 0.0, 1.0
        margin = 0.08 * ((high - low) or 1.0)
        box = QRectF(px(30), 5, self.width() - px(30) - 8, self.height() - px(19) - 5)
        painter.fillRect(box, QColor(theme.field))

        def at(z: float, a: float) -> QPointF:
            x = box.left() + (z + self._half) / (2 * self._half) * box.width()
            return QPointF(x, box.bottom() - (a - low + margin) / (high - low + 2 * margin) * box.height())

        self._paint_axes(painter, box, (at(0, 0), at(0, low), at(0, high)), (low, high))
        painter.setClipRect(box)
        if self._name != "softmax":
            painter.setPen(QPen(QColor(theme.ink_2), 1.6))
            if self._drawn[0] != (box, self._curve):  # for most pictures only the point has moved
                line = QPolygonF([at(z, a) for z, a in zip(*self._curve, strict=True)])
                self._drawn = (box, self._curve), line
            painter.drawPolyline(self._drawn[1])
        if math.isfinite(self._z) and math.isfinite(self._a):
            self._paint_point(painter, at, box)

    def _paint_axes(
        self, painter: QPainter, box: QRectF, marks: tuple[QPointF, QPointF, QPointF], ends: tuple[float, float]
    ) -> None:
        theme = self._theme
        origin, bottom, top = marks
        painter.setPen(QPen(QColor(theme.line_strong), 1.0))
        painter.drawLine(QPointF(origin.x(), box.top()), QPointF(origin.x(), box.bottom()))
        if box.top() <= origin.y() <= box.bottom():
            painter.drawLine(QPointF(box.left(), origin.y()), QPointF(box.right(), origin.y()))
        painter.setPen(QColor(theme.ink_3))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for text, y in zip(end_texts(*ends), (bottom.y(), top.y()), strict=True):
            painter.drawText(QRectF(0, y - px(8), px(26), px(16)), right, text)
        for value, x, side in (
            (-self._half, box.left(), Qt.AlignmentFlag.AlignLeft),
            (0.0, origin.x() - px(20), Qt.AlignmentFlag.AlignHCenter),
            (self._half, box.right() - px(40), Qt.AlignmentFlag.AlignRight),
        ):
            place = QRectF(x, box.bottom() + 2, px(40), px(16))
            painter.drawText(place, int(side | Qt.AlignmentFlag.AlignTop), plain_number(value, 3))

    def _paint_point(self, painter: QPainter, at: Callable[[float, float], QPointF], box: QRectF) -> None:
        theme = self._theme
        point = at(self._z, self._a)
        painter.setPen(QPen(QColor(theme.ink_3), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(point, QPointF(point.x(), box.bottom()))
        painter.drawLine(point, QPointF(box.left(), point.y()))
        if self._name != "softmax" and math.isfinite(self._slope):
            step = self._half / 4
            painter.setPen(QPen(QColor(theme.warning), 1.4))
            painter.drawLine(
                at(self._z - step, self._a - step * self._slope), at(self._z + step, self._a + step * self._slope)
            )
        painter.setPen(QPen(QColor(theme.app), 1.0))
        painter.setBrush(QColor(theme.ink))
        painter.drawEllipse(point, 4.0, 4.0)
