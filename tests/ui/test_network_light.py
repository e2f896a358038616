"""Hovering lights paths up: a neuron's edges stand out, the rest recedes, and an edge is cased."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractAnimation, QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.app.lenses import Place
from nnviz.engine.mlp import LayerConfig, config_for_task
from nnviz.ui import motion
from nnviz.ui.plots.network_graph import NetworkGraph
from nnviz.ui.plots.network_hover import edge_heights
from nnviz.ui.plots.network_layout import Gap
from nnviz.ui.theme import DARK
from tests.ui.network_showing import channels, draw, pixels, places, show_graph, snapshot_of

CONFIG = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(6)])
GROUND = channels(np.array(QColor(DARK.app).rgb()))


@pytest.fixture
def graph(qtbot: QtBot) -> Iterator[NetworkGraph]:
    widget = show_graph(qtbot, CONFIG)
    draw(widget, snapshot_of(CONFIG, seed=3))
    yield widget
    widget.stop()
    widget.close()


def _hover(graph: NetworkGraph, x: float, y: float, qtbot: QtBot) -> None:
    _move(graph, x, y)
    fade = graph._pointer._fade
    qtbot.waitUntil(lambda: fade.state() == QAbstractAnimation.State.Stopped, timeout=2000)


def _move(graph: NetworkGraph, x: float, y: float) -> None:
    QTest.mouseMove(graph, QPoint(1, 1))  # a move to where the cursor is already would tell nobody
    QTest.mouseMove(graph, QPoint(round(x), round(y)))


def _strength(picture: NDArray[np.uint32], gap: Gap, edge: int) -> float:
    """Return how far an edge stands out from the ground, near its source where the others are apart."""
    x = round(gap.left) + 6
    y = float(edge_heights(gap, x + 0.5)[0][edge])
    return float(np.abs(channels(picture[int(y) - 1 : int(y) + 2, x]) - GROUND).max())


def _two_edges(gap: Gap, target: int) -> tuple[int, int]:
    """Return the edge to a target and one to another, both of the first source."""
    mine = np.flatnonzero((gap.sources == 0) & (gap.targets == target))[0]
    return int(mine), int(np.flatnonzero((gap.sources == 0) & (gap.targets != target))[-1])


def test_edges_of_a_neuron_under_the_cursor_stand_out_and_the_others_recede(graph: NetworkGraph, qtbot: QtBot) -> None:
    gap = places(graph).gaps[1]
    mine, other = _two_edges(gap, 2)
    before = pixels(graph)
    tile = places(graph).columns[2].tiles[2]
    _hover(graph, tile.x + 30, tile.middle, qtbot)
    after = pixels(graph)
    assert _strength(after, gap, mine) >= 0.9 * _strength(before, gap, mine)
    assert _strength(after, gap, other) < 0.4 * _strength(before, gap, other)


def test_siblings_recede_and_the_neuron_itself_and_other_layers_do_not(graph: NetworkGraph, qtbot: QtBot) -> None:
    def boxes() -> list[NDArray[np.uint32]]:
        tiles = [places(graph).columns[layer].tiles[row] for layer, row in ((2, 2), (1, 0), (2, 5))]
        return [pixels(graph, QRect(int(tile.x) + 4, int(tile.y) + 4, 20, 20)) for tile in tiles]

    own, far, sibling = boxes()
    tile = places(graph).columns[2].tiles[2]
    _hover(graph, tile.x + 40, tile.y + 40, qtbot)
    assert np.array_equal(boxes()[0], own)
    assert np.array_equal(boxes()[1], far)
    faded = GROUND + 0.4 * (channels(sibling) - GROUND)
    assert np.abs(channels(boxes()[2]) - faded).max() <= 2


def test_edge_under_the_cursor_is_cased_and_the_others_stay(graph: NetworkGraph, qtbot: QtBot) -> None:
    gap = places(graph).gaps[2]
    before = pixels(graph)
    x = round(gap.right) - 5
    y = float(edge_heights(gap, x)[0][4])
    _hover(graph, x, y, qtbot)
    assert graph.hover_text.startswith("w ")
    after = pixels(graph)
    middle = float(edge_heights(gap, gap.left + 40)[0][4])
    column = after[int(middle) - 12 : int(middle) + 12, round(gap.left) + 40]
    assert np.abs(channels(column) - channels(np.array(QColor(DARK.ink).rgb()))).max(axis=-1).min() < 90
    other = places(graph).gaps[0]
    box = slice(0, 592), slice(int(other.left) + 4, int(other.right) - 8)
    assert np.array_equal(after[box], before[box])


def test_light_goes_out_when_the_cursor_leaves(graph: NetworkGraph, qtbot: QtBot) -> None:
    before = pixels(graph)
    tile = places(graph).columns[2].tiles[2]
    _hover(graph, tile.x + 30, tile.middle, qtbot)
    assert not np.array_equal(pixels(graph), before)
    _hover(graph, 3, 3, qtbot)
    assert np.array_equal(pixels(graph), before)


def test_what_is_under_a_resting_cursor_is_found_anew_when_the_diagram_is_laid_out_anew(
    graph: NetworkGraph, qtbot: QtBot
) -> None:
    tile = places(graph).columns[2].tiles[2]
    _hover(graph, tile.x + 4, tile.y + 4, qtbot)
    assert "h2.3" in graph.hover_text
    graph.resize(graph.width() - 300, graph.height())
    assert "h2.3" not in graph.hover_text
    graph.resize(graph.width() + 300, graph.height())
    assert "h2.3" in graph.hover_text
    graph.resize(graph.width(), int(tile.y) - 8)
    assert graph.hover_text == ""


def test_a_chosen_weight_under_the_cursor_keeps_its_own_light(graph: NetworkGraph, qtbot: QtBot) -> None:
    gap = places(graph).gaps[2]
    x = round(gap.right) - 5
    y = float(edge_heights(gap, x)[0][4])
    graph.picker.choose(Place(2, int(gap.targets[4]), int(gap.sources[4])))
    around = QRect(0, 0, round(gap.right) - 60, graph.height())  # without the label at the cursor
    before = pixels(graph, around)
    _hover(graph, x, y, qtbot)
    assert graph.hover_text.startswith("w ")
    assert np.array_equal(pixels(graph, around), before)


def test_light_eases_in(graph: NetworkGraph, qtbot: QtBot) -> None:
    tile = places(graph).columns[2].tiles[2]
    levels: list[float] = []
    graph._pointer.faded.connect(lambda: levels.append(graph._pointer._light))
    _hover(graph, tile.x + 30, tile.middle, qtbot)
    assert any(0 < level < 1 for level in levels)


def test_where_less_motion_is_wanted_the_light_is_on_at_once(graph: NetworkGraph) -> None:
    motion.set_reduced(reduced=True)
    tile = places(graph).columns[2].tiles[2]
    _move(graph, tile.x + 30, tile.middle)
    assert graph._pointer._light == 1.0
    _move(graph, 3, 3)
    assert graph._pointer._light == 0.0
    motion.set_reduced(reduced=False)


def test_with_a_choice_hovering_adds_light_and_dims_nothing_more(graph: NetworkGraph, qtbot: QtBot) -> None:
    tile = places(graph).columns[2].tiles[2]
    at = QPoint(round(tile.x + 30), round(tile.middle))
    QTest.mouseClick(graph, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    _hover(graph, 3, 3, qtbot)
    chosen = pixels(graph)
    other = places(graph).columns[2].tiles[4]
    _hover(graph, other.x + 30, other.middle, qtbot)
    both = pixels(graph)
    first = QRect(int(tile.x) + 4, int(tile.y) + 4, 20, 20)
    box = slice(first.top(), first.bottom()), slice(first.left(), first.right())
    assert np.array_equal(both[box], chosen[box])
    gap = places(graph).gaps[1]
    mine, _ = _two_edges(gap, 4)
    assert _strength(both, gap, mine) > 2 * _strength(chosen, gap, mine)
