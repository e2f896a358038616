"""What is told of a run that was left for another one on the same data."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from nnviz.engine.mlp import MLPConfig
from nnviz.engine.training import TrainingConfig
from nnviz.run.history import HistoryView

Path: TypeAlias = tuple[tuple[int, int], ...]
"""The runs that a run went on from, the first one first: the serial of each one's history, and the updates done when
it was left for the next. Empty for a run that began at initial weights."""


class Origin(NamedTuple):
    """The moment whose weights a network of another shape took over: the `LeftRun.lineage` of its run, its epochs."""

    lineage: tuple[int, int]
    epoch: int


@dataclass(frozen=True, slots=True, eq=False)
class LeftRun:
    """What is told of a run that was left.

    Attributes
    ----------
    network
        The id of its trainer's runs: those of another one have another network, or began at another seed.
    config
        The network's shape.
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
    origin
        Whose weights its network began with; None for initial ones.
    """

    network: int
    config: MLPConfig
    path: Path
    step: int
    epoch: int
    training: TrainingConfig
    history: HistoryView
    kept: int = 0
    origin: Origin | None = None

    @property
    def serial(self) -> int:
        """Of its history; no other run on the same data has it."""
        return self.history.serial

    @property
    def lineage(self) -> tuple[int, int]:
        """What its moments are known by, see `nnviz.run.snapshot.Snapshot.lineage`."""
        return self.network, self.history.serial
