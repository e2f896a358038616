"""The toy data sets as a grid of thumbnails, each painted from its own points."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from nnviz.data.toy_datasets import TOY_DATASETS
from nnviz.ui.icons import paint_icon
from nnviz.ui.text_parts import LIST_KEYS, KeepKeys, elided, keyboard_focus, tooltip
from nnviz.ui.theme import CAPTION, DARK, Theme, class_colour, diverging_table, font
from nnviz.ui.type_scale import px

COLUMNS: Final = 4
DRAW: Final = "draw"  # the last thumbnail: no toy set but a pencil
SIDE: Final = 48  # of a thumbnail
_SMALL_COLUMNS, _SMALL_SIDE, _SMALL_GAP = 6, 32, 4  # where there is little room, without labels
_LABEL_HEIGHT: Final = 22  # below it, with the gap to the next
_MARGIN: Final = 4  # of the grid beyond its thumbnails, room for labels wider than they are
_SHORT_LABELS: Final = {
    "xor": "XOR",
    "gauss": "Gauss",
    "checkerboard": "Checkers",
}  # the full ones don't fit below a thumbnail
_DRAW_TIP: Final = "Draw your own points: the last drawing, or an empty plane (D draws on the present set)"
_POINTS: Final = {
    "circle": 64,
    "xor": 72,
    "gauss": 64,
    "spiral": 110,
    "moons": 72,
    "rings": 84,
    "plane": 110,
    "hills": 150,
}


@lru_cache(maxsize=len(TOY_DATASETS))
def thumbnail_points(name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a toy's points scaled into the square from -1 to 1, (n, 2), and their classes or values, (n,)."""
    points, answers = TOY_DATASETS[name].points(_POINTS.get(name, 80), 0.0, np.random.default_rng(3))
    return points / np.abs(points).max(), answers


def paint_thumbnail(painter: QPainter, name: str, box: QRectF, theme: Theme) -> None:
    """Paint the points of a toy data set into a box: classes in class colours, values by the diverging map."""
    points, answers = thumbnail_points(name)
    regression = TOY_DATASETS[name].task == "regression"
    table = diverging_table(theme, 1.0)
    largest = float(np.abs(answers).max()) or 1.0
    scale = box.width() / 2.0 * (1.0 - 10.0 / SIDE)
    dot = 1.25 if box.width() >= SIDE else 0.9
    painter.setPen(Qt.PenStyle.NoPen)
    for (x, y), answer in zip(points.tolist(), answers.tolist(), strict=True):
        if regression:
            red, green, blue, _ = table[round((answer / largest + 1.0) * 127.5)].tolist()
            painter.setBrush(QColor(red, green, blue))
        else:
            painter.setBrush(QColor(class_colour(theme, int(answer))))
        painter.drawEllipse(box.center() + QPointF(x * scale, -y * scale), dot, dot)


class ToyModel(QAbstractListModel):
    """The toy data sets in their order, and drawing as the last."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.names = (*TOY_DATASETS, DRAW)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: N802, B008
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.names)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the label, or the words that explain the toy."""
        toy = TOY_DATASETS.get(self.names[index.row()])
        if toy is None:
            words = {Qt.ItemDataRole.DisplayRole: "Draw", Qt.ItemDataRole.ToolTipRole: tooltip(_DRAW_TIP)}
            return _DRAW_TIP if role == Qt.ItemDataRole.AccessibleTextRole else words.get(Qt.ItemDataRole(role))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _SHORT_LABELS.get(toy.name, toy.label)
        return tooltip(f"{toy.label}. {toy.note}") if role == Qt.ItemDataRole.ToolTipRole else None


