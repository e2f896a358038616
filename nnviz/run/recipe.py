"""From a data set to a trainer, one way for the window and for the command line."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nnviz.data.dataset import Dataset
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig, config_for_task
from nnviz.engine.regularization import Regularization
from nnviz.engine.settings import check_settings
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData

DEFAULT_HIDDEN = (LayerConfig(8, "tanh"), LayerConfig(8, "tanh"))
# Found by tests/benchmarks/spiral.py without loss on the tables of tests/benchmarks/quality.py: the penalty keeps the
# boundary smooth between the training rows, and drawn biases (the default for tanh) bend it away from the origin.
DEFAULT_TRAINING = TrainingConfig(
    optimizer="adam", learning_rate=0.015, batch_size=32, regularization=Regularization(l2=0.001)
)


def training_data(dataset: Dataset) -> TrainingData:
    """Return the data set as the trainer takes it."""
    return TrainingData(dataset.X_train, dataset.Y_train, dataset.X_validation, dataset.Y_validation, dataset.task)


def network_config(dataset: Dataset, hidden: Sequence[LayerConfig] = DEFAULT_HIDDEN, loss: str = "") -> MLPConfig:
    """Return the architecture that fits the data set's inputs, outputs and task; `loss` "" is the task's usual one."""
    return config_for_task(dataset.task, dataset.X.shape[1], dataset.Y.shape[1], hidden, loss)


def fitting(training: TrainingConfig, config: MLPConfig, task: str) -> tuple[TrainingConfig, str]:
    """Return settings without what does not go with a network and a task, and a sentence about it, or ""."""
    dropped = []
    if training.class_weight != "none" and task == "regression":
        training = replace(training, class_weight="none")
        dropped.append("class weights")
    parts = training.regularization
    if parts.label_smoothing and not LOSSES[config.loss].takes_smoothing:
        training = replace(training, regularization=replace(parts, label_smoothing=0.0))
        dropped.append("label smoothing")
    check_settings(training, config, task)
    return training, f"Without {' and '.join(dropped)}, which this task or loss does not go with." if dropped else ""


def new_trainer(dataset: Dataset, config: MLPConfig, training: TrainingConfig) -> Trainer:
    """Return a trainer of a freshly initialised network; the training seed decides its weights too."""
    network = MLP.initialised(config, np.random.default_rng(training.seed))
    return Trainer(network, training_data(dataset), training)
