"""What lies over the picture of the map: hatching, a curve, points, rings of errors, the ring of the chosen row."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPixmap

from nnviz.app.slices import Held
from nnviz.ui.plots.apart import current
from nnviz.ui.plots.base import clear_pixmap
from nnviz.ui.plots.decision_chrome import MARK_EDGE, paint_what_if, ring
from nnviz.ui.plots.decision_drawing import DrawnLayer
from nnviz.ui.plots.decision_errors import ErrorLayer, point_items
from nnviz.ui.plots.decision_legend import LegendItem, legend_items
from nnviz.ui.plots.decision_markers import MarkerPictures
from nnviz.ui.plots.decision_picture import MapPicture
from nnviz.ui.plots.decision_points import PointsLayer
from nnviz.ui.plots.decision_range import paint_extrapolation
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import Theme


class MapLayers:
    """The points of a plane, or those of a drawing in their place, with all that belongs to them.

    Attributes
    ----------
    points
        What is shown now; None without a plane.
    errors
        Which of the rows the network gets wrong.
    row
        The row of X that is ringed, or None.
    what_if
        Other values of that row, of which the place is shown too.
    """

    def __init__(self) -> None:
        self.points: PointsLayer | DrawnLayer | None = None
        self.errors = ErrorLayer()
        self.row: int | None = None
        self.what_if: Held | None = None
        self._rows: PointsLayer | None = None
        self._pictures = MarkerPictures()
        self._map: QPixmap | None = None

    def choose(self, row: int | None) -> None:
        """Ring a row of X, or none; what other values it might have is another question."""
        self.row, self.what_if = row, None

    def mark(self, view: SurfaceView, square: QRect) -> QPointF | None:
        """Return where the ringed row lies, with its other values where it has some; within the square.

        None without a row, without a place on the axes, or while there is a drawing in the rows' place.
        """
        points, edge = self.points, MARK_EDGE
        if self.row is None or not isinstance(points, PointsLayer):
            return None
        if self.what_if is None or self.what_if.row != self.row:
            return points.pixel_of(self.row, square)
        place = np.array([view.plane.place(self.what_if)])
        if not np.isfinite(place).all():
            return None
        x, y = view.pixels(place, square)[0].tolist()
        return QPointF(
            min(max(x, square.left() + edge), square.right() + 1 - edge),
            min(max(y, square.top() + edge), square.bottom() + 1 - edge),
        )

    def row_text(self, view: SurfaceView) -> str:
        """Return what the ringed row is called, "" without one."""
        return "" if self.row is None else f"row {int(view.dataset.table_rows[self.row]) + 1:,}"

    def show_plane(self, view: SurfaceView | None) -> NDArray[np.float64]:
        """Show the rows of a data set on another plane, or nothing; return where they are on it, (n, 2)."""
        self.points = self._rows = None if view is None else PointsLayer(view, self._pictures)
        self.errors.forget()
        self.repaint()
        return np.empty((0, 2)) if self._rows is None else self._rows.places[self._rows.rows]

    def show_part(self, view: SurfaceView) -> None:
        """Show another part of the same plane."""
        if self._rows is not None:
            self._rows.view = view
        self.repaint()

    def show_rows(self) -> bool:
        """Show the rows of the data set again instead of a drawing; return whether there was one."""
        changed = self.points is not self._rows
        self.points = self._rows
        return changed

    def show(self, points: PointsLayer | DrawnLayer) -> bool:
        """Show other points than the rows, or more of them than before; return whether they are of another kind."""
        changed, self.points = points is not self.points, points
        self._map = None
        return changed

    def fade(self, held: Held) -> None:
        """Make the rows fainter that lie far from what is held."""
        if self._rows is not None:
            self._rows.fade(held)
            self.repaint()

    def repaint(self) -> None:
        """Paint everything anew the next time."""
        self._map = None
        self.errors.repaint()

    @property
    def is_drawing(self) -> bool:
        """Whether the points are those of a drawing."""
        return isinstance(self.points, DrawnLayer)

    def legend_items(self, view: SurfaceView | None) -> list[LegendItem]:
        """Return what the legend says."""
        if view is None:
            return []
        return legend_items(
            view.dataset, point_items(self.points, self.errors) if isinstance(self.points, PointsLayer) else ()
        )

    def paint(self, painter: QPainter, view: SurfaceView, theme: Theme, square: QRect, picture: MapPicture) -> None:
        """Copy the layers onto the square; the painter is clipped to it."""
        points, ratio = self.points, painter.device().devicePixelRatioF()
        if points is None:
            return
        if current() is not None:
            self._paint_apart(painter, points, view, theme, square)
        elif self._map is None or self._map.devicePixelRatio() != ratio:
            self._map = self._paint_map(points, view, theme, square, ratio)
            self.errors.repaint()
        if current() is None and self._map is not None:
            painter.drawPixmap(square.topLeft(), self._map)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(points, PointsLayer):
            found = self.errors.judgement
            picture.paint_curve(painter, view, square, None if found is None else found.band)
            self.errors.paint(painter, points, theme, square, ratio)
        at = None if self.row is None else points.pixel_of(self.row, square)
        if at is not None:
            ring(painter, theme, at, square)
        if self.what_if is not None and (to := self.mark(view, square)) is not None:
            paint_what_if(painter, theme, at, to, square)

    @staticmethod
    def _paint_apart(
        painter: QPainter, points: PointsLayer | DrawnLayer, view: SurfaceView, theme: Theme, square: QRect
    ) -> None:
        """Paint hatching and points for a file; the points of a drawing are copied."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(points, PointsLayer):
            paint_extrapolation(painter, view, square, theme)
            points.paint_on(painter, theme, square)
        else:
            painter.drawPixmap(square.topLeft(), points.paint(theme, square, 2.0))

    @staticmethod
    def _paint_map(
        points: PointsLayer | DrawnLayer, view: SurfaceView, theme: Theme, square: QRect, ratio: float
    ) -> QPixmap:
        """Return hatching and points in one: the fewer calls a frame takes, the less it waits for other threads."""
        painted = points.paint(theme, square, ratio)
        if not isinstance(points, PointsLayer):
            return painted
        whole = clear_pixmap(square.size(), ratio, Qt.GlobalColor.transparent)
        painter = QPainter(whole)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-square.x(), -square.y())
        paint_extrapolation(painter, view, square, theme)
        painter.drawPixmap(square.topLeft(), painted)
        painter.end()
        return whole
