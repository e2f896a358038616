"""The picture under the points: the heat map of the newest answer, or a curve over one column."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from nnviz.run.snapshot import GridResult
from nnviz.ui.plots.apart import current
from nnviz.ui.plots.base import clear_pixmap
from nnviz.ui.plots.decision_bar import contour_levels
from nnviz.ui.plots.decision_regions import crowd_of, paint_names
from nnviz.ui.plots.decision_render import Look, MapRenderer, Shaded, ShadeJob
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import Theme, with_alpha

FloatArray = NDArray[np.floating[Any]]
_CURVE_WIDTH: Final = 2.0
_LEAST_FOR_NAMES: Final = 170  # pixels along a side


class MapPicture:
    """Keeps the newest picture and the part of the plane that it shows; while zooming an older one is stretched."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._renderer = MapRenderer()
        self._look: Look | None = None
        self._shaded: Shaded | None = None
        self._image: QImage | None = None
        self._curve: tuple[SurfaceView, NDArray[np.float64]] | None = None  # predictions along x in raw units
        self._places: NDArray[np.float64] = np.empty((0, 2))
        self._crowd: tuple[SurfaceView, NDArray[np.float32]] | None = None
        self._names: tuple[tuple[object, ...], QPixmap] | None = None
        self.hard = False
        self.is_finite = True

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to paint yet."""
        return self._image is None and self._curve is None

    @property
    def busy(self) -> bool:
        """Whether a picture is on its way."""
        return self._renderer.busy

    def stop(self) -> None:
        """Stop the shading thread; the next answer starts another."""
        self._renderer.stop()

    def flush(self, timeout: float) -> bool:
        """Wait until what was handed over is shaded; return whether it was in time."""
        return self._renderer.flush(timeout)

    def set_look(self, theme: Theme, *, hard: bool) -> None:
        """Take other colours; the next picture is painted in them."""
        self._theme, self.hard = theme, hard
        self._look = None

    def forget_data(self) -> None:
        """Drop what depends on a data set that is gone, but for the picture."""
        self._look = None
        self._renderer.drop()

    def clear(self) -> None:
        """Show nothing."""
        self._renderer.drop()
        self._image, self._shaded, self._curve, self.is_finite = None, None, None, True

    def set_points(self, places: NDArray[np.float64]) -> None:
        """Say where points are on the plane, (n, 2): names of classes keep out of their way."""
        self._places = places
        self._crowd = None

    def renew(self, grid: GridResult, view: SurfaceView, side: int, logical: int, *, live: bool) -> None:
        """Have the picture of an answer over a view made; see :class:`ShadeJob` for the parameters."""
        output = grid.activations[-1]
        self.is_finite = bool(np.isfinite(output).all())
        dataset = view.dataset
        if view.plane.kind == "curve":
            line: FloatArray = output[: grid.probe.resolution]
            self._curve = view, dataset.preprocessor.predictions(line).astype(np.float64)
            return
        if self._look is None:
            n_outputs, deviation = output.shape[1], dataset.target_deviation
            self._look = Look(dataset.task, n_outputs, deviation, self._theme, contour_levels(dataset), self.hard)
        cells = view.grid(grid.probe.resolution)
        if self._crowd is None or self._crowd[0] is not view:
            low, span = (view.x.low, view.y.low), (view.x.high - view.x.low, view.y.high - view.y.low)
            self._crowd = view, crowd_of((self._places - low) / span)
        self._renderer.submit(ShadeJob(self._look, output, cells, view, side, logical, live, self._crowd[1]))

    def collect(self) -> bool:
        """Take over what was finished meanwhile; return whether there is something newer to paint."""
        shaded = self._renderer.take()
        if shaded is None:
            return False
        side = len(shaded.pixels)
        # The pixels are kept: the image only points into them.
        self._shaded = shaded
        self._image = QImage(shaded.pixels.data, side, side, 4 * side, QImage.Format.Format_RGB32)
        return True

    def fills(self, view: SurfaceView | None) -> bool:
        """Whether the picture covers all of the square when it is painted for a view."""
        shown = self._shaded
        if self._image is None or shown is None or view is None:
            return False
        return (shown.job.view.x, shown.job.view.y) == (view.x, view.y)

    def paint(self, painter: QPainter, view: SurfaceView, square: QRect, side: int) -> None:
        """Copy the picture into the square."""
        if self._image is None or self._shaded is None:
            return
        box = QRectF(square) if self.fills(view) else view.box_of(self._shaded.job.view, square)
        smooth = self._image.width() != side or box != QRectF(square)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(box, self._image)
        if self._shaded.anchors and square.width() >= _LEAST_FOR_NAMES:
            names = self._copy_names if current() is None else self._paint_names
            names(painter, self._shaded, box, square)

    def _paint_names(self, painter: QPainter, shaded: Shaded, box: QRectF, square: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = [
            (index, QPointF(box.left() + x * box.width(), box.bottom() - y * box.height()))
            for index, (x, y) in shaded.anchors.items()
        ]
        inside = [(index, at) for index, at in places if square.contains(at.toPoint())]
        paint_names(painter, shaded.job.view.dataset.classes, inside, square, self._theme)

    def _copy_names(self, painter: QPainter, shaded: Shaded, box: QRectF, square: QRect) -> None:
        ratio = painter.device().devicePixelRatioF()
        key = (shaded.anchors, box, square, self._theme.name, ratio)
        if self._names is None or self._names[0] != key:
            pixmap = clear_pixmap(square.size(), ratio, Qt.GlobalColor.transparent)
            on_names = QPainter(pixmap)
            on_names.translate(-square.x(), -square.y())
            self._paint_names(on_names, shaded, box, square)
            on_names.end()
            self._names = key, pixmap
        painter.drawPixmap(square.topLeft(), self._names[1])

    def paint_curve(
        self, painter: QPainter, view: SurfaceView, square: QRect, band: tuple[float, float] | None
    ) -> None:
        """Paint the prediction as a line over the first column, and the band of residuals around it."""
        if self._curve is None:
            return
        shown, curve = self._curve
        x = shown.x.centres(len(curve))
        if band is not None:
            edges = [curve_line(view, square, x, curve + offset) for offset in band]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(self._theme.ink, 0.13))
            painter.drawPolygon(QPolygonF(edges[0] + edges[1][::-1]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.ink), _CURVE_WIDTH))
        painter.drawPolyline(QPolygonF(curve_line(view, square, x, curve)))


def curve_line(view: SurfaceView, square: QRect, x: FloatArray, y: FloatArray) -> list[QPointF]:
    """Return the points of a curve, (n,) along x and (n,) along y in raw units, where a view fills a square."""
    reach = 1e4  # pixels: far beyond the square, yet within what a painter can count
    places = np.nan_to_num(view.pixels(np.stack([x, y], axis=1), square), nan=reach, posinf=reach, neginf=-reach)
    return [QPointF(*place) for place in np.clip(places, -reach, reach).tolist()]
