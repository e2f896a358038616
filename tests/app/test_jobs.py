"""Background jobs come back on the polling thread, once, or not at all when called off."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from nnviz.app.jobs import JobContext, Jobs
from nnviz.errors import Cancelled, UserError


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    pool = Jobs()
    yield pool
    pool.shutdown()


def unwanted(result: object) -> None:
    raise AssertionError(f"not wanted: {result!r}")


def poll_until(jobs: Jobs, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not done() and time.monotonic() < deadline:
        jobs.poll()
        time.sleep(0.002)
    assert done()


def test_result_arrives_on_the_polling_thread(jobs: Jobs) -> None:
    found: list[tuple[int, str, str]] = []

    def work(_: JobContext) -> tuple[int, str]:
        return 42, threading.current_thread().name

    jobs.submit("work", work, lambda r: found.append((*r, threading.current_thread().name)), unwanted)
    poll_until(jobs, lambda: bool(found))
    value, worked_on, delivered_on = found[0]
    assert value == 42
    assert worked_on.startswith("nnviz-job")
    assert delivered_on == threading.current_thread().name


def test_exception_arrives_at_failed(jobs: Jobs) -> None:
    errors: list[BaseException] = []

    def work(_: JobContext) -> None:
        raise UserError("no")

    jobs.submit("work", work, unwanted, errors.append)
    poll_until(jobs, lambda: bool(errors))
    assert str(errors[0]) == "no"


def test_cancelled_job_calls_nobody(jobs: Jobs) -> None:
    started = threading.Event()

    def work(context: JobContext) -> None:
        started.set()
        while not context.cancelled():
            time.sleep(0.001)
        raise Cancelled

    job = jobs.submit("work", work, unwanted, unwanted)
    assert started.wait(5)
    job.cancel()
    poll_until(jobs, lambda: not jobs.busy)


def test_progress_is_visible_while_the_job_runs(jobs: Jobs) -> None:
    go = threading.Event()

    def work(context: JobContext) -> None:
        context.report(0.5, "half")
        go.wait(5)

    ended: list[None] = []
    jobs.submit("work", work, ended.append, unwanted)
    poll_until(jobs, lambda: jobs.current is not None and jobs.current.share == 0.5)
    assert jobs.current is not None
    assert (jobs.current.label, jobs.current.text) == ("work", "half")
    go.set()
    poll_until(jobs, lambda: bool(ended))
    assert jobs.current is None
