"""An unexpected exception is saved, reported and shown once; a fault while reporting harms nothing."""

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QtMsgType, qWarning

from nnviz.app.crash import MAX_REPORTS, CrashHooks, report_folder, report_text


@pytest.fixture
def shown() -> list[str]:
    return []


@pytest.fixture
def hooks(shown: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrashHooks]:
    monkeypatch.setattr("nnviz.app.crash.report_folder", lambda: tmp_path / "reports")
    made = CrashHooks(shown.append, lambda: tmp_path / "recovered.npz")
    yield made
    made.uninstall()


def crash() -> str:
    return "Traceback (most recent call last):\nValueError: boom\n"


def test_report_names_the_versions_and_the_place() -> None:
    text = report_text(crash(), "the window")
    assert "nnviz" in text
    assert "PySide6" in text
    assert "in the window" in text
    assert "boom" in text


def test_report_is_written_shown_and_says_where_the_network_is(
    hooks: CrashHooks, shown: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hooks.handle(crash(), "the window")
    assert len(shown) == 1
    assert "recovered.npz" in shown[0]
    (written,) = (tmp_path / "reports").glob("report-*.txt")
    assert "boom" in written.read_text("utf-8")
    assert "boom" in capsys.readouterr().err


def test_a_fault_that_repeats_every_frame_is_reported_a_few_times_only(hooks: CrashHooks, shown: list[str]) -> None:
    for _ in range(50):
        hooks.handle(crash(), "the window")
    assert len(shown) == MAX_REPORTS


def test_a_fault_while_showing_a_report_does_not_recurse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnviz.app.crash.report_folder", lambda: tmp_path)
    seen: list[str] = []

    def show(text: str) -> None:
        seen.append(text)
        made.handle(crash(), "the report")

    made = CrashHooks(show, lambda: None)
    made.handle(crash(), "the window")
    assert len(seen) == 1


def test_exception_on_the_main_thread_reaches_the_person(hooks: CrashHooks, shown: list[str]) -> None:
    hooks.install()
    error = ValueError("boom")
    sys.excepthook(ValueError, error, None)
    assert "ValueError: boom" in shown[0]


def test_keyboard_interrupt_is_no_crash(hooks: CrashHooks, shown: list[str]) -> None:
    hooks.install()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not shown


def test_exception_on_another_thread_is_written_to_standard_error(
    hooks: CrashHooks, capsys: pytest.CaptureFixture[str]
) -> None:
    hooks.install()

    def fail() -> None:
        raise ValueError("elsewhere")

    thread = threading.Thread(target=fail, name="worker-7")
    thread.start()
    thread.join()
    captured = capsys.readouterr().err
    assert "elsewhere" in captured
    assert "worker-7" in captured


def test_qt_messages_go_to_the_log(hooks: CrashHooks, caplog: pytest.LogCaptureFixture) -> None:
    hooks.install()
    with caplog.at_level(logging.WARNING, logger="nnviz"):
        qWarning("from Qt")
    assert "from Qt" in caplog.text
    assert QtMsgType.QtWarningMsg is not None


def test_reports_go_to_the_persons_data_folder() -> None:
    assert report_folder().parts[-2:] == ("nnviz", "reports")
