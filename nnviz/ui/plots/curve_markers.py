"""Markers of what happened to a run: an upright line and a sign each, as many as the width has room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from nnviz.run.markers import CHANGE, DIVERGENCE, EARLY_STOP, HAND_EDIT, RESTORED, Marker
from nnviz.ui.plots.curve_series import XAxis
from nnviz.ui.theme import Theme, with_alpha

GAP = 8.0
_SIZE = 8.0
# From the gravest: what a group of markers at one place looks like. The sign doubles the colour.
_SIGNS = MappingProxyType({DIVERGENCE: "x", EARLY_STOP: "s", RESTORED: "t1", HAND_EDIT: "d", CHANGE: "o"})
_KINDS = tuple(_SIGNS)


@dataclass(frozen=True, slots=True)
class MarkerGroup:
    """Markers too near to each other to be told apart, oldest first, and where they are drawn."""

    place: float
    kind: str
    markers: tuple[Marker, ...]


def grouped(
    markers: Sequence[Marker], x_axis: XAxis, start: float, stop: float, pixels: float
) -> tuple[MarkerGroup, ...]:
    """Return the markers between two ends of an axis, those within ``GAP`` pixels of each other as one group."""
    if not markers:
        return ()
    places: NDArray[np.float64] = np.array([x_axis.of_marker(marker) for marker in markers], np.float64)
    order = np.argsort(places, kind="stable")
    order = order[(places[order] >= start) & (places[order] <= stop)]
    gap = GAP * (stop - start) / max(pixels, 1.0)
    groups: list[list[int]] = []
    for index in order.tolist():
        if groups and places[index] - places[groups[-1][0]] < gap:
            groups[-1].append(index)
        else:
            groups.append([index])
    found = []
    for group in groups:
        members = tuple(markers[index] for index in group)
        kind = next((kind for kind in _KINDS if any(marker.kind == kind for marker in members)), CHANGE)
        first = next((index for index in group if markers[index].kind == kind), group[0])
        found.append(MarkerGroup(float(places[first]), kind, members))
    return tuple(found)


def marker_colour(theme: Theme, kind: str) -> str:
    """Return the colour of a kind of marker."""
    return {DIVERGENCE: theme.error, EARLY_STOP: theme.warning, RESTORED: theme.validation}.get(kind, theme.ink_3)


class MarkerItems:
    """One item of lines and one of signs for every kind: two calls draw any number."""

    def __init__(self, view: Any) -> None:
        self._view = view
        self.groups: tuple[MarkerGroup, ...] = ()
        self._lines: dict[str, Any] = {}
        self._signs: dict[str, Any] = {}
        for kind, symbol in _SIGNS.items():
            lines = pg.PlotCurveItem(antialias=False, connect="pairs", skipFiniteCheck=True)
            lines.setZValue(-2)
            signs = pg.ScatterPlotItem(
                size=_SIZE,
                symbol=symbol,
                antialias=True,
                useCache=False,  # pictures of signs spoil an SVG
            )
            signs.setZValue(3)
            self._lines[kind], self._signs[kind] = lines, signs
            for item in (lines, signs):
                view.addItem(item, ignoreBounds=True)
                item.setVisible(False)  # painting an item that has nothing costs nearly as much as one that has

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        for kind in _KINDS:
            colour = marker_colour(theme, kind)
            self._lines[kind].setPen(pg.mkPen(with_alpha(colour, 0.5), width=1))
            self._signs[kind].setPen(pg.mkPen(None))
            self._signs[kind].setBrush(pg.mkBrush(colour))

    def clear(self) -> None:
        """Show no marker."""
        self.show(())

    def show(self, groups: tuple[MarkerGroup, ...]) -> None:
        """Draw groups from now on; the view's range must be set."""
        _, (bottom, top) = self._view.viewRange()
        _, pixel = self._view.viewPixelSize()
        if not groups and not self.groups:
            return
        self.groups = groups
        for kind in _KINDS:
            places = np.array([group.place for group in groups if group.kind == kind], np.float64)
            ends = np.tile((bottom, top), len(places))
            self._lines[kind].setData(np.repeat(places, 2), ends)
            self._signs[kind].setData(places, np.full(len(places), bottom + (_SIZE / 2 + 1) * pixel))
            for item in (self._lines[kind], self._signs[kind]):
                item.setVisible(len(places) > 0)

    def near(self, place: float, pixel: float) -> tuple[Marker, ...]:
        """Return the markers drawn within half a gap of a place."""
        for group in self.groups:
            if abs(group.place - place) <= GAP / 2 * pixel:
                return group.markers
        return ()
