"""How often the diagram is drawn: as often as the eye can use where pictures are cheap, less where they are not.

Drawing runs beside training, on the same interpreter lock and the same memory: on two cores a picture costs the trainer
about as long as it takes. So pictures get a share of a core, and no more than are needed for motion to look smooth: see
`nnviz.app.frame_budget.picture_rate`.
"""

from typing import Final

from nnviz.app.frame_budget import LEAST_PICTURES, MOST_PICTURES, picture_rate

SHARE: Final = 0.09  # of a core
# Weight of the pictures before the newest in the mean cost: one slow one among cheap ones changes the pace by little.
_MEMORY: Final = 0.92


class DrawingPace:
    """Says when the next picture may be begun; knows no clock."""

    def __init__(self) -> None:
        self._most = MOST_PICTURES
        self._seconds = 0.0
        self._due = float("-inf")

    def note(self, seconds: float) -> None:
        """Learn what a picture took of a core."""
        self._seconds = _MEMORY * self._seconds + (1 - _MEMORY) * seconds if self._seconds else seconds

    def begin(self, n_parameters: int) -> None:
        """Begin anew with a network of this size: pictures of another scene cost something else."""
        self._most = picture_rate(n_parameters)
        self._seconds, self._due = 0.0, float("-inf")

    @property
    def interval(self) -> float:
        """Seconds from one picture to the next."""
        return min(max(self._seconds / SHARE, 1 / self._most), 1 / LEAST_PICTURES)

    def take(self, now: float) -> bool:
        """Return whether a picture may be begun now, and if so begin the next interval.

        Frames come at their own beat: what one picture is late, the next may be early, so that the mean rate holds.
        """
        interval = self.interval
        if now < self._due:
            return False
        self._due = max(self._due + interval, now + interval / 4)
        return True
