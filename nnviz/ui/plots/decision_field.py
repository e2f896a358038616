"""From the network's output over a grid to the pixels of the heat map and its contour."""

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.tasks import Task
from nnviz.ui.theme import Theme, class_colour, diverging_table

FloatArray = NDArray[np.floating[Any]]
Pixels = NDArray[np.uint32]

# A probability of float32 rounds to 1 beyond a logit of 16.
_LOGIT_LIMIT = 12.0
_LEAST_PROBABILITY = float(1.0 / (1.0 + np.exp(_LOGIT_LIMIT)))
_ENTRIES = 1024
CONTOUR_WIDTH = 1.2
CONTOUR_OPACITY = 0.75


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


def _pack(colours: NDArray[np.uint8]) -> Pixels:
    """Pack (n, 3 or 4) bytes of red, green, blue into (n,) opaque 0xAARRGGBB."""
    wide = colours.astype(np.uint32)
    return np.asarray(0xFF000000 | (wide[:, 0] << 16) | (wide[:, 1] << 8) | wide[:, 2], np.uint32)


def _channels(colour: str) -> FloatArray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)


def binary_table(theme: Theme) -> Pixels:
    """Return the colours of logits from -12 to 12, (1024,): the diverging map of 2p - 1 within the boundary's span."""
    signed = np.tanh(np.linspace(-_LOGIT_LIMIT, _LOGIT_LIMIT, _ENTRIES) / 2)
    return _pack(_resampled(diverging_table(theme, theme.boundary_span), signed))


def regression_table(theme: Theme) -> Pixels:
    """Return the colours of scaled values from -1 to 1, (1024,)."""
    return _pack(_resampled(diverging_table(theme, theme.boundary_span), np.linspace(-1.0, 1.0, _ENTRIES)))


def _resampled(table: NDArray[np.uint8], at: FloatArray) -> NDArray[np.uint8]:
    stops = np.linspace(-1.0, 1.0, len(table))
    return np.stack([np.interp(at, stops, table[:, i]).round() for i in range(3)], axis=1).astype(np.uint8)


def class_ramp(theme: Theme, index: int, confidence: FloatArray) -> NDArray[np.uint8]:
    """Return the colours (n, 3) of a winning class at confidences (n,) between 0 (a tie of all) and 1 (certain)."""
    canvas = diverging_table(theme, theme.boundary_span)[128, :3].astype(float)
    # Within the same span as the binary map: points over the map must stand out.
    strong = canvas + (_channels(class_colour(theme, index)) - canvas) * _class_strength(theme)
    return np.asarray((canvas + (strong - canvas) * confidence[:, None]).round(), np.uint8)


def _class_strength(theme: Theme) -> float:
    return theme.boundary_span + (0.1 if theme.dark else 0.0)


