"""Physical lines to columns of text: nothing dropped or padded in silence, every refusal with its line.

The standard library's ``csv`` in strict mode reads the quoted records, ``str.split`` the others; blocks of plain
numbers are read at once (``batches.number_block``), and columns of plain numbers beside text by ``numpy.loadtxt``.
DuckDB, told the dialect and made to read text, was measured beside this on a million rows of ten numbers, two busy
cores: 1.9 s and 365 MB where SQL casts to numbers, 2.4 s and 930 MB where the texts are handed over to be typed;
``loadtxt`` alone took 2.3 s and this whole reader 1.6 s on such cores, with 275 MB up to the data set. DuckDB's rejects
count records and not lines, an unclosed quote takes the rest of its buffer along, and comments, repeated headers,
second tables and stray quotes must be judged line by line, inside the parser.
"""

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final

from nnviz.data.batches import Batch, count_line_ends, number_block
from nnviz.data.decoding import ESCAPED
from nnviz.data.sampling import is_ruler
from nnviz.data.second_table import begins_table
from nnviz.data.tally import Rules, Tally
from nnviz.data.tokenizer import WHITESPACE, Format, Record, count_fields, read_record
from nnviz.data.watching import Watch, no_watch

__all__ = ["Blocks", "RecordStream", "Rules", "Tally"]

_EVERY: Final = 200
# About as many lines as a block of text has.
_LINES: Final = 20_000
_ESCAPED: Final = frozenset(ESCAPED)
_NUMERIC: Final = frozenset("0123456789+-.eE")

# Text of whole lines without the last line end, or the lines themselves; and the share of the file read so far.
Blocks = Iterator[tuple[str | list[str], float]]


