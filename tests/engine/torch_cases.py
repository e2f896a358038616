"""The training runs that are compared with PyTorch's: data, networks and settings, for recording and for testing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import DTypeLike

from nnviz.engine.activations import HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.settings import TrainingConfig, TrainingData
from nnviz.engine.training import Trainer

RECORD = Path(__file__).with_name("torch_trajectories.json")
RECORDED_STEPS = (1, 2, 10, 30, 100)
N_INPUTS, UNITS = 3, (4, 3)
MIXED_BATCHES = 6  # of 23 rows: three of 6 and one of 5
EVEN_BATCHES = 4  # of 20 rows: 5 updates in every epoch, as PyTorch's schedules count them


@dataclass(frozen=True, slots=True)
class Case:
    """One training run: what is trained on what, and how."""

    config: TrainingConfig
    task: str = "regression"
    loss: str = "mean_squared_error"
    output: str = "identity"
    hidden: tuple[str, ...] = ("tanh", "tanh")
    n_outputs: int = 1
    n_train: int = 23
    n_validation: int = 0
    weighted: bool = False

    @property
    def network(self) -> MLPConfig:
        hidden = [LayerConfig(units, name) for units, name in zip(UNITS, self.hidden, strict=True)]
        return MLPConfig(N_INPUTS, (*hidden, LayerConfig(self.n_outputs, self.output)), self.loss)


def data_of(case: Case) -> TrainingData:
    """Return rows with a noisy, curved target; rounded, so that they are the same numbers everywhere."""
    rng = np.random.default_rng(5)
    n, k = case.n_train + case.n_validation, case.n_outputs
    inputs = rng.standard_normal((n, N_INPUTS)).round(3)
    curved = np.concatenate([inputs, inputs[:, :1] * inputs[:, 1:], np.square(inputs)], axis=1)
    scores = (curved @ rng.standard_normal((curved.shape[1], k)) + 0.5 * rng.standard_normal((n, k))).round(3)
    targets = scores
    if case.task == "binary":
        targets = (scores > 1).astype(np.float64)
    elif case.task == "multiclass":
        targets = np.eye(k)[scores.argmax(axis=1)]
    elif case.output != "identity":
        targets = np.clip(0.5 + 0.2 * scores, 0, 1)
    weights = (0.25 + rng.random(case.n_train) * 3).round(2) if case.weighted else None
    cut = case.n_train
    return TrainingData(inputs[:cut], targets[:cut], inputs[cut:], targets[cut:], case.task, weights)


def start_of(case: Case) -> FloatArray:
    """Return the parameters that a run starts from, no bias 0; (n_parameters,), rounded."""
    # Not by an initialiser of ours: were one to change, the record could not be made again.
    start: FloatArray = np.random.default_rng(11).standard_normal(case.network.n_parameters) * 0.5
    return start.round(4)


def trainer_of(case: Case, start: FloatArray, dtype: DTypeLike = np.float64) -> Trainer:
    """Return our side of a case."""
    return Trainer(MLP(case.network, start, dtype), data_of(case), case.config)


def batches_of(case: Case, start: FloatArray) -> list[list[int]]:
    """Return the training rows of each of our updates, as the trainer's states tell them."""
    trainer = trainer_of(case, start)
    size = case.n_train if OPTIMIZERS[case.config.optimizer].full_batch else case.config.batch_size
    steps, batches = trainer.steps(), []
    for _ in range(RECORDED_STEPS[-1]):
        state = trainer.state()
        batches.append(state.order[state.position : state.position + size].tolist())
        next(steps)
    return batches


def fingerprint(case: Case, batches: list[list[int]]) -> int:
    """Return a number that tells a case's data and batches from any others."""
    data = data_of(case)
    arrays = [data.inputs, data.targets, np.zeros(0) if data.sample_weights is None else data.sample_weights]
    return crc32(repr(batches).encode() + b"".join(array.tobytes() for array in arrays))


def _sgd(**parts: Any) -> TrainingConfig:
    return TrainingConfig("sgd", 0.05, 0.5, MIXED_BATCHES, regularization=Regularization(**parts))


def _scheduled(schedule: Schedule, **others: Any) -> Case:
    config = TrainingConfig("sgd", 0.1, 0.3, EVEN_BATCHES, schedule=schedule)
    return Case(config, **{"n_train": 20, **others})


def _optimizer_cases() -> dict[str, Case]:
    rules = {
        "gradient_descent": TrainingConfig("gradient_descent", 0.03),
        "sgd": TrainingConfig("sgd", 0.1),
        "sgd_momentum": TrainingConfig("sgd", 0.01, 0.9),
        "nesterov": TrainingConfig("nesterov", 0.01, 0.9),
        "nesterov_without_momentum": TrainingConfig("nesterov", 0.1, 0.0),
        "adagrad": TrainingConfig("adagrad", 0.1),
        "rmsprop": TrainingConfig("rmsprop", 0.01),
        "rmsprop_momentum": TrainingConfig("rmsprop", 0.003, 0.9),
        "adam": TrainingConfig("adam", 0.02),
        "adamw": TrainingConfig("adamw", 0.02),
        "nadam": TrainingConfig("nadam", 0.02),
    }
    return {name: Case(replace(config, batch_size=MIXED_BATCHES)) for name, config in rules.items()} | {
        "lbfgs": Case(TrainingConfig("lbfgs", 1.0), n_train=60),
        "lbfgs_classes": Case(
            TrainingConfig("lbfgs", 1.0, regularization=Regularization(l2=0.01)), **CLASSES, n_train=60
        ),
    }


