"""The list of a data set's columns: note, histogram and role of each, made only for the rows in sight."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from nnviz.app.column_summary import ColumnSummary, role_of, summarise
from nnviz.data.dataset import Dataset
from nnviz.data.infer import Role
from nnviz.ui.panels.data_chip import CHIP_HEIGHT, ROLE_LABELS, ROLES, emphasis_of, paint_chip, pop_up
from nnviz.ui.text_parts import INSET, LIST_KEYS, KeepKeys, elided, keyboard_focus, one_line, right_inset, tooltip
from nnviz.ui.theme import BODY, CAPTION, DARK, MEDIUM, Theme, class_colour, font
from nnviz.ui.type_scale import hold, px

ROW_HEIGHT: Final = 36
_CHIP_WIDTH: Final = 68
_BARS_WIDTH, _LEAST_BARS = 56, 24

Index = QModelIndex | QPersistentModelIndex


class ColumnModel(QAbstractListModel):
    """Summaries of the columns, each made when it is first seen unless a job has made them all before."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._names: tuple[str, ...] = ()
        self._summaries: dict[str, ColumnSummary] = {}

    def set_dataset(self, dataset: Dataset | None, summaries: Sequence[ColumnSummary] = ()) -> None:
        """Show another data set."""
        self.beginResetModel()
        self._dataset = dataset
        self._names = tuple(column.name for column in dataset.table.columns) if dataset else ()
        self._summaries = {summary.name: summary for summary in summaries}
        self.endResetModel()

    def summary(self, row: int) -> ColumnSummary:
        """Return the summary of a row's column."""
        name = self._names[row]
        if name not in self._summaries and self._dataset is not None:
            self._summaries[name] = summarise(self._dataset, name)
        return self._summaries[name]

    def role_at(self, row: int) -> Role:
        """Return the role of a row's column without making its summary."""
        return role_of(self._dataset, self._names[row]) if self._dataset is not None else "ignore"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the name, what a screen reader says, or the tooltip."""
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(self._names[index.row()])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            found = self.summary(index.row())
            return f"{one_line(found.name)}, {found.note}, {ROLE_LABELS[found.role]}"
        if role == Qt.ItemDataRole.ToolTipRole:
            found = self.summary(index.row())
            return tooltip(f"{found.name}\n{found.detail}")
        return None


class ColumnDelegate(QStyledItemDelegate):
    """Paints one column: name over note, bars, role chip."""

    def __init__(self, parent: QWidget, model: ColumnModel) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.enabled = True
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return the height of every row."""
        del option, index
        return QSize(px(180), px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        theme, found = self.theme, self._model.summary(index.row())
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        ignored = found.role == "ignore"
        right = right_inset(option.widget)
        chip = chip_rect(box, right)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(BODY, MEDIUM))
        # A long name takes room from its bars: they say less than it does.
        left = box.left() + INSET + painter.fontMetrics().horizontalAdvance(one_line(found.name)) + 7
        wide = min(_BARS_WIDTH, max(_LEAST_BARS, chip.left() - 6 - left))
        bars = QRectF(chip.left() - 6 - wide, box.y() + px(6), wide, px(ROW_HEIGHT - 14))
        room = int(bars.left()) - 6 - box.left() - INSET
        painter.setPen(QColor(theme.ink_3 if ignored else theme.ink))
        name = elided(painter.fontMetrics(), found.name, room)
        painter.drawText(box.adjusted(INSET, px(3), 0, -px(17)), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(theme.warning if found.doubtful else theme.ink_3))
        note = elided(painter.fontMetrics(), found.note, room)
        painter.drawText(box.adjusted(INSET, px(17), 0, -px(4)), Qt.AlignmentFlag.AlignVCenter, note)
        if found.shares:
            _paint_shares(painter, bars, found.shares, theme)
        else:
            paint_bars(painter, bars, found.bars, QColor(theme.line_strong if ignored else theme.ink_2))
        focus = keyboard_focus(state)
        emphasis = emphasis_of(found.role)
        paint_chip(painter, chip, ROLE_LABELS[found.role], theme, emphasis=emphasis, enabled=self.enabled, focus=focus)
        if index.row() < self._model.rowCount() - 1:
            line = QRect(box.left() + INSET, box.bottom(), box.width() - INSET - right, 1)
            painter.fillRect(line, QColor(theme.line))
        painter.restore()


