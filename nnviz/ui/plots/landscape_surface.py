"""What is drawn of a slice of the loss: its scale, linear or logarithmic, a smooth picture, and labelled contours."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.app.landscape_view import Landscape, LossKind
from nnviz.ui.plots.ticks import Tick, log_ticks, nice_ticks, number_text

Floats = NDArray[np.float64]

_DECADES: Final = 6.0  # of a logarithmic scale at most
_LOG_FROM: Final = 30.0  # largest loss over the smallest from which on the scale is logarithmic
_FINE: Final = 8  # pixels of the picture for each step of the grid
_LEVELS: Final = 9
_LABEL_EDGE: Final = 0.1  # share of the frame along its edges in which no label stands
_LABEL_GAP: Final = 0.16  # share of the frame between two labels, at least


@dataclass(frozen=True, slots=True)
class LossScale:
    """Which losses the colours stand for.

    Attributes
    ----------
    low, high
        The losses of the first and the last colour.
    log
        Whether it is logarithmic.
    clipped
        Share of the square whose loss is above `high` and takes the last colour all the same.
    """

    low: float
    high: float
    log: bool
    clipped: float

    def places(self, losses: NDArray[Any]) -> Floats:
        """Return where losses are on the scale, 0 to 1; nan stays nan."""
        if not self.high > self.low:
            return np.where(np.isnan(losses), np.nan, 0.0)
        held = np.clip(losses, self.low, self.high)
        if self.log:
            return np.asarray(np.log(held / self.low) / math.log(self.high / self.low))
        return np.asarray((held - self.low) / (self.high - self.low))

    def levels(self, most: int) -> list[Tick]:
        """Return round losses within the scale, at 1, 2 and 5 times powers of ten where it is logarithmic."""
        if not self.high > self.low:
            return []
        edge = 1e-9 * (self.high - self.low)
        if not self.log:
            ticks = nice_ticks(self.low, self.high, most)
            return [tick for tick in ticks if self.low + edge < tick.value < self.high - edge]
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        values = [step * 10.0**power for power in range(first, last + 1) for step in (1, 2, 5)]
        inside = [value for value in values if self.low + edge < value < self.high - edge]
        if len(inside) > most:
            return log_ticks(self.low, self.high, most)
        return [Tick(value, number_text(value, 1)) for value in inside]


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """A line of equal loss: pairs of ends of short straight pieces, and where its label stands, None for nowhere."""

    level: Tick
    x: Floats
    y: Floats
    label: tuple[float, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """All that is drawn of one kind of loss.

    Attributes
    ----------
    scale
        What the colours stand for.
    picture
        Places on the scale, 0 to 1, (rows, columns) float32, the lowest y first; nan beyond the range of numbers.
    contours
        From the lowest.
    """

    scale: LossScale
    picture: NDArray[np.float32]
    contours: tuple[Contour, ...]


Surfaces = dict[LossKind, Surface]


def surfaces(landscape: Landscape, breathe: Callable[[], object] = lambda: None) -> Surfaces:
    """Return what is drawn of every kind of loss; some milliseconds, for the background.

    ``breathe`` is called between the parts of the work, for whoever must let others have the interpreter meanwhile.
    """
    return {kind: surface(landscape.x, landscape.y, losses, breathe) for kind, losses in landscape.losses.items()}


def surface(x: Floats, y: Floats, losses: Floats, breathe: Callable[[], object] = lambda: None) -> Surface:
    """Return what is drawn of losses, (len(y), len(x)), nan where there is none."""
    scale = scale_of(losses)
    field = scale.places(losses)
    contours = []
    taken = [(0.5, 0.5)] if not (x[0] <= 0 <= x[-1] and y[0] <= 0 <= y[-1]) else [_share(x, y, 0.0, 0.0)]
    ticks = scale.levels(_LEVELS)
    for tick, level in zip(ticks, scale.places(np.array([tick.value for tick in ticks])), strict=True):
        xs, ys = contour_pieces(x, y, field, float(level))
        breathe()
        if len(xs):
            contours.append(Contour(tick, xs, ys, _label(x, y, xs, ys, taken)))
            breathe()
    return Surface(scale, _smooth(field), tuple(contours))


def scale_of(losses: Floats) -> LossScale:
    """Return the scale that suits losses: logarithmic where they span decades, six of them at most."""
    finite = losses[np.isfinite(losses)]
    if not finite.size:
        return LossScale(0.0, 0.0, log=False, clipped=0.0)
    low, high = float(finite.min()), float(finite.max())
    log = high > 0 and (low <= 0 or high / low >= _LOG_FROM)
    if log and low <= 0:
        positive = finite[finite > 0]
        low = max(float(positive.min()), high / 10**_DECADES)
        log = high / low >= _LOG_FROM
        low = low if log else float(finite.min())
    if log:
        high = min(high, low * 10**_DECADES)
    return LossScale(low, high, log, float(np.count_nonzero(finite > high)) / losses.size)


def contour_pieces(x: Floats, y: Floats, field: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the ends of the pieces of a line of equal height, pair by pair, (2 m,) each.

    Every cell of the grid is cut into four triangles about its middle, in which height is linear, so that no cell is
    ambiguous (Dobkin and others, Contour tracing by piecewise linear approximations, 1990). Cells with a nan have none.
    """
    corners = [field[:-1, :-1], field[:-1, 1:], field[1:, 1:], field[1:, :-1]]
    whole = np.isfinite(corners[0] + corners[1] + corners[2] + corners[3])
    left, right = (np.broadcast_to(part, whole.shape)[whole] for part in (x[None, :-1], x[None, 1:]))
    low, high = (np.broadcast_to(part, whole.shape)[whole] for part in (y[:-1, None], y[1:, None]))
    heights = [corner[whole] - level for corner in corners]
    middle = ((left + right) / 2, (low + high) / 2, np.mean(heights, axis=0))
    places = [(left, low), (right, low), (right, high), (left, high)]
    xs, ys = [], []
    for index in range(4):
        after = (index + 1) % 4
        triangle = ((*places[index], heights[index]), (*places[after], heights[after]), middle)
        # A corner at the very level counts as above it, so that each triangle is crossed on two sides or on none.
        above = np.stack([height >= 0 for _, _, height in triangle])
        crossed = above.any(axis=0) & ~above.all(axis=0)
        ends = _crossings([tuple(part[crossed] for part in corner) for corner in triangle], above[:, crossed])
        xs.append(ends[0])
        ys.append(ends[1])
    return np.concatenate(xs), np.concatenate(ys)


