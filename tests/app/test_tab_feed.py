"""The feed of the tabs: it asks for what the tab that is looked at needs, in the background, and for nothing else."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.rows_view import part_answers
from nnviz.app.tab_feed import Material, RowsWanted, TabFeed, Wants
from nnviz.engine.scores import Scores
from nnviz.errors import UserError
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.run.watch import NOTHING_WATCHED


class Tab:
    """A tab that keeps what it is given."""

    def __init__(self, wanted: RowsWanted = "sample") -> None:
        self.wants = Wants(rows=wanted)
        self.taken: list[Any] = []
        self.refused: list[UserError] = []
        self.threads: list[str] = []
        self.work: Callable[[Material], Any] = lambda material: material.rows

    def digest(self, material: Material) -> Callable[[], Any] | None:
        def work() -> Any:
            self.threads.append(threading.current_thread().name)
            return self.work(material)

        return None if material.rows is None else work

    def take(self, contents: Any) -> None:
        self.taken.append(contents)

    def refuse(self, error: UserError) -> None:
        self.refused.append(error)


class Desk:
    """A model and a feed, ticked together."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.model = AppModel()
        self.feed = TabFeed(self.model)
        self.failures: list[str] = []
        self.feed.failed.connect(lambda _error, report: self.failures.append(report))

    def until(self, so: Callable[[], bool]) -> None:
        def tick() -> bool:
            self.model.tick()
            self.feed.tick()
            return so()

        self.qtbot.waitUntil(tick, timeout=20_000)

    def toy(self, name: str) -> None:
        before = self.model.dataset
        self.model.load_toy(name)
        self.until(lambda: self.model.dataset is not before)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.model.shutdown()


def test_a_run_that_stands_still_is_looked_at_once(desk: Desk) -> None:
    tab = Tab()
    desk.toy("gauss")
    desk.feed.look(tab)
    desk.until(lambda: bool(tab.taken))
    assert tab.threads[0].startswith("nnviz-job")
    for _ in range(30):
        desk.model.tick()
        desk.feed.tick()
    assert len(tab.taken) == 1


def test_contents_follow_the_training(desk: Desk) -> None:
    tab = Tab()
    desk.toy("gauss")
    desk.feed.look(tab)
    desk.model.runs.send(messages.Run())
    desk.until(lambda: len({rows.step for rows in tab.taken}) >= 3)
    desk.model.runs.send(messages.Pause())
    desk.until(lambda: desk.model.runs.state is RunState.PAUSED)
    snapshot = desk.model.runs.last_snapshot
    assert snapshot is not None
    desk.until(lambda: bool(tab.taken) and tab.taken[-1].step == getattr(desk.model.runs.last_snapshot, "step", -1))


def test_without_a_tab_nothing_is_asked_of_the_run(desk: Desk) -> None:
    tab = Tab()
    desk.toy("gauss")
    desk.feed.look(tab)
    desk.until(lambda: bool(tab.taken))
    desk.feed.look(None)
    assert desk.model.runs.watch == NOTHING_WATCHED
    desk.model.runs.send(messages.StepEpoch())
    desk.until(lambda: desk.model.runs.last_snapshot is not None and desk.model.runs.last_snapshot.epoch == 1)
    assert desk.model.runs.last_snapshot is not None
    assert desk.model.runs.last_snapshot.seen.rows is None
    assert len(tab.taken) == 1


def test_another_data_set_brings_its_own_rows_and_none_of_the_old(desk: Desk) -> None:
    tab = Tab()
    desk.toy("gauss")
    desk.feed.look(tab)
    desk.until(lambda: bool(tab.taken))
    desk.toy("rings")
    tab.taken.clear()
    desk.until(lambda: bool(tab.taken))
    assert desk.model.dataset is not None
    assert {rows.output.shape for rows in tab.taken} == {(desk.model.dataset.n_rows, 3)}


def test_an_edit_of_the_network_brings_answers_of_the_new_one(desk: Desk) -> None:
    from nnviz.app import network_edits

    tab = Tab()
    desk.toy("gauss")
    desk.feed.look(tab)
    desk.until(lambda: bool(tab.taken))
    desk.model.runs.edit(lambda config: network_edits.set_units(config, 0, 5))
    desk.until(lambda: tab.taken[-1].config.sizes[1] == 5)


