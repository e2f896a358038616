"""What is kept of one run: its moments in order, and the memory that the moments of all runs take together."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from nnviz.engine.arrays import FloatArray
from nnviz.engine.training import Evaluation, TrainerState

# What a state costs beside its arrays: the objects themselves and the generators' states, measured with tracemalloc.
OVERHEAD = 4_096
EVALUATION = 512  # bytes of one that is kept


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


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """The weights of a moment that is kept, for a picture of it.

    Attributes
    ----------
    step, epoch
        Updates and epochs done by then.
    parameters
        The flat vector, (P,), read-only; the same object whenever the same moment is asked for.
    """

    step: int
    epoch: int
    parameters: FloatArray


class Stills(NamedTuple):
    """The weights of the moments nearest to the updates that were ``asked`` for, each once, oldest first."""

    asked: tuple[int, ...]
    found: tuple[Still, ...]


NO_STILLS = Stills((), ())


class Account:
    """Bytes of moments that several runs may share, and so may their arrays: each counts once."""

    def __init__(self) -> None:
        self.used = 0
        self._holders: dict[int, tuple[int, int]] = {}  # of an object, by identity: how many hold it, its bytes

    def add(self, moment: Moment) -> None:
        """Count a moment that a run keeps."""
        if self._hold(id(moment), OVERHEAD, 1):
            self.used += EVALUATION * len(moment.evaluations)
            for key, size in moment.arrays():
                self._hold(key, size, 1)

    def remove(self, moment: Moment) -> None:
        """Count a moment that a run keeps no more."""
        if self._hold(id(moment), OVERHEAD, -1):
            self.used -= EVALUATION * len(moment.evaluations)
            for key, size in moment.arrays():
                self._hold(key, size, -1)

    def is_shared(self, moment: Moment) -> bool:
        """Whether more than one run keeps a moment."""
        return self._holders[id(moment)][0] > 1

    def _hold(self, key: int, size: int, by: int) -> bool:
        """Count a holder more or less; return whether it is the first, or was the last."""
        before = self._holders.get(key, (0, size))[0]
        if before + by:
            self._holders[key] = (before + by, size)
        else:
            del self._holders[key]
        if before and before + by:
            return False
        self.used += by * size
        return True


class Track:
    """The moments of one run, oldest first, counted in an account.

    Attributes
    ----------
    changes
        The updates after which the run was changed other than by training.
    best_step
        Updates at the best epoch.
    beside
        Bytes of what else is kept of a run that was left.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self.kept: list[Moment] = []
        self.steps: list[int] = []
        self.changes: list[int] = []
        self.best_step = 0
        self.beside = 0

    def twin(self) -> "Track":
        """Return another track of the same moments."""
        twin = Track(self._account)
        for moment in self.kept:
            twin.append(moment)
        twin.changes, twin.best_step = list(self.changes), self.best_step
        return twin

    def append(self, moment: Moment) -> None:
        """Keep a moment; of one update only what goes on from it."""
        while self.kept and self.steps[-1] >= moment.step:
            self.drop(len(self.kept) - 1)
        self.kept.append(moment)
        self.steps.append(moment.step)
        self._account.add(moment)

    def drop(self, index: int) -> None:
        """Let a moment go."""
        self._account.remove(self.kept.pop(index))
        del self.steps[index]

    def clear(self) -> None:
        """Let all moments go."""
        while self.kept:
            self.drop(len(self.kept) - 1)
        self.changes.clear()
        self.best_step = 0

    def cut(self, step: int) -> None:
        """Forget what came after ``step`` updates: the run goes on from there."""
        while self.kept and self.steps[-1] > step:
            self.drop(len(self.kept) - 1)
        while self.changes and self.changes[-1] > step:
            self.changes.pop()
        if self.kept:  # a moment of its own: evaluations of what comes now are added to it
            last = self.kept[-1]
            known = {at: found for at, found in last.evaluations.items() if at <= step}
            self.append(replace(last, evaluations=known))

    @property
    def is_loose(self) -> bool:
        """Whether moments are kept that can be computed from others."""
        return any(not one.pinned for one in self.kept[:-1])

    @property
    def seconds(self) -> float:
        """Training time between the first moment and the last."""
        return self.kept[-1].seconds - self.kept[0].seconds if self.kept else 0.0

    def thin(self, spacing: float, inherits: int, *, best: bool) -> bool:
        """Let go what is less than so many seconds after the moment before it; return whether anything went.

        The last moment stays, those that are pinned, and with ``best`` the one that the best epoch is computed from.
        What is left has up to ``inherits`` evaluations of what went.
        """
        protected = self.index(self.best_step) if best else -1
        last = float("-inf")
        keep: list[Moment] = []
        for index, one in enumerate(self.kept):
            newest = index == len(self.kept) - 1
            if one.pinned or newest or index == protected or one.seconds - last >= spacing:
                keep.append(one)
                last = one.seconds
            else:
                self._account.remove(one)
                self._inherit(keep[-1], one, inherits)
        went = len(keep) < len(self.kept)
        self.kept, self.steps = keep, [one.step for one in keep]
        return went

    def _inherit(self, heir: Moment, moment: Moment, most: int) -> None:
        """Let a moment have the evaluations of the next one, which goes, as long as they are few and its own."""
        together = len(heir.evaluations) + len(moment.evaluations)
        if heir.era == moment.era and together <= most and not self._account.is_shared(heir):
            heir.evaluations.update(moment.evaluations)
            self._account.used += EVALUATION * len(moment.evaluations)

    def give_up(self) -> None:
        """Let the moment go that is closest to the one before it; the first goes last of all."""
        gaps = [
            (after.seconds - before.seconds, index)
            for index, (before, after) in enumerate(zip(self.kept, self.kept[1:], strict=False))
        ]
        # Whatever else is given up, the run can be shown from its start.
        self.drop(min(gaps[1:])[1] if len(gaps) > 1 else len(gaps))

    def index(self, step: int) -> int:
        """Return the place of the last moment at or before ``step`` updates; -1 when there is none."""
        return bisect_right(self.steps, step) - 1
