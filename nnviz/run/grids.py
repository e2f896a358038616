"""Grids of inputs that a map asks a run about: two columns that run while the others are held, or a sloping plane."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class GridProbe:
    """A square grid of inputs: two raw columns run over it, every other input is held.

    Attributes
    ----------
    resolution
        Points along each side.
    base
        The held input, (d,).
    varying
        Indices of the inputs that change over the grid, (m,) int; few even when d is large.
    values
        Their values, (resolution**2, m); x runs fastest and y slowest, from its lowest value.
    """

    resolution: int
    base: FloatArray
    varying: NDArray[np.intp]
    values: FloatArray

    def pre_activations(self, weights: FloatArray, biases: FloatArray) -> FloatArray:
        """Return the first layer's pre-activations, (resolution**2, units), in the dtype of ``weights`` (d, units).

        The inputs that are held enter once, so the cost does not grow with their number.
        """
        held = self.base.astype(weights.dtype) @ weights + biases
        offsets = (self.values - self.base[self.varying]).astype(weights.dtype)
        z = offsets @ weights[self.varying]
        z += held
        return z

    def inputs(self, columns: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return some inputs over the grid, (resolution**2, len(columns)); a held one is constant."""
        result = np.repeat(self.base.astype(np.float32)[None, columns], self.resolution**2, axis=0)
        for position, index in enumerate(self.varying):
            for place in np.flatnonzero(columns == index):
                result[:, place] = self.values[:, position]
        return result

    def mean_input(self, columns: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the mean of some inputs over the grid, (resolution**2,)."""
        varying = [position for position, index in enumerate(self.varying) if (columns == index).any()]
        held = self.base[columns].sum() - self.base[self.varying[varying]].sum()
        mean: NDArray[np.float32] = ((self.values[:, varying].sum(axis=1) + held) / len(columns)).astype(np.float32)
        return mean


@dataclass(frozen=True, slots=True, eq=False)
class PlaneProbe:
    """A square grid on the plane base + a u + b v, over which every input may change.

    Attributes
    ----------
    resolution
        Points along each side.
    base
        Where a and b are 0, (d,).
    directions
        u and v, (2, d).
    across, up
        The values of a and of b along the sides, (resolution,) each, ascending; a runs fastest.
    """

    resolution: int
    base: FloatArray
    directions: FloatArray
    across: FloatArray
    up: FloatArray

    def pre_activations(self, weights: FloatArray, biases: FloatArray) -> FloatArray:
        """Return the first layer's pre-activations, (resolution**2, units), in the dtype of ``weights`` (d, units).

        They are linear in the inputs: base W + a (u W) + b (v W) + biases takes three products of one row each, where
        the inputs of the whole grid would be resolution**2 rows of d numbers.
        """
        held = self.base.astype(weights.dtype) @ weights + biases
        along, upward = self.directions.astype(weights.dtype) @ weights
        rows = self.up.astype(weights.dtype)[:, None] * upward
        rows += held
        columns = self.across.astype(weights.dtype)[:, None] * along
        z: FloatArray = (rows[:, None, :] + columns[None, :, :]).reshape(self.resolution**2, -1)
        return z

    def inputs(self, columns: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return some inputs over the grid, (resolution**2, len(columns))."""
        along, upward = self.directions.astype(np.float32)[:, columns]
        rows = self.base.astype(np.float32)[columns] + self.up.astype(np.float32)[:, None] * upward
        steps = self.across.astype(np.float32)[:, None] * along
        result: NDArray[np.float32] = (rows[:, None, :] + steps[None, :, :]).reshape(self.resolution**2, -1)
        return result

    def mean_input(self, columns: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the mean of some inputs over the grid, (resolution**2,)."""
        along, upward = self.directions[:, columns].mean(axis=1)
        mean: FloatArray = self.base[columns].mean() + self.up[:, None] * upward + self.across[None, :] * along
        return np.asarray(mean, dtype=np.float32).reshape(-1)


InputGrid = GridProbe | PlaneProbe


@dataclass(frozen=True, slots=True, eq=False)
class GridResult:
    """Activations of every layer over a grid, each (resolution**2, units), read-only; ``seconds`` is what they took."""

    probe: InputGrid
    activations: tuple[FloatArray, ...]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class PointsProbe:
    """Some rows of the data set, (m, d), whose answers are wanted; their number bounds what the trainer pays."""

    inputs: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PointsResult:
    """Outputs for the rows of a :class:`PointsProbe`, (m, k), read-only; ``seconds`` is what they took."""

    probe: PointsProbe
    outputs: FloatArray
    seconds: float = 0.0
