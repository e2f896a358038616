"""What must not grow with the length of a run: memory, frames, and the time that the curves take to draw.

The time rail's moments fill the memory that they are given, which the window shows, and are thinned when it is full,
which leaves room for the next ones in the process: their largest amount is counted apart.
"""

import time
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from nnviz.engine.results import Evaluation
from nnviz.main import create_application
from nnviz.run.history import SERIES, History
from nnviz.run.markers import CHANGE, DIVERGENCE, EARLY_STOP, RESTORED, Change
from nnviz.run.rewind import RailView
from nnviz.ui.main_window import MainWindow
from tests.benchmarks.gui_cases import Case
from tests.benchmarks.gui_watch import FrameWatch, memory_megabytes, wait, wait_until
from tests.benchmarks.gui_window import Options, open_window, run, trainer_of, training_of

Found = dict[str, Any]

TEN_HOURS, ONE_MINUTE = 1_400_000_000, 2_400_000  # updates, at the speed hoped for
UPDATES_AN_EPOCH = 25  # 250 training rows of the spiral in batches of 10
_SPIKES = (1_234_567, 29_876_543, 51_000_001)  # epochs with a training loss seen nowhere else
_MEGABYTE = 1024 * 1024
_MARKERS = (CHANGE, DIVERGENCE, EARLY_STOP, RESTORED)


def _minute(window: MainWindow, seconds: float) -> Found:
    watch, trainer = FrameWatch(window), trainer_of(window)
    step = trainer.step
    start = time.perf_counter()
    found: Found = dict(watch.measure(seconds))
    found["steps"] = (trainer.step - step) / (time.perf_counter() - start)
    watch.stop()
    found["memory_mb"] = memory_megabytes()
    return found


def rail_of(window: MainWindow) -> RailView:
    """Return what the time rail shows at present."""
    snapshot = window.live.snapshot
    assert snapshot is not None
    return snapshot.rail


def measure_long_run(case: Case, options: Options, minutes: float) -> Found:
    """Train for so many minutes; compare the memory and the frames of the beginning and the end."""
    create_application()
    dataset = case.data()
    window = open_window(case, dataset, training_of(case, options))
    run(window)
    wait(15)
    stretch = min(60.0, 15.0 * minutes)
    first = _minute(window, stretch)
    samples, rails = [first["memory_mb"]], [rail_of(window).used / _MEGABYTE]
    end = time.monotonic() + 60 * minutes - 2 * stretch
    while time.monotonic() < end:
        wait(min(60.0, max(0.1, end - time.monotonic())))
        samples.append(memory_megabytes())
        rails.append(rail_of(window).used / _MEGABYTE)
    last = _minute(window, stretch)
    rails.append(rail_of(window).used / _MEGABYTE)
    epochs = trainer_of(window).epoch
    grown = last["memory_mb"] - first["memory_mb"]
    cap = rail_of(window).cap / _MEGABYTE
    window.close()
    return {
        "title": f"{case.name} for {minutes:g} minutes: {epochs:,} epochs",
        "verdicts": [
            ("memory grown beside the rail's (MB)", grown - (max(rails) - rails[0]), 8.0, True),
            ("rail's moments, times their cap", max(rails) / cap, 1.0, True),
            ("95 % frame interval, last to first", last["frame_95_ms"] / first["frame_95_ms"], 1.25, True),
            ("steps/s, last to first", last["steps"] / first["steps"], 0.9, False),
        ],
        "words": f"       memory, a sample a minute (MB): {', '.join(f'{sample:.0f}' for sample in samples)}\n"
        f"       of it the rail's moments: {', '.join(f'{rail:.0f}' for rail in rails)}\n"
        f"       longest frame interval {first['stall_ms']:.0f} ms, then {last['stall_ms']:.0f} ms",
        "figures": {"first": first, "last": last, "memory_mb": samples, "rail_mb": rails},
    }


