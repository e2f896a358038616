"""Pace: the effective learning rate of every update, from the schedule, the plateau and the epoch reached."""

import math
from dataclasses import dataclass

from nnviz.engine.rate_log import RateLog
from nnviz.engine.results import Evaluation
from nnviz.engine.schedules import Plateau
from nnviz.engine.settings import PaceState, TrainingConfig


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run is: updates done, epochs completed, rows of the present epoch already trained on."""

    step: int
    epoch: int
    position: int


class Pace:
    """Keeps the learning rate of a run.

    Parameters
    ----------
    config
        The settings to start with.
    batch_size
        Rows per update in force.
    n_rows
        Training rows.

    Attributes
    ----------
    log
        The rate of every update so far and, while nothing changes, of those to come.
    """

    def __init__(self, config: TrainingConfig, batch_size: int, n_rows: int) -> None:
        self._config = config
        self._n_rows = n_rows
        self._batch_size = batch_size
        self._origin = 0.0
        self._plateau = Plateau(config.schedule)
        self.log = RateLog()
        self._begin(Place(0, 0, 0))

    @property
    def is_constant(self) -> bool:
        """Whether the rate stays as it is until an epoch ends."""
        schedule = self._config.schedule
        return schedule.name in ("constant", "plateau") and not schedule.warmup

    def rate(self, epoch: int, position: int) -> float:
        """Return the learning rate of the update that starts at this row of this epoch."""
        return self._segment.rate(epoch, position)

    def configure(self, config: TrainingConfig, batch_size: int, place: Place) -> None:
        """Go on by other settings; another schedule starts counting here."""
        old, self._config = self._config, config
        if config.schedule != old.schedule:
            self._origin = place.epoch + place.position / self._n_rows
            self._plateau = Plateau(config.schedule)
        relevant = (config.schedule, config.learning_rate, batch_size)
        if relevant != (old.schedule, old.learning_rate, self._batch_size):
            self._batch_size = batch_size
            self._begin(place)

    def forget_losses(self) -> None:
        """Start a plateau's watch afresh, its reductions kept: losses before and from now on can't be compared."""
        self._plateau.best, self._plateau.bad_epochs = math.inf, 0

    def end_epoch(self, evaluation: Evaluation, watched: float) -> bool:
        """Take the watched loss of an epoch; return whether a plateau has just reduced the rate."""
        reduced = self._plateau.after_epoch(watched)
        if reduced:
            self._begin(Place(evaluation.step, evaluation.epoch, 0))
        return reduced

    def state(self) -> PaceState:
        """Return the state; immutable."""
        return PaceState(self._origin, self._plateau.state(), self.log.segments)

    def restore(self, state: PaceState, config: TrainingConfig, batch_size: int, place: Place) -> None:
        """Go back to a state, the log included."""
        self._config, self._batch_size, self._origin = config, batch_size, state.origin
        self._plateau = Plateau(config.schedule)
        self._plateau.restore(state.plateau)
        self.log = RateLog(state.segments)
        self._begin(place)

    def _begin(self, place: Place) -> None:
        self.log.begin(
            step=place.step,
            epoch=place.epoch,
            position=place.position,
            base=self._config.learning_rate,
            schedule=self._config.schedule,
            batch_size=self._batch_size,
            n_rows=self._n_rows,
            reductions=self._plateau.reductions,
            origin=self._origin,
        )
        self._segment = self.log.segments[-1]
