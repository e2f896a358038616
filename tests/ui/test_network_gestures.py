"""Zooming, panning, fitting and expanding the diagram on screen, by mouse, touchpad and keys."""

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.app.lenses import Place
from nnviz.engine.mlp import LayerConfig, config_for_task
from nnviz.run.snapshot import Snapshot
from nnviz.ui.panels.network import NetworkPanel
from nnviz.ui.plots.network_graph import NetworkGraph
from nnviz.ui.plots.network_layout import REST
from nnviz.ui.plots.network_view import STEP
from nnviz.ui.theme import DARK
from tests.ui.network_showing import draw, pixels, places, show_graph, snapshot_of

CONFIG = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(6)])
WIDE = config_for_task("multiclass", 60, 3, [LayerConfig(40), LayerConfig(6)])
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def graph(qtbot: QtBot) -> Iterator[NetworkGraph]:
    widget = show_graph(qtbot, CONFIG)
    draw(widget, snapshot_of(CONFIG))
    yield widget
    widget.stop()
    widget.close()


@pytest.fixture
def wide(qtbot: QtBot) -> Iterator[NetworkGraph]:
    widget = show_graph(qtbot, WIDE)
    draw(widget, snapshot_of(WIDE))
    yield widget
    widget.stop()
    widget.close()


def _wheel(
    graph: NetworkGraph,
    at: tuple[float, float],
    turned: tuple[int, int],
    held: Qt.KeyboardModifier = NONE,
    pixels_pushed: tuple[int, int] = (0, 0),
    phase: Qt.ScrollPhase = Qt.ScrollPhase.NoScrollPhase,
) -> None:
    point = QPointF(*at)
    event = QWheelEvent(
        point,
        graph.mapToGlobal(point),
        QPoint(*pixels_pushed),
        QPoint(*turned),
        Qt.MouseButton.NoButton,
        held,
        phase,
        False,
    )
    QApplication.sendEvent(graph, event)


def test_wheel_zooms_about_the_cursor(graph: NetworkGraph) -> None:
    tile = places(graph).columns[1].tiles[2]
    _wheel(graph, (tile.x, tile.y), (0, 240))
    moved = places(graph).columns[1].tiles[2]
    assert (moved.x, moved.y) == pytest.approx((tile.x, tile.y))
    assert moved.side == pytest.approx(tile.side * STEP**2)
    _wheel(graph, (tile.x, tile.y), (0, -480))
    assert places(graph).columns[1].tiles[2] == tile


def test_two_fingers_push_and_with_ctrl_zoom(graph: NetworkGraph) -> None:
    graph.gestures.zoom(2.0)
    before = places(graph)
    _wheel(graph, (400, 300), (0, 120), pixels_pushed=(-30, 12), phase=Qt.ScrollPhase.ScrollUpdate)
    assert (places(graph).x, places(graph).y) == (before.x - 30, before.y + 12)
    assert places(graph).zoom == before.zoom
    ctrl = Qt.KeyboardModifier.ControlModifier
    _wheel(graph, (400, 300), (0, 120), ctrl, (0, 12), Qt.ScrollPhase.ScrollUpdate)
    assert places(graph).zoom > before.zoom


def test_wheel_with_shift_pushes_sideways(graph: NetworkGraph) -> None:
    graph.gestures.zoom(2.0)
    before = places(graph).x
    _wheel(graph, (400, 300), (0, -120), Qt.KeyboardModifier.ShiftModifier)
    assert places(graph).x == before - 60


def test_pinch_on_a_touchpad_zooms(graph: NetworkGraph) -> None:
    at = QPointF(400, 300)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        at,
        at,
        graph.mapToGlobal(at),
        0.5,
        QPointF(),
    )
    QApplication.sendEvent(graph, event)
    assert places(graph).zoom == pytest.approx(1.5)


