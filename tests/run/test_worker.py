"""A run, driven one turn at a time: commands, states, snapshots, divergence."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.training import TrainingConfig
from nnviz.run import messages
from nnviz.run.snapshot import GridProbe, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.run.worker import TrainingRun, TrainingThread
from tests.run.driver import SPIRAL, DivergingDriver, Driver, states

STEPS_PER_EPOCH = 2


def test_a_fresh_run_is_ready_and_shows_epoch_zero() -> None:
    snapshot = Driver().snapshot()
    assert (snapshot.state, snapshot.step, snapshot.epoch, snapshot.run_id) == (RunState.READY, 0, 0, 7)
    assert list(snapshot.history.epoch) == [0]


def test_step_batch_makes_one_update_and_pauses() -> None:
    driver = Driver()
    assert states(driver.send(messages.StepBatch())) == [RunState.RUNNING, RunState.PAUSED]
    assert driver.snapshot().step == 1


def test_a_picture_that_is_asked_for_with_a_single_update_shows_that_update() -> None:
    driver = Driver()
    next(driver.turns)
    driver.channel.mailbox.ask(SnapshotRequest())
    driver.send(messages.StepBatch(), turns=3)
    snapshot = driver.channel.mailbox.take()
    assert snapshot is not None
    assert (snapshot.step, snapshot.state) == (1, RunState.PAUSED)


def test_step_epoch_ends_at_the_end_of_the_epoch() -> None:
    driver = Driver()
    driver.send(messages.StepBatch())
    driver.send(messages.StepEpoch())
    snapshot = driver.snapshot()
    assert (snapshot.step, snapshot.epoch, snapshot.state) == (STEPS_PER_EPOCH, 1, RunState.PAUSED)


def test_pause_stops_between_updates_and_still_answers() -> None:
    driver = Driver()
    driver.send(messages.Run())
    driver.send(messages.Pause())
    first = driver.snapshot()
    assert first.step > 0
    assert driver.snapshot().step == first.step


def test_reset_leads_to_the_same_initial_weights() -> None:
    driver = Driver()
    initial = driver.snapshot().parameters
    driver.send(messages.Run())
    assert not np.array_equal(driver.snapshot().parameters, initial)
    driver.send(messages.Reset())
    snapshot = driver.snapshot()
    np.testing.assert_array_equal(snapshot.parameters, initial)
    assert (snapshot.state, snapshot.epoch, len(snapshot.history)) == (RunState.READY, 0, 1)


def test_a_run_after_reset_repeats_itself_bit_for_bit() -> None:
    driver = Driver()
    for _ in range(3):
        driver.send(messages.StepEpoch())
    first = driver.snapshot().parameters
    driver.send(messages.Reset())
    for _ in range(3):
        driver.send(messages.StepEpoch())
    np.testing.assert_array_equal(driver.snapshot().parameters, first)


def test_looking_does_not_change_the_run() -> None:
    plain, watched = Driver(), Driver()
    for _ in range(5):
        plain.send(messages.StepEpoch())
        watched.send(messages.StepEpoch())
        watched.snapshot()
    np.testing.assert_array_equal(plain.snapshot().parameters, watched.snapshot().parameters)


def test_learning_rate_changes_from_the_next_batch() -> None:
    driver = Driver()
    driver.send(messages.StepBatch())
    driver.send(messages.Configure(TrainingConfig(batch_size=5, learning_rate=0.5)))
    snapshot = driver.snapshot()
    assert (snapshot.training.learning_rate, snapshot.training.batch_size) == (0.5, 5)
    assert snapshot.step == 1


def test_run_finishes_at_its_epoch_limit() -> None:
    driver = Driver(epochs=3)
    assert states(driver.send(messages.Run(), turns=6))[-1] is RunState.FINISHED
    assert driver.snapshot().epoch == 3


def test_a_snapshot_is_read_only_and_stays_as_it_was() -> None:
    driver = Driver()
    snapshot = driver.snapshot()
    before = snapshot.parameters.copy()
    driver.send(messages.Run())
    np.testing.assert_array_equal(snapshot.parameters, before)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.parameters[0] = 1.0


def test_grid_activations_equal_a_full_forward_pass() -> None:
    driver = Driver()
    xs = np.linspace(-2, 2, 8)
    values = np.stack([np.tile(xs, 8), np.repeat(xs, 8)], axis=1)
    probe = GridProbe(8, np.array([0.3, -0.4]), np.array([0, 1]), values)
    snapshot = driver.snapshot(SnapshotRequest(grid=probe, row=SPIRAL.X[3]))
    assert snapshot.grid is not None
    assert snapshot.row is not None
    full = driver.trainer.mlp.activations(values)
    for found, expected in zip(snapshot.grid.activations, full[1:], strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(snapshot.row[-1], driver.trainer.mlp.predict(SPIRAL.X[3:4])[0], rtol=1e-6)


def test_weights_of_a_snapshot_have_the_layers_shapes() -> None:
    snapshot = Driver().snapshot()
    assert [w.shape for w in snapshot.weights] == [(2, 4), (4, 1)]
    assert [b.shape for b in snapshot.biases] == [(4,), (1,)]


def test_checkpoint_returns_its_ticket_and_the_exact_weights() -> None:
    driver = Driver()
    driver.send(messages.StepEpoch())
    (event,) = driver.send(messages.TakeCheckpoint(5))
    assert isinstance(event, messages.Checkpoint)
    assert event.ticket == 5
    np.testing.assert_array_equal(event.state.parameters, driver.trainer.mlp.parameters)


def test_divergence_stops_at_the_last_finite_weights_and_says_where() -> None:
    driver = DivergingDriver()
    events = driver.send(messages.Run(), turns=4)
    assert states(events)[-1] is RunState.DIVERGED
    (diverged,) = [event for event in events if isinstance(event, messages.DivergedAt)]
    assert diverged.divergence.reason
    snapshot = driver.snapshot()
    assert np.isfinite(snapshot.parameters).all()
    assert snapshot.divergence is diverged.divergence


def test_a_diverged_run_does_not_run_on() -> None:
    driver = DivergingDriver()
    driver.send(messages.Run(), turns=4)
    step = driver.snapshot().step
    driver.send(messages.Run())
    assert driver.snapshot().step == step


def test_going_back_leads_to_the_sound_epoch_with_the_new_rate() -> None:
    driver = DivergingDriver()
    (diverged,) = [e for e in driver.send(messages.Run(), turns=4) if isinstance(e, messages.DivergedAt)]
    driver.send(messages.Branch(diverged.sound_step, replace(driver.trainer.config, learning_rate=1e-3)))
    snapshot = driver.snapshot()
    assert snapshot.state is RunState.RUNNING
    assert snapshot.epoch > diverged.sound_epoch
    assert snapshot.training.learning_rate == 1e-3
    assert snapshot.divergence is None
    assert [step for _, step in snapshot.rail.path] == [diverged.sound_step]


def test_a_diverged_run_can_go_on_without_any_memory_for_moments() -> None:
    driver = DivergingDriver()
    driver.send(messages.KeepMoments(0))
    (diverged,) = [e for e in driver.send(messages.Run(), turns=4) if isinstance(e, messages.DivergedAt)]
    driver.send(messages.Branch(diverged.sound_step, replace(driver.trainer.config, learning_rate=1e-3)))
    snapshot = driver.snapshot()
    assert (snapshot.state, snapshot.divergence) == (RunState.RUNNING, None)
    assert np.isfinite(snapshot.parameters).all()


def test_stop_ends_the_generator() -> None:
    driver = Driver()
    driver.send(messages.Run())
    driver.channel.send(messages.Stop())
    assert list(driver.turns) == []


def test_the_thread_trains_answers_and_ends() -> None:
    driver = Driver()
    run = TrainingRun(driver.trainer, driver.channel, 1)
    thread = TrainingThread(run, driver.channel, 1)
    thread.start()
    driver.channel.send(messages.Run())
    driver.channel.mailbox.ask(SnapshotRequest())
    while driver.channel.mailbox.take() is None:
        pass
    assert thread.stop()
    assert driver.trainer.step > 0


def test_a_closed_gate_holds_the_thread_and_opening_lets_it_go() -> None:
    driver = Driver()
    thread = TrainingThread(TrainingRun(driver.trainer, driver.channel, 1), driver.channel, 1)
    driver.channel.gate.close()
    thread.start()
    driver.channel.send(messages.Run())
    thread.join(0.05)
    held = driver.trainer.step
    driver.channel.gate.open()
    thread.join(0.3)
    assert held == 0
    assert driver.trainer.step > 0
    assert thread.stop()


def test_an_exception_in_the_thread_becomes_an_event(monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver()
    run = TrainingRun(driver.trainer, driver.channel, 3)
    monkeypatch.setattr(run, "_answer", lambda request: 1 / 0)
    thread = TrainingThread(run, driver.channel, 3)
    thread.start()
    driver.channel.mailbox.ask(SnapshotRequest())
    thread.join(5)
    (event,) = driver.channel.drain_events()
    assert isinstance(event, messages.Failed)
    assert "ZeroDivisionError" in event.report
