"""The picture under the points: the heat map of the newest answer, as fine as its time allows, or a curve."""

import time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from nnviz.app.frame_budget import Ladder
from nnviz.run.snapshot import GridResult
from nnviz.ui.plots.decision_bar import contour_levels, target_deviation
from nnviz.ui.plots.decision_colours import Pixels
from nnviz.ui.plots.decision_contour import CONTOUR_WIDTH
from nnviz.ui.plots.decision_field import FieldShader
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import Theme, with_alpha

FloatArray = NDArray[np.floating[Any]]

# Seconds of the GUI thread that one picture may take while training, and when nothing moves.
_LIVE_SECONDS: Final = 0.0025
_STILL_SECONDS: Final = 0.009
_SHARES: Final = (1.0, 0.75, 0.5, 0.35)  # of the screen's pixels along a side
_CURVE_WIDTH: Final = 2.0


class MapPicture:
    """Keeps the newest picture and the part of the plane that it shows; while zooming an older one is stretched."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._shader: FieldShader | None = None
        self._ladder = Ladder(_SHARES, _LIVE_SECONDS)
        self._pixels: Pixels | None = None
        self._image: QImage | None = None
        self._view: SurfaceView | None = None
        self._curve: NDArray[np.float64] | None = None  # predictions along x in raw units
        self.hard = False
        self.is_finite = True

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to paint yet."""
        return self._image is None and self._curve is None

    def fills(self, view: SurfaceView | None) -> bool:
        """Whether the picture covers all of the square when it is painted for a view."""
        shown = self._view
        if self._image is None or shown is None or view is None:
            return False
        return (shown.x, shown.y) == (view.x, view.y)

    def set_look(self, theme: Theme, *, hard: bool) -> None:
        """Take other colours; the next picture is painted in them."""
        self._theme, self.hard = theme, hard
        self._shader = None

    def forget_data(self) -> None:
        """Drop what depends on a data set that is gone, but for the picture."""
        self._shader = None

    def clear(self) -> None:
        """Show nothing."""
        self._image, self._curve, self._view, self.is_finite = None, None, None, True

    def renew(self, grid: GridResult, view: SurfaceView, side: int, logical: int, *, live: bool) -> None:
        """Make the picture of an answer over a view.

        Parameters
        ----------
        side, logical
            The square's pixels on the screen, and in the widget's units.
        live
            Whether more answers follow at once.
        """
        output = grid.activations[-1]
        self.is_finite = bool(np.isfinite(output).all())
        self._view = view
        if view.plane.kind == "curve":
            line: FloatArray = output[: grid.probe.resolution]
            self._curve = view.dataset.preprocessor.predictions(line).astype(np.float64)
            return
        dataset = view.dataset
        n_outputs = output.shape[1]
        if self._shader is None:
            levels = contour_levels(dataset)
            deviation = target_deviation(dataset)
            self._shader = FieldShader(dataset.task, n_outputs, deviation, self._theme, levels=levels, hard=self.hard)
        share = self._ladder.level if live else self._ladder.affordable(_SHARES, _STILL_SECONDS)
        used = max(32, round(side * share))
        began = time.perf_counter()
        # Kept beside the image, which only points into it.
        self._pixels = self._shader.shade(
            output, view.grid(grid.probe.resolution), used, CONTOUR_WIDTH * used / max(1, logical)
        )
        self._ladder.note(used / side, time.perf_counter() - began)
        self._image = QImage(self._pixels.data, used, used, 4 * used, QImage.Format.Format_RGB32)

    def paint(self, painter: QPainter, view: SurfaceView, square: QRect, side: int) -> None:
        """Copy the picture into the square."""
        shown = self._view
        if self._image is None or shown is None:
            return
        box = QRectF(square) if (shown.x, shown.y) == (view.x, view.y) else view.box_of(shown, square)
        smooth = self._image.width() != side or box != QRectF(square)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(box, self._image)

    def paint_curve(
        self, painter: QPainter, view: SurfaceView, square: QRect, band: tuple[float, float] | None
    ) -> None:
        """Paint the prediction as a line over the first column, and the band of residuals around it."""
        shown, curve = self._view, self._curve
        if curve is None or shown is None:
            return
        x = shown.x.centres(len(curve))
        if band is not None:
            edges = [self._points(view, square, x, curve + offset) for offset in band]
            outline = QPolygonF(edges[0] + edges[1][::-1])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(self._theme.ink, 0.13))
            painter.drawPolygon(outline)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.ink), _CURVE_WIDTH))
        painter.drawPolyline(QPolygonF(self._points(view, square, x, curve)))

    @staticmethod
    def _points(view: SurfaceView, square: QRect, x: FloatArray, y: FloatArray) -> list[QPointF]:
        reach = 1e4  # pixels: far beyond the square, yet within what a painter can count
        places = np.nan_to_num(view.pixels(np.stack([x, y], axis=1), square), nan=reach, posinf=reach, neginf=-reach)
        return [QPointF(*place) for place in np.clip(places, -reach, reach).tolist()]
