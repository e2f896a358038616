"""The next update made and taken back: what it reads, what it draws at random, and what it leads to."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import FloatArray
from nnviz.engine.config import MLPConfig
from nnviz.engine.divergence import Divergence
from nnviz.engine.masks import Mask
from nnviz.engine.plan import StepPlan
from nnviz.engine.settings import TrainingConfig

MOST_NUMBERS: Final = 4_000_000  # inputs and activations of a batch that is laid out row by row: 32 MB in float64


@dataclass(frozen=True, slots=True, eq=False)
class BatchRows:
    """The rows of one update as the network reads them; read-only copies in its own dtype.

    Attributes
    ----------
    inputs
        (n, d), input noise included.
    targets
        (n, k), label smoothing included.
    weights
        What each row counts, (n,); None: all 1.
    kept
        Per hidden layer, what dropout multiplies the activations by, (n, units); empty without dropout.
    """

    inputs: FloatArray
    targets: FloatArray
    weights: FloatArray | None
    kept: tuple[FloatArray, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsal:
    """One update that was made and taken back; arrays are read-only copies.

    Attributes
    ----------
    config, training
        The network's shape; the settings in force.
    step, epoch, position
        Updates and epochs done before it; rows of the epoch that have had their turn.
    n_train
        Training rows.
    batch
        Which of them it sees, (n,).
    rows
        The same as the network reads them; None when they are too many to be laid out, see ``MOST_NUMBERS``.
    before, after
        The parameters, (n_parameters,), in the network's dtype; ``after`` is bit for bit what training comes to.
    gradient
        Of the objective, penalties and clipping included, (n_parameters,); 0 for what is held. Not of use where the
        rule asks for the gradient at several points.
    moments
        What the optimiser remembered before it, (number of moments, n_parameters), and after it.
    updates
        Updates made with those moments before this one.
    rate
        Its learning rate.
    mask
        What is frozen or silenced; None when nothing is.
    divergence
        Why it cannot be made; None when it can. ``after`` is then ``before``.
    """

    config: MLPConfig
    training: TrainingConfig
    step: int
    epoch: int
    position: int
    n_train: int
    batch: NDArray[np.intp]
    rows: BatchRows | None
    before: FloatArray
    after: FloatArray
    gradient: FloatArray
    moments: tuple[FloatArray, FloatArray]
    updates: int
    rate: float
    mask: Mask | None
    divergence: Divergence | None


def frozen_array(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only copy of an array in its own dtype."""
    copy = np.array(array, order="C")
    copy.flags.writeable = False
    return copy


def rows_of(plan: StepPlan, config: MLPConfig) -> BatchRows | None:
    """Return the rows that a plan went through last; None when they are too many to be laid out."""
    n, d, k = len(plan.batch), config.n_inputs, config.n_outputs
    if n * sum(config.sizes) > MOST_NUMBERS:
        return None
    return BatchRows(
        inputs=frozen_array(plan.batch[:, :d]),
        targets=frozen_array(plan.batch[:, d + 1 : d + 1 + k]),
        weights=None if plan.row_weights is None else frozen_array(plan.row_weights[0]),
        kept=tuple(frozen_array(layer.mask.T) for layer in plan.layers[:-1] if layer.mask.size),
    )
