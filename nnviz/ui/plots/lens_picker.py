"""Choosing a neuron, a weight or a bias in the diagram: by click, by arrow keys; and the picture of what is chosen."""

import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.app.lenses import INPUTS, Place
from nnviz.engine.explain import BIAS
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.network_hover import Hit, hit_at, signed
from nnviz.ui.plots.network_layout import BIAS_RADIUS, Column, Gap, NetworkLayout, Tile
from nnviz.ui.plots.network_static import device_pixmap, edge_path
from nnviz.ui.theme import CAPTION, MEDIUM, Theme, font, with_alpha

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_SIGNALS = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_DIM_EDGES, _DIM_TILES = 0.84, 0.6  # of the ground over edges and tiles that are not looked at
_VEIL_INTERVAL = 1 / 15  # seconds
_SLACK = 4.0  # logical pixels that a click may wander


def place_of(hit: Hit | None) -> Place | None:
    """Return the place that a click on something chooses."""
    if hit is None or hit.kind == "more":
        return None
    if hit.kind == "edge":
        return Place(hit.layer - 1, hit.neuron, hit.source)
    return Place(hit.layer - 1, hit.neuron, BIAS if hit.kind == "bias" else None)


class LensPicker(QObject):
    """Watches the diagram's mouse and keys, and paints the choice over it.

    Signals
    -------
    chosen(object)
        The `Place` that the person chose, or None for a click beside everything.
    opened
        Enter was pressed.
    dismissed
        Esc was pressed.
    """

    chosen = Signal(object)
    opened = Signal()
    dismissed = Signal()

    def __init__(self, graph: QWidget, layout: Callable[[], NetworkLayout | None]) -> None:
        super().__init__(graph)
        self._graph, self._layout = graph, layout
        self._place: Place | None = None
        self._path: tuple[tuple[int, int], ...] = ()
        self._pressed: QPointF | None = None
        self._veil: tuple[tuple[object, ...], tuple[object, ...], QPixmap] | None = None
        self._veil_at = 0.0
        self._late = QTimer(self, singleShot=True, interval=round(1000 * _VEIL_INTERVAL))
        self._late.timeout.connect(graph.update)
        graph.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        graph.installEventFilter(self)

    @property
    def place(self) -> Place | None:
        """What is chosen."""
        return self._place

    def set_place(self, place: Place | None) -> None:
        """Show a choice, without a signal."""
        if place != self._place:
            self._place, self._path = place, ()
            self._graph.update()

    def set_path(self, path: tuple[tuple[int, int], ...]) -> None:
        """Light up a path from the chosen weight on, as (layer, unit) of each neuron; () for none."""
        if path != self._path:
            self._path = path
            self._graph.update()

    # Mouse and keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take clicks and, with something chosen, arrow keys."""
        del watched
        if isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return False

    def _on_mouse(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = event.position()
        elif event.type() == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            moved = event.position() - self._pressed
            self._pressed = None
            layout = self._layout()
            if layout is not None and abs(moved.x()) + abs(moved.y()) <= _SLACK:
                self._choose(place_of(hit_at(layout, event.position().x(), event.position().y())))
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        key, layout = Qt.Key(event.key()), self._layout()
        if not plain or layout is None:
            return False
        if self._place is None:
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                # They walk the rows, as everywhere in the window; the scroll area between would scroll instead.
                return QApplication.sendEvent(self._graph.window(), event)
            if key not in _ARROWS:
                return False
            last = len(layout.columns) - 2
            self._choose(Place(last if key == Qt.Key.Key_Left else 0, int(layout.columns[1].tiles[0].neuron)))
        elif key in _ARROWS:
            self._choose(neighbour(layout, self._place, *_ARROWS[key]))
        elif key in _SIGNALS:
            (self.dismissed if key == Qt.Key.Key_Escape else self.opened).emit()
        else:
            return False
        return True

    def _choose(self, place: Place | None) -> None:
        self.set_place(place)
        self.chosen.emit(place)

    # Picture

    def paint(
        self, painter: QPainter, layout: NetworkLayout, snapshot: Snapshot | None, scale: float, theme: Theme
    ) -> None:
        """Paint the choice; one unit is one logical pixel."""
        place = self._place
        if place is None or place.layer + 1 >= len(layout.columns):
            return
        column = layout.columns[place.layer + 1]
        own = next((tile for tile in column.tiles if tile.neuron == place.unit), None)
        known = snapshot if snapshot is not None and snapshot.config.sizes == layout.sizes else None
        painter.drawPixmap(QPointF(0, 0), self._veiled(layout, column, place, known, (scale, theme)))
        if self._path:
            _light_path(painter, layout, self._path, theme)
        if own is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.ink), 2.0))
            if place.source == BIAS:
                painter.drawEllipse(QPointF(*own.bias_centre), BIAS_RADIUS + 2.5, BIAS_RADIUS + 2.5)
            painter.drawRoundedRect(QRectF(own.x - 3, own.y - 3, own.side + 6, own.side + 6), 9, 9)

    def _veiled(
        self, layout: NetworkLayout, column: Column, place: Place, snapshot: Snapshot | None, look: tuple[float, Theme]
    ) -> QPixmap:
        """Return what dims the rest, with the chosen edges over it."""
        # Made anew when something moved; for newer weights no more often than the tiles: wide curves take milliseconds.
        scale, theme = look
        ratio = self._graph.devicePixelRatioF()
        key = (id(layout), place, theme.name, ratio)
        moment = (None if snapshot is None else id(snapshot.parameters), scale)
        now = time.monotonic()
        kept = self._veil
        if kept is not None and kept[0] == key:
            if kept[1] == moment:
                return kept[2]
            if now - self._veil_at < _VEIL_INTERVAL:
                if not self._late.isActive():
                    self._late.start()
                return kept[2]
        veil = device_pixmap(layout.width, layout.height, ratio, None)
        painter = QPainter(veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _dim(painter, layout, column, place, theme)
        if snapshot is not None:
            _strokes(painter, layout, place, snapshot, scale, theme)
        painter.end()
        self._veil, self._veil_at = (key, moment, veil), now
        return veil


def neighbour(layout: NetworkLayout, place: Place, across: int, down: int) -> Place:
    """Return the neuron beside a place; at the diagram's rim the place's own."""
    at = place.layer + 1
    column = layout.columns[at]
    row = next((i for i, tile in enumerate(column.tiles) if tile.neuron == place.unit), 0)
    if down:
        row = min(max(row + down, 0), len(column.tiles) - 1)
        return Place(place.layer, column.tiles[row].neuron)
    target = min(max(at + across, 0), len(layout.columns) - 1)
    if target == at:
        return place.neuron
    middle = column.tiles[row].middle
    nearest = min(layout.columns[target].tiles, key=lambda tile: abs(tile.middle - middle))
    return Place(target - 1, nearest.neuron)


def _tile(column: Column, unit: int) -> Tile | None:
    return next((tile for tile in column.tiles if tile.neuron == unit), None)


def _dim(painter: QPainter, layout: NetworkLayout, own: Column, place: Place, theme: Theme) -> None:
    """Cover all edges, but not the rings and the "more" tiles that stand over them, and the chosen one's siblings."""
    painter.setPen(Qt.PenStyle.NoPen)
    for gap, after in zip(layout.gaps, layout.columns[1:], strict=True):
        cover = QPainterPath()
        cover.addRect(QRectF(gap.left, 0, gap.right - gap.left, layout.height))
        rings = QPainterPath()
        for tile in after.tiles:
            rings.addEllipse(QPointF(*tile.bias_centre), BIAS_RADIUS, BIAS_RADIUS)
        for more in (layout.columns[after.layer - 1].more, after.more):
            if more is not None:
                rings.addRect(QRectF(more.x, more.y, more.width, more.height))
        painter.fillPath(cover.subtracted(rings), with_alpha(theme.app, _DIM_EDGES))
    painter.setBrush(with_alpha(theme.app, _DIM_TILES))
    for tile in own.tiles:
        if tile.neuron != place.unit:
            painter.drawRoundedRect(QRectF(tile.x, tile.y, tile.side, tile.side), 7, 7)


def _edge(gap: Gap, source: int, target: int) -> int | None:
    found = np.flatnonzero((gap.sources == source) & (gap.targets == target))
    return int(found[0]) if len(found) else None


def _strokes(
    painter: QPainter, layout: NetworkLayout, place: Place, snapshot: Snapshot, scale: float, theme: Theme
) -> None:
    """Stroke the chosen neuron's edges, and the chosen one cased and labelled."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    gaps = []
    if place.layer > INPUTS:
        gap = layout.gaps[place.layer]
        gaps.append((gap, gap.targets == place.unit))
    if place.layer + 1 < len(layout.gaps):
        gap = layout.gaps[place.layer + 1]
        gaps.append((gap, gap.sources == place.unit))
    for gap, mask in gaps:
        weights = snapshot.parameters.take(gap.parameters)
        for index in np.flatnonzero(mask).tolist():
            _stroke(painter, gap, index, float(weights[index]), scale, theme)
    if place.source is None or place.source == BIAS:
        return
    gap = layout.gaps[place.layer]
    chosen = _edge(gap, place.source, place.unit)
    if chosen is None:
        return
    weight = float(snapshot.parameters[gap.parameters[chosen]])
    path = edge_path(gap, chosen)
    width = _width(weight, scale)
    for colour, more in ((theme.ink, 6.0), (theme.app, 4.0)):
        painter.strokePath(path, QPen(QColor(colour), width + more, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    _stroke(painter, gap, chosen, weight, scale, theme)
    _label(painter, f"w {signed(weight)}", path.pointAtPercent(0.5), theme)


def _width(weight: float, scale: float) -> float:
    return 0.7 + 4.6 * min(abs(weight) / scale, 1.0) if np.isfinite(weight) and scale > 0 else 0.7


def _stroke(painter: QPainter, gap: Gap, index: int, weight: float, scale: float, theme: Theme) -> None:
    share = min(abs(weight) / scale, 1.0) if np.isfinite(weight) and scale > 0 else 0.0
    colour = with_alpha(theme.positive if weight > 0 else theme.negative, max(0.62, 0.16 + 0.8 * share**0.75))
    painter.strokePath(edge_path(gap, index), QPen(colour, _width(weight, scale)))


def _light_path(painter: QPainter, layout: NetworkLayout, path: tuple[tuple[int, int], ...], theme: Theme) -> None:
    """Stroke the edges between the neurons of a path, and ring these."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (layer, unit), (after, target) in pairwise(path):
        if after != layer + 1 or after >= len(layout.gaps):
            continue
        gap = layout.gaps[after]
        index = _edge(gap, unit, target)
        if index is not None:
            painter.strokePath(edge_path(gap, index), QPen(QColor(theme.ink), 3.0))
    painter.setPen(QPen(QColor(theme.ink), 1.5))
    for layer, unit in path[1:]:
        tile = _tile(layout.columns[layer + 1], unit)
        if tile is not None:
            painter.drawRoundedRect(QRectF(tile.x - 2, tile.y - 2, tile.side + 4, tile.side + 4), 8, 8)


def _label(painter: QPainter, text: str, at: QPointF, theme: Theme) -> None:
    face = font(CAPTION, MEDIUM)
    width = QFontMetricsF(face).horizontalAdvance(text) + 18
    box = QRectF(at.x() - width / 2, at.y() - 11, width, 22)
    painter.setPen(QPen(QColor(theme.ink), 1.0))
    painter.setBrush(QColor(theme.field))
    painter.drawRoundedRect(box, 5, 5)
    painter.setFont(face)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
