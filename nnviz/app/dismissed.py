"""Runs that were left behind: each ends by itself, and what was asked of it before is not lost."""

from nnviz.app.crash import LOG
from nnviz.app.run_handle import RunHandle
from nnviz.run import messages


class Dismissed:
    """Keeps hold of them until their threads have ended: one may be in a long epoch, for which no window waits."""

    def __init__(self) -> None:
        self._handles: list[RunHandle] = []

    def add(self, handle: RunHandle) -> None:
        """Let a run end."""
        handle.dismiss()
        self._handles.append(handle)

    def checkpoints(self) -> list[messages.Checkpoint]:
        """Return the checkpoints that were asked for before and have come, and let go of the runs that ended."""
        found: list[messages.Checkpoint] = []
        for handle in list(self._handles):
            ended = not handle.alive
            found += (one for one in handle.channel.drain_events() if isinstance(one, messages.Checkpoint))
            if ended:
                self._handles.remove(handle)
        return found

    def stop(self) -> None:
        """Wait for the threads, those that were dismissed first before the others, five seconds at most each."""
        for handle in self._handles:
            try:
                handle.stop()
            except RuntimeError as error:
                LOG.warning("%s", error)
        self._handles.clear()
