"""The thread that drives a training run."""

import threading
import traceback
from contextlib import nullcontext
from typing import TYPE_CHECKING

from nnviz.run import messages
from nnviz.run.blas import limit_blas
from nnviz.run.channel import Channel

if TYPE_CHECKING:
    from nnviz.run.worker import TrainingRun

_IDLE_WAIT = 0.5


class TrainingThread(threading.Thread):
    """Drives a :class:`TrainingRun`; an exception in it becomes a ``Failed`` event and never a dead thread unseen."""

    def __init__(self, run: "TrainingRun", channel: Channel, run_id: int) -> None:
        super().__init__(name=f"nnviz-trainer-{run_id}", daemon=True)
        self._run = run
        self._channel = channel
        self._run_id = run_id

    def run(self) -> None:
        """Take turns until the run stops."""
        try:
            with limit_blas(self._run.blas_threads) if self._run.blas_threads > 1 else nullcontext():
                for busy in self._run.turns():
                    if not busy:
                        self._channel.attention.wait(_IDLE_WAIT)
        except Exception as error:  # noqa: BLE001 - whatever it is, the GUI thread must hear of it
            self._channel.events.put(messages.Failed(self._run_id, error, traceback.format_exc()))

    def stop(self, timeout: float = 5.0) -> bool:
        """Tell the run to stop and wait for it; return whether it ended in time."""
        self._channel.send(messages.Stop())
        self._channel.gate.open()
        self.join(timeout)
        return not self.is_alive()
