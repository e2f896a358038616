"""Runs that were left and gone back into: to the bit what they were, in one memory with the present one."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.run import messages
from nnviz.run.left_run import LeftRun
from nnviz.run.lineage import NOT_KEPT
from nnviz.run.snapshot import Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.run.watch import Watch
from tests.run.driver import DivergingDriver, Driver
from tests.run.test_rewind import CASES, assert_same, epochs, state_of


def branch(driver: Driver, step: int, n_epochs: int, rate: float | None = None) -> None:
    """Go back to a step, change the rate if one is given, and train on."""
    driver.send(messages.Seek(step, exact=True))
    if rate is not None:
        driver.send(messages.Configure(replace(driver.trainer.config, learning_rate=rate)))
    epochs(driver, n_epochs)


def left(driver: Driver) -> tuple[LeftRun, ...]:
    return driver.snapshot().rail.left


def notices(events: list[messages.Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, messages.Notice)]


@pytest.mark.parametrize("case", CASES)
def test_a_run_that_was_left_goes_on_bit_for_bit_as_if_it_had_not_been(case: str) -> None:
    plain, leaving = Driver(CASES[case]), Driver(CASES[case])
    for driver in (plain, leaving):
        epochs(driver, 6)
        driver.send(messages.StepBatch())
    serial = leaving.snapshot().history.serial
    branch(leaving, 4, 3, 0.01)
    assert leaving.snapshot().training.learning_rate == 0.01
    sought = [one for one in leaving.send(messages.ComeBack(serial)) if isinstance(one, messages.Sought)]
    assert [one.training for one in sought] == [CASES[case]]
    assert_same(state_of(plain), state_of(leaving))
    snapshot = leaving.snapshot()
    assert (snapshot.state, snapshot.history.serial, snapshot.rail.newest) == (RunState.PAUSED, serial, None)
    for driver in (plain, leaving):
        epochs(driver, 5)
    assert_same(state_of(plain), state_of(leaving))
    first, second = plain.snapshot().history, leaving.snapshot().history
    np.testing.assert_array_equal(first.values, second.values)
    assert (first.best_epoch, first.best_validation_loss) == (second.best_epoch, second.best_validation_loss)
    assert first.markers == second.markers


def test_moments_of_a_run_that_was_left_can_be_gone_to_again() -> None:
    driver = Driver(CASES["adam with dropout"])
    seen = [state_of(driver)]
    for _ in range(12):
        driver.send(messages.StepBatch())
        seen.append(state_of(driver))
    serial = driver.snapshot().history.serial
    branch(driver, 4, 3)
    driver.send(messages.ComeBack(serial))
    for step in (11, 3, 4, 5, 0, 12):
        driver.send(messages.Seek(step, exact=True))
        np.testing.assert_array_equal(driver.snapshot().parameters, seen[step].parameters)
        assert state_of(driver).generators == seen[step].generators


def test_the_run_that_is_left_for_it_becomes_one_that_was_left() -> None:
    driver = Driver()
    epochs(driver, 6)
    first = driver.snapshot().history.serial
    branch(driver, 4, 3, 0.01)
    second, branched = driver.snapshot().history.serial, state_of(driver)
    assert [(one.serial, one.path, one.step, one.epoch) for one in left(driver)] == [(first, (), 12, 6)]
    driver.send(messages.Seek(5, exact=True))  # what is left is the run, not the moment that is looked at
    driver.send(messages.ComeBack(first))
    (one,) = left(driver)
    assert (one.serial, one.path, one.step, one.epoch) == (second, ((first, 4),), 10, 5)
    assert one.training.learning_rate == 0.01
    assert one.kept > 1
    assert driver.snapshot().rail.path == ()
    driver.send(messages.ComeBack(second))
    assert_same(state_of(driver), branched)
    assert driver.snapshot().rail.path == ((first, 4),)


def test_serials_are_never_used_twice_and_paths_lead_through_runs_that_are_gone() -> None:
    driver = Driver()
    epochs(driver, 6)
    branch(driver, 8, 3)
    driver.send(messages.ComeBack(left(driver)[0].serial))
    branch(driver, 4, 2)
    branch(driver, 6, 2)
    serials = {one.serial for one in left(driver)} | {driver.snapshot().history.serial}
    assert len(serials) == 4
    forgotten = driver.snapshot().rail.path[0][0]
    driver.send(messages.Forget(forgotten))
    assert forgotten not in {one.serial for one in left(driver)}
    assert [step for _, step in driver.snapshot().rail.path] == [4, 6]


def test_a_branch_at_what_two_runs_share_went_off_the_first_of_them() -> None:
    driver = Driver()
    epochs(driver, 6)
    first = driver.snapshot().history.serial
    branch(driver, 8, 2)
    branch(driver, 4, 1)
    assert driver.snapshot().rail.path == ((first, 4),)


def test_a_reset_leaves_the_run_and_one_without_an_update_leaves_nothing() -> None:
    driver = Driver()
    driver.send(messages.Reset())
    assert left(driver) == ()
    epochs(driver, 3)
    newest = state_of(driver)
    driver.send(messages.Reset())
    (one,) = left(driver)
    driver.send(messages.ComeBack(one.serial))
    assert_same(state_of(driver), newest)
    assert left(driver) == (), "nothing had happened since the reset"


def test_a_run_that_is_forgotten_gives_its_memory_back_and_cannot_be_gone_into() -> None:
    driver = Driver()
    epochs(driver, 6)
    branch(driver, 4, 1)
    (one,) = left(driver)
    used = driver.snapshot().rail.used
    driver.send(messages.Forget(one.serial))
    snapshot = driver.snapshot()
    assert snapshot.rail.left == ()
    assert snapshot.rail.used < used
    here = state_of(driver)
    assert notices(driver.send(messages.ComeBack(one.serial))) == [NOT_KEPT]
    assert_same(state_of(driver), here)


def test_one_cap_holds_for_all_runs_together_and_the_one_left_first_is_given_up_first() -> None:
    driver = Driver()
    cap = 1_000_000
    driver.send(messages.KeepMoments(cap))
    serials = []
    for _ in range(12):
        epochs(driver, 30)
        snapshot = driver.snapshot()
        serials.append(snapshot.history.serial)
        assert snapshot.rail.used <= cap
        branch(driver, snapshot.step // 2, 1)
    kept = [one.serial for one in left(driver)]
    assert 0 < len(kept) < 12
    assert kept == serials[-len(kept) :]
    driver.send(messages.KeepMoments(0))
    snapshot = driver.snapshot()
    assert (snapshot.rail.left, snapshot.rail.used, snapshot.rail.kept) == ((), 0, 0)
    epochs(driver, 1)


def test_what_tabs_and_landscape_know_of_the_past_comes_back_with_the_run() -> None:
    driver = Driver()
    watch = SnapshotRequest(watch=Watch(layers=True))

    def seen(snapshot: Snapshot) -> list[int]:
        assert snapshot.seen.layers is not None
        return [int(epoch) for epoch in snapshot.seen.layers.epochs]

    epochs(driver, 8)
    before, serial = seen(driver.snapshot(watch)), driver.snapshot().history.serial
    path = path_of(driver)
    branch(driver, 4, 1)
    assert seen(driver.snapshot(watch))[-1] <= 3
    assert path_of(driver)[-1] == 3
    driver.send(messages.ComeBack(serial))
    assert seen(driver.snapshot(watch)) == before
    assert path_of(driver) == path


def path_of(driver: Driver) -> tuple[int, ...]:
    (answer,) = (one for one in driver.send(messages.TakeCheckpoint(1)) if isinstance(one, messages.Checkpoint))
    return answer.path.epochs


def test_a_run_that_diverged_can_be_gone_back_into_and_looked_back_on() -> None:
    driver = DivergingDriver()
    driver.send(messages.Run(), turns=5)
    serial, step = driver.snapshot().history.serial, driver.trainer.step
    driver.send(messages.Branch(0, replace(driver.trainer.config, learning_rate=1e-3)))
    driver.send(messages.Pause())
    driver.send(messages.ComeBack(serial))
    snapshot = driver.snapshot()
    assert (snapshot.history.serial, snapshot.step, snapshot.state) == (serial, step, RunState.PAUSED)
    driver.send(messages.Seek(0, exact=True))
    assert driver.snapshot().step == 0
