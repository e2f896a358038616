"""Everything of the decision surface that stands still: axes, colour bar and legend, painted once into a pixmap."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPixmap

from nnviz.data.dataset import Dataset
from nnviz.ui.plots.base import clear_pixmap, paint_upright_text
from nnviz.ui.plots.decision_field import class_ramp
from nnviz.ui.plots.decision_points import class_shape, paint_marker
from nnviz.ui.plots.decision_view import BAR_GAP, BAR_WIDTH, ROW_HEIGHT, Layout, SurfaceView, axis_ticks
from nnviz.ui.plots.ticks import Tick, nice_ticks
from nnviz.ui.theme import CAPTION, Theme, diverging_table, font, point_colour

_MARK = 18.0  # from the middle of a legend's marker to the next item's text
_TEXT_GAP, _ITEM_GAP = 9.0, 14.0
_LONGEST_CLASS = 84.0
_WIDEST_TICK = 64.0
_ROW_GAP = 25.0
_MOST_BAR_COLUMNS = 4
_MOST_LEGEND_CLASSES = 24


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One entry: its text, and the marker before it ("class", "train", "validation")."""

    kind: str
    text: str
    index: int = 0


def legend_items(dataset: Dataset) -> list[LegendItem]:
    """Return the entries for a data set: its classes, then what filled and hollow points are."""
    items = [LegendItem("class", name, index) for index, name in enumerate(dataset.classes)]
    items.append(LegendItem("train", "train"))
    if len(dataset.validation_rows) or len(dataset.test_rows):
        items.append(LegendItem("validation", "held out" if len(dataset.test_rows) else "validation"))
    return items


def legend_rows(items: list[LegendItem], width: float, most: int = 2) -> list[list[LegendItem]]:
    """Break the entries into at most ``most`` rows; classes that do not fit are counted in the last entry of theirs."""
    metrics = QFontMetricsF(font(CAPTION))

    def length(item: LegendItem) -> float:
        return _TEXT_GAP + min(metrics.horizontalAdvance(item.text), _LONGEST_CLASS) + _ITEM_GAP

    classes, others = [i for i in items if i.kind == "class"], [i for i in items if i.kind != "class"]
    for kept in range(min(len(classes), _MOST_LEGEND_CLASSES), -1, -1):
        left_out = len(classes) - kept
        shown = classes[:kept] + ([LegendItem("more", f"+ {left_out} more")] if left_out else []) + others
        rows: list[list[LegendItem]] = [[]]
        used = 0.0
        for item in shown:
            if rows[-1] and used + length(item) - _ITEM_GAP > width:
                rows.append([])
                used = 0.0
            rows[-1].append(item)
            used += length(item)
        if len(rows) <= most:
            return rows
    return rows


def left_margin(view: SurfaceView | None, least: int) -> int:
    """Return the room left of the map that the tick labels and the axis's name need."""
    if view is None:
        return least
    metrics = QFontMetricsF(font(CAPTION))
    widest = max((metrics.horizontalAdvance(tick.text) for tick in axis_ticks(view.y, 270)), default=0.0)
    return max(least, round(min(widest, _WIDEST_TICK) + 30.0))


def right_margin(view: SurfaceView | None, least: int) -> int:
    """Return the room right of the map that the colour bar and its ticks need."""
    if view is None:
        return least
    metrics = QFontMetricsF(font(CAPTION))
    widest = max(metrics.horizontalAdvance(text) for _, text in bar_scale(view.slices.dataset)[0])
    return max(least, round(BAR_GAP + BAR_WIDTH + widest + 10.0))


def row_room(view: SurfaceView) -> float:
    """Return the room that "row n" needs in the legend, for the greatest n there is."""
    rows = view.slices.dataset.table_rows
    last = int(rows[-1]) + 1 if len(rows) else 0
    return QFontMetricsF(font(CAPTION)).horizontalAdvance(f"row {last:,}") + _ROW_GAP


