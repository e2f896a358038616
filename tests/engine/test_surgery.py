"""Masks in states and settings, and parameters set by hand."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.mlp import MLP
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.training import Trainer, TrainerState, TrainingConfig, TrainingData
from nnviz.errors import UserError
from tests.engine.mask_cases import ROWS, settings_of, some, train

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("place", [0, 2, 5, 13])
def test_fresh_trainer_goes_on_bit_for_bit_with_the_mask_of_a_state(
    optimizer: str, place: int, make_data: MakeData, make_network: MakeNetwork
) -> None:
    data = make_data(n_train=ROWS)
    trainer = Trainer(make_network(), data, settings_of(optimizer))
    size = trainer.mlp.parameters.size
    train(trainer, 3)
    trainer.surgery.set_mask(some(size, 0, 7), some(size, 7, 11))
    train(trainer, place)
    state = trainer.state()
    fresh = Trainer(make_network(seed=8), data, TrainingConfig("sgd", 0.5, 0.1, 7, seed=99))
    fresh.surgery.set_mask(some(size, 2), some(size, 4))
    train(fresh, 3)
    fresh.restore(state)
    for each in (trainer, fresh):
        train(each, 17)
        each.surgery.set_mask(np.zeros(size, np.bool_), np.zeros(size, np.bool_))
        train(each, 5)
    assert fresh.mlp.parameters.tobytes() == trainer.mlp.parameters.tobytes()
    assert fresh.state().moments.tobytes() == trainer.state().moments.tobytes()


def test_state_from_before_a_mask_brings_none(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("adam"))
    train(trainer, 4)
    state = trainer.state()
    train(trainer, 6)
    whole = trainer.mlp.parameters.copy()
    trainer.restore(state)
    size = whole.size
    trainer.surgery.set_mask(some(size, 1), some(size, 2))
    train(trainer, 3)
    trainer.restore(state)
    assert trainer.surgery.mask is None
    train(trainer, 6)
    assert trainer.mlp.parameters.tobytes() == whole.tobytes()


def test_state_does_not_change_with_the_mask(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("adam"))
    size = trainer.mlp.parameters.size
    trainer.surgery.set_mask(some(size, 1), some(size, 2))
    state: TrainerState = trainer.state()
    assert state.mask is not None
    stored = state.mask.stored.copy()
    trainer.surgery.set_parameters([2], [9.0])
    trainer.surgery.set_mask(some(size, 5), some(size, 6))
    np.testing.assert_array_equal(state.mask.stored, stored)
    np.testing.assert_array_equal(np.flatnonzero(state.mask.silenced), [2])
    with pytest.raises(ValueError, match="read-only"):
        state.mask.frozen[0] = True


def test_settings_that_change_keep_the_mask(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("adam"))
    size = trainer.mlp.parameters.size
    trainer.surgery.set_mask(some(size, 1), some(size, 2))
    before = trainer.mlp.parameters.copy()
    for optimizer in (*OPTIMIZERS, "adam"):
        trainer.configure(settings_of(optimizer))
        train(trainer, 6)
        assert trainer.mlp.parameters[[1, 2]].tobytes() == before[[1, 2]].tobytes(), optimizer


def test_best_weights_come_back_but_for_what_is_silenced_now(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("adam"))
    size = trainer.mlp.parameters.size
    none = np.zeros(size, np.bool_)
    trainer.surgery.set_mask(none, some(size, 3))
    train(trainer, 10)
    best = trainer.best
    assert best is not None
    stored = float(trainer.surgery.mask.stored[3]) if trainer.surgery.mask else math.nan
    trainer.surgery.set_mask(some(size, 1), some(size, 3, 4))
    train(trainer, 2)
    assert trainer.restore_best().endswith("what is silenced stays silenced.")
    expected = best.parameters.copy()
    expected[4] = 0
    np.testing.assert_array_equal(trainer.mlp.parameters, expected)
    frozen = trainer.mlp.parameters[1]
    train(trainer, 4)
    assert trainer.mlp.parameters[1] == frozen  # frozen where the best had it
    trainer.surgery.set_mask(none, none)
    assert trainer.mlp.parameters[4] == best.parameters[4]
    assert trainer.mlp.parameters[3] == np.float32(stored)  # silenced then, too


# Hand edits


def test_parameters_take_the_values_given_and_tell_what_was_there(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(), settings_of("adam"))
    before = trainer.mlp.parameters.copy()
    edit = trainer.surgery.set_parameters([4, 0], [1.5, -2])
    np.testing.assert_array_equal(edit.before, before[[4, 0]])
    assert edit.note == ""
    assert (trainer.mlp.parameters[4], trainer.mlp.parameters[0]) == (1.5, -2)
    others = np.setdiff1d(np.arange(before.size), [0, 4])
    np.testing.assert_array_equal(trainer.mlp.parameters[others], before[others])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e7, -1.1e6])
def test_value_that_is_no_weight_is_refused_and_nothing_changes(
    value: float, make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(), settings_of("adam"))
    before = trainer.mlp.parameters.copy()
    with pytest.raises(UserError, match=r"1,000,000"):
        trainer.surgery.set_parameters([0, 1], [0.5, value])
    np.testing.assert_array_equal(trainer.mlp.parameters, before)


@pytest.mark.parametrize(("places", "values"), [([999], [1.0]), ([-1], [1.0]), ([0, 1], [1.0]), ([[0]], [[1.0]])])
def test_places_that_are_not_there_are_refused(
    places: list[int], values: list[float], make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(), settings_of("adam"))
    with pytest.raises(ValueError, match=r"parameters|places"):
        trainer.surgery.set_parameters(places, values)


def test_mask_of_another_size_is_refused(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(), settings_of("adam"))
    with pytest.raises(ValueError, match="mask"):
        trainer.surgery.set_mask(np.zeros(3, np.bool_), np.zeros(trainer.mlp.parameters.size, np.bool_))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_frozen_parameter_that_is_set_stays_where_it_was_put(
    optimizer: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of(optimizer))
    size = trainer.mlp.parameters.size
    trainer.surgery.set_mask(some(size, 6), np.zeros(size, np.bool_))
    train(trainer, 3)
    trainer.surgery.set_parameters([6], [0.25])
    train(trainer, 8)
    assert trainer.mlp.parameters[6] == 0.25


def test_silenced_parameter_that_is_set_stays_silent_and_comes_back_as_set(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("adam"))
    size = trainer.mlp.parameters.size
    before = float(trainer.mlp.parameters[6])
    trainer.surgery.set_mask(np.zeros(size, np.bool_), some(size, 6))
    edit = trainer.surgery.set_parameters([6, 7], [0.25, 0.5])
    assert edit.before[0] == np.float32(before)
    assert (trainer.mlp.parameters[6], trainer.mlp.parameters[7]) == (0, 0.5)
    trainer.surgery.set_mask(np.zeros(size, np.bool_), np.zeros(size, np.bool_))
    assert trainer.mlp.parameters[6] == 0.25


def test_lbfgs_forgets_the_curvature_of_another_place_and_says_so(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(n_train=ROWS), settings_of("lbfgs"))
    size = trainer.mlp.parameters.size
    assert trainer.surgery.set_mask(some(size, 1), np.zeros(size, np.bool_)) == ""  # nothing to forget yet
    train(trainer, 4)
    note = trainer.surgery.set_parameters([0], [0.5]).note
    assert "L-BFGS starts afresh" in note
    assert trainer.state().updates == 0
    loss = trainer.evaluate()
    train(trainer, 6)
    assert trainer.evaluate().train_loss + trainer.evaluate().penalty < loss.train_loss + loss.penalty


def test_weight_set_to_minus_0_is_0(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(), settings_of("sgd"))
    trainer.surgery.set_parameters([0], [-0.0])
    assert not np.signbit(trainer.mlp.parameters[0])
