"""The row of layer captions above the diagram, and the buttons between them that add a layer."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnviz.app.network_edits import MAX_HIDDEN_LAYERS
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLPConfig
from nnviz.ui.plots.network_buttons import BUTTON_HEIGHT, CaptionButton, fitting, paint_frame
from nnviz.ui.plots.network_caption import LayerCaption
from nnviz.ui.plots.network_layout import NetworkLayout
from nnviz.ui.theme import BODY, DARK, MEDIUM, Theme, font

ROW_HEIGHT, CAPTION_TOP, CAPTION_WIDTH = 44, 8, 170
ADD_SIZE, GAP, END_PADDING = 17, 25, 18
SHIFT = 16  # how far captions may move off their columns to make room for the output's


def spread(centres: Sequence[float], widths: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return the left edges of boxes near their wanted centres, in order, at least ``gap`` apart, within low to high.

    When they cannot all fit, they keep their order and distances and run over ``high``.
    """
    lefts = [centre - width / 2 for centre, width in zip(centres, widths, strict=True)]

    def push_right() -> None:
        edge = low
        for index, width in enumerate(widths):
            lefts[index] = max(edge, lefts[index])
            edge = lefts[index] + width + gap

    push_right()
    edge = high
    for index in range(len(lefts) - 1, -1, -1):
        lefts[index] = min(lefts[index], edge - widths[index])
        edge = lefts[index] - gap
    push_right()
    return lefts


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
