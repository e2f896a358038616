"""A file that changed on the disk, read again: what was decided about it is kept by the names of its columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nnviz.app.file_watch import stamp_of
from nnviz.app.jobs import JobContext
from nnviz.app.marks import NO_MARKS, Marks
from nnviz.app.preparing import OpenedTable, Prepared, looked_at, prepare, read_table, with_marks
from nnviz.data.casts import cast_column
from nnviz.data.choices import ImportChoices
from nnviz.data.column_split import ColumnSplit
from nnviz.data.dataset import Dataset, build_dataset
from nnviz.data.doubt import listed
from nnviz.data.infer import Guess, guess
from nnviz.data.table import NUMERIC_KINDS, Column, Kind, Table
from nnviz.data.tasks import MAX_CLASSES, Task
from nnviz.engine.mlp import MLP, LayerConfig
from nnviz.engine.training import TrainingConfig
from nnviz.errors import UserError
from nnviz.run.recipe import network_config


@dataclass(frozen=True, slots=True, eq=False)
class Reloaded:
    """A file read again, and what was made of it."""

    opened: OpenedTable
    prepared: Prepared


def possible_tasks(column: Column) -> tuple[Task, ...]:
    """Return the tasks that a target's values allow."""
    allowed: list[Task] = []
    if column.n_unique == 2:
        allowed.append("binary")
    if 2 < column.n_unique <= MAX_CLASSES:
        allowed.append("multiclass")
    if column.kind in NUMERIC_KINDS and column.n_unique >= 2:
        allowed.append("regression")
    return tuple(allowed)


def carried_choices(choices: ImportChoices, before: Table, now: Table, fresh: Guess) -> tuple[ImportChoices, str]:
    """Return the choices for a table that was read again, and a sentence on the columns that came or went.

    Parameters
    ----------
    choices
        As they were.
    before, now
        The table then and now.
    fresh
        What ``now`` is taken for with the same target: new columns are used as it says.

    Raises
    ------
    UserError
        If the target is gone or can no longer be predicted.
    """
    if choices.target not in now:
        raise UserError(f"{now.name} has no column {choices.target} any more, which was the target.")
    gone = [column.name for column in before.columns if column.name not in now]
    came = [column.name for column in now.columns if column.name not in before]
    roles = {name: role for name, role in choices.roles.items() if name in now}
    roles |= {name: "feature" if fresh.roles[name] == "feature" else "ignore" for name in came}
    kinds = {name: kind for name, kind in choices.kinds.items() if name in now and _castable(now.column(name), kind)}
    target = now.column(choices.target)
    if target.name in kinds:
        target = cast_column(target, kinds[target.name])
    task = choices.task if choices.task in possible_tasks(target) else fresh.task
    if task is None:
        raise UserError(f"{target.name} can no longer be predicted: {fresh.task_reason}.")
    changed = replace(
        choices,
        task=task,
        roles=roles,
        kinds=kinds,
        encodings={name: encoding for name, encoding in choices.encodings.items() if name in now},
        split=choices.split if choices.split is None or _marks(now, choices.split) else None,
    )
    sentences = [f"Gone: {listed(gone)}."] if gone else []
    if came:
        used = [f"{name} ({'used' if roles[name] == 'feature' else 'left out'})" for name in came]
        sentences.append(f"New: {listed(used)}.")
    if changed.split is None and choices.split is not None:
        sentences.append(f"{choices.split.column} makes the split no longer.")
    return changed, " ".join(sentences)


def _castable(column: Column, kind: Kind) -> bool:
    try:
        cast_column(column, kind)
    except UserError:
        return False
    return True


def _marks(table: Table, split: ColumnSplit) -> bool:
    if split.column not in table:
        return False
    try:
        split.rows(table.column(split.column))
    except UserError:
        return False
    return True


def reload_table(
    source: OpenedTable,
    dataset: Dataset,
    network: MLP | None,
    hidden: Sequence[LayerConfig],
    training: TrainingConfig,
    context: JobContext,
    marks: Marks = NO_MARKS,
) -> Reloaded:
    """Read a file again as it was read, and make it ready as it was; the network stays where its inputs still fit.

    Parameters
    ----------
    source
        How the file was read.
    dataset
        What was made of it.
    network
        The weights as they stand; None begins with new ones.
    hidden
        The layers of a new network.
    training
        Its settings.
    context
        Of the job.
    marks
        What of the network is frozen or silenced.

    Raises
    ------
    UserError
        If it is no table any more, or lacks what is needed.
    Cancelled
        If the person called it off.
    """
    stamp = stamp_of(source.path)
    table = read_table(source.path, source.options, context)
    target = dataset.choices.target
    fresh = guess(table, target if target in table else None)
    choices, sentence = carried_choices(dataset.choices, dataset.table, table, fresh)
    made = build_dataset(table, choices)
    fits = network is not None and _same_shape(dataset, made)
    if fits and network is not None:
        prepared = with_marks(prepare(made, network.config, training, network), marks)
        kept = "The network was kept."
    else:
        prepared = prepare(made, network_config(made, hidden), training)
        kept = "Its inputs or answers changed: a new network begins." if network is not None else ""
    rows = f"{table.n_rows:,} rows, {dataset.table.n_rows:,} before."
    note = " ".join(filter(None, (f"{table.name} was read again: {rows}", sentence, kept)))
    opened = OpenedTable(source.path, table, fresh, source.options, stamp=stamp)
    return Reloaded(opened, replace(looked_at(prepared, context.cancelled), note=note))


def _same_shape(before: Dataset, now: Dataset) -> bool:
    """Tell whether the inputs and answers mean the same, in the same places."""
    return (before.input_names, before.task, before.classes) == (now.input_names, now.task, now.classes)
