"""The last sound state of a run: where it goes back to after a divergence."""

from typing import NamedTuple

from nnviz.engine.training import Evaluation, Trainer, TrainerState
from nnviz.run.history import History

# A state whose loss is more than this many times the best is not one to go back to.
_SOUND_FACTOR = 2.0


class SoundState(NamedTuple):
    """What is known of it, to be kept while a run is left.

    Attributes
    ----------
    state
        The state.
    least_loss, due
        The least training loss so far; the epoch from which on the next state is kept.
    """

    state: TrainerState
    least_loss: float
    due: int


class Sound:
    """Keeps one state of a trainer; belongs to the run's thread.

    Attributes
    ----------
    state
        The state.
    """

    def __init__(self, trainer: Trainer, history: History) -> None:
        self._trainer = trainer
        self.begin(history)

    def begin(self, history: History) -> None:
        """Keep the present state, whatever its loss; begins the run, or a branch of it."""
        self.state: TrainerState = self._trainer.state()
        self._least_loss = float(history.view().train_loss.min(initial=float("inf")))
        self._due = 0

    def remember(self) -> SoundState:
        """Return what is known, to be kept while the run is left."""
        return SoundState(self.state, self._least_loss, self._due)

    def recall(self, known: SoundState) -> None:
        """Go on with what was known of a run that was left."""
        self.state, self._least_loss, self._due = known

    def offer(self, evaluation: Evaluation) -> None:
        """Keep the state after an epoch if it is sound and one is due."""
        loss = evaluation.train_loss
        self._least_loss = min(self._least_loss, loss)
        if evaluation.epoch >= self._due and loss <= _SOUND_FACTOR * self._least_loss:
            self.state = self._trainer.state()
            # Spaced by epoch count, not by time: the same seed goes back to the same place on any machine.
            self._due = evaluation.epoch + 1 + evaluation.epoch // 64
