"""What is looked at in the diagram, lit up: the rest dimmed, its edges stroked, a chosen edge cased and labelled."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from nnviz.app.edge_values import MODES, WEIGHT, EdgeMode
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.apart import current
from nnviz.ui.plots.edge_raster import MIN_WIDTH, edge_opacity
from nnviz.ui.plots.network_edges import EdgeValues
from nnviz.ui.plots.network_hover import Hit
from nnviz.ui.plots.network_layout import FOOT, Column, Gap, NetworkLayout, Tile
from nnviz.ui.plots.network_render import Scene
from nnviz.ui.plots.network_static import FOOT_WIDTH, device_pixmap, edge_path
from nnviz.ui.theme import CAPTION, MEDIUM, Theme, font, with_alpha

FloatArray = NDArray[np.floating[Any]]

DIM_EDGES, DIM_TILES = 0.84, 0.6  # of the ground over edges and tiles that are not looked at
LIT_WIDTH, LIT_OPACITY = 4.6, 0.62
INTERVAL = 1 / 15  # seconds between two pictures for newer weights: wide curves take milliseconds


@dataclass(frozen=True, slots=True)
class Look:
    """All that the picture depends on besides the scene and what is lit.

    Attributes
    ----------
    scale, sum_scale
        The weight, and the sum of a band's weights, drawn at full width.
    mode
        What the snapshot's parameters stand for.
    dim
        Whether the rest recedes.
    neighbours
        Whether all edges of the neuron that is lit are, or of the one that a lit edge leads to.
    label
        Whether a lit edge carries its value.
    """

    snapshot: Snapshot | None
    scale: float
    sum_scale: float
    theme: Theme
    mode: EdgeMode = MODES[WEIGHT]
    dim: bool = True
    neighbours: bool = True
    label: bool = True


class Emphasis:
    """Keeps the picture of what is lit: one pixmap over the diagram, made anew when something moved or was learned."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[object, ...], object, QPixmap] | None = None
        self._made = 0.0
        self._values: tuple[NetworkLayout, EdgeValues] | None = None

    @property
    def late(self) -> float:
        """Seconds until newer weights may be painted."""
        return max(0.0, self._made + INTERVAL - time.monotonic())

    def paint(self, painter: QPainter, scene: Scene, lit: Hit, look: Look, opacity: float = 1.0) -> bool:
        """Paint it over the diagram; return whether there are newer weights that wait for their turn."""
        key = (scene, lit, look.theme.name, look.dim, look.neighbours, look.label)
        moment = (None if look.snapshot is None else id(look.snapshot.parameters), look.scale, look.sum_scale)
        if current() is not None:
            painter.setOpacity(opacity)
            self._paint_on(painter, scene, lit, look)
            painter.setOpacity(1.0)
            return False
        kept, waiting = self._kept, False
        if kept is not None and kept[0] == key:
            waiting = kept[1] != moment
        if kept is None or kept[0] != key or (waiting and not self.late):
            kept = self._kept = (key, moment, self._made_for(scene, lit, look))
            self._made, waiting = time.monotonic(), False
        painter.setOpacity(opacity)
        painter.drawPixmap(QPointF(0, 0), kept[2])
        painter.setOpacity(1.0)
        return waiting

    def _made_for(self, scene: Scene, lit: Hit, look: Look) -> QPixmap:
        picture = device_pixmap(*scene.canvas, scene.ratio, None)
        painter = QPainter(picture)
        self._paint_on(painter, scene, lit, look)
        painter.end()
        return picture

    def _paint_on(self, painter: QPainter, scene: Scene, lit: Hit, look: Look) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if look.dim:
            _dim(painter, scene, lit, look.theme)
        if look.snapshot is not None:
            self._stroke(painter, scene.layout, lit, look, look.snapshot.parameters)

    def _stroke(self, painter: QPainter, layout: NetworkLayout, lit: Hit, look: Look, parameters: FloatArray) -> None:
        if self._values is None or self._values[0] is not layout:
            self._values = layout, EdgeValues(layout)
        book = self._values[1]
        numbers = book.of(parameters)
        shares = numbers / np.where(book.sums, look.sum_scale, look.scale)
        first = 0
        for index, gap in enumerate(layout.gaps):
            last = first + len(gap.parameters)
            mine = _lit_edges(gap, index, lit) if look.neighbours else ()
            for edge in mine:
                stroke_edge(painter, edge_path(gap, edge), float(shares[first + edge]), layout.thickness, look.theme)
            if lit.kind == "edge" and index == lit.layer - 1:
                chosen = np.flatnonzero((gap.sources == lit.source) & (gap.targets == lit.neuron))
                for edge in chosen.tolist():
                    number = float(numbers[first + edge])
                    _case_edge(painter, gap, edge, float(shares[first + edge]), layout.thickness, look.theme)
                    if look.label:
                        words = look.mode.sum_words if book.sums[first + edge] else look.mode.words
                        _label(painter, words(number), edge_path(gap, edge), look.theme)
            first = last


def _lit_edges(gap: Gap, index: int, lit: Hit) -> list[int]:
    """Return the edges of a gap that lead to or from what is lit."""
    if index == lit.layer - 1:
        return [int(edge) for edge in np.flatnonzero(gap.targets == lit.neuron)]
    if index == lit.layer:
        return [int(edge) for edge in np.flatnonzero(gap.sources == lit.neuron)]
    return []


