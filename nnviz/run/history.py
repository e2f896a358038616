"""The losses and metrics of every epoch, append-only and bounded in memory."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.training import Evaluation

FloatArray = NDArray[np.floating[Any]]

CAPACITY = 32_768


@dataclass(frozen=True, slots=True, eq=False)
class HistoryView:
    """A read-only look at a :class:`History`; once handed out it never changes.

    One entry covers ``stride`` epochs; ``stride`` is 1 until the capacity is reached, so nothing is left out: later
    the least and greatest loss of every entry keep each spike visible.

    Attributes
    ----------
    epoch, step
        Last epoch of each entry and the updates done by then, (n,) int64.
    train_loss, validation_loss, train_metric, validation_metric
        Values at that epoch, (n,) float64; nan where there are no such rows.
    train_loss_min, train_loss_max, validation_loss_min, validation_loss_max
        Extremes over the entry's epochs, (n,) float64.
    learning_rate, penalty
        Effective rate of that epoch's last update, and what L1 and L2 add to the training loss, (n,) float64.
    best_epoch, best_validation_loss
        The exact best over all epochs (by training loss when there are no validation rows); -1 and inf before any.
    last
        The newest evaluation, whether or not its entry is complete; None before any.
    """

    stride: int
    epoch: NDArray[np.int64]
    step: NDArray[np.int64]
    train_loss: FloatArray
    validation_loss: FloatArray
    train_metric: FloatArray
    validation_metric: FloatArray
    train_loss_min: FloatArray
    train_loss_max: FloatArray
    validation_loss_min: FloatArray
    validation_loss_max: FloatArray
    learning_rate: FloatArray
    penalty: FloatArray
    best_epoch: int
    best_validation_loss: float
    last: Evaluation | None

    def __len__(self) -> int:
        return len(self.epoch)


class History:
    """Append-only columns; when full, neighbouring entries are merged two by two into new arrays.

    Ten minutes of the smallest nets are about a million epochs: kept one by one they would take tens of megabytes
    and no curve could show them, so old entries share one slot and keep their extremes instead.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        if capacity < 4 or capacity % 2:
            raise ValueError("capacity must be even and at least 4")
        self._capacity = capacity
        self._allocate()
        self._stride = 1
        self._n = 0
        self._pending = 0
        self._best_epoch = -1
        self._best = float(np.inf)
        self._last: Evaluation | None = None

    def _allocate(self) -> None:
        self._counts = np.empty((2, self._capacity), np.int64)
        # Rows: the six series, then train loss min and max, validation loss min and max.
        self._values = np.empty((10, self._capacity))

    def append(self, evaluation: Evaluation) -> None:
        """Add one epoch; its losses count in the extremes and the best whatever the stride."""
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
        train, validation = evaluation.train_loss, evaluation.validation_loss
        if self._pending:
            column[6:] = (
                min(column[6], train),
                max(column[7], train),
                min(column[8], validation),
                max(column[9], validation),
            )
        else:
            column[6:] = train, train, validation, validation
            self._n += 1
        column[:4] = train, validation, evaluation.train_metric, evaluation.validation_metric
        column[4:6] = evaluation.learning_rate, evaluation.penalty
        self._pending = (self._pending + 1) % self._stride

    def _merge(self) -> None:
        counts, values, half = self._counts, self._values, self._capacity // 2
        self._allocate()  # views handed out keep the old arrays
        self._counts[:, :half] = counts[:, 1::2]
        self._values[:6, :half] = values[:6, 1::2]
        for row, extreme in ((6, np.fmin), (7, np.fmax), (8, np.fmin), (9, np.fmax)):
            extreme(values[row, 0::2], values[row, 1::2], out=self._values[row, :half])
        self._n = half
        self._stride *= 2

    def rewound(self, epoch: int, best_epoch: int, best: float) -> "History":
        """Return a new history of the entries up to ``epoch``, with the best known then; for going back in time."""
        view = self.view()
        kept = int(np.searchsorted(view.epoch, epoch, side="right"))
        result = History(self._capacity)
        result._counts[:, :kept] = self._counts[:, :kept]
        result._values[:, :kept] = self._values[:, :kept]
        result._stride, result._n = self._stride, kept
        result._best_epoch, result._best = best_epoch, best
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
            train_loss=values[0],
            validation_loss=values[1],
            train_metric=values[2],
            validation_metric=values[3],
            train_loss_min=values[6],
            train_loss_max=values[7],
            validation_loss_min=values[8],
            validation_loss_max=values[9],
            learning_rate=values[4],
            penalty=values[5],
            best_epoch=self._best_epoch,
            best_validation_loss=float(self._best),
            last=self._last,
        )
