"""From a data set to a trainer, one way for the window and for the command line."""

from collections.abc import Sequence

import numpy as np

from nnviz.data.dataset import Dataset
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig, config_for_task
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData

DEFAULT_HIDDEN = (LayerConfig(8, "tanh"), LayerConfig(8, "tanh"))
DEFAULT_TRAINING = TrainingConfig(optimizer="adam", learning_rate=0.01, batch_size=32)


def training_data(dataset: Dataset) -> TrainingData:
    """Return the data set as the trainer takes it."""
    return TrainingData(dataset.X_train, dataset.Y_train, dataset.X_validation, dataset.Y_validation, dataset.task)


def network_config(dataset: Dataset, hidden: Sequence[LayerConfig] = DEFAULT_HIDDEN) -> MLPConfig:
    """Return the architecture that fits the data set's inputs, outputs and task."""
    return config_for_task(dataset.task, dataset.X.shape[1], dataset.Y.shape[1], hidden)


def new_trainer(dataset: Dataset, config: MLPConfig, training: TrainingConfig) -> Trainer:
    """Return a trainer of a freshly initialised network; the training seed decides its weights too."""
    network = MLP.initialised(config, np.random.default_rng(training.seed))
    return Trainer(network, training_data(dataset), training)
