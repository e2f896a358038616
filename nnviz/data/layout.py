"""Where the table starts in a file and what its columns are called: preamble, comments, header, row of units."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from nnviz.data.missing import is_gap, is_missing
from nnviz.data.sampling import is_ruler
from nnviz.data.tokenizer import Format, sample_records

_MAX_PREAMBLE: Final = 50
_BODY: Final = 200
_NUMBER = re.compile(r"[(+\-−]?\s*[$€£¥]?\s*[+\-−]?(?:\d[\d.,' \u00a0\u202f]*|[.,]\d+)(?:[eE][+-]?\d+)?\s*[%€$£)]?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(?::\d{2})?")

Fields = list[str]
Found = tuple[int, Fields]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table lies in its file.

    Attributes
    ----------
    first_line
        Index of the first line after preamble and header (0-based).
    width
        Fields of a data record.
    least
        Records with fewer fields than ``width`` but at least this many are filled up.
    header
        The header's fields as written, or None.
    names
        A name for each field, "" where there is none.
    skipped
        Lines before the header.
    trailing
        Whether every record ends with a delimiter that the header does not have.
    units_line
        Index of a line with units below the header, or -1.
    """

    first_line: int
    width: int
    least: int
    header: tuple[str, ...] | None
    names: tuple[str, ...]
    skipped: int = 0
    trailing: bool = False
    units_line: int = -1
    warnings: tuple[str, ...] = field(default=())


def is_value(cell: str) -> bool:
    """Tell whether a stripped cell is a number or a date."""
    return bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell)) and any(char.isdigit() for char in cell)


def find_layout(
    lines: Sequence[str], start: int, comment: str, form: Format, *, header: bool | None = None, width: int = 0
) -> Layout:
    """Find the header and the first data record in a sample.

    Parameters
    ----------
    lines
        The first lines of the file.
    start
        Index of the first line to look at.
    comment
        What a comment line starts with, or "".
    form
        The format.
    header
        Whether there is one, if that is known.
    width
        The commonest number of fields, as the dialect was found with.
    """
    body = [
        (index + start, [cell.strip() for cell in fields])
        for index, fields in sample_records(lines[start:], form)
        if any(cell.strip() for cell in fields)
        and not is_ruler(lines[start + index].strip())
        and not (comment and lines[start + index].lstrip().startswith(comment) and len(fields) != width)
    ]
    if not body:
        return Layout(len(lines), max(width, 1), max(width, 1), None, ("",) * max(width, 1), start)
    width = width or Counter(len(fields) for _, fields in body).most_common(1)[0][0]
    first = _skip_preamble(body, width, header=header)
    if comment and body[first][1][0].startswith(comment):
        first = _comment_or_header(body, first, comment)
    if header is not False and _has_second_header(body[first:], width):
        first += 1
    head, rest = body[first], body[first + 1 :]
    has_header = looks_like_header(head[1], [fields for _, fields in rest]) if header is None else header
    skipped = head[0]
    above = sum(
        1 for line in lines[start:skipped] if line.strip() and not (comment and line.lstrip().startswith(comment))
    )
    warnings = [f"{_lines(above)} above the table skipped (preamble)."] if above else []
    if not has_header:
        least = _least(Counter(len(fields) for _, fields in body[first:]), width)
        return Layout(skipped, width, least, None, ("",) * width, skipped, warnings=tuple(warnings))
    counts = Counter(len(fields) for _, fields in rest)
    rows_width = width
    names, width, trailing, more = _names(head[1], rest, counts, width)
    after = rest[0][0] if rest else len(lines)
    end = _line_after(lines, head[0], form)
    units = _units_line(rest, width)
    return Layout(
        first_line=min(end, after),
        width=width,
        least=rows_width if width > rows_width and more else _least(counts, width),
        header=tuple(head[1]),
        names=names,
        skipped=skipped,
        trailing=trailing,
        units_line=units,
        warnings=(*warnings, *more),
    )


def _has_second_header(body: Sequence[Found], width: int) -> bool:
    """Tell whether the first record has gaps, as group headings do, and the second is a full header."""
    if len(body) < 3 or len(body[0][1]) != width or len(body[1][1]) != width:
        return False
    head, second = body[0][1], body[1][1]
    if all(head) or not all(second) or any(map(is_value, [*head, *second])):
        return False
    return looks_like_header(second, [fields for _, fields in body[2:]])


def _comment_or_header(body: list[Found], first: int, comment: str) -> int:
    """Return which record is the header: a comment as wide as the records is, unless the one below it is a header."""
    index, fields = body[first]
    bare = [fields[0].removeprefix(comment).strip(), *fields[1:]]
    below = [found for _, found in body[first + 2 :]]
    if len(body) > first + 1 and looks_like_header(body[first + 1][1], below):
        return first + 1
    body[first] = (index, bare)
    return first


def _line_after(lines: Sequence[str], index: int, form: Format) -> int:
    """Index of the line after the record that starts there."""
    records = sample_records(lines[index:], form)
    return index + records[1][0] if len(records) > 1 else len(lines)


