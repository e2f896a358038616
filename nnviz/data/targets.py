"""A target column's classes, or its scale."""

from collections import Counter
from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from nnviz.data.table import DATE_KINDS, NUMERIC_KINDS, Column
from nnviz.data.tasks import Task
from nnviz.errors import UserError


def class_names(column: Column, task: Task) -> tuple[str, ...]:
    """Return the classes of a target column in order: numbers by size, text by letter.

    Raises
    ------
    UserError
        If there are not two classes, or more than two for the binary task.
    """
    ordered = Column(column.name, column.kind, column.unique(), column.note, column.words)
    names = tuple(dict.fromkeys(ordered.labels().tolist()))
    if len(names) < 2:
        raise UserError(
            f"The target {column.name} is constant: every row has the same value.", "Choose another target."
        )
    if task == "binary" and len(names) != 2:
        raise UserError(f"The target {column.name} has {len(names)} classes, not two.", "Choose the multi-class task.")
    if task == "multiclass" and len(names) == 2:
        raise UserError(f"The target {column.name} has only two classes.", "Choose the binary task.")
    return names


def target_scale(column: Column) -> tuple[float, float]:
    """Return mean and standard deviation of a target to be predicted as a number.

    Raises
    ------
    UserError
        If it holds text or is constant.
    """
    if column.kind not in NUMERIC_KINDS and column.kind not in DATE_KINDS:
        raise UserError(f"The target {column.name} holds text, so there is no number to predict.", "Choose classes.")
    values = column.numbers()
    mean = float(values.mean())
    std = float(np.sqrt(np.mean((values - mean) ** 2)))
    if std == 0 or values.max() == values.min():
        raise UserError(
            f"The target {column.name} is constant: every row has the same value.", "Choose another target."
        )
    return mean, std


def class_codes(column: Column, classes: Sequence[str]) -> NDArray[np.intp]:
    """Return the index in ``classes`` of each value's label, -1 where missing or unknown; shape (n,)."""
    places: dict[str | None, int] = {name: i for i, name in enumerate(classes)}
    if column.kind in ("string", "empty"):
        labels = column.values.tolist()
        return np.fromiter(map(places.get, labels, repeat(-1)), dtype=np.intp, count=len(labels))
    # Writing a million numbers as text to look each of them up would take seconds.
    different, inverse = _different(column)
    codes = np.array([places.get(label, -1) for label in different.labels().tolist()], dtype=np.intp)
    return np.asarray(codes[inverse])


def label_counts(column: Column) -> Counter[str]:
    """Return how often each label occurs, the missing one not counted."""
    if column.kind in ("string", "empty"):
        counts = Counter(column.values.tolist())
        counts.pop(None, None)
        return counts
    different, inverse = _different(column)
    found: Counter[str] = Counter()
    for label, count in zip(different.labels().tolist(), np.bincount(inverse).tolist(), strict=True):
        if label is not None:
            found[label] += count
    return found


def _different(column: Column) -> tuple[Column, NDArray[np.intp]]:
    """Return the different values, the missing one too, and the place of each row's value among them."""
    values, inverse = np.unique(column.values, return_inverse=True)
    return Column(column.name, column.kind, values, column.note, column.words), inverse.reshape(-1)
