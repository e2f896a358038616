"""Puts a theme on the application and follows the system's choice."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from nnviz.resources import resource_path
from nnviz.ui.style_sheet import style_sheet
from nnviz.ui.theme import DARK, LIGHT, THEMES, Theme, font, palette

CHOICES = ("system", "dark", "light")


class Theming(QObject):
    """Holds the person's choice; ``changed`` carries the Theme that applies."""

    changed = Signal(object)

    def __init__(self, choice: str = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self._applied: Theme | None = None
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.apply)

    @property
    def theme(self) -> Theme:
        """The theme that applies; dark where the system does not say."""
        if self.choice in THEMES:
            return THEMES[self.choice]
        return LIGHT if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light else DARK

    def choose(self, choice: str) -> None:
        """Follow the system, or keep to dark or light."""
        self.choice = choice
        self.apply()

    def toggle(self) -> None:
        """Change from dark to light or back, whatever the system says."""
        self.choose("light" if self.theme.dark else "dark")

    def apply(self) -> None:
        """Put the theme on the application; does nothing when it is on already."""
        theme = self.theme
        if theme is self._applied:
            return
        self._applied = theme
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette(theme))
            app.setFont(font())
            app.setStyleSheet(style_sheet(theme, resource_path(f"icons/chevron-{theme.name}.svg").as_posix()))
        self.changed.emit(theme)
