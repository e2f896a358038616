"""A table of a report: read, copied, and walked row by row; its texts were made elsewhere."""

from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnviz.app.report_tables import TextTable
from nnviz.ui.shades import class_shade
from nnviz.ui.text_parts import one_line, tooltip
from nnviz.ui.theme import BODY, CAPTION, DARK, SEMIBOLD, Theme, font
from nnviz.ui.type_scale import px

ROW_HEIGHT, MATRIX_ROW_HEIGHT, COMPACT_ROW_HEIGHT = 26, 34, 21
_MOST_STRETCHED = 8  # classes of a confusion matrix that share the width; more keep their own and scroll
_LINE_ROOM: Final = 24  # of a cell, beside its text
_COMPACT_ROOM: Final = 14
_LEAST_WORDS: Final = 70  # pixels that names keep where the figures need the room
_WIDEST: Final = 260
_COMPACT_SHEET: Final = """
QTableView {{ background: transparent; border: none; font-size: {size}px; }}
QTableView::item {{ padding: 0 3px; border: none; }}
QTableView::item:selected {{ background: {t.raised}; color: {t.ink}; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{
  border-right: none; padding: 1px 3px; font-size: {size}px; font-weight: 500; color: {t.ink_3};
}}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
"""
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_EMPTY = TextTable(("",), ())

Index = QModelIndex | QPersistentModelIndex


class TextTableModel(QAbstractTableModel):
    """Shows a `TextTable`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.table = _EMPTY

    def set_table(self, table: TextTable) -> None:
        """Show another table."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.table.headings)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a heading."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(0, section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.table.headings[section])
        return one_line(self.table.headings[section], 60) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, place, colour or tooltip."""
        row, column, table = index.row(), index.column(), self.table
        text = table.rows[row][column]
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(text)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(table.tips[row] if table.tips else text)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(row, column)
        return self._look(row, column, role)

    def _look(self, row: int, column: int, role: int) -> object:
        table = self.table
        best = (row, column) in table.best
        if role == Qt.ItemDataRole.FontRole:
            return font(BODY, SEMIBOLD) if best or (row, column) in table.shades else None
        if role == Qt.ItemDataRole.ForegroundRole:
            heading = column == 0 and table.words == 1
            return QColor(self.theme.validation if best else self.theme.ink_2 if heading else self.theme.ink)
        if role == Qt.ItemDataRole.BackgroundRole and (row, column) in table.shades:
            label, share = table.shades[row, column]
            return QColor(class_shade(self.theme, label, share))
        return None

    def _alignment(self, row: int, column: int) -> int:
        if (row, column) in self.table.shades:
            return _CENTRE
        return _LEFT if column < self.table.words else _RIGHT


class TextTableView(QTableView):
    """A `TextTable`; ``row_chosen`` tells the key of the row that the person walked to, where rows have keys.

    Parameters
    ----------
    name
        What it is called for who does not see it.
    compact
        Whether there is little room: small texts in low lines, on the ground of what it stands on.
    """

    row_chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None, *, compact: bool = False) -> None:
        super().__init__(parent)
        self._compact = compact
        self.setAccessibleName(name)
        self.texts = TextTableModel(self)
        self.setModel(self.texts)
        self.setShowGrid(False)
        self.setStyleSheet("QHeaderView::section { border-right: none; } QTableView::item { padding: 0 5px; }")
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(px(ROW_HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads = self.horizontalHeader()
        heads.setSectionsClickable(False)
        heads.setHighlightSections(False)
        heads.setMinimumSectionSize(48)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._natural: list[int] = []
        self.selectionModel().currentRowChanged.connect(self._on_row)

    @property
    def table(self) -> TextTable:
        """What is shown."""
        return self.texts.table

    @property
    def row_height(self) -> int:
        """Height of a row in logical pixels."""
        return px(COMPACT_ROW_HEIGHT if self._compact else MATRIX_ROW_HEIGHT if self.table.shades else ROW_HEIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.texts.theme = theme
        if self._compact:
            self.setStyleSheet(_COMPACT_SHEET.format(t=theme, size=px(CAPTION)))
            self.set_table(self.table)
        self.viewport().update()

    def set_table(self, table: TextTable) -> None:
        """Show another table; where the person has scrolled to is kept."""
        place = self.verticalScrollBar().value()
        self.texts.set_table(table)
        by_row = bool(table.keys)
        behaviour, mode = QAbstractItemView.SelectionBehavior, QAbstractItemView.SelectionMode
        self.setSelectionBehavior(behaviour.SelectRows if by_row else behaviour.SelectItems)
        self.setSelectionMode(mode.SingleSelection if by_row else mode.ExtendedSelection)
        self.verticalHeader().setDefaultSectionSize(self.row_height)
        self._measure_columns()
        self.verticalScrollBar().setValue(place)

    def _measure_columns(self) -> None:
        table, metrics, bold = self.table, self.fontMetrics(), self.horizontalHeader().fontMetrics()
        self._natural, room = [], _COMPACT_ROOM if self._compact else _LINE_ROOM
        for column, heading in enumerate(table.headings):
            texts = [one_line(row[column], 60) for row in table.rows]
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            width = max(round(1.06 * widest), round(1.08 * bold.horizontalAdvance(one_line(heading, 60)))) + room
            self._natural.append(min(width, _WIDEST))
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give every column what its texts need, and the room that is left to the column or the cells that want it."""
        table, heads = self.table, self.horizontalHeader()
        shaded = sorted({column for _, column in table.shades})
        takers = shaded if shaded and len(shaded) <= _MOST_STRETCHED else [table.wide]
        widths = list(self._natural)
        lack = sum(widths) - self.viewport().width()
        if self._compact and lack > 0:  # a name that is cut can be pointed at; a number that is cut is a wrong one
            widths[table.wide] = max(min(widths[table.wide], px(_LEAST_WORDS)), widths[table.wide] - lack)
        spare = max(-lack, 0)
        for column, natural in enumerate(widths):
            share = spare // len(takers) + (spare % len(takers) if column == takers[0] else 0)
            heads.resizeSection(column, natural + (share if column in takers else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the new room out."""
        super().resizeEvent(event)
        self._fit_columns()

    def copied(self) -> str:
        """Return the selected cells, or the whole table with its headings, as lines of cells parted by tabs."""
        chosen = {(index.row(), index.column()) for index in self.selectedIndexes()}
        if not chosen:
            return "\n".join("\t".join(row) for row in (self.table.headings, *self.table.rows))
        rows = sorted({row for row, _ in chosen})
        columns = sorted({column for _, column in chosen})
        return "\n".join(
            "\t".join(self.table.rows[row][column] if (row, column) in chosen else "" for column in columns)
            for row in rows
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy what is selected; all other keys as in any table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
            event.accept()
        else:
            super().keyPressEvent(event)

    def _on_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and self.table.keys:
            self.row_chosen.emit(self.table.keys[current.row()])
