"""The microscope zoomed out: the updates of the epoch that is shown, and the epochs of the run."""

from dataclasses import dataclass

from nnviz.app.rail import newest_of, step_of_epoch
from nnviz.engine.rehearsal import Rehearsal
from nnviz.run.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Stretch:
    """Places in a row, and the one that is shown.

    Attributes
    ----------
    first, last, at
        Numbers of the places, both ends included.
    words
        Where that is.
    """

    first: int
    last: int
    at: int
    words: str


def updates_an_epoch(rehearsal: Rehearsal) -> int:
    """Return how many updates an epoch of this run has."""
    whole = len(rehearsal.batch) == rehearsal.n_train
    size = rehearsal.n_train if whole else min(rehearsal.training.batch_size, rehearsal.n_train)
    return -(-rehearsal.n_train // size)


def epoch_stretch(rehearsal: Rehearsal, snapshot: Snapshot) -> Stretch:
    """Return the moments before each update of the epoch, by updates done, up to the newest."""
    count = updates_an_epoch(rehearsal)
    at = rehearsal.step
    done = rehearsal.position // rehearsal.training.batch_size if count > 1 else 0
    first = max(0, at - done)
    newest, _ = newest_of(snapshot)
    last = max(at, min(first + count - 1, newest))
    return Stretch(first, last, at, f"Update {at - first + 1:,} of {count:,} in epoch {rehearsal.epoch + 1:,}")


def run_stretch(rehearsal: Rehearsal, snapshot: Snapshot) -> Stretch:
    """Return the ends of the run's epochs; 0 is its start."""
    _, newest = newest_of(snapshot)
    return Stretch(0, newest, rehearsal.epoch, f"After epoch {rehearsal.epoch:,} of {newest:,}")


def step_after(snapshot: Snapshot, epoch: int) -> int:
    """Return the updates done by the end of an epoch of the run that is shown."""
    newest_step, newest_epoch = newest_of(snapshot)
    return newest_step if epoch >= newest_epoch else min(newest_step, step_of_epoch(snapshot.history, epoch))
