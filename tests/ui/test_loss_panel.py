"""The loss panel: what is on the screen, the log switch, the best epoch, and how often it is painted."""

import sys
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QToolButton

from nnviz.run.snapshot import Snapshot
from nnviz.ui.panels.curves import LossPanel
from nnviz.ui.plots.base import Throttle
from nnviz.ui.plots.curve_series import loss_text
from nnviz.ui.theme import DARK, LIGHT

DrawLosses = Callable[..., QImage]
LossesSnapshot = Callable[..., Snapshot]
IsClose = Callable[[QColor, str], bool]
RowsOf = Callable[[QImage, int, str], list[int]]


def test_level_curve_is_painted_at_its_loss(loss_panel: LossPanel, draw_losses: DrawLosses, rows_of: RowsOf) -> None:
    picture = draw_losses([1.0] + [0.5] * 10, [0.25] * 11)
    box = loss_panel.plot.box()
    assert loss_panel.plot.scale.high == 1.0
    x = box.x() + box.width() // 2
    half, quarter = box.y() + 0.5 * box.height(), box.y() + 0.75 * box.height()
    assert any(abs(y - half) <= 1 for y in rows_of(picture, x, DARK.ink_2))
    assert any(abs(y - quarter) <= 1 for y in rows_of(picture, x, DARK.validation))


def test_empty_plot_has_axes_but_no_curve(loss_panel: LossPanel, draw_losses: DrawLosses) -> None:
    empty = loss_panel.plot.grab().toImage()
    draw_losses([1.0, 0.5], [1.0, 0.6])
    loss_panel.clear()
    assert loss_panel.plot.grab().toImage() == empty
    box = loss_panel.plot.box()
    below = [empty.pixelColor(box.x() + 20, box.bottom() + dy) for dy in range(4)]
    assert QColor(DARK.line_strong) in below


def test_log_switch_changes_the_axis_and_back(loss_panel: LossPanel, draw_losses: DrawLosses) -> None:
    draw_losses([1.0, 0.1, 0.01], [1.0, 0.2, 0.02])
    log = next(button for button in loss_panel.findChildren(QToolButton) if button.text() == "Log")
    scales = [loss_panel.plot.scale]
    log.click()
    scales.append(loss_panel.plot.scale)
    assert loss_panel.is_log
    loss_panel.set_log(False)
    scales.append(loss_panel.plot.scale)
    assert [scale.log for scale in scales] == [False, True, False]
    assert scales[1].low == pytest.approx(0.01)


def test_log_axis_with_only_zeros_is_drawn_linear(loss_panel: LossPanel, draw_losses: DrawLosses) -> None:
    loss_panel.set_log(True)
    draw_losses([0.0, 0.0], [0.0, 0.0])
    assert loss_panel.is_log
    assert not loss_panel.plot.scale.log


def test_best_epoch_is_marked_with_a_diamond(loss_panel: LossPanel, draw_losses: DrawLosses, is_close: IsClose) -> None:
    validation = [1.0, 0.9, 0.8, 0.7, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0]
    picture = draw_losses([1.0] * 11, validation)
    box = loss_panel.plot.box()
    at = QPoint(round(box.x() + 0.4 * box.width()), round(box.y() + (1 - 0.4) * box.height()))
    assert loss_panel.plot.epochs == 10
    assert all(is_close(picture.pixelColor(at + QPoint(0, dy)), DARK.validation) for dy in (-2, 0, 2))
    assert loss_panel.plot._best_text == ("best 4", "0.4000")


def test_losses_that_are_not_finite_are_not_drawn(loss_panel: LossPanel, draw_losses: DrawLosses) -> None:
    inf, nan = float("inf"), float("nan")
    draw_losses([1.0, 0.5, inf, nan], [1.0, nan, inf, nan])
    assert loss_panel.plot.scale.high == 1.0


def test_validation_is_not_in_the_legend_without_validation_rows(
    loss_panel: LossPanel, draw_losses: DrawLosses
) -> None:
    entry = next(label for label in loss_panel.findChildren(QLabel) if label.text() == "validation")
    draw_losses([1.0, 0.5])
    assert not entry.isVisible()
    draw_losses([1.0, 0.5], [1.0, 0.5])
    assert entry.isVisible()


def test_loss_is_named_on_its_axis(loss_panel: LossPanel, is_close: IsClose) -> None:
    before = loss_panel.plot.grab().toImage()
    loss_panel.set_loss("mean squared error")
    after = loss_panel.plot.grab().toImage()
    named = [y for y in range(after.height()) if any(is_close(after.pixelColor(x, y), DARK.ink_2) for x in range(20))]
    assert after != before
    assert (named[0] + named[-1]) / 2 == pytest.approx(loss_panel.plot.box().center().y(), abs=4)
    assert named[-1] - named[0] > 80


