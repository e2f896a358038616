"""Regularization: what dropout, noise, penalties, weight decay and clipping do to a training step, and what not."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest

from nnviz.engine.arrays import FloatArray
from nnviz.engine.layers import Noise
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig, layer_blocks
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.plan import StepPlan, pack_rows
from nnviz.engine.regularization import MAX_STRENGTH, Regularization, clip_calls, penalty_calls, weight_mask
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.errors import UserError

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]


def run(calls: list[Any]) -> None:
    for call, arguments in calls:
        call(*arguments)


def noisy_plan(mlp: MLP, rows: int, dropout: float, noise: float, seed: int = 0) -> tuple[StepPlan, FloatArray]:
    """A step plan that updates nothing, and its gradient."""
    gradient = np.zeros_like(mlp.parameters)
    drawn = Noise(np.random.default_rng(seed), dropout, noise)
    return StepPlan(mlp, rows, gradient, [], noise=drawn), gradient


def test_expected_output_with_dropout_is_the_one_without(make_network: MakeNetwork, make_data: MakeData) -> None:
    # Of a single hidden layer: what comes after it is linear, so that means go through.
    mlp, data = make_network("regression", hidden=(8,), dtype=np.float64), make_data("regression")
    plan, _ = noisy_plan(mlp, 23, 0.4, 0.0)
    draws = 20_000
    total, squares = np.zeros((23, 1)), np.zeros((23, 1))
    for _ in range(draws):
        plan.batch[...] = pack_rows(mlp, data.X_train, data.Y_train)
        run(plan.forward)
        total += plan.output.T
        squares += np.square(plan.output.T)
    mean = total / draws
    error = np.sqrt((squares / draws - np.square(mean)) / draws)
    assert (np.abs(mean - mlp.predict(data.X_train)) < 5 * error).all()
    assert (error > 1e-4).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_drops_its_share_and_scales_the_rest(rate: float, dtype: type, make_network: MakeNetwork) -> None:
    plan, _ = noisy_plan(make_network(hidden=(50, 40), dtype=dtype), 2_000, rate, 0.0)
    run(plan.forward)
    hidden, masks = plan.layers[:-1], [layer.mask for layer in plan.layers[:-1]]
    for layer, mask in zip(hidden, masks, strict=True):
        assert set(np.unique(mask)) == {dtype(0), dtype(1 / (1 - rate))}
        dropped = float((mask == 0).mean())
        assert abs(dropped - rate) < 5 * math.sqrt(rate * (1 - rate) / mask.size)
        np.testing.assert_array_equal(layer.with_ones[:-1], layer.output * mask)
        assert (layer.with_ones[-1] == 1).all()  # the biases of the layer after it
    assert abs(np.corrcoef(masks[0][:40].ravel(), masks[1].ravel())[0, 1]) < 0.02
    assert plan.layers[-1].mask.size == 0


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "gelu", "sine", "gaussian"])
def test_gradient_with_dropout_and_noise_equals_finite_differences_with_them_frozen(
    activation: str, make_network: MakeNetwork, make_data: MakeData
) -> None:
    mlp = make_network("multiclass", 2, 3, (5, 4), activation, np.float64)
    mlp.parameters += 0.1
    data = make_data("multiclass", 9, 0, 2, 3)
    plan, gradient = noisy_plan(mlp, 9, 0.4, 0.2)
    packed = pack_rows(mlp, data.X_train, data.Y_train)
    rng = plan.layers[0]._noise.rng  # type: ignore[union-attr]
    frozen = rng.bit_generator.state

    def loss() -> float:
        rng.bit_generator.state = frozen
        plan.batch[...] = packed
        run(plan.forward)
        return LOSSES[mlp.config.loss].value(plan.logits.T, data.Y_train, "softmax")

    loss()
    run(plan.backward)
    exact = gradient.copy()
    for index in range(mlp.parameters.size):
        kept, step = mlp.parameters[index], 1e-6
        mlp.parameters[index] = kept + step
        above = loss()
        mlp.parameters[index] = kept - step
        below = loss()
        mlp.parameters[index] = kept
        assert exact[index] == pytest.approx((above - below) / (2 * step), abs=1e-8)
    dropped = np.flatnonzero(plan.layers[0].mask.max(axis=1) == 0)
    for unit in dropped:  # in every row: no weight into it or out of it is told anything
        assert not layer_blocks(mlp.config, exact)[0][:, unit].any()
        assert not layer_blocks(mlp.config, exact)[1][unit].any()


def test_evaluation_and_prediction_never_drop_nor_add_noise(make_network: MakeNetwork, make_data: MakeData) -> None:
    data = make_data()
    noisy = TrainingConfig("sgd", 0.1, regularization=Regularization(dropout=0.8, input_noise=3.0))
    trainer, calm = Trainer(make_network(), data, noisy), Trainer(make_network(), data, TrainingConfig("sgd", 0.1))
    for _ in range(20):
        next(trainer.steps())
        calm.mlp.parameters[...] = trainer.mlp.parameters
        ours, theirs = trainer.evaluate(), calm.evaluate()
        assert ours[2:6] == theirs[2:6]
        assert trainer.evaluate() == ours or math.isnan(ours.learning_rate)
    np.testing.assert_array_equal(trainer.mlp.predict(data.X_train), calm.mlp.predict(data.X_train))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("deviation", [0.05, 2.0])
def test_input_noise_has_the_deviation_asked_for_and_leaves_bias_and_target_alone(
    deviation: float, dtype: type, make_network: MakeNetwork
) -> None:
    mlp = make_network("regression", 4, 2, dtype=dtype)
    plan, _ = noisy_plan(mlp, 20_000, 0.0, deviation)
    rows = pack_rows(mlp, np.full((20_000, 4), 0.5), np.full((20_000, 2), 7.0))
    plan.batch[...] = rows
    run(plan.forward)
    noise = plan.batch[:, :4].astype(np.float64) - 0.5
    assert abs(noise.mean()) < 5 * deviation / math.sqrt(noise.size)
    assert noise.std() == pytest.approx(deviation, rel=5 / math.sqrt(2 * noise.size))
    assert abs(np.corrcoef(noise.T) - np.eye(4)).max() < 5 / math.sqrt(20_000)
    kurtosis = float((noise**4).mean()) / deviation**4
    assert kurtosis == pytest.approx(3, abs=0.15)  # of the normal distribution; 1.8 of an even one
    np.testing.assert_array_equal(plan.batch[:, 4:], rows[:, 4:])


def test_noise_of_one_seed_repeats_and_each_update_draws_anew(make_network: MakeNetwork, make_data: MakeData) -> None:
    parts = Regularization(dropout=0.5, input_noise=0.5)
    ends = []
    for seed in (3, 3, 4):
        config = TrainingConfig("gradient_descent", 1e-30, seed=seed, regularization=parts)
        trainer = Trainer(make_network(), make_data(), config)
        gradients = []
        for _ in range(4):  # a rate so small that the weights stay: only the noise differs
            next(trainer.steps())
            gradients.append(trainer.gradient.tobytes())
        assert len(set(gradients)) == 4
        ends.append(gradients)
    assert ends[0] == ends[1]
    assert not set(ends[0]) & set(ends[2])


UNMOVED = MLPConfig(2, (LayerConfig(2, "tanh"), LayerConfig(1, "identity")), "hinge")


def decayed(parts: Regularization, optimizer: str = "sgd", steps: int = 1, rate: float = 0.1) -> tuple[Any, Any]:
    """Parameters before and after training on rows far beyond their margins: only regularization moves them."""
    rng = np.random.default_rng(1)
    inputs, target = rng.standard_normal((12, 2)), np.ones((12, 1))
    mlp = MLP(UNMOVED, rng.standard_normal(9), np.float64)
    mlp.biases[-1][...] = 1000
    before = mlp.parameters.copy()
    data = TrainingData(inputs, target, inputs[:0], target[:0], "binary")
    trainer = Trainer(mlp, data, TrainingConfig(optimizer, rate, 0.0, 12, regularization=parts))
    list(islice(trainer.steps(), steps))
    return before, mlp.parameters.copy()


def test_penalties_pull_each_weight_as_written_and_no_bias() -> None:
    mask = weight_mask(UNMOVED, np.zeros(9))
    assert mask.tolist() == [1, 1, 1, 1, 0, 0, 1, 1, 0]
    for parts, l1, l2 in (
        (Regularization(l1=0.2), 0.2, 0.0),
        (Regularization(l2=0.3), 0.0, 0.3),
        (Regularization(l1=0.2, l2=0.3), 0.2, 0.3),
        (Regularization(weight_decay=0.3), 0.0, 0.3),
    ):
        before, after = decayed(parts)
        pull = l1 * np.sign(before) + l2 * before
        np.testing.assert_allclose(after, before - 0.1 * mask * pull, rtol=1e-12, atol=1e-14)
        np.testing.assert_array_equal(after[mask == 0], before[mask == 0])


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "lbfgs"])
def test_decoupled_decay_takes_the_same_share_off_under_every_rule_and_none_off_biases(optimizer: str) -> None:
    before, after = decayed(Regularization(weight_decay=0.5), optimizer)
    shrunk = before * (1 - 0.1 * 0.5 * weight_mask(UNMOVED, before))
    np.testing.assert_allclose(after, shrunk, rtol=1e-14)


def test_adamw_decays_by_a_hundredth_unless_told_otherwise() -> None:
    for given, share in ((None, 0.01), (0.0, 0.0), (0.2, 0.2)):
        assert TrainingConfig("adamw", regularization=Regularization(weight_decay=given)).weight_decay == share
    assert TrainingConfig("adam").weight_decay == 0
    before, after = decayed(Regularization(), "adamw")
    np.testing.assert_allclose(after / before, 1 - 0.1 * 0.01 * weight_mask(UNMOVED, before), rtol=1e-12)


def test_l2_and_decoupled_decay_are_the_same_for_plain_descent_but_not_for_adam() -> None:
    for optimizer, same in (("sgd", True), ("gradient_descent", True), ("adam", False), ("rmsprop", False)):
        _, coupled = decayed(Regularization(l2=0.3), optimizer, steps=5)
        _, decoupled = decayed(Regularization(weight_decay=0.3), optimizer, steps=5)
        assert np.allclose(coupled, decoupled, rtol=0, atol=0.01 * 0.3) == same, optimizer


def test_weight_under_l1_crosses_zero_and_stays_within_a_step_of_it() -> None:
    before, after = decayed(Regularization(l1=0.5), steps=200, rate=0.07)
    weights = weight_mask(UNMOVED, before) == 1
    assert (np.abs(after[weights]) <= 0.5 * 0.07 * (1 + 1e-12)).all()
    _, next_one = decayed(Regularization(l1=0.5), steps=201, rate=0.07)
    np.testing.assert_array_equal(np.sign(next_one[weights]), -np.sign(after[weights]))


def test_penalty_of_a_weight_at_zero_has_no_slope(make_network: MakeNetwork) -> None:
    config = make_network().config
    gradient = np.zeros(config.n_parameters)
    run(penalty_calls(Regularization(l1=1.0, l2=1.0), config, np.zeros(config.n_parameters), gradient))
    assert not gradient.any()


def test_penalty_gradient_is_the_slope_of_the_penalty(make_network: MakeNetwork) -> None:
    mlp = make_network(dtype=np.float64)
    mlp.parameters += 0.2
    parts = Regularization(l1=0.3, l2=0.7)
    gradient = np.zeros_like(mlp.parameters)
    run(penalty_calls(parts, mlp.config, mlp.parameters, gradient))
    for index in range(mlp.parameters.size):
        ends = []
        for step in (1e-6, -1e-6):
            moved = mlp.parameters.copy()
            moved[index] += step
            ends.append(parts.penalty(mlp.config, moved))
        assert gradient[index] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_clipped_gradient_has_the_norm_asked_for_and_its_old_direction(dtype: type) -> None:
    for numbers in ([3.0, -4.0, 12.0], [3e30, -4e30, 12e30], [3e-9, -4e-9, 12e-9]):
        gradient: FloatArray = np.array(numbers, dtype=dtype)
        before = gradient.astype(np.float64)
        norm = float(np.linalg.norm(before))
        with np.errstate(over="ignore"):  # as in a training step
            run(clip_calls(Regularization(clip_norm=1.5), gradient))
        expected = before * min(1.0, 1.5 / norm)
        np.testing.assert_allclose(gradient, expected, rtol=1e-6 if dtype is np.float32 else 1e-14)
        if norm <= 1.5:
            np.testing.assert_array_equal(gradient, np.array(numbers, dtype=dtype))


def test_values_are_clipped_one_by_one_and_before_the_norm() -> None:
    gradient = np.array([3.0, -0.5, -4.0, 0.0])
    run(clip_calls(Regularization(clip_value=1.0), gradient))
    assert gradient.tolist() == [1.0, -0.5, -1.0, 0.0]
    gradient = np.array([3.0, -0.5, -4.0, 0.0])
    run(clip_calls(Regularization(clip_value=1.0, clip_norm=0.75), gradient))
    np.testing.assert_allclose(gradient, np.array([1.0, -0.5, -1.0, 0.0]) * 0.75 / 1.5, rtol=1e-15)


def test_gradient_that_is_shown_is_the_clipped_one_with_penalties(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    parts = Regularization(l2=3.0, clip_norm=0.01)
    trainer = Trainer(make_network(dtype=np.float64), make_data(), TrainingConfig(regularization=parts))
    for _ in range(10):
        next(trainer.steps())
        assert float(np.linalg.norm(trainer.gradient)) == pytest.approx(0.01, rel=1e-12)


def test_part_switched_off_in_the_middle_leaves_no_trace(make_data: MakeData, make_network: MakeNetwork) -> None:
    off = TrainingConfig("sgd", 0.1, 0.0, 5)
    on = replace(off, regularization=Regularization(0.1, 0.1, 0.1, 0.5, 0.5, 0.1, 0.1, 0.1))
    switched, never = (Trainer(make_network(), make_data(), off) for _ in range(2))
    switched.configure(on)
    switched.configure(off)
    assert list(islice(switched.steps(), 20)) == list(islice(never.steps(), 20))
    assert switched.mlp.parameters.tobytes() == never.mlp.parameters.tobytes()


@pytest.mark.parametrize("part", ["l1", "l2", "weight_decay", "input_noise", "clip_value", "clip_norm"])
def test_strength_out_of_range_is_refused(part: str) -> None:
    for value in (-0.1, math.nan, math.inf, 2 * MAX_STRENGTH, "1", True):
        with pytest.raises(UserError, match=r"must be a number from 0 to 1000, not"):
            Regularization(**{part: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["dropout", "label_smoothing"])
def test_share_out_of_range_is_refused(part: str) -> None:
    for value in (-0.1, 1, 1.5, math.nan, None):
        with pytest.raises(UserError, match="must be a number from 0 to below 1, not"):
            Regularization(**{part: value})  # type: ignore[arg-type]
