"""Column names as a file has them, made unique and never empty."""

from collections.abc import Sequence


def unique_names(written: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return a name for each column and sentences about those that had to change.

    A column without a name becomes ``column_3`` (its place); of names that are the same but for case, the second gets
    ``_2`` and so on.
    """
    names: list[str] = []
    taken = {name.strip().casefold() for name in written}
    seen: set[str] = set()
    nameless: list[str] = []
    repeated: list[str] = []
    for place, raw in enumerate(written, start=1):
        name = raw.strip()
        if not name:
            name = _free(f"column_{place}", taken, first=True)
            nameless.append(name)
        elif name.casefold() in seen:
            changed = _free(name, taken, first=False)
            repeated.append(f"{name} is now {changed}")
            name = changed
        seen.add(name.casefold())
        taken.add(name.casefold())
        names.append(name)
    warnings = []
    if nameless and len(nameless) < len(names):
        warnings.append(f"{_count(len(nameless), 'column has', 'columns have')} no name: called {_some(nameless)}.")
    if repeated:
        warnings.append(f"Column names repeat (upper and lower case count as one name): {_some(repeated)}.")
    return names, warnings


def _free(name: str, taken: set[str], *, first: bool) -> str:
    if first and name.casefold() not in taken:
        return name
    number = 2
    while f"{name}_{number}".casefold() in taken:
        number += 1
    return f"{name}_{number}"


def _some(parts: Sequence[str]) -> str:
    return ", ".join(parts[:5]) + (f" and {len(parts) - 5:,} more" if len(parts) > 5 else "")


def _count(number: int, one: str, many: str) -> str:
    return f"1 {one}" if number == 1 else f"{number:,} {many}"
