"""One neuron's activation over the decision map's plane, larger than on its tile and in the same colours."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.app.lenses import INPUTS, Place
from nnviz.app.plain_numbers import plain_number
from nnviz.engine.mlp import MLPConfig
from nnviz.run.grids import GridResult
from nnviz.ui.plots.network_pictures import image_of, packed_table
from nnviz.ui.plots.network_tiles import layer_range, shaded, value_span
from nnviz.ui.theme import DARK, MICRO, Theme, font
from nnviz.ui.type_scale import px

SIDE = 120
_LINES = 3  # below the picture: the axes, the values of its end colours
_LINE = 15


class NeuronMap(QWidget):
    """A square picture with its axes and its range below; stores in its setters, paints in `paintEvent`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._table = packed_table(DARK, DARK.tile_span)
        self._config: MLPConfig | None = None
        self._grid: GridResult | None = None
        self._place: Place | None = None
        self._axes: tuple[str, str | None] | None = None
        self._picture: NDArray[np.uint32] | None = None
        self.span: tuple[float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Map of the activation")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a square's room with the lines below it."""
        return QSize(px(SIDE), px(SIDE) + _LINES * px(_LINE))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the same: a smaller map says no more than the tile."""
        return self.sizeHint()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme, self._picture = theme, None
        self._table = packed_table(theme, theme.tile_span)
        self.update()

    def set_grid(self, grid: GridResult | None, config: MLPConfig, axes: tuple[str, str | None] | None) -> None:
        """Take newer activations of a network; ``axes`` names x and y, if any, None on the plane of the components."""
        self._grid, self._config, self._axes, self._picture = grid, config, axes, None
        self.update()

    def set_place(self, place: Place) -> None:
        """Show another neuron."""
        if place.neuron != self._place:
            self._place, self._picture = place.neuron, None
            self.update()

    def picture(self, side: int) -> NDArray[np.uint32] | None:
        """Return the newest picture, (side, side) 0xFFRRGGBB, or None without one."""
        grid, place, config = self._grid, self._place, self._config
        if grid is None or place is None or config is None or not INPUTS < place.layer < len(grid.activations):
            return None
        units = grid.activations[place.layer]
        if place.unit >= units.shape[1]:
            return None
        self.span = value_span(layer_range(config, place.layer), units)
        values = units[:, place.unit : place.unit + 1]
        picture: NDArray[np.uint32] = shaded(values, grid.probe.resolution, self.span, (side, side), self._table)[0]
        return picture

    def words(self) -> tuple[str, str, str]:
        """Return what the axes and the end colours are."""
        across, up = self._axes or ("component 1", "component 2")
        ends = "" if self.span is None else " to ".join(plain_number(end, 3) for end in self.span)
        return f"{across} →", f"{up} ↑" if up else "", ends

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the map and its words."""
        del event
        painter = QPainter(self)
        painter.setFont(font(MICRO))
        side = min(self.width(), self.height() - _LINES * px(_LINE))
        left = (self.width() - side) // 2
        ratio = self.devicePixelRatioF()
        pixels = round(side * ratio)
        if self._picture is None or self._picture.shape[0] != pixels:
            self._picture = self.picture(pixels)
        box = QRect(left, 0, side, side)
        if self._picture is None:
            painter.fillRect(box, QColor(self._theme.field))
        else:
            painter.drawImage(box, image_of(self._picture))
        painter.setPen(QPen(QColor(self._theme.line_strong), 1))
        painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(QColor(self._theme.ink_3))
        for index, text in enumerate(self.words()):
            line = QRect(0, side + index * px(_LINE), self.width(), px(_LINE))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, self.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)
