"""How many threads the matrix products get: one for small networks, so that no second core is woken for nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from nnviz.engine.config import MLPConfig

# Multiplications of a layer's product from which sharing it out gains more than waking another core costs.
_WORTH_SHARING = 8_000_000
_MOST_THREADS = 4  # products of a batch gain little from more


def default_threads() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def blas_threads(config: MLPConfig, batch_size: int, cores: int | None = None, *, beside_window: bool = True) -> int:
    """Return the number of threads for the products of a network's training step, at least 1.

    Beside a window never more than half of the cores (those this process may use, when `cores` is None): a product
    waits for the slowest of its threads, and one that shares its core with the drawing holds all the others up.
    """
    largest = max(n_in * n_out for n_in, n_out in zip(config.sizes, config.sizes[1:], strict=False)) * batch_size
    available = (default_threads() if cores is None else cores) // (2 if beside_window else 1)
    return max(1, min(available, _MOST_THREADS)) if largest >= _WORTH_SHARING else 1


@contextmanager
def limit_blas(threads: int) -> Iterator[None]:
    """Give this process's matrix products so many threads, inside the block; all of its threads see the change."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - most networks never ask for a second thread

    with threadpool_limits(threads, user_api="blas"):
        yield
