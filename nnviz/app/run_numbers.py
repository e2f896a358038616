"""What the runs on one data set are called: each has a number, and keeps it when it is left and gone back into."""

from nnviz.run.snapshot import Snapshot

A_RUN = 2  # entries of a history from which on it is remembered as a run


class RunNumbers:
    """Counts runs from 1, in the order in which they made their first epoch or were left."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, int], int] = {}

    def see(self, snapshot: Snapshot) -> None:
        """Give the run of a snapshot, and those that were left for it, their numbers."""
        for left in snapshot.rail.left:
            self._number(left.lineage)
        if len(snapshot.history) >= A_RUN:
            self._number(snapshot.lineage)

    def _number(self, lineage: tuple[int, int]) -> None:
        self._numbers.setdefault(lineage, len(self._numbers) + 1)

    def of(self, lineage: tuple[int, int]) -> int:
        """Return a run's number; the next one for a run that has none yet."""
        return self._numbers.get(lineage, len(self._numbers) + 1)

    def clear(self) -> None:
        """Count from 1 again: the data are others."""
        self._numbers.clear()
