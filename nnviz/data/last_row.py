"""Whether the last row of a table sums up the rows above it, as spreadsheets end, and is no row of data."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.doubt import listed, quoted
from nnviz.data.table import DATE_KINDS, NUMERIC_KINDS, Column

_TOTALS: Final = frozenset({
    "total", "totals", "grand total", "subtotal", "sub-total", "sub total", "sum", "sums", "all", "overall",
    "gesamt", "gesamtsumme", "insgesamt", "summe", "total général", "somme", "ensemble", "totale", "suma", "razem",
    "ogółem", "totaal", "totalt", "yhteensä", "összesen", "celkem", "toplam", "итого", "всего", "合计", "总计", "合計",
})  # fmt: skip
_MEANS: Final = frozenset({"mean", "average", "avg", "mittelwert", "durchschnitt", "moyenne", "media", "promedio"})
_FEWEST: Final = 3
_CLOSE: Final = 1e-6


def last_row_doubts(columns: Sequence[Column], line: int) -> list[str]:
    """Return what speaks against the last row: a word for total, sums or means of the rows above, a field alone.

    Parameters
    ----------
    columns
        The table's columns.
    line
        The physical line of the last row, 1-based.
    """
    n_rows = len(columns[0].values)
    if n_rows < _FEWEST or len(columns) < 2 or all(column.kind in NUMERIC_KINDS for column in columns):
        return []
    filled = [column for column in columns if not bool(column.take(np.array([n_rows - 1])).missing[0])]
    word = next((str(column.values[-1]) for column in filled if column.kind == "string" and _word(column)), "")
    ending = "it is kept as a row, so take it out of the file if it is none."
    if len(filled) == 1 and len(columns) >= _FEWEST and filled[0].kind == "string":
        return [f"Line {line:,} has a value in {filled[0].name} alone: perhaps a footer; {ending}"]
    labels = [column for column in columns if column.kind == "string" or column.kind in DATE_KINDS]
    unnamed = any(bool(column.take(np.array([n_rows - 1])).missing[0]) for column in labels)
    if not word and not unnamed:
        return []
    what, gather = ("means", np.nanmean) if word and _plain(word) in _MEANS else ("sums", np.nansum)
    names = [column.name for column in filled if column.kind in NUMERIC_KINDS and _matches(column, gather)]
    if names:
        shown = f"'{word}', and " if word else ""
        return [f"Line {line:,} looks like a total: {shown}{listed(names)} hold the {what} of the rows above; {ending}"]
    return [f"Line {line:,} looks like a total (a footer): it says {quoted(word)}; {ending}"] if word else []


def _plain(text: str) -> str:
    return text.casefold().strip(" :.*=")


def _word(column: Column) -> bool:
    """Tell whether a column ends with a word for total that comes only there."""
    word = _plain(str(column.values[-1]))
    if word not in _TOTALS and word not in _MEANS:
        return False
    return bool(column.values[:-1].tolist().count(column.values[-1]) == 0)


def _matches(column: Column, gather: Callable[[NDArray[np.float64]], np.floating]) -> bool:
    above, last = column.values[:-1], float(column.values[-1])
    if np.isnan(above).all() or not np.any(np.nan_to_num(above)):
        return False
    if np.array_equal(column.values, np.arange(1, len(column.values) + 1)):
        # 1, 2, 3 count the rows.
        return False
    return bool(abs(float(gather(above)) - last) <= _CLOSE * max(1.0, abs(last)))
