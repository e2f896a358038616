"""Which rows train and which validate: decided before anything is fitted."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


def split_rows(
    n_rows: int,
    fraction: float,
    rng: np.random.Generator,
    classes: Rows | None = None,
    groups: Rows | None = None,
) -> tuple[Rows, Rows]:
    """Split ``0 .. n_rows - 1`` into training and validation rows, each in ascending order.

    Parameters
    ----------
    n_rows
        At least 1.
    fraction
        Share of the validation rows, 0 to below 1.
    rng
        The only source of chance.
    classes
        Class index of each row, shape (n_rows,): the split is then stratified. A class with one row trains, and every
        class keeps at least one training row.
    groups
        A number for each row, shape (n_rows,): rows with the same number stay on one side. The validation part may
        then be smaller than asked for. A group counts as its first row's class.

    Returns
    -------
    tuple
        Training rows and validation rows. The training set is never empty; the validation set is empty only if
        ``fraction`` is 0 or a row (with groups: a group of at most half the rows) cannot be spared.
    """
    wanted = min(max(round(fraction * n_rows), 1), n_rows - 1) if fraction > 0 else 0
    if wanted == 0:
        return np.arange(n_rows), np.empty(0, dtype=np.intp)
    chosen: NDArray[np.integer[Any]]
    if groups is not None:
        chosen = _grouped(groups, classes, wanted, fraction, rng)
    else:
        chosen = _shuffled(n_rows, rng)[:wanted] if classes is None else _stratified(classes, wanted, fraction, rng)
    mask = np.zeros(n_rows, dtype=np.bool_)
    mask[chosen] = True
    return np.flatnonzero(~mask), np.flatnonzero(mask)


def _shuffled(n_rows: int, rng: np.random.Generator) -> NDArray[np.integer[Any]]:
    """Return what ``rng.permutation`` would, in half the memory: millions of rows then stay in the cache."""
    order: NDArray[np.integer[Any]] = np.arange(n_rows, dtype=np.int32 if n_rows < 2**31 else np.int64)
    rng.shuffle(order)
    return order


def _stratified(classes: Rows, wanted: int, fraction: float, rng: np.random.Generator) -> Rows:
    """Give each class its share of the validation rows."""
    members = [rng.permutation(rows) for rows in _members(classes)]
    room = np.array([len(rows) - 1 for rows in members])
    counts = _quotas([len(rows) for rows in members], room, wanted, fraction, rng)
    return np.concatenate([rows[:count] for rows, count in zip(members, counts, strict=True)])


def _members(classes: Rows) -> list[Rows]:
    """Return the rows of each class, ascending, the classes in order."""
    order = np.argsort(classes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(classes[order])) + 1)


def _quotas(sizes: Sequence[int], room: Rows, wanted: int, fraction: float, rng: np.random.Generator) -> Rows:
    """Return how many validation rows each class gives: its share, left-over places by largest remainder.

    Ties are broken at random; ``room`` is the most that each class can give.
    """
    shares = np.array([fraction * size for size in sizes])
    counts = np.minimum(np.floor(shares).astype(np.intp), room)
    order = np.lexsort((rng.random(len(sizes)), -(shares - np.floor(shares))))
    while counts.sum() < min(wanted, room.sum()):
        for i in order:
            if counts.sum() < wanted and counts[i] < room[i]:
                counts[i] += 1
    return np.asarray(counts, dtype=np.intp)


def _grouped(groups: Rows, classes: Rows | None, wanted: int, fraction: float, rng: np.random.Generator) -> Rows:
    """Choose whole groups, class by class, until each class has given its share or no group fits any more."""
    _, first, place, sizes = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    place = place.reshape(-1)
    of_class = np.zeros(len(first), dtype=np.intp) if classes is None else classes[first]
    members = [rng.permutation(units) for units in _members(of_class)]
    totals = [int(sizes[units].sum()) for units in members]
    # Every class keeps a group for training: at most all but its smallest can go.
    room = np.array([total - int(sizes[units].min()) for units, total in zip(members, totals, strict=True)])
    counts = _quotas(totals, room, wanted, fraction, rng)
    taken = np.zeros(len(first), dtype=np.bool_)
    for units, count in zip(members, counts.tolist(), strict=True):
        taken[units[_fitting(sizes[units], count)]] = True
    if not taken.any():
        spare = [unit for units in members if len(units) > 1 for unit in units.tolist()]
        smallest = min(spare, key=lambda unit: int(sizes[unit]), default=None)
        if smallest is not None and 2 * sizes[smallest] <= len(groups):
            taken[smallest] = True
    return np.flatnonzero(taken[place])


def _fitting(sizes: Rows, quota: int) -> NDArray[np.bool_]:
    """Mark groups in order, skipping those too large for what is left of ``quota`` rows."""
    fits = np.cumsum(sizes) <= quota
    left = quota - int(sizes[fits].sum())
    for i in np.flatnonzero(~fits).tolist():
        if left == 0:
            break
        if sizes[i] <= left:
            fits[i] = True
            left -= int(sizes[i])
    return fits
