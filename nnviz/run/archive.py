"""What is kept of the runs on one data set, whatever their networks: handed from one run's thread to the next."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from nnviz.engine.training import TrainerState
from nnviz.run.history import History
from nnviz.run.left_run import LeftRun, Origin
from nnviz.run.looks import Reference
from nnviz.run.messages import ComeBack
from nnviz.run.moments import Moments
from nnviz.run.observer import Past
from nnviz.run.sound import SoundState


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """What is kept of a run besides its moments."""

    told: LeftRun
    history: History
    sound: SoundState
    past: Past
    references: tuple[Reference, ...]
    seconds: float


class Archive:
    """Moments under one cap, and what else is kept of runs that were left; one run has it at a time.

    A network of another shape has a trainer, and a thread, of its own. The thread before may be in the middle of an
    update when the next one begins, so each waits for those that were made before it.

    Attributes
    ----------
    moments
        Of the present run and of those that were left.
    shelves
        What else is kept of those that were left, by serial.
    edits
        How often parameters became others but by training, in all runs so far.
    """

    def __init__(self) -> None:
        self.moments = Moments()
        self.shelves: dict[int, Shelf] = {}
        self.edits = 0
        self._serial = 0
        self._last = threading.Event()
        self._last.set()

    def next_serial(self) -> int:
        """Return a serial that no run has had."""
        self._serial += 1
        return self._serial

    def queue(self) -> "Turn":
        """Return a place behind the runs that were made so far; of whoever makes runs, on one thread."""
        before, self._last = self._last, threading.Event()
        return Turn(before, self._last)


class Turn(NamedTuple):
    """A place in the order of runs."""

    before: threading.Event
    done: threading.Event

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the run before, and let the next one have the archive afterwards, whatever happens."""
        self.before.wait()
        try:
            yield
        finally:
            self.done.set()


@dataclass(frozen=True, slots=True, eq=False)
class Beginning:
    """Where a run begins.

    Attributes
    ----------
    initial
        The state that Reset leads back to; None is the trainer's present one.
    archive
        What is kept of the runs before; None begins with nothing.
    back
        The run of this network that is gone back into; None begins a new one. If it is not kept any more, the network
        begins anew, and that is said.
    origin
        Whose weights the network begins with, if not with initial ones.
    """

    initial: TrainerState | None = None
    archive: Archive | None = None
    back: ComeBack | None = None
    origin: Origin | None = None


NOTHING_BEFORE = Beginning()
