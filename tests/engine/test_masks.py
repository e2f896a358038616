"""Frozen and silenced parameters: what training leaves alone, to the last bit, what comes back, what it costs."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.arrays import IndexArray
from nnviz.engine.config import MLPConfig
from nnviz.engine.losses import LOSSES
from nnviz.engine.masks import Hold, incoming, outgoing, silencing
from nnviz.engine.mlp import MLP, LayerConfig, config_for_task, layer_blocks
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.stepping import Stepper
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.engine.training_rows import TrainingRows
from tests.engine.mask_cases import BATCH, ROWS, settings_of, silence, some, train

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]
CONFIG = config_for_task("binary", 2, 1, [LayerConfig(4), LayerConfig(3)])


def units_of(config: MLPConfig = CONFIG) -> list[tuple[int, int]]:
    return [(layer, unit) for layer, units in enumerate(config.sizes[1:]) for unit in range(units)]


@pytest.mark.parametrize(("layer", "unit"), units_of())
def test_weights_into_and_out_of_a_unit_are_where_the_network_reads_them(layer: int, unit: int) -> None:
    numbers = np.arange(float(CONFIG.n_parameters))
    blocks = layer_blocks(CONFIG, numbers)
    np.testing.assert_array_equal(numbers[incoming(CONFIG, layer, unit)], blocks[layer][:, unit])
    after = blocks[layer + 1][unit] if layer + 1 < len(blocks) else np.zeros(0)
    np.testing.assert_array_equal(numbers[outgoing(CONFIG, layer, unit)], after)


def test_weights_out_of_an_input_are_a_row_of_the_first_layer() -> None:
    numbers = np.arange(float(CONFIG.n_parameters))
    np.testing.assert_array_equal(numbers[outgoing(CONFIG, -1, 1)], layer_blocks(CONFIG, numbers)[0][1])


@pytest.mark.parametrize(("layer", "unit"), [(0, 4), (0, -1), (2, 1), (-1, 2)])
def test_units_that_are_not_there_have_no_weights(layer: int, unit: int) -> None:
    with pytest.raises(ValueError, match="units"):
        outgoing(CONFIG, layer, unit)
    with pytest.raises(ValueError, match="units"):
        incoming(CONFIG, max(layer, 0), unit if layer >= 0 else 9)


# Frozen


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_rule_leaves_frozen_parameters_as_they_are_bit_for_bit(
    optimizer: str, dtype: type, make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(dtype=dtype), make_data(n_train=ROWS), settings_of(optimizer))
    train(trainer, 12)  # so that the rule remembers something
    size = trainer.mlp.parameters.size
    frozen = np.arange(size) % 3 == 0
    trainer.surgery.set_mask(frozen, np.zeros(size, np.bool_))
    before, moments = trainer.mlp.parameters.copy(), trainer.state().moments
    train(trainer, 31)
    after = trainer.mlp.parameters
    assert after[frozen].tobytes() == before[frozen].tobytes()
    assert (after[~frozen] != before[~frozen]).all()
    assert not trainer.gradient[frozen].any()
    if not OPTIMIZERS[optimizer].needs_objective:
        assert trainer.state().moments[:, frozen].tobytes() == moments[:, frozen].tobytes()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_frozen_parameters_learn_again_when_let_go(
    optimizer: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of(optimizer))
    size = trainer.mlp.parameters.size
    none = np.zeros(size, np.bool_)
    frozen = np.arange(size) % 2 == 0
    trainer.surgery.set_mask(frozen, none)
    train(trainer, 7)
    before = trainer.mlp.parameters.copy()
    trainer.surgery.set_mask(none, none)
    assert trainer.surgery.mask is None
    train(trainer, 7)
    assert (trainer.mlp.parameters[frozen] != before[frozen]).all()


def test_lbfgs_finds_the_minimum_among_the_parameters_that_are_left(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    config = settings_of("lbfgs", schedule=Schedule(), regularization=Regularization(l2=0.05))
    trainer = Trainer(make_network(dtype=np.float64), make_data(n_train=ROWS), config)
    size = trainer.mlp.parameters.size
    frozen = np.arange(size) % 3 == 0
    trainer.surgery.set_mask(frozen, np.zeros(size, np.bool_))
    train(trainer, 200)
    rows = TrainingRows(trainer.mlp, trainer.data, config)
    stepper = Stepper(trainer.mlp, rows, replace(config, optimizer="gradient_descent", learning_rate=1e-9))
    stepper.advance()  # without a mask: the whole gradient
    assert abs(stepper.gradient[~frozen]).max() < 1e-5 < abs(stepper.gradient[frozen]).max()


def test_norm_is_clipped_among_the_parameters_that_learn(make_data: MakeData, make_network: MakeNetwork) -> None:
    config = TrainingConfig("sgd", 1e-6, batch_size=ROWS, regularization=Regularization(clip_norm=1e-3))
    trainer = Trainer(make_network(dtype=np.float64), make_data(n_train=ROWS), config)
    frozen = some(trainer.mlp.parameters.size, 0, 5, 12, 20)
    trainer.surgery.set_mask(frozen, np.zeros_like(frozen))
    train(trainer, 1)
    assert np.linalg.norm(trainer.gradient) == pytest.approx(1e-3, rel=1e-12)


def test_gradient_that_overflows_at_a_frozen_weight_is_none() -> None:
    parameters, gradient = np.ones(4, np.float32), np.array([np.inf, 1, np.nan, 2], np.float32)
    rule = OPTIMIZERS["adam"](parameters, gradient, learning_rate=0.1)
    for call, arguments in Hold(some(4, 0, 2), parameters, rule).gradient_calls(gradient):
        call(*arguments)
    np.testing.assert_array_equal(gradient, [0, 1, 0, 2])


# Silenced


def without(mlp: MLP, layer: int, unit: int) -> tuple[MLP, IndexArray]:
    """Return a smaller network that lacks a hidden unit, and for each of its parameters the place in the larger."""
    layers = list(mlp.config.layers)
    layers[layer] = replace(layers[layer], units=layers[layer].units - 1)
    blocks = list(layer_blocks(mlp.config, np.arange(float(mlp.parameters.size))))
    blocks[layer] = np.delete(blocks[layer], unit, axis=1)
    blocks[layer + 1] = np.delete(blocks[layer + 1], unit, axis=0)
    places = np.concatenate([block.ravel() for block in blocks]).astype(np.intp)
    return MLP(replace(mlp.config, layers=tuple(layers)), mlp.parameters[places], mlp.dtype), places


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "softplus"])
@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "lbfgs"])
def test_network_with_a_silenced_neuron_learns_as_the_network_without_it(
    optimizer: str, activation: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    config = TrainingConfig(optimizer, 0.02, 0.5, BATCH, 4, regularization=Regularization(l1=0.001, l2=0.01))
    trainer = Trainer(make_network(activation=activation, dtype=np.float64), make_data(n_train=ROWS), config)
    smaller, places = without(trainer.mlp, 0, 2)
    other = Trainer(smaller, make_data(n_train=ROWS), config)
    silence(trainer, 0, 2)
    np.testing.assert_allclose(trainer.mlp.predict(trainer.data.X_train), smaller.predict(trainer.data.X_train))
    train(trainer, 20)
    train(other, 20)
    np.testing.assert_allclose(trainer.mlp.parameters[places], smaller.parameters, rtol=1e-9, atol=1e-12)
    assert trainer.evaluate().train_loss == pytest.approx(other.evaluate().train_loss, rel=1e-9)


@pytest.mark.parametrize(("layer", "unit"), units_of())
def test_silenced_neuron_gets_back_every_number_that_it_had(
    layer: int, unit: int, make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("adam"))
    train(trainer, 5)
    size = trainer.mlp.parameters.size
    before = trainer.mlp.parameters.copy()
    its_own = np.concatenate([incoming(CONFIG, layer, unit), outgoing(CONFIG, layer, unit)])
    silence(trainer, layer, unit)
    train(trainer, 9)
    none = np.zeros(size, np.bool_)
    trainer.surgery.set_mask(none, none)
    after = trainer.mlp.parameters
    assert after[its_own].tobytes() == before[its_own].tobytes()
    others = np.setdiff1d(np.arange(size), its_own)
    assert layer == 2 or (after[others] != before[others]).all()


def test_silent_output_answers_with_its_activation_at_0(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(), settings_of("sgd"))
    silence(trainer, 2, 0)
    np.testing.assert_array_equal(trainer.mlp.predict(trainer.data.X_train), 0.5)


def test_silent_input_changes_no_answer(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("sgd"))
    silence(trainer, -1, 1)
    train(trainer, 8)
    inputs = trainer.data.X_train.copy()
    answers = trainer.mlp.predict(inputs)
    inputs[:, 1] += 100
    np.testing.assert_array_equal(trainer.mlp.predict(inputs), answers)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_gradient_with_silenced_parts_is_the_measured_one_and_0_for_them(
    task: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    outputs = 3 if task == "multiclass" else 1
    config = TrainingConfig("sgd", 1e-9, batch_size=ROWS)
    data = make_data(task, ROWS, 7, 2, outputs)
    trainer = Trainer(make_network(task, 2, outputs, dtype=np.float64), data, config)
    mlp = trainer.mlp
    size = mlp.parameters.size
    silent, still = silencing(mlp.config, 0, 1)
    silenced = some(size, *silent, 0, size - 1)  # a neuron, a weight and a bias
    trainer.surgery.set_mask(some(size, *still), silenced)

    def loss() -> float:
        logits = mlp.activations(data.X_train)[-2] @ mlp.weights[-1] + mlp.biases[-1]
        return LOSSES[mlp.config.loss].value(logits, data.Y_train, mlp.config.layers[-1].activation)

    measured = np.zeros(size)
    for place in np.flatnonzero(~silenced):
        value = mlp.parameters[place]
        mlp.parameters[place] = value + 1e-6
        above = loss()
        mlp.parameters[place] = value - 1e-6
        measured[place] = (above - loss()) / 2e-6
        mlp.parameters[place] = value
    train(trainer, 1)
    np.testing.assert_allclose(trainer.gradient, measured, atol=1e-8)
    assert not measured[still].any()  # nothing that a silent neuron reads matters
    assert not trainer.gradient[silenced].any()


def test_silenced_weight_may_be_frozen_too_and_stays_so_when_it_sounds_again(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("adam"))
    size = trainer.mlp.parameters.size
    value = trainer.mlp.parameters[3]
    trainer.surgery.set_mask(some(size, 3), some(size, 3))
    assert trainer.surgery.mask is not None
    assert (trainer.surgery.mask.n_frozen, trainer.surgery.mask.n_silenced) == (0, 1)
    train(trainer, 3)
    trainer.surgery.set_mask(some(size, 3), np.zeros(size, np.bool_))
    train(trainer, 3)
    assert trainer.mlp.parameters[3] == value


# What a mask costs


def calls_of(stepper: Stepper) -> list[str]:
    plan = stepper._full_plan
    return [getattr(call, "__name__", repr(call)) for call, _ in plan.gradient_step + plan.update]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_step_without_a_mask_makes_the_same_calls_as_before_there_was_one(
    optimizer: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of(optimizer))
    stepper, size = trainer._stepper, trainer.mlp.parameters.size
    before = calls_of(stepper)
    none = np.zeros(size, np.bool_)
    trainer.surgery.set_mask(some(size, 1), none)
    with_mask = calls_of(stepper)
    added = 1 if optimizer in ("gradient_descent", "lbfgs") else 2  # no memory to put back
    assert len(with_mask) == len(before) + added + (optimizer != "lbfgs")
    trainer.surgery.set_mask(none, none)
    assert calls_of(stepper) == before


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "lbfgs"])
def test_mask_that_was_set_and_cleared_leaves_no_trace(
    optimizer: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    left, masked = (Trainer(make_network(), make_data(n_train=ROWS), settings_of(optimizer)) for _ in range(2))
    size = left.mlp.parameters.size
    for trainer in (left, masked):
        train(trainer, 8)
    masked.surgery.set_mask(some(size, 1, 2), some(size, 2, 3, 9))
    masked.surgery.set_mask(np.zeros(size, np.bool_), np.zeros(size, np.bool_))
    for trainer in (left, masked):
        train(trainer, 8)
    assert masked.mlp.parameters.tobytes() == left.mlp.parameters.tobytes()


def test_calls_of_a_mask_allocate_nothing() -> None:
    size = 100_000
    parameters, gradient = np.ones(size, np.float32), np.ones(size, np.float32)
    rule = OPTIMIZERS["adam"](parameters, gradient, learning_rate=0.1)
    hold = Hold(np.arange(size) % 2 == 0, parameters, rule)
    calls = hold.gradient_calls(gradient) + hold.update_calls()
    tracemalloc.start()
    try:
        for call, arguments in calls:
            call(*arguments)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        for call, arguments in calls:
            call(*arguments)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 1_000
