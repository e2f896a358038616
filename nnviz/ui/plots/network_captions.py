"""The row of layer captions above the diagram: sizes, activations, and buttons that change the structure in place."""

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QActionGroup, QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from nnviz.app.network_edits import MAX_HIDDEN_LAYERS, MAX_UNITS
from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLPConfig
from nnviz.ui.dialogs.training_words import explained, pretty
from nnviz.ui.plots.network_buttons import BUTTON_HEIGHT, BUTTON_WIDTH, CaptionButton, fitting, paint_frame
from nnviz.ui.plots.network_layout import NetworkLayout, spread
from nnviz.ui.theme import BODY, CAPTION, DARK, MEDIUM, Theme, font

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


class CaptionRow(QWidget):
    """One caption a column and a round "+" between neighbours.

    Signals
    -------
    layer_added(int), layer_removed(int), units_changed(int, int), activation_changed(int, str)
        What the person asks for; hidden layers are counted from 0. The row itself changes with `set_network`.
    """

    layer_added = Signal(int)
    layer_removed = Signal(int)
    units_changed = Signal(int, int)
    activation_changed = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(ROW_HEIGHT)
        self._theme = DARK
        self._config: MLPConfig | None = None
        self._layout: NetworkLayout | None = None
        self.captions: list[LayerCaption] = []
        self.adders: list[CaptionButton] = []
        self._ends: list[tuple[QRectF, tuple[str, ...]]] = []

    def set_network(self, config: MLPConfig) -> None:
        """Show the captions of a network."""
        self._config = config
        hidden = config.hidden
        while len(self.captions) < len(hidden):
            index, caption = len(self.captions), LayerCaption(self)
            caption.set_theme(self._theme)
            caption.units_changed.connect(partial(self.units_changed.emit, index))
            caption.activation_changed.connect(partial(self.activation_changed.emit, index))
            caption.removed.connect(partial(self.layer_removed.emit, index))
            self.captions.append(caption)
        while len(self.adders) < len(hidden) + 1:
            adder = CaptionButton(self, "+", circle=True)
            adder.set_theme(self._theme)
            adder.clicked.connect(partial(self._add, len(self.adders)))
            self.adders.append(adder)
        for index, caption in enumerate(self.captions):
            caption.setVisible(index < len(hidden))
            if index < len(hidden):
                caption.show_layer(index + 1, hidden[index].units, hidden[index].activation)
        full = f"{MAX_HIDDEN_LAYERS} hidden layers are the most." if len(hidden) >= MAX_HIDDEN_LAYERS else ""
        for index, adder in enumerate(self.adders):
            adder.setVisible(index <= len(hidden))
            where = f"before hidden layer {index + 1}" if index < len(hidden) else "before the output"
            adder.describe(f"Add a hidden layer {where}", full)
        self._order_focus()

    def _add(self, index: int, *_checked: bool) -> None:
        self.layer_added.emit(index)

    def _order_focus(self) -> None:
        """Let the tab key walk from left to right."""
        order: list[QWidget] = []
        for index, adder in enumerate(self.adders):
            order.append(adder)
            if index < len(self.captions):
                caption = self.captions[index]
                order += [caption.text, caption.minus, caption.plus]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        for caption in self.captions:
            caption.set_theme(theme)
        for adder in self.adders:
            adder.set_theme(theme)
        self.update()

    def arrange(self, layout: NetworkLayout) -> None:
        """Place everything above the columns of a layout."""
        config = self._config
        if config is None or len(layout.columns) != len(config.sizes):
            return
        centres = [column.centre for column in layout.columns]
        # As wide as the spacing lets them be, and never so narrow that an activation's name is cut.
        least = max((caption.least_width for caption in self.captions[: len(config.hidden)]), default=0.0)
        width = max(min(float(CAPTION_WIDTH), layout.spacing - GAP), least)
        output, loss = config.layers[-1], LOSSES[config.loss].label
        label = ACTIVATIONS[output.activation].label
        inputs = (f"Inputs · {config.n_inputs}", f"{config.n_inputs}")
        outputs = (
            f"Output · {output.units} · {label} · {loss}",
            f"{output.units} · {label} · {loss}",
            f"Output · {output.units} · {label}",
            f"{output.units} · {label}",
        )
        advance: Callable[[str], float] = QFontMetricsF(font(BODY, MEDIUM)).horizontalAdvance
        input_width = min(advance(inputs[0]) + END_PADDING, layout.spacing - GAP)
        before = centres[-2] + (width if config.hidden else input_width) / 2 + GAP
        taken = input_width + width * len(config.hidden) + GAP * (len(config.hidden) + 1)
        room = min(layout.width - 8 - before + SHIFT, layout.width - 16 - taken)
        text, pixels = fitting(outputs, room - END_PADDING)
        output_width = QFontMetricsF(font(pixels, MEDIUM)).horizontalAdvance(text) + END_PADDING
        widths = [input_width, *[width] * len(config.hidden), output_width]
        lefts = spread(centres, widths, GAP, 8.0, layout.width - 8)
        for caption, left in zip(self.captions, lefts[1:-1], strict=False):
            caption.setGeometry(round(left), CAPTION_TOP, round(width), BUTTON_HEIGHT)
            caption.arrange()
        for adder, left, box_width, right in zip(self.adders, lefts[:-1], widths[:-1], lefts[1:], strict=False):
            middle = (left + box_width + right) / 2
            adder.setGeometry(
                round(middle - ADD_SIZE / 2), CAPTION_TOP + (BUTTON_HEIGHT - ADD_SIZE) // 2, ADD_SIZE, ADD_SIZE
            )
        self._ends = [
            (QRectF(round(lefts[at]), CAPTION_TOP, round(widths[at]), BUTTON_HEIGHT), texts)
            for at, texts in ((0, inputs), (-1, outputs))
        ]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the ground and the captions that are no buttons: inputs and output."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.app))
        for box, texts in self._ends:
            paint_frame(painter, box, self._theme, strong=False)
            text, pixels = fitting(texts, box.width() - END_PADDING + 1)
            painter.setPen(QColor(self._theme.ink))
            painter.setFont(font(pixels, MEDIUM))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
