"""Panels are hidden, floated, moved and brought back, by key, menu, mouse and handle, and it is remembered."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings, load_settings
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.docks_column import Handle
from nnviz.ui.docks_grip import DropZones
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import load_fonts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
KEYS = {"data": "Alt+1", "network": "Alt+2", "decision": "Alt+3", "curves": "Alt+4", "tabs": "Alt+5"}

Open = Callable[[Settings], MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: object) -> Iterator[Open]:
    load_fonts()
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    windows: list[MainWindow] = []

    def make(settings: Settings) -> MainWindow:
        window = MainWindow(AppModel(), settings)
        windows.append(window)
        if not settings.geometry:
            window.resize(1440, 900)
        window.show()
        window.model.load_toy("spiral")
        qtbot.waitUntil(lambda: window.live.snapshot is not None, timeout=10_000)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.setFocus()
        if not settings.layout:
            qtbot.waitUntil(lambda: abs(window.loss.height() - window.tabs.panel.height()) <= 1)
        return window

    yield make
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: Open) -> MainWindow:
    return open_window(Settings(theme="dark"))


def box(window: MainWindow, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def handle_of(window: MainWindow, name: str) -> Handle:
    """Return the handle between the first two columns, or between the panels of the right one."""
    area = window.docks.body if name == "Width" else window.docks.columns["right"]
    return next(h for h in area.findChildren(Handle) if h.isVisible() and h.accessibleName().startswith(name))


def grids(window: MainWindow) -> bool:
    return window.model.runs.grid_source(True) is not None


# The usual layout


def test_usual_layout_is_that_of_the_mock_up(window: MainWindow) -> None:
    data, network = box(window, window.data), box(window, window.network)
    decision, loss = box(window, window.decision), box(window, window.loss)
    assert (data.x(), data.width()) == (0, 240)
    assert (network.x(), network.width()) == (241, 838)
    assert (decision.x(), decision.width()) == (1080, 360)
    assert decision.height() == window.decision.heightForWidth(360)
    tabs = box(window, window.tabs.panel)
    assert loss.y() == decision.bottom() + 2
    assert tabs.y() == loss.bottom() + 2
    assert tabs.bottom() == data.bottom() == network.bottom()


def test_spare_height_goes_to_curves_and_tabs_while_the_map_stays_square(window: MainWindow) -> None:
    panels = (window.decision, window.loss, window.tabs.panel)
    before = [panel.height() for panel in panels]
    window.resize(1440, 1000)
    after = [panel.height() - height for panel, height in zip(panels, before, strict=True)]
    assert after == [0, 50, 50]


# Hiding


@pytest.mark.parametrize("key", KEYS)
def test_a_panel_is_hidden_and_shown_by_its_key(window: MainWindow, key: str) -> None:
    widget = window.docks.panels[key].widget
    place = box(window, widget)
    QTest.keySequence(window, KEYS[key])
    assert not widget.isVisible()
    QTest.keySequence(window, KEYS[key])
    assert widget.isVisible()
    assert box(window, widget) == place


def test_hidden_panels_ask_the_run_for_no_grid(window: MainWindow) -> None:
    assert grids(window)
    window.docks.set_shown("decision", shown=False)
    assert grids(window)  # the tiles of the diagram want it too
    window.docks.set_shown("network", shown=False)
    assert not grids(window)
    window.docks.set_shown("decision", shown=True)
    assert grids(window)


def test_hidden_panels_draw_nothing_and_catch_up_when_they_are_shown(window: MainWindow, qtbot: QtBot) -> None:
    for key in ("network", "decision", "curves"):
        window.docks.set_shown(key, shown=False)
    window.network.flush(5.0)
    drawn, old = window.network.pictures_drawn, window.loss.plot.snapshot
    window.model.runs.send(messages.Run())
    qtbot.waitUntil(lambda: window.live.snapshot is not None and window.live.snapshot.epoch > 20, timeout=10_000)
    window.model.runs.send(messages.Pause())
    qtbot.waitUntil(lambda: window.model.runs.state is RunState.PAUSED, timeout=10_000)
    assert (window.network.pictures_drawn, window.loss.plot.snapshot) == (drawn, old)
    for key in ("network", "decision", "curves"):
        window.docks.set_shown(key, shown=True)
    qtbot.waitUntil(lambda: window.loss.plot.snapshot is window.live.snapshot, timeout=10_000)
    qtbot.waitUntil(lambda: window.network.pictures_drawn > drawn, timeout=10_000)


def test_a_minimised_window_asks_for_no_grid(window: MainWindow, qtbot: QtBot) -> None:
    window.showMinimized()
    qtbot.waitUntil(lambda: not grids(window))
    window.showNormal()
    qtbot.waitUntil(lambda: grids(window))


def test_without_the_diagram_the_side_panels_take_the_room(window: MainWindow) -> None:
    QTest.keySequence(window, KEYS["network"])
    assert box(window, window.decision).left() <= 322
    assert window.decision.width() > 1_000


def test_messages_are_seen_without_the_diagram_too(window: MainWindow) -> None:
    QTest.keySequence(window, KEYS["network"])
    window.verbs.refuse("This can't be.")
    assert window.banner.isVisible()
    QTest.keySequence(window, KEYS["network"])
    assert window.banner.isVisible()
    assert box(window, window.banner).left() == box(window, window.network).left()


def test_when_everything_is_hidden_the_window_says_how_to_get_it_back(window: MainWindow) -> None:
    for keys in KEYS.values():
        QTest.keySequence(window, keys)
    assert window.docks.body.nothing.isVisible()
    assert "F10" in window.docks.body.nothing.text()
    window.docks.reset()
    assert not window.docks.body.nothing.isVisible()


# Floating


@pytest.mark.parametrize("key", KEYS)
def test_a_panel_floats_and_returns_to_its_place(window: MainWindow, qtbot: QtBot, key: str) -> None:
    widget = window.docks.panels[key].widget
    place = box(window, widget)
    window.docks.float_panel(key)
    assert widget.window() is not window
    assert widget.window().isVisible()
    assert window.docks.panels[key].title in widget.window().windowTitle()
    window.docks.dock(key)
    assert widget.window() is window
    qtbot.waitUntil(lambda: box(window, widget) == place)


def test_closing_a_floating_window_brings_the_panel_back(window: MainWindow) -> None:
    window.docks.float_panel("curves")
    window.loss.window().close()
    assert window.loss.window() is window
    assert window.loss.isVisible()


def test_keys_of_the_window_work_in_a_floating_one(window: MainWindow, qtbot: QtBot) -> None:
    window.docks.float_panel("decision")
    floating = window.decision.window()
    floating.activateWindow()
    qtbot.waitUntil(floating.isActiveWindow)
    QTest.keyClick(floating, Qt.Key.Key_Down)
    assert window.model.runs.row == 0
    QTest.keyClick(floating, Qt.Key.Key_Escape)
    assert window.model.runs.row is None


def test_a_floating_panel_goes_on_learning(window: MainWindow, qtbot: QtBot) -> None:
    window.docks.float_panel("network")
    window.network.flush(5.0)
    drawn = window.network.pictures_drawn
    window.model.runs.send(messages.Run())
    qtbot.waitUntil(lambda: window.network.pictures_drawn > drawn + 2, timeout=10_000)


def test_a_floating_panel_is_themed_with_the_window(window: MainWindow, qtbot: QtBot) -> None:
    window.docks.float_panel("decision")
    QTest.keyClick(window, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: window.decision.surface.theme.name == "light")


def test_a_hidden_floating_panel_floats_again(window: MainWindow) -> None:
    window.docks.float_panel("curves", QRect(40, 50, 400, 300))
    window.docks.toggle("curves")
    assert not window.loss.isVisible()
    window.docks.toggle("curves")
    assert window.loss.window().geometry() == QRect(40, 50, 400, 300)


def test_closing_the_window_closes_what_floats(window: MainWindow) -> None:
    window.docks.float_panel("curves")
    floating = window.loss.window()
    window.close()
    assert not floating.isVisible()


# Moving


def test_a_panel_is_moved_to_the_other_side_and_within_its_column(window: MainWindow) -> None:
    window.docks.move("curves", "left", 0)
    assert box(window, window.loss).bottom() < box(window, window.data).top()
    window.docks.move("curves", "right", 0)
    assert box(window, window.loss).bottom() < box(window, window.decision).top()
    window.docks.reset()
    assert box(window, window.decision).bottom() < box(window, window.loss).top()


def test_the_grip_drags_a_panel_to_another_column(window: MainWindow) -> None:
    grip = window.views.grips["curves"]
    start, end = grip.rect().center(), grip.mapFromGlobal(window.data.mapToGlobal(QPoint(100, 30)))
    QTest.mousePress(grip, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(grip, start + QPoint(-40, 0))
    QTest.mouseMove(grip, end)
    assert window.docks.body.findChild(DropZones) is not None
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=end)
    assert window.docks.in_column("left") == ["curves", "data"]
    assert not [zones for zones in window.docks.body.findChildren(DropZones) if zones.isVisible()]


def test_a_panel_dropped_outside_the_window_floats(window: MainWindow) -> None:
    grip = window.views.grips["decision"]
    outside = grip.mapFromGlobal(window.geometry().bottomRight() + QPoint(60, 60))
    QTest.mousePress(grip, Qt.MouseButton.LeftButton)
    QTest.mouseMove(grip, outside)
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=outside)
    assert window.docks.is_floating("decision")


def test_escape_ends_a_drag_with_everything_as_it_was(window: MainWindow) -> None:
    grip = window.views.grips["curves"]
    end = grip.mapFromGlobal(window.data.mapToGlobal(QPoint(100, 30)))
    before = window.docks.state()
    QTest.mousePress(grip, Qt.MouseButton.LeftButton)
    QTest.mouseMove(grip, end)
    QTest.keyClick(grip, Qt.Key.Key_Escape)
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=end)
    assert window.docks.state() == before


def test_a_double_click_on_a_header_floats_the_panel_and_takes_it_back(window: MainWindow) -> None:
    QTest.mouseDClick(window.network.header, Qt.MouseButton.LeftButton, pos=QPoint(300, 18))
    assert window.docks.is_floating("network")
    QTest.mouseDClick(window.network.header, Qt.MouseButton.LeftButton, pos=QPoint(300, 18))
    assert not window.docks.is_floating("network")


# Menus


def _open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def _choose(menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if action.text().split("\t")[0] == text)
    action.trigger()
    menu.close()


def test_the_view_menu_shows_hides_and_resets(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F10)
    _choose(_open_menu(), "Decision map")
    assert not window.decision.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F10)
    menu = _open_menu()
    assert [action.text() for action in menu.actions() if action.isChecked()] == [
        "Data\tAlt 1",
        "Network\tAlt 2",
        "Curves\tAlt 4",
        "Tabs\tAlt 5",
    ]
    _choose(menu, "Reset layout")
    assert window.decision.isVisible()


def test_a_panels_menu_opens_from_its_grip_by_keyboard(window: MainWindow) -> None:
    grip = window.views.grips["decision"]
    grip.setFocus()
    QTest.keyClick(grip, Qt.Key.Key_Return)
    menu = _open_menu()
    texts = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert texts[:3] == ["Float in a window of its own", "Move down", "Move to the left column"]
    _choose(menu, "Move down")
    assert window.docks.in_column("right") == ["curves", "decision", "tabs"]


# Handles


def test_handles_move_with_the_arrow_keys_and_go_back_with_a_double_click(window: MainWindow) -> None:
    handle = handle_of(window, "Width")
    before = [box(window, w).width() for w in (window.data, window.network)]
    handle.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_Right)
    after = [box(window, w).width() for w in (window.data, window.network)]
    assert (after[0] - before[0], after[1] - before[1]) == (16, -16)
    QTest.mouseDClick(handle, Qt.MouseButton.LeftButton)
    assert [box(window, w).width() for w in (window.data, window.network)] == before


def test_heights_that_the_person_chose_stay_when_the_window_grows(window: MainWindow) -> None:
    handle = handle_of(window, "Height")
    handle.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_Down)
    taller = window.decision.height()
    assert taller == window.decision.heightForWidth(360) + 16
    window.resize(1440, 1000)
    assert window.decision.height() > taller - 1


# Remembering


def test_the_layout_is_remembered(window: MainWindow, open_window: Open) -> None:
    window.docks.move("curves", "left", 1)
    window.docks.set_shown("decision", shown=False)
    window.docks.float_panel("network", QRect(30, 40, 700, 500))
    state = window.docks.state()
    window.close()
    again = open_window(load_settings())
    assert again.docks.state().columns == state.columns
    assert again.docks.state().hidden == ("decision",)
    assert again.drawer.window().geometry() == QRect(30, 40, 700, 500)
    assert again.loss.isVisible()


def test_widths_and_heights_are_remembered(window: MainWindow, open_window: Open, qtbot: QtBot) -> None:
    across, down = (handle_of(window, name) for name in ("Width", "Height"))
    for handle, key in ((across, Qt.Key.Key_Right), (down, Qt.Key.Key_Up)):
        handle.setFocus()
        QTest.keyClick(handle, key)
    before = [box(window, w) for w in (window.data, window.decision, window.loss)]
    assert before[0].width() == 256
    window.close()
    again = open_window(replace(load_settings(), geometry=""))  # the tests' screen is smaller than the window
    qtbot.waitUntil(lambda: [box(again, w) for w in (again.data, again.decision, again.loss)] == before)


def test_a_floating_window_that_no_screen_shows_comes_back_into_sight(open_window: Open) -> None:
    first = open_window(Settings(theme="dark"))
    first.docks.float_panel("curves")
    layout = first.docks.state()
    lost = type(layout)(layout.columns, floating={"curves": (9_000, 9_000, 400, 300)}).to_text()
    again = open_window(Settings(theme="dark", layout=lost))
    assert QApplication.primaryScreen().availableGeometry().contains(again.loss.window().geometry())


def test_a_damaged_layout_gives_the_usual_one(open_window: Open) -> None:
    window = open_window(Settings(theme="dark", layout="{broken"))
    assert (window.data.width(), window.decision.width()) == (240, 360)
