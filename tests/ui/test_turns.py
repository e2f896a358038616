"""What changes all over the window takes several turns of the event loop, and is painted in one of its own."""

import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.frame_clock import FrameClock
from nnviz.app.planes import ColumnPlane
from nnviz.app.settings import Settings
from nnviz.app.slices import SliceAxis, Slices
from nnviz.data.features import Feature
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.tabs_errors import ErrorsPage
from nnviz.ui.still_picture import StillPicture
from nnviz.ui.theme import LIGHT
from nnviz.ui.turns import Turns


@pytest.fixture
def clock(qapp: QCoreApplication) -> FrameClock:
    return FrameClock(qapp)  # that nobody starts: the tests tick


def test_parts_are_done_one_at_a_tick_in_their_order(clock: FrameClock) -> None:
    turns, done = Turns(clock), []
    turns.put_off(lambda: done.append("make"), lambda: done.append("polish"))
    turns.put_off(lambda: done.append("show"))
    assert done == []
    for expected in (["make"], ["make", "polish"], ["make", "polish", "show"], ["make", "polish", "show"]):
        clock.tick.emit()
        assert done == expected
    assert turns.waiting == 0


def test_a_part_may_put_off_another(clock: FrameClock) -> None:
    turns, done = Turns(clock), []
    turns.put_off(lambda: turns.put_off(lambda: done.append("later")))
    turns.take()
    assert done == []
    turns.take()
    assert done == ["later"]


def test_a_part_that_fails_keeps_none_of_the_others_from_their_turn() -> None:
    turns, done = Turns(FrameClock()), []

    def fail() -> None:
        raise ValueError

    turns.put_off(fail, lambda: done.append("next"))
    with pytest.raises(ValueError, match=r"^$"):
        turns.take()
    turns.take()
    assert done == ["next"]


class Painted(QWidget):
    """Counts how often it is painted."""

    count = 0

    def paintEvent(self, event: object) -> None:
        self.count += 1


def test_nothing_is_painted_between_the_change_and_its_turn_and_all_of_it_after(
    clock: FrameClock, qtbot: QtBot
) -> None:
    widget, turns = Painted(), Turns(clock)
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    qtbot.waitUntil(lambda: widget.count > 0)
    began: list[str] = []
    still = StillPicture(turns, lambda: began.append("held"))
    widget.update()  # asked for before
    still.hold()
    still.hold()
    before = widget.count
    for _ in range(3):
        widget.update()
        QCoreApplication.processEvents()
    assert (widget.count, still.holds, began) == (before, True, ["held", "held"])
    turns.take()
    assert (turns.waiting, still.holds) == (0, False)
    qtbot.waitUntil(lambda: widget.count > before)
    before = widget.count
    widget.update()
    qtbot.waitUntil(lambda: widget.count > before)


class Turn(QObject):
    """Notes the tick in which each thing happens, and every painting of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.number = 0
        self.of: dict[str, int] = {}
        self.painted: list[int] = []
        self.painted_while_held = 0
        self._window = window
        window.clock.tick.connect(self._on_tick)
        window.installEventFilter(self)

    def _on_tick(self) -> None:
        self.number += 1

    def note(self, name: str) -> None:
        self.of.setdefault(name, self.number)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Filters that were installed later are asked first: what they swallow does not come here.
        if event.type() == QEvent.Type.UpdateRequest:
            self.painted.append(self.number)
            self.painted_while_held += self._window.still.holds
        return super().eventFilter(watched, event)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(AppModel(), Settings(theme="dark"))
    with qtbot.waitExposed(made):
        made.show()
    made.model.load_toy("spiral")
    qtbot.waitUntil(lambda: made.live.snapshot is not None)
    yield made
    made.close()


def test_accepting_a_table_changes_paints_makes_and_closes_in_turns_of_their_own(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("a,b,y\n" + "".join(f"{i / 7:.3f},{(i * i) % 11},{i * 1.37:.4f}\n" for i in range(60)))
    flow = window.importing
    window.open_path(path)
    qtbot.waitUntil(lambda: flow.sheet is not None and flow.sheet.has_table)
    sheet = flow.sheet
    assert sheet is not None
    turn = Turn(window)
    window.model.dataset_changed.connect(lambda _: turn.note("changed"))
    sheet.finished.connect(lambda _: turn.note("closed"))
    make: Callable[..., None] = ErrorsPage.__init__

    def noted(self: ErrorsPage, *arguments: object) -> None:
        turn.note("page made")
        make(self, *arguments)

    monkeypatch.setattr(ErrorsPage, "__init__", noted)
    release = window.still.release

    def noted_release() -> None:
        turn.note("painting")
        release()

    monkeypatch.setattr(window.still, "release", noted_release)
    QTest.mouseClick(sheet.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: flow.sheet is None)
    order = ["changed", "painting", "page made", "closed"]
    assert list(turn.of) == order
    assert len(set(turn.of.values())) == len(order), turn.of
    assert turn.painted_while_held == 0


def test_another_theme_is_put_on_told_and_painted_in_turns_of_their_own(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.turns.waiting == 0)
    turn = Turn(window)
    window.theming.changed.connect(lambda _: turn.note("told"))
    window.theming.choose("contrast")
    window.theming.choose("light")  # before the panels were told of the first
    assert turn.of == {}
    QCoreApplication.sendPostedEvents(window, QEvent.Type.UpdateRequest)
    assert turn.painted == []
    qtbot.waitUntil(lambda: bool(turn.painted))
    assert turn.of["told"] < min(turn.painted)
    assert window.status.palette().color(QPalette.ColorRole.WindowText).name().upper() == LIGHT.ink_2.upper()


@pytest.mark.parametrize("name", ["moons", "hills"])
def test_the_maps_ranges_and_points_are_worked_out_in_the_job(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made = Slices._make_axis
    placed: Callable[[ColumnPlane], NDArray[np.intp]] = ColumnPlane.__dict__["placed"].func
    threads: list[threading.Thread] = []

    def make_axis(slices: Slices, feature: Feature) -> SliceAxis:
        threads.append(threading.current_thread())
        return made(slices, feature)

    def place(plane: ColumnPlane) -> NDArray[np.intp]:
        threads.append(threading.current_thread())
        return placed(plane)

    seen = cached_property(place)
    seen.__set_name__(ColumnPlane, "placed")
    monkeypatch.setattr(Slices, "_make_axis", make_axis)
    monkeypatch.setattr(ColumnPlane, "placed", seen)
    window.model.load_toy(name)
    qtbot.waitUntil(lambda: window.model.dataset is not None and window.model.dataset.name.lower() == name)
    look, view = window.model.look, window.decision.surface.view
    assert look is not None
    assert view is not None
    assert view.plane is look.plane
    assert len(threads) == 3
    assert threading.main_thread() not in threads
