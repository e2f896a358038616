"""Where the table starts in a file and what its columns are called: preamble, comments, header, row of units."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nnviz.data.header_lines import group_heading, joined_names, more_header_lines, other_delimiter, units_lines
from nnviz.data.headers import (
    Fields,
    Found,
    comment_or_header,
    header_doubt,
    is_value,
    looks_like_header,
    skip_headings,
    skip_preamble,
)
from nnviz.data.missing import is_missing
from nnviz.data.sampling import is_comment, is_ruler
from nnviz.data.second_table import begins_table
from nnviz.data.tokenizer import Format, sample_records

_ROWS: Final = 50


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
    units
        Indices of the lines with units or longer names below the header.
    rows
        The first records of that width, stripped, without header and units.
    notes
        Whether a line that starts with # can be no row.
    """

    first_line: int
    width: int
    least: int
    header: tuple[str, ...] | None
    names: tuple[str, ...]
    skipped: int = 0
    trailing: bool = False
    units: tuple[int, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    rows: tuple[tuple[str, ...], ...] = ()
    notes: bool = False


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
        and not is_comment(lines[start + index], comment, fits=len(fields) == width)
    ]
    if not body:
        return Layout(len(lines), max(width, 1), max(width, 1), None, ("",) * max(width, 1), start)
    width = width or Counter(len(fields) for _, fields in body).most_common(1)[0][0]
    first = skip_preamble(body, width, header=header)
    if comment and body[first][1][0].startswith(comment):
        first = comment_or_header(body, first, comment)
    if header is not False:
        first += skip_headings(body[first:], width)
    body = _without_second_table(body, first, lines, form)
    line_above = lines[body[first - 1][0]]
    head, rest, has_header, more_names, warnings = _find_header(
        body, first, line_above, width, form.mark, header=header
    )
    skipped = head[0]
    above = sum(1 for line in lines[start:skipped] if line.strip() and not is_comment(line, comment))
    if above:
        other = _table_above([found for found in body if found[0] < skipped])
        warnings.insert(0, f"{_lines(above)} above the table skipped (preamble).{other}")
    if header is None and (doubt := header_doubt(head[1], [fields for _, fields in rest], header=has_header)):
        warnings.append(doubt)
    if not has_header:
        least = _least(Counter(len(fields) for _, fields in body[first:]), width)
        rows, notes = _rows(body[first:], width)
        no_names = ("",) * width
        return Layout(skipped, width, least, None, no_names, skipped, warnings=tuple(warnings), rows=rows, notes=notes)
    if more_names:
        head_lines = [head[1], *(fields for _, fields in rest[:more_names])]
        warnings.append(f"The header has {more_names + 1} lines with names.")
        head = (rest[more_names - 1][0], joined_names(head_lines))
        rest = rest[more_names:]
    counts = Counter(len(fields) for _, fields in rest)
    rows_width = width
    names, width, trailing, more = _names(head[1], rest, counts, width, form.mark)
    if lone := next((cell for cell in head[1] if form.quote and cell.count(form.quote) % 2), ""):
        more = (*more, f"A quote stands alone in the header ({lone[:40]}): it is kept as text.")
    after = rest[0][0] if rest else len(lines)
    end = _line_after(lines, head[0], form)
    units = units_lines(rest, width) if rest and rest[0][1] != head[1] else ()
    rows, notes = _rows([found for found in rest if found[0] not in units], width)
    return Layout(
        first_line=min(end, after),
        width=width,
        least=rows_width if width > rows_width and more else _least(counts, width),
        header=tuple(head[1]),
        names=names,
        skipped=skipped,
        trailing=trailing,
        units=units,
        warnings=(*warnings, *more),
        rows=rows,
        notes=notes,
    )


def _table_above(body: Sequence[Found]) -> str:
    """Say where records above a table may be one of their own: three in a row of one width, two of them with values."""
    for place in range(len(body) - 2):
        rows = [fields for _, fields in body[place : place + 3]]
        alike = len({len(fields) for fields in rows}) == 1 and len(rows[0]) > 1
        if alike and sum(any(map(is_value, fields)) for fields in rows) > 1:
            return f" They hold values from line {body[place][0] + 1:,} on: a table of their own is not read."
    return ""


