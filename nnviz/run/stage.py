"""What a run is doing: its state, its divergence, how long it has gone, and the events that tell of it."""

from collections.abc import Callable

from nnviz.engine.training import Divergence, Trainer
from nnviz.run import messages
from nnviz.run.markers import Stopwatch
from nnviz.run.state import RunState


class Stage:
    """Moves between states, and tells; belongs to the run's thread.

    Attributes
    ----------
    state
        What the run is doing.
    divergence
        Why it stopped, of one that diverged.
    watch
        How long it has trained.
    until_epoch_end, single
        Whether it pauses after the present epoch, or after one update.
    """

    def __init__(self, trainer: Trainer, run_id: int, put: Callable[[messages.Event], None]) -> None:
        self._trainer, self._run_id, self._put = trainer, run_id, put
        self.state = RunState.READY
        self.divergence: Divergence | None = None
        self.watch = Stopwatch()
        self.until_epoch_end = self.single = False

    @property
    def runs(self) -> bool:
        """Whether it trains."""
        return self.state is RunState.RUNNING

    @property
    def diverged(self) -> bool:
        """Whether it diverged."""
        return self.state is RunState.DIVERGED

    def move(self, state: RunState) -> None:
        """Do something else."""
        if state is not RunState.RUNNING:
            self.until_epoch_end = False
        if state is not self.state:
            self.state = state
            self.watch.go(state is RunState.RUNNING)
            self._put(messages.StateChanged(self._run_id, state, self._trainer.step, self._trainer.epoch))

    def pause(self) -> None:
        """Stop training, if it trains."""
        if self.runs:
            self.move(RunState.PAUSED)

    def say(self, text: str) -> None:
        """Tell the person something, unless it is ""."""
        if text:
            self._put(messages.Notice(self._run_id, text))
