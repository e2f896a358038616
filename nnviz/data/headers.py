"""Whether a record is a header, and which records above the table are none of it."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from nnviz.data.missing import is_gap, is_missing
from nnviz.data.number_names import goes_on, names_in, over_years

BODY: Final = 200
_MAX_PREAMBLE: Final = 300
_NUMBER_ROWS: Final = 3
_TEXT_LINES: Final = 4
_MAX_HEADER: Final = 4
_VOTERS: Final = 500
_NUMBER = re.compile(r"[(+\-−]?\s*[$€£¥]?\s*[+\-−]?(?:\d[\d.,' \u00a0\u202f]*|[.,]\d+)(?:[eE][+-]?\d+)?\s*[%€$£)]?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(?::\d{2})?")

Fields = list[str]
# (index of the first line, stripped fields) of a record that is not blank.
Found = tuple[int, Fields]


def is_value(cell: str) -> bool:
    """Tell whether a stripped cell is a number or a date."""
    return bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell)) and any(char.isdigit() for char in cell)


def looks_like_header(head: Fields, body: Sequence[Fields]) -> bool:
    """Tell whether a record is a header, from how it differs from the records below it.

    Text or a date above numbers speaks for it, a number above numbers or a text that comes again below speaks against
    it. Numbers that count (0, 1, 2, ...) or are unlike all values below (years, doses, wavelengths; see
    ``number_names``) are names all the same. Without evidence a record of texts is a header.
    """
    cells = [cell for cell in head if cell]
    if not cells:
        return False
    rows = [fields for fields in body[:BODY] if len(fields) == len(head)]
    if not rows:
        rows = [fields for fields in body[:BODY] if abs(len(fields) - len(head)) == 1]
    others = [row for row in rows if row != head]
    if len(others) < len(rows) and not any(map(is_value, cells)) and heads_numbers(head, others):
        # A header that comes again below, as in files put together.
        return True
    if not rows:
        return _counts_up(head) or _only_names(cells)
    names = names_in(head, rows)
    if names != "yes" and _counts_up(head) and not over_years(head, rows):
        return not goes_on(head, rows) and not all(_counts_up(row) for row in rows[:3])
    votes = _votes(head, rows, without_numbers=names == "yes")
    if votes or names == "yes":
        return votes > 0 or (names == "yes" and votes == 0)
    return _only_names(cells)


def header_doubt(head: Fields, body: Sequence[Fields], *, header: bool) -> str:
    """Say how a record was told from or taken for a header where that is no plain matter, or ""."""
    rows = [fields for fields in body[:BODY] if len(fields) == len(head)]
    if not rows:
        return ""
    names = names_in(head, rows)
    if header and names == "yes":
        shown = _shown([cell for cell in head if is_value(cell)])
        return f"The numbers in the first line ({shown}) are taken for names of columns: it is read as the header."
    if header and not any(is_value(cell) for row in [head, *rows] for cell in row) and not _votes(head, rows):
        return (
            f"The first line ({_shown(head)}) is taken for the header, though nothing below proves it: "
            "every column holds text."
        )
    if not header and (names != "no" or _counts_up(head)) and not goes_on(head, rows):
        return f"The first line ({_shown(head)}) is read as data, but it could be the header."
    return ""


def _shown(cells: Fields) -> str:
    short = [cell if len(cell) <= 20 else f"{cell[:19]}…" for cell in cells[:4]]
    return ", ".join(short) + (", ..." if len(cells) > 4 else "")


def _only_names(cells: Fields) -> bool:
    return not any(is_value(cell) for cell in cells) and len(set(cells)) == len(cells)


def _votes(head: Fields, rows: Sequence[Fields], *, without_numbers: bool = False) -> float:
    places = [place for place in _some_places(len(head)) if not (without_numbers and is_value(head[place]))]
    return sum(
        _vote(head[place], [row[place] for row in rows if place < len(row) and not _is_none(row[place])])
        for place in places
    )


def _is_none(cell: str) -> bool:
    return is_missing(cell) or is_gap(cell)


def _some_places(width: int) -> range:
    """Return the places of the columns that vote: all, or some evenly taken of very many."""
    return range(0, width, max(1, width // _VOTERS))


def _vote(cell: str, below: list[str]) -> float:
    """How much one cell speaks for a header: above 0 for, below 0 against."""
    if not cell or not below:
        return 0.0
    numbers = sum(map(is_value, below)) > 0.5 * len(below)
    if _DATE.fullmatch(cell):
        # A day above numbers names a column of measurements; above other days it is one of them.
        return 1.0 if numbers and not any(map(_DATE.fullmatch, below)) else -1.0
    if is_value(cell):
        return -1.0 if numbers else -0.5
    return -0.1 if _is_none(cell) else 1.0 if numbers else _vote_over_texts(cell, below)


def _vote_over_texts(cell: str, below: list[str]) -> float:
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


def skip_preamble(body: Sequence[Found], width: int, *, header: bool | None) -> int:
    """Index of the first record of the table: leading records of another width are a preamble, or a header of its own.

    A header may be shorter or longer than the records; then the record below it is data and not a header.
    """
    first = next((i for i, (_, fields) in enumerate(body[:_MAX_PREAMBLE]) if len(fields) == width), 0)
    first = _start_of_run(body, width, first)
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


def _start_of_run(body: Sequence[Found], width: int, first: int) -> int:
    """Return where the records begin that are all of one width to the end, if only text of several widths is above.

    Some lines of a text have as many words as the table has columns; ``first`` is the first of them.
    """
    start = next((at + 1 for at in range(len(body) - 1, -1, -1) if len(body[at][1]) != width), 0)
    above = [fields for _, fields in body[first:start]]
    others = [fields for fields in above if len(fields) != width]
    if len(others) < _TEXT_LINES or 2 * (len(body) - start) < len(body):
        return first
    with_values = sum(any(map(is_value, fields)) for fields in above)
    return start if 2 * with_values < len(above) else first


def _is_header_of(above: Fields, body: Sequence[Found]) -> bool:
    """Tell whether a record of another width is the header of records that hold text only."""
    texts = not any(is_value(cell) for _, fields in body for cell in fields)
    return texts and len(above) >= 2 and abs(len(above) - len(body[0][1])) == 1


def skip_headings(body: Sequence[Found], width: int) -> int:
    """How many leading records are titles or group headings padded to the table's width, above its full header.

    Spreadsheets pad every line of a sheet: ``Report,2024,,``. Only text above numbers proves the header below them.
    """
    if settings := _settings(body[:_MAX_PREAMBLE], width):
        return settings
    if len(body) > 1 and body[1][0] > body[0][0] + 1 and len(body[1][1]) == width and _is_title(body):
        return 1
    for place, (_, fields) in enumerate(body[:_MAX_PREAMBLE]):
        if len(fields) != width:
            return 0
        if all(fields):
            below = [row for _, row in body[place + 1 : place + 1 + BODY] if len(row) == width]
            if any(map(is_value, fields)) and place and _is_odd_above(fields, below[1:]):
                # A setting with its value and unit.
                continue
            return place if place and not any(map(is_value, fields)) and heads_numbers(fields, below) else 0
        # An index without a name is no gap, and values make a row of data unless it is cut short.
        if all(fields[1:]) or (fields[-1] and any(map(is_value, fields))):
            return 0
    return 0


def _is_title(body: Sequence[Found]) -> bool:
    """Tell whether a first record of texts, parted by a blank line from names above numbers, is a title."""
    (_, title), (_, names) = body[0], body[1]
    below = [fields for _, fields in body[2 : 2 + BODY] if len(fields) == len(names)]
    texts = all(names) and not any(map(is_value, [*title, *names]))
    return texts and title != names and heads_numbers(names, below)


def _settings(body: Sequence[Found], width: int) -> int:
    """How many leading records are settings of an instrument, above names and then nothing but numbers.

    The names may be one more or less than the fields of the records below.
    """
    start = len(body)
    while start and len(body[start - 1][1]) == width and all(map(_is_number_or_gap, body[start - 1][1])):
        start -= 1
    names = start
    while names and abs(len(body[names - 1][1]) - width) <= 1 and not any(map(is_value, body[names - 1][1])):
        names -= 1
    if width < 2 or len(body) - start < _NUMBER_ROWS or names in (0, start):
        return 0
    above = [fields for _, fields in body[:names]]
    named = all(fields[0] and not is_value(fields[0]) for fields in above)
    # Lines of several widths hold the names last.
    other = [at for at in range(names, start) if len(body[at][1]) != width]
    return (other[-1] if other else names) if named else 0


def _is_number_or_gap(cell: str) -> bool:
    return is_value(cell) or _is_none(cell)


def _is_odd_above(fields: Fields, below: Sequence[Fields]) -> bool:
    """Tell whether a record has text where all but the first few records below hold values."""
    rest = below[_MAX_HEADER:] or below[-2:]
    columns = [place for place in range(len(fields)) if rest and all(is_value(row[place]) for row in rest)]
    return len(columns) > 1 and any(not is_value(fields[place]) for place in columns)


def heads_numbers(head: Fields, below: Sequence[Fields]) -> bool:
    """Tell whether a column below holds numbers, and none the header's text, but where all of it comes again."""
    below = [row for row in below if row != head]
    places = _some_places(len(head))
    votes = [_vote(head[place], [row[place] for row in below if not is_missing(row[place])]) for place in places]
    return len(below) >= 2 and max(votes) == 1.0 and min(votes) > -0.5


def comment_or_header(body: list[Found], first: int, comment: str) -> int:
    """Return which record is the header: a comment as wide as the records is, unless the one below it is a header."""
    index, fields = body[first]
    bare = [fields[0].removeprefix(comment).strip(), *fields[1:]]
    below = [found for _, found in body[first + 2 :]]
    if len(body) > first + 1 and looks_like_header(body[first + 1][1], below):
        return first + 1
    body[first] = (index, bare)
    return first
