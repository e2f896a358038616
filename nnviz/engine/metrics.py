"""Figures of merit for classes and for numbers, and METRICS, the registry of all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray
from nnviz.engine.classification_metrics import (
    average_precision,
    balanced_accuracy,
    brier_score,
    confusion_matrix,
    f1,
    log_loss,
    macro,
    precision,
    recall,
    roc_auc,
    weighted,
)

_CLASSES = ("binary", "multiclass")
_quiet = np.errstate(over="ignore", invalid="ignore")  # absurd numbers give infinity or nan, not a warning


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of merit.

    Attributes
    ----------
    name, label
        Key in `METRICS`; the name a person reads.
    formula
        Plain text, over n rows; outputs a, targets y, and k classes or outputs.
    source
        Where the metric comes from.
    tasks
        The tasks it is for: of "binary", "multiclass" and "regression".
    greater_is_better
        Whether a better model has a greater value.
    needs_probabilities
        Whether it means anything only where the outputs are probabilities: from 0 to 1, and of sum 1 over classes.
    function
        ``function(output, target, task) -> float``, from arrays (n, k) as in `hits`; regression targets are (n, k)
        numbers in any unit. nan where the metric is not defined, always so without rows.
    """

    name: str
    label: str
    formula: str
    source: str
    tasks: tuple[str, ...]
    greater_is_better: bool
    needs_probabilities: bool
    function: Callable[[FloatArray, FloatArray, str], float]


def hits(output: FloatArray, target: FloatArray, task: str) -> NDArray[np.bool_]:
    """Return for each row whether its class was found.

    Parameters
    ----------
    output
        Network outputs, (n, k).
    target
        (n, 1) of 0 and 1 for the task "binary"; one-hot (n, k) for "multiclass".
    task
        "binary": the second class is predicted above 0.5. "multiclass": the largest output, the first of equals.

    Returns
    -------
    ndarray of bool, (n,)
    """
    if task == "binary":
        found: NDArray[np.bool_] = (output[:, 0] > 0.5) == (target[:, 0] > 0.5)
        return found
    return np.asarray(output.argmax(axis=1) == target.argmax(axis=1))


def accuracy(output: FloatArray, target: FloatArray, task: str) -> float:
    """Return the share of rows whose class was found: sum [predicted = true] / n; nan without rows.

    Parameters and tasks as in `hits`.
    """
    return float(hits(output, target, task).mean()) if len(output) else float("nan")


@_quiet
def r2_from_sums(residual: FloatArray, total: FloatArray) -> float:
    """Return R2 = mean over outputs of 1 - residual / total, both sums of squares, (k,); nan if any total is 0."""
    return float((1 - residual / total).mean()) if (total > 0).all() else float("nan")


@_quiet
def total_sum_of_squares(target: FloatArray) -> NDArray[np.float64]:
    """Return sum (y - mean y)^2 of each output, (k,), in 64-bit numbers; 0 without rows."""
    wide = np.asarray(target, dtype=np.float64)
    return np.asarray(np.square(wide - wide.mean(axis=0)).sum(axis=0)) if len(wide) else np.zeros(wide.shape[1])


@_quiet
def r2(output: FloatArray, target: FloatArray) -> float:
    """Return the coefficient of determination, R2 = 1 - sum (a - y)^2 / sum (y - mean y)^2, the mean over outputs.

    Arrays are (n, k). nan when there are no rows or an output's target is constant, as its variance is then 0.
    """
    residual = np.square(np.asarray(output, dtype=np.float64) - target).sum(axis=0)
    return r2_from_sums(residual, total_sum_of_squares(target))


@_quiet
def mae(output: FloatArray, target: FloatArray) -> float:
    """Return the mean absolute error, sum |a - y| / (n k), in the unit of the target; nan without rows."""
    return float(np.abs(np.asarray(output, dtype=np.float64) - target).mean()) if len(output) else float("nan")


@_quiet
def rmse(output: FloatArray, target: FloatArray) -> float:
    """Return the root mean squared error, sqrt(sum (a - y)^2 / (n k)), in the unit of the target; nan without rows."""
    error = np.asarray(output, dtype=np.float64) - target
    return float(np.sqrt(np.square(error).mean())) if len(output) else float("nan")


@_quiet
def median_absolute_error(output: FloatArray, target: FloatArray) -> float:
    """Return the median of |a - y|, the mean over outputs, in the unit of the target; nan without rows."""
    error = np.abs(np.asarray(output, dtype=np.float64) - target)
    return float(np.median(error, axis=0).mean()) if len(error) else float("nan")


