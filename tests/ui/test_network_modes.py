"""The switch for what the edges show, and the line below the diagram."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.app.edge_values import CHANGE, FLOW, GRADIENT, MODES, WEIGHT
from nnviz.run.looks import BEST, GO, MARK, REFERENCES, START
from nnviz.ui.panels.network_modes import MODE_KEYS, ModeSwitch
from nnviz.ui.panels.network_note import NetworkNote
from nnviz.ui.theme import LIGHT


@pytest.fixture
def switch(qtbot: QtBot) -> ModeSwitch:
    switch = ModeSwitch()
    qtbot.addWidget(switch)
    switch.show()
    qtbot.waitExposed(switch)
    return switch


@pytest.fixture
def note(qtbot: QtBot) -> NetworkNote:
    note = NetworkNote()
    note.set_theme(LIGHT)
    note.resize(600, note.height())
    qtbot.addWidget(note)
    return note


def test_every_mode_has_a_button_with_its_name_and_key(switch: ModeSwitch) -> None:
    assert [button.text() for button in switch.buttons.values()] == ["Weight", "Gradient", "Change ▾", "Row flow"]
    for key, button in switch.buttons.items():
        assert button.toolTip().startswith(f"{MODES[key].about} ({MODE_KEYS[key]})")
        assert button.accessibleName() == f"Edges: {MODES[key].label}"
    assert list(MODE_KEYS.values()) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("mode", [WEIGHT, GRADIENT, CHANGE, FLOW])
def test_a_click_asks_and_one_button_is_down(switch: ModeSwitch, qtbot: QtBot, mode: str) -> None:
    with qtbot.waitSignal(switch.mode_changed) as caught:
        QTest.mouseClick(switch.buttons[mode], Qt.MouseButton.LeftButton)
    assert caught.args == [mode]
    switch.set_mode(mode)
    assert [key for key, button in switch.buttons.items() if button.isChecked()] == [mode]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_change_pressed_again_offers_its_moments(switch: ModeSwitch, qtbot: QtBot) -> None:
    QTest.mouseClick(switch.buttons[CHANGE], Qt.MouseButton.LeftButton)
    assert not switch.menu.isVisible()
    switch.set_mode(CHANGE)
    QTest.mouseClick(switch.buttons[CHANGE], Qt.MouseButton.LeftButton)
    assert switch.menu.isVisible()
    switch.menu.close()


def test_menu_has_every_moment_and_now_marks_one(switch: ModeSwitch, qtbot: QtBot) -> None:
    assert tuple(switch.moments) == REFERENCES
    with qtbot.waitSignal(switch.reference_changed) as caught, qtbot.assertNotEmitted(switch.marked):
        switch.moments[BEST].trigger()
    assert caught.args == [BEST]
    with qtbot.waitSignals([switch.marked, switch.reference_changed]):
        switch.moments[MARK].trigger()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (START, "The start of the run"),
        (BEST, "The best epoch"),
        (GO, "The last start or edit"),
        (MARK, "The moment that was marked"),
    ],
)
def test_chosen_moment_is_told_by_the_button(switch: ModeSwitch, kind: str, words: str) -> None:
    switch.set_reference(kind)
    assert switch.moments[kind].isChecked()
    assert switch.buttons[CHANGE].toolTip().endswith(words)
    assert switch.buttons[CHANGE].accessibleDescription().startswith(f"Counted from: {words}.")


def test_line_is_hidden_until_there_is_something_to_say(note: NetworkNote) -> None:
    assert note.isHidden()
    note.set_words("No row is chosen.")
    assert not note.isHidden()
    note.set_words("")
    assert note.isHidden()


def test_marks_are_counted_listed_and_cleared_by_one_click(note: NetworkNote, qtbot: QtBot) -> None:
    note.set_marks("2 frozen, 1 silenced", "Frozen: h1.2, h1.3 → h2.4. Silenced: h2.1.")
    note.show()
    assert note.counts.text() == "2 frozen, 1 silenced"
    assert note.names.text == "Frozen: h1.2, h1.3 → h2.4. Silenced: h2.1."
    assert note.names.accessibleName() == note.names.toolTip() == note.names.text
    assert note.clear.accessibleName() == "Clear: 2 frozen, 1 silenced"
    with qtbot.waitSignal(note.cleared):
        QTest.mouseClick(note.clear, Qt.MouseButton.LeftButton)
    note.set_marks("", "")
    assert note.isHidden()


def test_long_lists_and_hostile_names_are_plain_and_cut(note: NetworkNote) -> None:
    words = "Frozen: " + ", ".join(["<b>x</b>"] * 200) + "."
    note.set_marks("200 frozen", words)
    note.show()
    assert note.names.width() < 600
    assert note.minimumSizeHint().width() < 600
    assert "&lt;b&gt;" in note.names.toolTip()
