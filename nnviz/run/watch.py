"""What the tabs want to know of a run beside its pictures, and the frozen answers: rows, an update, the layers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.mlp import MLPConfig
from nnviz.run.layer_history import LayerHistoryView

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class RowsProbe:
    """Rows whose answers are wanted; the same object is asked for again and again.

    Attributes
    ----------
    inputs, target
        Of all rows, (n, d) and (n, k); never written to.
    rows
        Indices of those that are wanted, (m,), ascending; None: all of them.
    """

    inputs: FloatArray
    target: FloatArray
    rows: NDArray[np.intp] | None = None

    @property
    def n_rows(self) -> int:
        """How many rows are wanted."""
        return len(self.inputs) if self.rows is None else len(self.rows)

    def part(self, start: int, stop: int) -> tuple[FloatArray, FloatArray]:
        """Return inputs and target of the wanted rows from ``start`` to ``stop``."""
        chosen: slice | NDArray[np.intp] = slice(start, stop) if self.rows is None else self.rows[start:stop]
        return self.inputs[chosen], self.target[chosen]


@dataclass(frozen=True, slots=True, eq=False)
class RowsResult:
    """What the network said of every row of a :class:`RowsProbe`, at one and the same step; read-only.

    Attributes
    ----------
    probe, config
        Which rows; the network's shape.
    step, epoch
        Updates and epochs done by then.
    output, losses
        The network's outputs, (m, k), and each row's loss without weights or penalties, (m,) float64.
    """

    probe: RowsProbe
    config: MLPConfig
    step: int
    epoch: int
    output: FloatArray
    losses: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class UpdateResult:
    """A single update: what it began with and what it led to; read-only, all (n_parameters,).

    Attributes
    ----------
    step, epoch
        Updates and epochs done after it.
    before, after
        The parameters.
    gradient
        Of the objective, penalties and clipping included.
    """

    step: int
    epoch: int
    before: FloatArray
    after: FloatArray
    gradient: FloatArray


@dataclass(frozen=True, slots=True)
class Watch:
    """What is wanted.

    Attributes
    ----------
    rows
        The answers to these rows; None for none.
    update
        Now and then one update in full.
    layers
        How weights, activations and gradients were spread over all epochs.
    """

    rows: RowsProbe | None = None
    update: bool = False
    layers: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The answer to a :class:`Watch`.

    Attributes
    ----------
    rows
        The newest complete answers of the wanted rows, the same object until there are newer ones; None before any.
    update
        The newest update that was looked at; None before any.
    layers
        All that was taken down of the layers.
    pending
        Whether something newer is on its way: ask again.
    """

    rows: RowsResult | None = None
    update: UpdateResult | None = None
    layers: LayerHistoryView | None = None
    pending: bool = False


NOTHING_WATCHED = Watch()
NOTHING_SEEN = Seen()