def _dim(painter: QPainter, scene: Scene, lit: Hit, theme: Theme) -> None:
    """Cover all edges, and the siblings of what is lit."""
    for index in range(len(scene.layout.gaps)):
        dim_gap(painter, scene, index, theme)
    tiles = [tile for tile in scene.layout.columns[lit.layer].tiles if tile.neuron != lit.neuron]
    dim_tiles(painter, tiles, theme)


def dim_gap(painter: QPainter, scene: Scene, index: int, theme: Theme) -> None:
    """Cover the edges between two columns, but not the rings and bands that stand over them."""
    layout = scene.layout
    before, gap, after = layout.columns[index], layout.gaps[index], layout.columns[index + 1]
    cover, over = QPainterPath(), QPainterPath()
    cover.addRect(QRectF(gap.left, 0, gap.right - gap.left, scene.canvas[1]))
    for tile in after.tiles:
        over.addEllipse(QPointF(*tile.bias_centre), tile.bias_radius, tile.bias_radius)
    for band in (before.band, after.band):
        if band is not None:
            over.addRect(QRectF(band.x, band.y, band.width, band.height))
            foot = before if band is before.band else after
            over.addRect(QRectF(foot.centre - FOOT_WIDTH / 2, band.y + band.height, FOOT_WIDTH, FOOT))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillPath(cover.subtracted(over), with_alpha(theme.app, DIM_EDGES))


def dim_tiles(painter: QPainter, tiles: Sequence[Tile], theme: Theme) -> None:
    """Cover tiles that are not looked at."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(theme.app, DIM_TILES))
    for tile in tiles:
        painter.drawRoundedRect(QRectF(tile.x, tile.y, tile.side, tile.side), 7, 7)


def _width(share: float, thickness: float) -> float:
    return (MIN_WIDTH + LIT_WIDTH * min(abs(share), 1.0)) * max(thickness, 0.6) if np.isfinite(share) else MIN_WIDTH


def stroke_edge(painter: QPainter, path: QPainterPath, share: float, thickness: float, theme: Theme) -> None:
    """Stroke a lit edge; ``share`` is its value over the one at full width, its sign the colour."""
    strength = min(abs(share), 1.0) if np.isfinite(share) else 0.0
    opacity = max(LIT_OPACITY, float(edge_opacity(np.array([strength]))[0]))
    colour = with_alpha(theme.positive if share > 0 else theme.negative, opacity)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.strokePath(path, QPen(colour, _width(share, thickness)))


def _case_edge(painter: QPainter, gap: Gap, edge: int, share: float, thickness: float, theme: Theme) -> None:
    path, width = edge_path(gap, edge), _width(share, thickness)
    for colour, more in ((theme.ink, 6.0), (theme.app, 4.0)):
        painter.strokePath(path, QPen(QColor(colour), width + more, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    stroke_edge(painter, path, share, thickness, theme)


def _label(painter: QPainter, text: str, path: QPainterPath, theme: Theme) -> None:
    face, at = font(CAPTION, MEDIUM), path.pointAtPercent(0.5)
    width = QFontMetricsF(face).horizontalAdvance(text) + 18
    box = QRectF(at.x() - width / 2, at.y() - 11, width, 22)
    painter.setPen(QPen(QColor(theme.ink), 1.0))
    painter.setBrush(QColor(theme.field))
    painter.drawRoundedRect(box, 5, 5)
    painter.setFont(face)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def tile_of(column: Column, neuron: int) -> Tile | None:
    """Return the tile of a neuron, if it has one."""
    return next((tile for tile in column.tiles if tile.neuron == neuron), None)


def ring(painter: QPainter, layout: NetworkLayout, lit: Hit, theme: Theme) -> None:
    """Draw the selection ring around a neuron's tile and, where the bias is meant, around its ring too."""
    column = layout.columns[lit.layer]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.ink), 2.0))
    if lit.kind == "band":
        band = column.band
        if band is not None:
            painter.drawRoundedRect(QRectF(band.x - 3, band.y - 3, band.width + 6, band.height + 6), 9, 9)
        return
    tile = tile_of(column, lit.neuron)
    if tile is not None:
        if lit.kind == "bias":
            painter.drawEllipse(QPointF(*tile.bias_centre), tile.bias_radius + 2.5, tile.bias_radius + 2.5)
        painter.drawRoundedRect(QRectF(tile.x - 3, tile.y - 3, tile.side + 6, tile.side + 6), 9, 9)


def light_path(painter: QPainter, layout: NetworkLayout, path: Sequence[tuple[int, int]], theme: Theme) -> None:
    """Stroke the edges between the neurons of a path, as (layer, unit) of each, and ring these."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (layer, unit), (after, target) in pairwise(path):
        if after != layer + 1 or after >= len(layout.gaps):
            continue
        gap = layout.gaps[after]
        for edge in np.flatnonzero((gap.sources == unit) & (gap.targets == target)).tolist():
            painter.strokePath(edge_path(gap, edge), QPen(QColor(theme.ink), 3.0))
    painter.setPen(QPen(QColor(theme.ink), 1.5))
    for layer, unit in path[1:]:
        tile = tile_of(layout.columns[layer + 1], unit)
        if tile is not None:
            painter.drawRoundedRect(QRectF(tile.x - 2, tile.y - 2, tile.side + 4, tile.side + 4), 8, 8)


def focus_frame(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """Frame a picture that the tab key came to, while nothing in it is lit."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.ink_2), 1.5))
    painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), 5, 5)


BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