def _skip_preamble(body: Sequence[Found], width: int, *, header: bool | None) -> int:
    """Index of the first record of the table: leading records of another width are a preamble, or a header of its own.

    A header may be shorter or longer than the records; then the record below it is data and not a header.
    """
    first = next((i for i, (_, fields) in enumerate(body[:_MAX_PREAMBLE]) if len(fields) == width), 0)
    if first == 0:
        return 0
    below = [fields for _, fields in body[first + 1 :]]
    above = body[first - 1][1]
    if looks_like_header(body[first][1], below) and header is not False and not _is_header_of(above, body[first:]):
        return first
    if len(above) >= 2 and not any(is_value(cell) for cell in above) and header is not False:
        return first - 1
    # Records with values in them are broken data and not a preamble: the strict parser reports them.
    return first if not any(is_value(cell) for _, fields in body[:first] for cell in fields) else 0


def _is_header_of(above: Fields, body: Sequence[Found]) -> bool:
    """Tell whether a record of another width is the header of records that hold text only."""
    texts = not any(is_value(cell) for _, fields in body for cell in fields)
    return texts and len(above) >= 2 and abs(len(above) - len(body[0][1])) == 1


def _least(counts: Counter[int], width: int) -> int:
    """How short a record may be: where many are short, the file leaves out empty fields at the end."""
    short = {size: count for size, count in counts.items() if 1 < size < width}
    if sum(short.values()) > counts.total() / 3 and counts.total() >= 6:
        return min(short)
    return width


def _names(
    header: Fields, rest: Sequence[Found], counts: Counter[int], width: int
) -> tuple[tuple[str, ...], int, bool, tuple[str, ...]]:
    """Match header and records of different widths: (names, width, whether records end with a delimiter, warnings)."""
    size = len(header)
    if size == width or not rest:
        return tuple(header), size, False, ()
    if size > width:
        if not any(header[width:]):
            sentence = "The header ends with trailing delimiters that the rows do not have."
            return tuple(header[:width]), width, False, (sentence,)
        alike = counts.get(size, 0) * 4 >= counts.total()
        sentence = f"The header has {size} names but the rows have {width} fields: the last columns are empty."
        return tuple(header), size, False, () if alike else (sentence,)
    rows = [fields for _, fields in rest if len(fields) == width]
    names = (*header, *[""] * (width - size))
    if not any(cell for fields in rows for cell in fields[size:]):
        return names, width, True, ()
    sentence = f"The header has {size} names but the rows have {width} fields: the last columns have no name."
    if size == width - 1 and _counts_rows([fields[0] for fields in rows]):
        sentence = "The rows have one field more than the header: the first has no name."
        names = ("", *header)
    return names, width, False, (sentence,)


def _counts_rows(cells: Sequence[str]) -> bool:
    """Tell whether the first column names or numbers the rows, as R writes it: all different."""
    return len(set(cells)) == len(cells)


def looks_like_header(head: Fields, body: Sequence[Fields]) -> bool:
    """Tell whether a record is a header, from how it differs from the records below it.

    Text above numbers speaks for it, a number above numbers or a text that comes again below speaks against it.
    Numbers that count (0, 1, 2, ... or years) are names all the same. Without evidence a record of texts is a header.
    """
    cells = [cell for cell in head if cell]
    if not cells:
        return False
    rows = [fields for fields in body[:_BODY] if len(fields) == len(head)]
    if not rows:
        rows = [fields for fields in body[:_BODY] if abs(len(fields) - len(head)) == 1]
    if _counts_up(head):
        return not rows or not all(_counts_up(row) for row in rows[:3])
    votes = sum(
        _vote(cell, [row[place] for row in rows if place < len(row) and not is_missing(row[place])])
        for place, cell in enumerate(head)
    )
    if votes:
        return votes > 0
    return not any(is_value(cell) for cell in cells) and len(set(cells)) == len(cells)


def _vote(cell: str, below: list[str]) -> float:
    """How much one cell speaks for a header: above 0 for, below 0 against."""
    if not cell or not below:
        return 0.0
    numbers = sum(map(is_value, below)) > 0.5 * len(below)
    if is_value(cell):
        return -1.0 if numbers else -0.5
    if is_missing(cell) or is_gap(cell):
        return -0.1
    if numbers:
        return 1.0
    if cell in below:
        return -1.0 if below.count(cell) > 1 or len(below) < 20 else -0.5
    return 0.5 if len(set(below)) < 0.5 * len(below) else 0.0


def _counts_up(cells: Fields) -> bool:
    """Tell whether cells, after names, are 0, 1, 2, ... (as pandas numbers columns), 1 to 5 or more, or years."""
    names = next((place for place, cell in enumerate(cells) if cell.isdecimal()), len(cells))
    digits = cells[names:]
    if len(digits) < 3 or not all(cell.isdecimal() and len(cell) < 6 for cell in digits):
        return False
    numbers = [int(cell) for cell in digits]
    start = numbers[0] == 0 or (numbers[0] == 1 and len(numbers) >= 5) or 1800 <= numbers[0] <= 2200
    return start and all(after - before == 1 for before, after in pairwise(numbers))


def _units_line(rest: Sequence[Found], width: int) -> int:
    """Index of a line of units: text in the first record wherever all the records below hold numbers."""
    rows = [found for found in rest[:_BODY] if len(found[1]) == width]
    if len(rows) < 3 or rows[0] is not rest[0]:
        return -1
    index, units = rows[0]
    found = False
    for place, cell in enumerate(units):
        below = [fields[place] for _, fields in rows[1:] if fields[place] and not is_missing(fields[place])]
        if below and all(map(is_value, below)):
            if is_value(cell) or is_missing(cell) or is_gap(cell):
                if cell:
                    return -1
                continue
            found = True
        elif cell and cell in below:
            return -1
    return index if found else -1


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"
