"""The GUI thread's hold on one run: its thread, its channel, and the moments that come back."""

import time
from collections import deque
from collections.abc import Callable

from nnviz.engine.training import Trainer
from nnviz.run import messages
from nnviz.run.archive import NOTHING_BEFORE, Beginning
from nnviz.run.snapshot import Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.run.worker import Channel, TrainingRun, TrainingThread

_RATE_WINDOW = 1.0


class RunHandle:
    """Starts the thread at once, in state READY.

    Parameters
    ----------
    trainer
        Belongs to the run until :meth:`stop` has returned.
    run_id
        Marks its events and snapshots.
    beginning
        What Reset goes back to, and what is kept of the runs before.
    """

    def __init__(self, trainer: Trainer, run_id: int, beginning: Beginning = NOTHING_BEFORE) -> None:
        self.run_id = run_id
        self.state = RunState.READY
        self.channel = Channel()
        self._trainer = trainer
        run = TrainingRun(trainer, self.channel, run_id, beginning=beginning)
        self._thread = TrainingThread(run, self.channel, run_id)
        self._marks: deque[tuple[float, int]] = deque()
        self._thread.start()

    def send(self, command: messages.Command) -> None:
        """Give the run a command."""
        self.channel.send(command)

    def ask(self, request: SnapshotRequest) -> None:
        """Ask for the next snapshot."""
        self.channel.mailbox.ask(request)

    def take(self) -> Snapshot | None:
        """Take the newest snapshot, or None; keeps the speed."""
        snapshot = self.channel.mailbox.take()
        if snapshot is not None:
            self._mark(snapshot.step)
        return snapshot

    def _mark(self, step: int) -> None:
        now = time.perf_counter()
        if self._marks and step < self._marks[-1][1]:
            self._marks.clear()
        self._marks.append((now, step))
        while now - self._marks[0][0] > _RATE_WINDOW:
            self._marks.popleft()

    @property
    def steps_per_second(self) -> float:
        """Updates a second over about the last second; 0 unless running."""
        if self.state is not RunState.RUNNING or len(self._marks) < 2:
            return 0.0
        (t0, s0), (t1, s1) = self._marks[0], self._marks[-1]
        return (s1 - s0) / (t1 - t0) if t1 > t0 else 0.0

    def dismiss(self) -> None:
        """Tell the run to end and do not wait for it; it may be in the middle of a long epoch."""
        self.channel.send(messages.Stop())
        self.channel.gate.open()
        self.state = RunState.STOPPED

    @property
    def alive(self) -> bool:
        """Whether the run's thread has not ended yet."""
        return self._thread.is_alive()

    def stop(self) -> Trainer:
        """End the run and hand its trainer over; the thread is joined.

        Raises
        ------
        RuntimeError
            If the thread does not end within five seconds.
        """
        if not self._thread.stop():
            raise RuntimeError(f"{self._thread.name} did not stop")
        self.state = RunState.STOPPED
        return self._trainer

    def events(self, handle: Callable[[messages.Event], None]) -> None:
        """Pass every waiting event on, oldest first."""
        for event in self.channel.drain_events():
            if isinstance(event, messages.StateChanged):
                self.state = event.state
            handle(event)
