"""Where along a run the time rail shows pictures of the map: every so many epochs, at moments that are kept; pure."""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from nnviz.run.history import HistoryView

SNAP: Final = 3.0  # pixels by which a picture may stand beside its moment: nearer than the pointer can tell


def slots(history: HistoryView, newest: int, pixels: float, gap: float) -> tuple[int, ...]:
    """Return the updates at which pictures are wanted, ascending from 0.

    They are a power of 2 epochs apart, or parts of an epoch, so that half of the pictures stay when a run that grows
    has room for half as many.

    Parameters
    ----------
    history
        Of the run.
    newest
        Updates at its newest moment.
    pixels
        Length of the run on the rail.
    gap
        Pixels between two pictures at least.
    """
    if newest <= 0 or not len(history):
        return ()
    epochs, known = float(history.epoch[-1]), float(history.step[-1])
    if epochs <= 0 or known <= 0:  # within the first epoch, whose length is not known yet
        apart = 2 ** max(0, math.ceil(math.log2(gap * newest / pixels)))
        return tuple(range(0, newest + 1, apart))
    apart_epochs = 2.0 ** math.ceil(math.log2(gap * epochs * newest / (pixels * known)))
    wanted = np.arange(0.0, epochs + 1e-9, apart_epochs)
    at = np.interp(wanted, history.epoch, history.step).round().astype(np.int64)
    return tuple(np.unique(at).tolist())


def placed(
    steps: Sequence[int], wanted: Sequence[int], x_of: Callable[[int], float], gap: float
) -> list[tuple[int, float]]:
    """Return which pictures have room, by index, and where the middle of each is, in pixels.

    A picture stands at its own moment; in the even row where that is within `SNAP` pixels of it.

    Parameters
    ----------
    steps
        Updates at the moments, ascending.
    wanted
        The `slots`.
    x_of
        Where an update lies, in pixels.
    gap
        Pixels between the middles of two pictures at least.
    """
    found: list[tuple[int, float]] = []
    for index, step in enumerate(steps):
        x = x_of(step)
        after = bisect_left(wanted, step)
        for slot in wanted[max(0, after - 1) : after + 1]:
            if abs(x_of(slot) - x_of(step)) <= SNAP:
                x = x_of(slot)
        if not found or x - found[-1][1] >= gap:
            found.append((index, x))
    return found
