"""Which rows of a table train, validate and test: by chance or by a column, and what is said about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.choices import ImportChoices
from nnviz.data.column_split import ColumnSplit
from nnviz.data.duplicates import row_groups
from nnviz.data.splitting import split_rows
from nnviz.data.table import Table

Rows = NDArray[np.intp]
_FEW_INPUTS: Final = 20
_MANY_TIMES: Final = 3
_SPLITTING: Final = 2  # key of the stream of random numbers: the split shares none with weights drawn from one seed


def _no_rows() -> Rows:
    return np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class RowParts:
    """Indices into the usable rows, ascending, no row in two parts."""

    train: Rows
    validation: Rows
    test: Rows = field(default_factory=_no_rows)


def marked_rows(table: Table, split: ColumnSplit) -> NDArray[np.bool_]:
    """Return which rows of the table the split's column puts into any part, shape (n_rows,).

    Raises
    ------
    UserError
        If the table lacks the column or no row is marked for training.
    """
    mask = np.zeros(table.n_rows, dtype=np.bool_)
    for rows in split.rows(table.column(split.column)).values():
        mask[rows] = True
    return mask


def make_split(
    table: Table, names: Sequence[str], table_rows: Rows, choices: ImportChoices, codes: Rows | None
) -> tuple[RowParts, tuple[str, ...]]:
    """Split the usable rows of a table, before anything is fitted.

    Parameters
    ----------
    table
        The raw columns.
    names
        The features: rows that are the same in all of them stay together, or are reported where they do not.
    table_rows
        The table's usable rows, ascending.
    choices
        Fraction and seed, or the column that makes the split.
    codes
        Class index of each usable row; None for regression.

    Returns
    -------
    tuple
        The parts, as indices into ``table_rows``, and what a person should know of them.

    Raises
    ------
    UserError
        If a column makes the split and marks no usable row for training.
    """
    columns = [table.column(name) for name in names if name in table]
    groups = row_groups(columns, None if len(table_rows) == table.n_rows else table_rows)
    notes: list[str] = []
    if choices.split is not None:
        parts = _by_column(table, table_rows, choices.split)
        notes += _notes_on_marks(table, choices.split, parts)
    else:
        together = groups if groups is not None and keeps_together(groups, choices) else None
        rng = np.random.default_rng(np.random.SeedSequence(choices.seed, spawn_key=(_SPLITTING,)))
        train, validation = split_rows(len(table_rows), choices.validation_fraction, rng, codes, together)
        parts = RowParts(train, validation)
        notes += _notes_on_chance(parts, together, choices.validation_fraction)
        groups = groups if together is None else None
    if groups is not None:
        notes += _notes_on_crossing(parts, groups)
    return parts, tuple(notes)


def _by_column(table: Table, table_rows: Rows, split: ColumnSplit) -> RowParts:
    marked = split.rows(table.column(split.column).take(table_rows))
    return RowParts(marked["train"], marked["validation"], marked["test"])


def _notes_on_marks(table: Table, split: ColumnSplit, parts: RowParts) -> list[str]:
    named = f"{len(parts.train):,} training and {len(parts.validation):,} validation rows"
    if len(parts.test):
        named += f"; {len(parts.test):,} test rows are held back"
    notes = [f"The column {split.column} makes the split: {named}."]
    lost = table.n_rows - int(np.count_nonzero(marked_rows(table, split)))
    if lost:
        notes.append(f"{lost:,} rows that {split.column} marks for no part are not used.")
    return notes


def keeps_together(groups: Rows, choices: ImportChoices) -> bool:
    """Return whether rows of one group stay on one side: as chosen, or unless a few inputs make up most of the rows."""
    if choices.grouped is not None:
        return choices.grouped
    different = _count_different(groups)
    return different >= _FEW_INPUTS or len(groups) < _MANY_TIMES * different


def _count_different(groups: Rows) -> int:
    # Each group is named after the place of its first row.
    return int(np.count_nonzero(groups == np.arange(len(groups))))


def _notes_on_chance(parts: RowParts, groups: Rows | None, fraction: float) -> list[str]:
    if fraction == 0:
        return []
    total = len(parts.train) + len(parts.validation)
    different = total if groups is None else _count_different(groups)
    why = ""
    if different < total:
        why = f" Rows with the same inputs stay together, and {total:,} rows hold {different:,} different inputs."
    if len(parts.validation) == 0:
        return [f"No row could be spared for validation.{why}"]
    if why and abs(len(parts.validation) - fraction * total) > max(1.0, 0.02 * total):
        return [f"Of {total:,} rows {len(parts.validation):,} validate, not {100 * fraction:.3g} %.{why}"]
    return []


def _notes_on_crossing(parts: RowParts, groups: Rows) -> list[str]:
    learned = np.zeros(len(groups), dtype=np.bool_)
    learned[groups[parts.train]] = True
    notes = []
    for name, rows in (("validation", parts.validation), ("test", parts.test)):
        crossing = int(np.count_nonzero(learned[groups[rows]]))
        if crossing:
            notes.append(
                f"{crossing:,} of {len(rows):,} {name} rows have the same inputs as a training row: "
                f"what is measured on them is memory."
            )
    return notes
