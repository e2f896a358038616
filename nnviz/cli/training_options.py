"""TrainOptions: what the command line asks of a network and its training, and the settings that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnviz.data.read_options import ReadOptions
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.stopping import EarlyStopping
from nnviz.engine.training import TrainingConfig
from nnviz.run.recipe import DEFAULT_HIDDEN, DEFAULT_TRAINING


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """What the command line asks for; the defaults are those of the window and of ``nnviz train --help``."""

    path: Path
    target: str | None = None
    task: str = "auto"
    ignore: tuple[str, ...] | list[str] = ()
    sample_rows: int | None = None
    sheet: str | None = None
    hidden: tuple[int, ...] = tuple(layer.units for layer in DEFAULT_HIDDEN)
    activation: str = DEFAULT_HIDDEN[0].activation
    initializer: str = ""
    loss: str = ""
    optimizer: str = DEFAULT_TRAINING.optimizer
    learning_rate: float = DEFAULT_TRAINING.learning_rate
    momentum: float = DEFAULT_TRAINING.momentum
    batch_size: int = DEFAULT_TRAINING.batch_size
    schedule: str = DEFAULT_TRAINING.schedule.name
    period: float | None = None
    factor: float | None = None
    warmup: float = 0.0
    l1: float = DEFAULT_TRAINING.regularization.l1
    l2: float = DEFAULT_TRAINING.regularization.l2
    weight_decay: float | None = None
    dropout: float = 0.0
    input_noise: float = 0.0
    clip_value: float = 0.0
    clip_norm: float = 0.0
    label_smoothing: float = 0.0
    class_weight: str = "none"
    epochs: int = 200
    patience: int = 0
    monitor: str = "loss"
    best: bool = False
    validation: float = 0.25
    seed: int = 0
    export: tuple[Path, ...] | list[Path] = ()


def options_from(arguments: Mapping[str, Any]) -> TrainOptions:
    """Return the options that the command line names; what it does not name keeps its default."""
    return TrainOptions(**{name: arguments[name] for name in TrainOptions.__dataclass_fields__ if name in arguments})


def read_options(options: TrainOptions) -> ReadOptions:
    """Return how to read the data."""
    return ReadOptions(sample_rows=options.sample_rows, sheet=options.sheet)


def network_settings(options: TrainOptions) -> tuple[TrainingConfig, list[LayerConfig]]:
    """Return how to train, and the hidden layers.

    Raises
    ------
    UserError
        For a value out of range, an unknown name, or settings that do not go together.
    """
    given: dict[str, Any] = {"period": options.period, "factor": options.factor}
    training = TrainingConfig(
        optimizer=options.optimizer,
        learning_rate=options.learning_rate,
        momentum=options.momentum,
        batch_size=options.batch_size,
        seed=options.seed,
        schedule=Schedule(
            options.schedule,
            warmup=options.warmup,
            **{name: value for name, value in given.items() if value is not None},
        ),
        regularization=Regularization(
            l1=options.l1,
            l2=options.l2,
            weight_decay=options.weight_decay,
            dropout=options.dropout,
            input_noise=options.input_noise,
            clip_value=options.clip_value,
            clip_norm=options.clip_norm,
            label_smoothing=options.label_smoothing,
        ),
        stopping=EarlyStopping(patience=options.patience, monitor=options.monitor),
        class_weight=options.class_weight,
    )
    return training, [LayerConfig(units, options.activation, options.initializer) for units in options.hidden]
