"""Mean, spread and confidence interval of a score that was measured on several folds with several seeds."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


@dataclass(frozen=True, slots=True)
class Spread:
    """A score over folds and seeds; nan where it is not defined.

    Attributes
    ----------
    mean
        Over all runs whose score is defined.
    deviation
        Standard deviation over the same runs (divisor: their number less 1): how much one run differs from another.
    error
        Standard error of the mean, which allows for folds that share training rows; see `spread_of`.
    low, high
        95 % confidence interval of the mean, within what the score can be.
    runs
        How many runs have a defined score.
    """

    mean: float
    deviation: float
    error: float
    low: float
    high: float
    runs: int


def spread_of(values: NDArray[np.float64], lowest: float = -math.inf, highest: float = math.inf) -> Spread:
    """Summarise the scores of a cross-validation.

    Parameters
    ----------
    values
        (folds, seeds), nan where a score is not defined.
    lowest, highest
        What the score can be; the interval is cut there.

    Notes
    -----
    Two folds share most of their training rows, so that their scores are not independent and the usual standard error
    is too small. The variance between the folds' means over the seeds is therefore multiplied by 1/k + 1/(k - 1)
    instead of 1/k for k folds: Nadeau and Bengio, Inference for the generalization error (2003), with 1/(k - 1) for
    test rows over training rows. The interval takes Student's t of k - 1 degrees of freedom.
    """
    defined = values[~np.isnan(values)]
    runs = len(defined)
    mean = float(defined.mean()) if runs else math.nan
    deviation = float(defined.std(ddof=1)) if runs > 1 else math.nan
    of_folds = np.array([fold[~np.isnan(fold)].mean() for fold in values if not np.isnan(fold).all()])
    folds = len(of_folds)
    if folds < 2:
        return Spread(mean, deviation, math.nan, math.nan, math.nan, runs)
    error = math.sqrt((1 / folds + 1 / (folds - 1)) * float(of_folds.var(ddof=1)))
    reach = student_t(CONFIDENCE, folds - 1) * error
    return Spread(mean, deviation, error, max(mean - reach, lowest), min(mean + reach, highest), runs)


def student_t(confidence: float, freedom: int) -> float:
    """Return the t for which Student's distribution has the probability `confidence` between -t and t.

    Parameters
    ----------
    confidence
        Above 0 and below 1.
    freedom
        Degrees of freedom, at least 1.

    Notes
    -----
    With t = sqrt(freedom) tan(a) the density becomes a power of a cosine (Student, The probable error of a mean, 1908),
    which is integrated by Gauss and Legendre's rule; the angle is found by halving.
    """
    log_factor = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - math.log(math.pi) / 2

    def between(angle: float) -> float:
        cosines = np.cos(angle * (_NODES + 1) / 2)
        return float(angle * (_WEIGHTS @ np.exp(log_factor + (freedom - 1) * np.log(cosines))))

    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if between(middle) < confidence else (low, middle)
    return math.sqrt(freedom) * math.tan((low + high) / 2)
