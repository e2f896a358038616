"""A moment of a run, with all that is compared of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig
from nnviz.engine.training import Evaluation, TrainingConfig
from nnviz.run.snapshot import Snapshot

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A moment of a run, with all that is compared of it.

    Attributes
    ----------
    dataset, config, training
        The data it learned, its shape, its settings.
    run
        Counted from 1 since the data set was opened.
    step, epoch
        Updates and epochs by then.
    serial
        Of the history that it is a moment of, with the run's id.
    parameters
        The flat vector, (P,), read-only.
    last
        Losses and metrics; None until they are known.
    """

    dataset: Dataset
    config: MLPConfig
    training: TrainingConfig
    run: int
    serial: tuple[int, int]
    step: int
    epoch: int
    parameters: FloatArray
    last: Evaluation | None

    @property
    def moment(self) -> tuple[tuple[int, int], int]:
        """What tells it from other moments that can be gone to."""
        return self.serial, self.step


def side_of(dataset: Dataset, snapshot: Snapshot, run: int) -> Side:
    """Return the moment that a snapshot shows."""
    return Side(
        dataset=dataset,
        config=snapshot.config,
        training=snapshot.training,
        run=run,
        serial=snapshot.lineage,
        step=snapshot.step,
        epoch=snapshot.epoch,
        parameters=snapshot.parameters,
        last=snapshot.history.last,
    )


def labels(first: Side, second: Side) -> tuple[str, str]:
    """Return what two moments are called beside each other: the run is named where there are two of them."""
    within = first.epoch == second.epoch and first.serial == second.serial
    texts = [f"epoch {one.epoch:,}" + (f", update {one.step:,}" if within else "") for one in (first, second)]
    if first.serial != second.serial:
        texts = [f"run {one.run}, {text}" for one, text in zip((first, second), texts, strict=True)]
    return texts[0], texts[1]
