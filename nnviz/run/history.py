"""The losses and metrics of every epoch, append-only and bounded in memory."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.training import Evaluation
from nnviz.run.markers import DIVERGENCE, Change, Marker, marked

FloatArray = NDArray[np.floating[Any]]

CAPACITY = 32_768
# The rows of ``HistoryView.values``, in order.
SERIES = ("train_loss", "validation_loss", "train_metric", "validation_metric", "learning_rate", "penalty")
_N = len(SERIES)
_LOW, _HIGH, _SECONDS = slice(_N, 2 * _N), slice(2 * _N, 3 * _N), 3 * _N


@dataclass(frozen=True, slots=True, eq=False)
class HistoryView:
    """A read-only look at a :class:`History`; once handed out it never changes.

    One entry covers ``stride`` epochs; ``stride`` is 1 until the capacity is reached, so nothing is left out: later
    the least and greatest value of every entry keep each spike visible.

    Attributes
    ----------
    stride
        Epochs an entry covers.
    epoch, step
        Last epoch of each entry and the updates done by then, (n,) int64; an epoch looked at twice comes twice.
    seconds
        Training time by then, pauses left out, (n,) float64, never decreasing.
    values, lows, highs
        Per series of ``SERIES`` the value at that epoch and the extremes over the entry's epochs, (6, n) float64; nan
        where there are no such rows, or no update has been made.
    best_epoch, best_validation_loss
        The exact best over all epochs (by training loss when there are no validation rows); -1 and inf before any.
    last
        The newest evaluation, whether or not its entry is complete, or it has none; None before any.
    markers
        What happened to the run, oldest first.
    serial
        Which of its run's histories this is: a reset begins another.
    """

    stride: int
    epoch: NDArray[np.int64]
    step: NDArray[np.int64]
    seconds: FloatArray
    values: FloatArray
    lows: FloatArray
    highs: FloatArray
    best_epoch: int
    best_validation_loss: float
    last: Evaluation | None
    markers: tuple[Marker, ...] = ()
    serial: int = 0

    def __len__(self) -> int:
        return len(self.epoch)

    def band(self, name: str) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return a series' values and its extremes below and above, each (n,)."""
        return _row(self.values, name), _row(self.lows, name), _row(self.highs, name)

    @property
    def train_loss(self) -> FloatArray:
        """Mean loss over the training rows, (n,)."""
        return _row(self.values, "train_loss")

    @property
    def validation_loss(self) -> FloatArray:
        """Mean loss over the validation rows, (n,)."""
        return _row(self.values, "validation_loss")

    @property
    def train_metric(self) -> FloatArray:
        """Accuracy or R2 over the training rows, (n,)."""
        return _row(self.values, "train_metric")

    @property
    def validation_metric(self) -> FloatArray:
        """Accuracy or R2 over the validation rows, (n,)."""
        return _row(self.values, "validation_metric")

    @property
    def learning_rate(self) -> FloatArray:
        """Effective rate of each epoch's last update, (n,)."""
        return _row(self.values, "learning_rate")

    @property
    def penalty(self) -> FloatArray:
        """What L1 and L2 add to the training loss, (n,)."""
        return _row(self.values, "penalty")

    @property
    def train_loss_min(self) -> FloatArray:
        """Least training loss of each entry's epochs, (n,)."""
        return _row(self.lows, "train_loss")

    @property
    def train_loss_max(self) -> FloatArray:
        """Greatest training loss of each entry's epochs, (n,)."""
        return _row(self.highs, "train_loss")

    @property
    def validation_loss_min(self) -> FloatArray:
        """Least validation loss of each entry's epochs, (n,)."""
        return _row(self.lows, "validation_loss")

    @property
    def validation_loss_max(self) -> FloatArray:
        """Greatest validation loss of each entry's epochs, (n,)."""
        return _row(self.highs, "validation_loss")


def _row(rows: FloatArray, name: str) -> FloatArray:
    row: FloatArray = rows[SERIES.index(name)]
    return row


