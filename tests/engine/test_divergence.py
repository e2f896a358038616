"""Divergence: never silent, never a warning, always back at the last finite state, and told in a sentence."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.engine.training import Diverged, Divergence, Trainer, TrainerState, TrainingConfig, TrainingData

MakeData = Callable[..., TrainingData]
SETTINGS = [
    TrainingConfig("sgd", 10.0, 0.0, 5),
    TrainingConfig("sgd", 10.0, 0.9, 5),
    TrainingConfig("adam", 1e25, 0.0, 5),
]


def run_until_diverged(training: Trainer, most: int = 2000) -> tuple[TrainerState, Divergence]:
    """The state before the step that failed, and what was told about it."""
    steps = training.steps()
    for _ in range(most):
        state = training.state()
        try:
            next(steps)
        except Diverged as error:
            return state, error.divergence
    raise AssertionError("training never diverged")


def relu_regression(data: TrainingData, config: TrainingConfig, hidden: Sequence[int] = (6, 5)) -> Trainer:
    layers = [LayerConfig(units, "relu") for units in hidden]
    mlp = MLP.initialised(config_for_task("regression", 2, 1, layers), np.random.default_rng(0))
    return Trainer(mlp, data, config)


def one_weight(weight: float, x: float, y: float, config: TrainingConfig, x_validation: float = 0.0) -> Trainer:
    """A linear neuron without hidden layers and a single row."""
    rows = [np.array([[value]]) for value in (x, y, x_validation, 0.0)]
    data = TrainingData(rows[0], rows[1], rows[2], rows[3], "regression")
    mlp = MLP(config_for_task("regression", 1, 1, ()), np.array([weight, 0.0]))
    return Trainer(mlp, data, config)


def same(a: TrainerState, b: TrainerState) -> bool:
    arrays = [(a.parameters, b.parameters), (a.moments, b.moments), (a.order, b.order), (a.scalars, b.scalars)]
    counters = (a.step, a.epoch, a.updates, a.position, a.generators) == (
        b.step,
        b.epoch,
        b.updates,
        b.position,
        b.generators,
    )
    return counters and all(x.tobytes() == y.tobytes() for x, y in arrays)


@pytest.mark.parametrize("config", SETTINGS, ids=["plain", "momentum", "adam"])
def test_divergence_leaves_the_state_before_that_step(config: TrainingConfig, make_data: MakeData) -> None:
    training = relu_regression(make_data("regression"), config)
    before, divergence = run_until_diverged(training)
    assert same(training.state(), before)
    assert np.isfinite(training.mlp.parameters).all()
    assert np.isfinite(training.gradient).all()
    assert divergence.step == training.step + 1
    assert divergence.epoch == training.epoch + 1


def test_retry_of_the_batch_diverges_again(make_data: MakeData) -> None:
    training = relu_regression(make_data("regression"), SETTINGS[0])
    before, divergence = run_until_diverged(training)
    with pytest.raises(Diverged) as again:
        next(training.steps())
    assert again.value.divergence == divergence
    assert same(training.state(), before)


def test_training_goes_on_with_a_lower_rate_after_going_back(make_data: MakeData) -> None:
    training = relu_regression(make_data("regression"), TrainingConfig(learning_rate=10.0, batch_size=5))
    start = training.state()
    run_until_diverged(training)
    training.restore(start)
    training.configure(TrainingConfig(learning_rate=0.01, batch_size=5))
    first = training.evaluate().train_loss
    for _, _ in zip(range(200), training.steps(), strict=False):
        pass
    assert training.step == 200
    assert training.evaluate().train_loss < first


def test_first_step_may_diverge(make_data: MakeData) -> None:
    training = relu_regression(make_data("regression"), TrainingConfig())
    for weights in training.mlp.weights:
        weights[...] = 1e30
    with pytest.raises(Diverged) as error:
        next(training.steps())
    assert (error.value.divergence.step, error.value.divergence.epoch) == (1, 1)
    assert training.step == 0


def test_overflowing_outputs_name_their_layer(make_data: MakeData) -> None:
    training = relu_regression(make_data("regression"), TrainingConfig(), hidden=(4, 3, 2))
    for layer, size in enumerate((1e15, 1e15, 1e15, 1.0)):  # 1e45 in the third hidden layer
        training.mlp.weights[layer][...] = size
    _, divergence = run_until_diverged(training, 1)
    assert (divergence.layer, divergence.quantity) == (2, "activation")
    assert divergence.reason.startswith("At step 1 (epoch 1) the outputs of hidden layer 3 overflowed: inputs up to ")
    assert divergence.reason.endswith(" times weights up to 1e15 left the range of 32-bit numbers.")


def test_overflowing_gradient_names_the_first_layer_on_the_way_back() -> None:
    # Output 1e10 * 1e25 = 1e35, error 2e35; the weight's gradient is 1e10 times that.
    training = one_weight(1e25, 1e10, 0.0, TrainingConfig())
    _, divergence = run_until_diverged(training, 1)
    assert (divergence.layer, divergence.quantity) == (0, "gradient")
    assert divergence.reason == (
        "At step 1 (epoch 1) the gradient of the output layer overflowed: "
        "an error of up to 2e35 times activations up to 1e10 left the range of 32-bit numbers."
    )
    assert (training.gradient == 0).all()


def test_overflowing_gradient_of_a_hidden_layer_names_it(make_data: MakeData) -> None:
    training = relu_regression(make_data("regression"), TrainingConfig(), hidden=(4, 3))
    for layer, size in enumerate((1e-20, 1e10, 1e36)):  # outputs near 1e27, errors 1e27, times 1e36 on the way back
        training.mlp.weights[layer][...] = size
    _, divergence = run_until_diverged(training, 1)
    assert (divergence.layer, divergence.quantity) == (1, "gradient")
    assert "the gradient of hidden layer 2 overflowed: an error of up to " in divergence.reason
    assert "times weights up to 1e36 left the range" in divergence.reason


def test_overflowing_weights_name_gradient_and_learning_rate() -> None:
    # Output 0, error -2e9, gradient -2e9 for an input of 1; times 1e30 it is beyond 3.4e38.
    training = one_weight(0.0, 1.0, 1e9, TrainingConfig(learning_rate=1e30))
    before, divergence = run_until_diverged(training, 1)
    assert (divergence.layer, divergence.quantity) == (0, "weight")
    assert divergence.reason == (
        "At step 1 (epoch 1) the weights of the output layer overflowed: "
        "a gradient of 2e9 times the learning rate 1e30 left the range of 32-bit numbers."
    )
    assert same(training.state(), before)
    assert training.gradient[0] == pytest.approx(-2e9)


def test_overflowing_weights_with_momentum_say_so() -> None:
    training = one_weight(0.0, 1.0, 1e9, TrainingConfig(learning_rate=1e30, momentum=0.9))
    before, divergence = run_until_diverged(training, 1)
    assert "times the learning rate 1e30, with a momentum of 0.9, left the range" in divergence.reason
    assert same(training.state(), before)


def test_overflow_inside_adam_is_not_silent() -> None:
    # The gradient, 2e25, is a number; its square is not. Adam's step would be 0 for ever after.
    training = one_weight(0.0, 1.0, 1e25, TrainingConfig("adam"))
    before, divergence = run_until_diverged(training, 1)
    assert (divergence.layer, divergence.quantity) == (0, "gradient")
    assert "the square of 2e25, which Adam keeps, left the range of 32-bit numbers." in divergence.reason
    assert same(training.state(), before)


def test_overflow_inside_adam_names_the_layer_it_is_in() -> None:
    # Hidden output 1, error -2e25: the output layer's first weight has a gradient of that size, and the weight of
    # 1e-25 behind it leaves the hidden layer's gradient near 2.
    config = config_for_task("regression", 1, 1, [LayerConfig(1, "identity")])
    rows = [np.array([[value]]) for value in (1.0, 1e25)]
    data = TrainingData(rows[0], rows[1], rows[0][:0], rows[1][:0], "regression")
    training = Trainer(MLP(config, np.array([1.0, 0.0, 1e-25, 0.0])), data, TrainingConfig("adam"))
    _, divergence = run_until_diverged(training, 1)
    assert (divergence.layer, divergence.quantity) == (1, "gradient")
    assert "the gradient of the output layer overflowed" in divergence.reason


def test_large_but_finite_gradient_is_not_a_divergence() -> None:
    # Its sum of squares overflows, no number does: 0 + 1e-10 * 2e25.
    training = one_weight(0.0, 1.0, 1e25, TrainingConfig(learning_rate=1e-10))
    evaluation = next(training.steps())
    assert training.mlp.parameters[0] == pytest.approx(2e15)
    assert evaluation is not None
    assert evaluation.train_loss == pytest.approx(1e50)  # beyond 32 bits: losses are computed in 64


def test_infinite_loss_at_the_end_of_an_epoch_is_not_silent() -> None:
    # Only the validation row overflows: 1e10 * 1e30. Training itself sees nothing.
    training = one_weight(1e10, 1e-10, 1.0, TrainingConfig(), x_validation=1e30)
    before, divergence = run_until_diverged(training, 1)
    assert (divergence.layer, divergence.quantity) == (0, "loss")
    assert divergence.reason == (
        "At step 1 (the end of epoch 1) the loss overflowed: "
        "with weights up to 1e10 some rows' outputs left the range of 32-bit numbers."
    )
    assert same(training.state(), before)


def test_infinite_loss_after_a_short_last_batch_goes_back_one_batch(make_data: MakeData) -> None:
    data = make_data("regression", n_train=8, n_validation=1)
    data.X_validation[...] = 3e38
    training = relu_regression(data, TrainingConfig(batch_size=5, learning_rate=1e-9))
    for weights in training.mlp.weights:
        weights[...] = abs(weights) + 1
    before, divergence = run_until_diverged(training)
    assert (before.step, before.position, divergence.step, divergence.epoch) == (1, 5, 2, 1)
    assert same(training.state(), before)


def test_network_in_64_bits_names_its_own_range(make_data: MakeData) -> None:
    layers = [LayerConfig(6, "relu")]
    mlp = MLP.initialised(config_for_task("regression", 2, 1, layers), np.random.default_rng(0), np.float64)
    training = Trainer(mlp, make_data("regression"), TrainingConfig(learning_rate=1e30))
    _, divergence = run_until_diverged(training)
    assert divergence.reason.endswith("left the range of 64-bit numbers.")
