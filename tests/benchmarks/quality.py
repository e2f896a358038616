"""What nnviz makes of five known tables: the app's defaults against its earlier ones, and nnviz against scikit-learn.

Run by hand: ``python tests/benchmarks/quality.py [--part defaults|peer] [--sets iris,wine] [--seeds 5] [--epochs 200]
[--processes 2] [--json]``. Needs scikit-learn; nothing is downloaded. Every set is cut into 5 folds (the same for all),
inputs and numeric targets are standardised by the training rows, and each fold is trained from each seed. The score is
the accuracy, or R2 for a numeric target, of the rows left out: at the last epoch, and at the best one (which picks the
epoch by those very rows, for both sides alike). Judged is the difference of two means against its standard error.

Part "defaults": hidden layers and training settings of ``nnviz.run.recipe`` against the ones the app had at first.
Part "peer": the same settings for both programs, `EQUAL`; each draws its own weights, biases and order of rows.
"""

import argparse
import json
import statistics
import sys
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nnviz.engine.arrays import FloatArray
from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.run.recipe import DEFAULT_HIDDEN, DEFAULT_TRAINING

FOLDS = 5
SETS = ("iris", "wine", "breast_cancer", "digits", "diabetes")
Hidden = tuple[LayerConfig, ...]
FIRST_HIDDEN: Hidden = (LayerConfig(8, "tanh", "glorot_uniform"), LayerConfig(8, "tanh", "glorot_uniform"))
FIRST_TRAINING = TrainingConfig(optimizer="adam", learning_rate=0.01, batch_size=32)
EQUAL: dict[str, Any] = {
    "hidden": (8, 8),
    "activation": "tanh",
    "solver": "adam",
    "rate": 0.01,
    "batch": 32,
    "alpha": 0.0,
}


@dataclass(frozen=True)
class Score:
    """Of the rows left out, after the last epoch and after the best; best is nan where it is not known."""

    last: float
    best: float


@cache
def fold(name: str, number: int) -> TrainingData:
    """Return one fold of a data set, standardised by its training rows."""
    from sklearn import datasets
    from sklearn.model_selection import KFold, StratifiedKFold

    table = getattr(datasets, f"load_{name}")()
    inputs: FloatArray = np.asarray(table.data, dtype=np.float64)
    answers = np.asarray(table.target)
    regression = name == "diabetes"
    splitter = (KFold if regression else StratifiedKFold)(FOLDS, shuffle=True, random_state=0)
    train, held_out = list(splitter.split(inputs, answers))[number]
    inputs = standardised(inputs, train)
    if regression:
        task, targets = "regression", standardised(answers[:, None].astype(np.float64), train)
    elif answers.max() == 1:
        task, targets = "binary", answers[:, None].astype(np.float64)
    else:
        task, targets = "multiclass", np.eye(answers.max() + 1)[answers]
    return TrainingData(inputs[train], targets[train], inputs[held_out], targets[held_out], task)


def standardised(numbers: FloatArray, train: Any) -> FloatArray:
    """Return columns of mean 0 and deviation 1 over the training rows; a constant column becomes 0."""
    spread = numbers[train].std(axis=0)
    result: FloatArray = (numbers - numbers[train].mean(axis=0)) / np.where(spread > 0, spread, 1)
    return result


def nnviz_score(data: TrainingData, hidden: Hidden, training: TrainingConfig, epochs: int) -> Score:
    """Train nnviz and score the rows left out."""
    config = config_for_task(data.task, data.X_train.shape[1], data.Y_train.shape[1], hidden)
    network = MLP.initialised(config, np.random.default_rng(training.seed))
    scores: list[float] = []
    for evaluation in Trainer(network, data, training).steps():
        if evaluation is not None:
            scores.append(evaluation.validation_metric)
            if len(scores) == epochs:
                break
    return Score(scores[-1], max(scores))


def first_defaults(data: TrainingData, seed: int, epochs: int) -> Score:
    """Score the settings that the app had at first."""
    return nnviz_score(data, FIRST_HIDDEN, replace(FIRST_TRAINING, seed=seed), epochs)


def defaults(data: TrainingData, seed: int, epochs: int) -> Score:
    """Score the settings that the app has now."""
    return nnviz_score(data, DEFAULT_HIDDEN, replace(DEFAULT_TRAINING, seed=seed), epochs)


def nnviz_with_equal_settings(data: TrainingData, seed: int, epochs: int) -> Score:
    """Score nnviz with `EQUAL`."""
    hidden = tuple(LayerConfig(units, EQUAL["activation"], "glorot_uniform") for units in EQUAL["hidden"])
    training = TrainingConfig(EQUAL["solver"], EQUAL["rate"], 0.0, EQUAL["batch"], seed)
    return replace(nnviz_score(data, hidden, training, epochs), best=float("nan"))


