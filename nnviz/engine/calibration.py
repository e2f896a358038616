"""How far stated probabilities can be trusted: reliability by bins of equal count, and the calibration error."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray

Vector = NDArray[np.float64]
EXPECTED_CALIBRATION_ERROR = (
    "Expected calibration error, sum over bins of (rows / n) |share found - mean probability|: Naeini, Cooper and"
    " Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning (2015); bins of equal count: Nguyen"
    " and O'Connor, Posterior calibration and exploratory analysis for natural language processing models (2015)."
)


class Reliability(NamedTuple):
    """For each bin of rows with similar probabilities, lowest first, (bins,) each.

    Attributes
    ----------
    predicted, observed
        Mean probability; share of the rows for which the event came true.
    counts
        Number of rows.
    low, high
        Lowest and highest probability in the bin.

    Notes
    -----
    DeGroot and Fienberg, The comparison and evaluation of forecasters (1983).
    """

    predicted: Vector
    observed: Vector
    counts: NDArray[np.int64]
    low: Vector
    high: Vector

    @property
    def error(self) -> float:
        """The expected calibration error, see `EXPECTED_CALIBRATION_ERROR`; nan without rows."""
        total = int(self.counts.sum())
        if not total:
            return float("nan")
        return float((self.counts * np.abs(self.observed - self.predicted)).sum() / total)


def reliability(probabilities: FloatArray, came_true: NDArray[np.bool_], bins: int = 10) -> Reliability:
    """Return how often events came true, by bins of equal numbers of rows.

    Parameters
    ----------
    probabilities
        (n,) from 0 to 1: what was stated.
    came_true
        (n,): whether it happened.
    bins
        How many bins, at least 1. Rows of the same probability share a bin, so that there may be fewer.
    """
    order = np.argsort(probabilities, kind="stable")
    stated = np.asarray(probabilities, dtype=np.float64)[order]
    if not len(stated):
        nothing = np.empty(0)
        return Reliability(nothing, nothing, np.empty(0, np.int64), nothing, nothing)
    starts = np.arange(bins) * len(stated) // bins
    starts = np.unique(np.searchsorted(stated, stated[starts], side="left"))
    ends = np.append(starts[1:], len(stated))
    counts = ends - starts
    sums = [np.add.reduceat(values, starts) for values in (stated, np.asarray(came_true, np.float64)[order])]
    return Reliability(sums[0] / counts, sums[1] / counts, counts.astype(np.int64), stated[starts], stated[ends - 1])


def wilson_interval(share: Vector, counts: NDArray[np.int64], z: float = 1.959964) -> tuple[Vector, Vector]:
    """Return the ends of the interval in which a share of so many rows lies, by default in 95 % of samples; (n,) each.

    Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    n = np.maximum(counts, 1).astype(np.float64)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
