"""The columns of a table in the import sheet: kind and role of each, changeable, and why it has that role."""

from typing import Final

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnviz.ui.dialogs.csv_draft import ImportDraft
from nnviz.ui.panels.data_chip import CHIP_HEIGHT, ROLE_LABELS, ROLES, emphasis_of, paint_chip, pop_up
from nnviz.ui.panels.data_text import ARROWS, KeepKeys, keyboard_focus, one_line, tooltip
from nnviz.ui.theme import DARK, Theme

NAME, KIND, ROLE, MISSING, WHY = range(5)
_HEADINGS: Final = ("Column", "Kind", "Role", "Missing", "Why")
_WIDTHS: Final = (148, 92, 92, 66)
_ROW_HEIGHT: Final = 30

Index = QModelIndex | QPersistentModelIndex


class ColumnsModel(QAbstractTableModel):
    """One row per column of the file."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.draft: ImportDraft | None = None

    def set_draft(self, draft: ImportDraft | None) -> None:
        """Show another table."""
        self.beginResetModel()
        self.draft = draft
        self.endResetModel()

    def refresh(self) -> None:
        """Show changed kinds and roles."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, WHY))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many columns the file has."""
        return 0 if parent.isValid() or self.draft is None else self.draft.table.n_columns

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Return what is told about each."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a heading."""
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            side = Qt.AlignmentFlag.AlignRight if section == MISSING else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        shown = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return _HEADINGS[section] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, alignment, colour or tooltip."""
        if self.draft is None:
            return None
        name = self.draft.table.columns[index.row()].name
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(name, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(name, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == MISSING:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(self._colour(name, index.column()))
        return None

    def _text(self, name: str, place: int) -> str:
        draft = self.draft
        if draft is None:
            return ""
        if place == NAME:
            return one_line(name)
        if place == KIND:
            return draft.kind(name)
        if place == ROLE:
            return ROLE_LABELS[draft.role(name)]
        if place == MISSING:
            return f"{draft.column(name).n_missing:,}"
        return one_line(draft.reason(name) or draft.column(name).note)

    def _tooltip(self, name: str, place: int) -> str:
        if self.draft is None or place in (ROLE, MISSING):
            return ""
        if place == KIND:
            return tooltip(self.draft.column(name).note)
        note = self.draft.column(name).note
        return tooltip(name if place == NAME else "\n".join(filter(None, (self.draft.reason(name), note))))

    def _colour(self, name: str, place: int) -> str:
        theme = self.theme
        if self.draft is None or place == WHY:
            return theme.ink_3
        if place == MISSING:
            return theme.warning if self.draft.column(name).n_missing else theme.ink_3
        return theme.ink_3 if self.draft.role(name) == "ignore" else theme.ink


class ChipDelegate(QStyledItemDelegate):
    """Paints kind and role as chips."""

    def __init__(self, parent: QWidget, model: ColumnsModel) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a chip."""
        draft = self._model.draft
        if draft is None:
            return
        name = draft.table.columns[index.row()].name
        role, kinds = draft.role(name), draft.kinds(name)
        emphasis = emphasis_of(role) if index.column() == ROLE else "faint"
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_chip(
            painter, chip_rect(option.rect), str(index.data()), self._model.theme,
            emphasis=emphasis, enabled=bool(kinds), focus=keyboard_focus(option.state),
        )  # fmt: skip
        painter.restore()


def chip_rect(box: QRect) -> QRect:
    """Return where the chip of a cell is."""
    return QRect(box.x() + 4, box.y() + (box.height() - CHIP_HEIGHT) // 2, box.width() - 8, CHIP_HEIGHT)


class ColumnsTable(QTableView):
    """The table; a click on a chip, or Space on it, opens its menu. Enter is left to the sheet's default button."""

    role_chosen = Signal(str, str)
    kind_chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columns")
        self.setAccessibleName("Columns of the file")
        self.columns = ColumnsModel(self)
        self.setModel(self.columns)
        delegate = ChipDelegate(self, self.columns)
        for place in (KIND, ROLE):
            self.setItemDelegateForColumn(place, delegate)
        self.setShowGrid(False)
        self.setStyleSheet("QHeaderView::section { border-right: none; } QTableView::item { padding: 0 5px; }")
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads = self.horizontalHeader()
        heads.setSectionsClickable(False)
        heads.setStretchLastSection(True)
        for place, width in enumerate(_WIDTHS):
            heads.resizeSection(place, width)
        KeepKeys(self, (*ARROWS, Qt.Key.Key_Space))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.columns.theme = theme
        self.columns.refresh()

    def set_draft(self, draft: ImportDraft | None) -> None:
        """Show another table."""
        self.columns.set_draft(draft)

    def refresh(self) -> None:
        """Show changed kinds and roles."""
        self.columns.refresh()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Open the menu of the chip under the pointer."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._over_chip(index, event):
            self.open_menu(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the menu of the current chip with Space; leave Enter and Escape to the sheet."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().column() in (KIND, ROLE):
            self.open_menu(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Show a hand over the chips."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            over = self._over_chip(self.indexAt(event.position().toPoint()), event)
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        return super().viewportEvent(event)

    def open_menu(self, index: QModelIndex) -> None:
        """Open the menu of a chip."""
        draft = self.columns.draft
        if draft is None or index.column() not in (KIND, ROLE):
            return
        name = draft.table.columns[index.row()].name
        kinds = draft.kinds(name)
        if not kinds:
            return
        at = self.viewport().mapToGlobal(chip_rect(self.visualRect(index)).bottomLeft() + QPoint(0, 2))
        if index.column() == KIND:
            current: str = draft.kind(name)
            pop_up(self, at, {kind: kind for kind in kinds}, current, lambda kind: self.kind_chosen.emit(name, kind))
        else:
            current = draft.role(name)
            keys = ("target",) if current == "target" else ROLES
            labels = {str(key): ROLE_LABELS[key] for key in keys}
            pop_up(self, at, labels, current, lambda role: self.role_chosen.emit(name, role))

    def _over_chip(self, index: QModelIndex, event: QMouseEvent) -> bool:
        chip = index.isValid() and index.column() in (KIND, ROLE)
        return chip and chip_rect(self.visualRect(index)).contains(event.position().toPoint())
