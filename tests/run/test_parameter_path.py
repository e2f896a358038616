"""The path of a run: thinned out, under its cap, rewound, and handed out with a checkpoint."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.run import messages
from nnviz.run.parameter_path import CAPACITY, ParameterPath, PathView
from tests.run.driver import DivergingDriver, Driver


def filled(path: ParameterPath, epochs: int, start: int = 0) -> PathView:
    for epoch in range(start, epochs):
        path.offer(epoch, np.full(3, epoch, dtype=np.float32))
    return path.view()


def test_a_short_path_has_every_epoch() -> None:
    view = filled(ParameterPath(3), 10)
    assert view.epochs == tuple(range(10))
    np.testing.assert_array_equal(view.parameters[7], [7, 7, 7])
    assert not view.too_large


@pytest.mark.parametrize("epochs", [64, 65, 200, 5_000])
def test_a_long_path_is_evenly_spaced_from_the_start_and_nearly_to_the_end(epochs: int) -> None:
    view = filled(ParameterPath(3), epochs)
    gaps = np.diff(view.epochs)
    assert view.epochs[0] == 0
    assert CAPACITY // 2 <= len(view) <= CAPACITY
    assert len(set(gaps)) == 1
    assert epochs - 1 - view.epochs[-1] < gaps[0]


def test_a_path_never_takes_more_than_its_cap() -> None:
    path = ParameterPath(3, most_bytes=3 * 4 * 11)
    for epoch in range(500):
        path.offer(epoch, np.zeros(3, dtype=np.float32))
        assert path.nbytes <= 3 * 4 * 10


def test_a_network_too_large_for_four_moments_has_no_path() -> None:
    path = ParameterPath(1_000, most_bytes=15_999)
    path.offer(0, np.zeros(1_000, dtype=np.float32))
    assert path.nbytes == 0
    assert path.view().too_large


def test_what_was_handed_out_never_changes() -> None:
    path, source = ParameterPath(3), np.ones(3, dtype=np.float32)
    path.offer(0, source)
    view = path.view()
    source[...] = 5
    filled(path, 300, start=1)
    assert view.epochs == (0,)
    np.testing.assert_array_equal(view.parameters[0], [1, 1, 1])
    with pytest.raises(ValueError, match="read-only"):
        view.parameters[0][0] = 2


def test_going_back_forgets_what_came_after_and_goes_on_from_there() -> None:
    path = ParameterPath(3)
    filled(path, 40)
    path.rewind(20)
    assert path.view().epochs == tuple(range(21))
    assert filled(path, 24, start=21).epochs == tuple(range(24))
    path.rewind(-1)
    assert filled(path, 2).epochs == (0, 1)


def test_a_checkpoint_brings_the_path_from_the_first_weights_on() -> None:
    driver = Driver()
    first = driver.trainer.mlp.parameters.copy()
    for _ in range(3):
        driver.send(messages.StepEpoch(), turns=60)
    (event,) = driver.send(messages.TakeCheckpoint(5))
    assert isinstance(event, messages.Checkpoint)
    assert event.path.epochs == (0, 1, 2, 3)
    np.testing.assert_array_equal(event.path.parameters[0], first)
    np.testing.assert_array_equal(event.path.parameters[3], event.state.parameters)


def test_a_reset_begins_the_path_again() -> None:
    driver = Driver()
    driver.send(messages.StepEpoch(), turns=60)
    driver.send(messages.Reset())
    (event,) = driver.send(messages.TakeCheckpoint(1))
    assert isinstance(event, messages.Checkpoint)
    assert event.path.epochs == (0,)


def test_going_back_after_a_divergence_rewinds_the_path() -> None:
    driver = DivergingDriver()
    events = driver.send(messages.Run(), turns=4)
    (diverged,) = [event for event in events if isinstance(event, messages.DivergedAt)]
    driver.send(messages.Branch(diverged.sound_step, replace(driver.trainer.config, learning_rate=0.001)))
    driver.send(messages.Seek(diverged.sound_step, exact=True))
    (event,) = [e for e in driver.send(messages.TakeCheckpoint(1)) if isinstance(e, messages.Checkpoint)]
    path = event.path.until(diverged.sound_epoch)
    assert path.epochs[-1] == diverged.sound_epoch
    np.testing.assert_array_equal(path.parameters[-1], event.state.parameters)
    assert list(event.path.epochs) == sorted(set(event.path.epochs))
