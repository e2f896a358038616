"""The last sound state of a run: where it goes back to after a divergence."""

from nnviz.engine.training import Evaluation, Trainer, TrainerState
from nnviz.run.history import History

# A state whose loss is more than this many times the best is not one to go back to.
_SOUND_FACTOR = 2.0


class Sound:
    """Keeps one state of a trainer; belongs to the run's thread.

    Attributes
    ----------
    state
        The state.
    best
        The best epoch by then and its loss.
    """

    def __init__(self, trainer: Trainer, history: History) -> None:
        self._trainer = trainer
        self.begin(history)

    def begin(self, history: History) -> None:
        """Keep the present state, whatever its loss; begins the run, or a branch of it."""
        self.state: TrainerState = self._trainer.state()
        self.best = history.best
        self._least_loss = float(history.view().train_loss.min(initial=float("inf")))
        self.look_anew()

    def look_anew(self) -> None:
        """Keep the next sound state, however soon it comes."""
        self._next = 0

    def offer(self, evaluation: Evaluation, history: History) -> None:
        """Keep the state after an epoch if it is sound and one is due."""
        loss = evaluation.train_loss
        self._least_loss = min(self._least_loss, loss)
        if evaluation.epoch >= self._next and loss <= _SOUND_FACTOR * self._least_loss:
            self.state, self.best = self._trainer.state(), history.best
            # Spaced by epoch count, not by time: the same seed goes back to the same place on any machine.
            self._next = evaluation.epoch + 1 + evaluation.epoch // 64
