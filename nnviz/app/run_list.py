"""The runs of a session in words and as lanes: where each went off the others, how it differs; pure."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from nnviz.app.network_differences import network_changes
from nnviz.app.plain_numbers import plain_number
from nnviz.app.rail import newest_of
from nnviz.run.history import HistoryView
from nnviz.run.left_run import LeftRun, Path
from nnviz.run.markers import changes
from nnviz.run.snapshot import Snapshot

PRESENT: Final = -1  # as a lane's parent: the present run
SAME_SETTINGS: Final = "no setting"

Numbers = Callable[[tuple[int, int]], int]


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run of the list, in words.

    Attributes
    ----------
    serial, number
        Of its history; of the run.
    present
        Whether it is the one that trains now.
    name, origin, end, best, differs
        "Run 2"; where it began; its last epoch; its best validation loss with the epoch; the settings in which it
        differs from the present run at the newest moments of both.
    """

    serial: int
    number: int
    present: bool
    name: str
    origin: str
    end: str
    best: str
    differs: str

    @property
    def sentence(self) -> str:
        """All of it, for who hears it."""
        differs = "the present run" if self.present else f"differs from the present run in {self.differs}"
        return f"{self.name}; branched from: {self.origin}; last epoch {self.end}; best loss {self.best}; {differs}"


@dataclass(frozen=True, slots=True)
class Lane:
    """A run that was left, along the updates.

    Attributes
    ----------
    run
        What is known of it.
    number
        Of the run.
    start
        Updates at which it went off its parent's lane.
    parent
        The index of that lane, one of those before it; `PRESENT` for the present run's.
    forks
        Whether it went off there; otherwise it began at initial weights of its own.
    """

    run: LeftRun
    number: int
    start: int
    parent: int
    forks: bool

    @property
    def name(self) -> str:
        """What the run is called, as in the legend of its curve."""
        return f"run {self.number}"

    def words_at(self, step: int) -> str:
        """Return what lies at an update: the run's name and the epoch."""
        epoch = epoch_at(self.run.history, step)
        return f"{self.name.capitalize()}, epoch {epoch:,} of {self.run.epoch:,}"


def epoch_at(history: HistoryView, step: int) -> int:
    """Return the epochs done after ``step`` updates; between two entries of the history by interpolation."""
    return int(np.interp(step, history.step, history.epoch)) if len(history) else 0


def parting(first: tuple[Path, int], second: tuple[Path, int]) -> int | None:
    """Return the updates up to which two runs, given by path and serial, are the same; None when they never were."""
    one, two = ([*path, (serial, math.inf)] for path, serial in (first, second))
    found: float | None = None
    for (serial, end), (other, its_end) in zip(one, two, strict=False):
        if serial != other:
            break
        found = min(end, its_end)
        if end != its_end:
            break
    return None if found is None else int(min(found, 2**62))


def lanes_of(snapshot: Snapshot, numbers: Numbers, most: int) -> tuple[Lane, ...]:
    """Return the lanes of the runs that matter most, the one that was left last first; ``most`` of them.

    Those are the runs that the present one went off, then those that were left last.
    """
    present, left = (snapshot.rail.path, snapshot.history.serial), snapshot.rail.left[::-1]
    ancestors = {serial for serial, _ in snapshot.rail.path}
    matter = sorted(left, key=lambda run: run.serial not in ancestors)[:most]
    lanes: list[Lane] = []
    for run in (run for run in left if run in matter):
        own = (run.path, run.serial)
        candidates = [
            (PRESENT, present),
            *((index, (lane.run.path, lane.run.serial)) for index, lane in enumerate(lanes)),
        ]
        places = [(index, parting(other, own)) for index, other in candidates]
        parent, start = max(places, key=lambda place: -1 if place[1] is None else place[1])
        number = numbers(run.lineage)
        lanes.append(Lane(run, number, start or 0, parent if start is not None else PRESENT, start is not None))
    return tuple(lanes)


def extent_of(newest: int, lanes: tuple[Lane, ...]) -> int:
    """Return how many updates a rail shows: to the end of the longest run, but at most twice the present one's.

    A run that has just begun again after a long one must not be a point at the left.
    """
    return max(newest, min(2 * newest, max((lane.run.step for lane in lanes), default=0)))


def lines_of(snapshot: Snapshot, numbers: Numbers) -> tuple[RunLine, ...]:
    """Return the present run, then those that were left, the last one first."""
    history, training = snapshot.history, snapshot.rail.settings or snapshot.training
    rail, end = snapshot.rail, (*newest_of(snapshot), training, history)
    present = LeftRun(snapshot.run_id, snapshot.config, rail.path, *end, origin=rail.origin)

    def line(run: LeftRun) -> RunLine:
        origin, view = "The start", run.history
        if run.path:
            parent, step = run.path[-1]
            origin = f"Run {numbers((run.network, parent))}, epoch {epoch_at(view, step):,}"
        elif run.origin is not None:
            origin = f"Weights of run {numbers(run.origin.lineage)}, epoch {run.origin.epoch:,}"
        best = "\N{EN DASH}"
        if view.best_epoch >= 0 and math.isfinite(view.best_validation_loss):
            best = f"{plain_number(view.best_validation_loss)} at {view.best_epoch:,}"
        number, here = numbers(run.lineage), run is present
        title = f"Run {number}" + (", present" if here else "")
        return RunLine(run.serial, number, here, title, origin, f"{run.epoch:,}", best, _differs(present, run))

    return tuple(line(run) for run in (present, *reversed(snapshot.rail.left)))


def _differs(present: LeftRun, run: LeftRun) -> str:
    if run is present:
        return ""
    found = (*network_changes(present.config, run.config), *changes(present.training, run.training))
    return "; ".join(f"{one.name} {one.after}" for one in found) or SAME_SETTINGS


def lost_words(numbers: tuple[int, ...]) -> str:
    """Return in words that runs were given up for want of memory."""
    names = ", ".join(f"run {number}" for number in sorted(numbers))
    return f"The time rail's memory is full: {names} can't be gone back to any more, only compared with."
