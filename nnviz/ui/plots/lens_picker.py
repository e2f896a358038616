"""Choosing a neuron, a weight or a bias in the diagram: by click, by arrow and tab keys; and showing what is chosen."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.app.lenses import Place
from nnviz.engine.explain_forward import BIAS
from nnviz.ui.plots import network_emphasis as emphasis
from nnviz.ui.plots.network_hover import Hit, hit_at
from nnviz.ui.plots.network_layout import REST, Column, NetworkLayout
from nnviz.ui.plots.network_render import Scene

if TYPE_CHECKING:
    from nnviz.ui.plots.network_spot import Spot
    from nnviz.ui.plots.network_stream import Stream

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_TABS = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SLACK = 4.0  # logical pixels that a click may wander


def place_of(hit: Hit | None) -> Place | None:
    """Return the place that a click on something chooses: of a band's edge the neuron at its other end."""
    if hit is None or hit.kind == "band":
        return None
    if hit.kind == "edge" and hit.neuron == REST:
        return None if hit.source == REST else Place(hit.layer - 2, hit.source)
    if hit.kind == "edge" and hit.source != REST:
        return Place(hit.layer - 1, hit.neuron, hit.source)
    return Place(hit.layer - 1, hit.neuron, BIAS if hit.kind == "bias" else None)


def hit_of(place: Place) -> Hit:
    """Return what a click must meet to choose a place."""
    if place.source is None:
        return Hit("tile", place.layer + 1, place.unit)
    kind: Literal["bias", "edge"] = "bias" if place.source == BIAS else "edge"
    return Hit(kind, place.layer + 1, place.unit, REST if kind == "bias" else place.source)


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
    band_pressed(int)
        A band was clicked, or Enter pressed on it: the index of its column.
    walked(object)
        The keys came to something else, a `Hit`.
    changed
        Another place is chosen, whoever chose it.
    """

    chosen = Signal(object)
    opened = Signal()
    dismissed = Signal()
    band_pressed = Signal(int)
    walked = Signal(object)
    changed = Signal()

    def __init__(self, graph: QWidget, layout: Callable[[], NetworkLayout | None]) -> None:
        super().__init__(graph)
        self._graph, self._layout = graph, layout
        self._place: Place | None = None
        self._band: int | None = None  # the column of the band that the keys came to
        self._path: tuple[tuple[int, int], ...] = ()
        self._pressed: QPointF | None = None
        self._framed = False
        self._stream: Stream | Spot | None = None
        self._emphasis = emphasis.Emphasis()
        self._late = QTimer(self, singleShot=True, interval=round(1000 * emphasis.INTERVAL))
        self._late.timeout.connect(graph.update)
        graph.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        graph.installEventFilter(self)

    @property
    def place(self) -> Place | None:
        """What is chosen."""
        return self._place

    @property
    def lit(self) -> Hit | None:
        """What is chosen, or the band that the keys came to."""
        if self._band is not None:
            return Hit("band", self._band, REST)
        return None if self._place is None else hit_of(self._place)

    @property
    def neurons(self) -> list[tuple[int, int]]:
        """The neurons at both ends of what is chosen, as (column, neuron); column 0 is the inputs."""
        place = self._place
        if place is None:
            return []
        ends = [(place.layer + 1, place.unit)]
        return ends if place.source is None or place.source == BIAS else [*ends, (place.layer, place.source)]

    def set_place(self, place: Place | None) -> None:
        """Show a choice, without a signal."""
        self._band = None
        if place != self._place:
            self._place, self._path = place, ()
            self.changed.emit()
            self._graph.update()

    @property
    def stream(self) -> "Stream | Spot | None":
        """What is shown instead of what is chosen."""
        return self._stream

    def set_stream(self, stream: "Stream | Spot | None") -> None:
        """Show what passes through the network, or what a finding is about; None shows what is chosen again."""
        if stream is not self._stream:
            self._stream = stream
            self._graph.update()

    def set_path(self, path: tuple[tuple[int, int], ...]) -> None:
        """Light up a path from the chosen weight on, as (layer, unit) of each neuron; () for none."""
        if path != self._path:
            self._path = path
            self._graph.update()

    # Mouse and keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take clicks, arrow keys and, with something chosen, the tab key."""
        del watched
        if isinstance(event, QFocusEvent):
            self._framed = event.gotFocus() and event.reason() in emphasis.BY_KEY
            self._graph.update()
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
                hit = hit_at(layout, event.position().x(), event.position().y())
                if hit is not None and hit.kind == "band":
                    self.band_pressed.emit(hit.layer)
                else:
                    self.choose(place_of(hit))
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key, layout, lit = Qt.Key(event.key()), self._layout(), self.lit
        if layout is None:
            return False
        if lit is None:
            return not held and self._begin(layout, key, event)
        if key in _TABS and not held & ~Qt.KeyboardModifier.ShiftModifier:
            return self._walk(next_part(layout, lit, _TABS[key]))
        if held:
            return False
        if key in _ARROWS:
            return self._walk(neighbour(layout, lit, *_ARROWS[key]))
        return self._signal(key, lit)

    def _begin(self, layout: NetworkLayout, key: Qt.Key, event: QKeyEvent) -> bool:
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            # They walk the rows, as everywhere in the window.
            return QApplication.sendEvent(self._graph.window(), event)
        if key not in _ARROWS:
            return False
        column = layout.columns[-1 if key == Qt.Key.Key_Left else 1]
        return self._walk(Hit("tile", column.layer, column.tiles[0].neuron))

    def _signal(self, key: Qt.Key, lit: Hit) -> bool:
        if key == Qt.Key.Key_Escape:
            self.dismissed.emit()
        elif key in _ENTER and lit.kind == "band":
            self.band_pressed.emit(lit.layer)
        elif key in _ENTER:
            self.opened.emit()
        else:
            return False
        return True

    def _walk(self, to: Hit | None) -> bool:
        if to is None:
            return False
        if to.kind == "band":
            self._band = to.layer
            self._graph.update()
        else:
            self.choose(place_of(to))
        self.walked.emit(to)
        return True

    def choose(self, place: Place | None) -> None:
        """Choose a place as a click on it does; None lets go."""
        self.set_place(place)
        self.chosen.emit(place)

    # Picture

    def paint(self, painter: QPainter, scene: Scene, look: emphasis.Look) -> None:
        """Paint the choice; one unit is one logical pixel."""
        if self._stream is not None and self._stream.paint(painter, scene, look):
            return
        lit = self.lit
        if lit is None or lit.layer >= len(scene.layout.columns):
            if self._framed:
                emphasis.focus_frame(painter, QRectF(self._graph.rect()), look.theme)
            return
        if self._emphasis.paint(painter, scene, lit, look) and not self._late.isActive():
            self._late.start()
        if self._path:
            emphasis.light_path(painter, scene.layout, self._path, look.theme)
        emphasis.ring(painter, scene.layout, lit, look.theme)


