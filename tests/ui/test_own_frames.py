"""A frame counts as long as nnviz made it: what other programs took is taken off, what it waited itself is not."""

import os
import sys
import threading
import time

import pytest
from pytestqt.qtbot import QtBot

from nnviz.app.frame_clock import FrameClock
from nnviz.ui.own_frames import CoreWait, HoldUps, OwnFrames


def _asked() -> float:
    wait = CoreWait()
    seconds = wait.seconds()
    wait.close()
    return seconds


def test_waiting_for_a_core_is_taken_off_and_nothing_else(qtbot: QtBot) -> None:
    clock, now, waited = FrameClock(), 0.0, 5.0
    frames = OwnFrames(clock, lambda: waited, lambda: now)
    clock.tick.emit()
    for passed, without_core in ((0.016, 0.0), (0.120, 0.100), (0.090, 0.010), (0.020, 0.020)):
        now, waited = now + passed, waited + without_core
        clock.tick.emit()
    assert frames.count == 4
    assert frames.longest == pytest.approx(0.080)
    assert frames.longest_in_all == pytest.approx(0.120)


def test_time_between_two_measurements_belongs_to_neither(qtbot: QtBot) -> None:
    clock, now = FrameClock(), 0.0
    frames = OwnFrames(clock, lambda: 0.0, lambda: now)
    clock.tick.emit()
    frames.begin()
    now = 3.0
    clock.tick.emit()
    assert (frames.count, frames.longest) == (0, 0.0)
    now = 3.02
    clock.tick.emit()
    assert frames.longest == pytest.approx(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts it")
def test_linux_counts_it_for_the_thread_that_asks() -> None:
    wait = CoreWait()
    assert 0.0 <= wait.seconds() <= wait.seconds()
    found: list[float] = []
    thread = threading.Thread(target=lambda: found.append(_asked()))
    thread.start()
    thread.join()
    assert found[0] >= 0.0
    wait.close()
    assert wait.seconds() == 0.0


def test_where_nobody_counts_it_nothing_is_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise FileNotFoundError

    monkeypatch.setattr("nnviz.ui.own_frames.os.open", refuse)
    assert CoreWait().seconds() == 0.0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts it")
def test_what_the_host_took_is_taken_off_too(monkeypatch: pytest.MonkeyPatch) -> None:
    wait = CoreWait()
    thread, machine = wait._files
    before = wait.seconds()
    monkeypatch.setattr(
        "nnviz.ui.own_frames.os.pread",
        lambda file, *_: b"7 2000000000 9" if file == thread else b"cpu  1 2 3 4 5 6 7 100 0 0\ncpu0 1",
    )
    assert machine != thread
    assert wait.seconds() == pytest.approx(2.0 + 100 / os.sysconf("SC_CLK_TCK"))
    wait.close()
    assert before >= 0.0


def _sleep_through_a_frame() -> None:
    time.sleep(0.15)


def test_what_held_a_frame_up_is_written_down() -> None:
    hold_ups = HoldUps(0.02)
    hold_ups.watch()
    _sleep_through_a_frame()
    hold_ups.watch()
    assert "_sleep_through_a_frame" in hold_ups.close()


def test_frames_in_time_leave_nothing_to_read() -> None:
    hold_ups = HoldUps(5.0)
    for _ in range(3):
        hold_ups.watch()
    assert hold_ups.close() == ""
