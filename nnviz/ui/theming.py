"""Puts a theme and a size of text on the window and follows the system's choices."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.resources import resource_path
from nnviz.ui.motion import set_reduced
from nnviz.ui.style_sheet import style_sheet
from nnviz.ui.system_hints import SystemHints
from nnviz.ui.theme import CONTRAST, DARK, LIGHT, THEMES, Theme, font, palette
from nnviz.ui.type_scale import LEAST_PERCENT, MOST_PERCENT, set_factor, system_factor

# What can be chosen, with its words; T goes round the last three.
CHOICES: Final = {
    "system": "Follow the system",
    "dark": "Dark",
    "light": "Light",
    "contrast": "High contrast",
}
MOTION_CHOICES: Final = {"system": "Follow the system", "full": "Full", "reduced": "Reduced"}


class Theming(QObject):
    """Holds the person's choices; ``changed`` carries the Theme that applies, ``changing`` comes before any of it does.

    Parameters
    ----------
    choice, motion
        A key of `CHOICES`, a key of `MOTION_CHOICES`.
    window
        What wears the style sheet, and with it all that has it for a parent, sheets and menus too.
    percent
        The size of text beside the system's, 80 to 200.
    system
        What "system" follows: this desktop without it.

    Attributes
    ----------
    later
        Does a part of the work in another turn of the event loop; without it, and before the window is shown, all is
        done at once.
    """

    changing = Signal()
    changed = Signal(object)

    def __init__(
        self,
        choice: str = "system",
        window: QWidget | None = None,
        *,
        motion: str = "system",
        percent: int = 100,
        system: SystemHints | None = None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self.later: Callable[[Callable[[], None]], None] | None = None
        self.choice = choice
        self.percent = percent
        self._magnified = 1.0
        set_factor(self._factor())
        self.motion = motion
        self.system = SystemHints(self) if system is None else system
        self.system.changed.connect(self.apply)
        self._applied: Theme | None = None
        self._told = False

    @property
    def theme(self) -> Theme:
        """The theme that applies; dark where the system does not say."""
        if self.choice in THEMES:
            return THEMES[self.choice]
        if self.system.high_contrast:
            return CONTRAST
        return LIGHT if self.system.light else DARK

    def choose(self, choice: str) -> None:
        """Follow the system, or keep to one of the themes."""
        self.choice = choice
        self.apply()

    def cycle(self) -> None:
        """Change to the next theme, whatever the system says."""
        names = list(THEMES)
        self.choose(names[(names.index(self.theme.name) + 1) % len(names)])

    def choose_motion(self, motion: str) -> None:
        """Follow the system, or keep to full or reduced motion."""
        self.motion = motion
        self._apply_motion()

    def choose_percent(self, percent: int) -> None:
        """Make text larger or smaller, in per cent of what the system has."""
        self.percent = min(MOST_PERCENT, max(LEAST_PERCENT, percent))
        self._scale()

    def magnify(self, times: float) -> None:
        """Make text so many times larger for a while, whatever was chosen; 1 ends it."""
        self._magnified = times
        self._scale()

    def _factor(self) -> float:
        return system_factor() * self.percent / 100 * self._magnified

    def _scale(self) -> None:
        if set_factor(self._factor()):
            self._applied = None
            self.apply()

    def _apply_motion(self) -> None:
        set_reduced(reduced=self.motion == "reduced" or (self.motion == "system" and self.system.reduced_motion))

    def apply(self) -> None:
        """Put the theme on the application; does nothing when it is on already."""
        self._apply_motion()
        theme = self.theme
        if theme is self._applied:
            return
        self._applied, self._told = theme, False
        later = self.later if self._window is not None and self._window.isVisible() else None
        if later is not None:
            later(self._tell)
        self.changing.emit()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette(theme))
            app.setFont(font())
        if self._window is not None:
            # Not the application's: Qt puts that on widget by widget, each of which then passes it down to all below
            # it, and a change of theme would hold the window up for as long as ten frames.
            chevron = resource_path(f"icons/chevron-{theme.name}.svg").as_posix()
            self._window.setStyleSheet(style_sheet(theme, chevron))
        if later is None:
            self._tell()

    def _tell(self) -> None:
        """Say which theme applies, once, however many were chosen since."""
        if self._applied is not None and not self._told:
            self._told = True
            self.changed.emit(self._applied)
