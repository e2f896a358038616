"""Everything the diagram only has to copy to the screen: ground, edges, tiles, rings; drawn elsewhere, kept here."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from nnviz.ui.plots import network_static as static
from nnviz.ui.plots.apart import Apart
from nnviz.ui.plots.network_layout import Column, Tile
from nnviz.ui.plots.network_render import EdgePicture, Scene, TilePictures
from nnviz.ui.plots.network_tiles import TileStyle, tile_side
from nnviz.ui.theme import DARK, Theme, diverging_table
from nnviz.ui.type_scale import px

FloatArray = NDArray[np.floating[Any]]


def image_of(pixels: NDArray[np.uint32]) -> QImage:
    """Wrap 0xFFRRGGBB pixels, (..., rows, columns); the caller keeps the array alive and unchanged."""
    columns = pixels.shape[-1]
    return QImage(pixels.data, columns, pixels.size // columns, columns * 4, QImage.Format.Format_RGB32)


def packed_table(theme: Theme, span: float) -> NDArray[np.uint32]:
    """Return the diverging map of a theme from -1 to 1, (256,) 0xFFRRGGBB; see `diverging_table` for ``span``."""
    red, green, blue = (diverging_table(theme, span)[:, channel].astype(np.uint32) for channel in range(3))
    return np.asarray(np.uint32(0xFF000000) | red << 16 | green << 8 | blue, np.uint32)


def tile_style(theme: Theme) -> TileStyle:
    """Return the colours of tiles in a theme."""
    return TileStyle(tuple(packed_table(theme, theme.tile_span).tolist()), theme.line_strong, theme.app)


class NetworkPictures:
    """The newest pictures of one scene and the sprites made for it.

    Attributes
    ----------
    drawn
        Pictures of the edges painted so far, each of other values than the one before.
    """

    def __init__(self) -> None:
        self.drawn = 0
        self._scene: Scene | None = None
        self._theme: Theme = DARK
        self._labels = static.Labels()
        self._room = (0.0, 0.0)
        self._ground: QPixmap | None = None
        self._bands: list[tuple[QPoint, QPixmap]] = []
        self._biases: dict[tuple[int, float], QPixmap] = {}
        self._rings: list[tuple[int, int, float]] = []  # place and radius of the ring of every tile
        self._tile_boxes: list[list[tuple[QPoint, QRect]]] = []  # per column: place, and part of the image
        self._ring_parameters = np.empty(0, np.intp)
        self._edges: EdgePicture | None = None
        self._painted: EdgePicture | None = None
        self._edge_image = QImage()
        self._tiles: TilePictures | None = None
        self._tile_images: list[QImage] = []
        self._band_images: list[QImage | None] = []

    def set_scene(self, scene: Scene, theme: Theme, labels: static.Labels, room: tuple[float, float]) -> None:
        """Use another layout, theme or screen; pictures of the scene before are stretched until new ones come."""
        self._scene, self._theme, self._labels, self._room = scene, theme, labels, room
        self._ground = None
        self._bands.clear()
        self._biases.clear()

    def set_labels(self, labels: static.Labels) -> None:
        """Write other texts beside the tiles."""
        self._labels = labels
        self._ground = None

    def set_edges(self, picture: EdgePicture) -> bool:
        """Take a newer picture of the edges; return whether its scales are others."""
        before = self._edges
        changed = before is None or (before.scale, before.sum_scale) != (picture.scale, picture.sum_scale)
        self._edges, self._edge_image = picture, image_of(picture.pixels)
        return changed

    @property
    def values(self) -> FloatArray | None:
        """What the newest picture of the edges shows, a number per edge, (E,); None without one."""
        return None if self._edges is None else self._edges.values

    def set_tiles(self, tiles: TilePictures) -> None:
        """Take newer pictures of the tiles."""
        self._tiles, self._tile_images = tiles, [image_of(layer) for layer in tiles.tiles.layers]
        self._band_images = [None if band is None else image_of(band) for band in tiles.tiles.bands]

    def forget(self) -> None:
        """Drop the pictures of a network that is gone."""
        self._edges = self._tiles = None
        self._edge_image, self._tile_images, self._band_images = QImage(), [], []

    def paint(
        self,
        painter: QPainter,
        parameters: FloatArray | None,
        diverged: int | None = None,
        full: float = static.BIAS_FULL,
    ) -> None:
        """Copy all pictures; one unit of the painter is one device pixel.

        Parameters
        ----------
        parameters
            The flat parameter vector with the biases to show, (P,), or None before any is known.
        diverged
            Index into the network's layers of the one to hatch.
        full
            A bias of this size fills its ring.
        """
        scene = self._scene
        if scene is None:
            return
        if self._ground is None:
            self._make_sprites(scene)
        if self._ground is not None:
            painter.drawPixmap(0, 0, self._ground)
        self._paint_edges(painter, scene)
        self._paint_tiles(painter, scene)
        self._paint_bands(painter, scene)
        if diverged is not None:
            painter.scale(scene.ratio, scene.ratio)
            static.hatch(painter, scene.layout.columns[diverged + 1], self._theme)
            painter.scale(1 / scene.ratio, 1 / scene.ratio)
        self._paint_biases(painter, scene, parameters, full)

    def paint_apart(
        self,
        painter: QPainter,
        apart: Apart,
        parameters: FloatArray | None,
        diverged: int | None,
        full: float,
        *,
        scales: tuple[float, float],
    ) -> None:
        """Paint the things themselves for a file, but for the edges, which are handed over, and the maps of tiles.

        One unit of the painter is one logical pixel; ``scales`` are the number and the sum drawn at full width.
        """
        from nnviz.ui.plots import network_apart  # noqa: PLC0415 - not for the first paint
        from nnviz.ui.plots.network_edges_apart import EdgesApart  # noqa: PLC0415 - not for the first paint

        scene, theme = self._scene, self._theme
        if scene is None:
            return
        painter.fillRect(QRectF(0, 0, *scene.canvas), QColor(theme.app))
        static.paint_static(painter, scene.layout, theme, self._labels, self._room)
        if parameters is not None and self._edges is not None:
            edges = EdgesApart(scene, parameters, *scales, theme.positive, theme.negative, apart.ratio)
            apart.leave_out(painter, edges, edges.boxes())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._tiles is not None:
            drawn = self._tiles.scene.layout.columns
            network_apart.paint_tiles(painter, self._tile_images, drawn, scene.layout.columns)
        painter.scale(1 / scene.ratio, 1 / scene.ratio)
        self._paint_band_images(painter, scene)
        painter.scale(scene.ratio, scene.ratio)
        network_apart.paint_bands(painter, scene.layout, theme)
        if diverged is not None:
            static.hatch(painter, scene.layout.columns[diverged + 1], theme)
        network_apart.paint_biases(painter, scene.layout, parameters, full, theme)

    def _make_sprites(self, scene: Scene) -> None:
        ratio = scene.ratio
        self._ring_parameters = np.concatenate(scene.layout.bias_parameters)
        self._tile_boxes = [_boxes(column, ratio) for column in scene.layout.columns]
        self._rings = [_ring(tile, ratio) for column in scene.layout.columns[1:] for tile in column.tiles]
        self._ground = static.static_pixmap(scene.layout, scene.canvas, ratio, self._theme, self._labels, self._room)
        self._ground.setDevicePixelRatio(1.0)
        self._bands.clear()
        for column in scene.layout.columns:
            if (band := column.band) is not None:
                foot = column.centre - px(static.FOOT_WIDTH) / 2, band.y + band.height + static.FOOT_GAP
                for (x, y), sprite in (
                    ((band.x, band.y), static.band_pixmap(band, ratio, self._theme)),
                    (foot, static.foot_pixmap(column, ratio, self._theme)),
                ):
                    sprite.setDevicePixelRatio(1.0)
                    self._bands.append((QPoint(round(x * ratio), round(y * ratio)), sprite))

    def _paint_edges(self, painter: QPainter, scene: Scene) -> None:
        picture = self._edges
        if picture is None:
            return
        if picture is not self._painted:
            last, self._painted = self._painted, picture
            self.drawn += last is None or not np.array_equal(last.values, picture.values)
        raster, rows = picture.raster, picture.raster.shape[0]
        if picture.scene is scene and picture.magnification == 1:
            for band in raster.bands:
                source = QRect(band.offset, 0, band.width, rows)
                painter.drawImage(QPoint(band.x, raster.top), self._edge_image, source)
            return
        # Drawn for another place, size or resolution: stretched until the next one comes.
        before, now = picture.scene.layout, scene.layout
        factor = now.height / before.height * scene.ratio
        top = (raster.top / raster.ratio - before.y) * factor + now.y * scene.ratio
        for band, old, gap in zip(raster.bands, before.gaps, now.gaps, strict=True):
            if band.width:
                stretch = (gap.right - gap.left) / (old.right - old.left) * scene.ratio
                left = gap.left * scene.ratio + (band.x / raster.ratio - old.left) * stretch
                target = QRectF(left, top, band.width / raster.ratio * stretch, rows / raster.ratio * factor)
                painter.drawImage(target, self._edge_image, QRectF(band.offset, 0, band.width, rows))

    def _paint_tiles(self, painter: QPainter, scene: Scene) -> None:
        if self._tiles is None:
            return
        drawn, current = self._tiles.scene.layout.columns, self._tiles.scene is scene
        if current:
            for image, boxes in zip(self._tile_images, self._tile_boxes, strict=True):
                for place, part in boxes:
                    painter.drawImage(place, image, part)
            return
        for image, old, column in zip(self._tile_images, drawn, scene.layout.columns, strict=True):
            _stretch_tiles(painter, image, old, column, scene.ratio)

    def _paint_bands(self, painter: QPainter, scene: Scene) -> None:
        self._paint_band_images(painter, scene)
        for place, sprite in self._bands:
            painter.drawPixmap(place, sprite)

    def _paint_band_images(self, painter: QPainter, scene: Scene) -> None:
        ratio, images = scene.ratio, self._band_images or [None] * len(scene.layout.columns)
        for column, image in zip(scene.layout.columns, images, strict=True):
            band = column.band
            if band is not None and image is not None and not image.isNull():
                place = QPoint(round(band.x * ratio), round(band.y * ratio))
                painter.drawImage(QRect(place, QSize(round(band.width * ratio), round(band.height * ratio))), image)

    def _paint_biases(self, painter: QPainter, scene: Scene, parameters: FloatArray | None, full: float) -> None:
        positions, rings, sprites = self._ring_parameters, self._rings, self._biases
        values = [0.0] * len(rings) if parameters is None else parameters.take(positions).tolist()
        for (x, y, radius), bias in zip(rings, values, strict=True):
            key = static.bias_level(bias, full), radius
            sprite = sprites.get(key)
            if sprite is None:
                sprite = sprites[key] = static.bias_pixmap(*key, scene.ratio, self._theme)
                sprite.setDevicePixelRatio(1.0)
            painter.drawPixmap(x, y, sprite)


def _boxes(column: Column, ratio: float) -> list[tuple[QPoint, QRect]]:
    side = tile_side(column, ratio)
    return [
        (QPoint(round(tile.x * ratio), round(tile.y * ratio)), QRect(0, row * side, side, side))
        for row, tile in enumerate(column.tiles)
    ]


def _ring(tile: Tile, ratio: float) -> tuple[int, int, float]:
    (x, y), radius = tile.bias_centre, tile.bias_radius
    return round((x - radius - 1) * ratio), round((y - radius - 1) * ratio), radius


def _stretch_tiles(painter: QPainter, image: QImage, old: Column, column: Column, ratio: float) -> None:
    """Paint pictures made for another scene where their neurons stand now."""
    rows, side = {tile.neuron: row for row, tile in enumerate(old.tiles)}, image.width()
    size = QSize(round(column.side * ratio), round(column.side * ratio))
    for tile in column.tiles:
        row = rows.get(tile.neuron)
        if row is not None:
            place = QPoint(round(tile.x * ratio), round(tile.y * ratio))
            painter.drawImage(QRect(place, size), image, QRect(0, row * side, side, side))
