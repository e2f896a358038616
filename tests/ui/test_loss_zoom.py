"""Zooming and panning the loss plot along its epochs, as a person does with wheel and mouse."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip
from pytestqt.qtbot import QtBot

from nnviz.ui.panels.curves import LossPanel
from nnviz.ui.theme import DARK

DrawLosses = Callable[..., QImage]
RowsOf = Callable[[QImage, int, str], list[int]]

NO_KEY = Qt.KeyboardModifier.NoModifier


def _double_click(panel: LossPanel, at: QPoint) -> None:
    """Press twice on the window itself: Qt makes the events of a double click of it, as it does for a mouse."""
    place = panel.plot.canvas.mapTo(panel.window(), at)
    QTest.mouseDClick(panel.window().windowHandle(), Qt.MouseButton.LeftButton, NO_KEY, place)


def _wheel(panel: LossPanel, at: QPoint, steps: int) -> None:
    viewport = panel.plot.canvas.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        NO_KEY,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def _drag(panel: LossPanel, qtbot: QtBot, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    viewport = panel.plot.canvas.viewport()
    left = Qt.MouseButton.LeftButton
    for kind, at, button, buttons in (
        (QEvent.Type.MouseButtonPress, start, left, left),
        (QEvent.Type.MouseMove, (start + end) / 2, Qt.MouseButton.NoButton, left),
        (QEvent.Type.MouseMove, end, Qt.MouseButton.NoButton, left),
        (QEvent.Type.MouseButtonRelease, end, left, Qt.MouseButton.NoButton),
    ):
        place = QPointF(at)
        QApplication.sendEvent(
            viewport, QMouseEvent(kind, place, QPointF(viewport.mapToGlobal(at)), button, buttons, keys)
        )
        qtbot.wait(20)  # pyqtgraph leaves out moves that come faster than the screen is painted


def _seen(panel: LossPanel) -> tuple[float, float]:
    left, right = panel.plot.view.viewRange()[0]
    return left, right


def test_wheel_zooms_on_the_epoch_under_the_pointer_and_double_click_shows_all(
    loss_panel: LossPanel, draw_losses: DrawLosses
) -> None:
    losses = np.linspace(1.0, 0.01, 1_000).tolist()
    draw_losses(losses, losses)
    assert _seen(loss_panel) == (0, 1_000)
    box = loss_panel.plot.box()
    at = QPoint(box.x() + 3 * box.width() // 4, box.center().y())
    _wheel(loss_panel, at, 4)
    left, right = _seen(loss_panel)
    assert right - left < 500
    assert left + 0.75 * (right - left) == pytest.approx(750, abs=15)
    assert loss_panel.plot.scale.high < 1.0, "the vertical axis fits what is seen"
    zoomed = _seen(loss_panel)
    draw_losses(losses + [0.01] * 100, losses + [0.01] * 100)
    assert _seen(loss_panel) == pytest.approx(zoomed), "what is looked at stays while training goes on"
    _double_click(loss_panel, at)
    assert _seen(loss_panel) == (0, 1_500)
    assert loss_panel.plot.scale.high == 1.0


def test_zooming_out_all_the_way_follows_the_training_again(loss_panel: LossPanel, draw_losses: DrawLosses) -> None:
    losses = np.linspace(1.0, 0.01, 1_000).tolist()
    draw_losses(losses, losses)
    _wheel(loss_panel, loss_panel.plot.box().center(), 3)
    _wheel(loss_panel, loss_panel.plot.box().center(), -30)
    assert _seen(loss_panel) == (0, 1_000)
    draw_losses(losses * 2, losses * 2)
    assert _seen(loss_panel) == (0, 2_000)


def test_drag_with_shift_pans_along_the_epochs_and_stops_at_the_first(
    loss_panel: LossPanel, draw_losses: DrawLosses, qtbot: QtBot
) -> None:
    losses = np.linspace(1.0, 0.5, 1_000).tolist()
    draw_losses(losses, losses)
    centre = loss_panel.plot.box().center()
    _wheel(loss_panel, centre, 4)
    left, right = _seen(loss_panel)

    def drag(dx: int) -> None:
        _drag(loss_panel, qtbot, centre, centre + QPoint(dx, 0), Qt.KeyboardModifier.ShiftModifier)

    height = loss_panel.plot.scale
    drag(40)
    assert _seen(loss_panel)[0] < left - 10
    assert _seen(loss_panel)[1] - _seen(loss_panel)[0] == pytest.approx(right - left)
    for _ in range(8):
        drag(120)
    assert _seen(loss_panel)[0] == 0
    assert height.low == loss_panel.plot.scale.low == 0, "never up or down"


def test_zoomed_curve_is_drawn_between_entries_outside_the_view(
    loss_panel: LossPanel, draw_losses: DrawLosses, rows_of: RowsOf
) -> None:
    draw_losses([0.5] * 101, [0.25] * 101)
    for _ in range(20):
        _wheel(loss_panel, loss_panel.plot.box().center(), 4)
    left, right = _seen(loss_panel)
    assert 5 <= right - left <= 7
    picture = draw_losses([0.5] * 102, [0.25] * 102)
    box = loss_panel.plot.box()
    for x in (box.x() + 3, box.center().x(), box.right() - 3):
        assert rows_of(picture, x, DARK.ink_2)
        assert rows_of(picture, x, DARK.validation)


def test_empty_plot_does_not_zoom(loss_panel: LossPanel) -> None:
    _wheel(loss_panel, loss_panel.plot.box().center(), 4)
    assert _seen(loss_panel) == (0, 10)


def test_clear_leaves_the_zoom(loss_panel: LossPanel, draw_losses: DrawLosses) -> None:
    losses = np.linspace(1.0, 0.5, 1_000).tolist()
    draw_losses(losses, losses)
    _wheel(loss_panel, loss_panel.plot.box().center(), 4)
    loss_panel.clear()
    draw_losses(losses[:50], losses[:50])
    assert _seen(loss_panel) == (0, 50)


def test_right_click_opens_no_menu(loss_panel: LossPanel, draw_losses: DrawLosses) -> None:
    draw_losses([1.0, 0.5], [1.0, 0.6])
    QTest.mouseClick(
        loss_panel.plot.canvas.viewport(), Qt.MouseButton.RightButton, NO_KEY, loss_panel.plot.box().center()
    )
    assert not [menu for menu in QApplication.allWidgets() if isinstance(menu, QMenu) and menu.isVisible()]


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_pointer_over_an_axis_is_told_how_to_zoom(loss_panel: LossPanel) -> None:
    viewport, at = loss_panel.plot.canvas.viewport(), loss_panel.plot.box().bottomLeft() + QPoint(40, 14)
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at)))
    assert "double click" in QToolTip.text()
    QToolTip.hideText()
    QTest.qWait(400)  # Qt takes a hidden tip away a moment later
