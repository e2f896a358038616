"""Where the training rows end: a thin frame on the map, and hatching beyond it, where the network extrapolates."""

import math
from typing import Final

from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from nnviz.app.slices import SliceAxis
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import Theme, with_alpha

_GAP: Final = 7.0  # between the lines of the hatching, along an axis
_HATCH, _FRAME = 0.17, 0.5  # opacities


def trained_box(view: SurfaceView, square: QRect) -> QRectF:
    """Return the box of the training rows' ranges, which may reach beyond the square.

    Along an axis of categories, or without a range, it is the square's.
    """
    left, right = _ends(view.x, square.width())
    low, high = _ends(view.y, square.height())
    return QRectF(square.x() + left, square.y() + square.height() - high, right - left, high - low)


def _ends(axis: SliceAxis, length: int) -> tuple[float, float]:
    if axis.trained is None or axis.levels:
        return 0.0, float(length)
    scale = length / (axis.high - axis.low)
    return (axis.trained[0] - axis.low) * scale, (axis.trained[1] - axis.low) * scale


def paint_extrapolation(painter: QPainter, view: SurfaceView, square: QRect, theme: Theme) -> None:
    """Hatch what lies outside the training rows' ranges, and draw their frame."""
    outer, inner = QRectF(square), trained_box(view, square)
    inside = inner.intersected(outer)
    if inside == outer:
        return
    path = QPainterPath()
    path.addRect(outer)
    if not inside.isEmpty():
        hole = QPainterPath()
        hole.addRect(inside)
        path = path.subtracted(hole)
    painter.save()
    painter.setClipPath(path)
    painter.setPen(QPen(with_alpha(theme.ink, _HATCH), 1.0))
    count = math.ceil(2 * square.width() / _GAP)
    lines = [
        QLineF(outer.left() + i * _GAP, outer.top(), outer.left() + i * _GAP - outer.height(), outer.bottom())
        for i in range(count)
    ]
    painter.drawLines(lines)
    painter.setClipRect(outer)
    pen = QPen(with_alpha(theme.ink, _FRAME), 1.0, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for line in _sides(view, inner, outer):
        painter.drawLine(line)
    painter.restore()


def _sides(view: SurfaceView, inner: QRectF, outer: QRectF) -> list[QLineF]:
    """Return the sides of the frame that stand for an end of the training rows; an axis without a range has none."""
    top, bottom = max(inner.top(), outer.top()), min(inner.bottom(), outer.bottom())
    left, right = max(inner.left(), outer.left()), min(inner.right(), outer.right())
    lines = []
    if view.x.trained is not None and top < bottom:
        lines += [QLineF(x, top, x, bottom) for x in (inner.left(), inner.right())]
    if view.y.trained is not None and left < right:
        lines += [QLineF(left, y, right, y) for y in (inner.top(), inner.bottom())]
    return lines
