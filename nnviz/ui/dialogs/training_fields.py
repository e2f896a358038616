"""What the sections of the training sheet are made of: a titled grid, lists to choose from, formulas."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnviz.engine.training import TrainingConfig
from nnviz.errors import UserError
from nnviz.ui.panels.hyperparameters import NumberField, WheelGuard
from nnviz.ui.training_words import Words, lines
from nnviz.ui.type_scale import px
from nnviz.ui.widgets import captioned

COLUMNS = 3
GAP = 8


class ChoiceBox(QComboBox):
    """A list to choose from by keys; as wide as its place, its open list as wide as the longest label."""

    def __init__(self, choices: Mapping[str, str], tips: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(3)
        self.setMaxVisibleItems(16)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tips = tips or {}
        self.set_choices(choices)
        WheelGuard(self)

    def set_choices(self, choices: Mapping[str, str], tips: Mapping[str, str] | None = None) -> None:
        """Offer other choices, {key: label}, with tooltips by key."""
        if tips is not None:
            self._tips = tips
        if [(self.itemData(i), self.itemText(i)) for i in range(self.count())] == list(choices.items()):
            return
        self.clear()
        for key, label in choices.items():
            self.addItem(label, key)
            if tip := self._tips.get(key):
                self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    @property
    def key(self) -> str:
        """The key chosen, "" for none."""
        return str(self.currentData() or "")

    def set_key(self, key: str) -> None:
        """Show a choice; its tooltip is then the list's own."""
        self.setCurrentIndex(self.findData(key))
        if tip := self._tips.get(key):
            self.setToolTip(tip)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Open the list, wide enough for every label."""
        view = self.view()
        view.setMinimumWidth(max(self.width(), view.sizeHintForColumn(0) + 24))
        super().showPopup()


class Section(QWidget):
    """A title over rows of three captioned controls.

    Signals
    -------
    changed(dict)
        {field of TrainingConfig: value} the person wants; the section shows it when `set_training` confirms it.
    refused(str)
        Why something can't be; the section has gone back to what holds.
    """

    changed = Signal(dict)
    refused = Signal(str)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("surface", "none")
        self.training = TrainingConfig()
        self.setAccessibleName(title)
        heading = QLabel(title)
        heading.setProperty("role", "title")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP)
        self.column.addWidget(heading)

    def add_grid(self) -> QGridLayout:
        """Append a grid of three equal columns."""
        grid = three_columns()
        self.column.addLayout(grid)
        return grid

    def number(
        self, words: Words, on_change: Callable[[Any], None], *, whole: bool = False, may_be_empty: bool = False
    ) -> tuple[NumberField, QWidget]:
        """Return a field for a number, as `NumberField` takes it, and the captioned box it is in."""
        field = NumberField(whole=whole, may_be_empty=may_be_empty)
        field.changed.connect(on_change)
        field.refused.connect(self.refused)
        box = captioned(words.caption, field)
        field.setToolTip(words.tip)
        return field, box

    def ask(self, make: Callable[[], dict[str, Any]]) -> None:
        """Say what the person wants; a UserError while it is made refuses it."""
        try:
            changes = make()
        except UserError as error:
            self.refused.emit(str(error))
            self.set_training(self.training)
        else:
            self.changed.emit(changes)

    def set_training(self, training: TrainingConfig) -> None:
        """Show the settings in force."""
        self.training = training


def three_columns(widths: tuple[int, ...] = (96,) * COLUMNS, stretch: int | None = None) -> QGridLayout:
    """Return a grid of three columns at least so wide; only the column ``stretch`` takes more, or all alike."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(GAP)
    grid.setVerticalSpacing(GAP)
    for column, width in enumerate(widths):
        grid.setColumnStretch(column, int(stretch in (None, column)))
        grid.setColumnMinimumWidth(column, px(width))
        # A column that only wider things cross would be taken for empty, and lose its gap.
        strut = QWidget()
        strut.setFixedHeight(0)
        grid.addWidget(strut, 0, column)
    return grid


def put(grid: QGridLayout, widget: QWidget, row: int, column: int, span: int = 1) -> None:
    """Add a widget to a grid of equal columns, which its own wish for width must not change."""
    widget.setSizePolicy(QSizePolicy.Policy.Ignored, widget.sizePolicy().verticalPolicy())
    grid.addWidget(widget, row, column, 1, span)


class Formula(QLabel):
    """A formula in a box, each of its parts on a line."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("role", "formula")
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def set_formula(self, formula: str, source: str) -> None:
        """Show a formula of a registry; its source is the tooltip."""
        self.setText(lines(formula))
        self.setToolTip(source)


def note(role: str = "caption") -> QLabel:
    """Return an empty line of small text that wraps."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label
