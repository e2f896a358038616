"""A column of one kind as a column of another, when a person disagrees with the kind that was found."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dates import clock_hours, read_dates
from nnviz.data.number_dates import moments_of
from nnviz.data.numbers import read_numbers
from nnviz.data.table import DATE_KINDS, NUMERIC_KINDS, Column, Kind
from nnviz.errors import UserError


def cast_column(column: Column, kind: Kind) -> Column:
    """Return the column with its values as another kind.

    Values that cannot be of that kind become missing; the note then says how many.

    Raises
    ------
    UserError
        If not one value can be of that kind.
    """
    if kind == column.kind:
        return column
    if kind == "string":
        return Column(column.name, "string", column.labels(), column.note)
    if kind in NUMERIC_KINDS:
        values = _numbers(column)
        if kind == "integer":
            values = np.where(np.round(values) == values, values, np.nan)
        elif kind == "boolean":
            values = np.where((values == 0) | (values == 1), values, np.nan)
    elif kind in DATE_KINDS:
        values = _dates(column)
    else:
        values = np.full(len(column.values), None, dtype=object)
    changed = Column(column.name, kind, values, column.note)
    lost = changed.n_missing - column.n_missing
    if kind != "empty" and lost and changed.n_missing == len(values):
        raise UserError(f"No value of the column {column.name} can be read as {kind}.")
    note = f"{lost} values are not of the kind {kind} and count as missing" if lost else column.note
    return Column(column.name, kind, values, note, column.words if kind == "boolean" else ("false", "true"))


def _numbers(column: Column) -> NDArray[np.float64]:
    if column.kind != "string":
        return column.numbers()
    reading = read_numbers(Counter(text for text in column.values.tolist() if text is not None), share=0.0)
    found = reading.values if reading is not None else _hours(column)
    return np.array([found.get(text, np.nan) for text in column.values.tolist()], dtype=np.float64)


def _hours(column: Column) -> dict[str, float]:
    """Return the times of day among a column's texts, in hours since midnight."""
    texts = {text for text in column.values.tolist() if text is not None}
    return {text: hours for text in texts if (hours := clock_hours(text)) is not None}


def _dates(column: Column) -> NDArray[Any]:
    if column.kind in DATE_KINDS:
        return column.values
    if (known := moments_of(column, asked=True)) is not None:
        return known[1]
    nothing = np.datetime64("NaT", "s")
    found: dict[str, np.datetime64] = {}
    if column.kind == "string":
        reading = read_dates(Counter(text for text in column.values.tolist() if text is not None), share=0.0)
        moments = reading.values if reading is not None else {}
        found = {text: np.datetime64(moment, "s") for text, moment in moments.items()}
    return np.array([found.get(text, nothing) for text in column.values.tolist()], dtype="datetime64[s]")
