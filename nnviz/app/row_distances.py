"""How far rows lie from a plane in the columns that it holds, in standard deviations."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset
from nnviz.data.features import CategoricalFeature, DateFeature

FloatArray = NDArray[np.float64]

OTHER_CATEGORY: Final = 2.0  # standard deviations that another category, or yes instead of no, counts as
_SAMPLE: Final = 2_000
_CELLS: Final = 1_000_000  # of a sample: of thousands of columns fewer rows must do


def distance_weights(dataset: Dataset) -> FloatArray:
    """Return what a squared difference in each column of X weighs, (d,).

    A number weighs by its variance among (at most 2,000) training rows, so that differences count in standard
    deviations whatever the scaling; a date counts once, however many inputs it makes; whether a value was missing does
    not count; another category counts as two standard deviations.
    """
    rows = dataset.train_rows
    most = min(_SAMPLE, max(200, _CELLS // dataset.X.shape[1]))
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
    variances = dataset.X[rows].var(axis=0)
    weights: FloatArray = np.divide(1.0, variances, out=np.zeros_like(variances), where=variances > 1e-12)
    for feature in dataset.preprocessor.features:
        columns = dataset.preprocessor.columns_of(feature.name)
        if isinstance(feature, CategoricalFeature):
            weights[columns] = OTHER_CATEGORY**2 / 2  # one input falls by 1, another rises by 1
            continue
        if feature.missing_flag:
            weights[columns.stop - 1] = 0.0
        if isinstance(feature, DateFeature):
            weights[columns] /= feature.width - feature.missing_flag
        elif feature.kind == "boolean":
            weights[columns.start] = (OTHER_CATEGORY * feature.std) ** 2
    return weights


class RowDistances:
    """Distances of some rows of X from an input, over and over, each time for one product of a matrix and a vector.

    Parameters
    ----------
    inputs
        The rows, (m, d).
    weights
        Of squared differences, (d,); 0 for a column that does not count.
    count
        How many columns count: distances are root mean squares over them.
    """

    def __init__(self, inputs: FloatArray, weights: FloatArray, count: int) -> None:
        self._inputs, self._weights, self._count = inputs, weights, max(1, count)
        # About the middle of the rows: squares of numbers far from 0 would leave no digits for their difference.
        self._centre = inputs.mean(axis=0) if len(inputs) else np.zeros_like(weights)
        self._squares = np.einsum("ij,ij,j->i", inputs, inputs, weights)
        self._squares += self._centre @ (weights * self._centre) - 2.0 * (inputs @ (weights * self._centre))

    def to(self, base: FloatArray) -> FloatArray:
        """Return the distances from an input (d,), (m,)."""
        offset = base - self._centre
        weighted = self._weights * offset
        total = self._squares - 2.0 * (self._inputs @ weighted - self._centre @ weighted) + offset @ weighted
        return np.asarray(np.sqrt(np.maximum(total, 0.0) / self._count))
