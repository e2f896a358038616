"""Everything of the decision surface that stands still: axes, colour bar and legend, painted once into a pixmap."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap

from nnviz.ui.plots.base import clear_pixmap, paint_upright_text
from nnviz.ui.plots.decision_bar import bar_room, paint_bar
from nnviz.ui.plots.decision_legend import ROW_GAP, Legend, paint_legend
from nnviz.ui.plots.decision_view import BAR_GAP, BAR_WIDTH, Layout, SurfaceView, axis_ticks
from nnviz.ui.theme import CAPTION, Theme, font
from nnviz.ui.type_scale import px

_WIDEST_TICK = 64
_PLAIN_RIGHT = 14  # without a colour bar

MARK_EDGE = 7.0  # pixels around the middle of a mark


def left_margin(view: SurfaceView | None, least: int) -> int:
    """Return the room left of the map that the tick labels and the axis's name need."""
    if view is None:
        return least
    metrics = QFontMetricsF(font(CAPTION))
    widest = max((metrics.horizontalAdvance(tick.text) for tick in axis_ticks(view.y, 270)), default=0.0)
    return max(least, round(min(widest, px(_WIDEST_TICK)) + px(30)))


def right_margin(view: SurfaceView | None, least: int) -> int:
    """Return the room right of the map that the colour bar and its ticks need."""
    if view is None:
        return least
    if view.plane.kind == "curve":
        return _PLAIN_RIGHT
    return max(least, round(BAR_GAP + BAR_WIDTH + bar_room(view.dataset, QFontMetricsF(font(CAPTION)))))


def row_room(view: SurfaceView) -> float:
    """Return the room that "row n" needs in the legend, for the greatest n there is."""
    rows = view.dataset.table_rows
    last = int(rows[-1]) + 1 if len(rows) else 0
    return QFontMetricsF(font(CAPTION)).horizontalAdvance(f"row {last:,}") + ROW_GAP


@dataclass(frozen=True, slots=True)
class ChromePainter:
    """Paints the frame around one view in one theme."""

    view: SurfaceView | None
    theme: Theme
    layout: Layout
    hard: bool = False
    focused: bool = False

    def paint(self, size: QSize, ratio: float, legend: Legend, row_text: str) -> QPixmap:
        """Return the whole widget's still picture; the map's square is left as empty ground."""
        pixmap = clear_pixmap(size, ratio, QColor(self.theme.panel))
        painter = QPainter(pixmap)
        self.paint_on(painter, legend, row_text)
        painter.end()
        return pixmap

    def paint_on(self, painter: QPainter, legend: Legend, row_text: str) -> None:
        """Paint it on a ground that is there."""
        theme, square = self.theme, self.layout.square
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(CAPTION))
        painter.fillRect(square, QColor(theme.field))
        view = self.view
        if view is not None:
            self._paint_axes(painter, view)
            if view.plane.kind != "curve":
                paint_bar(painter, view.dataset, theme, self.layout, hard=self.hard)
            n_classes = len(view.dataset.classes)
            top = self.layout.legend_top
            ends = paint_legend(painter, legend, theme, n_classes, float(square.x()), top)
            if row_text:
                self._paint_row_item(painter, row_text, top, ends)
        self._paint_frame(painter)

    def _paint_frame(self, painter: QPainter) -> None:
        """Outline the map's square, more strongly while keys steer it."""
        theme, reach = self.theme, 1.0 if self.focused else 0.5
        painter.setPen(QPen(QColor(theme.ink_2 if self.focused else theme.line_strong), 2 * reach))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.layout.square).adjusted(-reach, -reach, reach, reach))

    def _paint_axes(self, painter: QPainter, view: SurfaceView) -> None:
        theme, square = self.theme, self.layout.square
        side = square.width()
        mark, label = QPen(QColor(theme.line_strong), 1.0), QPen(QColor(theme.ink_3))
        metrics = painter.fontMetrics()
        below = square.bottom() + 1
        x_ticks = axis_ticks(view.x, side)
        most = side // max(1, len(x_ticks)) if view.x.levels else side
        for tick in x_ticks:
            x = square.x() + (tick.value - view.x.low) / (view.x.high - view.x.low) * side
            painter.setPen(mark)
            painter.drawLine(QPointF(x, below + 1), QPointF(x, below + 5))
            painter.setPen(label)
            text = metrics.elidedText(tick.text, Qt.TextElideMode.ElideRight, most - 4)
            painter.drawText(QRectF(x - px(60), below + 5, px(120), px(16)), Qt.AlignmentFlag.AlignCenter, text)
        for tick in axis_ticks(view.y, side):
            y = square.y() + (view.y.high - tick.value) / (view.y.high - view.y.low) * side
            painter.setPen(mark)
            painter.drawLine(QPointF(square.x() - 5, y), QPointF(square.x() - 1, y))
            painter.setPen(label)
            box = QRectF(px(20), y - px(8), square.x() - 8 - px(20), px(16))
            text = metrics.elidedText(tick.text, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QColor(theme.ink_2))
        if self.layout.named:
            name = metrics.elidedText(view.x.name, Qt.TextElideMode.ElideRight, side)
            painter.drawText(QRectF(square.x(), below + px(20), side, px(16)), Qt.AlignmentFlag.AlignCenter, name)
        if view.y.name:
            paint_upright_text(painter, view.y.name, QPointF(px(11), square.center().y()), side)

    def _paint_row_item(self, painter: QPainter, text: str, y: float, after: float) -> None:
        width = painter.fontMetrics().horizontalAdvance(text)
        # Under the map's right edge; beside a long legend further right.
        left = max(self.layout.square.right() + 1.0, after + ROW_GAP + width) - width
        painter.setPen(QColor(self.theme.ink_2))
        painter.drawText(QRectF(left, y - px(8), width + 2, px(16)), Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QPen(QColor(self.theme.ink_2), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(left - 9.0, y), 4.2, 4.2)


def ring(painter: QPainter, theme: Theme, centre: QPointF, square: QRect) -> None:
    """Mark the chosen row: a light ring with a dark case, or the other way round."""
    painter.setClipRect(square)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.point_outline), 4.0))
    painter.drawEllipse(centre, 6.6, 6.6)
    painter.setPen(QPen(QColor(theme.ink), 2.0))
    painter.drawEllipse(centre, 6.6, 6.6)
    painter.setClipping(False)


def paint_what_if(painter: QPainter, theme: Theme, row: QPointF | None, at: QPointF, square: QRect) -> None:
    """Mark where the chosen row lies with other values, joined to where it is."""
    painter.setClipRect(square)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    far = 0.0 if row is None else math.hypot(at.x() - row.x(), at.y() - row.y())
    for colour, width in ((theme.point_outline, 3.6), (theme.ink, 1.6)):
        painter.setPen(QPen(QColor(colour), width))
        if row is not None and far > 2 * MARK_EDGE:
            step = (at - row) * (MARK_EDGE / far)
            painter.drawLine(row + step, at - step)
        painter.drawEllipse(at, 5.0, 5.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.ink))
    painter.drawEllipse(at, 2.0, 2.0)
    painter.setClipping(False)


def paint_message(painter: QPainter, theme: Theme, square: QRect, text: str) -> None:
    """Write a line across the middle of the map."""
    painter.setFont(font(CAPTION))
    width = painter.fontMetrics().horizontalAdvance(text) + 20
    box = QRectF(0, 0, min(width, square.width() - 12), 24)
    box.moveCenter(QRectF(square).center())
    painter.setPen(QPen(QColor(theme.line_strong), 1.0))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(QColor(theme.ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
