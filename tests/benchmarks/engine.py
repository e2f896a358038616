"""Microseconds a training step: nnviz beside scikit-learn's MLP and PyTorch eager, in one run.

Run by hand, with the packages of the extra ``bench``: ``python tests/benchmarks/engine.py [--quick] [--json]``. All
train the same networks on the same data, with one batch size, in 32-bit numbers; rounds are taken in turn, so that a
busy moment hits all alike, and each figure is the median over rounds. Ratios are what to compare between machines.

All three shuffle, gather, go forward and backward, and update; nnviz also watches for overflow, scikit-learn adds up
the batches' losses. "Watched" is a step of nnviz's trainer with what the others do not do: both losses and metrics of
all training rows, and of as many validation rows, at the end of each epoch. "Products" is the share of the step that
its bare matrix products take: what no overhead at all would leave. "Calls" is the number of Python calls a step.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.plan import StepPlan, pack_rows
from nnviz.engine.stepping import Stepper
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.engine.training_rows import TrainingRows
from nnviz.run.blas import blas_threads, default_threads, limit_blas

Round = Callable[[], float]


@dataclass(frozen=True)
class Case:
    """A network, a batch size and an optimiser, with the ratios hoped for."""

    sizes: tuple[int, ...]
    batch: int
    optimizer: str
    sklearn_goal: float
    torch_goal: float
    rows: int = 250

    @property
    def name(self) -> str:
        return f"{'-'.join(map(str, self.sizes))}, {self.batch}, {OPTIMIZERS[self.optimizer].label}"


CASES = (
    Case((2, 4, 2, 1), 10, "sgd", 14, 19),
    Case((2, 8, 8, 1), 10, "sgd", 14, 19),
    Case((2, 8, 8, 1), 10, "adam", 12, 25),
    Case((2, 8, 8, 8, 8, 8, 8, 1), 10, "adam", 11, 24),
    Case((4, 16, 16, 3), 32, "adam", 9, 16),
    Case((30, 64, 64, 2), 64, "adam", 6, 8, rows=1_000),
    Case((784, 128, 64, 10), 128, "adam", 2.4, 1.4, rows=5_000),
    Case((784, 512, 512, 10), 128, "adam", 2.0, 1.0, rows=5_000),
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


def nnviz_round(trainer: Trainer, case: Case, steps: int) -> Round:
    """Seconds a step: shuffling, gathering, forward, backward, update, and the watch for overflow."""
    stepper = Stepper(trainer.mlp, TrainingRows(trainer.mlp, trainer.data, trainer.config), trainer.config)
    threads = blas_threads(trainer.mlp.config, case.batch, beside_window=False)

    def run() -> float:
        with limit_blas(threads):
            start = time.perf_counter()
            for _ in range(steps):
                if stepper.advance():
                    stepper.begin_epoch()
            return (time.perf_counter() - start) / steps

    return run


def watched_round(trainer: Trainer, case: Case, steps: int) -> Round:
    """Seconds a step of the trainer, which also evaluates training and validation rows at the end of each epoch."""
    iterator = trainer.steps()
    threads = blas_threads(trainer.mlp.config, case.batch, beside_window=False)

    def run() -> float:
        with limit_blas(threads):
            start = time.perf_counter()
            for _ in islice(iterator, steps):
                pass
            return (time.perf_counter() - start) / steps

    return run


def products_round(plan: StepPlan, threads: int, steps: int) -> Round:
    """Seconds for the matrix products of a step alone."""
    products = [call for call in plan.forward + plan.backward if getattr(call[0], "__name__", "") == "dot"]

    def run() -> float:
        with limit_blas(threads):
            start = time.perf_counter()
            for _ in range(steps):
                for call, arguments in products:
                    call(*arguments)
            return (time.perf_counter() - start) / steps

    return run


def make_plan(trainer: Trainer, case: Case) -> StepPlan:
    """Return a plan of the trainer's own kind on a copy of its network, with a batch in it."""
    mlp = trainer.mlp.copy()
    gradient = np.zeros_like(mlp.parameters)
    update = OPTIMIZERS[case.optimizer](mlp.parameters, gradient, learning_rate=1e-6).update_calls()
    plan = StepPlan(mlp, case.batch, gradient, update)
    plan.batch[...] = pack_rows(mlp, trainer.data.X_train[: case.batch], trainer.data.Y_train[: case.batch])
    return plan


def sklearn_round(trainer: Trainer, case: Case, steps: int) -> Round:
    """Seconds a step of scikit-learn's partial_fit, given whole epochs."""
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
        with limit_blas(default_threads()):
            start = time.perf_counter()
            for _ in range(epochs):
                peer.partial_fit(inputs, target, classes=classes)
            return (time.perf_counter() - start) / (epochs * per_epoch)

    return run