def _history(updates: int) -> History:
    """Append the epochs of so many updates, one by one as a run does, with spikes and markers among them."""
    history, epochs = History(), updates // UPDATES_AN_EPOCH
    losses = (0.3 + 0.2 * np.random.default_rng(0).random(4_096)).tolist()
    spikes = set(_SPIKES)
    every = epochs // 40
    for epoch in range(epochs):
        train = losses[epoch % 4_096]
        if epoch in spikes:
            train += 5.0 + epoch / 1e8
        step, seconds = epoch * UPDATES_AN_EPOCH, epoch * 6.5e-4
        history.append(Evaluation(epoch, step, train, train + 0.1, 0.9, 0.8, 0.0, 0.03), seconds)
        if epoch % every == every // 2:
            kind = _MARKERS[epoch // every % len(_MARKERS)]
            what = Change("learning rate", "0.1", str(epoch)) if kind == CHANGE else f"event {epoch}"
            history.mark(kind, epoch, step, what, seconds)
    return history


def _drawing_ms(window: MainWindow, history: History) -> float:
    """Return the median time of reducing and painting the curves of a history, the newest entry each time another."""
    plot = window.loss.plot
    snapshot = window.live.snapshot
    assert snapshot is not None
    last = history.view().last
    assert last is not None
    times = []
    for number in range(40):
        view = replace(history.view(), last=last._replace(train_loss=last.train_loss + 1e-6 * number))
        plot.snapshot = replace(snapshot, history=view)
        start = time.perf_counter()
        plot.refresh_now()
        plot.canvas.viewport().repaint()
        times.append(1000 * (time.perf_counter() - start))
    return median(times[5:])


def _drawn_extremes(window: MainWindow) -> float:
    """Return the largest loss among the points that the curves are drawn from."""
    history = window.loss.plot.history
    assert history is not None
    scale = window.loss.plot.scale
    return scale.high


def measure_history() -> Found:
    """Compare the history of ten hours with that of a minute."""
    create_application()
    from tests.benchmarks.gui_cases import CASES

    case = CASES["2-8-8-1"]
    window = open_window(case, case.data(), training_of(case, Options()))
    wait_until(lambda: window.live.snapshot is not None, 10.0)
    window.hide()  # nothing but the histories below is drawn
    before = memory_megabytes()
    short = _history(ONE_MINUTE)
    start = time.perf_counter()
    long = _history(TEN_HOURS)
    elapsed = time.perf_counter() - start
    grown = memory_megabytes() - before
    view = long.view()
    markers = len(view.markers)
    spikes = [5.0 + epoch / 1e8 for epoch in _SPIKES]
    row = SERIES.index("train_loss")
    highs = view.highs[row]
    kept = sum(bool(np.any(np.abs(highs - spike) < 0.6)) for spike in spikes)
    order = [_drawing_ms(window, one) for one in (short, long, short, long)]
    drawn_top = _drawn_extremes(window)
    epochs = TEN_HOURS // UPDATES_AN_EPOCH
    window.close()
    return {
        "title": f"A history of ten hours: {TEN_HOURS:,} updates, {epochs:,} epochs appended one by one",
        "verdicts": [
            ("memory of the columns (MB)", long.nbytes / 1e6, 64.0, True),
            ("memory of the process grown by both (MB)", grown, 64.0, True),
            ("time to draw, beside that of a minute", (order[1] + order[3]) / (order[0] + order[2]), 1.25, True),
            ("planted spikes kept, of 3", kept, 3.0, False),
            ("highest loss on the axis", drawn_top, max(spikes), False),
            ("markers kept, of 40", markers, 40.0, False),
        ],
        "words": f"       drawing takes {order[0]:.2f} and {order[2]:.2f} ms for a minute, {order[1]:.2f} and "
        f"{order[3]:.2f} ms for ten hours; {len(view):,} entries of {view.stride:,} epochs; "
        f"{1e6 * elapsed / epochs:.2f} us an epoch to append",
        "figures": {"drawing_ms": order, "entries": len(view), "stride": view.stride, "seconds": elapsed},
    }
