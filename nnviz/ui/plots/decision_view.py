"""Which plane the decision surface shows, and where things lie on the widget."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect

from nnviz.app.slices import SliceAxis, Slices
from nnviz.data.table import DATE_KINDS
from nnviz.ui.plots.decision_field import Grid
from nnviz.ui.plots.ticks import Tick, band_ticks, date_ticks, nice_ticks, number_text

TOP, LEFT, RIGHT = 4, 46, 44
BELOW = 58  # ticks, the axis's name and one row of the legend
ROW_HEIGHT = 18
SMALLEST_SIDE = 180
BAR_GAP, BAR_WIDTH = 8, 8
_PIXELS_PER_BAND_LABEL = 34
# How far points of one category are spread over their band.
_BAND_SPREAD = 0.62


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceView:
    """A plane through one data set."""

    slices: Slices
    x: SliceAxis
    y: SliceAxis

    def grid(self, resolution: int) -> Grid:
        """Return the cells of a heat map over this plane."""
        return Grid(resolution, len(self.x.levels), len(self.y.levels))

    def places(self) -> NDArray[np.float64]:
        """Return where every row lies, (n, 2) with 0 to 1 from the left and from the bottom; nan where missing."""
        columns = []
        for seed, axis in enumerate((self.x, self.y)):
            along = self.slices.positions(axis.name or None)
            if axis.levels:  # a fixed spread over the band, else every row of a category would be one point
                along = along + (np.random.default_rng(seed).random(len(along)) - 0.5) * _BAND_SPREAD
            columns.append((along - axis.low) / (axis.high - axis.low))
        return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True)
class Layout:
    """The boxes of the widget in logical pixels."""

    square: QRect
    bar: QRect

    @classmethod
    def fit(cls, width: int, height: int, left: int, right: int, below: int) -> "Layout":
        """Return the largest square map, at least 40 pixels, with room for its axes, colour bar and legend."""
        side = max(40, min(width - left - right, height - TOP - below))
        square = QRect(left, TOP, side, side)
        return cls(square, QRect(square.right() + 1 + BAR_GAP, TOP, BAR_WIDTH, side))


def axis_ticks(axis: SliceAxis, pixels: int) -> list[Tick]:
    """Return the ticks of an axis that is ``pixels`` long."""
    if not axis.name:
        return []
    if axis.levels:
        return band_ticks(axis.levels, max(1, pixels // _PIXELS_PER_BAND_LABEL))
    if axis.kind in DATE_KINDS:
        return date_ticks(axis.low, axis.high, 5 if pixels >= 240 else 3)
    return nice_ticks(axis.low, axis.high, 5 if pixels >= 160 else 3)


def value_text(axis: SliceAxis, value: float) -> str:
    """Write a raw value of a column in its own units: a number, a date or a category."""
    if np.isnan(value):
        return "missing"
    if axis.levels:
        return axis.levels[int(value)]
    if axis.kind == "date":
        return str(np.datetime64(round(value), "D"))
    if axis.kind == "datetime":
        return str(np.datetime64(round(value * 86_400), "s")).replace("T", " ")
    return number_text(value, 5)
