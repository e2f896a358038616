"""Zooming and panning the loss plot along its epochs, as a person does with wheel and mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip, QWidget
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
from nnviz.ui.theme import DARK, load_fonts

NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    """Return a trainer that never trains: only its configuration is looked at."""
    data = toy_dataset("spiral", n=20)
    config = config_for_task("binary", 2, 1, [LayerConfig(2)])
    rows = TrainingData(data.X_train, data.Y_train, data.X_validation, data.Y_validation, "binary")
    return Trainer(MLP(config), rows, TrainingConfig())


def _snapshot(trainer: Trainer, train: list[float], validation: list[float]) -> Snapshot:
    history = History()
    for epoch, loss in enumerate(train):
        history.append(Evaluation(epoch, epoch * 10, loss, validation[epoch], 0.5, 0.5))
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


def _seen(panel: LossPanel) -> tuple[float, float]:
    left, right = panel.plot.view.viewRange()[0]
    return left, right


def test_wheel_zooms_on_the_epoch_under_the_pointer_and_double_click_shows_all(
    panel: LossPanel, trainer: Trainer
) -> None:
    losses = np.linspace(1.0, 0.01, 1_000).tolist()
    _draw(panel, _snapshot(trainer, losses, losses))
    assert _seen(panel) == (0, 1_000)
    box = panel.plot.box()
    at = QPoint(box.x() + 3 * box.width() // 4, box.center().y())
    _wheel(panel, at, 4)
    left, right = _seen(panel)
    assert right - left < 500
    assert left + 0.75 * (right - left) == pytest.approx(750, abs=15)
    assert panel.plot.scale.high < 1.0, "the vertical axis fits what is seen"
    zoomed = _seen(panel)
    _draw(panel, _snapshot(trainer, losses + [0.01] * 100, losses + [0.01] * 100))
    assert _seen(panel) == pytest.approx(zoomed), "what is looked at stays while training goes on"
    _double_click(panel, at)
    assert _seen(panel) == (0, 1_500)
    assert panel.plot.scale.high == 1.0


def test_zooming_out_all_the_way_follows_the_training_again(panel: LossPanel, trainer: Trainer) -> None:
    losses = np.linspace(1.0, 0.01, 1_000).tolist()
    _draw(panel, _snapshot(trainer, losses, losses))
    _wheel(panel, panel.plot.box().center(), 3)
    _wheel(panel, panel.plot.box().center(), -30)
    assert _seen(panel) == (0, 1_000)
    _draw(panel, _snapshot(trainer, losses * 2, losses * 2))
    assert _seen(panel) == (0, 2_000)


def test_drag_pans_along_the_epochs_and_stops_at_the_first(panel: LossPanel, trainer: Trainer, qtbot: QtBot) -> None:
    losses = np.linspace(1.0, 0.5, 1_000).tolist()
    _draw(panel, _snapshot(trainer, losses, losses))
    centre = panel.plot.box().center()
    _wheel(panel, centre, 4)
    left, right = _seen(panel)
    viewport = panel.plot.canvas.viewport()

    def drag(dx: int) -> None:
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, NO_KEY, centre)
        QTest.mouseMove(viewport, centre + QPoint(dx // 2, 0))
        qtbot.wait(20)  # pyqtgraph leaves out moves that come faster than the screen is painted
        QTest.mouseMove(viewport, centre + QPoint(dx, 0))
        qtbot.wait(20)
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, NO_KEY, centre + QPoint(dx, 0))

    height = panel.plot.scale
    drag(40)
    assert _seen(panel)[0] < left - 10
    assert _seen(panel)[1] - _seen(panel)[0] == pytest.approx(right - left)
    for _ in range(8):
        drag(120)
    assert _seen(panel)[0] == 0
    assert height.low == panel.plot.scale.low == 0, "never up or down"


def test_zoomed_curve_is_drawn_between_entries_outside_the_view(panel: LossPanel, trainer: Trainer) -> None:
    _draw(panel, _snapshot(trainer, [0.5] * 101, [0.25] * 101))
    for _ in range(20):
        _wheel(panel, panel.plot.box().center(), 4)
    left, right = _seen(panel)
    assert 5 <= right - left <= 7
    picture = _draw(panel, _snapshot(trainer, [0.5] * 102, [0.25] * 102))
    box = panel.plot.box()
    for x in (box.x() + 3, box.center().x(), box.right() - 3):
        assert _rows_of(picture, x, DARK.ink_2)
        assert _rows_of(picture, x, DARK.validation)


def test_empty_plot_does_not_zoom(panel: LossPanel) -> None:
    _wheel(panel, panel.plot.box().center(), 4)
    assert _seen(panel) == (0, 10)


def test_clear_leaves_the_zoom(panel: LossPanel, trainer: Trainer) -> None:
    losses = np.linspace(1.0, 0.5, 1_000).tolist()
    _draw(panel, _snapshot(trainer, losses, losses))
    _wheel(panel, panel.plot.box().center(), 4)
    panel.clear()
    _draw(panel, _snapshot(trainer, losses[:50], losses[:50]))
    assert _seen(panel) == (0, 50)


def test_right_click_opens_no_menu(panel: LossPanel, trainer: Trainer) -> None:
    _draw(panel, _snapshot(trainer, [1.0, 0.5], [1.0, 0.6]))
    QTest.mouseClick(panel.plot.canvas.viewport(), Qt.MouseButton.RightButton, NO_KEY, panel.plot.box().center())
    assert not [menu for menu in QApplication.allWidgets() if isinstance(menu, QMenu) and menu.isVisible()]


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_pointer_over_the_curves_is_told_how_to_zoom(panel: LossPanel) -> None:
    viewport, at = panel.plot.canvas.viewport(), panel.plot.box().center()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at)))
    assert "double-click" in QToolTip.text()
    QToolTip.hideText()
    QTest.qWait(400)  # Qt takes a hidden tip away a moment later
