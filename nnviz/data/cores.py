"""Work on large arrays shared among the processor's cores: NumPy lets go of the interpreter while it works on them."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
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
        Takes some of the items, at least one, and returns a result for each; called once in each of a few threads, so
        that it can keep its buffers from one item to the next. It must touch nothing that another share writes.
    items
        What there is to do.
    n_cells
        How many numbers that is in all: few are worked on in the caller's thread.
    """
    n_shares = min(len(items), os.cpu_count() or 1, _MOST)
    if n_shares < 2 or n_cells < _FEW:
        return work(items) if items else []
    with ThreadPoolExecutor(n_shares - 1, thread_name_prefix="columns") as pool:
        # Neighbours stay together: two threads must not fetch the same new page of memory.
        ends = [len(items) * share // n_shares for share in range(n_shares + 1)]
        others = [pool.submit(work, items[start:end]) for start, end in pairwise(ends[1:])]
        return [*work(items[: ends[1]]), *(result for other in others for result in other.result())]
