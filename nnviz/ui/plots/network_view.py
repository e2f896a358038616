"""What part of the diagram is seen and how large: zoom and pan as numbers, and layouts moved by them."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from nnviz.ui.plots.network_hover import Hit
from nnviz.ui.plots.network_layout import Column, Gap, NetworkLayout, Tile

MAX_ZOOM = 6.0
STEP = 1.25  # of one key press or notch of the wheel
MIN_THICKNESS = 0.35
MARGIN = 16.0  # what stands out beside tiles and edges: rings, widths


@dataclass(frozen=True, slots=True)
class Rect:
    """A part of the diagram or of the canvas."""

    x: float
    y: float
    width: float
    height: float


class NetworkView:
    """The zoom and the place of the diagram on its canvas.

    The diagram is never smaller than what fits the canvas whole, and never moved further than its borders.

    Attributes
    ----------
    zoom
        Canvas pixels per pixel of the diagram.
    x, y
        Where the diagram's first corner is on the canvas.
    mode
        "usual" and "whole" follow the canvas: with the columns as far apart as it is wide, or with everything on it;
        they differ only below a layer that was expanded. "free" is what the person made of it.
    """

    def __init__(self) -> None:
        self.zoom, self.x, self.y = 1.0, 0.0, 0.0
        self.mode: Literal["usual", "whole", "free"] = "usual"
        self._canvas, self._size = (1.0, 1.0), (1.0, 1.0)

    @property
    def least(self) -> float:
        """The zoom at which the whole diagram fits."""
        return min(self._canvas[0] / self._size[0], self._canvas[1] / self._size[1])

    @property
    def overflows(self) -> bool:
        """Whether some of the diagram is beyond the canvas."""
        return self.zoom > self.least * 1.001

    @property
    def seen(self) -> Rect:
        """The part of the diagram on the canvas, as shares of its width and height."""
        wide, high = self._size[0] * self.zoom, self._size[1] * self.zoom
        x, y = max(0.0, -self.x / wide), max(0.0, -self.y / high)
        return Rect(x, y, min(1.0, self._canvas[0] / wide), min(1.0, self._canvas[1] / high))

    def resize(self, canvas: tuple[float, float], size: tuple[float, float], usual: float) -> None:
        """Take another canvas or another diagram; what is in the middle of a free view stays there.

        Parameters
        ----------
        size
            Width and height of the whole diagram at zoom 1.
        usual
            The zoom at which it is as wide as the canvas.
        """
        middle = self._middle()
        self._canvas, self._size = canvas, size
        if self.mode == "free":
            self.zoom = min(max(self.zoom, self.least), MAX_ZOOM)
            self.x = canvas[0] / 2 - middle[0] * size[0] * self.zoom
            self.y = canvas[1] / 2 - middle[1] * size[1] * self.zoom
        else:
            self.zoom = usual if self.mode == "usual" else self.least
            self.x = self.y = 0.0
        self._keep_within()

    def _middle(self) -> tuple[float, float]:
        wide, high = self._size[0] * self.zoom, self._size[1] * self.zoom
        return (self._canvas[0] / 2 - self.x) / wide, (self._canvas[1] / 2 - self.y) / high

    def magnify(self, factor: float, x: float, y: float) -> bool:
        """Zoom about a point of the canvas; return whether anything changed."""
        zoom = min(max(self.zoom * factor, self.least), MAX_ZOOM)
        if abs(zoom / self.zoom - 1) < 1e-6:
            return False
        self.x = x - (x - self.x) * zoom / self.zoom
        self.y = y - (y - self.y) * zoom / self.zoom
        self.zoom = zoom
        self.mode = "whole" if zoom <= self.least * 1.001 else "free"
        self._keep_within()
        return True

    def move(self, dx: float, dy: float) -> bool:
        """Push the diagram about; return whether it moved."""
        before = self.x, self.y
        self.x += dx
        self.y += dy
        self._keep_within()
        moved = before != (self.x, self.y)
        if moved:
            self.mode = "free"
        return moved

    def centre(self, x: float, y: float) -> bool:
        """Bring a point, as shares of the diagram's width and height, to the middle; return whether that moved it."""
        middle = self._middle()
        wide, high = self._size[0] * self.zoom, self._size[1] * self.zoom
        return self.move((middle[0] - x) * wide, (middle[1] - y) * high)

    def reveal(self, box: Rect) -> bool:
        """Move a part of the canvas into view, if it is not; return whether it moved."""
        dx = max(0.0, MARGIN - box.x) - max(0.0, box.x + box.width + MARGIN - self._canvas[0])
        dy = max(0.0, MARGIN - box.y) - max(0.0, box.y + box.height + MARGIN - self._canvas[1])
        return self.move(dx, dy) if dx or dy else False

    def fit(self) -> bool:
        """Show the whole diagram; return whether anything changed."""
        before = self.zoom, self.x, self.y
        self.zoom, self.x, self.y, self.mode = self.least, 0.0, 0.0, "whole"
        self._keep_within()
        return before != (self.zoom, self.x, self.y)

    def _keep_within(self) -> None:
        wide, high = self._size[0] * self.zoom, self._size[1] * self.zoom
        self.x = _within(self.x, wide, self._canvas[0])
        self.y = _within(self.y, high, self._canvas[1])


