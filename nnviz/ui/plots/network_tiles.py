"""The neurons' live activation maps as pictures of their tiles, made in NumPy away from the GUI thread."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.mlp import MLPConfig
from nnviz.run.snapshot import GridResult, InputGrid
from nnviz.ui.plots.network_layout import Column

FloatArray = NDArray[np.floating[Any]]
Picture = NDArray[np.uint32]

INPUT_RANGE = 2.4  # standardised inputs are shown from -2.4 to 2.4
PERCENTILE = 98.0
MOST_FOR_SPAN = 1 << 16  # values that a percentile is taken of
CORNER = 7.0
_LARGEST = 1e36  # a value of which some dozens still add up to a 32-bit number


@dataclass(frozen=True, slots=True)
class TileStyle:
    """What colours a tile: the (256,) 0xFFRRGGBB table from -1 to 1, "#RRGGBB" of its outline and of the canvas."""

    table: tuple[int, ...]
    outline: str
    canvas: str


def layer_range(config: MLPConfig, index: int) -> tuple[float, float] | None:
    """Return the bounds of what a grid holds of layer ``index`` (0 is the first after the inputs), None without both.

    For the hinge loss a grid holds of the output its class scores, 0 to 1: see `nnviz.engine.losses.class_scores`.
    """
    if config.loss == "hinge" and index == len(config.layers) - 1:
        return 0.0, 1.0
    low, high = ACTIVATIONS[config.layers[index].activation].output_range
    return (low, high) if math.isfinite(low) and math.isfinite(high) else None


def value_span(bounds: tuple[float, float] | None, values: FloatArray) -> tuple[float, float]:
    """Return the activations shown in the two end colours.

    Bounded ones use their bounds; others are symmetric about 0, up to the 98th percentile of the layer's magnitudes,
    so that a few extremes don't wash out the rest.
    """
    if bounds is not None:
        return bounds
    values = values[:: 1 + values.size // MOST_FOR_SPAN]
    finite = np.abs(values[np.isfinite(values)])
    limit = float(np.percentile(finite, PERCENTILE)) if finite.size else 0.0
    limit = min(limit, _LARGEST) if limit > 1e-12 else 1.0
    return -limit, limit


def tile_side(column: Column, ratio: float) -> int:
    """Return the device pixels of a column's tiles along a side."""
    return max(2, round(column.side * ratio))


class _Sampler(NamedTuple):
    """How a line of grid points becomes a line of pixels: means of ``pool`` points, then linear interpolation."""

    pool: int
    before: NDArray[np.intp]
    after: NDArray[np.intp]
    share: FloatArray  # of the point after


