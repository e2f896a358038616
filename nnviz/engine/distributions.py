"""How numbers are spread: counts by bins and quantiles, from one sorting of them."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

QUANTILES: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def spread(values: NDArray[Any], edges: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return counts and quantiles of finite numbers.

    Parameters
    ----------
    values
        Any shape, n numbers in all.
    edges
        (bins + 1,), ascending. A bin holds its lower edge; what lies outside is counted in the first or the last bin.

    Returns
    -------
    tuple
        Counts, (bins,), and the values at the ``QUANTILES``, (7,): of an even number in the middle the lower one. All 0
        and nan without numbers.
    """
    ordered = np.sort(values, axis=None)
    n = len(ordered)
    if not n:
        return np.zeros(len(edges) - 1, np.int64), np.full(len(QUANTILES), np.nan)
    ends = np.searchsorted(ordered, edges[1:-1].astype(ordered.dtype), side="left")
    counts = np.diff(ends, prepend=0, append=n)
    places = [int((n - 1) * share) for share in QUANTILES]
    return counts.astype(np.int64), ordered[places].astype(np.float64)
