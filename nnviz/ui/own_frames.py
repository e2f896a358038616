"""How long frames take by nnviz's own doing: without what the system kept the ready GUI thread from a core."""

import os
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject

from nnviz.app.frame_clock import FrameClock

_NANO = 1e-9


class CoreWait:
    """How long the thread that makes this was ready to run and had no core, as Linux counts it.

    Elsewhere nobody counts it, and nothing is taken off.
    """

    def __init__(self) -> None:
        try:
            self._file: int | None = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)
            self.seconds()
        except (OSError, ValueError, IndexError):
            self._file = None

    def seconds(self) -> float:
        """Return the seconds since the thread began; always 0 where nobody counts them."""
        return 0.0 if self._file is None else int(os.pread(self._file, 128, 0).split()[1]) * _NANO

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class OwnFrames(QObject):
    """Watches the ticks of a clock.

    A frame that another program held up says nothing of nnviz; one in which the GUI thread worked, or waited for a lock
    or the interpreter, does.

    Parameters
    ----------
    clock
        Whose ticks begin frames.
    waited
        Seconds that the GUI thread has waited for a core so far.
    now
        Seconds on a clock that never goes back.
    """

    def __init__(
        self, clock: FrameClock, waited: Callable[[], float], now: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(clock)
        self._waited, self._now = waited, now
        self._last: tuple[float, float] | None = None
        self.longest = self.longest_in_all = 0.0
        self.count = 0
        clock.tick.connect(self._on_tick)

    def begin(self) -> None:
        """Begin a new measurement with the next tick."""
        self._last = None
        self.longest = self.longest_in_all = 0.0
        self.count = 0

    def _on_tick(self) -> None:
        now, waited = self._now(), self._waited()
        if self._last is not None:
            whole = now - self._last[0]
            self.longest = max(self.longest, whole - (waited - self._last[1]))
            self.longest_in_all = max(self.longest_in_all, whole)
            self.count += 1
        self._last = now, waited
