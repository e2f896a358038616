"""A thread that works on the newest job it was given; older ones that it had no time for are dropped."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class NewestWorker(Generic[Job, Result]):
    """Does one job at a time; `submit` and `take` never wait.

    Parameters
    ----------
    name
        Of the thread.
    work
        What becomes of a job, on the thread; must not touch Qt.
    """

    def __init__(self, name: str, work: Callable[[Job], Result]) -> None:
        self._name, self._work = name, work
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._job: Job | None = None
        self._result: Result | None = None
        self._submitted = self._finished = 0

    def start(self) -> None:
        """Start the thread unless it runs."""
        if self._thread is None:
            self._stopping = False
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for it; `start` makes a new one."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def submit(self, job: Job) -> None:
        """Ask for a job to be done."""
        with self._condition:
            self._job = job
            self._submitted += 1
            self._condition.notify_all()

    def take(self) -> Result | None:
        """Return what was finished since the last call, if anything."""
        with self._condition:
            result, self._result = self._result, None
            return result

    @property
    def busy(self) -> bool:
        """Whether something submitted is not finished, or finished and not taken."""
        with self._condition:
            return (self._finished < self._submitted and self._thread is not None) or self._result is not None

    def flush(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds until all that was submitted is done; return whether it is."""
        with self._condition:
            target = self._submitted
            if self._thread is None:
                return self._finished >= target
            return self._condition.wait_for(lambda: self._finished >= target, timeout)

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._stopping or self._job is not None)
                if self._stopping or self._job is None:
                    return
                job, self._job = self._job, None
                number = self._submitted
            result = self._work(job)
            with self._condition:
                self._result, self._finished = result, number
                self._condition.notify_all()
