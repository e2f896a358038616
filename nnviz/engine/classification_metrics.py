"""How good classes were found: confusion matrix and what follows from it, probabilities, rankings, and their curves."""

import math
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray, IndexArray

Vector: TypeAlias = NDArray[np.float64]
_NAN = float("nan")


def predicted_classes(output: FloatArray, task: str) -> IndexArray:
    """Return the index of the class that each row's outputs stand for, (n,).

    Parameters
    ----------
    output
        Network outputs: (n, 1), the score of the second class, for the task "binary"; (n, k) for "multiclass".
    task
        "binary": 1 above 0.5, else 0. "multiclass": the largest output, the first of equals.

    Raises
    ------
    ValueError
        For any other task, or outputs of another shape.
    """
    _check(output, output, task)
    return (output[:, 0] > 0.5).astype(np.intp) if task == "binary" else output.argmax(axis=1)


def confusion_matrix(output: FloatArray, target: FloatArray, task: str) -> NDArray[np.int64]:
    """Return how many rows of each class were given to each class.

    Parameters
    ----------
    output, target, task
        As in `predicted_classes`; the target is 0 and 1 in the shape of the output, one-hot for "multiclass".

    Returns
    -------
    ndarray of int64, (k, k)
        Row: the true class. Column: the predicted one. k is 2 for "binary".
    """
    _check(output, target, task)
    k = 2 if task == "binary" else output.shape[1]
    cells = predicted_classes(target, task) * k + predicted_classes(output, task)
    return np.bincount(cells, minlength=k * k).reshape(k, k).astype(np.int64)


def precision(confusion: NDArray[np.int64]) -> Vector:
    """Return each class's precision, (k,): the share of the rows given to it that are of it; nan if there are none."""
    return _ratio(np.diag(confusion), confusion.sum(axis=0))


def recall(confusion: NDArray[np.int64]) -> Vector:
    """Return each class's recall, (k,): the share of its rows that were given to it; nan if it has none."""
    return _ratio(np.diag(confusion), confusion.sum(axis=1))


def f1(confusion: NDArray[np.int64]) -> Vector:
    """Return each class's F1, (k,): 2 hits / (its rows + rows given to it); nan if there are none of either.

    It is the harmonic mean of precision and recall where both are defined, and 0 where one is (van Rijsbergen,
    Information Retrieval, 1979, chapter 7).
    """
    return _ratio(2 * np.diag(confusion), confusion.sum(axis=0) + confusion.sum(axis=1))


def macro(values: Vector, confusion: NDArray[np.int64]) -> float:
    """Return the plain mean of (k,) values over the classes that occur in targets or predictions; nan without rows.

    A value that is not defined counts as 0 there: to never predict a class must not raise the mean precision.
    """
    occurs = confusion.sum(axis=0) + confusion.sum(axis=1) > 0
    return float(np.nan_to_num(values)[occurs].mean()) if occurs.any() else _NAN


def weighted(values: Vector, confusion: NDArray[np.int64]) -> float:
    """Return the mean of (k,) values weighted by the classes' numbers of rows, undefined ones as 0; nan if no row."""
    support = confusion.sum(axis=1)
    return float(np.nan_to_num(values) @ support / support.sum()) if support.any() else _NAN


def balanced_accuracy(output: FloatArray, target: FloatArray, task: str) -> float:
    """Return the mean recall of the classes that have rows; nan without rows.

    Source: Brodersen, Ong, Stephan and Buhmann, The balanced accuracy and its posterior distribution (2010).
    """
    recalls = recall(confusion_matrix(output, target, task))
    defined = recalls[~np.isnan(recalls)]
    return float(defined.mean()) if len(defined) else _NAN


