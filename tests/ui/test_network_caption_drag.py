"""Layers reordered and removed by their captions: by drag, by keys, and what the hand sees meanwhile."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.engine.mlp import LayerConfig, config_for_task
from nnviz.ui.panels.network import NetworkPanel
from nnviz.ui.theme import load_fonts
from tests.ui.network_showing import names, pixels

CONFIG = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(6), LayerConfig(4)])
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[NetworkPanel]:
    load_fonts()
    widget = NetworkPanel()
    qtbot.addWidget(widget)
    widget.resize(1000, 752)
    widget.set_network(CONFIG, ["x", "y"], ["z"])
    with qtbot.waitExposed(widget):
        widget.show()
    yield widget
    widget.stop()
    widget.close()


@pytest.fixture
def asked(panel: NetworkPanel) -> list[tuple[int, ...]]:
    told: list[tuple[int, ...]] = []
    panel.layer_moved.connect(lambda index, to: told.append((index, to)))
    panel.layer_removed.connect(lambda index: told.append((index,)))
    return told


def _drag(panel: NetworkPanel, index: int, by: QPoint, *, drop: bool = True) -> QWidget:
    text = panel.captions.captions[index].text
    start = text.rect().center()
    QTest.mousePress(text, LEFT, NONE, start)
    for share in (0.2, 0.6, 1.0):
        QTest.mouseMove(text, start + QPoint(round(share * by.x()), round(share * by.y())))
    if drop:
        QTest.mouseRelease(text, LEFT, NONE, start + by)
    return text


def _distance(panel: NetworkPanel, index: int, other: int) -> int:
    captions = panel.captions.captions
    return captions[other].geometry().center().x() - captions[index].geometry().center().x()


@pytest.mark.parametrize(("index", "over", "to"), [(0, 1, 1), (0, 2, 2), (2, 0, 0), (1, 0, 0), (1, 2, 2)])
def test_caption_dragged_past_another_takes_its_place(
    panel: NetworkPanel, asked: list[tuple[int, ...]], index: int, over: int, to: int
) -> None:
    past = 50 if over > index else -20
    _drag(panel, index, QPoint(_distance(panel, index, over) + past, 3))
    assert asked == [(index, to)]


def test_caption_dropped_where_it_was_moves_nothing_and_opens_no_menu(
    panel: NetworkPanel, asked: list[tuple[int, ...]]
) -> None:
    _drag(panel, 1, QPoint(30, 2))
    assert asked == []
    assert not panel.captions.captions[1].menu.isVisible()


@pytest.mark.parametrize("down", [120, -80])
def test_caption_dragged_out_of_the_row_removes_its_layer(
    panel: NetworkPanel, asked: list[tuple[int, ...]], down: int
) -> None:
    _drag(panel, 1, QPoint(10, down))
    assert asked == [(1,)]


def test_hand_sees_the_caption_and_where_it_would_fall(panel: NetworkPanel) -> None:
    before = pixels(panel)
    text = _drag(panel, 0, QPoint(_distance(panel, 0, 1) + 50, 3), drop=False)
    ghost = panel.captions.drag._ghost
    assert ghost is not None
    assert ghost.isVisible()
    captions = panel.captions.captions
    assert captions[1].geometry().right() < ghost.mark < captions[2].x()
    assert ghost.text == "Hidden layer 1"
    assert np.count_nonzero(pixels(panel) != before) > 500
    QTest.mouseMove(text, QPoint(10, 150))
    assert ghost.text == "Remove hidden layer 1"
    assert ghost.mark < 0
    QTest.mouseMove(text, text.rect().center())
    QTest.mouseRelease(text, LEFT, NONE, text.rect().center())
    assert not ghost.isVisible()


def test_esc_lets_the_caption_fall_where_it_was(panel: NetworkPanel, asked: list[tuple[int, ...]]) -> None:
    text = _drag(panel, 0, QPoint(_distance(panel, 0, 2) + 20, 3), drop=False)
    QTest.keyClick(text, Qt.Key.Key_Escape)
    QTest.mouseRelease(text, LEFT, NONE, QPoint(400, 5))
    assert asked == []
    assert not panel.captions.drag.dragging


def test_keys_move_the_layer_of_the_focused_caption_and_the_focus_goes_with_it(
    panel: NetworkPanel, asked: list[tuple[int, ...]], qtbot: QtBot
) -> None:
    panel.activateWindow()
    text = panel.captions.captions[1].text
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Right, BOTH)
    assert asked == [(1, 2)]
    moved = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(4), LayerConfig(6)])
    panel.set_network(moved, ["x", "y"], ["z"])
    assert panel.focusWidget() is panel.captions.captions[2].text
    QTest.keyClick(panel.captions.captions[2].text, Qt.Key.Key_Right, BOTH)
    QTest.keyClick(panel.captions.captions[0].text, Qt.Key.Key_Left, BOTH)
    assert asked == [(1, 2)]  # there is no further place


def test_delete_removes_the_layer_of_the_focused_caption(panel: NetworkPanel, asked: list[tuple[int, ...]]) -> None:
    QTest.keyClick(panel.captions.captions[2].text, Qt.Key.Key_Delete)
    assert asked == [(2,)]


def test_captions_of_collapsed_layers_expand_them_by_keyboard_too(panel: NetworkPanel) -> None:
    wide = config_for_task("multiclass", 90, 60, [LayerConfig(70)])
    panel.set_network(wide, names("x", 90), names("y", 60))
    first, last = panel.captions.end_buttons
    assert first.isVisible()
    assert first.accessibleName().startswith("90 inputs, ")
    assert first.accessibleName().endswith("Show all of them")
    QTest.keyClick(first, Qt.Key.Key_Space)
    assert panel.graph.expanded == 0
    assert first.accessibleName().endswith("Show the strongest only")
    QTest.keyClick(last, Qt.Key.Key_Space)
    assert panel.graph.expanded == 2
    action = panel.captions.captions[0]._all
    assert action.text() == "Show all 70 neurons"
    action.trigger()
    assert panel.graph.expanded == 1
    assert action.text() == "Show the strongest neurons only"
    panel.set_network(CONFIG, ["x", "y"], ["z"])
    assert not first.isVisible()
    assert not panel.captions.captions[0]._all.isVisible()


def test_expanding_from_the_matrices_goes_back_to_the_diagram(panel: NetworkPanel) -> None:
    wide = config_for_task("multiclass", 90, 3, [LayerConfig(8)])
    panel.set_network(wide, names("x", 90), names("y", 3))
    panel.toggle_matrix()
    QTest.keyClick(panel.captions.end_buttons[0], Qt.Key.Key_Space)
    assert not panel.shows_matrix
    assert panel.graph.expanded == 0
