"""The path of a run: its parameters after every epoch, thinned out so that they stay few and small."""

from copy import copy
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

CAPACITY: Final = 64  # moments, even
MOST_BYTES: Final = 16 * 2**20  # of all moments together
FEWEST: Final = 4  # moments below which a path says nothing: larger networks have none


@dataclass(frozen=True, slots=True, eq=False)
class PathView:
    """Moments of a run, from its start on; read-only, and never changed once handed out.

    Attributes
    ----------
    epochs
        Epochs completed by then, ascending.
    parameters
        Of each moment the flat vector, (n_parameters,).
    too_large
        Whether there is no path because the network is too large for one.
    """

    epochs: tuple[int, ...] = ()
    parameters: tuple[NDArray[np.floating[Any]], ...] = ()
    too_large: bool = False

    def __len__(self) -> int:
        return len(self.epochs)

    def until(self, epoch: int) -> "PathView":
        """Return the moments up to an epoch: what lies behind who looks at an earlier moment."""
        count = sum(known <= epoch for known in self.epochs)
        return PathView(self.epochs[:count], self.parameters[:count], self.too_large)


NO_PATH: Final = PathView()


class ParameterPath:
    """One moment an epoch until the capacity is reached; then every other one goes, and moments are further apart.

    Belongs to the run's thread. Which epochs are kept depends on their number alone, so that the same run has the same
    path on any machine.

    Parameters
    ----------
    n_parameters, itemsize
        Of the network, and bytes of each: decide how many moments there is room for.
    capacity, most_bytes
        How many moments are kept at most, and in how much memory.
    """

    def __init__(
        self, n_parameters: int, itemsize: int = 4, capacity: int = CAPACITY, most_bytes: int = MOST_BYTES
    ) -> None:
        room = min(capacity, most_bytes // max(1, n_parameters * itemsize)) // 2 * 2
        self._capacity = room if room >= FEWEST else 0
        self.forget()

    def forget(self) -> None:
        """Begin again with nothing."""
        self._epochs: list[int] = []
        self._parameters: list[NDArray[np.floating[Any]]] = []
        self._stride, self._next = 1, 0

    @property
    def nbytes(self) -> int:
        """Bytes that the moments take."""
        return sum(vector.nbytes for vector in self._parameters)

    def offer(self, epoch: int, parameters: NDArray[np.floating[Any]]) -> None:
        """Take a copy of the parameters after an epoch if it is due."""
        if epoch < self._next or not self._capacity:
            return
        if len(self._epochs) == self._capacity:
            del self._epochs[1::2], self._parameters[1::2]
            self._stride *= 2
        kept = parameters.copy()
        kept.flags.writeable = False
        self._epochs.append(epoch)
        self._parameters.append(kept)
        self._next = epoch + self._stride

    def twin(self) -> "ParameterPath":
        """Return another path with the same moments, whose vectors they share."""
        twin = copy(self)
        self._epochs, self._parameters = list(self._epochs), list(self._parameters)
        return twin

    def rewind(self, epoch: int) -> None:
        """Forget what came after an epoch."""
        count = sum(known <= epoch for known in self._epochs)
        del self._epochs[count:], self._parameters[count:]
        self._next = self._epochs[-1] + self._stride if self._epochs else 0

    def view(self) -> PathView:
        """Return the moments so far; shares the vectors, which never change."""
        return PathView(tuple(self._epochs), tuple(self._parameters), too_large=not self._capacity)
