"""What a process that trains for another one needs: one thread for its products, and word when to stop."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

# Read once, when a process loads NumPy: a product on several threads may add up in another order, and as many threads
# as there are cores in each of as many processes get in each other's way.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class Flag(Protocol):
    """An event that processes share."""

    def is_set(self) -> bool:
        """Return whether it was set."""
        ...


# An event can be handed to a process only when it starts, and a pool hands its tasks nothing but their arguments.
_stop: list[Flag] = []


def begin(stop: Flag) -> None:
    """Prepare this process: it hears of `stop`, and leaves the keyboard to the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches every process of a terminal
    _stop[:] = [stop]


def told_to_stop() -> bool:
    """Return whether the process that asked wants no answer any more."""
    return any(flag.is_set() for flag in _stop)


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that start inside the block multiply matrices on one thread, as ``nnviz`` itself does.

    They inherit the environment, and their main module may load NumPy before `begin`; this process has read it long
    ago, so that nothing changes here.
    """
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
