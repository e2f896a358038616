"""The states of a run and the moves between them."""

from enum import Enum


class RunState(Enum):
    r"""Where a run stands.

    ::

        READY ----run----> RUNNING <---run--- PAUSED
          |                 |  |  \--pause-->  ^
          |               NaN  |epochs done     |
          |                 v  v                |
          |          DIVERGED  FINISHED         |
          |                 \---go back--------/
          \--reset from any state leads back to READY; stop from any state leads to STOPPED

    A single step (one batch, one epoch) leaves a run that is not running in PAUSED.
    """

    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    DIVERGED = "diverged"
    FINISHED = "finished"
    STOPPED = "stopped"
