"""Facts about the messages above the network."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from nnviz.ui.banner import IN_SIGHT, INFO_SECONDS, KEPT, Banner
from nnviz.ui.theme import LIGHT


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    made = Banner()
    qtbot.addWidget(made)
    return made


def test_empty_banner_takes_no_room(banner: Banner) -> None:
    assert banner.isHidden()
    banner.show_message("info", "read")
    assert not banner.isHidden()
    banner.clear()
    assert banner.isHidden()


def test_newest_message_is_on_top(banner: Banner) -> None:
    banner.show_message("error", "first")
    banner.show_message("error", "second")
    assert [bar.label.text() for bar in banner.bars] == ["second", "first"]


def test_fourth_message_waits_behind_and_comes_back(banner: Banner) -> None:
    for number in range(4):
        banner.show_message("error", f"error {number}")
    assert len(banner.bars) == IN_SIGHT
    assert banner.texts == ("error 3", "error 2", "error 1", "error 0")
    banner.bars[0].cross.click()
    assert [bar.label.text() for bar in banner.bars] == ["error 2", "error 1", "error 0"]


def test_info_goes_after_six_seconds_and_the_others_stay(banner: Banner) -> None:
    banner.show_message("info", "saved")
    banner.show_message("warning", "odd")
    banner.show_message("error", "bad")
    banner.advance(INFO_SECONDS - 0.1)
    assert "saved" in banner.texts
    banner.advance(0.2)
    assert banner.texts == ("bad", "odd")
    banner.advance(3600.0)
    assert banner.texts == ("bad", "odd")


def test_info_that_waits_behind_others_does_not_age(banner: Banner) -> None:
    banner.show_message("info", "saved")
    for number in range(3):
        banner.show_message("error", f"error {number}")
    banner.advance(INFO_SECONDS + 1)
    assert "saved" in banner.texts


def test_message_of_the_same_topic_replaces_the_earlier_one(banner: Banner) -> None:
    banner.show_message("error", "step 10 diverged", topic="divergence")
    banner.show_message("info", "read")
    banner.show_message("error", "step 20 diverged", topic="divergence")
    assert list(banner.texts) == ["step 20 diverged", "read"]
    banner.dismiss("divergence")
    assert list(banner.texts) == ["read"]


def test_repeated_message_is_not_stacked(banner: Banner) -> None:
    banner.show_message("warning", "again")
    banner.show_message("warning", "again")
    assert banner.texts == ("again",)


def test_dismissing_an_unknown_topic_changes_nothing(banner: Banner) -> None:
    banner.show_message("warning", "odd")
    banner.dismiss("divergence")
    assert banner.texts == ("odd",)


def test_button_closes_its_message_and_calls_back_once(banner: Banner, qtbot: QtBot) -> None:
    calls: list[str] = []
    banner.show_message("error", "diverged", [("Go back", lambda: calls.append("back")), ("Divide", calls.clear)])
    button = next(b for b in banner.bars[0].findChildren(QPushButton) if b.text() == "Go back")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert calls == ["back"]
    assert banner.texts == ()


def test_callback_may_show_the_next_message(banner: Banner) -> None:
    banner.show_message("error", "one", [("Next", lambda: banner.show_message("info", "two"))])
    banner.bars[0].findChildren(QPushButton)[0].click()
    assert banner.texts == ("two",)


def test_markup_is_shown_literally(banner: Banner) -> None:
    banner.show_message("error", "<b>bold.csv</b> & co")
    assert banner.bars[0].label.textFormat() is Qt.TextFormat.PlainText
    assert banner.bars[0].label.text() == "<b>bold.csv</b> & co"


def test_flood_of_messages_is_bounded_and_keeps_the_errors(banner: Banner) -> None:
    banner.show_message("error", "the one that matters")
    for number in range(KEPT + 20):
        banner.show_message("info", f"info {number}")
    assert len(banner.texts) == KEPT
    assert "the one that matters" in banner.texts


def test_theme_changes_while_messages_are_in_sight(banner: Banner) -> None:
    banner.show_message("warning", "odd")
    banner.resize(400, 60)
    before = banner.grab().toImage()
    banner.set_theme(LIGHT)
    assert banner.grab().toImage() != before
