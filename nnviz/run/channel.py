"""The channel between a run and whoever watches it: commands in, events and snapshots out."""

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
        self._commands: SimpleQueue[messages.Command] = SimpleQueue()

    def send(self, command: messages.Command) -> None:
        """Give the run a command; it is applied before the next update."""
        self._commands.put(command)
        self.attention.call()

    def next_command(self) -> messages.Command | None:
        """Take the oldest command out, or None (the run's side)."""
        try:
            return self._commands.get_nowait()
        except Empty:
            return None

    def drain_events(self) -> list[messages.Event]:
        """Take all events out, oldest first (the GUI's side)."""
        events: list[messages.Event] = []
        while True:
            try:
                events.append(self.events.get_nowait())
            except Empty:
                return events
