"""The row of layer captions above the diagram, and the buttons between them that add a layer."""

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
from nnviz.ui.plots.network_caption_drag import CaptionDrag
from nnviz.ui.plots.network_caption_places import END_PADDING, caption_places
from nnviz.ui.plots.network_layout import NetworkLayout
from nnviz.ui.theme import DARK, MEDIUM, Theme, font
from nnviz.ui.type_scale import hold, px

ROW_HEIGHT, CAPTION_TOP, ADD_SIZE = 44, 8, 17
_SHORT = {"mean squared error": "MSE", "mean absolute error": "MAE"}  # as everybody in the field writes them


class CaptionRow(QWidget):
    """One caption a column and a round "+" between neighbours.

    Signals
    -------
    layer_added(int), layer_removed(int), layer_moved(int, int), units_changed(int, int), activation_changed(int, str)
        What the person asks for; hidden layers are counted from 0. The row itself changes with `set_network`.
    layer_expanded(int)
        All neurons of a column are to be shown, or the strongest only again; column 0 is the inputs.
    """

    layer_added = Signal(int)
    layer_removed = Signal(int)
    layer_moved = Signal(int, int)
    units_changed = Signal(int, int)
    activation_changed = Signal(int, str)
    layer_expanded = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        hold(self, height=ROW_HEIGHT)
        self._theme = DARK
        self._config: MLPConfig | None = None
        self._focus_next: int | None = None  # the caption whose layer was moved by keys, once it has been moved
        self.captions: list[LayerCaption] = []
        self.adders: list[CaptionButton] = []
        self._ends: list[tuple[QRectF, tuple[str, ...]]] = []
        self.end_buttons = [self._end_button(at) for at in (0, -1)]
        self.drag = CaptionDrag(self, lambda: [caption for caption in self.captions if not caption.isHidden()])
        self.drag.moved.connect(self.layer_moved)
        self.drag.removed.connect(self.layer_removed)

    def _end_button(self, at: int) -> CaptionButton:
        """Return what lies over the caption of the inputs or outputs while these are collapsed or expanded."""
        button = CaptionButton(self)
        button.hide()
        button.clicked.connect(lambda: self.layer_expanded.emit(0 if at == 0 else self._last_column))
        return button

    @property
    def _last_column(self) -> int:
        return 0 if self._config is None else len(self._config.layers)

    def set_network(self, config: MLPConfig) -> None:
        """Show the captions of a network."""
        self._config = config
        hidden = config.hidden
        while len(self.captions) < len(hidden):
            self.captions.append(self._new_caption(len(self.captions)))
        while len(self.adders) < len(hidden) + 1:
            adder = CaptionButton(self, "+", circle=True)
            adder.set_theme(self._theme)
            adder.clicked.connect(partial(self._add, len(self.adders)))
            self.adders.append(adder)
        for index, caption in enumerate(self.captions):
            caption.setVisible(index < len(hidden))
            if index < len(hidden):
                caption.show_layer(index + 1, hidden[index].units, hidden[index].activation, len(hidden))
        full = f"{MAX_HIDDEN_LAYERS} hidden layers are the most." if len(hidden) >= MAX_HIDDEN_LAYERS else ""
        for index, adder in enumerate(self.adders):
            adder.setVisible(index <= len(hidden))
            where = f"before hidden layer {index + 1}" if index < len(hidden) else "before the output"
            adder.describe(f"Add a hidden layer {where}", full)
        self._order_focus()
        if self._focus_next is not None and self._focus_next < len(hidden):
            self.captions[self._focus_next].text.setFocus()
        self._focus_next = None

    def _new_caption(self, index: int) -> LayerCaption:
        caption = LayerCaption(self)
        caption.set_theme(self._theme)
        caption.units_changed.connect(partial(self.units_changed.emit, index))
        caption.activation_changed.connect(partial(self.activation_changed.emit, index))
        caption.removed.connect(partial(self.layer_removed.emit, index))
        caption.added.connect(lambda after: self.layer_added.emit(index + after))
        caption.moved.connect(partial(self._move, index))
        caption.expanded.connect(partial(self.layer_expanded.emit, index + 1))
        self.drag.watch(caption.text, index)
        return caption

    def _add(self, index: int, *_checked: bool) -> None:
        self.layer_added.emit(index)

    def _move(self, index: int, by: int) -> None:
        hidden = 0 if self._config is None else len(self._config.hidden)
        if 0 <= index + by < hidden:
            self._focus_next = index + by
            self.layer_moved.emit(index, index + by)

    def _order_focus(self) -> None:
        """Let the tab key walk from left to right."""
        order: list[QWidget] = [self.end_buttons[0]]
        for index, adder in enumerate(self.adders):
            order.append(adder)
            if index < len(self.captions):
                caption = self.captions[index]
                order += [caption.text, caption.minus, caption.plus]
        order.append(self.end_buttons[1])
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.drag.set_theme(theme)
        for caption in self.captions:
            caption.set_theme(theme)
        for button in (*self.adders, *self.end_buttons):
            button.set_theme(theme)
        self.update()

    def arrange(self, layout: NetworkLayout) -> None:
        """Place everything above the columns of a layout as it is on the canvas."""
        config = self._config
        if config is None or len(layout.columns) != len(config.sizes):
            return
        shown = self.captions[: len(config.hidden)]
        least = [caption.least_widths for caption in shown]
        output, loss = config.layers[-1], LOSSES[config.loss].label
        label = ACTIVATIONS[output.activation].label
        inputs = (f"Inputs · {config.n_inputs}", f"{config.n_inputs}")
        outputs = (
            f"Output · {output.units} · {label} · {loss}",
            *([f"Output · {output.units} · {label} · {_SHORT[loss]}"] if loss in _SHORT else []),
            f"{output.units} · {label} · {loss}",
            f"Output · {output.units} · {label}",
            f"{output.units} · {label}",
            f"{output.units}",
        )
        widest = (max((full for full, _ in least), default=0.0), max((short for _, short in least), default=0.0))
        places = caption_places(layout, widest, inputs, outputs, _advance)
        lefts, widths, compact = places.lefts, places.widths, places.compact
        top, high = px(CAPTION_TOP), px(BUTTON_HEIGHT)
        for caption, left, width in zip(shown, lefts[1:-1], widths[1:-1], strict=True):
            caption.setGeometry(round(left), top, round(width), high)
            caption.arrange(compact=compact)
        for index, adder in enumerate(self.adders[: len(shown) + 1]):
            adder.setVisible(not compact)
            middle = (lefts[index] + widths[index] + lefts[index + 1]) / 2
            adder.setGeometry(round(middle - ADD_SIZE / 2), top + (high - ADD_SIZE) // 2, ADD_SIZE, ADD_SIZE)
        self._ends = [
            (QRectF(round(lefts[at]), top, round(widths[at]), high), texts)
            for at, texts in ((0, inputs), (-1, outputs))
        ]
        self._offer_all(layout)
        self.update()

    def _offer_all(self, layout: NetworkLayout) -> None:
        """Let collapsed layers be expanded from their captions, by keyboard too."""
        for column in layout.columns:
            expanded = column.band is not None and column.band.expanded
            collapsed = column.band is not None and not expanded
            if 0 < column.layer < len(layout.columns) - 1:
                self.captions[column.layer - 1].set_collapsed(collapsed=collapsed, expanded=expanded)
                continue
            at = 0 if column.layer == 0 else 1
            button, (box, texts) = self.end_buttons[at], self._ends[at]
            button.setVisible(collapsed or expanded)
            button.setGeometry(box.toRect())
            button.set_texts(texts)
            what = "inputs" if at == 0 else "outputs"
            shown = len(column.tiles)
            name = f"{column.units} {what}, {shown} shown"
            button.describe(f"{name}. {'Show the strongest only' if expanded else 'Show all of them'}")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the ground and the captions of inputs and output."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.app))
        for (box, texts), button in zip(self._ends, self.end_buttons, strict=False):
            paint_frame(painter, box, self._theme, strong=button.isVisible())
            if button.isVisible():
                continue  # which writes the text itself
            text, pixels = fitting(texts, box.width() - END_PADDING + 1)
            painter.setPen(QColor(self._theme.ink))
            painter.setFont(font(pixels, MEDIUM))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _advance(text: str, pixels: float) -> float:
    return float(QFontMetricsF(font(pixels, MEDIUM)).horizontalAdvance(text))
