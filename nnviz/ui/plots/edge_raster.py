"""All edges of the diagram as one picture, drawn as column spans in NumPy with the interpreter lock mostly free.

An edge is a curve y(x) with a width. In every pixel column it covers a span of rows: it enters at a fractional row and
leaves at another. The changes of optical density at both ends are added up over the canvas, a cumulative sum down the
rows fills the spans whatever their width, and density turns into opacity as 1 - exp(-density): overlaps multiply, and
no order of drawing is needed. Positive and negative edges have a canvas each; a table of both densities gives the
colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.ui.plots.network_layout import Gap, curve_fraction

FloatArray = NDArray[np.floating[Any]]
Picture = NDArray[np.uint32]

MIN_WIDTH, WIDTH_RANGE = 0.7, 5.8
MIN_OPACITY, OPACITY_RANGE, OPACITY_POWER = 0.16, 0.80, 0.75
UNIT = 64  # steps of density per neper; whole numbers, so that what enters a column leaves it exactly
LEVELS = 256
MAX_SUBCOLUMNS = 4
_TWELFTHS = 12  # every share i / n of n = 1 to MAX_SUBCOLUMNS is a whole number of twelfths


def edge_width(strength: FloatArray, thickness: float = 1.0) -> FloatArray:
    """Return the width in logical pixels for ``strength`` = abs(w) / W, 0 to 1."""
    return (MIN_WIDTH + WIDTH_RANGE * strength) * thickness


def edge_opacity(strength: FloatArray, thickness: float = 1.0) -> FloatArray:
    """Return the opacity for ``strength`` = abs(w) / W, 0 to 1; where edges crowd and are thin, weak ones recede."""
    faint = min(thickness, 1.0)
    return (MIN_OPACITY + OPACITY_RANGE * strength**OPACITY_POWER) * (faint + (1.0 - faint) * strength)


def density_colours(positive: str, negative: str, canvas: str) -> NDArray[np.uint32]:
    """Return 0xFFRRGGBB for every pair of densities, (LEVELS * LEVELS,): positive varies slowest.

    The hue is mixed by the squares of both densities, and laid over the canvas with the opacity of their sum.
    """
    ground, plus, minus = (
        np.array([int(c[1:3], 16), int(c[3:5], 16), int(c[5:7], 16)], float) for c in (canvas, positive, negative)
    )
    density = np.arange(LEVELS) / UNIT
    total = density[:, None] + density[None, :]
    # Squared, so that at a crossing the stronger edge keeps its hue instead of both turning grey.
    plus_part, squares = density[:, None] ** 2, density[:, None] ** 2 + density[None, :] ** 2
    share = np.divide(plus_part, squares, out=np.zeros_like(total), where=total > 0)[..., None]
    opacity = -np.expm1(-total)[..., None]
    # The densest entries stand for everything beyond the table.
    opacity[-1, :] = opacity[:, -1] = np.maximum(opacity[:, -1], 0.985)
    rgb = np.rint(ground + opacity * (minus + (plus - minus) * share - ground)).astype(np.uint32)
    colours: NDArray[np.uint32] = np.uint32(0xFF000000) | rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]
    return colours.ravel()


@dataclass(frozen=True, slots=True)
class Band:
    """Part of the picture that belongs between two columns, in device pixels: its x on the canvas and its columns."""

    x: int
    offset: int
    width: int


@dataclass(frozen=True, slots=True, eq=False)
class _Samples:
    """Per span of one edge in one pixel column or a part of it; heights from the top of the picture."""

    edge: NDArray[np.intp]
    column: NDArray[np.intp]
    y: FloatArray
    slant: FloatArray  # vertical extent per unit of width
    rank: NDArray[np.intp]  # place among the parts of its column, from the top
    parts: NDArray[np.intp]


def _gap_samples(gap: Gap, ratio: float, band: Band, first_edge: int) -> _Samples:
    left, span = gap.left * ratio, max((gap.right - gap.left) * ratio, 1e-9)
    # Parts of pixel columns: where an edge climbs more than a row per column, several spans take its steps' edges off.
    # Twice as fine pixels need half as many.
    most = max(1, int(np.ceil(MAX_SUBCOLUMNS / ratio)))
    pixels = np.arange(band.x, band.x + band.width)[:, None]
    centres = {n: (pixels + (np.arange(n) + 0.5) / n - left) / span for n in range(1, most + 1)}
    climb = (gap.y_to - gap.y_from) * ratio
    step = 0.5 / span
    middle = centres[1][:, 0]
    profile = curve_fraction(np.clip(middle + step, 0, 1)) - curve_fraction(np.clip(middle - step, 0, 1))
    slope = np.abs(climb[:, None] * profile[None, :])
    parts = np.clip(np.ceil(slope - 0.25), 1, most).astype(np.intp)
    pieces = []
    for n, at in centres.items():
        edge, column = np.nonzero(parts == n)
        fraction = curve_fraction(np.clip(at, 0, 1))[column]
        y = gap.y_from[edge][:, None] * ratio + climb[edge][:, None] * fraction
        place = np.broadcast_to(np.arange(n), y.shape)
        rank = np.where(climb[edge][:, None] < 0, n - 1 - place, place)
        slant = np.broadcast_to(np.sqrt(1 + slope[edge, column] ** 2)[:, None], y.shape)
        pieces.append(
            (
                np.repeat(edge + first_edge, n),
                np.repeat(column + band.offset, n),
                y.ravel(),
                slant.ravel(),
                rank.ravel(),
                np.full(y.size, n),
            )
        )
    edge, column, y, slant, rank, counts = (np.concatenate(kind) for kind in zip(*pieces, strict=True))
    return _Samples(edge, column, y, slant, rank, counts)


class EdgeRaster:
    """Draws the edges of one layout; the geometry is worked out once, here.

    Parameters
    ----------
    gaps
        The edges, in logical pixels.
    ratio
        Device pixels per logical pixel.
    colours
        What `density_colours` returns.
    canvas
        Width and height in logical pixels of what is drawn of the edges; None is all.
    thickness
        Of all edges, 0 to 1: see `edge_width` and `edge_opacity`.

    Attributes
    ----------
    bands
        Where the columns of the picture belong; the picture leaves out the columns that hold tiles.
    top
        Device row of the canvas where the picture starts.
    shape
        (rows, columns) of the picture in device pixels.
    """

    def __init__(
        self,
        gaps: Sequence[Gap],
        ratio: float,
        colours: NDArray[np.uint32],
        *,
        canvas: tuple[float, float] | None = None,
        thickness: float = 1.0,
    ) -> None:
        self.ratio, self._thickness = ratio, thickness
        self._colours = colours
        bands, samples, offset, first_edge = [], [], 0, 0
        for gap in gaps:
            x, end = int(np.floor(gap.left * ratio + 1e-6)), int(np.ceil(gap.right * ratio - 1e-6))
            if canvas is not None:
                x, end = max(x, 0), min(end, int(np.ceil(canvas[0] * ratio)))
            width = max(end - x, 0)
            bands.append(Band(x, offset, width))
            samples.append(_gap_samples(gap, ratio, bands[-1], first_edge))
            offset += width
            first_edge += len(gap.y_from)
        self.bands = tuple(bands)
        self.n_edges = first_edge
        edge, column, y, slant, rank, parts = (
            np.concatenate([getattr(sample, name) for sample in samples]) for name in _Samples.__slots__
        )
        reach = (MIN_WIDTH + WIDTH_RANGE) / 2 * thickness * ratio * slant
        self._cut = False
        if canvas is not None:
            rows = int(np.ceil(canvas[1] * ratio))
            seen = (y + reach > 0) & (y - reach < rows)
            self._cut = bool(((y - reach < 0) | (y + reach > rows))[seen].any())
            if not seen.all():
                edge, column, y, slant, rank, parts, reach = (
                    kind[seen] for kind in (edge, column, y, slant, rank, parts, reach)
                )
        top, bottom = (float((y - reach).min()), float((y + reach).max())) if len(y) else (0.0, 1.0)
        if self._cut and canvas is not None:
            top, bottom = max(top, 0.0), min(bottom, float(np.ceil(canvas[1] * ratio)))
        self.top = int(np.floor(top)) - 1
        self.shape = (int(np.ceil(bottom)) - self.top + 2, offset)
        self._edge, self._column = edge, column
        self._y = (y - self.top).astype(np.float32)
        self._slant = slant.astype(np.float32)
        # Shares of the column already covered before and after the span enters, and left before and after it leaves.
        twelfth = _TWELFTHS // parts
        levels = np.stack((rank, parts - rank, rank + 1, parts - rank - 1)).astype(np.intp) * twelfth
        self._levels = levels.reshape(2, 2, -1) + edge * (_TWELFTHS + 1)
        share = 1.0 / parts
        self._rise = np.stack((-share, share)).astype(np.float32)
        self._base = np.stack(((rank + 1) * share, (parts - rank - 1) * share)).astype(np.float32)
        self._allocate(len(edge))

    def _allocate(self, n: int) -> None:
        self._per_edge = np.empty((3, self.n_edges), np.float32)
        self._plane = np.empty(self.n_edges, np.intp)
        self._spread = np.empty((3, n), np.float32)
        self._row = np.empty((2, n), np.float32)
        self._known = np.empty((2, 2, n), np.float32)
        self._at = np.empty(n, np.intp)
        self._index = np.empty((2, 2, n), np.intp)
        self._change = np.empty((2, 2, n), np.int32)
        self._density = np.empty((2, *self.shape), np.int32)

    def new_picture(self) -> Picture:
        """Return an empty picture for `draw`."""
        return np.empty(self.shape, np.uint32)

    def draw(self, weights: FloatArray, scale: float, out: Picture | None = None) -> Picture:
        """Return the picture of the edges, 0xFFRRGGBB, opaque on the canvas colour.

        Parameters
        ----------
        weights
            One value per edge, (E,), gap after gap; all finite.
        scale
            The weight W drawn at full width and opacity; larger ones look the same.
        out
            A picture of `shape` to draw into.
        """
        if out is None:
            out = self.new_picture()
        self._prepare_edges(weights, scale)
        self._spans()
        density = self._density
        density.fill(0)
        np.add.at(density.reshape(-1), self._index.reshape(-1), self._change.reshape(-1))
        np.cumsum(density, axis=1, out=density)
        np.clip(density, 0, LEVELS - 1, out=density)
        positive, negative = density
        positive *= LEVELS
        positive += negative
        return np.take(self._colours, positive, out=out, mode="clip")

    def _prepare_edges(self, weights: FloatArray, scale: float) -> None:
        strength = np.minimum(np.abs(weights) / scale, 1.0).astype(np.float32)
        half = edge_width(strength, self._thickness) * np.float32(0.5 * self.ratio)
        opacity = edge_opacity(strength, self._thickness)
        self._per_edge[:] = -half, half, -opacity
        shares = np.arange(_TWELFTHS + 1, dtype=np.float32) / np.float32(_TWELFTHS)
        self._known_edges = np.rint(-UNIT * np.log1p(-opacity[:, None] * shares))
        np.multiply(np.less(weights, 0), self._density[0].size, out=self._plane)

    def _spans(self) -> None:
        """Fill `_index` and `_change`: where density enters and leaves, each split over two rows."""
        np.take(self._per_edge, self._edge, axis=1, out=self._spread, mode="clip")
        ends, minus_opacity = self._spread[:2], self._spread[2]
        ends *= self._slant
        ends += self._y
        if self._cut:
            np.clip(ends, 0, self.shape[0] - 2, out=ends)
        np.floor(ends, out=self._row)
        ends -= self._row  # the fraction of the row before the span starts, and before it ends
        index, columns = self._index, self.shape[1]
        np.take(self._plane, self._edge, out=self._at, mode="clip")
        self._at += self._column
        np.copyto(index[0], self._row, casting="unsafe")
        index[0] *= columns
        index[0] += self._at
        np.add(index[0], columns, out=index[1])
        # Coverage of the first row, then its density: -log(1 - opacity * coverage), so that smooth borders stay true.
        ends *= self._rise
        ends += self._base
        ends *= minus_opacity
        np.log1p(ends, out=ends)
        ends *= -UNIT
        np.rint(ends, out=ends)
        np.take(self._known_edges.reshape(-1), self._levels, out=self._known, mode="clip")
        np.subtract(ends, self._known[0], out=self._change[0], casting="unsafe")
        np.subtract(self._known[1], ends, out=self._change[1], casting="unsafe")
