"""The keys of the main window: what they do, and what they leave to the control that has the focus."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnviz.ui.commands import KEYS, install


class Keyboard(QWidget):
    """A window with a button and a list that writes down every command it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[str] = []
        self.button, self.list = QPushButton("Press"), QComboBox()
        self.list.addItems(["one", "two"])
        layout = QVBoxLayout(self)
        layout.addWidget(self.button)
        layout.addWidget(self.list)
        self.shortcuts = install(self, {name: self._command(name) for _, name, _ in KEYS})

    def _command(self, name: str) -> Callable[[], None]:
        return lambda: self.given.append(name)


@pytest.fixture
def keyboard(qtbot: QtBot) -> Keyboard:
    made = Keyboard()
    qtbot.addWidget(made)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    with qtbot.waitActive(made):
        made.show()
    made.setFocus()
    return made


@pytest.mark.parametrize(("keys", "name", "_what"), KEYS)
def test_every_key_of_the_table_gives_its_command(keyboard: Keyboard, keys: str, name: str, _what: str) -> None:
    QTest.keySequence(keyboard, keys)
    assert keyboard.given == [name]


def test_space_presses_the_button_that_has_the_focus(keyboard: Keyboard, qtbot: QtBot) -> None:
    keyboard.button.setFocus()
    with qtbot.waitSignal(keyboard.button.clicked, timeout=1_000):
        QTest.keyClick(keyboard.button, Qt.Key.Key_Space)
    assert keyboard.given == []


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_space_opens_the_list_that_has_the_focus(keyboard: Keyboard) -> None:
    keyboard.list.setFocus()
    QTest.keyClick(keyboard.list, Qt.Key.Key_Space)
    assert keyboard.list.view().isVisible()
    assert keyboard.given == []
    keyboard.list.hidePopup()


def test_only_single_steps_and_zoom_repeat_while_their_key_is_held(keyboard: Keyboard) -> None:
    repeating = {key for (key, _, _), shortcut in zip(KEYS, keyboard.shortcuts, strict=True) if shortcut.autoRepeat()}
    assert repeating == {"S", "Shift+S", "E", "Ctrl++", "Ctrl+-"}


def test_command_that_is_missing_is_found_at_the_start(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    with pytest.raises(KeyError, match="toggle"):
        install(window, {})


def test_magnifying_needs_no_shift_where_plus_is_on_a_shifted_key(keyboard: Keyboard) -> None:
    QTest.keySequence(keyboard, "Ctrl+=")
    assert keyboard.given == ["zoom_in"]
