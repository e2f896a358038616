"""The tab of rows: the data set's values beside the network's answers, filtered, sorted, walked and saved."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QLineEdit, QTableView, QToolButton, QWidget

from nnviz.app.rows_view import gives_probabilities
from nnviz.app.tab_feed import Material, Wants
from nnviz.app.table_contents import TableContents, table_contents
from nnviz.app.table_filter import HINT, cell_filter
from nnviz.app.table_view import RowTable, row_table
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLPConfig
from nnviz.errors import UserError
from nnviz.ui.icons import set_icon
from nnviz.ui.panels.data_table_model import RowTableModel
from nnviz.ui.panels.tabs_page import INSET, Caption, TabPage
from nnviz.ui.text_parts import LIST_KEYS, KeepKeys
from nnviz.ui.theme import CAPTION, Theme
from nnviz.ui.type_scale import hold, px

if TYPE_CHECKING:
    from nnviz.app.saved_numbers import Numbers

_ROW_HEIGHT: Final = 20
_MEASURED: Final = 60  # rows whose texts decide how wide a column is
_NARROWEST, _WIDEST = 40, 180
_ROOM: Final = 18
_WIDEST_TEXTS: Final = {"split": "valid.", "probability": "0.000", "loss": "0.0000"}  # whatever comes
_SHEET: Final = """
QTableView {{ background: transparent; border: none; }}
QTableView::item {{ padding: 0 5px; border: none; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{
  border-right: none; padding: 1px 5px; font-size: {size}px; font-weight: 500; color: {t.ink_3};
}}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QTableView::item:selected {{ background: {t.raised}; color: {t.ink}; }}
"""


class RowsView(QTableView):
    """The table; the row that the person walks to is chosen everywhere."""

    left = Signal()  # Esc

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Rows with predictions")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        upright, heads = self.verticalHeader(), self.horizontalHeader()
        upright.hide()
        upright.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads.setSectionsClickable(True)
        heads.setHighlightSections(False)
        heads.setMinimumSectionSize(_NARROWEST)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        hold(heads, height=22)
        heads.sectionClicked.connect(self._on_heading)
        KeepKeys(self, LIST_KEYS)

    def fit_lines(self) -> None:
        """Make the lines as high as the present size of text needs."""
        upright, height = self.verticalHeader(), px(_ROW_HEIGHT)
        upright.setMinimumSectionSize(min(height, upright.minimumSectionSize()))  # never above the height to come
        upright.setDefaultSectionSize(height)
        upright.setMinimumSectionSize(height)

    @property
    def rows(self) -> RowTableModel:
        """What it shows."""
        model = self.model()
        assert isinstance(model, RowTableModel)  # noqa: S101 - set by its page
        return model

    def _on_heading(self, section: int) -> None:
        sorting, column = self.rows.sorting, self.rows.column(section)
        # The largest losses and the least sure predictions are what one looks for first.
        first_falling = column is not None and column.kind in ("loss", "error")
        falling = not sorting.falling if section == sorting.column else first_falling
        self.sort(section, falling=falling)

    def sort(self, section: int, *, falling: bool) -> None:
        """Sort by a column."""
        order = Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder
        self.rows.sort(section, order)
        self.setColumnWidth(section, max(self.columnWidth(section), self._heading_width(section)))

    def _heading_width(self, section: int) -> int:
        return min(self.fontMetrics().horizontalAdvance(self.rows.heading(section)) + 8, _WIDEST)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Sort with Enter by the column that the keys are at; Esc goes back to the window."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._on_heading(self.currentIndex().column())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def measure_columns(self) -> None:
        """Give every column the width of its heading and its first texts."""
        rows, metrics = self.rows, self.fontMetrics()
        for section in range(rows.columnCount()):
            column = rows.column(section)
            texts = [rows.text(place, section) for place in range(min(_MEASURED, rows.rowCount()))]
            texts.append("" if column is None else _WIDEST_TEXTS.get(column.kind, ""))
            widest = max([metrics.horizontalAdvance(text) for text in texts], default=0)
            self.setColumnWidth(section, min(max(widest + _ROOM, self._heading_width(section), _NARROWEST), _WIDEST))


class DataTablePage(TabPage):
    """Filter, table, and how many rows are shown.

    Signals
    -------
    save_wanted
        The rows as they are shown are to be written to a file.
    """

    save_wanted = Signal()
    title = "Rows"

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.wants = Wants(rows="all")
        self.contents: TableContents | None = None
        self._table: RowTable | None = None
        self._measured = False
        self._first_wanted = False
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter: wrong, loss > 0.5, kind = a")
        self.filter.setAccessibleName("Filter of the rows")
        self.filter.setToolTip(HINT)
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _: self.wants_again.emit())
        self.save = QToolButton()
        self.save.setAccessibleName("Save the rows")
        self.save.setToolTip("Save these rows with the predictions as a CSV file")
        hold(self.save, width=26, height=22)
        self.save.setStyleSheet("QToolButton { padding: 0; min-height: 0; border-radius: 4px; }")
        self.save.clicked.connect(self.save_wanted)
        self.summary = Caption()
        self.model = RowTableModel(self)
        self.model.sort_wanted.connect(lambda _: self.wants_again.emit())
        self.view = RowsView()
        self.view.setModel(self.model)
        self.view.selectionModel().currentRowChanged.connect(self._on_row)
        self.view.left.connect(self._leave)
        self.add_head(self.filter, self.save)
        self.head.setStretchFactor(self.filter, 1)
        beside = QHBoxLayout()
        beside.setContentsMargins(INSET - 5, 0, 0, 0)  # the texts line up with what is above
        beside.addWidget(self.view)
        self.column.addLayout(beside, 1)
        self.column.addWidget(self.summary)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        super().set_theme(theme)
        self.model.theme = theme
        self.view.setStyleSheet(_SHEET.format(t=theme, size=px(CAPTION)))
        self.view.fit_lines()
        height, size = px(18), px(CAPTION)
        self.filter.setStyleSheet(
            f"QLineEdit {{ min-height: {height}px; max-height: {height}px; font-size: {size}px; }}"
        )
        set_icon(self.save, "export", theme.ink_2, 14)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Show another data set's rows, as they stand in its file, before the network has said anything."""
        super().set_dataset(dataset)
        self._table = None if dataset is None else row_table(dataset)
        self.contents, self._measured = None, False
        with QSignalBlocker(self.filter):
            self.filter.clear()
        with QSignalBlocker(self.view.selectionModel()):
            self.model.set_table(self._table)
        if dataset is not None:
            self.say("")
            self.view.measure_columns()
            self.summary.say(f"{dataset.n_rows:,} rows", "caption")

    def set_network(self, config: MLPConfig) -> None:
        """Name the column of certainties by what the outputs are."""
        if self.dataset is not None and self._table is not None:
            table = row_table(self.dataset, probabilities=gives_probabilities(config))
            if table.columns != self._table.columns:
                self._table = table
                with QSignalBlocker(self.view.selectionModel()):
                    self.model.set_table(table)
                self.view.measure_columns()

    def digest(self, material: Material) -> Callable[[], TableContents] | None:
        """Filter and sort in the background."""
        table = self._table
        if table is None or table.dataset is not material.dataset:
            return None
        text, sorting, rows = self.filter.text(), self.model.sorting, material.rows
        return lambda: table_contents(table, rows, text, sorting)

    def take(self, contents: TableContents) -> None:
        """Show rows; where the person has scrolled to, and the row chosen, stay."""
        if contents.table is not self._table:
            return
        self.contents = contents
        place = self.view.verticalScrollBar().value()
        with QSignalBlocker(self.view.selectionModel()):
            self.model.set_rows(contents.rows, contents.answers)
            self._mark(scroll=False)
        self.view.verticalScrollBar().setValue(place)
        self.view.viewport().update()
        if not self._measured and contents.answers is not None:
            self._measured = True
            self.view.measure_columns()
        self._summarise(contents)
        if self._first_wanted and contents.answers is not None:
            self._choose_first()

    def numbers(self) -> "tuple[Numbers, ...]":
        """Return the rows as they are shown."""
        from nnviz.app.saved_views import table_numbers  # noqa: PLC0415 - not for the first paint

        return () if self.said or self.contents is None else (table_numbers(self.contents),)

    def _summarise(self, contents: TableContents) -> None:
        answers = contents.answers
        when = "no answers yet" if answers is None else f"predictions of epoch {answers.result.epoch:,}"
        self.summary.say(f"{contents.summary} · {when}", "caption")

    def refuse(self, error: UserError) -> None:
        """Say under the table what the filter lacks; the rows stay as they were."""
        self.summary.say(str(error), "warning")

    def show_cell(self, true: int, guessed: int, part: str) -> None:
        """Show the rows of one cell of the confusion matrix, and choose the one of the largest loss."""
        if self._table is not None:
            self.show_worst(cell_filter(self._table, true, guessed, part))

    def show_worst(self, words: str) -> None:
        """Show the rows that a filter's words leave, from the largest loss down, and choose the first."""
        if self._table is None:
            return
        with QSignalBlocker(self.filter):
            self.filter.setText(words)
            self.filter.setCursorPosition(0)
        section = next(index for index, column in enumerate(self._table.columns) if column.kind == "loss")
        self._first_wanted = True
        self.view.sort(section, falling=True)

    def _choose_first(self) -> None:
        self._first_wanted = False
        self.view.scrollToTop()
        if len(self.model.order):
            self.row_chosen.emit(int(self.model.order[0]))

    def set_row(self, row: int | None) -> None:
        """Mark the chosen row, and bring it into sight unless it was chosen here."""
        if row == self.row:
            return
        super().set_row(row)
        with QSignalBlocker(self.view.selectionModel()):
            self._mark(scroll=True)
        self.view.viewport().update()

    def _mark(self, *, scroll: bool) -> None:
        place = None if self.row is None else self.model.place_of(self.row)
        selection, section = self.view.selectionModel(), max(0, self.view.currentIndex().column())
        if place is None:
            selection.clear()
            return
        index = self.model.index(place, section)
        flags = selection.SelectionFlag.ClearAndSelect | selection.SelectionFlag.Rows
        selection.setCurrentIndex(index, flags)
        if scroll:
            bar = self.view.horizontalScrollBar().value()
            self.view.scrollTo(index)
            self.view.horizontalScrollBar().setValue(bar)

    def _on_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.row = int(self.model.order[current.row()])
            self.row_chosen.emit(self.row)

    def _leave(self) -> None:
        if self.filter.text():
            self.filter.clear()
        else:
            self.window().setFocus()
