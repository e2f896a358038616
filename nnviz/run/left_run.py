"""What is told of a run that was left for another one of the same trainer."""

from dataclasses import dataclass
from typing import TypeAlias

from nnviz.engine.training import TrainingConfig

Path: TypeAlias = tuple[tuple[int, int], ...]
"""The runs that a run went on from, the first one first: the serial of each one's history, and the updates done when
it was left for the next. Empty for a run that began at initial weights."""


@dataclass(frozen=True, slots=True, eq=False)
class LeftRun:
    """What is told of a run that was left.

    Attributes
    ----------
    serial
        Of its history; no other run of the same trainer has it.
    path
        Where it went off the runs before it.
    step, epoch
        Updates and epochs at its newest moment.
    best_epoch, best_loss
        The best epoch and its validation loss, or training loss without validation rows; -1 and inf before any.
    training
        Its settings at the newest moment.
    kept
        How many of its moments can be gone to, those of the runs before it included.
    """

    serial: int
    path: Path
    step: int
    epoch: int
    best_epoch: int
    best_loss: float
    training: TrainingConfig
    kept: int = 0
