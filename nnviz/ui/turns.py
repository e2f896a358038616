"""Spreads work over turns of the event loop, a part at a tick, so that no turn of it blocks the window."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject

from nnviz.app.frame_clock import FrameClock

Part = Callable[[], object]


class Turns(QObject):
    """The parts that are put off, done one at a tick in their order; those that want painting are painted between."""

    def __init__(self, clock: FrameClock) -> None:
        super().__init__(clock)
        self._parts: deque[Part] = deque()
        clock.tick.connect(self.take)

    @property
    def waiting(self) -> int:
        """How many parts are still to be done."""
        return len(self._parts)

    def put_off(self, *parts: Part) -> None:
        """Do these after what has been put off before, the first at the next tick at the earliest."""
        self._parts.extend(parts)

    def take(self) -> None:
        """Do the next part, if any; one that fails is not tried again."""
        if self._parts:
            self._parts.popleft()()
