"""The next update as several optimisers would make it: what the run does, and what another would begin with."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.mlp import MLP
from nnviz.engine.next_steps import next_steps
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import Trainer, TrainerState, TrainingConfig
from tests.engine.conftest import MakeData, MakeNetwork


def begun(make_data: MakeData, make_network: MakeNetwork, config: TrainingConfig, updates: int = 11) -> Trainer:
    trainer = Trainer(make_network(), make_data(), config)
    steps = trainer.steps()
    for _ in range(updates):
        next(steps)
    return trainer


def twin(trainer: Trainer, state: TrainerState) -> Trainer:
    return Trainer(MLP(trainer.mlp.config, state.parameters), trainer.data, state.config)


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_the_runs_own_step_is_the_one_that_it_makes(
    make_data: MakeData, make_network: MakeNetwork, optimizer: str
) -> None:
    config = TrainingConfig(optimizer=optimizer, momentum=0.9, batch_size=5)
    trainer = begun(make_data, make_network, config)
    state = trainer.state()
    own = next_steps(twin(trainer, state), state)[0]
    before = trainer.mlp.parameters.astype(np.float64)
    next(trainer.steps())
    assert own.optimizer == optimizer
    assert own.own
    np.testing.assert_array_equal(own.change, trainer.mlp.parameters.astype(np.float64) - before)


def test_sgd_goes_down_the_gradient_of_the_next_batch_and_adam_begins_with_signs(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    config = TrainingConfig(optimizer="rmsprop", learning_rate=0.01, batch_size=5)
    trainer = begun(make_data, make_network, config)
    state = trainer.state()
    own, sgd, adam = next_steps(twin(trainer, state), state)
    assert [step.optimizer for step in (own, sgd, adam)] == ["rmsprop", "sgd", "adam"]
    assert [step.own for step in (own, sgd, adam)] == [True, False, False]
    next(trainer.steps())
    assert sgd.change is not None
    assert adam.change is not None
    np.testing.assert_allclose(sgd.change, -0.01 * trainer.gradient.astype(float), atol=1e-7)
    felt = np.abs(trainer.gradient) > 1e-5
    np.testing.assert_allclose(adam.change[felt], -0.01 * np.sign(trainer.gradient[felt]), rtol=2e-3)
    assert [step.rate for step in (own, sgd, adam)] == [0.01] * 3


def test_with_adam_or_sgd_in_force_there_are_two_steps(make_data: MakeData, make_network: MakeNetwork) -> None:
    for name, other in (("adam", "sgd"), ("sgd", "adam")):
        trainer = begun(make_data, make_network, TrainingConfig(optimizer=name))
        state = trainer.state()
        assert [step.optimizer for step in next_steps(twin(trainer, state), state)] == [name, other]


def test_what_is_frozen_takes_no_step(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = begun(make_data, make_network, TrainingConfig(optimizer="adam"))
    frozen = np.arange(trainer.mlp.parameters.size) % 3 == 0
    trainer.surgery.set_mask(frozen, np.zeros_like(frozen))
    state = trainer.state()
    for step in next_steps(twin(trainer, state), state):
        assert step.change is not None
        assert not step.change[frozen].any()
        assert step.change[~frozen].any()


def test_a_step_out_of_the_range_of_numbers_is_told_and_the_other_stands(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    config = TrainingConfig(optimizer="adam", learning_rate=0.1, regularization=Regularization(l2=1e3))
    trainer = begun(make_data, make_network, config, updates=0)
    trainer.mlp.parameters[...] = 3e37
    state = replace(trainer.state(), config=config)
    adam, sgd = next_steps(twin(trainer, state), state)
    assert sgd.change is None
    assert sgd.problem
    assert adam.change is None or np.isfinite(adam.change).all()


def test_dropout_draws_what_the_run_will_draw(make_data: MakeData, make_network: MakeNetwork) -> None:
    config = TrainingConfig(regularization=Regularization(dropout=0.3, input_noise=0.1))
    trainer = begun(make_data, make_network, config)
    state = trainer.state()
    first = next_steps(twin(trainer, state), state)[0]
    before = trainer.mlp.parameters.astype(np.float64)
    next(trainer.steps())
    np.testing.assert_array_equal(first.change, trainer.mlp.parameters - before)