def test_scores_off_the_feed_are_those_that_the_run_evaluates(desk: Desk) -> None:
    tab = Tab()

    def work(material: Material) -> tuple[int, Scores]:
        assert material.rows is not None
        return material.rows.epoch, part_answers(material.dataset, material.rows, "validation").scores

    tab.work = work
    desk.toy("rings")
    desk.feed.look(tab)
    desk.model.runs.send(messages.StepEpoch())
    desk.until(lambda: bool(tab.taken) and tab.taken[-1][0] == 1)
    snapshot = desk.model.runs.last_snapshot
    assert snapshot is not None
    assert snapshot.history.last is not None
    assert tab.taken[-1][1].values["accuracy"] == pytest.approx(snapshot.history.last.validation_metric)


def test_what_is_no_longer_wanted_is_dropped_and_made_anew_once(desk: Desk) -> None:
    begun, go_on = threading.Event(), threading.Event()
    tab = Tab()
    said = ["first"]

    def work(_: Material) -> str:
        begun.set()
        go_on.wait(10)
        return said[0]

    tab.work = work
    desk.toy("gauss")
    desk.feed.look(tab)
    desk.until(begun.is_set)
    for _ in range(5):
        desk.feed.again()
    said[0] = "second"
    go_on.set()
    desk.until(lambda: bool(tab.taken))
    assert tab.taken == ["second"]
    assert len(tab.threads) == 2


def test_a_refusal_goes_to_the_tab_and_a_fault_to_the_crash_report(desk: Desk) -> None:
    tab = Tab()

    def refuse(_: Material) -> None:
        raise UserError("No such column.", "Look above the table.")

    tab.work = refuse
    desk.toy("gauss")
    desk.feed.look(tab)
    desk.until(lambda: bool(tab.refused))

    def fail(_: Material) -> None:
        raise ZeroDivisionError

    tab.work = fail
    desk.feed.again()
    desk.until(lambda: bool(desk.failures))
    assert "ZeroDivisionError" in desk.failures[0]


def test_the_status_line_is_not_told_of_the_feeds_jobs(desk: Desk) -> None:
    begun, go_on = threading.Event(), threading.Event()
    tab = Tab()

    def work(_: Material) -> None:
        begun.set()
        go_on.wait(10)

    tab.work = work
    desk.toy("gauss")
    desk.feed.look(tab)
    desk.until(begun.is_set)
    assert desk.model.jobs.current is None
    assert not desk.model.jobs.busy
    go_on.set()
    desk.until(lambda: bool(tab.taken))


def test_all_rows_are_answered_where_the_tab_wants_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from nnviz.app import tab_feed

    monkeypatch.setattr(tab_feed, "sample_probe", lambda dataset: _few(dataset.X, dataset.Y))
    whole, sample = Tab("all"), Tab("sample")
    desk.toy("gauss")
    assert desk.model.dataset is not None
    desk.feed.look(whole)
    desk.until(lambda: bool(whole.taken))
    assert len(whole.taken[0].losses) == desk.model.dataset.n_rows
    desk.feed.look(sample)
    desk.until(lambda: bool(sample.taken))
    assert len(sample.taken[0].losses) == 10


def _few(inputs: Any, target: Any) -> Any:
    from nnviz.run.watch import RowsProbe

    return RowsProbe(inputs, target, np.arange(10))


class LayersTab(Tab):
    """A tab that is made from how the layers were over the epochs."""

    def __init__(self) -> None:
        super().__init__("none")
        self.wants = Wants(layers=True)

    def digest(self, material: Material) -> Callable[[], Any] | None:
        layers = material.layers
        return None if layers is None or not len(layers) else lambda: layers


def test_a_tab_gets_layers_that_another_was_shown_before(desk: Desk) -> None:
    desk.toy("circle")
    first, rows, second = LayersTab(), Tab(), LayersTab()
    desk.feed.look(first)
    desk.until(lambda: bool(first.taken))
    desk.feed.look(rows)  # the newest moment is now one without layers
    desk.until(lambda: bool(rows.taken))
    desk.feed.look(second)
    desk.until(lambda: bool(second.taken))
