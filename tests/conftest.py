"""Fixtures for every test: isolated settings, and a check that no thread, timer or widget outlives its test."""

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_collection_finish() -> None:
    """Leave what all tests have imported out of the search for leaks after each of them: a fifth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def isolated_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep the person's own settings and crash reports out of the tests."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home))
    return home


def _leaked_threads(before: set[threading.Thread]) -> list[str]:
    deadline = time.monotonic() + 2.0
    while True:
        leaked = [t for t in threading.enumerate() if t not in before and t.is_alive()]
        if not leaked or time.monotonic() > deadline:
            return [f"thread {t.name}" for t in leaked]
        time.sleep(0.01)


def _leaked_qt_objects() -> list[str]:
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    app = QApplication.instance()
    if app is None:
        return []
    gc.collect()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.processEvents()
    names = [
        f"widget {type(w).__name__} {w.objectName()}".rstrip()
        for w in QApplication.topLevelWidgets()
        if not w.isHidden()
    ]
    names += [
        f"active timer of {o.interval()} ms"
        for o in gc.get_objects()
        if isinstance(o, QTimer) and isValid(o) and o.isActive()
    ]
    return names


@pytest.fixture(autouse=True)
def mouse_away(request: pytest.FixtureRequest) -> None:
    """Begin with no button down and the mouse where no window is, wherever another test has left it.

    A window that opens below it is lit, and Qt does not always tell it that the mouse has gone. A double click in a
    test ends with the button down.
    """
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        return
    request.getfixturevalue("qapp")
    from PySide6.QtGui import QCursor
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget

    QCursor.setPos(-100, -100)
    if pressed := QApplication.mouseButtons():
        for button in pressed:
            QTest.mouseRelease(QWidget(), button)


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, an active timer or a visible widget, and name it."""
    before = set(threading.enumerate())
    yield
    leaked = _leaked_threads(before)
    if "PySide6.QtWidgets" in sys.modules and {"qtbot", "qapp"} & set(request.fixturenames):
        leaked += _leaked_qt_objects()
    assert not leaked, "left behind by this test: " + ", ".join(leaked)
