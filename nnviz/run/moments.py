"""Earlier moments of a run that it can be taken back to: trainer states at even spacing, under a cap on memory."""

import math
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from nnviz.engine.training import Evaluation, Trainer, TrainerState

DEFAULT_CAP = 256 * 1024 * 1024
MIN_SPACING = 0.01
# A moment is kept only after so many times the time that keeping the last ones took: at most 1 % of training.
_COST_FACTOR = 100.0
# What a state costs beside its arrays: the objects themselves and the generators' states, measured with tracemalloc.
OVERHEAD = 4_096
EVALUATION = 512  # bytes of one that is kept
# Evaluations beside a moment take at most this share of what the moment takes.
_FEW = 1 / 8
# Thinning leaves this share of the cap, so that it isn't due again at once.
_ROOM = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A state that is kept.

    Attributes
    ----------
    state
        All that training needs to go on from it, bit for bit.
    seconds
        Training time by then.
    era
        How many times the run had been changed by then other than by training.
    pinned
        Whether it is the first, or was taken right after such a change: from nowhere else can it be computed anew.
    evaluations
        Losses and metrics at ends of epochs between it and the next moment, by the updates done: whoever computes what
        lies between need not look at all rows again.
    """

    state: TrainerState
    seconds: float
    era: int
    pinned: bool
    evaluations: dict[int, Evaluation] = field(default_factory=dict)

    @property
    def step(self) -> int:
        """Updates done by then."""
        return self.state.step

    def arrays(self) -> Iterator[tuple[int, int]]:
        """Yield identity and size in bytes of every array; some are shared by neighbouring states."""
        state = self.state
        best = state.best.best
        for array in (state.parameters, state.moments, state.scalars, state.order):
            yield id(array), array.nbytes
        if best is not None:
            yield id(best.parameters), best.parameters.nbytes


class Moments:
    """Keeps states of one run, the newest as densely as the older ones; belongs to the run's thread.

    Spacing is even in training time, so that any update between two of them can be made again in about that time. When
    the cap is reached, the spacing doubles and what is then too dense goes. The first moment, those after a change by
    the person and the one that the best epoch is computed from stay until nothing else is left to give up. A cap below
    the size of one state keeps none.

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
        self.clear()

    def clear(self) -> None:
        """Keep none, and begin at the least spacing again."""
        self._kept: list[Moment] = []
        self._steps: list[int] = []
        self._changes: list[int] = []
        self._holders: dict[int, tuple[int, int]] = {}  # of an array: how many states hold it, its bytes
        self._spacing = MIN_SPACING
        self._due = self._evaluation_due = -math.inf
        self._changed = True
        self._best_step = 0
        self.used = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def spacing(self) -> float:
        """Seconds of training between two moments that are kept."""
        return max(self._spacing, _COST_FACTOR * self._cost)

    @property
    def most_bytes(self) -> int:
        """Size of the largest state that was kept or tried, arrays that are shared included."""
        return self._most_bytes

    _most_bytes = 0

    # While training

    def change(self, step: int) -> None:
        """Take down that the run was changed after ``step`` updates other than by training."""
        self._changes.append(step)
        self._changed = True

    def offer(self, trainer: Trainer, seconds: float) -> None:
        """Keep the present state if one is due; to be called between two updates, before the next after a change."""
        if seconds >= self._due or self._changed:
            self._take(trainer, seconds)

    def note(self, evaluation: Evaluation, seconds: float) -> None:
        """Keep what was found at the end of an epoch, if one is due: of short epochs it is soon found again."""
        if seconds < self._evaluation_due or not self._kept or self._changed:
            return
        self._evaluation_due = seconds + MIN_SPACING
        self._kept[-1].evaluations[evaluation.step] = evaluation
        self.used += EVALUATION
        if self.used > self.cap:
            self._thin()

    def _take(self, trainer: Trainer, seconds: float) -> None:
        begun = self._clock()
        pinned = self._changed or (bool(self._kept) and self._kept[-1].pinned and self._steps[-1] == trainer.step)
        self._changed = False
        moment = Moment(trainer.state(), seconds, len(self._changes), pinned)
        while self._kept and self._steps[-1] >= moment.step:  # of one update only what goes on from it
            self._drop(len(self._kept) - 1)
        self._best_step = trainer.best.step if trainer.best is not None else 0
        self._most_bytes = OVERHEAD + sum(size for _, size in moment.arrays())
        self._kept.append(moment)
        self._steps.append(moment.step)
        self._count(moment, 1)
        if self.used > self.cap:
            self._thin()
        cost = self._clock() - begun
        # The mean of the last few: one that the scheduler interrupted would space the next ones for nothing.
        self._cost = cost if not self._cost else min(self._cost + 0.2 * (cost - self._cost), 2.0 * self._cost)
        self._due = seconds + self.spacing

    def _count(self, moment: Moment, by: int) -> None:
        self.used += by * (OVERHEAD + EVALUATION * len(moment.evaluations))
        for key, size in moment.arrays():
            holders = self._holders.get(key, (0, size))[0]
            if (holders == 0) != (holders + by == 0):
                self.used += by * size
            if holders + by:
                self._holders[key] = (holders + by, size)
            else:
                del self._holders[key]

    def _drop(self, index: int) -> None:
        self._count(self._kept.pop(index), -1)
        del self._steps[index]

    # Under the cap

    def set_cap(self, cap: int) -> None:
        """Hold another cap, bytes, from now on."""
        self.cap = cap
        if self.used > cap:
            self._thin()

    def _thin(self) -> None:
        """Double the spacing until there is room; then give up what is pinned, the closest first."""
        room = int(_ROOM * self.cap)
        while self.used > room and any(not one.pinned for one in self._kept[:-1]):
            self._spacing *= 2.0
            protected = self._index(self._best_step)
            last = -math.inf
            keep: list[Moment] = []
            for index, one in enumerate(self._kept):
                newest = index == len(self._kept) - 1
                best = index == protected and self._spacing < float(1 << 40)
                if one.pinned or newest or best or one.seconds - last >= self._spacing:
                    keep.append(one)
                    last = one.seconds
                else:
                    self._count(one, -1)
                    self._inherit(keep[-1], one)
            if len(keep) == len(self._kept) and self._spacing > self._kept[-1].seconds - self._kept[0].seconds:
                break  # nothing but what is pinned, the best and the newest
            self._kept, self._steps = keep, [one.step for one in keep]
        while self.used > self.cap and len(self._kept) > 1:
            gaps = [
                (after.seconds - before.seconds, index)
                for index, (before, after) in enumerate(zip(self._kept, self._kept[1:], strict=False))
            ]
            # The first goes last: whatever else is given up, the run can be shown from its start.
            self._drop(min(gaps[1:])[1] if len(gaps) > 1 else 1)
        if self.used > self.cap:
            self._drop(0)

    def _inherit(self, heir: Moment, moment: Moment) -> None:
        """Let a moment have the evaluations of the next one, which goes, as long as they are few."""
        together = len(heir.evaluations) + len(moment.evaluations)
        if heir.era == moment.era and EVALUATION * together <= _FEW * self._most_bytes:
            heir.evaluations.update(moment.evaluations)
            self.used += EVALUATION * len(moment.evaluations)

    def cut(self, step: int) -> None:
        """Forget what came after ``step`` updates: the run goes on from there."""
        while self._kept and self._steps[-1] > step:
            self._drop(len(self._kept) - 1)
        while self._changes and self._changes[-1] > step:
            self._changes.pop()
        if self._kept:
            later = [one for one in self._kept[-1].evaluations if one > step]
            self.used -= EVALUATION * len(later)
            for one in later:
                del self._kept[-1].evaluations[one]
        self._due = self._evaluation_due = -math.inf

    # Looking back

    def _index(self, step: int) -> int:
        return bisect_right(self._steps, step) - 1

    def before(self, step: int) -> Moment | None:
        """Return the last moment from which training alone leads to ``step``; None when there is none left."""
        index = self._index(step)
        if index < 0 or self._kept[index].era != bisect_right(self._changes, step):
            return None
        return self._kept[index]

    def nearest(self, step: int) -> Moment | None:
        """Return the moment nearest to ``step``; None when none is kept."""
        index = self._index(step)
        around = self._kept[max(index, 0) : index + 2]
        return min(around, key=lambda one: abs(one.step - step), default=None)