def torch_round(trainer: Trainer, case: Case, steps: int) -> Round | None:
    """Seconds a step of the plain PyTorch loop on tensors in memory; None where it is not installed."""
    try:
        import torch
    except ImportError:
        return None
    layers: list[Any] = []
    for n_in, n_out in zip(case.sizes, case.sizes[1:], strict=False):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])
    rules = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    optimizer = rules[case.optimizer](model.parameters(), lr=0.001)
    inputs = torch.tensor(trainer.data.X_train.astype(np.float32))
    binary = case.sizes[-1] == 1
    loss = torch.nn.BCEWithLogitsLoss() if binary else torch.nn.CrossEntropyLoss()
    given = trainer.data.Y_train
    target = torch.tensor(given.astype(np.float32) if binary else given.argmax(axis=1))

    def run() -> float:
        done = 0
        start = time.perf_counter()
        while done < steps:
            for batch in torch.randperm(case.rows).split(case.batch):
                optimizer.zero_grad()
                loss(model(inputs[batch]), target[batch]).backward()
                optimizer.step()
                done += 1
        return (time.perf_counter() - start) / done

    return run


@dataclass(frozen=True)
class Result:
    """What one case showed; microseconds a step, and ratios to them."""

    case: str
    nnviz: float
    watched: float
    threads: int
    sklearn: float
    sklearn_ratio: float
    sklearn_goal: float
    torch: float | None
    torch_ratio: float | None
    torch_goal: float
    products_share: float
    calls: int

    @property
    def met(self) -> bool:
        """Whether both ratios reached their goals."""
        return self.sklearn_ratio >= self.sklearn_goal and (self.torch_ratio or 1e9) >= self.torch_goal


def measure(case: Case, rounds: int, seconds: float) -> Result:
    """Take rounds of every library in turn, each of about `seconds`."""
    trainer = make_trainer(case)
    threads = blas_threads(trainer.mlp.config, case.batch, beside_window=False)
    plan = make_plan(trainer, case)
    steps = max(5, int(seconds / max(nnviz_round(trainer, case, 20)(), 1e-6)))
    candidates = [
        nnviz_round(trainer, case, steps),
        watched_round(trainer, case, steps),
        products_round(plan, threads, steps),
        sklearn_round(trainer, case, max(5, steps // 10)),
        torch_round(trainer, case, max(5, steps // 20)),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        taken = [[run() if run else None for run in candidates] for _ in range(rounds)]
    ours, watched, products, sklearn, torch = (
        None if column[0] is None else 1e6 * statistics.median(value for value in column if value is not None)
        for column in zip(*taken, strict=True)
    )
    if ours is None or watched is None or products is None or sklearn is None:
        raise AssertionError("only PyTorch may be missing")
    return Result(
        case=case.name,
        nnviz=ours,
        watched=watched,
        threads=threads,
        sklearn=sklearn,
        sklearn_ratio=sklearn / ours,
        sklearn_goal=case.sklearn_goal,
        torch=torch,
        torch_ratio=torch / ours if torch else None,
        torch_goal=case.torch_goal,
        products_share=products / ours,
        calls=len(plan.forward) + len(plan.backward) + len(plan.update),
    )


def line(result: Result) -> str:
    """Return a result as a line of the table."""
    torch = f"{result.torch:8.0f} {result.torch_ratio:5.1f}x" if result.torch else "not installed"
    columns = (
        f"{result.case:40} {result.nnviz:7.1f}us {result.watched:8.1f}",
        f"{result.sklearn:8.0f} {result.sklearn_ratio:5.1f}x of {result.sklearn_goal:<4g}",
        f"{torch} of {result.torch_goal:<4g}",
        f"{result.products_share:6.0%} {result.calls:6} {result.threads:6}",
        "" if result.met else "SHORT",
    )
    return " ".join(columns)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all cases; return how many fell short of a goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the time")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}, float32"
    if not options.json:
        print(machine)
        heads = f"{'nnviz':>9} {'watched':>8} {'scikit-learn':>21} {'PyTorch':>22}"
        print(f"{'net, batch, optimiser':40} {heads} products calls threads")
    results = []
    for case in CASES:
        result = measure(case, 5 if options.quick else 9, 0.1 if options.quick else 0.4)
        results.append(result)
        if not options.json:
            print(line(result), flush=True)
    if options.json:
        print(json.dumps({"machine": machine, "cases": [asdict(result) | {"met": result.met} for result in results]}))
    return sum(not result.met for result in results)


if __name__ == "__main__":
    raise SystemExit(main())
