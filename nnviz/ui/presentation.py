"""Full screen, and the presentation: large text with nothing but the network, the map and the curves around it."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt

from nnviz.ui.commands import keys_of
from nnviz.ui.layout_state import LayoutState

if TYPE_CHECKING:
    from nnviz.ui.main_window import MainWindow

SHOWN: Final = ("network", "decision", "curves")
# Read from the back of a room: larger on a projector of many pixels, where a window of the same text looks smaller.
_TIMES: Final = ((1000, 1.5), (800, 1.35), (0, 1.2))
_WIDTHS: Final = (240, 840, 340)


class Presentation(QObject):
    """Enters and leaves both; everything is as it was before when they are left."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._layout: LayoutState | None = None
        self._was_full = False

    @property
    def is_on(self) -> bool:
        """Whether the window presents."""
        return self._layout is not None

    @property
    def is_full(self) -> bool:
        """Whether the window fills its screen."""
        return self._window.isFullScreen()

    def set_full(self, *, full: bool) -> None:
        """Fill the screen, or go back to the window's place and size; a maximised window is maximised again."""
        state = self._window.windowState()
        fills = Qt.WindowState.WindowFullScreen
        self._window.setWindowState(state | fills if full else state & ~fills)

    def toggle_full(self) -> None:
        """Fill the screen or stop; a presentation ends with it."""
        if self.is_on:
            self.leave()
        else:
            self.set_full(full=not self.is_full)
            if self.is_full:
                self._window.views.hint(f"Full screen: {keys_of('full_screen')} or Esc leaves it.")

    def toggle(self) -> None:
        """Present, or stop."""
        if self.is_on:
            self.leave()
        else:
            self._enter()

    def _enter(self) -> None:
        window, docks = self._window, self._window.docks
        self._layout, self._was_full = docks.state(), self.is_full
        hidden = tuple(key for key in docks.panels if key not in SHOWN)
        self.set_full(full=True)
        height = window.screen().size().height()
        window.theming.magnify(next(times for least, times in _TIMES if height >= least))
        docks.apply(replace(self._layout, hidden=hidden, floating={}, widths=_WIDTHS, heights={}))
        window.views.hint(f"Presentation: {keys_of('present')} or Esc leaves it.")

    def leave(self) -> bool:
        """Put everything back as it was before; return whether there was anything to leave."""
        if self._layout is None:
            return False
        before, self._layout = self._layout, None
        self._window.theming.magnify(1.0)
        self.set_full(full=self._was_full)
        self._window.docks.apply(before)
        return True

    def step_back(self) -> bool:
        """Leave the presentation, or full screen; return whether there was anything to leave: Esc does so last."""
        if self.leave():
            return True
        was_full = self.is_full
        if was_full:
            self.set_full(full=False)
        return was_full
