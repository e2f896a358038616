"""Tables that lie on their side, and rows of sums among the others: hints, after which nothing is changed."""

from collections.abc import Sequence
from typing import Final

from nnviz.data.headers import is_value
from nnviz.data.missing import is_missing
from nnviz.data.table import Column

_MOST_ROWS: Final = 50
_MOST_LOOKED_AT: Final = 100_000
_SHOWN: Final = 3
_SUMS: Final = frozenset({
    "total", "totals", "subtotal", "sub-total", "sub total", "grand total", "zwischensumme", "summe", "gesamt",
    "gesamtsumme", "sous-total", "total général", "subtotale", "totale", "subtotaal", "totaal", "suma", "итого",
})  # fmt: skip


def lies_on_its_side(rows: Sequence[Sequence[str]], n_rows: int) -> list[str]:
    """Return a sentence where every row holds one kind of value, some numbers and some texts: columns hold one kind.

    Parameters
    ----------
    rows
        The first rows, stripped.
    n_rows
        How many there are in all; of many rows none would be written so.
    """
    if not 2 <= n_rows <= _MOST_ROWS or len(rows) < n_rows or len(rows[0]) <= 2:
        return []
    if len({row[0] for row in rows}) < len(rows) or any(is_value(row[0]) for row in rows):
        return []
    kinds = [{is_value(cell) for cell in row[1:] if not is_missing(cell)} for row in rows]
    if {True} in kinds and {False} in kinds and all(len(kind) == 1 for kind in kinds):
        return ["Every row holds one kind of value, every column several: do rows and columns change places?"]
    return []


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
