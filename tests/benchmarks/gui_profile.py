"""Who takes the cores and the interpreter's lock while a network trains in the window, and with what.

The stacks are read from outside the process by py-spy, which neither takes the lock nor stops the process. A thread
that samples by `sys._current_frames` must have the lock itself: it sees the others only where they let go of it.
"""

import collections
import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from nnviz.main import create_application
from tests.benchmarks.gui_cases import Case
from tests.benchmarks.gui_watch import FrameWatch, thread_seconds, wait, wait_until
from tests.benchmarks.gui_window import Options, open_window, run, trainer_of, training_of

Shares = dict[str, float]

SAMPLES = 500  # a second
FUNCTIONS = 8  # shown of each thread
_RATES = {"frames": "frames", "diagram": "diagrams", "map": "maps"}
_LEAST = 0.002  # share of the time
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, -1
_WAITING = "waiting"  # py-spy takes some of the sleep in Qt's event loop and in locks for work
_SLEEPERS = ("wait (threading.py", "wait (gui_watch.py", "wait (tests/benchmarks/gui_watch.py")


def py_spy() -> str:
    """Return where py-spy is.

    Raises
    ------
    SystemExit
        If it is not installed.
    """
    found = shutil.which("py-spy", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if found is None:
        raise SystemExit('--profile reads the stacks by py-spy, which is not installed: pip install -e ".[bench]"')
    return found


def waits() -> Shares:
    """Return the seconds for which each thread was ready to run and had no core."""
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    found: Shares = collections.defaultdict(float)
    for task in Path("/proc/self/task").iterdir():
        nanoseconds = int((task / "schedstat").read_text(encoding="ascii").split()[1])
        found[names.get(int(task.name), "others")] += nanoseconds / 1e9
    return found


def sampled(seconds: float, *options: str) -> dict[str, collections.Counter[str]]:
    """Return how often each thread was seen in each function, the event loop going on meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stacks.txt"
        command = [py_spy(), "record", "--pid", str(os.getpid()), "--format", "raw", "--output", str(path)]
        command += ["--rate", str(SAMPLES), "--duration", str(round(seconds)), "--threads", "--nonblocking", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            wait_until(lambda: process.poll() is not None, seconds + 10.0)
            process.kill()
            said = process.communicate()[0]
        if not path.exists():
            raise SystemExit(f"py-spy has read nothing: {said}")
        lines = path.read_text(encoding="utf-8").splitlines()
    found: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for line in lines:
        stack, _, count = line.rpartition(" ")
        thread, *frames = stack.split(";")
        found[thread.partition(": ")[2].strip('"') or "others"][whose(frames)] += int(count)
    return found


def whose(frames: list[str]) -> str:
    """Return the innermost function of nnviz in a stack, outermost first: what it calls counts as its work."""
    if not frames or frames[-1].startswith(_SLEEPERS):
        return _WAITING
    ours = [frame for frame in frames if "(nnviz/" in frame]
    return re.sub(r" \((.*/)?(\w+)\.py:\d+\)$", r" (\2)", (ours or frames)[-1])


def measure_profile(case: Case, options: Options) -> dict[str, Any]:
    """Return the threads' shares of a core, of the lock, and their dearest functions."""
    py_spy()
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(_ANYBODY), 0, 0, 0)  # else only root's could look
    create_application()
    window = open_window(case, case.data(), training_of(case, options))
    run(window)
    wait_until(lambda: window.verbs.warm_up.done, 30.0)
    wait(1.0)
    watch, trainer = FrameWatch(window), trainer_of(window)
    before, waited, step, start = thread_seconds(), waits(), trainer.step, time.perf_counter()
    figures = watch.measure(options.seconds)
    elapsed = time.perf_counter() - start
    steps = (trainer.step - step) / elapsed
    cores = {name: (now - before.get(name, 0.0)) / elapsed for name, now in thread_seconds().items()}
    queued = {name: (now - waited.get(name, 0.0)) / elapsed for name, now in waits().items()}
    stacks, holders = sampled(options.seconds), sampled(options.seconds, "--gil")
    watch.stop()
    window.close()
    looks = SAMPLES * round(options.seconds)
    lock = {name: sum(seen.values()) / looks for name, seen in holders.items()}
    functions = {
        name: {what: n / looks for what, n in seen.most_common() if what != _WAITING and n / looks >= _LEAST}
        for name, seen in stacks.items()
    }
    rates = ", ".join(f"{figures[kind]:.0f} {word}/s" for kind, word in _RATES.items())
    lines = [f"       while nobody sampled: {steps:,.0f} steps/s, {rates}"]
    for name in sorted(cores, key=lambda thread: -cores[thread]):
        if cores[name] < _LEAST:
            continue
        lines.append(
            f"       {name}: {cores[name]:.1%} of a core, waited for one {queued.get(name, 0.0):.1%} of the time, "
            f"had the interpreter's lock {lock.get(name, 0.0):.1%}"
        )
        lines += [
            f"           {share:6.1%} {what}" for what, share in list(functions.get(name, {}).items())[:FUNCTIONS]
        ]
    return {
        "title": f"{case.name}, batch {case.batch}: threads and their functions, {SAMPLES} looks a second",
        "verdicts": [],
        "words": "\n".join(lines),
        "figures": {
            "steps": steps,
            "cores": cores,
            "queued": queued,
            "lock": lock,
            "functions": functions,
            "frames": figures,
        },
    }
