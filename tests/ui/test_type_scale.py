"""Text is as large as the desktop and the person want it, and everything that holds text grows and shrinks with it."""

import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings, load_settings
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import BODY, font, load_fonts
from nnviz.ui.theming import Theming
from nnviz.ui.type_scale import LEAST_PERCENT, MOST_PERCENT, factor, hold, px, set_factor, system_factor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
PERCENTS = (80, 100, 125, 150, 200)


@pytest.fixture(autouse=True)
def usual_size() -> Iterator[None]:
    yield
    set_factor(1.0)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.resize(1440, 900)
    window.show()
    window.model.load_toy("spiral")
    qtbot.waitUntil(lambda: window.live.snapshot is not None, timeout=10_000)
    window.live.set_row(3)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()
    window.deleteLater()


@pytest.mark.parametrize(
    ("points", "platform", "expected"),
    [
        (9.0, "win32", 1.0),
        (13.5, "win32", 1.5),
        (13.0, "darwin", 1.0),
        (10.0, "linux", 1.0),
        (11.0, "linux", 1.0),
        (16.5, "linux", 1.5),
        (8.5, "linux", 8.5 / 9),
        (40.0, "win32", 1.6),
        (4.0, "win32", 0.85),
        (-1.0, "linux", 1.0),
    ],
)
def test_the_desktops_size_of_text_is_followed_within_bounds(points: float, platform: str, expected: float) -> None:
    assert system_factor(points, platform) == pytest.approx(expected)


def test_fonts_and_lengths_grow_together() -> None:
    before = font(BODY).pixelSize(), px(40)
    set_factor(1.5)
    assert (font(BODY).pixelSize(), px(40)) == (before[0] * 1.5, 60)


def test_lengths_that_were_given_follow_and_those_of_widgets_that_are_gone_are_forgotten(qtbot: QtBot) -> None:
    kept, gone = QWidget(), QWidget()
    qtbot.addWidget(kept)
    for widget in (kept, gone):
        hold(widget, height=20, least_width=50)
    gone.deleteLater()
    QTest.qWait(10)
    set_factor(2.0)
    assert (kept.height(), kept.minimumWidth()) == (40, 100)


def test_the_chosen_size_is_kept_within_its_bounds(qtbot: QtBot) -> None:
    load_fonts()
    theming = Theming("dark")
    theming.choose_percent(1_000)
    assert theming.percent == MOST_PERCENT
    assert factor() == pytest.approx(system_factor() * MOST_PERCENT / 100)
    theming.choose_percent(1)
    assert theming.percent == LEAST_PERCENT
    theming.deleteLater()


def test_the_keys_make_text_larger_smaller_and_usual(window: MainWindow) -> None:
    usual = factor()
    QTest.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.AltModifier)
    assert factor() == pytest.approx(1.1 * usual)
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.AltModifier)
    assert factor() == pytest.approx(0.9 * usual)
    QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    assert factor() == usual


def _settle(window: MainWindow, qtbot: QtBot) -> None:
    """Wait until every part of the window has been told and laid out."""
    qtbot.waitUntil(lambda: window.turns.waiting == 0)
    qtbot.wait(50)


def _texts(window: MainWindow) -> Iterator[tuple[QWidget, str]]:
    for kind in (QLabel, QAbstractButton, QLineEdit, QComboBox):
        for widget in window.findChildren(kind):
            text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()  # type: ignore[attr-defined]
            if widget.isVisible() and text and not widget.visibleRegion().isEmpty() and not _is_picture(widget):
                yield widget, text


def _is_picture(widget: QWidget) -> bool:
    """Return whether this is a button that shows its icon instead of its text."""
    style = widget.toolButtonStyle() if isinstance(widget, QToolButton) and not widget.icon().isNull() else None
    return style is Qt.ToolButtonStyle.ToolButtonIconOnly


@pytest.mark.parametrize("percent", PERCENTS)
def test_no_control_is_lower_than_its_text(window: MainWindow, qtbot: QtBot, percent: int) -> None:
    window.theming.choose_percent(percent)
    _settle(window, qtbot)
    low = [
        f"{type(widget).__name__} {text!r}: {widget.height()} px for {widget.fontMetrics().capHeight()}"
        for widget, text in _texts(window)
        if widget.height() < widget.fontMetrics().ascent() + widget.fontMetrics().descent() - 1
    ]
    assert low == []


@pytest.mark.parametrize("percent", PERCENTS)
def test_words_of_strip_dock_and_status_bar_are_not_cut(window: MainWindow, qtbot: QtBot, percent: int) -> None:
    window.theming.choose_percent(percent)
    _settle(window, qtbot)
    cut = [
        f"{text!r}: {widget.width()} px for {widget.fontMetrics().horizontalAdvance(text)}"
        for widget, text in _texts(window)
        if any(part.isAncestorOf(widget) for part in (window.strip, window.data, window.status))
        and isinstance(widget, QLabel | QAbstractButton)
        and widget.width() < widget.fontMetrics().horizontalAdvance(text.strip())
    ]
    assert cut == []


@pytest.mark.parametrize("percent", PERCENTS)
def test_the_parts_of_the_strip_do_not_overlap_and_stay_inside(window: MainWindow, qtbot: QtBot, percent: int) -> None:
    for width in (1440, 1280, 1180):
        window.resize(width, 800)
        window.theming.choose_percent(percent)
        _settle(window, qtbot)
        strip = window.strip
        parts = strip.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        places = sorted((part.geometry() for part in parts if part.isVisible()), key=lambda place: place.left())
        assert all(first.right() < second.left() for first, second in itertools.pairwise(places))
        assert places[-1].right() < strip.width()


def test_larger_text_takes_the_side_columns_along(window: MainWindow, qtbot: QtBot) -> None:
    window.theming.choose_percent(125)
    qtbot.waitUntil(lambda: (window.data.width(), window.decision.width()) == (300, 450))
    window.theming.choose_percent(100)
    qtbot.waitUntil(lambda: (window.data.width(), window.decision.width()) == (240, 360))


def test_where_text_leaves_no_room_for_both_sides_one_folds_into_a_bar(window: MainWindow, qtbot: QtBot) -> None:
    window.theming.choose_percent(150)
    window.resize(1180, 720)
    bar = window.docks.body.bars["right"]
    qtbot.waitUntil(bar.isVisible)
    assert not window.decision.isVisible()
    assert "Decision map" in bar.accessibleName()
    assert bar.mapTo(window, QPoint(0, 0)).x() + bar.width() == window.width()
    bar.click()
    assert window.decision.isVisible()
    assert not window.data.isVisible()
    window.docks.body.bars["left"].click()
    assert window.data.isVisible()
    window.theming.choose_percent(100)
    qtbot.waitUntil(lambda: window.data.isVisible() and window.decision.isVisible())


def test_the_size_is_remembered(window: MainWindow) -> None:
    window.theming.choose_percent(130)
    window.verbs.remember()
    assert load_settings().text_percent == 130


def test_the_usual_size_comes_back_exactly(window: MainWindow, qtbot: QtBot) -> None:
    def heights() -> tuple[int, ...]:
        return tuple(part.height() for part in (window.strip, window.status, window.data, window.loss))

    before = heights()
    window.theming.choose_percent(175)
    qtbot.waitUntil(lambda: heights() != before)
    window.theming.choose_percent(100)
    qtbot.waitUntil(lambda: heights() == before)
