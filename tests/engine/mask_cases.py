"""What the tests of masks and hand edits train with."""

from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from nnviz.engine.arrays import BoolArray
from nnviz.engine.masks import silencing
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.training import Trainer, TrainingConfig

ROWS, BATCH = 23, 5  # 5 updates in an epoch, the last on 3 rows


def settings_of(optimizer: str, **changes: Any) -> TrainingConfig:
    """Everything at once that moves a parameter: penalties, decay, noise, clipping, momentum, a schedule."""
    parts = Regularization(l1=0.002, l2=0.02)
    if not OPTIMIZERS[optimizer].needs_objective:
        parts = replace(parts, weight_decay=0.1, dropout=0.2, input_noise=0.1, clip_norm=1.0, clip_value=0.4)
    settings: dict[str, Any] = {
        "learning_rate": 1.0 if optimizer == "lbfgs" else 0.05,
        "momentum": 0.8,
        "batch_size": BATCH,
        "seed": 4,
        "schedule": Schedule("cosine", period=3, warmup=0.5),
        "regularization": parts,
    }
    return TrainingConfig(optimizer, **settings | changes)


def some(size: int, *places: int) -> BoolArray:
    chosen = np.zeros(size, np.bool_)
    chosen[list(places)] = True
    return chosen


def train(trainer: Trainer, steps: int) -> None:
    for _ in islice(trainer.steps(), steps):
        pass


def silence(trainer: Trainer, layer: int, unit: int) -> None:
    size = trainer.mlp.parameters.size
    silenced, frozen = silencing(trainer.mlp.config, layer, unit)
    trainer.surgery.set_mask(some(size, *frozen), some(size, *silenced))
