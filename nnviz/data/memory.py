"""How much memory is free, and how many rows of a file would fit into it."""

import ctypes
import os
import sys
from collections.abc import Sequence
from typing import Final

from nnviz.data.headers import is_value
from nnviz.data.missing import is_missing
from nnviz.errors import UserError

# Bytes that a cell costs from the file to the network's inputs: a number as float64 in the table, while it is gathered
# and among the inputs; a text as a Python string and a pointer, twice.
_NUMBER_BYTES: Final = 32
_TEXT_BYTES: Final = 100
_USABLE: Final = 0.7
_LOOKED_AT: Final = 20
_GB: Final = 1024**3


class TooLargeError(UserError):
    """A table that does not fit in memory; ``rows`` of it would."""

    def __init__(self, message: str, hint: str, rows: int) -> None:
        super().__init__(message, hint)
        self.rows = rows


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = [
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *((name, ctypes.c_ulonglong) for name in ("total", "free", "total_page", "free_page", "total_virtual")),
        *((name, ctypes.c_ulonglong) for name in ("free_virtual", "free_extended")),
    ]


def available_memory() -> int | None:
    """Return how many bytes of memory are free, None where the system does not say."""
    if sys.platform == "win32":
        status = _MemoryStatus()
        status.length = ctypes.sizeof(status)
        return status.free if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else None
    try:
        with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123 - no file of anybody's
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        # macOS counts no free pages here: half of all there are is a fair guess.
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (OSError, ValueError):
        return None


def row_bytes(records: Sequence[Sequence[str]]) -> float:
    """Estimate what one row costs in memory, from the fields of some rows."""
    records = records[:: max(1, len(records) // _LOOKED_AT)]
    total = 0
    for fields in records:
        for cell in fields:
            bare = cell.strip()
            total += _NUMBER_BYTES if is_missing(bare) or is_value(bare) else _TEXT_BYTES + len(bare)
    return total / max(1, len(records))


def surely_fits(n_bytes: int) -> bool:
    """Tell whether a file of that size fits whatever it holds: no byte of it can cost more than a text of its own."""
    free = available_memory()
    return free is None or n_bytes * _TEXT_BYTES <= _USABLE * free


def check_fits(name: str, n_bytes: int, line_bytes: float, per_row: float, held: int) -> None:
    """Refuse a table that does not fit in memory.

    Parameters
    ----------
    name
        The file's name.
    n_bytes
        The file's size, unpacked.
    line_bytes
        The mean length of a record in the file.
    per_row
        What a row costs in memory, besides the file itself.
    held
        How much of the memory the file itself takes.

    Raises
    ------
    TooLargeError
        With the number of rows that would fit.
    """
    free = available_memory()
    n_rows = n_bytes / max(line_bytes, 1.0)
    needed = held + n_rows * per_row
    if free is None or needed - held <= _USABLE * free:
        return
    fitting = max(1, int(_USABLE * free / per_row))
    digits = max(0, len(str(fitting)) - 2)
    fitting = max(1, fitting // 10**digits * 10**digits)
    raise TooLargeError(
        f"{name} has about {n_rows:,.0f} rows and does not fit in memory: it takes about {needed / _GB:,.1f} GB and "
        f"{free / _GB:,.1f} GB are free. About {fitting:,} rows would fit.",
        f"Load a random sample of {fitting:,} rows (--sample-rows {fitting}).",
        fitting,
    )
