"""The learning-rate range test: finds a rate that trains, leaves the network alone, and never fails in silence."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from nnviz.engine.mlp import MLP
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.rate_range import find_rates
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.errors import UserError

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]
RULES = [name for name, rule in OPTIMIZERS.items() if not rule.needs_objective]


@pytest.mark.parametrize("optimizer", RULES)
@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_suggested_rate_makes_the_loss_fall(
    optimizer: str, task: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    outputs = 3 if task == "multiclass" else 1
    data, network = make_data(task, 200, 0, 3, outputs), make_network(task, 3, outputs)
    config = TrainingConfig(optimizer, batch_size=20)
    found = find_rates(network, data, config)
    assert found.suggestion is not None
    assert f"{found.suggestion:g} is a rate to start with" in found.sentence
    training = Trainer(network, data, replace(config, learning_rate=found.suggestion))
    before = training.evaluate().train_loss
    list(islice(training.steps(), 300))
    assert training.evaluate().train_loss < 0.8 * before


def test_network_data_and_a_running_trainer_are_left_alone(make_data: MakeData, make_network: MakeNetwork) -> None:
    data, network = make_data(n_train=50), make_network()
    training = Trainer(network, data, TrainingConfig("adam"))
    list(islice(training.steps(), 7))
    before = training.state()
    inputs = data.X_train.copy()
    find_rates(network, data, training.config)
    np.testing.assert_array_equal(network.parameters, before.parameters)
    np.testing.assert_array_equal(data.X_train, inputs)
    assert training.state().generators == before.generators


def test_curve_has_a_loss_for_every_rate_tried(make_data: MakeData, make_network: MakeNetwork) -> None:
    found = find_rates(make_network(), make_data(n_train=50), TrainingConfig("adam"), lowest=1e-5, highest=1e-2)
    assert len(found.rates) == len(found.losses) == len(found.smoothed)
    assert found.rates[0] == pytest.approx(1e-5)
    assert found.rates[-1] == pytest.approx(1e-2)
    np.testing.assert_allclose(np.diff(np.log(found.rates)), np.log(found.rates[1] / found.rates[0]))


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_a_handful_of_rows_gives_a_sentence(rows: int, make_data: MakeData, make_network: MakeNetwork) -> None:
    found = find_rates(make_network(), make_data(n_train=rows, n_validation=0), TrainingConfig("adam"))
    assert found.sentence
    assert len(found.losses) > 0


def test_nothing_to_learn_is_said_and_nothing_is_suggested(make_network: MakeNetwork) -> None:
    zeros = np.zeros((40, 2))
    target = np.tile([[0.0], [1.0]], (20, 1))
    data = TrainingData(zeros, target, zeros[:0], target[:0], "binary")
    found = find_rates(make_network(), data, TrainingConfig("sgd"))
    assert found.suggestion is None
    assert "fell by no more than" in found.sentence


def test_divergence_ends_the_test_where_it_happens(make_data: MakeData, make_network: MakeNetwork) -> None:
    data, network = make_data("regression", 60, 0, 3, 1), make_network("regression", 3, 1, activation="relu")
    found = find_rates(network, data, TrainingConfig("sgd"), lowest=1e-3, highest=1e5)
    assert found.rates[-1] < 1e5
    assert "grow without bound" in found.sentence
    assert np.isfinite(found.losses).all()


def test_weights_at_the_brink_are_named_as_the_cause(make_data: MakeData, make_network: MakeNetwork) -> None:
    network = make_network("regression", 2, 1, activation="relu")
    network.parameters[...] = 1e30
    found = find_rates(network, make_data("regression"), TrainingConfig("sgd"))
    assert found.suggestion is None
    assert "overflowed at the lowest rate" in found.sentence


def test_it_can_be_called_off(make_data: MakeData, make_network: MakeNetwork) -> None:
    shares: list[float] = []

    def go_on(share: float) -> bool:
        shares.append(share)
        return len(shares) < 5

    found = find_rates(make_network(), make_data(), TrainingConfig(), go_on=go_on)
    assert len(found.losses) == len(shares) == 5
    assert shares == sorted(shares)


def test_sample_weights_and_penalties_take_part(make_data: MakeData, make_network: MakeNetwork) -> None:
    data = replace(make_data(n_train=50), sample_weights=np.linspace(0, 1, 50))
    config = TrainingConfig("adam", regularization=Regularization(l2=0.1, dropout=0.2), class_weight="balanced")
    assert find_rates(make_network(), data, config).suggestion is not None


def test_rule_with_its_own_step_length_is_refused(make_data: MakeData, make_network: MakeNetwork) -> None:
    with pytest.raises(UserError, match=r"L-BFGS finds its own step length"):
        find_rates(make_network(), make_data(), TrainingConfig("lbfgs"))


def test_senseless_range_is_refused(make_data: MakeData, make_network: MakeNetwork) -> None:
    with pytest.raises(UserError, match=r"cannot go from 1 to 0\.1"):
        find_rates(make_network(), make_data(), TrainingConfig(), lowest=1, highest=0.1)


def test_what_is_held_is_not_tried(make_data: MakeData, make_network: MakeNetwork) -> None:
    network = make_network()
    held = np.ones(network.parameters.size, np.bool_)
    found = find_rates(network, make_data(n_train=50), TrainingConfig("adam"), held=held)
    assert found.suggestion is None
    assert np.ptp(found.losses) == 0
