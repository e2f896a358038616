"""A small picture of the learning rate that a schedule leads to, and where in it training is."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.engine.rate_log import RateSegment
from nnviz.engine.schedules import Schedule
from nnviz.ui.plots.network_static import round_pen
from nnviz.ui.text_parts import number
from nnviz.ui.theme import DARK, MICRO, REGULAR, Theme, font
from nnviz.ui.type_scale import hold, px

HEIGHT = 104
POINTS = 300
_LEFT_OF_PRESENT = 0.25  # of the picture, once training has gone beyond the first stretch
_STANDARD_SPAN = 100.0
_LONGEST_SPAN = 1e6


@dataclass(frozen=True, slots=True)
class RateCurve:
    """A stretch of a schedule.

    Attributes
    ----------
    epochs, rates
        Points of the curve; epochs of the run, fractions too.
    now, rate
        Where training is, and the effective rate there.
    first, last
        Ends of the axis, in epochs.
    """

    epochs: tuple[float, ...]
    rates: tuple[float, ...]
    now: float
    rate: float
    first: float
    last: float


def usual_span(schedule: Schedule) -> float:
    """Return how many epochs show what a schedule does."""
    match schedule.name:
        case "step":
            span = 4 * schedule.period
        case "exponential":
            lowest = max(schedule.floor, 0.05)
            span = _STANDARD_SPAN if schedule.factor == 1 else math.log(lowest) / math.log(schedule.factor)
        case "cosine":
            span = schedule.period * (4 if schedule.growth == 1 else 1 + schedule.growth + schedule.growth**2)
        case "one_cycle":
            span = 1.1 * schedule.period
        case _:
            span = _STANDARD_SPAN
    return min(max(span + schedule.warmup, 1.0), _LONGEST_SPAN)


def rate_curve(segment: RateSegment, step: int) -> RateCurve:
    """Return the rates around the present update.

    Parameters
    ----------
    segment
        The settings in force; what came before them is not drawn.
    step
        The number of the next update.
    """
    epoch, position = segment.place(max(step, segment.step))
    now = epoch + position / segment.n_rows
    span = usual_span(segment.schedule)
    first = segment.origin
    if segment.schedule.name == "one_cycle":
        span = max(span, 1.15 * (now - first))  # after its end too, the cycle is what there is to see
    elif now > first + 0.75 * span:
        first = now - _LEFT_OF_PRESENT * span
    updates = -(-segment.n_rows // segment.batch_size)

    def rate(at: float) -> float:
        multiplier = segment.schedule.multiplier(max(at - segment.origin, 0.0), 1 / updates, segment.reductions)
        return segment.base * multiplier

    drawn = 0.9999 * span  # not the restart that the stretch ends with
    epochs = tuple(first + drawn * index / (POINTS - 1) for index in range(POINTS))
    return RateCurve(epochs, tuple(map(rate, epochs)), now, segment.rate(epoch, position), first, first + span)


def is_over(segment: RateSegment, now: float) -> bool:
    """Return whether one cycle has come to its end, after which the rate stays lowest."""
    schedule = segment.schedule
    return schedule.name == "one_cycle" and now - segment.origin >= schedule.warmup + schedule.period


class RatePicture(QWidget):
    """Paints a `RateCurve`: what was in grey, what comes in ink, the present as a dot on a line."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        hold(self, height=HEIGHT)
        self.setAccessibleName("Effective learning rate")
        self._theme = DARK
        self.curve: RateCurve | None = None

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a small picture's size."""
        return QSize(300, px(HEIGHT))

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def set_curve(self, curve: RateCurve) -> None:
        """Show another stretch, or another present."""
        if curve != self.curve:
            self.curve = curve
            self.setAccessibleDescription(f"{number(curve.rate, 3)} at epoch {curve.now:,.0f}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint ground, axis, curve and present."""
        del event
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1.0))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if self.curve is not None:
            self._paint_curve(painter, self.curve)
        painter.end()

    def _paint_curve(self, painter: QPainter, curve: RateCurve) -> None:
        theme = self._theme
        painter.setFont(font(MICRO, REGULAR))
        metrics = QFontMetricsF(painter.font())
        top = max(curve.rates) or 1.0  # a rate may decay to 0
        labels = (number(top, 3), "0")
        gutter = max(metrics.horizontalAdvance(text) for text in labels) + 14
        plot = QRectF(gutter, 12, self.width() - gutter - 12, self.height() - 12 - px(24))
        painter.setPen(QPen(QColor(theme.line), 1.0))
        for y in (plot.top(), plot.bottom()):
            painter.drawLine(QPointF(plot.left(), round(y) + 0.5), QPointF(plot.right(), round(y) + 0.5))
        painter.setPen(QColor(theme.ink_3))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for text, y in zip(labels, (plot.top(), plot.bottom()), strict=True):
            painter.drawText(QRectF(0, y - px(8), gutter - 7, px(16)), right, text)
        self._paint_epochs(painter, metrics, plot, curve)

        def place(epoch: float, rate: float) -> QPointF:
            share = (epoch - curve.first) / (curve.last - curve.first)
            return QPointF(plot.left() + share * plot.width(), plot.bottom() - rate / top * plot.height())

        present = place(curve.now, curve.rate)
        points = [place(*pair) for pair in zip(curve.epochs, curve.rates, strict=True)]
        before = [point for point in points if point.x() < present.x()]
        after = [point for point in points if point.x() > present.x()]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for part, colour in (([*before, present], theme.ink_3), ([present, *after], theme.ink)):
            painter.setPen(round_pen(colour, 1.4))
            painter.drawPolyline(QPolygonF(part))
        painter.setPen(QPen(QColor(theme.ink_2), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(present.x(), plot.top()), QPointF(present.x(), plot.bottom()))
        painter.setPen(QPen(QColor(theme.field), 2.0))
        painter.setBrush(QColor(theme.ink))
        painter.drawEllipse(present, 4.5, 4.5)

    def _paint_epochs(self, painter: QPainter, metrics: QFontMetricsF, plot: QRectF, curve: RateCurve) -> None:
        """Write both ends of the axis and the present; an end that the present would touch is left out."""
        line = QRectF(plot.left(), plot.bottom() + 5, plot.width(), 14)
        share = (curve.now - curve.first) / (curve.last - curve.first)
        text = f"epoch {curve.now:,.0f}"
        width = metrics.horizontalAdvance(text)
        left = min(max(plot.left() + share * plot.width() - width / 2, plot.left()), plot.right() - width)
        painter.setPen(QColor(self._theme.ink_2))
        painter.drawText(QRectF(left, line.top(), width + 2, px(14)), Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QColor(self._theme.ink_3))
        start, end = f"{curve.first:,.0f}", f"{curve.last:,.0f}"
        if left - plot.left() > metrics.horizontalAdvance(start) + 8:
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, start)
        if plot.right() - left - width > metrics.horizontalAdvance(end) + 8:
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, end)
