"""The markers of data points: shapes that tell classes apart without their colours, and ready-made pictures of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from nnviz.ui.plots.base import clear_pixmap
from nnviz.ui.theme import DARK, Theme

TRAIN_RADIUS, VALIDATION_RADIUS = 2.5, 3.0
SHAPES = ("disc", "square", "triangle", "diamond", "cross", "star")
_HALF = 8  # half the side of a marker's picture in logical pixels
_FRACTIONS = 2  # pictures between two pixels, along each axis
ERROR_RADIUS = 5.2


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


def paint_error_ring(painter: QPainter, centre: QPointF, theme: Theme, scale: float = 1.0) -> None:
    """Ring a point that the network gets wrong."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = ERROR_RADIUS * max(0.8, scale)
    painter.setPen(QPen(QColor(theme.point_outline), 2.8))
    painter.drawEllipse(centre, radius, radius)
    painter.setPen(QPen(QColor(theme.error), 1.4))
    painter.drawEllipse(centre, radius, radius)


@dataclass(frozen=True, slots=True)
class Marker:
    """What a point looks like: a shape and a colour, hollow if it is held out; the ring of an error has no shape."""

    shape: str
    colour: str = ""
    hollow: bool = False


class MarkerPictures:
    """Pictures of markers, each painted once: a copy takes a twentieth of the time of a path.

    Each marker has four pictures, half a pixel apart, so that points do not jump to whole pixels. They serve every data
    set that is painted in the same way.
    """

    def __init__(self) -> None:
        self._look: tuple[Theme, float, float] = DARK, 1.0, 1.0
        self._known: dict[Marker, tuple[QPixmap, ...]] = {}

    def fit(self, theme: Theme, ratio: float, scale: float) -> None:
        """Be for a theme, device pixels per logical one, and a size of the markers, 1 for the usual one."""
        if self._look != (theme, ratio, scale):
            self._look = theme, ratio, scale
            self._known.clear()

    def copy(
        self,
        painter: QPainter,
        markers: Sequence[Marker],
        kinds: NDArray[np.intp],
        at: NDArray[np.float64],
        opacity: NDArray[np.float64],
    ) -> None:
        """Paint markers around places.

        Parameters
        ----------
        painter
            Without a scale of its own.
        markers, kinds
            What is painted, and which of it at each place, (n,).
        at
            Device pixels, (n, 2).
        opacity
            Of each, (n,).
        """
        pictures = {kind: self._of(markers[kind]) for kind in np.unique(kinds).tolist()}
        halves = np.floor(at * _FRACTIONS + 0.5).astype(np.int64)
        corners = halves // _FRACTIONS - round(_HALF * self._look[1])
        phases = halves[:, 1] % _FRACTIONS * _FRACTIONS + halves[:, 0] % _FRACTIONS
        columns = (kinds.tolist(), phases.tolist(), corners.tolist(), opacity.tolist())
        current, draw = 1.0, painter.drawPixmap
        for kind, phase, (x, y), strength in zip(*columns, strict=True):
            if strength != current:
                painter.setOpacity(strength)
                current = strength
            draw(x, y, pictures[kind][phase])

    def _of(self, marker: Marker) -> tuple[QPixmap, ...]:
        if marker not in self._known:
            self._known[marker] = self._make(marker)
        return self._known[marker]

    def _make(self, marker: Marker) -> tuple[QPixmap, ...]:
        return tuple(
            self._picture(marker, column / _FRACTIONS, row / _FRACTIONS)
            for row in range(_FRACTIONS)
            for column in range(_FRACTIONS)
        )

    def _picture(self, marker: Marker, right: float, down: float) -> QPixmap:
        theme, ratio, scale = self._look
        pixmap = clear_pixmap(QSize(2 * _HALF, 2 * _HALF), ratio, Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = round(_HALF * ratio) / ratio
        centre = QPointF(middle + right / ratio, middle + down / ratio)
        if marker.shape:
            colour, outline = QColor(marker.colour), QColor(theme.point_outline)
            paint_marker(painter, centre, marker.shape, colour, outline, hollow=marker.hollow, scale=scale)
        else:
            paint_error_ring(painter, centre, theme, scale)
        painter.end()
        pixmap.setDevicePixelRatio(1.0)  # copied pixel by pixel
        return pixmap
