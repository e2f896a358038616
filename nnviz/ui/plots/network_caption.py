"""The caption of one hidden layer: its size and activation, with buttons and a menu that change them in place."""

import math
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from nnviz.app.network_edits import MAX_HIDDEN_LAYERS, MAX_UNITS
from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnviz.ui.plots.network_buttons import BUTTON_WIDTH, CaptionButton, paint_frame
from nnviz.ui.theme import CAPTION, DARK, MEDIUM, Theme, font
from nnviz.ui.training_words import explained, pretty
from nnviz.ui.type_scale import px

NARROW_BUTTON, TEXT_MARGINS = 18, 8
_GROUPS = ("Within bounds", "Unbounded")
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


def activation_groups() -> dict[str, tuple[str, ...]]:
    """Return the hidden activations under the headings of the menu: by whether their output has two bounds."""
    bounded = {key: all(map(math.isfinite, ACTIVATIONS[key].output_range)) for key in HIDDEN_ACTIVATIONS}
    return {title: tuple(key for key in bounded if bounded[key] is (title == _GROUPS[0])) for title in _GROUPS}


class LayerCaption(QWidget):
    """`Hidden 1 · 8 · tanh | − | +` with a menu behind the text.

    Signals
    -------
    units_changed(int), activation_changed(str), removed
        What the person asks for.
    added(int)
        A layer is wanted before this one (0) or after it (1).
    moved(int)
        This layer belongs one place to the left (-1) or to the right (1).
    expanded
        All neurons are to be shown, or the strongest only again.
    """

    units_changed = Signal(int)
    activation_changed = Signal(str)
    removed = Signal()
    added = Signal(int)
    moved = Signal(int)
    expanded = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._units, self._activation, self._number, self._compact = 1, "tanh", 1, False
        self.text = CaptionButton(self)
        self.minus, self.plus = CaptionButton(self, "−"), CaptionButton(self, "+")
        self.minus.clicked.connect(lambda: self.units_changed.emit(self._units - 1))
        self.plus.clicked.connect(lambda: self.units_changed.emit(self._units + 1))
        self.text.clicked.connect(self._open)
        self.text.installEventFilter(self)
        self.menu = QMenu(self)
        self._group = QActionGroup(self.menu)
        self.menu.setToolTipsVisible(True)
        for title, keys in activation_groups().items():
            self.menu.addAction(title).setEnabled(False)
            for key in keys:
                self._add_activation(key)
            self.menu.addSeparator()
        self._more = self._action("Add a neuron", lambda: self.units_changed.emit(self._units + 1))
        self._fewer = self._action("Remove a neuron", lambda: self.units_changed.emit(self._units - 1))
        self._all = self._action("Show all neurons", self.expanded.emit)
        self.menu.addSeparator()
        self._before = self._action("Add a layer before it", lambda: self.added.emit(0))
        self._after = self._action("Add a layer after it", lambda: self.added.emit(1))
        self._left = self._action("Move it left\tCtrl+Shift+Left", lambda: self.moved.emit(-1))
        self._right = self._action("Move it right\tCtrl+Shift+Right", lambda: self.moved.emit(1))
        self.menu.addSeparator()
        self.menu.addAction("Remove this layer").triggered.connect(self._remove)

    def _action(self, text: str, do: object) -> QAction:
        action = self.menu.addAction(text)
        action.triggered.connect(do)
        return action

    def _add_activation(self, key: str) -> None:
        activation = ACTIVATIONS[key]
        # What follows a tab stands in a column of its own at the right.
        action = self.menu.addAction(f"{activation.label}\t{pretty(activation.formula)}")
        action.setCheckable(True)
        action.setData(key)
        action.setToolTip(explained(activation.source))
        self._group.addAction(action)
        action.triggered.connect(partial(self._choose, key))

    def _remove(self, *_checked: bool) -> None:
        self.removed.emit()

    def _choose(self, key: str, *_checked: bool) -> None:
        self.activation_changed.emit(key)

    def _open(self) -> None:
        self.menu.popup(self.text.mapToGlobal(QPoint(0, self.text.height() + 2)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Move the layer by Ctrl+Shift with an arrow while its text has the focus, remove it by Delete."""
        del watched
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            held, key = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(event.key())
            if held == both and key in _MOVES:
                self.moved.emit(_MOVES[key])
                return True
            if not held and key == Qt.Key.Key_Delete:
                self.removed.emit()
                return True
        return False

    def show_layer(self, number: int, units: int, activation: str, n_hidden: int) -> None:
        """Show hidden layer ``number`` (from 1) of ``n_hidden``."""
        self._units, self._activation, self._number = units, activation, number
        label = ACTIVATIONS[activation].label
        self._set_texts()
        name = f"Hidden layer {number}: {units} {'neuron' if units == 1 else 'neurons'}, {label}"
        self.text.describe(f"{name}. Choose its activation or remove it")
        self.text.setToolTip(
            f"{name}. Click to change it. Drag it sideways to reorder the layers (Ctrl+Shift+Left and Right), "
            "down out of the row to remove it (Delete)"
        )
        one = "A layer needs at least 1 neuron; its menu removes the layer." if units <= 1 else ""
        self.minus.describe(f"Remove a neuron from hidden layer {number}", one)
        most = f"A layer has at most {MAX_UNITS} neurons." if units >= MAX_UNITS else ""
        self.plus.describe(f"Add a neuron to hidden layer {number}", most)
        self._fewer.setEnabled(not one)
        self._more.setEnabled(not most)
        for action in (self._before, self._after):
            action.setEnabled(n_hidden < MAX_HIDDEN_LAYERS)
        self._left.setEnabled(number > 1)
        self._right.setEnabled(number < n_hidden)
        for action in self._group.actions():
            action.setChecked(action.data() == activation)

    def set_collapsed(self, *, collapsed: bool, expanded: bool) -> None:
        """Offer to show all neurons of a collapsed layer, or of an ``expanded`` one the strongest only."""
        self._all.setVisible(collapsed or expanded)
        self._all.setText("Show the strongest neurons only" if expanded else f"Show all {self._units} neurons")

    def _set_texts(self) -> None:
        label, units, number = ACTIVATIONS[self._activation].label, self._units, self._number
        full = (f"Hidden {number} · {units} · {label}", f"H{number} · {units} · {label}", f"{units} · {label}", label)
        self.text.set_texts((f"{units} · {label}", f"{units}") if self._compact else full)

    @property
    def least_widths(self) -> tuple[float, float]:
        """The width in which the activation's name fits beside the buttons, and the number of neurons without them."""
        advance = QFontMetricsF(font(CAPTION, MEDIUM)).horizontalAdvance
        name = math.ceil(advance(ACTIVATIONS[self._activation].label))
        return name + TEXT_MARGINS + 2 * px(NARROW_BUTTON), math.ceil(advance(str(self._units))) + TEXT_MARGINS + 2

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        for button in (self.text, self.minus, self.plus):
            button.set_theme(theme)
        self.update()

    def arrange(self, *, compact: bool) -> None:
        """Place the buttons for the present width; ``compact`` leaves all but the text to the menu."""
        if compact != self._compact:
            self._compact = compact
            self._set_texts()
        wide = self.width()
        side = px(BUTTON_WIDTH if wide >= px(150) else 20 if wide >= px(120) else NARROW_BUTTON)
        self.text.setGeometry(0, 0, self.width() - (0 if compact else 2 * side), self.height())
        for button, left in ((self.minus, self.width() - 2 * side), (self.plus, self.width() - side)):
            button.setVisible(not compact)
            button.setGeometry(left, 0, side, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the frame around the three buttons."""
        del event
        painter = QPainter(self)
        paint_frame(painter, QRectF(self.rect()), self._theme, strong=True)
        for button in () if self._compact else (self.minus, self.plus):
            painter.drawLine(QPointF(button.x() + 0.5, 5), QPointF(button.x() + 0.5, self.height() - 5))
