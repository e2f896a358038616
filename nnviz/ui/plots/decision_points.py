"""The data points over the heat map: which rows, how near the plane they are, and the row under the mouse."""

import math
from collections.abc import Callable
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from nnviz.app.planes import Plane
from nnviz.app.slices import Held
from nnviz.data.dataset import Dataset
from nnviz.ui.plots.base import clear_pixmap
from nnviz.ui.plots.decision_markers import Marker, MarkerPictures, class_shape, paint_error_ring, paint_marker
from nnviz.ui.plots.decision_view import SurfaceView, spread_positions
from nnviz.ui.theme import Theme, mix, point_colour

MOST_POINTS: Final = 2_000
_CROWDED: Final = 700  # from this many points on they are smaller
_COLOUR_STEPS: Final = 32  # of a number, on either side of the mean

# Distances from the plane, in standard deviations, between which points fade, and how faint they become.
NEAR, FAR, FAINTEST = 0.5, 2.0, 0.15
_OPACITY_STEPS: Final = 16
FADE_NOTE: Final = "faint: 0.5–2 σ from what is held"
COMPONENT_FADE_NOTE: Final = "faint: 0.5–2 σ from the plane"

_RING: Final = Marker("")


def opacities(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how opaque points are: 1 up to half a standard deviation from the plane, 0.15 from two on."""
    fallen = np.clip((distances - NEAR) / (FAR - NEAR), 0.0, 1.0)
    return np.asarray(np.round((1.0 - (1.0 - FAINTEST) * fallen) * _OPACITY_STEPS) / _OPACITY_STEPS)


def value_colour(theme: Theme, scaled: float) -> str:
    """Return the colour of a regression target scaled to -1 to 1.

    The same two hues as the map below, but grey at the mean, where the map's own colour would hide the point.
    """
    neutral = theme.ink_2 if theme.dark else theme.ink_3
    return mix(neutral, theme.point_a if scaled < 0 else theme.point_b, min(1.0, abs(scaled)) ** 0.7)


class PointsLayer:
    """The points of one plane: chosen once, painted once per view and theme, then only copied to the screen.

    Attributes
    ----------
    view
        The part of the plane that is shown; set anew when it changes.
    rows
        The rows of X that are shown.
    opacity
        Of each of them, (len(rows),).
    """

    def __init__(self, view: SurfaceView, pictures: MarkerPictures | None = None) -> None:
        self.view = view
        self.plane: Plane = view.plane
        self.dataset: Dataset = view.dataset
        self.places = spread_positions(self.plane)
        inside = self.plane.placed
        self.n_placed = len(inside)
        if len(inside) > MOST_POINTS:
            # The same rows every time: a sample that changed would look like news.
            inside = np.sort(np.random.default_rng(0).choice(inside, MOST_POINTS, replace=False))
        self.rows: NDArray[np.intp] = inside
        self._places = self.places[inside]
        # Hollow: what is not learned from, be it held out to validate or to test.
        held_out = np.zeros(self.dataset.n_rows, bool)
        held_out[self.dataset.validation_rows] = True
        held_out[self.dataset.test_rows] = True
        self.is_held_out = held_out[inside]
        self.opacity = np.ones(len(inside))
        self._pictures = pictures or MarkerPictures()
        self._markers: tuple[str, list[Marker], NDArray[np.intp]] | None = None

    @cached_property
    def _distances(self) -> Callable[[Held], NDArray[np.float64]]:
        return self.plane.distances(self.rows)

    def fade(self, held: Held) -> None:
        """Make points fainter that lie far from the plane through what is held."""
        if self.fades:
            self.opacity = opacities(self._distances(held))

    @property
    def fades(self) -> bool:
        """Whether there is anything that rows can be far from."""
        return self.plane.kind == "components" or bool(self.plane.held_names)

    @property
    def scale(self) -> float:
        """How large the markers are: smaller in a crowd."""
        return max(0.65, min(1.0, math.sqrt(_CROWDED / max(1, len(self.rows)))))

    def note(self) -> str:
        """Say how many rows are shown if not all are; "" otherwise."""
        total, shown = self.dataset.n_rows, len(self.rows)
        if shown == total:
            return ""
        lacking = "" if self.n_placed == total else f", {total - self.n_placed:,} lack a value"
        return f"{shown:,} of {total:,} rows{lacking}"

    def pixels(self, square: QRect) -> NDArray[np.float64]:
        """Return the middles of the shown points in the widget's logical pixels, (len(rows), 2)."""
        return self.view.pixels(self._places, square)

    def pixel_of(self, row: int, square: QRect) -> QPointF | None:
        """Return the middle of one row's point; None where the row has no place on the axes."""
        place = self.places[row]
        if not np.isfinite(place).all():
            return None
        return QPointF(*self.view.pixels(place[None], square)[0].tolist())

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
        # The rarer hollow points on top, and among all the faint ones below.
        order = np.lexsort((self.is_held_out, self.opacity))
        self._copy(pixmap, theme, square, ratio, order, *self._markers_in(theme), self.opacity)
        return pixmap

    def paint_rings(self, theme: Theme, square: QRect, ratio: float, wrong: NDArray[np.bool_]) -> QPixmap:
        """Return rings around those of the points that are wrong, (len(rows),), on a transparent pixmap."""
        pixmap = clear_pixmap(square.size(), ratio, Qt.GlobalColor.transparent)
        kinds = np.zeros(len(self.rows), np.intp)
        self._copy(pixmap, theme, square, ratio, np.flatnonzero(wrong), [_RING], kinds, np.sqrt(self.opacity))
        return pixmap

    def paint_on(self, painter: QPainter, theme: Theme, square: QRect) -> None:
        """Paint the points themselves onto the map, for a file."""
        outline, at = QColor(theme.point_outline), self.pixels(square)
        markers, kinds = self._markers_in(theme)
        for index in self._seen(at, square, np.lexsort((self.is_held_out, self.opacity))):
            marker, centre = markers[kinds[index]], QPointF(*at[index].tolist())
            painter.setOpacity(float(self.opacity[index]))
            colour = QColor(marker.colour)
            paint_marker(painter, centre, marker.shape, colour, outline, hollow=marker.hollow, scale=self.scale)
        painter.setOpacity(1.0)

    def paint_rings_on(self, painter: QPainter, theme: Theme, square: QRect, wrong: NDArray[np.bool_]) -> None:
        """Paint the rings themselves around points that are wrong, for a file."""
        at = self.pixels(square)
        for index in self._seen(at, square, np.flatnonzero(wrong)):
            painter.setOpacity(float(np.sqrt(self.opacity[index])))
            paint_error_ring(painter, QPointF(*at[index].tolist()), theme, self.scale)
        painter.setOpacity(1.0)

    @staticmethod
    def _seen(at: NDArray[np.float64], square: QRect, order: NDArray[np.intp]) -> list[int]:
        corner, side = (square.x(), square.y()), square.width()
        inside: NDArray[np.bool_] = np.asarray(((at - corner > -10.0) & (at - corner < side + 10.0)).all(axis=1))
        return [int(index) for index in order[inside[order]]]

    def _copy(
        self,
        pixmap: QPixmap,
        theme: Theme,
        square: QRect,
        ratio: float,
        order: NDArray[np.intp],
        markers: list[Marker],
        kinds: NDArray[np.intp],
        opacity: NDArray[np.float64],
    ) -> None:
        self._pictures.fit(theme, ratio, self.scale)
        at = (self.pixels(square) - (square.x(), square.y())) * ratio
        edge, side = 10.0 * ratio, square.width() * ratio
        seen: NDArray[np.bool_] = np.asarray(((at > -edge) & (at < side + edge)).all(axis=1))
        order = order[seen[order]]
        pixmap.setDevicePixelRatio(1.0)
        painter = QPainter(pixmap)
        self._pictures.copy(painter, markers, kinds[order], at[order], opacity[order])
        painter.end()
        pixmap.setDevicePixelRatio(ratio)

    def _markers_in(self, theme: Theme) -> tuple[list[Marker], NDArray[np.intp]]:
        """Return what points look like, and which look each row has, (len(rows),)."""
        if self._markers is None or self._markers[0] != theme.name:
            self._markers = theme.name, *self._make_markers(theme)
        return self._markers[1:]

    def _make_markers(self, theme: Theme) -> tuple[list[Marker], NDArray[np.intp]]:
        codes = self.dataset.target_codes
        if codes is None:
            steps = np.rint(np.clip(self._scaled_targets(), -1, 1) * _COLOUR_STEPS)
            known, kinds = np.unique(steps, return_inverse=True)
            looks = [("disc", value_colour(theme, step / _COLOUR_STEPS)) for step in known.tolist()]
        else:
            kinds, n_classes = codes[self.rows], len(self.dataset.classes)
            looks = [(class_shape(index, n_classes), point_colour(theme, index)) for index in range(n_classes)]
        markers = [Marker(shape, colour, hollow) for shape, colour in looks for hollow in (False, True)]
        return markers, np.asarray(2 * kinds + self.is_held_out, np.intp)

    def _scaled_targets(self) -> NDArray[np.float64]:
        targets = self.dataset.Y[self.rows, 0]
        largest = float(np.abs(self.dataset.Y_train).max()) if len(self.dataset.train_rows) else 1.0
        return np.asarray(targets / largest if largest > 0 else targets)
