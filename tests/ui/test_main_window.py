"""The whole window, driven as a person would: keys, drops, buttons, bad files, closing."""

import gc
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import load_fonts

FLOWERS = "length,width,kind\n" + "".join(f"{i % 7}.5,{i % 5}.25,{'ab'[i % 2]}\n" for i in range(40))


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window()


Until = Callable[[Callable[[], bool]], None]


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, copy = window.rect().center(), Qt.DropAction.CopyAction
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(where, copy, data, button, keys))
    QApplication.sendEvent(window, QDropEvent(QPointF(where), copy, data, button, keys))


def pixels(image: QImage) -> bytes:
    return bytes(image.convertToFormat(QImage.Format.Format_RGB32).constBits())


def state(window: MainWindow) -> RunState | None:
    return window.model.runs.state


def test_space_starts_and_pauses(window: MainWindow, until: Until) -> None:
    QTest.keyClick(window, Qt.Key.Key_Space)
    until(lambda: state(window) is RunState.RUNNING)
    QTest.keyClick(window, Qt.Key.Key_Space)
    until(lambda: state(window) is RunState.PAUSED)


def test_single_steps_by_key(window: MainWindow, until: Until) -> None:
    QTest.keyClick(window, Qt.Key.Key_S)
    until(lambda: window.live.snapshot is not None and window.live.snapshot.step == 1)
    QTest.keyClick(window, Qt.Key.Key_E)
    until(lambda: window.live.snapshot is not None and window.live.snapshot.epoch == 1)
    QTest.keyClick(window, Qt.Key.Key_R)
    until(lambda: window.live.snapshot is not None and window.live.snapshot.step == 0)
    assert state(window) is RunState.READY


def test_training_moves_edges_map_and_curve(window: MainWindow, until: Until) -> None:
    parts = (window.network, window.decision, window.loss)
    before = [pixels(part.grab().toImage()) for part in parts]
    window.model.runs.send(messages.Run())
    until(lambda: window.live.snapshot is not None and window.live.snapshot.epoch > 50)
    window.network.flush(5.0)
    until(lambda: all(pixels(p.grab().toImage()) != b for p, b in zip(parts, before, strict=True)))


