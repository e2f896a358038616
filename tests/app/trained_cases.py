"""Runs that the engine really made, ill on purpose, as the moment that a finding is about."""

from dataclasses import replace

from nnviz.app.experiment import Case
from nnviz.app.finding_items import FindingItem, items_of
from nnviz.app.gradient_view import gradient_view
from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import Diverged, Divergence, TrainingConfig
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.rewind import RailView
from nnviz.run.snapshot import Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.run.watch import UpdateResult


def case_of(
    dataset: Dataset, hidden: list[LayerConfig], training: TrainingConfig, epochs: int, kept: int = 9
) -> tuple[Case, list[FindingItem]]:
    """Train, and return the moment with its findings; ``kept`` moments are on the time rail."""
    trainer = new_trainer(dataset, network_config(dataset, hidden), training)
    history = History()
    history.append(trainer.begin())
    update: UpdateResult | None = None
    divergence: Divergence | None = None
    steps = trainer.steps()
    try:
        while trainer.epoch < epochs:
            before = trainer.mlp.parameters.copy()
            evaluation = next(steps)
            after = trainer.mlp.parameters.copy()
            update = UpdateResult(trainer.step, trainer.epoch, before, after, trainer.gradient.copy())
            if evaluation is not None:
                history.append(evaluation)
    except Diverged as error:
        divergence, update = error.divergence, None
    state = RunState.PAUSED if divergence is None else RunState.DIVERGED
    snapshot: Snapshot = take_snapshot(trainer, SnapshotRequest(), 1, state, history.view(), divergence)
    case = Case(replace(snapshot, rail=RailView(kept=kept)), dataset)
    view = gradient_view(dataset, case.snapshot, update, live=False)
    return case, list(items_of(view.findings, case))
