"""The records that are not in the table, with line, reason and raw text; and the file's other doubts."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.column_summary import plural
from nnviz.data.table import Rejected, Table
from nnviz.ui.icons import icon_pixmap
from nnviz.ui.panels.data_text import one_line, tooltip
from nnviz.ui.theme import CAPTION, DARK, Theme

_HEADINGS: Final = ("Line", "Reason", "Text")
_MOST_WARNINGS: Final = 60

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


class WarningList(QScrollArea):
    """Sentences under each other, each literal and selectable, with a sign before it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("warnings")
        self.setAccessibleName("Warnings")
        self.setProperty("surface", "panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme = DARK
        self._warnings: tuple[str, ...] = ()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        if theme is not self._theme:
            self._theme = theme
            self._fill()

    @property
    def texts(self) -> tuple[str, ...]:
        """All sentences, in order."""
        return self._warnings

    def set_warnings(self, warnings: Sequence[str]) -> None:
        """Show other sentences; of very many, the first ones and how many more there are."""
        if tuple(warnings) != self._warnings:
            self._warnings = tuple(warnings)
            self._fill()

    def _fill(self) -> None:
        shown = [one_line(text, 600) for text in self._warnings[:_MOST_WARNINGS]]
        if len(self._warnings) > len(shown):
            shown.append(f"and {len(self._warnings) - len(shown):,} more")
        sign_picture = icon_pixmap("warning", self._theme.warning, 13, self.devicePixelRatioF())
        body = QWidget()
        body.setProperty("surface", "panel")
        layout = QGridLayout(body)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setHorizontalSpacing(7)
        layout.setVerticalSpacing(7)
        layout.setColumnStretch(1, 1)
        for place, text in enumerate(shown):
            sign = QLabel()
            sign.setPixmap(sign_picture)
            layout.addWidget(sign, place, 0, Qt.AlignmentFlag.AlignTop)
            label = QLabel(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", "secondary")
            label.setStyleSheet(f"font-size: {int(CAPTION)}px;")
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            layout.addWidget(label, place, 1)
        layout.setRowStretch(len(shown), 1)
        self.setWidget(body)


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
        self.warnings = WarningList()
        self.warnings.set_warnings(doubts)
        self.warnings.setVisible(bool(doubts))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
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
