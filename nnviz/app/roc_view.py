"""ROC curves of each class against the rest, and how far the probabilities can be trusted."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.app.plain_numbers import DASH
from nnviz.app.rows_view import PartAnswers
from nnviz.engine.calibration import Reliability, reliability, wilson_interval
from nnviz.engine.classification_metrics import RocCurve, one_against_rest, predicted_classes, roc_auc, roc_curve
from nnviz.errors import UserError

_DRAWN: Final = 400  # points of a curve: more than there are pixels for
_ROWS_PER_BIN, _MOST_BINS = 15, 10
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ClassCurve:
    """The ROC curve of a class against the rest.

    Attributes
    ----------
    index, name
        The class.
    curve
        All its points.
    area
        Under it; nan where the class has no rows, or all.
    x, y
        Points to draw, a subset in which no corner that can be seen is missing.
    """

    index: int
    name: str
    curve: RocCurve
    area: float
    x: Vector
    y: Vector

    @property
    def area_text(self) -> str:
        """The area as a text."""
        return DASH if np.isnan(self.area) else f"{self.area:.3f}"

    def sentence(self, point: int) -> str:
        """Return a point in words."""
        false, true, threshold = (float(values[point]) for values in self.curve)
        least = "none" if np.isinf(threshold) else f"P({self.name}) at least {threshold:.3f}"
        return f"{self.name}: {least}\nfound {true:.3f} of its rows (TPR)\ntaken in {false:.3f} of the others (FPR)"


@dataclass(frozen=True, slots=True, eq=False)
class RocView:
    """Every class's curve; of two classes that of the second alone.

    Attributes
    ----------
    curves
        One for each class that is shown.
    mean_area
        Mean of the areas that are defined, as a report has it.
    at_half
        Of two classes, the point at which the second is predicted from one half on: (false, true positive rate).
    rows_text
        Which rows these are.
    """

    curves: tuple[ClassCurve, ...]
    mean_area: float
    at_half: tuple[float, float] | None
    rows_text: str

    @property
    def summary(self) -> str:
        """Return which rows these are and the area."""
        area = DASH if np.isnan(self.mean_area) else f"{self.mean_area:.3f}"
        return f"{'mean ' if len(self.curves) > 1 else ''}AUC {area} · {self.rows_text}"


def roc_view(answers: PartAnswers) -> RocView:
    """Return the curves of some rows of a data set with classes."""
    task, deciding = answers.dataset.task, answers.deciding
    _refuse_unless_finite(deciding)
    names = answers.dataset.classes[1:] if task == "binary" else answers.dataset.classes
    first = 1 if task == "binary" else 0
    curves = []
    for place, (scores, belongs) in enumerate(one_against_rest(deciding, answers.target, task)):
        curve = roc_curve(scores, belongs)
        area = roc_auc(scores[:, None], belongs[:, None].astype(np.float64), "binary")
        x, y = _thinned(curve.false_positive_rate, curve.true_positive_rate)
        curves.append(ClassCurve(first + place, names[place], curve, area, x, y))
    at_half = None
    if task == "binary" and not np.isnan(curves[0].area):
        taken, true = predicted_classes(deciding, task) == 1, answers.target[:, 0] > 0.5
        at_half = (float(taken[~true].mean()), float(taken[true].mean()))
    return RocView(tuple(curves), roc_auc(deciding, answers.target, task), at_half, answers.rows_text)


def _thinned(x: Vector, y: Vector) -> tuple[Vector, Vector]:
    """Return the corners of a staircase, of many only so many as can be told apart; nothing where it is undefined."""
    if np.isnan(x).any() or np.isnan(y).any():
        return np.empty(0), np.empty(0)
    kept = np.ones(len(x), dtype=np.bool_)
    kept[1:-1] = np.diff(x, 2) != 0
    kept[1:-1] |= np.diff(y, 2) != 0
    x, y = x[kept], y[kept]
    if len(x) > _DRAWN:
        along = np.cumsum(np.abs(np.diff(x, prepend=0.0)) + np.abs(np.diff(y, prepend=0.0)))
        chosen = np.unique(np.searchsorted(along, np.linspace(0.0, along[-1], _DRAWN)).clip(0, len(x) - 1))
        x, y = x[chosen], y[chosen]
    return x, y


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationView:
    """How often what was stated came true.

    Attributes
    ----------
    bins
        The bins.
    low, high
        The interval of each bin's share, in which it lies in 95 % of samples.
    x_name, y_name
        What is stated, and what came true.
    rows_text
        Which rows these are.
    """

    bins: Reliability
    low: Vector
    high: Vector
    x_name: str
    y_name: str
    rows_text: str

    @property
    def summary(self) -> tuple[str, ...]:
        """The calibration error, the rows and their bins, from wordy to brief."""
        counts = self.bins.counts
        if not len(counts):
            return (self.rows_text,)
        bins = f"{len(counts)} bin{'' if len(counts) == 1 else 's'}"
        each = f"{counts.min():,}" if counts.min() == counts.max() else f"{counts.min():,} to {counts.max():,}"
        error = f"{self.bins.error:.3f}"
        return (
            f"expected calibration error {error} · {self.rows_text} · {bins} of {each}",
            f"expected calibration error {error} · {self.rows_text}",
            f"calibration error {error} · {self.rows_text}",
            f"ECE {error} · {self.rows_text}",
        )

    def sentence(self, index: int) -> str:
        """Return a bin in words."""
        bins = self.bins
        return (
            f"stated {bins.low[index]:.3f} to {bins.high[index]:.3f}, on average {bins.predicted[index]:.3f}\n"
            f"came true {bins.observed[index]:.3f} (95 %: {self.low[index]:.3f} to {self.high[index]:.3f})\n"
            f"{bins.counts[index]:,} row{'' if bins.counts[index] == 1 else 's'}"
        )


def calibration_view(answers: PartAnswers) -> CalibrationView:
    """Return the reliability of some rows of a data set with classes.

    Of two classes it is that of the second one's probability; of several that of the class predicted (Guo, Pleiss, Sun
    and Weinberger, On calibration of modern neural networks, 2017).

    Raises
    ------
    UserError
        If the outputs are no probabilities.
    """
    if not answers.has_probabilities:
        raise UserError(
            "The outputs of this loss are margins, not probabilities: there is nothing to calibrate.",
            "The ROC curves need none.",
        )
    deciding = answers.deciding
    _refuse_unless_finite(deciding)
    if answers.dataset.task == "binary":
        name = answers.dataset.classes[1]
        stated, true = deciding[:, 0], answers.target[:, 0] > 0.5
        names = (f"P({name})", f"share that are {name}")
    else:
        stated, true = deciding.max(axis=1), answers.predicted == answers.truth
        names = ("P(predicted class)", "share found right")
    n_bins = max(1, min(_MOST_BINS, len(stated) // _ROWS_PER_BIN))
    bins = reliability(stated, true, n_bins)
    low, high = wilson_interval(bins.observed, bins.counts)
    return CalibrationView(bins, low, high, *names, answers.rows_text)


def _refuse_unless_finite(numbers: Vector) -> None:
    if not np.isfinite(numbers).all():
        raise UserError("The network's outputs have left the range of numbers.", "Reset it, or go back to an epoch.")
