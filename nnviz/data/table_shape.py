"""Tables that lie on their side, and rows of sums among the others: hints, after which nothing is changed."""

from collections.abc import Sequence
from typing import Final

from nnviz.data.headers import is_value
from nnviz.data.missing import is_missing
from nnviz.data.table import Column

_MOST_ROWS: Final = 50
_MOST_LOOKED_AT: Final = 100_000
_SHOWN: Final = 3
_LEAST_NAMES: Final = 2  # with numbers, and with texts
_SUMS: Final = frozenset({
    "total", "totals", "subtotal", "sub-total", "sub total", "grand total", "zwischensumme", "summe", "gesamt",
    "gesamtsumme", "sous-total", "total général", "subtotale", "totale", "subtotaal", "totaal", "suma", "итого",
})  # fmt: skip


def lies_on_its_side(rows: Sequence[Sequence[str]], n_rows: int) -> list[str]:
    """Return a sentence where every row holds one kind of value, some numbers and some texts: columns hold one kind.

    Two columns may hold names and values, of one thing or of one after the other.

    Parameters
    ----------
    rows
        The first rows, stripped.
    n_rows
        How many there are in all; of many rows none would be written so.
    """
    if rows and len(rows[0]) == 2:
        return _names_and_values(rows, n_rows)
    if not 2 <= n_rows <= _MOST_ROWS or len(rows) < n_rows or len(rows[0]) <= 2:
        return []
    if len({row[0] for row in rows}) < len(rows) or any(is_value(row[0]) for row in rows):
        return []
    kinds = [{is_value(cell) for cell in row[1:] if not is_missing(cell)} for row in rows]
    if {True} in kinds and {False} in kinds and all(len(kind) == 1 for kind in kinds):
        return ["Every row holds one kind of value, every column several: do rows and columns change places?"]
    return []


def _names_and_values(rows: Sequence[Sequence[str]], n_rows: int) -> list[str]:
    names = [row[0] for row in rows]
    different = dict.fromkeys(names)
    kinds = {
        name: {is_value(value) for of, value in rows if of == name and not is_missing(value)} for name in different
    }
    alone = sum(kind == {True} for kind in kinds.values()), sum(kind == {False} for kind in kinds.values())
    if any(map(is_value, names)) or min(alone) < _LEAST_NAMES or sum(alone) < len(kinds):
        return []
    if len(different) == len(names):
        texts = [value for _, value in rows if not is_value(value) and not is_missing(value)]
        if n_rows > len(rows) or n_rows > _MOST_ROWS or len(set(texts)) < len(texts) or 4 * len(texts) < len(rows):
            return []  # a mark or two among numbers, or a word that comes again, is a value of a column
        return ["The rows look like names and their values, of one thing: a table has a row for each of many things."]
    in_turn = all(name == names[place % len(different)] for place, name in enumerate(names))
    sentence = "The same names come again and again with a value each: a table has a column for each of them."
    return [sentence] if in_turn and len(names) >= 2 * len(different) else []


def sums_between(columns: Sequence[Column]) -> list[str]:
    """Return a sentence about rows that a word such as subtotal marks, for each column; the last row is left out."""
    found = []
    for column in columns:
        if column.kind != "string" or len(column.values) > _MOST_LOOKED_AT:
            continue
        texts = column.values[:-1].tolist()
        words = {text for text in set(texts) if text is not None and text.casefold().strip(" :.*=") in _SUMS}
        places = [place for place, text in enumerate(texts, start=1) if text in words] if words else []
        if places and 2 * len(places) < len(texts):
            shown = ", ".join(map(str, places[:_SHOWN])) + (", ..." if len(places) > _SHOWN else "")
            which = f"row {shown}" if len(places) == 1 else f"rows {shown}"
            verb = "it may sum" if len(places) == 1 else "they may sum"
            found.append(f"{column.name} says '{min(words)}' in {which}: {verb} up others; kept as rows.")
    return found