def log_loss(output: FloatArray, target: FloatArray, task: str) -> float:
    """Return the mean of -log(probability given to the true class), natural logarithm; nan without rows.

    Source: Good, Rational decisions (1952).

    Notes
    -----
    A probability is first brought into [e, 1 - e], e being the spacing of its dtype's numbers at 1 (2.2e-16 in 64 bits,
    1.2e-7 in 32), so that a wrong answer given with certainty costs -log e and not infinity. The loss of training is
    computed from logits and has no such bound.
    """
    _check(output, target, task)
    if not len(output):
        return _NAN
    least = float(np.finfo(output.dtype).eps) if output.dtype.kind == "f" else float(np.finfo(np.float64).eps)
    wide = np.clip(np.asarray(output, dtype=np.float64), least, 1 - least)
    if task == "binary":
        of_truth = np.where(target[:, 0] > 0.5, wide[:, 0], 1 - wide[:, 0])
    else:
        of_truth = wide[np.arange(len(wide)), target.argmax(axis=1)]
    return float(-np.log(of_truth).mean())


@np.errstate(over="ignore", invalid="ignore")
def brier_score(output: FloatArray, target: FloatArray, task: str) -> float:
    """Return the mean squared distance of the probabilities from the truth; nan without rows.

    Source: Brier, Verification of forecasts expressed in terms of probability (1950). As is usual, the squares of all
    classes are added up for "multiclass" (0 to 2), and only that of the second class is taken for "binary" (0 to 1).
    """
    _check(output, target, task)
    error = np.asarray(output, dtype=np.float64) - target
    return float(np.square(error).sum(axis=1).mean()) if len(output) else _NAN


def one_against_rest(output: FloatArray, target: FloatArray, task: str) -> list[tuple[Vector, NDArray[np.bool_]]]:
    """Return (scores (n,), belongs (n,)) of each class against all others; of the second class alone for "binary"."""
    _check(output, target, task)
    wide = np.asarray(output, dtype=np.float64)
    true = predicted_classes(target, task)
    classes = [1] if task == "binary" else range(output.shape[1])
    return [(wide[:, column], true == index) for column, index in enumerate(classes)]


def roc_auc(output: FloatArray, target: FloatArray, task: str) -> float:
    """Return the area under the ROC curve; for several classes the mean of each against the rest.

    It is the share of pairs (row of the class, other row) in which the first scores higher, ties counting half. That is
    Mann and Whitney's U of mid-ranks over the number of pairs: Hanley and McNeil, The meaning and use of the area under
    a receiver operating characteristic (ROC) curve (1982). A class without rows, or with all rows, has no pairs and is
    left out of the mean; nan when no class is left or a score is nan.
    """
    return _mean_defined([_area(*pair) for pair in one_against_rest(output, target, task)])


def average_precision(output: FloatArray, target: FloatArray, task: str) -> float:
    """Return sum over thresholds of (gain in recall) times precision; for several classes the mean of each.

    Source: Zhu, Recall, precision and average precision (2004). A class without rows is left out of the mean; nan when
    no class is left or a score is nan.
    """
    return _mean_defined([_average_precision(*pair) for pair in one_against_rest(output, target, task)])


class RocCurve(NamedTuple):
    """Points of an ROC curve, (m + 1,) each, from (0, 0) at the threshold infinity to (1, 1) at the lowest score.

    A rate is nan throughout when there are no rows to take it of. Source: Fawcett, An introduction to ROC analysis
    (2006).
    """

    false_positive_rate: Vector
    true_positive_rate: Vector
    thresholds: Vector


class PrecisionRecallCurve(NamedTuple):
    """Points of a precision-recall curve, (m + 1,) each, recall rising from 0 (precision 1 by convention) to 1.

    The recall is nan throughout when no row is of the class. Source: Davis and Goadrich, The relationship between
    precision-recall and ROC curves (2006).
    """

    recall: Vector
    precision: Vector
    thresholds: Vector


class CalibrationCurve(NamedTuple):
    """For each bin of probabilities that has rows: their mean, the share of rows of the class, the number of rows.

    Source: DeGroot and Fienberg, The comparison and evaluation of forecasters (1983).
    """

    predicted: Vector
    observed: Vector
    counts: NDArray[np.int64]


def roc_curve(scores: FloatArray, belongs: NDArray[np.bool_]) -> RocCurve:
    """Return the rates at which rows of the class, and others, score at least each of the m distinct scores.

    Parameters
    ----------
    scores
        (n,), none nan: see `one_against_rest`.
    belongs
        (n,): whether the row is of the class.
    """
    thresholds, true, false = _at_thresholds(scores, belongs)
    rates = [
        np.concatenate([[0.0], count / count[-1]]) if _last(count) else _undefined(count) for count in (false, true)
    ]
    return RocCurve(rates[0], rates[1], np.concatenate([[np.inf], thresholds]))


