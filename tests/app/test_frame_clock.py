"""The one timer: even ticks, and a word after the painting."""

from pytestqt.qtbot import QtBot

from nnviz.app.frame_clock import FrameClock


def test_clock_ticks_about_sixty_times_a_second(qtbot: QtBot) -> None:
    clock = FrameClock()
    ticks: list[None] = []
    clock.tick.connect(lambda: ticks.append(None))
    clock.start()
    qtbot.waitUntil(lambda: len(ticks) >= 30, timeout=5_000)
    clock.stop()
    assert 5 < clock.frames_per_second < 70


def test_painted_follows_every_tick(qtbot: QtBot) -> None:
    clock = FrameClock()
    order: list[str] = []
    clock.tick.connect(lambda: order.append("tick"))
    clock.painted.connect(lambda: order.append("painted"))
    clock.start()
    qtbot.waitUntil(lambda: len(order) >= 20, timeout=5_000)
    clock.stop()
    assert order[:20] == ["tick", "painted"] * 10


def test_stopping_between_tick_and_painted_still_says_painted(qtbot: QtBot) -> None:
    clock = FrameClock()
    painted: list[None] = []
    clock.painted.connect(lambda: painted.append(None))
    clock.tick.connect(clock.stop)
    clock.start()
    qtbot.wait(60)
    assert len(painted) == 1
