"""The loss panel: what is on the screen, the log switch, the best epoch, and how often it is painted."""

import sys

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.config import LayerConfig, config_for_task
from nnviz.engine.mlp import MLP
from nnviz.engine.training import Evaluation, Trainer, TrainingConfig, TrainingData
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.snapshot import Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.ui.panels.curves import LossPanel
from nnviz.ui.plots.base import Throttle
from nnviz.ui.plots.loss import loss_text
from nnviz.ui.theme import DARK, LIGHT, load_fonts


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    """Return a trainer that never trains: only its configuration is looked at."""
    data = toy_dataset("spiral", n=20)
    config = config_for_task("binary", 2, 1, [LayerConfig(2)])
    rows = TrainingData(data.X_train, data.Y_train, data.X_validation, data.Y_validation, "binary")
    return Trainer(MLP(config), rows, TrainingConfig())


def _snapshot(trainer: Trainer, train: list[float], validation: list[float] | None = None) -> Snapshot:
    history = History()
    for epoch, loss in enumerate(train):
        other = float("nan") if validation is None else validation[epoch]
        history.append(Evaluation(epoch, epoch * 10, loss, other, 0.5, 0.5))
    return take_snapshot(trainer, SnapshotRequest(), 1, RunState.RUNNING, history.view(), None)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Return a window without a layout: its size is not the panel's affair."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(360, 190)
    return made


@pytest.fixture
def panel(window: QWidget, qtbot: QtBot) -> LossPanel:
    """Return a shown, empty panel as wide as the right column."""
    load_fonts()
    widget = LossPanel(DARK, window)
    widget.resize(360, 190)
    with qtbot.waitExposed(window):
        window.show()
    return widget


def _draw(panel: LossPanel, snapshot: Snapshot) -> QImage:
    panel.draw(snapshot)
    panel.plot.refresh_now()
    return panel.plot.grab().toImage()


def _close_to(colour: QColor, expected: str, tolerance: int = 70) -> bool:
    wanted = QColor(expected)
    distances = (colour.red() - wanted.red(), colour.green() - wanted.green(), colour.blue() - wanted.blue())
    return max(abs(distance) for distance in distances) <= tolerance


def _rows_of(picture: QImage, x: int, colour: str) -> list[int]:
    return [y for y in range(picture.height()) if _close_to(picture.pixelColor(x, y), colour)]


def test_level_curve_is_painted_at_its_loss(panel: LossPanel, trainer: Trainer) -> None:
    picture = _draw(panel, _snapshot(trainer, [1.0] + [0.5] * 10, [0.25] * 11))
    box = panel.plot.box()
    assert panel.plot.scale.high == 1.0
    x = box.x() + box.width() // 2
    half, quarter = box.y() + 0.5 * box.height(), box.y() + 0.75 * box.height()
    assert any(abs(y - half) <= 1 for y in _rows_of(picture, x, DARK.ink_2))
    assert any(abs(y - quarter) <= 1 for y in _rows_of(picture, x, DARK.validation))


def test_empty_plot_has_axes_but_no_curve(panel: LossPanel, trainer: Trainer) -> None:
    empty = panel.plot.grab().toImage()
    _draw(panel, _snapshot(trainer, [1.0, 0.5], [1.0, 0.6]))
    panel.clear()
    assert panel.plot.grab().toImage() == empty
    box = panel.plot.box()
    below = [empty.pixelColor(box.x() + 20, box.bottom() + dy) for dy in range(4)]
    assert QColor(DARK.line_strong) in below


def test_log_switch_changes_the_axis_and_back(panel: LossPanel, trainer: Trainer) -> None:
    _draw(panel, _snapshot(trainer, [1.0, 0.1, 0.01], [1.0, 0.2, 0.02]))
    log = next(button for button in panel.findChildren(QToolButton) if button.text() == "Log")
    scales = [panel.plot.scale]
    log.click()
    scales.append(panel.plot.scale)
    assert panel.is_log
    panel.set_log(False)
    scales.append(panel.plot.scale)
    assert [scale.log for scale in scales] == [False, True, False]
    assert scales[1].low == pytest.approx(0.01)


