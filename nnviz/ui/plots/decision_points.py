"""The data points over the heat map: which rows, their markers, and the row under the mouse."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from nnviz.data.dataset import Dataset
from nnviz.ui.plots.base import clear_pixmap
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import Theme, mix, point_colour

MOST_POINTS = 2_000
TRAIN_RADIUS, VALIDATION_RADIUS = 2.5, 3.0
_CROWDED = 700  # from this many points on they are smaller
SHAPES = ("disc", "square", "triangle", "diamond", "cross", "star")


@lru_cache(maxsize=64)
def marker_path(shape: str, radius: float) -> QPainterPath:
    """Return the outline of a marker around the origin; all shapes cover about the same area."""
    path = QPainterPath()
    if shape == "disc":
        path.addEllipse(QPointF(0.0, 0.0), radius, radius)
    elif shape == "square":
        path.addRect(-0.9 * radius, -0.9 * radius, 1.8 * radius, 1.8 * radius)
    elif shape == "cross":
        path = _cross(1.25 * radius, 0.45 * radius)
    else:
        corners = {"triangle": 3, "diamond": 4, "star": 5}[shape]
        path.addPolygon(_regular(corners, 1.3 * radius, 0.58 * radius if shape == "star" else None))
    path.closeSubpath()
    return path


def _polygon(corners: list[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in corners])


def _cross(arm: float, half: float) -> QPainterPath:
    path = QPainterPath()
    quarter = [(half, -arm), (half, -half), (arm, -half)]
    corners: list[tuple[float, float]] = []
    for _ in range(4):
        corners += quarter
        quarter = [(-y, x) for x, y in quarter]
    path.addPolygon(_polygon(corners))
    return path


def _regular(corners: int, radius: float, inner: float | None) -> QPolygonF:
    """Return a regular polygon that stands on its base, or with ``inner`` a star."""
    count = corners if inner is None else 2 * corners
    angles = np.arange(count) * 2 * np.pi / count - np.pi / 2
    radii = np.full(count, radius)
    if inner is not None:
        radii[1::2] = inner
    return _polygon(list(zip((radii * np.cos(angles)).tolist(), (radii * np.sin(angles)).tolist(), strict=True)))


def class_shape(index: int, n_classes: int) -> str:
    """Return the marker of a class: two classes need no shape beside their colours."""
    return SHAPES[index % len(SHAPES)] if n_classes > 2 else "disc"


def paint_marker(
    painter: QPainter, centre: QPointF, shape: str, colour: QColor, outline: QColor, *, hollow: bool, scale: float = 1.0
) -> None:
    """Paint one point: filled with a thin outline (train), or a ring filled with the outline's colour (validation)."""
    painter.translate(centre)
    if hollow:
        path = marker_path(shape, VALIDATION_RADIUS * scale)
        painter.strokePath(path, QPen(outline, 2.7))
        painter.fillPath(path, outline)
        painter.strokePath(path, QPen(colour, 1.3))
    else:
        path = marker_path(shape, TRAIN_RADIUS * scale)
        painter.strokePath(path, QPen(outline, 1.6))
        painter.fillPath(path, colour)
    painter.translate(-centre)


def value_colour(theme: Theme, scaled: float) -> QColor:
    """Return the colour of a regression target scaled to -1 to 1.

    The same two hues as the map below, but grey at the mean, where the map's own colour would hide the point.
    """
    neutral = theme.ink_2 if theme.dark else theme.ink_3
    return QColor(mix(neutral, theme.point_a if scaled < 0 else theme.point_b, min(1.0, abs(scaled)) ** 0.7))


class PointsLayer:
    """The points of one view: chosen once, painted once per size and theme, then only copied to the screen."""

    def __init__(self, view: SurfaceView) -> None:
        self.dataset: Dataset = view.slices.dataset
        self.places = view.places()
        inside = np.flatnonzero(np.isfinite(self.places).all(axis=1))
        self.n_placed = len(inside)
        if len(inside) > MOST_POINTS:
            # The same rows every time: a sample that changed would look like news.
            inside = np.sort(np.random.default_rng(0).choice(inside, MOST_POINTS, replace=False))
        self.rows: NDArray[np.intp] = inside
        # Hollow: what is not learned from, be it held out to validate or to test.
        self.is_held_out = np.zeros(self.dataset.n_rows, bool)
        self.is_held_out[self.dataset.validation_rows] = True
        self.is_held_out[self.dataset.test_rows] = True

    def note(self) -> str:
        """Say how many rows are shown if not all are; "" otherwise."""
        total, shown = self.dataset.n_rows, len(self.rows)
        if shown == total:
            return ""
        lacking = "" if self.n_placed == total else f", {total - self.n_placed:,} lack a value"
        return f"{shown:,} of {total:,} rows shown{lacking}"

    def pixels(self, square: QRect) -> NDArray[np.float64]:
        """Return the middles of the shown points in the widget's logical pixels, (len(rows), 2)."""
        at = self.places[self.rows]
        x = square.x() + at[:, 0] * square.width()
        y = square.y() + (1.0 - at[:, 1]) * square.height()
        return np.stack([x, y], axis=1)

    def pixel_of(self, row: int, square: QRect) -> QPointF | None:
        """Return the middle of one row's point; None where the row has no place on the axes."""
        x, y = self.places[row]
        if not (np.isfinite(x) and np.isfinite(y)):
            return None
        return QPointF(square.x() + x * square.width(), square.y() + (1.0 - y) * square.height())

    def nearest(self, at: QPointF, square: QRect, reach: float = 9.0) -> int | None:
        """Return the row of X whose point is nearest to a place on the widget, None if none is within ``reach``."""
        if not len(self.rows):
            return None
        distances = np.hypot(*(self.pixels(square) - (at.x(), at.y())).T)
        best = int(distances.argmin())
        return int(self.rows[best]) if distances[best] <= reach else None

    def paint(self, theme: Theme, square: QRect, ratio: float) -> QPixmap:
        """Return the points on a transparent pixmap of the square's size."""
        pixmap = clear_pixmap(square.size(), ratio, Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-square.x(), -square.y())
        outline = QColor(theme.point_outline)
        scale = max(0.65, min(1.0, (_CROWDED / max(1, len(self.rows))) ** 0.5))
        centres = self.pixels(square)
        hollow = self.is_held_out[self.rows]
        codes = self.dataset.target_codes
        if codes is None:
            colours = [value_colour(theme, value) for value in self._scaled_targets().tolist()]
            shapes = ["disc"] * len(colours)
        else:
            n_classes = len(self.dataset.classes)
            palette = [QColor(point_colour(theme, index)) for index in range(n_classes)]
            colours = [palette[code] for code in codes[self.rows].tolist()]
            shapes = [class_shape(code, n_classes) for code in codes[self.rows].tolist()]
        for index in np.argsort(hollow, kind="stable").tolist():  # the rarer hollow points on top
            centre = QPointF(*centres[index].tolist())
            paint_marker(
                painter, centre, shapes[index], colours[index], outline, hollow=bool(hollow[index]), scale=scale
            )
        painter.end()
        return pixmap

    def _scaled_targets(self) -> NDArray[np.float64]:
        targets = self.dataset.Y[self.rows, 0]
        largest = float(np.abs(self.dataset.Y_train).max()) if len(self.dataset.train_rows) else 1.0
        return np.asarray(targets / largest if largest > 0 else targets)
