"""Going on from a state repeats the run to the last bit, wherever it was taken, whatever was looked at since."""

import copy
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest

from nnviz.engine.mlp import MLP
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import SCHEDULES, Schedule
from nnviz.engine.stopping import EarlyStopping
from nnviz.engine.training import Trainer, TrainerState, TrainingConfig, TrainingData

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]
ROWS, BATCH = 23, 5  # 5 updates in an epoch, the last on 3 rows
# At the start; within the first epoch; before its short last batch; at its end; later, at all these places.
PLACES = (0, 2, 4, 5, 13, 19, 20)
NOISY = Regularization(l1=0.001, l2=0.01, dropout=0.3, input_noise=0.1, clip_norm=2.0, clip_value=0.5)
PLATEAU = Schedule("plateau", factor=0.5, patience=0, min_change=0.05, warmup=0.7)


def settings_of(optimizer: str, **changes: Any) -> TrainingConfig:
    quiet = Regularization(l1=0.001, l2=0.01)
    settings: dict[str, Any] = {
        "learning_rate": 1.0 if optimizer == "lbfgs" else 0.02,
        "momentum": 0.8,
        "batch_size": BATCH,
        "seed": 4,
        "schedule": PLATEAU,
        "regularization": quiet if OPTIMIZERS[optimizer].needs_objective else NOISY,
        "stopping": EarlyStopping(patience=1, min_change=0.1),
        "class_weight": "balanced",
    }
    return TrainingConfig(optimizer, **settings | changes)


def seen(trainer: Trainer) -> tuple[Any, ...]:
    """Everything that a person can see of a trainer, floats to the last bit."""
    best = trainer.best
    return (
        trainer.mlp.parameters.tobytes(),
        trainer.gradient.tobytes() if trainer.step else b"",
        trainer.step,
        trainer.epoch,
        repr(trainer.evaluate()),
        trainer.learning_rate,
        [trainer.rates.at(step) for step in range(trainer.step + 3)],
        trainer.stop_reason,
        None if best is None else (best.epoch, best.step, best.value, best.parameters.tobytes()),
    )


def train(trainer: Trainer, steps: int) -> list[Any]:
    """Train; return what was seen after each update, and its evaluation."""
    return [(repr(evaluation), seen(trainer)) for evaluation in islice(trainer.steps(), steps)]


