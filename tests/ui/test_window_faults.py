"""Faults that driving the whole window at random has found, each with the least that brings it about."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.app import app_model, reshaping
from nnviz.app.crash import CrashHooks
from nnviz.app.frame_budget import LIVE_CELLS
from nnviz.app.reshaping import prepare_edit
from nnviz.engine.stepping import Stepper
from nnviz.engine.training import Trainer
from nnviz.export.verify import Verification
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.dialogs.csv_import import CsvImportDialog
from nnviz.ui.drop_overlay import describe_drop
from nnviz.ui.main_window import MainWindow
from nnviz.ui.plots import decision_layers
from nnviz.ui.plots.decision_chrome import ring

FLOWERS = "length,width,colour,kind\n" + "".join(f"{i % 7}.5,{i % 5}.25,{i % 3},{'ab'[i % 2]}\n" for i in range(40))
Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window()


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    return path


def reviewed(window: MainWindow, until: Until, path: Path) -> CsvImportDialog:
    """Open a table and return its sheet, ready to be accepted."""
    window.open_path(path)
    until(lambda: window.importing.sheet is not None and window.importing.sheet.open_button.isEnabled())
    assert window.importing.sheet is not None
    return window.importing.sheet


def opened(window: MainWindow, until: Until, path: Path) -> None:
    """Open a table and accept it as guessed."""
    reviewed(window, until, path).open_button.click()
    until(lambda: window.model.dataset is not None and window.model.dataset.name == path.name)
    until(lambda: window.live.snapshot is not None and not window.model.jobs.busy)


def held_back(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> threading.Event:
    """Make the first call of a function wait for the event that is returned."""
    original, let_go = getattr(owner, name), threading.Event()
    first = iter([True])

    def slow(*args: Any, **kwargs: Any) -> Any:
        if next(first, False):
            let_go.wait(10.0)
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, slow)
    return let_go


def test_sheet_cancelled_while_it_is_being_prepared_leaves_the_data_set(
    window: MainWindow, until: Until, flowers: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = window.model.dataset
    sheet = reviewed(window, until, flowers)
    let_go = held_back(monkeypatch, app_model, "build_dataset")
    sheet.open_button.click()
    sheet.reject()
    let_go.set()
    until(lambda: not window.model.jobs.busy)
    qtbot.wait(50)
    assert window.model.dataset is dataset


def test_sheet_is_not_busy_for_ever_after_an_unexpected_fault(
    window: MainWindow, until: Until, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise MemoryError

    sheet = reviewed(window, until, flowers)
    monkeypatch.setattr(app_model, "build_dataset", broken)
    sheet.open_button.click()
    assert not sheet.open_button.isEnabled()
    until(sheet.open_button.isEnabled)
    assert not sheet.review.trouble.isHidden()


def test_two_roles_changed_at_once_are_both_changed(window: MainWindow, until: Until, flowers: Path) -> None:
    opened(window, until, flowers)
    window.data.role_chosen.emit("length", "ignore")
    window.data.role_chosen.emit("width", "ignore")
    until(lambda: not window.model.jobs.busy)
    assert window.model.dataset is not None
    assert window.model.dataset.feature_names == ("colour",)


def test_the_toy_set_chosen_last_is_shown_though_an_earlier_one_took_longer(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = held_back(monkeypatch, app_model, "toy_from_options")
    window.model.load_toy("moons")
    until(lambda: all(job.future.running() for job in window.model.jobs._jobs))
    window.model.load_toy("xor")
    until(lambda: window.data.toys._delegate.chosen == "xor")
    let_go.set()
    until(lambda: not window.model.jobs.busy)
    assert window.data.toys._delegate.chosen == "xor"


def test_refused_role_leaves_chosen_row_and_axes(window: MainWindow, until: Until, flowers: Path) -> None:
    opened(window, until, flowers)
    window.live.set_row(3)
    window.decision.axis_lists.lists[0].setCurrentIndex(2)
    before = window.decision.axes()
    window.data.role_chosen.emit("kind", "ignore")
    assert any("is the target" in text for text in window.banner.texts)
    assert window.decision.axes() == before
    assert (window.model.runs.row, window.decision._row) == (3, 3)
    assert not window.data.row.answer.isHidden()


def test_run_pressed_just_before_an_edit_takes_effect_is_not_lost(window: MainWindow, until: Until) -> None:
    runs_ = window.model.runs
    window.clock.stop()
    window.verbs.set_units(0, 5)
    while not window.model.jobs.busy:  # the weights as they are come from the run's own thread
        runs_.tick()
    window.model.jobs._jobs[0].future.result()
    window.verbs.toggle()
    window.clock.start()
    until(lambda: not runs_.editing)
    until(lambda: runs_.state is RunState.RUNNING)


def test_edit_during_a_single_epoch_does_not_train_on_without_end(
    window: MainWindow, until: Until, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance = Stepper.advance

    def slow(stepper: Stepper) -> bool:
        time.sleep(0.02)
        return advance(stepper)

    monkeypatch.setattr(Stepper, "advance", slow)
    window.model.runs.configure(batch_size=1)
    window.verbs.step_epoch()
    until(lambda: window.model.runs.state is RunState.RUNNING)
    window.verbs.set_units(0, 5)
    until(lambda: not window.model.runs.editing)
    qtbot.wait(100)
    assert window.model.runs.state is RunState.READY


def test_leaving_a_run_does_not_wait_for_its_long_epoch(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = held_back(monkeypatch, Trainer, "_end_epoch")
    window.model.runs.send(messages.Run())
    until(lambda: window.model.runs.state is RunState.RUNNING)
    time.sleep(0.1)
    window.clock.forget()
    window.model.load_toy("moons")
    until(lambda: window.data.toys._delegate.chosen == "moons")
    until(lambda: window.live.snapshot is not None)
    let_go.set()
    assert max(window.clock.intervals()) < 0.5


def test_edits_that_waited_behind_a_failed_one_go_on(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter([True])

    def broken(*args: Any) -> Any:
        if next(calls, False):
            raise MemoryError
        return prepare_edit(*args)

    monkeypatch.setattr(reshaping, "prepare_edit", broken)
    window.verbs.set_units(0, 5)
    window.verbs.set_units(1, 6)
    until(lambda: window.live.snapshot is not None and window.live.snapshot.config.sizes == (2, 8, 6, 1))


def test_export_of_a_network_that_answers_nan_is_compared_as_equal(
    window: MainWindow, until: Until, tmp_path: Path
) -> None:
    runs_ = window.model.runs
    until(lambda: window.live.snapshot is not None)
    for layer in (0, 1):
        window.verbs.set_activation(layer, "identity")
    until(lambda: not runs_.editing)
    assert runs_._handle is not None
    parameters = runs_._handle._trainer.mlp.parameters
    parameters[...] = 1e30 * np.random.default_rng(0).normal(size=parameters.shape)
    told: list[Verification] = []
    window.model.exported.connect(told.append)
    window.model.export(tmp_path / "m.npz")
    until(lambda: bool(told))
    assert (told[0].rows_equal, told[0].max_abs_difference) == (told[0].rows_checked, 0.0)


@pytest.mark.parametrize(("typed", "words"), [("1e31", "1e+30"), ("0", "above 0")])
def test_refused_learning_rate_is_told_the_bound_it_broke(
    window: MainWindow, until: Until, typed: str, words: str
) -> None:
    field = window.strip.hyperparameters._rate
    field.setText(typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: any(words in text for text in window.banner.texts))


def test_fault_while_painting_lets_go_of_the_painter(
    window: MainWindow, until: Until, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: list[str] = []
    hooks = CrashHooks(reports.append, lambda: None)
    faults = iter([True])

    def broken(*args: Any) -> None:
        if next(faults, False):
            raise ValueError("while painting")
        ring(*args)

    monkeypatch.setattr(sys, "excepthook", hooks._on_exception)
    monkeypatch.setattr(decision_layers, "ring", broken)
    window.live.set_row(3)
    until(lambda: bool(reports))
    window.decision.surface.update()
    qtbot.wait(100)  # a painter still alive would be a Qt message, which fails the test
    assert len(reports) == 1


@pytest.mark.parametrize("name", ["a.csv", "m.npz"])
def test_drop_from_a_folder_that_must_not_be_entered_is_refused_in_words(
    window: MainWindow, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = tmp_path / name
    look = Path.stat

    def forbidden(this: Path, **options: Any) -> Any:
        if this == path:
            raise PermissionError(13, "Permission denied")
        return look(this, **options)

    monkeypatch.setattr(Path, "stat", forbidden)
    verdict = describe_drop([path])
    assert verdict.path is not None
    window.open_path(verdict.path)
    until(lambda: any("permission" in text for text in window.banner.texts))
    until(lambda: window.importing.sheet is None)


def test_paused_network_of_many_neurons_is_looked_at_on_a_coarse_grid(window: MainWindow, until: Until) -> None:
    window.verbs.set_units(0, 512)
    window.verbs.set_units(1, 512)

    def sides() -> tuple[int, ...]:
        snapshot = window.live.snapshot
        if snapshot is None or snapshot.grid is None or snapshot.config.sizes != (2, 512, 512, 1):
            return ()
        return (snapshot.grid.probe.resolution,)

    until(lambda: bool(sides()))
    assert sides() == (LIVE_CELLS[0],)
