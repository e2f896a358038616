"""The trainer: epochs, shuffling, batches, evaluation, changes of settings."""

import threading
from collections.abc import Callable
from itertools import chain, islice
from typing import Any

import numpy as np
import pytest

from nnviz.engine.losses import LOSSES
from nnviz.engine.metrics import accuracy, r2
from nnviz.engine.mlp import MLP
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.errors import UserError

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]


def batches_of(training: Trainer, count: int) -> list[list[int]]:
    """Run `count` steps and return the rows of each batch."""
    batches = []
    steps = training.steps()
    for _ in range(count):
        state = training.state()
        next(steps)
        stop = training.state().position or len(state.order)
        batches.append(state.order[state.position : stop].tolist())
    return batches


def test_epoch_ends_after_every_row_was_used_once(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(n_train=23), TrainingConfig(batch_size=5))
    evaluations = list(islice(training.steps(), 15))
    assert [evaluation is None for evaluation in evaluations] == [True, True, True, True, False] * 3
    last = evaluations[-1]
    assert last is not None
    assert (last.epoch, last.step) == (training.epoch, training.step) == (3, 15)


def test_samples_are_shuffled_anew_each_epoch_not_batches(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(n_train=20), TrainingConfig(batch_size=5))
    batches = batches_of(training, 12)
    epochs = [batches[:4], batches[4:8], batches[8:]]
    orders = [list(chain.from_iterable(epoch)) for epoch in epochs]
    assert all(sorted(order) == list(range(20)) for order in orders)
    assert orders[0] != orders[1] != orders[2] != list(range(20))
    # Shuffled batches would be the same sets of rows in another order.
    assert {frozenset(batch) for batch in epochs[0]}.isdisjoint(frozenset(batch) for batch in epochs[1])


def test_short_last_batch_counts_by_its_rows(make_data: MakeData, make_network: MakeNetwork) -> None:
    data = make_data(n_train=8)
    training = Trainer(make_network(dtype=np.float64), data, TrainingConfig(batch_size=6, learning_rate=0.5))
    steps = training.steps()
    next(steps)
    left = training.state().order[6:]
    before = training.mlp.copy()
    next(steps)
    alone = TrainingData(data.X_train[left], data.Y_train[left], data.X_validation, data.Y_validation, "binary")
    twin = Trainer(before, alone, TrainingConfig(batch_size=2, learning_rate=0.5))
    next(twin.steps())
    np.testing.assert_allclose(training.gradient, twin.gradient, rtol=1e-12)
    np.testing.assert_allclose(training.mlp.parameters, twin.mlp.parameters, rtol=1e-13)


def test_batch_size_beyond_the_rows_means_full_batch(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(n_train=9), TrainingConfig(batch_size=1000))
    assert all(evaluation is not None for evaluation in islice(training.steps(), 4))
    assert (training.epoch, training.step) == (4, 4)


