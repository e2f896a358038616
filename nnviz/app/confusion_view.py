"""A confusion matrix as numbers and texts: counts, shares of rows and of columns, and the figures of each class."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nnviz.app.plain_numbers import DASH
from nnviz.app.rows_view import PartAnswers
from nnviz.engine.classification_metrics import confusion_matrix
from nnviz.engine.scores import ClassReport, class_reports

Measure = Literal["count", "row", "column"]
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
FIGURES: Final = ("precision", "recall", "F1", "rows")


@dataclass(frozen=True, slots=True, eq=False)
class ConfusionView:
    """How the classes of some rows were taken for one another.

    Attributes
    ----------
    classes
        Names, (k,).
    counts
        Rows of each class (row) given to each class (column), (k, k).
    reports
        The figures of each class.
    accuracy
        Share of the rows whose class was found.
    rows_text
        Which rows these are.
    epoch, step
        When.
    """

    classes: tuple[str, ...]
    counts: NDArray[np.int64]
    reports: tuple[ClassReport, ...]
    accuracy: float
    rows_text: str
    epoch: int
    step: int

    @property
    def size(self) -> int:
        """Number of classes."""
        return len(self.classes)

    @property
    def row_shares(self) -> NDArray[np.float64]:
        """Share of each class's rows that were given to each class, (k, k); 0 for a class without rows."""
        return self._shares(axis=1)

    def shares(self, measure: Measure) -> NDArray[np.float64]:
        """Return the share of its row, or of its column, that each cell has, (k, k); of all rows for "count"."""
        if measure == "count":
            return self.counts / max(1, int(self.counts.sum()))
        return self._shares(axis=1 if measure == "row" else 0)

    def _shares(self, axis: int) -> NDArray[np.float64]:
        return np.asarray(self.counts / np.maximum(self.counts.sum(axis=axis, keepdims=True), 1))

    def cell_text(self, true: int, guessed: int, measure: Measure) -> str:
        """Return what stands in a cell: a count, or a share in per cent."""
        count = int(self.counts[true, guessed])
        if measure == "count":
            return brief_count(count)
        total = int(self.counts.sum(axis=1 if measure == "row" else 0)[true if measure == "row" else guessed])
        return percent(count / total) if total else DASH

    def cell_sentence(self, true: int, guessed: int) -> str:
        """Return a cell in words: "is A, predicted B: 3 rows, 4 % of A's rows, 4.3 % of those predicted B"."""
        count = int(self.counts[true, guessed])
        words = [
            f"is {self.classes[true]}, predicted {self.classes[guessed]}: {count:,} row{'' if count == 1 else 's'}"
        ]
        of_row, of_column = int(self.counts[true].sum()), int(self.counts[:, guessed].sum())
        if of_row:
            words.append(f"{percent(count / of_row)} of the {of_row:,} that are {self.classes[true]}")
        if of_column:
            words.append(f"{percent(count / of_column)} of the {of_column:,} predicted {self.classes[guessed]}")
        return ", ".join(words)

    def figures(self, index: int) -> tuple[str, ...]:
        """Return a class's precision, recall, F1 and number of rows as texts, in the order of ``FIGURES``."""
        found = self.reports[index]
        shares = (found.precision, found.recall, found.f1)
        return (*(DASH if np.isnan(share) else f"{share:.3f}" for share in shares), f"{found.support:,}")

    @property
    def summary(self) -> str:
        """Return which rows these are and how many were right."""
        right = int(np.trace(self.counts))
        return f"{self.rows_text} · {right:,} right, {percent(self.accuracy)}" if self.counts.any() else self.rows_text


def confusion_view(answers: PartAnswers) -> ConfusionView:
    """Return the matrix of some rows of a data set with classes."""
    result = answers.result
    counts = confusion_matrix(answers.deciding, answers.target, answers.dataset.task)
    n_rows = int(counts.sum())
    return ConfusionView(
        classes=answers.dataset.classes,
        counts=counts,
        reports=class_reports(counts),
        accuracy=int(np.trace(counts)) / n_rows if n_rows else float("nan"),
        rows_text=answers.rows_text,
        epoch=result.epoch,
        step=result.step,
    )


def brief_count(count: int) -> str:
    """Return a count in at most four figures or so: 950, 1,234, 12k, 1.5M."""
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1e3:.0f}k" if count < 1_000_000 else f"{count / 1e6:.1f}M"


def percent(share: float) -> str:
    """Return a share in per cent: whole from 10 % on, else with one decimal; never 0 or 100 for what is not."""
    value = 100 * share
    if value in (0.0, 100.0):
        return f"{value:.0f} %"
    if value >= 99.5:
        return f"{min(value, 99.9):.1f} %"
    return f"{value:.0f} %" if value >= 9.95 else f"{max(value, 0.1):.1f} %"
