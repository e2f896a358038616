"""The verb ``train``: a CSV file to a trained network and its exported files.

The exported weights are those after the last epoch, whose losses are ``train`` and ``validation`` in the document;
``best`` only says at which epoch the validation loss was lowest.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.cli.output import warn, write_document, write_line
from nnviz.cli.progress import Progress
from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.infer import Role, guess
from nnviz.data.table import Table
from nnviz.data.tasks import Task
from nnviz.engine.losses import decision_scores
from nnviz.engine.metrics import accuracy, mae, r2, rmse
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import Diverged, Evaluation, Trainer, TrainingConfig
from nnviz.errors import UserError
from nnviz.export.atomic import check_writable
from nnviz.export.bundle import FloatArray, ModelBundle
from nnviz.export.formats import format_for
from nnviz.export.provenance import training_facts
from nnviz.export.verify import Verification, export_and_verify
from nnviz.run.recipe import network_config, new_trainer


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """What the command line asks for; the defaults are those of ``nnviz train --help``."""

    path: Path
    target: str | None = None
    task: str = "auto"
    ignore: tuple[str, ...] | list[str] = ()
    hidden: tuple[int, ...] = (8, 8)
    activation: str = "tanh"
    optimizer: str = "adam"
    learning_rate: float = 0.01
    momentum: float = 0.0
    batch_size: int = 32
    epochs: int = 200
    validation: float = 0.25
    seed: int = 0
    export: tuple[Path, ...] | list[Path] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run: its last and its best evaluation, and the time its updates and evaluations took (seconds)."""

    last: Evaluation
    best: Evaluation | None
    seconds: float


def run(options: TrainOptions, *, as_json: bool = False, quiet: bool = False) -> int:
    """Train, export, verify and report; returns 0.

    Raises
    ------
    UserError
        If the options, the file or the data are at fault, or training diverged (nothing is exported then).
    """
    check_exports(options)
    training = TrainingConfig(
        optimizer=options.optimizer,
        learning_rate=options.learning_rate,
        momentum=options.momentum,
        batch_size=options.batch_size,
        seed=options.seed,
    )
    hidden = [LayerConfig(units, options.activation) for units in options.hidden]
    with Progress(quiet=quiet) as progress:
        dataset = prepare(read_csv(options.path, progress=progress.update), options)
        trainer = new_trainer(dataset, network_config(dataset, hidden), training)
        outcome = fit(trainer, options.epochs, progress)
    bundle = ModelBundle.from_training(trainer.mlp, dataset, training_facts(training, outcome.last))
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


def fit(trainer: Trainer, epochs: int, progress: Progress) -> Outcome:
    """Train for ``epochs`` epochs.

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
            if evaluation.epoch >= epochs:
                return Outcome(evaluation, best, time.perf_counter() - start)
    except Diverged as error:
        reason = error.divergence.reason
        raise UserError(
            f"Training diverged: {reason[:1].lower()}{reason[1:]}",
            f"Try a tenth of the learning rate: --learning-rate {trainer.config.learning_rate / 10:.3g}.",
        ) from error
    raise AssertionError("Trainer.steps() ended")


def report(dataset: Dataset, bundle: ModelBundle, outcome: Outcome, exports: list[Verification]) -> dict[str, Any]:
    """Return the document that ``--json`` prints; losses are in the units of training, errors in the target's own."""
    output = decision_scores(bundle.outputs(dataset.X), bundle.config.loss)
    last, best = outcome.last, outcome.best
    rows = {"train": dataset.train_rows, "validation": dataset.validation_rows}
    losses = {"train": last.train_loss, "validation": last.validation_loss}
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
    if document["best"]["epoch"] is not None:
        write_line(f"lowest validation loss {document['best']['loss']:.4g} at epoch {document['best']['epoch']}")
    for export in exports:
        write_line(f"wrote {export.path}: {export.sentence}")
