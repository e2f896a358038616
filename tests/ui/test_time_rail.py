"""The time rail in the real window: dragged, walked by keys, said in the status, and gone on from."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.rail import place
from nnviz.app.settings import load_settings
from nnviz.run import messages
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.rail import HEIGHT, LOW_HEIGHT, TimeRail
from nnviz.ui.panels.rail_track import RailTrack
from nnviz.ui.theme import DARK, LIGHT
from tests.run.driver import Driver
from tests.run.test_rewind import epochs

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(open_window: Callable[..., MainWindow], until: Until) -> MainWindow:
    window = open_window()
    window.model.runs.send(messages.Run())
    until(lambda: now(window).epoch >= 60)
    window.model.runs.send(messages.Pause())
    until(lambda: window.model.runs.state is RunState.PAUSED and now(window).state is RunState.PAUSED)
    until(lambda: window.rail.panel.track.maximum() == now(window).step)
    return window


def now(window: MainWindow) -> Snapshot:
    assert window.live.snapshot is not None
    return window.live.snapshot


def status_of(window: MainWindow) -> list[str]:
    return [label.text() for label in window.status.findChildren(QLabel)]


def looks_back(window: MainWindow) -> bool:
    return now(window).rail.newest is not None


def test_a_drag_shows_an_earlier_moment_everywhere_and_lets_go_on_it(window: MainWindow, until: Until) -> None:
    newest, track = now(window), window.rail.panel.track
    half = QPoint(int(track.x_of(newest.step // 2)), track.height() // 2)
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 20, 10))
    QTest.mouseMove(track, half)
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=half)
    wanted = track.step_at(half.x())
    until(lambda: now(window).step == wanted)
    snapshot = now(window)
    assert snapshot.rail.newest == (newest.step, newest.epoch)
    # How many epochs there are, and so whether half of the way is the end of one, is the machine's affair.
    text = f"{place(snapshot)}: an earlier moment. Space continues from here."
    until(lambda: text in status_of(window))
    until(window.loss.plot.chart.moment.isVisible)
    whole = newest.history  # the moment may be in the middle of an epoch
    at = float(np.interp(snapshot.step, whole.step, whole.epoch))
    until(lambda: window.loss.plot.chart.moment.value() == pytest.approx(at))
    until(window.rail.panel.back.isVisible)
    assert window.rail.panel.accessibleDescription() == text
    window.rail.panel.back.click()
    until(lambda: not looks_back(window))
    np.testing.assert_array_equal(now(window).parameters, newest.parameters)
    until(lambda: "Paused" in status_of(window))
    until(lambda: not window.loss.plot.chart.moment.isVisible())


def test_keys_walk_by_epochs_by_updates_and_to_the_ends(window: MainWindow, until: Until) -> None:
    newest, track = now(window), window.rail.panel.track
    end = int(newest.history.step[-1])
    QTest.keyClick(track, Qt.Key.Key_Left)
    before = end if end < newest.step else int(newest.history.step[-2])
    until(lambda: now(window).step == before)
    QTest.keyClick(track, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: now(window).step == before - 1)
    QTest.keyClick(track, Qt.Key.Key_Home)
    until(lambda: now(window).step == 0)
    QTest.keyClick(track, Qt.Key.Key_Right)
    until(lambda: now(window).epoch == 1)
    QTest.keyClick(track, Qt.Key.Key_B)
    until(lambda: now(window).epoch == newest.history.best_epoch)
    QTest.keyClick(track, Qt.Key.Key_End)
    until(lambda: now(window).step == newest.step and not looks_back(window))


def test_a_run_that_pauses_between_two_pictures_of_its_curve_is_drawn_to_its_end(qtbot: QtBot) -> None:
    driver, track = Driver(), RailTrack()
    qtbot.addWidget(track)
    seen = []
    for _ in range(2):
        epochs(driver, 5)
        seen.append(driver.snapshot())
    for snapshot in seen:
        track.draw(replace(snapshot, state=RunState.RUNNING))
    assert track._curve._points[-1, 0] == seen[0].step, "the second came too soon for a picture of its own"
    track.draw(seen[1])
    assert track._curve._points[-1, 0] == seen[1].step


def test_going_on_leaves_what_came_later_as_a_curve(window: MainWindow, until: Until) -> None:
    newest = now(window)
    window.rail.rail.seek(int(newest.history.step[20]), exact=True)
    until(lambda: now(window).epoch == 20 and window.rail.panel.go_on.isVisible())
    assert window.rail.panel.go_on.text() == "Continue from here"
    window.model.runs.configure(learning_rate=0.2)
    until(lambda: window.rail.panel.go_on.text() == "Branch here")
    window.rail.panel.go_on.click()
    until(lambda: now(window).epoch > 25)
    until(lambda: window.loss.options.compare.isChecked() and len(window.loss.plot.runs) == 1)
    (left,) = window.loss.plot.runs
    assert int(left.history.epoch[-1]) == newest.epoch
    assert "learning rate 0.2" not in left.text
    assert now(window).history.markers[-1].epoch == 20


def test_take_back_one_update_by_its_key(window: MainWindow, until: Until) -> None:
    step = now(window).step
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: now(window).step == step - 1)


def test_another_data_set_begins_the_rail_anew(window: MainWindow, until: Until) -> None:
    window.rail.rail.first()
    until(lambda: looks_back(window))
    window.model.load_toy("moons")
    until(lambda: window.rail.panel.track.maximum() == 0 and not looks_back(window))
    until(lambda: "Ready" in status_of(window))
    assert not window.rail.panel.back.isVisible()
    assert not window.rail.panel.track.isEnabled()


def test_a_cap_is_chosen_from_the_memory_that_is_shown(window: MainWindow, until: Until) -> None:
    panel = window.rail.panel
    assert panel.memory.text().endswith("% of 256 MB")
    assert "of 256 MB" in panel.memory.toolTip()
    menu = panel.memory.menu()
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["At most 256 MB"]
    menu.actions()[0].trigger()
    until(lambda: "of 16 MB" in panel.memory.toolTip())
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["At most 16 MB"]
    window.verbs.remember()
    assert load_settings().moments_mb == 16


def test_marks_are_met_by_the_pointer_and_said(window: MainWindow, until: Until) -> None:
    window.model.runs.configure(learning_rate=0.2)
    until(lambda: bool(window.rail.panel.track.marks) and window.rail.panel.track.marks[0].kind == "change")
    track = window.rail.panel.track
    mark = track.marks[0]
    x = track.x_of(mark.step)
    assert "learning rate" in track.words_at(x - 3)
    assert track.step_at(x - 3) in {one.step for one in track.marks}
    assert track.step_at(x) == mark.step  # another mark, such as the best epoch's, may be as near beside it
    assert track.words_at(track.x_of(0) + 200).startswith("Epoch ")


def test_the_rail_is_painted_in_a_themes_colours(window: MainWindow, qtbot: QtBot) -> None:
    panel = TimeRail()
    qtbot.addWidget(panel)
    panel.resize(900, 68)
    panel.draw(now(window))
    pictures = []
    for theme in (DARK, LIGHT):
        panel.set_theme(theme)
        picture = panel.track.grab().toImage()
        x, y = round(panel.track.x_of(now(window).step)), 5
        assert picture.pixelColor(x, y).name().upper() == theme.ink
        pictures.append(picture)
    assert pictures[0] != pictures[1]


def test_in_a_low_window_the_rail_leaves_its_room_to_the_panels(window: MainWindow, until: Until) -> None:
    panel = window.rail.panel
    window.resize(1440, 900)
    until(lambda: panel.height() == HEIGHT)
    assert len(panel.memory.text().splitlines()) == 2
    window.resize(1280, 720)
    until(lambda: panel.height() == LOW_HEIGHT)
    assert panel.memory.text().endswith("% of 256 MB")
    assert "of 256 MB" in panel.memory.toolTip()
    assert panel.memory.accessibleName().endswith("% of 256 MB")


class Sizes(QObject):
    """Notes every size that a widget is given."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.heights: list[int] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent):
            self.heights.append(event.size().height())
        return super().eventFilter(watched, event)


def test_a_window_that_becomes_low_lays_its_panels_out_once(window: MainWindow, until: Until) -> None:
    window.resize(1440, 900)
    until(lambda: window.rail.panel.height() == HEIGHT)
    sizes = Sizes(window.docks.body)
    window.resize(1280, 720)
    until(lambda: window.rail.panel.height() == LOW_HEIGHT)
    box = window.rail.panel.parentWidget()
    assert box is not None
    until(lambda: window.rail.panel.geometry().bottom() == box.rect().bottom())
    assert sizes.heights == [window.docks.body.height()]