def test_two_fingers_on_a_touch_screen_zoom_as_far_as_they_part(qtbot: QtBot) -> None:
    panel = NetworkPanel()
    qtbot.addWidget(panel)
    panel.resize(840, 700)
    panel.set_network(CONFIG, ["x", "y"], ["z"])
    with qtbot.waitExposed(panel):
        panel.show()
    graph, device = panel.graph, QTest.createTouchDevice()
    apart = [30 + 10 * step for step in range(8)]
    touch = QTest.touchEvent(graph, device)
    touch.press(0, QPoint(420 - apart[0], 300)).press(1, QPoint(420 + apart[0], 300))
    touch.commit()
    zooms = []
    for half in apart[1:]:
        touch = QTest.touchEvent(graph, device)
        touch.move(0, QPoint(420 - half, 300)).move(1, QPoint(420 + half, 300))
        touch.commit()
        zooms.append(graph.view.zoom)
    touch = QTest.touchEvent(graph, device)
    touch.release(0, QPoint(420 - half, 300)).release(1, QPoint(420 + half, 300))
    touch.commit()
    # From where the fingers are first seen to move apart.
    assert zooms[-1] / zooms[0] == pytest.approx(apart[-1] / apart[1], rel=0.01)
    assert graph.view.zoom == zooms[-1]
    panel.stop()
    panel.close()


def test_magnified_picture_is_sharp_when_it_rests_and_stretched_until_then(graph: NetworkGraph, qtbot: QtBot) -> None:
    graph.gestures.zoom(2.0, QPointF(420, 296))
    graph.gestures.zoom(1.5, QPointF(420, 296))  # so soon after the first that the picture waits
    stretched = pixels(graph)
    assert np.count_nonzero(stretched != QColor(DARK.app).rgb()) > 20_000
    qtbot.waitUntil(lambda: not graph._stage._resting.isActive(), timeout=5000)
    assert graph.flush(10.0)
    sharp = pixels(graph)
    assert not np.array_equal(sharp, stretched)
    fresh = NetworkGraph()
    qtbot.addWidget(fresh)
    fresh.resize(840, 592)
    fresh.set_network(CONFIG, ["x0", "x1"], ["y0"])
    with qtbot.waitExposed(fresh):
        fresh.show()
    fresh.gestures.zoom(2.0, QPointF(420, 296))
    fresh.gestures.zoom(1.5, QPointF(420, 296))
    draw(fresh, snapshot_of(CONFIG))
    assert np.array_equal(pixels(fresh), sharp)
    fresh.stop()
    fresh.close()


def test_drag_on_empty_ground_pans_and_chooses_nothing(graph: NetworkGraph) -> None:
    graph.gestures.zoom(2.0)
    chosen: list[object] = []
    graph.picker.chosen.connect(chosen.append)
    ground = next(
        QPoint(x, y) for x in range(40, 800, 10) for y in range(40, 550, 10) if graph._is_ground(QPointF(x, y))
    )
    before = places(graph)
    QTest.mousePress(graph, Qt.MouseButton.LeftButton, NONE, ground)
    QTest.mouseMove(graph, ground + QPoint(10, 8))
    QTest.mouseMove(graph, ground + QPoint(25, 20))
    dragging = [graph.gestures.dragging]
    QTest.mouseRelease(graph, Qt.MouseButton.LeftButton, NONE, ground + QPoint(25, 20))
    assert (places(graph).x, places(graph).y) == (before.x + 25, before.y + 20)
    assert [*dragging, graph.gestures.dragging] == [True, False]
    assert chosen == []


def test_drag_with_the_middle_button_pans_from_anywhere(graph: NetworkGraph) -> None:
    graph.gestures.zoom(2.0)
    tile = places(graph).columns[1].tiles[4]
    at = QPoint(int(tile.x) + 30, int(tile.y) + 30)
    before = places(graph)
    QTest.mousePress(graph, Qt.MouseButton.MiddleButton, NONE, at)
    QTest.mouseMove(graph, at + QPoint(-40, 0))
    QTest.mouseRelease(graph, Qt.MouseButton.MiddleButton, NONE, at + QPoint(-40, 0))
    assert places(graph).x == before.x - 40


