"""Numbers as names of columns: years, doses or wavelengths in a header, told from a first row of data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from nnviz.data.missing import is_gap, is_missing

Names = Literal["yes", "perhaps", "no"]
_PLAIN = re.compile(r"\d{1,7}(?:\.\d{1,6})?")
# Statistics offices write letters behind numbers that are estimated or provisional: 1.5 e.
_FLAG = re.compile(r"(?<=[\d:]) [a-z]{1,2}$")
_PLACES: Final = 500
_ROWS: Final = 100
_SOME: Final = 5
_YEARS: Final = range(1800, 2201)


@dataclass(frozen=True, slots=True)
class _Below:
    """The numbers below a cell of a possible header."""

    low: float
    high: float
    decimals: bool
    years: bool


def names_in(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Names:
    """Tell whether the numbers of a record are names of its columns, by the records below it.

    They are if they rise from column to column and are unlike the values below: far out of their range, or whole
    numbers above decimals. Rows that rise by the same steps are more of the same. ``"perhaps"`` is a rising row whose
    numbers could be values of their columns.
    """
    places = [place for place in range(len(head)) if _PLAIN.fullmatch(head[place])]
    places = places[:: max(1, len(places) // _PLACES)]
    found = {place: below for place in places if (below := _below(rows, place)) is not None}
    if len(found) < 2 or len(found) < len(places):
        return "no"
    numbers = [float(head[place]) for place in places]
    steps = {round(after - before, 9) for before, after in pairwise(numbers)}
    if min(steps) <= 0:
        return "no"
    if goes_on(head, rows):
        return "no"
    # An index has a name or none: an empty cell above its values.
    texts = any(cell and not _PLAIN.fullmatch(cell) for cell in head) or (not head[0] and any(row[0] for row in rows))
    if all(number in _YEARS for number in numbers) and any(below.years for below in found.values()):
        return "perhaps" if texts else "no"
    needed = 2 if len(steps) == 1 or all(number in _YEARS for number in numbers) else 3
    unlike = all(
        _is_outside(number, below) or (number.is_integer() and below.decimals)
        for number, below in zip(numbers, found.values(), strict=True)
    )
    if unlike and len(numbers) >= needed:
        return "yes" if (texts and not _looks_like_a_code(head, rows)) or _stand_alone(numbers, rows) else "perhaps"
    return "perhaps" if texts else "no"


def over_years(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether years stand below a number of a record: then years in it are values too."""
    places = [place for place in range(len(head)) if _PLAIN.fullmatch(head[place])][:_PLACES]
    return any(below is not None and below.years for below in (_below(rows, place) for place in places))


def _below(rows: Sequence[Sequence[str]], place: int) -> _Below | None:
    """Return what lies below a place, None unless nearly all of it is plain numbers."""
    cells = [row[place] for row in rows[:_ROWS] if place < len(row)]
    cells = [bare for cell in cells if not is_missing(bare := _FLAG.sub("", cell)) and not is_gap(bare)]
    numbers = [float(cell) for cell in cells if _is_number(cell)]
    if not numbers or len(numbers) < 0.9 * len(cells):
        return None
    decimals = sum("." in cell for cell in cells) > 0.5 * len(cells)
    years = sum(number in _YEARS for number in numbers) > 0.5 * len(numbers)
    return _Below(min(numbers), max(numbers), decimals, years)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def _is_outside(number: float, below: _Below) -> bool:
    """Tell whether a number is far out of the range below it: by three ranges and twice its size, or a tenth of it."""
    margin = max(3 * (below.high - below.low), 2 * abs(below.high))
    return number > below.high + margin or 10 * number < below.low


def goes_on(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the numbers of a record rise by one step that goes on in the records below: a table that counts."""
    places = [place for place in range(len(head)) if _PLAIN.fullmatch(head[place])][:_PLACES]
    numbers = [float(head[place]) for place in places]
    for row in rows[:_SOME]:
        if len(row) <= max(places, default=0) or not all(_is_number(row[place]) for place in places):
            return False
        numbers += [float(row[place]) for place in places]
    steps = {round(after - before, 9) for before, after in pairwise(numbers)}
    return len(steps) == 1 and min(steps) > 0 and bool(rows)


def _stand_alone(numbers: Sequence[float], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether numbers are names without the company of a text: years over enough rows, or very many."""
    years = all(number in _YEARS for number in numbers)
    return len(rows) >= 3 and (years or len(numbers) >= 5)


def _looks_like_a_code(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a text of the head has the form of the codes below it: ``A`` over ``B`` or ``s1`` over ``s2``.

    Words in small letters say nothing: names of columns and of things look alike.
    """
    for place, cell in enumerate(head):
        if not cell or _PLAIN.fullmatch(cell):
            continue
        forms = {_form(row[place]) for row in rows[:_ROWS] if place < len(row) and row[place]}
        short = len(cell) <= 4 and cell.isupper()
        if forms == {_form(cell)} and (short or any(map(str.isdigit, cell))):
            return True
    return False


def _form(text: str) -> str:
    """Write a text's letters and digits as one sign for each run: ``AB12`` as ``A0``."""
    signs = ["0" if char.isdigit() else "A" if char.isupper() else "a" if char.isalpha() else char for char in text]
    return "".join(sign for place, sign in enumerate(signs) if not place or sign != signs[place - 1])
