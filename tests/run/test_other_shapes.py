"""Runs of networks of two shapes on the same data: left, gone back into, to the bit what they were, under one cap."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import TrainingConfig
from nnviz.run import messages
from nnviz.run.archive import Archive, Beginning
from nnviz.run.channel import Channel
from nnviz.run.left_run import LeftRun
from nnviz.run.lineage import NOT_KEPT
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.state import RunState
from nnviz.run.worker import TrainingRun
from tests.run.driver import SPIRAL, Driver, states
from tests.run.test_lineage import left, notices
from tests.run.test_rewind import CASES, assert_same, epochs, state_of

SMALL = [LayerConfig(4)]
OTHERS = {
    "a layer more": [LayerConfig(4), LayerConfig(3)],
    "none": [],
    "a wider one": [LayerConfig(9)],
    "another activation": [LayerConfig(4, "relu")],
}


class NetworkDriver(Driver):
    """A run of some network, with an archive that it shares with the runs of others."""

    def __init__(
        self, archive: Archive, run_id: int, layers: list[LayerConfig], training: TrainingConfig, back: LeftRun | None
    ) -> None:
        self.channel = Channel()
        self.run_id = run_id
        self.trainer = new_trainer(SPIRAL, network_config(SPIRAL, layers), training)
        command = None if back is None else messages.ComeBack(back.serial)
        beginning = Beginning(self.trainer.state(), archive, command)
        self.turns = TrainingRun(self.trainer, self.channel, run_id, beginning=beginning).turns()
        next(self.turns)

    def stop(self) -> None:
        self.send(messages.Stop())
        assert next(self.turns, None) is None


class Session:
    """What the application does on one data set: one run after the other, each with its own trainer."""

    def __init__(self, training: TrainingConfig | None = None) -> None:
        self.training = training or TrainingConfig(batch_size=10, learning_rate=0.1)
        self.archive = Archive()
        self._layers: dict[int, list[LayerConfig]] = {}

    def begin(self, layers: list[LayerConfig]) -> NetworkDriver:
        run_id = len(self._layers) + 1
        self._layers[run_id] = layers
        return NetworkDriver(self.archive, run_id, layers, self.training, None)

    def go_back(self, driver: NetworkDriver, serial: int) -> NetworkDriver:
        """Do what the application does for a run of another network."""
        (told,) = [one for one in driver.send(messages.ComeBack(serial)) if isinstance(one, messages.Elsewhere)]
        assert driver.snapshot().state is not RunState.RUNNING
        driver.stop()
        run = told.left
        assert run.config == network_config(SPIRAL, self._layers[run.network])
        return NetworkDriver(self.archive, run.network, self._layers[run.network], run.training, run)


@pytest.mark.parametrize("case", CASES)
def test_a_run_goes_on_bit_for_bit_after_one_of_another_shape_and_so_does_that_one(case: str) -> None:
    session, other = Session(CASES[case]), OTHERS["a layer more"]
    plain = {name: Session(CASES[case]).begin(layers) for name, layers in (("small", SMALL), ("large", other))}
    for driver in plain.values():
        epochs(driver, 5)
        driver.send(messages.StepBatch())
    small = session.begin(SMALL)
    epochs(small, 5)
    small.send(messages.StepBatch())
    first = small.snapshot()
    small.stop()
    large = session.begin(other)
    assert [(one.lineage, one.step, one.config) for one in left(large)] == [(first.lineage, first.step, first.config)]
    epochs(large, 5)
    large.send(messages.StepBatch())
    second = large.snapshot()
    ends = {"small": first, "large": second}
    driver = large
    for name in ("small", "large") * 2:  # there and back again, twice, and on from there
        driver = session.go_back(driver, ends[name].history.serial)
        assert_same(state_of(plain[name]), state_of(driver))
        assert driver.snapshot().lineage == ends[name].lineage
        for one in (plain[name], driver):
            epochs(one, 3)
        assert_same(state_of(plain[name]), state_of(driver))
        np.testing.assert_array_equal(driver.snapshot().history.values, plain[name].snapshot().history.values)
        assert driver.snapshot().history.markers == plain[name].snapshot().history.markers


@pytest.mark.parametrize("name", OTHERS)
def test_moments_reset_and_references_are_those_of_the_run_that_is_gone_back_into(name: str) -> None:
    session = Session(CASES["adam with dropout"])
    small = session.begin(SMALL)
    start = state_of(small)
    seen = [start]
    for _ in range(9):
        small.send(messages.StepBatch())
        seen.append(state_of(small))
    first = small.snapshot()
    small.send(messages.Configure(replace(small.trainer.config, optimizer="sgd", batch_size=7)))
    small.stop()
    other = session.begin(OTHERS[name])
    epochs(other, 4)
    small = session.go_back(other, first.history.serial)
    assert small.snapshot().training.optimizer == "sgd"
    for step in (8, 3, 0, 9):
        small.send(messages.Seek(step, exact=True))
        np.testing.assert_array_equal(small.snapshot().parameters, seen[step].parameters)
        assert state_of(small).generators == seen[step].generators
    small.send(messages.Reset())
    np.testing.assert_array_equal(small.snapshot().parameters, start.parameters)
    assert state_of(small).generators == start.generators
    assert {one.network for one in left(small)} == {1, 2}


def test_a_moment_of_a_run_of_another_network_is_shown_at_once() -> None:
    session = Session()
    small = session.begin(SMALL)
    epochs(small, 4)
    first = small.snapshot()
    small.stop()
    other = session.begin(OTHERS["none"])
    epochs(other, 1)
    (told,) = [
        one
        for one in other.send(messages.ComeBack(first.history.serial, step=3))
        if isinstance(one, messages.Elsewhere)
    ]
    assert told.command.step == 3
    other.stop()
    trainer = new_trainer(SPIRAL, told.left.config, told.left.training)
    beginning = Beginning(trainer.state(), session.archive, told.command)
    back = Driver.__new__(Driver)
    back.channel, back.trainer = Channel(), trainer
    back.turns = TrainingRun(trainer, back.channel, told.left.network, beginning=beginning).turns()
    next(back.turns)
    snapshot = back.snapshot()
    assert (snapshot.step, snapshot.rail.newest) == (3, (first.step, first.epoch))


def test_one_cap_holds_for_networks_of_all_shapes_together() -> None:
    session, cap = Session(CASES["adam with dropout"]), 700_000
    session.archive.moments.set_cap(cap)
    names = list(OTHERS.values())
    driver = session.begin(SMALL)
    for index in range(12):
        epochs(driver, 6)
        assert session.archive.moments.used <= cap
        driver.stop()
        driver = session.begin(names[index % len(names)])
        assert session.archive.moments.used <= cap
        kept = left(driver)
        assert kept, "the one that was just left is kept"
        assert kept[-1].network == index + 1
        assert len(session.archive.shelves) == len(kept)
    assert len(left(driver)) < 12, "those that were left first were given up"
    driver.send(messages.KeepMoments(0))
    assert left(driver) == ()
    assert session.archive.moments.used == 0
    driver.stop()


def test_a_run_that_memory_has_no_room_for_any_more_is_refused_and_the_present_one_goes_on() -> None:
    session = Session()
    small = session.begin(SMALL)
    epochs(small, 2)
    serial = small.snapshot().history.serial
    small.stop()
    other = session.begin(OTHERS["none"])
    other.send(messages.KeepMoments(0))
    other.send(messages.Run())
    events = other.send(messages.ComeBack(serial))
    assert notices(events) == [NOT_KEPT]
    assert states(events) == []
    assert other.snapshot().state is RunState.RUNNING


def test_a_run_that_was_given_up_on_the_way_begins_anew_and_says_so() -> None:
    session = Session()
    small = session.begin(SMALL)
    epochs(small, 2)
    run_serial = small.snapshot().history.serial
    small.stop()
    other = session.begin(OTHERS["none"])
    (run,) = left(other)
    epochs(other, 1)
    other.send(messages.Forget(run_serial))
    other.stop()
    back = NetworkDriver(session.archive, run.network, SMALL, run.training, run)
    assert notices(back.channel.drain_events()) == [NOT_KEPT]
    assert back.snapshot().step == 0
    assert [one.network for one in left(back)] == [2], "the run that was present can be gone back into"


def test_a_network_that_never_learned_leaves_nothing() -> None:
    session = Session()
    session.begin(SMALL).stop()
    assert left(session.begin(OTHERS["none"])) == ()