@pytest.mark.parametrize(
    ("task", "n_outputs"), [("binary", 1), ("multiclass", 3), ("regression", 1), ("regression", 2)]
)
def test_evaluation_agrees_with_loss_and_metric_of_the_predictions(
    task: str, n_outputs: int, make_data: MakeData, make_network: MakeNetwork
) -> None:
    data = make_data(task, n_train=50, n_validation=20, n_outputs=n_outputs)
    mlp = make_network(task, n_outputs=n_outputs, dtype=np.float64)
    training = Trainer(mlp, data, TrainingConfig(batch_size=50))
    found = next(training.steps())
    assert found is not None
    expected = []
    for inputs, target in ((data.X_train, data.Y_train), (data.X_validation, data.Y_validation)):
        logits = mlp.activations(inputs)[-2] @ mlp.weights[-1] + mlp.biases[-1]
        loss = LOSSES[mlp.config.loss].value(logits, target, mlp.config.layers[-1].activation)
        output = mlp.predict(inputs)
        expected.append((loss, r2(output, target) if task == "regression" else accuracy(output, target, task)))
    assert (found.train_loss, found.train_metric) == pytest.approx(expected[0], rel=1e-12)
    assert (found.validation_loss, found.validation_metric) == pytest.approx(expected[1], rel=1e-12)
    assert training.evaluate() == found


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_evaluation_in_chunks_equals_evaluation_at_once(
    task: str, make_data: MakeData, make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, mlp = make_data(task, n_train=700, n_validation=500), make_network(task, dtype=np.float64)
    whole = Trainer(mlp, data, TrainingConfig()).evaluate()
    monkeypatch.setattr("nnviz.engine.evaluation._NUMBERS_AT_ONCE", 1)  # chunks of 256 rows, one across both sets
    assert Trainer(mlp, data, TrainingConfig()).evaluate() == pytest.approx(tuple(whole), rel=1e-13, nan_ok=True)


def test_evaluation_does_not_touch_training(make_data: MakeData, make_network: MakeNetwork) -> None:
    plain, watched = (Trainer(make_network(), make_data(), TrainingConfig(batch_size=4)) for _ in range(2))
    for _ in zip(range(20), plain.steps(), watched.steps(), strict=False):
        watched.evaluate()
    np.testing.assert_array_equal(plain.mlp.parameters, watched.mlp.parameters)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_one_seed_repeats_bit_for_bit(optimizer: str, make_data: MakeData, make_network: MakeNetwork) -> None:
    config = TrainingConfig(optimizer, 0.05, 0.9, 7, seed=42)
    runs = [Trainer(make_network(), make_data(), config) for _ in range(2)]
    results = [list(islice(run.steps(), 200)) for run in runs]
    assert runs[0].mlp.parameters.tobytes() == runs[1].mlp.parameters.tobytes()
    assert results[0] == results[1]


def test_another_seed_shuffles_otherwise(make_data: MakeData, make_network: MakeNetwork) -> None:
    orders = [Trainer(make_network(), make_data(), TrainingConfig(seed=s)).state().order.tolist() for s in (0, 1)]
    assert orders[0] != orders[1]


def test_shuffling_shares_no_random_numbers_with_weights_of_one_seed(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    training = Trainer(make_network(), make_data(n_train=23), TrainingConfig(seed=5))
    assert training.state().order.tolist() != np.random.default_rng(5).permutation(23).tolist()


def test_gradient_is_shared_read_only(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(), TrainingConfig())
    assert (training.gradient == 0).all()
    next(training.steps())
    assert (training.gradient != 0).any()
    with pytest.raises(ValueError, match="read-only"):
        training.gradient[0] = 1


def test_batch_size_changes_within_the_epoch_in_the_same_order(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(n_train=23), TrainingConfig(batch_size=5))
    order = training.state().order.tolist()
    batches = batches_of(training, 2)
    assert training.configure(TrainingConfig(batch_size=4)) == ""
    batches += batches_of(training, 4)
    assert [len(batch) for batch in batches] == [5, 5, 4, 4, 4, 1]
    assert list(chain.from_iterable(batches)) == order
    assert (training.epoch, training.state().position) == (1, 0)


def test_last_batch_has_the_rows_that_are_left_in_each_epoch(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(n_train=23), TrainingConfig(batch_size=4))
    sizes = [len(batch) for batch in batches_of(training, 1)]
    training.configure(TrainingConfig(batch_size=5))
    sizes += [len(batch) for batch in batches_of(training, 9)]
    assert sizes == [4, 5, 5, 5, 4, 5, 5, 5, 5, 3]


def test_steps_go_on_through_a_change_of_settings(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(dtype=np.float64), make_data(), TrainingConfig(learning_rate=0.1))
    steps = training.steps()
    next(steps)
    training.configure(TrainingConfig(learning_rate=0.4))
    before = training.mlp.parameters.copy()
    next(steps)
    np.testing.assert_allclose(training.mlp.parameters, before - 0.4 * training.gradient, rtol=1e-12)
    assert training.config.learning_rate == 0.4


def test_adam_takes_a_new_learning_rate_and_keeps_its_means(make_data: MakeData, make_network: MakeNetwork) -> None:
    changed, kept = (Trainer(make_network(dtype=np.float64), make_data(), TrainingConfig("adam", 0.01)) for _ in "ab")
    moves = []
    for training, rate in ((changed, 0.04), (kept, 0.01)):
        steps = training.steps()
        list(islice(steps, 3))
        training.configure(TrainingConfig("adam", rate))
        before = training.mlp.parameters.copy()
        next(steps)
        moves.append(training.mlp.parameters - before)
    np.testing.assert_allclose(moves[0], 4 * moves[1], rtol=1e-9)


def test_change_of_optimizer_says_what_was_dropped(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(), TrainingConfig("sgd", momentum=0.9))
    steps = training.steps()
    assert training.configure(TrainingConfig("adam")) == ""  # nothing was built up yet
    training.configure(TrainingConfig("sgd", momentum=0.9))
    next(steps)
    sentence = training.configure(TrainingConfig("adam", 0.01))
    assert sentence == "Adam starts afresh: the velocity built up so far was dropped."
    assert not training.state().moments.any()
    next(steps)
    sentence = training.configure(TrainingConfig("sgd", momentum=0.9))
    assert (
        sentence == "SGD starts afresh: the running mean of the gradient and of its square built up so far was dropped."
    )


def test_momentum_of_zero_drops_the_velocity(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(), TrainingConfig(momentum=0.9))
    next(training.steps())
    assert training.configure(TrainingConfig(momentum=0.5)) == ""
    assert training.state().moments.any()
    assert "velocity built up so far was dropped" in training.configure(TrainingConfig(momentum=0.0))
    assert not training.state().moments.any()


def test_training_runs_in_another_thread_than_it_was_made_in(make_data: MakeData, make_network: MakeNetwork) -> None:
    here, there = (Trainer(make_network(), make_data(), TrainingConfig()) for _ in range(2))
    thread = threading.Thread(target=lambda: list(islice(there.steps(), 50)))
    thread.start()
    list(islice(here.steps(), 50))
    thread.join()
    assert here.mlp.parameters.tobytes() == there.mlp.parameters.tobytes()


def test_seed_cannot_change_during_a_run(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(), TrainingConfig(seed=1))
    with pytest.raises(UserError, match="seed cannot change during a run"):
        training.configure(TrainingConfig(seed=2))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"optimizer": "newton"}, "no optimiser called 'newton'"),
        (
            {"optimizer": "lbfgs", "regularization": Regularization(dropout=0.5)},
            "L-BFGS compares the loss at several points, so dropout and input noise must be 0",
        ),
        (
            {"optimizer": "lbfgs", "regularization": Regularization(clip_norm=1)},
            "weight decay and gradient clipping do not go with it",
        ),
        ({"class_weight": "heavy"}, "class weights cannot be 'heavy'"),
        ({"learning_rate": 0.0}, "learning rate must be a number above 0, not 0.0"),
        ({"learning_rate": -1.0}, "learning rate must be a number above 0"),
        ({"learning_rate": float("nan")}, "learning rate must be a number above 0"),
        ({"learning_rate": float("inf")}, "learning rate must be a number above 0"),
        ({"learning_rate": "0.1"}, "learning rate must be a number above 0"),
        ({"momentum": 1.0}, "momentum must be from 0 to below 1, not 1.0"),
        ({"momentum": -0.1}, "momentum must be from 0 to below 1"),
        ({"batch_size": 0}, "batch size must be a whole number of at least 1, not 0"),
        ({"batch_size": 2.5}, "batch size must be a whole number of at least 1"),
        ({"seed": -1}, "seed must be a whole number of at least 0, not -1"),
        ({"seed": True}, "seed must be a whole number of at least 0"),
    ],
)
def test_senseless_setting_is_refused_with_a_sentence(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        TrainingConfig(**settings)


def test_data_without_training_rows_is_refused(make_data: MakeData) -> None:
    with pytest.raises(UserError, match="no row to train on"):
        make_data(n_train=0)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e39])
def test_data_that_is_not_finite_is_refused(value: float, make_data: MakeData, make_network: MakeNetwork) -> None:
    data = make_data()
    data.X_validation[3, 1] = value
    with pytest.raises(UserError, match="missing, infinite or too large for float32"):
        Trainer(make_network(), data, TrainingConfig())


def test_data_at_odds_with_the_network_is_a_value_error(make_data: MakeData, make_network: MakeNetwork) -> None:
    with pytest.raises(ValueError, match="columns"):
        Trainer(make_network(), make_data(n_inputs=3), TrainingConfig())
    rows = np.zeros((4, 2))
    with pytest.raises(ValueError, match="one row per sample"):
        TrainingData(rows, np.zeros((3, 1)), rows, np.zeros((4, 1)), "binary")
    with pytest.raises(ValueError, match="same columns"):
        TrainingData(rows, np.zeros((4, 1)), np.zeros((0, 3)), np.zeros((0, 1)), "binary")
    with pytest.raises(ValueError, match="unknown task"):
        TrainingData(rows, np.zeros((4, 1)), rows, np.zeros((4, 1)), "ranking")
