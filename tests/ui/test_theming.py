"""The chosen theme is put on the window with all that belongs to it, the system is followed, and motion is bounded."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnviz.ui import motion
from nnviz.ui.system_hints import SystemHints
from nnviz.ui.theme import CONTRAST, DARK, LIGHT, THEMES, load_fonts
from nnviz.ui.theming import CHOICES, Theming


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def theming(window: QWidget) -> Iterator[Theming]:
    load_fonts()
    made = Theming("dark", window)
    made.apply()
    yield made
    motion.set_reduced(reduced=False)


def test_every_theme_can_be_chosen_and_is_put_on_the_application(theming: Theming, qapp: QApplication) -> None:
    for name, theme in THEMES.items():
        theming.choose(name)
        assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == theme.panel
    assert set(CHOICES) == {"system", *THEMES}


def test_sheets_of_the_window_wear_its_theme_whenever_they_are_made(theming: Theming, window: QWidget) -> None:
    before = QDialog(window)
    theming.choose("contrast")
    after = QDialog(window)
    for dialog in (before, after):
        button = QPushButton("Press", dialog)
        button.ensurePolished()
        assert button.palette().color(QPalette.ColorRole.ButtonText).name().upper() == CONTRAST.ink.upper()


def test_the_application_wears_no_style_sheet(theming: Theming, qapp: QApplication) -> None:
    # Qt would put it on widget by widget, each of which passes it down to all below it: a third of a second.
    theming.cycle()
    assert qapp.styleSheet() == ""


def test_the_key_goes_round_the_themes(theming: Theming) -> None:
    seen = []
    for _ in THEMES:
        theming.cycle()
        seen.append(theming.theme)
    assert seen == [LIGHT, CONTRAST, DARK]


class Desktop(SystemHints):
    """A desktop whose wishes the test decides."""

    light = high_contrast = reduced_motion = False


@pytest.fixture
def desktop(theming: Theming) -> Desktop:
    made = Desktop(theming)
    theming.system = made
    made.changed.connect(theming.apply)
    return made


def test_changes_of_the_desktop_are_followed_at_once(theming: Theming, desktop: Desktop, qtbot: QtBot) -> None:
    theming.choose("system")
    assert theming.theme is DARK
    for wish, theme in (("light", LIGHT), ("high_contrast", CONTRAST)):
        setattr(desktop, wish, True)
        with qtbot.waitSignal(theming.changed) as changed:
            desktop.changed.emit()
        assert changed.args == [theme]


def test_a_chosen_theme_stays_whatever_the_desktop_says(theming: Theming, desktop: Desktop) -> None:
    desktop.light = desktop.high_contrast = True
    desktop.changed.emit()
    assert theming.theme is DARK


def test_a_desktop_with_less_motion_is_followed_unless_it_is_overruled(theming: Theming, desktop: Desktop) -> None:
    desktop.reduced_motion = True
    desktop.changed.emit()
    assert motion.motion_ms(140) == 0
    theming.choose_motion("full")
    assert motion.motion_ms(140) == 140


def test_what_qt_says_of_this_desktop_is_read(theming: Theming) -> None:
    hints = SystemHints(theming)
    assert hints.light is (QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light)
    assert not hints.high_contrast
    assert not hints.reduced_motion


def test_outlines_are_thicker_in_high_contrast_and_no_control_grows(theming: Theming, window: QWidget) -> None:
    button = QPushButton("Press")
    QVBoxLayout(window).addWidget(button)
    window.show()
    before = button.sizeHint().height()
    theming.choose("contrast")
    assert button.sizeHint().height() == before


def test_reduced_motion_leaves_nothing_that_eases_or_blinks(theming: Theming) -> None:
    blinking = QGuiApplication.styleHints().cursorFlashTime()
    assert motion.motion_ms(140) == 140
    theming.choose_motion("reduced")
    assert motion.motion_ms(140) == 0
    assert QGuiApplication.styleHints().cursorFlashTime() == 0
    theming.choose_motion("full")
    assert motion.motion_ms(140) == 140
    assert QGuiApplication.styleHints().cursorFlashTime() == blinking
