"""The tab of the loss landscape in the window: made when seen, again, called off, refused, tried again, forgotten."""

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from nnviz.app.landscape_view import Landscape, make_landscape
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.tabs_landscape import LandscapePage

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window("moons", (1440, 900))


def landscape(window: MainWindow) -> LandscapePage:
    window.tabs.choose("landscape")
    page = window.tabs.panel.page
    assert isinstance(page, LandscapePage)
    return page


def segment(page: LandscapePage, name: str) -> QToolButton:
    return next(button for button in page.controls.kinds.findChildren(QToolButton) if button.text() == name)


def trained(window: MainWindow, until: Until, epochs: int = 3) -> None:
    runs = window.model.runs
    runs.send(messages.Run())
    until(lambda: runs.last_snapshot is not None and runs.last_snapshot.epoch >= epochs)
    runs.send(messages.Pause())
    until(lambda: runs.state is RunState.PAUSED)
    until(lambda: runs.last_snapshot is not None and runs.last_snapshot.state is RunState.PAUSED)


def made(page: LandscapePage) -> Landscape:
    assert page.landscape is not None
    return page.landscape


def test_a_key_shows_the_tab_and_a_landscape_is_made_without_asking(window: MainWindow, until: Until) -> None:
    QTest.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    assert window.tabs.current == "landscape"
    page = landscape(window)
    until(lambda: page.landscape is not None)
    assert page.said == page.reason.text() == ""
    assert page.chart.isVisible()
    assert "weights of epoch 0, as now" in page.summary.wording
    assert page.legend.lines()[0][0] == "bar"


def test_the_map_has_room_while_it_is_shown_and_gives_it_back(window: MainWindow, until: Until) -> None:
    panel, before = window.tabs.panel, window.tabs.panel.height()
    landscape(window)
    until(lambda: panel.height() > before + 80)
    window.tabs.choose("confusion")
    until(lambda: panel.height() == before)


def test_nothing_is_made_before_the_tab_is_seen_or_while_it_is_hidden(
    window: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def spy(*arguments: object) -> Landscape:
        calls.append(1)
        return make_landscape(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("nnviz.app.landscapes.make_landscape", spy)
    trained(window, until)
    assert window.tabs.landscape is None
    page = landscape(window)
    until(lambda: page.landscape is not None)
    window.tabs.choose("rows")
    page.wanted = True
    trained(window, until, epochs=6)
    assert calls == [1]
    window.tabs.choose("landscape")
    until(lambda: len(calls) == 2)


def test_it_says_that_training_went_on_and_again_makes_it_anew(window: MainWindow, until: Until) -> None:
    page = landscape(window)
    until(lambda: page.landscape is not None)
    trained(window, until)
    until(lambda: "made at epoch 0, now" in page.summary.wording)
    snapshot = window.model.runs.last_snapshot
    assert snapshot is not None
    place = made(page).plane.place(snapshot.parameters[None]).at[0]
    # The texts may come before the last place.
    until(lambda: page.chart.overlay.live is not None and np.allclose(page.chart.overlay.live, place, atol=1e-9))
    assert page.legend.lines()[0][0] == "live"
    page.button.click()
    until(lambda: page.landscape is not None and page.landscape.epoch == snapshot.epoch)
    until(lambda: "as now" in page.summary.wording)
    assert page.chart.overlay.live is None


def test_the_path_is_refused_before_training_and_made_once_there_is_one(window: MainWindow, until: Until) -> None:
    page = landscape(window)
    segment(page, "Path").click()
    until(lambda: "no path yet" in page.reason.text())
    assert not page.chart.isVisible()
    assert page.button.isVisible()
    trained(window, until)
    until(lambda: page.landscape is not None and page.landscape.choice.kind == "path")
    assert made(page).plane.shares is not None
    assert "of variance" in page.chart.wordings[0][0]


def test_another_loss_is_shown_without_working_anything_out(window: MainWindow, until: Until) -> None:
    page = landscape(window)
    until(lambda: page.landscape is not None)
    before = page.landscape
    page.controls.loss.setCurrentIndex(1)
    page.controls.loss.activated.emit(1)
    assert page.kind_of_loss == "validation"
    assert page.landscape is before
    assert page.summary.wording.startswith("Validation loss")
    assert not page.wanted
    assert page.chart.walk(Qt.Key.Key_Up) is not None
    assert [page.controls.loss.itemText(index) for index in range(3)] == ["Train", "Validation", "Objective"]


def test_a_wider_span_and_two_other_directions_are_made(window: MainWindow, until: Until) -> None:
    page = landscape(window)
    until(lambda: page.landscape is not None)
    first = made(page)
    index = page.controls.span.findText("±2")
    page.controls.span.setCurrentIndex(index)
    page.controls.span.activated.emit(index)
    until(lambda: made(page).choice.span == 2.0)
    segment(page, "Random").click()
    until(lambda: made(page).choice.seed == 1)
    assert made(page).choice.span == 2.0
    assert not np.allclose(made(page).plane.directions, first.plane.directions)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, list[bool]]]:
    """Let landscapes take until they are called off, or until the event is set; keep how each ended."""
    go, ended = threading.Event(), list[bool]()

    def wait(dataset: object, checkpoint: object, choice: object, report: object, cancelled: object) -> Landscape:
        assert callable(report)
        assert callable(cancelled)
        report(0.4, "40 %")
        while not go.wait(0.005) and not cancelled():
            pass
        ended.append(cancelled())
        return make_landscape(dataset, checkpoint, choice, report, cancelled)  # type: ignore[arg-type]

    monkeypatch.setattr("nnviz.app.landscapes.make_landscape", wait)
    yield go, ended
    go.set()


