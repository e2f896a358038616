"""The verb ``validate``: mean, spread and interval of a network's scores over folds and seeds, beside baselines."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nnviz.cli.output import warn, write_document, write_line
from nnviz.cli.progress import Progress
from nnviz.cli.train import prepare
from nnviz.cli.training_options import TrainOptions, network_settings, read_options
from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import Dataset
from nnviz.engine.metrics import METRICS
from nnviz.run.cross_validation import Contender, CrossValidation, cross_validate, in_words, interval_in_words
from nnviz.run.recipe import network_config

_LISTED = 20  # rows that flip, in the text


@dataclass(frozen=True, slots=True)
class ValidateOptions:
    """What the command line asks for.

    Attributes
    ----------
    train
        Data, network and how it is trained; its seed is the first of the seeds, and that of the folds.
    folds, seeds
        How many of each.
    workers
        Processes; None leaves it to the amount of work.
    """

    train: TrainOptions
    folds: int = 5
    seeds: int = 3
    workers: int | None = None


def run(options: ValidateOptions, *, as_json: bool = False, quiet: bool = False) -> int:
    """Cross-validate and report; returns 0.

    Raises
    ------
    UserError
        If the options, the file or the data are at fault, or there are too few rows for so many folds.
    """
    training, hidden = network_settings(options.train)
    first = options.train.seed
    with Progress(quiet=quiet) as progress:
        dataset = prepare(
            read_csv(options.train.path, read_options(options.train), progress=progress.update), options.train
        )
        found = cross_validate(
            dataset,
            network_config(dataset, hidden, options.train.loss),
            training,
            folds=options.folds,
            seeds=range(first, first + options.seeds),
            epochs=options.train.epochs,
            workers=options.workers,
            progress=progress.update,
        )
    if as_json:
        write_document(report(dataset, found))
    else:
        _write_text(dataset, found)
    return 0


def report(dataset: Dataset, found: CrossValidation) -> dict[str, Any]:
    """Return the document that ``--json`` prints; errors are in the target's own unit, rows count from 1."""
    models = {"network": found.network, "linear": found.linear, "constant": found.constant}
    return {
        "task": found.task,
        "target": dataset.preprocessor.target_name,
        "classes": list(found.classes),
        "features": list(dataset.feature_names),
        "rows": len(found.rows),
        "folds": found.folds,
        "seeds": list(found.seeds),
        "epochs": found.epochs,
        "sentence": found.sentence,
        **{key: _spreads(model) for key, model in models.items()},
        "runs": [
            {
                "fold": run.fold,
                "seed": run.seed,
                "rows": run.scores.n_rows,
                "epochs": run.epochs,
                "diverged": run.diverged,
                "scores": dict(run.scores.values),
            }
            for run in found.runs
        ],
        "flips": [
            {"row": flip.number, "truth": flip.truth, "predictions": list(flip.predictions)} for flip in found.flips
        ],
        "warnings": [*dataset.table.warnings, *dataset.warnings, *found.notes],
    }


def _spreads(model: Contender) -> dict[str, Any]:
    return {"label": model.label, "metrics": {name: asdict(spread) for name, spread in model.metrics.items()}}


def _write_text(dataset: Dataset, found: CrossValidation) -> None:
    for warning in (*dataset.table.warnings, *found.notes):
        warn(warning)
    of = f" of {', '.join(found.classes)}" if found.classes else ""
    write_line(f"{found.task}{of}, target {dataset.preprocessor.target_name}")
    models = (found.network, found.linear, found.constant)
    rows = [["", *(model.label for model in models), "95 % of the network's mean"]]
    for name in found.network.metrics:
        spread = found.network.metrics[name]
        cells = [in_words(name, model.metrics[name]) for model in models]
        rows.append([METRICS[name].label, *cells, interval_in_words(name, spread)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        write_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    write_line(found.sentence)
    if found.flips:
        _write_flips(found)


def _write_flips(found: CrossValidation) -> None:
    write_line("rows that flip, counted from 1:")
    for flip in found.flips[:_LISTED]:
        counts: Mapping[str, int] = {name: flip.predictions.count(name) for name in dict.fromkeys(flip.predictions)}
        votes = ", ".join(f"{name} ({count}×)" for name, count in counts.items())
        write_line(f"  row {flip.number}, {flip.truth}: {votes}")
    if len(found.flips) > _LISTED:
        write_line(f"  and {len(found.flips) - _LISTED} more")
