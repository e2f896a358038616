"""A file as typed columns: what the reader hands to everything else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from nnviz.errors import UserError

Kind = Literal["integer", "float", "boolean", "date", "datetime", "string", "empty"]
KINDS: Final[tuple[Kind, ...]] = ("integer", "float", "boolean", "date", "datetime", "string", "empty")
NUMERIC_KINDS: Final[frozenset[Kind]] = frozenset({"integer", "float", "boolean"})
DATE_KINDS: Final[frozenset[Kind]] = frozenset({"date", "datetime"})

Values = NDArray[Any]
Cell = str | int | float | bool | None

_SECONDS_PER_DAY = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        Unique within the table.
    kind
        What the values are.
    values
        Shape (n_rows,). ``integer``, ``float`` and ``boolean`` (0 or 1): float64 with nan where missing; ``date`` and
        ``datetime``: datetime64[s] with NaT; ``string``: object array of str or None; ``empty``: object array of None.
    note
        What a person should know of how the values were read (unit, percent, date order); may be empty.
    words
        For ``boolean``: the words of the file for 0 and 1.
    """

    name: str
    kind: Kind
    values: Values
    note: str = ""
    words: tuple[str, str] = ("false", "true")
    _unique: list[int] = field(default_factory=list, init=False, repr=False)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Mask of the missing values, shape (n_rows,)."""
        if self.kind in DATE_KINDS:
            return np.isnat(self.values)
        if self.kind in NUMERIC_KINDS:
            return np.isnan(self.values)
        values: list[object] = self.values.tolist()
        return np.fromiter((value is None for value in values), dtype=np.bool_, count=len(values))

    @property
    def n_missing(self) -> int:
        """How many values are missing."""
        return int(np.count_nonzero(self.missing))

    @property
    def n_unique(self) -> int:
        """How many different values there are, the missing one not counted."""
        if not self._unique:
            # Sorting a million texts to count them would take seconds.
            texts = set(self.values.tolist()) - {None} if self.kind == "string" else self.unique()
            self._unique.append(len(texts))
        return self._unique[0]

    def unique(self) -> Values:
        """Return the different values in ascending order, without the missing one."""
        if self.kind == "empty":
            return self.values[:0]
        if self.kind == "string":
            present = sorted({value for value in self.values.tolist() if value is not None})
            found = np.empty(len(present), dtype=object)
            found[:] = present
            return found
        return np.unique(self.values[~self.missing])

    def numbers(self) -> NDArray[np.float64]:
        """Return the values as float64, nan where missing: dates in days since 1970-01-01.

        Raises
        ------
        UserError
            If the column holds text.
        """
        if self.kind in NUMERIC_KINDS:
            return np.asarray(self.values, dtype=np.float64)
        if self.kind in DATE_KINDS:
            seconds = self.values.astype("datetime64[s]").astype(np.int64).astype(np.float64)
            return np.where(np.isnat(self.values), np.nan, seconds / _SECONDS_PER_DAY)
        if self.kind == "empty":
            return np.full(len(self.values), np.nan)
        raise UserError(f"The column {self.name} holds text, not numbers.")

    def labels(self) -> Values:
        """Return each value as the text a person would write for it (None where missing), as an object array."""
        if self.kind in ("string", "empty"):
            return self.values
        return label_array(self, self.values, self.missing)

    def take(self, rows: NDArray[np.intp]) -> "Column":
        """Return the column with only these rows, in this order."""
        return Column(self.name, self.kind, self.values[rows], self.note, self.words)

    def cells(self, start: int, stop: int) -> list[Cell]:
        """Return rows ``start`` to ``stop`` (exclusive) as JSON values: null, int, float, bool or text."""
        part = self.values[start:stop]
        if self.kind == "integer":
            return [None if np.isnan(value) else int(value) for value in part]
        if self.kind == "float":
            return [None if np.isnan(value) else float(value) for value in part]
        if self.kind == "boolean":
            plain = tuple(word.casefold() for word in self.words) == ("false", "true")
            return [None if np.isnan(v) else (bool(v) if plain else self.words[int(v)]) for v in part]
        if self.kind == "date":
            return [None if np.isnat(value) else str(value.astype("datetime64[D]")) for value in part]
        if self.kind == "datetime":
            return [None if np.isnat(value) else str(value) for value in part]
        return [None if value is None else str(value) for value in part]


def label_array(column: Column, values: Values, missing: NDArray[np.bool_]) -> Values:
    """Write values of a numeric or date column as text: whole numbers without a point, booleans in their words."""
    result = np.full(len(values), None, dtype=object)
    present = values[~missing]
    if column.kind == "boolean":
        text = [column.words[int(value)] for value in present]
    elif column.kind == "date":
        text = [str(day) for day in present.astype("datetime64[D]")]
    elif column.kind == "datetime":
        text = [str(moment) for moment in present]
    else:
        text = [number_text(float(value)) for value in present]
    result[~missing] = np.array(text, dtype=object) if text else []
    return result


def number_text(value: float) -> str:
    """Write a number as briefly as it reads back: ``3`` for 3.0, else the shortest exact decimal."""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is not in the table: its first physical line (1-based), the reason in words and its raw text."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written down; ``skipped_lines`` counts the physical lines before the header or first row."""

    encoding: str
    delimiter: str
    quote: str
    decimal: str
    thousands: str = ""
    header: bool = True
    skipped_lines: int = 0


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What became of every record of a file, and whether its physical lines add up.

    Attributes
    ----------
    rows
        Records that are rows of the table, or were drawn from for a sample.
    rejected, blank, comments, rulers
        Records that are none: rejected with a reason, without a value, comments, lines drawn with dashes.
    header, skipped
        Physical lines of the header, and above it.
    lines
        Physical lines of the file, counted apart from the records.
    accounted_lines
        Physical lines that the records, the header and the lines above take up.
    """

    rows: int
    rejected: int = 0
    blank: int = 0
    comments: int = 0
    rulers: int = 0
    header: int = 0
    skipped: int = 0
    lines: int = 0
    accounted_lines: int = 0

    @property
    def records(self) -> int:
        """Records of the file below its header, of whatever kind."""
        return self.rows + self.rejected + self.blank + self.comments + self.rulers

    @property
    def adds_up(self) -> bool:
        """Whether every line of the file is accounted for."""
        return self.lines == self.accounted_lines


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A file's columns, what was rejected, what became of its lines, and every doubt about the reading."""

    name: str
    path: Path | None
    columns: tuple[Column, ...]
    n_rows: int
    dialect: Dialect
    rejected: tuple[Rejected, ...] = ()
    warnings: tuple[str, ...] = ()
    reconciliation: Reconciliation | None = None
    _index: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._index.update({column.name: i for i, column in enumerate(self.columns)})

    @property
    def n_columns(self) -> int:
        """How many columns there are."""
        return len(self.columns)

    def __contains__(self, name: str) -> bool:
        return name in self._index

    def column(self, name: str) -> Column:
        """Return the column of that name.

        Raises
        ------
        UserError
            If there is none.
        """
        if name not in self._index:
            raise UserError(f"{self.name} has no column named {name}.")
        return self.columns[self._index[name]]

    def with_columns(self, changed: Mapping[str, Column]) -> "Table":
        """Return the table with some columns replaced by others of the same name."""
        columns = tuple(changed.get(column.name, column) for column in self.columns)
        return replace(self, columns=columns)


NO_DIALECT: Final = Dialect(encoding="utf-8", delimiter=",", quote='"', decimal=".")
