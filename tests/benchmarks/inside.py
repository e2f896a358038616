"""What looking inside costs: moments kept while training, and going back to one of them.

    python tests/benchmarks/inside.py [--json] [--only 2-8-8-1] [--seconds 6]

Each network trains in the run's own thread, without a window, while snapshots are asked for 60 times a second as a
window does. "Share" is the time that keeping moments takes, by the trainer's own thread, of the time that it trains.
Scrubbing goes from the command that a drag sends to the snapshot of the moment, at a hundred random places of the run;
how many of them were shown at the very update that was asked for is said too: else it was the nearest that is kept.
The losses of the moment follow its weights where they have to be computed; they are in time by the same limit.
Letting go asks for the very update in any case. The cap is tried with one so small that moments are given up all the
time. A loss landscape is made without a window, too. The exit status is the number of missed targets.
"""

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from unittest import mock

# As the window does, before numpy is loaded: with a second thread a product waits for whatever else that core does.
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.run import messages
from nnviz.run.moments import DEFAULT_CAP, Moments
from nnviz.run.snapshot import Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.run.worker import Channel, TrainingRun, TrainingThread

SHARE = 0.03
PLACES = 100
FRAME = 1 / 60


@dataclass(frozen=True)
class Case:
    """A network, its rows and how soon a moment has to be there, in milliseconds."""

    sizes: tuple[int, ...]
    rows: int
    batch: int
    scrub_ms: float
    small_cap: int

    @property
    def name(self) -> str:
        return "-".join(map(str, self.sizes))


CASES = (
    Case((2, 8, 8, 1), 500, 10, 50.0, 1_000_000),
    Case((784, 128, 64, 10), 5_000, 128, 200.0, 16_000_000),
)


def new_trainer(case: Case) -> Trainer:
    rng = np.random.default_rng(0)
    task = "binary" if case.sizes[-1] == 1 else "multiclass"
    X = rng.normal(size=(2 * case.rows, case.sizes[0]))
    labels = rng.integers(0, max(2, case.sizes[-1]), 2 * case.rows)
    Y = labels[:, None].astype(float) if task == "binary" else np.eye(case.sizes[-1])[labels]
    hidden = [LayerConfig(units, "tanh") for units in case.sizes[1:-1]]
    config = config_for_task(task, case.sizes[0], case.sizes[-1], hidden)
    data = TrainingData(X[: case.rows], Y[: case.rows], X[case.rows :], Y[case.rows :], task)
    training = TrainingConfig(optimizer="adam", batch_size=case.batch, learning_rate=0.001)
    return Trainer(MLP.initialised(config, rng), data, training)


class Timed:
    """Sums up the time in `Moments.offer`, and the most memory that was in use, while it is entered."""

    def __enter__(self) -> Self:
        self.seconds, self.most = 0.0, 0
        plain, clock = Moments.offer, time.perf_counter

        def offer(moments: Moments, trainer: Trainer, seconds: float) -> None:
            begun = clock()
            plain(moments, trainer, seconds)
            self.seconds += clock() - begun
            self.most = max(self.most, moments.used)

        self._patch = mock.patch.object(Moments, "offer", offer)
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.stop()


class Watched:
    """A run in its own thread, looked at as a window does."""

    def __init__(self, case: Case, cap: int) -> None:
        self.channel = Channel()
        self.thread = TrainingThread(TrainingRun(new_trainer(case), self.channel, 1), self.channel, 1)
        self.thread.start()
        self.channel.send(messages.KeepMoments(cap))

    def look(self, *, losses: bool = True) -> Snapshot:
        self.channel.mailbox.ask(SnapshotRequest(losses=losses))
        while (snapshot := self.channel.mailbox.take()) is None:
            time.sleep(0.0002)
        return snapshot

    def train(self, seconds: float) -> float:
        """Train, and return for how long."""
        begun = time.perf_counter()
        self.channel.send(messages.Run())
        while (passed := time.perf_counter() - begun) < seconds:
            time.sleep(FRAME)
            self.look()
        self.channel.send(messages.Pause())
        while self.look().state is RunState.RUNNING:
            pass
        return passed

    def seek(self, step: int, *, exact: bool) -> tuple[float, float, Snapshot]:
        """Return the milliseconds until the moment's picture is there, and until its losses are, and what is seen."""
        begun = time.perf_counter()
        self.channel.send(messages.Seek(step, exact))
        snapshot = self.look(losses=False)
        picture = time.perf_counter() - begun
        if not snapshot.rail.judged:
            self.look()
        return 1e3 * picture, 1e3 * (time.perf_counter() - begun), snapshot


