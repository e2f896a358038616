"""The channel between a run and whoever watches it: commands in, events and snapshots out."""

from collections import deque
from queue import Empty, SimpleQueue

from nnviz.run import messages
from nnviz.run.frame_gate import Attention, FrameGate
from nnviz.run.mailbox import Mailbox
from nnviz.run.snapshot import Snapshot, SnapshotRequest


class Channel:
    """Everything the two sides of a run share."""

    def __init__(self) -> None:
        self.attention = Attention()
        self.gate = FrameGate(self.attention)
        self.mailbox: Mailbox[SnapshotRequest, Snapshot] = Mailbox(self.attention)
        self.events: SimpleQueue[messages.Event] = SimpleQueue()
        self._commands: deque[messages.Command] = deque()  # its single operations are atomic

    def send(self, command: messages.Command) -> None:
        """Give the run a command; it is applied before the next update."""
        self._commands.append(command)
        self.attention.call()

    def next_command(self) -> messages.Command | None:
        """Take the oldest command out, or None (the run's side).

        Of moments that are sought one after the other only the last: the others are what a drag passed.
        """
        command = self._commands.popleft() if self._commands else None
        while isinstance(command, messages.Seek) and self._commands and isinstance(self._commands[0], messages.Seek):
            command = self._commands.popleft()
        return command

    def drain_events(self) -> list[messages.Event]:
        """Take all events out, oldest first (the GUI's side)."""
        events: list[messages.Event] = []
        while True:
            try:
                events.append(self.events.get_nowait())
            except Empty:
                return events
