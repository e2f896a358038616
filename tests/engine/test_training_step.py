"""Training steps worked by hand, number by number."""

import numpy as np
import pytest

from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData

# x = (1, 2) -> y = 1 and x = (3, -1) -> y = 0
ROWS = TrainingData(
    np.array([[1.0, 2.0], [3.0, -1.0]]),
    np.array([[1.0], [0.0]]),
    np.zeros((0, 2)),
    np.zeros((0, 1)),
    "regression",
)
CONFIG = MLPConfig(2, (LayerConfig(2, "relu"), LayerConfig(1, "identity")), "mean_squared_error")
#                          to hidden 1, to hidden 2
START = np.array([0.5, -1.0,  # from the first input
                  0.25, 0.5,  # from the second input
                  0.0, 0.5,   # biases
                  2.0, -1.0, 0.5])  # from hidden 1, from hidden 2, bias  # fmt: skip

# Forward, row (1, 2):  z = (0.5 + 0.5 + 0, -1 + 1 + 0.5) = (1, 0.5)        a = (1, 0.5)    output 2 - 0.5 + 0.5 = 2
#          row (3, -1): z = (1.5 - 0.25 + 0, -3 - 0.5 + 0.5) = (1.25, -3)   a = (1.25, 0)   output 2.5 - 0 + 0.5 = 3
# Loss ((2 - 1)^2 + (3 - 0)^2) / 2 = 5, dL/doutput = 2/2 (1, 3) = (1, 3)
# Output layer: weights (1*1 + 1.25*3, 0.5*1 + 0*3) = (4.75, 0.5), bias 1 + 3 = 4
# dL/da: row 1 (2*1, -1*1) = (2, -1), row 2 (2*3, -1*3) = (6, -3); dL/dz: row 1 (2, -1), row 2 (6, 0): z < 0
# Hidden layer: first input (1*2 + 3*6, 1*-1 + 3*0) = (20, -1), second (2*2 - 1*6, 2*-1) = (-2, -2), bias (8, -1)
GRADIENT = np.array([20.0, -1.0, -2.0, -2.0, 8.0, -1.0, 4.75, 0.5, 4.0])


def trainer(**settings: object) -> Trainer:
    config = TrainingConfig(**({"learning_rate": 0.1, "batch_size": 2} | settings))  # type: ignore[arg-type]
    return Trainer(MLP(CONFIG, START, np.float64), ROWS, config)


def test_loss_before_the_step_is_the_one_worked_by_hand() -> None:
    assert trainer().evaluate().train_loss == 5


def test_plain_gradient_step_is_the_one_worked_by_hand() -> None:
    training = trainer()
    evaluation = next(training.steps())
    np.testing.assert_allclose(training.gradient, GRADIENT, rtol=1e-15)
    by_hand = [-1.5, -0.9, 0.45, 0.7, -0.8, 0.6, 1.525, -1.05, 0.1]  # START - 0.1 GRADIENT
    np.testing.assert_allclose(training.mlp.parameters, by_hand, rtol=1e-14)
    # Forward again: row 1 z = (-1.5 + 0.9 - 0.8, -0.9 + 1.4 + 0.6) = (-1.4, 1.1), output -1.05 * 1.1 + 0.1 = -1.055
    #                row 2 z = (-4.5 - 0.45 - 0.8, -2.7 - 0.7 + 0.6) = (-5.75, -2.8), output 0.1
    assert evaluation is not None
    assert (evaluation.step, evaluation.epoch) == (1, 1)
    assert evaluation.train_loss == pytest.approx((2.055**2 + 0.1**2) / 2, rel=1e-13)
    # R2 = 1 - (2.055^2 + 0.1^2) / (0.5^2 + 0.5^2)
    assert evaluation.train_metric == pytest.approx(1 - (2.055**2 + 0.1**2) / 0.5, rel=1e-13)
    assert np.isnan([evaluation.validation_loss, evaluation.validation_metric]).all()


def test_second_step_with_momentum_adds_a_share_of_the_first() -> None:
    training = trainer(momentum=0.5)
    steps = training.steps()
    next(steps)
    after_first = training.mlp.parameters.copy()
    np.testing.assert_allclose(after_first, START - 0.1 * GRADIENT, rtol=1e-14)  # the velocity starts at 0
    next(steps)
    velocity = 0.5 * (-0.1 * GRADIENT) - 0.1 * training.gradient
    np.testing.assert_allclose(training.mlp.parameters, after_first + velocity, rtol=1e-13)


def test_first_adam_step_has_the_size_of_the_learning_rate() -> None:
    # m = 0.1 g and v = 0.001 g^2, each divided by its share of 1 - beta: g / (sqrt(g^2) + 1e-8) ~ sign(g)
    training = trainer(optimizer="adam")
    next(training.steps())
    step = 0.1 * GRADIENT / (abs(GRADIENT) + 1e-8)
    np.testing.assert_allclose(training.mlp.parameters, START - step, rtol=1e-12)


def test_one_neuron_with_cross_entropy_is_the_one_worked_by_hand() -> None:
    # Weights 0: outputs 1/2. Rows (1, 2) -> 1 and (3, -1) -> 0: dL/dz = (1/2 - 1, 1/2 - 0) / 2 = (-1/4, 1/4)
    # Gradient: first input -1/4 + 3/4 = 1/2, second -2/4 - 1/4 = -3/4, bias 0
    config = MLPConfig(2, (LayerConfig(1, "sigmoid"),), "binary_cross_entropy")
    data = TrainingData(ROWS.X_train, ROWS.Y_train, ROWS.X_validation, ROWS.Y_validation, "binary")
    training = Trainer(MLP(config, dtype=np.float64), data, TrainingConfig(learning_rate=2.0, batch_size=2))
    assert training.evaluate().train_loss == pytest.approx(np.log(2), rel=1e-15)
    evaluation = next(training.steps())
    np.testing.assert_array_equal(training.mlp.parameters, [-1.0, 1.5, 0.0])
    # Logits -1 + 3 = 2 and -3 - 1.5 = -4.5: loss (log(1 + e^-2) + log(1 + e^-4.5)) / 2, both on the right side
    assert evaluation is not None
    assert evaluation.train_loss == pytest.approx((np.log1p(np.exp(-2)) + np.log1p(np.exp(-4.5))) / 2, rel=1e-14)
    assert evaluation.train_metric == 1
