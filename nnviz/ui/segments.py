"""Segments: buttons side by side of which one is down, and what stands for them where they have no room."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from nnviz.ui.type_scale import hold

DOWN: Final = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"


def give_way(width: int, needed: Callable[[], int], steps: Sequence[Callable[[bool], None]]) -> int:
    """Let the parts of a header give way, one after the other, until it fits; return how many did.

    Parameters
    ----------
    width
        Of the header in pixels.
    needed
        Returns the width that its parts need as they are.
    steps
        Each lets a part give way, or with False takes that back; the part that is missed least comes first.
    """
    for step in steps:
        step(False)
    for count, step in enumerate(steps):
        if needed() <= width:
            return count
        step(True)
    return len(steps)


class FoldedButton(QToolButton):
    """Stands for rows of choices where they have no room: it says the chosen one, and its menu offers all.

    Parameters
    ----------
    name
        What is chosen, for screen readers.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._rows: tuple[tuple[QAbstractButton, ...], ...] = ()
        self.setProperty("segment", "true")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setAccessibleName(name)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.hide()

    def stand_for(self, *rows: Sequence[QAbstractButton]) -> None:
        """Offer the buttons of these rows; the first row's is said that is down."""
        self._rows = tuple(tuple(row) for row in rows)
        self.say()

    def say(self) -> None:
        """Say what is chosen in the first row."""
        chosen = next((button.text() for row in self._rows[:1] for button in row if button.isChecked()), self._name)
        text = f"{chosen.removesuffix(DOWN).rstrip()} {DOWN}"
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(f"{self._name}: {text.removesuffix(DOWN).rstrip()}")

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for row in self._rows:
            if not menu.isEmpty():
                menu.addSeparator()
            for button in row:
                action = menu.addAction(button.text().removesuffix(DOWN).rstrip().replace("&", "&&"))
                action.setToolTip(button.toolTip())
                action.setCheckable(button.isCheckable())
                action.setChecked(button.isChecked())
                action.setEnabled(button.isEnabled())
                action.triggered.connect(partial(_press, button))
        menu.setToolTipsVisible(True)


def _press(button: QAbstractButton, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a signal's argument
    button.click()


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
