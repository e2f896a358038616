"""Loss, initialisation, seed and the best weights, set in the sheet of all training settings of the real window."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.run import messages
from nnviz.run.messages import Checkpoint
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.dialogs.training_flow import TrainingFlow
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import load_fonts

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


def test_another_loss_keeps_the_weights_and_brings_its_output(
    window: MainWindow, flow: TrainingFlow, until: Until
) -> None:
    window.verbs.step_epoch()
    until(lambda: now(window).epoch == 1)
    before = now(window)
    choose(flow.sheet.network.loss, "hinge")
    until(lambda: now(window).config.loss == "hinge")
    assert now(window).config.layers[-1].activation == "identity"
    assert flow.sheet.network.output.key == "identity"
    np.testing.assert_array_equal(now(window).parameters, before.parameters)


def test_label_smoothing_that_the_new_loss_does_not_take_is_dropped_in_the_sheet_too(
    window: MainWindow, flow: TrainingFlow, until: Until
) -> None:
    type_in(flow.sheet.regularization.fields["label_smoothing"], "0.1")
    choose(flow.sheet.network.loss, "mean_squared_error")
    until(lambda: now(window).config.loss == "mean_squared_error")
    field = flow.sheet.regularization.fields["label_smoothing"]
    assert (field.text(), field.isEnabled()) == ("0", False)
    assert window.model.runs.training.regularization.label_smoothing == 0


def test_another_initialisation_starts_anew_and_training_goes_on(
    window: MainWindow, flow: TrainingFlow, until: Until
) -> None:
    runs = window.model.runs
    runs.send(messages.Run())
    until(lambda: now(window).epoch > 3)
    runs.send(messages.Pause())
    until(lambda: runs.state is RunState.PAUSED)
    choose(flow.sheet.network.starts[0].kind, "constant")
    until(lambda: now(window).config.layers[0].initializer == "constant")
    assert now(window).step == 0
    assert set(now(window).weights[0].ravel()) == {np.float32(0.1)}
    value = flow.sheet.network.starts[0].value
    assert value.isVisible()
    type_in(value, "0.5")
    until(lambda: now(window).config.layers[0].init_value == 0.5)
    assert set(now(window).weights[0].ravel()) == {np.float32(0.5)}
    runs.send(messages.Run())
    until(lambda: runs.state is RunState.RUNNING)
    choose(flow.sheet.network.starts[0].kind, "zeros")
    until(lambda: now(window).config.layers[0].initializer == "zeros" and now(window).step > 0)
    assert runs.state is RunState.RUNNING


def test_refused_start_puts_its_field_back(window: MainWindow, flow: TrainingFlow, until: Until) -> None:
    choose(flow.sheet.network.starts[0].kind, "uniform")
    until(lambda: now(window).config.layers[0].initializer == "uniform")
    value = flow.sheet.network.starts[0].value
    type_in(value, "1e9")
    assert value.text() == "0.1"
    assert any("initial weights must be within" in text for text in window.banner.texts)


def test_new_seed_is_another_start_and_the_old_seed_the_old_one(
    window: MainWindow, flow: TrainingFlow, until: Until
) -> None:
    runs, first = window.model.runs, now(window)
    seed = runs.training.seed
    flow.sheet.network.new_seed.click()
    until(lambda: now(window).run_id != first.run_id)
    second = now(window)
    assert runs.training.seed == second.training.seed == seed + 1
    assert flow.sheet.network.seed.text() == str(seed + 1)
    assert np.abs(second.parameters - first.parameters).max() > 0.01
    window.verbs.step_epoch()
    until(lambda: now(window).epoch == 1)
    window.verbs.reset()
    until(lambda: now(window).epoch == 0)
    np.testing.assert_array_equal(now(window).parameters, second.parameters)
    type_in(flow.sheet.network.seed, str(seed))
    until(lambda: runs.training.seed == seed and now(window).run_id != second.run_id)
    np.testing.assert_array_equal(now(window).parameters, first.parameters)


def test_senseless_seed_is_refused_and_the_field_goes_back(
    window: MainWindow, flow: TrainingFlow, until: Until
) -> None:
    run = now(window).run_id
    type_in(flow.sheet.network.seed, "-3")
    until(lambda: any("seed must be" in text for text in window.banner.texts))
    assert flow.sheet.network.seed.text() == str(window.model.runs.training.seed)
    assert now(window).run_id == run


def test_edits_and_seeds_in_a_row_all_take_effect(window: MainWindow, flow: TrainingFlow, until: Until) -> None:
    seed = window.model.runs.training.seed
    window.verbs.add_last_layer()
    flow.sheet.seed_chosen.emit(seed + 5)
    window.verbs.set_units(0, 3)
    until(lambda: now(window).config.sizes == (2, 3, 8, 4, 1))
    assert window.model.runs.training.seed == now(window).training.seed == seed + 5


def test_best_weights_so_far_are_told_and_taken_back(window: MainWindow, flow: TrainingFlow, until: Until) -> None:
    runs, sheet = window.model.runs, flow.sheet
    runs.send(messages.Run())
    until(lambda: flow._best is not None and now(window).epoch > flow._best.epoch)
    assert sheet.stopping.take_best.isEnabled()
    sheet.stopping.take_best.click()
    until(lambda: runs.state is RunState.PAUSED)
    taken: list[Checkpoint] = []
    runs.checkpoint(taken.append)
    until(lambda: bool(taken))
    best = taken[0].state.best.best
    assert best is not None
    np.testing.assert_array_equal(taken[0].state.parameters, best.parameters)
    until(lambda: f"epoch {best.epoch:,}\n" in sheet.stopping.best.text())
    assert "validation loss" in sheet.stopping.best.text()
    window.verbs.reset()
    # Where a run begins counts as its epoch 0.
    until(lambda: sheet.stopping.best.text().splitlines()[0].endswith(("epoch 0", "none yet")))
