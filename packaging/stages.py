"""The stages of a full check, each run whatever became of the ones before it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from console import say

SCREEN = "-screen 0 1440x900x24"
# The tests of one file stay together; more processes than this would mostly wait for each other's windows.
_WORKERS = ("-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile")


class Stage(NamedTuple):
    """One program to run: its name in the summary, command, additions to the environment, limit in seconds."""

    name: str
    command: tuple[str, ...]
    variables: Mapping[str, str]
    limit: float


class Outcome(NamedTuple):
    """How a stage ended: its exit status, 0 for passed, and how long it took in seconds."""

    name: str
    status: int
    seconds: float


def stages(python: Path, pytest_arguments: Sequence[str], platform: str = sys.platform) -> list[Stage]:
    """Return the stages in their order: the quick ones first.

    The import contracts are a test of their own, so pytest runs them. On Linux the self-test gets a screen of its
    own, so that no window opens in front of the person; elsewhere it draws off the screen.
    """
    offscreen = {"QT_QPA_PLATFORM": "offscreen"}
    selftest = (str(python), "-m", "nnviz", "selftest")
    if platform.startswith("linux"):
        last = Stage("selftest", ("xvfb-run", "-a", "-s", SCREEN, *selftest), {"QT_QPA_PLATFORM": "xcb"}, 300.0)
    else:
        last = Stage("selftest", selftest, offscreen, 300.0)

    def module(name: str, words: Sequence[str], limit: float, variables: Mapping[str, str] | None = None) -> Stage:
        label = " ".join([name, *words[:1]]) if name == "ruff" else name
        return Stage(label, (str(python), "-m", name, *words), variables or {}, limit)

    return [
        module("ruff", ["check"], 120.0),
        module("ruff", ["format", "--check"], 120.0),
        module("mypy", [], 600.0),
        module("pytest", [*_WORKERS, *pytest_arguments], 1200.0, offscreen),
        last,
    ]


def run_stage(project: Path, stage: Stage) -> Outcome:
    """Run one stage, its output going straight to the terminal, and end it and all it started at its limit."""
    say(f"\n=== {stage.name}")
    start = time.monotonic()
    variables = {**os.environ, **stage.variables}
    process = subprocess.Popen(stage.command, cwd=project, env=variables, start_new_session=os.name == "posix")
    try:
        status = process.wait(timeout=stage.limit)
    except subprocess.TimeoutExpired:
        _end(process)
        say(f"{stage.name} was ended after {stage.limit:.0f} s.")
        status = 124
    except KeyboardInterrupt:
        _end(process)
        raise
    return Outcome(stage.name, status, time.monotonic() - start)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process; on POSIX also what it started, such as the X server under xvfb-run."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    else:
        process.terminate()
    try:
        process.wait(timeout=5.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def summary(outcomes: Sequence[Outcome]) -> list[str]:
    """Return a line per stage and a last one that says how many passed."""
    width = max((len(outcome.name) for outcome in outcomes), default=0)
    lines = []
    for name, status, seconds in outcomes:
        verdict = "passed" if status == 0 else f"FAILED (status {status})"
        lines.append(f"{name:<{width}}  {seconds:7.1f} s  {verdict}")
    good = sum(outcome.status == 0 for outcome in outcomes)
    return [*lines, f"{good} of {len(outcomes)} stages passed in {sum(o.seconds for o in outcomes):.1f} s"]


def run_all(project: Path, chosen: Sequence[Stage]) -> int:
    """Run every stage, print the summary, and return 0 if all passed, otherwise 1."""
    outcomes = [run_stage(project, stage) for stage in chosen]
    say("\n=== summary")
    for line in summary(outcomes):
        say(line)
    return 0 if all(outcome.status == 0 for outcome in outcomes) else 1
