"""A random sample of the rows of a stream of unknown length, in the order of the stream."""

from collections.abc import Sequence

import numpy as np

from nnviz.data.batches import Batch


class Reservoir:
    """Keeps ``size`` rows of all that pass by, each with the same chance.

    Every row draws a number, and the rows with the smallest numbers stay; this is the reservoir of Vitter (Random
    Sampling with a Reservoir, 1985) with keys in place of positions, so that a whole batch is judged at once.

    Parameters
    ----------
    size
        Rows to keep.
    seed
        Of the random numbers: the same file and seed give the same rows.
    """

    def __init__(self, size: int, seed: int) -> None:
        self._size = size
        self._rng = np.random.default_rng(np.random.SeedSequence(seed))
        self._keys = np.empty(0)
        self._rows: list[list[str]] = []
        self._limit = 1.0

    def add(self, batch: Batch) -> None:
        """Look at a batch's rows."""
        keys = self._rng.random(batch.n_rows)
        picked = np.flatnonzero(keys < self._limit)
        if not len(picked):
            return
        self._rows += batch.rows(picked.tolist())
        self._keys = np.concatenate([self._keys, keys[picked]])
        if len(self._rows) > 2 * self._size:
            self._prune()

    def rows(self) -> Sequence[Sequence[str]]:
        """Return the fields of the rows kept, in the order of the file."""
        self._prune()
        return self._rows

    def _prune(self) -> None:
        if len(self._rows) <= self._size:
            return
        kept = np.sort(np.argpartition(self._keys, self._size - 1)[: self._size])
        self._keys = self._keys[kept]
        self._rows = [self._rows[place] for place in kept.tolist()]
        self._limit = float(self._keys.max())
