"""All edges of the diagram as one picture, drawn as column spans in NumPy with the interpreter lock mostly free.

An edge is a curve y(x) with a width. In every pixel column it covers a span of rows: it enters at a fractional row and
leaves at another. The changes of optical density at both ends are added up over the canvas, a cumulative sum down the
rows fills the spans whatever their width, and density turns into opacity as 1 - exp(-density): overlaps multiply, and
no order of drawing is needed. A table of the densities of positive and negative edges gives the colour.

Widths and opacities have a number of steps, and densities are whole numbers. So an edge can be taken out exactly as it
was put in, and from one picture to the next only edges that moved to another step are touched: while a network learns,
a few in a hundred.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.ui.plots.edge_samples import Samples, bands_of, kept, samples_of
from nnviz.ui.plots.network_layout import Gap

FloatArray = NDArray[np.floating[Any]]
IndexArray = NDArray[np.intp]
Picture = NDArray[np.uint32]

MIN_WIDTH, WIDTH_RANGE = 0.7, 5.8
MIN_OPACITY, OPACITY_RANGE, OPACITY_POWER = 0.16, 0.80, 0.75
UNIT = 64  # steps of density per neper
LEVELS = 256
STRENGTHS = 160  # steps of abs(w) / W: 0.04 pixels of width, half a shade of grey
# Steps of the coverage of a row, a multiple of 12, so that every share i / n of n = 1 to 4 parts of a column is one.
_COVERAGES = 240
_REDRAW = 0.4  # share of the edges from which on it costs less to draw all of them than to exchange them
_MOST_PACKED = 60_000  # density that 16 bits hold, with room to spare


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
        self.ratio = ratio
        self.bands = bands_of(gaps, ratio, None if canvas is None else canvas[0])
        self.n_edges = sum(len(gap.y_from) for gap in gaps)
        # As looked up by density: positive in the lower byte of the index.
        self._colours = np.ascontiguousarray(colours.reshape(LEVELS, LEVELS).T).ravel()
        samples = self._fit(samples_of(gaps, ratio, self.bands), canvas, thickness)
        share = _COVERAGES // samples.parts
        self._first = samples.first
        # What the spans of all edges are made of, the whole numbers and the others.
        self._whole = [
            samples.edge,
            samples.column * self.shape[0],
            # Coverage of the row in which a span enters, with it; of the one in which it leaves, without it.
            (samples.rank + 1) * share,
            (samples.parts - samples.rank - 1) * share,
            share,
        ]
        self._real = [kind.astype(np.float32) for kind in (samples.y - self.top, samples.slant, share)]
        strength = (np.arange(STRENGTHS + 1) / STRENGTHS).astype(np.float32)
        self._halves = (edge_width(strength, thickness) * (0.5 * ratio)).astype(np.float32)
        opacity = edge_opacity(strength, thickness).astype(np.float64)
        coverage = np.arange(_COVERAGES + 1) / _COVERAGES
        self._densities = np.rint(-UNIT * np.log1p(-opacity[:, None] * coverage)).astype(np.int64)
        self._allocate(len(samples.edge))

    def _fit(self, samples: Samples, canvas: tuple[float, float] | None, thickness: float) -> Samples:
        """Set `top` and `shape`; return the samples that are seen."""
        reach = (MIN_WIDTH + WIDTH_RANGE) / 2 * thickness * self.ratio * samples.slant
        above, below = samples.y - reach, samples.y + reach
        rows = np.inf if canvas is None else np.ceil(canvas[1] * self.ratio)
        self._cut = False
        if canvas is not None:
            seen = (below > 0) & (above < rows)
            self._cut = bool(((above < 0) | (below > rows))[seen].any())
            if not seen.all():
                samples, above, below = kept(samples, seen), above[seen], below[seen]
        top, bottom = (float(above.min()), float(below.max())) if len(above) else (0.0, 1.0)
        if self._cut:
            top, bottom = max(top, 0.0), min(bottom, float(rows))
        self.top = int(np.floor(top)) - 1
        self.shape = (int(np.ceil(bottom)) - self.top + 2, sum(band.width for band in self.bands))
        return samples

    def _allocate(self, n: int) -> None:
        rows, columns = self.shape
        self._code = np.zeros(self.n_edges, np.intp)
        self._is_empty = True
        self._where = np.empty(n, np.intp)
        self._whole_buffers = [np.empty(n, np.intp) for _ in self._whole]
        self._real_buffers = [np.empty(n, np.float32) for _ in self._real]
        self._ends, self._rows = np.empty((2, n), np.float32), np.empty((2, n), np.float32)
        self._places = np.empty((3, n), np.intp)
        # Column after column, so that the sums run along memory. Positive density is in the lower half of each number,
        # negative in the upper: one sum for both, in 32 bits unless so many edges may meet that half of them overflow.
        for self._shift, kind in ((32, np.int64), (16, np.int32)):
            self._sums = np.zeros((columns, rows), kind)
            put_in = np.concatenate((self._densities, self._densities << self._shift)).astype(kind).ravel()
            self._tables = {1: put_in, -1: np.negative(put_in)}
            self._change = np.empty((3, n), kind)
            if self._shift == 32 and self._densest() > _MOST_PACKED:
                break
        self._filled, self._shifted = np.empty_like(self._sums), np.empty_like(self._sums)
        self._colour_at = np.empty(self.shape, np.intp)
        # A row of equal numbers: NumPy compares with an array ten times as fast as with one number.
        self._most = np.full(2 * rows, LEVELS - 1, np.uint16 if self._shift == 16 else np.uint32)

    def _densest(self) -> int:
        """Return the greatest density that a pixel can have: all edges at their strongest."""
        self._choose(None)
        self._put(np.full(self.n_edges, STRENGTHS), 1)
        densest = int(np.cumsum(self._sums, axis=1).max(initial=0))
        self._sums.fill(0)
        return densest

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
        self._exchange(_codes(weights, scale))
        return self._colour(out)

    def _exchange(self, codes: IndexArray) -> None:
        """Bring the sums from the edges as they were to the edges as they are."""
        changed = np.flatnonzero(codes != self._code)
        if self._is_empty or len(changed) > _REDRAW * self.n_edges:
            self._sums.fill(0)
            self._choose(None)
            self._put(codes, 1)
        elif len(changed):
            self._choose(changed)
            self._put(self._code, -1)
            self._put(codes, 1)
        self._code, self._is_empty = codes, False

    def _choose(self, edges: IndexArray | None) -> None:
        """Gather what the spans of some edges are made of; None is all edges."""
        if edges is None:
            self._whole_now, self._real_now = self._whole, self._real
            return
        starts, ends = self._first[edges], self._first[edges + 1]
        starts, ends = starts[ends > starts], ends[ends > starts]
        where = self._where[: int((ends - starts).sum())]
        if len(where):
            where.fill(1)
            where[0] = starts[0]
            where[np.cumsum(ends - starts)[:-1]] = starts[1:] - ends[:-1] + 1
            np.cumsum(where, out=where)
        self._whole_now, self._real_now = (
            [np.take(kind, where, out=buffer[: len(where)], mode="clip") for kind, buffer in zip(*pair, strict=True)]
            for pair in ((self._whole, self._whole_buffers), (self._real, self._real_buffers))
        )

    def _put(self, codes: IndexArray, times: int) -> None:
        """Add the chosen edges' changes of density to the sums, so many times; -1 takes out what was put in.

        Only sums, products and roundings that come out the same wherever a span stands among the others.
        """
        edge, column, entered, left, share = self._whole_now
        n = len(edge)
        rows, parts = self._spans(edge, self._halves[codes % (STRENGTHS + 1)])
        index, level, place = self._places[:, :n]
        before, first, after = self._change[:, :n]
        np.take(codes * (_COVERAGES + 1), edge, out=level, mode="clip")
        densities, sums = self._tables[times], self._sums.reshape(-1)
        for side, (covered, step) in enumerate(((entered, np.subtract), (left, np.add))):
            np.copyto(place, parts[side], casting="unsafe")
            step(covered, place, out=place)
            place += level
            np.take(densities, place, out=first, mode="clip")
            np.add(covered, level, out=place)
            np.take(densities, place, out=after, mode="clip")
            step(place, share, out=place)
            np.take(densities, place, out=before, mode="clip")
            after -= first
            first -= before
            np.copyto(index, rows[side], casting="unsafe")
            index += column
            np.add.at(sums, index, first)
            index += 1
            np.add.at(sums, index, after)

    def _spans(self, edge: IndexArray, halves: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the rows in which the chosen spans begin and end, (2, n), and the steps of coverage before that."""
        y, slant, share = self._real_now
        ends, rows = self._ends[:, : len(edge)], self._rows[:, : len(edge)]
        reach = np.take(halves, edge, out=rows[0], mode="clip")
        reach *= slant
        np.subtract(y, reach, out=ends[0])
        np.add(y, reach, out=ends[1])
        if self._cut:
            np.clip(ends, 0, self.shape[0] - 2, out=ends)
        np.floor(ends, out=rows)
        ends -= rows
        ends *= share
        return rows, np.rint(ends, out=ends)

    def _colour(self, out: Picture) -> Picture:
        filled = np.cumsum(self._sums, axis=1, out=self._filled)
        halves = filled.view(self._most.dtype)
        np.minimum(halves, self._most, out=halves)
        # The lowest 16 bits become the place in the table of colours: negative, positive, a byte each.
        filled |= np.right_shift(filled, self._shift - 8, out=self._shifted)
        np.copyto(self._colour_at, filled.view(np.uint16)[:, :: self._shift // 8].T)
        return np.take(self._colours, self._colour_at, out=out, mode="clip")


def _codes(weights: FloatArray, scale: float) -> IndexArray:
    """Return the step of each edge's strength, and STRENGTHS + 1 more where it is negative, (E,)."""
    strength = np.minimum(np.abs(weights) / scale, 1.0)
    codes: IndexArray = np.rint(strength * STRENGTHS).astype(np.intp)
    codes += (STRENGTHS + 1) * np.less(weights, 0)
    return codes
