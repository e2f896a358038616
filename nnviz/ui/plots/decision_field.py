"""From the network's output over a grid to the pixels of the heat map and its contours."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.data.tasks import Task
from nnviz.ui.plots.decision_colours import (
    ENTRIES,
    LOGIT_LIMIT,
    FloatArray,
    Pixels,
    binary_table,
    canvas_channels,
    channels,
    class_channels,
    pack,
    regression_table,
)
from nnviz.ui.plots.decision_contour import draw_contour, line_reach, near_borders, with_neighbours
from nnviz.ui.theme import Theme

_LEAST_PROBABILITY = float(1.0 / (1.0 + np.exp(LOGIT_LIMIT)))
_AS_GOOD_AS_CERTAIN = float(np.log(0.998))  # within half a shade of certain
_LEVEL_OPACITY = 0.4  # of a regression's lines: there are several


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a heat map: how many along a side, and along which axes they are bands of categories."""

    resolution: int
    x_bands: int = 0
    y_bands: int = 0


class Interpolation:
    """Values at the middles of cells, turned into values at pixels along one axis.

    Linear between middles and constant beyond the outermost; with ``bands`` every pixel takes the cell at the middle of
    its band, so that the edges of categories stay sharp. Two row copies and a blend: half the time of a matrix product,
    and without the threads of BLAS, which wait for each other when all cores are busy training.
    """

    def __init__(self, cells: int, pixels: int, bands: int = 0) -> None:
        middles = (np.arange(pixels) + 0.5) / pixels
        at = np.floor((np.floor(middles * bands) + 0.5) / bands * cells) if bands else middles * cells - 0.5
        at = np.clip(at, 0.0, cells - 1.0)
        self.left = at.astype(np.intp)
        self.right = np.minimum(self.left + 1, cells - 1)
        self.share = (at - self.left).astype(np.float32)[:, None]

    def reversed(self) -> "Interpolation":
        """Return the same with the last pixel first."""
        result = copy.copy(self)
        result.left, result.right, result.share = self.left[::-1], self.right[::-1], self.share[::-1]
        return result

    def rows(self, values: FloatArray, out: FloatArray, spare: FloatArray) -> None:
        """Write ``values`` (cells, n) at the pixels into ``out`` (pixels, n); ``spare`` is of the same shape."""
        np.take(values, self.left, axis=0, out=out, mode="clip")
        np.take(values, self.right, axis=0, out=spare, mode="clip")
        spare -= out
        spare *= self.share
        out += spare


