"""The verb ``train``: a CSV file to a trained network and its exported files.

The exported weights are those after the last epoch or, with ``--best`` or early stopping, the best by validation: their
losses are ``train`` and ``validation`` in the document. ``best`` says at which epoch the validation loss was lowest.
"""

import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.cli.output import warn, write_document, write_line
from nnviz.cli.progress import Progress
from nnviz.cli.training_options import TrainOptions, network_settings, read_options
from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.infer import Role, guess
from nnviz.data.table import Table
from nnviz.data.tasks import Task
from nnviz.engine.baselines import comparison, fit_baselines
from nnviz.engine.losses import decision_scores
from nnviz.engine.metrics import accuracy, mae, r2, rmse
from nnviz.engine.scores import score
from nnviz.engine.training import Diverged, Evaluation, Trainer
from nnviz.errors import UserError
from nnviz.export.atomic import check_writable
from nnviz.export.bundle import FloatArray, ModelBundle
from nnviz.export.formats import format_for
from nnviz.export.provenance import training_facts
from nnviz.export.verify import Verification, export_and_verify
from nnviz.run.blas import blas_threads, limit_blas
from nnviz.run.recipe import fitting, network_config, new_trainer, training_data


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run.

    Attributes
    ----------
    last, best
        The evaluation of the last epoch, and of the best by validation loss.
    kept
        The evaluation of the weights that are kept.
    seconds
        What updates and evaluations took.
    stop_reason
        Why it stopped before the last epoch asked for, or "".
    """

    last: Evaluation
    best: Evaluation | None
    kept: Evaluation
    seconds: float
    stop_reason: str = ""


def run(options: TrainOptions, *, as_json: bool = False, quiet: bool = False) -> int:
    """Train, export, verify and report; returns 0.

    Raises
    ------
    UserError
        If the options, the file or the data are at fault, or training diverged (nothing is exported then).
    """
    check_exports(options)
    training, hidden = network_settings(options)
    with Progress(quiet=quiet) as progress:
        dataset = prepare(read_csv(options.path, read_options(options), progress=progress.update), options)
        config = network_config(dataset, hidden, options.loss)
        training, dropped = fitting(training, config, dataset.task)
        trainer = new_trainer(dataset, config, training)
        threads = blas_threads(config, training.batch_size, beside_window=False)
        with limit_blas(threads) if threads > 1 else nullcontext():
            outcome = fit(trainer, options.epochs, progress, keep_best=options.best or options.patience > 0)
    if dropped:
        warn(dropped)
    bundle = ModelBundle.from_training(trainer.mlp, dataset, training_facts(training, outcome.kept))
    exports = [export_and_verify(bundle, path, dataset.X) for path in options.export]
    document = report(dataset, bundle, outcome, exports)
    if as_json:
        write_document(document)
    else:
        _write_text(document, exports)
    return 0


def check_exports(options: TrainOptions) -> None:
    """Raise UserError now for an export that would fail after the training, or would overwrite the data."""
    taken: set[Path] = set()
    for path in options.export:
        format_for(path)
        check_writable(path)
        if path.exists() and options.path.exists() and path.samefile(options.path):
            raise UserError(f"{path} would overwrite the data.", "Choose another file for --export.")
        if path.resolve() in taken:
            raise UserError(f"{path} is named twice.", "Give each export its own file.")
        taken.add(path.resolve())


def prepare(table: Table, options: TrainOptions) -> Dataset:
    """Return the data set: target, task and roles guessed where the options leave them open."""
    if options.target is not None:
        table.column(options.target)
    guessed = guess(table, options.target)
    if guessed.target is None:
        raise UserError(f"There is no column to predict: {guessed.target_reason}.", "Name one with --target.")
    roles: dict[str, Role] = dict(guessed.roles)
    for name in options.ignore:
        if table.column(name).name == guessed.target:
            raise UserError(f"The column {name} cannot be both the target and ignored.")
        roles[name] = "ignore"
    n_unique = table.column(guessed.target).n_unique
    by_option: Mapping[str, Task | None] = {
        "auto": guessed.task,
        "classification": "binary" if n_unique == 2 else "multiclass",
        "binary": "binary",
        "multiclass": "multiclass",
        "regression": "regression",
    }
    task = by_option[options.task]
    if task is None:
        raise UserError(f"{guessed.target} cannot be predicted: {guessed.task_reason}.", "Name another with --target.")
    return build_dataset(
        table,
        ImportChoices(guessed.target, task, roles, validation_fraction=options.validation, seed=options.seed),
    )


def fit(trainer: Trainer, epochs: int, progress: Progress, *, keep_best: bool = False) -> Outcome:
    """Train for ``epochs`` epochs, or until early stopping; the network is left with its last or its best weights.

    Raises
    ------
    UserError
        If training diverges, with the place and what to do.
    """
    best: Evaluation | None = None
    start = time.perf_counter()
    try:
        for evaluation in trainer.steps():
            if evaluation is None:
                if progress.due:
                    progress.update(trainer.epoch / epochs, f"epoch {trainer.epoch} of {epochs}")
                continue
            if np.isfinite(evaluation.validation_loss) and (
                best is None or evaluation.validation_loss < best.validation_loss
            ):
                best = evaluation
            progress.update(
                evaluation.epoch / epochs,
                f"epoch {evaluation.epoch} of {epochs}, loss {evaluation.train_loss:.4g}, "
                f"validation {evaluation.validation_loss:.4g}",
            )
            reason = trainer.stop_reason
            if evaluation.epoch >= epochs or reason:
                seconds = time.perf_counter() - start
                return Outcome(evaluation, best, _kept(trainer, evaluation, keep_best=keep_best), seconds, reason)
    except Diverged as error:
        reason = error.divergence.reason
        raise UserError(
            f"Training diverged: {reason[:1].lower()}{reason[1:]}",
            f"Try a tenth of the learning rate: --learning-rate {trainer.config.learning_rate / 10:.3g}.",
        ) from error
    raise AssertionError("Trainer.steps() ended")


def _kept(trainer: Trainer, last: Evaluation, *, keep_best: bool) -> Evaluation:
    """Leave the network with its best weights, or its last; return their evaluation."""
    if not keep_best or trainer.best is None:
        return last
    epoch, step = trainer.best.epoch, trainer.best.step
    trainer.restore_best()
    return trainer.evaluate()._replace(epoch=epoch, step=step)


def report(dataset: Dataset, bundle: ModelBundle, outcome: Outcome, exports: list[Verification]) -> dict[str, Any]:
    """Return the document that ``--json`` prints; losses are in the units of training, errors in the target's own."""
    output = decision_scores(bundle.outputs(dataset.X), bundle.config.loss)
    last, best, kept = outcome.last, outcome.best, outcome.kept
    rows = {"train": dataset.train_rows, "validation": dataset.validation_rows}
    losses = {"train": kept.train_loss, "validation": kept.validation_loss}
    return {
        "task": "regression" if dataset.task == "regression" else "classification",
        "target": dataset.preprocessor.target_name,
        "classes": list(dataset.classes),
        "features": list(dataset.feature_names),
        "parameters": bundle.config.n_parameters,
        "rows": {part: len(index) for part, index in rows.items()} | {"dropped": dataset.dropped},
        "epochs": last.epoch,
        "steps": last.step,
        "seconds": outcome.seconds,
        "steps_per_second": last.step / outcome.seconds if outcome.seconds > 0 else None,
        **{
            part: {"loss": losses[part], **_metrics(output[index], dataset.Y[index], dataset)}
            for part, index in rows.items()
        },
        "best": {"epoch": best.epoch if best else None, "loss": best.validation_loss if best else None},
        "exported_epoch": kept.epoch,
        "stopped": outcome.stop_reason,
        "baselines": _baselines(output, dataset),
        "exports": [
            {
                "path": str(export.path),
                "format": export.format,
                "rows_checked": export.rows_checked,
                "rows_equal": export.rows_equal,
                "max_abs_difference": export.max_abs_difference,
            }
            for export in exports
        ],
        "rejected": len(dataset.table.rejected),
        "warnings": [*dataset.table.warnings, *dataset.warnings],
    }


