"""Neurons of one layer that do the same: identical incoming weights, and outputs that rise and fall together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray

SAME_WEIGHTS = 1e-5  # of the neuron's largest weight: more than rounding drives twins apart, far less than chance
CORRELATION = 0.99
_LEAST_ROWS = 10  # fewer say little: of 4 rows, many neurons agree by chance
_PRODUCTS = 4_000_000_000  # multiplications spent on correlations, about 0.2 s; wide layers look at fewer rows
_NEURONS_AT_ONCE = 1024


def identical_units(block: FloatArray, seed: int = 0) -> list[tuple[int, ...]]:
    """Return groups of neurons whose incoming weights and biases are the same but for rounding.

    Parameters
    ----------
    block
        (n_in + 1, units): weights, and biases as the last row.
    seed
        Of the random direction that the neurons are sorted along.

    Notes
    -----
    Equal columns have equal projections on any direction, so after sorting by one they are neighbours and only
    neighbours need comparing: linear in the weights, where all pairs would be quadratic in the neurons. Chance
    could part two twins by a third neuron between them, never join two that differ.
    """
    direction = np.random.default_rng(seed).standard_normal(len(block)).astype(block.dtype)
    order = np.argsort(direction @ block, kind="stable")
    columns = block[:, order]
    apart = np.abs(np.diff(columns, axis=1)).max(axis=0)
    largest = np.abs(columns).max(axis=0)
    breaks = np.flatnonzero(apart > SAME_WEIGHTS * np.maximum(largest[:-1], largest[1:])) + 1
    groups = [tuple(sorted(group.tolist())) for group in np.split(order, breaks) if len(group) > 1]
    return sorted(groups)


class LookAlikes(NamedTuple):
    """Neurons whose outputs correlate.

    Attributes
    ----------
    units
        Every neuron that has a look-alike, ascending.
    pairs
        Number of pairs.
    spare
        Number of neurons that could be left out, each of which has a look-alike among those that stay.
    closest, correlation
        The most alike pair, and its |r|.
    rows
        Rows looked at.
    """

    units: tuple[int, ...]
    pairs: int
    spare: int
    closest: tuple[int, int]
    correlation: float
    rows: int


def look_alikes(outputs: FloatArray, leave_out: tuple[int, ...] = ()) -> LookAlikes | None:
    """Return the neurons whose outputs over rows correlate with |r| above `CORRELATION`, or None.

    Parameters
    ----------
    outputs
        (n, units).
    leave_out
        Neurons not to look at. Those whose output does not vary are left out too.

    Notes
    -----
    Pearson, Note on regression and inheritance in the case of two parents (1895).
    """
    candidates = np.setdiff1d(np.arange(outputs.shape[1]), leave_out)
    rows = min(len(outputs), max(64, _PRODUCTS // max(1, len(candidates)) ** 2))
    if rows < _LEAST_ROWS or len(candidates) < 2:
        return None
    spread = np.linspace(0, len(outputs) - 1, rows).astype(np.intp)
    standard = outputs[np.ix_(spread, candidates)].astype(np.float64)
    magnitude = np.abs(standard).max(axis=0)
    standard -= standard.mean(axis=0)
    deviation = np.sqrt(np.square(standard).mean(axis=0))
    varies = deviation > 1e-4 * magnitude  # below that, 32-bit rounding makes up the correlation
    candidates = candidates[varies]
    standard = standard[:, varies] / (deviation[varies] * np.sqrt(rows))
    count = len(candidates)
    alike = np.zeros((count, count), dtype=bool)
    closest, highest = (0, 0), 0.0
    for start in range(0, count, _NEURONS_AT_ONCE):
        part = np.abs(standard[:, start : start + _NEURONS_AT_ONCE].T @ standard)
        part[np.arange(len(part)), np.arange(start, start + len(part))] = 0
        alike[start : start + len(part)] = part > CORRELATION
        if part.max() > highest:
            row, column = np.unravel_index(int(part.argmax()), part.shape)
            closest, highest = (start + int(row), int(column)), float(part.max())
    if highest <= CORRELATION:
        return None
    alike |= alike.T  # rounding may have put one of the two just below
    units = candidates[alike.any(axis=0)]
    first, second = sorted(int(candidates[index]) for index in closest)
    pairs = int(alike.sum()) // 2
    return LookAlikes(tuple(units.tolist()), pairs, _spare(alike), (first, second), min(highest, 1.0), rows)


def _spare(alike: NDArray[np.bool_]) -> int:
    """Return how many neurons a look-alike can stand for: each one kept covers all that are like it."""
    covered = np.zeros(len(alike), dtype=bool)
    spare = 0
    for index, row in enumerate(alike):
        if covered[index]:
            spare += 1
        else:
            covered |= row
    return spare
