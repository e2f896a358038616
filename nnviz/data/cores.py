"""Work on large arrays shared among the processor's cores: NumPy lets go of the interpreter while it works on them."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_MOST: Final = 4
# So few cells take less time than threads to start.
_FEW: Final = 1_000_000


def shared(work: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item], n_cells: int) -> list[Result]:
    """Return what ``work`` makes of the items, in their order.

    Parameters
    ----------
    work
        Takes some of the items and returns a result for each; called once in each of a few threads, so that it can keep
        its buffers from one item to the next. It must touch nothing that another share writes.
    items
        What there is to do.
    n_cells
        How many numbers that is in all: few are worked on in the caller's thread.
    """
    n_shares = min(len(items), os.cpu_count() or 1, _MOST)
    if n_shares < 2 or n_cells < _FEW:
        return work(items)
    with ThreadPoolExecutor(n_shares - 1, thread_name_prefix="columns") as pool:
        others = [pool.submit(work, items[share::n_shares]) for share in range(1, n_shares)]
        shares = [work(items[::n_shares]), *(other.result() for other in others)]
    return [shares[place % n_shares][place // n_shares] for place in range(len(items))]
