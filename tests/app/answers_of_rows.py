"""Rows answered without a window: a short training, and its answers beside a report of the same weights."""

from nnviz.app.report import Report, make_report
from nnviz.app.rows_view import full_probe
from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import Dataset, build_dataset, choices_from_guess
from nnviz.data.infer import guess
from nnviz.data.shipped_datasets import shipped_path
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import Trainer, TrainingConfig
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.row_probes import RowSweep
from nnviz.run.watch import RowsProbe, RowsResult

TRAINING = TrainingConfig(optimizer="adam", learning_rate=0.02, batch_size=16)


def shipped(name: str) -> Dataset:
    """Return one of the shipped tables, with the choices that are guessed for it."""
    table = read_csv(shipped_path(name))
    return build_dataset(table, choices_from_guess(guess(table)))


def trained(dataset: Dataset, epochs: int = 10, loss: str = "") -> Trainer:
    """Return a trainer after some epochs."""
    trainer = new_trainer(dataset, network_config(dataset, [LayerConfig(6, "tanh")], loss), TRAINING)
    for evaluation in trainer.steps():
        if evaluation is not None and evaluation.epoch >= epochs:
            break
    return trainer


def answered(trainer: Trainer, dataset: Dataset, probe: RowsProbe | None = None) -> RowsResult:
    """Return the answers to a probe, by default to all rows."""
    result = None
    sweep, wanted = RowSweep(), probe or full_probe(dataset)
    while result is None:
        result, _ = sweep.advance(trainer.mlp, (trainer.step, trainer.epoch), wanted, running=False)
    return result


def reported(trainer: Trainer, dataset: Dataset) -> Report:
    """Return the report on the same weights."""
    return make_report(dataset, Checkpoint(1, 1, trainer.mlp.config, trainer.state(), trainer.config), None)
