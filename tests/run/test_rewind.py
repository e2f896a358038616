"""Going back in a run and on from there: bit for bit what it would have been, with everything that is remembered."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.stopping import EarlyStopping
from nnviz.engine.training import TrainerState, TrainingConfig
from nnviz.run import messages
from nnviz.run.markers import CHANGE, DIVERGENCE, HAND_EDIT
from nnviz.run.snapshot import SnapshotRequest
from nnviz.run.state import RunState
from tests.run.driver import DivergingDriver, Driver

NOISY = Regularization(dropout=0.2, input_noise=0.1, l2=1e-4)
CASES = {
    "sgd": TrainingConfig(batch_size=7, learning_rate=0.1),
    "nesterov": TrainingConfig(optimizer="nesterov", momentum=0.9, batch_size=10),
    "adam with dropout": TrainingConfig(optimizer="adam", batch_size=10, regularization=NOISY),
    "adamw, cosine": TrainingConfig(optimizer="adamw", schedule=Schedule(name="cosine"), batch_size=5),
    "plateau": TrainingConfig(schedule=Schedule(name="plateau", patience=2), batch_size=10),
    "l-bfgs": TrainingConfig(optimizer="lbfgs"),
    "early stopping": TrainingConfig(batch_size=10, stopping=EarlyStopping(patience=500)),
}


def epochs(driver: Driver, n: int) -> None:
    for _ in range(n):
        driver.send(messages.StepEpoch())


def state_of(driver: Driver) -> TrainerState:
    return driver.trainer.state()


def assert_same(first: TrainerState, second: TrainerState) -> None:
    for name in ("parameters", "moments", "scalars", "order"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)
    assert (first.step, first.epoch, first.position) == (second.step, second.epoch, second.position)
    assert (first.updates, first.generators, first.config) == (second.updates, second.generators, second.config)
    assert first.pace == second.pace
    assert (first.best.reference, first.best.waited) == (second.best.reference, second.best.waited)
    assert (first.best.best is None) == (second.best.best is None)
    if first.best.best is not None and second.best.best is not None:
        assert first.best.best.step == second.best.best.step
        np.testing.assert_array_equal(first.best.best.parameters, second.best.best.parameters)


@pytest.mark.parametrize("case", CASES)
def test_going_on_from_an_earlier_moment_repeats_the_run_bit_for_bit(case: str) -> None:
    plain, rewound = Driver(CASES[case]), Driver(CASES[case])
    epochs(plain, 12)
    epochs(rewound, 9)
    rewound.send(messages.StepBatch())
    middle = state_of(rewound).step // 2
    rewound.send(messages.Seek(middle, exact=True))
    assert rewound.snapshot().step == middle
    epochs(rewound, 12 - rewound.trainer.epoch)
    assert_same(state_of(plain), state_of(rewound))
    first, second = plain.snapshot().history, rewound.snapshot().history
    np.testing.assert_array_equal(first.values, second.values)
    assert (first.best_epoch, first.best_validation_loss) == (second.best_epoch, second.best_validation_loss)
    assert second.serial == first.serial + 1


@pytest.mark.parametrize("case", CASES)
def test_every_moment_on_the_way_is_shown_as_it_was_and_so_is_the_newest_afterwards(case: str) -> None:
    driver = Driver(CASES[case])
    seen: list[TrainerState] = [state_of(driver)]
    for _ in range(9):
        driver.send(messages.StepBatch())
        seen.append(state_of(driver))
    for step in (8, 7, 0, 3, 4, 1):
        driver.send(messages.Seek(step, exact=True))
        np.testing.assert_array_equal(driver.snapshot().parameters, seen[step].parameters)
        assert state_of(driver).generators == seen[step].generators
    driver.send(messages.Seek(9))
    assert driver.snapshot().rail.newest is None
    assert_same(state_of(driver), seen[9])


def test_a_moment_says_that_it_is_earlier_and_shows_its_own_losses() -> None:
    driver = Driver()
    epochs(driver, 2)
    then = driver.snapshot().history.last
    epochs(driver, 4)
    driver.send(messages.Seek(4, exact=True))
    snapshot = driver.snapshot()
    assert snapshot.rail.newest == (12, 6)
    assert (snapshot.step, snapshot.epoch, snapshot.state) == (4, 2, RunState.PAUSED)
    assert snapshot.history.last == then
    assert list(snapshot.history.epoch) == list(range(7)), "the curves still show what came later"


def test_seeking_pauses_a_run_that_trains() -> None:
    driver = Driver()
    driver.send(messages.Run())
    driver.send(messages.Seek(5, exact=True))
    assert driver.snapshot().state is RunState.PAUSED
    assert driver.snapshot().step == 5


def test_settings_changed_at_an_earlier_moment_make_a_branch_and_are_lost_with_it() -> None:
    driver = Driver()
    epochs(driver, 6)
    config = driver.trainer.config
    other = replace(config, learning_rate=0.01)
    driver.send(messages.Seek(4, exact=True))
    driver.send(messages.Configure(other))
    snapshot = driver.snapshot()
    assert [(one.name, one.before, one.after) for one in snapshot.rail.differs] == [("learning rate", "0.1", "0.01")]
    assert not snapshot.history.markers
    sought = [one for one in driver.send(messages.Seek(6, exact=True)) if isinstance(one, messages.Sought)]
    assert [one.training for one in sought] == [config]
    driver.send(messages.Seek(4, exact=True))
    driver.send(messages.Configure(other))
    epochs(driver, 1)
    snapshot = driver.snapshot()
    assert (snapshot.epoch, snapshot.rail.newest, snapshot.training) == (3, None, other)
    assert [(one.kind, one.step, one.after) for one in snapshot.history.markers] == [(CHANGE, 4, "0.01")]
    assert list(snapshot.history.epoch) == [0, 1, 2, 3]


def test_the_past_is_right_across_edits_and_changes() -> None:
    driver = Driver()
    epochs(driver, 2)
    driver.send(messages.SetParameters(np.array([0]), np.array([2.0]), "a weight"))
    edited = state_of(driver).parameters.copy()
    epochs(driver, 1)
    after = state_of(driver)
    driver.send(messages.Configure(replace(driver.trainer.config, learning_rate=0.5)))
    epochs(driver, 3)
    newest = state_of(driver)
    driver.send(messages.Seek(4, exact=True))
    np.testing.assert_array_equal(state_of(driver).parameters, edited)
    driver.send(messages.Seek(5, exact=True))
    driver.send(messages.Seek(6, exact=True))
    np.testing.assert_array_equal(state_of(driver).parameters, after.parameters)
    assert state_of(driver).config.learning_rate == 0.5, "the change is part of the moment"
    driver.send(messages.Seek(3, exact=True))
    assert state_of(driver).config.learning_rate == 0.1
    driver.send(messages.Seek(10_000))
    assert_same(state_of(driver), newest)


def test_a_weight_set_at_an_earlier_moment_begins_a_branch() -> None:
    driver = Driver()
    epochs(driver, 5)
    driver.send(messages.Seek(4, exact=True))
    driver.send(messages.SetParameters(np.array([0]), np.array([2.0]), "a weight"))
    snapshot = driver.snapshot()
    assert (snapshot.rail.newest, snapshot.parameters[0]) == (None, 2.0)
    assert [(one.kind, one.step) for one in snapshot.history.markers] == [(HAND_EDIT, 4)]


def test_looking_at_a_moment_and_coming_back_leaves_training_as_it_was() -> None:
    plain, looking = Driver(CASES["adam with dropout"]), Driver(CASES["adam with dropout"])
    for driver in (plain, looking):
        epochs(driver, 6)
    for step in (3, 1, 8):
        looking.send(messages.Seek(step))
        looking.snapshot(SnapshotRequest(gradient=True))
    looking.send(messages.Seek(12))
    for driver in (plain, looking):
        epochs(driver, 3)
    assert_same(state_of(plain), state_of(looking))


def test_no_memory_is_answered_in_words_and_training_goes_on() -> None:
    driver = Driver()
    driver.send(messages.KeepMoments(100))
    epochs(driver, 4)
    events = driver.send(messages.Seek(2))
    assert [one.text for one in events if isinstance(one, messages.Notice)] == [
        "No earlier moment is kept: the time rail's memory is smaller than one moment of this network."
    ]
    snapshot = driver.snapshot()
    assert (snapshot.step, snapshot.rail.kept, snapshot.rail.used) == (8, 0, 0)
    epochs(driver, 1)
    assert driver.snapshot().epoch == 5


def test_a_diverged_run_can_be_looked_back_on_and_goes_on_from_there() -> None:
    driver = DivergingDriver()
    driver.send(messages.Run(), turns=5)
    snapshot = driver.snapshot()
    assert snapshot.state is RunState.DIVERGED
    driver.send(messages.Seek(0, exact=True))
    driver.send(messages.Configure(replace(driver.trainer.config, learning_rate=1e-3)))
    epochs(driver, 2)
    snapshot = driver.snapshot()
    assert (snapshot.state, snapshot.epoch, snapshot.divergence) == (RunState.PAUSED, 2, None)
    assert [one.kind for one in snapshot.history.markers] == [CHANGE]
    assert all(one.kind != DIVERGENCE for one in snapshot.history.markers)


def test_reset_while_an_earlier_moment_is_shown_begins_anew() -> None:
    driver = Driver()
    first = driver.snapshot().parameters
    epochs(driver, 5)
    driver.send(messages.Seek(4, exact=True))
    driver.send(messages.Reset())
    snapshot = driver.snapshot()
    np.testing.assert_array_equal(snapshot.parameters, first)
    assert (snapshot.state, snapshot.rail.newest, len(snapshot.history)) == (RunState.READY, None, 1)
