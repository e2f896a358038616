"""Physical lines to columns of text: nothing dropped or padded in silence, every refusal with its line.

The standard library's ``csv`` in strict mode reads the quoted records, ``str.split`` the others; blocks of plain
numbers are read at once (``batches.number_block``: short ones by ``digits``), and columns of plain numbers beside text
by ``numpy.loadtxt``.
DuckDB, told the dialect and made to read text, was measured beside this on a million rows of ten numbers, two busy
cores: 1.9 s and 365 MB where SQL casts to numbers, 2.4 s and 930 MB where the texts are handed over to be typed;
``loadtxt`` alone took 2.3 s and this whole reader 1.6 s on such cores, with 275 MB up to the data set. DuckDB's rejects
count records and not lines, an unclosed quote takes the rest of its buffer along, and comments, repeated headers,
second tables and stray quotes must be judged line by line, inside the parser.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from nnviz.data.batches import Batch, count_line_ends, number_block
from nnviz.data.judging import LAST_LINES, Judge
from nnviz.data.tally import Rules, Tally
from nnviz.data.tokenizer import WHITESPACE, Format, Record, read_record
from nnviz.data.watching import Watch, no_watch

__all__ = ["Blocks", "RecordStream", "Rules", "Tally"]

_EVERY: Final = 200
# Between letters a quote neither opens nor closes a field; after digits it may stand for inches.
_STRAY_QUOTE = re.compile(r'"(?<=[^\W\d_]")\w')
# About as many lines as a block of text has.
_LINES: Final = 20_000
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
        # A line of delimiters, blanks and empty quotes is a record without a value.
        self._blank_record = re.compile(rf"\n[ \t{re.escape(form.mark + form.quote)}]*\n")
        self._header_line = form.mark.join(rules.header)
        # Any other header among numbers is seen by its letters.
        self._header_of_numbers = bool(rules.header) and not set("".join(rules.header)) - _NUMERIC
        self._judge = Judge(form, rules, self.tally)
        self._footer: list[str] | None = None

    def batches(self) -> Iterator[Batch]:
        """Yield one block after another; its columns are sequences of unstripped texts of equal length."""
        while (found := self._next_block()) is not None:
            block, self.share = found
            if self.share >= 1.0 and not self._handed_back:
                block = self._without_footer(block)
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
        self.tally.blank += self._judge.pending
        if self._footer:
            self.tally.lines += len(self._footer)
            self._judge.reject_footer(self._footer, self._line)

    def _without_footer(self, block: str | list[str]) -> str | list[str]:
        """Put the end of the file together and take the notes below the table off it."""
        if self._footer is not None:
            return block
        lines: Sequence[str] = block if isinstance(block, list) else ()
        for more, _ in self._blocks:
            if isinstance(block, str) and isinstance(more, str):
                block += "\n" + more
            else:
                lines = [*lines, *(more.split("\n") if isinstance(more, str) else more)]
                block = list(lines)
        if isinstance(block, str):
            lines = block.rsplit("\n", LAST_LINES)
        start = 1 + self._judge.footer_start(lines[1:])
        self._footer = list(lines[start:])
        if not self._footer:
            return block
        return "\n".join(lines[:start]) if isinstance(block, str) else list(lines[:start])

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
        self.tally.last_row = self._line - 1
        self.tally.rows += n_rows
        self.tally.accounted_lines += n_rows
        if batch.text:
            self._judge.above = self._form.split(batch.text[batch.text.rfind("\n") + 1 :])
        else:
            self._judge.above = [column[-1] for column in batch.columns]
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
        if not self.tally.stray_quote and form.quote == '"' and (stray := _STRAY_QUOTE.search(text)):
            self.tally.stray_quote = self._line + text.count("\n", 0, stray.start())
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
            self._judge.after_blank
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
            or any(mark in text for mark in ("\0", "\f", "---", "===", rules.comment) if mark)
            or (rules.notes and ("\n#" in text or text.startswith("#")))
            or self._blank_record.search(f"\n{text}\n") is not None
            or (bool(rules.header) and self._header_line in lines)
            or (bool(rules.titles) and not rules.titles.isdisjoint(lines))
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
        judge = self._judge
        place, last = 0, len(lines)
        # Once lines have been drawn in, the rest of them waits: it comes again as blocks of the usual size.
        while place < len(lines) == last:
            if len(rows) % _EVERY == 0 or self.tally.n_rejected % _EVERY == 0:
                self._watch()
            line = self._line + place
            if self._skipped(lines[place], line):
                place += 1
                continue
            record = self._record(lines, place)
            used = record.lines
            judge.look_for_table(lines, place, used, record.fields, line)
            reason = judge.refusal(line, record.reason, "\n".join(lines[place : place + used]))
            fields = None
            if not reason and record.fields is not None:
                fields, reason = judge.fit(record.fields, line)
            if reason:
                self.tally.reject(line, reason, lines[place])
                used = 1
            elif fields is not None:
                rows += [[""] for _ in range(judge.pending)]
                judge.pending = 0
                rows.append(fields)
                self.tally.last_row = line
                judge.above = fields
                self.tally.accounted_lines += used
            else:
                self.tally.blank += 1
                judge.after_blank = True
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

    def _skipped(self, line: str, number: int) -> bool:
        return self._judge.skips(line, number)

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
