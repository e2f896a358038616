"""Headers of several lines: names below group headings, names with another delimiter, units below names."""

from collections.abc import Sequence
from typing import Final

from nnviz.data.headers import BODY, Fields, Found, heads_numbers, is_value
from nnviz.data.missing import is_gap, is_missing

_MAX_HEADER: Final = 4
_MAX_UNITS: Final = 3
# A header may have another one of these than the rows.
_DELIMITERS: Final = (",", ";", "\t", "|")


def more_header_lines(head: Fields, below: Sequence[Fields]) -> int:
    """How many records below a header with repeated names belong to it: only text, above columns of numbers."""
    if len({cell.casefold() for cell in head}) == len(head):
        return 0
    most = 0
    for count, row in enumerate(below[:_MAX_HEADER], start=1):
        if len(row) != len(head) or any(map(is_value, row)) or not any(row):
            break
        if heads_numbers(row, [other for other in below[count : count + BODY] if len(other) == len(head)]):
            most = count
    return most


def joined_names(lines: Sequence[Fields]) -> list[str]:
    """Put the names of a header of several records together: the last ones if they do, else all, one after another."""
    last = lines[-1]
    if all(last) and len({cell.casefold() for cell in last}) == len(last):
        return last
    above = [_filled(line) for line in lines[:-1]]
    return [" ".join(dict.fromkeys(cell for cell in cells if cell)) for cells in zip(*above, last, strict=True)]


def _filled(heading: Fields) -> Fields:
    """Write a heading above each of its columns: a merged cell leaves the others empty."""
    if all(heading) or sum(map(bool, heading)) < 2:
        return heading
    filled: Fields = []
    for cell in heading:
        filled.append(cell or (filled[-1] if filled else ""))
    return filled


def group_heading(above: Found, head: Found) -> bool:
    """Tell whether the record above a header with repeated names says which is which: texts or years, with gaps."""
    if len(above[1]) != len(head[1]) or above[0] + 1 != head[0]:
        return False
    names = [cell.casefold() for cell in head[1] if cell]
    groups = set(filter(None, above[1]))
    return len(set(names)) < len(names) and len(groups) > 1 and not all(above[1])


def other_delimiter(line: str, width: int, mark: str) -> tuple[str, Fields] | None:
    """Return the delimiter and names of a header that is parted otherwise than the rows; None for any other line."""
    for other in _DELIMITERS:
        names = [cell.strip().strip('"') for cell in line.split(other)]
        words = sum(len(name.split()) for name in names)
        texts = all(names) and not any(map(is_value, names)) and 2 * words <= 3 * width
        if other != mark and len(names) == width > 1 and texts and len(set(names)) == width:
            return other, names
    return None


def units_lines(rest: Sequence[Found], width: int) -> tuple[int, ...]:
    """Return the lines below a header that hold units, types or longer names: text where all below holds numbers.

    Several of them must stand above more than one column of numbers. Below a line of types Orange has one of roles,
    which is empty above the numbers.
    """
    rows = [found for found in rest[:BODY] if len(found[1]) == width]
    # The first line has a text above numbers, or there is none: only there are a wide table's columns looked through.
    texts = [place for place, cell in enumerate(rows[0][1]) if not _may_be_number(cell)] if rows else []
    for count in range(min(_MAX_UNITS, len(rows) - 2), 0, -1):
        if [found[0] for found in rows[:count]] != [found[0] for found in rest[:count]]:
            continue
        below = [fields for _, fields in rows[count:]]
        if not _number_columns(below, texts):
            continue
        columns = _number_columns(below, range(width))
        if not columns or (count > 1 and len(columns) < 2):
            continue
        described = [_describes(fields, columns, below) for _, fields in rows[:count]]
        roles = count > 1 and all(described[:-1]) and _gives_roles(rows[count - 1][1], columns, below)
        if all(described) or roles:
            return tuple(index for index, _ in rows[:count])
    return ()


def _may_be_number(cell: str) -> bool:
    return is_value(cell) or is_missing(cell) or is_gap(cell)


def _number_columns(below: Sequence[Fields], places: Sequence[int]) -> list[int]:
    found = []
    for place in places:
        cells = [fields[place] for fields in below if not is_missing(fields[place]) and not is_gap(fields[place])]
        if cells and all(map(is_value, cells)):
            found.append(place)
    return found


def _describes(fields: Fields, columns: Sequence[int], below: Sequence[Fields]) -> bool:
    """Tell whether a record has text above numbers, and nothing that is a value of its column."""
    found = False
    numbers = frozenset(columns)
    for place, cell in enumerate(fields):
        if place in numbers:
            if _may_be_number(cell):
                if cell:
                    return False
                continue
            found = True
        elif cell and any(row[place] == cell for row in below):
            return False
    return found


def _gives_roles(fields: Fields, columns: Sequence[int], below: Sequence[Fields]) -> bool:
    """Tell whether a record is empty above numbers and has a text elsewhere that no record below has."""
    if any(fields[place] for place in columns) or not any(fields):
        return False
    return not any(cell and any(row[place] == cell for row in below) for place, cell in enumerate(fields))