def test_arrow_keys_pan_a_magnified_diagram_while_nothing_is_chosen(graph: NetworkGraph) -> None:
    graph.setFocus()
    graph.gestures.zoom(2.0)
    before = places(graph)
    QTest.keyClick(graph, Qt.Key.Key_Right)
    QTest.keyClick(graph, Qt.Key.Key_Down)
    assert (places(graph).x, places(graph).y) == (before.x - 60, before.y - 60)
    QTest.mouseClick(graph, Qt.MouseButton.LeftButton, NONE, _middle_of_a_tile(graph))
    chosen, before = graph.picker.place, places(graph)
    QTest.keyClick(graph, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert places(graph).y == before.y - 60
    assert graph.picker.place == chosen


def _middle_of_a_tile(graph: NetworkGraph) -> QPoint:
    tile = next(
        tile
        for column in places(graph).columns
        for tile in column.tiles
        if 0 < tile.x < 700 and 0 < tile.y < 500 and column.layer > 0
    )
    return QPoint(round(tile.x + 0.6 * tile.side), round(tile.middle))


def test_keys_that_walk_bring_the_neuron_into_view(graph: NetworkGraph) -> None:
    graph.setFocus()
    graph.gestures.zoom(4.0, QPointF(300, 250))
    QTest.mouseClick(graph, Qt.MouseButton.LeftButton, NONE, _middle_of_a_tile(graph))
    for _ in range(4):
        QTest.keyClick(graph, Qt.Key.Key_Right)
    place = graph.picker.place
    assert place is not None
    tile = places(graph).columns[-1].tiles[place.unit]
    assert tile.x >= 0
    assert tile.right <= 840


def test_minimap_is_there_only_while_something_is_beyond_the_canvas(graph: NetworkGraph) -> None:
    assert graph.minimap.isHidden()
    graph.gestures.zoom(3.0)
    assert graph.minimap.isVisible()
    box = graph.minimap.geometry()
    assert graph.rect().contains(box)
    QTest.mouseClick(graph.minimap, Qt.MouseButton.LeftButton, NONE, QPoint(6, 6))
    assert (places(graph).x, places(graph).y) == (0.0, 0.0)
    corner = QPoint(box.width() - 6, box.height() - 6)
    QTest.mousePress(graph.minimap, Qt.MouseButton.LeftButton, NONE, corner)
    assert (places(graph).x, places(graph).y) == (-2 * 840, -2 * 592)
    QTest.mouseRelease(graph.minimap, Qt.MouseButton.LeftButton, NONE, corner)
    graph.gestures.fit()
    assert graph.minimap.isHidden()


def test_fit_shows_everything_and_other_networks_begin_fitted(graph: NetworkGraph) -> None:
    graph.gestures.zoom(3.0)
    graph.gestures.fit()
    assert places(graph).zoom == 1.0
    graph.gestures.zoom(3.0)
    graph.set_network(WIDE, ["x"] * 60, ["y"] * 3)
    assert graph.view.mode == "usual"
    assert not graph.view.overflows


def test_band_expands_its_layer_and_leads_back(wide: NetworkGraph) -> None:
    shown = len(places(wide).columns[1].tiles)
    assert shown < 40
    for count in (40, shown):
        band = places(wide).columns[1].band
        assert band is not None
        if band.expanded:
            wide.view.centre(0.5, 1.0)
            wide._place()
            band = places(wide).columns[1].band
            assert band is not None
        at = QPoint(round(band.x + band.width / 2), round(band.y + band.height / 2))
        QTest.mouseClick(wide, Qt.MouseButton.LeftButton, NONE, at)
        assert len(places(wide).columns[1].tiles) == count
    assert wide.expanded is None


def test_expanded_layer_overflows_downwards_and_starts_at_its_top(wide: NetworkGraph) -> None:
    wide.toggle_layer(1)
    assert wide.view.overflows
    assert wide.minimap.isVisible()
    first = places(wide).columns[1].tiles[0]
    assert first.neuron == 0
    assert 0 <= first.y < 60
    wide.gestures.fit()
    column = places(wide).columns[1]
    assert column.band is not None
    assert column.band.y + column.band.height <= 592


def test_enter_on_a_band_that_the_keys_came_to_expands_it(wide: NetworkGraph) -> None:
    wide.setFocus()
    last = places(wide).columns[1].tiles[-1]
    QTest.mouseClick(wide, Qt.MouseButton.LeftButton, NONE, QPoint(round(last.x + 15), round(last.middle)))
    QTest.keyClick(wide, Qt.Key.Key_Down)
    lit = wide.picker.lit
    assert lit is not None
    assert (lit.kind, lit.layer, lit.neuron) == ("band", 1, REST)
    QTest.keyClick(wide, Qt.Key.Key_Return)
    assert wide.expanded == 1


def test_strongest_neurons_are_shown_as_soon_as_there_are_weights(wide: NetworkGraph) -> None:
    snapshot = snapshot_of(WIDE)
    first, second = snapshot.weights[:2]
    strength = np.hypot(np.linalg.norm(first, axis=0), np.linalg.norm(second, axis=1))
    shown = places(wide).columns[1].shown
    assert shown.tolist() == np.argsort(-strength, kind="stable")[: len(shown)].tolist()


def _strengthened(graph: NetworkGraph) -> Snapshot:
    """Return a snapshot in which a neuron without a tile has become the strongest."""
    snapshot = snapshot_of(WIDE)
    hidden = int(places(graph).columns[1].rest[0])
    parameters = snapshot.parameters.copy()
    parameters[: 60 * 40].reshape(60, 40)[:, hidden] *= 9.0
    return replace(snapshot, parameters=parameters)


def test_shown_neurons_follow_training_but_not_under_the_cursor_nor_while_one_is_chosen(
    wide: NetworkGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [time.monotonic()]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    newer, shown = _strengthened(wide), places(wide).columns[1].shown.tolist()
    now[0] += 5
    QTest.mouseMove(wide, QPoint(1, 1))
    QTest.mouseMove(wide, QPoint(30, 30))
    draw(wide, newer)
    assert places(wide).columns[1].shown.tolist() == shown
    QApplication.sendEvent(wide, QEvent(QEvent.Type.Leave))
    wide.picker.set_place(Place(0, shown[0]))
    draw(wide, newer)
    assert places(wide).columns[1].shown.tolist() == shown
    wide.picker.set_place(None)
    draw(wide, newer)
    strongest = int(np.linalg.norm(newer.weights[0], axis=0).argmax())
    assert places(wide).columns[1].shown[0] == strongest
    assert places(wide).columns[1].shown.tolist()[1:] == shown[:-1]


def test_pictures_of_neurons_move_with_them_before_they_are_drawn_anew(wide: NetworkGraph) -> None:
    def face(neuron: int) -> NDArray[np.uint32]:
        tile = next(tile for tile in places(wide).columns[1].tiles if tile.neuron == neuron)
        return pixels(wide, QRect(int(tile.x) + 14, int(tile.y) + 3, 8, 10))

    shown = places(wide).columns[1].shown.tolist()
    before = face(shown[2])
    wide._placing.choice.order[1] = np.roll(wide._placing.choice.order[1], 1)
    wide._rebuild()
    assert places(wide).columns[1].shown.tolist()[3] == shown[2]
    assert np.array_equal(face(shown[2]), before)


def test_choice_from_a_network_that_is_gone_breaks_nothing(wide: NetworkGraph) -> None:
    wide.picker.set_place(Place(2, 2, 5))
    small = config_for_task("binary", 2, 1, [])
    wide.set_network(small, ["x", "y"], ["z"])
    draw(wide, snapshot_of(small))
    assert len(places(wide).columns) == 2
    pixels(wide)
