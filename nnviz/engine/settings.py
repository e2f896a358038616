"""What a trainer is given (TrainingConfig, TrainingData) and what it hands out to be restored (TrainerState)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnviz.engine.arrays import FloatArray, IndexArray
from nnviz.engine.config import MLPConfig, real_number, whole_number
from nnviz.engine.losses import LOSSES, refusal
from nnviz.engine.masks import Mask
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.rate_log import RateSegment
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.stopping import BestState, EarlyStopping
from nnviz.errors import UserError

TASKS = ("binary", "multiclass", "regression")
CLASS_WEIGHTS = ("none", "balanced")
MAX_LEARNING_RATE = 1e30  # and at least 1e-30: so that the rate itself is an ordinary 32-bit number


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train.

    Attributes
    ----------
    optimizer
        Key of `OPTIMIZERS`.
    learning_rate
        Step size, above 0: the base that the schedule multiplies.
    momentum
        Share of the last velocity that an update keeps, from 0 (plain) to below 1; for the rules that use it.
    batch_size
        Rows per update, at least 1; more than there are rows means all of them, and full-batch rules take all anyway.
    seed
        Of the shuffling, of dropout and of input noise, at least 0.
    schedule
        How the learning rate changes during training.
    regularization
        Penalties, weight decay, noise, clipping, label smoothing.
    stopping
        When training stops by itself, and what the best weights are judged by.
    class_weight
        "none", or "balanced": rows of rare classes weigh more, so that all classes count the same.

    Raises
    ------
    UserError
        For a value outside these ranges, or settings that do not go together.
    """

    optimizer: str = "sgd"
    learning_rate: float = 0.03
    momentum: float = 0.0
    batch_size: int = 10
    seed: int = 0
    schedule: Schedule = field(default_factory=Schedule)
    regularization: Regularization = field(default_factory=Regularization)
    stopping: EarlyStopping = field(default_factory=EarlyStopping)
    class_weight: str = "none"

    def __post_init__(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            raise UserError(
                f"There is no optimiser called {self.optimizer!r}.", f"Choose one of {', '.join(OPTIMIZERS)}."
            )
        rate, momentum = real_number(self.learning_rate), real_number(self.momentum)
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
        if self.class_weight not in CLASS_WEIGHTS:
            raise UserError(
                f"The class weights cannot be {self.class_weight!r}.", f"Choose one of {', '.join(CLASS_WEIGHTS)}."
            )
        if OPTIMIZERS[self.optimizer].needs_objective:
            self._check_one_objective()

    def _check_one_objective(self) -> None:
        """Refuse what makes the objective another one at each look: the line search compares values."""
        label, parts = OPTIMIZERS[self.optimizer].label, self.regularization
        if parts.is_random:
            raise UserError(
                f"{label} compares the loss at several points, so dropout and input noise must be 0.",
                "Choose Adam, or set both to 0.",
            )
        if parts.weight_decay or parts.clip_value or parts.clip_norm:
            raise UserError(
                f"{label} follows the gradient of one objective: weight decay and gradient clipping do not go with it.",
                "Use an L2 penalty instead, or another optimiser.",
            )

    @property
    def weight_decay(self) -> float:
        """The decoupled weight decay in force: the optimiser's own where the settings leave it open."""
        given = self.regularization.weight_decay
        return OPTIMIZERS[self.optimizer].default_weight_decay if given is None else given


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
    sample_weights
        How much each training row counts, (n,), at least 0 and not all 0; they are scaled to a mean of 1. None: all
        the same.

    Raises
    ------
    UserError
        Without training rows, or for weights out of range.
    ValueError
        When the arrays' shapes do not go together.
    """

    X_train: FloatArray
    Y_train: FloatArray
    X_validation: FloatArray
    Y_validation: FloatArray
    task: str
    sample_weights: FloatArray | None = None

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
        weights = self.sample_weights
        if weights is None:
            return
        if weights.shape != (len(self.X_train),):
            raise ValueError(f"{len(self.X_train)} training rows need as many weights, not {weights.shape}")
        if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
            raise UserError("Row weights must be finite numbers of at least 0, and not all of them 0.")

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
    """Everything a trainer needs to go on from where it was, bit for bit; opaque but for these.

    Attributes
    ----------
    parameters
        A read-only copy of the network's flat vector.
    step, epoch
        Updates done; epochs completed.
    config
        The training settings in force.
    mask
        What is frozen or silenced; None when nothing is.
    """

    parameters: FloatArray
    step: int
    epoch: int
    config: TrainingConfig
    moments: FloatArray
    scalars: FloatArray
    updates: int
    generators: tuple[Mapping[str, Any], ...]
    order: IndexArray
    position: int
    pace: "PaceState"
    best: BestState
    mask: Mask | None = None


@dataclass(frozen=True, slots=True)
class PaceState:
    """What a `Pace` needs to go on from where it was."""

    origin: float
    plateau: tuple[float, int, int]
    segments: tuple[RateSegment, ...]


def check_settings(config: TrainingConfig, network: MLPConfig, task: str) -> None:
    """Raise UserError when settings, loss, output layer and task do not go together."""
    if reason := refusal(network.loss, network.layers[-1].activation, task):
        raise UserError(reason)
    if config.regularization.label_smoothing and not LOSSES[network.loss].takes_smoothing:
        raise UserError(
            f"Label smoothing changes class targets; it does not go with the loss {network.loss}.",
            "Set it to 0, or use a cross-entropy.",
        )
    if config.class_weight != "none" and task == "regression":
        raise UserError("There are no classes to weigh in a regression.", "Set the class weights to none.")
