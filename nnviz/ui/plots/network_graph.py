"""The node-link diagram: every weight an edge, every neuron a tile with its live map, every bias a ring."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnviz.engine.mlp import MLPConfig
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots import network_static as static
from nnviz.ui.plots.edge_raster import density_colours
from nnviz.ui.plots.lens_picker import LensPicker
from nnviz.ui.plots.network_layout import NetworkLayout, minimum_width, network_layout
from nnviz.ui.plots.network_pictures import tile_style
from nnviz.ui.plots.network_pointer import NetworkPointer
from nnviz.ui.plots.network_render import Scene
from nnviz.ui.plots.network_stage import NetworkStage
from nnviz.ui.theme import DARK, Theme

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
        self._stage = NetworkStage(self)
        self._stage.refreshed.connect(self._on_pictures)
        self._stage.scale_changed.connect(self.scale_changed)
        self._stage.spans_changed.connect(self.spans_changed)
        self._pointer = NetworkPointer()
        self.picker = LensPicker(self, lambda: self.layout_now)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def layout_now(self) -> NetworkLayout | None:
        """Where everything stands, or None without a network."""
        return self._stage.scene.layout if self._stage.scene else None

    @property
    def pictures_drawn(self) -> int:
        """Pictures of the edges painted so far."""
        return self._stage.drawn

    @property
    def hover_text(self) -> str:
        """The label at the cursor, or ""."""
        return self._pointer.text

    def set_network(self, config: MLPConfig, input_names: Sequence[str], output_names: Sequence[str]) -> None:
        """Show a network of this shape; its numbers come with the next snapshot."""
        self._stage.forget(shape=self._config is None or self._config.sizes != config.sizes)
        self._config = config
        self._labels = static.Labels(tuple(input_names), tuple(output_names))
        self._pointer.leave()
        self._rebuild()

    def clear(self) -> None:
        """Show no network."""
        self._config = None
        self._stage.forget(shape=True)
        self._stage.set_scene(None, self._theme, self._labels, (0.0, 0.0))
        self._pointer.leave()
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
        self._rebuild()

    def draw(self, snapshot: Snapshot) -> None:
        """Show a snapshot: its numbers go to the drawing thread, and what that finished meanwhile is painted."""
        if self._config is None or snapshot.config.sizes != self._config.sizes:
            return
        if self._stage.show(snapshot, visible=self.isVisible()):
            self.update()

    # Pictures ----------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop the drawing thread; showing the widget again starts it."""
        self._stage.stop()

    def flush(self, timeout: float) -> bool:
        """Wait until the newest numbers are drawn and will be painted next; return whether they were in time."""
        return self._stage.flush(timeout)

    def _on_pictures(self, edges: bool) -> None:  # noqa: FBT001 - a signal's argument
        layout = self.layout_now
        if edges and layout is not None:
            self._pointer.refresh(layout, self._stage.snapshot, self._labels)
        self.update()

    def _rebuild(self) -> None:
        """Lay out anew for the present size, network, theme and screen."""
        config = self._config
        if config is not None:
            names, theme, width = self._labels, self._theme, self.width()
            room = static.name_width(names.inputs, width), static.name_width(names.outputs, width)
            self.setMinimumWidth(int(minimum_width(len(config.sizes), *room)) + 1)
            layout = network_layout(config.sizes, width, self.height(), left=room[0], right=room[1])
            colours = density_colours(theme.positive, theme.negative, theme.app)
            scene = Scene(config, layout, self.devicePixelRatioF(), colours, tile_style(theme))
            self._stage.set_scene(scene, theme, names, room)
            self.layout_changed.emit()
            if self.isVisible():
                self._stage.ask()
        self.update()

    # Painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Copy the finished pictures; only what follows the cursor is drawn here."""
        del event
        painter, stage = QPainter(self), self._stage
        scene = stage.scene
        if scene is None:
            painter.fillRect(self.rect(), QColor(self._theme.app))
            return
        stage.paint(painter, scene)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.picker.paint(painter, scene.layout, stage.snapshot, stage.scale, self._theme)
        self._pointer.paint(painter, scene.layout, QRectF(self.visibleRegion().boundingRect()), self._theme)

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
        scene = self._stage.scene
        if scene is None or scene.ratio != self.devicePixelRatioF():
            self._rebuild()
        self._stage.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Look for no more pictures."""
        del event
        self._stage.pause()

    def event(self, event: QEvent) -> bool:
        """Lay out anew on a screen of another density."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._rebuild()
        return super().event(event)
