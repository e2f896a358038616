"""Memory that is about to be filled, brought in by a thread of its own while the caller works out what to put there.

The first write to each page of new memory makes the system find and clear one; a virtual machine may have to ask its
host for it, which takes longer than to read the numbers that go there.
"""

import ctypes
import mmap
import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, Self

from numpy.typing import NDArray

PIECE: Final = 2 * 1024**2  # what one call brings in of an array: a large page
LEAST: Final = 16 * PIECE  # in all; less costs hardly more than a thread
PAGE: Final = mmap.PAGESIZE
_POPULATE_WRITE: Final = 23  # MADV_POPULATE_WRITE of Linux 5.14: as if written to, but what is there stays

_EVERY: Final = 64  # numbers

Call = Callable[[int, int, int], int]
Bring = Callable[[NDArray[Any], int, int], bool]


def _system_call() -> Call | None:
    if not sys.platform.startswith("linux") or (os.cpu_count() or 1) < 2:
        return None
    try:
        call = ctypes.CDLL(None).madvise  # lets go of the interpreter, which mmap.madvise does not
    except (OSError, AttributeError):
        return None
    call.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    found: Call = call
    return found


_MADVISE: Final = _system_call()


class FreshPages:
    """Brings in the pages of some arrays, a piece of each in turn, until the ``with`` statement is left.

    It changes no value, so the arrays may be written to meanwhile. Where the system has no such call it does nothing.

    Parameters
    ----------
    arrays
        Called before each round: the arrays as they are now, contiguous; none is kept alive beyond its round.
    lead
        How many bytes of each it may be ahead of what ``reach`` was told; None for all.
    zeros
        Whether the arrays are zeros of float64 that nobody writes to before the end: then zeros are written to them,
        which every system can, and which keeps nobody from asking for memory meanwhile, as the call may.
    """

    def __init__(
        self, arrays: Callable[[], Sequence[NDArray[Any]]], lead: int | None = None, *, zeros: bool = False
    ) -> None:
        self._arrays = arrays
        self._lead = lead
        self._call = _clear if zeros and (os.cpu_count() or 1) > 1 else _bring if _MADVISE is not None else None
        self._allowed = 0
        self._ended = False
        self._turn = threading.Condition()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._thread is not None:
            with self._turn:
                self._ended = True
                self._turn.notify()
            self._thread.join()
            self._thread = None

    def start(self, n_bytes: int) -> None:
        """Begin; so many bytes of each array will be filled. Little memory is left to whoever fills it."""
        if self._call is None or n_bytes < PIECE or n_bytes * len(self._arrays()) < LEAST:
            return
        self._allowed = n_bytes if self._lead is None else self._lead
        self._thread = threading.Thread(
            target=self._run, args=(n_bytes, self._call), name="nnviz-fresh-pages", daemon=True
        )
        self._thread.start()

    def reach(self, n_bytes: int) -> None:
        """Say how many bytes of each array are filled."""
        if self._thread is not None and self._lead is not None and n_bytes + self._lead >= self._allowed + PIECE:
            with self._turn:
                self._allowed = n_bytes + self._lead
                self._turn.notify()

    def _run(self, n_bytes: int, call: Bring) -> None:
        start = 0
        while start < n_bytes:
            with self._turn:
                while not self._ended and start >= self._allowed:
                    self._turn.wait()
            # What is filled already needs nobody to bring it in.
            start = max(start, self._allowed - self._lead if self._lead is not None else 0)
            for array in self._arrays():
                if self._ended or not call(array, start, min(start + PIECE, n_bytes)):
                    return
            start += PIECE


def _bring(array: NDArray[Any], start: int, stop: int) -> bool:
    """Bring in some bytes of an array, rounded to whole large pages; tell whether the system could."""
    first, last = array.ctypes.data, array.ctypes.data + array.nbytes
    begin = max((first + start) // PIECE * PIECE, -(-first // PAGE) * PAGE)
    end = min(-(-(first + stop) // PIECE) * PIECE, last // PAGE * PAGE)  # what lies beyond its end is not ours
    return end <= begin or (_MADVISE is not None and _MADVISE(begin, end - begin, _POPULATE_WRITE) == 0)


def _clear(array: NDArray[Any], start: int, stop: int) -> bool:
    """Write zeros to some bytes of an array of zeros: to every page, and to so many that NumPy lets go of the lock."""
    array.reshape(-1)[start // 8 : stop // 8 : _EVERY] = 0.0
    return True
