"""Zooming and moving the map with wheel, mouse and keys: what is asked for, and that everything stays in its place."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.app.planes import ColumnPlane
from nnviz.app.slices import Slices
from nnviz.data.toy_datasets import toy_dataset
from nnviz.run.snapshot import GridProbe
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.plots.decision_view import CLOSEST, FARTHEST, SurfaceView
from tests.ui.map_cases import answer, picture, pixels, shipped, trained


@pytest.fixture
def spiral(decision_panel: DecisionPanel) -> DecisionPanel:
    decision_panel.set_dataset(toy_dataset("spiral"))
    return decision_panel


def _view(panel: DecisionPanel) -> SurfaceView:
    assert panel.surface.view is not None
    return panel.surface.view


def _wheel(panel: DecisionPanel, at: QPoint, notches: int) -> None:
    surface, none = panel.surface, Qt.MouseButton.NoButton
    place, turned = QPointF(at), QPoint(0, 120 * notches)
    keys, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(place, surface.mapToGlobal(place), QPoint(), turned, none, keys, phase, False)
    QApplication.sendEvent(surface, event)


def _drag(panel: DecisionPanel, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier) -> None:
    surface, left = panel.surface, Qt.MouseButton.LeftButton
    QTest.mousePress(surface, left, keys, start)
    for at in (start + (end - start) / 2, end):
        place = QPointF(at)
        move = QMouseEvent(QEvent.Type.MouseMove, place, surface.mapToGlobal(place), left, left, keys)
        QApplication.sendEvent(surface, move)
    QTest.mouseRelease(surface, left, keys, end)


def test_wheel_zooms_about_the_place_under_the_pointer(spiral: DecisionPanel) -> None:
    square = spiral.surface.square
    at = square.topLeft() + QPoint(square.width() // 4, square.height() // 3)
    before, place = _view(spiral), _view(spiral).place(QPointF(at), square)
    _wheel(spiral, at, 3)
    after = _view(spiral)
    assert after.place(QPointF(at), square) == pytest.approx(place)
    assert (after.x.high - after.x.low) / (before.x.high - before.x.low) == pytest.approx(0.8**3)
    _wheel(spiral, at, -3)
    assert (_view(spiral).x.low, _view(spiral).y.high) == pytest.approx((before.x.low, before.y.high))


def test_grid_of_a_zoomed_map_lies_within_it(spiral: DecisionPanel) -> None:
    _wheel(spiral, spiral.surface.square.center(), 4)
    view, probe = _view(spiral), spiral.grid_probe(live=True)
    assert isinstance(probe, GridProbe)
    feature = view.dataset.preprocessor.features[0]
    raw = probe.values[:, 0] * feature.std + feature.mean  # type: ignore[union-attr]
    assert raw.min() > view.x.low
    assert raw.max() < view.x.high
    assert raw.max() - raw.min() > 0.95 * (view.x.high - view.x.low)


def test_zoom_has_ends(spiral: DecisionPanel) -> None:
    whole = _view(spiral)
    at = spiral.surface.square.center()
    for _ in range(60):
        _wheel(spiral, at, 3)
    assert _view(spiral).x.high - _view(spiral).x.low == pytest.approx(CLOSEST * (whole.x.high - whole.x.low))
    for _ in range(80):
        _wheel(spiral, at, -3)
    assert _view(spiral).x.high - _view(spiral).x.low == pytest.approx(FARTHEST * (whole.x.high - whole.x.low))


def test_drag_frames_what_is_to_be_seen(spiral: DecisionPanel) -> None:
    square = spiral.surface.square
    start, end = square.topLeft() + QPoint(60, 50), square.topLeft() + QPoint(160, 130)
    corners = [_view(spiral).place(QPointF(at), square) for at in (start, end)]
    _drag(spiral, start, end, Qt.KeyboardModifier.NoModifier)
    view = _view(spiral)
    assert (view.x.low, view.x.high) == pytest.approx((corners[0][0], corners[1][0]), rel=0.05)
    assert (view.y.low, view.y.high) == pytest.approx((corners[1][1], corners[0][1]), rel=0.05)


def test_drag_with_shift_moves_the_map_with_the_pointer(spiral: DecisionPanel) -> None:
    square = spiral.surface.square
    start, end = square.center(), square.center() + QPoint(40, -30)
    place = _view(spiral).place(QPointF(start), square)
    _drag(spiral, start, end, Qt.KeyboardModifier.ShiftModifier)
    assert _view(spiral).place(QPointF(end), square) == pytest.approx(place)


def test_drag_chooses_no_row(spiral: DecisionPanel, qtbot: QtBot) -> None:
    at = spiral.surface.pixel_of(0)
    assert at is not None
    with qtbot.assertNotEmitted(spiral.row_chosen):
        _drag(spiral, at.toPoint(), at.toPoint() + QPoint(50, 50), Qt.KeyboardModifier.NoModifier)


def test_double_click_and_button_and_home_show_the_whole_map(spiral: DecisionPanel) -> None:
    whole, surface = _view(spiral), spiral.surface
    button = surface.pointer.whole
    assert not button.isVisible()
    ways: tuple[Callable[[], object], ...] = (
        lambda: QTest.mouseDClick(surface, Qt.MouseButton.LeftButton, pos=surface.square.topLeft() + QPoint(24, 24)),
        button.click,
        lambda: QTest.keyClick(surface, Qt.Key.Key_Home),
    )
    for way in ways:
        _wheel(spiral, surface.square.bottomRight() - QPoint(20, 20), 3)
        assert button.isVisible()
        assert surface.rect().contains(button.geometry())
        way()
        assert (_view(spiral).x, _view(spiral).y) == (whole.x, whole.y)
        assert not button.isVisible()


def test_keys_zoom_and_move(spiral: DecisionPanel) -> None:
    surface, whole = spiral.surface, _view(spiral)
    QTest.keyClick(surface, Qt.Key.Key_Plus)
    assert _view(spiral).x.high - _view(spiral).x.low == pytest.approx(0.8 * (whole.x.high - whole.x.low))
    QTest.keyClick(surface, Qt.Key.Key_Minus)
    assert _view(spiral).x.low == pytest.approx(whole.x.low)
    QTest.keyClick(surface, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert _view(spiral).x.low == pytest.approx(whole.x.low + 0.1 * (whole.x.high - whole.x.low))
    QTest.keyClick(surface, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert _view(spiral).y.low == pytest.approx(whole.y.low + 0.1 * (whole.y.high - whole.y.low))


def test_bands_of_categories_do_not_zoom(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("penguins"))
    assert _view(decision_panel).x.levels
    _wheel(decision_panel, decision_panel.surface.square.center(), 3)
    view = _view(decision_panel)
    assert view.x == view.plane.x
    assert view.y.high - view.y.low < view.plane.y.high - view.plane.y.low


def test_map_cannot_be_lost_by_moving() -> None:
    view = SurfaceView.whole(ColumnPlane(Slices(toy_dataset("spiral")), "x", "y"))
    for _ in range(50):
        view = view.moved(1.0, 0.0)
    assert view.x.low <= view.plane.x.high + (view.plane.x.high - view.plane.x.low)


def test_points_and_chosen_row_move_with_the_map(spiral: DecisionPanel) -> None:
    spiral.set_row(7)
    _wheel(spiral, spiral.surface.square.center(), 2)
    view, dataset = _view(spiral), toy_dataset("spiral")
    at = spiral.surface.pixel_of(7)
    assert at is not None
    place = view.place(at, spiral.surface.square)
    assert place == pytest.approx((dataset.raw("x")[7], dataset.raw("y")[7]))


def test_old_picture_is_stretched_until_the_new_one_is_there(spiral: DecisionPanel) -> None:
    trainer = trained(toy_dataset("spiral"), 5)
    answer(spiral, trainer)
    square = spiral.surface.square
    _wheel(spiral, square.center(), 1)
    stretched = pixels(picture(spiral))
    answer(spiral, trainer)
    sharp = pixels(picture(spiral))
    box = slice(square.top() + 40, square.bottom() - 40), slice(square.left() + 40, square.right() - 40)
    difference = np.abs(stretched[box] - sharp[box]).max(axis=2)
    assert np.quantile(difference, 0.9) <= 12
    assert (difference > 0).any()


def test_wheel_outside_the_map_is_left_to_others(spiral: DecisionPanel) -> None:
    before = _view(spiral)
    _wheel(spiral, QPoint(2, 2), 3)
    assert _view(spiral) is before


def test_zoom_ends_when_another_plane_is_chosen(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("wine"))
    _wheel(decision_panel, decision_panel.surface.square.center(), 3)
    decision_panel.axis_lists.lists[0].setCurrentIndex(4)
    assert _view(decision_panel).is_whole


def test_map_that_was_dragged_still_answers_a_click(spiral: DecisionPanel, qtbot: QtBot) -> None:
    _wheel(spiral, spiral.surface.square.center(), 2)
    row = next(
        row
        for row in range(500)
        if (at := spiral.surface.pixel_of(row)) is not None
        and spiral.surface.square.adjusted(10, 10, -10, -10).contains(at.toPoint())
    )
    at = spiral.surface.pixel_of(row)
    assert at is not None
    with qtbot.waitSignal(spiral.row_chosen, timeout=500) as caught:
        QTest.mouseClick(spiral.surface, Qt.MouseButton.LeftButton, pos=at.toPoint())
    found = spiral.surface.pixel_of(caught.args[0])
    assert found is not None
    assert (found - at).manhattanLength() < 9
