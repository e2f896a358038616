"""Reading, preparing and exporting off the GUI thread: submitted with callbacks, polled by the frame clock."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from nnviz.errors import Cancelled

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: a share between 0 and 1, and what it does now."""

    label: str
    share: float = 0.0
    text: str = ""


class JobContext:
    """What a job's function may use: it says how far it is and asks whether it was called off."""

    def __init__(self, label: str) -> None:
        self._cancelled = threading.Event()
        self.progress = Progress(label)

    def report(self, share: float, text: str = "") -> None:
        """Say how far the job is."""
        self.progress = Progress(self.progress.label, share, text)

    def cancelled(self) -> bool:
        """Whether the person called the job off."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the job to stop at its next look."""
        self._cancelled.set()


@dataclass(slots=True)
class Job(Generic[Result]):
    """A submitted job; ``done`` or ``failed`` is called on the GUI thread when it ends."""

    context: JobContext
    future: "Future[Result]"
    done: Callable[[Result], None]
    failed: Callable[[BaseException], None]
    quiet: bool = field(default=False)

    def cancel(self) -> None:
        """Call the job off; neither callback is called afterwards unless it has already ended."""
        self.context.cancel()
        self.future.cancel()


class Jobs:
    """A pool of two threads: one long read does not hold up an export."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="nnviz-job")
        self._jobs: list[Job[Any]] = []

    def submit(
        self,
        label: str,
        function: Callable[[JobContext], Result],
        done: Callable[[Result], None],
        failed: Callable[[BaseException], None],
        *,
        quiet: bool = False,
    ) -> Job[Result]:
        """Run ``function`` in the background; its result or its exception comes back through :meth:`poll`.

        A ``quiet`` job is not told to the person: one of many short ones that keep a picture up to date.
        """
        context = JobContext(label)
        job = Job(context, self._pool.submit(function, context), done, failed, quiet)
        self._jobs.append(job)
        return job

    def poll(self) -> None:
        """Deliver what has ended, on the calling thread."""
        ended = [job for job in self._jobs if job.future.done()]
        for job in ended:
            self._jobs.remove(job)
            self._deliver(job)

    @staticmethod
    def _deliver(job: Job[Any]) -> None:
        if job.future.cancelled() or job.context.cancelled():
            return
        error = job.future.exception()
        if error is None:
            job.done(job.future.result())
        elif not isinstance(error, Cancelled):
            job.failed(error)

    @property
    def current(self) -> Progress | None:
        """The progress of the oldest job that runs and is not quiet, or None."""
        return next((job.context.progress for job in self._jobs if not job.quiet), None)

    @property
    def busy(self) -> bool:
        """Whether any job that is not quiet has not been delivered yet."""
        return self.current is not None

    def shutdown(self) -> None:
        """Call every job off and wait for the threads."""
        for job in self._jobs:
            job.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._jobs.clear()
