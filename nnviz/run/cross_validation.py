"""Cross-validation: k folds times several seeds, beside baselines on the same folds, and the rows that flip."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset
from nnviz.engine.activations import PROBABILITIES
from nnviz.engine.arrays import FloatArray
from nnviz.engine.classification_metrics import predicted_classes
from nnviz.engine.config import MLPConfig
from nnviz.engine.metrics import METRICS
from nnviz.engine.scores import Scores, score
from nnviz.engine.training import TrainingConfig, TrainingData
from nnviz.errors import UserError
from nnviz.run.fold_runs import FoldOutcome, FoldTask
from nnviz.run.folds import FoldPlan, make_fold, plan_folds
from nnviz.run.spread import spread_of
from nnviz.run.task_pool import run_tasks
from nnviz.run.validation_result import Contender, CrossValidation, Flip, FoldRun, figure, in_words, interval_in_words

__all__ = [
    "Contender",
    "CrossValidation",
    "Flip",
    "FoldRun",
    "cross_validate",
    "figure",
    "in_words",
    "interval_in_words",
]

DEFAULT_FOLDS, DEFAULT_SEEDS, DEFAULT_EPOCHS = 5, (0, 1, 2), 200


def cross_validate(
    dataset: Dataset,
    config: MLPConfig,
    training: TrainingConfig,
    *,
    folds: int = DEFAULT_FOLDS,
    seeds: Sequence[int] = DEFAULT_SEEDS,
    epochs: int = DEFAULT_EPOCHS,
    workers: int | None = None,
    progress: Callable[[float, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> CrossValidation:
    """Train from scratch for every fold and seed, and judge each network by the rows that it never saw.

    Parameters
    ----------
    dataset
        Training and validation rows take part together; rows marked for testing stay out.
    config
        Hidden layers, output activation and loss; inputs and outputs follow what each fold's encoding gives.
    training
        Settings of all runs but for the seed.
    folds
        2 or more. The folds are the same for all seeds: where predictions differ between two, only the seed did.
    seeds
        Of weights, shuffling and noise; at least one, no two the same.
    epochs
        Without early stopping a network trains so long, on all of its fold's training rows, and its last weights count.
        With early stopping (or a learning rate that falls on a plateau) a fifth of the fold's training rows, stratified
        and the same for all seeds, is watched instead of learned (`folds.INNER_SHARE`); early stopping then takes the
        weights that were best on it. The held-out rows decide nothing.
    workers
        Processes; 1 is this thread, None decides by the amount of work (`task_pool.run_tasks`). All numbers are the
        same bit for bit, as long as NumPy multiplies matrices on one thread here as it does there.
    progress
        Told the share done, 0 to 1, and a few words, on this thread.
    cancelled
        Asked often, on this thread.

    Raises
    ------
    UserError
        For too few rows for so many folds, senseless seeds or epochs, or a fold from which nothing can be learned.
    Cancelled
        Soon after `cancelled` says so.

    Notes
    -----
    Stone, Cross-validatory choice and assessment of statistical predictions (1974); stratified: Kohavi, A study of
    cross-validation and bootstrap for accuracy estimation and model selection (1995).
    """
    seeds = tuple(seeds)
    if not seeds or len(set(seeds)) < len(seeds) or min(seeds) < 0:
        raise UserError(f"Cross-validation needs different seeds of at least 0, not {list(seeds)}.")
    if epochs < 1:
        raise UserError(f"Cross-validation needs at least 1 epoch, not {epochs}.")
    plan = plan_folds(dataset, folds)
    encoded: list[Dataset] = []
    inner = bool(training.stopping.patience) or training.schedule.name == "plateau"

    def tasks() -> Iterator[FoldTask]:
        for number in range(folds):
            fold = make_fold(plan, number, inner=inner)
            encoded.append(_without_inputs(fold))
            yield from _tasks(fold, number, config, training, seeds, epochs)

    count = folds * (1 + len(seeds))

    def done(finished: int) -> None:
        if progress is not None:
            progress(finished / count, f"{finished} of {count} models")

    outcomes = run_tasks(tasks(), count, workers, done, cancelled or (lambda: False))
    return _summary(plan, seeds, epochs, encoded, outcomes, config.layers[-1].activation in PROBABILITIES)


def _tasks(
    fold: Dataset, number: int, config: MLPConfig, training: TrainingConfig, seeds: Sequence[int], epochs: int
) -> Iterator[FoldTask]:
    """Return a fold's tasks: the baselines, which learn inner validation rows too, then a network for each seed."""
    held = fold.X[fold.test_rows]
    learned = np.sort(np.concatenate([fold.train_rows, fold.validation_rows]))
    nothing = np.empty(0, dtype=np.intp)
    simple = TrainingData(fold.X[learned], fold.Y[learned], fold.X[nothing], fold.Y[nothing], fold.task)
    data = TrainingData(fold.X_train, fold.Y_train, fold.X_validation, fold.Y_validation, fold.task)
    output = replace(config.layers[-1], units=fold.Y.shape[1])
    network = replace(config, n_inputs=fold.X.shape[1], layers=(*config.hidden, output))
    yield FoldTask(number, simple, held, None, training, 0)
    for seed in seeds:
        yield FoldTask(number, data, held, network, replace(training, seed=seed), epochs)


