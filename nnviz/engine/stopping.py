"""Early stopping, and the best weights, which are kept however training ends."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.config import real_number, whole_number
from nnviz.engine.findings import number
from nnviz.engine.results import Evaluation
from nnviz.errors import UserError

MONITORS = {"loss": "loss", "metric": "metric"}


@dataclass(frozen=True, slots=True)
class EarlyStopping:
    """When to stop by itself (Prechelt, Early stopping - but when?, 1998).

    Attributes
    ----------
    patience
        Epochs without an improvement after which training stops; 0 never stops.
    min_change
        What counts as an improvement, at least 0; in units of the monitored number.
    monitor
        "loss" (lower is better) or "metric" (accuracy or R2: higher is better), of the validation rows, or of the
        training rows when there are none. It also decides which weights are the best.

    Raises
    ------
    UserError
        For a value outside these ranges.
    """

    patience: int = 0
    min_change: float = 0.0
    monitor: str = "loss"

    def __post_init__(self) -> None:
        object.__setattr__(self, "patience", whole_number(self.patience, 0, "The patience of early stopping"))
        change = real_number(self.min_change)
        if not 0 <= change < math.inf:
            raise UserError(f"The smallest improvement must be a number of at least 0, not {self.min_change!r}.")
        object.__setattr__(self, "min_change", change)
        if self.monitor not in MONITORS:
            raise UserError(f"Early stopping cannot watch {self.monitor!r}.", f"Choose one of {', '.join(MONITORS)}.")


class Best(NamedTuple):
    """The best weights so far.

    Attributes
    ----------
    epoch, step
        When they were reached.
    value
        The monitored loss or metric.
    parameters
        The flat vector, a read-only copy.
    """

    epoch: int
    step: int
    value: float
    parameters: FloatArray


class BestState(NamedTuple):
    """What a `BestTracker` needs to go on from where it was."""

    best: Best | None
    reference: float
    waited: int


class BestTracker:
    """Keeps the best weights by validation, and counts the epochs without an improvement.

    Parameters
    ----------
    settings
        What to watch.
    has_validation
        Whether there are validation rows; without them the training rows decide.
    """

    def __init__(self, settings: EarlyStopping, *, has_validation: bool) -> None:
        self._settings = settings
        self._has_validation = has_validation
        self._best: Best | None = None
        self._lowest = math.inf
        self._kept: FloatArray | None = None
        self._reference = math.inf  # the last value that was an improvement by min_change
        self._waited = 0

    @property
    def best(self) -> Best | None:
        """The best so far, None before the first epoch; a metric that is not defined (nan) is never the best."""
        if self._best is None or self._kept is None:
            return None
        return self._best._replace(parameters=_frozen(self._kept))

    def take(self, evaluation: Evaluation, parameters: FloatArray) -> None:
        """Look at an epoch's evaluation, and keep `parameters` when it is the best."""
        value = self._monitored(evaluation)
        sign = 1.0 if self._settings.monitor == "loss" else -1.0
        score = sign * value
        if score < self._lowest:
            self._lowest = score
            if self._kept is None:
                self._kept = parameters.copy()
            else:
                np.copyto(self._kept, parameters)
            self._best = Best(evaluation.epoch, evaluation.step, value, self._kept)
        if score < self._reference - self._settings.min_change:
            self._reference = score
            self._waited = 0
        else:
            self._waited += 1

    @property
    def stop_reason(self) -> str:
        """A sentence when training should stop, else ""."""
        patience = self._settings.patience
        if not patience or self._waited < patience:
            return ""
        rows = "validation" if self._has_validation else "training"
        what = f"the {rows} {self._settings.monitor} has not improved for {self._waited:,} epochs"
        best = f"; the best was {number(self._best.value, 4)} at epoch {self._best.epoch:,}" if self._best else ""
        return f"Stopped early: {what}{best}."

    def wait_anew(self) -> None:
        """Count from 0 again, for who wants to go on after a stop."""
        self._waited = 0

    def configure(self, settings: EarlyStopping) -> None:
        """Watch by other settings; another monitor starts afresh, since the old best was judged by other numbers."""
        if settings.monitor != self._settings.monitor:
            self.restore(BestState(None, math.inf, 0))
        self._settings = settings

    def forget(self) -> None:
        """Start afresh: the objective changed, so that old and new values can't be compared."""
        self.restore(BestState(None, math.inf, 0))

    def state(self) -> BestState:
        """Return a copy of the state."""
        return BestState(self.best, self._reference, self._waited)

    def restore(self, state: BestState) -> None:
        """Go back to a state."""
        self._reference, self._waited = state.reference, state.waited
        self._best = state.best
        self._kept = None if state.best is None else state.best.parameters.copy()
        sign = 1.0 if self._settings.monitor == "loss" else -1.0
        self._lowest = math.inf if state.best is None else sign * state.best.value

    def _monitored(self, evaluation: Evaluation) -> float:
        if self._settings.monitor == "metric":
            return evaluation.validation_metric if self._has_validation else evaluation.train_metric
        return evaluation.validation_loss if self._has_validation else evaluation.train_loss


def _frozen(array: FloatArray) -> FloatArray:
    copy = array.copy()
    copy.flags.writeable = False
    return copy
