"""What is frozen or silenced, over the weight matrices: a lock on a cell, a stroke through one that counts as 0."""

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nnviz.app.marks import NO_MARKS, Marks, mask_of
from nnviz.engine.arrays import BoolArray
from nnviz.engine.mlp import MLPConfig, layer_blocks
from nnviz.ui.icons import paint_icon
from nnviz.ui.plots.apart import current
from nnviz.ui.plots.network_matrix_layout import Matrix
from nnviz.ui.plots.network_static import device_pixmap
from nnviz.ui.theme import Theme, with_alpha

LEAST_CELL = 3.0  # a smaller one has no room for a sign
LEAST_LOCK, LOCK = 11.0, 9.0  # side of a cell that holds a lock, and of the lock


class MatrixMarks:
    """Keeps one picture of all marks; made anew when a mark, the size, the network or the theme is another one."""

    def __init__(self, canvas: QWidget) -> None:
        self._canvas = canvas
        self.marks = NO_MARKS
        self._kept: tuple[tuple[object, ...], QPixmap] | None = None

    def show(self, marks: Marks) -> None:
        """Paint these from now on."""
        self.marks = marks
        self._canvas.update()

    def paint(
        self, painter: QPainter, config: MLPConfig, matrices: Sequence[Matrix], size: QSize, theme: Theme
    ) -> None:
        """Paint it over the matrices; ``size`` is the canvas in device pixels."""
        if not self.marks:
            self._kept = None
            return
        if current() is not None:
            _paint_marks(painter, self.marks, config, matrices, theme)
            return
        ratio = painter.device().devicePixelRatioF()
        key = (self.marks, config.sizes, tuple(matrices), size.width(), size.height(), ratio, theme.name)
        if self._kept is None or self._kept[0] != key:
            picture = device_pixmap(size.width() / ratio, size.height() / ratio, ratio, None)
            on_picture = QPainter(picture)
            _paint_marks(on_picture, self.marks, config, matrices, theme)
            on_picture.end()
            self._kept = key, picture
        painter.drawPixmap(QPointF(0, 0), self._kept[1])


def _paint_marks(painter: QPainter, marks: Marks, config: MLPConfig, matrices: Sequence[Matrix], theme: Theme) -> None:
    frozen, silenced = mask_of(marks, config)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for cell in _cells(silenced, config, matrices):
        painter.fillRect(cell, with_alpha(theme.app, 0.6))
        painter.setPen(QPen(QColor(theme.ink_2), 1.2))
        painter.drawLine(cell.bottomLeft() + QPointF(1, -1), cell.topRight() + QPointF(-1, 1))
    for cell in _cells(frozen & ~silenced, config, matrices):
        if min(cell.width(), cell.height()) >= LEAST_LOCK:
            middle = cell.center()
            plate = QRectF(middle.x() - LOCK / 2, middle.y() - LOCK / 2, LOCK, LOCK)
            painter.setPen(QPen(QColor(theme.line_strong), 1.0))
            painter.setBrush(QColor(theme.raised))
            painter.drawEllipse(plate.adjusted(-2.5, -2.5, 2.5, 2.5))
            paint_icon(painter, "lock", theme.ink, plate)
        else:
            painter.setPen(QPen(QColor(theme.ink), 1.0))
            painter.setBrush(QColor(theme.raised))
            painter.drawRect(QRectF(cell.x() + 0.5, cell.y() + 0.5, 2.0, 2.0))


def _cells(chosen: BoolArray, config: MLPConfig, matrices: Sequence[Matrix]) -> Iterator[QRectF]:
    """Yield the cells of parameters, as far as they are large enough for a sign."""
    for matrix, block in zip(matrices, layer_blocks(config, chosen.astype(np.float32)), strict=True):
        wide, high = matrix.cell
        for row, column in zip(*(places.tolist() for places in np.nonzero(block)), strict=True):
            bias = row == matrix.n_in
            y, tall = (matrix.bias_y, matrix.bias_height) if bias else (matrix.row_y(row), high)
            if min(wide, tall) >= LEAST_CELL:
                yield QRectF(matrix.x + column * wide, y, wide, tall)
