"""A target column's classes, or its scale."""

import numpy as np

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