def _baselines(output: FloatArray, dataset: Dataset) -> dict[str, Any]:
    """Return what always giving the same answer, and a network without hidden layer, reach on the same rows."""
    fitted = fit_baselines(training_data(dataset))
    part = "validation" if len(dataset.validation_rows) else "training"
    rows = dataset.validation_rows if part == "validation" else dataset.train_rows
    own = score(output[rows], dataset.Y[rows], dataset.task)
    name = "r2" if dataset.task == "regression" else "accuracy"
    return {
        "metric": name,
        "rows": part,
        "constant": getattr(fitted.constant, part).values[name],
        "linear": getattr(fitted.linear, part).values[name],
        "sentence": comparison(own, fitted, part, dataset.classes, name),
    }


def _metrics(output: FloatArray, target: FloatArray, dataset: Dataset) -> dict[str, float]:
    if dataset.task != "regression":
        return {"accuracy": accuracy(output, target, dataset.task)}
    scale = dataset.preprocessor.target_std
    return {"r2": r2(output, target), "mae": scale * mae(output, target), "rmse": scale * rmse(output, target)}


def _write_text(document: Mapping[str, Any], exports: list[Verification]) -> None:
    for warning in document["warnings"]:
        warn(warning)
    if document["rejected"]:
        warn(f"{document['rejected']} rows were rejected; 'nnviz inspect' lists them.")
    of = f" of {', '.join(document['classes'])}" if document["classes"] else ""
    write_line(f"{document['task']}{of}, target {document['target']}; features {', '.join(document['features'])}")
    write_line(
        f"{document['parameters']} parameters, {document['epochs']} epochs, {document['steps']} steps "
        f"in {document['seconds']:.2f} s"
    )
    for part in ("train", "validation"):
        figures = ", ".join(f"{name} {value:.4g}" for name, value in document[part].items())
        write_line(f"{part} ({document['rows'][part]} rows): {figures}")
    write_line(document["baselines"]["sentence"])
    if document["stopped"]:
        write_line(f"{document['stopped']} The weights of epoch {document['exported_epoch']} are kept.")
    if document["best"]["epoch"] is not None:
        write_line(f"lowest validation loss {document['best']['loss']:.4g} at epoch {document['best']['epoch']}")
    for export in exports:
        write_line(f"wrote {export.path}: {export.sentence}")
