"""Which neurons of a wide layer get a tile: how many fit, which are strongest, and a choice that does not flicker."""

import time
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.mlp import MLPConfig, layer_blocks

FloatArray = NDArray[np.floating[Any]]
IndexArray = NDArray[np.intp]

ALWAYS_SHOWN, MAX_SHOWN = 24, 64  # rows of tiles where the canvas is high enough
MOST_EDGES = 2_400  # of the whole diagram, before layers of more than ALWAYS_SHOWN collapse further
MAX_EXPANDED = 256
CHOICE_INTERVAL = 2.0  # seconds: more often would be hard to follow, and every edge is drawn anew each time
TOLERANCE = 1.1  # a strength counts as changed beyond this factor


def shown_counts(sizes: Sequence[int], full_rows: int, rows: int, expanded: Collection[int]) -> list[int]:
    """Return how many neurons of each layer get a tile of their own; the others of a layer share a band.

    Parameters
    ----------
    full_rows
        Neurons of a layer for which there is room when all are shown.
    rows
        Rows of a collapsed layer, the band among them.
    expanded
        Layers of which the person wants to see all, up to `MAX_EXPANDED`.
    """

    def edges(limit: int) -> int:
        shown = [min(n, MAX_EXPANDED if layer in expanded else limit) for layer, n in enumerate(sizes)]
        return sum(a * b for a, b in pairwise(shown))

    limit = MAX_SHOWN
    while limit > ALWAYS_SHOWN and edges(limit) > MOST_EDGES:
        limit -= 1
    limit = max(3, min(limit, full_rows))
    collapsed = max(2, min(rows, limit) - 1)
    return [
        min(units, MAX_EXPANDED) if layer in expanded else units if units <= limit else collapsed
        for layer, units in enumerate(sizes)
    ]


def strengths(config: MLPConfig, parameters: FloatArray) -> list[FloatArray]:
    """Return per layer, inputs first, the L2 norm of each neuron's incoming and outgoing weights, (units,)."""
    squares = [np.zeros(units) for units in config.sizes]
    for layer, block in enumerate(layer_blocks(config, parameters)):
        weights = np.nan_to_num(block[:-1])
        squares[layer] += np.einsum("ij,ij->i", weights, weights)
        squares[layer + 1] += np.einsum("ij,ij->j", weights, weights)
    return [np.sqrt(square) for square in squares]


class Ranking:
    """The neurons of every layer from the strongest down.

    A neuron keeps its place until its strength has grown or shrunk by a tenth, so that two of about the same strength
    do not change places with every batch.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._held: list[FloatArray] | None = None
        self.order = [np.arange(units) for units in sizes]

    def update(self, found: Sequence[FloatArray]) -> bool:
        """Take the newest `strengths`; return whether the order of any layer changed."""
        if self._held is None:
            self._held = [strength.copy() for strength in found]
        for held, strength in zip(self._held, found, strict=True):
            moved = (strength > held * TOLERANCE) | (strength * TOLERANCE < held)
            held[moved] = strength[moved]
        order = [np.argsort(-held, kind="stable") for held in self._held]
        changed = any(not np.array_equal(new, old) for new, old in zip(order, self.order, strict=True))
        self.order = order
        return changed


class Choice:
    """Which neurons come first when there are tiles for only some, followed through training without flicker.

    Attributes
    ----------
    order
        Per layer, inputs first, the neurons from the strongest down.
    expanded
        The layer of which the person wants to see all, or None.
    """

    def __init__(self) -> None:
        self.order: list[IndexArray] = []
        self.expanded: int | None = None
        self._ranking = Ranking(())
        self._next = 0.0

    def reset(self, sizes: Sequence[int]) -> None:
        """Begin with a network of another shape."""
        self._ranking = Ranking(sizes)
        self.order, self.expanded, self._next = self._ranking.order, None, 0.0

    def toggle(self, layer: int) -> None:
        """Show all neurons of a layer, or its strongest only; one layer at a time."""
        self.expanded = None if self.expanded == layer else layer

    def update(self, config: MLPConfig, parameters: FloatArray, *, held: bool) -> bool:
        """Look at newer weights, every two seconds at most and never while ``held``; return whether the order changed.

        The first weights of a network are looked at in any case.
        """
        now = time.monotonic()
        if self._next and (held or now < self._next):
            return False
        self._next = now + CHOICE_INTERVAL
        changed = self._ranking.update(strengths(config, parameters))
        self.order = self._ranking.order
        return changed
