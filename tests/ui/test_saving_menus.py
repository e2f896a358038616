"""Where saving and copying are offered: menus, keys, the inspector; and without data."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.lenses import Place
from nnviz.app.notices import AppNotice
from nnviz.app.settings import Settings
from nnviz.ui.main_window import MainWindow
from nnviz.ui.saving import parts
from nnviz.ui.saving.parts import key_at_hand, part_of
from nnviz.ui.theme import load_fonts
from tests.ui.saving_window import PANELS, shown_tab, window

__all__ = ["window"]


@pytest.mark.parametrize("key", PANELS)
def test_every_panel_offers_to_copy_and_save_itself(window: MainWindow, qtbot: QtBot, key: str) -> None:
    if key == "tabs":
        shown_tab(window, qtbot, "confusion")
    menu = window.views.menus.panel(key, window)
    texts = [action.text().split("\t")[0] for action in menu.actions() if action.isEnabled()]
    numbers = part_of(window, key).numbers()
    assert numbers
    expected = ["Copy picture", "Save picture as…"]
    for one in numbers:
        expected += [f"Copy {one.name}", f"Save {one.name} as CSV…"]
    assert [text for text in texts if text.startswith(("Copy", "Save"))] == expected
    menu.deleteLater()


def test_without_data_there_are_no_numbers_to_offer(qtbot: QtBot) -> None:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.show()
    for key in PANELS:
        menu = window.views.menus.panel(key, window)
        offered = [action.text() for action in menu.actions() if "numbers" in action.text()]
        assert len(offered) == 2
        assert not any(action.isEnabled() for action in menu.actions() if "numbers" in action.text())
        menu.deleteLater()
    said: list[AppNotice] = []
    window.model.notice.connect(said.append)
    window.verbs.saving.copy_numbers("curves")
    assert "no numbers here yet" in said[0].text
    window.close()
    window.deleteLater()


def test_the_inspector_is_offered_while_it_is_open(window: MainWindow, qtbot: QtBot) -> None:
    def offered() -> list[str]:
        menu = window.views.menus.panel("network", window)
        menus = menu.findChildren(QMenu)
        texts = [action.text().split("\t")[0] for below in menus for action in below.actions()]
        menu.deleteLater()
        return texts

    assert offered() == []
    window.live.set_row(3)
    window.inspector.choose(Place(1, 0))
    panel = window.inspector.panel
    assert panel is not None
    qtbot.waitUntil(lambda: bool(panel.numbers()), timeout=10_000)
    assert offered() == ["Copy picture", "Save picture as…", "Copy formulas", "Save formulas as CSV…"]
    lines = list(panel.numbers()[0].rows())
    assert "\n".join(line[0] for line in lines) == panel.as_text()
    panel.setFocus()
    panel.copy_text.setFocus()
    assert key_at_hand(window) == "inspector"


def test_keys_mean_the_panel_that_has_the_focus(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_under_mouse", lambda _window: None)  # wherever another test has left it
    window.decision.surface.setFocus()
    qtbot.waitUntil(window.decision.surface.hasFocus)
    assert key_at_hand(window) == "decision"
    QTest.keyClick(
        window.decision.surface, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    size = window.docks.panels["decision"].face.size()  # as it was taken; a window's first panels may still settle
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().size() == size, timeout=5_000)
    window.setFocus()
    assert key_at_hand(window) == "window"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
@pytest.mark.parametrize("key", ["network", "decision", "curves", "data"])
def test_a_right_click_on_a_panel_opens_its_menu(window: MainWindow, key: str) -> None:
    inner = {
        "network": window.network.graph,
        "decision": window.decision.surface,
        "curves": window.loss.plot.canvas.viewport(),
        "data": window.data,
    }[key]
    at = QPoint(5, inner.height() - 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, inner.mapToGlobal(at))
    QApplication.sendEvent(inner, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.title() == window.docks.panels[key].title
    menu.close()