def test_dropped_file_opens_the_sheet_and_enter_accepts_it(window: MainWindow, until: Until, tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    drop(window, path)
    until(lambda: window.importing.sheet is not None and window.importing.sheet.has_table)
    assert window.model.dataset is not None
    assert window.model.dataset.name != "flowers.csv"
    assert window.importing.sheet is not None
    QTest.keyClick(window.importing.sheet, Qt.Key.Key_Return)
    until(lambda: window.model.dataset is not None and window.model.dataset.name == "flowers.csv")
    until(lambda: window.importing.sheet is None)


def test_what_was_said_of_a_data_set_goes_with_it(window: MainWindow, until: Until, tmp_path: Path) -> None:
    path = tmp_path / "gap.csv"
    path.write_text(FLOWERS.rstrip("\n").rpartition(",")[0] + ",\n")
    drop(window, path)
    until(lambda: window.importing.sheet is not None and window.importing.sheet.has_table)
    assert window.importing.sheet is not None
    QTest.keyClick(window.importing.sheet, Qt.Key.Key_Return)
    said = "1 row with a missing target (kind) is not used."
    until(lambda: said in window.banner.texts)
    window.model.load_toy("circle")
    until(lambda: window.model.dataset is not None and window.model.dataset.name != "gap.csv")
    assert said not in window.banner.texts


def test_escape_leaves_everything_as_it_was(window: MainWindow, until: Until, tmp_path: Path) -> None:
    dataset = window.model.dataset
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    drop(window, path)
    until(lambda: window.importing.sheet is not None and window.importing.sheet.has_table)
    assert window.importing.sheet is not None
    QTest.keyClick(window.importing.sheet, Qt.Key.Key_Escape)
    until(lambda: window.importing.sheet is None)
    assert window.model.dataset is dataset


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\x80\x04\x95", b"%PDF-1.7\n"])
def test_unusable_file_is_refused_in_the_window_while_training_goes_on(
    window: MainWindow, until: Until, tmp_path: Path, content: bytes
) -> None:
    dataset = window.model.dataset
    window.model.runs.send(messages.Run())
    until(lambda: state(window) is RunState.RUNNING)
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    drop(window, path)
    until(lambda: any("broken.csv" in text for text in window.banner.texts))
    until(lambda: window.importing.sheet is None)
    assert window.model.dataset is dataset
    assert state(window) is RunState.RUNNING


def test_folder_and_foreign_file_are_refused_in_words(window: MainWindow, until: Until, tmp_path: Path) -> None:
    drop(window, tmp_path)
    until(lambda: bool(window.banner.texts))
    count = len(window.banner.texts)
    assert count


def test_vanished_file_is_refused_in_words(window: MainWindow, until: Until, tmp_path: Path) -> None:
    drop(window, tmp_path / "gone.csv")
    until(lambda: any("gone.csv" in text for text in window.banner.texts))


def test_divergence_is_told_with_a_way_back(window: MainWindow, until: Until) -> None:
    window.model.load_toy("hills")
    until(lambda: window.model.dataset is not None and window.model.dataset.task == "regression")
    for layer in (0, 1):
        window.verbs.set_activation(layer, "relu")
    until(lambda: not window.model.runs.editing)
    window.model.runs.configure(optimizer="sgd", learning_rate=1e8)
    QTest.keyClick(window, Qt.Key.Key_Space)
    until(lambda: state(window) is RunState.DIVERGED)
    until(lambda: len(window.banner.bars) > 0)
    QTest.keyClick(window, Qt.Key.Key_R)
    until(lambda: state(window) is RunState.READY)
    assert not any("left the range" in text for text in window.banner.texts)


def test_layers_and_neurons_change_in_place(window: MainWindow, until: Until) -> None:
    window.network.layer_added.emit(1)
    until(lambda: window.live.snapshot is not None and window.live.snapshot.config.sizes == (2, 8, 4, 8, 1))
    window.network.units_changed.emit(0, 9)
    until(lambda: window.live.snapshot is not None and window.live.snapshot.config.sizes == (2, 9, 4, 8, 1))
    window.network.layer_removed.emit(1)
    until(lambda: window.live.snapshot is not None and window.live.snapshot.config.sizes == (2, 9, 8, 1))


def test_arrow_keys_walk_the_rows_and_escape_lets_go(window: MainWindow, until: Until) -> None:
    QTest.keyClick(window, Qt.Key.Key_Down)
    QTest.keyClick(window, Qt.Key.Key_Down)
    assert window.model.runs.row == 1
    until(lambda: window.live.snapshot is not None and window.live.snapshot.row is not None)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.model.runs.row is None


def test_theme_key_changes_the_picture(window: MainWindow) -> None:
    before = pixels(window.grab().toImage())
    QTest.keyClick(window, Qt.Key.Key_T)
    assert window.theming.theme.name == "light"
    assert pixels(window.grab().toImage()) != before


def test_learning_rate_typed_while_training_is_taken(window: MainWindow, until: Until) -> None:
    window.model.runs.send(messages.Run())
    until(lambda: state(window) is RunState.RUNNING)
    window.strip.hyperparameters.changed.emit({"learning_rate": 0.002})
    until(lambda: window.live.snapshot is not None and window.live.snapshot.training.learning_rate == 0.002)


def test_closing_ends_every_thread(window: MainWindow, until: Until) -> None:
    window.model.runs.send(messages.Run())
    until(lambda: state(window) is RunState.RUNNING)
    window.close()
    until(lambda: not [t for t in threading.enumerate() if t.name.startswith("nnviz")])


def test_nothing_is_left_of_a_window_that_is_gone(qtbot: QtBot, until: Until) -> None:
    window: MainWindow | None = MainWindow(AppModel(), Settings(theme="dark"))
    assert window is not None
    window.show()
    window.model.load_toy("spiral")
    until(lambda: window is not None and window.live.snapshot is not None)
    left = weakref.ref(window), weakref.ref(window.model), weakref.ref(window.model.runs)
    window.close()
    window.deleteLater()
    window = None
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert [reference() for reference in left] == [None, None, None]


def test_reference_count_of_none_is_steady_over_3000_repaints(window: MainWindow, until: Until) -> None:
    window.model.runs.send(messages.Run())
    until(lambda: window.live.snapshot is not None and window.live.snapshot.epoch > 5)
    for part in (window.network, window.decision, window.loss):
        part.repaint()
    before = sys.getrefcount(None)
    for _ in range(1_000):
        for part in (window.network, window.decision, window.loss):
            part.repaint()
    lost = before - sys.getrefcount(None)
    # A leak loses at least one reference a repaint; what Python itself holds moves by a few hundred either way.
    assert abs(lost) < 1_000


def test_a_snapshot_of_an_older_run_is_not_drawn(window: MainWindow, until: Until) -> None:
    old = window.live.snapshot
    assert old is not None
    window.model.load_toy("circle")
    until(lambda: window.live.snapshot is not None and window.live.snapshot.run_id != old.run_id)
    assert window.live.snapshot is not None
    assert np.isfinite(window.live.snapshot.parameters).all()


def test_sheet_of_a_file_named_at_the_start_survives_the_toy_set(qtbot: QtBot, until: Until, tmp_path: Path) -> None:
    load_fonts()
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    window = MainWindow(AppModel(), Settings())
    window.show()
    window.model.load_toy("spiral")
    window.open_path(path)
    until(lambda: window.importing.sheet is not None and window.importing.sheet.has_table)
    until(lambda: window.model.dataset is not None)
    qtbot.wait(50)
    assert window.importing.sheet is not None
    window.close()
    window.deleteLater()


def test_after_a_pause_the_best_epoch_is_the_newest(window: MainWindow, until: Until, qtbot: QtBot) -> None:
    for _ in range(3):
        window.model.runs.send(messages.Run())
        until(lambda: state(window) is RunState.RUNNING)
        qtbot.wait(130)
        window.model.runs.send(messages.Pause())
        until(lambda: state(window) is RunState.PAUSED)
        qtbot.wait(400)
        assert window.live.snapshot is not None
        best = window.live.snapshot.history.best_epoch
        assert window.loss.plot._best_text[0] == f"best {best:,}"
