"""Physical lines to columns of text: nothing dropped or padded in silence, every refusal with its line.

The standard library's ``csv`` in strict mode reads the quoted records, ``str.split`` the others, and ``numpy.loadtxt``
the columns that have been plain numbers so far. DuckDB, told the dialect and made to read text, was measured beside it
on a million rows of ten numbers, two busy cores: 1.9 s and 365 MB where SQL casts to numbers, 2.4 s and 930 MB where
the texts are handed over to be typed, against 2.8 s and 274 MB for the whole of this reader (``loadtxt`` alone: 1.1 s).
That gain does not pay for what its rejects lack: they count records and not lines, an unclosed quote takes the rest of
its buffer along, and comments, repeated headers and stray quotes must be judged line by line, inside the parser.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.decoding import ESCAPED
from nnviz.data.sampling import is_ruler
from nnviz.data.table import Rejected
from nnviz.data.tokenizer import UNCLOSED, WHITESPACE, Format, count_fields, read_record

_TEXT_KEPT: Final = 500
_REJECTS_KEPT: Final = 10_000
_ESCAPED: Final = frozenset(ESCAPED)

Blocks = Iterator[tuple[list[str], float]]


@dataclass(slots=True)
class Batch:
    """The records of one block: split already, or as lines of ``width`` fields without quotes, split when asked for."""

    columns: list[Sequence[str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    mark: str = ""
    width: int = 0

    def column(self, place: int) -> Sequence[str]:
        """Return the texts of one column."""
        if not self.columns:
            flat = self.mark.join(self.lines).split(self.mark)
            self.columns = [flat[first :: self.width] for first in range(self.width)]
        return self.columns[place]

    def numbers(self, places: Sequence[int]) -> dict[int, NDArray[np.float64]] | None:
        """Return these columns as NumPy's own reader of numbers takes them, None if one field is no number."""
        if not self.lines:
            return None
        try:
            read = np.loadtxt(self.lines, delimiter=self.mark, usecols=places, comments=None, ndmin=2, dtype=np.float64)
        except ValueError:
            return None
        return {place: column.copy() for place, column in zip(places, read.T, strict=True)}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a record must be like.

    Attributes
    ----------
    width
        Fields of a record.
    least
        Fewer fields than ``width`` are filled up with missing values down to this many.
    comment
        What a comment line starts with, or "".
    header
        The header's fields: a record equal to them is rejected as a repeat.
    damaged
        Whether lines may hold bytes that could not be decoded.
    reject_lines
        Lines to reject whatever they hold, with the reason.
    """

    width: int
    least: int
    comment: str = ""
    header: tuple[str, ...] = ()
    damaged: bool = False
    reject_lines: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """What became of the lines."""

    rows: int = 0
    blank: int = 0
    comments: int = 0
    rulers: int = 0
    padded: int = 0
    trimmed: int = 0
    n_rejected: int = 0
    nul_lines: int = 0
    unclosed: int = 0
    accounted_lines: int = 0
    lines: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    def reject(self, line: int, reason: str, text: str) -> None:
        """Note a rejected record."""
        self.n_rejected += 1
        self.accounted_lines += 1
        self.nul_lines += "NUL" in reason
        self.unclosed += reason == UNCLOSED
        if len(self.rejected) < _REJECTS_KEPT:
            printable = text[:_TEXT_KEPT].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            self.rejected.append(Rejected(line, reason, printable.replace("\0", "␀")))


class RecordStream:
    """Blocks of physical lines to batches of columns.

    Parameters
    ----------
    blocks
        Lists of lines and the share of the file read.
    form
        The format.
    rules
        What a record must be like.
    first_line
        Number of the first line of the first block, 1-based.
    """

    def __init__(self, blocks: Blocks, form: Format, rules: Rules, first_line: int) -> None:
        self.tally = Tally()
        self.share = 0.0
        self._blocks = blocks
        self._form = form
        self._rules = rules
        self._line = first_line
        self._blank_record = form.mark * (rules.width - 1)
        self._header_line = form.mark.join(rules.header)
        self._pending = 0

    def batches(self) -> Iterator[Batch]:
        """Yield one block after another; its columns are sequences of unstripped texts of equal length."""
        for lines, share in self._blocks:
            self.share = share
            self.tally.lines += len(lines)
            left = lines
            while left:
                batch, left = self._batch(left)
                if batch is not None:
                    yield batch
        # Blank lines at the end are no missing values.
        self.tally.blank += self._pending

    def _batch(self, lines: list[str]) -> tuple[Batch | None, list[str]]:
        """Return the records of a block (None if there are none) and the lines that were drawn in but not used up."""
        batch = self._uniform(lines)
        if batch is not None:
            self._line += len(lines)
            self.tally.rows += len(lines)
            self.tally.accounted_lines += len(lines)
            return batch, []
        rows, used = self._one_by_one(lines)
        self._line += used
        self.tally.rows += len(rows)
        return (Batch(columns=list(zip(*rows, strict=True))) if rows else None), lines[used:]

    def _uniform(self, lines: list[str]) -> Batch | None:
        """Split a block at once where every line is one plain record; None where it must be looked at line by line."""
        form, rules = self._form, self._rules
        text = "\n".join(lines)
        if self._needs_care(lines, text):
            return None
        if form.quote and form.quote in text:
            return self._uniform_quoted(lines)
        mark, wanted = form.mark, rules.width - 1
        if any(line.count(mark) != wanted for line in lines):
            return None
        return Batch(lines=lines, mark=mark, width=rules.width)

    def _needs_care(self, lines: list[str], text: str) -> bool:
        """Tell whether a block may hold a line that is no row: comment, ruler, repeated header, blank, damaged."""
        rules = self._rules
        return (
            self._form.delimiter == WHITESPACE
            or rules.damaged
            or rules.width == 1
            or any(self._line <= line < self._line + len(lines) for line in rules.reject_lines)
            or any(mark in text for mark in ("\0", "---", "===", rules.comment) if mark)
            or self._blank_record in lines
            or (bool(rules.header) and self._header_line in lines)
        )

    def _uniform_quoted(self, lines: list[str]) -> Batch | None:
        try:
            rows = list(self._form.reader(map(self._form.plain, lines) if self._form.escape else lines))
        except csv.Error:
            return None
        if len(rows) != len(lines) or {len(row) for row in rows} != {self._rules.width}:
            return None
        if self._rules.header and list(self._rules.header) in rows:
            return None
        return Batch(columns=list(zip(*rows, strict=True)))

    def _one_by_one(self, lines: list[str]) -> tuple[list[list[str]], int]:
        """Read records one at a time, drawing on the next blocks where a quoted field goes on; (rows, lines used)."""
        rows: list[list[str]] = []
        place = 0
        wanted = 1
        last = len(lines)
        while place < last:
            if self._skipped(lines[place]):
                place += 1
                continue
            record = read_record(lines, place, self._form, self._rules.width)
            if record.open_end and self._extend(lines, wanted):
                wanted *= 2
                continue
            wanted = 1
            line, used = self._line + place, record.lines
            text = "\n".join(lines[place : place + used])
            reason = self._rules.reject_lines.get(line) or record.reason or self._fault(text)
            fields = None
            if not reason and record.fields is not None:
                fields, reason = self._fit(record.fields)
            if reason:
                self.tally.reject(line, reason, lines[place])
                used = 1
            elif fields is not None:
                rows += [[""] for _ in range(self._pending)]
                self._pending = 0
                rows.append(fields)
                self.tally.accounted_lines += used
            else:
                self.tally.blank += 1
                self.tally.accounted_lines += used
            place += used
        return rows, place

    def _skipped(self, line: str) -> bool:
        """Count a blank or comment line; a blank line is a missing value where there is only one column."""
        text = line.strip().strip("\x1a")
        if not text:
            if self._rules.width == 1:
                self._pending += 1
            else:
                self.tally.blank += 1
        elif is_ruler(text):
            self.tally.rulers += 1
        elif self._rules.comment and line.lstrip().startswith(self._rules.comment) and self._is_comment(line):
            self.tally.comments += 1
        else:
            return False
        self.tally.accounted_lines += 1
        return True

    def _is_comment(self, line: str) -> bool:
        return line.count(self._form.mark) != self._rules.width - 1 or self._rules.width == 1

    def _extend(self, lines: list[str], wanted: int) -> bool:
        """Append the next blocks' lines; False at the end of the file."""
        grown = False
        for _ in range(wanted):
            block = next(self._blocks, None)
            if block is None:
                break
            lines.extend(block[0])
            self.tally.lines += len(block[0])
            self.share = block[1]
            grown = True
        return grown

    def _fault(self, text: str) -> str:
        if "\0" in text:
            return "it holds a NUL byte"
        if self._rules.damaged and not _ESCAPED.isdisjoint(text):
            code = next(ord(char) for char in text if char in _ESCAPED) - 0xDC00
            return f"the byte 0x{code:02X} is not valid UTF-8"
        return ""

    def _fit(self, fields: list[str]) -> tuple[list[str] | None, str]:
        """Return the fields at the right width, or None for a blank record, or the reason to reject it."""
        width = self._rules.width
        if len(fields) > width and not any(cell.strip() for cell in fields[width:]):
            fields = fields[:width]
            self.tally.trimmed += 1
        elif self._rules.least <= len(fields) < width:
            fields = [*fields, *[""] * (width - len(fields))]
            self.tally.padded += 1
        if len(fields) != width:
            return None, f"{count_fields(len(fields))} where {width:,} were expected"
        if width > 1 and not any(cell.strip() for cell in fields):
            return None, ""
        if self._rules.header and tuple(cell.strip() for cell in fields) == self._rules.header:
            return None, "it repeats the header"
        return fields, ""
