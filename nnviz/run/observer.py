"""What is looked at beside the training for the tabs: answers of many rows, single updates, the past of the weights."""

import time
from collections.abc import Callable
from typing import NamedTuple

from nnviz.engine.arrays import FloatArray
from nnviz.engine.training import Trainer
from nnviz.run.layer_history import LayerHistory
from nnviz.run.parameter_path import ParameterPath, PathView
from nnviz.run.row_probes import RowSweep
from nnviz.run.watch import NOTHING_WATCHED, RowsResult, Seen, UpdateResult, Watch

UPDATE_INTERVAL = 0.25  # seconds between two updates that are looked at


class Past(NamedTuple):
    """What an observer knows of a run's past."""

    layers: LayerHistory
    path: ParameterPath

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, at most: other runs may share vectors of the path."""
        return self.layers.nbytes + self.path.nbytes


class Observer:
    """Looks at a trainer between updates, on the trainer's own thread; changes nothing."""

    def __init__(self, trainer: Trainer, clock: Callable[[], float] = time.perf_counter) -> None:
        self._trainer = trainer
        self._clock = clock
        self._sweep = RowSweep(clock)
        self._layers = LayerHistory(trainer.mlp.config, trainer.data.X_train, clock=clock)
        parameters = trainer.mlp.parameters
        self._path = ParameterPath(parameters.size, parameters.itemsize)
        self._watch = NOTHING_WATCHED
        self._before: FloatArray | None = None
        self._update: UpdateResult | None = None
        self._update_due = float("-inf")

    # While training

    def begin(self) -> None:
        """Begin again, at the initial weights."""
        self._layers.forget()
        self._path.forget()
        self._update = None

    def epoch_ended(self) -> None:
        """Take the layers down, and where the parameters are, if they are due."""
        self._layers.offer(self._trainer)
        self._path.offer(self._trainer.epoch, self._trainer.mlp.parameters)

    def rewind(self, epoch: int) -> None:
        """Forget what came after an epoch."""
        self._layers.rewind(epoch)
        self._path.rewind(epoch)
        self._update = None

    def remember(self) -> Past:
        """Return what is known of the past, to be kept while the run is left: `rewind` or `begin` comes next."""
        return Past(self._layers.twin(), self._path.twin())

    def recall(self, past: Past) -> None:
        """Go on with a past that was kept."""
        self._layers, self._path = past
        self._update = None

    def begins_update(self, *, single: bool) -> bool:
        """Look at the next update if that is wanted; return whether it has to be made by itself.

        ``single`` tells that it is in any case.
        """
        if not self._watch.update or not (single or self._clock() >= self._update_due):
            return False
        self._before = self._trainer.mlp.parameters.copy()
        self._step_before = self._trainer.step
        return True

    def ends_update(self) -> None:
        """Take the update down that was looked at, if one was and it stands."""
        before, self._before = self._before, None
        trainer = self._trainer
        if before is None or trainer.step != self._step_before + 1:
            return
        arrays = (before, trainer.mlp.parameters.copy(), trainer.gradient.copy())
        for array in arrays:
            array.setflags(write=False)
        self._update = UpdateResult(trainer.step, trainer.epoch, *arrays)
        self._update_due = self._clock() + UPDATE_INTERVAL

    def path(self) -> PathView:
        """Return where the parameters have been so far."""
        return self._path.view()

    # When a snapshot is wanted

    def look(self, watch: Watch, *, running: bool) -> Seen:
        """Return what is known of what is watched; costs nothing when nothing is."""
        self._watch = watch
        trainer = self._trainer
        rows: RowsResult | None = None
        pending = False
        if watch.rows is None:
            self._sweep.forget()
        else:
            moment = (trainer.step, trainer.epoch)
            rows, pending = self._sweep.advance(trainer.mlp, moment, watch.rows, running=running)
        return Seen(
            rows=rows,
            update=self._update if watch.update else None,
            layers=self._layers.view() if watch.layers else None,
            pending=pending,
        )
