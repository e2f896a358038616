"""State and restore: going back and going on, bit for bit."""

import copy
from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest

from nnviz.engine.mlp import MLP
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]
SETTINGS = [
    TrainingConfig("sgd", 0.1, 0.0, 5),
    TrainingConfig("sgd", 0.1, 0.9, 5),
    TrainingConfig("adam", 0.01, 0.0, 5),
]


@pytest.mark.parametrize("config", SETTINGS, ids=["plain", "momentum", "adam"])
@pytest.mark.parametrize("before", [0, 2, 5, 13])  # at the start, inside an epoch of 5 steps, at its end, later
def test_restored_training_repeats_bit_for_bit(
    config: TrainingConfig, before: int, make_data: MakeData, make_network: MakeNetwork
) -> None:
    training = Trainer(make_network(), make_data(n_train=23), config)
    steps = training.steps()
    list(islice(steps, before))
    state = training.state()
    first = list(islice(steps, 37))
    parameters = training.mlp.parameters.copy()
    training.restore(state)
    assert training.mlp.parameters.tobytes() == state.parameters.tobytes()
    assert (training.step, training.epoch) == (state.step, state.epoch) == (before, before // 5)
    assert list(islice(steps, 37)) == first
    assert training.mlp.parameters.tobytes() == parameters.tobytes()


def test_state_is_restored_into_a_new_trainer_too(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(seed=1), make_data(), SETTINGS[2])
    list(islice(training.steps(), 8))
    other = Trainer(make_network(seed=2), make_data(), TrainingConfig(batch_size=3, seed=9))
    other.restore(training.state())
    assert other.config == training.config
    assert list(islice(other.steps(), 20)) == list(islice(training.steps(), 20))
    assert other.mlp.parameters.tobytes() == training.mlp.parameters.tobytes()


def test_state_does_not_change_as_training_goes_on(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(), SETTINGS[2])
    steps = training.steps()
    list(islice(steps, 7))
    state = training.state()
    arrays = [array.copy() for array in (state.parameters, state.moments, state.order)]
    generators = copy.deepcopy(state.generators)
    list(islice(steps, 40))
    for array, before in zip((state.parameters, state.moments, state.order), arrays, strict=True):
        np.testing.assert_array_equal(array, before)
    assert state.generators == generators


def test_restore_brings_the_settings_back(make_data: MakeData, make_network: MakeNetwork) -> None:
    training = Trainer(make_network(), make_data(), SETTINGS[1])
    steps = training.steps()
    list(islice(steps, 7))
    state = training.state()
    expected = list(islice(steps, 12))
    training.configure(TrainingConfig("adam", 0.3, 0.0, 2))
    list(islice(steps, 4))
    training.restore(state)
    assert training.config == SETTINGS[1]
    assert list(islice(steps, 12)) == expected


def test_parameters_of_a_state_are_read_only(make_data: MakeData, make_network: MakeNetwork) -> None:
    state = Trainer(make_network(), make_data(), SETTINGS[0]).state()
    with pytest.raises(ValueError, match="read-only"):
        state.parameters[0] = 1


def test_state_of_another_network_or_data_is_refused(make_data: MakeData, make_network: MakeNetwork) -> None:
    state = Trainer(make_network(), make_data(), SETTINGS[0]).state()
    for other in (
        Trainer(make_network(hidden=(5,)), make_data(), SETTINGS[0]),
        Trainer(make_network(), make_data(n_train=24), SETTINGS[0]),
    ):
        with pytest.raises(ValueError, match="another network or other data"):
            other.restore(state)
