"""What is looked at beside the training for the tabs: the answers of many rows."""

from nnviz.engine.training import Trainer
from nnviz.run.row_probes import RowSweep
from nnviz.run.watch import NOTHING_SEEN, Seen, Watch


class Observer:
    """Looks at a trainer between updates, on the trainer's own thread; changes nothing."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._sweep = RowSweep()

    def look(self, watch: Watch, *, running: bool) -> Seen:
        """Return what is known of what is watched; costs nothing when nothing is."""
        if watch.rows is None:
            self._sweep.forget()
            return NOTHING_SEEN
        trainer = self._trainer
        moment = (trainer.step, trainer.epoch)
        rows, pending = self._sweep.advance(trainer.mlp, moment, watch.rows, running=running)
        return Seen(rows, pending)
