"""The records that are not in the table, with line, reason and raw text; and the file's other doubts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QMessageBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.column_summary import plural
from nnviz.data.table import Rejected, Table
from nnviz.errors import UserError
from nnviz.export.csv_file import write_rejected
from nnviz.ui.dialogs.csv_doubts import DoubtList
from nnviz.ui.text_parts import one_line, tooltip
from nnviz.ui.theme import DARK, Theme

_HEADINGS: Final = ("Line", "Reason", "Text")

Index = QModelIndex | QPersistentModelIndex


class RejectedModel(QAbstractTableModel):
    """One row per rejected record."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = DARK
        self._rejected: tuple[Rejected, ...] = ()

    def set_rejected(self, rejected: Sequence[Rejected]) -> None:
        """Show other records."""
        self.beginResetModel()
        self._rejected = tuple(rejected)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many there are."""
        return 0 if parent.isValid() else len(self._rejected)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return line, reason and text."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a heading."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        shown = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return _HEADINGS[section] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, colour or tooltip."""
        found = self._rejected[index.row()]
        text = (f"{found.line:,}", found.reason, found.text)[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(text)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(text) if index.column() else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor((self.theme.ink_3, self.theme.ink, self.theme.ink_2)[index.column()])
        return None


class RejectedTable(QTableView):
    """The records in a table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rejected")
        self.setAccessibleName("Rejected rows")
        self.records = RejectedModel(self)
        self.setModel(self.records)
        self.setShowGrid(False)
        self.setStyleSheet("QHeaderView::section { border-right: none; } QTableView::item { padding: 0 5px; }")
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads = self.horizontalHeader()
        heads.setSectionsClickable(False)
        heads.setStretchLastSection(True)
        heads.resizeSection(0, 64)
        heads.resizeSection(1, 250)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.records.theme = theme
        self.viewport().update()

    def set_rejected(self, rejected: Sequence[Rejected]) -> None:
        """Show other records."""
        self.records.set_rejected(rejected)


def save_rejected(parent: QWidget, table: Table) -> None:
    """Let the person choose where the rejected rows of a table go, and write them as CSV."""
    folder = table.path.parent if table.path is not None else Path.home()
    offered = folder / f"{Path(table.name).stem}-rejected.csv"
    name, _ = QFileDialog.getSaveFileName(parent, "Save the rejected rows", str(offered), "CSV (*.csv)")
    if not name:
        return
    try:
        write_rejected(Path(name), table.rejected)
    except UserError as error:
        box = QMessageBox(QMessageBox.Icon.Warning, "Not saved", str(error), parent=parent)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


class RejectedRowsDialog(QDialog):
    """What of an open file is not in the table, and what was doubtful in reading it."""

    def __init__(
        self, table: Table, parent: QWidget | None = None, warnings: Sequence[str] = (), theme: Theme = DARK
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rejected_rows")
        self.setWindowTitle("What was left out")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        doubts = (*table.warnings, *warnings)
        title = QLabel(one_line(table.name))
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("role", "title")
        counts = f"{plural(table.n_rows, 'row')} read, {plural(len(table.rejected), 'row')} rejected"
        caption = QLabel(counts)
        caption.setProperty("role", "caption")
        self.rejected_table = RejectedTable()
        self.rejected_table.set_rejected(table.rejected)
        self.rejected_table.setVisible(bool(table.rejected))
        self.warnings = DoubtList()
        self.warnings.set_warnings(doubts)
        self.warnings.setVisible(bool(doubts))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        if table.rejected:
            save = buttons.addButton("Save the rejected rows…", QDialogButtonBox.ButtonRole.ActionRole)
            save.clicked.connect(lambda: save_rejected(self, table))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        for widget in (title, caption):
            layout.addWidget(widget)
        layout.addWidget(self.rejected_table, 3)
        layout.addWidget(self.warnings, 1)
        layout.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Close).setFocus()
        self.resize(760, 460)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.rejected_table.set_theme(theme)
        self.warnings.set_theme(theme)
