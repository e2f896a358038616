"""Column names as a file has them, made unique and never empty."""

import unicodedata
from collections.abc import Sequence

from nnviz.data.invisible import bare


def unique_names(written: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return a name for each column and sentences about those that had to change.

    A column without a name becomes ``column_3`` (its place); of names that are the same but for case and Unicode form
    (composed or decomposed, full or half width), the second gets ``_2`` and so on.
    """
    names: list[str] = []
    taken = {folded(bare(name)) for name in written}
    seen: set[str] = set()
    nameless: list[str] = []
    repeated: list[str] = []
    for place, raw in enumerate(written, start=1):
        name = bare(raw)
        if not name:
            name = _free(f"column_{place}", taken, first=True)
            nameless.append(name)
        elif folded(name) in seen:
            changed = _free(name, taken, first=False)
            repeated.append(f"{name} is now {changed}")
            name = changed
        seen.add(folded(name))
        taken.add(folded(name))
        names.append(name)
    warnings = []
    if nameless and len(nameless) < len(names):
        warnings.append(f"{_count(len(nameless), 'column has', 'columns have')} no name: called {_some(nameless)}.")
    if repeated:
        rule = "upper and lower case and the forms of Unicode count as one name"
        warnings.append(f"Column names repeat, as duplicates ({rule}): {_some(repeated)}.")
    return names, warnings


def folded(text: str) -> str:
    """Return a text as a person compares it: compatibility form and case folded (Unicode Standard Annex 15)."""
    if text.isascii():
        return text.casefold()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _free(name: str, taken: set[str], *, first: bool) -> str:
    if first and folded(name) not in taken:
        return name
    number = 2
    while folded(f"{name}_{number}") in taken:
        number += 1
    return f"{name}_{number}"


def _some(parts: Sequence[str]) -> str:
    return ", ".join(parts[:5]) + (f" and {len(parts) - 5:,} more" if len(parts) > 5 else "")


def _count(number: int, one: str, many: str) -> str:
    return f"1 {one}" if number == 1 else f"{number:,} {many}"