def _crossings(triangle: list[tuple[Floats, ...]], above: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return where level 0 crosses the two sides of each triangle that it crosses, (2 m,) each."""
    # The corner that is alone on its side of the level, and the two others.
    alone = np.where(above.sum(axis=0) == 1, above.argmax(axis=0), (~above).argmax(axis=0))
    values = np.stack([np.stack(corner) for corner in triangle])  # (3 corners, x y height, m)
    column = np.arange(values.shape[2])
    single = values[alone, :, column]
    found = []
    for step in (1, 2):
        other = values[(alone + step) % 3, :, column]
        fall = single[:, 2] - other[:, 2]
        share = np.clip(np.divide(single[:, 2], fall, out=np.zeros_like(fall), where=fall != 0), 0.0, 1.0)
        found.append(single[:, :2] + (other[:, :2] - single[:, :2]) * share[:, None])
    ends = np.stack(found, axis=1).reshape(-1, 2)
    return np.ascontiguousarray(ends[:, 0]), np.ascontiguousarray(ends[:, 1])


def _share(x: Floats, y: Floats, at_x: float, at_y: float) -> tuple[float, float]:
    return (at_x - x[0]) / (x[-1] - x[0]), (at_y - y[0]) / (y[-1] - y[0])


def _label(
    x: Floats, y: Floats, xs: Floats, ys: Floats, taken: list[tuple[float, float]]
) -> tuple[float, float] | None:
    """Return where on a line its label stands, as far from other labels as can be; None where there is no room."""
    middle_x, middle_y = xs.reshape(-1, 2).mean(axis=1), ys.reshape(-1, 2).mean(axis=1)
    across, up = _share_of(x, middle_x), _share_of(y, middle_y)
    inside = np.minimum(np.minimum(across, 1 - across), np.minimum(up, 1 - up)) > _LABEL_EDGE
    if not inside.any():
        return None
    away = np.min([np.hypot(across - a, up - b) for a, b in taken], axis=0)
    best = int(np.where(inside, away, -1.0).argmax())
    if away[best] < _LABEL_GAP:
        return None
    taken.append((float(across[best]), float(up[best])))
    return float(middle_x[best]), float(middle_y[best])


def _share_of(axis: Floats, values: Floats) -> Floats:
    return np.asarray((values - axis[0]) / (axis[-1] - axis[0]))


def _smooth(field: Floats) -> NDArray[np.float32]:
    """Return a finer picture, linear between the places of the grid; nan in and beside the cells that touch one."""
    rows, columns = (_between(size) for size in field.shape)
    return (
        (rows @ field @ columns.T).astype(np.float32) if np.isfinite(field).all() else _with_holes(field, rows, columns)
    )


def _with_holes(field: Floats, rows: Floats, columns: Floats) -> NDArray[np.float32]:
    known = np.isfinite(field)
    picture = rows @ np.where(known, field, 0.0) @ columns.T
    # Only whole numbers of known corners: a share of one would be a height that nobody worked out.
    share = rows @ known.astype(np.float64) @ columns.T
    return np.where(share > 1 - 1e-9, picture, np.nan).astype(np.float32)


def _between(size: int) -> Floats:
    """Return what makes ``_FINE`` values of every step between ``size`` ones, (many, size)."""
    at = np.linspace(0, size - 1, (size - 1) * _FINE + 1)
    return np.asarray(np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(size))))
