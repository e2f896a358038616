"""The sheet of all training settings over the real window: what is set there reaches the run, and comes back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.stopping import EarlyStopping
from nnviz.engine.training import TrainingConfig
from nnviz.run import messages
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.dialogs.training_flow import TrainingFlow
from nnviz.ui.dialogs.training_sheet import TrainingSheet
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import LIGHT, load_fonts

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.show()
    window.model.load_toy("spiral")
    qtbot.waitUntil(lambda: window.live.snapshot is not None, timeout=10_000)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda so: qtbot.waitUntil(so, timeout=10_000)


@pytest.fixture
def flow(window: MainWindow, until: Until) -> TrainingFlow:
    window.strip.hyperparameters._more.click()
    made = window.verbs._sheet
    assert made is not None
    until(lambda: made._segment is not None)
    return made


def type_in(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.setText(text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def choose(box: QComboBox, key: str) -> None:
    index = box.findData(key)
    assert index >= 0
    box.setCurrentIndex(index)
    box.activated.emit(index)


def now(window: MainWindow) -> Snapshot:
    assert window.live.snapshot is not None
    return window.live.snapshot


def test_button_and_key_open_a_sheet_that_does_not_block_the_window(window: MainWindow, until: Until) -> None:
    assert not window.findChildren(TrainingSheet)
    window.activateWindow()
    until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    (sheet,) = window.findChildren(TrainingSheet)
    assert sheet.isVisible()
    assert not sheet.isModal()
    until(sheet.isActiveWindow)
    QTest.keyClick(sheet.optimizer.rate, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert not sheet.isVisible()
    window.strip.hyperparameters._more.click()
    assert sheet.isVisible()
    assert window.findChildren(TrainingSheet) == [sheet]


SETTINGS: list[tuple[Callable[[TrainingSheet], Any], TrainingConfig]] = [
    (lambda sheet: choose(sheet.optimizer.rule, "nesterov"), TrainingConfig(optimizer="nesterov")),
    (lambda sheet: type_in(sheet.optimizer.rate, "0.004"), TrainingConfig(learning_rate=0.004)),
    (lambda sheet: type_in(sheet.optimizer.batch, "50"), TrainingConfig(batch_size=50)),
    (lambda sheet: choose(sheet.schedule.kind, "exponential"), TrainingConfig(schedule=Schedule("exponential"))),
    (lambda sheet: type_in(sheet.schedule.fields["warmup"], "3"), TrainingConfig(schedule=Schedule(warmup=3))),
    (
        lambda sheet: type_in(sheet.regularization.fields["dropout"], "0.2"),
        TrainingConfig(regularization=Regularization(dropout=0.2)),
    ),
    (
        lambda sheet: type_in(sheet.regularization.fields["label_smoothing"], "0.1"),
        TrainingConfig(regularization=Regularization(label_smoothing=0.1)),
    ),
    (lambda sheet: choose(sheet.regularization.class_weight, "balanced"), TrainingConfig(class_weight="balanced")),
    (lambda sheet: type_in(sheet.stopping.patience, "500"), TrainingConfig(stopping=EarlyStopping(patience=500))),
    (lambda sheet: choose(sheet.stopping.monitor, "metric"), TrainingConfig(stopping=EarlyStopping(monitor="metric"))),
]


def test_every_kind_of_setting_reaches_the_run_while_it_trains(
    window: MainWindow, flow: TrainingFlow, until: Until
) -> None:
    runs = window.model.runs
    runs.configure(**{name: getattr(TrainingConfig(), name) for name in TrainingConfig.__slots__ if name != "seed"})
    runs.send(messages.Run())
    until(lambda: runs.state is RunState.RUNNING)
    for act, expected in SETTINGS:
        before = runs.training
        act(flow.sheet)
        changed = [n for n in TrainingConfig.__slots__ if getattr(expected, n) != getattr(TrainingConfig(), n)]
        assert len(changed) == 1
        if changed == ["schedule"]:
            assert runs.training.schedule != before.schedule
            assert replace(runs.training, schedule=before.schedule) == before
        else:
            got, wanted = getattr(runs.training, changed[0]), getattr(expected, changed[0])
            assert got != getattr(before, changed[0])
            if changed[0] not in ("regularization", "stopping"):
                assert got == wanted
    assert runs.training.regularization == Regularization(dropout=0.2, label_smoothing=0.1)
    assert runs.training.stopping == EarlyStopping(patience=500, monitor="metric")
    assert runs.training.schedule == Schedule("exponential", warmup=3)
    until(lambda: now(window).training == runs.training)
    assert runs.state is RunState.RUNNING


def test_settings_made_elsewhere_appear_in_the_sheet(window: MainWindow, flow: TrainingFlow) -> None:
    window.strip.hyperparameters.changed.emit({"learning_rate": 0.125})
    assert flow.sheet.optimizer.rate.text() == "0.125"
    flow.sheet.changed.emit({"batch_size": 77})
    assert window.strip.hyperparameters._batch.value() == 77


def test_refused_rule_puts_the_list_back_and_is_told_in_the_banner(window: MainWindow, flow: TrainingFlow) -> None:
    runs = window.model.runs
    type_in(flow.sheet.regularization.fields["dropout"], "0.5")
    before = runs.training
    choose(flow.sheet.optimizer.rule, "lbfgs")
    assert runs.training == before
    assert flow.sheet.optimizer.rule.key == before.optimizer
    assert any("dropout and input noise must be 0" in text for text in window.banner.texts)


def test_nonsense_puts_the_field_back_and_is_told_in_the_banner(window: MainWindow, flow: TrainingFlow) -> None:
    before = flow.sheet.regularization.fields["l2"].text()
    type_in(flow.sheet.regularization.fields["l2"], "much")
    assert flow.sheet.regularization.fields["l2"].text() == before
    assert any("much" in text for text in window.banner.texts)
    type_in(flow.sheet.optimizer.rate, "-1")
    assert any("learning rate must be" in text for text in window.banner.texts)
    assert float(flow.sheet.optimizer.rate.text()) == window.model.runs.training.learning_rate


def test_picture_counts_a_schedule_from_where_it_was_chosen(
    window: MainWindow, flow: TrainingFlow, until: Until
) -> None:
    runs = window.model.runs
    for _ in range(2):
        window.verbs.step_epoch()
        until(lambda: runs.state is RunState.PAUSED)
        until(lambda: now(window).step > 0)
    until(lambda: now(window).epoch == 2)
    base = runs.training.learning_rate
    choose(flow.sheet.schedule.kind, "exponential")
    type_in(flow.sheet.schedule.fields["factor"], "0.5")
    until(lambda: flow._segment is not None and flow._segment.schedule == Schedule("exponential", factor=0.5))
    assert flow._segment is not None
    assert flow._segment.origin == 2
    window.verbs.step_epoch()
    until(lambda: now(window).epoch == 3)

    def rate() -> float:
        curve = flow.sheet.schedule.picture.curve
        return curve.rate if curve is not None else 0.0

    until(lambda: rate() == pytest.approx(base / 2))
    assert "0.5 of the base" in flow.sheet.schedule.state.text()


def test_sheet_can_be_opened_before_there_is_a_data_set(qtbot: QtBot) -> None:
    load_fonts()
    window = MainWindow(AppModel(), Settings())
    window.show()
    window.verbs.show_settings()
    flow = window.verbs._sheet
    assert flow is not None
    type_in(flow.sheet.optimizer.rate, "0.5")
    assert window.model.runs.training.learning_rate == 0.5
    window.model.load_toy("hills")
    qtbot.waitUntil(lambda: flow.sheet.network.loss.key == "mean_squared_error", timeout=10_000)
    assert not flow.sheet.regularization.class_weight.isEnabled()
    window.close()
    assert not flow.sheet.isVisible()
    window.deleteLater()


def test_closed_sheet_asks_the_run_nothing(
    window: MainWindow, flow: TrainingFlow, until: Until, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow.sheet.close()
    asked: list[object] = []
    monkeypatch.setattr(window.model.runs, "checkpoint", asked.append)
    window.model.runs.send(messages.Run())
    until(lambda: now(window).epoch > 2)
    qtbot.wait(300)
    assert asked == []


def test_sheet_takes_the_theme_of_the_window(window: MainWindow, flow: TrainingFlow, qtbot: QtBot) -> None:
    window.theming.cycle()
    qtbot.waitUntil(lambda: flow.sheet.schedule.picture._theme is LIGHT)
