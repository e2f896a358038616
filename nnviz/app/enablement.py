"""Which commands make sense in which state: pure functions."""

from nnviz.run.state import RunState

_TRAINABLE = (RunState.READY, RunState.PAUSED)


def can_run(state: RunState | None) -> bool:
    """Whether training can start or go on."""
    return state in _TRAINABLE


def can_pause(state: RunState | None) -> bool:
    """Whether there is training to pause."""
    return state is RunState.RUNNING


def can_step(state: RunState | None) -> bool:
    """Whether a single batch or epoch can be trained."""
    return state in (*_TRAINABLE, RunState.RUNNING)


def can_reset(state: RunState | None) -> bool:
    """Whether there are initial weights to go back to."""
    return state is not None and state is not RunState.STOPPED


def can_export(state: RunState | None) -> bool:
    """Whether there is a network to write; a diverged one stands at its last finite weights."""
    return can_reset(state)


def why_not_run(state: RunState | None) -> str:
    """Return the reason why Run is disabled, or ""."""
    if state is None or state is RunState.STOPPED:
        return "Drop a CSV file or pick a toy set first."
    if state is RunState.DIVERGED:
        return "Training diverged: go back or reset first."
    if state is RunState.FINISHED:
        return "Training is finished: reset to start again."
    return ""


def why_not_set(state: RunState | None) -> str:
    """Return the reason why a weight can't be set by hand, or ""."""
    if state is None or state is RunState.STOPPED:
        return "There is no network yet: drop a CSV file or pick a toy set."
    return "Training diverged: go back or reset first." if state is RunState.DIVERGED else ""
