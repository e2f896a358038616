"""What a trainer is given (TrainingConfig, TrainingData) and what it hands out to be restored (TrainerState)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from nnviz.engine.arrays import FloatArray, IndexArray
from nnviz.engine.config import whole_number
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.errors import UserError

TASKS = ("binary", "multiclass", "regression")
MAX_LEARNING_RATE = 1e30  # and at least 1e-30: so that the rate itself is an ordinary 32-bit number


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train.

    Attributes
    ----------
    optimizer
        Key of `OPTIMIZERS`.
    learning_rate
        Step size, above 0.
    momentum
        Share of the last step that stochastic gradient descent keeps, from 0 (plain) to below 1; Adam ignores it.
    batch_size
        Rows per update, at least 1; more than there are rows means all of them.
    seed
        Of the shuffling, at least 0.

    Raises
    ------
    UserError
        For a value outside these ranges.
    """

    optimizer: str = "sgd"
    learning_rate: float = 0.03
    momentum: float = 0.0
    batch_size: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            raise UserError(
                f"There is no optimiser called {self.optimizer!r}.", f"Choose one of {', '.join(OPTIMIZERS)}."
            )
        rate, momentum = _as_number(self.learning_rate), _as_number(self.momentum)
        if not 1 / MAX_LEARNING_RATE <= rate <= MAX_LEARNING_RATE:
            bound = f"from {1 / MAX_LEARNING_RATE:g} to {MAX_LEARNING_RATE:g}" if 0 < rate < math.inf else "above 0"
            raise UserError(
                f"The learning rate must be a number {bound}, not {self.learning_rate!r}.", "0.03 is a usual start."
            )
        if not 0 <= momentum < 1:
            raise UserError(f"The momentum must be from 0 to below 1, not {self.momentum!r}.", "0.9 is usual.")
        object.__setattr__(self, "learning_rate", rate)
        object.__setattr__(self, "momentum", momentum)
        object.__setattr__(self, "batch_size", whole_number(self.batch_size, 1, "The batch size"))
        object.__setattr__(self, "seed", whole_number(self.seed, 0, "The seed"))


def _as_number(value: object) -> float:
    """Return `value` as a float, NumPy's numbers included; nan, which is in no range, for anything else."""
    return math.nan if isinstance(value, bool) or not isinstance(value, Real) else float(value)


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """The rows to train and to validate on, as the network takes them.

    Attributes
    ----------
    X_train, Y_train
        Inputs (n, d) and targets (n, k), at least 1 row.
    X_validation, Y_validation
        The same for validation; may have 0 rows.
    task
        "binary" (targets (n, 1) of 0 and 1), "multiclass" (one-hot) or "regression" (standardised numbers).

    Raises
    ------
    UserError
        Without training rows.
    ValueError
        When the arrays' shapes do not go together.
    """

    X_train: FloatArray
    Y_train: FloatArray
    X_validation: FloatArray
    Y_validation: FloatArray
    task: str

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise ValueError(f"unknown task {self.task!r}")
        pairs = ((self.X_train, self.Y_train), (self.X_validation, self.Y_validation))
        if any(x.ndim != 2 or y.ndim != 2 or len(x) != len(y) for x, y in pairs):
            raise ValueError("inputs and targets must be matrices with one row per sample")
        if any(a.shape[1] != b.shape[1] for a, b in zip(*pairs, strict=True)):
            raise ValueError("training and validation rows must have the same columns")
        if not len(self.X_train):
            raise UserError("There is no row to train on.")

    @property
    def inputs(self) -> FloatArray:
        """Training rows, then validation rows, (n, d)."""
        return np.concatenate([self.X_train, self.X_validation])

    @property
    def targets(self) -> FloatArray:
        """Training rows, then validation rows, (n, k)."""
        return np.concatenate([self.Y_train, self.Y_validation])


@dataclass(frozen=True, slots=True, eq=False)
class TrainerState:
    """Everything a trainer needs to go on from where it was, bit for bit; opaque but for the first three.

    Attributes
    ----------
    parameters
        A read-only copy of the network's flat vector.
    step, epoch
        Updates done; epochs completed.
    config
        The training settings in force.
    """

    parameters: FloatArray
    step: int
    epoch: int
    config: TrainingConfig
    moments: FloatArray
    updates: int
    generator: Mapping[str, Any]
    order: IndexArray
    position: int
