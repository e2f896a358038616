"""The answers of many rows, worked out a few at a time between updates, so that training hardly notices."""

import time
from collections.abc import Callable

import numpy as np

from nnviz.engine.mlp import MLP
from nnviz.engine.row_answers import answer_rows
from nnviz.run.watch import RowsProbe, RowsResult

INTERVAL = 0.25  # seconds from the beginning of one pass to that of the next
SHARE = 0.03  # of the time, while training
FIRST_SHARE = 0.25  # until there is a first answer to show
_LONGEST = 0.004  # seconds for which training is held up at once
_LONGEST_STILL = 0.03  # the same when there is no training to hold up
_MOST_CREDIT = 0.02
_MOST_DEBT = 0.03  # seconds: a turn that was held up by others must not keep the next one away
_FIRST_ROWS, _LEAST_ROWS, _MOST_ROWS = 64, 16, 4_096


class RowSweep:
    """Goes through the rows of a probe pass after pass, each pass with the weights of its beginning.

    A pass of many rows takes several turns: whoever drives the run calls :meth:`advance` when a snapshot is wanted.
    While training it takes no more than ``SHARE`` of the time that has gone by.

    Parameters
    ----------
    clock
        Seconds; nothing but the pace depends on it.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._probe: RowsProbe | None = None
        self._result: RowsResult | None = None
        self._mlp: MLP | None = None  # with the weights of the pass under way, or of the last one
        self._moment = (-1, -1)
        self._at = 0
        self._began = self._looked = float("-inf")
        self._credit = 0.0
        self._seconds_per_row = 0.0

    def forget(self) -> None:
        """Let go of all answers."""
        self._probe, self._result, self._mlp = None, None, None

    def advance(
        self, mlp: MLP, moment: tuple[int, int], probe: RowsProbe, *, running: bool
    ) -> tuple[RowsResult | None, bool]:
        """Work on the answers for a moment.

        Parameters
        ----------
        mlp
            The network as it is now.
        moment
            Updates and epochs done.
        probe
            The rows that are wanted; another one begins from nothing.
        running
            Whether training is held up meanwhile.

        Returns
        -------
        tuple
            The newest complete answers, None before any; whether newer ones are on their way.
        """
        now = self._clock()
        if probe is not self._probe:
            self.forget()
            self._probe, self._began, self._credit = probe, float("-inf"), _LONGEST
        if self._is_due(mlp, moment, now, running=running):
            self._begin(mlp, moment, now)
        if self._mlp is not None and self._at < probe.n_rows:
            self._work(self._mlp, probe, now, running=running)
        self._looked = now
        pending = self._mlp is None or self._at < probe.n_rows or (running and self._moment != moment)
        return self._result, pending

    def _is_due(self, mlp: MLP, moment: tuple[int, int], now: float, *, running: bool) -> bool:
        if self._mlp is None:
            return True
        if running:  # a pass is finished with the weights that it began with, or there would never be an end
            under_way = self._probe is not None and self._at < self._probe.n_rows
            return not under_way and now - self._began >= INTERVAL and moment != self._moment
        # A pause may follow upon a hand edit, or a reset: the step alone does not tell.
        return moment != self._moment or not np.array_equal(mlp.parameters, self._mlp.parameters, equal_nan=True)

    def _begin(self, mlp: MLP, moment: tuple[int, int], now: float) -> None:
        probe = self._probe
        assert probe is not None  # noqa: S101 - set by the only caller
        self._mlp = MLP(mlp.config, dtype=mlp.dtype)
        self._mlp.parameters[...] = mlp.parameters
        self._moment, self._at, self._began = moment, 0, now
        self._output = np.empty((probe.n_rows, mlp.config.n_outputs), mlp.dtype)
        self._losses = np.empty(probe.n_rows)

    def _work(self, mlp: MLP, probe: RowsProbe, now: float, *, running: bool) -> None:
        """Answer rows until the time for it is used up, or all are answered."""
        share = SHARE if self._result is not None else FIRST_SHARE
        if running:
            waited = min(now - self._looked, 1.0) if self._looked > float("-inf") else 0.0
            self._credit = min(self._credit + share * waited, _MOST_CREDIT)
            if self._credit <= 0:
                return
        longest = min(self._credit, _LONGEST) if running else _LONGEST_STILL
        started = now
        while self._at < probe.n_rows:
            stop = min(self._at + self._rows_in(longest - (now - started)), probe.n_rows)
            answers = answer_rows(mlp, *probe.part(self._at, stop))
            self._output[self._at : stop] = answers.output
            self._losses[self._at : stop] = answers.losses
            before, now = now, self._clock()
            self._seconds_per_row = (now - before) / (stop - self._at)
            self._at = stop
            if now - started >= longest:
                break
        if running:
            self._credit = max(self._credit - (now - started), -_MOST_DEBT)
        if self._at == probe.n_rows:
            self._finish(mlp, probe)

    def _rows_in(self, seconds: float) -> int:
        if not self._seconds_per_row:
            return _FIRST_ROWS
        return max(_LEAST_ROWS, min(int(seconds / self._seconds_per_row), _MOST_ROWS))

    def _finish(self, mlp: MLP, probe: RowsProbe) -> None:
        for array in (self._output, self._losses):
            array.setflags(write=False)
        self._result = RowsResult(probe, mlp.config, *self._moment, self._output, self._losses)