class RecordStream:
    """Blocks of physical lines to batches of columns.

    Parameters
    ----------
    blocks
        Text of whole lines, or lists of lines, and the share of the file read.
    form
        The format.
    rules
        What a record must be like.
    first_line
        Number of the first line of the first block, 1-based.
    watch
        Called many times a second; it may raise to stop the work.
    """

    def __init__(self, blocks: Blocks, form: Format, rules: Rules, first_line: int, watch: Watch = no_watch) -> None:
        self.tally = Tally()
        self.share = 0.0
        self._blocks = blocks
        self._handed_back: deque[tuple[str | list[str], float]] = deque()
        self._form = form
        self._rules = rules
        self._watch = watch
        self._line = first_line
        self._blank_record = form.mark * (rules.width - 1)
        self._header_line = form.mark.join(rules.header)
        # Any other header among numbers is seen by its letters.
        self._header_of_numbers = bool(rules.header) and not set("".join(rules.header)) - _NUMERIC
        self._pending = 0
        self._after_blank = False
        self._above: list[str] = []

    def batches(self) -> Iterator[Batch]:
        """Yield one block after another; its columns are sequences of unstripped texts of equal length."""
        while (found := self._next_block()) is not None:
            block, self.share = found
            if isinstance(block, str):
                n_lines = count_line_ends(block) + 1
                self.tally.lines += n_lines
                batch = self._numbers(block, n_lines) or self._batch(block.split("\n"))
            else:
                self.tally.lines += len(block)
                batch = self._batch(block)
            if batch is not None:
                yield batch
        # Blank lines at the end are no missing values.
        self.tally.blank += self._pending

    def _next_block(self) -> tuple[str | list[str], float] | None:
        return self._handed_back.popleft() if self._handed_back else next(self._blocks, None)

    def _hand_back(self, lines: list[str]) -> None:
        """Put lines in front of the blocks still to come."""
        self.tally.lines -= len(lines)
        pieces = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)]
        self._handed_back.extendleft((piece, self.share) for piece in reversed(pieces))

    def _accept(self, batch: Batch) -> Batch:
        """Count a block whose every line is a row."""
        n_rows = batch.n_rows
        self._line += n_rows
        self.tally.rows += n_rows
        self.tally.accounted_lines += n_rows
        if batch.text:
            self._above = self._form.split(batch.text[batch.text.rfind("\n") + 1 :])
        else:
            self._above = [column[-1] for column in batch.columns]
        return batch

    def _numbers(self, text: str, n_lines: int) -> Batch | None:
        """Read a block of plain numbers at once; None where there is anything else."""
        rules, form = self._rules, self._form
        if form.delimiter == WHITESPACE or rules.width == 1 or self._watchful(n_lines):
            return None
        if self._header_of_numbers and self._header_line in text:
            return None
        block = number_block(text, n_lines, form.mark, rules.width)
        return self._accept(Batch(text=text, mark=form.mark, width=rules.width, block=block)) if block else None

    def _batch(self, lines: list[str]) -> Batch | None:
        """Return the records of a block, None if there are none; lines that are drawn in but not used up come again."""
        batch = self._uniform(lines)
        if batch is not None:
            return self._accept(batch)
        rows, used = self._one_by_one(lines)
        self._line += used
        self.tally.rows += len(rows)
        self._hand_back(lines[used:])
        return Batch(columns=list(zip(*rows, strict=True))) if rows else None

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
        return Batch(text=text, mark=mark, width=rules.width)

    def _watchful(self, n_lines: int) -> bool:
        """Tell whether one of the next lines may be no row whatever it looks like."""
        rules, first = self._rules, self._line
        return (
            self._after_blank
            or self.tally.second_table > 0
            or any(first <= line < first + n_lines for line in rules.reject_lines)
        )

    def _needs_care(self, lines: list[str], text: str) -> bool:
        """Tell whether a block may hold a line that is no row: comment, ruler, repeated header, blank, damaged."""
        rules, form = self._rules, self._form
        return (
            form.delimiter == WHITESPACE
            or rules.damaged
            or rules.width == 1
            or self._watchful(len(lines))
            or (form.bare_escape and form.escape + form.mark in text)
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
        place, last = 0, len(lines)
        # Once lines have been drawn in, the rest of them waits: it comes again as blocks of the usual size.
        while place < len(lines) == last:
            if len(rows) % _EVERY == 0 or self.tally.n_rejected % _EVERY == 0:
                self._watch()
            if self._skipped(lines[place]):
                place += 1
                continue
            record = self._record(lines, place)
            line, used = self._line + place, record.lines
            self._look_for_table(lines, place, used, record.fields)
            text = "\n".join(lines[place : place + used])
            reason = self._beyond(line) or self._rules.reject_lines.get(line) or record.reason or self._fault(text)
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
                self._above = fields
                self.tally.accounted_lines += used
            else:
                self.tally.blank += 1
                self._after_blank = True
                self.tally.accounted_lines += used
            place += used
        return rows, place

    def _record(self, lines: list[str], place: int) -> Record:
        """Read a record, drawing on the next blocks while a quote stays open."""
        wanted = 1
        while True:
            record = read_record(lines, place, self._form, self._rules.width, self._watch)
            if not record.open_end or not self._extend(lines, wanted):
                return record
            wanted *= 2

    def _look_for_table(self, lines: list[str], place: int, used: int, fields: list[str] | None) -> None:
        """Note where a second table begins below a blank line."""
        if self._after_blank and fields is not None and self._above and place + used < len(lines):
            head = [cell.strip() for cell in fields]
            below = read_record(lines, place + used, self._form).fields or []
            above = [cell.strip() for cell in self._above]
            if tuple(head) != self._rules.header and begins_table(head, above, [cell.strip() for cell in below]):
                self.tally.second_table = self._line + place
        self._after_blank = False

    def _beyond(self, line: int) -> str:
        """Say why a line that lies in another table is no row."""
        start = self.tally.second_table
        if not start:
            return ""
        return (
            "a second table begins here" if line == start else f"it belongs to the table that begins in line {start:,}"
        )

    def _skipped(self, line: str) -> bool:
        """Count a blank or comment line; a blank line is a missing value where there is only one column."""
        text = line.strip().strip("\x1a")
        if not text:
            if self._rules.width == 1:
                self._pending += 1
            else:
                self.tally.blank += 1
                self._after_blank = True
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
            self._watch()
            block = self._next_block()
            if block is None:
                break
            more = block[0].split("\n") if isinstance(block[0], str) else block[0]
            lines.extend(more)
            self.tally.lines += len(more)
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
