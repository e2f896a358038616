"""Random tables written in random dialects, with what a reader must find in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

DELIMITERS: Final = (",", ";", "\t", "|")
LONG_DELIMITERS: Final = ("||", "::", "~|", ";;", "|~|")
ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
ENDS: Final = ("\n", "\r\n", "\r", "mixed")
WORDS: Final = ("amber", "birch", "cedar", "Zürich", "été", "fjord", "granite", "harbour", "indigo", "jasmine", "kelp")
Cell = str | int | float | None


@dataclass(frozen=True)
class Style:
    """How a table is written."""

    delimiter: str
    quote: str
    escape: str
    quoting: str
    end: str
    encoding: str
    decimal: str
    header: bool
    preamble: int
    comments: int
    blank: bool
    final_end: bool


@dataclass
class Written:
    """A file, and what it holds: ``planted`` are the physical lines that must be reported."""

    style: Style
    names: list[str]
    rows: list[list[Cell]]
    content: bytes = b""
    planted: dict[int, str] = field(default_factory=dict)
    fault: str = ""


def random_style(rng: np.random.Generator) -> Style:
    """Draw a dialect that a person could tell without being told."""
    delimiter = str(rng.choice(LONG_DELIMITERS if rng.random() < 0.08 else DELIMITERS))
    quote = "'" if rng.random() < 0.15 else '"'
    quoting = str(rng.choice(["minimal", "all", "text"]))
    return Style(
        delimiter=delimiter,
        # Apostrophes show as quotes only where they are used throughout.
        quote=quote,
        escape="\\" if rng.random() < 0.2 else "",
        quoting=quoting if quote == '"' else "text",
        end=str(rng.choice(ENDS)),
        encoding=str(rng.choice(ENCODINGS)),
        decimal="," if delimiter != "," and rng.random() < 0.3 else ".",
        header=bool(rng.random() < 0.8),
        preamble=int(rng.integers(1, 4)) if rng.random() < 0.2 else 0,
        comments=int(rng.integers(1, 3)) if rng.random() < 0.15 else 0,
        blank=bool(rng.random() < 0.25),
        final_end=bool(rng.random() < 0.8),
    )


def random_table(rng: np.random.Generator, style: Style) -> tuple[list[str], list[list[Cell]]]:
    """Draw names and rows; the first column is whole numbers and the second decimals, so that a header shows."""
    n_columns, n_rows = int(rng.integers(3, 9)), int(rng.integers(8, 50))
    kinds = ["integer", "float", *rng.choice(["integer", "float", "word", "text", "date"], n_columns - 2).tolist()]
    columns = [_column(rng, kind, n_rows, style) for kind in kinds]
    for place, kind in enumerate(kinds):
        if place > 1 and rng.random() < 0.3:
            for row in np.flatnonzero(rng.random(n_rows) < 0.15).tolist():
                columns[place][row] = None
        elif kind == "float":
            columns[place][0] = 0.5
    names = [f"{rng.choice(WORDS)}_{place}" for place in range(n_columns)]
    return names, [list(row) for row in zip(*columns, strict=True)]


def _column(rng: np.random.Generator, kind: str, n_rows: int, style: Style) -> list[Cell]:
    if kind == "integer":
        return [int(value) for value in rng.integers(-9999, 99999, n_rows)]
    if kind == "float":
        return [round(float(value), 3) + 0.0005 for value in rng.normal(0, 50, n_rows)]
    if kind == "date":
        days = np.datetime64("2020-01-01") + rng.integers(0, 900, n_rows)
        return [str(day) for day in days]
    if kind == "word":
        return [str(word) for word in rng.choice(WORDS, n_rows)]
    return [_text(rng, style) for _ in range(n_rows)]


def _text(rng: np.random.Generator, style: Style) -> str:
    parts = [str(word) for word in rng.choice(WORDS, int(rng.integers(1, 5)))]
    marks = [" ", " ", " ", style.delimiter, style.quote, ", ", "; "]
    if style.quote == '"':
        marks += ["'s ", "\n" if rng.random() < 0.5 else " "]
    text = parts[0]
    for part in parts[1:]:
        text += str(rng.choice(marks)) + part
    return text


def written_cell(cell: Cell, style: Style) -> str:
    """Write one cell in a dialect."""
    if cell is None:
        return ""
    text = repr(cell) if isinstance(cell, float) else str(cell)
    if isinstance(cell, float):
        text = text.replace(".", style.decimal)
    needed = any(mark in text for mark in (style.delimiter, style.quote, "\n", "\r"))
    wanted = style.quoting == "all" or (style.quoting == "text" and isinstance(cell, str))
    if not needed and not wanted:
        return text
    quoted = style.escape + style.quote if style.escape else style.quote * 2
    return style.quote + text.replace(style.quote, quoted) + style.quote


def written_line(cells: Sequence[Cell], style: Style) -> str:
    """Write one record, without its line end."""
    return style.delimiter.join(written_cell(cell, style) for cell in cells)


def assemble(rng: np.random.Generator, written: Written, records: Sequence[str]) -> dict[int, int]:
    """Put header, preamble and blank lines around the records and encode; return the physical line of each record."""
    style = written.style
    lines = [f"# {rng.choice(WORDS)} {number}" for number in range(style.comments)]
    lines += [f"{rng.choice(WORDS)} {rng.choice(WORDS)}" for _ in range(style.preamble)]
    if style.preamble and rng.random() < 0.5:
        lines.append("")
    if style.header:
        lines.append(written_line(list(written.names), style))
    places: dict[int, int] = {}
    physical = 1 + sum(line.count("\n") + 1 for line in lines)
    for number, record in enumerate(records):
        if style.blank and number and rng.random() < 0.1:
            lines.append("")
            physical += 1
        places[number] = physical
        lines.append(record)
        physical += record.count("\n") + 1
    physical_lines = "\n".join(lines).split("\n")
    ends = ["\n", "\r\n"] if style.end == "mixed" else [style.end]
    text = "".join(line + str(rng.choice(ends)) for line in physical_lines[:-1]) + physical_lines[-1]
    written.content = (text + (ends[0] if style.final_end else "")).encode(style.encoding, "surrogateescape")
    return places
