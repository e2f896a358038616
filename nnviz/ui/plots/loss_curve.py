"""A loss curve of any length as pixels: reduced to columns without losing a spike, then stroked by arithmetic."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.ui.plots.ticks import log_range, nice_bound

FloatArray = NDArray[np.floating[Any]]
_FEWEST_EPOCHS = 10
_EMPTY = np.zeros(0)


@dataclass(frozen=True, slots=True)
class LossScale:
    """The vertical axis: from ``low`` to ``high``, linear or logarithmic."""

    low: float
    high: float
    log: bool

    def heights(self, losses: FloatArray) -> NDArray[np.float64]:
        """Return where losses lie, 0 at the bottom and 1 at the top; what is below a logarithmic axis lies at 0."""
        values = np.asarray(losses, np.float64)
        if not self.log:
            return np.asarray((values - self.low) / (self.high - self.low))
        span = np.log10(self.high) - np.log10(self.low)
        return np.asarray((np.log10(np.maximum(values, self.low)) - np.log10(self.low)) / span)


@dataclass(frozen=True, slots=True, eq=False)
class CurveColumns:
    """A series cut into m narrow columns.

    Attributes
    ----------
    occupied
        The columns that hold entries of the series, (p,).
    lows, highs
        The least and the greatest loss in each of those, (p,): every entry counts, so no spike is lost.
    crossed
        The column edges that lie between two entries, (q,).
    before, after, share
        The entries on both sides of each such edge and where between them it lies, (q,).
    """

    m: int
    occupied: NDArray[np.intp]
    lows: FloatArray
    highs: FloatArray
    crossed: NDArray[np.intp]
    before: FloatArray
    after: FloatArray
    share: FloatArray

    @property
    def least(self) -> float:
        """The least loss; inf without entries."""
        return float(self.lows.min()) if len(self.lows) else np.inf

    @property
    def least_positive(self) -> float:
        """The least loss above 0 that is known; inf without any."""
        above = [array[array > 0] for array in (self.lows, self.highs)]
        return min((float(array.min()) for array in above if len(array)), default=np.inf)

    @property
    def greatest(self) -> float:
        """The greatest loss; -inf without entries."""
        return float(self.highs.max()) if len(self.highs) else -np.inf


def cut_into_columns(
    epochs: NDArray[np.int64], last: FloatArray, low: FloatArray, high: FloatArray, edges: NDArray[np.float64]
) -> CurveColumns:
    """Reduce a series to the columns between ``edges``; values that are not finite are left out.

    Parameters
    ----------
    epochs
        Ascending, (n,).
    last, low, high
        Per entry its loss and the extremes it covers, (n,).
    edges
        Ascending column edges in epochs, (m + 1,).
    """
    m = len(edges) - 1
    # A sum is finite only if every term is: one pass instead of a mask in the usual case.
    if not (np.isfinite(high.sum(dtype=np.float64)) and np.isfinite(last.sum(dtype=np.float64))):
        finite = np.isfinite(last) & np.isfinite(low) & np.isfinite(high)
        epochs, last, low, high = epochs[finite], last[finite], low[finite], high[finite]
    if len(epochs) == 0:
        none = np.zeros(0, np.intp)
        return CurveColumns(m, none, _EMPTY, _EMPTY, none, _EMPTY, _EMPTY, _EMPTY)
    places = np.searchsorted(epochs, edges, side="left")
    places[-1] = np.searchsorted(epochs, edges[-1], side="right")  # an entry on the right edge is in the last column
    occupied = np.flatnonzero(np.diff(places))
    starts = places[occupied]
    stop = int(places[-1])
    lows = np.minimum.reduceat(low[:stop], starts) if len(starts) else _EMPTY
    highs = np.maximum.reduceat(high[:stop], starts) if len(starts) else _EMPTY
    crossed = np.flatnonzero((places > 0) & (places < len(epochs)))
    right = places[crossed]
    left = right - 1
    share = (edges[crossed] - epochs[left]) / (epochs[right] - epochs[left])
    return CurveColumns(m, occupied, lows, highs, crossed, last[left], last[right], share)


def epoch_bound(newest: int) -> float:
    """Return the right end of the epoch axis: round, so that it moves in few steps."""
    return nice_bound(float(max(newest, _FEWEST_EPOCHS)))


def loss_scale(curves: list[CurveColumns], *, log: bool) -> LossScale:
    """Return the vertical axis for curves: round bounds; linear when asked for or when no loss is above 0."""
    greatest = max((curve.greatest for curve in curves), default=-np.inf)
    if log and greatest > 0:
        least = min(curve.least_positive for curve in curves)
        return LossScale(*log_range(least, greatest), log=True)
    return LossScale(0.0, nice_bound(greatest) if greatest > 0 else 1.0, log=False)


def stroke(curve: CurveColumns, scale: LossScale, height: int, oversampling: int, width: float) -> NDArray[np.float32]:
    """Return how much of each pixel a round brush covers that follows the curve, (height, m / oversampling), 0 to 1.

    A curve y(x) covers one interval of every column, so a stroke needs no polygon: each column's interval is widened
    by the brush passing in it and its neighbours, and a pixel's share of the interval is a difference of two clipped
    ends. The cost depends on the picture's size alone.

    Parameters
    ----------
    curve
        Cut into ``oversampling`` columns for each pixel.
    scale
        The vertical axis.
    height
        Of the picture in pixels.
    oversampling
        Columns per pixel.
    width
        Of the brush in pixels.
    """
    top, bottom = _intervals(curve, scale, height)
    radius = width / 2
    reach = int(radius * oversampling)
    upper, lower = top - radius, bottom + radius
    for step in range(1, reach + 1):
        rise = float(np.sqrt(radius**2 - (step / oversampling) ** 2))
        for ahead, behind in ((slice(step, None), slice(None, -step)), (slice(None, -step), slice(step, None))):
            np.fmin(upper[ahead], top[behind] - rise, out=upper[ahead])
            np.fmax(lower[ahead], bottom[behind] + rise, out=lower[ahead])
    empty = np.isnan(upper)
    upper[empty] = lower[empty] = -2.0
    rows = np.arange(height, dtype=np.float32)[:, None]
    covered = np.minimum(rows + np.float32(1.0), lower)
    covered -= np.maximum(rows, upper)
    np.maximum(covered, 0.0, out=covered)
    shares = covered.reshape(height, -1, oversampling)
    total: NDArray[np.float32] = shares[:, :, 0].copy()
    for part in range(1, oversampling):
        total += shares[:, :, part]
    return np.multiply(total, np.float32(1.0 / oversampling), out=total)


def _intervals(curve: CurveColumns, scale: LossScale, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the top and bottom pixel of the curve in each column, (m,) each, nan where there is none."""

    def down(losses: FloatArray) -> NDArray[np.float32]:
        return np.asarray((1.0 - np.clip(scale.heights(losses), -1.0, 2.0)) * height, np.float32)

    edges = np.full(curve.m + 1, np.nan, np.float32)
    if len(curve.crossed):
        before, after = down(curve.before), down(curve.after)
        edges[curve.crossed] = before + (after - before) * curve.share
    top, bottom = np.fmin(edges[:-1], edges[1:]), np.fmax(edges[:-1], edges[1:])
    if len(curve.occupied):
        top[curve.occupied] = np.fmin(top[curve.occupied], down(curve.highs))
        bottom[curve.occupied] = np.fmax(bottom[curve.occupied], down(curve.lows))
    return top, bottom


def composed(layers: list[tuple[NDArray[np.float32], str]], shape: tuple[int, int]) -> NDArray[np.uint32]:
    """Lay strokes over each other, later ones on top, as premultiplied 0xAARRGGBB pixels."""
    planes = [np.zeros(shape, np.float32) for _ in range(4)]
    for cover, colour in layers:
        keep = np.float32(1.0) - cover
        channels = (255.0, *(float(int(colour[i : i + 2], 16)) for i in (1, 3, 5)))
        for index, channel in enumerate(channels):
            planes[index] *= keep
            planes[index] += cover * np.float32(channel)
    result = np.zeros(shape, np.uint32)
    for plane, shift in zip(planes, (24, 16, 8, 0), strict=True):
        result |= plane.astype(np.uint32) << np.uint32(shift)
    return result
