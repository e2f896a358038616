"""What the tests of saving share: a window with a trained network, and what they ask of it."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.notices import AppNotice
from nnviz.app.settings import Settings
from nnviz.run import messages
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import load_fonts

PANELS = ("data", "network", "decision", "curves", "tabs")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.show()
    window.model.load_toy("rings")
    qtbot.waitUntil(lambda: window.live.snapshot is not None, timeout=10_000)
    step(window, qtbot)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()
    window.deleteLater()


def step(window: MainWindow, qtbot: QtBot) -> None:
    """Train an epoch, and wait until every picture of it is drawn."""
    snapshot = window.live.snapshot
    epoch = -1 if snapshot is None else snapshot.epoch
    window.model.runs.send(messages.StepEpoch())

    def drawn() -> bool:
        now = window.live.snapshot
        found = window.decision.surface.answer
        return now is not None and now.epoch > epoch and found is not None and found[0].epoch == now.epoch

    qtbot.waitUntil(drawn, timeout=10_000)
    assert window.network.flush(5.0)
    assert window.decision.surface.flush(5.0)
    window.network.graph.repaint()


def shown_tab(window: MainWindow, qtbot: QtBot, tab: str) -> None:
    window.tabs.choose(tab)
    qtbot.waitUntil(lambda: not window.tabs.panel.page.said, timeout=10_000)
    qtbot.waitUntil(lambda: bool(window.tabs.panel.page.numbers()), timeout=10_000)


def same(first: QImage, second: QImage) -> bool:
    plain = QImage.Format.Format_RGB32
    return first.convertToFormat(plain) == second.convertToFormat(plain)


def pixels(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    found = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return found[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4)[..., :3].astype(float)


@pytest.fixture
def saved(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[AppNotice]]:
    """Return a function that answers the file dialog, saves, and returns what was said."""

    def save(
        run: Callable[[], None], path: Path, form: str, during: Callable[[], None] = lambda: None
    ) -> list[AppNotice]:
        said: list[AppNotice] = []

        def answer(*arguments: object) -> tuple[str, str]:
            during()
            labels = str(arguments[3]).split(";;")
            return str(path), next(label for label in labels if label.startswith(form))

        monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
        window.model.notice.connect(said.append)
        run()
        qtbot.waitUntil(lambda: bool(said), timeout=10_000)
        window.model.notice.disconnect(said.append)
        return said

    return save


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
