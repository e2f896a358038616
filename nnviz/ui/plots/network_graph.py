"""The node-link diagram: every weight an edge, every neuron a tile with its live map, every bias a ring."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.app.edge_values import EdgeMode
from nnviz.engine.arrays import FloatArray
from nnviz.engine.mlp import MLPConfig
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots import network_static as static
from nnviz.ui.plots.edge_raster import density_colours
from nnviz.ui.plots.lens_picker import LensPicker
from nnviz.ui.plots.network_emphasis import Look
from nnviz.ui.plots.network_gestures import NetworkGestures
from nnviz.ui.plots.network_hover import Hit, describe, hit_at
from nnviz.ui.plots.network_layout import NetworkLayout
from nnviz.ui.plots.network_marks import MarksPicture
from nnviz.ui.plots.network_minimap import NetworkMinimap
from nnviz.ui.plots.network_pictures import tile_style
from nnviz.ui.plots.network_placing import Placing
from nnviz.ui.plots.network_pointer import NetworkPointer
from nnviz.ui.plots.network_render import Scene
from nnviz.ui.plots.network_stage import NetworkStage
from nnviz.ui.plots.network_tiles import TileStyle
from nnviz.ui.plots.network_view import hit_box
from nnviz.ui.plots.network_voice import KEYS, say, spoken, structure
from nnviz.ui.theme import DARK, Theme

MIN_HEIGHT = 170  # beside the inspector


@lru_cache(maxsize=4)
def _colours(theme: Theme) -> tuple[NDArray[np.uint32], TileStyle]:
    return density_colours(theme.positive, theme.negative, theme.app), tile_style(theme)


class NetworkGraph(QWidget):
    """Draws one network live; `draw` stores, a thread makes the pictures, `paintEvent` copies them.

    Signals
    -------
    layout_changed
        Columns moved; `layout_now` holds the new places.
    scale_changed(float, float)
        The weight and the sum of a band's weights drawn at full width changed.
    spans_changed(object)
        The activations of the end colours changed: per layer, inputs first, (low, high).
    """

    layout_changed = Signal()
    scale_changed = Signal(float, float)
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
        self._placing = Placing()
        self.view = self._placing.view
        self._stage = NetworkStage(self)
        self._stage.refreshed.connect(self._on_pictures)
        self._stage.scale_changed.connect(self.scale_changed)
        self._stage.spans_changed.connect(self.spans_changed)
        self._pointer = NetworkPointer(self)
        self._pointer.faded.connect(self.update)
        self.picker = LensPicker(self, lambda: self.layout_now)
        self.picker.band_pressed.connect(self.toggle_layer)
        self.picker.walked.connect(self._on_walk)
        self.picker.changed.connect(self._on_choice)
        self.gestures = NetworkGestures(self, self.view, self._is_ground, lambda: self.picker.lit is not None)
        self.gestures.moved.connect(lambda: self._place(moving=True))
        self.marks = MarksPicture(self)
        self.minimap = NetworkMinimap(self)
        self.minimap.wanted.connect(self._go_to)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def layout_now(self) -> NetworkLayout | None:
        """Where everything stands on this widget, what is beyond its borders too, or None without a network."""
        return self._placing.placed

    @property
    def pictures_drawn(self) -> int:
        """Pictures of the edges painted so far."""
        return self._stage.drawn

    @property
    def repaints(self) -> bool:
        """Whether the next frame paints newer pictures."""
        return self._stage.repaints

    @property
    def scale(self) -> float:
        """The weight drawn at full width."""
        return self._stage.scale

    @property
    def hover_text(self) -> str:
        """The label at the cursor, or ""."""
        return self._pointer.text

    @property
    def expanded(self) -> int | None:
        """The column that shows all its neurons although there is no room for them, or None."""
        return self._placing.choice.expanded

    def set_network(self, config: MLPConfig, input_names: Sequence[str], output_names: Sequence[str]) -> None:
        """Show a network of this shape; its numbers come with the next snapshot."""
        other = self._config is None or self._config.sizes != config.sizes
        self._stage.forget(shape=other)
        if other:
            self._placing.reset(config)
        self._config = config
        self._labels = static.Labels(tuple(input_names), tuple(output_names))
        self._pointer.leave()
        self._on_choice()
        self._rebuild()

    def clear(self) -> None:
        """Show no network."""
        self._config = None
        self._placing.clear()
        self._stage.forget(shape=True)
        self._stage.set_scene(None, self._theme, self._labels, self._placing.room)
        self._pointer.leave()
        self.minimap.hide()
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
            self._stage.set_labels(labels)
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.minimap.set_theme(theme)
        self._rebuild()

    def set_mode(self, mode: EdgeMode) -> None:
        """Take the parameters of snapshots for something else from the next one on."""
        self._stage.set_mode(mode)
        self._pointer.set_mode(mode)

    def draw(self, snapshot: Snapshot, weights: FloatArray | None = None) -> None:
        """Show a snapshot, whose parameters may stand for something else; by ``weights`` neurons are strong or weak."""
        config = self._config
        if config is None or snapshot.config.sizes != config.sizes:
            return
        if self.isVisible() and self._placing.collapsed:
            held = self._pointer.over or self.picker.place is not None or self.gestures.dragging
            parameters = snapshot.parameters if weights is None else weights
            if self._placing.choice.update(config, parameters, held=held) and self._placing.is_outdated:
                self._rebuild()
        if self._stage.show(snapshot, visible=self.isVisible()):
            self.update()

    def toggle_layer(self, layer: int) -> None:
        """Show all neurons of a column that has a band, or its strongest only."""
        self._placing.toggle(layer)
        self._rebuild()

    # Pictures ----------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop the drawing thread; showing the widget again starts it."""
        self._stage.stop()
        self._pointer.stop()

    def flush(self, timeout: float) -> bool:
        """Wait until the newest numbers are drawn and will be painted next; return whether they were in time."""
        return self._stage.flush(timeout)

    def _on_pictures(self, edges: bool) -> None:  # noqa: FBT001 - a signal's argument
        if edges and (layout := self.layout_now) is not None:
            self._pointer.refresh(layout, self._stage.snapshot, self._labels)
        self.update()

    def _rebuild(self) -> None:
        """Lay out anew for the present size, network, theme and screen."""
        if self._config is not None:
            whole = self._placing.lay_out(self._config, self._labels, self.width(), self.height(), self.picker.neurons)
            self.minimap.set_layout(whole)
            self._place()
        self.update()

    def _place(self, *, moving: bool = False) -> None:
        """Bring the diagram to where the view has it."""
        config, theme, view, seen = self._config, self._theme, self.view, self._placing.place()
        if config is None or seen is None:
            return
        canvas = float(self.width()), float(self.height())
        scene = Scene(config, seen, canvas, self.devicePixelRatioF(), *_colours(theme))
        self._stage.set_scene(scene, theme, self._labels, self._placing.room, moving=moving)
        self._pointer.stay(seen, self._stage.snapshot, self._labels)
        self.minimap.show_part(view.seen, overflows=view.overflows)
        self.layout_changed.emit()
        self.update()

    def _go_to(self, x: float, y: float) -> None:
        if self.view.centre(x, y):
            self._place(moving=True)

    def _on_walk(self, hit: Hit) -> None:
        """Bring what the keys came to onto the canvas, and have it read out."""
        if (layout := self.layout_now) is None:
            return
        if (box := hit_box(layout, hit)) is not None and self.view.reveal(box):
            self._place(moving=True)
        names, stage = self._labels, self._stage
        say(self, spoken(describe(hit, layout, stage.snapshot, names.inputs, names.outputs, stage.mode)))

    def _on_choice(self) -> None:
        """Give what is chosen its tiles; without a choice, describe the diagram and its keys to who can't see it."""
        if self._placing.hides(self.picker.neurons):
            self._rebuild()
        if self._config is not None and self.picker.lit is None:
            self.setAccessibleDescription(f"{structure(self._config)} {KEYS}")

    def _is_ground(self, at: QPointF) -> bool:
        return (layout := self.layout_now) is not None and hit_at(layout, at.x(), at.y()) is None

    # Painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the finished pictures; only what is looked at is drawn here."""
        del event
        painter, stage = QPainter(self), self._stage
        scene = stage.scene
        if scene is None:
            painter.fillRect(self.rect(), QColor(self._theme.app))
            return
        stage.paint(painter, scene)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.marks.paint(painter, scene, self._theme)
        look = Look(stage.snapshot, stage.scale, stage.sum_scale, self._theme, stage.mode)
        self.picker.paint(painter, scene, look)
        self._pointer.paint(painter, scene, look, QRectF(self.rect()), chosen=self.picker.lit)

    # The cursor --------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show the value under the cursor."""
        layout = self.layout_now
        if layout is not None and self._pointer.move(event.position(), layout, self._stage.snapshot, self._labels):
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Take the label away."""
        del event
        self._pointer.leave()
        self.update()

    # Size and screen ---------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lay out for the new size."""
        del event
        self._rebuild()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Start the drawing thread."""
        del event
        if (scene := self._stage.scene) is None or scene.ratio != self.devicePixelRatioF():
            self._rebuild()
        self._stage.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Look for no more pictures."""
        del event
        self._stage.pause()
        self._pointer.stop()

    def event(self, event: QEvent) -> bool:
        """Lay out anew on a screen of another density."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._rebuild()
        return super().event(event)
