"""The time rail: which moment of the run is shown, in words, and the verbs that go to another one."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from nnviz.app.notices import AppNotice
from nnviz.app.runs import Runs
from nnviz.run import messages
from nnviz.run.history import HistoryView
from nnviz.run.rewind import RailView
from nnviz.run.snapshot import Snapshot

MEGABYTE: Final = 1024 * 1024
CAPS: Final = (16, 64, 256, 1024, 4096)
"""Megabytes that may be chosen for the moments."""
BEST: Final = "best"
NOT_TRAINED: Final = "There is no earlier moment yet: train first."
OTHER_DATA: Final = "That moment is of data or of a network that are no longer here. The rail has begun anew."


@dataclass(frozen=True, slots=True)
class RailMark:
    """A place on the rail and what happened there.

    Attributes
    ----------
    kind
        ``BEST``, or a kind of `nnviz.run.markers.Marker`.
    step, epoch
        Where.
    words
        What happened, with the epoch.
    """

    kind: str
    step: int
    epoch: int
    words: str


def step_of_epoch(history: HistoryView, epoch: int) -> int:
    """Return the updates done by the end of an epoch; between two entries of the history by interpolation."""
    return round(float(np.interp(epoch, history.epoch, history.step))) if len(history) else 0


def newest_of(snapshot: Snapshot) -> tuple[int, int]:
    """Return updates and epochs at the newest moment, whichever is shown."""
    return snapshot.rail.newest or (snapshot.step, snapshot.epoch)


def marks_of(history: HistoryView) -> Iterator[RailMark]:
    """Yield what the rail marks, oldest first, the best last."""
    for marker in history.markers:
        yield RailMark(marker.kind, marker.step, marker.epoch, f"Epoch {marker.epoch:,}: {marker.sentence}")
    if history.best_epoch >= 0 and math.isfinite(history.best_validation_loss):
        words = f"Epoch {history.best_epoch:,}: the best so far, loss {history.best_validation_loss:.4g}"
        yield RailMark(BEST, step_of_epoch(history, history.best_epoch), history.best_epoch, words)


def place(snapshot: Snapshot) -> str:
    """Return which moment is shown: "Epoch 120 of 480", with the update when it lies within an epoch."""
    history = snapshot.history
    _, newest = newest_of(snapshot)
    at = np.searchsorted(history.step, snapshot.step)
    at_end = at < len(history) and int(history.step[at]) == snapshot.step
    update = "" if at_end or history.stride > 1 else f", update {snapshot.step:,},"
    return f"Epoch {snapshot.epoch:,}{update} of {newest:,}"


def sentence(snapshot: Snapshot) -> str:
    """Return what the rail says of the moment that is shown; "" for the newest."""
    rail = snapshot.rail
    if rail.newest is None:
        return ""
    near = "" if rail.asked == snapshot.step else " (the nearest that is kept)"
    does = "branches" if rail.differs else "continues"
    return f"{place(snapshot)}{near}: an earlier moment. Space {does} from here."


def differences(rail: RailView) -> str:
    """Return the settings in which the moment that is shown differs from the newest, only those; "" for none."""
    return "; ".join(f"{one.name} {one.before} \N{RIGHTWARDS ARROW} {one.after}" for one in rail.differs)


def megabytes(size: int) -> str:
    """Return a size in MB, with a decimal below 10."""
    value = size / MEGABYTE
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def memory(rail: RailView) -> str:
    """Return in two short lines how many moments of the run are kept, and how full the memory of all runs is."""
    noun = "moment" if rail.kept == 1 else "moments"
    share = rail.used / max(1, rail.cap)
    full = "<1" if 0 < share < 0.01 else f"{100 * share:.0f}"
    return f"{rail.kept:,} {noun}\n{full} % of {megabytes(rail.cap)} MB"


def memory_sentence(rail: RailView) -> str:
    """Return what the two lines mean."""
    return (
        "You can go back to any update of this run: nnviz keeps some of its moments and works the others out again. It "
        f"keeps {rail.kept:,} now. Those of all runs take {megabytes(rail.used)} of {megabytes(rail.cap)} MB; when "
        "these are full, every other moment goes. Click to allow more or less."
    )


def together(rail: RailView) -> str:
    """Return how much memory the runs that are kept take together."""
    return f"{megabytes(rail.used)} of {megabytes(rail.cap)} MB for all runs together"


def too_small(rail: RailView) -> str:
    """Return in words that the memory holds no moment of this network, or ""."""
    if rail.kept or not rail.smallest or rail.smallest <= rail.cap:
        return ""
    return (
        f"One moment of this network takes {megabytes(rail.smallest)} MB, more than the {megabytes(rail.cap)} MB that "
        "the time rail may use: training goes on, but can't be turned back. Click the rail's memory to allow more."
    )


class Rail:
    """Goes to moments of the present run; every verb says why when it can't."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest look at the present run; None before any."""
        snapshot = self._runs.last_snapshot
        return snapshot if snapshot is not None and snapshot.run_id == self._runs.run_id else None

    def _say(self, text: str) -> None:
        self._runs.notice.emit(AppNotice("hint", text, topic="rail"))

    def seek(self, step: int, *, exact: bool = False, run_id: int | None = None) -> None:
        """Show the moment after ``step`` updates; a run that trains pauses.

        A drag is quick rather than ``exact``: see `nnviz.run.messages.Seek`. ``run_id`` is the run that the step was
        read off.
        """
        if run_id is not None and run_id != self._runs.run_id:
            self._say(OTHER_DATA)
        elif self.snapshot is None:
            self._say(NOT_TRAINED)
        elif words := too_small(self.snapshot.rail):
            self._say(words)
        else:
            self._runs.send(messages.Seek(step, exact))

    def step_by(self, updates: int) -> None:
        """Go some updates back or forward, exactly."""
        if (snapshot := self.snapshot) is None or (updates < 0 and not snapshot.step):
            self._say(NOT_TRAINED if snapshot is None or not newest_of(snapshot)[0] else "This is the start.")
        else:
            self.seek(snapshot.step + updates, exact=True)

    def epoch_by(self, epochs: int) -> None:
        """Go to the end of an epoch before or after the present one, exactly; from within an epoch to its own ends."""
        if (snapshot := self.snapshot) is None:
            self._say(NOT_TRAINED)
            return
        history = snapshot.history
        here = step_of_epoch(history, snapshot.epoch)
        back = -1 if epochs < 0 and snapshot.step > here else 0
        target = max(0, snapshot.epoch + epochs - back)
        newest_step, newest_epoch = newest_of(snapshot)
        self.seek(newest_step if target > newest_epoch else step_of_epoch(history, target), exact=True)

    def first(self) -> None:
        """Go to the start of the run."""
        self.seek(0, exact=True)

    def newest(self) -> None:
        """Go back to the newest moment."""
        if (snapshot := self.snapshot) is not None and snapshot.rail.newest is not None:
            self.seek(snapshot.rail.newest[0], exact=True)

    def best(self) -> None:
        """Go to the best epoch."""
        if (snapshot := self.snapshot) is not None and snapshot.history.best_epoch >= 0:
            self.seek(step_of_epoch(snapshot.history, snapshot.history.best_epoch), exact=True)

    def go_on(self) -> None:
        """Train on from the moment that is shown; what came later stays as a curve of an earlier run."""
        self._runs.send(messages.Run())

    def set_cap(self, size: int) -> None:
        """Let the moments of this run and of the next ones take ``size`` megabytes."""
        self._runs.moments_cap = size * MEGABYTE
        self._runs.send(messages.KeepMoments(self._runs.moments_cap))
