"""The node-link diagram: every weight an edge, every neuron a tile with its live map, every bias a ring."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.engine.mlp import MLPConfig
from nnviz.run.snapshot import GridResult, Snapshot
from nnviz.ui.plots import network_static as static
from nnviz.ui.plots.edge_raster import density_colours
from nnviz.ui.plots.lens_picker import LensPicker
from nnviz.ui.plots.network_hover import Hit, describe, hit_at
from nnviz.ui.plots.network_layout import NetworkLayout, minimum_width, network_layout
from nnviz.ui.plots.network_pictures import NetworkPictures, tile_style
from nnviz.ui.plots.network_render import NetworkRenderer, Scene
from nnviz.ui.theme import DARK, Theme

TILE_INTERVAL = 1 / 15  # seconds between two pictures of the tiles
TEXT_INTERVAL = 0.25  # seconds between two changes of the hover label while the cursor rests
LATE_MS = 20  # when no newer snapshot comes, look this often for the pictures still being drawn
MIN_HEIGHT = 170  # beside the inspector


class NetworkGraph(QWidget):
    """Draws one network live; `draw` stores, a thread makes the pictures, `paintEvent` copies them.

    Signals
    -------
    layout_changed
        Columns moved; `layout_now` holds the new places.
    scale_changed(float)
        The weight drawn at full width changed.
    spans_changed(object)
        The activations of the end colours changed: per layer, inputs first, (low, high).
    """

    layout_changed = Signal()
    scale_changed = Signal(float)
    spans_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setMinimumHeight(MIN_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Network diagram")
        self._theme = DARK
        self._config: MLPConfig | None = None
        self._labels = static.Labels()
        self._scene: Scene | None = None
        self._room = (0.0, 0.0)
        self._renderer = NetworkRenderer()
        self._snapshot: Snapshot | None = None
        self._grid: GridResult | None = None
        self._grid_at = 0.0
        self._pictures = NetworkPictures()
        self._cursor: QPointF | None = None
        self._hit: Hit | None = None
        self._hover_text = ""
        self._hover_at = 0.0
        self._scale = 1.0
        self.picker = LensPicker(self, lambda: self.layout_now)
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._late.timeout.connect(self._look_again)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def layout_now(self) -> NetworkLayout | None:
        """Where everything stands, or None without a network."""
        return self._scene.layout if self._scene else None

    @property
    def pictures_drawn(self) -> int:
        """Pictures of the edges painted so far."""
        return self._pictures.drawn

    @property
    def hover_text(self) -> str:
        """The label at the cursor, or ""."""
        return self._hover_text

    def set_network(self, config: MLPConfig, input_names: Sequence[str], output_names: Sequence[str]) -> None:
        """Show a network of this shape; its numbers come with the next snapshot."""
        if self._config is None or self._config.sizes != config.sizes:
            self._pictures.forget()
            self._renderer.reset_scale()
        self._config = config
        self._snapshot = self._grid = None
        self._labels = static.Labels(tuple(input_names), tuple(output_names))
        self._set_hit(None)
        self._rebuild()

    def clear(self) -> None:
        """Show no network."""
        self._config = self._scene = self._snapshot = self._grid = None
        self._pictures.forget()
        self._set_hit(None)
        self.update()

    def set_row_texts(self, inputs: Sequence[str], outputs: Sequence[str], output_colours: Sequence[str] = ()) -> None:
        """Write the chosen row's values below the names; a line break in an output's text starts a grey note."""
        labels = replace(
            self._labels,
            input_texts=tuple(inputs),
            output_texts=tuple(outputs),
            output_colours=tuple(output_colours),
        )
        if labels != self._labels:
            self._labels = labels
            self._pictures.set_labels(labels)
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self._rebuild()

    def draw(self, snapshot: Snapshot) -> None:
        """Show a snapshot: its numbers go to the drawing thread, and what that finished meanwhile is painted."""
        if self._config is None or snapshot.config.sizes != self._config.sizes:
            return
        before, self._snapshot = self._snapshot, snapshot
        if not self.isVisible():
            return
        changed = before is None or before.parameters is not snapshot.parameters
        if changed or snapshot.grid is not self._grid:
            self._submit()
        if (before is None) or before.divergence is not snapshot.divergence:
            self.update()
        self._collect()

    # Pictures ----------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop the drawing thread; showing the widget again starts it."""
        self._late.stop()
        self._renderer.stop()

    def flush(self, timeout: float) -> bool:
        """Wait until the newest numbers are drawn and will be painted next; return whether they were in time."""
        if self._snapshot is not None and self._snapshot.grid is not self._grid:
            self._grid_at = 0.0
            self._submit()
        done = self._renderer.flush(timeout)
        self._collect()
        return done

    def _submit(self) -> None:
        snapshot = self._snapshot
        if snapshot is None or self._scene is None:
            return
        grid = None
        now = time.monotonic()
        if snapshot.grid is not self._grid and now - self._grid_at >= TILE_INTERVAL:
            grid = self._grid = snapshot.grid
            self._grid_at = now
        self._renderer.submit(self._scene, snapshot.parameters, grid)

    def _collect(self) -> None:
        edges, tiles = self._renderer.take()
        if edges is not None and self._scene and edges.scene.layout.sizes == self._scene.layout.sizes:
            if self._pictures.set_edges(edges):
                self._scale = edges.scale
                self.scale_changed.emit(edges.scale)
            self._refresh_hover(TEXT_INTERVAL)
            self.update()
        if tiles is not None and tiles.scene is self._scene:
            self._pictures.set_tiles(tiles)
            self.spans_changed.emit(tiles.spans)
            self.update()
        if self._renderer.busy or (self._snapshot is not None and self._snapshot.grid is not self._grid):
            self._late.start()

    def _look_again(self) -> None:
        if not self.isVisible():
            return
        if self._snapshot is not None and self._snapshot.grid is not self._grid:
            self._submit()
        self._collect()

    def _rebuild(self) -> None:
        """Lay out anew for the present size, network, theme and screen."""
        config = self._config
        if config is not None:
            names = self._labels
            self._room = static.name_width(names.inputs, self.width()), static.name_width(names.outputs, self.width())
            self.setMinimumWidth(int(minimum_width(len(config.sizes), *self._room)) + 1)
            layout = network_layout(config.sizes, self.width(), self.height(), left=self._room[0], right=self._room[1])
            theme, ratio = self._theme, self.devicePixelRatioF()
            colours = density_colours(theme.positive, theme.negative, theme.app)
            self._scene = Scene(config, layout, ratio, colours, tile_style(theme))
            self._pictures.set_scene(self._scene, theme, names, self._room)
            self._grid, self._grid_at = None, 0.0
            self.layout_changed.emit()
            if self.isVisible():
                self._submit()
                self._late.start()
        self.update()

    # Painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the finished pictures; only what follows the cursor is drawn here."""
        del event
        painter = QPainter(self)
        scene = self._scene
        if scene is None:
            painter.fillRect(self.rect(), QColor(self._theme.app))
            return
        painter.scale(1 / scene.ratio, 1 / scene.ratio)  # one unit is one device pixel: every picture is a plain copy
        snapshot = self._snapshot
        divergence = snapshot.divergence if snapshot else None
        self._pictures.paint(
            painter, snapshot.parameters if snapshot else None, divergence.layer if divergence else None
        )
        painter.scale(scene.ratio, scene.ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.picker.paint(painter, scene.layout, snapshot, self._scale, self._theme)
        self._paint_hover(painter, scene.layout)

    # The cursor --------------------------------------------------------------------------------------------------

    def _paint_hover(self, painter: QPainter, layout: NetworkLayout) -> None:
        hit = self._hit
        if hit is None or self._cursor is None or not self._hover_text:
            return
        if hit.kind == "edge":
            gap = layout.gaps[hit.layer - 1]
            index = int(np.flatnonzero((gap.sources == hit.source) & (gap.targets == hit.neuron))[0])
            painter.strokePath(static.edge_path(gap, index), QPen(QColor(self._theme.ink), 1.2))
        within = QRectF(self.visibleRegion().boundingRect())
        static.hover_label(painter, self._hover_text, self._cursor, within, self._theme)

    def _set_hit(self, hit: Hit | None) -> None:
        if hit != self._hit:
            self._hit = hit
            self._hover_text = ""
            self._refresh_hover(0.0)

    def _refresh_hover(self, interval: float) -> None:
        """Write the label anew unless that was done less than ``interval`` seconds ago."""
        now = time.monotonic()
        if self._hit is None or self._scene is None or now - self._hover_at < interval:
            return
        names = self._labels
        self._hover_text = describe(self._hit, self._scene.layout, self._snapshot, names.inputs, names.outputs)
        self._hover_at = now

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show the value under the cursor."""
        self._cursor = event.position()
        before = self._hit
        if self._scene is not None:
            self._set_hit(hit_at(self._scene.layout, self._cursor.x(), self._cursor.y()))
        if before is not None or self._hit is not None:
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Take the label away."""
        del event
        self._set_hit(None)
        self.update()

    # Size and screen ---------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay out for the new size."""
        del event
        self._rebuild()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Start the drawing thread."""
        del event
        self._renderer.start()
        if self._scene is None or self._scene.ratio != self.devicePixelRatioF():
            self._rebuild()
        self._submit()
        self._late.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Look for no more pictures."""
        del event
        self._late.stop()

    def event(self, event: QEvent) -> bool:
        """Lay out anew on a screen of another density."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._rebuild()
        return super().event(event)
