"""A loss curve of any length as a few strokes: reduced to pixel columns without losing a spike."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.ui.plots.ticks import log_range, nice_bound, nice_step

FloatArray = NDArray[np.floating[Any]]
# Nearer to the limits of float64 the round bounds of an axis would be infinite or 0.
_SMALLEST, _LARGEST = 1e-290, 1e290


@dataclass(frozen=True, slots=True)
class LossScale:
    """The vertical axis: from ``low`` to ``high``, linear or logarithmic.

    Attributes
    ----------
    cut
        Whether the person has chosen it, so that there are values outside.
    """

    low: float
    high: float
    log: bool
    cut: bool = False

    def places(self, losses: FloatArray) -> NDArray[np.float64]:
        """Return losses in the axis's own units: themselves, or their powers of ten.

        What is below a logarithmic axis lies at its lower end; what is far outside a linear or a cut axis lies one
        length of the axis away, where it can't overflow a coordinate.
        """
        values = np.asarray(losses, np.float64)
        if self.log:
            least = max(self.low * (self.low / self.high), _SMALLEST) if self.cut else self.low
            return np.asarray(np.log10(np.clip(values, least, _LARGEST)))
        span = self.high - self.low
        return np.asarray(np.clip(values, self.low - span, self.high + span))

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends in the axis's own units."""
        low, high = self.places(np.array([self.low, self.high])).tolist()
        return low, high


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """A series with about two points per column.

    Attributes
    ----------
    epochs, losses
        The points in drawing order, (p,).
    least_positive
        The least loss above 0 that is known; inf without any.
    greatest
        The greatest loss; -inf without entries.
    least
        The least loss; inf without entries.
    """

    epochs: FloatArray
    losses: FloatArray
    least_positive: float
    greatest: float
    least: float


NOTHING = Reduced(np.zeros(0), np.zeros(0), np.inf, -np.inf, np.inf)


def reduced(
    epochs: NDArray[Any], last: FloatArray, low: FloatArray, high: FloatArray, edges: NDArray[np.float64]
) -> Reduced:
    """Reduce a series to the extremes between column edges; values that are not finite are left out.

    The nearest entry on each side of the edges is kept too, so that the curve runs on out of the picture.

    Parameters
    ----------
    epochs
        Ascending, (n,); or steps, or seconds.
    last, low, high
        Per entry its loss and the extremes it covers, (n,).
    edges
        Ascending column edges in epochs, (m + 1,).
    """
    # A sum is finite only if every term is: one pass instead of three masks in the usual case.
    if not abs(float(high.sum()) + float(low.sum()) + float(last.sum())) < _LARGEST:
        drawable = (np.abs(last) < _LARGEST) & (np.abs(low) < _LARGEST) & (np.abs(high) < _LARGEST)
        epochs, last, low, high = epochs[drawable], last[drawable], low[drawable], high[drawable]
    if len(epochs) == 0:
        return NOTHING
    places = np.searchsorted(epochs, edges, side="left")
    places[-1] = np.searchsorted(epochs, edges[-1], side="right")  # an entry on the right edge is in the last column
    starts = places[:-1][np.diff(places) > 0]
    stop = int(places[-1])
    first = int(places[0])
    before, after = slice(max(first - 1, 0), first), slice(stop, stop + 1)
    if len(starts) == 0:
        beside = np.concatenate((last[before], last[after]))
        return _bounded(np.concatenate((epochs[before], epochs[after])), beside, beside, beside)
    lows = np.minimum.reduceat(low[:stop], starts)
    highs = np.maximum.reduceat(high[:stop], starts)
    ends = np.append(starts[1:], stop) - 1
    came_from = np.where(starts == ends, np.maximum(starts - 1, 0), starts)
    falls = last[came_from] > last[ends]
    # The two extremes of a column in the order in which the curve goes: no stroke runs back and forth.
    points = np.empty((2, 2, len(starts)))
    points[0] = epochs[starts], epochs[ends]
    points[1] = np.where(falls, highs, lows), np.where(falls, lows, highs)
    x, y = points.transpose(0, 2, 1).reshape(2, -1)
    x = np.concatenate((epochs[before], x, epochs[after]))
    y = np.concatenate((last[before], y, last[after]))
    return _bounded(x, y, lows, highs)


