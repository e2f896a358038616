"""Weights set, frozen and silenced while a run stands or goes, and what it is then asked to show."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.arrays import BoolArray
from nnviz.engine.explain import exact_gradient
from nnviz.engine.mlp import MLP
from nnviz.engine.training import TrainingConfig
from nnviz.run import messages
from nnviz.run.looks import BEST, GO, MARK, REFERENCES, START
from nnviz.run.markers import HAND_EDIT
from nnviz.run.snapshot import SnapshotRequest
from nnviz.run.state import RunState
from tests.run.driver import SPIRAL, DivergingDriver, Driver

SIZE = 4 * 3 + 5


def edit(place: int = 2, value: float = 1.5, gesture: int = 0) -> messages.SetParameters:
    return messages.SetParameters(np.array([place]), np.array([value]), "x → h1.3", gesture)


def masks(frozen: tuple[int, ...] = (), silenced: tuple[int, ...] = (), size: int = SIZE) -> messages.SetMask:
    def some(places: tuple[int, ...]) -> BoolArray:
        chosen = np.zeros(size, np.bool_)
        chosen[list(places)] = True
        return chosen

    return messages.SetMask(some(frozen), some(silenced), "h1.3 was silenced")


def answers(events: list[messages.Event]) -> list[messages.HandEdited]:
    return [event for event in events if isinstance(event, messages.HandEdited)]


def notices(events: list[messages.Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, messages.Notice)]


def in_state(state: RunState) -> Driver:
    driver = Driver(epochs=3 if state is RunState.FINISHED else None)
    if state is RunState.PAUSED:
        driver.send(messages.StepBatch())
    elif state in (RunState.RUNNING, RunState.FINISHED):
        driver.send(messages.Run())
    assert driver.snapshot().state is state
    return driver


@pytest.mark.parametrize("state", [RunState.READY, RunState.RUNNING, RunState.PAUSED, RunState.FINISHED])
def test_weight_is_set_in_every_state_and_the_run_goes_on_as_it_was(state: RunState) -> None:
    driver = in_state(state)
    driver.channel.send(masks(frozen=(2,)))
    (answer,) = answers(driver.send(edit(gesture=5)))
    assert (answer.indices.tolist(), answer.values.tolist(), answer.gesture) == ([2], [1.5], 5)
    snapshot = driver.snapshot()
    assert snapshot.state is state
    assert snapshot.parameters[2] == 1.5


def test_answer_says_exactly_what_was_there_before() -> None:
    driver = in_state(RunState.PAUSED)
    before = driver.snapshot().parameters[2]
    (answer,) = answers(driver.send(edit()))
    assert answer.before[0] == before


def test_diverged_run_refuses_an_edit_in_words() -> None:
    driver = DivergingDriver()
    driver.send(messages.Run(), turns=4)
    assert driver.snapshot().state is RunState.DIVERGED
    events = driver.send(edit())
    assert answers(events) == []
    assert notices(events) == ["Training diverged: go back or reset first, then weights can be set."]


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e9])
def test_value_that_is_no_weight_is_refused_in_words(value: float) -> None:
    driver = in_state(RunState.PAUSED)
    before = driver.snapshot()
    events = driver.send(edit(value=value))
    assert answers(events) == []
    assert "1,000,000" in notices(events)[0]
    after = driver.snapshot()
    np.testing.assert_array_equal(after.parameters, before.parameters)
    assert after.history.markers == before.history.markers


def test_history_marks_an_edit_with_both_values_and_a_dragged_one_once() -> None:
    driver = Driver()
    for value in (0.5, 0.75, -1.25):
        driver.send(edit(value=value, gesture=3))
    (marker,) = driver.snapshot().history.markers
    assert (marker.kind, marker.count, marker.step) == (HAND_EDIT, 3, 0)
    assert marker.sentence.startswith("x → h1.3 ")
    assert marker.sentence.endswith(" → −1.25 in 3 steps")
    driver.send(masks(silenced=(3,)))
    assert driver.snapshot().history.markers[-1].sentence == "h1.3 was silenced"


def test_standing_run_tells_the_losses_after_an_edit_without_a_new_entry() -> None:
    driver = in_state(RunState.PAUSED)
    before = driver.snapshot().history
    driver.send(edit(value=40.0))
    after = driver.snapshot().history
    assert len(after) == len(before)
    assert after.last == driver.trainer.evaluate()
    assert before.last is not None
    assert after.last is not None
    assert after.last.train_loss != before.last.train_loss
    driver.send(masks(silenced=(2,)))
    assert driver.snapshot().history.last == driver.trainer.evaluate()


def test_loss_that_is_no_number_after_an_edit_is_said_in_words() -> None:
    driver = Driver()
    driver.trainer.mlp.parameters[...] = 3e38  # what no edit by hand could do alone
    driver.send(edit())
    driver.snapshot()
    assert "not a finite number" in notices(driver.channel.drain_events())[0]


# Masks


def test_silenced_and_frozen_weights_stay_while_the_run_trains_and_a_snapshot_tells_them() -> None:
    driver = in_state(RunState.RUNNING)
    driver.send(masks(frozen=(0, 1), silenced=(2, 3)))
    first = driver.snapshot()
    driver.send(messages.Pause(), turns=3)
    last = driver.snapshot()
    assert last.step > first.step
    assert last.mask is not None
    np.testing.assert_array_equal(np.flatnonzero(last.mask.silenced), [2, 3])
    np.testing.assert_array_equal(last.parameters[:4], first.parameters[:4])
    np.testing.assert_array_equal(last.parameters[2:4], 0)
    assert last.mask.stored[2]
    driver.send(masks())
    assert driver.snapshot().mask is None
    assert driver.snapshot().parameters[2] == last.mask.stored[2]


def test_reset_leads_to_the_initial_weights_and_keeps_the_mask() -> None:
    driver = Driver()
    initial = driver.snapshot().parameters
    driver.send(messages.StepEpoch())
    driver.send(edit(place=0))
    driver.send(masks(frozen=(0,), silenced=(2,)))
    driver.send(messages.StepEpoch())
    driver.send(messages.Reset())
    snapshot = driver.snapshot()
    assert snapshot.mask is not None
    np.testing.assert_array_equal(np.flatnonzero(snapshot.mask.frozen), [0])
    assert snapshot.mask.stored[2] == initial[2]
    expected = initial.copy()
    expected[2] = 0
    np.testing.assert_array_equal(snapshot.parameters, expected)
    assert snapshot.history.last == driver.trainer.evaluate()


def test_run_with_a_mask_repeats_itself_bit_for_bit_after_reset() -> None:
    driver = Driver()
    driver.send(masks(frozen=(0,), silenced=(2,)))
    for _ in range(3):
        driver.send(messages.StepEpoch())
    first = driver.snapshot().parameters
    driver.send(messages.Reset())
    for _ in range(3):
        driver.send(messages.StepEpoch())
    np.testing.assert_array_equal(driver.snapshot().parameters, first)


def test_going_back_after_a_divergence_keeps_the_mask_in_force() -> None:
    driver = DivergingDriver()
    size = driver.trainer.mlp.parameters.size
    driver.send(masks(silenced=(2,), size=size))
    initial = driver.snapshot()
    assert initial.mask is not None
    events = driver.send(messages.Run(), turns=4)
    assert driver.snapshot().state is RunState.DIVERGED
    (diverged,) = [event for event in events if isinstance(event, messages.DivergedAt)]
    assert diverged.sound_epoch == 0
    driver.send(masks(silenced=(2, 3), size=size))
    driver.send(messages.Branch(diverged.sound_step, replace(driver.trainer.config, learning_rate=0.01)))
    snapshot = driver.snapshot()
    assert snapshot.mask is not None
    np.testing.assert_array_equal(np.flatnonzero(snapshot.mask.silenced), [2, 3])
    assert snapshot.mask.stored[2] == initial.mask.stored[2]
    assert snapshot.mask.stored[3] == initial.parameters[3]
    np.testing.assert_array_equal(snapshot.parameters[2:4], [0, 0])


def test_checkpoint_takes_the_mask_along() -> None:
    driver = Driver()
    driver.send(masks(silenced=(2,)))
    (checkpoint,) = [e for e in driver.send(messages.TakeCheckpoint(1)) if isinstance(e, messages.Checkpoint)]
    assert checkpoint.state.mask is not None
    assert checkpoint.state.parameters[2] == 0


# What may be looked at


def test_gradient_is_only_there_when_asked_for_and_is_that_of_all_training_rows() -> None:
    driver = Driver()
    driver.send(messages.StepEpoch())
    assert driver.snapshot().gradient is None
    snapshot = driver.snapshot(SnapshotRequest(gradient=True))
    assert snapshot.gradient is not None
    network = MLP(snapshot.config, snapshot.parameters)
    exact = exact_gradient(network, SPIRAL.X_train, SPIRAL.Y_train)
    np.testing.assert_allclose(snapshot.gradient.values, exact, atol=1e-6)
    assert snapshot.gradient.n_rows == snapshot.gradient.n_train == len(SPIRAL.train_rows)
    assert not snapshot.gradient.values.flags.writeable


def test_gradient_follows_another_weighing_of_the_rows() -> None:
    driver = Driver()
    plain = driver.snapshot(SnapshotRequest(gradient=True)).gradient
    driver.send(messages.Configure(TrainingConfig(batch_size=10, learning_rate=0.1, class_weight="balanced")))
    weighed = driver.snapshot(SnapshotRequest(gradient=True)).gradient
    assert plain is not None
    assert weighed is not None
    weights = driver.trainer.rows.weights
    assert weights is not None
    exact = exact_gradient(driver.trainer.mlp, SPIRAL.X_train, SPIRAL.Y_train, weights[: len(SPIRAL.train_rows)])
    np.testing.assert_allclose(weighed.values, exact, atol=1e-6)


def reference(driver: Driver, kind: str) -> tuple[int, int, bytes] | None:
    found = driver.snapshot(SnapshotRequest(reference=kind)).reference
    return None if found is None else (found.epoch, found.step, found.parameters.tobytes())


def now(driver: Driver) -> tuple[int, int, bytes]:
    snapshot = driver.snapshot()
    return snapshot.epoch, snapshot.step, snapshot.parameters.tobytes()


def test_changes_are_counted_from_the_moments_that_were_kept() -> None:
    driver = Driver()
    begin = now(driver)
    assert reference(driver, START) == reference(driver, GO) == begin
    assert reference(driver, MARK) is None
    driver.send(messages.StepEpoch())
    after_one = now(driver)
    driver.send(messages.KeepReference())
    driver.send(messages.StepEpoch())
    assert reference(driver, START) == begin
    assert reference(driver, GO) == reference(driver, MARK) == after_one
    best = driver.trainer.best
    assert best is not None
    assert reference(driver, BEST) == (best.epoch, best.step, best.parameters.tobytes())
    before_edit = now(driver)
    for value in (1.0, 2.0):
        driver.send(edit(value=value, gesture=9))
    assert reference(driver, GO) == before_edit  # of the whole gesture
    driver.send(messages.Reset())
    assert reference(driver, START) == reference(driver, GO) == now(driver)
    assert reference(driver, MARK) is None


def test_moment_of_a_snapshot_changes_with_every_change_of_the_weights() -> None:
    driver = in_state(RunState.PAUSED)
    seen = [driver.snapshot().moment]
    assert driver.snapshot().moment == seen[0]
    for command in (edit(), masks(silenced=(1,)), messages.StepEpoch(), messages.RestoreBest(), messages.Reset()):
        driver.send(command)
        seen.append(driver.snapshot().moment)
    assert len(set(seen)) == len(seen)


def test_no_reference_comes_unasked() -> None:
    assert Driver().snapshot().reference is None
    assert set(REFERENCES) == {START, BEST, GO, MARK}
