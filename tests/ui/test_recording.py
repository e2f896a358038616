"""Films of a window: what is on the screen is in the file; the mark; and every way to end one."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.notices import AppNotice
from nnviz.app.settings import Settings
from nnviz.export import mp4_file
from nnviz.run import messages
from nnviz.ui.main_window import MainWindow
from nnviz.ui.recording.flow import RecordFlow, size_text
from nnviz.ui.recording.frames import frame_of
from nnviz.ui.theme import DARK, LIGHT, load_fonts
from tests.ui.saving_window import pixels

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.show()
    window.model.load_toy("rings")
    qtbot.waitUntil(lambda: window.live.snapshot is not None, timeout=10_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def films(window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], RecordFlow]:
    """Return a function that begins a film of the network, written to a name."""

    def begin(name: str, key: str = "network") -> RecordFlow:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / name), "GIF animation (*.gif)"))
        window.verbs.films.start(key)
        return window.verbs.films

    return begin


def ended(flow: RecordFlow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not flow.active, timeout=15_000)


def said_by(window: MainWindow) -> list[AppNotice]:
    said: list[AppNotice] = []
    window.model.notice.connect(said.append)
    return said


def becomes_alike(face: QWidget, shown: Callable[[], QImage], qtbot: QtBot) -> None:
    """Wait until a frame is what painting once more gives; that may bring a newer picture than the screen had."""

    def alike() -> bool:
        frame, once_more = frame_of(face), shown()
        assert frame is not None
        assert frame.size() == once_more.size()
        # Speeds go on changing.
        return bool(np.corrcoef(pixels(frame).ravel(), pixels(once_more).ravel())[0, 1] > 0.98)

    qtbot.waitUntil(alike, timeout=10_000)


@pytest.mark.parametrize("key", ["network", "window"])
def test_a_frame_is_what_is_on_the_screen(window: MainWindow, qtbot: QtBot, key: str) -> None:
    face = window if key == "window" else window.network
    becomes_alike(face, lambda: face.grab().toImage(), qtbot)


def test_what_is_hidden_has_no_frame(window: MainWindow) -> None:
    window.docks.set_shown("decision", shown=False)
    assert frame_of(window.decision) is None


def test_a_panel_in_a_window_of_its_own_has_its_frames_from_there(window: MainWindow, qtbot: QtBot) -> None:
    window.docks.float_panel("decision")
    qtbot.waitUntil(window.decision.isVisible)
    alone = window.decision.window()

    def shown() -> QImage:
        at = window.decision.mapTo(alone, window.decision.rect().topLeft())
        return alone.grab().toImage().copy(QRect(at, window.decision.size()))

    becomes_alike(window.decision, shown, qtbot)


def test_a_film_shows_the_training_with_its_times(
    window: MainWindow, films: Callable[[str], RecordFlow], qtbot: QtBot, tmp_path: Path
) -> None:
    said = said_by(window)
    flow = films("film")
    window.model.runs.send(messages.Run())
    mark, recording = flow.mark, flow.recording
    assert mark is not None
    assert recording is not None
    qtbot.waitUntil(lambda: recording.encoded >= 6, timeout=15_000)
    assert mark.isVisible()
    qtbot.waitUntil(lambda: mark.text.text().startswith("0:"), timeout=2_000)
    assert "B" in mark.text.text()
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    ended(flow, qtbot)
    window.model.runs.send(messages.Pause())
    with Image.open(tmp_path / "film.gif") as film:
        assert film.size == (window.network.width(), window.network.height())
        durations = []
        first = np.asarray(film.convert("RGB")).astype(int)
        for index in range(film.n_frames):  # type: ignore[attr-defined]
            film.seek(index)
            durations.append(film.info["duration"] / 1000)
        last = np.asarray(film.convert("RGB")).astype(int)
    assert 2 <= len(durations) <= recording.encoded
    assert sum(durations) == pytest.approx(recording.seconds, abs=0.1)
    assert min(durations) >= 0.02
    ground = tuple(int(DARK.app[at : at + 2], 16) for at in (1, 3, 5))
    assert np.abs(first[-60, 4] - ground).max() <= 6
    assert (first != last).any()
    assert said[-1].kind == "hint"
    assert said[-1].text.startswith("Saved film.gif: ")
    assert flow.mark is None


def _has_frames(flow: RecordFlow) -> bool:
    return flow.recording is not None and flow.recording.encoded >= 1


def test_the_buttons_stop_and_discard(
    window: MainWindow, films: Callable[[str], RecordFlow], qtbot: QtBot, tmp_path: Path
) -> None:
    for name, button, left in (("kept.gif", "stop", ["kept.gif"]), ("gone.gif", "cancel", ["kept.gif"])):
        flow = films(name)
        assert flow.mark is not None
        assert flow.recording is not None
        qtbot.waitUntil(partial(_has_frames, flow), timeout=10_000)
        getattr(flow.mark, button).click()
        ended(flow, qtbot)
        assert [path.name for path in tmp_path.iterdir()] == left


def test_closing_the_window_finishes_the_film(
    window: MainWindow, films: Callable[[str], RecordFlow], qtbot: QtBot, tmp_path: Path
) -> None:
    flow = films("last.gif")
    recording = flow.recording
    assert recording is not None
    qtbot.waitUntil(lambda: recording.encoded >= 2, timeout=10_000)
    window.close()
    assert not flow.active
    with Image.open(tmp_path / "last.gif") as film:
        film.load()
    assert [path.name for path in tmp_path.iterdir()] == ["last.gif"]


def test_what_cannot_be_written_is_told_and_the_mark_goes(
    window: MainWindow, films: Callable[[str], RecordFlow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = said_by(window)
    flow = films("no folder/film.gif")
    ended(flow, qtbot)
    assert said[-1].kind == "error"
    assert "that folder does not exist" in said[-1].text
    assert flow.mark is None
    monkeypatch.setattr(mp4_file, "find_ffmpeg", lambda: None)
    films("film.mp4")
    assert "MP4 videos need the program ffmpeg" in said[-1].text
    assert not flow.active


def test_menus_offer_to_record_and_while_recording_to_end_it(
    window: MainWindow, films: Callable[[str], RecordFlow], qtbot: QtBot
) -> None:
    def offered() -> list[str]:
        menu = window.views.menus.panel("decision", window)
        texts = [action.text().split("\t")[0] for action in menu.actions()]
        menu.deleteLater()
        return [text for text in texts if "ecord" in text]

    assert offered() == ["Record as GIF or MP4…"]
    flow = films("film.gif")
    assert offered() == ["Stop recording", "Discard the recording"]
    flow.cancel()
    ended(flow, qtbot)


def test_the_mark_follows_the_theme_and_can_be_read_out(
    window: MainWindow, films: Callable[[str], RecordFlow], qtbot: QtBot
) -> None:
    flow = films("film.gif")
    mark = flow.mark
    assert mark is not None
    assert mark.accessibleName() == "Recording the network"
    assert mark.stop.accessibleName() == "Stop the recording"
    window.theming.choose("light")
    qtbot.waitUntil(lambda: LIGHT.error in mark._dot.styleSheet())
    flow.cancel()
    ended(flow, qtbot)


def test_sizes_are_said_as_people_say_them() -> None:
    assert [size_text(count) for count in (0, 2_345, 99_999, 1_234_567)] == ["0 kB", "2 kB", "100 kB", "1.2 MB"]
