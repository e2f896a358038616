"""A run driven by its test, one turn at a time."""

from collections.abc import Iterator

from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import TrainingConfig
from nnviz.run import messages
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.snapshot import Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.run.worker import Channel, TrainingRun

SPIRAL = toy_dataset("spiral", n=40)
HILLS = toy_dataset("hills", n=60)


class Driver:
    """Takes a run's turns on the test's own thread."""

    def __init__(self, training: TrainingConfig | None = None, epochs: int | None = None) -> None:
        training = training or TrainingConfig(batch_size=10, learning_rate=0.1)
        self.channel = Channel()
        config = network_config(SPIRAL, [LayerConfig(4)])
        self.trainer = new_trainer(SPIRAL, config, training)
        self.turns: Iterator[bool] = TrainingRun(self.trainer, self.channel, 7, epochs=epochs).turns()

    def send(self, command: messages.Command, turns: int = 2) -> list[messages.Event]:
        self.channel.send(command)
        for _ in range(turns):
            next(self.turns, None)
        return self.channel.drain_events()

    def snapshot(self, request: SnapshotRequest | None = None) -> Snapshot:
        self.channel.mailbox.ask(request or SnapshotRequest())
        next(self.turns)
        taken = self.channel.mailbox.take()
        assert taken is not None
        return taken


class DivergingDriver(Driver):
    """Regression with a learning rate far too large."""

    def __init__(self) -> None:
        self.channel = Channel()
        config = network_config(HILLS, [LayerConfig(8, "relu"), LayerConfig(8, "relu")])
        self.trainer = new_trainer(HILLS, config, TrainingConfig(batch_size=30, learning_rate=1e4))
        self.turns = TrainingRun(self.trainer, self.channel, 1).turns()


def states(events: list[messages.Event]) -> list[RunState]:
    return [event.state for event in events if isinstance(event, messages.StateChanged)]