@lru_cache(maxsize=32)
def _sampler(points: int, pixels: int) -> _Sampler:
    pool = max(1, points // pixels)
    pooled = points // pool
    at = (np.arange(pixels) + 0.5) / pixels * (points - 1)
    at = np.clip((at - (pool - 1) / 2) / pool, 0, pooled - 1)
    before = np.minimum(at.astype(np.intp), max(0, pooled - 2))
    return _Sampler(pool, before, np.minimum(before + 1, pooled - 1), (at - before).astype(np.float32))


def _sum(parts: Sequence[FloatArray]) -> FloatArray:
    total = parts[0] + parts[1]
    for part in parts[2:]:
        total += part
    return total


def resample(maps: FloatArray, pixels: int) -> FloatArray:
    """Return maps (points, points, n) as (pixels, pixels, n) float32, sampled at pixel centres.

    Written without matrix products: those would wake the threads of the linear algebra library for a picture of 2,700
    pixels, and fight the trainer for the cores.
    """
    points = maps.shape[0]
    pool, before, after, share = _sampler(points, pixels)
    maps = maps.astype(np.float32, copy=False)
    if pool > 1:
        # Sums of slices: `mean` over the axes of a small pool takes ten times as long.
        kept = points // pool * pool
        maps = _sum([maps[first:kept:pool] for first in range(pool)])
        maps = _sum([maps[:, first:kept:pool] for first in range(pool)])
        maps *= np.float32(1 / pool**2)
    for axis, shape in ((0, (-1, 1, 1)), (1, (1, -1, 1))):
        near, far = np.take(maps, before, axis=axis), np.take(maps, after, axis=axis)
        far -= near
        far *= share.reshape(shape)
        near += far
        maps = near
    return maps


def _rgb(colour: str) -> FloatArray:
    return np.array(
        [int(colour[5:7], 16), int(colour[3:5], 16), int(colour[1:3], 16)], np.float32
    )  # as in memory: B G R


class TileFrame:
    """Rounds the corners of pictures and draws their outline.

    Parameters
    ----------
    height, width
        Device pixels.
    ratio
        Device pixels per logical pixel.
    """

    def __init__(self, height: int, width: int, ratio: float, style: TileStyle) -> None:
        radius = min(CORNER * ratio, 0.17 * height)
        down, across = (np.abs(np.arange(n) + 0.5 - n / 2) - (n / 2 - radius) for n in (height, width))
        distance = np.hypot(np.maximum(down, 0.0)[:, None], np.maximum(across, 0.0)[None, :]) - radius
        distance += np.minimum(np.maximum(down[:, None], across[None, :]), 0.0)
        inside = np.clip(0.5 - distance, 0.0, 1.0)
        line = np.clip(0.5 + distance + ratio, 0.0, 1.0) * inside
        self.height, self.width = height, width
        self._border = np.flatnonzero((line.ravel() > 0) | (inside.ravel() < 1))
        keep, ring = (inside - line).ravel()[self._border], line.ravel()[self._border]
        self._keep = keep[:, None].astype(np.float32)
        self._add = ring[:, None] * _rgb(style.outline) + (1 - keep - ring)[:, None] * _rgb(style.canvas)

    def apply(self, pictures: Picture) -> None:
        """Draw the frame into pictures (n, height, width) in place."""
        channels = pictures.view(np.uint8).reshape(len(pictures), self.height * self.width, 4)
        border = channels[:, self._border, :3] * self._keep
        border += self._add
        channels[:, self._border, :3] = np.rint(border)


class TileSet(NamedTuple):
    """The pictures of all tiles of a layout.

    Attributes
    ----------
    layers
        Per layer, inputs first, (shown, side, side).
    bands
        Per layer the mean over the neurons without a tile, (side, width), or None without a band.
    spans
        Per layer the values of the two end colours.
    """

    layers: list[Picture]
    bands: list[Picture | None]
    spans: list[tuple[float, float]]


def mean_of_rest(units: FloatArray, shown: FloatArray, rest: NDArray[np.intp]) -> FloatArray:
    """Return the mean activation of the units without a tile.

    Parameters
    ----------
    units
        Of all units, (points, n).
    shown
        Of those with a tile, (points, n - len(rest)).
    rest
        Indices of the others, at least one.

    Returns
    -------
    array
        (points,) in the dtype of ``units``.
    """
    # To gather most of a wide layer takes five times as long as to add all of it up.
    sums: FloatArray = units.sum(axis=1)
    if not np.isfinite(sums).all():
        gathered: FloatArray = units[:, rest].mean(axis=1)
        return gathered
    sums -= shown.sum(axis=1)
    sums /= len(rest)
    return sums


def shaded(
    values: FloatArray,
    resolution: int,
    span: tuple[float, float],
    size: tuple[int, int],
    table: NDArray[np.uint32],
    room: NDArray[np.float32] | None = None,
) -> Picture:
    """Return values over a grid as pictures.

    Parameters
    ----------
    values
        Of n units, (resolution**2, n); a grid starts at its low y.
    span
        The values of the two end colours.
    size
        Height and width of a picture in device pixels.
    table
        (256,) 0xFFRRGGBB between them.
    room
        Of the shape of ``values``, overwritten; made where it is missing.

    Returns
    -------
    array
        (n, height, width) 0xFFRRGGBB.
    """
    (low, high), (height, width), n = span, size, values.shape[1]
    levels = np.clip(values, low, high, out=np.empty(values.shape, np.float32) if room is None else room)
    if np.isnan(levels.min()):
        np.nan_to_num(levels, copy=False, nan=(low + high) / 2)
    maps = resample(levels.reshape(resolution, resolution, n)[::-1], height)
    maps -= low
    maps *= 255.0 / (high - low)
    maps += 0.5
    if width != height:
        maps = np.take(maps, np.arange(width) * height // width, axis=1)
    places = np.empty((n, height, width), np.intp)
    np.copyto(places, maps.transpose(2, 0, 1), casting="unsafe")
    return np.take(table, places, mode="clip")


class TilePainter:
    """Turns the activations of a grid into the pictures of all tiles of a layout."""

    def __init__(self, config: MLPConfig, columns: Sequence[Column], ratio: float, style: TileStyle) -> None:
        self._ranges = [layer_range(config, index) for index in range(len(config.layers))]
        self._columns = columns
        self._table = np.array(style.table, np.uint32)
        sides = [tile_side(column, ratio) for column in columns]
        frames = {side: TileFrame(side, side, ratio, style) for side in set(sides)}
        self._frames = [frames[side] for side in sides]
        self._bands = [
            None
            if column.band is None or not column.band.hidden
            else TileFrame(side, max(2, round(column.band.width * ratio)), ratio, style)
            for column, side in zip(columns, sides, strict=True)
        ]
        self._inputs: tuple[InputGrid, Picture, Picture | None] | None = None
        self._levels = np.empty(0, np.float32)

    def draw(self, grid: GridResult) -> TileSet:
        """Return the pictures of the newest activations; those of the inputs are made once for a grid."""
        probe, resolution = grid.probe, grid.probe.resolution
        span = -INPUT_RANGE, INPUT_RANGE
        if self._inputs is None or self._inputs[0] is not probe:
            column = self._columns[0]
            mean = probe.mean_input(column.rest) if self._bands[0] else None
            self._inputs = probe, *self._pictures(0, probe.inputs(column.shown), mean, resolution, span)
        found = TileSet([self._inputs[1]], [self._inputs[2]], [span])
        for layer, (units, bounds) in enumerate(zip(grid.activations, self._ranges, strict=True), 1):
            shown, span = self._columns[layer].shown, value_span(bounds, units)
            values = units if len(shown) == units.shape[1] and (np.diff(shown) == 1).all() else units[:, shown]
            mean = mean_of_rest(units, values, self._columns[layer].rest) if self._bands[layer] else None
            tiles, band = self._pictures(layer, values, mean, resolution, span)
            found.layers.append(tiles)
            found.bands.append(band)
            found.spans.append(span)
        return found

    def _pictures(
        self, layer: int, values: FloatArray, mean: FloatArray | None, resolution: int, span: tuple[float, float]
    ) -> tuple[Picture, Picture | None]:
        """Return the pictures of a layer's tiles and of its band, from its values and their mean beyond the tiles."""
        tiles, frame = self._shaded(values, resolution, span, self._frames[layer]), self._bands[layer]
        return tiles, None if mean is None or frame is None else self._shaded(mean[:, None], resolution, span, frame)[0]

    def _shaded(self, values: FloatArray, resolution: int, span: tuple[float, float], frame: TileFrame) -> Picture:
        n = values.shape[1]
        if not n:
            return np.empty((0, 1, 1), np.uint32)
        if self._levels.size < values.size:
            self._levels = np.empty(values.size, np.float32)
        room = self._levels[: values.size].reshape(values.shape)
        pictures = shaded(values, resolution, span, (frame.height, frame.width), self._table, room)
        frame.apply(pictures)
        return pictures
