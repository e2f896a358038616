"""Watches one file on the disk: changed, gone or back, each told once and only when it has come to rest."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, Literal

INTERVAL: Final = 1.0  # seconds between two looks

Change = Literal["changed", "gone", "back"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a change of a file shows: size in bytes, time of the last change in nanoseconds, and which file it is."""

    size: int
    modified: int
    inode: int


def stamp_of(path: Path) -> Stamp | None:
    """Return a file's stamp; None where there is none or it must not be looked at."""
    try:
        found = os.stat(path)  # noqa: PTH116 - Path.stat does the same, more slowly
    except OSError:
        return None
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


class FileWatch:
    """Looks at a file from a thread of its own, for a drive may not answer.

    The file is polled: a watcher of the system's events loses an editor that writes a new file and moves it into the
    place of the old one, and says ten things of one change. Here two looks in a row must see the same.

    Parameters
    ----------
    interval
        Seconds between two looks.
    look
        How a path is looked at.
    """

    def __init__(self, interval: float = INTERVAL, look: Callable[[Path], Stamp | None] = stamp_of) -> None:
        self._interval = interval
        self._look = look
        self._changes: SimpleQueue[tuple[Path, Change]] = SimpleQueue()
        self._ended: threading.Event | None = None
        self._thread: threading.Thread | None = None
        self.path: Path | None = None

    def watch(self, path: Path, known: Stamp | None) -> None:
        """Begin to watch a file, which was read when it had the stamp ``known``; another one is let go."""
        self.stop()
        self.path = path
        self._ended = threading.Event()
        # A daemon: a drive that never answers must not keep the program alive.
        self._thread = threading.Thread(
            target=self._run, args=(path, known, self._ended), name="nnviz-watch", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Watch nothing any more; the thread has ended afterwards unless a drive does not answer."""
        self.path = None
        if self._thread is not None and self._ended is not None:
            self._ended.set()
            self._thread.join(timeout=1.0)
            self._thread = None
        while self.take() is not None:
            pass

    def take(self) -> Change | None:
        """Return what has happened since the last call, oldest first, or None."""
        while True:
            try:
                path, change = self._changes.get_nowait()
            except Empty:
                return None
            if self.path is None or path == self.path:
                return change

    def _run(self, path: Path, known: Stamp | None, ended: threading.Event) -> None:
        told = seen = known
        while not ended.wait(self._interval):
            now = self._look(path)
            if now == seen and now != told:
                self._changes.put((path, "gone" if now is None else "back" if now == known else "changed"))
                told = now
            seen = now
