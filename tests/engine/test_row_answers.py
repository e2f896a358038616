"""Outputs and losses of single rows: those that the loss itself has."""

import numpy as np
import pytest

from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.row_answers import answer_rows


@pytest.mark.parametrize(
    ("task", "outputs", "loss"),
    [
        ("binary", 1, "binary_cross_entropy"),
        ("binary", 1, "hinge"),
        ("multiclass", 3, "categorical_cross_entropy"),
        ("regression", 1, "huber"),
    ],
)
def test_the_mean_of_the_rows_losses_is_the_loss(task: str, outputs: int, loss: str) -> None:
    rng = np.random.default_rng(3)
    mlp = MLP.initialised(config_for_task(task, 4, outputs, [LayerConfig(5)], loss), rng)
    inputs = rng.normal(size=(30, 4))
    target = rng.normal(size=(30, 1)) if task == "regression" else np.eye(outputs)[rng.integers(0, outputs, 30)]
    if task == "binary":
        target = rng.integers(0, 2, (30, 1)).astype(float)
    answers = answer_rows(mlp, inputs, target)
    hidden = mlp.activations(inputs)[-2]
    logits = hidden @ mlp.weights[-1] + mlp.biases[-1]
    expected = LOSSES[loss].value(logits, target, mlp.config.layers[-1].activation)
    assert answers.losses.mean() == pytest.approx(expected, rel=1e-6)
    np.testing.assert_array_equal(answers.output, mlp.predict(inputs))


def test_huge_logits_cost_finite_losses() -> None:
    mlp = MLP(config_for_task("binary", 1, 1, []))
    mlp.weights[0][...] = 1e30
    answers = answer_rows(mlp, np.array([[1.0], [-1.0]]), np.array([[0.0], [0.0]]))
    np.testing.assert_allclose(answers.losses, [1e30, 0.0], rtol=1e-6)
