"""How the whole window keeps up while training: frames, diagram pictures and steps, beside the same run without it.

    xvfb-run -a -s "-screen 0 1440x900x24" python tests/benchmarks/bench_window.py [--seconds 10] [--minutes 10]

The spiral, 2-8-8-1 tanh, batch 10, SGD, 1440x900, everything visible. ``--minutes`` trains that long instead and
compares memory and frame time of the first and the last minute. The exit status is the number of missed targets.
"""

import argparse
import os
import sys
import time

import numpy as np
import psutil
from PySide6.QtCore import QEventLoop, QTimer

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.training import TrainingConfig
from nnviz.main import create_application
from nnviz.run import messages
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.snapshot import SnapshotRequest
from nnviz.run.worker import Channel, TrainingRun, TrainingThread
from nnviz.ui.main_window import MainWindow

TRAINING = TrainingConfig(optimizer="sgd", learning_rate=0.03, batch_size=10)


def wait(seconds: float) -> None:
    """Let Qt's event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def headless_steps_per_second(seconds: float) -> float:
    """The same run on its thread, asked for a snapshot now and then, with no window."""
    dataset = toy_dataset("spiral")
    trainer = new_trainer(dataset, network_config(dataset), TRAINING)
    channel = Channel()
    thread = TrainingThread(TrainingRun(trainer, channel, 0), channel, 0)
    thread.start()
    channel.send(messages.Run())
    time.sleep(0.3)
    step, start = trainer.step, time.perf_counter()
    time.sleep(seconds)
    rate = (trainer.step - step) / (time.perf_counter() - start)
    channel.mailbox.ask(SnapshotRequest())
    thread.stop()
    return rate


def open_window() -> MainWindow:
    """The window on the spiral, training."""
    model = AppModel()
    window = MainWindow(model, Settings(theme="dark"))
    window.resize(1440, 900)
    window.show()
    model.load_toy("spiral")
    while window.live.snapshot is None:
        wait(0.05)
    model.runs.configure(optimizer="sgd", learning_rate=0.03, batch_size=10)
    model.runs.send(messages.Run())
    wait(1.5)
    return window


def measure(window: MainWindow, seconds: float) -> dict[str, float]:
    """Frames, pictures and steps over a stretch of time."""
    window.clock.forget()
    pictures, start = window.network.pictures_drawn, time.perf_counter()
    before = window.live.snapshot
    intervals: list[float] = []
    while time.perf_counter() - start < seconds:
        wait(min(2.0, seconds))
        intervals += window.clock.intervals()
        window.clock.forget()
    elapsed = time.perf_counter() - start
    after = window.live.snapshot
    assert before is not None
    assert after is not None
    milliseconds = 1000 * np.array(intervals)
    return {
        "median ms": float(np.median(milliseconds)),
        "p95 ms": float(np.percentile(milliseconds, 95)),
        "max ms": float(milliseconds.max()),
        "pictures/s": (window.network.pictures_drawn - pictures) / elapsed,
        "steps/s": (after.step - before.step) / elapsed,
    }


def judge(name: str, value: float, target: float, *, at_most: bool) -> int:
    """Print one target; return 1 if it is missed."""
    met = value <= target if at_most else value >= target
    sign = "at most" if at_most else "at least"
    sys.stdout.write(f"{'ok    ' if met else 'MISSED'} {name}: {value:,.2f} ({sign} {target:,g})\n")
    return int(not met)


def short(seconds: float) -> int:
    """The figures of a few seconds."""
    alone = headless_steps_per_second(min(seconds, 4.0))
    window = open_window()
    found = measure(window, seconds)
    window.close()
    again = headless_steps_per_second(min(seconds, 4.0))
    sys.stdout.write(f"{os.cpu_count()} cores; without a window {alone:,.0f} and {again:,.0f} steps/s\n")
    missed = judge("frame interval, median (ms)", found["median ms"], 18, at_most=True)
    missed += judge("frame interval, 95th percentile (ms)", found["p95 ms"], 26, at_most=True)
    sys.stdout.write(f"       longest frame interval (ms): {found['max ms']:.1f}\n")
    missed += judge("diagram pictures a second", found["pictures/s"], 30, at_most=False)
    missed += judge("steps a second", found["steps/s"], 30_000, at_most=False)
    share = found["steps/s"] / ((alone + again) / 2)
    return missed + judge("share of the steps without a window", share, 0.4, at_most=False)


def endurance(minutes: float) -> int:
    """Memory and frame time of the first and the last minute of a long training."""
    window = open_window()
    process = psutil.Process()
    wait(15)
    stretch = min(60.0, 15 * minutes)
    first_memory, first = process.memory_info().rss, measure(window, stretch)
    rest = 60 * minutes - 2 * stretch
    if rest > 0:
        wait(rest)
    last, last_memory = measure(window, stretch), process.memory_info().rss
    epoch = window.live.snapshot.epoch if window.live.snapshot else 0
    window.close()
    sys.stdout.write(f"{minutes:g} minutes, {epoch:,} epochs, {last['steps/s']:,.0f} steps/s at the end\n")
    missed = judge("memory grown (MB)", (last_memory - first_memory) / 1e6, 10, at_most=True)
    sys.stdout.write(f"       median frame interval (ms): {first['median ms']:.2f} then {last['median ms']:.2f}\n")
    sys.stdout.write(f"       p95 frame interval (ms): {first['p95 ms']:.2f} then {last['p95 ms']:.2f}\n")
    return missed + judge("frame time, last to first", last["p95 ms"] / first["p95 ms"], 1.25, at_most=True)


def main() -> int:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--minutes", type=float, default=0.0)
    arguments = parser.parse_args()
    app = create_application()
    missed = endurance(arguments.minutes) if arguments.minutes else short(arguments.seconds)
    app.quit()
    return missed


if __name__ == "__main__":
    sys.exit(main())
