"""The way back into a run of another network, in the application model: its network, settings and marks are its own."""

import threading

import numpy as np
import pytest

from nnviz.app import going_back, network_edits, reshaping
from nnviz.app.lenses import Place
from nnviz.engine.training import Trainer
from nnviz.errors import UserError
from nnviz.run import messages
from nnviz.run.lineage import NOT_KEPT
from nnviz.run.recipe import new_trainer
from nnviz.run.snapshot import Snapshot
from tests.app.test_run_list import train
from tests.app.watcher import Watcher


@pytest.fixture
def trained(watcher: Watcher) -> Watcher:
    watcher.toy("spiral")
    train(watcher, 4)
    return watcher


def edited(watcher: Watcher, units: int) -> Snapshot:
    """Give the first hidden layer so many neurons, and train a little."""
    watcher.edit(lambda config: network_edits.set_units(config, 0, units))
    watcher.until(lambda: watcher.look().config.sizes[1] == units)
    return train(watcher, 2)


def go_back(watcher: Watcher, run: Snapshot, step: int | None = None) -> Snapshot:
    watcher.model.runs.send(messages.ComeBack(run.history.serial, step))
    watcher.until(lambda: watcher.look().lineage == run.lineage)
    return watcher.look()


def test_network_settings_and_marks_are_those_of_the_run_that_is_gone_back_into(trained: Watcher) -> None:
    runs, place = trained.model.runs, Place(0, 1)
    runs.hand.mark("frozen", place, on=True)
    trained.until(lambda: trained.look().mask is not None)
    first = train(trained, 1)
    second = edited(trained, 3)
    runs.hand.mark("frozen", place, on=False)
    runs.hand.mark("silenced", Place(1, 0), on=True)
    runs.configure(learning_rate=0.25)
    second = train(trained, 1)
    for end, frozen, rate in ((first, True, first.training.learning_rate), (second, False, 0.25)):
        configs: list[object] = []
        runs.config_changed.connect(configs.append)
        now = go_back(trained, end)
        runs.config_changed.disconnect(configs.append)
        assert configs == [end.config]
        assert now.config == runs.config == end.config
        assert runs.training.learning_rate == now.training.learning_rate == rate
        np.testing.assert_array_equal(now.parameters, end.parameters)
        assert (place in runs.hand.marks.of("frozen")) is frozen
        assert (Place(1, 0) in runs.hand.marks.of("silenced")) is not frozen
        assert not runs.hand.can_undo, "what was set by hand in another network can't be taken back in this one"
        assert runs.numbers.of(now.lineage) == (1 if end is first else 2)


def test_another_moment_of_such_a_run_is_shown_at_once(trained: Watcher) -> None:
    first = trained.look()
    edited(trained, 3)
    now = go_back(trained, first, step=3)
    trained.until(lambda: trained.look().step == 3)
    assert trained.look().rail.newest == (first.step, first.epoch)
    assert now.lineage == first.lineage


def test_edits_after_the_way_back_begin_at_that_run(trained: Watcher) -> None:
    first = trained.look()
    edited(trained, 3)
    go_back(trained, first)
    third = edited(trained, 5)
    assert {one.config.sizes[1] for one in third.rail.left} == {first.config.sizes[1], 3}
    assert len({one.lineage for one in third.rail.left} | {third.lineage}) == 3


def test_a_run_whose_data_set_is_gone_is_refused_in_words(trained: Watcher) -> None:
    first = trained.look()
    edited(trained, 3)
    trained.toy("rings")
    now = train(trained, 1)
    trained.model.runs.send(messages.ComeBack(first.history.serial))
    trained.until(lambda: any(NOT_KEPT in one.text for one in trained.notices))
    assert trained.look().lineage == now.lineage
    assert now.rail.left == ()


def test_a_wish_that_another_network_came_before_is_dropped(trained: Watcher) -> None:
    first = trained.look()
    edited(trained, 3)
    runs = trained.model.runs
    runs.send(messages.ComeBack(first.history.serial))
    trained.edit(lambda config: network_edits.set_units(config, 0, 6))
    trained.until(lambda: trained.look().config.sizes[1] in (6, first.config.sizes[1]))
    assert runs.config is not None
    assert trained.look().config == runs.config
    kept = {one.lineage for one in trained.look().rail.left} | {trained.look().lineage}
    assert first.lineage in kept


def test_an_edit_on_its_way_is_none_of_the_run_that_is_gone_back_into(
    trained: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, go_on, build = trained.look(), threading.Event(), reshaping.prepare_edit
    second = edited(trained, 3)
    runs, jobs = trained.model.runs, trained.model.jobs
    monkeypatch.setattr(reshaping, "prepare_edit", lambda *parts: go_on.wait(10) and build(*parts))
    runs.edit(lambda config: network_edits.set_units(config, 0, 6))
    trained.until(lambda: jobs.busy)
    dataset = runs.dataset
    assert dataset is not None
    for run in (first, second):  # there and back again before it is built
        runs.go_back(new_trainer(dataset, run.config, run.training), messages.ComeBack(run.history.serial), run.run_id)
    go_on.set()
    trained.until(lambda: not jobs.busy)
    now = trained.look()
    assert (now.lineage, now.config) == (second.lineage, second.config)
    assert edited(trained, 4).config.sizes[1] == 4, "the next edit is made"


def test_a_network_that_cannot_be_built_leaves_the_present_run_and_says_why(
    trained: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trained.look()
    second = edited(trained, 3)

    def refuse(*_: object) -> Trainer:
        raise UserError("There is no memory for it.", "Make the network smaller.")

    monkeypatch.setattr(going_back, "new_trainer", refuse)
    trained.model.runs.send(messages.ComeBack(first.history.serial))
    trained.until(lambda: any("no memory" in one.text for one in trained.notices))
    now = trained.look()
    assert now.lineage == second.lineage
    assert [one.lineage for one in now.rail.left] == [first.lineage]
    assert train(trained, 1).epoch == second.epoch + 1
