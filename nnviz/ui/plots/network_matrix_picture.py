"""Weights to the pixels of a heat map, made in NumPy; of the weights that share a pixel the largest is shown."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.app.edge_values import EdgeScale
from nnviz.ui.plots.network_edges import magnitude
from nnviz.ui.plots.network_matrix_layout import Matrix, block_edges

FloatArray = NDArray[np.floating[Any]]
Picture = NDArray[np.uint32]


def largest_in_blocks(values: FloatArray, rows: int, columns: int) -> FloatArray:
    """Return at most (rows, columns) numbers: of each block the one of the largest magnitude, with its sign.

    Not the mean: a single strong weight among weak ones must not vanish because the screen is small.
    """
    for axis, most in ((0, rows), (1, columns)):
        count = values.shape[axis]
        if count > most:
            starts = block_edges(count, most)[:-1]
            low = np.minimum.reduceat(values, starts, axis=axis)
            high = np.maximum.reduceat(values, starts, axis=axis)
            values = np.where(-low > high, low, high)
    return values


class MatrixPicture:
    """The pixels of one matrix, at most one for each weight and for each logical pixel.

    Parameters
    ----------
    start
        Position of its first weight in the flat parameter vector.
    table
        Colours from -1 to 1, (256,) 0xFFRRGGBB.
    error
        The colour of a number that is not finite.
    """

    def __init__(self, matrix: Matrix, start: int, table: Picture, error: int) -> None:
        self.matrix = matrix
        self.rows = min(matrix.n_in, max(1, int(matrix.height + 1e-6)))
        self.columns = min(matrix.n_out, max(1, int(matrix.width + 1e-6)))
        self._slice = slice(start, start + (matrix.n_in + 1) * matrix.n_out)
        self._table, self._error = table, np.uint32(error)

    @property
    def reduced(self) -> tuple[int, int]:
        """About how many rows and columns of weights share a pixel, 1 for none."""
        return -(-self.matrix.n_in // self.rows), -(-self.matrix.n_out // self.columns)

    def largest(self, parameters: FloatArray) -> tuple[float, float]:
        """Return the largest magnitudes of its weights and of its biases that are finite."""
        block, n_out = parameters[self._slice], self.matrix.n_out
        return magnitude(block[:-n_out]), magnitude(block[-n_out:])

    def draw(self, parameters: FloatArray, scale: float) -> tuple[Picture, Picture]:
        """Return the pixels of the weights, (rows, columns), and of the biases, (1, columns)."""
        block = parameters[self._slice].reshape(self.matrix.n_in + 1, self.matrix.n_out)
        weights = largest_in_blocks(block[:-1], self.rows, self.columns)
        biases = largest_in_blocks(block[-1:], 1, self.columns)
        return self._coloured(weights, scale), self._coloured(biases, scale)

    def _coloured(self, values: FloatArray, scale: float) -> Picture:
        levels = values * np.float32(127.5 / scale)
        levels += np.float32(128.0)
        np.clip(levels, 0.0, 255.0, out=levels)
        sound = np.isfinite(levels)
        if sound.all():
            return np.take(self._table, levels.astype(np.uint8))
        picture = np.take(self._table, np.where(sound, levels, 0.0).astype(np.uint8))
        picture[~sound] = self._error
        return picture


@dataclass(frozen=True, slots=True)
class MatrixJob:
    """The matrices to draw, the flat parameter vector, (P,), and the scale that follows its weights."""

    pictures: tuple[MatrixPicture, ...]
    parameters: FloatArray
    scale: EdgeScale


@dataclass(frozen=True, slots=True)
class MatrixDrawing:
    """The drawn matrices.

    Attributes
    ----------
    pixels
        Of each the weights and the biases.
    scale
        The weight in full colour.
    beyond
        Whether a bias is larger than that.
    """

    pictures: tuple[MatrixPicture, ...]
    pixels: tuple[tuple[Picture, Picture], ...]
    scale: float
    beyond: bool


def draw_matrices(job: MatrixJob) -> MatrixDrawing:
    """Return the pixels of all matrices of a network."""
    weights, biases = (max(kind) for kind in zip(*(p.largest(job.parameters) for p in job.pictures), strict=True))
    scale = job.scale.update(weights)
    pixels = tuple(picture.draw(job.parameters, scale) for picture in job.pictures)
    return MatrixDrawing(job.pictures, pixels, scale, biases > scale)


def block_starts(sizes: Sequence[int]) -> list[int]:
    """Return where each layer's weights begin in the flat parameter vector."""
    starts, at = [], 0
    for n_in, n_out in itertools.pairwise(sizes):
        starts.append(at)
        at += (n_in + 1) * n_out
    return starts
