"""A second table below the first, told by its header: several tables in one file are one by mistake."""

from collections.abc import Sequence

from nnviz.data.headers import is_value
from nnviz.data.missing import is_missing


def begins_table(head: Sequence[str], above: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether a record after a blank line is the header of another table.

    Parameters
    ----------
    head
        The record's fields, stripped.
    above, below
        The last record of the table so far, and the record after ``head``.
    """
    cells = [cell for cell in head if cell]
    if len(cells) < 2 or len(cells) != len(head) or any(map(is_value, cells)) or len(set(cells)) != len(cells):
        return False
    if len(below) != len(head) or list(below) == list(head):
        return False
    if len(head) != len(above):
        return True
    # As wide as the table so far: only text where numbers stand above and below proves a header.
    columns = zip(head, above, below, strict=True)
    return any(is_value(up) and is_value(down) and not is_missing(cell) for cell, up, down in columns)
