"""Full screen and the presentation: entered and left by key and menu, with everything back where it was."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings, load_settings
from nnviz.ui.layout_state import LayoutState, layout_of
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import load_fonts
from nnviz.ui.type_scale import factor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
KEYS = ("data", "network", "decision", "curves", "tabs")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: object) -> Iterator[MainWindow]:
    load_fonts()
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    made = MainWindow(AppModel(), Settings(theme="dark"))
    made.resize(1280, 720)
    made.show()
    made.model.load_toy("spiral")
    qtbot.waitUntil(lambda: made.live.snapshot is not None, timeout=10_000)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.setFocus()
    yield made
    made.close()
    made.deleteLater()


def shown(window: MainWindow) -> list[str]:
    return [key for key in KEYS if window.docks.panels[key].widget.isVisible()]


def test_the_key_fills_the_screen_and_goes_back(window: MainWindow) -> None:
    size = window.size()
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    assert shown(window) == list(KEYS)
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert not window.isFullScreen()
    assert window.size() == size


def test_escape_leaves_full_screen_after_the_row(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F11)
    window.live.set_row(3)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.model.runs.row is None
    assert window.isFullScreen()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()


def test_a_maximised_window_is_maximised_again(window: MainWindow) -> None:
    window.setWindowState(Qt.WindowState.WindowMaximized)
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert window.isMaximized()


@pytest.mark.parametrize("leave", [Qt.Key.Key_F5, Qt.Key.Key_F11, Qt.Key.Key_Escape])
def test_the_presentation_shows_what_is_looked_at_in_large_type_and_goes_as_it_came(
    window: MainWindow, qtbot: QtBot, leave: Qt.Key
) -> None:
    window.docks.set_shown("curves", shown=False)
    window.docks.float_panel("tabs")
    before, size = window.docks.state(), window.size()
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert window.isFullScreen()
    qtbot.waitUntil(lambda: shown(window) == ["network", "decision", "curves"])
    assert factor() > 1.1
    QTest.keyClick(window, leave)
    assert factor() == 1.0
    assert not window.isFullScreen()
    assert window.size() == size
    after = window.docks.state()
    assert (after.columns, after.hidden, set(after.floating)) == (before.columns, before.hidden, {"tabs"})


def test_a_presentation_in_full_screen_ends_in_full_screen(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F11)
    QTest.keyClick(window, Qt.Key.Key_F5)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.isFullScreen()
    assert shown(window) == list(KEYS)


def test_a_window_that_is_closed_while_it_presents_starts_as_it_was_before(window: MainWindow) -> None:
    before = window.docks.state()
    QTest.keyClick(window, Qt.Key.Key_F5)
    window.close()
    kept = load_settings()
    assert kept.text_percent == 100
    layout: LayoutState = layout_of(kept.layout, before.columns)
    assert layout.hidden == ()
    again = MainWindow(AppModel(), kept)
    assert not again.isFullScreen()
    again.close()
    again.deleteLater()


def test_the_view_menu_has_both_and_says_which_is_on(window: MainWindow) -> None:
    def checked() -> dict[str, bool]:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        found = {action.text(): action.isChecked() for action in menu.actions()}
        menu.close()
        return {text: on for text, on in found.items() if text.startswith(("Full", "Presentation"))}

    QTest.keyClick(window, Qt.Key.Key_F10)
    assert checked() == {"Full screen\tF11": False, "Presentation\tF5": False}
    QTest.keyClick(window, Qt.Key.Key_F5)
    QTest.keyClick(window, Qt.Key.Key_F10)
    assert checked() == {"Full screen\tF11": True, "Presentation\tF5": True}
