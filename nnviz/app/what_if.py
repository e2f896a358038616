"""What if a row had other values: what the network reads then, what is near, whether training was shown the like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nnviz.app.row_distances import FloatArray, RowDistances, distance_weights
from nnviz.app.slices import Held, Slices
from nnviz.data.dataset import Dataset
from nnviz.errors import Cancelled

MOST_NEAREST = 3
_ROUNDING = 1e-9  # of an end of the training rows: what is no further beyond it lies on it
_ROWS_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """A row of which some values are others.

    Attributes
    ----------
    row
        The row of X.
    changes
        By feature its other value: raw units, the code of a category, or nan for a missing one.
    inputs
        What the network reads, (d,), read-only.
    """

    row: int
    changes: Mapping[str, float]
    inputs: FloatArray

    @property
    def held(self) -> Held:
        """The same as what a plane's columns are held at."""
        return Held(self.row, self.changes)


def what_if(slices: Slices, row: int, changes: Mapping[str, float]) -> WhatIf | None:
    """Return a row with other values; None when none of them is another than the row's own."""
    others = {name: value for name, value in changes.items() if not _same(value, slices.raw_value(name, row))}
    return WhatIf(row, others, slices.held_input(Held(row, others))) if others else None


def _same(one: float, other: float) -> bool:
    return one == other or (np.isnan(one) and np.isnan(other))


def row_inputs(dataset: Dataset, row: int, changed: WhatIf | None) -> FloatArray:
    """Return what the network reads of a row of X, (d,): as it is, or as a what-if of this row has it."""
    return changed.inputs if changed is not None and changed.row == row else dataset.X[row]


@dataclass(frozen=True, slots=True)
class Near:
    """A training row, and how far it is: in standard deviations, the root mean square over the features."""

    row: int
    distance: float


class TrainingRows:
    """The training rows of a data set, asked again and again about an input.

    Takes a pass over all rows to be made, and another to find the nearest: both are for a job.

    Parameters
    ----------
    cancelled
        Asked now and then; the pass ends with `Cancelled` when it says so.
    """

    def __init__(self, dataset: Dataset, cancelled: Callable[[], bool] = lambda: False) -> None:
        self._dataset = dataset
        features = dataset.preprocessor.features
        # Over all rows, so that no copy is made of the training rows; the others are left out of each answer.
        self._distances = RowDistances(dataset.X, distance_weights(dataset), len(features))
        self._others = np.ones(dataset.n_rows, bool)
        self._others[dataset.train_rows] = False
        d = dataset.X.shape[1]
        low, high = np.full(d, np.inf), np.full(d, -np.inf)
        for start in range(0, len(dataset.train_rows), _ROWS_AT_ONCE):
            if cancelled():
                raise Cancelled
            part = dataset.X[dataset.train_rows[start : start + _ROWS_AT_ONCE]]
            np.minimum(low, part.min(axis=0), out=low)
            np.maximum(high, part.max(axis=0), out=high)
        self._low, self._high = low - _ROUNDING * np.abs(low), high + _ROUNDING * np.abs(high)

    def nearest(self, changed: WhatIf, most: int = MOST_NEAREST) -> tuple[Near, ...]:
        """Return the nearest training rows, the nearest first; never the row that is changed itself."""
        distances = self._distances.to(changed.inputs)
        distances[self._others] = np.inf
        distances[changed.row] = np.inf
        count = min(most, len(distances))
        nearest = np.argpartition(distances, count - 1)[:count]
        order = nearest[np.lexsort((nearest, distances[nearest]))]
        return tuple(Near(int(row), float(distances[row])) for row in order if np.isfinite(distances[row]))

    def outside(self, inputs: FloatArray) -> tuple[str, ...]:
        """Return the features of which an input, (d,), is below the least or above the most of all training rows."""
        preprocessor = self._dataset.preprocessor
        beyond = (inputs < self._low) | (inputs > self._high)
        if not beyond.any():
            return ()
        return tuple(name for name in preprocessor.feature_names if beyond[preprocessor.columns_of(name)].any())