def measured(case: Case, seconds: float) -> dict[str, Any]:
    with Timed() as timed:
        run = Watched(case, DEFAULT_CAP)
        passed = run.train(seconds)
    newest = run.look()
    rng = np.random.default_rng(1)
    drags, exacts, losses, met = [], [], [], 0
    for step in rng.integers(0, newest.step, PLACES).tolist():
        took, judged, snapshot = run.seek(step, exact=False)
        drags.append(took)
        losses.append(judged)
        met += snapshot.step == step
    for step in rng.integers(0, newest.step, PLACES).tolist():
        took, judged, snapshot = run.seek(step, exact=True)
        exacts.append(took)
        losses.append(judged)
        if snapshot.step != step:
            raise RuntimeError(f"asked for update {step}, shown {snapshot.step}")
    run.thread.stop()
    with Timed() as small:
        run = Watched(case, case.small_cap)
        run.train(seconds / 2)
    kept = run.look().rail.kept
    run.thread.stop()
    return {
        "network": case.name,
        "steps_per_second": newest.step / passed,
        "share": timed.seconds / passed,
        "kept": newest.rail.kept,
        "megabytes": newest.rail.used / 2**20,
        "spacing_ms": 1e3 * newest.rail.spacing,
        "drag_95_ms": float(np.percentile(drags, 95)),
        "drag_exact": met / PLACES,
        "let_go_95_ms": float(np.percentile(exacts, 95)),
        "losses_95_ms": float(np.percentile(losses, 95)),
        "small_cap_megabytes": case.small_cap / 2**20,
        "small_cap_most_megabytes": small.most / 2**20,
        "small_cap_kept": kept,
        "small_cap_share": small.seconds / (seconds / 2),
        "missed": [
            words
            for words, missed in (
                ("share of training time", timed.seconds / passed > SHARE),
                ("share of training time under a small cap", small.seconds / (seconds / 2) > SHARE),
                ("drag", float(np.percentile(drags, 95)) > case.scrub_ms),
                ("let go", float(np.percentile(exacts, 95)) > case.scrub_ms),
                ("losses", float(np.percentile(losses, 95)) > case.scrub_ms),
                ("cap", small.most > case.small_cap or timed.most > DEFAULT_CAP),
            )
            if missed
        ],
    }


def landscape() -> dict[str, Any]:
    """Return what a loss landscape takes without a window; beside one, and its frames: landscape.py."""
    from tests.benchmarks import landscape as of_landscape

    figures = of_landscape.alone(5)
    missed = ["landscape"] if figures["landscape_s"] > of_landscape.SECONDS else []
    return {"network": f"{of_landscape.CASE.name}, landscape 41 x 41", **figures, "missed": missed}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=6.0)
    arguments = parser.parse_args()
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    results = [measured(case, arguments.seconds) for case in CASES if arguments.only in case.name]
    if not arguments.only:
        results.append(landscape())
    if arguments.json:
        sys.stdout.write(json.dumps({"machine": machine, "results": results}, indent=1) + "\n")
    else:
        for figures in results:
            sys.stdout.write("\n".join(f"{key:>26}  {value}" for key, value in figures.items()) + "\n\n")
    return sum(len(figures["missed"]) for figures in results)


if __name__ == "__main__":
    sys.exit(main())