def same_state(one: TrainerState, other: TrainerState) -> bool:
    """Whether two states would go on alike."""
    arrays = ("parameters", "moments", "scalars", "order")
    plain = ("step", "epoch", "config", "updates", "generators", "position", "pace")
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in arrays) and all(
        getattr(one, name) == getattr(other, name) for name in plain
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_rule_goes_on_bit_for_bit_from_every_place(
    optimizer: str, dtype: type, make_data: MakeData, make_network: MakeNetwork
) -> None:
    config = settings_of(optimizer)
    trainer = Trainer(make_network(dtype=dtype), make_data(n_train=ROWS), config)
    states, whole = [trainer.state()], []
    for _ in range(max(PLACES) + 17):
        whole += train(trainer, 1)
        states.append(trainer.state())
    for place in PLACES:
        trainer.restore(states[place])
        assert same_state(trainer.state(), states[place])
        assert train(trainer, 17) == whole[place : place + 17], f"from update {place} on"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("place", PLACES)
def test_fresh_trainer_goes_on_bit_for_bit(
    optimizer: str, place: int, make_data: MakeData, make_network: MakeNetwork
) -> None:
    data = make_data(n_train=ROWS)
    trainer = Trainer(make_network(), data, settings_of(optimizer))
    train(trainer, place)
    state = trainer.state()
    fresh = Trainer(make_network(seed=8), data, TrainingConfig("sgd", 0.5, 0.1, 7, seed=99))
    train(fresh, 3)
    fresh.restore(state)
    assert train(fresh, 17) == train(trainer, 17)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("warmup", [0.0, 1.5])
def test_every_schedule_goes_on_bit_for_bit_in_a_fresh_trainer(
    name: str, warmup: float, make_data: MakeData, make_network: MakeNetwork
) -> None:
    data = make_data(n_train=ROWS)
    schedule = Schedule(name, period=3, patience=0, min_change=0.05, warmup=warmup)
    config = settings_of("sgd", schedule=schedule)
    for place in PLACES:
        trainer = Trainer(make_network(), data, config)
        train(trainer, place)
        fresh = Trainer(make_network(seed=8), data, settings_of("adam", seed=5))
        fresh.restore(trainer.state())
        assert train(fresh, 20) == train(trainer, 20), f"from update {place} on"


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_validation_rows_or_none_and_any_task_go_on_bit_for_bit(
    task: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    outputs = 3 if task == "multiclass" else 1
    for validation in (0, 7):
        data = make_data(task, ROWS, validation, 2, outputs)
        balanced = "none" if task == "regression" else "balanced"
        config = settings_of("adam", class_weight=balanced, stopping=EarlyStopping(2, 0.0, "metric"))
        trainer = Trainer(make_network(task, 2, outputs), data, config)
        train(trainer, 12)
        fresh = Trainer(make_network(task, 2, outputs, seed=8), data, TrainingConfig())
        fresh.restore(trainer.state())
        assert train(fresh, 30) == train(trainer, 30)


def test_places_cover_warm_up_plateau_reductions_and_an_early_stop(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("adam"))
    rates, reasons = [], []
    for _ in range(max(PLACES)):
        rates.append(trainer.learning_rate)
        next(trainer.steps())
        reasons.append(trainer.stop_reason)
    assert rates[0] < rates[1] < rates[2]  # PLACES has 2, in the warm-up
    assert trainer.state().pace.plateau[2] >= 1  # reductions before the last place
    assert any(reasons)


def test_looking_between_updates_changes_nothing(make_data: MakeData, make_network: MakeNetwork) -> None:
    data = make_data(n_train=ROWS)
    for optimizer in OPTIMIZERS:
        left, watched = (Trainer(make_network(), data, settings_of(optimizer)) for _ in range(2))
        undisturbed = [(repr(item), left.mlp.parameters.tobytes()) for item in islice(left.steps(), 40)]
        looked = []
        steps = watched.steps()
        for _ in range(40):
            watched.evaluate()
            seen(watched)
            watched.state()
            watched.rates.curve(0, 30, 7)
            watched.mlp.predict(data.X_train)
            looked.append((repr(next(steps)), watched.mlp.parameters.tobytes()))
        assert looked == undisturbed, optimizer


def test_state_survives_a_deep_copy_and_a_run_in_between(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("nadam"))
    train(trainer, 13)
    state = trainer.state()
    kept = copy.deepcopy(state)
    following = train(trainer, 20)
    trainer.configure(settings_of("rmsprop", batch_size=3, class_weight="none", schedule=Schedule("cosine")))
    train(trainer, 11)
    for each in (kept, state):
        trainer.restore(each)
        assert train(trainer, 20) == following


def test_state_of_one_place_can_be_branched_from_twice(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("sgd"))
    train(trainer, 8)
    state = trainer.state()
    trainer.configure(replace(settings_of("sgd"), learning_rate=0.2))
    branch = train(trainer, 10)
    trainer.restore(state)
    assert trainer.learning_rate < 0.2
    trainer.configure(replace(settings_of("sgd"), learning_rate=0.2))
    assert train(trainer, 10) == branch


def test_learning_rate_of_an_evaluation_is_that_of_the_last_update_wherever_it_is_made(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    config = settings_of("sgd", schedule=Schedule("cosine", period=2))
    trainer = Trainer(make_network(), make_data(n_train=ROWS), config)
    assert np.isnan(trainer.evaluate().learning_rate)
    for _ in range(13):
        rate = trainer.learning_rate
        evaluation = next(trainer.steps())
        assert trainer.evaluate().learning_rate == rate
        assert evaluation is None or evaluation.learning_rate == rate