def test_theme_repaints_the_curves(loss_panel: LossPanel, draw_losses: DrawLosses, rows_of: RowsOf) -> None:
    draw_losses([1.0] + [0.5] * 10, [0.25] * 11)
    loss_panel.set_theme(LIGHT)
    picture = loss_panel.plot.grab().toImage()
    box = loss_panel.plot.box()
    assert rows_of(picture, box.x() + box.width() // 2, LIGHT.validation)
    assert picture.pixelColor(2, 2) == QColor(LIGHT.panel)


def test_unchanged_history_is_not_stroked_again(
    loss_panel: LossPanel, losses_snapshot: LossesSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = losses_snapshot([1.0, 0.5], [1.0, 0.5])
    loss_panel.draw(snapshot)
    loss_panel.plot.refresh_now()
    monkeypatch.setattr(loss_panel.plot, "_show", lambda *_: pytest.fail("stroked twice"))
    loss_panel.draw(snapshot)
    loss_panel.plot.refresh_now()


def test_plot_is_refreshed_at_most_fifteen_times_a_second() -> None:
    now = [0.0]
    throttle = Throttle(15.0, lambda: now[0])
    taken = 0
    for beat in range(600):  # ten seconds of a 60 Hz clock
        now[0] = beat / 60
        taken += throttle.take()
    assert 140 <= taken <= 150


def test_curves_wait_a_little_for_a_frame_that_paints_nothing_else(
    loss_panel: LossPanel, losses_snapshot: LossesSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, painted = [0.0], []
    plot = loss_panel.plot
    plot._throttle = Throttle(10.0, lambda: now[0])
    plot.draw(losses_snapshot([1.0]))
    monkeypatch.setattr(plot, "refresh", lambda: painted.append(now[0]))
    plot.crowded = True
    for beat in range(1, 12):
        now[0] = 0.016 * beat
        plot.draw(losses_snapshot([1.0] * (beat + 1)))
    assert painted == pytest.approx([0.144])  # 92 ms after the last and at most 40 ms later, crowded or not
    now[0] += 0.1
    plot.crowded = False
    plot.tick()
    assert painted[1:] == [now[0]]


def test_best_text_changes_at_most_four_times_a_second(loss_panel: LossPanel, losses_snapshot: LossesSnapshot) -> None:
    now = [0.0]
    loss_panel.plot._texts = Throttle(4.0, lambda: now[0])
    texts = []
    for beat in range(60):
        now[0] = beat / 60
        falling = [1.0 - 0.01 * epoch for epoch in range(beat + 2)]
        loss_panel.plot.snapshot = losses_snapshot(falling, falling)
        loss_panel.plot.refresh_now()
        texts.append(loss_panel.plot._best_text)
    assert 2 <= len(set(texts)) <= 5


def test_full_history_is_painted_whole(loss_panel: LossPanel, draw_losses: DrawLosses, is_close: IsClose) -> None:
    losses = (0.5 + 0.4 * np.sin(np.arange(65_536) / 9_000)).astype(float)
    losses[40_000] = 7.5
    picture = draw_losses(losses.tolist(), losses.tolist())
    box = loss_panel.plot.box()
    assert loss_panel.plot.scale.high == 8.0
    x = round(box.x() + 40_000 / loss_panel.plot.epochs * box.width())
    middle = box.y() + box.height() // 2 + 3  # clear of the best epoch's label and of the grid lines
    assert any(is_close(picture.pixelColor(column, middle), DARK.validation) for column in (x - 1, x))
    assert not any(is_close(picture.pixelColor(column, middle), DARK.validation) for column in (x - 6, x + 6))


@pytest.mark.parametrize("loss", [1e-30, 1e-13, 1e30, 1e200])
@pytest.mark.parametrize("log", [False, True])
def test_extreme_losses_are_drawn(
    loss_panel: LossPanel, draw_losses: DrawLosses, rows_of: RowsOf, loss: float, log: bool
) -> None:
    loss_panel.set_log(log)
    picture = draw_losses([loss] * 11, [loss / 4] * 11)
    assert loss_panel.plot.scale.low <= loss <= loss_panel.plot.scale.high * (1 + 1e-9)
    box = loss_panel.plot.box()
    assert rows_of(picture, box.x() + box.width() // 2, DARK.validation)


def test_axes_do_not_jitter_while_the_epochs_go_by(loss_panel: LossPanel, draw_losses: DrawLosses) -> None:
    losses = (0.61 + 0.18 * np.random.default_rng(3).random(1_000)).tolist()
    ranges = set()
    for n in range(510, 1_000, 10):
        draw_losses(losses[:n], losses[:n])
        ranges.add(str(loss_panel.plot.view.viewRange()))
    assert ranges == {"[[0.0, 600.0], [0.0, 0.8]]", "[[0.0, 800.0], [0.0, 0.8]]", "[[0.0, 1000.0], [0.0, 0.8]]"}


def test_hidden_plot_is_not_refreshed_and_catches_up(
    loss_panel: LossPanel, losses_snapshot: LossesSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss_panel.hide()
    shown: list[int] = []
    monkeypatch.setattr(loss_panel.plot, "_show", lambda wanted: shown.append(len(wanted.history)))
    for n in range(2, 6):
        loss_panel.draw(losses_snapshot([1.0] * n, [1.0] * n))
    assert not shown
    loss_panel.show()
    assert shown == [5]


def test_thousands_of_repaints_keep_the_reference_count_of_none(
    loss_panel: LossPanel, losses_snapshot: LossesSnapshot
) -> None:
    """Some calls of PySide6 gain or lose a reference to None; losing them all ends the process."""
    losses = (0.5 + 0.4 * np.random.default_rng(0).random(1_000)).tolist()
    snapshots = [losses_snapshot(losses[:n], losses[:n]) for n in range(900, 1_000)]

    def repaint(count: int) -> None:
        for index in range(count):
            loss_panel.plot.snapshot = snapshots[index % len(snapshots)]
            loss_panel.plot.refresh_now()
            loss_panel.plot.canvas.viewport().repaint()

    repaint(100)
    before = sys.getrefcount(None)
    repaint(3_000)
    assert abs(sys.getrefcount(None) - before) < 150


@pytest.mark.parametrize(
    ("loss", "text"), [(0.0285, "0.0285"), (0.5, "0.5000"), (7.2e-6, "7.2e−6"), (12345.6, "12,346"), (0.0, "0")]
)
def test_loss_is_written_with_enough_figures(loss: float, text: str) -> None:
    assert loss_text(loss) == text
