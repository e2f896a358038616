"""The edges of the diagram for a file: as many vector paths as there are edges, or pixels as fine as are asked for."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from nnviz.ui.plots.edge_raster import STRENGTHS, EdgeRaster, edge_opacity, edge_width
from nnviz.ui.plots.edge_samples import bands_of
from nnviz.ui.plots.network_edges import EdgeValues
from nnviz.ui.plots.network_layout import NetworkLayout
from nnviz.ui.plots.network_render import Scene

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class EdgesApart:
    """The edges of one moment, in logical pixels from the diagram's corner.

    Attributes
    ----------
    scene
        Where they are, and the colours of their densities.
    parameters
        The flat vector of what the edges show, (P,).
    scale, sum_scale
        The number, and the sum of numbers that a band stands for, drawn at full width.
    positive, negative
        Their colours as vectors, "#RRGGBB".
    ratio
        Device pixels per logical pixel of what is painted.
    """

    scene: Scene
    parameters: FloatArray
    scale: float
    sum_scale: float
    positive: str
    negative: str
    ratio: float

    def boxes(self) -> list[QRectF]:
        """Return what they cover whole, in logical pixels: all between the tiles, from the canvas's top to its foot."""
        high = self.scene.canvas[1]
        bands = bands_of(self.scene.layout.gaps, self.ratio, self.scene.canvas[0])
        return [QRectF(band.x / self.ratio, 0.0, band.width / self.ratio, high) for band in bands]

    @property
    def _shares(self) -> FloatArray:
        """What the widths go by, -1 to 1, (E,): in the steps in which the screen has them."""
        book = EdgeValues(self.scene.layout)
        values = np.nan_to_num(book.of(self.parameters))
        full = np.where(book.sums, self.sum_scale, self.scale).astype(values.dtype)
        shares = np.clip(values, -full, full) / full
        return np.asarray(np.rint(shares * STRENGTHS) / STRENGTHS)

    def svg(self) -> str:
        """Return a group with a path for each edge: the curve, width, colour and opacity that the screen shows."""
        layout, shares = self.scene.layout, self._shares
        widths = edge_width(np.abs(shares), layout.thickness).tolist()
        opacities = edge_opacity(np.abs(shares), layout.thickness).tolist()
        colours = [self.positive if share >= 0 else self.negative for share in shares.tolist()]
        paths = [
            f'<path d="{curve}" stroke="{colour}" stroke-width="{width:.3g}" stroke-opacity="{opacity:.3g}"/>'
            for curve, colour, width, opacity in zip(_curves(layout), colours, widths, opacities, strict=True)
        ]
        return "\n".join(['<g class="edges" fill="none" stroke-linecap="butt">', *paths, "</g>"])

    def paint(self, painter: QPainter) -> None:
        """Paint them as the screen's own renderer does, at the picture's resolution."""
        scene, layout = self.scene, self.scene.layout
        raster = EdgeRaster(
            layout.gaps, self.ratio, scene.edge_colours, canvas=scene.canvas, thickness=layout.thickness
        )
        pixels = raster.draw(self._shares, 1.0)
        rows, columns = pixels.shape
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)
        for box in self.boxes():  # above and below the edges
            painter.fillRect(box, QColor.fromRgb(int(scene.edge_colours[0])))
        painter.scale(1 / self.ratio, 1 / self.ratio)
        for band in raster.bands:
            painter.drawImage(QPoint(band.x, raster.top), image, QRect(band.offset, 0, band.width, rows))
        painter.scale(self.ratio, self.ratio)


def _curves(layout: NetworkLayout) -> list[str]:
    """Return the Bezier curve of every edge, gap after gap; see `network_static.edge_path`."""
    curves = []
    for gap in layout.gaps:
        left, right = f"{gap.left:.2f}", f"{gap.right:.2f}"
        middle = f"{(gap.left + gap.right) / 2:.2f}"
        curves += [
            f"M{left},{start:.2f}C{middle},{start:.2f} {middle},{end:.2f} {right},{end:.2f}"
            for start, end in zip(gap.y_from.tolist(), gap.y_to.tolist(), strict=True)
        ]
    return curves
