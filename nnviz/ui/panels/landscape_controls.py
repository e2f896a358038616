"""What to slice: random directions or the path, which loss, how far."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from nnviz.app.landscape_view import Kind, LandscapeChoice, LossKind
from nnviz.ui.panels.tabs_page import named_segments
from nnviz.ui.type_scale import hold

KINDS: Final[dict[str, Kind]] = {"Random": "random", "Path": "path"}
SPANS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_KIND_TIPS: Final = (
    "Along two random directions, each neuron's part as long as its weights; press again for two others",
    "The plane along which the training's path varies most",
)
_LOSSES: Final[dict[LossKind, str]] = {"train": "Train", "validation": "Validation", "objective": "Objective"}
_LOSS_TIP: Final = "Of the training rows, of the validation rows, or with penalties: what training goes down"
_SPAN_TIPS: Final[dict[Kind, str]] = {
    "random": "Half the width of the slice, in units of the weights' own size",
    "path": "Width of the slice, as a multiple of the frame that holds the path",
}


class LandscapeControls(QWidget):
    """Segments and lists side by side.

    Signals
    -------
    choice_changed
        Another slice is to be made.
    loss_changed
        Another loss is to be shown, of the slice that there is.

    Attributes
    ----------
    choice
        Which slice.
    loss_kind
        Which loss the person chose last.
    """

    choice_changed = Signal()
    loss_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "none")
        self.choice = LandscapeChoice()
        self.loss_kind: LossKind = "train"
        self.kinds = named_segments(tuple(KINDS), _KIND_TIPS, "Directions of the slice")
        self.kinds.chosen.connect(self._on_kind)
        self.loss = _combo("Loss that is shown", 84)
        self.loss.setToolTip(_LOSS_TIP)
        self.loss.activated.connect(self._on_loss)
        self.span = _combo("How far the slice goes", 58)
        for value in SPANS:
            self.span.addItem("", value)
        self.span.activated.connect(self._on_span)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for part in (self.kinds, self.loss, self.span):
            row.addWidget(part)
        self.offer(tuple(_LOSSES))
        self._name_spans()

    def offer(self, kinds: tuple[LossKind, ...]) -> None:
        """Offer these losses; the one that was chosen stays so where it is among them, else the first is shown."""
        if kinds != tuple(self.loss.itemData(index) for index in range(self.loss.count())):
            self.loss.clear()
            for kind in kinds:
                self.loss.addItem(_LOSSES[kind], kind)
        self.loss.setCurrentIndex(kinds.index(self.loss_kind) if self.loss_kind in kinds else 0)

    def _on_kind(self, name: str) -> None:
        kind, seed = KINDS[name], self.choice.seed
        if kind == self.choice.kind == "random":
            seed += 1  # two other directions
        self._choose(LandscapeChoice(kind, self.choice.span, seed))
        self._name_spans()

    def _on_span(self, index: int) -> None:
        self._choose(LandscapeChoice(self.choice.kind, float(self.span.itemData(index)), self.choice.seed))

    def _on_loss(self, index: int) -> None:
        self.loss_kind = self.loss.itemData(index)
        self.loss_changed.emit()

    def _choose(self, choice: LandscapeChoice) -> None:
        if choice != self.choice:
            self.choice = choice
            self.choice_changed.emit()

    def _name_spans(self) -> None:
        sign = "\N{PLUS-MINUS SIGN}" if self.choice.kind == "random" else "×"
        for index, value in enumerate(SPANS):
            self.span.setItemText(index, f"{sign}{value:g}")
        self.span.setCurrentIndex(SPANS.index(self.choice.span))
        self.span.setToolTip(_SPAN_TIPS[self.choice.kind])


def _combo(name: str, width: int) -> QComboBox:
    box = QComboBox()
    box.setProperty("compact", "true")
    box.setAccessibleName(name)
    box.setStyleSheet("QComboBox { min-height: 0; }")
    hold(box, width=width, most_height=22)
    return box
