"""Fifty training steps beside scikit-learn's, from the same weights and on the same batches."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor

from nnviz.engine.adaptive_optimizers import Adam
from nnviz.engine.mlp import MLP
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData

STEPS = 50
ROWS, BATCH = 47, 10  # a short last batch of 7 in every epoch of 5
# Of Adam. scikit-learn adds it before the correction for the start at 0, we after it, as the paper and PyTorch do: so
# small, the place makes no difference.
EPSILON = 1e-30
NAMES = {"tanh": "tanh", "relu": "relu", "sigmoid": "logistic", "identity": "identity"}


def our_trajectory(training: Trainer) -> tuple[list[Any], list[Any]]:
    """The rows of each batch, and the parameters after each step."""
    batches, parameters = [], []
    steps = training.steps()
    for _ in range(STEPS):
        state = training.state()
        batches.append(state.order[state.position : state.position + training.config.batch_size])
        next(steps)
        parameters.append(training.mlp.parameters.copy())
    return batches, parameters


def peer_with_weights_of(mlp: MLP, data: TrainingData, config: TrainingConfig) -> Any:
    """A scikit-learn network with our initial weights and a fresh optimiser."""
    regression = data.task == "regression"
    # scikit-learn's squared loss is halved: with SGD, twice the rate makes up for it.
    rate = 2 if regression and config.optimizer == "sgd" else 1
    settings: dict[str, Any] = {
        "hidden_layer_sizes": mlp.config.sizes[1:-1],
        "activation": NAMES[mlp.config.layers[0].activation],
        "solver": config.optimizer,
        "alpha": 0,
        "batch_size": "auto",  # all rows of a part, up to 200
        "learning_rate_init": config.learning_rate * rate,
        "momentum": config.momentum,
        "nesterovs_momentum": False,
        "epsilon": EPSILON,
        "shuffle": False,
        "n_iter_no_change": 10_000,
        "max_iter": 100_000,
    }
    peer = MLPRegressor(**settings) if regression else MLPClassifier(**settings)
    fit_part(peer, data, np.arange(ROWS))
    for weights, biases, ours, our_biases in zip(peer.coefs_, peer.intercepts_, mlp.weights, mlp.biases, strict=True):
        weights[...] = ours
        biases[...] = our_biases
    del peer._optimizer
    return peer


def fit_part(peer: Any, data: TrainingData, rows: Any) -> None:
    if data.task == "regression":
        peer.partial_fit(data.X_train[rows], data.Y_train[rows, 0])
    elif data.task == "binary":
        peer.partial_fit(data.X_train[rows], data.Y_train[rows, 0], classes=[0, 1])
    else:
        classes = np.arange(data.Y_train.shape[1])
        peer.partial_fit(data.X_train[rows], data.Y_train[rows].argmax(axis=1), classes=classes)


@pytest.mark.parametrize(
    "config",
    [
        TrainingConfig("sgd", 0.03, 0.0, BATCH),
        TrainingConfig("sgd", 0.03, 0.9, BATCH),
        TrainingConfig("adam", 0.01, 0.0, BATCH),
    ],
    ids=["plain", "momentum", "adam"],
)
@pytest.mark.parametrize(
    ("task", "n_outputs", "activation"),
    [
        ("binary", 1, "tanh"),
        ("binary", 1, "relu"),
        ("multiclass", 3, "sigmoid"),
        ("multiclass", 4, "relu"),
        ("regression", 1, "tanh"),
        ("regression", 1, "identity"),
    ],
)
def test_fifty_steps_equal_those_of_scikit_learn(
    config: TrainingConfig,
    task: str,
    n_outputs: int,
    activation: str,
    make_data: Callable[..., TrainingData],
    make_network: Callable[..., MLP],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Adam, "epsilon", EPSILON)
    data = make_data(task, ROWS, 0, 3, n_outputs)
    mlp = make_network(task, 3, n_outputs, (6, 5), activation, np.float64)
    peer = peer_with_weights_of(mlp, data, config)
    start = mlp.parameters.copy()
    batches, trajectory = our_trajectory(Trainer(mlp, data, config))
    assert {len(batch) for batch in batches} == {BATCH, ROWS % BATCH}
    for batch, parameters in zip(batches, trajectory, strict=True):
        fit_part(peer, data, batch)
        theirs = [np.vstack([w, b]).ravel() for w, b in zip(peer.coefs_, peer.intercepts_, strict=True)]
        np.testing.assert_allclose(parameters, np.concatenate(theirs), rtol=1e-10, atol=1e-11)
    assert abs(trajectory[-1] - start).max() > 0.05
