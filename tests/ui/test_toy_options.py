"""Facts about the toy sets' options and the shipped samples, in the panel and in the whole window."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.samples import sample_dataset
from nnviz.app.settings import Settings
from nnviz.data.shipped_datasets import SHIPPED
from nnviz.data.toy_datasets import TOY_DATASETS, ToyOptions
from nnviz.errors import UserError
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.dialogs.samples import SamplesDialog
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.data import DataPanel
from nnviz.ui.panels.data_toy_options import ToyOptionsCard
from nnviz.ui.theme import load_fonts

# Said of every foldout by the offscreen platform.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.show()
    window.toys.choose("moons")
    qtbot.waitUntil(lambda: window.live.snapshot is not None, timeout=10_000)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda so: qtbot.waitUntil(so, timeout=10_000)


@pytest.fixture
def card(qtbot: QtBot) -> ToyOptionsCard:
    load_fonts()
    made = ToyOptionsCard()
    qtbot.addWidget(made)
    return made


def rows(window: MainWindow) -> int:
    return 0 if window.model.dataset is None else window.model.dataset.n_rows


def shares(window: MainWindow) -> float:
    assert window.model.dataset is not None
    codes = window.model.dataset.target_codes
    assert codes is not None
    return float(np.mean(codes == 1))


def test_every_control_changes_its_option(card: ToyOptionsCard) -> None:
    told: list[ToyOptions] = []
    card.changed.connect(told.append)
    card.noise.setValue(20)
    card.share.setValue(10)
    card.points.setValue(900)
    QTest.mouseClick(card.sample, Qt.MouseButton.LeftButton)
    assert told == [
        ToyOptions(0.2),
        ToyOptions(0.2, share=0.1),
        ToyOptions(0.2, 900, 0.1),
        ToyOptions(0.2, 900, 0.1, 1),
    ]
    QTest.mouseClick(card.defaults, Qt.MouseButton.LeftButton)
    assert card.options == told[-1] == ToyOptions()
    assert not card.defaults.isEnabled()


def test_controls_reach_the_keyboard_by_arrow_keys_and_have_names(card: ToyOptionsCard) -> None:
    card.show()
    QTest.keyClick(card.noise, Qt.Key.Key_Right)
    assert card.options.noise == 0.01
    for control in (card.noise, card.share, card.points):
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("name", list(TOY_DATASETS))
def test_card_shows_the_paragraph_of_the_toy_in_use(card: ToyOptionsCard, name: str) -> None:
    card.set_toy(name)
    card.show()
    texts = [label.text() for label in card.findChildren(QLabel) if label.isVisible()]
    assert TOY_DATASETS[name].note in texts
    regression = TOY_DATASETS[name].task == "regression"
    assert card.share.isVisible() is not regression


def test_no_label_of_the_card_is_cut(card: ToyOptionsCard) -> None:
    for name in TOY_DATASETS:
        card.set_toy(name)
        card.show()
        for label in card.findChildren(QLabel):
            if label.isVisible() and not label.wordWrap():
                assert label.width() >= label.sizeHint().width(), label.text()


def test_options_are_followed_at_once_and_kept_for_the_next_toy(window: MainWindow, until: Until) -> None:
    card = window.data.toy_bar.card
    card.points.setValue(300)
    until(lambda: rows(window) == 300)
    card.share.setValue(20)
    until(lambda: abs(shares(window) - 0.2) < 0.01)
    window.data.toys.toy_chosen.emit("circle")
    until(lambda: window.model.dataset is not None and window.model.dataset.name == "Circle")
    assert rows(window) == 300
    assert shares(window) == pytest.approx(0.2, abs=0.01)


def test_dragged_slider_ends_at_its_last_value_without_a_job_for_every_step(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels: list[str] = []
    submit = window.model.jobs.submit

    def counted(label: str, *rest: Any, **options: Any) -> Any:
        if label != "Preparing a tab":
            labels.append(label)
        return submit(label, *rest, **options)

    monkeypatch.setattr(window.model.jobs, "submit", counted)
    for value in range(1, 40):
        window.data.toy_bar.card.noise.setValue(value)
    before = window.model.dataset
    until(lambda: window.model.dataset is not before and window.model.preparing is None)
    assert labels == ["Drawing Moons"]
    assert window.data.toy_bar.card.options.noise == 0.39


def test_new_sample_draws_other_points(window: MainWindow, until: Until) -> None:
    assert window.model.dataset is not None
    before = window.model.dataset.raw("x").copy()
    QTest.mouseClick(window.data.toy_bar.card.sample, Qt.MouseButton.LeftButton)
    until(lambda: window.model.dataset is not None and not np.array_equal(window.model.dataset.raw("x"), before))


def test_running_training_goes_on_after_an_option_changed(window: MainWindow, until: Until) -> None:
    window.model.runs.send(messages.Run())
    until(lambda: window.model.runs.state is RunState.RUNNING)
    window.data.toy_bar.card.noise.setValue(30)
    before = window.model.dataset
    until(lambda: window.model.dataset is not before)
    until(lambda: window.model.runs.state is RunState.RUNNING)


def test_options_leave_a_data_set_alone_that_is_no_toy(window: MainWindow, until: Until) -> None:
    window.toys.open_sample("iris")
    until(lambda: window.model.dataset is not None and window.model.dataset.name == "iris.csv")
    dataset = window.model.dataset
    window.data.toy_bar.card.noise.setValue(30)
    until(lambda: not window.model.jobs.busy)
    assert window.model.dataset is dataset
    assert window.data.toy_bar.card.note.text() == "For the next toy set that is chosen."


def test_options_button_opens_the_card_beside_the_dock(data_panel: DataPanel) -> None:
    data_panel.toy_bar.options.setFocus()
    QTest.keyClick(data_panel.toy_bar.options, Qt.Key.Key_Space)
    card = data_panel.toy_bar.card
    assert card.isVisible()
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_samples_say_size_paragraph_source_and_licence(qtbot: QtBot) -> None:
    load_fonts()
    dialog = SamplesDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.list.count() == len(SHIPPED) == 6
    for row, shipped in enumerate(SHIPPED.values()):
        dialog.list.setCurrentRow(row)
        assert dialog.about.text() == shipped.about
        assert f"{shipped.rows:,} rows × {shipped.columns:,} columns" in dialog.learned.text()
        assert shipped.source in dialog.source.text()
        assert shipped.licence in dialog.licence.text()


def test_arrow_and_enter_choose_a_sample(qtbot: QtBot) -> None:
    load_fonts()
    dialog = SamplesDialog()
    dialog.show()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.chosen) as caught:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert caught.args == ["wine"]


@pytest.mark.parametrize("name", list(SHIPPED))
def test_sample_opens_with_its_rows_target_and_task(name: str) -> None:
    shipped, dataset = SHIPPED[name], sample_dataset(name)
    assert dataset.table.n_rows == shipped.rows
    assert dataset.table.n_columns == shipped.columns
    assert dataset.choices.target == shipped.target
    assert dataset.task == shipped.task
    assert len(dataset.validation_rows) > 0
    assert np.isfinite(dataset.X).all()


def test_unknown_sample_is_refused() -> None:
    with pytest.raises(UserError, match="no data set named flowers"):
        sample_dataset("flowers")


def test_sample_opens_without_the_sheet_and_can_be_reviewed_in_it(window: MainWindow, until: Until) -> None:
    QTest.mouseClick(window.data.toy_bar.samples, Qt.MouseButton.LeftButton)
    dialog = window.findChild(SamplesDialog)
    assert dialog is not None
    dialog.list.setCurrentRow(5)
    dialog.accept()
    until(lambda: window.model.dataset is not None and window.model.dataset.name == "penguins.csv")
    assert window.importing.sheet is None
    bar = next(bar for bar in window.banner.bars if "species is to be learned" in bar.label.text())
    review = next(button for button in bar.findChildren(QPushButton) if button.text() == "Review columns")
    QTest.mouseClick(review, Qt.MouseButton.LeftButton)
    until(lambda: window.importing.sheet is not None and window.importing.sheet.has_table)