def multiclass_table(theme: Theme, n_classes: int) -> Pixels:
    """Return the colours of (class, log p), (n_classes * 1024,): log p from log(1 / n_classes) to 0."""
    log_p = np.linspace(-np.log(n_classes), 0.0, _ENTRIES)
    confidence = (np.exp(log_p) * n_classes - 1.0) / (n_classes - 1.0)
    return np.concatenate([_pack(class_ramp(theme, index, confidence)) for index in range(n_classes)])


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
    """

    def __init__(self, task: Task, n_outputs: int, scale: float, theme: Theme) -> None:
        self._task = task
        self._n_outputs = n_outputs
        self._scale = scale if scale > 0 else 1.0
        self._theme = theme
        self._interpolations: dict[tuple[int, int, int], Interpolation] = {}
        self._side = 0
        if task == "multiclass":
            self._table = multiclass_table(theme, n_outputs)
        else:
            self._table = binary_table(theme) if task == "binary" else regression_table(theme)

    def _resize(self, side: int) -> None:
        if side != self._side:
            self._side = side
            shape = (side, side)
            self._interpolations.clear()
            self._field = np.empty(shape, np.float32)
            self._spare = np.empty(shape, np.float32)
            self._index = np.empty(shape, np.intp)
            self._pixels = np.empty(shape, np.uint32)

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
            Of the contour, in pixels.
        """
        self._resize(side)
        cells = np.nan_to_num(output.T.reshape(self._n_outputs, grid.resolution, grid.resolution))
        if self._task == "multiclass":
            self._shade_classes(cells, grid, line_width)
            return self._pixels
        half = (_ENTRIES - 1) / 2
        if self._task == "binary":
            p = np.clip(cells[0], _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY, dtype=np.float64)
            values, scale = np.log(p / (1 - p)), half / _LOGIT_LIMIT
        else:
            values, scale = np.clip(cells[0] / self._scale, -1e6, 1e6), half
        field, places = self._field, self._spare
        self._spread(values.astype(np.float32), grid, field)
        np.multiply(field, np.float32(scale), out=places)
        places += np.float32(half)
        self._look_up(places)
        if self._task == "binary":
            self._contour(np.abs(field, out=places), field > 0, line_width)
        return self._pixels

    def _look_up(self, places: FloatArray) -> None:
        np.clip(places, 0, len(self._table) - 1, out=places)
        np.copyto(self._index, places, casting="unsafe")
        np.take(self._table, self._index, out=self._pixels, mode="clip")

    def _shade_classes(self, cells: FloatArray, grid: Grid, line_width: float) -> None:
        logs = np.log(np.clip(cells, _LEAST_PROBABILITY, 1.0)).astype(np.float32)
        shape = (self._side, self._side)
        best, field, higher = np.empty(shape, np.float32), self._field, np.empty(shape, bool)
        second = np.full(shape, -np.inf, np.float32)
        winner = np.zeros(shape, np.uint8 if self._n_outputs <= 256 else np.uint16)
        self._spread(logs[0], grid, best)
        for index in range(1, self._n_outputs):
            self._spread(logs[index], grid, field)
            np.greater(field, best, out=higher)
            np.copyto(winner, index, where=higher)
            np.minimum(best, field, out=self._spare)
            np.maximum(second, self._spare, out=second)
            np.maximum(best, field, out=best)
        places = self._spare
        np.multiply(best, np.float32((_ENTRIES - 1) / np.log(self._n_outputs)), out=places)
        places += np.float32(_ENTRIES - 1)
        np.clip(places, 0, _ENTRIES - 1, out=places)
        # In float32 the sum stays exact below 2**24: up to 16,000 classes.
        places += np.multiply(winner, np.float32(_ENTRIES), out=field)
        self._look_up(places)
        self._contour(np.subtract(best, second, out=best), winner, line_width)

    def _contour(self, margin: FloatArray, region: NDArray[Any], line_width: float) -> None:
        """Blend the line between regions into the picture.

        ``margin`` (side, side) falls to 0 at the line from both sides, so margin / slope is the distance to it.
        """
        near = np.zeros(region.shape, bool)
        reach = max(1, round(line_width))
        for step in range(1, reach + 1):
            down, right = region[step:] != region[:-step], region[:, step:] != region[:, :-step]
            near[step:] |= down
            near[:-step] |= down
            near[:, step:] |= right
            near[:, :-step] |= right
        near[0] = near[-1] = near[:, 0] = near[:, -1] = False
        at = np.flatnonzero(near)
        if not len(at):
            return
        flat, width = margin.ravel(), margin.shape[1]
        here = flat[at]
        # The margin has a kink at the line: of the two one-sided differences the larger one is the slope.
        slope = np.maximum(np.abs(flat[at + 1] - here), np.abs(flat[at - 1] - here)) ** 2
        slope += np.maximum(np.abs(flat[at + width] - here), np.abs(flat[at - width] - here)) ** 2
        distance = here / np.sqrt(np.maximum(slope, 1e-20))
        share = np.clip(line_width / 2 + 0.5 - distance, 0.0, 1.0) * CONTOUR_OPACITY
        target = self._pixels.reshape(-1)
        under, ink = target[at], _channels(self._theme.ink)
        blended = np.full(len(at), 0xFF000000, np.uint32)
        for channel, shift in enumerate((16, 8, 0)):
            value = ((under >> shift) & 0xFF).astype(np.float32)
            value += (ink[channel] - value) * share
            blended |= value.astype(np.uint32) << shift
        target[at] = blended
