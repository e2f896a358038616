"""The time rail of the application: every view's snapshot goes to another moment, and the words that say so."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from nnviz.app.rail import (
    MEGABYTE,
    OTHER_DATA,
    Rail,
    differences,
    marks_of,
    megabytes,
    memory,
    memory_sentence,
    place,
    sentence,
)
from nnviz.run import messages, rewind
from nnviz.run.markers import CHANGE
from nnviz.run.rewind import RailView
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from tests.app.watcher import Watcher


def shown(watcher: Watcher, epoch: int) -> Snapshot:
    watcher.until(lambda: watcher.look().epoch == epoch and watcher.model.runs.state is RunState.PAUSED)
    return watcher.look()


@pytest.fixture
def trained(watcher: Watcher) -> Watcher:
    watcher.toy()
    for _ in range(6):
        epoch = watcher.snapshots[-1].epoch
        watcher.model.runs.send(messages.StepEpoch())
        shown(watcher, epoch + 1)
    return watcher


def test_an_epoch_back_shows_that_moment_and_says_so(trained: Watcher) -> None:
    rail = Rail(trained.model.runs)
    newest = trained.look()
    rail.epoch_by(-2)
    snapshot = shown(trained, 4)
    assert sentence(snapshot) == "Epoch 4 of 6: an earlier moment. Space continues from here."
    assert snapshot.history.last is not None
    assert snapshot.history.last.train_loss == snapshot.history.train_loss[4]
    rail.newest()
    again = shown(trained, 6)
    assert sentence(again) == ""
    np.testing.assert_array_equal(again.parameters, newest.parameters)


def test_losses_that_take_long_follow_the_picture(watcher: Watcher) -> None:
    with mock.patch.object(rewind, "_AT_ONCE", 0):
        watcher.toy()
    for epoch in (1, 2):
        watcher.model.runs.send(messages.StepEpoch())
        shown(watcher, epoch)
    rail, start = Rail(watcher.model.runs), len(watcher.snapshots)
    rail.step_by(-2)
    watcher.until(lambda: watcher.snapshots[-1].rail.newest is not None and watcher.snapshots[-1].rail.judged)
    seen = [one for one in watcher.snapshots[start:] if one.rail.newest is not None]
    assert not seen[0].rail.judged
    assert seen[0].history.last is None
    assert seen[-1].history.last is not None
    assert seen[-1].history.last.step == seen[0].step == seen[-1].step


def test_a_drag_asks_at_once_for_a_coarse_map_and_letting_go_for_a_fine_one(trained: Watcher) -> None:
    runs, asked = trained.model.runs, list[bool]()
    runs.grid_source = asked.append
    rail = Rail(runs)
    step = trained.look().step
    asked.clear()
    rail.seek(step - 3)
    assert asked == [True]
    trained.until(lambda: trained.snapshots[-1].step == step - 3)
    assert set(asked) == {True}
    asked.clear()
    rail.seek(step - 3, exact=True)
    assert asked == [False]


def test_one_update_back_lies_within_the_epoch_and_an_epoch_back_is_then_its_start(trained: Watcher) -> None:
    rail = Rail(trained.model.runs)
    step = trained.look().step
    rail.step_by(-1)
    snapshot = shown(trained, 5)
    assert snapshot.step == step - 1
    assert place(snapshot) == f"Epoch 5, update {step - 1:,}, of 6"
    rail.epoch_by(-1)
    trained.until(lambda: trained.look().step < step - 1)
    assert place(trained.look()) == "Epoch 5 of 6"


def test_settings_follow_the_moment_and_differ_only_where_they_do(trained: Watcher) -> None:
    rail, runs = Rail(trained.model.runs), trained.model.runs
    runs.configure(learning_rate=0.5)
    runs.send(messages.StepEpoch())
    shown(trained, 7)
    rail.epoch_by(-3)
    snapshot = shown(trained, 4)
    assert runs.training == snapshot.training
    assert runs.training.learning_rate != 0.5
    assert differences(snapshot.rail).startswith("learning rate 0.5")
    assert ";" not in differences(snapshot.rail)
    assert "branches" in sentence(snapshot)
    runs.send(messages.StepEpoch())
    branch = shown(trained, 5)
    assert branch.history.serial == snapshot.history.serial + 1
    assert len(branch.history) == 6


def test_a_branch_with_the_same_settings_repeats_the_run(trained: Watcher) -> None:
    rail = Rail(trained.model.runs)
    newest = trained.look()
    rail.first()
    shown(trained, 0)
    for epoch in range(1, 7):
        trained.model.runs.send(messages.StepEpoch())
        shown(trained, epoch)
    np.testing.assert_array_equal(trained.look().parameters, newest.parameters)


def test_a_moment_of_data_that_are_gone_is_refused_in_words(trained: Watcher) -> None:
    rail = Rail(trained.model.runs)
    run_id = trained.look().run_id
    trained.toy("moons")
    rail.seek(3, run_id=run_id)
    assert trained.notices[-1].text == OTHER_DATA
    assert trained.look().epoch == 0


def test_no_memory_is_said_and_the_cap_lasts_for_the_next_run(trained: Watcher) -> None:
    rail, runs = Rail(trained.model.runs), trained.model.runs
    rail.set_cap(0)
    trained.until(lambda: trained.look().rail.kept == 0)
    step = trained.look().step
    rail.first()
    assert "can't be turned back" in trained.notices[-1].text
    assert trained.look().step == step
    trained.toy("moons")
    assert trained.look().rail.cap == 0
    rail.set_cap(64)
    trained.until(lambda: trained.look().rail.cap == 64 * MEGABYTE)
    assert runs.moments_cap == 64 * MEGABYTE


def test_before_any_training_there_is_nothing_to_go_back_to(watcher: Watcher) -> None:
    rail = Rail(watcher.model.runs)
    rail.step_by(-1)
    assert watcher.notices[-1].text == "There is no earlier moment yet: train first."
    watcher.toy()
    rail.step_by(-1)
    assert watcher.notices[-1].text == "There is no earlier moment yet: train first."


def test_marks_say_what_happened(trained: Watcher) -> None:
    trained.model.runs.configure(learning_rate=0.5)
    trained.until(lambda: bool(trained.look().history.markers))
    found = list(marks_of(trained.look().history))
    assert [mark.kind for mark in found] == [CHANGE, "best"]
    assert found[0].words.startswith("Epoch 6: learning rate ")


def test_words_of_a_moment_that_was_only_near(trained: Watcher) -> None:
    rail = replace(RailView(), newest=(500, 40), asked=17)
    near = replace(trained.look(), rail=rail)
    assert "(the nearest that is kept)" in sentence(near)


@pytest.mark.parametrize(
    ("size", "text", "full"), [(0, "0.0", "0"), (1_300_000, "1.2", "<1"), (256 * MEGABYTE, "256", "100")]
)
def test_sizes_are_brief(size: int, text: str, full: str) -> None:
    assert megabytes(size) == text
    rail = RailView(kept=1, used=size, cap=256 * MEGABYTE)
    assert f"{text} of 256 MB" in memory_sentence(rail)
    assert memory(rail) == f"1 moment\n{full} % of 256 MB"
