"""A progress line on a terminal: rewritten in place, at most ten times a second, silent everywhere else."""

import sys
import time
from types import TracebackType
from typing import Self

_INTERVAL = 0.1  # seconds


class Progress:
    """One line on standard error, shown only if that is a terminal.

    Parameters
    ----------
    quiet
        True shows nothing at all.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._shown = not quiet and sys.stderr is not None and sys.stderr.isatty()
        self._next = 0.0
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0

    @property
    def due(self) -> bool:
        """Whether it is time for another update; cheap, so that a caller builds its text only when it is shown."""
        return self._shown and time.monotonic() >= self._next

    def update(self, fraction: float, text: str) -> None:
        """Show ``fraction`` (0 to 1) as a bar, and ``text``, if it is time."""
        if not self.due:
            return
        filled = round(20 * min(max(fraction, 0.0), 1.0))
        line = f"[{'#' * filled}{'.' * (20 - filled)}] {text}"
        line = line.encode(sys.stderr.encoding or "ascii", "replace").decode(sys.stderr.encoding or "ascii")
        sys.stderr.write("\r" + line.ljust(self._width))
        sys.stderr.flush()
        self._width = len(line)
        self._next = time.monotonic() + _INTERVAL