class ChromePainter:
    """Paints the frame around one view in one theme."""

    def __init__(self, view: SurfaceView | None, theme: Theme, layout: Layout) -> None:
        self._view = view
        self._theme = theme
        self._square = layout.square
        self._bar = layout.bar

    def paint(self, size: QSize, ratio: float, rows: list[list[LegendItem]], note: str, row_text: str) -> QPixmap:
        """Return the whole widget's still picture; the map's square is left as empty ground."""
        theme = self._theme
        pixmap = clear_pixmap(size, ratio, QColor(theme.panel))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(CAPTION))
        painter.fillRect(self._square, QColor(theme.field))
        if self._view is not None:
            self._paint_axes(painter, self._view)
            self._paint_bar(painter, self._view.slices.dataset)
            self._paint_legend(painter, rows, note, row_text)
        self.paint_frame(painter)
        painter.end()
        return pixmap

    def paint_frame(self, painter: QPainter) -> None:
        """Outline the map's square."""
        painter.setPen(QPen(QColor(self._theme.line_strong), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self._square).adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_axes(self, painter: QPainter, view: SurfaceView) -> None:
        theme, square = self._theme, self._square
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
            painter.drawText(QRectF(x - 60, below + 5, 120, 16), Qt.AlignmentFlag.AlignCenter, text)
        for tick in axis_ticks(view.y, side):
            y = square.y() + (view.y.high - tick.value) / (view.y.high - view.y.low) * side
            painter.setPen(mark)
            painter.drawLine(QPointF(square.x() - 5, y), QPointF(square.x() - 1, y))
            painter.setPen(label)
            box = QRectF(20, y - 8, square.x() - 28, 16)
            text = metrics.elidedText(tick.text, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QColor(theme.ink_2))
        name = metrics.elidedText(view.x.name, Qt.TextElideMode.ElideRight, side)
        painter.drawText(QRectF(square.x(), below + 20, side, 16), Qt.AlignmentFlag.AlignCenter, name)
        if view.y.name:
            paint_upright_text(painter, view.y.name, QPointF(11.0, square.center().y()), side)

    def _paint_bar(self, painter: QPainter, dataset: Dataset) -> None:
        theme, bar = self._theme, self._bar
        painter.drawImage(bar, self._bar_image(dataset))
        ticks, label = bar_scale(dataset)
        painter.setPen(QColor(theme.ink_3))
        centres = []
        for position, text in ticks:
            y = bar.y() + (1.0 - position) * bar.height()
            centres.append(min(max(y, bar.y() + 6.0), bar.bottom() - 5.0))
            painter.drawText(
                QRectF(bar.right() + 5, centres[-1] - 8, 80, 16),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                text,
            )
        if len(centres) > 1:
            upper, lower = centres[-1], centres[-2]
            painter.setPen(QColor(theme.ink_2))
            place = QPointF(bar.right() + 12.0, (upper + lower) / 2)
            paint_upright_text(painter, label, place, lower - upper - 18.0)

    def _bar_image(self, dataset: Dataset) -> QImage:
        theme, steps = self._theme, 256
        if dataset.task == "multiclass":
            share = np.linspace(1.0, 0.0, steps)
            shown = range(min(len(dataset.classes), _MOST_BAR_COLUMNS))
            columns = np.stack([class_ramp(theme, index, share) for index in shown], axis=1)
        else:
            columns = diverging_table(theme, theme.boundary_span)[::-1, None, :3]
        data = np.ascontiguousarray(columns)
        height, width = data.shape[:2]
        return QImage(data.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()

    def _paint_legend(self, painter: QPainter, rows: list[list[LegendItem]], note: str, row_text: str) -> None:
        theme, square = self._theme, self._square
        n_classes = sum(item.kind == "class" for row in rows for item in row)
        outline = QColor(theme.panel)
        metrics = painter.fontMetrics()
        y = square.bottom() + 47.0
        first_row_ends = 0.0
        for row in rows:
            x = float(square.x()) + 4.0
            for item in row:
                if item.kind != "more":
                    colour = QColor(point_colour(theme, item.index) if item.kind == "class" else theme.ink_2)
                    total = n_classes if item.kind == "class" else 0
                    shape = class_shape(item.index, total)
                    paint_marker(painter, QPointF(x, y), shape, colour, outline, hollow=item.kind == "validation")
                painter.setPen(QColor(theme.ink_2))
                text = metrics.elidedText(item.text, Qt.TextElideMode.ElideRight, int(_LONGEST_CLASS))
                width = metrics.horizontalAdvance(text)
                painter.drawText(QRectF(x + _TEXT_GAP, y - 8, width + 2, 16), Qt.AlignmentFlag.AlignVCenter, text)
                x += _TEXT_GAP + width + _ITEM_GAP
            first_row_ends = first_row_ends or x
            y += ROW_HEIGHT
        if row_text:
            self._paint_row_item(painter, row_text, square.bottom() + 47.0, first_row_ends - _ITEM_GAP)
        if note:
            painter.setPen(QColor(theme.ink_3))
            painter.drawText(QRectF(square.x(), y - 8, square.width() + 40, 16), Qt.AlignmentFlag.AlignVCenter, note)

    def _paint_row_item(self, painter: QPainter, text: str, y: float, after: float) -> None:
        width = painter.fontMetrics().horizontalAdvance(text)
        # Under the map's right edge; beside a long legend further right.
        left = max(self._square.right() + 1.0, after + _ROW_GAP + width) - width
        painter.setPen(QColor(self._theme.ink_2))
        painter.drawText(QRectF(left, y - 8, width + 2, 16), Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QPen(QColor(self._theme.ink_2), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(left - 9.0, y), 4.2, 4.2)


def bar_scale(dataset: Dataset) -> tuple[list[tuple[float, str]], str]:
    """Return the colour bar's ticks as (0 to 1 from the bottom, text), and its label.

    Binary: the probability of the second class. Several classes: the winner's probability, from a tie of all to
    certain. Regression: the target in its own units, the training mean and the largest deviation on both sides of it.
    """
    if dataset.task == "binary":
        return [(0.0, "0"), (0.5, "½"), (1.0, "1")], f"P({dataset.preprocessor.output_unit_names[0]})"
    if dataset.task == "multiclass":
        return [(0.0, f"1/{len(dataset.classes)}"), (1.0, "1")], "P(most likely class)"
    deviation = target_deviation(dataset) * dataset.preprocessor.target_std
    mean = dataset.preprocessor.target_mean
    low, high = mean - deviation, mean + deviation
    ticks: list[Tick] = nice_ticks(low, high, 4)
    return [((tick.value - low) / (high - low), tick.text) for tick in ticks], dataset.preprocessor.target_name


def target_deviation(dataset: Dataset) -> float:
    """Return the largest deviation of the training targets from their mean, in standardised units."""
    return float(np.abs(dataset.Y_train).max()) if len(dataset.train_rows) else 1.0


def ring(painter: QPainter, theme: Theme, centre: QPointF, square: QRect) -> None:
    """Mark the chosen row: a light ring with a dark case, or the other way round."""
    painter.setClipRect(square)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.point_outline), 4.0))
    painter.drawEllipse(centre, 6.6, 6.6)
    painter.setPen(QPen(QColor(theme.ink), 2.0))
    painter.drawEllipse(centre, 6.6, 6.6)
    painter.setClipping(False)
