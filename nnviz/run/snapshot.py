"""What the GUI asks of a run, and the frozen answer."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.masks import Mask
from nnviz.engine.mlp import MLPConfig, layer_blocks
from nnviz.engine.training import Divergence, TrainingConfig
from nnviz.run.grids import GridProbe, GridResult, InputGrid, PlaneProbe, PointsProbe, PointsResult
from nnviz.run.history import HistoryView
from nnviz.run.looks import GradientResult, Reference
from nnviz.run.rewind import NO_RAIL, RailView
from nnviz.run.state import RunState
from nnviz.run.watch import NOTHING_SEEN, NOTHING_WATCHED, Seen, Watch

__all__ = [
    "GridProbe",
    "GridResult",
    "InputGrid",
    "OptimizerProbe",
    "OptimizerResult",
    "PlaneProbe",
    "PointsProbe",
    "PointsResult",
    "Snapshot",
    "SnapshotRequest",
]

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class OptimizerProbe:
    """One weight or bias whose next update is looked at, by its place in the flat parameter vector."""

    parameter: int


@dataclass(frozen=True, slots=True, eq=False)
class OptimizerResult:
    """What the next update of one parameter will be made with.

    Attributes
    ----------
    parameter
        Its place in the flat parameter vector.
    moments
        What the optimiser remembers of it, one number for each of its `moments`.
    updates
        Updates made with these moments.
    rate
        Effective learning rate of the next update.
    batch
        Indices, among the training rows, of the batch that the next update will see, read-only.
    """

    parameter: int
    moments: tuple[float, ...]
    updates: int
    rate: float
    batch: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class SnapshotRequest:
    """What the visible plots need: the parameters always, all else on demand.

    Attributes
    ----------
    grid, row, optimizer, rows, watch
        A grid of inputs, one input (d,), a parameter whose next update is looked at, rows, what is watched over time.
    gradient
        Whether the gradient of the loss is wanted.
    reference
        Which earlier parameters are wanted, one of ``nnviz.run.looks.REFERENCES``; "" for none.
    stills
        Updates near which the weights of moments that are kept are wanted: `RailView.stills` answers.
    losses
        Whether the losses of an earlier moment are waited for: all rows may have to be looked at.
    """

    grid: InputGrid | None = None
    row: FloatArray | None = None
    optimizer: OptimizerProbe | None = None
    rows: PointsProbe | None = None
    watch: Watch = NOTHING_WATCHED
    gradient: bool = False
    reference: str = ""
    losses: bool = True
    stills: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """One moment of a run; every array in it is read-only and never changes.

    Attributes
    ----------
    run_id
        Which run it belongs to; a plot drops what is not of the present run.
    parameters
        The flat parameter vector, (P,), laid out as :class:`nnviz.engine.mlp.MLP` lays it out.
    grid, row, optimizer, rows
        The answers to the request: activations over the grid, and of every layer for the chosen row, each (units,);
        what the next update of one parameter will be made with; the outputs for some rows.
    seen
        The answer to what is watched.
    divergence
        Why training stopped, when ``state`` is DIVERGED.
    edits
        How often the parameters became others but by training: set by hand, silenced, brought back.
    mask
        What is frozen or silenced; None when nothing is.
    gradient, reference
        The answers to the request; None when not asked for, or when there is no such moment.
    rail
        Whether it is an earlier moment that is looked back at, and what else can be gone back to.
    """

    run_id: int
    step: int
    epoch: int
    state: RunState
    config: MLPConfig
    training: TrainingConfig
    parameters: FloatArray
    history: HistoryView
    grid: GridResult | None = None
    row: tuple[FloatArray, ...] | None = None
    optimizer: OptimizerResult | None = None
    rows: PointsResult | None = None
    seen: Seen = NOTHING_SEEN
    divergence: Divergence | None = None
    edits: int = 0
    mask: Mask | None = None
    gradient: GradientResult | None = None
    reference: Reference | None = None
    rail: RailView = NO_RAIL

    @property
    def moment(self) -> tuple[int, int, int]:
        """What tells it from every snapshot with other parameters: the run, the step and the number of edits."""
        return self.run_id, self.step, self.edits

    @property
    def lineage(self) -> tuple[int, int]:
        """What tells a run's moments from those of the run that it branched off, or was before a reset."""
        return self.run_id, self.history.serial

    @property
    def weights(self) -> tuple[FloatArray, ...]:
        """Per layer the weights, (n_in, n_out), as views of ``parameters``."""
        return tuple(block[:-1] for block in layer_blocks(self.config, self.parameters))

    @property
    def biases(self) -> tuple[FloatArray, ...]:
        """Per layer the biases, (n_out,), as views of ``parameters``."""
        return tuple(block[-1] for block in layer_blocks(self.config, self.parameters))
