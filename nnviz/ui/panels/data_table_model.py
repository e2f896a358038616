"""The rows of a data set beside the network's answers, as Qt's views want them: no cell is made before it is seen."""

from typing import Final

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nnviz.app.rows_view import Rows
from nnviz.app.table_view import Answers, RowTable, Sorting, TableColumn
from nnviz.ui.text_parts import cell_text, one_line, tooltip
from nnviz.ui.theme import DARK
from nnviz.ui.widgets import loss_text

Index = QModelIndex | QPersistentModelIndex
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_DIGITS: Final = 6
_DASH: Final = "\N{EN DASH}"
_SHOWN_SPLITS: Final = {"train": "train", "validation": "valid.", "test": "test"}


class RowTableModel(QAbstractTableModel):
    """Shows rows of a :class:`RowTable` in an order; ``sort_wanted`` asks for another one."""

    sort_wanted = Signal(object)  # Sorting

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.table: RowTable | None = None
        self.order: Rows = np.empty(0, dtype=np.intp)
        self.answers: Answers | None = None
        self.sorting = Sorting()

    def set_table(self, table: RowTable | None) -> None:
        """Show another data set, its rows as they stand in the file."""
        self.beginResetModel()
        self.table, self.answers, self.sorting = table, None, Sorting()
        self.order = np.arange(0 if table is None else table.n_rows)
        self.endResetModel()

    def set_rows(self, order: Rows, answers: Answers | None) -> None:
        """Show rows in another order, with other answers; views stay where they are scrolled to."""
        before, now = len(self.order), len(order)
        if now < before:
            self.beginRemoveRows(QModelIndex(), now, before - 1)
            self.order, self.answers = order, answers
            self.endRemoveRows()
        elif now > before:
            self.beginInsertRows(QModelIndex(), before, now - 1)
            self.order, self.answers = order, answers
            self.endInsertRows()
        else:
            self.order, self.answers = order, answers
        if now:
            self.dataChanged.emit(self.index(0, 0), self.index(now - 1, self.columnCount() - 1))

    def place_of(self, row: int) -> int | None:
        """Return where a row of ``dataset.X`` is in the order; None where it is not shown."""
        places = np.flatnonzero(self.order == row)
        return int(places[0]) if len(places) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self.order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return how many columns there are."""
        return 0 if parent.isValid() or self.table is None else len(self.table.columns)

    def column(self, section: int) -> TableColumn | None:
        """Return a column."""
        return None if self.table is None else self.table.columns[section]

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a heading, with an arrow on the column that the rows are sorted by."""
        column = self.column(section) if orientation == Qt.Orientation.Horizontal else None
        if column is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heading(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column.words else _RIGHT
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(f"{column.title}. {column.tip} Click sorts.".replace(".  ", ". "))
        return None

    def heading(self, section: int) -> str:
        """Return a column's title as it is shown."""
        column = self.column(section)
        if column is None:
            return ""
        arrow = ""
        if section == self.sorting.column:
            arrow = " \N{DOWNWARDS ARROW}" if self.sorting.falling else " \N{UPWARDS ARROW}"
        return one_line(column.title, 40) + arrow

    def text(self, place: int, section: int) -> str:
        """Return the text of a cell."""
        column = self.column(section)
        if column is None or self.table is None:
            return ""
        value = self.table.cell(int(self.order[place]), column, self.answers)
        if isinstance(value, float) and not np.isfinite(value):
            return "not finite"
        match column.kind:
            case "split":
                return _SHOWN_SPLITS[str(value)]
            case "loss" if isinstance(value, float):
                return loss_text(value)
            case "probability" if isinstance(value, float):
                return f"{value:.3f}"
        return _DASH if value is None and column.is_answer else cell_text(value, _DIGITS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, place or colour."""
        place, section = index.row(), index.column()
        column = self.column(section)
        if column is None or self.table is None or place >= len(self.order):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(place, section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column.words else _RIGHT
        wrong = column.kind == "prediction" and self.table.is_wrong(int(self.order[place]), self.answers)
        if role == Qt.ItemDataRole.ForegroundRole:
            token = "error" if wrong else "ink_3" if column.kind in ("row", "split") else "ink"
            return QColor(getattr(self.theme, token))
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            text = f"{column.title}: {self.text(place, section) or 'missing'}{', wrong' if wrong else ''}"
            return tooltip(text) if role == Qt.ItemDataRole.ToolTipRole else one_line(text)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for another order; it comes from the background through :meth:`set_rows`."""
        self.sorting = Sorting(column, order == Qt.SortOrder.DescendingOrder)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, self.columnCount() - 1))
        self.sort_wanted.emit(self.sorting)