class ToyDelegate(QStyledItemDelegate):
    """Paints one thumbnail with its label; the points are drawn once for each theme and pixel ratio."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = DARK
        self.chosen = ""
        self.drawing = False
        self.compact = False
        self._pixmaps: dict[tuple[str, str, float, int], QPixmap] = {}

    @property
    def columns(self) -> int:
        """Thumbnails in a row."""
        return _SMALL_COLUMNS if self.compact else COLUMNS

    @property
    def side(self) -> int:
        """Of a thumbnail in pixels."""
        return _SMALL_SIDE if self.compact else SIDE

    @property
    def cell_height(self) -> int:
        """Of a thumbnail with its label and the gap to the next, in pixels."""
        return _SMALL_SIDE + _SMALL_GAP if self.compact else SIDE + px(_LABEL_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the ground, the points, the outline and the label."""
        theme = self.theme
        name = (*TOY_DATASETS, DRAW)[index.row()]
        chosen = self.drawing if name == DRAW else name == self.chosen
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = keyboard_focus(state)
        width = option.widget.width()
        # Spread over the dock's inner width, so that the outer thumbnails end where the drop target ends.
        columns, side = self.columns, self.side
        left = _MARGIN + index.row() % columns * (width - 2 * _MARGIN - side) / (columns - 1)
        box = QRectF(left, cell.y() + 1.0, side, side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = theme.ink if focused or chosen else theme.line_strong if hovered else theme.line
        path = QPainterPath()
        path.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
        painter.fillPath(path, QColor(theme.field))
        if name == DRAW:
            paint_icon(
                painter,
                "pencil",
                theme.ink if chosen or hovered else theme.ink_2,
                box.adjusted(side * 0.29, side * 0.29, -side * 0.29, -side * 0.29),
            )
        else:
            painter.drawPixmap(box.topLeft(), self._points(name, painter.device().devicePixelRatioF()))
        painter.strokePath(path, QPen(QColor(outline), 2.0 if focused else 1.0))
        if not self.compact:
            self._paint_label(painter, box, str(index.data()), width, lit=chosen or focused)
        painter.restore()

    def _paint_label(self, painter: QPainter, box: QRectF, text: str, width: int, *, lit: bool) -> None:
        theme = self.theme
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(theme.ink if lit else theme.ink_3))
        room = min(max(SIDE + 8.0, (width - SIDE) / (COLUMNS - 1) - 4.0), width)
        label = elided(painter.fontMetrics(), text, round(room))
        wide = painter.fontMetrics().horizontalAdvance(label)
        start = min(max(box.center().x() - wide / 2, 0.0), width - wide)  # the outer ones stay inside
        under = QRectF(start, box.bottom() + 2.0, wide + 1.0, px(18))
        painter.drawText(under, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, label)

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the size of a cell."""
        del option, index
        return QSize(self.side, self.cell_height)

    def _points(self, name: str, ratio: float) -> QPixmap:
        side = self.side
        key = (name, self.theme.name, ratio, side)
        if key not in self._pixmaps:
            pixmap = QPixmap(round(side * ratio), round(side * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_thumbnail(painter, name, QRectF(0, 0, side, side), self.theme)
            painter.end()
            self._pixmaps[key] = pixmap
        return self._pixmaps[key]


class ToyGrid(QListView):
    """Rows of four thumbnails; a click or Enter chooses one."""

    toy_chosen = Signal(str)
    draw_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toy_grid")
        self.setAccessibleName("Toy data sets")
        self._model = ToyModel(self)
        self._delegate = ToyDelegate(self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setSpacing(0)
        # Only the Tab key brings the focus here: after a click the arrow keys still move through the data rows.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit_height()
        self.setStyleSheet("QListView { background: transparent; border: none; }")
        self.clicked.connect(self._choose)
        KeepKeys(self, LIST_KEYS)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme's colours."""
        self._delegate.theme = theme
        self._fit_height()
        self.viewport().update()

    def _fit_height(self) -> None:
        kind = self._delegate
        self.setFixedHeight(kind.cell_height * -(-len(self._model.names) // kind.columns))
        self._fit_width()

    def _fit_width(self) -> None:
        kind = self._delegate
        # One pixel less than its share: the view breaks a line that fills its width exactly.
        self.setGridSize(QSize(max(kind.side, (self.width() - 1) // kind.columns), kind.cell_height))

    @property
    def compact(self) -> bool:
        """Whether the thumbnails are small and have no labels."""
        return self._delegate.compact

    def set_compact(self, *, compact: bool) -> None:
        """Show small thumbnails without labels, or the usual ones; tooltips and screen readers name them either way."""
        if compact != self._delegate.compact:
            self._delegate.compact = compact
            self._fit_height()
            self.scheduleDelayedItemsLayout()

    def set_chosen(self, name: str) -> None:
        """Outline the toy that is in use; an empty name outlines none."""
        self._delegate.chosen = name
        self.viewport().update()

    def set_drawing(self, shown: bool) -> None:  # noqa: FBT001 - a setter
        """Outline the pencil while a drawing is shown."""
        self._delegate.drawing = shown
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Choose with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the columns at any width."""
        self._fit_width()
        super().resizeEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        name = self._model.names[index.row()]
        if name == DRAW:
            self.draw_chosen.emit()
        else:
            self.toy_chosen.emit(name)
