"""A branch with other settings: what differs is what was named, and what went before stays as it was."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.regularization import Regularization
from nnviz.engine.training import TrainingConfig
from nnviz.run import messages
from nnviz.run.markers import CHANGE
from nnviz.run.rewind import NONE_KEPT
from nnviz.run.state import RunState
from tests.run.driver import DivergingDriver, Driver, states
from tests.run.test_rewind import CASES, assert_same, epochs, state_of


def pause(driver: Driver) -> None:
    driver.send(messages.Pause())


@pytest.mark.parametrize("case", ["sgd", "adam with dropout", "adamw, cosine", "early stopping"])
def test_a_branch_is_the_run_that_was_configured_at_that_moment_bit_for_bit(case: str) -> None:
    straight, branched = Driver(CASES[case]), Driver(CASES[case])
    wanted = replace(CASES[case], learning_rate=CASES[case].learning_rate / 3)
    epochs(straight, 5)
    epochs(branched, 9)
    step = straight.trainer.step
    straight.send(messages.Configure(wanted))
    branched.send(messages.Branch(step, wanted), turns=1)
    pause(branched)
    assert branched.trainer.step > step
    while straight.trainer.step < branched.trainer.step:
        straight.send(messages.StepBatch())
    assert_same(state_of(straight), state_of(branched))
    first, second = straight.snapshot().history, branched.snapshot().history
    np.testing.assert_array_equal(first.values, second.values)
    assert [(one.kind, one.step, one.text) for one in second.markers] == [(CHANGE, step, "learning rate")]


@pytest.mark.parametrize("back", [0, 4])
def test_the_curves_of_the_run_before_are_left_as_they_were(back: int) -> None:
    driver = Driver()
    epochs(driver, 6)
    before = driver.snapshot()
    kept = before.history.values.copy()
    driver.send(messages.Branch(before.step - back, replace(before.training, learning_rate=0.01)), turns=1)
    pause(driver)
    after = driver.snapshot()
    assert after.history.serial == before.history.serial + 1, "it is another run"
    np.testing.assert_array_equal(before.history.values, kept)
    shared = np.searchsorted(before.history.step, before.step - back, side="right")
    np.testing.assert_array_equal(after.history.values[:, :shared], kept[:, :shared])
    assert after.rail.newest is None


def test_the_settings_are_told_once_the_branch_trains() -> None:
    driver = Driver()
    epochs(driver, 3)
    wanted = replace(driver.trainer.config, learning_rate=0.01)
    events = driver.send(messages.Branch(2, wanted), turns=1)
    (sought,) = [one for one in events if isinstance(one, messages.Sought)]
    assert (sought.training, sought.goes_on) == (wanted, True)
    assert states(events)[-1] is RunState.RUNNING


@pytest.mark.parametrize(
    "wanted", [TrainingConfig(seed=5), TrainingConfig(class_weight="balanced", learning_rate=0.7)], ids=["seed", "fits"]
)
def test_a_branch_is_all_or_nothing(wanted: TrainingConfig) -> None:
    driver = Driver()
    epochs(driver, 3)
    before = state_of(driver)
    events = driver.send(messages.Branch(2, wanted), turns=1)
    if wanted.seed:
        assert any("seed" in one.text for one in events if isinstance(one, messages.Notice))
        assert_same(before, state_of(driver))
        assert driver.snapshot().state is RunState.PAUSED
    else:
        assert driver.trainer.config == wanted


def test_without_memory_for_moments_only_the_present_one_can_be_branched_from() -> None:
    driver = Driver()
    driver.send(messages.KeepMoments(100))
    epochs(driver, 4)
    before, wanted = state_of(driver), replace(driver.trainer.config, learning_rate=0.01)
    events = driver.send(messages.Branch(2, wanted), turns=1)
    assert [one.text for one in events if isinstance(one, messages.Notice)] == [NONE_KEPT]
    assert_same(before, state_of(driver))
    driver.send(messages.Branch(before.step, wanted), turns=1)
    assert driver.trainer.config == wanted


def test_a_diverged_run_trains_on_from_a_finite_moment_with_a_lower_rate() -> None:
    driver = DivergingDriver()
    driver.send(messages.Run(), turns=5)
    diverged = driver.snapshot()
    assert diverged.state is RunState.DIVERGED
    wanted = replace(driver.trainer.config, learning_rate=1e-3, regularization=Regularization())
    driver.send(messages.Branch(0, wanted), turns=3)
    snapshot = driver.snapshot()
    assert snapshot.state is RunState.RUNNING
    assert snapshot.divergence is None
    assert snapshot.history.serial == diverged.history.serial + 1
    assert np.isfinite(snapshot.parameters).all()