def _schedule_cases() -> dict[str, Case]:
    return {
        "step": _scheduled(Schedule("step", factor=0.5, period=3)),
        "step_short_batches": Case(TrainingConfig("sgd", 0.1, 0, 6, schedule=Schedule("step", factor=0.5, period=4))),
        "step_with_floor": _scheduled(Schedule("step", factor=0.5, period=3, floor=0.2)),
        "exponential": _scheduled(Schedule("exponential", factor=0.9)),
        "cosine_growing": _scheduled(Schedule("cosine", period=3, growth=2, floor=0.1)),
        "cosine_even": _scheduled(Schedule("cosine", period=4, growth=1)),
        "one_cycle": _scheduled(Schedule("one_cycle", period=20)),
        "plateau": _scheduled(Schedule("plateau", factor=0.5, patience=1, min_change=0.02), n_validation=9),
        "plateau_with_floor": _scheduled(Schedule("plateau", factor=0.2, patience=0, min_change=0.1, floor=0.1)),
        "warm_up": _scheduled(Schedule("constant", warmup=4)),
        "warm_up_cosine": _scheduled(Schedule("cosine", period=4, growth=2, warmup=2)),
        "adam_one_cycle": replace(
            _scheduled(Schedule("one_cycle", period=20)),
            config=TrainingConfig("adam", 0.05, 0, EVEN_BATCHES, schedule=Schedule("one_cycle", period=20)),
        ),
    }


def _regularization_cases() -> dict[str, Case]:
    adam = TrainingConfig("adam", 0.02, 0, MIXED_BATCHES, regularization=Regularization(l2=0.05))
    adamw = TrainingConfig("adamw", 0.02, 0, MIXED_BATCHES, regularization=Regularization(weight_decay=0.3))
    return {
        "l1": Case(_sgd(l1=0.02)),
        "l2": Case(_sgd(l2=0.05)),
        "elastic_net": Case(_sgd(l1=0.01, l2=0.03)),
        "adam_l2": Case(adam),
        "adamw_strong": Case(adamw),
        "decoupled_decay": Case(_sgd(weight_decay=0.1)),
        "clip_value": Case(_sgd(clip_value=0.05)),
        "clip_norm": Case(_sgd(clip_norm=0.2)),
        "clip_both": Case(_sgd(l2=0.05, clip_value=0.1, clip_norm=0.2)),
        "smoothing_classes": Case(_sgd(label_smoothing=0.1), **CLASSES),
        "smoothing_binary": Case(_sgd(label_smoothing=0.2), **BINARY),
        "balanced_classes": Case(replace(_sgd(), class_weight="balanced"), **CLASSES),
        "balanced_binary": Case(replace(_sgd(), class_weight="balanced"), **BINARY),
        "row_weights": Case(_sgd(), weighted=True, n_outputs=2),
        "row_and_class_weights": Case(
            replace(_sgd(label_smoothing=0.1), class_weight="balanced"), **CLASSES, weighted=True
        ),
    }


def _loss_cases() -> dict[str, Case]:
    sgd = _sgd()
    return {
        "squared_error_of_two": Case(sgd, n_outputs=2),
        "squared_error_sigmoid": Case(sgd, output="sigmoid"),
        "squared_error_tanh": Case(sgd, output="tanh"),
        "squared_error_relu": Case(sgd, output="relu"),
        "squared_error_softmax": Case(sgd, "multiclass", output="softmax", n_outputs=3),
        "absolute_error": Case(sgd, loss="mean_absolute_error", n_outputs=2),
        "huber": Case(sgd, loss="huber"),
        "huber_tanh": Case(sgd, loss="huber", output="tanh"),
        "binary_cross_entropy": Case(sgd, **BINARY),
        "cross_entropy": Case(sgd, **CLASSES),
        "hinge": Case(sgd, "binary", "hinge"),
        "hinge_classes": Case(sgd, "multiclass", "hinge", n_outputs=3),
    }


def _activation_cases() -> dict[str, Case]:
    sgd = _sgd()
    return {f"hidden_{name}": Case(sgd, hidden=(name, name)) for name in HIDDEN_ACTIVATIONS}


BINARY: dict[str, Any] = {"task": "binary", "loss": "binary_cross_entropy", "output": "sigmoid"}
CLASSES: dict[str, Any] = {
    "task": "multiclass",
    "loss": "categorical_cross_entropy",
    "output": "softmax",
    "n_outputs": 3,
}
CASES: Mapping[str, Case] = MappingProxyType(
    _optimizer_cases() | _schedule_cases() | _regularization_cases() | _loss_cases() | _activation_cases()
)
