"""The first rows of a table as it was typed, each column headed by its name, kind and role."""

from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnviz.data.infer import Role
from nnviz.data.table import NUMERIC_KINDS
from nnviz.ui.dialogs.csv_draft import ImportDraft
from nnviz.ui.panels.data_chip import ROLE_LABELS
from nnviz.ui.panels.data_text import cell_text, elided, tooltip
from nnviz.ui.theme import BODY, CAPTION, DARK, REGULAR, SEMIBOLD, Theme, font

ROWS: Final = 50
_ROW_HEIGHT: Final = 24
_HEADER_HEIGHT: Final = 42
_NARROWEST, _WIDEST = 76, 220
_MEASURED: Final = 40  # columns whose width follows their content; the others take the default

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PreviewModel(QAbstractTableModel):
    """At most `ROWS` rows; a cell is made when it is looked at."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = DARK
        self._draft: ImportDraft | None = None

    def set_draft(self, draft: ImportDraft | None) -> None:
        """Show another table."""
        self.beginResetModel()
        self._draft = draft
        self.endResetModel()

    def refresh(self) -> None:
        """Show changed kinds and roles."""
        if self.columnCount():
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many rows are shown."""
        return 0 if parent.isValid() or self._draft is None else min(ROWS, self._draft.table.n_rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return how many columns the table has."""
        return 0 if parent.isValid() or self._draft is None else self._draft.table.n_columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, alignment, colour or tooltip."""
        if self._draft is None:
            return None
        column = self._draft.table.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole):
            cell = column.cells(index.row(), index.row() + 1)[0]
            if role == Qt.ItemDataRole.ForegroundRole:
                return QColor(self._colour(column.name, missing=cell is None))
            if role == Qt.ItemDataRole.ToolTipRole:
                return tooltip(cell) if isinstance(cell, str) else None
            return "missing" if cell is None else cell_text(cell)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_RIGHT if column.kind in NUMERIC_KINDS else _LEFT)
        return None

    def _colour(self, name: str, *, missing: bool) -> str:
        if self._draft is not None and self._draft.role(name) == "ignore":
            return self.theme.ink_3
        return self.theme.warning if missing else self.theme.ink

    def heading(self, section: int) -> tuple[str, str, Role]:
        """Return a column's name, kind and role."""
        if self._draft is None:
            return "", "", "ignore"
        name = self._draft.table.columns[section].name
        return name, self._draft.kind(name), self._draft.role(name)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a row's number, or a column's heading as a screen reader says it and as a tooltip."""
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        name, kind, use = self.heading(section)
        text = f"{name}, {kind}, {ROLE_LABELS[use]}"
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        return tooltip(text) if role == Qt.ItemDataRole.ToolTipRole else None


class PreviewHeader(QHeaderView):
    """Two lines a column: name, then kind and role; the target has a bar of ink below."""

    def __init__(self, model: PreviewModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._preview = model
        self.setDefaultSectionSize(110)
        self.setMinimumSectionSize(48)
        self.setSectionsClickable(False)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of two lines."""
        return QSize(0, _HEADER_HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N802, N803
        """Paint one heading."""
        theme = self._preview.theme
        name, kind, role = self._preview.heading(logicalIndex)
        painter.save()
        painter.fillRect(rect, QColor(theme.panel))
        painter.fillRect(rect.right(), rect.top(), 1, rect.height(), QColor(theme.line))
        target = role == "target"
        bar = 2 if target else 1
        painter.fillRect(
            rect.left(), rect.bottom() - bar + 1, rect.width(), bar, QColor(theme.ink if target else theme.line)
        )
        room = rect.adjusted(8, 4, -8, -6)
        side = _RIGHT if kind in NUMERIC_KINDS else _LEFT
        painter.setFont(font(BODY, SEMIBOLD))
        painter.setPen(QColor(theme.ink_3 if role == "ignore" else theme.ink))
        first = QRect(room.left(), room.top(), room.width(), 17)
        painter.drawText(first, side, elided(painter.fontMetrics(), name, room.width()))
        painter.setFont(font(CAPTION, SEMIBOLD if target else REGULAR))
        painter.setPen(QColor(theme.ink if target else theme.ink_3))
        second = first.translated(0, 16)
        text = f"{kind} · {ROLE_LABELS[role].lower()}"
        painter.drawText(second, side, elided(painter.fontMetrics(), text, room.width()))
        painter.restore()


class PreviewTable(QTableView):
    """The table; it shows and does not edit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setAccessibleName("First rows of the file")
        self.preview = PreviewModel(self)
        self.setModel(self.preview)
        self.setHorizontalHeader(PreviewHeader(self.preview, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.setDefaultSectionSize(_ROW_HEIGHT)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.preview.theme = theme
        self.preview.refresh()
        self.setStyleSheet(
            "QTableView::item { padding: 0 4px; }"
            f"QHeaderView:vertical {{ background: {theme.field}; border: none; }}"
            f"QHeaderView::section:vertical {{ background: {theme.field}; color: {theme.ink_3}; font-weight: 400; }}"
        )
        self.horizontalHeader().viewport().update()

    def set_draft(self, draft: ImportDraft | None) -> None:
        """Show another table; the first columns become as wide as their first rows need."""
        self.preview.set_draft(draft)
        figures, heads = self.fontMetrics(), self.horizontalHeader()
        for section in range(min(_MEASURED, self.preview.columnCount())):
            name, kind, role = self.preview.heading(section)
            texts = [str(self.preview.index(row, section).data()) for row in range(min(12, self.preview.rowCount()))]
            texts += [name[:60] + "  ", f"{kind} · {role} "]
            widest = max(figures.horizontalAdvance(text[:60]) for text in texts) + 24
            heads.resizeSection(section, min(_WIDEST, max(_NARROWEST, widest)))

    def refresh(self) -> None:
        """Show changed kinds and roles."""
        self.preview.refresh()
        self.horizontalHeader().viewport().update()
