"""The next update asked for while the run stands: answered, and not made."""

import numpy as np

from nnviz.engine.training import TrainingConfig
from nnviz.run import messages
from nnviz.run.state import RunState
from tests.run.driver import DivergingDriver, Driver, states


def asked(driver: Driver, turns: int = 2) -> messages.Rehearsed:
    (answer,) = (e for e in driver.send(messages.Rehearse(5), turns) if isinstance(e, messages.Rehearsed))
    assert answer.ticket == 5
    return answer


def test_next_update_is_told_before_it_is_made_and_then_made_so() -> None:
    driver = Driver(TrainingConfig("adam", learning_rate=0.05, batch_size=10))
    driver.send(messages.StepBatch())
    before = driver.snapshot()
    answer = asked(driver)
    assert answer.run_id == 7
    assert answer.rehearsal is not None
    after = driver.snapshot()
    assert (after.step, after.state, after.edits) == (before.step, before.state, before.edits)
    np.testing.assert_array_equal(after.parameters, before.parameters)
    driver.send(messages.StepBatch(), turns=3)
    np.testing.assert_array_equal(driver.snapshot().parameters, answer.rehearsal.after)


def test_while_training_there_is_no_next_update_to_look_at() -> None:
    driver = Driver()
    driver.send(messages.Run())
    assert asked(driver, turns=1).rehearsal is None
    driver.send(messages.Pause())
    assert asked(driver).rehearsal is not None


def test_after_a_divergence_the_update_that_failed_is_told_with_its_reason() -> None:
    driver = DivergingDriver()
    events = driver.send(messages.Run(), turns=40)
    assert RunState.DIVERGED in states(events)
    (told,) = (event for event in events if isinstance(event, messages.DivergedAt))
    found = asked(driver).rehearsal
    assert found is not None
    assert found.divergence is not None
    assert found.divergence.reason == told.divergence.reason


def test_earlier_moment_that_is_looked_at_has_its_own_next_update() -> None:
    driver = Driver()
    for _ in range(5):
        driver.send(messages.StepBatch(), turns=3)
    driver.send(messages.Seek(2, exact=True), turns=6)
    found = asked(driver).rehearsal
    assert found is not None
    assert found.step == 2
    assert driver.snapshot().step == 2
    assert driver.snapshot().rail.newest is not None
