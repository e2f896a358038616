"""A clean table of orders, ways to pollute the file it is written in, and what a reader must say of each.

The classes are those of Pollock (G. Vitagliano and others, Pollock: a data loading benchmark, 2023): of the file, of
the table, of single rows and of single fields.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from nnviz.data.table import Table

Row = list[str]
Cell = str | int | float | None

NAMES: Final = ("DATE", "TIME", "Qty", "PRODUCTID", "Price", "Product Type", "Description", "Comments")
N_ROWS: Final = 40
WIDTH: Final = len(NAMES)
_TYPES: Final = ("Garden", "Kitchen", "Office", "Sports")
_THINGS: Final = ("hose, 12 m", "pan", "desk lamp", 'ball "pro"', "rake", "kettle; steel", "stapler", "net")
_COMMENTS: Final = ("good", "came late, but whole", "-", "would buy again", "colour as shown", 'called "fine"')


def rows() -> list[Row]:
    """Return the rows as texts, none of them empty."""
    found = []
    for place in range(N_ROWS):
        day = date(2023, 1, 3) + timedelta(days=5 * place)
        found.append(
            [
                day.isoformat(),
                f"{6 + place % 12:02d}:{7 * place % 60:02d}:00",
                str(1 + place * 7 % 9),
                str(2305 + 13 * place),
                f"{(1999 + 137 * place) / 100:.2f}",
                _TYPES[place % len(_TYPES)],
                _THINGS[place * 3 % len(_THINGS)],
                f"{_COMMENTS[place * 5 % len(_COMMENTS)]} ({place})",
            ]
        )
    return found


def quoted(
    cell: str, delimiter: str = ",", quote: str = '"', escape: str | None = None, *, always: bool = False
) -> str:
    """Write a field, in quotes where it needs them."""
    if not always and not any(mark in cell for mark in (delimiter, quote, "\n", "\r")):
        return cell
    inner = cell.replace(quote, (quote if escape is None else escape) + quote)
    return f"{quote}{inner}{quote}"


def line(
    row: Iterable[str], delimiter: str = ",", quote: str = '"', escape: str | None = None, *, always: bool = False
) -> str:
    """Write a record."""
    return delimiter.join(quoted(cell, delimiter, quote, escape, always=always) for cell in row)


def lines(delimiter: str = ",", quote: str = '"', escape: str | None = None, *, always: bool = False) -> list[str]:
    """Return the header and the records as lines."""
    return [line(row, delimiter, quote, escape, always=always) for row in [list(NAMES), *rows()]]


def text(lines: Sequence[str], end: str = "\n") -> bytes:
    """Return the file."""
    return (end.join(lines) + end).encode()


def typed(row: Row) -> list[Cell]:
    """Return what a row is read as: numbers in their columns, texts and dates as they are written."""
    return [int(cell) if place in (2, 3) else float(cell) if place == 4 else cell for place, cell in enumerate(row)]


@dataclass(frozen=True)
class Wanted:
    """What must come of a polluted file.

    ``rows`` are the places of the clean rows that are left, ``changed`` those that read otherwise, by place;
    ``rejects`` the lines to be reported with a word of the reason; ``notes`` words of which each is in a warning.
    """

    rows: tuple[int, ...] = tuple(range(N_ROWS))
    changed: dict[int, list[Cell]] = field(default_factory=dict)
    rejects: dict[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    names: tuple[str, ...] = NAMES


def without(*places: int) -> tuple[int, ...]:
    """Return the places of all rows but these."""
    return tuple(place for place in range(N_ROWS) if place not in places)


CLEAN: Final = [typed(row) for row in rows()]
FIRST_LINE: Final = 2  # of the rows
BLANK: Final = "," * (WIDTH - 1)


def replaced(place: int, *written: str, errors: str = "strict") -> bytes:
    """Return the clean file with other lines in place of a row."""
    found = lines()
    return ("\n".join([*found[: 1 + place], *written, *found[2 + place :]]) + "\n").encode(errors=errors)


def with_field(place: int, field_place: int, written: str, errors: str = "strict") -> bytes:
    """Return the clean file with one field of a row written otherwise."""
    cells = [quoted(cell) for cell in rows()[place]]
    cells[field_place] = written
    return replaced(place, ",".join(cells), errors=errors)


def differences(table: Table, wanted: Wanted) -> list[str]:
    """Say what is not as wanted."""
    found = []
    got = [list(row) for row in zip(*(column.cells(0, table.n_rows) for column in table.columns), strict=True)]
    rows_wanted = [wanted.changed[place] if place in wanted.changed else CLEAN[place] for place in wanted.rows]
    if len(got) != len(rows_wanted):
        found.append(f"{len(got)} rows, not {len(rows_wanted)}")
    found += [f"{one}, not {other}" for one, other in zip(got, rows_wanted, strict=False) if one != other]
    names = tuple(column.name for column in table.columns)
    if names != wanted.names:
        found.append(f"names {names}")
    rejects = {bad.line: bad.reason for bad in table.rejected}
    if set(rejects) != set(wanted.rejects):
        found.append(f"rejected {rejects}, not {wanted.rejects}")
    found += [
        f"line {number}: {rejects[number]}" for number, word in wanted.rejects.items() if word not in rejects[number]
    ]
    found += [f"no note on {word}" for word in wanted.notes if not any(word in text for text in table.warnings)]
    if table.reconciliation is None or not table.reconciliation.adds_up:
        found.append(f"does not add up: {table.reconciliation}")
    return found
