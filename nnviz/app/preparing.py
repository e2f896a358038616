"""Work that leads to a run, for background jobs: open a file, prepare a data set, build its trainer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from nnviz.app.column_summary import ColumnProfile, ColumnSummary, column_summaries, table_profiles
from nnviz.app.file_watch import Stamp, stamp_of
from nnviz.app.jobs import JobContext
from nnviz.app.marks import NO_MARKS, Marks, mask_of
from nnviz.app.planes import FirstLook
from nnviz.app.remembered_choices import Remembered, RememberedStore, content_key
from nnviz.data.column_split import ColumnSplit
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.features import CategoricalFeature
from nnviz.data.infer import Guess, Role, guess
from nnviz.data.read_options import ReadOptions
from nnviz.data.table import Kind, Table
from nnviz.data.tasks import guess_task
from nnviz.engine.masks import whole
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig
from nnviz.engine.training import Evaluation, Trainer, TrainerState, TrainingConfig
from nnviz.errors import UserError
from nnviz.export.bundle import ModelBundle
from nnviz.export.formats import is_model_file, load
from nnviz.export.provenance import mask_facts, training_facts
from nnviz.export.split_facts import split_choices
from nnviz.export.verify import Verification, export_and_verify
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import fitting, network_config, new_trainer, training_data


@dataclass(frozen=True, slots=True, eq=False)
class OpenedTable:
    """A table that was read, and what it is taken for.

    Attributes
    ----------
    options
        What was known of the file when it was read.
    profiles
        Of a long table, what each column looks like; of a short one nothing, for that takes no time.
    stamp
        Of the file before it was read.
    key
        Of the file's content; "" where nothing is remembered by it.
    remembered
        What was decided about the same content before, and fits the table.
    """

    path: Path
    table: Table
    guess: Guess
    options: ReadOptions
    profiles: Mapping[str, ColumnProfile] = field(default_factory=dict)
    stamp: Stamp | None = None
    key: str = ""
    remembered: Remembered | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OpenedModel:
    """A model that was read."""

    path: Path
    bundle: ModelBundle


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A data set with the trainer of a network for it.

    Attributes
    ----------
    trainer
        Its network may carry weights of an earlier one, or of a file.
    initial
        Freshly initialised weights, where Reset leads.
    evaluation
        The losses of the network as it stands.
    summaries
        The columns' histograms and counts.
    look
        What the map asks of the data set first; None where it is known, or quickly worked out.
    note
        A sentence for the person, or "".
    marks
        What of the network is frozen or silenced.
    """

    dataset: Dataset
    trainer: Trainer
    initial: TrainerState
    evaluation: Evaluation
    summaries: tuple[ColumnSummary, ...] = ()
    look: FirstLook | None = None
    note: str = ""
    marks: Marks = NO_MARKS


def open_file(
    path: Path, options: ReadOptions | None, context: JobContext, store: RememberedStore | None = None
) -> OpenedTable | OpenedModel:
    """Read a model or a table, whichever the content says.

    Parameters
    ----------
    path
        The file.
    options
        What is known of a table; None reads it as it was read last time, if ``store`` knows its content.
    context
        Of the job.
    store
        What was decided about files before.

    Raises
    ------
    UserError
        If it is neither, or damaged.
    Cancelled
        If the person called it off.
    """
    if is_model_file(path):
        return OpenedModel(path, load(path))
    stamp = stamp_of(path)
    key = content_key(path, context.cancelled) if store is not None else ""
    remembered = store.get(key) if store is not None and options is None else None
    if remembered is not None:
        try:
            table = read_table(path, remembered.options, context)
        except UserError:
            remembered = None  # another nnviz may have read it then
        else:
            remembered = remembered if remembered.choices.target in table else None
            options = remembered.options if remembered is not None else None
    if remembered is None:
        options = options or ReadOptions()
        table = read_table(path, options, context)
    guessed = guess(table, None if remembered is None else remembered.choices.target)
    profiles = table_profiles(table, context.cancelled)
    return OpenedTable(path, table, guessed, options or ReadOptions(), profiles, stamp, key, remembered)


def read_table(path: Path, options: ReadOptions, context: JobContext) -> Table:
    """Read a table in a job.

    Raises
    ------
    UserError
        If it is none.
    Cancelled
        If the person called it off.
    """
    from nnviz.data.csv_reader import read_csv  # noqa: PLC0415 - needed with the first file, not for the first paint

    return read_csv(path, options, progress=context.report, cancelled=context.cancelled)


def prepare(dataset: Dataset, config: MLPConfig, training: TrainingConfig, network: MLP | None = None) -> Prepared:
    """Build the trainer; ``network`` gives the weights to begin with, otherwise they are the initial ones."""
    training, _ = fitting(training, config, dataset.task)
    trainer = new_trainer(dataset, config, training)
    initial = trainer.state()
    if network is not None:
        trainer.mlp.parameters[...] = network.parameters
    return Prepared(dataset, trainer, initial, trainer.evaluate())


def with_marks(prepared: Prepared, marks: Marks) -> Prepared:
    """Freeze and silence these places of the network."""
    trainer = prepared.trainer
    if not marks and trainer.surgery.mask is None:
        return prepared
    trainer.surgery.set_mask(*mask_of(marks, trainer.mlp.config))
    return replace(prepared, evaluation=trainer.evaluate(), marks=marks)


