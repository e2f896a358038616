"""The points of a drawing over the decision map: painted one by one as they are drawn."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from nnviz.app.drawing import Axes, Drawing, PlacedPoint
from nnviz.ui.plots.base import clear_pixmap
from nnviz.ui.plots.decision_markers import class_shape, paint_marker
from nnviz.ui.theme import Theme, point_colour

REACH: Final = 14.0  # pixels from the mouse to a point that it removes
_ROUND: Final = 6.0  # no marker reaches farther


def pixel_of(axes: Axes, square: QRect, x: float, y: float) -> QPointF:
    """Return where a place of the plane is on the widget."""
    across, up = axes
    return QPointF(
        square.x() + (x - across.low) / (across.high - across.low) * square.width(),
        square.y() + (up.high - y) / (up.high - up.low) * square.height(),
    )


def place_of(axes: Axes, square: QRect, at: QPointF) -> tuple[float, float]:
    """Return the place of the plane under a position on the widget."""
    across, up = axes
    return (
        across.low + (at.x() - square.x()) / square.width() * (across.high - across.low),
        up.high - (at.y() - square.y()) / square.height() * (up.high - up.low),
    )


def reach_of(axes: Axes, square: QRect) -> tuple[float, float]:
    """Return what a few pixels are on both axes: how near the mouse must be to a point that it removes."""
    across, up = axes
    return REACH / square.width() * (across.high - across.low), REACH / square.height() * (up.high - up.low)


class DrawnLayer:
    """The points of a drawing over the map; what was painted stays, so a further point costs no more than itself."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._stroke: tuple[PlacedPoint, ...] = ()
        self._painted: tuple[PlacedPoint, ...] = ()
        self._key: tuple[object, ...] = ()
        self._pixmap: QPixmap | None = None
        self.repainted = 0  # points painted so far

    def show(self, drawing: Drawing, stroke: tuple[PlacedPoint, ...] = ()) -> None:
        """Show another state of the drawing, and the stroke that is being drawn."""
        self._drawing, self._stroke = drawing, stroke

    def note(self) -> str:
        """Return "": every point is shown."""
        return ""

    def pixel_of(self, row: int, square: QRect) -> QPointF | None:
        """Return the middle of one point; None for a row that is not drawn any more."""
        points = self._drawing.points.points
        return pixel_of(self._drawing.axes, square, points[row].x, points[row].y) if row < len(points) else None

    def nearest(self, at: QPointF, square: QRect, reach: float = 9.0) -> int | None:
        """Return the index of the point nearest to a place on the widget, None if none is within ``reach``."""
        points = self._drawing.points.points
        if not points:
            return None
        across, up = self._drawing.axes
        places: NDArray[np.float64] = np.array([(point.x, point.y) for point in points])
        x = square.x() + (places[:, 0] - across.low) / (across.high - across.low) * square.width()
        y = square.y() + (up.high - places[:, 1]) / (up.high - up.low) * square.height()
        distances = np.hypot(x - at.x(), y - at.y())
        best = int(distances.argmin())
        return best if distances[best] <= reach else None

    def paint(self, theme: Theme, square: QRect, ratio: float) -> QPixmap:
        """Return the points on a transparent pixmap of the square's size."""
        points: tuple[PlacedPoint, ...] = (*self._drawing.points.points, *self._stroke)  # type: ignore[arg-type]
        classes = self._drawing.classes
        key = (theme.name, square, ratio, len(classes) > 2, self._drawing.axes)
        if self._pixmap is None or key != self._key:
            self._pixmap, self._painted = clear_pixmap(square.size(), ratio, Qt.GlobalColor.transparent), ()
        old, self._key, self._painted = self._painted, key, points
        same = _alike(old, points)
        behind = _alike(old[same:][::-1], points[same:][::-1])
        gone, come = old[same : len(old) - behind], points[same : len(points) - behind]
        if not gone and not behind:
            self._paint_on(self._pixmap, theme, square, come)
        elif gone or come:
            self._mend(self._pixmap, theme, square, (*gone, *come))
        return self._pixmap

    def _mend(self, pixmap: QPixmap, theme: Theme, square: QRect, changed: Sequence[PlacedPoint]) -> None:
        """Paint anew where points have gone, or have come below others."""
        axes = self._drawing.axes
        ats = [pixel_of(axes, square, point.x, point.y) for point in changed]
        xs, ys = [at.x() for at in ats], [at.y() for at in ats]
        dirty = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)).adjusted(
            -_ROUND, -_ROUND, _ROUND, _ROUND
        )
        near = dirty.adjusted(-_ROUND, -_ROUND, _ROUND, _ROUND)
        left = [point for point in self._painted if near.contains(pixel_of(axes, square, point.x, point.y))]
        # Whole pixels: an edge within one would be blended with what was there.
        self._paint_on(pixmap, theme, square, left, dirty.toAlignedRect())

    def _paint_on(
        self, pixmap: QPixmap, theme: Theme, square: QRect, points: Sequence[PlacedPoint], only: QRect | None = None
    ) -> None:
        indices = {name: index for index, name in enumerate(self._drawing.classes)}
        self.repainted += len(points)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-square.x(), -square.y())
        outline = QColor(theme.point_outline)
        if only is not None:
            painter.setClipRect(only)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillRect(only, Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        for point in points:
            # A class that begins with this very stroke is not among the drawing's yet.
            index = indices.get(point.label, len(indices))
            shape, colour = class_shape(index, len(indices)), QColor(point_colour(theme, index))
            at = pixel_of(self._drawing.axes, square, point.x, point.y)
            paint_marker(painter, at, shape, colour, outline, hollow=point.part != "train")
        painter.end()


def _alike(first: Sequence[PlacedPoint], second: Sequence[PlacedPoint]) -> int:
    """Return how many points both begin with: the very same ones."""
    pairs = zip(first, second, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a is not b), min(len(first), len(second)))
