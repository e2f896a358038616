"""What lies over the picture of a loss landscape: contours with their losses, the path, its marks, the next steps."""

import math
from typing import TYPE_CHECKING, Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QWidget

from nnviz.app.landscape_view import Arrow, Landscape
from nnviz.ui.plots.landscape_surface import Contour, Surface
from nnviz.ui.plots.xy_chart import LOW
from nnviz.ui.theme import MICRO, Theme, font, with_alpha

if TYPE_CHECKING:
    from nnviz.ui.plots.landscape import LandscapeChart

RADIUS: Final = 4.0
HEAD: Final = 6.0  # of an arrow
CASING: Final = 2.0  # of ground on both sides of a line, so that it stands out from any colour
_CONTOUR, _PATH, _ARROW = 0.8, 1.6, 2.0
_DOT, _DOT_GAP = 1.8, 7.0  # moments on the path: radius, and pixels between two below which one is left out
_LEAST_ARROW: Final = 3.0  # pixels: a shorter arrow would be a head that points anywhere


def arrow_pen(theme: Theme, index: int) -> QPen:
    """Return the pen of the next step of the run's own optimiser (0), or of another: told apart by dashes as well."""
    colour = (theme.negative, theme.validation, theme.warning)[index % 3]
    pen = QPen(QColor(colour), _ARROW * theme.line_width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if index:
        pen.setDashPattern([(), (2.2, 1.2), (0.9, 0.9)][index % 3] or [1.0])
    return pen


def paint_mark(painter: QPainter, theme: Theme, kind: str, at: QPointF) -> None:
    """Paint the mark of a moment: a ring for the start, a diamond for the best, a dot for the slice's own weights."""
    painter.setPen(QPen(QColor(theme.panel), 1.5 * theme.line_width))
    painter.setBrush(QColor(theme.ink))
    if kind == "best":
        reach = RADIUS + 1.5
        corners = ((0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0))
        painter.drawPolygon(QPolygonF([QPointF(at.x() + dx, at.y() + dy) for dx, dy in corners]))
    elif kind == "here":
        painter.drawEllipse(at, RADIUS, RADIUS)
    else:  # hollow: the start a plain ring, where training is now a ring with a dot
        painter.setBrush(QColor(theme.panel))
        painter.drawEllipse(at, RADIUS + 1, RADIUS + 1)
        painter.setPen(QPen(QColor(theme.ink), 1.6 * theme.line_width))
        painter.drawEllipse(at, RADIUS - 0.5, RADIUS - 0.5)
        if kind == "live":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.ink))
            painter.drawEllipse(at, 1.6, 1.6)