_PerClass = Callable[[NDArray[np.int64]], NDArray[np.float64]]
_Average = Callable[[NDArray[np.float64], NDArray[np.int64]], float]
_SURVEY = "Sokolova and Lapalme, A systematic analysis of performance measures for classification tasks (2009)"
_PRECISION_AND_RECALL = "Kent, Berry, Luehrs and Perry, Machine literature searching VIII (1955)"
_F1 = "van Rijsbergen, Information retrieval (1979), chapter 7"
_ERRORS = (
    "Willmott and Matsuura, Advantages of the mean absolute error (MAE) over the root mean square error (RMSE) in "
    "assessing average model performance (2005)."
)


def _averaged(per_class: _PerClass, average: _Average, output: FloatArray, target: FloatArray, task: str) -> float:
    confusion = confusion_matrix(output, target, task)
    return average(per_class(confusion), confusion)


def _of_classes(
    name: str,
    label: str,
    formula: str,
    source: str,
    function: Callable[[FloatArray, FloatArray, str], float],
    *,
    greater_is_better: bool = True,
    needs_probabilities: bool = False,
) -> Metric:
    return Metric(name, label, formula, source, _CLASSES, greater_is_better, needs_probabilities, function)


def _of_numbers(
    name: str,
    label: str,
    formula: str,
    source: str,
    function: Callable[[FloatArray, FloatArray], float],
    *,
    greater_is_better: bool = False,
) -> Metric:
    def of_task(output: FloatArray, target: FloatArray, _task: str) -> float:
        return function(output, target)

    return Metric(
        name, label, formula, source, ("regression",), greater_is_better, needs_probabilities=False, function=of_task
    )


_ALL = (
    _of_classes("accuracy", "accuracy", "rows found / n", f"{_SURVEY}.", accuracy),
    _of_classes(
        "balanced_accuracy",
        "balanced accuracy",
        "mean of (rows found / rows) over the classes that have rows",
        "Brodersen, Ong, Stephan and Buhmann, The balanced accuracy and its posterior distribution (2010).",
        balanced_accuracy,
    ),
    *(
        _of_classes(
            f"{name}_{average}",
            f"{label}, {average} mean",
            f"{how} of {formula}",
            f"{source}; means: {_SURVEY}.",
            partial(_averaged, per_class, mean),
        )
        for name, label, formula, source, per_class in (
            (
                "precision",
                "precision",
                "(rows found / rows given to the class)",
                _PRECISION_AND_RECALL,
                precision,
            ),
            ("recall", "recall", "(rows found / rows of the class)", _PRECISION_AND_RECALL, recall),
            ("f1", "F1", "(2 rows found / (rows of the class + rows given to it))", _F1, f1),
        )
        for average, how, mean in (
            ("macro", "mean over classes", macro),
            ("weighted", "mean over classes, weighted by their rows,", weighted),
        )
    ),
    _of_classes(
        "log_loss",
        "log loss",
        "-1/n sum log(a of the true class)",
        "Good, Rational decisions (1952).",
        log_loss,
        greater_is_better=False,
        needs_probabilities=True,
    ),
    _of_classes(
        "brier_score",
        "Brier score",
        "1/n sum (a - y)^2, over all classes if there are more than two",
        "Brier, Verification of forecasts expressed in terms of probability (1950).",
        brier_score,
        greater_is_better=False,
        needs_probabilities=True,
    ),
    _of_classes(
        "roc_auc",
        "area under the ROC curve",
        "pairs (of the class, other) in which the first scores higher / pairs, ties counting half; mean over classes",
        "Hanley and McNeil, The meaning and use of the area under a receiver operating characteristic (ROC) curve "
        "(1982).",
        roc_auc,
    ),
    _of_classes(
        "average_precision",
        "average precision",
        "sum over thresholds (R_i - R_(i-1)) P_i, R recall and P precision; mean over classes",
        "Zhu, Recall, precision and average precision (2004).",
        average_precision,
    ),
    _of_numbers(
        "r2",
        "R²",
        "1 - sum (a - y)^2 / sum (y - mean y)^2",
        "Wright, Correlation and causation (1921).",
        r2,
        greater_is_better=True,
    ),
    _of_numbers("mae", "mean absolute error", "1/(n k) sum |a - y|", _ERRORS, mae),
    _of_numbers("rmse", "root mean squared error", "sqrt(1/(n k) sum (a - y)^2)", _ERRORS, rmse),
    _of_numbers(
        "median_absolute_error",
        "median absolute error",
        "median |a - y|",
        "Rousseeuw, Least median of squares regression (1984).",
        median_absolute_error,
    ),
)

METRICS: Mapping[str, Metric] = MappingProxyType({metric.name: metric for metric in _ALL})
