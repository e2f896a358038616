"""A record to fields: strictly first, with forgiveness only where the meaning of a stray quote is beyond doubt."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from nnviz.data.watching import Watch, no_watch

if TYPE_CHECKING:
    from _csv import Reader

WHITESPACE: Final = "whitespace"
UNCLOSED: Final = "a quote is opened and never closed"
TRAILING_TEXT: Final = "text follows a closing quote"
# The csv module refuses longer fields unless told otherwise, and 128 KiB is not long for a text.
_FIELD_LIMIT: Final = 2**31 - 1
# Unicode noncharacters, which no text holds, in place of an escaped delimiter and an escaped escape.
_ESCAPED_MARK: Final = "\ufdd2"
_ESCAPED_ESCAPE: Final = "\ufdd3"
# A quoted field that goes on for longer than this was never closed.
_MAX_LINES: Final = 1_000_000
# This many lines inside one quoted field, each of them a whole record by itself, mean that the quote was never closed.
_SWALLOWED: Final = 3
_EVERY: Final = 5_000


@dataclass(frozen=True, slots=True)
class Format:
    """Delimiter (one character, or ``"whitespace"`` for runs of blanks), quote and escape ("" = none).

    ``bare_escape`` says that the escape also stands before delimiters outside quotes.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    bare_escape: bool = False

    @property
    def mark(self) -> str:
        """The delimiter as one character."""
        return " " if self.delimiter == WHITESPACE else self.delimiter

    def split(self, line: str) -> list[str]:
        """Split a line that has no quote in it."""
        if self.bare_escape and self.escape in line:
            hidden = line.replace(self.escape * 2, _ESCAPED_ESCAPE).replace(self.escape + self.mark, _ESCAPED_MARK)
            return [
                cell.replace(_ESCAPED_MARK, self.mark).replace(_ESCAPED_ESCAPE, self.escape)
                for cell in hidden.split(self.mark)
            ]
        return line.split() if self.delimiter == WHITESPACE else line.split(self.delimiter)

    def plain(self, line: str) -> str:
        r"""Return a line with escaped quotes written the usual way: ``\"`` as two quotes, two backslashes as one."""
        if not self.escape or self.escape not in line or self.quote not in line:
            return line
        return _escapes(self.escape, self.quote).sub(lambda m: self.quote * 2 if m[1] == self.quote else m[1], line)

    def reader(self, lines: Iterable[str]) -> "Reader":
        """Return the standard library's strict reader over lines."""
        csv.field_size_limit(_FIELD_LIMIT)
        return csv.reader(
            lines,
            delimiter=self.mark,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            skipinitialspace=True,
            strict=True,
        )


@lru_cache(maxsize=8)
def _escapes(escape: str, quote: str) -> re.Pattern[str]:
    return re.compile(rf"{re.escape(escape)}([{re.escape(escape + quote)}])")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its fields (None where it must be rejected), the physical lines it takes, why it is rejected.

    ``open_end`` says that the lines at hand end inside its quotes.
    """

    fields: list[str] | None
    lines: int
    reason: str = ""
    open_end: bool = False


def read_record(lines: Sequence[str], place: int, form: Format, width: int = 0, watch: Watch = no_watch) -> Record:
    """Read the record that starts at ``lines[place]``; ``width`` is how many fields it should have, 0 if unknown.

    A record over several lines is taken only if it ends properly and has the right width; else its first line is
    rejected alone, so that an unclosed quote costs one line and not the rest of the file.
    """
    line = lines[place].strip() if form.delimiter == WHITESPACE else lines[place]
    if not form.quote or form.quote not in line:
        return Record(form.split(line), 1)
    try:
        return Record(next(form.reader([form.plain(line)]), [""]), 1)
    except csv.Error as error:
        unclosed = "unexpected end" in str(error)
    if unclosed:
        found = _several_lines(lines, place, form, watch)
        if found.open_end:
            return found
        if (
            found.fields is not None
            and width in (0, len(found.fields))
            and not _swallows(lines, place, found.lines, form, width)
        ):
            return found
    return _forgiven(line, form, width)


def _forgiven(line: str, form: Format, width: int) -> Record:
    loose = forgiving_fields(form.plain(line), form)
    if loose is None:
        # Every quote that is not doubled opens or closes a field: an even number of them leaves none open.
        lone = form.plain(line).replace(form.quote * 2, "").count(form.quote)
        return Record(None, 1, UNCLOSED if lone % 2 else TRAILING_TEXT)
    if width in (0, len(loose)):
        return Record(loose, 1)
    return Record(None, 1, f"quotes are out of place: {count_fields(len(loose))} where {width:,} were expected")


def count_fields(count: int) -> str:
    """Say how many fields."""
    return "1 field" if count == 1 else f"{count:,} fields"


def _feed(lines: Sequence[str], place: int, stop: int, form: Format, watch: Watch) -> Iterator[str]:
    for index in range(place, stop):
        if index - place >= _EVERY and index % _EVERY == 0:
            watch()
        yield form.plain(lines[index]) + "\n"


def _several_lines(lines: Sequence[str], place: int, form: Format, watch: Watch) -> Record:
    stop = min(len(lines), place + _MAX_LINES)
    reader = form.reader(_feed(lines, place, stop, form, watch))
    try:
        fields = next(reader)
    except csv.Error as error:
        return Record(None, 1, UNCLOSED, open_end="unexpected end" in str(error) and stop == len(lines))
    return Record(fields, reader.line_num)


def _swallows(lines: Sequence[str], place: int, used: int, form: Format, width: int) -> bool:
    inside = lines[place + 1 : place + used - 1]
    if len(inside) < _SWALLOWED or width < 2:
        return False
    return all(line.count(form.mark) == width - 1 for line in inside)


def forgiving_fields(line: str, form: Format) -> list[str] | None:
    """Split one line whose quotes break the rules; None if a quote is never closed.

    A quote inside a quoted field closes it only where a delimiter or the end of the line follows, so ``"5" pipe",x``
    is the two fields ``5" pipe`` and ``x``.
    """
    fields: list[str] = []
    place, end = 0, len(line)
    while True:
        while place < end and line[place] == " ":
            place += 1
        if place < end and line[place] == form.quote:
            body, after = _quoted(line, place + 1, form)
            if body is None:
                return None
            fields.append(body)
        else:
            after = line.find(form.mark, place)
            after = end if after < 0 else after
            fields.append(line[place:after])
        if after >= end:
            return fields
        place = after + 1


def _quoted(line: str, start: int, form: Format) -> tuple[str | None, int]:
    """Return the text inside quotes and the index of the delimiter after it (or the line's length)."""
    place = start
    while (found := line.find(form.quote, place)) >= 0:
        if line[found + 1 : found + 2] == form.quote:
            place = found + 2
        else:
            after = found + 1
            while after < len(line) and line[after] == " " and form.mark != " ":
                after += 1
            if after == len(line) or line[after] == form.mark:
                return line[start:found].replace(form.quote * 2, form.quote), after
            place = found + 1
    return None, len(line)


def sample_records(lines: Sequence[str], form: Format) -> list[tuple[int, list[str]]]:
    """Parse sample lines: (index of the first line, fields); a line that breaks the rules is split as it stands."""
    records: list[tuple[int, list[str]]] = []
    place = 0
    while place < len(lines):
        record = read_record(lines, place, form)
        if record.fields is None:
            records.append((place, form.split(lines[place])))
            place += 1
        else:
            records.append((place, record.fields))
            place += record.lines
    return records