def _row(column: Column, hit: Hit) -> int:
    if hit.kind == "band":
        return len(column.tiles)
    return next((row for row, tile in enumerate(column.tiles) if tile.neuron == hit.neuron), 0)


def _at_row(column: Column, row: int) -> Hit:
    if row >= len(column.tiles) and column.band is not None:
        return Hit("band", column.layer, REST)
    return Hit("tile", column.layer, column.tiles[min(max(row, 0), len(column.tiles) - 1)].neuron)


def neighbour(layout: NetworkLayout, hit: Hit, across: int, down: int) -> Hit:
    """Return the neuron or band beside something; at the diagram's rim its own."""
    column = layout.columns[hit.layer]
    row = _row(column, hit)
    if down:
        return _at_row(column, row + down)
    target = min(max(hit.layer + across, 0), len(layout.columns) - 1)
    if target == hit.layer:
        return _at_row(column, row)
    band = column.band
    middle = band.y + band.height / 2 if band is not None and hit.kind == "band" else column.tiles[row].middle
    nearest = min(layout.columns[target].tiles, key=lambda tile: abs(tile.middle - middle))
    return Hit("tile", target, nearest.neuron)


def parts_of(layout: NetworkLayout, hit: Hit) -> list[Hit]:
    """Return a neuron's own parts in the order of the tab key: itself, its bias, its weights from the top down."""
    parts = [Hit("tile", hit.layer, hit.neuron)]
    if hit.layer > 0:
        parts.append(Hit("bias", hit.layer, hit.neuron))
        gap = layout.gaps[hit.layer - 1]
        own = np.flatnonzero((gap.targets == hit.neuron) & (gap.sources != REST))
        parts += [Hit("edge", hit.layer, hit.neuron, source) for source in gap.sources[own].tolist()]
    return parts


def next_part(layout: NetworkLayout, hit: Hit, step: int) -> Hit | None:
    """Return what the tab key comes to next, or before: every neuron with its parts, then the next; None at the end."""
    column = layout.columns[hit.layer]
    row = _row(column, hit)
    if hit.kind != "band":
        parts = parts_of(layout, hit)
        at = parts.index(hit) + step if hit in parts else len(parts)
        if 0 <= at < len(parts):
            return parts[at]
    row += step
    rows = len(column.tiles) + (column.band is not None)
    if not 0 <= row < rows:
        layer = hit.layer + step
        if not 0 <= layer < len(layout.columns):
            return None
        column = layout.columns[layer]
        row = 0 if step > 0 else len(column.tiles) + (column.band is not None) - 1
    found = _at_row(column, row)
    return found if step > 0 or found.kind == "band" else parts_of(layout, found)[-1]
