"""Which part of which plane the map shows, and where things lie on the widget."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF

from nnviz.app.planes import Plane
from nnviz.app.slices import SliceAxis
from nnviz.data.dataset import Dataset
from nnviz.data.table import DATE_KINDS
from nnviz.ui.plots.decision_field import Grid
from nnviz.ui.plots.ticks import Tick, band_ticks, date_ticks, nice_ticks
from nnviz.ui.type_scale import px

TOP, LEFT, RIGHT = 4, 46, 44
BELOW = 58  # ticks, the axis's name and one row of the legend
NAME_HEIGHT = 16  # of which the axis's name takes
ROW_HEIGHT = 18
SMALLEST_SIDE = 180
BAR_GAP, BAR_WIDTH = 8, 8
_PIXELS_PER_BAND_LABEL = 34
# How far points of one category are spread over their band.
_BAND_SPREAD = 0.62
CLOSEST, FARTHEST = 1e-4, 4.0  # of an axis's whole range


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceView:
    """A part of a plane: the axes are the plane's own, or stretches of them."""

    plane: Plane
    x: SliceAxis
    y: SliceAxis

    @classmethod
    def whole(cls, plane: Plane) -> "SurfaceView":
        """Return the view of a whole plane."""
        return cls(plane, plane.x, plane.y)

    @property
    def dataset(self) -> Dataset:
        """What the plane goes through."""
        return self.plane.dataset

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the plane is left out or added."""
        return (self.x, self.y) == (self.plane.x, self.plane.y)

    def grid(self, resolution: int) -> Grid:
        """Return the cells of a heat map over this view."""
        return Grid(resolution, len(self.x.levels), len(self.y.levels))

    def zoomed(self, factor: float, at: tuple[float, float]) -> "SurfaceView":
        """Return the view with its sides ``factor`` times as long, one place of the plane staying where it is."""
        x, y = (
            _zoomed(axis, whole, factor, place)
            for axis, whole, place in zip((self.x, self.y), (self.plane.x, self.plane.y), at, strict=True)
        )
        return replace(self, x=x, y=y)

    def moved(self, across: float, up: float) -> "SurfaceView":
        """Return the view moved by shares of its sides, no farther than a side beyond the whole."""
        x, y = (
            _moved(axis, whole, share)
            for axis, whole, share in zip((self.x, self.y), (self.plane.x, self.plane.y), (across, up), strict=True)
        )
        return replace(self, x=x, y=y)

    def framed(self, box: QRectF, square: QRect) -> "SurfaceView":
        """Return the view of what lies within a box on the widget."""
        (left, top), (right, bottom) = (self.place(at, square) for at in (box.topLeft(), box.bottomRight()))
        x, y = _stretch(self.x, self.plane.x, left, right), _stretch(self.y, self.plane.y, bottom, top)
        return replace(self, x=x, y=y)

    def pixels(self, places: NDArray[np.float64], square: QRect) -> NDArray[np.float64]:
        """Return where places of the plane, (n, 2), are on the widget, (n, 2) in logical pixels."""
        x = square.x() + (places[:, 0] - self.x.low) / (self.x.high - self.x.low) * square.width()
        y = square.y() + (self.y.high - places[:, 1]) / (self.y.high - self.y.low) * square.height()
        return np.stack([x, y], axis=1)

    def place(self, at: QPointF, square: QRect) -> tuple[float, float]:
        """Return the place of the plane under a position on the widget."""
        return (
            self.x.low + (at.x() - square.x()) / square.width() * (self.x.high - self.x.low),
            self.y.high - (at.y() - square.y()) / square.height() * (self.y.high - self.y.low),
        )

    def box_of(self, other: "SurfaceView", square: QRect) -> QRectF:
        """Return where another view of the same plane lies while this one fills the square."""
        corners = np.array([[other.x.low, other.y.high], [other.x.high, other.y.low]])
        (left, top), (right, bottom) = self.pixels(corners, square).tolist()
        return QRectF(left, top, right - left, bottom - top)


def _zoomed(axis: SliceAxis, whole: SliceAxis, factor: float, place: float) -> SliceAxis:
    if axis.levels or not axis.name:
        return axis  # bands of categories have nothing between them
    span, most = axis.high - axis.low, whole.high - whole.low
    wanted = min(max(span * factor, CLOSEST * most), FARTHEST * most)
    low = place - (place - axis.low) * wanted / span
    return replace(axis, low=low, high=low + wanted)


def _stretch(axis: SliceAxis, whole: SliceAxis, low: float, high: float) -> SliceAxis:
    if axis.levels or not axis.name:
        return axis
    least = CLOSEST * (whole.high - whole.low)
    middle, half = (low + high) / 2, max(high - low, least) / 2
    return replace(axis, low=middle - half, high=middle + half)


def _moved(axis: SliceAxis, whole: SliceAxis, share: float) -> SliceAxis:
    if axis.levels or not axis.name:
        return axis
    span = axis.high - axis.low
    middle = (axis.low + axis.high) / 2 + share * span
    reach = (whole.high - whole.low) / 2 + span
    centre = (whole.low + whole.high) / 2
    middle = min(max(middle, centre - reach), centre + reach)
    return replace(axis, low=middle - span / 2, high=middle + span / 2)


def spread_positions(plane: Plane) -> NDArray[np.float64]:
    """Return where every row's point lies, (n, 2) in the units of the axes; nan where a value is missing.

    Over a band of a category the points are spread, always in the same way: else all its rows would be one point.
    """
    places = plane.positions
    if plane.x.levels or plane.y.levels:
        places = places.copy()
    for column, axis in enumerate((plane.x, plane.y)):
        if axis.levels:
            places[:, column] += (np.random.default_rng(column).random(len(places)) - 0.5) * _BAND_SPREAD
    return places


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of the widget in logical pixels.

    Attributes
    ----------
    named
        Whether the horizontal axis is named below the map.
    spare
        Pixels right of what the colour bar needs, where the height has bounded the map.
    """

    square: QRect
    bar: QRect
    named: bool = True
    spare: int = 0

    @classmethod
    def fit(cls, width: int, height: int, left: int, right: int, below: int, *, named: bool = True) -> "Layout":
        """Return the largest square map, at least 40 pixels, with room for its axes, colour bar and legend."""
        side = max(40, min(width - left - right, height - TOP - below))
        square = QRect(left, TOP, side, side)
        return cls(
            square, QRect(square.right() + 1 + BAR_GAP, TOP, BAR_WIDTH, side), named, width - left - right - side
        )

    @property
    def legend_top(self) -> float:
        """The middle line of the legend's first row."""
        return float(self.square.bottom() + px(47) - (0 if self.named else px(NAME_HEIGHT)))


def axis_ticks(axis: SliceAxis, pixels: int) -> list[Tick]:
    """Return the ticks of an axis that is ``pixels`` long."""
    if not axis.name:
        return []
    if axis.levels:
        return band_ticks(axis.levels, max(1, pixels // _PIXELS_PER_BAND_LABEL))
    if axis.kind in DATE_KINDS:
        return date_ticks(axis.low, axis.high, 5 if pixels >= 240 else 3)
    return nice_ticks(axis.low, axis.high, 5 if pixels >= 160 else 3)
