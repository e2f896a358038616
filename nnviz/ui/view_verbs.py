"""What the person can do with the look of the window: panels, menus, themes."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from nnviz.app.notices import AppNotice
from nnviz.ui.docks_grip import Grip
from nnviz.ui.presentation import Presentation
from nnviz.ui.theme import Theme
from nnviz.ui.theming import CHOICES
from nnviz.ui.type_scale import PERCENT_STEP
from nnviz.ui.view_menu import ViewMenu

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow


class ViewVerbs(QObject):
    """Turns keys and the View button into changes of the window; owns the panels' grips."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.menus = ViewMenu(window)
        self.presentation = Presentation(window)
        panels = window.docks.panels
        self.grips = {key: Grip(panel, window.docks, partial(self.menus.panel, key)) for key, panel in panels.items()}

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return what the keys of :mod:`nnviz.ui.commands` about the view do."""
        docks = self._window.docks
        return {
            "view_menu": self.show_menu,
            "full_screen": self.presentation.toggle_full,
            "present": self.presentation.toggle,
            "theme": self.next_theme,
            "larger_text": partial(self.change_text, PERCENT_STEP),
            "smaller_text": partial(self.change_text, -PERCENT_STEP),
            "usual_text": partial(self.change_text, 0),
            **{f"panel_{key}": partial(docks.toggle, key) for key in docks.panels},
        }

    def show_menu(self) -> None:
        """Open the View menu below its button."""
        button: QWidget = self._window.strip.view_button
        menu: QMenu = self.menus.view(button)
        menu.popup(button.mapToGlobal(QPoint(button.width() - menu.sizeHint().width(), button.height() + 2)))

    def next_theme(self) -> None:
        """Change to the next theme and say which it is."""
        theming = self._window.theming
        theming.cycle()
        self.hint(f"Theme: {CHOICES[theming.choice].lower()}.")

    def change_text(self, by: int) -> None:
        """Make text larger or smaller by so many per cent; 0 makes it as large as the system's."""
        theming = self._window.theming
        theming.choose_percent(theming.percent + by if by else 100)
        self.hint(f"Text size: {theming.percent} %.")

    def hint(self, text: str) -> None:
        """Say something in the status bar."""
        self._window.model.notice.emit(AppNotice("hint", text, topic="view"))

    def set_theme(self, theme: Theme) -> None:
        """Take another theme's colours."""
        for grip in self.grips.values():
            grip.set_theme(theme)
