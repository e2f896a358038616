"""A branch beside the run that it left: whether it is better yet, by how much and at which epoch, in words; pure."""

import math
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnviz.app.experiment import Experiment
from nnviz.app.plain_numbers import plain_number
from nnviz.engine.findings import percent
from nnviz.run.history import HistoryView
from nnviz.run.snapshot import Snapshot

Epochs: TypeAlias = NDArray[np.int64]
Losses: TypeAlias = tuple[Epochs, NDArray[np.floating[Any]]]  # epochs, never falling, and their losses
_LATEST: Final = 64  # entries of the coarser curve
NO_DIFFERENCE: Final = 0.01  # of the loss before; less is said to be none yet


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What was tried, and the run as it was.

    Attributes
    ----------
    experiment
        What differs.
    before
        The losses of the run that was left.
    left
        That run's number and the serial of its history.
    """

    experiment: Experiment
    before: HistoryView
    left: tuple[int, int]

    def is_branch(self, snapshot: Snapshot) -> bool:
        """Whether a moment is of the branch as it begins, and not of the run that was left or of another one."""
        experiment = self.experiment
        if snapshot.lineage == self.left:
            return False
        if experiment.training is not None:
            return snapshot.run_id == self.left[0] and snapshot.training == experiment.training
        return experiment.edit is None or snapshot.config == experiment.edit.config


def verdict(attempt: Attempt, snapshot: Snapshot) -> str:
    """Return how the branch does, at the last epoch that both runs have; honest about no difference.

    The measure is the validation loss, or the training loss where there are no validation rows.
    """
    wanted = attempt.experiment.training
    changed = wanted is not None and snapshot.rail.newest is None and snapshot.training != wanted
    return _told(attempt, snapshot) + (" Its settings were changed since, so it is no pure test." if changed else "")


def _told(attempt: Attempt, snapshot: Snapshot) -> str:
    experiment, before, after = attempt.experiment, attempt.before, snapshot.history
    head = f"Branch {experiment.since} ({experiment.words}):"
    if snapshot.divergence is not None:
        return f"{head} it diverged in epoch {snapshot.divergence.epoch:,}, which is worse."
    judged = _judged(before, after)
    name = "validation loss" if judged == "validation_loss" else "training loss"
    one, two = (_finite(view, judged) for view in (before, after))
    shared = _shared(one[0], two[0], experiment.epoch, max(before.stride, after.stride))
    if not len(shared):
        return f"{head} {_alone(one, two, experiment.epoch, name)}"
    epoch = int(shared[-1])
    old, new = (_at(series, epoch) for series in (one, two))
    values = f"at epoch {epoch:,} its {name} is {plain_number(new)}, that of the run before {plain_number(old)}"
    change = (new - old) / old if old > 0 else math.copysign(math.inf, new - old) if new != old else 0.0
    if abs(change) < NO_DIFFERENCE:
        return f"{head} {values}: no difference yet (less than {percent(NO_DIFFERENCE)})."
    word = "lower, which is better" if change < 0 else "higher, which is worse"
    return f"{head} {values}: {percent(float(f'{abs(change):.2g}'))} {word}."


def _judged(before: HistoryView, after: HistoryView) -> str:
    known = all(np.isfinite(view.validation_loss).any() for view in (before, after))
    return "validation_loss" if known else "train_loss"


def _finite(view: HistoryView, name: str) -> Losses:
    """Return epochs and losses of the entries that are finite."""
    values = view.band(name)[0]
    known = np.isfinite(values)
    return view.epoch[known], values[known]


def _shared(one: Epochs, two: Epochs, begun: int, stride: int) -> Epochs:
    """Return epochs after ``begun`` that both curves have, the latest ones only: few of a long run are looked at."""
    if not len(one) or not len(two):
        return one[:0]
    end = min(int(one[-1]), int(two[-1]))
    first = max(begun, end - _LATEST * stride)
    late, also = (view[slice(*np.searchsorted(view, (first, end), side="right").tolist())] for view in (one, two))
    return np.intersect1d(late, also)


def _at(losses: Losses, epoch: int) -> float:
    """Return the loss of an epoch, the newest where it comes twice."""
    return float(losses[1][np.searchsorted(losses[0], epoch, side="right") - 1])


def _alone(one: Losses, two: Losses, begun: int, name: str) -> str:
    """Return what can be said while the two runs share no epoch: the run before ended where the branch began."""
    if not len(one[0]) or not len(two[0]) or two[0][-1] <= begun:
        return "it has made no epoch yet, so there is no difference yet."
    end, newest = int(one[0][-1]), int(two[0][-1])
    if newest < end:
        return "the two runs share no epoch of their curves yet, so there is no difference to tell yet."
    return (
        f"the run before ended at epoch {end:,} with a {name} of {plain_number(float(one[1][-1]))}; the branch is at"
        f" epoch {newest:,} with {plain_number(float(two[1][-1]))}. No epoch is shared, so it proves no difference."
    )
