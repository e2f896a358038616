"""Diagnostics of networks that a Trainer trained: no warning for the healthy, the reason why for the mistreated."""

import numpy as np
import pytest

from nnviz.engine.activations import HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.diagnostics import Finding, examine
from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.training import Evaluation, Trainer, TrainingConfig, TrainingData


def easy_data(task: str, seed: int) -> TrainingData:
    """Clouds that hardly touch, or a smooth function without noise; 4 standardised columns, 300 rows and 100."""
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((400, 4))
    if task == "regression":
        target = np.tanh(inputs @ rng.standard_normal((4, 1)))
        target = (target - target.mean(axis=0)) / target.std(axis=0)
    else:
        k = 2 if task == "binary" else 3
        classes = rng.integers(0, k, 400)
        target = np.eye(k)[classes] if k > 2 else classes[:, None].astype(np.float64)
        inputs = inputs * 0.5 + 3 * np.eye(k, 4)[classes]
        inputs = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
    return TrainingData(inputs[:300], target[:300], inputs[300:], target[300:], task)


def new_network(data: TrainingData, hidden: tuple[int, ...], activation: str, seed: int) -> MLP:
    layers = [LayerConfig(units, activation) for units in hidden]
    config = config_for_task(data.task, data.X_train.shape[1], data.Y_train.shape[1], layers)
    return MLP.initialised(config, np.random.default_rng(seed))


def train(mlp: MLP, data: TrainingData, config: TrainingConfig, epochs: int) -> list[Finding]:
    """Train, then examine with everything that is known then."""
    trainer = Trainer(mlp, data, config)
    curve: list[Evaluation] = []
    previous: FloatArray = mlp.parameters.copy()
    steps = trainer.steps()
    while len(curve) < epochs:
        previous = mlp.parameters.copy()
        evaluation = next(steps)
        if evaluation is not None:
            curve.append(evaluation)
    return examine(
        mlp,
        data.X_train,
        data.Y_train,
        [one.epoch for one in curve],
        [one.train_loss for one in curve],
        [one.validation_loss for one in curve],
        previous_parameters=previous,
    )


def by_kind(findings: list[Finding]) -> dict[str, Finding]:
    return {one.kind: one for one in reversed(findings)}  # the worst of a kind


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize("seed", range(2))
def test_healthy_network_has_no_warning(task: str, activation: str, seed: int) -> None:
    data = easy_data(task, seed)
    findings = train(new_network(data, (16, 8), activation, seed), data, TrainingConfig("adam", 0.01, 0, 32), 40)
    assert [one.sentence for one in findings if one.severity != "note"] == []


@pytest.mark.parametrize("seed", range(3))
def test_rate_far_too_large_saturates_the_neurons_and_makes_the_loss_jump(seed: int) -> None:
    data = easy_data("binary", seed)
    data.Y_train[:60] = 1 - data.Y_train[:60]  # a fifth is mislabelled, so that no luck brings the loss near 0
    mlp = new_network(data, (8, 8), "tanh", seed)
    findings = train(mlp, data, TrainingConfig("sgd", 10.0, 0.9, 10), 30)
    kinds = by_kind(findings)
    assert {"dead_units", "saturated_units"} & set(kinds)
    assert {"oscillation", "underfitting"} & set(kinds)
    assert findings[0].severity == "serious"


def test_rate_too_large_makes_the_loss_oscillate() -> None:
    data = easy_data("regression", 0)
    config = TrainingConfig("sgd", 0.4, 0.5, 10)
    kinds = by_kind(train(new_network(data, (), "tanh", 0), data, config, 40))
    assert kinds["oscillation"].severity != "note"
    assert kinds["oscillation"].evidence["reversals_share"] >= 0.4


def test_rate_far_too_small_updates_too_little() -> None:
    data = easy_data("binary", 0)
    kinds = by_kind(train(new_network(data, (8, 8), "tanh", 0), data, TrainingConfig("sgd", 1e-7, 0, 32), 20))
    assert kinds["small_updates"].severity == "warning"
    assert kinds["small_updates"].evidence["update_ratio"] < 1e-7
    assert "higher" in kinds["small_updates"].suggestion
    assert kinds["plateau"].evidence["relative_gradient"] > 0.1
    assert "higher" in kinds["plateau"].suggestion


def test_few_noisy_rows_are_learned_by_heart() -> None:
    rng = np.random.default_rng(0)
    inputs, target = rng.standard_normal((60, 4)), rng.integers(0, 2, (60, 1)).astype(np.float64)
    data = TrainingData(inputs[:30], target[:30], inputs[30:], target[30:], "binary")
    mlp = new_network(data, (32, 32), "tanh", 0)
    one = by_kind(train(mlp, data, TrainingConfig("adam", 0.02, 0, 10), 150))["overfitting"]
    assert one.severity == "serious"
    assert one.evidence["best_epoch"] < 30
    assert one.evidence["validation_loss_now"] > 2 * one.evidence["best_validation_loss"]
    assert one.evidence["train_loss_now"] < 0.01


def test_deep_sigmoid_network_does_not_learn_because_its_gradient_vanishes() -> None:
    data = easy_data("binary", 0)
    kinds = by_kind(train(new_network(data, (8,) * 8, "sigmoid", 0), data, TrainingConfig("sgd", 0.03, 0, 32), 20))
    assert kinds["vanishing_gradient"].layer == 0
    assert kinds["vanishing_gradient"].evidence["ratio"] < 1e-3
    assert kinds["constant_output"].severity != "note"
    assert kinds["underfitting"].severity != "note"


def test_equal_weights_stay_equal_through_training() -> None:
    data = easy_data("binary", 0)
    mlp = new_network(data, (8, 8), "tanh", 0)
    mlp.parameters[:] = 0.1
    one = by_kind(train(mlp, data, TrainingConfig("adam", 0.01, 0, 32), 20))["identical_units"]
    assert one.severity == "serious"
    assert one.evidence["copies"] == 7
