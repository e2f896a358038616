"""Whole trainings: the problems a multilayer perceptron is known to solve are solved."""

from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest

from nnviz.engine.mlp import MLP
from nnviz.engine.training import Evaluation, Trainer, TrainingConfig, TrainingData

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]


def train(training: Trainer, epochs: int) -> Evaluation:
    for evaluation in training.steps():
        if evaluation is not None and evaluation.epoch == epochs:
            return evaluation
    raise AssertionError("steps() ended")


def spiral(n: int) -> TrainingData:
    """Two interleaved arms of 1.75 turns; every other pair of points validates."""
    rng = np.random.default_rng(0)
    index = np.arange(n)
    arm = index % 2
    along = index / n
    angle = 1.75 * 2 * np.pi * along + np.pi * arm
    points = 2 * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1) + rng.normal(0, 0.02, (n, 2))
    target = arm[:, None].astype(np.float64)
    half = index // 2 % 2 == 0
    return TrainingData(points[half], target[half], points[~half], target[~half], "binary")


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_exclusive_or_is_learned_with_a_hidden_layer(activation: str, make_network: MakeNetwork) -> None:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    target = np.array([[0.0], [1.0], [1.0], [0.0]])
    data = TrainingData(corners, target, corners[:0], target[:0], "binary")
    training = Trainer(make_network(hidden=(16,), activation=activation), data, TrainingConfig("adam", 0.05))
    result = train(training, 1000)
    assert result.train_metric == 1
    assert result.train_loss < 0.05
    np.testing.assert_array_equal(training.mlp.predict(corners) > 0.5, target > 0.5)


def test_exclusive_or_is_not_learned_without_one(make_network: MakeNetwork) -> None:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    target = np.array([[0.0], [1.0], [1.0], [0.0]])
    data = TrainingData(corners, target, corners[:0], target[:0], "binary")
    result = train(Trainer(make_network(hidden=()), data, TrainingConfig("adam", 0.05)), 1000)
    assert result.train_loss == pytest.approx(np.log(2), abs=1e-3)


@pytest.mark.parametrize(
    ("config", "epochs"),
    [(TrainingConfig("sgd", 0.03, 0.9, 10), 1000), (TrainingConfig("adam", 0.02, 0.0, 10), 1000)],
    ids=["momentum", "adam"],
)
def test_spiral_is_learned_and_generalises(config: TrainingConfig, epochs: int, make_network: MakeNetwork) -> None:
    # Some epoch, not a given one: late losses jump, and where they stand depends on the machine's rounding.
    seen = islice(filter(None, Trainer(make_network(hidden=(8, 8)), spiral(500), config).steps()), epochs)
    assert any(e.train_metric > 0.97 and e.validation_metric > 0.95 for e in seen)


def test_three_classes_are_learned(make_data: MakeData, make_network: MakeNetwork) -> None:
    data = make_data("multiclass", n_train=150, n_validation=50, n_outputs=3)
    result = train(Trainer(make_network("multiclass", n_outputs=3), data, TrainingConfig("adam", 0.02)), 60)
    assert result.train_metric > 0.85
    assert result.validation_metric > 0.75


def test_curve_is_learned_by_regression(make_network: MakeNetwork) -> None:
    x = np.linspace(-2, 2, 200)[:, None]
    y = np.sin(2 * x)
    data = TrainingData(x[::2], y[::2], x[1::2], y[1::2], "regression")
    mlp = make_network("regression", n_inputs=1, hidden=(12, 12))
    result = train(Trainer(mlp, data, TrainingConfig("adam", 0.01)), 300)
    assert result.validation_metric > 0.99
    assert result.validation_loss < 0.01


def test_straight_line_is_found_without_hidden_layers(make_network: MakeNetwork) -> None:
    x = np.random.default_rng(0).standard_normal((60, 2))
    y = x @ np.array([[1.5], [-0.5]]) + 0.25
    data = TrainingData(x, y, x[:0], y[:0], "regression")
    mlp = make_network("regression", hidden=(), dtype=np.float64)
    train(Trainer(mlp, data, TrainingConfig("sgd", 0.1, 0.5, 20)), 100)
    np.testing.assert_allclose(mlp.parameters, [1.5, -0.5, 0.25], atol=1e-9)