class History:
    """Append-only columns; when full, neighbouring entries are merged two by two into new arrays.

    Ten minutes of the smallest nets are about a million epochs: kept one by one they would take tens of megabytes
    and no curve could show them, so old entries share one slot and keep their extremes instead.
    """

    def __init__(self, capacity: int = CAPACITY, serial: int = 0) -> None:
        if capacity < 4 or capacity % 2:
            raise ValueError("capacity must be even and at least 4")
        self._capacity = capacity
        self.serial = serial
        self._allocate()
        self._stride = 1
        self._n = 0
        self._pending = 0
        self._best_epoch = -1
        self._best = float(np.inf)
        self._last: Evaluation | None = None
        self._seconds = 0.0
        self._markers: tuple[Marker, ...] = ()

    def _allocate(self) -> None:
        self._counts = np.empty((2, self._capacity), np.int64)
        # Rows: the six series, their least values, their greatest, the seconds.
        self._values = np.empty((_SECONDS + 1, self._capacity))

    @property
    def nbytes(self) -> int:
        """Bytes of the columns, which hardly change once they are there."""
        return self._counts.nbytes + self._values.nbytes

    def append(self, evaluation: Evaluation, seconds: float = 0.0) -> None:
        """Add one epoch, ``seconds`` of training after the first; it counts in extremes and best at any stride."""
        self._last = evaluation
        judged = evaluation.validation_loss
        if math.isnan(judged):  # no validation rows
            judged = evaluation.train_loss
        if judged < self._best:
            self._best, self._best_epoch = judged, evaluation.epoch
        if self._pending == 0 and self._n == self._capacity:
            self._merge()
        index = self._n - 1 if self._pending else self._n
        self._counts[:, index] = evaluation.epoch, evaluation.step
        column = self._values[:, index]
        column[:_N] = (
            evaluation.train_loss,
            evaluation.validation_loss,
            evaluation.train_metric,
            evaluation.validation_metric,
            evaluation.learning_rate,
            evaluation.penalty,
        )
        if self._pending:
            np.fmin(column[_LOW], column[:_N], out=column[_LOW])
            np.fmax(column[_HIGH], column[:_N], out=column[_HIGH])
        else:
            column[_LOW] = column[_HIGH] = column[:_N]
            self._n += 1
        self._seconds = max(self._seconds, seconds)
        column[_SECONDS] = self._seconds
        self._pending = (self._pending + 1) % self._stride

    def restate(self, evaluation: Evaluation) -> None:
        """Take what was found at the present moment for the newest, without an entry: the network was edited by hand.

        The curves show what training reaches; of an edit they show the marker, and the next epoch.
        """
        self._last = evaluation

    def mark(self, kind: str, epoch: int, step: int, what: str | Change, seconds: float = 0.0) -> None:
        """Note what happened after this many epochs and updates; for ``CHANGE`` what changed and its values."""
        seconds = max(self._seconds, seconds)
        if isinstance(what, Change):
            marker = Marker(kind, epoch, step, what.name, seconds, what.before, what.after)
        else:
            marker = Marker(kind, epoch, step, what, seconds)
        self._markers = marked(self._markers, marker)

    def _merge(self) -> None:
        counts, values, half = self._counts, self._values, self._capacity // 2
        self._allocate()  # views handed out keep the old arrays
        self._counts[:, :half], self._values[:, :half] = _in_pairs(counts, values)
        self._n = half
        self._stride *= 2

    def rewound(self, epoch: int, best_epoch: int, best: float, *, step: int | None = None) -> "History":
        """Return a new history of the entries up to ``epoch``, with the best known then; for going back in time.

        With ``step``, which lies after that epoch's end and before the next one's, what came after it goes too.
        """
        view = self.view()
        kept = int(np.searchsorted(view.epoch, epoch, side="right"))
        if step is not None:
            kept = min(kept, int(np.searchsorted(view.step, step, side="right")))
        result = History(self._capacity, self.serial)
        result._counts[:, :kept] = self._counts[:, :kept]
        result._values[:, :kept] = self._values[:, :kept]
        result._stride, result._n = self._stride, kept
        result._best_epoch, result._best = best_epoch, best
        result._seconds = self._seconds  # the time was spent all the same
        # A divergence in the very next epoch has the same count of completed ones, but is not part of what is kept.
        result._markers = tuple(
            marker
            for marker in self._markers
            if (marker.epoch < epoch or (marker.epoch == epoch and marker.kind != DIVERGENCE))
            and (step is None or marker.step <= step)
        )
        return result

    @property
    def best(self) -> tuple[int, float]:
        """The best epoch so far and its loss."""
        return self._best_epoch, self._best

    def view(self) -> HistoryView:
        """Return a read-only view of all complete entries."""
        # The entry being filled still changes; it is left out until it is complete.
        n = self._n - 1 if self._pending else self._n
        counts, values = self._counts[:, :n], self._values[:, :n]
        counts.setflags(write=False)
        values.setflags(write=False)
        return HistoryView(
            stride=self._stride,
            epoch=counts[0],
            step=counts[1],
            seconds=values[_SECONDS],
            values=values[:_N],
            lows=values[_LOW],
            highs=values[_HIGH],
            best_epoch=self._best_epoch,
            best_validation_loss=float(self._best),
            last=self._last,
            markers=self._markers,
            serial=self.serial,
        )


def _in_pairs(counts: NDArray[np.int64], values: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
    """Return columns, an even number, merged two by two: the later one's values, the extremes of both."""
    merged = values[:, 1::2].copy()
    np.fmin(values[_LOW, 0::2], values[_LOW, 1::2], out=merged[_LOW])
    np.fmax(values[_HIGH, 0::2], values[_HIGH, 1::2], out=merged[_HIGH])
    return counts[:, 1::2], merged


def thinned(view: HistoryView, most: int) -> HistoryView:
    """Return a copy with at most ``most`` entries (at least 2), merged two by two with their extremes kept.

    It shares no memory with the history, so that a finished run can be remembered at a bounded cost. An odd last entry
    stays by itself.
    """
    counts = np.array((view.epoch, view.step))
    values = np.concatenate((view.values, view.lows, view.highs, view.seconds[None]))
    stride = view.stride
    while counts.shape[1] > most:
        even = counts.shape[1] // 2 * 2
        pairs = _in_pairs(counts[:, :even], values[:, :even])
        counts = np.concatenate((pairs[0], counts[:, even:]), axis=1)
        values = np.concatenate((pairs[1], values[:, even:]), axis=1)
        stride *= 2
    for array in (counts, values):
        array.setflags(write=False)
    return replace(
        view,
        stride=stride,
        epoch=counts[0],
        step=counts[1],
        seconds=values[_SECONDS],
        values=values[:_N],
        lows=values[_LOW],
        highs=values[_HIGH],
    )
