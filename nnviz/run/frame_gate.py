"""Lets the GUI thread have the interpreter while it draws a frame."""

import threading

# Longer than any frame: if the GUI thread is stuck in a file dialog or a debugger, training goes on meanwhile.
_LONGEST_FRAME = 0.25


class Attention:
    """One flag the trainer looks at between updates, so that a step without news costs a single attribute read.

    Whoever has news for the trainer puts it in its place first and calls :meth:`call` afterwards; the trainer calls
    :meth:`acknowledge` first and looks in all the places afterwards, so nothing is missed.
    """

    def __init__(self) -> None:
        self.called = False
        self._event = threading.Event()

    def call(self) -> None:
        """Make the trainer look, and wake it if it waits."""
        self.called = True
        self._event.set()

    def acknowledge(self) -> None:
        """Take the flag down before looking."""
        self._event.clear()
        self.called = False

    def wait(self, timeout: float) -> None:
        """Sleep until called, at most ``timeout`` seconds."""
        self._event.wait(timeout)


class FrameGate:
    """Closed by the GUI thread while it draws; the trainer passes only when it is open.

    Without it both threads fight over the interpreter lock: a frame takes three to five times as long.
    """

    def __init__(self, attention: Attention) -> None:
        self._attention = attention
        self._open = threading.Event()
        self._open.set()

    def close(self) -> None:
        """Ask the trainer to park before its next update."""
        self._open.clear()
        self._attention.called = True

    def open(self) -> None:
        """Let the trainer go on."""
        self._open.set()

    def pass_through(self) -> None:
        """Wait until the gate is open; gives up after a quarter of a second, so a stuck GUI never stops training."""
        if not self._open.is_set():
            self._open.wait(_LONGEST_FRAME)
