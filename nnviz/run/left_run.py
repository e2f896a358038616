"""What is told of a run that was left for another one of the same trainer."""

from dataclasses import dataclass
from typing import TypeAlias

from nnviz.engine.training import TrainingConfig
from nnviz.run.history import HistoryView

Path: TypeAlias = tuple[tuple[int, int], ...]
"""The runs that a run went on from, the first one first: the serial of each one's history, and the updates done when
it was left for the next. Empty for a run that began at initial weights."""


@dataclass(frozen=True, slots=True, eq=False)
class LeftRun:
    """What is told of a run that was left.

    Attributes
    ----------
    path
        Where it went off the runs before it.
    step, epoch
        Updates and epochs at its newest moment.
    training
        Its settings at the newest moment.
    history
        Its losses and what happened to it.
    kept
        How many of its moments can be gone to, those of the runs before it included.
    """

    path: Path
    step: int
    epoch: int
    training: TrainingConfig
    history: HistoryView
    kept: int = 0

    @property
    def serial(self) -> int:
        """Of its history; no other run of the same trainer has it."""
        return self.history.serial
