"""Runs the tasks of a cross-validation here or on several processes: the same answers in the same order."""

import itertools
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from nnviz.errors import Cancelled
from nnviz.run import worker_process
from nnviz.run.fold_runs import FoldOutcome, FoldTask, run_task, seconds_of

_WORTH_PROCESSES = 3.0  # seconds of work; to start processes and load NumPy in them takes about one
_LOOK = 0.1  # seconds between two looks at whether the work was called off

Done = Callable[[int], None]


def usable_cores() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_tasks(
    tasks: Iterable[FoldTask], count: int, workers: int | None, done: Done, cancelled: Callable[[], bool]
) -> list[FoldOutcome]:
    """Run tasks and return their outcomes in order.

    Parameters
    ----------
    tasks
        Drawn one by one, as there is room for them: a large table is never held as often as there are tasks.
    count
        How many tasks there are.
    workers
        1: this thread. More: so many processes of one thread each, started afresh ("spawn") so that nothing of a window
        or its threads is in them. None: as many as there are cores when the work is worth it, else this thread.
    done
        Told how many tasks are finished, on this thread.
    cancelled
        Asked often.

    Notes
    -----
    Where processes can't be started, or one of them dies, this thread does what is left.

    Raises
    ------
    Cancelled
        Soon after `cancelled` says so.
    """
    drawn = iter(tasks)
    if workers is None:
        looked_at = list(itertools.islice(drawn, 2))
        drawn = itertools.chain(looked_at, drawn)
        worth = max(map(seconds_of, looked_at), default=0.0) * count > _WORTH_PROCESSES
        workers = usable_cores() if worth else 1
    results: dict[int, FoldOutcome] = {}
    waiting: Iterator[tuple[int, FoldTask]] = enumerate(drawn)
    if min(workers, count) > 1:
        waiting = itertools.chain(_on_processes(waiting, min(workers, count), results, done, cancelled), waiting)
    for index, task in waiting:
        results[index] = run_task(task, cancelled)
        done(len(results))
    return [results[index] for index in range(len(results))]


def _on_processes(
    tasks: Iterator[tuple[int, FoldTask]],
    workers: int,
    results: dict[int, FoldOutcome],
    done: Done,
    cancelled: Callable[[], bool],
) -> list[tuple[int, FoldTask]]:
    """Run tasks on processes, and return those that were given out but not answered because the processes failed."""
    pending: dict[Future[FoldOutcome], tuple[int, FoldTask]] = {}
    given: tuple[int, FoldTask] | None = None
    context = multiprocessing.get_context("spawn")
    try:
        stop = context.Event()
        with (
            worker_process.one_thread_each(),
            ProcessPoolExecutor(workers, context, worker_process.begin, (stop,)) as pool,
        ):
            try:
                while True:
                    while len(pending) <= workers and (given := next(tasks, None)) is not None:
                        pending[pool.submit(run_task, given[1])] = given
                        given = None
                    if not pending:
                        return []
                    finished, _ = wait(pending, _LOOK, FIRST_COMPLETED)
                    for future in finished:
                        results[pending[future][0]] = future.result()
                        del pending[future]
                        done(len(results))
                    _look(cancelled)
            except BaseException:
                stop.set()
                pool.shutdown(cancel_futures=True)
                raise
    except (BrokenProcessPool, OSError, ImportError):
        left = [*pending.values(), *([given] if given is not None else [])]
        return sorted(left, key=lambda item: item[0])


def _look(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise Cancelled
