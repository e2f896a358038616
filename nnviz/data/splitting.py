"""Which rows train and which validate: decided before anything is fitted."""

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


def split_rows(
    n_rows: int, fraction: float, rng: np.random.Generator, classes: Rows | None = None
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

    Returns
    -------
    tuple
        Training rows and validation rows. The training set is never empty; the validation set is empty only if
        ``fraction`` is 0 or a row cannot be spared.
    """
    wanted = min(max(round(fraction * n_rows), 1), n_rows - 1) if fraction > 0 else 0
    if wanted == 0:
        return np.arange(n_rows), np.empty(0, dtype=np.intp)
    chosen = rng.permutation(n_rows)[:wanted] if classes is None else _stratified(classes, wanted, fraction, rng)
    mask = np.zeros(n_rows, dtype=np.bool_)
    mask[chosen] = True
    return np.flatnonzero(~mask), np.flatnonzero(mask)


def _stratified(classes: Rows, wanted: int, fraction: float, rng: np.random.Generator) -> Rows:
    """Give each class its share, the left-over places by largest remainder (ties at random)."""
    members = [rng.permutation(np.flatnonzero(classes == label)) for label in np.unique(classes)]
    shares = np.array([fraction * len(rows) for rows in members])
    room = np.array([len(rows) - 1 for rows in members])
    counts = np.minimum(np.floor(shares).astype(np.intp), room)
    order = np.lexsort((rng.random(len(members)), -(shares - np.floor(shares))))
    while counts.sum() < min(wanted, room.sum()):
        for i in order:
            if counts.sum() < wanted and counts[i] < room[i]:
                counts[i] += 1
    return np.concatenate([rows[:count] for rows, count in zip(members, counts, strict=True)])
