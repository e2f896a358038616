"""What a cross-validation found: scores of every run, their spread, and what each row was taken for."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nnviz.data.tasks import Task
from nnviz.engine.metrics import METRICS
from nnviz.engine.scores import Scores
from nnviz.run.spread import Spread

Rows = NDArray[np.intp]
_MINUS = "\N{MINUS SIGN}"
_HUGE = 1e9  # of a run gone astray: all its digits say nothing


@dataclass(frozen=True, slots=True, eq=False)
class FoldRun:
    """One training from scratch.

    Attributes
    ----------
    fold, seed
        The fold that was held out, from 0; the seed of weights, shuffling and noise.
    scores
        On the held-out rows; errors of regression in the target's own unit.
    epochs
        Epochs trained.
    diverged
        Why training left the range of the numbers, or "".
    """

    fold: int
    seed: int
    scores: Scores
    epochs: int
    diverged: str


@dataclass(frozen=True, slots=True, eq=False)
class Contender:
    """A model's scores over all folds.

    Attributes
    ----------
    label
        What it is, as a person says it.
    metrics
        By key of `METRICS`: mean, spread and interval.
    """

    label: str
    metrics: Mapping[str, Spread]


@dataclass(frozen=True, slots=True)
class Flip:
    """A row whose held-out prediction depends on the seed.

    Attributes
    ----------
    row
        Index into ``dataset.X``.
    number
        The row of the file, the first after the header being 1.
    truth, predictions
        Its class, and the class that the network of each seed gave it.
    """

    row: int
    number: int
    truth: str
    predictions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """What cross-validation found.

    Attributes
    ----------
    task, classes
        Of the data set; the classes that occur, none for regression.
    folds, seeds, epochs
        As asked for.
    runs
        All networks, by fold, then seed.
    network, linear, constant
        The network and the baselines: logistic or linear regression, and a constant answer.
    rows, numbers
        Indices into ``dataset.X`` of the rows that took part, (n,), and their rows in the file, from 1.
    truth
        Class index, or target in its own unit, (n,).
    predictions
        The same as the network of each seed gave it while it was held out, (seeds, n); nan where a row never was.
    notes
        Sentences that a person should know.
    """

    task: Task
    classes: tuple[str, ...]
    folds: int
    seeds: tuple[int, ...]
    epochs: int
    runs: tuple[FoldRun, ...]
    network: Contender
    linear: Contender
    constant: Contender
    rows: Rows
    numbers: Rows
    truth: NDArray[np.float64]
    predictions: NDArray[np.float64]
    notes: tuple[str, ...]

    @property
    def metric(self) -> str:
        """Key of the metric that the sentence is about."""
        return "r2" if self.task == "regression" else "accuracy"

    @cached_property
    def right(self) -> NDArray[np.float64]:
        """For classes the share of seeds that found each row's class, (n,); nan for regression or a row never asked."""
        if self.task == "regression":
            return np.full(len(self.rows), math.nan)
        return np.asarray(np.where(np.isnan(self.predictions), math.nan, self.predictions == self.truth).mean(axis=0))

    @cached_property
    def row_spread(self) -> NDArray[np.float64]:
        """How far the seeds disagree about each row, (n,); nan for a row never asked.

        Classes: the share of seeds outside the commonest answer. Regression: the standard deviation of the predictions
        (divisor: the seeds less 1; 0 for one seed), in the target's unit.
        """
        if self.task == "regression":
            return np.asarray(self.predictions.std(axis=0, ddof=min(1, len(self.seeds) - 1)))
        votes = np.array([(self.predictions == index).sum(axis=0) for index in range(len(self.classes))])
        return np.where(np.isnan(self.predictions[0]), math.nan, 1 - votes.max(axis=0) / len(self.seeds))

    @cached_property
    def flips(self) -> tuple[Flip, ...]:
        """The rows whose predicted class changes between seeds, in the order of the file; none for regression."""
        if self.task == "regression":
            return ()
        return tuple(
            Flip(
                int(self.rows[at]),
                int(self.numbers[at]),
                self.classes[int(self.truth[at])],
                tuple(self.classes[int(code)] for code in self.predictions[:, at]),
            )
            for at in np.flatnonzero(self.row_spread > 0).tolist()
        )

    @property
    def sentence(self) -> str:
        """Mean and standard deviation of the network and of the linear baseline, and how many rows flip."""
        ours, simple = self.network.metrics[self.metric], self.linear.metrics[self.metric]
        seeds = f"{len(self.seeds)} seed{'s' if len(self.seeds) > 1 else ''}"
        text = (
            f"{METRICS[self.metric].label} {in_words(self.metric, ours)} ({self.folds} folds × {seeds}); "
            f"{self.linear.label} {in_words(self.metric, simple)}"
        )
        if self.task != "regression" and len(self.seeds) > 1:
            text += f"; {len(self.flips):,} of {len(self.rows):,} rows flip"
        return text


def in_words(metric: str, spread: Spread) -> str:
    """Return "0.953 ± 0.021": mean and standard deviation; without the latter where there is only one run."""
    if math.isnan(spread.mean):
        return "no value"
    mean = figure(metric, spread.mean)
    return mean if math.isnan(spread.deviation) else f"{mean} ± {figure(metric, spread.deviation, spread.mean)}"


def interval_in_words(metric: str, spread: Spread) -> str:
    """Return "0.931 to 0.975", the 95 % confidence interval of the mean, or "no value"."""
    if math.isnan(spread.low):
        return "no value"
    return f"{figure(metric, spread.low, spread.mean)} to {figure(metric, spread.high, spread.mean)}"


def figure(metric: str, value: float, beside: float | None = None) -> str:
    """Return a metric's value as it is read: with three decimals, or errors in a unit of their own to four digits.

    Parameters
    ----------
    metric
        Key of `METRICS`.
    value
        What to write.
    beside
        The value that it stands beside and takes the number of decimals from; None: its own.
    """
    if not math.isfinite(value):
        return "no value" if math.isnan(value) else "infinite" if value > 0 else f"{_MINUS}infinite"
    if abs(value) >= _HUGE:
        mantissa, _, power = f"{value:.3g}".partition("e")
        return f"{mantissa}e{int(power)}".replace("-", _MINUS)
    decimals = 3
    if "regression" in METRICS[metric].tasks and metric != "r2":
        size = abs(value if beside is None else beside)
        decimals = min(max(3 - math.floor(math.log10(size)), 0), 12) if 0 < size < math.inf else 3
    return f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", _MINUS)