def test_log_axis_with_only_zeros_is_drawn_linear(panel: LossPanel, trainer: Trainer) -> None:
    panel.set_log(True)
    _draw(panel, _snapshot(trainer, [0.0, 0.0], [0.0, 0.0]))
    assert panel.is_log
    assert not panel.plot.scale.log


def test_best_epoch_is_marked_with_a_diamond(panel: LossPanel, trainer: Trainer) -> None:
    validation = [1.0, 0.9, 0.8, 0.7, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0]
    picture = _draw(panel, _snapshot(trainer, [1.0] * 11, validation))
    box = panel.plot.box()
    at = QPoint(round(box.x() + 0.4 * box.width()), round(box.y() + (1 - 0.4) * box.height()))
    assert panel.plot.epochs == 10
    assert all(_close_to(picture.pixelColor(at + QPoint(0, dy)), DARK.validation) for dy in (-2, 0, 2))
    assert panel.plot._best_text == ("best 4", "0.4000")


def test_losses_that_are_not_finite_are_not_drawn(panel: LossPanel, trainer: Trainer) -> None:
    inf, nan = float("inf"), float("nan")
    _draw(panel, _snapshot(trainer, [1.0, 0.5, inf, nan], [1.0, nan, inf, nan]))
    assert panel.plot.scale.high == 1.0


def test_validation_is_not_in_the_legend_without_validation_rows(panel: LossPanel, trainer: Trainer) -> None:
    entry = next(label for label in panel.findChildren(QLabel) if label.text() == "validation")
    _draw(panel, _snapshot(trainer, [1.0, 0.5]))
    assert not entry.isVisible()
    _draw(panel, _snapshot(trainer, [1.0, 0.5], [1.0, 0.5]))
    assert entry.isVisible()


def test_loss_is_named_on_its_axis(panel: LossPanel) -> None:
    before = panel.plot.grab().toImage()
    panel.set_loss("mean squared error")
    after = panel.plot.grab().toImage()
    named = [y for y in range(after.height()) if any(_close_to(after.pixelColor(x, y), DARK.ink_2) for x in range(20))]
    assert after != before
    assert (named[0] + named[-1]) / 2 == pytest.approx(panel.plot.box().center().y(), abs=4)
    assert named[-1] - named[0] > 80