class FieldShader:
    """Turns outputs over a grid into pixels; buffers and tables are kept between calls.

    What is interpolated between cells is the logit (or log probability), not the probability: the contour of a steep
    boundary then runs smoothly instead of in steps of one cell.

    Parameters
    ----------
    task, n_outputs
        What the outputs mean.
    scale
        Regression: the largest deviation of the training targets from their mean, in standardised units.
    theme
        Supplies the colours.
    levels
        Regression: where lines run, evenly spaced and ascending, as shares of ``scale`` between -1 and 1.
    hard
        Whether only the winner counts (of a regression, only between which two lines a value lies), and not how surely.
    """

    def __init__(
        self,
        task: Task,
        n_outputs: int,
        scale: float,
        theme: Theme,
        *,
        levels: Sequence[float] = (),
        hard: bool = False,
    ) -> None:
        self._task = task
        self._n_outputs = n_outputs
        self._scale = scale if scale > 0 else 1.0
        self._levels = np.asarray(levels, float)
        self._hard = hard
        self._ink = channels(theme.ink)
        self._interpolations: dict[tuple[int, int, int], Interpolation] = {}
        self._side = 0
        if task == "multiclass":
            strong = class_channels(theme, n_outputs)
            self._table = pack(strong.round().astype(np.uint8))
            self._canvas = canvas_channels(theme).astype(np.float32)
            self._strong = (strong - canvas_channels(theme)).astype(np.float32)
        elif task == "binary":
            self._table = binary_table(theme, hard=hard)
        else:
            self._table = regression_table(theme, self._levels if hard else None)

    def _resize(self, side: int) -> None:
        if side != self._side:
            self._side = side
            shape = (side, side)
            self._interpolations.clear()
            self._field = np.empty(shape, np.float32)
            self._spare = np.empty(shape, np.float32)
            self._index = np.empty(shape, np.intp)
            self._pixels = np.empty(shape, np.uint32)
            if self._task == "multiclass":
                self._shares = np.empty((self._n_outputs, *shape), np.float32)
                self._best, self._higher = np.empty(shape, np.float32), np.empty(shape, bool)

    def _interpolation(self, cells: int, bands: int) -> Interpolation:
        key = (cells, self._side, bands)
        if key not in self._interpolations:
            self._interpolations[key] = Interpolation(*key)
        return self._interpolations[key]

    def _spread(self, cells: FloatArray, grid: Grid, out: FloatArray) -> None:
        """Interpolate cells (resolution, resolution), low y first, to pixels (side, side), high y first."""
        across = self._interpolation(grid.resolution, grid.x_bands)
        upright = self._interpolation(grid.resolution, grid.y_bands).reversed()
        half = np.empty((self._side, grid.resolution), np.float32)
        across.rows(np.ascontiguousarray(cells.T), half, np.empty_like(half))
        upright.rows(np.ascontiguousarray(half.T), out, self._spare)

    def shade(self, output: FloatArray, grid: Grid, side: int, line_width: float) -> Pixels:
        """Return the picture, (side, side) 0xFFRRGGBB, first row at the top of the y axis.

        The array is the shader's own: the next call paints over it.

        Parameters
        ----------
        output
            The network's output over the grid, (resolution**2, n_outputs), y slowest from its low end.
        grid
            The cells.
        side
            Width and height in pixels.
        line_width
            Of the contours, in pixels; 0 for none.
        """
        self._resize(side)
        cells = np.nan_to_num(output.T.reshape(self._n_outputs, grid.resolution, grid.resolution))
        if self._task == "multiclass":
            self._shade_classes(cells, grid, line_width)
        elif self._task == "binary":
            self._shade_two(cells[0], grid, line_width)
        else:
            self._shade_numbers(cells[0], grid, line_width)
        return self._pixels

    def _look_up(self, places: FloatArray) -> None:
        np.clip(places, 0, len(self._table) - 1, out=places)
        np.copyto(self._index, places, casting="unsafe")
        np.take(self._table, self._index, out=self._pixels, mode="clip")

    def _shade_two(self, cells: FloatArray, grid: Grid, line_width: float) -> None:
        p = np.clip(cells, _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY, dtype=np.float64)
        field, places = self._field, self._spare
        self._spread(np.log(p / (1 - p)).astype(np.float32), grid, field)
        half = (ENTRIES - 1) / 2
        np.multiply(field, np.float32(half / LOGIT_LIMIT), out=places)
        places += np.float32(half + 0.5)
        self._look_up(places)
        at = near_borders(field > 0, line_reach(line_width))
        draw_contour(self._pixels, np.abs(field, out=places), at, line_width, self._ink)

    def _shade_numbers(self, cells: FloatArray, grid: Grid, line_width: float) -> None:
        field, places = self._field, self._spare
        self._spread(np.clip(cells / self._scale, -1e6, 1e6).astype(np.float32), grid, field)
        half = np.float32((ENTRIES - 1) / 2)
        np.multiply(field, half, out=places)
        places += half + np.float32(0.5)
        self._look_up(places)
        if not len(self._levels):
            return
        step = self._levels[1] - self._levels[0] if len(self._levels) > 1 else 1.0
        np.subtract(field, np.float32(self._levels[0]), out=field)
        field *= np.float32(1.0 / step)
        # Lines are at 0, 1, ..., n - 1 now; beyond the outermost nothing is crossed.
        np.clip(field, -0.5, len(self._levels) - 0.5, out=field)
        at = near_borders(np.floor(field).astype(np.int16), line_reach(line_width))
        field -= np.rint(field, out=places)
        draw_contour(self._pixels, np.abs(field, out=field), at, line_width, self._ink, _LEVEL_OPACITY)

    def _shade_classes(self, cells: FloatArray, grid: Grid, line_width: float) -> None:
        logs = np.log(np.clip(cells, _LEAST_PROBABILITY, 1.0)).astype(np.float32)
        shape = (self._side, self._side)
        best, higher = self._best, self._higher
        winner = np.zeros(shape, np.uint8 if self._n_outputs <= 256 else np.uint16)
        for index, field in enumerate(self._shares):
            self._spread(logs[index], grid, field)
            if index == 0:
                np.copyto(best, field)
                continue
            np.greater(field, best, out=higher)
            np.copyto(winner, index, where=higher)
            np.maximum(best, field, out=best)
        np.take(self._table, winner, out=self._pixels, mode="clip")
        at = near_borders(winner, line_reach(line_width))
        # How far the winner is ahead, where a line may run; elsewhere nobody asks.
        self._field.fill(np.inf)
        around = with_neighbours(at, self._side)
        two = np.partition(self._shares.reshape(self._n_outputs, -1)[:, around], self._n_outputs - 2, axis=0)[-2:]
        self._field.reshape(-1)[around] = two[1] - two[0]
        if not self._hard:
            self._blend(best)
        draw_contour(self._pixels, self._field, at, line_width, self._ink)

    def _blend(self, best: FloatArray) -> None:
        """Mix the classes' colours by how far each probability is above chance; without any the canvas is left.

        Where one class is as good as certain its colour is there already.
        """
        k = self._n_outputs
        unsure = np.flatnonzero(best < _AS_GOOD_AS_CERTAIN)
        shares = self._shares.reshape(k, -1)
        everywhere = 2 * len(unsure) > shares.shape[1]
        if not everywhere:
            shares = np.take(shares, unsure, axis=1)
        np.exp(shares, out=shares)
        # Between cells the logarithms were mixed: what they stand for must add up to 1 again.
        total = shares.sum(axis=0)
        np.divide(np.float32(k / (k - 1.0)), total, out=total)
        shares *= total
        shares -= np.float32(1.0 / (k - 1.0))
        np.maximum(shares, 0, out=shares)
        colours = self._strong.T @ shares
        colours += self._canvas[:, None] + np.float32(0.5)
        red, green, blue = colours.astype(np.uint32)
        mixed = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
        if everywhere:
            self._pixels[...] = mixed.reshape(self._pixels.shape)
        else:
            self._pixels.reshape(-1)[unsure] = mixed
