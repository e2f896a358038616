"""The learning-rate range test in the sheet: found on a copy, shown, taken, and refused in words."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.engine.rate_range import RateRange
from nnviz.ui.dialogs.training_flow import TrainingFlow
from nnviz.ui.dialogs.training_range import RateFinder
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import DARK, LIGHT, load_fonts

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda so: qtbot.waitUntil(so, timeout=10_000)


def opened(window: MainWindow) -> TrainingFlow:
    window.verbs.show_settings()
    made = window.verbs._sheet
    assert made is not None
    return made


def test_found_rate_is_shown_and_taken(window: MainWindow, until: Until) -> None:
    window.model.load_toy("circle")
    until(lambda: window.live.snapshot is not None)
    finder = opened(window).sheet.optimizer.finder
    snapshot = window.live.snapshot
    assert snapshot is not None
    finder.find_button.click()
    assert not finder.find_button.isEnabled()
    until(finder.take_button.isVisible)
    found = finder.picture.found
    assert found is not None
    assert finder.text.text() == found.sentence
    assert finder.take_button.text() == f"Use {found.suggestion:g}"
    finder.take_button.click()
    assert window.model.runs.training.learning_rate == found.suggestion
    after = window.live.snapshot
    assert after is not None
    np.testing.assert_array_equal(after.parameters, snapshot.parameters)


def test_result_of_a_network_that_was_replaced_is_not_shown(window: MainWindow, until: Until) -> None:
    window.model.load_toy("circle")
    until(lambda: window.live.snapshot is not None)
    finder = opened(window).sheet.optimizer.finder
    finder.find_button.click()
    until(finder.take_button.isVisible)
    window.model.load_toy("xor")
    until(lambda: not finder.take_button.isVisible())
    assert finder.find_button.isEnabled()


def test_without_data_it_says_what_is_missing(window: MainWindow) -> None:
    finder = opened(window).sheet.optimizer.finder
    finder.find_button.click()
    assert "Open a data set first" in finder.text.text()
    assert finder.find_button.isEnabled()


def test_rule_with_its_own_step_length_has_no_rate_to_find(window: MainWindow, until: Until) -> None:
    window.model.load_toy("circle")
    until(lambda: window.live.snapshot is not None)
    finder = opened(window).sheet.optimizer.finder
    window.model.runs.configure(optimizer="lbfgs")
    assert not finder.isVisible()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("suggestion", [0.01, None])
def test_picture_paints_every_result(qtbot: QtBot, theme: object, suggestion: float | None) -> None:
    finder = RateFinder()
    qtbot.addWidget(finder)
    finder.picture.set_theme(theme)  # type: ignore[arg-type]
    finder.resize(320, 200)
    finder.show()
    rates = np.geomspace(1e-4, 1, 40)
    losses = 1 + np.log10(rates) ** 2
    finder.set_found(RateRange(rates, losses, losses, suggestion, "What was seen."))
    assert finder.take_button.isVisible() is (suggestion is not None)
    picture = finder.picture.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}
    assert len(colours) > 4
