"""The hand in the diagram: what the edges show, weights edited in place, what is frozen and silenced."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from nnviz.app.edge_values import CHANGE, FLOW, GRADIENT, WEIGHT
from nnviz.app.lenses import INPUTS, Place, fits, gone, position_of
from nnviz.app.marks import Kind, listed
from nnviz.app.notices import AppNotice
from nnviz.engine.explain_forward import BIAS
from nnviz.engine.mlp import MLPConfig
from nnviz.run import messages
from nnviz.run.looks import START
from nnviz.ui.panels.network_modes import MODE_KEYS
from nnviz.ui.panels.weight_editor import WeightEditor
from nnviz.ui.plots.lens_picker import place_of
from nnviz.ui.plots.network_hover import hit_at
from nnviz.ui.plots.network_marks import place_centre
from nnviz.ui.plots.network_matrix_ground import cell_centre

if TYPE_CHECKING:
    from nnviz.app.app_model import AppModel
    from nnviz.ui.main_window import MainWindow

NOTHING_CHOSEN: Final = "Choose a neuron, a weight or a bias in the diagram first: click it, or walk there by keys."
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WORDS: Final[dict[Kind, tuple[str, str]]] = {"frozen": ("Frozen", "K"), "silenced": ("Silenced", "X")}


class HandFlow(QObject):
    """Turns gestures over the diagram into verbs of `HandEdits`, and shows what became of them."""

    def __init__(self, model: "AppModel", window: "MainWindow") -> None:
        super().__init__(window)
        self._runs, self._hand = model.runs, model.runs.hand
        self._notify = model.notice.emit
        self._network, self._picker = window.network, window.network.picker
        self._desk = window.drawing.desk
        self._want_row = window.live.want_row
        self._graph, self._matrix = window.network.graph, window.network.matrix
        self.editor = WeightEditor(window.network)
        self._place: Place | None = None
        self._gesture = 0
        self._first = 0.0
        self.mode, self.reference = WEIGHT, START
        self._connect(model, window)

    def _connect(self, model: "AppModel", window: "MainWindow") -> None:
        modes, note = self._network.header.modes, self._network.note
        modes.mode_changed.connect(self.set_mode)
        modes.reference_changed.connect(self.set_reference)
        modes.marked.connect(lambda: self._runs.send(messages.KeepReference()))
        note.cleared.connect(self._hand.clear_marks)
        self._hand.changed.connect(self._show_marks)
        model.runs.config_changed.connect(self._on_config)
        self.editor.changed.connect(self._on_value)
        self.editor.reverted.connect(lambda: self._on_value(self._first))
        self.editor.closed.connect(self._on_closed)
        for canvas in (self._graph, self._matrix):
            canvas.installEventFilter(self)
        self._graph.layout_changed.connect(self._follow)
        self._matrix.resized.connect(self._follow)
        window.clock.tick.connect(self.tick)
        self._keys = [QShortcut(QKeySequence(key), window) for key in MODE_KEYS.values()]
        for key, mode in zip(self._keys, MODE_KEYS, strict=True):
            key.activated.connect(lambda mode=mode: modes.choose(mode))
        self._desk.changed.connect(self._share_keys)

    def tick(self) -> None:
        """Ask the run only for what can be seen; called once a frame."""
        runs, seen = self._runs, self._network.isVisible()
        runs.wants_gradient = seen and self.mode == GRADIENT
        runs.reference = self.reference if seen and self.mode == CHANGE else ""

    def _share_keys(self) -> None:
        """Leave the digits to the classes while points are drawn."""
        for key in self._keys:
            key.setEnabled(not self._desk.active)

    # What the edges show

    def set_mode(self, mode: str) -> None:
        """Show weights, gradients, changes or flows."""
        self.mode = mode
        self._network.set_mode(mode)
        if mode == FLOW:
            self._want_row()
        self._look_again()

    def set_reference(self, kind: str) -> None:
        """Count changes from another moment."""
        self.reference = kind
        self._network.header.modes.set_reference(kind)
        self._look_again()

    def _look_again(self) -> None:
        self.tick()
        self._runs.refresh()

    # Weights

    def edit(self, place: Place | None = None) -> None:
        """Open the editor at a place, or at the one that is chosen; of a neuron at its bias."""
        place = place or self._picker.place
        if place is None:
            self._refuse(NOTHING_CHOSEN)
            return
        if place.source is None and place.layer != INPUTS:
            place = Place(place.layer, place.unit, BIAS)
        reason, value = self._hand.why_not(place), self._hand.value_of(place)
        if reason or value is None:
            self._refuse(reason or gone(place))
            return
        self._place, self._gesture, self._first = place, self._hand.new_gesture(), value
        name = self._hand.names.weight(place)
        snapshot, config = self._runs.last_snapshot, self._runs.config
        mask = None if snapshot is None else snapshot.mask
        if mask is not None and config is not None and mask.silenced[position_of(place, config)]:
            name += ", silenced"
        self.editor.open_at(name, value, self._anchor(place), self._room())

    @property
    def _canvas(self) -> QWidget:
        """The diagram, or the matrices in its place."""
        return self._matrix if self._network.shows_matrix else self._graph

    def _anchor(self, place: Place) -> QPointF:
        """Return where a place is shown, in the panel's coordinates; the middle for one that is not."""
        canvas, layout = self._canvas, self._graph.layout_now
        if canvas is self._matrix:
            at = cell_centre(self._matrix.matrices, place)
        else:
            at = None if layout is None else place_centre(layout, place)
        if at is None or not QRectF(canvas.rect()).contains(at):
            at = QPointF(canvas.rect().center())
        return canvas.mapTo(self._network, at)

    def _room(self) -> QRectF:
        canvas = self._canvas
        corner = canvas.mapTo(self._network, QPointF(0, 0))
        return QRectF(corner, QSizeF(canvas.size())).adjusted(4, 4, -4, -4)

    def _follow(self) -> None:
        if self.editor.is_open and self._place is not None:
            self.editor.move_to(self._anchor(self._place), self._room())

    def _on_value(self, value: float) -> None:
        if self._place is not None:
            self._hand.set_parameter(self._place, value, self._gesture)

    def _on_closed(self, focused: bool) -> None:  # noqa: FBT001 - a signal's argument
        if focused:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_config(self, config: MLPConfig) -> None:
        if self.editor.is_open and (self._place is None or not fits(self._place, config)):
            self.editor.revert()

    # Marks

    def toggle(self, kind: Kind) -> None:
        """Freeze or silence what is chosen, or let it go."""
        place = self._picker.place
        if place is None:
            self._refuse(NOTHING_CHOSEN)
        else:
            self._hand.toggle(kind, place)

    def _show_marks(self) -> None:
        marks = self._hand.marks
        words = listed(marks, self._hand.names) if marks else ""
        self._network.set_marks(marks, words)

    def _refuse(self, text: str) -> None:
        self._notify(AppNotice("warning", text, topic="by hand"))

    # Mouse and keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take double clicks, the menu, and Enter on a weight."""
        del watched
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonDblClick:
            return self._on_double_click(event)
        if isinstance(event, QContextMenuEvent):
            return self._on_menu(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _ENTER:
            place = self._picker.place
            if place is not None and place.source is not None:
                self.edit(place)
                return True
        return False

    def _on_double_click(self, event: QMouseEvent) -> bool:
        # The first click chose it, and may have moved the diagram under the cursor since.
        place = self._picker.place
        if event.button() == Qt.MouseButton.LeftButton and place is not None and place.source is not None:
            self.edit(place)
            return True
        return False

    def _on_menu(self, event: QContextMenuEvent) -> bool:
        place, at = self._picker.place, event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            place = self._place_at(QPointF(event.pos()))
        elif place is not None:
            at = self._network.mapToGlobal(self._anchor(place).toPoint())
        if place is None or self._runs.config is None:
            return False
        self.menu(place).popup(at)
        return True

    def _place_at(self, at: QPointF) -> Place | None:
        if self._canvas is self._matrix:
            return self._matrix.place_at(at)
        layout = self._graph.layout_now
        return None if layout is None else place_of(hit_at(layout, at.x(), at.y()))

    def menu(self, place: Place) -> QMenu:
        """Return the menu of a place; it is gone once it is closed."""
        names = self._hand.names
        menu = QMenu(self._network)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(names.title(place) if place.source is None else names.weight(place))
        title = menu.addAction(menu.accessibleName().replace("&", "&&"))
        title.setEnabled(False)
        menu.addSeparator()
        if place.layer != INPUTS:
            what = "weight" if place.source not in (None, BIAS) else "bias"
            menu.addAction(f"Set {what}\N{HORIZONTAL ELLIPSIS}\tF2").triggered.connect(lambda: self.edit(place))
        for kind in ("frozen", "silenced"):
            if kind == "silenced" or place.layer != INPUTS:
                self._add_mark(menu, kind, place)
        if self._hand.marks:
            menu.addSeparator()
            menu.addAction(f"Clear {self._hand.marks.words}").triggered.connect(self._hand.clear_marks)
        return menu

    def _add_mark(self, menu: QMenu, kind: Kind, place: Place) -> None:
        word, key = _WORDS[kind]
        action: QAction = menu.addAction(f"{word}\t{key}")
        action.setCheckable(True)
        action.setChecked(place in self._hand.marks.of(kind))
        action.triggered.connect(lambda on: self._hand.mark(kind, place, on=on))
