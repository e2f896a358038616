"""Reports and cross-validation in the background: asked for, cancelled, forgotten with the data set."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.report import Report, make_report
from nnviz.app.report_tables import ReportTables, ValidationTables
from nnviz.app.reports import Reports
from nnviz.errors import UserError
from nnviz.run import messages
from nnviz.run.cross_validation import CrossValidation
from nnviz.run.state import RunState


class Desk:
    """An application model whose reports are kept."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.model = AppModel()
        self.reports = Reports(self.model)
        self.made: list[tuple[Report, ReportTables]] = []
        self.validated: list[tuple[CrossValidation, ValidationTables]] = []
        self.refused: list[UserError] = []
        self.failures: list[str] = []
        self.forgotten: list[bool] = []
        self.reports.changed.connect(lambda report, tables: self.made.append((report, tables)))
        self.reports.validated.connect(lambda found, tables: self.validated.append((found, tables)))
        self.reports.refused.connect(self.refused.append)
        self.reports.forgotten.connect(lambda: self.forgotten.append(True))
        self.model.failed.connect(lambda _error, report: self.failures.append(report))

    def until(self, so: Callable[[], bool]) -> None:
        def tick() -> bool:
            self.model.tick()
            return so()

        self.qtbot.waitUntil(tick, timeout=20_000)
        assert not self.failures

    def toy(self, name: str) -> None:
        before = self.model.dataset
        self.model.load_toy(name)
        self.until(lambda: self.model.dataset is not before)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.model.shutdown()


def test_a_report_is_made_off_the_calling_thread(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    def spy(*arguments: object) -> Report:
        threads.append(threading.current_thread().name)
        return make_report(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("nnviz.app.reports.make_report", spy)
    desk.toy("gauss")
    desk.reports.refresh()
    desk.until(lambda: bool(desk.made))
    assert threads[0].startswith("nnviz-job")
    assert desk.reports.report is desk.made[0][0]


def test_a_report_tells_the_epoch_it_was_made_at_and_keeps_its_baselines(desk: Desk) -> None:
    desk.toy("gauss")
    desk.reports.refresh()
    desk.until(lambda: len(desk.made) == 1)
    desk.model.runs.send(messages.StepEpoch())
    desk.until(lambda: desk.model.runs.state is RunState.PAUSED)
    desk.reports.refresh()
    desk.until(lambda: len(desk.made) == 2)
    first, second = desk.made[0][0], desk.made[1][0]
    assert (first.epoch, second.epoch) == (0, 1)
    assert second.baselines is first.baselines


def test_of_many_wishes_at_once_only_the_last_is_answered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []

    def spy(*arguments: object) -> Report:
        judged.append(1)
        return make_report(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("nnviz.app.reports.make_report", spy)
    desk.toy("gauss")
    for _ in range(5):
        desk.reports.refresh()
    desk.until(lambda: bool(desk.made) and not desk.model.jobs.busy)
    assert len(desk.made) == len(judged) == 1


def test_without_a_data_set_nothing_is_asked_for(desk: Desk) -> None:
    desk.reports.refresh()
    desk.reports.validate(3, 2, 5)
    assert not desk.model.jobs.busy
    assert desk.reports.progress is None


def test_cross_validation_comes_back_with_its_tables(desk: Desk) -> None:
    desk.toy("gauss")
    desk.reports.validate(3, 2, 5)
    assert desk.reports.progress is not None
    desk.until(lambda: bool(desk.validated))
    found, tables = desk.validated[0]
    assert (found.folds, found.seeds, found.epochs) == (3, (0, 1), 5)
    assert tables.metrics.rows
    assert desk.reports.progress is None


def test_too_few_rows_are_refused_in_words(desk: Desk) -> None:
    desk.toy("gauss")
    desk.reports.validate(1_000, 1, 1)
    desk.until(lambda: bool(desk.refused))
    assert "folds" in desk.refused[0].message
    assert desk.reports.progress is None


def test_a_cancelled_cross_validation_ends_soon_and_says_nothing(desk: Desk) -> None:
    desk.toy("gauss")
    desk.reports.validate(5, 3, 1_000_000)
    begin = time.monotonic()
    desk.until(lambda: time.monotonic() - begin > 0.3)
    desk.reports.cancel()
    desk.until(lambda: not desk.model.jobs.busy)
    assert time.monotonic() - begin < 20
    assert not desk.validated
    assert not desk.refused


def test_another_data_set_forgets_the_report_and_calls_the_validation_off(desk: Desk) -> None:
    desk.toy("gauss")
    desk.reports.refresh()
    desk.until(lambda: bool(desk.made))
    desk.reports.validate(5, 3, 1_000_000)
    desk.toy("moons")
    assert desk.forgotten
    assert desk.reports.report is None
    assert desk.reports.progress is None
    desk.until(lambda: not desk.model.jobs.busy)
    assert not desk.validated


def test_a_choice_that_is_refused_keeps_the_report(desk: Desk) -> None:
    desk.toy("gauss")
    desk.reports.refresh()
    desk.until(lambda: bool(desk.made))
    desk.model.change_role("class", "ignore")  # the target: refused, the same data set is announced again
    assert desk.reports.report is not None
    assert not desk.forgotten[1:]
