"""Data sets and networks that several engine tests train on."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.training import TrainingData

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]


@pytest.fixture
def make_data() -> MakeData:
    """Random rows with a learnable target: make_data(task, n_train, n_validation, n_inputs, n_outputs)."""

    def make(
        task: str = "binary",
        n_train: int = 23,
        n_validation: int = 7,
        n_inputs: int = 2,
        n_outputs: int = 1,
    ) -> TrainingData:
        rng = np.random.default_rng(3)
        n = n_train + n_validation
        inputs = rng.standard_normal((n, n_inputs))
        scores = inputs @ rng.standard_normal((n_inputs, n_outputs)) + 0.3 * rng.standard_normal((n, n_outputs))
        if task == "binary":
            target = (scores > 0).astype(np.float64)
        elif task == "multiclass":
            target = np.eye(n_outputs)[scores.argmax(axis=1)]
        else:
            target = scores / scores.std(axis=0)
        return TrainingData(inputs[:n_train], target[:n_train], inputs[n_train:], target[n_train:], task)

    return make


@pytest.fixture
def make_network() -> MakeNetwork:
    """A freshly initialised network: make_network(task, n_inputs, n_outputs, hidden, activation, dtype, seed)."""

    def make(
        task: str = "binary",
        n_inputs: int = 2,
        n_outputs: int = 1,
        hidden: Sequence[int] = (4, 3),
        activation: str = "tanh",
        dtype: type = np.float32,
        seed: int = 1,
    ) -> MLP:
        layers = [LayerConfig(units, activation) for units in hidden]
        config = config_for_task(task, n_inputs, n_outputs, layers)
        return MLP.initialised(config, np.random.default_rng(seed), dtype)

    return make