def test_theme_repaints_the_curves(panel: LossPanel, trainer: Trainer) -> None:
    _draw(panel, _snapshot(trainer, [1.0] + [0.5] * 10, [0.25] * 11))
    panel.set_theme(LIGHT)
    picture = panel.plot.grab().toImage()
    box = panel.plot.box()
    assert _rows_of(picture, box.x() + box.width() // 2, LIGHT.validation)
    assert picture.pixelColor(2, 2) == QColor(LIGHT.panel)


def test_unchanged_history_is_not_stroked_again(
    panel: LossPanel, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = _snapshot(trainer, [1.0, 0.5], [1.0, 0.5])
    _draw(panel, snapshot)
    monkeypatch.setattr(panel.plot, "_show", lambda *_: pytest.fail("stroked twice"))
    panel.draw(snapshot)
    panel.plot.refresh_now()


def test_plot_is_refreshed_at_most_fifteen_times_a_second() -> None:
    now = [0.0]
    throttle = Throttle(15.0, lambda: now[0])
    taken = 0
    for beat in range(600):  # ten seconds of a 60 Hz clock
        now[0] = beat / 60
        taken += throttle.take()
    assert 140 <= taken <= 150


def test_best_text_changes_at_most_four_times_a_second(panel: LossPanel, trainer: Trainer) -> None:
    now = [0.0]
    panel.plot._texts = Throttle(4.0, lambda: now[0])
    texts = []
    for beat in range(60):
        now[0] = beat / 60
        falling = [1.0 - 0.01 * epoch for epoch in range(beat + 2)]
        panel.plot.snapshot = _snapshot(trainer, falling, falling)
        panel.plot.refresh_now()
        texts.append(panel.plot._best_text)
    assert 2 <= len(set(texts)) <= 5


def test_full_history_is_painted_whole(panel: LossPanel, trainer: Trainer) -> None:
    losses = (0.5 + 0.4 * np.sin(np.arange(65_536) / 9_000)).astype(float)
    losses[40_000] = 7.5
    picture = _draw(panel, _snapshot(trainer, losses.tolist(), losses.tolist()))
    box = panel.plot.box()
    assert panel.plot.scale.high == 8.0
    x = round(box.x() + 40_000 / panel.plot.epochs * box.width())
    middle = box.y() + box.height() // 2 + 3  # clear of the best epoch's label and of the grid lines
    assert any(_close_to(picture.pixelColor(column, middle), DARK.validation) for column in (x - 1, x))
    assert not any(_close_to(picture.pixelColor(column, middle), DARK.validation) for column in (x - 6, x + 6))


@pytest.mark.parametrize("loss", [1e-30, 1e-13, 1e30, 1e200])
@pytest.mark.parametrize("log", [False, True])
def test_extreme_losses_are_drawn(panel: LossPanel, trainer: Trainer, loss: float, log: bool) -> None:
    panel.set_log(log)
    picture = _draw(panel, _snapshot(trainer, [loss] * 11, [loss / 4] * 11))
    assert panel.plot.scale.low <= loss <= panel.plot.scale.high * (1 + 1e-9)
    box = panel.plot.box()
    assert _rows_of(picture, box.x() + box.width() // 2, DARK.validation)


def test_axes_do_not_jitter_while_the_epochs_go_by(panel: LossPanel, trainer: Trainer) -> None:
    losses = (0.61 + 0.18 * np.random.default_rng(3).random(1_000)).tolist()
    ranges = set()
    for n in range(510, 1_000, 10):
        _draw(panel, _snapshot(trainer, losses[:n], losses[:n]))
        ranges.add(str(panel.plot.view.viewRange()))
    assert ranges == {"[[0.0, 600.0], [0.0, 0.8]]", "[[0.0, 800.0], [0.0, 0.8]]", "[[0.0, 1000.0], [0.0, 0.8]]"}


def test_hidden_plot_is_not_refreshed_and_catches_up(
    panel: LossPanel, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.hide()
    shown: list[int] = []
    monkeypatch.setattr(panel.plot, "_show", lambda history, *_: shown.append(len(history)))
    for n in range(2, 6):
        panel.draw(_snapshot(trainer, [1.0] * n, [1.0] * n))
    assert not shown
    panel.show()
    assert shown == [5]


def test_thousands_of_repaints_keep_the_reference_count_of_none(panel: LossPanel, trainer: Trainer) -> None:
    """Some calls of PySide6 gain or lose a reference to None; losing them all ends the process."""
    losses = (0.5 + 0.4 * np.random.default_rng(0).random(1_000)).tolist()
    snapshots = [_snapshot(trainer, losses[:n], losses[:n]) for n in range(900, 1_000)]

    def repaint(count: int) -> None:
        for index in range(count):
            panel.plot.snapshot = snapshots[index % len(snapshots)]
            panel.plot.refresh_now()
            panel.plot.canvas.viewport().repaint()

    repaint(100)
    before = sys.getrefcount(None)
    repaint(3_000)
    assert abs(sys.getrefcount(None) - before) < 150


@pytest.mark.parametrize(
    ("loss", "text"), [(0.0285, "0.0285"), (0.5, "0.5000"), (7.2e-6, "7.2e−6"), (12345.6, "12,346"), (0.0, "0")]
)
def test_loss_is_written_with_enough_figures(loss: float, text: str) -> None:
    assert loss_text(loss) == text
