"""The caption of one hidden layer: its size and activation, with buttons that change them in place."""

import math
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRectF, Signal
from PySide6.QtGui import QActionGroup, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from nnviz.app.network_edits import MAX_UNITS
from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnviz.ui.dialogs.training_words import explained, pretty
from nnviz.ui.plots.network_buttons import BUTTON_WIDTH, CaptionButton, paint_frame
from nnviz.ui.theme import CAPTION, DARK, MEDIUM, Theme, font

ROW_HEIGHT, CAPTION_TOP, CAPTION_WIDTH = 44, 8, 170
ADD_SIZE, GAP, END_PADDING = 17, 25, 18
NARROW_BUTTON, TEXT_MARGINS = 18, 8
SHIFT = 16  # how far captions may move off their columns to make room for the output's
_GROUPS = ("Within bounds", "Unbounded")


def activation_groups() -> dict[str, tuple[str, ...]]:
    """Return the hidden activations under the headings of the menu: by whether their output has two bounds."""
    bounded = {key: all(map(math.isfinite, ACTIVATIONS[key].output_range)) for key in HIDDEN_ACTIVATIONS}
    return {title: tuple(key for key in bounded if bounded[key] is (title == _GROUPS[0])) for title in _GROUPS}


class LayerCaption(QWidget):
    """`Hidden 1 · 8 · tanh | − | +` with a menu behind the text."""

    units_changed = Signal(int)
    activation_changed = Signal(str)
    removed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = DARK
        self._units, self._activation = 1, "tanh"
        self.text = CaptionButton(self)
        self.minus, self.plus = CaptionButton(self, "−"), CaptionButton(self, "+")
        self.minus.clicked.connect(lambda: self.units_changed.emit(self._units - 1))
        self.plus.clicked.connect(lambda: self.units_changed.emit(self._units + 1))
        self.text.clicked.connect(self._open)
        self.menu = QMenu(self)
        self._group = QActionGroup(self.menu)
        self.menu.setToolTipsVisible(True)
        for title, keys in activation_groups().items():
            self.menu.addAction(title).setEnabled(False)
            for key in keys:
                self._add_activation(key)
            self.menu.addSeparator()
        self.menu.addAction("Remove this layer").triggered.connect(self._remove)

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

    def show_layer(self, number: int, units: int, activation: str) -> None:
        """Show hidden layer ``number`` (from 1)."""
        self._units, self._activation = units, activation
        label = ACTIVATIONS[activation].label
        self.text.set_texts(
            (f"Hidden {number} · {units} · {label}", f"H{number} · {units} · {label}", f"{units} · {label}", label)
        )
        self.text.describe(f"Hidden layer {number}: {units} neurons, {label}. Choose its activation or remove it")
        one = "A layer needs at least 1 neuron; its menu removes the layer." if units <= 1 else ""
        self.minus.describe(f"Remove a neuron from hidden layer {number}", one)
        most = f"A layer has at most {MAX_UNITS} neurons." if units >= MAX_UNITS else ""
        self.plus.describe(f"Add a neuron to hidden layer {number}", most)
        for action in self._group.actions():
            action.setChecked(action.data() == activation)

    @property
    def least_width(self) -> float:
        """The width in which the name of the activation fits, in small type, without the rest."""
        name = QFontMetricsF(font(CAPTION, MEDIUM)).horizontalAdvance(ACTIVATIONS[self._activation].label)
        return math.ceil(name) + TEXT_MARGINS + 2 * NARROW_BUTTON

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        for button in (self.text, self.minus, self.plus):
            button.set_theme(theme)
        self.update()

    def arrange(self) -> None:
        """Place the buttons for the present width."""
        side = BUTTON_WIDTH if self.width() >= 150 else 20 if self.width() >= 120 else NARROW_BUTTON
        self.text.setGeometry(0, 0, self.width() - 2 * side, self.height())
        self.minus.setGeometry(self.width() - 2 * side, 0, side, self.height())
        self.plus.setGeometry(self.width() - side, 0, side, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the frame around the three buttons."""
        del event
        painter = QPainter(self)
        paint_frame(painter, QRectF(self.rect()), self._theme, strong=True)
        for button in (self.minus, self.plus):
            painter.drawLine(QPointF(button.x() + 0.5, 5), QPointF(button.x() + 0.5, self.height() - 5))
