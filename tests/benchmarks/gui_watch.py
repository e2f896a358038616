"""Instruments for the running window: frames, redraws from newer weights, stalls of the loop, reactions to keys."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from nnviz.ui.main_window import MainWindow

REACTION_LIMIT = 2.0  # seconds after which a key press counts as lost


def wait(seconds: float) -> None:
    """Let Qt's event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Let Qt's event loop run until a condition holds; return whether it did in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        wait(0.01)
    return True


def memory_megabytes() -> float:
    """Return the resident memory of this process."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.split("VmRSS:")[1].split()[0]) / 1024


def thread_seconds() -> dict[str, float]:
    """Return the processor time of each of this process's threads so far."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    ticks = os.sysconf("SC_CLK_TCK")
    seconds: dict[str, float] = {}
    for task in Path("/proc/self/task").iterdir():
        fields = (task / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        name = names.get(int(task.name), "others")
        seconds[name] = seconds.get(name, 0.0) + (int(fields[11]) + int(fields[12])) / ticks
    return seconds


class PaintWatch(QObject):
    """Calls back at every paint event of a widget, just before the widget paints."""

    def __init__(self, widget: QWidget, on_paint: Callable[[], None], kind: QEvent.Type = QEvent.Type.Paint) -> None:
        super().__init__()
        self._widget, self._on_paint, self._kind = widget, on_paint, kind
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == self._kind and watched is self._widget:
            self._on_paint()
        return False

    def stop(self) -> None:
        self._widget.removeEventFilter(self)


class FrameWatch:
    """Frames of the window: the moments at which the paint events of a tick of the clock have been delivered.

    Redraws count only from newer weights than those drawn before, and when they reach a paint event; updates are the
    times that something was sent to the screen.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._moments: list[float] = []
        self._map: object = None
        self._maps = self._updates = 0
        self._watches = [
            PaintWatch(window.decision.surface, self._on_map),
            PaintWatch(window, self._on_update, QEvent.Type.UpdateRequest),
        ]
        window.clock.painted.connect(self._on_frame)

    def _on_frame(self) -> None:
        self._moments.append(time.perf_counter())

    def _on_update(self) -> None:
        self._updates += 1

    def _on_map(self) -> None:
        shaded = self._window.decision.surface.picture._shaded  # made anew for every newer answer
        if shaded is not self._map:
            self._map = shaded
            self._maps += 1

    def measure(self, seconds: float) -> dict[str, Any]:
        """Return the figures of a stretch of time; "busy" is the share of a core that each thread took."""
        self._moments.clear()
        before = thread_seconds()
        diagrams, maps, updates = self._window.network.pictures_drawn, self._maps, self._updates
        start = time.perf_counter()
        wait(seconds)
        elapsed = time.perf_counter() - start
        intervals = 1000 * np.diff(self._moments)
        busy = {name: round((spent - before.get(name, 0.0)) / elapsed, 3) for name, spent in thread_seconds().items()}
        return {
            "frames": len(self._moments) / elapsed,
            "frame_median_ms": float(np.median(intervals)),
            "frame_95_ms": float(np.percentile(intervals, 95)),
            "frame_99_ms": float(np.percentile(intervals, 99)),
            "stall_ms": float(intervals.max()),
            "diagram": (self._window.network.pictures_drawn - diagrams) / elapsed,
            "map": (self._maps - maps) / elapsed,
            "screen_updates": (self._updates - updates) / elapsed,
            "busy": busy,
        }

    def stop(self) -> None:
        for watch in self._watches:
            watch.stop()
        self._window.clock.painted.disconnect(self._on_frame)


class Heartbeat:
    """A timer of 5 ms in the event loop: the longest time between two beats is how long the loop was deaf."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._beat)
        self._last = time.perf_counter()
        self._longest = 0.0
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self._longest = max(self._longest, now - self._last)
        self._last = now

    def take(self) -> float:
        """Return the longest time between two beats since the last call, in milliseconds."""
        self._beat()
        longest, self._longest = 1000 * self._longest, 0.0
        return longest

    def stop(self) -> None:
        self._timer.stop()


class Presser:
    """Presses keys from another process and measures until the reaction is painted and sent to the screen."""

    def __init__(self, display: str, seed: int = 0) -> None:
        script = Path(__file__).with_name("x11_keys.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), display], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._rng = np.random.default_rng(seed)
        if self._line() != "ready":
            raise RuntimeError("no keys can be pressed")

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def press(self, key: str, widget: QWidget, reacted: Callable[[], bool]) -> float:
        """Press a key at a random moment; return the milliseconds until ``widget`` was painted after ``reacted``.

        The paint event is followed to the end of its frame. A reaction that does not come counts as endless.
        """
        done: list[float] = []
        loop = QEventLoop()

        def sent() -> None:
            done.append(time.monotonic())
            loop.quit()

        def on_paint() -> None:
            if not done and reacted():
                QTimer.singleShot(0, sent)

        watch = PaintWatch(widget, on_paint)
        delay = float(self._rng.uniform(0.1, 0.35))
        assert self._process.stdin is not None
        self._process.stdin.write(f"{key} {delay}\n")
        self._process.stdin.flush()
        QTimer.singleShot(int(1000 * (delay + REACTION_LIMIT)), loop, loop.quit)
        loop.exec()
        watch.stop()
        pressed = float(self._line())
        return 1000 * (done[0] - pressed) if done else float("inf")

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(5)
        self._process.stdout.close()