def chip_rect(box: QRect, inset: int = INSET) -> QRect:
    """Return where the role chip of a row is; ``inset`` is its distance from the right edge."""
    width, height = px(_CHIP_WIDTH), px(CHIP_HEIGHT)
    return QRect(box.right() + 1 - inset - width, box.y() + (px(ROW_HEIGHT) - height) // 2, width, height)


def paint_bars(painter: QPainter, box: QRectF, bars: Sequence[float], colour: QColor) -> None:
    """Paint a histogram of heights from 0 to 1, at most 8 pixels a bar."""
    if not bars:
        return
    pitch = min(8.0, box.width() / len(bars))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for place, share in enumerate(bars):
        height = max(1.0 if share > 0 else 0.0, round(share * box.height()))
        painter.fillRect(QRectF(box.left() + place * pitch, box.bottom() - height, pitch - 1.0, height), colour)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _paint_shares(painter: QPainter, box: QRectF, shares: Sequence[float], theme: Theme) -> None:
    left = box.left()
    gap = 1.0 if len(shares) <= 12 else 0.0
    for place, share in enumerate(shares):
        width = share * box.width()
        part = QRectF(left, box.top() + 1.0, max(1.0, width - gap), box.height() - 2.0)
        painter.fillRect(part.intersected(box), QColor(class_colour(theme, place)))
        left += width


class ColumnList(QListView):
    """The list; a click on a chip, or Enter on a row, opens the menu of roles."""

    role_chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("column_list")
        self.setAccessibleName("Columns")
        self._model = ColumnModel(self)
        self._delegate = ColumnDelegate(self, self._model)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView { background: transparent; border: none; }")
        KeepKeys(self, LIST_KEYS)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._delegate.theme = theme
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def set_enabled_editing(self, enabled: bool) -> None:  # noqa: FBT001 - a setter
        """Allow or forbid changing roles."""
        self._delegate.enabled = enabled
        self.viewport().update()

    def set_dataset(self, dataset: Dataset | None, summaries: Sequence[ColumnSummary] = ()) -> None:
        """Show another data set, keeping the scroll position when its columns are the same."""
        place = self.verticalScrollBar().value()
        before = self._model.rowCount()
        self._model.set_dataset(dataset, summaries)
        rows = self._model.rowCount()
        hold(self, most_height=min(rows, 10_000) * ROW_HEIGHT)
        if rows == before:
            self.verticalScrollBar().setValue(place)

    def show_column(self, name: str) -> None:
        """Bring a column into sight, choose it, and take the keys."""
        for row in range(self._model.rowCount()):
            index = self._model.index(row)
            if self._model.summary(row).name == name:
                self.setCurrentIndex(index)
                self.scrollTo(index, QListView.ScrollHint.PositionAtCenter)
                self.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Open the menu of the chip under the pointer."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and self._over_chip(index, event):
            self.open_menu(index.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the menu of the focused row with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.open_menu(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Show a hand over the chips."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            index = self.indexAt(event.position().toPoint())
            over = index.isValid() and self._delegate.enabled and self._over_chip(index, event)
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        return super().viewportEvent(event)

    def open_menu(self, row: int) -> None:
        """Open the menu of roles of a row's column; the target only changes by naming another one."""
        if not self._delegate.enabled:
            return
        found = self._model.summary(row)
        if found.kind == "empty":
            return
        keys = ("target",) if found.role == "target" else ROLES
        labels = {str(key): ROLE_LABELS[key] for key in keys}
        corner = chip_rect(self.visualRect(self._model.index(row)), right_inset(self)).bottomLeft() + QPoint(0, 2)
        at = self.viewport().mapToGlobal(corner)
        pop_up(self, at, labels, found.role, lambda key: self._chosen(found, key))

    def _over_chip(self, index: QModelIndex, event: QMouseEvent) -> bool:
        return chip_rect(self.visualRect(index), right_inset(self)).contains(event.position().toPoint())

    def _chosen(self, found: ColumnSummary, role: str) -> None:
        if role != found.role:
            self.role_chosen.emit(found.name, role)
