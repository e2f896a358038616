"""The lanes of runs that were left, below the time rail's axis: thin lines that fork where each run went off."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from nnviz.app.run_list import PRESENT, Lane
from nnviz.ui.plots.curve_runs import run_colour
from nnviz.ui.theme import MICRO, Theme, font
from nnviz.ui.type_scale import px

MOST: Final = ((1_000, 8), (800, 5), (0, 3))
"""From which height of the window on, in pixels at the usual text size, there is room for how many lanes."""
_FIRST: Final = 12  # pixels from the axis, whose signs need some, to the first lane
_PITCH: Final = 9  # between two lanes
_BELOW: Final = 3  # the last one's name, and the axis's own below it
_REACH: Final = 4.0  # pixels above and below a lane within which the pointer meets it
_WIDTH: Final = 2.0
_ROOMY: Final = 40  # pixels of line that are seen beside a name
_PLACES: Final = (0.62, 0.38)  # of names: two lanes are closer than the letters are high
_OTHERS: Final = (0.5, 0.25, 0.75, 0.14, 0.86)  # where another lane goes off there
_BEND: Final = 9  # pixels across which a lane leaves another


def plain_room(count: int) -> int:
    """Return the pixels that so many lanes take below the axis at the usual text size."""
    return _FIRST + _PITCH * (count - 1) + _BELOW if count else 0


def most_lanes(window_height: int) -> int:
    """Return how many lanes there is room for in a window."""
    return next(most for height, most in MOST if window_height >= px(height))


def name_centre(
    start: float,
    end: float,
    half: float,
    forks: Sequence[float],
    share: float,
    above: tuple[float, float] | None = None,
) -> float:
    """Return the middle of a name on a lane, in pixels: at ``share`` of it, or elsewhere, clear of what goes off there.

    Parameters
    ----------
    start, end, half
        The lane's ends, and half of the name's width.
    forks
        Where other lanes go off.
    above
        The ends of the name in the lane above, which is closer than the letters are high; None without one.
    """
    for place in (share, *_OTHERS):
        centre = start + place * (end - start)
        inside = start + half <= centre <= end - half
        beside = above is None or centre + half <= above[0] or centre - half >= above[1]
        if inside and beside and all(fork + px(_BEND) < centre - half or fork > centre + half for fork in forks):
            return centre
    return start + share * (end - start)


def room(count: int) -> int:
    """Return the pixels that so many lanes take below the axis."""
    return px(plain_room(count))


class RailLanes:
    """Paints lanes and finds the one under the pointer; ``x_of`` tells where an update lies.

    Attributes
    ----------
    lanes
        From the axis down.
    more
        How many other runs a line below them tells of.
    """

    def __init__(self, x_of: Callable[[int], float]) -> None:
        self._x_of = x_of
        self.lanes: Sequence[Lane] = ()
        self.more = 0

    @property
    def rows(self) -> int:
        """How many lines there are below the axis."""
        return len(self.lanes) + (self.more > 0)

    @property
    def more_text(self) -> str:
        """What is said of the other runs."""
        return f"+ {self.more:,} more"

    def paint(self, painter: QPainter, theme: Theme, axis: float, right: float) -> None:
        """Paint them up to the right end; a run that is longer than the rail fades out there as an arrow."""
        names = self._names(right)
        for index, lane in reversed(tuple(enumerate(self.lanes))):
            y, start = _y_of(index, axis), self._x_of(lane.start)
            end = self._x_of(lane.run.step)
            colour = QColor(run_colour(theme, lane.number))
            path = QPainterPath()
            if lane.forks:
                above = _y_of(lane.parent, axis)
                bend = min(px(_BEND), max(2.0, end - start))
                path.moveTo(start, above)
                path.cubicTo(QPointF(start + bend / 2, above), QPointF(start + bend / 2, y), QPointF(start + bend, y))
            else:
                path.moveTo(start, y)
            path.lineTo(min(end, right), y)
            painter.setPen(QPen(colour, _WIDTH * theme.line_width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
            self._name(painter, theme, lane.name, names[index], y)
            painter.setBrush(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            if end > right:
                painter.drawPolygon([QPointF(right, y - 3), QPointF(right + 5, y), QPointF(right, y + 3)])
            else:
                painter.drawEllipse(QPointF(end, y), 2.6, 2.6)
        if self.more:
            kind = self._more_font()
            painter.setFont(kind)
            painter.setPen(QColor(theme.ink_2))
            below = _y_of(len(self.lanes), axis) + QFontMetricsF(kind).capHeight() / 2
            painter.drawText(QPointF(self._x_of(0), below), self.more_text)

    def _names(self, right: float) -> list[tuple[float, float] | None]:
        """Return the ends of each name, clear of the one above it; None where a lane is too short for one."""
        metrics = QFontMetricsF(font(MICRO))
        found: list[tuple[float, float] | None] = []
        for index, lane in enumerate(self.lanes):
            start, end = self._x_of(lane.start), min(self._x_of(lane.run.step), right)
            width = metrics.horizontalAdvance(lane.name) + px(10)
            if end - start < width + px(_ROOMY):
                found.append(None)
                continue
            forks = [self._x_of(other.start) for other in self.lanes if other.forks and other.parent == index]
            above = found[-1] if found else None
            centre = name_centre(start, end, width / 2, forks, _PLACES[index % 2], above)
            found.append((centre - width / 2, centre + width / 2))
        return found

    @staticmethod
    def _name(painter: QPainter, theme: Theme, name: str, ends: tuple[float, float] | None, y: float) -> None:
        """Write a run's name into its lane."""
        if ends is None:
            return
        kind = font(MICRO)
        metrics = QFontMetricsF(kind)
        box = QRectF(ends[0], y - metrics.capHeight() / 2 - 1, ends[1] - ends[0], metrics.capHeight() + 2)
        painter.fillRect(box, QColor(theme.panel))
        painter.setFont(kind)
        painter.setPen(QColor(theme.ink_2))
        painter.drawText(QPointF(box.left() + px(5), y + metrics.capHeight() / 2), name)

    @staticmethod
    def _more_font() -> QFont:
        kind = font(MICRO)
        kind.setUnderline(True)
        return kind

    def tells_of_more_at(self, x: float, y: float, axis: float) -> bool:
        """Whether the line that tells of the other runs is at a place."""
        left = self._x_of(0)
        right = left + QFontMetricsF(self._more_font()).horizontalAdvance(self.more_text)
        across = left - _REACH <= x <= right + _REACH
        return self.more > 0 and across and abs(y - _y_of(len(self.lanes), axis)) <= _REACH

    def at(self, x: float, y: float, axis: float) -> Lane | None:
        """Return the lane at a place."""
        for index, lane in enumerate(self.lanes):
            across = self._x_of(lane.start) - _REACH <= x <= self._x_of(lane.run.step) + 2 * _REACH
            if across and abs(y - _y_of(index, axis)) <= _REACH:
                return lane
        return None


def _y_of(index: int, axis: float) -> float:
    """Return the height of a lane, of the present run's that of the axis."""
    return axis if index == PRESENT else axis + px(_FIRST + _PITCH * index)