def precision_recall_curve(scores: FloatArray, belongs: NDArray[np.bool_]) -> PrecisionRecallCurve:
    """Return precision and recall when rows that score at least each of the m distinct scores are given to the class.

    Parameters as in `roc_curve`.
    """
    thresholds, true, false = _at_thresholds(scores, belongs)
    recalls = np.concatenate([[0.0], true / true[-1]]) if _last(true) else _undefined(true)
    precisions = np.concatenate([[1.0], true / (true + false)])
    return PrecisionRecallCurve(recalls, precisions, np.concatenate([[np.inf], thresholds]))


def calibration_curve(probabilities: FloatArray, belongs: NDArray[np.bool_], bins: int = 10) -> CalibrationCurve:
    """Return how often rows were of the class, by bins of equal width of the probability they were given.

    Parameters
    ----------
    probabilities
        (n,) from 0 to 1. A bin holds its upper edge, the first one also 0.
    belongs
        (n,): whether the row is of the class.
    bins
        Number of bins, at least 1.
    """
    wide = np.asarray(probabilities, dtype=np.float64)
    bin_of_row = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], wide)
    counts = np.bincount(bin_of_row, minlength=bins)
    used = counts > 0
    sums = [np.bincount(bin_of_row, weights=values, minlength=bins)[used] for values in (wide, belongs)]
    return CalibrationCurve(sums[0] / counts[used], sums[1] / counts[used], counts[used].astype(np.int64))


def _check(output: FloatArray, target: FloatArray, task: str) -> None:
    if task not in ("binary", "multiclass") or output.ndim != 2 or (task == "binary" and output.shape[1] != 1):
        raise ValueError(f"no classes in outputs of shape {output.shape} for the task {task!r}")
    if output.shape != target.shape:
        raise ValueError(f"outputs of shape {output.shape} cannot be compared with targets of shape {target.shape}")


def _ratio(hits: NDArray[np.int64], of: NDArray[np.int64]) -> Vector:
    share = np.full(len(of), _NAN)
    np.divide(hits, of, out=share, where=of > 0)
    return share


def _mean_defined(values: list[float]) -> float:
    defined = [value for value in values if not math.isnan(value)]
    return sum(defined) / len(defined) if defined else _NAN


def _at_thresholds(
    scores: FloatArray, belongs: NDArray[np.bool_]
) -> tuple[Vector, NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct scores, falling, and how many rows of the class and others score at least each; (m,) each."""
    wide = np.asarray(scores, dtype=np.float64)
    order = np.argsort(-wide)
    falling = wide[order]
    ends = np.ones(len(falling), dtype=bool)
    np.not_equal(falling[1:], falling[:-1], out=ends[:-1])
    last_of_equals = np.flatnonzero(ends)
    true = np.cumsum(belongs[order], dtype=np.int64)[last_of_equals]
    return falling[last_of_equals], true, last_of_equals + 1 - true


def _last(counts: NDArray[np.int64]) -> int:
    return int(counts[-1]) if len(counts) else 0


def _undefined(counts: NDArray[np.int64]) -> Vector:
    return np.full(len(counts) + 1, _NAN)


def _area(scores: Vector, belongs: NDArray[np.bool_]) -> float:
    _, true, false = _at_thresholds(scores, belongs)
    pairs = _last(true) * _last(false)
    if not pairs or np.isnan(scores).any():
        return _NAN
    # Whole numbers up to the division, so that the area is exact: of each group of ties, the other rows times twice the
    # rows of the class that score higher, and once those that score the same.
    twice = np.diff(false, prepend=0) @ (true + np.append(0, true[:-1]))
    return float(twice) / (2 * pairs)


def _average_precision(scores: Vector, belongs: NDArray[np.bool_]) -> float:
    _, true, false = _at_thresholds(scores, belongs)
    if not _last(true) or np.isnan(scores).any():
        return _NAN
    return float(np.diff(true, prepend=0) @ (true / (true + false)) / true[-1])
