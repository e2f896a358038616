"""Segments: buttons side by side of which one is down."""

from collections.abc import Sequence
from itertools import zip_longest

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from nnviz.ui.type_scale import hold


class Segments(QWidget):
    """Buttons side by side, one of them down; ``chosen`` tells which the person pressed.

    Parameters
    ----------
    tight
        Whether there is little room.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, tight: bool = False) -> None:
        super().__init__(parent)
        if tight:
            self.setStyleSheet("QToolButton { padding: 0 6px; min-height: 0; }")
            hold(self, most_height=22)
        self._group = QButtonGroup(self)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    @property
    def names(self) -> tuple[str, ...]:
        """What the buttons say."""
        return tuple(button.text() for button in self._group.buttons())

    def set_names(self, names: Sequence[str], tips: Sequence[str] = ()) -> None:
        """Make other buttons, with tooltips if there are any; a single one would be no choice and is not shown."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.deleteLater()
        for name, tip in zip_longest(names, tips, fillvalue="") if len(names) > 1 else ():
            button = QToolButton()
            button.setText(name)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setProperty("segment", "true")
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self._group.addButton(button)
            self._layout.addWidget(button)

    def press(self, name: str) -> None:
        """Show which one is chosen."""
        for button in self._group.buttons():
            button.setChecked(button.text() == name)