def _find_header(
    body: Sequence[Found], first: int, line_above: str, width: int, mark: str, *, header: bool | None
) -> tuple[Found, Sequence[Found], bool, int, list[str]]:
    """Return the header or first record, the records below, whether it is one, how many of them go on with it, doubts.

    ``line_above`` is the line of the record above the first of the table, if there is one.
    """
    head, rest = body[first], body[first + 1 :]
    if header is not None:
        return head, rest, header, more_header_lines(head[1], [fields for _, fields in rest]) if header else 0, []
    below = [fields for _, fields in rest]
    more = more_header_lines(head[1], below)
    if more or looks_like_header(head[1], below):
        if first and not more and group_heading(body[first - 1], head):
            return body[first - 1], body[first:], True, 1, []
        return head, rest, True, more, []
    if first and (found := other_delimiter(line_above, width, mark)) is not None:
        other, names = found
        shown = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}[other]
        doubt = f"The header is parted by {shown}, unlike the rows."
        return (body[first - 1][0], names), body[first:], True, 0, [doubt]
    return head, rest, False, 0, []


def _rows(body: Sequence[Found], width: int) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """Return the first rows, and whether a line that starts with # is none: no row does, or few above numbers do."""
    rows = [tuple(fields) for _, fields in body if len(fields) == width][:_ROWS]
    marked = [row for row in rows if row[0].startswith("#")]
    if not marked:
        return tuple(rows), True
    others = [row for row in rows if not row[0].startswith("#")]
    if 2 * len(marked) <= len(others) and all(is_value(row[0]) or is_missing(row[0]) for row in others):
        return tuple(others), True
    return tuple(rows), False


def _without_second_table(body: list[Found], first: int, lines: Sequence[str], form: Format) -> list[Found]:
    """Leave out what lies below the header of a second table, which must not speak for the first one's form."""
    for place in range(first + 2, len(body) - 1):
        index, fields = body[place]
        blank = not lines[index - 1].replace(form.mark, "").strip()
        if blank and fields != body[first][1] and begins_table(fields, body[place - 1][1], body[place + 1][1]):
            return body[:place]
    return body


def _line_after(lines: Sequence[str], index: int, form: Format) -> int:
    """Index of the line after the record that starts there."""
    records = sample_records(lines[index:], form)
    return index + records[1][0] if len(records) > 1 else len(lines)


def _least(counts: Counter[int], width: int) -> int:
    """How short a record may be: where many are short, the file leaves out empty fields at the end."""
    short = {size: count for size, count in counts.items() if 1 < size < width}
    if sum(short.values()) > counts.total() / 3 and counts.total() >= 6:
        return min(short)
    return width


def _names(
    header: Fields, rest: Sequence[Found], counts: Counter[int], width: int, delimiter: str
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
        if not alike and len(named := tuple(filter(None, header))) == width:
            sentence = f"The header has a delimiter too many: it names {width} columns in {size} fields."
            return named, width, False, (sentence,)
        sentence = f"The header has {size} names but the rows have {width} fields: the last columns are empty."
        return tuple(header), size, False, () if alike else (sentence,)
    rows = [fields for _, fields in rest if len(fields) == width]
    names = (*header, *[""] * (width - size))
    if not any(cell for fields in rows for cell in fields[size:]):
        return names, width, True, ()
    sentence = f"The header has {size} names but the rows have {width} fields: the last columns have no name."
    if delimiter == "," and all(cell.isdecimal() for fields in rows for cell in fields[size:]):
        sentence += " Are decimal commas meant? Then the numbers must stand in quotes, or semicolons part the fields."
    # A row as wide as the header has no name of its own: the names belong to the first fields then.
    if size == width - 1 and not counts.get(size, 0) and _counts_rows([fields[0] for fields in rows]):
        sentence = "The rows have one field more than the header: the first has no name."
        names = ("", *header)
    return names, width, False, (sentence,)


def _counts_rows(cells: Sequence[str]) -> bool:
    """Tell whether the first column names or numbers the rows, as R writes it: all different."""
    return len(set(cells)) == len(cells)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"
