"""The run that a trainer makes and the runs that it was taken away from, each of which can be gone back into."""

from copy import copy
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from nnviz.engine.training import Trainer
from nnviz.run.history import CAPACITY, SERIES, History
from nnviz.run.left_run import LeftRun, Path
from nnviz.run.observer import Observer, Past
from nnviz.run.rewind import RailView, Rewind
from nnviz.run.sound import Sound

NOT_KEPT: Final = "That run is not kept any more: there was no memory for it, or it was forgotten."


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """What is kept of a run besides its moments."""

    told: LeftRun
    history: History
    sound: Sound
    past: Past
    seconds: float


class Lineage:
    """Keeps them; belongs to the run's thread.

    Attributes
    ----------
    history, sound
        Of the present run.
    path
        Where the present run went off the runs before it.
    """

    def __init__(self, trainer: Trainer, rewind: Rewind, observer: Observer) -> None:
        self._trainer, self._rewind, self._observer = trainer, rewind, observer
        self._shelves: dict[int, Shelf] = {}
        self._serial = 0
        self._view: tuple[LeftRun, ...] = ()
        self.begin()

    def begin(self) -> None:
        """Begin a run at the trainer's present state."""
        self.path: Path = ()
        self._serial += 1
        self.history = History(serial=self._serial)
        self.sound = Sound(self._trainer, self.history)

    def has(self, serial: int) -> bool:
        """Whether a run that was left is kept."""
        return serial in self._rewind.moments.left

    def leave(self, seconds: float) -> None:
        """Keep the present run at its newest state, unless nothing ever happened in it; it must be left then.

        ``seconds`` is its training time by now.
        """
        newest = self._rewind.newest or self._trainer.state()
        history, at = self.history, self.path[-1][1] if self.path else 0
        view = history.view()
        if newest.step == at and not any(marker.step >= at for marker in view.markers):
            return
        moments = self._rewind.moments
        told = LeftRun(self.path, newest.step, newest.epoch, newest.config, view)
        # The observer and what is sound go on being changed.
        shelf = Shelf(told, history, copy(self.sound), self._observer.remember(), seconds)
        self._shelves[history.serial] = shelf
        filled = history.nbytes * len(view) // CAPACITY  # the rest takes address space, but no memory
        beside = filled + shelf.past.nbytes + moments.most_bytes
        moments.leave(history.serial, newest, seconds, beside)

    def come_back(self, serial: int) -> float:
        """Take the trainer to the newest moment of a run that was left and is kept; return its training time.

        The present run must have been left before, if it is to be kept.
        """
        shelf = self._shelves.pop(serial)
        self._trainer.restore(self._rewind.come_back(serial))
        self._observer.recall(shelf.past)
        self.history, self.sound, self.path = shelf.history, shelf.sound, shelf.told.path
        return shelf.seconds

    def forget(self, serial: int) -> None:
        """Keep a run that was left no longer."""
        self._rewind.moments.forget(serial)

    def view(self) -> tuple[LeftRun, ...]:
        """Return what is told of them, the one that was left first first; the same object while nothing changes."""
        kept = self._rewind.moments.left
        if len(kept) != len(self._shelves):  # there was no memory for the others any more
            self._shelves = {serial: self._shelves[serial] for serial in kept}
        known = [(one.serial, one.kept) for one in self._view]
        if known != list(kept.items()):
            self._view = tuple(replace(self._shelves[serial].told, kept=count) for serial, count in kept.items())
        return self._view

    def rail(self, *, diverged: bool) -> RailView:
        """Return what a time rail shows of the runs; of one that ``diverged`` also where it was sound."""
        sound = (self.sound.state.step, self.sound.state.epoch) if diverged else None
        return replace(self._rewind.view(), path=self.path, left=self.view(), sound=sound)

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
        self._serial += 1
        # What is shared with a run of the path is that one's, whichever run it was shown in.
        before = tuple((serial, step) for serial, step in self.path if step < trainer.step)
        owner = self.path[len(before)][0] if len(before) < len(self.path) else history.serial
        self.path = (*before, (owner, trainer.step))
        self.history = history.rewound(trainer.epoch, *best, step=trainer.step)
        self.history.restate(trainer.evaluate())
        self.history.serial = self._serial
        self._observer.rewind(trainer.epoch)
        self.sound.begin(self.history)
