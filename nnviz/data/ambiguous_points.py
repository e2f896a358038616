"""Points that may mark thousands: ``1.234`` in a file that other marks do not settle."""

import re
from collections.abc import Sequence

import numpy as np

from nnviz.data.missing import is_missing
from nnviz.data.table import Column

_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")


def ambiguous_points(columns: Sequence[Column], rows: Sequence[Sequence[str]], delimiter: str) -> list[str]:
    """Return a sentence for each column of decimals that all have exactly three digits after the point.

    Plain numbers are read without their texts, so the sample says how they are written; the values of all rows must
    agree. A column with other decimals, or commas between the fields, show that the point is the decimal mark.

    Parameters
    ----------
    columns
        The table's columns.
    rows
        The first rows as written, stripped, one field a column.
    delimiter
        The file's delimiter.
    """
    if delimiter == ",":
        return []
    doubtful = []
    for place, column in enumerate(columns):
        if column.kind != "float" or column.note:
            continue
        cells = [row[place] for row in rows if place < len(row) and not is_missing(row[place])]
        pointed = [cell for cell in cells if "." in cell]
        if any(not _GROUPED.fullmatch(cell) for cell in pointed):
            return []
        if pointed and len(pointed) == len(cells):
            if not _all_grouped(column):
                return []
            doubtful.append((column, pointed[0]))
    return [
        f"{column.name} is ambiguous: the point in '{cell}' could mark decimals or thousands; it is read as decimals."
        for column, cell in doubtful
    ]


def _all_grouped(column: Column) -> bool:
    """Tell whether every value could be a whole number of thousands and three digits."""
    values = np.abs(column.values[~np.isnan(column.values)])
    thousandths = values * 1000
    return bool(np.all((values >= 1) & (values < 1000) & (np.abs(np.round(thousandths) - thousandths) < 1e-6)))
