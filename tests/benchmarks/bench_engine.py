"""Microseconds a training step, beside scikit-learn's partial_fit and the bare plan, in one run.

Run by hand: ``python tests/benchmarks/bench_engine.py [--quick]``. Prints one line a case; ratios are what to compare
between machines. Each figure is the best of several rounds taken in turn, so that a busy moment hits all alike.
"""

import argparse
import os
import platform
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.plan import StepPlan, pack_rows
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData


@dataclass(frozen=True)
class Case:
    """A network, a batch size and an optimiser; `target` is the hoped-for microseconds, 0 for none."""

    sizes: tuple[int, ...]
    batch: int
    optimizer: str
    rows: int = 250
    target: float = 0

    @property
    def name(self) -> str:
        return f"{'-'.join(map(str, self.sizes))} batch {self.batch} {self.optimizer}"


CASES = (
    Case((2, 8, 8, 1), 10, "sgd", target=12),
    Case((2, 8, 8, 1), 10, "adam", target=15),
    Case((2, 4, 2, 1), 10, "sgd"),
    Case((2, 8, 8, 8, 8, 8, 8, 1), 10, "sgd"),
    Case((4, 16, 16, 3), 32, "adam"),
    Case((30, 64, 64, 1), 64, "adam", rows=1000),
    Case((784, 128, 64, 10), 128, "adam", rows=5000),
)


def make_trainer(case: Case) -> Trainer:
    """Return a trainer on as many validation rows as training rows, as the toy data sets have."""
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((2 * case.rows, case.sizes[0]))
    classes = rng.integers(0, max(2, case.sizes[-1]), 2 * case.rows)
    task = "binary" if case.sizes[-1] == 1 else "multiclass"
    target = classes[:, None].astype(np.float64) if task == "binary" else np.eye(case.sizes[-1])[classes]
    n = case.rows
    data = TrainingData(inputs[:n], target[:n], inputs[n:], target[n:], task)
    hidden = [LayerConfig(units) for units in case.sizes[1:-1]]
    mlp = MLP.initialised(config_for_task(task, case.sizes[0], case.sizes[-1], hidden), rng)
    return Trainer(mlp, data, TrainingConfig(case.optimizer, 0.001, 0.0, case.batch))


def engine_round(trainer: Trainer, steps: int) -> Callable[[], float]:
    """Seconds a step, all included: iterator, shuffling, gathering, divergence checks, evaluation each epoch."""
    iterator = trainer.steps()

    def run() -> float:
        start = time.perf_counter()
        for _ in islice(iterator, steps):
            pass
        return (time.perf_counter() - start) / steps

    return run


def plan_round(trainer: Trainer, case: Case, steps: int) -> Callable[[], float]:
    """Seconds for the calls of the plan alone, on one batch over and over: what no overhead would cost."""
    mlp = trainer.mlp.copy()
    gradient = np.zeros_like(mlp.parameters)
    update = OPTIMIZERS[case.optimizer](mlp.parameters, gradient, learning_rate=1e-6).update_calls()
    plan = StepPlan(mlp, case.batch, gradient, update)
    plan.batch[...] = pack_rows(mlp, trainer.data.X_train[: case.batch], trainer.data.Y_train[: case.batch])
    calls = plan.gradient_step + plan.update

    def run() -> float:
        start = time.perf_counter()
        for _ in range(steps):
            for call, arguments in calls:
                call(*arguments)
        return (time.perf_counter() - start) / steps

    return run


def evaluation_round(trainer: Trainer) -> Callable[[], float]:
    """Seconds for one evaluation of training and validation rows."""
    repeats = max(3, 100_000 // trainer.data.inputs.size)

    def run() -> float:
        start = time.perf_counter()
        for _ in range(repeats):
            trainer.evaluate()
        return (time.perf_counter() - start) / repeats

    return run


def sklearn_round(trainer: Trainer, case: Case, steps: int) -> Callable[[], float]:
    """Seconds a step of scikit-learn's partial_fit, given whole epochs; it evaluates nothing on the side."""
    from sklearn.neural_network import MLPClassifier

    inputs = trainer.data.X_train.astype(np.float32)
    target: Any = trainer.data.Y_train
    target = target[:, 0].astype(int) if target.shape[1] == 1 else target.argmax(axis=1)
    classes = np.arange(max(2, case.sizes[-1]))
    peer = MLPClassifier(
        case.sizes[1:-1],
        activation="tanh",
        solver=case.optimizer,
        batch_size=case.batch,
        learning_rate_init=0.001,
        momentum=0.0,
        alpha=0.0,
        n_iter_no_change=10**9,
        max_iter=10**9,
    )
    per_epoch = -(-case.rows // case.batch)
    epochs = max(1, steps // per_epoch)

    def run() -> float:
        start = time.perf_counter()
        for _ in range(epochs):
            peer.partial_fit(inputs, target, classes=classes)
        return (time.perf_counter() - start) / (epochs * per_epoch)

    return run


def measure(case: Case, rounds: int, scale: float) -> bool:
    """Print a case's line; return whether it met its target."""
    trainer = make_trainer(case)
    steps = max(20, int(scale * 2e8 / (20_000 + case.batch * trainer.mlp.parameters.size)))
    candidates = [
        engine_round(trainer, steps),
        plan_round(trainer, case, steps),
        evaluation_round(trainer),
        sklearn_round(trainer, case, max(10, steps // 10)),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        engine, plan, evaluation, peer = (
            1e6 * min(column) for column in zip(*([run() for run in candidates] for _ in range(rounds)), strict=True)
        )
    met = not case.target or engine <= case.target
    print(
        f"{case.name:34} {engine:8.1f} us/step {1e6 / engine:8,.0f} steps/s   plan alone {engine / plan:4.2f}x"
        f"   evaluation {evaluation:7.1f} us   scikit-learn {peer:7.1f} us = {peer / engine:4.1f}x"
        + (f"   target {case.target:g} us: {'met' if met else 'MISSED'}" if case.target else "")
    )
    return met


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all cases; return the number of missed targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the steps")
    options = parser.parse_args(arguments)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}, float32")
    return sum(not measure(case, rounds=3 if options.quick else 5, scale=0.1 if options.quick else 1) for case in CASES)


if __name__ == "__main__":
    raise SystemExit(main())
