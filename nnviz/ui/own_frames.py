"""How long frames take by nnviz's own doing: without what the system or its host kept the GUI thread from a core."""

import faulthandler
import os
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject

from nnviz.app.frame_clock import FrameClock

_NANO = 1e-9
_STOLEN: Final = 8  # its place in the first line of /proc/stat, see man proc_stat


class CoreWait:
    """How long the thread that makes this was ready to run and had no core, as Linux counts it.

    With it goes what the host of a virtual machine took of its cores: whichever thread it took them from, the others
    may have waited for that one. Elsewhere nobody counts it, and nothing is taken off.
    """

    def __init__(self) -> None:
        self._files: tuple[int, ...] = ()
        paths = f"/proc/self/task/{threading.get_native_id()}/schedstat", "/proc/stat"
        try:
            for path in paths:
                self._files += (os.open(path, os.O_RDONLY),)
            self.seconds()
        except (OSError, ValueError, IndexError):
            self.close()

    def seconds(self) -> float:
        """Return the seconds since the thread and the machine began; always 0 where nobody counts them."""
        if not self._files:
            return 0.0
        thread, machine = self._files
        stolen = int(os.pread(machine, 256, 0).split()[_STOLEN]) / os.sysconf("SC_CLK_TCK")
        return int(os.pread(thread, 128, 0).split()[1]) * _NANO + stolen

    def close(self) -> None:
        """Let the files go."""
        for file in self._files:
            os.close(file)
        self._files = ()


class HoldUps:
    """Writes down what every thread was at when a frame was held up, without waiting for the interpreter itself.

    Uses the one watchdog of :mod:`faulthandler`: make one at a time.

    Parameters
    ----------
    seconds
        How long a frame may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._file = tempfile.TemporaryFile("w+b")  # noqa: SIM115

    def watch(self) -> None:
        """Begin a frame; the one before it has ended."""
        faulthandler.dump_traceback_later(self._seconds, file=self._file)

    def close(self) -> str:
        """End the watch and return what was written, an empty string if no frame was held up."""
        faulthandler.cancel_dump_traceback_later()
        with self._file as file:
            file.seek(0)
            return file.read().decode(errors="replace")


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
