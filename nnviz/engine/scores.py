"""Scores: every metric that suits a task, the confusion matrix and the figures of each class, for one set of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray
from nnviz.engine.classification_metrics import confusion_matrix, f1, precision, recall
from nnviz.engine.metrics import METRICS


@dataclass(frozen=True, slots=True)
class ClassReport:
    """How well one class was found.

    Attributes
    ----------
    support
        Number of rows of the class.
    precision
        Share of the rows given to the class that are of it; nan when none was.
    recall
        Share of the rows of the class that were given to it; nan when there are none.
    f1
        Harmonic mean of the two, 0 when just one is defined; nan when neither is.
    """

    support: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """How good outputs are, by every measure that suits the task.

    Attributes
    ----------
    task
        "binary", "multiclass" or "regression".
    n_rows
        Number of rows judged.
    values
        Value by name of `METRICS`, in its order: the metrics of the task, without those that need probabilities where
        there are none. nan where a metric is not defined (see its function).
    confusion
        Rows of each class (row) given to each class (column), (k, k) of int64, read-only; (0, 0) for regression.
    classes
        A report per class; empty for regression.
    """

    task: str
    n_rows: int
    values: Mapping[str, float]
    confusion: NDArray[np.int64]
    classes: tuple[ClassReport, ...]


def score(output: FloatArray, target: FloatArray, task: str, *, probabilities: bool = True) -> Scores:
    """Judge outputs by every metric of `METRICS` that suits them.

    Parameters
    ----------
    output
        Network outputs: (n, 1), the score of the second class, for the task "binary"; (n, k) for "multiclass" and
        "regression".
    target
        In the shape of the output: 0 and 1, one-hot, or numbers. Errors of regression come in the unit of both.
    task
        One of the above.
    probabilities
        Whether outputs of classes are probabilities, as those of sigmoid (binary) and softmax are.

    Raises
    ------
    ValueError
        For an unknown task, or arrays whose shapes do not go with it or with each other.
    """
    if not any(task in metric.tasks for metric in METRICS.values()):
        raise ValueError(f"unknown task {task!r}")
    if output.ndim != 2 or output.shape != target.shape:
        raise ValueError(f"outputs of shape {output.shape} cannot be judged by targets of shape {target.shape}")
    values = {
        name: metric.function(output, target, task)
        for name, metric in METRICS.items()
        if task in metric.tasks and (probabilities or not metric.needs_probabilities)
    }
    has_classes = task != "regression"
    confusion = confusion_matrix(output, target, task) if has_classes else np.zeros((0, 0), dtype=np.int64)
    confusion.flags.writeable = False
    return Scores(task, len(output), MappingProxyType(values), confusion, class_reports(confusion))


def class_reports(confusion: NDArray[np.int64]) -> tuple[ClassReport, ...]:
    """Return the report of each class of a confusion matrix, (k, k), rows true and columns predicted."""
    columns = (
        confusion.sum(axis=1).tolist(),
        precision(confusion).tolist(),
        recall(confusion).tolist(),
        f1(confusion).tolist(),
    )
    return tuple(ClassReport(*row) for row in zip(*columns, strict=True))
