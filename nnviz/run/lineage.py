"""The run that a trainer makes and the runs that it was taken away from, each of which can be gone back into."""

from dataclasses import replace
from typing import Final

import numpy as np

from nnviz.engine.training import Trainer
from nnviz.run.archive import Archive, Shelf
from nnviz.run.history import CAPACITY, SERIES, History
from nnviz.run.left_run import LeftRun, Origin, Path
from nnviz.run.looks import Looks
from nnviz.run.observer import Observer
from nnviz.run.rewind import RailView, Rewind
from nnviz.run.sound import Sound

NOT_KEPT: Final = "That run is not kept any more: there was no memory for it, or it was forgotten."


class Lineage:
    """Keeps them in an archive; belongs to the run's thread.

    Parameters
    ----------
    network
        What the runs of this trainer are told from those of others by.
    origin
        Whose weights the first run of this trainer begins with, if not with initial ones.

    Attributes
    ----------
    history, sound
        Of the present run.
    path
        Where the present run went off the runs before it.
    origin
        Whose weights the first run of its path began with; None for initial ones.
    """

    def __init__(
        self,
        trainer: Trainer,
        rewind: Rewind,
        observer: Observer,
        looks: Looks,
        archive: Archive,
        network: int,
        origin: Origin | None = None,
    ) -> None:
        self._trainer, self._rewind, self._observer, self._looks = trainer, rewind, observer, looks
        self._archive, self._network = archive, network
        self._view: tuple[LeftRun, ...] = ()
        self._taken = origin

    @property
    def present(self) -> tuple[int, int]:
        """What the present run is known by, see `LeftRun.lineage`."""
        return self._network, self.history.serial

    def begin(self) -> None:
        """Begin a run at the trainer's present state."""
        self.path: Path = ()
        self.origin, self._taken = self._taken, None  # a reset leads to initial weights
        self.history = History(serial=self._archive.next_serial())
        self.sound = Sound(self._trainer, self.history)

    def find(self, serial: int) -> LeftRun | None:
        """Return what is told of a run that was left, if it is kept."""
        return next((run for run in self.view() if run.serial == serial), None)

    def leave(self, seconds: float) -> None:
        """Keep the present run at its newest state, unless nothing ever happened in it; it must be left then.

        ``seconds`` is its training time by now.
        """
        newest = self._rewind.newest or self._trainer.state()
        history, at = self.history, self.path[-1][1] if self.path else 0
        view = history.view()
        self._archive.edits = self._looks.edits
        if newest.step == at and not any(marker.step >= at for marker in view.markers):
            return
        moments = self._rewind.moments
        config, origin = self._trainer.mlp.config, self.origin
        at_end = (newest.step, newest.epoch, newest.config)
        told = LeftRun(self._network, config, self.path, *at_end, view, origin=origin)
        # The observer and the looks go on being changed.
        references = self._looks.remember()
        past = self._observer.remember()
        shelf = Shelf(told, history, self.sound.remember(), past, references, seconds)
        self._archive.shelves[history.serial] = shelf
        filled = history.nbytes * len(view) // CAPACITY  # the rest takes address space, but no memory
        looked = sum(one.parameters.nbytes for one in references)
        moments.leave(history.serial, newest, seconds, filled + past.nbytes + looked + moments.most_bytes)

    def come_back(self, serial: int) -> float:
        """Take the trainer to the newest moment of a run of it that was left and is kept; return its training time.

        The present run must have been left before, if it is to be kept.
        """
        shelf = self._archive.shelves.pop(serial)
        self._trainer.restore(self._rewind.come_back(serial))
        self._observer.recall(shelf.past)
        self._looks.recall(shelf.references)
        self.history, self.path, self.origin = shelf.history, shelf.told.path, shelf.told.origin
        self.sound = Sound(self._trainer, self.history)
        self.sound.recall(shelf.sound)
        return shelf.seconds

    def forget(self, serial: int) -> None:
        """Keep a run that was left no longer."""
        self._rewind.moments.forget(serial)

    def view(self) -> tuple[LeftRun, ...]:
        """Return what is told of them, the one that was left first first; the same object while nothing changes."""
        kept, archive = self._rewind.moments.left, self._archive
        if len(kept) != len(archive.shelves):  # there was no memory for the others any more
            archive.shelves = {serial: archive.shelves[serial] for serial in kept}
        known = [(one.serial, one.kept) for one in self._view]
        if known != list(kept.items()):
            self._view = tuple(replace(archive.shelves[serial].told, kept=count) for serial, count in kept.items())
        return self._view

    def rail(self, stills: tuple[int, ...] = (), *, diverged: bool) -> RailView:
        """Return what a time rail shows of the runs; of one that ``diverged`` also where it was sound.

        ``stills`` are the updates near which the weights of moments are wanted.
        """
        sound = (self.sound.state.step, self.sound.state.epoch) if diverged else None
        near = self._rewind.moments.stills(stills)
        view, left = self._rewind.view(), self.view()
        return replace(view, path=self.path, left=left, origin=self.origin, sound=sound, stills=near)

    def branch(self) -> None:
        """Go on with what was up to the trainer's present state as another run, which goes off there.

        Once entries cover more than an epoch, the best of a shorter past is known to the entry.
        """
        trainer, history = self._trainer, self.history
        view, best = history.view(), history.best
        if best[0] > trainer.epoch:
            kept = view.step <= trainer.step
            judged = view.lows[SERIES.index("validation_loss")][kept]
            if not np.isfinite(judged).any():  # no validation rows
                judged = view.lows[SERIES.index("train_loss")][kept]
            index = int(np.nanargmin(judged))
            best = (int(view.epoch[kept][index]), float(judged[index]))
        # What is shared with a run of the path is that one's, whichever run it was shown in.
        before = tuple((serial, step) for serial, step in self.path if step < trainer.step)
        owner = self.path[len(before)][0] if len(before) < len(self.path) else history.serial
        self.path = (*before, (owner, trainer.step))
        self.history = history.rewound(trainer.epoch, *best, step=trainer.step)
        self.history.restate(trainer.evaluate())
        self.history.serial = self._archive.next_serial()
        self._observer.rewind(trainer.epoch)
        self.sound.begin(self.history)
