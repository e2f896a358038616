"""The number behind every edge of a layout: a weight, or the sum of the weights that a band stands for."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.ui.plots.network_layout import REST, NetworkLayout

FloatArray = NDArray[np.floating[Any]]
IndexArray = NDArray[np.intp]


class _Block(NamedTuple):
    """One gap: its edges start at ``first``; its weights are ``shape`` numbers from ``start``."""

    first: int
    start: int
    shape: tuple[int, int]
    sources: IndexArray
    targets: IndexArray
    rest: tuple[IndexArray, IndexArray]


class EdgeValues:
    """Looks up what the edges of a layout show in a flat vector of the network's parameters, or of anything alike.

    An edge to or from a band is the signed sum of the weights it stands for: what they would add up to if all the
    neurons behind the band gave the same.

    Attributes
    ----------
    sums
        Whether each edge, gap after gap, is such a sum, (E,).
    """

    def __init__(self, layout: NetworkLayout) -> None:
        self._positions = np.concatenate([gap.parameters for gap in layout.gaps])
        self.sums = self._positions < 0
        self._positions = np.where(self.sums, 0, self._positions)
        self._weights: list[slice] = []
        self._blocks: list[_Block] = []
        first = start = 0
        for index, gap in enumerate(layout.gaps):
            shape = layout.sizes[index], layout.sizes[index + 1]
            self._weights.append(slice(start, start + shape[0] * shape[1]))
            if (gap.parameters < 0).any():
                rest = layout.columns[index].rest, layout.columns[index + 1].rest
                self._blocks.append(_Block(first, start, shape, gap.sources, gap.targets, rest))
            first += len(gap.parameters)
            start += (shape[0] + 1) * shape[1]

    def of(self, parameters: FloatArray) -> FloatArray:
        """Return the number of every edge, (E,)."""
        values = parameters.take(self._positions)
        for first, start, shape, sources, targets, rest in self._blocks:
            weights = parameters[start : start + shape[0] * shape[1]].reshape(shape)
            part = values[first : first + len(sources)]
            behind, ahead = sources == REST, targets == REST
            if behind.any():
                down = weights[rest[0]].sum(axis=0)
                part[behind] = np.where(ahead[behind], down[rest[1]].sum(), down[targets[behind]])
            only = ahead & ~behind
            if only.any():
                part[only] = weights[:, rest[1]].sum(axis=1)[sources[only]]
        return values

    def largest(self, parameters: FloatArray) -> float:
        """Return the largest magnitude among all weights of the network, with a tile or without."""
        return max(magnitude(parameters[part]) for part in self._weights)


def largest_sum(values: FloatArray, sums: NDArray[np.bool_]) -> float:
    """Return the largest magnitude among the edges that are sums; 0 without any."""
    return magnitude(values[sums])


def magnitude(values: FloatArray) -> float:
    """Return the largest magnitude among the numbers that are finite; 0 without any."""
    if not len(values):
        return 0.0
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    return max(-low, high)
