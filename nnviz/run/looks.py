"""What a run keeps so that its weights can be looked at beside their gradient, or beside what they were before."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.mean_gradient import MeanGradient
from nnviz.engine.training import Trainer

FloatArray = NDArray[np.floating[Any]]

START, BEST, GO, MARK = "start", "best", "go", "mark"
REFERENCES = (START, BEST, GO, MARK)
"""The moments that a change can be counted from: when the run began; the best weights; when training last went on, or
just before the last edit by hand; and whenever the person said so."""


@dataclass(frozen=True, slots=True, eq=False)
class GradientResult:
    """The gradient of the loss at a snapshot's parameters, penalties left out.

    Attributes
    ----------
    values
        (P,), laid out like the parameters, read-only; 0 for what is silenced.
    n_rows
        How many training rows it is the mean of, evenly spaced ones if not all.
    n_train
        Training rows in all.
    """

    values: FloatArray
    n_rows: int
    n_train: int


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The parameters of an earlier moment.

    Attributes
    ----------
    kind
        One of `REFERENCES`.
    epoch, step
        Epochs and updates completed then.
    parameters
        (P,), read-only.
    """

    kind: str
    epoch: int
    step: int
    parameters: FloatArray


class Looks:
    """Keeps flat copies of parameters, three at most, and the buffers of the gradient once it was asked for.

    Each copy takes as much memory as the parameters: for 100,000 of them 0.4 MB. Belongs to the run's thread.

    Attributes
    ----------
    edits
        How often the parameters became others but by training.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.edits = 0
        self._trainer = trainer
        self._kept: dict[str, Reference] = {}
        self._gradient: MeanGradient | None = None
        self._rows: object = None

    def begin(self) -> None:
        """Forget all moments but the present one, at which the run begins."""
        self.edits += 1
        self._kept.clear()
        self.keep(START)
        self.keep(GO)

    def remember(self) -> tuple[Reference, ...]:
        """Return the moments that are kept, for a run that is left."""
        return tuple(self._kept.values())

    def recall(self, references: tuple[Reference, ...]) -> None:
        """Go on with the moments of a run that was left, unless there are some of this network already."""
        self._kept = self._kept or {one.kind: one for one in references}

    def keep(self, kind: str) -> None:
        """Keep the present parameters, instead of those of an earlier moment of that kind."""
        trainer = self._trainer
        parameters = trainer.mlp.parameters.copy()
        parameters.setflags(write=False)
        self._kept[kind] = Reference(kind, trainer.epoch, trainer.step, parameters)

    def reference(self, kind: str) -> Reference | None:
        """Return the moment, or None when there was none of that kind yet."""
        if kind != BEST:
            return self._kept.get(kind)
        best = self._trainer.best
        return None if best is None else Reference(BEST, best.epoch, best.step, best.parameters)

    def gradient(self) -> GradientResult:
        """Return the gradient at the present parameters."""
        trainer = self._trainer
        if self._gradient is None or self._rows is not trainer.rows:
            self._gradient, self._rows = MeanGradient(trainer.mlp, trainer.rows), trainer.rows
        values = self._gradient.look(trainer.surgery.mask)
        values.setflags(write=False)
        return GradientResult(values, self._gradient.n_rows, trainer.rows.n_train)