def scikit_learn(data: TrainingData, seed: int, epochs: int) -> Score:
    """Score scikit-learn with `EQUAL`."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    peer = (MLPRegressor if data.task == "regression" else MLPClassifier)(
        hidden_layer_sizes=EQUAL["hidden"],
        activation=EQUAL["activation"],
        solver=EQUAL["solver"],
        alpha=EQUAL["alpha"],
        batch_size=EQUAL["batch"],
        learning_rate_init=EQUAL["rate"],
        max_iter=epochs,
        n_iter_no_change=epochs,  # and so every epoch is trained
        random_state=seed,
    )
    answers = [y.argmax(axis=1) if data.task == "multiclass" else y[:, 0] for y in (data.Y_train, data.Y_validation)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        peer.fit(data.X_train, answers[0])
    return Score(float(peer.score(data.X_validation, answers[1])), float("nan"))


SIDES: dict[str, tuple[Callable[[TrainingData, int, int], Score], Callable[[TrainingData, int, int], Score]]] = {
    "defaults": (defaults, first_defaults),
    "peer": (nnviz_with_equal_settings, scikit_learn),
}
NAMES = {"defaults": ("defaults now", "defaults at first"), "peer": ("nnviz", "scikit-learn")}


def score_fold(job: tuple[str, str, int, int, int]) -> list[tuple[Score, Score]]:
    """Return both sides' scores of one fold, seed by seed; the job is (part, set, fold, seeds, epochs)."""
    part, name, number, seeds, epochs = job
    data = fold(name, number)
    ours, theirs = SIDES[part]
    return [(ours(data, seed, epochs), theirs(data, seed, epochs)) for seed in range(seeds)]


def verdict(part: str, name: str, when: str, pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return means, standard errors and the judgement of one set; `when` is "last" or "best" epoch."""
    ours, theirs = (np.array(side) for side in zip(*pairs, strict=True))
    errors = [side.std(ddof=1) / len(side) ** 0.5 for side in (ours, theirs)]
    error = float(np.hypot(*errors))
    difference = float(ours.mean() - theirs.mean())
    judged = "better" if difference > error else "within one standard error" if difference >= -error else "worse"
    return {
        "part": part,
        "set": name,
        "epoch": when,
        "runs": len(pairs),
        "ours": float(ours.mean()),
        "ours_error": float(errors[0]),
        "theirs": float(theirs.mean()),
        "theirs_error": float(errors[1]),
        "difference": difference,
        "difference_error": error,
        "paired_error": statistics.stdev(ours - theirs) / len(pairs) ** 0.5,
        "verdict": judged,
    }


def judge(part: str, name: str, scores: Sequence[tuple[Score, Score]]) -> list[dict[str, Any]]:
    """Return the verdict at the last epoch and, where both sides know it, at the best one."""
    found = [verdict(part, name, "last", [(ours.last, theirs.last) for ours, theirs in scores])]
    if not np.isnan([ours.best + theirs.best for ours, theirs in scores]).any():
        found.append(verdict(part, name, "best", [(ours.best, theirs.best) for ours, theirs in scores]))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a verdict; the status is the number of sets on which ours is worse at the last epoch."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--part", choices=tuple(SIDES), help="only this part")
    parser.add_argument("--sets", default=",".join(SETS), help="comma-separated (default: %(default)s)")
    for name, default in (("seeds", 5), ("epochs", 200), ("processes", 2)):
        parser.add_argument(f"--{name}", type=int, default=default, help="(default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    chosen = parser.parse_args(arguments)
    names = chosen.sets.split(",")
    if min(chosen.seeds, chosen.epochs, chosen.processes) < 1 or not set(names) <= set(SETS):
        parser.error(f"seeds, epochs and processes are at least 1; the sets are {', '.join(SETS)}")
    cases = [(part, name) for part in ([chosen.part] if chosen.part else SIDES) for name in names]
    found = []
    with ProcessPoolExecutor(chosen.processes, mp_context=get_context("spawn")) as pool:
        jobs = {
            case: [pool.submit(score_fold, (*case, k, chosen.seeds, chosen.epochs)) for k in range(FOLDS)]
            for case in cases
        }
        for (part, name), folds in jobs.items():
            verdicts = judge(part, name, [pair for job in folds for pair in job.result()])
            found += verdicts
            for line in () if chosen.json else verdicts:
                print_line(line)
    if chosen.json:
        print(json.dumps({"epochs": chosen.epochs, "folds": FOLDS, "seeds": chosen.seeds, "verdicts": found}, indent=1))
    return sum(line["verdict"] == "worse" and line["epoch"] == "last" for line in found)


def print_line(line: dict[str, Any]) -> None:
    """Print one verdict."""
    ours, theirs = NAMES[line["part"]]
    print(
        f"{line['set']:13} {line['epoch']} epoch  {ours} {line['ours']:.4f} ± {line['ours_error']:.4f}"
        f"  {theirs} {line['theirs']:.4f} ± {line['theirs_error']:.4f}"
        f"  difference {line['difference']:+.4f} ± {line['difference_error']:.4f}"
        f" (paired ± {line['paired_error']:.4f})  {line['verdict']}",
        flush=True,
    )


if __name__ == "__main__":
    raise SystemExit(main())
