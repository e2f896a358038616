"""The columns of a table in the import sheet: kind, role and encoding of each, changeable, beside its values."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nnviz.data.features import Encoding
from nnviz.ui.dialogs.csv_column_model import (
    CHIPS,
    ENCODING,
    KIND,
    MISSING,
    NAME,
    ROLE,
    TYPICAL,
    UNIQUE,
    VALUES,
    WHY,
    ColumnsModel,
)
from nnviz.ui.dialogs.csv_draft import ImportDraft
from nnviz.ui.dialogs.csv_encoding_menu import EncodingMenu
from nnviz.ui.panels.data_chip import CHIP_HEIGHT, ROLE_LABELS, ROLES, emphasis_of, paint_chip, pop_up
from nnviz.ui.panels.data_columns import paint_bars
from nnviz.ui.text_parts import ARROWS, KeepKeys, keyboard_focus
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import px

__all__ = ["ENCODING", "KIND", "MISSING", "NAME", "ROLE", "TYPICAL", "UNIQUE", "VALUES", "WHY", "ColumnsTable"]

_WIDTHS: Final = {
    NAME: 124, KIND: 84, ROLE: 80, VALUES: 72, MISSING: 62, UNIQUE: 70, TYPICAL: 180, ENCODING: 112, WHY: 96,
}  # fmt: skip
_ROW_HEIGHT: Final = 30
_LEAST_TYPICAL, _BESIDE = 90, 12

Index = QModelIndex | QPersistentModelIndex


class ChipDelegate(QStyledItemDelegate):
    """Paints kind, role and encoding as chips."""

    def __init__(self, parent: QWidget, model: ColumnsModel) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a chip; a column that is not learned from has no encoding."""
        draft, text = self._model.draft, str(index.data())
        if draft is None or not text:
            return
        name = self._model.name_at(index.row())
        role, kinds = draft.role(name), draft.kinds(name)
        emphasis = emphasis_of(role) if index.column() == ROLE else "faint"
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_chip(
            painter, chip_rect(option.rect), text, self._model.theme,
            emphasis=emphasis, enabled=bool(kinds), focus=keyboard_focus(option.state),
        )  # fmt: skip
        painter.restore()


class BarsDelegate(QStyledItemDelegate):
    """Paints a column's histogram, or the counts of its commonest values."""

    def __init__(self, parent: QWidget, model: ColumnsModel) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the bars."""
        draft = self._model.draft
        if draft is None:
            return
        name, theme = self._model.name_at(index.row()), self._model.theme
        box = QRectF(option.rect.x() + 5.0, option.rect.y() + 5.0, 58.0, option.rect.height() - 11.0)
        painter.save()
        colour = QColor(theme.line_strong if draft.role(name) == "ignore" else theme.ink_2)
        paint_bars(painter, box, draft.profile(name).bars, colour)
        painter.restore()


def chip_rect(box: QRect) -> QRect:
    """Return where the chip of a cell is."""
    height = px(CHIP_HEIGHT)
    return QRect(box.x() + 3, box.y() + (box.height() - height) // 2, box.width() - 6, height)


class ColumnsTable(QTableView):
    """The table; a click on a chip, or Space on it, opens its menu. Enter is left to the sheet's default button."""

    role_chosen = Signal(str, str)
    kind_chosen = Signal(str, str)
    encoding_chosen = Signal(str, object)  # Encoding

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columns")
        self.setAccessibleName("Columns of the file")
        self.columns = ColumnsModel(self)
        self.setModel(self.columns)
        delegate = ChipDelegate(self, self.columns)
        for place in CHIPS:
            self.setItemDelegateForColumn(place, delegate)
        self.setItemDelegateForColumn(VALUES, BarsDelegate(self, self.columns))
        self.setShowGrid(False)
        self.setStyleSheet("QHeaderView::section { border-right: none; } QTableView::item { padding: 0 5px; }")
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(px(_ROW_HEIGHT))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads = self.horizontalHeader()
        heads.setSectionsClickable(False)
        heads.setStretchLastSection(True)
        heads.setResizeContentsPrecision(0)  # what is in sight: thousands of columns must not be measured
        self.wanted_height = 0
        KeepKeys(self, (*ARROWS, Qt.Key.Key_Space))

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.columns.theme = theme
        self.verticalHeader().setDefaultSectionSize(px(_ROW_HEIGHT))
        self._fit_widths()
        self.columns.refresh()

    def _fit_widths(self) -> None:
        """Give every column the width of its texts at this size of text; what the typical values spare says why."""
        heads = self.horizontalHeader()
        for place, width in _WIDTHS.items():
            heads.resizeSection(place, px(width))
        if self.columns.rowCount():
            least = max(px(_LEAST_TYPICAL), heads.sectionSizeHint(TYPICAL))
            wanted = max(least, self.sizeHintForColumn(TYPICAL) + _BESIDE)
            heads.resizeSection(TYPICAL, min(px(_WIDTHS[TYPICAL]), wanted))

    def set_draft(self, draft: ImportDraft | None) -> None:
        """Show another table; one of few columns leaves the height to what is above it."""
        self.columns.set_draft(draft)
        self._fit_widths()
        self.setMinimumHeight(self.horizontalHeader().sizeHint().height() + 3 * px(_ROW_HEIGHT))
        self.wanted_height = self.horizontalHeader().sizeHint().height() + 4 + px(_ROW_HEIGHT) * self.columns.rowCount()

    def refresh(self) -> None:
        """Show changed kinds, roles and encodings."""
        self.columns.refresh()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Open the menu of the chip under the pointer."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._over_chip(index, event):
            self.open_menu(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the menu of the current chip with Space; leave Enter and Escape to the sheet."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().column() in CHIPS:
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
        if draft is None or index.column() not in CHIPS or not index.data():
            return
        name = self.columns.name_at(index.row())
        kinds = draft.kinds(name)
        if not kinds:
            return
        at = self.viewport().mapToGlobal(chip_rect(self.visualRect(index)).bottomLeft() + QPoint(0, 2))
        if index.column() == KIND:
            current: str = draft.kind(name)
            pop_up(self, at, {kind: kind for kind in kinds}, current, lambda kind: self.kind_chosen.emit(name, kind))
        elif index.column() == ROLE:
            current = draft.role(name)
            keys = ("target",) if current == "target" else ROLES
            labels = {str(key): ROLE_LABELS[key] for key in keys}
            pop_up(self, at, labels, current, lambda role: self.role_chosen.emit(name, role))
        else:

            def chosen(encoding: Encoding) -> None:
                self.encoding_chosen.emit(name, encoding)

            count = draft.profile(name).n_unique
            EncodingMenu(self, draft.kind(name), count, draft.encoding(name), chosen).popup(at)

    def _over_chip(self, index: QModelIndex, event: QMouseEvent) -> bool:
        chip = index.isValid() and index.column() in CHIPS and bool(index.data())
        return chip and chip_rect(self.visualRect(index)).contains(event.position().toPoint())
