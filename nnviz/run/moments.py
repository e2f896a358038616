"""Earlier moments of runs that can be gone back to: trainer states at even spacing, under one cap on memory."""

import math
import time
from bisect import bisect_right
from collections.abc import Callable

from nnviz.engine.training import Evaluation, Trainer, TrainerState
from nnviz.run.track import EVALUATION, NO_STILLS, OVERHEAD, Account, Moment, Still, Stills, Track

__all__ = ["DEFAULT_CAP", "EVALUATION", "MIN_SPACING", "OVERHEAD", "Moment", "Moments"]

DEFAULT_CAP = 256 * 1024 * 1024
MIN_SPACING = 0.01
# A moment is kept only after so many times the time that keeping the last ones took: at most 1 % of training.
_COST_FACTOR = 100.0
# Evaluations beside a moment take at most this share of what the moment takes.
_FEW = 1 / 8
# Thinning leaves this share of the cap, so that it isn't due again at once.
_ROOM = 0.8


def _bytes_of(moment: Moment) -> int:
    return OVERHEAD + sum(size for _, size in moment.arrays())


class Moments:
    """Keeps states of one run, the newest as densely as the older ones, and of the runs that were left for it.

    Spacing is even in training time, so that any update between two of them can be made again in about that time. When
    the cap is reached, the spacing doubles for all runs and what is then too dense goes. The first moment, those after
    a change by the person, the one that the best epoch is computed from and the last of each run stay until nothing
    else is left to give up; then runs that were left are reduced to their last moment, and forgotten, those that were
    left first before the others. A cap below the size of one state keeps none. Belongs to the run's thread.

    Parameters
    ----------
    cap
        Bytes, at least 0.
    clock
        Measures what keeping a moment costs.
    """

    def __init__(self, cap: int = DEFAULT_CAP, clock: Callable[[], float] = time.perf_counter) -> None:
        self.cap = cap
        self._clock = clock
        self._cost = 0.0
        self._account = Account()
        self._now = Track(self._account)
        self._left: dict[int, Track] = {}  # by the serial of the run's history, in the order in which they were left
        self._most_bytes = 0
        self.clear()

    def clear(self) -> None:
        """Keep none of the present run, and begin at the least spacing again unless other runs are kept."""
        self._now.clear()
        if not self._left:
            self._spacing = MIN_SPACING
        self._due = self._evaluation_due = -math.inf
        self._changed = True
        self._hold_cap()

    def __len__(self) -> int:
        return len(self._now.kept)

    @property
    def used(self) -> int:
        """Bytes in use, those of runs that were left included."""
        return self._account.used

    @property
    def spacing(self) -> float:
        """Seconds of training between two moments that are kept."""
        return max(self._spacing, _COST_FACTOR * self._cost)

    @property
    def most_bytes(self) -> int:
        """Size of the state that was kept or tried last, arrays that are shared included."""
        return self._most_bytes

    # While training

    def change(self, step: int) -> None:
        """Take down that the run was changed after ``step`` updates other than by training."""
        self._now.changes.append(step)
        self._changed = True

    def offer(self, trainer: Trainer, seconds: float) -> None:
        """Keep the present state if one is due; to be called between two updates, before the next after a change."""
        if seconds >= self._due or self._changed:
            self._take(trainer, seconds)

    def note(self, evaluation: Evaluation, seconds: float) -> None:
        """Keep what was found at the end of an epoch, if one is due: of short epochs it is soon found again."""
        if seconds < self._evaluation_due or not self._now.kept or self._changed:
            return
        self._evaluation_due = seconds + MIN_SPACING
        self._now.kept[-1].evaluations[evaluation.step] = evaluation
        self._account.used += EVALUATION
        self._hold_cap()

    def _take(self, trainer: Trainer, seconds: float) -> None:
        begun, track = self._clock(), self._now
        pinned = self._changed or (bool(track.kept) and track.kept[-1].pinned and track.steps[-1] == trainer.step)
        self._changed = False
        moment = Moment(trainer.state(), seconds, len(track.changes), pinned)
        track.best_step = trainer.best.step if trainer.best is not None else 0
        self._most_bytes = _bytes_of(moment)
        track.append(moment)
        self._hold_cap()
        cost = self._clock() - begun
        # The mean of the last few: one that the scheduler interrupted would space the next ones for nothing.
        self._cost = cost if not self._cost else min(self._cost + 0.2 * (cost - self._cost), 2.0 * self._cost)
        self._due = seconds + self.spacing

    # Under the cap

    def set_cap(self, cap: int) -> None:
        """Hold another cap, bytes, from now on."""
        self.cap = cap
        self._hold_cap()

    def _hold_cap(self) -> None:
        if self.used > self.cap:
            self._thin()

    def _thin(self) -> None:
        """Double the spacing until there is room; then give up runs that were left, and what is pinned."""
        room, now = int(_ROOM * self.cap), self._now
        tracks = (now, *self._left.values())
        few = int(_FEW * self._most_bytes / EVALUATION)
        while self.used > room and any(track.is_loose for track in tracks):
            self._spacing *= 2.0
            best = self._spacing < float(1 << 40)
            went = [track.thin(self._spacing, few, best=best) for track in tracks]
            if not any(went) and self._spacing > max(track.seconds for track in tracks):
                break  # nothing but what is pinned, the best and the newest
        while self.used > self.cap and self._left:
            serial, first = next(
                (item for item in self._left.items() if len(item[1].kept) > 1), next(iter(self._left.items()))
            )
            if len(first.kept) > 1:
                for _ in range(len(first.kept) - 1):
                    first.drop(0)
            else:
                self.forget(serial)
        while self.used > self.cap and now.kept:
            now.give_up()

    def cut(self, step: int) -> None:
        """Forget what came after ``step`` updates: the run goes on from there."""
        self._now.cut(step)
        self._due = self._evaluation_due = -math.inf
        self._hold_cap()

    # Runs that were left

    def leave(self, serial: int, newest: TrainerState, seconds: float, beside: int) -> None:
        """Keep the present run as well, as one that was left at its newest state.

        ``beside`` are the bytes of what else is kept of it. `cut`, `clear` or `come_back` must follow; only then is the
        cap held again, so that the run which is gone back to isn't given up for the one that is left.
        """
        track = self._now.twin()
        if self._changed or not track.steps or track.steps[-1] != newest.step:
            track.append(Moment(newest, seconds, len(track.changes), self._changed))
        track.beside = beside
        self._account.used += beside
        self._left[serial] = track

    @property
    def left(self) -> dict[int, int]:
        """How many moments are kept of each run that was left, by its serial, in the order in which they were left."""
        return {serial: len(track.kept) for serial, track in self._left.items()}

    def come_back(self, serial: int) -> TrainerState:
        """Let a run that was left be the present one; return its newest state. The present one's moments go."""
        self._now.clear()
        track = self._now = self._left.pop(serial)
        self._account.used -= track.beside
        track.beside = 0
        self._due = self._evaluation_due = -math.inf
        self._changed = False
        newest = track.kept[-1]
        self._most_bytes = _bytes_of(newest)
        self._hold_cap()
        return newest.state

    def forget(self, serial: int) -> None:
        """Keep nothing of a run that was left."""
        track = self._left.pop(serial, None)
        if track is not None:
            self._account.used -= track.beside
            track.clear()

    # Looking back

    def before(self, step: int) -> Moment | None:
        """Return the last moment from which training alone leads to ``step``; None when there is none left."""
        track = self._now
        index = track.index(step)
        if index < 0 or track.kept[index].era != bisect_right(track.changes, step):
            return None
        return track.kept[index]

    def stills(self, steps: tuple[int, ...]) -> Stills:
        """Return the weights of the moments nearest to some updates.

        A moment after which the run was changed at the same update is none of them: going there shows what it became.
        """
        near = {one.step: one for step in steps if (one := self.nearest(step)) is not None}
        found = (
            Still(step, one.state.epoch, one.state.parameters)
            for step, one in sorted(near.items())
            if one.era == bisect_right(self._now.changes, step)
        )
        return Stills(steps, tuple(found)) if steps else NO_STILLS

    def nearest(self, step: int) -> Moment | None:
        """Return the moment nearest to ``step``; None when none is kept."""
        index = self._now.index(step)
        around = self._now.kept[max(index, 0) : index + 2]
        return min(around, key=lambda one: abs(one.step - step), default=None)