def test_progress_is_shown_and_cancel_calls_it_off(
    window: MainWindow, until: Until, slow: tuple[threading.Event, list[bool]]
) -> None:
    page = landscape(window)
    until(lambda: page.progress.isVisible() and page.progress.value() == 400)
    assert page.button.text() == "Cancel"
    page.button.click()
    until(lambda: slow[1] == [True])
    assert page.button.text() == "Again"
    assert not page.progress.isVisible()
    assert "Called off" in page.reason.text()
    slow[0].set()
    page.button.click()
    until(lambda: page.landscape is not None)
    assert page.reason.text() == ""


def test_leaving_the_tab_calls_it_off_and_coming_back_begins_again(
    window: MainWindow, until: Until, slow: tuple[threading.Event, list[bool]]
) -> None:
    page = landscape(window)
    until(lambda: page.progress.value() == 400)
    window.tabs.choose("rows")
    until(lambda: slow[1] == [True])
    slow[0].set()
    window.tabs.choose("landscape")
    until(lambda: page.landscape is not None)


def test_another_data_set_and_another_shape_begin_anew(window: MainWindow, until: Until) -> None:
    page = landscape(window)
    until(lambda: page.landscape is not None)
    window.verbs.remove_layer(0)
    until(lambda: page.landscape is not None and page.landscape.plane.centre.size == 33)
    window.model.load_toy("hills")
    until(lambda: (page.landscape is not None and page.landscape.plane.centre.size != 33) or page.landscape is None)
    until(lambda: page.landscape is not None and page.landscape.run_id == window.model.runs.run_id)


def test_weights_set_by_hand_make_it_old(window: MainWindow, until: Until) -> None:
    page = landscape(window)
    until(lambda: page.landscape is not None)
    window.model.runs.send(messages.SetParameters(np.array([0]), np.array([3.0]), "the first weight"))
    until(lambda: "have changed since" in page.summary.wording)


def test_with_everything_frozen_it_says_what_to_do(window: MainWindow, until: Until) -> None:
    page = landscape(window)
    until(lambda: page.landscape is not None)
    everything = np.ones(made(page).plane.centre.size, dtype=bool)
    window.model.runs.send(messages.SetMask(everything, np.zeros_like(everything), "all frozen"))
    page.button.click()
    until(lambda: "Let at least two of them learn." in page.reason.text())


def test_a_tall_page_has_its_legend_below_and_a_wide_one_beside(window: MainWindow, until: Until) -> None:
    panel = window.tabs.panel
    page = landscape(window)
    until(lambda: page.landscape is not None)
    panel.setParent(None)  # as when it floats
    panel.resize(360, 560)
    panel.show()
    until(lambda: page.legend.geometry().top() >= page.chart.geometry().bottom())
    panel.resize(760, 460)
    until(lambda: page.legend.geometry().left() >= page.chart.geometry().right())
    assert page.chart.width() > 500
    panel.hide()
    panel.deleteLater()
