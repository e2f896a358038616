"""Networks for the decision map's tests, and their answers to what the map asks, without a thread."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from nnviz.data.choices import choices_from_guess
from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.infer import guess
from nnviz.data.shipped_datasets import SHIPPED
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.engine.training import Trainer
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.recipe import DEFAULT_TRAINING, network_config, new_trainer
from nnviz.run.snapshot import Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.ui.panels.decision import DecisionPanel


@lru_cache(maxsize=8)
def shipped(name: str) -> Dataset:
    """Return one of the data sets that come with nnviz, as the window would read it."""
    table = read_csv(SHIPPED[name].path)
    return build_dataset(table, choices_from_guess(guess(table)))


def numbers(n: int = 120, n_features: int = 1, validation: float = 0.25) -> Dataset:
    """Return a regression: y = 50 + 20 sin c0 + noise, the columns c0, c1, ... between -3 and 3."""
    rng = np.random.default_rng(4)
    values = rng.uniform(-3, 3, (n, n_features))
    columns = [Column(f"c{i}", "float", values[:, i].copy()) for i in range(n_features)]
    target = 50 + 20 * np.sin(values[:, 0]) + rng.normal(size=n)
    table = Table("made.csv", None, (*columns, Column("y", "float", target)), n, NO_DIALECT)
    roles = {column.name: "feature" for column in columns}
    return build_dataset(table, ImportChoices("y", "regression", roles, {}, validation, 0))  # type: ignore[arg-type]


def trained(dataset: Dataset, epochs: int = 25) -> Trainer:
    """Return a trainer that has learned for some epochs."""
    trainer = new_trainer(dataset, network_config(dataset), DEFAULT_TRAINING)
    steps = trainer.steps()
    while trainer.epoch < epochs:
        next(steps)
    return trainer


def answer(panel: DecisionPanel, trainer: Trainer, *, live: bool = False, run_id: int = 1) -> Snapshot:
    """Answer what the panel asks now, and let it paint that."""
    request = SnapshotRequest(panel.grid_probe(live), rows=panel.rows_probe(live))
    state = RunState.RUNNING if live else RunState.PAUSED
    snapshot = take_snapshot(trainer, request, run_id, state, History().view(), None)
    panel.draw(snapshot)
    panel.surface.refresh_now()
    assert panel.surface.flush(10.0)
    return snapshot


def picture(panel: DecisionPanel) -> QImage:
    """Return what the map looks like."""
    assert panel.surface.flush(10.0)
    return panel.surface.grab().toImage()


def pixels(image: QImage) -> NDArray[np.int16]:
    """Return an image's red, green and blue, (height, width, 3)."""
    converted = image.convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(converted.constBits(), np.uint8).reshape(converted.height(), converted.bytesPerLine() // 4, 4)
    return data[:, : converted.width(), 2::-1].astype(np.int16)
