"""Puts the painting of what changes all over the window off by one turn of the event loop."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.ui.turns import Turns


class StillPicture(QObject):
    """Keeps on the screen what is there until its turn comes, at the next tick if nothing else was put off.

    With another data set, and in another theme, every panel changes. Done and painted in one turn of the event loop it
    would hold the window up for twice as long; and no panel shows the new beside what another still has of the old,
    because all of them are painted together.

    Parameters
    ----------
    turns
        What else is put off.
    begins
        Called whenever the picture is held: to hold training back, which would keep taking the interpreter away.
    """

    def __init__(self, turns: Turns, begins: Callable[[], None]) -> None:
        super().__init__(turns)
        self._turns, self._begins = turns, begins
        self._held: list[QWidget] = []

    @property
    def holds(self) -> bool:
        """Whether painting is put off just now."""
        return bool(self._held)

    def hold(self) -> None:
        """Paint nothing before that, in the sheets above the window neither."""
        self._begins()
        if not self._held:
            self._turns.put_off(self.release)
            self._held = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
            for top in self._held:
                top.installEventFilter(self)

    def release(self) -> None:
        """Paint whatever has changed."""
        held, self._held = self._held, []
        for top in QApplication.topLevelWidgets() if held else ():  # a sheet may have been deleted since
            if top in held:
                top.removeEventFilter(self)
                QCoreApplication.postEvent(top, QEvent(QEvent.Type.UpdateRequest))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Swallow what would paint; setUpdatesEnabled would too, but Qt never asks again for what it swallowed."""
        return event.type() == QEvent.Type.UpdateRequest or super().eventFilter(watched, event)
