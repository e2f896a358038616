"""Changes of rule, rate, batch size and schedule in the middle of a run, and the rates that updates are made with."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice, permutations

import numpy as np
import pytest

from nnviz.engine.arrays import FloatArray
from nnviz.engine.mlp import MLP
from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]
MEMORYLESS = {"gradient_descent"}


def settings_of(optimizer: str) -> TrainingConfig:
    return TrainingConfig(optimizer, 0.5 if optimizer == "lbfgs" else 0.05, 0.8, 5)


def rule_alone(name: str, size: int, momentum: float = 0.8, dtype: type = np.float64) -> tuple[Optimizer, FloatArray]:
    """An update rule and its gradient, on parameters from -1 to 1."""
    gradient: FloatArray = np.zeros(size, dtype=dtype)
    parameters: FloatArray = np.linspace(-1, 1, size, dtype=dtype)
    return OPTIMIZERS[name](parameters, gradient, learning_rate=0.1, momentum=momentum), gradient


@pytest.mark.parametrize(("before", "after"), list(permutations(OPTIMIZERS, 2)))
def test_another_rule_goes_on_from_the_weights_as_one_that_just_started(
    before: str, after: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    data = make_data(n_train=23)
    trainer = Trainer(make_network(dtype=np.float64), data, settings_of(before))
    list(islice(trainer.steps(), 8))
    weights = trainer.mlp.parameters.tobytes()
    sentence = trainer.configure(settings_of(after))
    assert trainer.mlp.parameters.tobytes() == weights
    assert trainer.step == 8
    if before in MEMORYLESS:
        assert not sentence
    else:
        started = (
            f"{OPTIMIZERS[after].label} starts afresh: {OPTIMIZERS[before].remembers} built up so far was dropped."
        )
        assert sentence == started
    fresh = Trainer(MLP(trainer.mlp.config, trainer.mlp.parameters, np.float64), data, settings_of(after))
    memory = fresh.state()
    here = trainer.state()
    fresh.restore(replace(here, moments=memory.moments, scalars=memory.scalars, updates=memory.updates))
    list(islice(trainer.steps(), 12))
    list(islice(fresh.steps(), 12))
    assert trainer.mlp.parameters.tobytes() == fresh.mlp.parameters.tobytes()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    "change",
    [
        {"learning_rate": 0.011},
        {"batch_size": 3},
        {"schedule": Schedule("cosine", period=2)},
        {"regularization": Regularization(l2=0.1)},
        {},
    ],
    ids=lambda change: next(iter(change), "nothing"),
)
def test_change_of_anything_else_keeps_weights_and_memory(
    optimizer: str, change: dict[str, object], make_data: MakeData, make_network: MakeNetwork
) -> None:
    if optimizer == "lbfgs" and "regularization" in change:
        pytest.skip("another objective has another curvature, see test_lbfgs.py")
    trainer = Trainer(make_network(), make_data(n_train=23), settings_of(optimizer))
    list(islice(trainer.steps(), 8))
    before = trainer.state()
    assert not trainer.configure(replace(trainer.config, **change))  # type: ignore[arg-type]
    after = trainer.state()
    assert after.parameters.tobytes() == before.parameters.tobytes()
    assert after.moments.tobytes() == before.moments.tobytes()
    assert after.scalars.tobytes() == before.scalars.tobytes()
    assert (after.updates, after.step, after.epoch) == (before.updates, before.step, before.epoch)


@pytest.mark.parametrize("optimizer", [name for name, rule in OPTIMIZERS.items() if rule.uses_momentum])
def test_momentum_of_0_says_that_the_velocity_was_dropped(
    optimizer: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(n_train=23), settings_of(optimizer))
    list(islice(trainer.steps(), 8))
    sentence = trainer.configure(replace(trainer.config, momentum=0.0))
    assert sentence == "With a momentum of 0, the velocity built up so far was dropped."
    assert not trainer.configure(replace(trainer.config, momentum=0.5))


def test_momentum_of_0_keeps_the_mean_square_of_rmsprop() -> None:
    rule, gradient = rule_alone("rmsprop", 4)
    gradient[...] = 2
    for call, arguments in rule.update_calls():
        call(*arguments)
    square = rule.moments[0].copy()
    assert rule.moments[1].all()
    rule.set_momentum(0)
    np.testing.assert_array_equal(rule.moments[0], square)
    assert not rule.moments[1].any()


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "gradient_descent"])
def test_rate_of_every_update_is_the_one_that_was_announced_and_logged(
    optimizer: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    data = make_data(n_train=23)
    base = TrainingConfig(optimizer, 0.1, 0.0, 5)
    changes = {
        7: replace(base, schedule=Schedule("cosine", period=1.5, growth=2)),
        19: replace(base, schedule=Schedule("cosine", period=1.5, growth=2), batch_size=4),
        30: replace(base, learning_rate=0.2, schedule=Schedule("step", factor=0.5, period=1, warmup=0.8), batch_size=4),
        47: replace(base, schedule=Schedule("one_cycle", period=4), batch_size=50),
        55: replace(base, schedule=Schedule("plateau", factor=0.5, patience=0, min_change=0.05)),
        80: replace(base, schedule=Schedule("exponential", factor=0.7, warmup=1), batch_size=7),
        100: base,
    }
    trainer = Trainer(make_network(dtype=np.float64), data, base)
    announced, applied = [], []
    for step in range(120):
        if step in changes:
            trainer.configure(changes[step])
        before = trainer.mlp.parameters.copy()
        announced.append(trainer.learning_rate)
        next(trainer.steps())
        moved = before - trainer.mlp.parameters
        applied.append(float(moved @ trainer.gradient) / float(trainer.gradient @ trainer.gradient))
    np.testing.assert_allclose(applied, announced, rtol=1e-9, atol=1e-14)
    assert [trainer.rates.at(step) for step in range(120)] == announced
    steps, rates = trainer.rates.curve(0, 119, 120)
    assert steps.tolist() == list(range(120))
    assert rates.tolist() == announced
    assert len(set(announced)) > 40


def test_schedule_chosen_in_the_middle_counts_from_there(make_data: MakeData, make_network: MakeNetwork) -> None:
    base = TrainingConfig("sgd", 0.1, 0.0, 5)
    trainer = Trainer(make_network(), make_data(n_train=20), base)  # 4 updates in an epoch
    list(islice(trainer.steps(), 6))
    trainer.configure(replace(base, schedule=Schedule("exponential", factor=0.5, warmup=0.5)))
    rates = []
    for _ in range(8):
        rates.append(trainer.learning_rate)
        next(trainer.steps())
    expected = [1 / 3, 2 / 3] + [0.5 ** (k / 4) for k in range(6)]
    np.testing.assert_allclose(rates, 0.1 * np.array(expected), rtol=1e-12)
    trainer.configure(replace(trainer.config, learning_rate=0.2))  # another rate does not start the schedule anew
    assert trainer.learning_rate == pytest.approx(0.2 * 0.5 ** (6 / 4), rel=1e-12)


def test_plateau_lowers_the_rate_that_is_applied(make_data: MakeData, make_network: MakeNetwork) -> None:
    schedule = Schedule("plateau", factor=0.25, patience=1, min_change=10.0)  # no epoch but the first improves by 10
    trainer = Trainer(make_network(dtype=np.float64), make_data(n_train=20), TrainingConfig("sgd", 0.1, 0.0, 5))
    trainer.configure(replace(trainer.config, schedule=schedule))
    applied = []
    for _ in range(5 * 4):
        before = trainer.mlp.parameters.copy()
        next(trainer.steps())
        applied.append(float(((before - trainer.mlp.parameters) / trainer.gradient)[0]))
    np.testing.assert_allclose(applied, [0.1] * 12 + [0.025] * 8, rtol=1e-9)


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "lbfgs"])
def test_update_in_blocks_equals_the_update_at_once(optimizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = []
    for block in (8_192, 7):
        monkeypatch.setattr("nnviz.engine.optimizer.BLOCK", block)
        rule, gradient = rule_alone(optimizer, 30)
        calls = rule.update_calls(np.linspace(0, 0.5, 30))
        rng = np.random.default_rng(0)
        for _ in range(5):
            gradient[...] = rng.standard_normal(30)
            for call, arguments in calls:
                call(*arguments)
        ends.append((rule._parameters.tobytes(), rule.moments.tobytes()))
    assert ends[0] == ends[1]


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "lbfgs"])
@pytest.mark.parametrize("momentum", [0.0, 0.8])
def test_undo_goes_back_to_what_was_kept(optimizer: str, momentum: float) -> None:
    rule, gradient = rule_alone(optimizer, 5, momentum)
    calls = rule.update_calls()
    gradient[...] = [1, -2, 3, 0, 1e-3]
    snapshots = []
    for update in range(3):
        if update == 2:
            rule.keep()
            snapshots.append((rule._parameters.copy(), rule.moments.copy(), rule.scalars.copy(), rule.updates))
        for call, arguments in calls:
            call(*arguments)
    parameters, moments, scalars, updates = snapshots[0]
    assert (rule._parameters != parameters).any()
    rule.undo()
    np.testing.assert_array_equal(rule._parameters, parameters)
    np.testing.assert_array_equal(rule.moments, moments)
    np.testing.assert_array_equal(rule.scalars, scalars)
    assert rule.updates == updates


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "lbfgs"])
def test_zero_gradient_from_the_start_moves_nothing(optimizer: str) -> None:
    rule, _ = rule_alone(optimizer, 5)
    before = rule._parameters.copy()
    for call, arguments in rule.update_calls() * 3:
        call(*arguments)
    np.testing.assert_array_equal(rule._parameters, before)


def test_every_rule_says_what_it_is_and_where_it_comes_from() -> None:
    for name, rule in OPTIMIZERS.items():
        assert rule.name == name
        assert rule.label
        assert "<-" in rule.formula
        assert any(part.strip("().,:").isdigit() for part in rule.source.split())  # a year
        assert bool(rule.remembers) == (rule.n_moments > 0)
