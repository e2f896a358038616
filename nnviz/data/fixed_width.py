"""Tables whose columns always begin at the same places of a line, with no delimiter but blanks between them."""

import re
from collections.abc import Sequence
from typing import Final

from nnviz.data.headers import is_value
from nnviz.data.missing import is_gap, is_missing
from nnviz.data.sampling import is_ruler

_FEWEST: Final = 4
_MOSTLY: Final = 0.9
_PLACES = re.compile(r"columns (\d+(?:,\d+)*)")


def find_places(lines: Sequence[str]) -> list[int]:
    """Return where the columns begin (0-based), [] if the lines have none.

    A line of dashes below the header says it; else a column of blanks that goes through all lines parts two fields.
    Blanks that words happen to share prove nothing: of every field each line must have its beginning or its end at the
    same place, and one must hold numbers or dates. Notes below a blank line say nothing.

    Parameters
    ----------
    lines
        The first lines of a table, with its header if it has one.
    """
    ruler = next((line for line in lines[:3] if is_ruler(line.strip()) and not line.strip("-= ")), None)
    lines = _until_blank([line for line in lines if not is_ruler(line.strip())])
    if len(lines) < _FEWEST - (ruler is not None) or any("\t" in line for line in lines):
        return []
    if ruler is not None:
        places = [found.start() for found in re.finditer(r"\S+", ruler)]
        return places if len(places) > 1 and all(_fits(line, places) for line in lines) else []
    places = _parted(lines)
    if len(places) < 2 or not _is_table([_cut(line, places) for line in lines]):
        return []
    return places


def _until_blank(lines: Sequence[str]) -> list[str]:
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    end = next((at for at in range(first, len(lines)) if not lines[at].strip()), len(lines))
    return list(lines[first:end])


def _parted(lines: Sequence[str]) -> list[int]:
    width = max(map(len, lines))
    blank = [all(line[at : at + 1] in ("", " ") for line in lines) for at in range(width)]
    places = [at for at in range(width) if not blank[at] and (at == 0 or blank[at - 1])]
    # Blanks inside the texts of one column: nothing in the header stands above its second part.
    head = lines[0]
    ends = [*places[1:], width]
    return [at for at, end in zip(places, ends, strict=True) if at == places[0] or head[at:end].strip()]


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether every column is lined up left or right and one of them holds values."""
    values = 0
    for cells in zip(*rows, strict=True):
        filled = [cell for cell in cells if cell.strip()]
        if not any(char.isalnum() for cell in filled for char in cell):
            # A delimiter that was drawn.
            return False
        room = max(map(len, cells))
        left = sum(cell[0] != " " for cell in filled)
        right = sum(
            len(cell.rstrip()) == len(max(filled, key=lambda text: len(text.rstrip())).rstrip()) for cell in filled
        )
        below = [cell.strip() for cell in cells[1:] if cell.strip()]
        numbers = [cell for cell in below if is_value(cell)]
        values += bool(numbers) and all(is_value(cell) or is_missing(cell) or is_gap(cell) for cell in below)
        points = len(numbers) == len(below)
        if room == 0 or not (max(left, right) >= _MOSTLY * len(filled) or points):
            return False
    return values > 0


def _fits(line: str, places: Sequence[int]) -> bool:
    return all(line[at - 1 : at] in ("", " ") for at in places if at)


def _cut(line: str, places: Sequence[int]) -> list[str]:
    return [line[at:end] for at, end in zip(places, [*places[1:], None], strict=True)]


def spelled(places: Sequence[int]) -> str:
    """Write where columns begin as a delimiter: ``columns 1,6,14`` (1-based)."""
    return f"columns {','.join(str(at + 1) for at in places)}"


def places_of(delimiter: str) -> list[int]:
    """Return where columns begin by what ``spelled`` wrote, [] for any other delimiter."""
    found = _PLACES.fullmatch(delimiter)
    return [max(0, int(number) - 1) for number in found[1].split(",")] if found else []


def cut(text: str, places: Sequence[int], mark: str) -> str:
    """Write a mark where columns begin; lines that do not keep to the columns, blank ones too, stay as they are."""
    return "\n".join(
        mark.join(_cut(line, places)) if _fits(line, places) and line.strip() and not is_ruler(line.strip()) else line
        for line in text.split("\n")
    )
