"""Array types shared by the engine's modules, and what one call of a step plan is."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.floating[Any]]
IndexArray: TypeAlias = NDArray[np.intp]
BoolArray: TypeAlias = NDArray[np.bool_]
FloatDType: TypeAlias = np.dtype[np.floating[Any]]

# A bound NumPy function and its positional arguments, output array included: running it looks nothing up and allocates
# nothing. Keyword arguments would cost a tenth of a microsecond each.
Call: TypeAlias = tuple[Callable[..., object], tuple[object, ...]]

# A chain of calls over more numbers than this is made block by block, so that what one call writes is still in the
# processor's cache for the next: an update works on about six vectors of this length at a time.
BLOCK = 16_384


def constant(value: float, like: FloatArray) -> FloatArray:
    """Return `value` as a 0-d array of the dtype of `like`: a ufunc takes it faster than a Python number."""
    return np.asarray(value, dtype=like.dtype)
