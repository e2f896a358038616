"""Which rows the tabs look at, and what follows from the network's answers to them; pure functions."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nnviz.app.report import judge_rows
from nnviz.data.dataset import Dataset
from nnviz.engine.activations import PROBABILITIES
from nnviz.engine.classification_metrics import predicted_classes
from nnviz.engine.losses import decision_scores
from nnviz.engine.mlp import MLPConfig
from nnviz.engine.scores import Scores
from nnviz.run.watch import RowsProbe, RowsResult

Part = Literal["validation", "train"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
MOST_ROWS: Final = 20_000  # of a sample: its shares are within one percentage point of those of all rows
Rows = NDArray[np.intp]


def gives_probabilities(config: MLPConfig) -> bool:
    """Whether a network for classes has probabilities for outputs."""
    return config.layers[-1].activation in PROBABILITIES


def rows_of(dataset: Dataset, part: Part) -> Rows:
    """Return the rows of X that a part has, ascending."""
    return dataset.validation_rows if part == "validation" else dataset.train_rows


def parts_of(dataset: Dataset) -> tuple[Part, ...]:
    """Return the parts that have rows, validation first."""
    return tuple(part for part in PARTS if len(rows_of(dataset, part)))


def sample_probe(dataset: Dataset, most: int = MOST_ROWS) -> RowsProbe:
    """Return a probe of all rows or, when there are more than ``most``, of a fixed sample of both parts.

    Each part gets half of the sample, and what the other leaves over; rows held back for testing are not looked at.
    """
    if dataset.n_rows <= most:
        return RowsProbe(dataset.X, dataset.Y)
    train, validation = dataset.train_rows, dataset.validation_rows
    n_validation = min(len(validation), max(most // 2, most - len(train)))
    rng = np.random.default_rng(0)  # the same rows every time: a sample that changed would look like news
    chosen = [
        rows if len(rows) <= count else rng.choice(rows, count, replace=False, shuffle=False)
        for rows, count in ((train, most - n_validation), (validation, n_validation))
    ]
    return RowsProbe(dataset.X, dataset.Y, np.sort(np.concatenate(chosen)))


def full_probe(dataset: Dataset) -> RowsProbe:
    """Return a probe of all rows, those held back for testing too."""
    return RowsProbe(dataset.X, dataset.Y)


@dataclass(frozen=True, eq=False)
class PartAnswers:
    """The network's answers to the rows of one part that were looked at.

    Attributes
    ----------
    dataset, result, part
        Where the rows, and the answers, come from.
    rows, at
        Indices of the rows in ``dataset.X``, and in the result, (n,), ascending.
    """

    dataset: Dataset
    result: RowsResult
    part: Part
    rows: Rows
    at: Rows

    @property
    def total(self) -> int:
        """How many rows the part has."""
        return len(rows_of(self.dataset, self.part))

    @cached_property
    def deciding(self) -> NDArray[np.float64]:
        """What a class is decided by, or the network's numbers, (n, k)."""
        output = self.result.output[self.at].astype(np.float64)
        return np.asarray(decision_scores(output, self.result.config.loss), dtype=np.float64)

    @property
    def has_probabilities(self) -> bool:
        """Whether the outputs are probabilities of classes."""
        return gives_probabilities(self.result.config)

    @cached_property
    def target(self) -> NDArray[np.float64]:
        """What the outputs should be, (n, k)."""
        return self.dataset.Y[self.rows]

    @cached_property
    def truth(self) -> NDArray[np.float64]:
        """The targets in raw units, or class indices, (n,)."""
        return self.dataset.target_values[self.rows]

    @cached_property
    def predicted(self) -> NDArray[np.float64]:
        """What the network says, in the target's raw unit, (n,); class indices for classes."""
        if self.dataset.task == "regression":
            return np.asarray(self.dataset.preprocessor.predictions(self.deciding), dtype=np.float64)
        return predicted_classes(self.deciding, self.dataset.task).astype(np.float64)

    @cached_property
    def scores(self) -> Scores:
        """Every score, as a report has them."""
        return judge_rows(self.dataset, self.deciding, self.rows, probabilities=self.has_probabilities)

    @property
    def rows_text(self) -> str:
        """Which rows these are: "250 validation rows", or "10,000 of 300,000 training rows, sampled"."""
        kind = "validation" if self.part == "validation" else "training"
        count = len(self.rows)
        if count == self.total:
            return f"{count:,} {kind} row{'' if count == 1 else 's'}"
        return f"{count:,} of {self.total:,} {kind} rows, sampled"


def part_answers(dataset: Dataset, result: RowsResult, part: Part) -> PartAnswers:
    """Return the answers to the rows of a part that were looked at."""
    rows = rows_of(dataset, part)
    looked_at = result.probe.rows
    if looked_at is None:
        return PartAnswers(dataset, result, part, rows, rows)
    at = np.flatnonzero(np.isin(looked_at, rows, assume_unique=True))
    return PartAnswers(dataset, result, part, looked_at[at], at)
