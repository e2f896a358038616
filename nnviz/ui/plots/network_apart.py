"""What stands over the edges of the diagram, painted for a file: maps of tiles, plates of bands, rings of biases."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from nnviz.ui.plots import network_static as static
from nnviz.ui.plots.network_layout import Column, NetworkLayout
from nnviz.ui.theme import Theme
from nnviz.ui.type_scale import px


def paint_tiles(
    painter: QPainter, images: Sequence[QImage], drawn: Sequence[Column], columns: Sequence[Column]
) -> None:
    """Paint the maps, an image a column with a square for each tile it was ``drawn`` for, where ``columns`` are now."""
    for image, old, column in zip(images, drawn, columns, strict=True):
        rows, side = {tile.neuron: row for row, tile in enumerate(old.tiles)}, image.width()
        for tile in column.tiles:
            if (row := rows.get(tile.neuron)) is not None:
                # Copied out: vectors leave out of account which part of a picture is meant.
                picture = image.copy(0, row * side, side, side)
                painter.drawImage(QRectF(tile.x, tile.y, tile.side, tile.side), picture)


def paint_bands(painter: QPainter, layout: NetworkLayout, theme: Theme) -> None:
    """Paint the plates of all bands, and the words below their columns."""
    for column in layout.columns:
        if (band := column.band) is not None:
            foot = column.centre - px(static.FOOT_WIDTH) / 2, band.y + band.height + static.FOOT_GAP
            painter.translate(band.x, band.y)
            static.paint_band(painter, band, theme)
            painter.translate(foot[0] - band.x, foot[1] - band.y)
            static.paint_foot(painter, column, theme)
            painter.translate(-foot[0], -foot[1])


def paint_biases(
    painter: QPainter, layout: NetworkLayout, parameters: NDArray[Any] | None, full: float, theme: Theme
) -> None:
    """Paint the ring of every bias, (P,) ``parameters`` or 0 without any; ``full`` fills its ring."""
    for column, positions in zip(layout.columns[1:], layout.bias_parameters, strict=True):
        values = [0.0] * len(column.tiles) if parameters is None else parameters.take(positions).tolist()
        for tile, bias in zip(column.tiles, values, strict=True):
            level = static.bias_level(bias, full)
            static.paint_bias(painter, QPointF(*tile.bias_centre), level, tile.bias_radius, theme)
