"""The open file watched, read again and left alone, and other files tried on its network."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.notices import AppNotice
from nnviz.app.preparing import OpenedTable
from nnviz.app.trial import Trial
from nnviz.data.choices import choices_from_guess
from nnviz.data.memory import TooLargeError
from nnviz.data.read_options import ReadOptions
from nnviz.data.table import Table
from nnviz.run import messages
from nnviz.run.state import RunState
from tests.app.watcher import Watcher

ROWS = "".join(f"{i % 7}.5,{i % 5}.25,{'ab'[i % 2]}\n" for i in range(40))
FLOWERS = f"length,width,kind\n{ROWS}"


class Desk(Watcher):
    """A model that opens files as a person would who accepts every guess."""

    def __init__(self, qtbot: QtBot, model: AppModel) -> None:
        super().__init__(qtbot, model)
        self.trials: list[Trial] = []
        model.source.tried.connect(self.trials.append)
        model.source.not_tried.connect(self.refusals.append)

    def read(self, path: Path) -> OpenedTable:
        count = len(self.tables)
        self.model.open(path)
        self.until(lambda: len(self.tables) > count)
        return self.tables[-1]

    def accept(self, path: Path) -> None:
        opened, before = self.read(path), self.model.dataset
        self.model.accept(choices_from_guess(opened.guess))
        self.until(lambda: self.model.dataset is not before)

    def told(self, part: str) -> AppNotice:
        self.until(lambda: any(part in notice.text for notice in self.notices))
        return next(notice for notice in self.notices if part in notice.text)

    def do(self, notice: AppNotice) -> None:
        notice.actions[0].run()


@pytest.fixture
def desk(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("nnviz.app.source_file.INTERVAL", 0.02)
    model = AppModel()
    yield Desk(qtbot, model)
    model.shutdown()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.csv"
    file.write_text(FLOWERS)
    return file


def test_changed_file_is_offered_and_reloaded_with_its_network(desk: Desk, path: Path) -> None:
    desk.accept(path)
    desk.model.runs.send(messages.StepEpoch())
    desk.until(lambda: desk.model.runs.last_snapshot is not None and desk.model.runs.last_snapshot.epoch == 1)
    assert desk.model.runs.last_snapshot is not None
    weights = desk.model.runs.last_snapshot.parameters.copy()
    path.write_text(FLOWERS + ROWS)
    notice = desk.told("a.csv changed on disk.")
    assert [action.label for action in notice.actions] == ["Reload"]
    before = desk.model.dataset
    desk.do(notice)
    desk.until(lambda: desk.model.dataset is not before)
    assert desk.model.dataset is not None
    assert desk.model.dataset.n_rows == 80
    desk.told("80 rows, 40 before. The network was kept.")
    desk.model.runs.refresh()
    run_id = desk.model.runs.last_snapshot.run_id
    desk.until(lambda: desk.model.runs.last_snapshot is not None and desk.model.runs.last_snapshot.run_id != run_id)
    np.testing.assert_array_equal(desk.model.runs.last_snapshot.parameters, weights)


def test_after_a_reload_the_next_change_is_told_too(desk: Desk, path: Path) -> None:
    desk.accept(path)
    for count in (2, 3):
        path.write_text(FLOWERS + ROWS * (count - 1))
        before = desk.model.dataset
        desk.do(desk.told("changed on disk"))
        desk.until(lambda before=before: desk.model.dataset is not before)  # type: ignore[misc]
        assert desk.model.dataset is not None
        assert desk.model.dataset.n_rows == 40 * count
        desk.notices.clear()


def test_deleted_file_is_told_and_the_data_stay(desk: Desk, path: Path) -> None:
    desk.accept(path)
    dataset = desk.model.dataset
    path.unlink()
    notice = desk.told("no longer there")
    assert (notice.kind, notice.actions) == ("warning", ())
    assert desk.model.dataset is dataset
    assert desk.model.runs.state is RunState.READY


def test_file_that_lost_its_target_is_not_taken_but_can_be_opened_anew(desk: Desk, path: Path) -> None:
    desk.accept(path)
    dataset = desk.model.dataset
    path.write_text(FLOWERS.replace("kind", "sort"))
    desk.do(desk.told("changed on disk"))
    notice = desk.told("was not reloaded")
    assert "no column kind any more" in notice.text
    assert desk.model.dataset is dataset
    count = len(desk.tables)
    desk.do(notice)
    desk.until(lambda: len(desk.tables) > count)
    assert "sort" in desk.tables[-1].table


def test_a_toy_set_ends_the_watch(desk: Desk, path: Path) -> None:
    desk.accept(path)
    assert desk.model.source.watched == path
    before = desk.model.dataset
    desk.model.load_toy("circle")
    desk.until(lambda: desk.model.dataset is not before)
    assert desk.model.source.watched is None


def test_another_split_goes_on_watching(desk: Desk, path: Path) -> None:
    desk.accept(path)
    before = desk.model.dataset
    desk.model.rebuild(validation_fraction=0.4)
    desk.until(lambda: desk.model.dataset is not before)
    path.write_text(FLOWERS + ROWS)
    desk.told("changed on disk")


def test_another_file_is_tried_without_training(desk: Desk, path: Path, tmp_path: Path) -> None:
    desk.accept(path)
    other = tmp_path / "b.csv"
    other.write_text(FLOWERS.replace("1.5,", "oops,"))
    opened = desk.read(other)
    dataset, step = desk.model.dataset, desk.model.runs.last_snapshot
    desk.model.source.try_on(opened)
    desk.until(lambda: bool(desk.trials))
    trial = desk.trials[0]
    assert trial.scores is not None
    assert trial.scores.n_rows == 40
    assert any("'oops'" in problem for problem in trial.problems)
    assert desk.model.dataset is dataset
    assert step is None or step.epoch == 0
    saved = tmp_path / "p.csv"
    desk.model.source.save_predictions(trial, saved)
    desk.told("Saved 40 predictions to p.csv.")
    assert len(saved.read_text().splitlines()) == 41


def test_file_of_other_columns_is_refused_in_words(desk: Desk, path: Path, tmp_path: Path) -> None:
    desk.accept(path)
    other = tmp_path / "b.csv"
    other.write_text("length,kind\n1,a\n2,b\n")
    desk.model.source.try_on(desk.read(other))
    desk.until(lambda: bool(desk.refusals))
    assert "'width'" in str(desk.refusals[0])


def test_predictions_that_cannot_be_written_are_said(desk: Desk, path: Path, tmp_path: Path) -> None:
    desk.accept(path)
    other = tmp_path / "b.csv"
    other.write_text(FLOWERS)
    desk.model.source.try_on(desk.read(other))
    desk.until(lambda: bool(desk.trials))
    desk.model.source.save_predictions(desk.trials[0], tmp_path / "none" / "p.csv")
    assert desk.told("that folder does not exist").kind == "error"


def test_accepted_choices_are_offered_again_for_the_same_bytes(desk: Desk, path: Path, tmp_path: Path) -> None:
    desk.accept(path)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(path.read_bytes())
    again = desk.read(copy)
    assert again.remembered is not None
    assert again.remembered.choices.target == "kind"


def test_class_weights_chosen_in_the_sheet_come_with_the_data(desk: Desk, path: Path) -> None:
    opened = desk.read(path)
    desk.model.accept(choices_from_guess(opened.guess), class_weight="balanced")
    desk.until(lambda: desk.model.dataset is not None)
    assert desk.model.runs.training.class_weight == "balanced"


def test_a_share_chosen_after_a_split_by_column_splits_by_chance(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "x,y,part\n" + "".join(f"{i % 9}.5,{'ab'[i % 2]},{('train', 'test')[i % 3 == 0]}\n" for i in range(30))
    )
    opened = desk.read(path)
    assert opened.guess.split is not None
    choices = choices_from_guess(opened.guess)
    desk.model.accept(type(choices)(choices.target, choices.task, choices.roles, split=opened.guess.split.split))
    desk.until(lambda: desk.model.dataset is not None)
    before = desk.model.dataset
    assert before is not None
    assert len(before.validation_rows) == 10
    desk.model.rebuild(validation_fraction=0.2)
    desk.until(lambda: desk.model.dataset is not before)
    assert desk.model.dataset is not None
    assert desk.model.dataset.choices.split is None


def test_file_larger_than_memory_offers_a_sample(desk: Desk, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(path: Path, options: ReadOptions, context: object) -> Table:
        del context
        asked.append(options)
        raise TooLargeError(f"{path.name} does not fit.", "Load a sample (--sample-rows 1200).", 1200)

    asked: list[ReadOptions] = []
    monkeypatch.setattr("nnviz.app.preparing.read_table", too_large)
    desk.model.open(path)
    notice = desk.told("a.csv does not fit.")
    assert notice.actions[0].label == "Load a random sample of 1,200 rows"
    assert "--sample-rows" not in notice.text
    desk.do(notice)
    desk.until(lambda: len(asked) == 2)
    assert asked[1].sample_rows == 1200


def test_every_warning_of_a_data_set_stays_in_sight(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    rows = [f"{i % 4}.5,{'ab'[i % 2] if i else ''},{('train', 'test')[i % 3 == 0]}\n" for i in range(60)]
    path.write_text("x,y,part\n" + "".join(rows))
    opened = desk.read(path)
    assert opened.guess.split is not None
    choices = choices_from_guess(opened.guess)
    desk.model.accept(type(choices)(choices.target, choices.task, choices.roles, split=opened.guess.split.split))
    desk.until(lambda: desk.model.dataset is not None)
    assert desk.model.dataset is not None
    assert len(desk.model.dataset.warnings) > 1
    told = [notice for notice in desk.notices if notice.topic == "dataset"]
    assert len(told) == 1
    assert all(text in told[0].text for text in desk.model.dataset.warnings)
