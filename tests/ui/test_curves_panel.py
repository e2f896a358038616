"""The curves panel in the hand: crosshair, keys, box, earlier runs, options, saving and names."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QSlider
from pytestqt.qtbot import QtBot

from nnviz.engine.training import Evaluation
from nnviz.run.history import History
from nnviz.run.markers import CHANGE, DIVERGENCE, Change
from nnviz.run.snapshot import Snapshot
from nnviz.ui.panels.curves import LossPanel
from nnviz.ui.plots.curve_picture import curves_size, paint_curves
from nnviz.ui.plots.curve_runs import MOST_ENTRIES, MOST_RUNS, run_colour
from nnviz.ui.theme import DARK

LossesSnapshot = Callable[..., Snapshot]


@pytest.fixture
def make_run(losses_snapshot: LossesSnapshot) -> Callable[..., Snapshot]:
    """Return a maker of a run with falling losses, ten updates and half a second an epoch, and two events."""
    template = losses_snapshot([1.0])

    def make(n: int = 100, run_id: int = 1, serial: int = 0) -> Snapshot:
        history = History(serial=serial)
        for epoch in range(n):
            loss = 1.0 / (1 + epoch)
            history.append(Evaluation(epoch, 10 * epoch, loss, 2 * loss, 0.75, 0.5, 0.01, 0.1), 0.5 * epoch)
            if epoch == 20:
                history.mark(CHANGE, 20, 200, Change("learning rate", "0.3", "0.1"), 10.0)
            elif epoch == 70:
                history.mark(DIVERGENCE, 70, 705, "The weights overflowed.", 35.0)
        return replace(template, run_id=run_id, history=history.view())

    return make


@pytest.fixture
def panel(loss_panel: LossPanel, make_run: Callable[..., Snapshot]) -> LossPanel:
    """Return a panel that shows such a run."""
    loss_panel.draw(make_run())
    loss_panel.plot.refresh_now()
    return loss_panel


def _hover(panel: LossPanel, share: float) -> None:
    box, viewport = QRectF(panel.plot.box()), panel.plot.canvas.viewport()
    at = QPointF(box.left() + share * box.width(), box.center().y())
    nothing = Qt.MouseButton.NoButton
    place = QPointF(viewport.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(
        viewport,
        QMouseEvent(QEvent.Type.MouseMove, at, place, nothing, nothing, Qt.KeyboardModifier.NoModifier),
    )


def test_crosshair_reads_every_series_of_the_nearest_epoch(panel: LossPanel) -> None:
    assert panel.plot.epochs == 100
    _hover(panel, 0.5)
    reading = panel.plot.pointer.readout.reading
    assert reading is not None
    epoch = int(reading.title.split()[1])
    assert abs(epoch - 50) <= 1
    assert reading.title == f"epoch {epoch} · step {10 * epoch} · {0.5 * epoch:g} s"
    loss = 1.0 / (1 + epoch)
    assert reading.rows == (
        ("Loss", f"{loss:.4f}", f"{2 * loss:.4f}"),
        ("Accuracy", "75.0 %", "50.0 %"),
        ("Learning rate", "0.1"),
        ("Penalty", "0.01"),
    )
    assert "Accuracy train 75.0 %, validation 50.0 %" in panel.plot.accessibleDescription()
    QApplication.sendEvent(panel.plot.canvas.viewport(), QEvent(QEvent.Type.Leave))
    assert panel.plot.pointer.readout.reading is None


def test_crosshair_follows_while_the_run_goes_on(panel: LossPanel, make_run: Callable[..., Snapshot]) -> None:
    _hover(panel, 0.9)
    before = panel.plot.pointer.readout.reading
    panel.plot.pointer._texts.reset()
    panel.draw(make_run(400))
    panel.plot.refresh_now()
    after = panel.plot.pointer.readout.reading
    assert before is not None
    assert after is not None
    assert (int(before.title.split()[1]), int(after.title.split()[1])) == pytest.approx((90, 360), abs=4)


def test_pointer_over_a_marker_is_told_what_happened(panel: LossPanel) -> None:
    _hover(panel, 0.2)
    reading = panel.plot.pointer.readout.reading
    assert reading is not None
    assert [marker.sentence for marker in reading.markers] == ["learning rate 0.3 → 0.1"]
    assert panel.plot.pointer.readout.grab().toImage() != QImage()


def test_keys_walk_the_epochs_zoom_and_leave_the_others_to_the_window(panel: LossPanel) -> None:
    plot = panel.plot
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.accessibleDescription().startswith("epoch 98 ")
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    shifted = int(plot.accessibleDescription().split()[1])
    assert 85 <= shifted < 98
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    left, right = plot.view.viewRange()[0]
    assert right - left == pytest.approx(70, abs=1)
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.view.viewRange()[0] == [0, 100]
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.accessibleDescription() == ""
    assert not plot.pointer.press(_key(Qt.Key.Key_Up))
    assert not plot.pointer.press(_key(Qt.Key.Key_Escape))


def _key(key: Qt.Key) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)


def test_framed_box_sets_both_axes_and_double_click_leaves_it(panel: LossPanel) -> None:
    plot = panel.plot
    panel.set_log(False)
    plot.view.box_drawn.emit(QRectF(10.0, 0.05, 20.0, 0.1), True)
    (left, right), (bottom, top) = plot.view.viewRange()
    assert (left, right, bottom, top) == pytest.approx((10, 30, 0.05, 0.15))
    plot.view.box_drawn.emit(QRectF(12.0, 0.05, 8.0, 0.01), False)
    (left, right), (bottom, top) = plot.view.viewRange()
    assert (left, right, bottom) == pytest.approx((12, 20, 0))
    assert top > 0.15, "a low box chooses epochs only"
    plot.show_all()
    assert plot.view.viewRange()[0] == [0, 100]


def test_reset_and_new_runs_are_remembered_and_drawn_when_compared(
    panel: LossPanel, make_run: Callable[..., Snapshot]
) -> None:
    for number in range(1, 9):
        panel.draw(make_run(100 + number, serial=number))
    runs = tuple(panel.plot.runs)
    assert [run.number for run in runs] == [4, 5, 6, 7, 8]
    assert len(runs) == MOST_RUNS
    assert panel.legend.isHidden()
    panel.options.compare.setChecked(True)
    assert panel.legend.isVisible()
    x, _ = panel.plot.chart._past.of(runs[-1])._line.getData()
    np.testing.assert_array_equal(np.unique(x), runs[-1].history.epoch)
    assert "106 epochs" in panel.legend.accessibleDescription()
    assert panel.plot.legend()[2:] == [(run.label, run_colour(DARK, run.number)) for run in runs]
    panel.forget_runs()
    assert len(panel.plot.runs) == 0
    assert panel.plot.history is None
    assert panel.legend.isHidden()


def test_going_back_in_one_run_is_not_another_run(panel: LossPanel, make_run: Callable[..., Snapshot]) -> None:
    panel.draw(make_run(40))
    assert len(panel.plot.runs) == 0


def test_remembered_runs_have_bounded_entries(panel: LossPanel, make_run: Callable[..., Snapshot]) -> None:
    panel.draw(make_run(40_000, serial=1))
    panel.clear()
    assert max(len(run.history) for run in panel.plot.runs) <= MOST_ENTRIES


def test_log_is_not_offered_for_a_metric_and_comes_back_with_the_loss(panel: LossPanel) -> None:
    panel.set_log(True)
    panel.set_metric_name("R²")
    panel.choose("metric")
    log = next(button for button in panel.findChildren(QAbstractButton) if button.text() == "Log")
    assert not log.isEnabled()
    assert not panel.plot.scale.log
    assert panel.title.text() == "R²"
    panel.choose("loss")
    assert log.isEnabled()
    assert panel.plot.scale.log


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_events_are_listed_and_chosen_ones_get_the_crosshair(panel: LossPanel, qtbot: QtBot) -> None:
    panel.more.click()
    options = panel.options
    texts = [options.events.item(row).text() for row in range(options.events.count())]
    assert texts == ["epoch 70: The weights overflowed.", "epoch 20: learning rate 0.3 → 0.1"]
    options.events.itemActivated.emit(options.events.item(1))
    assert not options.isVisible()
    assert panel.plot.accessibleDescription().startswith("epoch 20 ")
    assert panel.plot.accessibleDescription().endswith("learning rate 0.3 → 0.1")


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_every_control_has_a_name_and_can_be_reached_with_tab(panel: LossPanel) -> None:
    panel.more.click()
    controls = [*panel.findChildren(QAbstractButton), *panel.findChildren(QSlider), panel.options.events, panel.plot]
    controls = [control for control in controls if control.objectName() != "qt_menu_button"]
    for control in controls:
        assert control.accessibleName() or getattr(control, "text", str)(), control
        grouped = isinstance(control, QAbstractButton) and control.group() is not None and not control.isChecked()
        # Of buttons that exclude each other Qt gives Tab to the chosen one, and arrow keys lead to the others.
        assert grouped or control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()
    panel.options.hide()


def test_pictures_show_the_curves(panel: LossPanel) -> None:
    panel.set_log(False)
    plot = panel.plot
    image = QImage(curves_size(plot, "Loss") * 2, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2.0)
    painter = QPainter(image)
    with plot.drawn_at(2.0):
        paint_curves(painter, plot, "Loss")
    painter.end()
    colours = {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
    assert QColor(DARK.panel).rgb() in colours
    assert any(QColor(DARK.validation).rgb() == colour for colour in colours)


def test_copying_is_asked_for(panel: LossPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.copy_requested):
        panel.options.copy_requested.emit()


def test_nothing_here_starts_a_timer_of_its_own(panel: LossPanel, make_run: Callable[..., Snapshot]) -> None:
    for n in range(101, 130):
        panel.draw(make_run(n))
    assert not panel.plot._late.isActive()
    assert panel.plot._waiting
    panel.plot._throttle.reset()
    panel.tick()
    assert len(panel.plot.chart._raw[0]._line.getData()[0]) >= 129
    assert not panel.plot._waiting
