"""The View menu and the menu of each panel, made anew whenever they open, so that they say how things are."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from nnviz.ui.commands import keys_of
from nnviz.ui.layout_state import COLUMNS
from nnviz.ui.theming import CHOICES, MOTION_CHOICES

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow

TEXT_PERCENTS = (80, 90, 100, 110, 125, 150, 175, 200)
_TO_COLUMN = {"left": "Move to the left column", "centre": "Move to the middle", "right": "Move to the right column"}


class ViewMenu:
    """Makes the menus; what is chosen in them is done by the docks and the window's verbs."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._docks = window.docks

    def view(self, parent: QWidget) -> QMenu:
        """Return the View menu."""
        menu = _menu(parent, "View")
        for panel in self._docks.panels.values():
            self._add_shown(menu, panel.key, panel.title)
        arrange = menu.addMenu("Arrange")
        for panel in self._docks.panels.values():
            self._add_places(arrange.addMenu(panel.title), panel.key)
        self._add(menu, "Reset layout", self._docks.reset)
        self._add(menu, "Why did it stop learning?", self._window.tabs.ask_why, "why")
        presentation = self._window.views.presentation
        for title, on, run, command in (
            ("Full screen", presentation.is_full, presentation.toggle_full, "full_screen"),
            ("Presentation", presentation.is_on, presentation.toggle, "present"),
        ):
            self._add(menu, title, run, command, checked=on)
        menu.addSeparator()
        saving = self._window.verbs.saving
        self._add(menu, "Copy picture of the window", partial(saving.copy_picture, "window"))
        self._add(menu, "Save picture of the window\N{HORIZONTAL ELLIPSIS}", partial(saving.save_picture, "window"))
        self._window.verbs.films.add_to(menu, "window", keys_of("record"))
        menu.addSeparator()
        theming = self._window.theming
        self._add_choices(menu.addMenu("Theme"), CHOICES, theming.choice, theming.choose)
        sizes = {str(percent): f"{percent} %" for percent in TEXT_PERCENTS}
        text = menu.addMenu("Text size")
        self._add_choices(text, sizes, str(theming.percent), lambda percent: theming.choose_percent(int(percent)))
        text.addSeparator()
        self._add(text, "Larger", self._window.views.commands()["larger_text"], "larger_text")
        self._add(text, "Smaller", self._window.views.commands()["smaller_text"], "smaller_text")
        self._add_choices(menu.addMenu("Motion"), MOTION_CHOICES, theming.motion, theming.choose_motion)
        menu.addSeparator()
        self._add(menu, "Keys and version", self._window.verbs.show_keys, "keys")
        return menu

    def panel(self, key: str, parent: QWidget) -> QMenu:
        """Return the menu of one panel."""
        panel = self._docks.panels[key]
        menu = _menu(parent, panel.title)
        self._add_places(menu, key)
        menu.addSeparator()
        saving = self._window.verbs.saving
        saving.add_to(menu, key, keys_of)
        self._window.verbs.films.add_to(menu, key, keys_of("record"))
        if key == "network" and self._window.inspector.is_open:
            saving.add_to(menu.addMenu("Inspector"), "inspector", keys_of)
        menu.addSeparator()
        self._add(menu, "Hide", partial(self._docks.set_shown, key, shown=False), f"panel_{key}")
        return menu

    def _add_shown(self, menu: QMenu, key: str, title: str) -> None:
        shown = self._docks.is_shown(key)
        self._add(menu, title, partial(self._docks.toggle, key), f"panel_{key}", checked=shown)

    def _add_places(self, menu: QMenu, key: str) -> None:
        """Add what can be done with a panel where it is."""
        docks = self._docks
        if docks.is_floating(key):
            self._add(menu, "Return to the window", partial(docks.dock, key))
            return
        self._add(menu, "Float in a window of its own", partial(docks.float_panel, key))
        column = docks.column_of(key)
        place, count = docks.place_in(key)
        if place > 0:
            self._add(menu, "Move up", partial(docks.move, key, column, place - 1))
        if 0 <= place < count - 1:
            self._add(menu, "Move down", partial(docks.move, key, column, place + 1))
        for other in COLUMNS:
            if other != column:
                self._add(menu, _TO_COLUMN[other], partial(docks.move, key, other, len(docks.in_column(other))))

    @staticmethod
    def _add(
        menu: QMenu, text: str, run: Callable[[], object], command: str = "", *, checked: bool | None = None
    ) -> None:
        action = menu.addAction(_with_key(text, command))
        if checked is not None:
            action.setCheckable(True)
            action.setChecked(checked)
        action.triggered.connect(lambda _checked=False: run())

    @staticmethod
    def _add_choices(menu: QMenu, choices: Mapping[str, str], chosen: str, choose: Callable[[str], None]) -> None:
        group = QActionGroup(menu)
        for name, text in choices.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.triggered.connect(lambda _=False, name=name: choose(name))
            group.addAction(action)


def _menu(parent: QWidget, title: str) -> QMenu:
    menu = QMenu(title, parent)
    menu.setAccessibleName(title)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _with_key(text: str, command: str) -> str:
    """Return a menu's line with the key of a command at its right end; the key itself is bound elsewhere."""
    keys = keys_of(command)
    return f"{text}\t{keys}" if keys else text
