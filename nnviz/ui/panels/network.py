"""The network region: header, layer captions, live diagram and legend, or a drop target while there is no data."""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from nnviz.app.edge_values import MODES, WEIGHT, EdgeMode, edge_values
from nnviz.app.marks import Marks
from nnviz.engine.arrays import FloatArray
from nnviz.engine.mlp import MLPConfig
from nnviz.run.snapshot import Snapshot
from nnviz.ui.panels.network_empty import EmptyTarget
from nnviz.ui.panels.network_header import NetworkHeader
from nnviz.ui.panels.network_note import NetworkNote
from nnviz.ui.plots.network_captions import CaptionRow
from nnviz.ui.plots.network_graph import NetworkGraph
from nnviz.ui.plots.network_layout import network_layout
from nnviz.ui.plots.network_legend import NetworkLegend, bar_ends, span_notes
from nnviz.ui.plots.network_matrix import NetworkMatrix
from nnviz.ui.plots.network_view import placed
from nnviz.ui.theme import DARK, Theme
from nnviz.ui.type_scale import factor

NOTE_INTERVAL = 0.25  # seconds between two changes of the activation ranges
FIT_HEIGHT = 592.0
_LEAST_HEIGHT, _LARGE_TEXT = 300, 1.5


class NetworkPanel(QWidget):
    """Shows one network and asks for changes of its structure.

    Signals
    -------
    layer_added(int), layer_removed(int), layer_moved(int, int), units_changed(int, int), activation_changed(int, str)
        What the person asks for; hidden layers are counted from 0. Nothing changes before `set_network`.
    """

    layer_added = Signal(int)
    layer_removed = Signal(int)
    layer_moved = Signal(int, int)
    units_changed = Signal(int, int)
    activation_changed = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(560, _LEAST_HEIGHT)  # what is left beside the inspector in the smallest window
        self._theme = DARK
        self._config: MLPConfig | None = None
        self._noted_at = 0.0
        self.header = NetworkHeader(self)
        self.captions = CaptionRow()
        self.graph = NetworkGraph()
        self.picker = self.graph.picker
        self.matrix = NetworkMatrix(self.picker)
        self.matrix.hide()
        self.legend = NetworkLegend(self)
        self.note = NetworkNote(self)
        self._wanted = self._mode = WEIGHT  # what the edges are to show, and what they do
        self._values: FloatArray | None = None
        self._row: tuple[FloatArray | None, str] = (None, "")
        self.empty = EmptyTarget(self)
        picture = QWidget(self)
        lines = QVBoxLayout(picture)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.captions)
        lines.addWidget(self.graph, 1)
        lines.addWidget(self.matrix, 1)
        lines.addWidget(self.note)
        lines.addWidget(self.legend)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(picture)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.header)
        outer.addLayout(self._stack, 1)
        self._connect()

    def _connect(self) -> None:
        self.captions.layer_added.connect(self.layer_added)
        self.captions.layer_removed.connect(self.layer_removed)
        self.captions.layer_moved.connect(self.layer_moved)
        self.captions.layer_expanded.connect(self._expand)
        self.captions.units_changed.connect(self.units_changed)
        self.captions.activation_changed.connect(self.activation_changed)
        self.graph.layout_changed.connect(self._arrange)
        self.graph.scale_changed.connect(self.legend.set_scale)
        self.graph.spans_changed.connect(self._note_spans)
        self.matrix.scale_changed.connect(self.legend.set_matrix_scale)
        self.matrix.resized.connect(self._arrange)
        self.header.matrix_toggled.connect(self._on_matrix)
        self.header.fit_requested.connect(self.graph.gestures.fit)

    @property
    def shows_matrix(self) -> bool:
        """Whether the weight matrices are shown instead of the diagram."""
        return self.header.matrix.isChecked()

    def toggle_matrix(self) -> None:
        """Switch between the diagram and the weight matrices."""
        if self._config is not None:
            self.header.toggle_matrix()

    def _on_matrix(self, matrix: bool) -> None:  # noqa: FBT001 - a signal's argument
        focused = self.graph.hasFocus() or self.matrix.hasFocus()
        if matrix:
            self.matrix.set_scale(self.graph.scale)
        else:
            self.legend.set_scale(self.graph.scale)
        self.legend.set_matrix(matrix)
        self.graph.setVisible(not matrix)
        self.matrix.setVisible(matrix)
        if focused:
            (self.matrix if matrix else self.graph).setFocus()
        self._arrange()

    def _expand(self, column: int) -> None:
        if self.shows_matrix:
            self.toggle_matrix()
        self.graph.toggle_layer(column)

    def _arrange(self) -> None:
        """Place the captions above the diagram's columns; above the matrices as above a diagram that fits."""
        self.header.show_zoom(self.graph.view.zoom)
        layout = self.graph.layout_now
        if self.shows_matrix and self._config is not None:
            whole = network_layout(self._config.sizes, self.captions.width(), FIT_HEIGHT)
            layout = placed(whole, whole.fit, 0.0, 0.0)
        if layout is not None:
            self.legend.set_diagram(layout.thickness, bands=any(len(column.rest) for column in layout.columns))
            self.captions.arrange(layout)

    def _note_spans(self, spans: Sequence[tuple[float, float]]) -> None:
        now = time.monotonic()
        if self._config is not None and now - self._noted_at >= NOTE_INTERVAL:
            self._noted_at = now
            self.legend.set_ranges(bar_ends(self._config), span_notes(self._config, spans))

    def set_network(self, config: MLPConfig, input_names: Sequence[str], output_names: Sequence[str]) -> None:
        """Show a network of this shape; its numbers come with the next `draw`.

        Parameters
        ----------
        input_names, output_names
            Names of the columns of X and of the output units, as many as the network has; shown as plain text.
        """
        self._config, self._values = config, None
        self._noted_at = 0.0
        self.header.show_sizes(config.sizes)
        self.legend.set_parameters(config.n_parameters)
        self.legend.set_ranges(bar_ends(config), ())
        self.captions.set_network(config)
        self.graph.set_network(config, input_names, output_names)
        self.matrix.set_network(config, input_names, output_names)
        self._stack.setCurrentIndex(1)

    def clear(self) -> None:
        """Show the drop target."""
        self._config = None
        self.header.show_sizes(())
        self.graph.clear()
        self._stack.setCurrentIndex(0)

    def draw(self, snapshot: Snapshot) -> None:
        """Show a snapshot; one of another network is ignored."""
        if self._config is not None and snapshot.config.sizes == self._config.sizes:
            shown = self._shown(snapshot)
            self.graph.draw(shown, snapshot.parameters)
            self.matrix.draw(shown)

    # What the edges show

    def set_mode(self, mode: str) -> None:
        """Let the edges show weights, gradients, changes or flows, a key of `MODES`, as soon as these are there."""
        self.header.modes.set_mode(mode)
        self._wanted = mode

    def set_row(self, inputs: FloatArray | None, name: str = "") -> None:
        """Choose the row whose flow is shown: the network's inputs, (d,), and what it is called; None for no row."""
        self._row = inputs, name

    def set_marks(self, marks: Marks, words: str) -> None:
        """Show what is frozen or silenced, and list it in words."""
        self.note.set_marks(marks.words, words)
        for part in (self.graph, self.matrix):
            part.marks.show(marks)

    def _shown(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with what the edges show in the place of its parameters."""
        found = edge_values(self._wanted, snapshot, *self._row)
        if not found:  # on its way: what was shown stays
            values = snapshot.parameters if self._values is None else self._values
            return replace(snapshot, parameters=values)
        if self._wanted != self._mode:
            self._mode = self._wanted
            for part in (self.graph, self.matrix, self.legend):
                part.set_mode(MODES[self._mode])
        if isinstance(found, str):
            self.note.set_words(found)
            self._values = np.zeros_like(snapshot.parameters)
        else:
            self.note.set_words(found.sentence)
            self._values = found.values
        return snapshot if self._mode == WEIGHT else replace(snapshot, parameters=self._values)

    @property
    def edge_numbers(self) -> tuple[EdgeMode, FloatArray | None]:
        """What the edges show, and the numbers, (P,); None before any."""
        return MODES[self._mode], self._values

    def set_row_texts(self, inputs: Sequence[str], outputs: Sequence[str], output_colours: Sequence[str] = ()) -> None:
        """Write the chosen row's values below the names.

        Parameters
        ----------
        inputs, outputs
            One text per input and output; an output's text after a line break is a grey note.
        output_colours
            "#RRGGBB" per output, ink without.
        """
        self.graph.set_row_texts(inputs, outputs, output_colours)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        # With large text the messages above it need the room more.
        self.setMinimumHeight(_LEAST_HEIGHT if factor() < _LARGE_TEXT else _LEAST_HEIGHT * 2 // 3)
        for part in (self.header, self.captions, self.graph, self.matrix, self.note, self.legend, self.empty):
            part.set_theme(theme)
        self.update()

    @property
    def pictures_drawn(self) -> int:
        """Pictures of the weights painted so far, each from newer ones than the one before."""
        return self.graph.pictures_drawn + self.matrix.drawn

    @property
    def repaints(self) -> bool:
        """Whether the next frame paints the diagram."""
        return self.graph.repaints

    def flush(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds until the newest numbers are drawn; return whether they are."""
        return self.matrix.flush(timeout) if self.shows_matrix else self.graph.flush(timeout)

    def stop(self) -> None:
        """Stop the drawing threads."""
        self.graph.stop()
        self.matrix.stop()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the ground."""
        del event
        QPainter(self).fillRect(self.rect(), QColor(self._theme.app))
