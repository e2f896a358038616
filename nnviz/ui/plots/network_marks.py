"""What is frozen or silenced, drawn over the diagram: locks; hollow tiles and rings; dashed edges."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nnviz.app.lenses import Place
from nnviz.app.marks import NO_MARKS, Marks
from nnviz.engine.explain_forward import BIAS
from nnviz.ui.icons import paint_icon
from nnviz.ui.plots.apart import current
from nnviz.ui.plots.network_layout import NetworkLayout, Tile
from nnviz.ui.plots.network_render import Scene
from nnviz.ui.plots.network_static import device_pixmap, edge_path
from nnviz.ui.theme import Theme, with_alpha

VEIL = 0.78  # of the ground over the map of a silenced neuron
BADGE = 7.5  # radius of the plate below a lock
DASHES = [3.0, 3.0]


class MarksPicture:
    """Keeps one picture of all marks over a scene; made anew when a mark, the scene or the theme is another one."""

    def __init__(self, canvas: QWidget) -> None:
        self._canvas = canvas
        self.marks = NO_MARKS
        self._kept: tuple[tuple[object, ...], QPixmap] | None = None

    def show(self, marks: Marks) -> None:
        """Paint these from now on."""
        self.marks = marks
        self._canvas.update()

    def paint(self, painter: QPainter, scene: Scene, theme: Theme) -> None:
        """Paint it; one unit of the painter is one logical pixel."""
        if not self.marks:
            self._kept = None
            return
        if current() is not None:
            _paint_marks(painter, scene, self.marks, theme)
            return
        key = (scene, self.marks, theme.name)
        if self._kept is None or self._kept[0] != key:
            self._kept = key, _picture(scene, self.marks, theme)
        painter.drawPixmap(QPointF(0, 0), self._kept[1])


def _picture(scene: Scene, marks: Marks, theme: Theme) -> QPixmap:
    picture = device_pixmap(*scene.canvas, scene.ratio, None)
    painter = QPainter(picture)
    _paint_marks(painter, scene, marks, theme)
    painter.end()
    return picture


def _paint_marks(painter: QPainter, scene: Scene, marks: Marks, theme: Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    layout = scene.layout
    tiles = {(tile.layer - 1, tile.neuron): tile for column in layout.columns for tile in column.tiles}
    paths = QPainterPath()
    for path in _silent_paths(layout, marks):
        paths.addPath(path)
    dashed = QPen(QColor(theme.ink_2), 0.6 + 0.6 * layout.thickness)
    dashed.setDashPattern(DASHES)
    painter.strokePath(paths, dashed)
    for place in marks.silenced:
        tile = tiles.get((place.layer, place.unit))
        if tile is not None and place.source is None:
            _hollow_tile(painter, tile, theme)
        elif tile is not None and place.source == BIAS:
            _hollow_ring(painter, tile, theme)
    for place in marks.frozen:
        at = _lock_centre(layout, tiles.get((place.layer, place.unit)), place)
        if at is not None:
            _lock(painter, at, theme)


def _silent_paths(layout: NetworkLayout, marks: Marks) -> Iterator[QPainterPath]:
    """Yield the curves of all edges that count as 0: silenced themselves, or by the neuron that they leave."""
    last = len(layout.columns) - 2
    neurons = {(place.layer, place.unit) for place in marks.silenced if place.source is None}
    edges = {(place.layer, place.source, place.unit) for place in marks.silenced if place.source not in (None, BIAS)}
    for layer, gap in enumerate(layout.gaps):
        for index, (source, target) in enumerate(zip(gap.sources.tolist(), gap.targets.tolist(), strict=True)):
            silent_output = layer == last and (layer, target) in neurons
            if (layer, source, target) in edges or (layer - 1, source) in neurons or silent_output:
                yield edge_path(gap, index)


def place_centre(layout: NetworkLayout, place: Place) -> QPointF | None:
    """Return the middle of an edge, of a bias ring or of a tile; None for what has none of its own in the layout."""
    if place.source is not None and place.source != BIAS:
        gap = layout.gaps[place.layer] if place.layer < len(layout.gaps) else None
        if gap is None:
            return None
        found = np.flatnonzero((gap.sources == place.source) & (gap.targets == place.unit))
        return edge_path(gap, int(found[0])).pointAtPercent(0.5) if len(found) else None
    column = layout.columns[place.layer + 1] if place.layer + 1 < len(layout.columns) else None
    tile = None if column is None else next((tile for tile in column.tiles if tile.neuron == place.unit), None)
    if tile is None:
        return None
    return QPointF(*tile.bias_centre) if place.source == BIAS else QPointF(tile.x + tile.side / 2, tile.middle)


def _lock_centre(layout: NetworkLayout, tile: Tile | None, place: Place) -> QPointF | None:
    """Return where the lock of a frozen place stands: a tile's upper right, beside a ring, in the middle of an edge."""
    if place.source is None:
        return None if tile is None else QPointF(tile.right - 2.0, tile.y + 2.0)
    if place.source == BIAS:
        return None if tile is None else QPointF(tile.bias_centre[0] - tile.bias_radius - BADGE, tile.bias_centre[1])
    return place_centre(layout, place)


def _hollow_tile(painter: QPainter, tile: Tile, theme: Theme) -> None:
    box = QRectF(tile.x + 0.5, tile.y + 0.5, tile.side - 1, tile.side - 1)
    radius = min(7.0, 0.17 * tile.side)
    pen = QPen(QColor(theme.ink_2), 1.6)
    pen.setDashPattern(DASHES)
    painter.setPen(pen)
    painter.setBrush(with_alpha(theme.app, VEIL))
    painter.drawRoundedRect(box, radius, radius)


def _hollow_ring(painter: QPainter, tile: Tile, theme: Theme) -> None:
    pen = QPen(QColor(theme.ink_2), 1.2)
    pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    painter.setBrush(QColor(theme.app))
    painter.drawEllipse(QPointF(*tile.bias_centre), tile.bias_radius - 0.5, tile.bias_radius - 0.5)


def _lock(painter: QPainter, at: QPointF, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.line_strong), 1.0))
    painter.setBrush(QColor(theme.raised))
    painter.drawEllipse(at, BADGE, BADGE)
    side = 1.25 * BADGE
    paint_icon(painter, "lock", theme.ink, QRectF(at.x() - side / 2, at.y() - side / 2, side, side))
