"""RateLog: the learning rate of every update of a run, in memory that grows with changes of settings alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.arrays import IndexArray
from nnviz.engine.schedules import Schedule


@dataclass(frozen=True, slots=True)
class RateSegment:
    """A stretch of updates under the same settings.

    Attributes
    ----------
    step
        Number of its first update; a run's first is 0.
    epoch, position
        Epochs completed, and rows of the running epoch trained on, at the start of that update.
    base
        The learning rate that the schedule multiplies.
    schedule, reductions
        The schedule, and how often a plateau has reduced its rate.
    origin
        The epoch, or fraction of one, at which the schedule began to count.
    batch_size, n_rows
        Rows per update, at most `n_rows`; training rows.
    """

    step: int
    epoch: int
    position: int
    base: float
    schedule: Schedule
    batch_size: int
    n_rows: int
    reductions: int = 0
    origin: float = 0.0

    def rate(self, epoch: int, position: int) -> float:
        """Return the learning rate of an update that starts at row `position` of epoch `epoch`, counted from 0."""
        t = epoch - self.origin + position / self.n_rows
        updates = -(-self.n_rows // self.batch_size)
        return self.base * self.schedule.multiplier(t, 1 / updates, self.reductions)

    def place(self, step: int) -> tuple[int, int]:
        """Return epoch and position at the start of update `step`, not before the segment's first.

        Each update takes the next `batch_size` rows, from wherever the segment began, or those left of the epoch.
        """
        size = self.batch_size
        since = step - self.step
        left = -((self.position - self.n_rows) // size)  # updates of the epoch the segment began in; // rounds down
        if since < left:
            return self.epoch, self.position + since * size
        epochs, update = divmod(since - left, -(-self.n_rows // size))
        return self.epoch + 1 + epochs, update * size

    def at(self, step: int) -> float:
        """Return the learning rate of update `step`, not before the segment's first."""
        return self.rate(*self.place(step))


class RateLog:
    """The learning rate of every update of a run.

    Parameters
    ----------
    segments
        What `segments` of another log returned, to go on from it; none for a new run.

    Notes
    -----
    A rate is not recorded but calculated anew, from the segment that holds the update and by the same operations as
    when it was made, so it is the same to the last bit.
    """

    def __init__(self, segments: Iterable[RateSegment] = ()) -> None:
        self._segments = tuple(segments)

    @property
    def segments(self) -> tuple[RateSegment, ...]:
        """The stretches of equal settings, in order; immutable, so that a state of the run can share them."""
        return self._segments

    def begin(
        self,
        step: int,
        *,
        epoch: int,
        position: int,
        base: float,
        schedule: Schedule,
        batch_size: int,
        n_rows: int,
        reductions: int = 0,
        origin: float = 0.0,
    ) -> None:
        """Note the settings in force from update `step` on; see `RateSegment` for the parameters.

        Settings noted before for the same update are replaced; those that change no rate to come take no memory. A
        batch size above `n_rows` means all rows.

        Raises
        ------
        ValueError
            When `step` is before the last segment (take a `rewound` log then), or there is no such place in an epoch.
        """
        segments = self._segments
        if step < 0 or (segments and step < segments[-1].step):
            raise ValueError(f"settings from update {step} on cannot follow those from {segments[-1:]} on")
        if epoch < 0 or batch_size < 1 or not 0 <= position < n_rows:
            raise ValueError(f"no batch of {batch_size} starts at row {position} of {n_rows} in epoch {epoch}")
        if segments and segments[-1].step == step:
            segments = segments[:-1]
        batch_size = min(batch_size, n_rows)
        segment = RateSegment(step, epoch, position, base, schedule, batch_size, n_rows, reductions, origin)
        if not (segments and _continues(segments[-1], segment)):
            segments = (*segments, segment)
        self._segments = segments

    def rate(self, epoch: int, position: int) -> float:
        """Return the latest segment's `RateSegment.rate`; there must be one."""
        return self._segments[-1].rate(epoch, position)

    def at(self, step: int) -> float:
        """Return the learning rate of update `step`; of one yet to come, as the latest settings have it.

        Raises
        ------
        ValueError
            When `step` is before the first segment.
        """
        for segment in reversed(self._segments):
            if segment.step <= step:
                return segment.at(step)
        raise ValueError(f"update {step} is before the first of the log")

    def curve(self, first: int, last: int, points: int) -> tuple[IndexArray, NDArray[np.float64]]:
        """Return the learning rates of updates spread evenly over a range, for a plot.

        Parameters
        ----------
        first, last
            The first and the last update, both part of the curve.
        points
            How many updates at most, at least 2; every one when they are no more than that.

        Returns
        -------
        steps, rates
            Arrays of one length: numbers of updates, rising; their learning rates.

        Raises
        ------
        ValueError
            For an empty range, fewer than 2 points, or a `first` before the log's first segment.
        """
        if last < first or points < 2:
            raise ValueError(f"no curve of {points} points from update {first} to {last}")
        count = min(points, last - first + 1)
        steps = first + np.arange(count, dtype=np.intp) * (last - first) // max(count - 1, 1)
        segments = self._segments
        owners = np.searchsorted([segment.step for segment in segments], steps, side="right") - 1
        if owners[0] < 0:
            raise ValueError(f"update {first} is before the first of the log")
        pairs = zip(owners.tolist(), steps.tolist(), strict=True)
        return steps, np.array([segments[owner].at(step) for owner, step in pairs])

    def rewound(self, step: int) -> "RateLog":
        """Return a log without segments that begin after update `step`, for a run back in the state before it."""
        return RateLog(segment for segment in self._segments if segment.step <= step)


def _continues(before: RateSegment, segment: RateSegment) -> bool:
    """Whether `segment` has the settings and the place that the one before it would have had anyway."""
    place = (segment.epoch, segment.position)
    return before.place(segment.step) == place and segment == replace(
        before, step=segment.step, epoch=segment.epoch, position=segment.position
    )