def whole_network(checkpoint: Checkpoint) -> MLP:
    """Return a checkpoint's network in which what is silenced has its number again."""
    state = checkpoint.state
    return MLP(checkpoint.config, whole(state.parameters, state.mask), state.parameters.dtype)


def prepare_dataset(
    build: Callable[[], Dataset],
    hidden: Sequence[LayerConfig],
    training: TrainingConfig,
    cancelled: Callable[[], bool],
) -> Prepared:
    """Build a data set, its summaries, and the trainer of a new network with these hidden layers.

    Raises
    ------
    UserError
        If the data set can't be built.
    Cancelled
        If the person called it off.
    """
    dataset = build()
    prepared = prepare(dataset, network_config(dataset, hidden), training)
    return looked_at(prepared, cancelled)


def looked_at(prepared: Prepared, cancelled: Callable[[], bool] = lambda: False) -> Prepared:
    """Add what the panels show of the data set: it takes time with many rows.

    Raises
    ------
    Cancelled
        If the person called it off.
    """
    dataset = prepared.dataset
    return replace(prepared, summaries=column_summaries(dataset, cancelled), look=FirstLook(dataset))


def role_changes(table: Table, choices: ImportChoices, column: str, role: Role) -> dict[str, Any]:
    """Return which choices change when a column is used for something else; a new target brings its own task.

    Raises
    ------
    UserError
        If the column can't be a target, or is the target and there would be none without it.
    """
    roles: dict[str, Role] = {**choices.roles, column: role}
    if column == choices.target and role != "target":
        raise UserError(f"{column} is the target.", "Make another column the target first.")
    if role != "target" or column == choices.target:
        return {"roles": roles}
    roles[choices.target] = "feature"
    task, reason = guess_task(table.column(column))
    if task is None:
        raise UserError(f"{column} cannot be the target: {reason}.", "Choose another column.")
    return {"roles": roles, "target": column, "task": task}


def fits(bundle: ModelBundle, table: Table) -> bool:
    """Return whether a table has every column that a model needs."""
    return all(name in table for name in (*bundle.preprocessor.feature_names, bundle.preprocessor.target_name))


def prepare_model(table: Table, bundle: ModelBundle, training: TrainingConfig, name: str) -> Prepared:
    """Put a saved model on a table, encoded by the model's own preprocessing.

    Raises
    ------
    UserError
        If the table lacks a column or its answers are not the model's.
    """
    preprocessor = bundle.preprocessor
    if missing := [n for n in (*preprocessor.feature_names, preprocessor.target_name) if n not in table]:
        raise UserError(
            f"{name} needs the column {missing[0]}, which {table.name} lacks.", "Drop a file that has all its columns."
        )
    roles: dict[str, Role] = dict.fromkeys(preprocessor.feature_names, "feature")
    roles[preprocessor.target_name] = "target"
    # A number that was learned as a category (a postcode) is read as a number again when its file is.
    kinds: dict[str, Kind] = {f.name: f.kind for f in preprocessor.features if isinstance(f, CategoricalFeature)}
    # The split of the training, or rows that were learned from would be counted as validation.
    split = split_choices(bundle.provenance)
    lost = ""
    if (marks := split["split"]) is not None and not _marks_training(table, marks):
        split["split"], lost = None, f" {marks.column} marks no training row here: the split is made by chance."
    choices = ImportChoices(preprocessor.target_name, preprocessor.task, roles, kinds, **split)
    dataset = build_dataset(table, choices, preprocessor)
    prepared = prepare(dataset, bundle.config, training, bundle.mlp())
    metric = "R²" if dataset.task == "regression" else "accuracy"
    last = prepared.evaluation
    measured = {"training": last.train_metric, "validation": last.validation_metric}
    scores = [f"{value:.4g} on the {rows} rows" for rows, value in measured.items() if np.isfinite(value)]
    note = f"{name} predicts the {dataset.n_rows:,} rows of {table.name}"
    note += f": {metric} {', '.join(scores)}." if scores else "."
    return replace(looked_at(prepared), note=note + lost)


def _marks_training(table: Table, split: ColumnSplit) -> bool:
    if split.column not in table:
        return False
    labels = {label for label, part in split.parts.items() if part == "train"}
    return not labels.isdisjoint(table.column(split.column).labels().tolist())


def write_checkpoint(path: Path, checkpoint: Checkpoint, dataset: Dataset) -> Verification:
    """Write a run's weights with all that is needed to predict, read the file back and compare.

    Raises
    ------
    UserError
        If the file can't be written, or differs when read back.
    """
    network = MLP(checkpoint.config, checkpoint.state.parameters, checkpoint.state.parameters.dtype)
    evaluation = Trainer(network, training_data(dataset), checkpoint.training).evaluate()
    evaluation = evaluation._replace(epoch=checkpoint.state.epoch, step=checkpoint.state.step)
    facts = {**training_facts(checkpoint.training, evaluation), **mask_facts(checkpoint.state.mask)}
    bundle = ModelBundle.from_training(network, dataset, facts)
    return export_and_verify(bundle, path, dataset.X)
