"""Exponential smoothing of a curve, without a loop over its entries."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
# A curve is smoothed over at most this many entries, whatever its length.
MOST_ENTRIES = 4_096


def smoothed(values: FloatArray, weight: float) -> NDArray[np.float64]:
    r"""Return the exponential moving average of a series, corrected for its beginning.

    .. math:: s_k = \frac{\sum_{j \le k} w^{k - j} y_j}{\sum_{j \le k} w^{k - j}}

    Values that are not finite count neither above nor below; where none has come yet the average is nan.

    Parameters
    ----------
    values
        One an entry, (n,).
    weight
        What each entry keeps of those before it, from 0 (nothing is smoothed) to below 1.

    Notes
    -----
    The correction is that of Adam's moments (Kingma and Ba, "Adam: a method for stochastic optimization", 2015). The
    sums are taken by recursive doubling (Hillis and Steele, "Data parallel algorithms", 1986): log2 n passes over
    whole arrays.

    Raises
    ------
    ValueError
        For a weight outside 0 to below 1.
    """
    if not 0 <= weight < 1:
        raise ValueError(f"a weight must be from 0 to below 1, not {weight}")
    finite = np.isfinite(values)
    sums = np.stack((np.where(finite, values, 0.0), finite.astype(np.float64)))
    reach, factor = 1, weight
    while reach < sums.shape[1] and factor > 1e-12:
        sums[:, reach:] += factor * sums[:, :-reach].copy()
        reach, factor = 2 * reach, factor * factor
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(sums[1] > 0, sums[0] / sums[1], np.nan))


def few_entries(places: NDArray[Any], values: FloatArray) -> tuple[NDArray[Any], FloatArray]:
    """Return a series short enough to be smoothed at every picture: the means of 2, 4, 8 or more entries each.

    The last entries that do not fill such a group are left out.

    Parameters
    ----------
    places, values
        On the horizontal axis, ascending, and the series, (n,).
    """
    size = 1
    while len(values) // size > MOST_ENTRIES:
        size *= 2
    if size == 1:
        return places, values
    count = len(values) // size
    with np.errstate(invalid="ignore", over="ignore"):
        means = values[: count * size].reshape(count, size).mean(axis=1)
    return places[size - 1 : count * size : size], means
