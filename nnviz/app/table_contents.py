"""What the tab of rows shows at a moment: filtered, sorted, with answers."""

from dataclasses import dataclass

from nnviz.app.rows_view import Rows
from nnviz.app.table_filter import filter_rows
from nnviz.app.table_view import Answers, RowTable, Sorting, answers_of, order_rows
from nnviz.run.watch import RowsResult


@dataclass(frozen=True, slots=True, eq=False)
class TableContents:
    """Rows of X in the order in which they are shown, and what the network says of all rows; None before it did."""

    table: RowTable
    rows: Rows
    answers: Answers | None

    @property
    def summary(self) -> str:
        """How many rows are shown, of how many."""
        shown, total = len(self.rows), self.table.n_rows
        return f"{total:,} rows" if shown == total else f"{shown:,} of {total:,} rows"


def table_contents(table: RowTable, result: RowsResult | None, filter_text: str, sorting: Sorting) -> TableContents:
    """Return the rows that meet a filter, sorted.

    Parameters
    ----------
    table
        All rows.
    result
        The answers to all of them; None for none yet.
    filter_text, sorting
        Which, in which order.

    Raises
    ------
    UserError
        If the filter can't be read.
    """
    answers = None if result is None else answers_of(table.dataset, result)
    _ = table.dataset.target_codes  # worked out here and not where a cell is painted
    rows = filter_rows(table, filter_text, answers)
    column = table.columns[sorting.column]
    return TableContents(table, order_rows(table.keys(column, answers), rows, falling=sorting.falling), answers)
