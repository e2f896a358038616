"""The first and the last rows of a table as it was typed, each column headed by its name, kind and role."""

from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QVBoxLayout, QWidget

from nnviz.data.infer import Role
from nnviz.data.table import NUMERIC_KINDS
from nnviz.ui.dialogs.csv_draft import ImportDraft
from nnviz.ui.panels.data_chip import ROLE_LABELS
from nnviz.ui.text_parts import cell_text, elided, tooltip
from nnviz.ui.theme import BODY, CAPTION, DARK, REGULAR, SEMIBOLD, Theme, font
from nnviz.ui.type_scale import px

ROWS: Final = 50
LAST: Final = 3  # of them, the table's last
_ROW_HEIGHT: Final = 24
_HEADER_HEIGHT: Final = 42
_NARROWEST, _WIDEST = 76, 220
_MEASURED: Final = 40  # columns whose width follows their content; the others take the default

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PreviewModel(QAbstractTableModel):
    """At most `ROWS` rows, the last `LAST` of them from the table's end; a cell is made when it is looked at."""

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

    def table_row(self, row: int) -> int:
        """Return the table's row that is shown in a row."""
        total = self._draft.table.n_rows if self._draft is not None else 0
        return row if row < ROWS - LAST or total <= ROWS else total - ROWS + row

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text, alignment, colour or tooltip."""
        if self._draft is None:
            return None
        column = self._draft.table.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole):
            at = self.table_row(index.row())
            cell = column.cells(at, at + 1)[0]
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
            return f"{self.table_row(section) + 1:,}" if role == Qt.ItemDataRole.DisplayRole else None
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
        return QSize(0, px(_HEADER_HEIGHT))

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
        first = QRect(room.left(), room.top(), room.width(), px(17))
        painter.drawText(first, side, elided(painter.fontMetrics(), name, room.width()))
        painter.setFont(font(CAPTION, SEMIBOLD if target else REGULAR))
        painter.setPen(QColor(theme.ink if target else theme.ink_3))
        second = first.translated(0, px(16))
        text = f"{kind} · {ROLE_LABELS[role].lower()}"
        painter.drawText(second, side, elided(painter.fontMetrics(), text, room.width()))
        painter.restore()


class _Rows(QTableView):
    """A table of rows that shows and does not edit."""

    def __init__(self, model: PreviewModel, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.setDefaultSectionSize(px(_ROW_HEIGHT))
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class PreviewTable(QWidget):
    """The first rows, which scroll, over the last ones, which stay in sight; both scroll sideways together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setProperty("surface", "panel")
        self.preview = PreviewModel(self)
        self.first = _Rows(self.preview, "First rows of the file", self)
        self.first.setHorizontalHeader(PreviewHeader(self.preview, self.first))
        self.last = _Rows(self.preview, "Last rows of the file", self)
        self.last.horizontalHeader().hide()
        self.last.horizontalHeader().setMinimumSectionSize(self.first.horizontalHeader().minimumSectionSize())
        self.last.horizontalHeader().setDefaultSectionSize(self.first.horizontalHeader().defaultSectionSize())
        self.last.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.last.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._parted = False
        # Both as wide as each other, or the columns would not line up at the far right.
        self.first.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.first.horizontalScrollBar().valueChanged.connect(self.last.horizontalScrollBar().setValue)
        self.last.horizontalScrollBar().valueChanged.connect(self.first.horizontalScrollBar().setValue)
        self.first.horizontalHeader().sectionResized.connect(
            lambda section, _, width: self.last.setColumnWidth(section, width)
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.first, 1)
        layout.addWidget(self.last)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self.preview.theme = theme
        for table in (self.first, self.last):
            table.verticalHeader().setDefaultSectionSize(px(_ROW_HEIGHT))
        self.preview.refresh()
        shared = (
            "QTableView::item { padding: 0 4px; }"
            f"QHeaderView:vertical {{ background: {theme.field}; border: none; }}"
            f"QHeaderView::section:vertical {{ background: {theme.field}; color: {theme.ink_3}; font-weight: 400; }}"
        )
        edge = f"border: 1px solid {theme.line};"
        self.first.setStyleSheet(f"QTableView {{ {edge} }} {shared}")
        self.last.setStyleSheet(f"QTableView {{ {edge} border-top: 2px solid {theme.line_strong}; }} {shared}")
        self.first.horizontalHeader().viewport().update()

    def set_draft(self, draft: ImportDraft | None) -> None:
        """Show another table; the first columns become as wide as their first rows need."""
        self.preview.set_draft(draft)
        shown = self.preview.rowCount()
        parted = draft is not None and draft.table.n_rows > ROWS
        for row in range(shown):
            self.first.setRowHidden(row, parted and row >= ROWS - LAST)
        self._parted = parted
        self._share()
        numbers = self.fontMetrics().horizontalAdvance(f"{draft.table.n_rows:,}") + 20 if draft is not None else 30
        for table in (self.first, self.last):
            table.verticalHeader().setFixedWidth(max(30, numbers))
        figures, heads = self.fontMetrics(), self.first.horizontalHeader()
        for section in range(min(_MEASURED, self.preview.columnCount())):
            name, kind, role = self.preview.heading(section)
            texts = [str(self.preview.index(row, section).data()) for row in range(min(12, shown))]
            texts += [name[:60] + "  ", f"{kind} · {role} "]
            widest = max(figures.horizontalAdvance(text[:60]) for text in texts) + 24
            heads.resizeSection(section, min(_WIDEST, max(_NARROWEST, widest)))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep fewer of the last rows in sight where they would take all the room."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        line = px(_ROW_HEIGHT)
        lines = (self.height() - self.first.horizontalHeader().sizeHint().height()) // line
        last = LAST if lines > 2 * LAST else int(lines >= LAST)
        for row in range(self.preview.rowCount()):
            self.last.setRowHidden(row, row < ROWS - last)
        self.last.setFixedHeight(last * line + 2)
        self.last.setVisible(self._parted and last > 0)

    def refresh(self) -> None:
        """Show changed kinds and roles."""
        self.preview.refresh()
        self.first.horizontalHeader().viewport().update()
