"""Which moment the present one is compared with: one that was kept on the time rail, or the end of an earlier run."""

from collections import deque
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Signal

from nnviz.app.notices import AppNotice
from nnviz.app.run_numbers import A_RUN
from nnviz.app.runs import Runs
from nnviz.app.sides import Side, side_of
from nnviz.data.dataset import Dataset
from nnviz.run.snapshot import Snapshot

MOST_ENDS: Final = 5
NOTHING_YET: Final = "There is no moment to compare with yet: train first."


class Comparing(QObject):
    """Keeps the weights of one chosen moment, and those that the last few runs ended with.

    The ends take at most as much memory as the time rail may: the oldest go first. The chosen moment is one vector of
    weights beside it. Nothing is copied: the vectors of a snapshot never change.

    Signals
    -------
    changed
        Another moment is compared with, or there are others to choose from.
    """

    changed = Signal()

    def __init__(self, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._newest: Side | None = None  # of the run that goes on, whatever moment is shown
        self._epochs = 0
        self._back: int | None = None  # the earlier moment that is looked back at
        self._dataset: Dataset | None = None
        self.ends: deque[Side] = deque(maxlen=MOST_ENDS)
        self.chosen: Side | None = None
        runs.snapshot_ready.connect(self._on_snapshot)

    def side(self, snapshot: Snapshot) -> Side | None:
        """Return what a snapshot of the present run shows; None when its data are not known."""
        dataset = self._runs.dataset
        return None if dataset is None else side_of(dataset, snapshot, self._runs.numbers.of(snapshot.lineage))

    def keep(self) -> bool:
        """Compare with the moment that is shown now; return whether there is one."""
        snapshot = self._runs.last_snapshot
        if snapshot is None or snapshot.run_id != self._runs.run_id:
            self._runs.notice.emit(AppNotice("hint", NOTHING_YET, topic="rail"))
            return False
        self.choose(self.side(snapshot))
        return True

    def choose(self, side: Side | None) -> None:
        """Compare with another moment, or with none."""
        self.chosen = side
        self.changed.emit()

    def end_of(self, serial: tuple[int, int]) -> Side | None:
        """Return where a run ended, given by the serial of its history with the run's id; None if it isn't known."""
        return next((side for side in self.ends if side.serial == serial), None)

    def forget(self, serial: tuple[int, int]) -> bool:
        """Forget where a run ended; return whether that was known."""
        side = self.end_of(serial)
        if side is not None:
            self.ends.remove(side)
            self.changed.emit()
        return side is not None

    @property
    def step(self) -> int | None:
        """Where on the present run's rail the chosen moment lies; None when it is none of this run."""
        chosen, newest = self.chosen, self._newest
        return None if chosen is None or newest is None or chosen.serial != newest.serial else chosen.step

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        dataset = self._runs.dataset
        if dataset is None or snapshot.run_id != self._runs.run_id:
            return
        if dataset is not self._dataset:
            self._begin(dataset)
        serial = snapshot.lineage
        if self._newest is not None and self._newest.serial != serial:
            self._end(self._newest)
            if not self.forget(serial):  # else it is one that was left, and is gone back into
                self._follow(snapshot, serial)
        self._back = None if snapshot.rail.newest is None else snapshot.step
        if snapshot.rail.newest is None:
            self._newest, self._epochs = self.side(snapshot), len(snapshot.history)
        self._judge(snapshot)

    def _follow(self, snapshot: Snapshot, serial: tuple[int, int]) -> None:
        """Let the chosen moment be one of the branch that has begun, if it lies before where that went off."""
        chosen, back = self.chosen, self._back
        same_run = chosen is not None and chosen.serial[0] == serial[0]
        if chosen is None or back is None or not same_run or not chosen.step <= back <= snapshot.step:
            return
        if self.ends and self.ends[-1].serial == chosen.serial:
            self.choose(replace(chosen, serial=serial, run=self._runs.numbers.of(serial)))

    def _judge(self, snapshot: Snapshot) -> None:
        """Take the losses of the chosen moment, which came after its weights."""
        chosen = self.chosen
        if chosen is None or chosen.last is not None or snapshot.history.last is None or self._dataset is None:
            return
        if (snapshot.lineage, snapshot.step) == chosen.moment:
            self.choose(side_of(self._dataset, snapshot, chosen.run))

    def _begin(self, dataset: Dataset) -> None:
        """Forget everything: it was of other data. What was chosen stays, to be refused in words."""
        self._dataset, self._newest = dataset, None
        self.ends.clear()
        self.changed.emit()

    def _end(self, side: Side) -> None:
        if self._epochs >= A_RUN:
            self.ends.append(side)
            while self.ends and sum(one.parameters.nbytes for one in self.ends) > self._runs.moments_cap:
                self.ends.popleft()
            self.changed.emit()
        self._newest = None