def _within(at: float, length: float, room: float) -> float:
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, at))


def placed(layout: NetworkLayout, zoom: float, x: float, y: float) -> NetworkLayout:
    """Return a layout magnified by ``zoom`` with its first corner at (x, y).

    Edges keep their width, so that magnifying draws them apart; in crowded diagrams, where they are thin, they grow.
    """
    columns = tuple(_placed_column(column, zoom, x, y) for column in layout.columns)
    gaps = tuple(
        replace(
            gap,
            left=gap.left * zoom + x,
            right=gap.right * zoom + x,
            y_from=gap.y_from * zoom + y,
            y_to=gap.y_to * zoom + y,
        )
        for gap in layout.gaps
    )
    thickness = float(np.clip(layout.thickness * zoom, MIN_THICKNESS, 1.0))
    size = layout.width * zoom, layout.height * zoom
    return replace(
        layout, width=size[0], height=size[1], columns=columns, gaps=gaps, thickness=thickness, zoom=zoom, x=x, y=y
    )


def _placed_column(column: Column, zoom: float, x: float, y: float) -> Column:
    side = column.side * zoom
    tiles = tuple(Tile(t.layer, t.neuron, t.x * zoom + x, t.y * zoom + y, side) for t in column.tiles)
    band = column.band
    if band is not None:
        width, height = band.width * zoom, band.height * zoom
        band = replace(band, x=band.x * zoom + x, y=band.y * zoom + y, width=width, height=height)
    return replace(column, centre=column.centre * zoom + x, side=side, tiles=tiles, band=band)


def clipped(layout: NetworkLayout, width: float, height: float) -> NetworkLayout:
    """Return only what may be seen of a layout on a canvas of that size; every gap and column stays, if empty."""
    columns, biases = [], []
    for column, positions in zip(layout.columns, (np.empty(0, np.intp), *layout.bias_parameters), strict=True):
        seen = [_on(tile.x, tile.y, tile.side, tile.side, width, height) for tile in column.tiles]
        tiles = tuple(tile for tile, on in zip(column.tiles, seen, strict=True) if on)
        band = column.band
        if band is not None and not _on(band.x, band.y, band.width, band.height, width, height):
            band = None
        columns.append(replace(column, tiles=tiles, band=band))
        biases.append(positions[seen] if len(positions) else positions)
    gaps = tuple(_clipped_gap(gap, width, height) for gap in layout.gaps)
    return replace(layout, columns=tuple(columns), gaps=gaps, bias_parameters=tuple(biases[1:]))


def _on(x: float, y: float, wide: float, high: float, width: float, height: float) -> bool:
    return x + wide > -MARGIN and y + high > -MARGIN and x < width + MARGIN and y < height + MARGIN


def _clipped_gap(gap: Gap, width: float, height: float) -> Gap:
    upper, lower = np.minimum(gap.y_from, gap.y_to), np.maximum(gap.y_from, gap.y_to)
    seen = (lower > -MARGIN) & (upper < height + MARGIN) & (gap.right > 0) & (gap.left < width)
    if seen.all():
        return gap
    return replace(
        gap,
        sources=gap.sources[seen],
        targets=gap.targets[seen],
        y_from=gap.y_from[seen],
        y_to=gap.y_to[seen],
        parameters=gap.parameters[seen],
    )


def hit_box(layout: NetworkLayout, hit: Hit) -> Rect | None:
    """Return where a tile or band stands; of an edge the tile it leads to, None for what has none."""
    column = layout.columns[hit.layer]
    if hit.kind == "band":
        band = column.band
        return None if band is None else Rect(band.x, band.y, band.width, band.height)
    found = next((tile for tile in column.tiles if tile.neuron == hit.neuron), None)
    return None if found is None else Rect(found.x, found.y, found.side, found.side)