def paint_arrow(painter: QPainter, theme: Theme, index: int, start: QPointF, end: QPointF) -> None:
    """Paint an arrow with a casing."""
    dx, dy = end.x() - start.x(), end.y() - start.y()
    length = math.hypot(dx, dy)
    if length < _LEAST_ARROW:
        return
    dx, dy = dx / length, dy / length
    head = min(HEAD * theme.line_width, length)
    neck = QPointF(end.x() - dx * head, end.y() - dy * head)
    wing = head * 0.55
    tip = QPolygonF(
        [end, QPointF(neck.x() - dy * wing, neck.y() + dx * wing), QPointF(neck.x() + dy * wing, neck.y() - dx * wing)]
    )
    pen = arrow_pen(theme, index)
    casing = QPen(QColor(theme.panel), pen.widthF() + CASING)
    casing.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(casing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawLine(start, neck)
    painter.drawPolygon(tip)
    painter.setPen(pen)
    painter.drawLine(start, neck)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(pen.color())
    painter.drawPolygon(tip)


class LandscapeOverlay(QWidget):
    """Paints over a chart, and lets the mouse through.

    Attributes
    ----------
    live
        Where training is now, on the axes; None where that is not known or is where the slice was made.
    read
        The place that is read off, on the axes.
    """

    def __init__(self, chart: "LandscapeChart") -> None:
        super().__init__(chart)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._chart = chart
        self._landscape: Landscape | None = None
        self._contours: tuple[tuple[Contour, QPainterPath], ...] = ()
        self._path = QPainterPath()
        self.live: tuple[float, float] | None = None
        self.read: tuple[float, float] | None = None

    def show_landscape(self, landscape: Landscape | None, surface: Surface | None) -> None:
        """Paint another landscape, or none."""
        self._landscape, self.live, self.read = landscape, None, None
        contours = () if surface is None else surface.contours
        to_path: Any = pg.functions.arrayToQPath
        self._contours = tuple((one, to_path(one.x, one.y, connect="pairs")) for one in contours)
        self._path = QPainterPath()
        if landscape is not None:
            self._path = to_path(landscape.path[:, 0], landscape.path[:, 1], connect="all")
        self.update()

    def set_live(self, at: tuple[float, float] | None) -> None:
        """Mark another place as where training is; paints no more than both places anew."""
        if at == self.live:
            return
        around = QRectF(-RADIUS - 3, -RADIUS - 3, 2 * RADIUS + 6, 2 * RADIUS + 6)
        for place in (self.live, at):
            if place is not None:
                self.update(around.translated(self._chart.to_pixels(*place)).toAlignedRect())
        self.live = at

    def arrows(self) -> list[tuple[int, Arrow, QPointF, QPointF]]:
        """Return the arrows that there are: number, arrow, and in pixels where they begin, at the dot, and end."""
        landscape = self._landscape
        if landscape is None:
            return []
        centre, scale = self._chart.to_pixels(0.0, 0.0), landscape.arrow_scale
        found = []
        for index, arrow in enumerate(landscape.arrows):
            if not arrow.problem:
                end = self._chart.to_pixels(arrow.at[0] * scale, arrow.at[1] * scale)
                found.append((index, arrow, _edge(centre, end), end))
        return found

    def labels(self) -> list[tuple[QRectF, str]]:
        """Return where the contours' losses stand, in pixels: those that are in sight and touch nothing."""
        metrics, box = QFontMetricsF(font(MICRO)), self._chart.box
        taken = [QRectF(-8, -8, 16, 16).translated(self._chart.to_pixels(*mark.at)) for mark in self._marks()]
        placed: list[tuple[QRectF, str]] = []
        for contour, _ in self._contours:
            if contour.label is None:
                continue
            place = QRectF(0, 0, metrics.horizontalAdvance(contour.level.text) + 6, metrics.height() - 1)
            place.moveCenter(self._chart.to_pixels(*contour.label))
            if box.contains(place) and not any(place.intersects(other) for other in taken):
                taken.append(place)
                placed.append((place, contour.level.text))
        return placed

    def _marks(self) -> tuple[Any, ...]:
        return () if self._landscape is None else self._landscape.marks

    def _name_inside(self, taken: list[QRectF]) -> tuple[QRectF, str] | None:
        """Return where the horizontal axis is named in a chart too low to name it below: in a corner that is free."""
        text, box = self._chart.wordings[0][-1], self._chart.box.adjusted(1, 1, -1, -1)
        if self._chart.height() >= LOW or not text:
            return None
        metrics = QFontMetricsF(font(MICRO))
        place = QRectF(0, 0, metrics.horizontalAdvance(text) + 6, metrics.height() - 1)
        marks = [QRectF(-7, -7, 14, 14).translated(self._chart.to_pixels(*mark.at)) for mark in self._marks()]
        if self._landscape is not None:
            path = self._landscape.path.tolist()
            marks += [QRectF(-2, -2, 4, 4).translated(self._chart.to_pixels(x, y)) for x, y in path]
        corners = []
        for move, corner in (
            (place.moveBottomRight, box.bottomRight()),
            (place.moveTopRight, box.topRight()),
            (place.moveBottomLeft, box.bottomLeft()),
        ):
            move(corner)
            corners.append(QRectF(place))
        free = [one for one in corners if not any(one.intersects(other) for other in taken + marks)]
        return (free or corners)[0], text

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name and signature
        """Paint from the contours up to the arrows."""
        landscape, theme, box = self._landscape, self._chart.theme, self._chart.box
        if landscape is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(box)
        self._paint_lines(painter, theme)
        painter.setFont(font(MICRO))
        labels = self.labels()
        if (name := self._name_inside([place for place, _ in labels])) is not None:
            labels.append(name)
        for place, text in labels:
            _paint_text(painter, theme, place, text)
        for mark in landscape.marks:
            kind = "here" if mark.kind == "now" else mark.kind
            paint_mark(painter, theme, kind, self._chart.to_pixels(*mark.at))
        for index, _, start, end in self.arrows():
            paint_arrow(painter, theme, index, start, end)
        if self.live is not None:
            paint_mark(painter, theme, "live", self._chart.to_pixels(*self.live))
        if self.read is not None and self._chart.card.isVisible():
            at = self._chart.to_pixels(*self.read)
            painter.setPen(QPen(QColor(theme.ink), theme.line_width))
            painter.drawLine(QPointF(at.x(), box.top()), QPointF(at.x(), box.bottom()))
            painter.drawLine(QPointF(box.left(), at.y()), QPointF(box.right(), at.y()))
        painter.end()

    def _paint_lines(self, painter: QPainter, theme: Theme) -> None:
        origin, (wide, high) = self._chart.to_pixels(0.0, 0.0), self._chart.pixel()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.save()
        painter.setTransform(QTransform(1 / wide, 0, 0, -1 / high, origin.x(), origin.y()), combine=True)
        pens = [(with_alpha(theme.ink, 0.5), _CONTOUR)] * len(self._contours)
        paths = [path for _, path in self._contours]
        if self._landscape is not None and len(self._landscape.path) > 1:
            pens += [(QColor(theme.panel), _PATH + CASING), (QColor(theme.ink), _PATH)]
            paths += [self._path, self._path]
        for path, (colour, width) in zip(paths, pens, strict=True):
            pen = QPen(colour, width * theme.line_width)
            pen.setCosmetic(True)
            if width == _CONTOUR:  # of short pieces: caps would overlap and make dots
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPath(path)
        painter.restore()
        if self._landscape is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.ink))
            last = QPointF(math.inf, math.inf)
            for x, y in self._landscape.path[1:-1].tolist():
                at = self._chart.to_pixels(x, y)
                if math.hypot(at.x() - last.x(), at.y() - last.y()) >= _DOT_GAP:
                    painter.drawEllipse(at, _DOT, _DOT)
                    last = at


def _edge(centre: QPointF, towards: QPointF) -> QPointF:
    """Return where a line from the middle of a dot leaves it; the middle where the line ends within."""
    away = towards - centre
    length = math.hypot(away.x(), away.y())
    return centre + away * (RADIUS / length) if length > RADIUS + _LEAST_ARROW else centre


def _paint_text(painter: QPainter, theme: Theme, place: QRectF, text: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(theme.panel, 0.78))
    painter.drawRoundedRect(place, 3, 3)
    painter.setPen(QColor(theme.ink))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