def _bounded(x: FloatArray, y: FloatArray, lows: FloatArray, highs: FloatArray) -> Reduced:
    positive = (array[array > _SMALLEST] for array in (lows, highs))
    least = min((float(array.min()) for array in positive if len(array)), default=np.inf)
    return Reduced(x, y, least, float(highs.max()), float(lows.min()))


def axis_bound(newest: float, least: float) -> float:
    """Return the right end of the horizontal axis, at least ``least``: round, so that it moves in few steps."""
    return nice_bound(max(float(newest), least))


def signed_scale(curves: list[Reduced]) -> LossScale:
    """Return a linear axis for curves of any sign, such as R2: from one tick to another around what is drawn."""
    least = min((curve.least for curve in curves), default=np.inf)
    greatest = max((curve.greatest for curve in curves), default=-np.inf)
    if not least <= greatest:
        return LossScale(0.0, 1.0, log=False)
    if greatest - least < 1e-9 * max(abs(greatest), 1e-9):
        half = max(abs(greatest) * 0.05, 0.05)
        least, greatest = least - half, greatest + half
    step = nice_step(least, greatest, 4)
    return LossScale(math.floor(least / step + 1e-9) * step, math.ceil(greatest / step - 1e-9) * step, log=False)


def loss_scale(curves: list[Reduced], *, log: bool) -> LossScale:
    """Return the vertical axis for curves: round bounds; linear when asked for or when no loss is above 0."""
    greatest = max((curve.greatest for curve in curves), default=-np.inf)
    if greatest <= _SMALLEST:
        return LossScale(0.0, 1.0, log=False)
    if log:
        return LossScale(*log_range(min(curve.least_positive for curve in curves), greatest), log=True)
    return LossScale(0.0, nice_bound(greatest), log=False)


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """A curve cut into what is stroked with a pen and what is filled as upright bars.

    Attributes
    ----------
    x, y
        The points, (p,).
    joined
        Whether the pen goes from each point to the next, (p,) bool; the last is False.
    bars
        Left, right, bottom and top of each bar, (4, b).
    """

    x: FloatArray
    y: FloatArray
    joined: NDArray[np.bool_]
    bars: FloatArray


def strokes(x: FloatArray, y: FloatArray, pixel: tuple[float, float], most: float) -> Strokes:
    """Cut a curve into strokes whose total length is bounded, and bars.

    An antialiased stroke takes time for each pixel of its length, an upright bar as good as none: where a curve is so
    noisy that its strokes would be longer than ``most`` together, the longest of them, which are upright and side by
    side, become bars of one pixel's width.

    Parameters
    ----------
    x, y
        The points in the axes' units, (p,).
    pixel
        Width and height of a pixel in the axes' units.
    most
        The greatest total length of the strokes in pixels.
    """
    if len(x) == 0 or (x[0] == x[-1] and np.ptp(y) == 0):  # a single entry: a stroke as long as it is wide
        x = np.repeat(x[:1], 2) + np.array([-0.7, 0.7]) * pixel[0] if len(x) else x
        return Strokes(x, np.repeat(y[:1], 2), np.arange(len(x)) == 0, np.zeros((4, 0)))
    lengths = np.hypot(np.diff(x) / pixel[0], np.diff(y) / pixel[1])
    ascending = np.sort(lengths)
    fitting = int(np.searchsorted(np.cumsum(ascending), most, side="right"))
    longest = ascending[fitting] if fitting < len(ascending) else np.inf
    long = lengths >= longest
    middle = (x[:-1] + x[1:])[long] / 2
    ends = y[:-1][long], y[1:][long]
    half = pixel[0] / 2
    bars = np.stack((middle - half, middle + half, np.minimum(*ends), np.maximum(*ends)))
    joined = np.append(~long & (lengths > 0), False)
    return Strokes(x, y, joined, bars)
