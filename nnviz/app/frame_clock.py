"""The one timer of the application: every picture, event and background job is looked at on its tick."""

import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer, Signal

INTERVAL_MS = 16
_REMEMBERED = 1_200


def ticks_between(rate: float) -> int:
    """Return how many ticks there are from one to the next of what comes ``rate`` times a second."""
    return round(1_000 / INTERVAL_MS / rate)


class FrameClock(QObject):
    """Ticks sixty times a second and knows how evenly.

    ``tick`` is emitted first; ``painted`` when the paint events that the tick asked for have been delivered, because
    Qt delivers posted events before a timer that is due at once.
    """

    tick = Signal()
    painted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._after = QTimer(self)
        self._after.setSingleShot(True)
        self._after.setInterval(0)
        self._after.timeout.connect(self.painted)
        self._last = 0.0
        self._intervals: deque[float] = deque(maxlen=_REMEMBERED)

    def start(self) -> None:
        """Begin to tick."""
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Stop ticking; ``painted`` is emitted once more if it was due."""
        self._timer.stop()
        if self._after.isActive():
            self._after.stop()
            self.painted.emit()

    def _on_timeout(self) -> None:
        now = time.perf_counter()
        self._intervals.append(now - self._last)
        self._last = now
        self.tick.emit()
        self._after.start()

    def intervals(self) -> list[float]:
        """Return the newest intervals between ticks in seconds, oldest first, at most 1,200."""
        return list(self._intervals)

    @property
    def seconds_since_last(self) -> float:
        """The newest interval between two ticks."""
        return self._intervals[-1] if self._intervals else 0.0

    def forget(self) -> None:
        """Begin a new measurement."""
        self._intervals.clear()

    @property
    def frames_per_second(self) -> float:
        """Mean over about the last second; 0 before the first tick."""
        total, count = 0.0, 0
        for interval in reversed(self._intervals):
            total += interval
            count += 1
            if total >= 1.0:
                break
        return count / total if total else 0.0
