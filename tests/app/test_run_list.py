"""The runs of a session: numbers that they keep, lanes that fork where they parted, and how they differ in words."""

import math

import numpy as np
import pytest

from nnviz.app.comparing import Comparing
from nnviz.app.lenses import Place
from nnviz.app.network_edits import set_units
from nnviz.app.rail import Rail, memory_sentence, together
from nnviz.app.run_list import PRESENT, extent_of, lanes_of, lines_of, lost_words, parting
from nnviz.run import messages
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from tests.app.watcher import Watcher


def train(watcher: Watcher, epochs: int) -> Snapshot:
    for _ in range(epochs):
        before = watcher.look().epoch
        watcher.model.runs.send(messages.StepEpoch())
        watcher.until(
            lambda before=before: (
                watcher.look().epoch == before + 1  # type: ignore[misc]
                and watcher.model.runs.state is RunState.PAUSED
            )
        )
    return watcher.look()


def branch(watcher: Watcher, epoch: int, epochs: int, **settings: float) -> Snapshot:
    """Go back to an epoch of the present run, change settings, and train on."""
    rail, newest = Rail(watcher.model.runs), watcher.look()
    rail.seek(int(newest.history.step[epoch]), exact=True)
    watcher.until(lambda: watcher.look().epoch == epoch)
    if settings:
        watcher.model.runs.configure(**settings)
    return train(watcher, epochs)


def go_back(watcher: Watcher, serial: int) -> Snapshot:
    watcher.model.runs.send(messages.ComeBack(serial))
    watcher.until(lambda: watcher.look().history.serial == serial)
    return watcher.look()


@pytest.fixture
def trained(watcher: Watcher) -> Watcher:
    watcher.toy()
    train(watcher, 6)
    return watcher


def test_a_run_keeps_its_number_when_it_is_left_and_gone_back_into(trained: Watcher) -> None:
    numbers, first = trained.model.runs.numbers, trained.look()
    assert numbers.of(first.lineage) == 1
    second = branch(trained, 3, 2)
    assert numbers.of(second.lineage) == 2
    back = go_back(trained, first.history.serial)
    assert (back.lineage, numbers.of(back.lineage)) == (first.lineage, 1)
    np.testing.assert_array_equal(back.parameters, first.parameters)
    assert numbers.of(branch(trained, 3, 1).lineage) == 3
    trained.edit(lambda config: set_units(config, 0, 5))
    assert numbers.of(train(trained, 1).lineage) == 4
    trained.toy("moons")
    assert numbers.of(trained.look().lineage) == 1


def test_settings_and_marks_are_those_of_the_run_that_is_gone_back_into(trained: Watcher) -> None:
    runs, first = trained.model.runs, trained.look()
    runs.hand.mark("frozen", Place(0, 1), on=True)
    trained.until(lambda: trained.look().mask is not None)
    marks, rate = runs.hand.marks, runs.training.learning_rate
    branch(trained, 3, 2, learning_rate=0.5)
    assert not runs.hand.marks, "at epoch 3 nothing was frozen yet"
    assert trained.look().mask is None
    back = go_back(trained, first.history.serial)
    assert back.mask is not None
    assert runs.hand.marks == marks
    assert runs.training.learning_rate == rate
    assert runs.state is RunState.PAUSED


def test_lanes_fork_where_the_runs_parted(trained: Watcher) -> None:
    numbers = trained.model.runs.numbers.of
    steps = trained.look().history.step.tolist()
    branch(trained, 4, 4)  # run 2 off run 1
    branch(trained, 6, 1)  # run 3 off run 2
    snapshot = branch(trained, 2, 2)  # run 4 off run 1, which run 3 shared with it
    found = [(lane.number, lane.parent, lane.start, lane.forks) for lane in lanes_of(snapshot, numbers, 3)]
    per_epoch = steps[1]
    assert found == [
        (3, PRESENT, 2 * per_epoch, True),
        (2, 0, 6 * per_epoch, True),
        (1, 0, 4 * per_epoch, True),
    ]
    assert [lane.number for lane in lanes_of(snapshot, numbers, 2)] == [3, 1], "the run that it went off comes first"
    assert [lane.number for lane in lanes_of(snapshot, numbers, 1)] == [1]
    assert lanes_of(snapshot, numbers, 0) == ()
    assert lanes_of(snapshot, numbers, 3)[1].words_at(7 * per_epoch) == "Run 2, epoch 7 of 8"
    trained.model.runs.send(messages.Reset())
    trained.until(lambda: trained.look().epoch == 0)
    snapshot = train(trained, 1)
    lane = lanes_of(snapshot, numbers, 1)[0]
    assert (lane.number, lane.start, lane.forks) == (4, 0, False)