def _without_inputs(fold: Dataset) -> Dataset:
    """Return the fold without its matrix of inputs: only the targets are looked at again."""
    return replace(fold, X=np.empty((0, fold.X.shape[1])))


def _summary(
    plan: FoldPlan,
    seeds: tuple[int, ...],
    epochs: int,
    encoded: Sequence[Dataset],
    outcomes: Sequence[FoldOutcome],
    probabilities: bool,  # noqa: FBT001 - as `score` takes it
) -> CrossValidation:
    dataset, count = plan.dataset, len(seeds)
    predictions = np.full((count, len(plan.rows)), math.nan)
    runs: list[FoldRun] = []
    simple: list[tuple[Scores, ...]] = []
    for number, fold in enumerate(encoded):
        baselines, *networks = outcomes[number * (1 + count) : (number + 1) * (1 + count)]
        simple.append(tuple(_judged(fold, output, probabilities=True) for output in baselines.outputs))
        for place, (seed, found) in enumerate(zip(seeds, networks, strict=True)):
            predictions[place, fold.test_rows] = _answers(fold, found.outputs[0])
            judged = _judged(fold, found.outputs[0], probabilities=probabilities)
            runs.append(FoldRun(number, seed, judged, found.epochs, found.diverged))
    regression = dataset.task == "regression"
    scores = [[run.scores for run in runs[number * count : (number + 1) * count]] for number in range(plan.folds)]
    diverged = sum(bool(run.diverged) for run in runs)
    notes = [plan.note] if plan.note else []
    if diverged:
        notes.append(f"{diverged} of {len(runs)} networks diverged; their last finite weights count.")
    return CrossValidation(
        task=dataset.task,
        classes=encoded[0].classes,
        folds=plan.folds,
        seeds=seeds,
        epochs=epochs,
        runs=tuple(runs),
        network=_contender("network", scores),
        linear=_contender("linear regression" if regression else "logistic regression", [[s[1]] for s in simple]),
        constant=_contender(
            f"always answering the {'mean' if regression else 'commonest class'}", [[s[0]] for s in simple]
        ),
        rows=plan.rows,
        numbers=dataset.table_rows[plan.rows] + 1,
        truth=encoded[0].target_values,
        predictions=predictions,
        notes=tuple(notes),
    )


def _answers(fold: Dataset, output: FloatArray) -> NDArray[np.float64]:
    """Return the class index, or the number in the target's unit, that outputs stand for, (m,)."""
    if fold.task == "regression":
        return np.asarray(fold.preprocessor.predictions(output), dtype=np.float64)
    return predicted_classes(output, fold.task).astype(np.float64)


def _judged(fold: Dataset, output: FloatArray, *, probabilities: bool) -> Scores:
    target = fold.Y[fold.test_rows]
    if fold.task == "regression":
        output, target = _answers(fold, output)[:, None], fold.target_values[fold.test_rows][:, None]
    with np.errstate(all="ignore"):
        return score(output, target, fold.task, probabilities=probabilities)


def _contender(label: str, scores: Sequence[Sequence[Scores]]) -> Contender:
    """Summarise scores, a sequence over seeds for each fold."""
    metrics = {}
    for name in scores[0][0].values:
        values = np.array([[one.values[name] for one in fold] for fold in scores])
        highest = 1.0 if METRICS[name].greater_is_better else math.inf
        metrics[name] = spread_of(values, -math.inf if name == "r2" else 0.0, highest)
    return Contender(label, MappingProxyType(metrics))
