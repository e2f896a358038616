"""What passes through the network in one stage of an update, lit in the diagram with the direction of its flow."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from nnviz.app.microscope_stage import Light
from nnviz.engine.arrays import FloatArray
from nnviz.ui.plots.network_emphasis import dim_gap, dim_tiles, stroke_edge, tile_of
from nnviz.ui.plots.network_layout import REST, Gap, NetworkLayout
from nnviz.ui.plots.network_overlay import Overlay
from nnviz.ui.plots.network_render import Scene
from nnviz.ui.plots.network_static import edge_path
from nnviz.ui.theme import CAPTION, REGULAR, Theme, font, with_alpha

MOST_EDGES = 240  # the strongest ones, as many of each layer: what is thinner is not seen beside them
MOST_ARROWS = 12
_PATH_WIDTH = 2.4
_ARROW = 5.0  # length of an arrow's head
_GROUND = 0.8  # opacity of the ground below words
_SHARES = (1.0, 0.56, 0.4)  # of the words' width: one line, two, three
_WRAPPED: Final = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)


class Stream(Overlay):
    """Paints one stage's light."""

    def __init__(self, light: Light) -> None:
        super().__init__()
        self.light = light

    def _fits(self, scene: Scene) -> bool:
        return len(scene.layout.columns) == len(self.light.path)

    def _paint_on(self, painter: QPainter, scene: Scene, theme: Theme) -> None:
        layout, light = scene.layout, self.light
        for index in range(len(layout.gaps)):
            dim_gap(painter, scene, index, theme)
        for column in layout.columns:
            if column.layer not in light.columns:
                dim_tiles(painter, column.tiles, theme)
        for stream in light.streams:
            if stream.layer < len(layout.gaps):
                self._stroke(painter, layout, layout.gaps[stream.layer], stream.amounts, stream.layer, theme)
        self._rings(painter, layout, theme)
        if light.words:
            _caption(painter, light.words, scene, theme)

    def _stroke(
        self, painter: QPainter, layout: NetworkLayout, gap: Gap, amounts: FloatArray, layer: int, theme: Theme
    ) -> None:
        """Stroke the strongest edges of a layer, the followed one over them in ink, with arrows on some."""
        shares = shares_of(gap, amounts)
        order = np.argsort(-np.abs(shares), kind="stable")[: MOST_EDGES // len(self.light.streams)]
        followed = np.flatnonzero(
            (gap.sources == self.light.path[layer]) & (gap.targets == self.light.path[layer + 1])
        ).tolist()
        for edge in order[::-1].tolist():
            if shares[edge]:
                stroke_edge(painter, edge_path(gap, edge), float(shares[edge]), layout.thickness, theme)
        for edge in followed:
            painter.strokePath(edge_path(gap, edge), QPen(QColor(theme.ink), _PATH_WIDTH))
        if not self.light.direction:
            return
        for rank, edge in enumerate(order[:MOST_ARROWS].tolist()):
            if shares[edge] and edge not in followed:
                colour = theme.positive if shares[edge] > 0 else theme.negative
                _arrow(painter, edge_path(gap, edge), self.light.direction, colour, theme, rank)
        for edge in followed:
            _arrow(painter, edge_path(gap, edge), self.light.direction, theme.ink, theme, 1)

    def _rings(self, painter: QPainter, layout: NetworkLayout, theme: Theme) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.ink), 1.6))
        for column, unit in zip(layout.columns, self.light.path, strict=True):
            tile = tile_of(column, unit) if column.layer in self.light.columns else None
            if tile is not None:
                painter.drawRoundedRect(QRectF(tile.x - 2, tile.y - 2, tile.side + 4, tile.side + 4), 8, 8)


def _caption(painter: QPainter, words: str, scene: Scene, theme: Theme) -> None:
    """Say in a lower corner what the edges show: the legend below speaks of weights."""
    face = font(CAPTION, REGULAR)
    tiles = [QRectF(tile.x, tile.y, tile.side, tile.side) for column in scene.layout.columns for tile in column.tiles]
    box = caption_box(words, QFontMetricsF(face), scene.canvas, tiles)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(theme.app, _GROUND))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(face)
    painter.setPen(QColor(theme.ink_2))
    painter.drawText(box.adjusted(6, 1, -6, -1), _WRAPPED, words)


def caption_box(words: str, metrics: QFontMetricsF, canvas: tuple[float, float], tiles: Sequence[QRectF]) -> QRectF:
    """Return where words stand: in the lower corner where they cover least of the tiles, in as few lines as that takes.

    Parameters
    ----------
    words, metrics
        What is written, and in which face.
    canvas
        Width and height, pixels.
    tiles
        What the words should not cover.
    """
    boxes: list[QRectF] = []
    for share in _SHARES:
        room = QRectF(0, 0, math.ceil(share * metrics.horizontalAdvance(words)) + 1, canvas[1])
        written = metrics.boundingRect(room, _WRAPPED, words)
        width, height = math.ceil(written.width()) + 13, math.ceil(written.height()) + 2
        boxes += (QRectF(x, canvas[1] - height, width, height) for x in (8.0, canvas[0] - width - 8))

    def covered(box: QRectF) -> float:
        covers = (box.intersected(tile) for tile in tiles)
        return sum(cover.width() * cover.height() for cover in covers)

    return min(boxes, key=covered)


def shares_of(gap: Gap, amounts: FloatArray) -> FloatArray:
    """Return each drawn edge's amount over the largest of the layer, (E,); 0 where a band stands for many."""
    alone = (gap.sources != REST) & (gap.targets != REST)
    found = np.zeros(len(gap.sources))
    found[alone] = amounts[gap.sources[alone], gap.targets[alone]]
    found = np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)
    most = float(np.abs(found).max(initial=0.0))
    return found / most if most else found


def _arrow(painter: QPainter, path: QPainterPath, direction: int, colour: str, theme: Theme, rank: int) -> None:
    """Draw an arrow's head on an edge; ``rank`` keeps neighbours from covering one another."""
    share = 0.5 + (rank % 5 - 2) * 0.08
    at, angle = path.pointAtPercent(share), math.radians(-path.angleAtPercent(share))
    along = QPointF(math.cos(angle), math.sin(angle)) * direction
    across = QPointF(-along.y(), along.x())
    head = QPainterPath(at + along * _ARROW)
    head.lineTo(at - along * (0.6 * _ARROW) + across * (0.8 * _ARROW))
    head.lineTo(at - along * (0.6 * _ARROW) - across * (0.8 * _ARROW))
    head.closeSubpath()
    painter.setPen(QPen(QColor(theme.app), 1.2))
    painter.setBrush(QColor(colour))
    painter.drawPath(head)