@pytest.mark.parametrize(
    ("first", "second", "step"),
    [
        (((), 1), (((1, 40),), 2), 40),
        ((((1, 40),), 2), (((1, 30),), 3), 30),
        ((((1, 40),), 2), (((1, 40), (2, 50)), 3), 50),
        ((((1, 40), (2, 60)), 4), (((1, 40), (2, 50)), 3), 50),
        (((), 1), ((), 2), None),
    ],
)
def test_runs_part_at_the_first_update_that_they_do_not_share(
    first: tuple[tuple[tuple[int, int], ...], int], second: tuple[tuple[tuple[int, int], ...], int], step: int | None
) -> None:
    assert parting(first, second) == parting(second, first) == step


def test_a_rail_is_at_most_twice_as_long_as_its_run(trained: Watcher) -> None:
    end = trained.look().step
    snapshot = branch(trained, 1, 1)
    lanes = lanes_of(snapshot, trained.model.runs.numbers.of, 3)
    assert extent_of(snapshot.step, lanes) == min(end, 2 * snapshot.step)
    assert extent_of(end + 5, lanes) == end + 5
    assert extent_of(7, ()) == 7


def test_the_list_says_where_a_run_began_how_good_it_was_and_in_what_it_differs(trained: Watcher) -> None:
    first = trained.look()
    snapshot = branch(trained, 3, 2, learning_rate=0.5)
    lines = lines_of(snapshot, trained.model.runs.numbers.of)
    assert [(one.name, one.origin, one.end) for one in lines] == [
        ("Run 2, present", "Run 1, epoch 3", "5"),
        ("Run 1", "The start", "6"),
    ]
    rate = first.training.learning_rate
    assert lines[1].differs == f"learning rate {rate:.4g}"
    loss, at = first.history.best_validation_loss, first.history.best_epoch
    shown, epoch = lines[1].best.split(" at ")
    assert float(shown) == pytest.approx(loss, rel=1e-3)
    assert int(epoch) == at
    assert math.isfinite(loss)
    assert "differs from the present run in learning rate" in lines[1].sentence
    assert together(snapshot.rail).endswith("of 256 MB for all runs together")
    assert together(snapshot.rail).removesuffix(" for all runs together") in memory_sentence(snapshot.rail)


def test_runs_that_memory_had_no_room_for_are_told() -> None:
    assert lost_words((3, 1)).startswith("The time rail's memory is full: run 1, run 3 can't be gone back to any more")


def test_the_end_of_a_run_that_is_gone_back_into_is_no_end_any_more(trained: Watcher) -> None:
    comparing = Comparing(trained.model.runs)
    first = trained.look()
    second = branch(trained, 3, 2)
    assert [one.run for one in comparing.ends] == [1]
    go_back(trained, first.history.serial)
    assert [one.run for one in comparing.ends] == [2]
    end = comparing.end_of(second.lineage)
    assert end is not None
    np.testing.assert_array_equal(end.parameters, second.parameters)
    comparing.keep()
    Rail(trained.model.runs).first()
    trained.until(lambda: trained.look().rail.newest is not None)
    go_back(trained, second.history.serial)
    assert comparing.chosen is not None
    assert comparing.chosen.run == 1, "it is no moment of the run that was gone back into"
    assert [one.run for one in comparing.ends] == [1]
    assert comparing.forget(first.lineage)
    assert list(comparing.ends) == []


def origins(watcher: Watcher) -> list[tuple[str, str]]:
    return [(one.name, one.origin) for one in lines_of(watcher.look(), watcher.model.runs.numbers.of)]


def test_a_run_of_another_shape_says_whose_weights_it_took(trained: Watcher) -> None:
    first = trained.look()
    branch(trained, 4, 2)  # run 2, which comes to epoch 6
    Rail(trained.model.runs).epoch_by(-1)
    trained.until(lambda: trained.look().epoch == 5)
    trained.edit(lambda config: set_units(config, 0, 5))
    third = train(trained, 2)
    assert origins(trained)[0] == ("Run 3, present", "Weights of run 2, epoch 5")
    go_back(trained, first.history.serial)
    assert ("Run 3", "Weights of run 2, epoch 5") in origins(trained)
    go_back(trained, third.history.serial)
    assert origins(trained)[0] == ("Run 3, present", "Weights of run 2, epoch 5")
    branch(trained, 1, 1)
    assert origins(trained)[0] == ("Run 4, present", "Run 3, epoch 1")
    trained.model.runs.send(messages.Reset())
    trained.until(lambda: trained.look().epoch == 0)
    train(trained, 1)
    assert origins(trained)[0] == ("Run 5, present", "The start"), "a reset leads to initial weights"


def test_a_network_that_was_reshaped_before_it_was_trained_began_at_the_start(watcher: Watcher) -> None:
    watcher.toy()
    watcher.edit(lambda config: set_units(config, 0, 5))
    train(watcher, 2)
    assert origins(watcher) == [("Run 1, present", "The start")]
