"""How fine and how frequent pictures may be, so that frames and training keep their time."""

import math
from collections import deque
from collections.abc import Sequence
from typing import Final

LIVE_CELLS: Final = (64, 48, 32, 24)  # along each side of a map while training
FINE_CELLS: Final = (160, 128, 96, 64)  # when nothing moves
LIVE_PROBE_SECONDS: Final = 0.004  # of the trainer's time for one map; maps come 15 times a second at most
FINE_PROBE_SECONDS: Final = 0.15
MOST_PICTURES: Final = 46.0  # of the diagram a second
LEAST_PICTURES: Final = 15.0
MOST_MAPS: Final = 15.0
_SMALL: Final = 600  # parameters
_REMEMBERED: Final = 5
_PATIENCE: Final = 12
_HEADROOM: Final = 0.7


def picture_rate(n_parameters: int) -> float:
    """Return how many pictures of its diagram a second a network is worth while it trains, at most.

    Each costs training about as long as it takes to make and to copy to the screen. The eye follows every edge of a
    hundred; a picture of thousands says the same at half the rate. So from 600 parameters on the rate falls with their
    cube root, down to `LEAST_PICTURES`.
    """
    return max(LEAST_PICTURES, MOST_PICTURES * min(1.0, math.cbrt(_SMALL / max(1, n_parameters))))


def map_rate(n_parameters: int) -> float:
    """Return how many maps a second it is worth: two for three pictures of the diagram, `MOST_MAPS` at most."""
    return min(MOST_MAPS, picture_rate(n_parameters) * 2 / 3)


class Ladder:
    """Steps down at once when something costs too much, and up again only when it has long been cheap enough.

    The cost is taken to grow with the square of the level: twice the cells along a side are four times as many.

    Parameters
    ----------
    levels
        From the finest to the coarsest.
    budget
        Seconds that one picture may take.
    """

    def __init__(self, levels: Sequence[float], budget: float) -> None:
        self._levels = tuple(levels)
        self._budget = budget
        self._place = 0
        self._patience = 0
        self._seen = 0  # pictures at the present level
        self._costs: deque[float] = deque(maxlen=_REMEMBERED)  # seconds at level 1

    @property
    def level(self) -> float:
        """The level to use now."""
        return self._levels[self._place]

    def affordable(self, levels: Sequence[float], budget: float) -> float:
        """Return the finest of other levels that stays within another budget; the finest of all before any measure."""
        if not self._costs:
            return levels[0]
        cost = min(self._costs)
        return next((level for level in levels if cost * level**2 <= budget), levels[-1])

    def note(self, level: float, seconds: float) -> None:
        """Take down what a picture at a level has cost."""
        self._costs.append(seconds / level**2)
        self._seen += 1
        # The quickest of the last few: what other threads held up is not the picture's own cost.
        cost = min(self._costs)
        if cost * self.level**2 > self._budget:
            self._patience = 0
            if self._seen >= _REMEMBERED and self._place < len(self._levels) - 1:
                self._place += 1
                self._seen = 0
        elif self._place and cost * self._levels[self._place - 1] ** 2 <= _HEADROOM * self._budget:
            self._patience += 1
            if self._patience >= _PATIENCE:
                self._place -= 1
                self._patience = self._seen = 0
        else:
            self._patience = 0

    def forget(self) -> None:
        """Begin anew at the finest level, for a network that costs something else."""
        self._place = self._patience = self._seen = 0
        self._costs.clear()
