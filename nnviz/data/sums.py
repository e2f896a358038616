"""Sums over large arrays, in pieces that stay in the processor's cache and bit for bit as ``numpy.sum`` has them."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# Cells of a piece: it and what is worked out from it fit into the cache.
PIECE: Final = 32_768
_UNROLLED: Final = 8


def pairwise_sums(values: Numbers, terms: Callable[[Numbers], Numbers]) -> Numbers:
    """Add up what ``terms`` sums over the columns of pieces of ``values`` (d, n).

    NumPy adds a row up by halves, each a multiple of eight long, down to short stretches (N. J. Higham, The accuracy of
    floating point summation, 1993). Parted at the same places the sum is the same, and no array as long as the row is
    needed for its terms.

    Parameters
    ----------
    values
        Shape (d, n).
    terms
        Takes a piece of the columns and returns its sums along the last axis, shape (..., d).
    """
    length = values.shape[1]
    if values.size <= PIECE or length < 2 * PIECE // 8:
        return terms(values)
    half = length // 2
    half -= half % _UNROLLED
    return np.asarray(pairwise_sums(values[:, :half], terms) + pairwise_sums(values[:, half:], terms))
