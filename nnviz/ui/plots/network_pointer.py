"""What the cursor rests on in the diagram: found in one method, put into words in another, lit up in a third."""

import time
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from nnviz.app.edge_values import MODES, WEIGHT, EdgeMode
from nnviz.run.snapshot import Snapshot
from nnviz.ui.motion import motion_ms
from nnviz.ui.plots.network_emphasis import Emphasis, Look
from nnviz.ui.plots.network_hover import Hit, describe, hit_at
from nnviz.ui.plots.network_layout import NetworkLayout
from nnviz.ui.plots.network_render import Scene
from nnviz.ui.plots.network_static import Labels, hover_label

TEXT_INTERVAL = 0.25  # seconds between two changes of the label while the cursor rests
EASE_MS = 80


class NetworkPointer(QObject):
    """The cursor in the diagram.

    Attributes
    ----------
    hit
        What is under it.
    text
        The words for that, with its value; "" over nothing.

    Signals
    -------
    faded
        The light is on its way, paint again.
    """

    faded = Signal()

    def __init__(self, graph: QWidget) -> None:
        super().__init__(graph)
        self.hit: Hit | None = None
        self.text = ""
        self._graph = graph
        self._at: QPointF | None = None
        self._written = 0.0
        self._mode = MODES[WEIGHT]
        self._lit: Hit | None = None  # stays while the light goes out
        self._light = 0.0
        self._emphasis = Emphasis()
        self._fade = QVariantAnimation(self)
        self._fade.valueChanged.connect(self._on_fade)

    @property
    def over(self) -> bool:
        """Whether the cursor is in the diagram at all."""
        return self._at is not None

    def set_mode(self, mode: EdgeMode) -> None:
        """Tell something else of the edges."""
        self._mode = mode

    def move(self, at: QPointF, layout: NetworkLayout, snapshot: Snapshot | None, labels: Labels) -> bool:
        """Follow the cursor; return whether the picture of it changes."""
        self._at, before = at, self.hit
        self.hit = hit_at(layout, at.x(), at.y())
        if self.hit != before:
            self.text = ""
            self._write(layout, snapshot, labels)
            self._ease()
        return before is not None or self.hit is not None

    def stay(self, layout: NetworkLayout, snapshot: Snapshot | None, labels: Labels) -> None:
        """Find what is under a cursor that rests while the diagram is laid out anew."""
        if self._at is None:
            return
        if self._graph.rect().contains(self._at.toPoint()):
            self.move(self._at, layout, snapshot, labels)
        else:
            self.leave()

    def leave(self) -> None:
        """Let go of what was under the cursor."""
        self.hit, self.text, self._at = None, "", None
        self._ease()

    def refresh(self, layout: NetworkLayout, snapshot: Snapshot | None, labels: Labels) -> None:
        """Write the newest value, unless that was done a moment ago."""
        if time.monotonic() - self._written >= TEXT_INTERVAL:
            self._write(layout, snapshot, labels)

    def _write(self, layout: NetworkLayout, snapshot: Snapshot | None, labels: Labels) -> None:
        if self.hit is not None:
            self.text = describe(self.hit, layout, snapshot, labels.inputs, labels.outputs, self._mode)
            self._written = time.monotonic()

    # Light

    def _ease(self) -> None:
        """Turn the light on over a neuron, and off elsewhere; from one neuron to the next it stays on."""
        on = self.hit is not None
        if self.hit is not None:
            self._lit = self.hit
        if self._light == on:
            return
        duration = motion_ms(EASE_MS)
        self._fade.stop()
        if not duration or not self._graph.isVisible():
            self._on_fade(float(on))
            return
        self._fade.setStartValue(self._light)
        self._fade.setEndValue(float(on))
        self._fade.setDuration(duration)
        self._fade.start()

    def _on_fade(self, level: float) -> None:
        self._light = float(level)
        if not self._light and self.hit is None:
            self._lit = None
        self.faded.emit()

    def stop(self) -> None:
        """Let no animation run on."""
        self._fade.stop()
        self._light, self._lit = 0.0, None

    # Picture

    def paint(self, painter: QPainter, scene: Scene, look: Look, within: QRectF, *, chosen: Hit | None) -> None:
        """Paint what is lit, and the label within the visible part of the canvas.

        A neuron's edges are lit and the rest recedes, unless something is ``chosen``, which had that done already; an
        edge is cased. What is chosen has its own light, and a label that nothing should cover.
        """
        lit = self._lit
        if lit is not None and lit != chosen and lit.layer < len(scene.layout.columns):
            edge = lit.kind == "edge"
            look = replace(look, dim=not edge and chosen is None, neighbours=not edge, label=False)
            self._emphasis.paint(painter, scene, lit, look, self._light)
        if self.hit is not None and self._at is not None and self.text:
            hover_label(painter, self.text, self._at, within, look.theme)
