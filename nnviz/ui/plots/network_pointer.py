"""What the cursor rests on in the diagram: found in one method, put into words in another, painted in a third."""

import time

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.network_hover import Hit, describe, hit_at
from nnviz.ui.plots.network_layout import NetworkLayout
from nnviz.ui.plots.network_static import Labels, edge_path, hover_label
from nnviz.ui.theme import Theme

TEXT_INTERVAL = 0.25  # seconds between two changes of the label while the cursor rests


class NetworkPointer:
    """The cursor in the diagram.

    Attributes
    ----------
    hit
        What is under it.
    text
        The words for that, with its value; "" over nothing.
    """

    def __init__(self) -> None:
        self.hit: Hit | None = None
        self.text = ""
        self._at: QPointF | None = None
        self._written = 0.0

    def move(self, at: QPointF, layout: NetworkLayout, snapshot: Snapshot | None, labels: Labels) -> bool:
        """Follow the cursor; return whether the picture of it changes."""
        self._at, before = at, self.hit
        self.hit = hit_at(layout, at.x(), at.y())
        if self.hit != before:
            self.text = ""
            self._write(layout, snapshot, labels)
        return before is not None or self.hit is not None

    def leave(self) -> None:
        """Let go of what was under the cursor."""
        self.hit, self.text = None, ""

    def refresh(self, layout: NetworkLayout, snapshot: Snapshot | None, labels: Labels) -> None:
        """Write the newest value, unless that was done a moment ago."""
        if time.monotonic() - self._written >= TEXT_INTERVAL:
            self._write(layout, snapshot, labels)

    def _write(self, layout: NetworkLayout, snapshot: Snapshot | None, labels: Labels) -> None:
        if self.hit is not None:
            self.text = describe(self.hit, layout, snapshot, labels.inputs, labels.outputs)
            self._written = time.monotonic()

    def paint(self, painter: QPainter, layout: NetworkLayout, within: QRectF, theme: Theme) -> None:
        """Paint the label within the visible part of the canvas, and the edge it is about."""
        hit = self.hit
        if hit is None or self._at is None or not self.text:
            return
        if hit.kind == "edge":
            gap = layout.gaps[hit.layer - 1]
            index = int(np.flatnonzero((gap.sources == hit.source) & (gap.targets == hit.neuron))[0])
            painter.strokePath(edge_path(gap, index), QPen(QColor(theme.ink), 1.2))
        hover_label(painter, self.text, self._at, within, theme)
