"""What a finding is about, lit in the diagram: some neurons of a layer, or the weights into it; the rest recedes."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nnviz.app.finding_places import FindingPlace
from nnviz.ui.plots.network_emphasis import dim_gap, dim_tiles
from nnviz.ui.plots.network_layout import Column
from nnviz.ui.plots.network_overlay import Overlay
from nnviz.ui.plots.network_render import Scene
from nnviz.ui.plots.network_static import edge_path
from nnviz.ui.theme import Theme

MOST_EDGES = 240


class Spot(Overlay):
    """Paints rings and what recedes."""

    def __init__(self, place: FindingPlace) -> None:
        super().__init__()
        self.place = place

    def _fits(self, scene: Scene) -> bool:
        columns, here = scene.layout.columns, self.place.layer + 1
        return here < len(columns) and all(unit < columns[here].units for unit in self.place.units)

    def _paint_on(self, painter: QPainter, scene: Scene, theme: Theme) -> None:
        layout, place = scene.layout, self.place
        here = place.layer + 1
        chosen = set(place.units) if place.kind != "weights" else set()
        every = not chosen
        for index in range(len(layout.gaps)):
            if place.kind != "weights" or index != here - 1:
                dim_gap(painter, scene, index, theme)
        for column in layout.columns:
            lit = column.layer == here
            dim_tiles(
                painter, [tile for tile in column.tiles if not lit or not (every or tile.neuron in chosen)], theme
            )
        if chosen and here > 0:
            gap = layout.gaps[here - 1]
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for edge in np.flatnonzero(np.isin(gap.targets, sorted(chosen)))[:MOST_EDGES].tolist():
                painter.strokePath(edge_path(gap, edge), QPen(QColor(theme.ink_2), 1.0))
        self._rings(painter, layout.columns[here], chosen, theme)

    def _rings(self, painter: QPainter, column: Column, chosen: set[int], theme: Theme) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.ink), 2.0))
        for tile in column.tiles:
            if not chosen or tile.neuron in chosen:
                painter.drawRoundedRect(QRectF(tile.x - 3, tile.y - 3, tile.side + 6, tile.side + 6), 9, 9)
        band = column.band
        if band is not None and (not chosen or chosen - {tile.neuron for tile in column.tiles}):
            painter.drawRoundedRect(QRectF(band.x - 3, band.y - 3, band.width + 6, band.height + 6), 9, 9)
