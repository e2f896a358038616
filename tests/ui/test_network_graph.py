"""The diagram on screen: weights and grids change its pixels, the cursor reads live values, nothing is left behind."""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.engine.divergence import Divergence
from nnviz.engine.mlp import LayerConfig, MLPConfig, config_for_task
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.network_graph import NetworkGraph
from nnviz.ui.plots.network_hover import edge_heights
from nnviz.ui.theme import DARK, LIGHT, load_fonts
from tests.ui.network_showing import snapshot_of

CONFIG = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(6)])


def _snapshot(config: MLPConfig = CONFIG, seed: int = 0, *, grid: bool = True, factor: float = 1.0) -> Snapshot:
    return snapshot_of(config, seed, grid=grid, factor=factor)


@pytest.fixture
def graph(qtbot: QtBot) -> Iterator[NetworkGraph]:
    load_fonts()
    widget = NetworkGraph()
    qtbot.addWidget(widget)
    widget.resize(840, 592)
    widget.set_network(CONFIG, ["x_mm", "y_mm"], ["arm = B"])
    with qtbot.waitExposed(widget):
        widget.show()
    yield widget
    widget.stop()
    widget.close()


def _pixels(graph: NetworkGraph, box: QRect | None = None) -> NDArray[np.uint32]:
    image = graph.grab(box or graph.rect()).toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def _show(graph: NetworkGraph, snapshot: Snapshot) -> None:
    graph.draw(snapshot)
    assert graph.flush(10.0)


def _gap_box(graph: NetworkGraph, index: int) -> QRect:
    assert graph.layout_now is not None
    gap = graph.layout_now.gaps[index]
    return QRect(int(gap.left) + 8, 0, int(gap.right - gap.left) - 16, graph.height())


def _tile_box(graph: NetworkGraph, layer: int, row: int) -> QRect:
    assert graph.layout_now is not None
    tile = graph.layout_now.columns[layer].tiles[row]
    return QRect(int(tile.x) + 12, int(tile.y) + 4, int(tile.side) - 16, int(tile.side) - 16)


def test_other_weights_change_the_edges(graph: NetworkGraph) -> None:
    _show(graph, _snapshot(seed=0))
    boxes = [_gap_box(graph, index) for index in range(3)]
    before = [_pixels(graph, box) for box in boxes]
    _show(graph, _snapshot(seed=1))
    for box, old in zip(boxes, before, strict=True):
        assert not np.array_equal(_pixels(graph, box), old)


def test_edges_show_both_signs_in_the_colours_of_the_theme(graph: NetworkGraph) -> None:
    for theme in (DARK, LIGHT):
        graph.set_theme(theme)
        _show(graph, replace(_snapshot(seed=2), grid=None))
        pixels = _pixels(graph, _gap_box(graph, 1))
        red, blue = (pixels >> 16 & 255).astype(int), (pixels & 255).astype(int)
        assert np.count_nonzero(red > blue + 60) > 200
        assert np.count_nonzero(blue > red + 60) > 200
        assert pixels[0, 0] == QColor(theme.app).rgb()


def test_new_grid_changes_the_tiles_and_the_same_grid_does_not(graph: NetworkGraph) -> None:
    first = _snapshot(seed=0)
    _show(graph, first)
    boxes = [_tile_box(graph, 1, 0), _tile_box(graph, 2, 3), _tile_box(graph, 3, 0)]
    before = [_pixels(graph, box) for box in boxes]
    _show(graph, replace(_snapshot(seed=1), grid=first.grid))
    assert all(np.array_equal(_pixels(graph, box), old) for box, old in zip(boxes, before, strict=True))
    _show(graph, _snapshot(seed=1))
    assert not any(np.array_equal(_pixels(graph, box), old) for box, old in zip(boxes, before, strict=True))


def test_bias_rings_take_the_colour_of_their_sign(graph: NetworkGraph) -> None:
    snapshot = _snapshot()
    parameters = snapshot.parameters.copy()
    assert graph.layout_now is not None
    parameters[graph.layout_now.bias_parameters[0]] = 2.5
    parameters[graph.layout_now.bias_parameters[2]] = -2.5
    _show(graph, replace(snapshot, parameters=parameters))
    for layer, colour in ((1, DARK.positive), (3, DARK.negative)):
        x, y = graph.layout_now.columns[layer].tiles[0].bias_centre
        assert _pixels(graph, QRect(int(x), int(y), 1, 1))[0, 0] == QColor(colour).rgb()


def test_layer_that_diverged_is_hatched_in_the_error_colour(graph: NetworkGraph) -> None:
    snapshot = _snapshot(grid=False)
    _show(graph, replace(snapshot, divergence=Divergence(5, 1, 1, "activation", "Too large.")))
    error = QColor(DARK.error).rgb()
    assert np.count_nonzero(_pixels(graph, _tile_box(graph, 2, 0)) == error) > 20
    assert np.count_nonzero(_pixels(graph, _tile_box(graph, 1, 0)) == error) == 0


def test_pictures_are_counted_once_when_they_are_painted(graph: NetworkGraph) -> None:
    _show(graph, _snapshot(seed=0))
    graph.grab()
    counted = graph.pictures_drawn
    graph.grab()
    assert graph.pictures_drawn == counted
    _show(graph, _snapshot(seed=1))
    graph.grab()
    assert graph.pictures_drawn == counted + 1


def test_last_picture_appears_although_no_snapshot_follows(graph: NetworkGraph, qtbot: QtBot) -> None:
    graph.draw(_snapshot(seed=0))
    qtbot.waitUntil(lambda: graph.pictures_drawn == 1, timeout=5000)
    snapshot = _snapshot(seed=1)
    scales: list[object] = []
    graph.spans_changed.connect(scales.append)
    graph.draw(snapshot)  # its grid comes too soon after the one before, so it has to wait
    qtbot.waitUntil(lambda: bool(scales) and graph.pictures_drawn >= 2, timeout=5000)


def test_scale_is_told_when_it_changes(graph: NetworkGraph) -> None:
    told: list[float] = []
    graph.scale_changed.connect(lambda scale, _: told.append(scale))
    weak = _snapshot(factor=0.1)
    _show(graph, weak)
    _show(graph, replace(weak, parameters=weak.parameters * 1.01))
    _show(graph, replace(weak, parameters=weak.parameters * 60))
    largest = max(float(np.abs(weights).max()) for weights in weak.weights)
    assert told == [0.5, np.ceil(largest * 60 * 2) / 2]


def test_snapshot_of_another_network_is_ignored(graph: NetworkGraph) -> None:
    _show(graph, _snapshot())
    before = _pixels(graph)
    _show(graph, _snapshot(config_for_task("binary", 2, 1, [LayerConfig(3)]), 4))
    assert np.array_equal(_pixels(graph), before)


def _move(graph: NetworkGraph, qtbot: QtBot, x: float, y: float) -> None:
    QTest.mouseMove(graph, QPoint(round(x), round(y)))


def _edge_place(graph: NetworkGraph, gap_index: int, edge: int) -> tuple[float, float]:
    assert graph.layout_now is not None
    gap = graph.layout_now.gaps[gap_index]
    x = float(round(gap.right - 3))
    return x, float(edge_heights(gap, x)[0][edge])


def test_edge_under_the_cursor_shows_its_weight_and_both_ends(graph: NetworkGraph, qtbot: QtBot) -> None:
    snapshot = _snapshot(seed=3)
    _show(graph, snapshot)
    _move(graph, qtbot, *_edge_place(graph, 2, 4))
    weight = f"{snapshot.weights[2][4, 0]:+.2f}".replace("-", "−")
    assert graph.hover_text == f"w {weight}  h2.5 → arm = B"


def test_hover_text_follows_training_at_most_four_times_a_second(
    graph: NetworkGraph, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    snapshot = _snapshot(seed=3)
    _show(graph, snapshot)
    _move(graph, qtbot, *_edge_place(graph, 2, 0))
    first = graph.hover_text
    now[0] += 0.1
    _show(graph, replace(snapshot, parameters=snapshot.parameters + 1))
    assert graph.hover_text == first
    now[0] += 0.2
    _show(graph, replace(snapshot, parameters=snapshot.parameters + 2))
    weight = f"{snapshot.weights[2][0, 0] + 2:+.2f}".replace("-", "−")
    assert graph.hover_text == f"w {weight}  h2.1 → arm = B"


def test_neuron_and_bias_under_the_cursor_show_their_values(graph: NetworkGraph, qtbot: QtBot) -> None:
    snapshot = _snapshot(seed=3)
    parameters = snapshot.parameters.copy()
    assert graph.layout_now is not None
    parameters[graph.layout_now.bias_parameters[0][1]] = -0.44
    _show(graph, replace(snapshot, parameters=parameters, row=(np.full(8, 0.25), np.zeros(6), np.zeros(1))))
    tile = graph.layout_now.columns[1].tiles[1]
    _move(graph, qtbot, tile.x + 30, tile.middle)
    assert graph.hover_text == "h1.2  +0.25  bias −0.44"
    _move(graph, qtbot, *tile.bias_centre)
    assert graph.hover_text == "bias −0.44  h1.2"
    source = graph.layout_now.columns[0].tiles[0]
    _move(graph, qtbot, source.x + 20, source.middle)
    assert graph.hover_text == "x_mm"


def test_label_goes_when_the_cursor_finds_nothing(graph: NetworkGraph, qtbot: QtBot) -> None:
    _show(graph, _snapshot(seed=3))
    plain = _pixels(graph)
    _move(graph, qtbot, *_edge_place(graph, 2, 4))
    assert not np.array_equal(_pixels(graph), plain)
    _move(graph, qtbot, 3, 3)
    assert graph.hover_text == ""
    assert np.array_equal(_pixels(graph), plain)


def test_resizing_draws_for_the_new_size(graph: NetworkGraph, qtbot: QtBot) -> None:
    _show(graph, _snapshot())
    graph.resize(1000, 500)
    qtbot.waitUntil(lambda: graph.layout_now is not None and graph.layout_now.height == 500)
    assert np.count_nonzero(_pixels(graph, _gap_box(graph, 1)) != QColor(DARK.app).rgb()) > 1000  # stretched meanwhile
    assert graph.flush(10.0)
    assert graph.layout_now is not None
    gap = graph.layout_now.gaps[1]
    strongest = int(np.abs(_snapshot().weights[1]).argmax())
    pixels = _pixels(graph, QRect(int(gap.left) + 2, int(gap.y_from[strongest]), 1, 1))
    assert pixels[0, 0] != QColor(DARK.app).rgb()


def test_hidden_graph_draws_nothing_until_it_is_shown(graph: NetworkGraph, qtbot: QtBot) -> None:
    _show(graph, _snapshot(seed=0))
    graph.grab()
    drawn = graph.pictures_drawn
    graph.hide()
    graph.draw(_snapshot(seed=1))
    assert graph.flush(5.0)
    graph.show()
    qtbot.waitUntil(lambda: graph.pictures_drawn > drawn, timeout=5000)


def test_thread_runs_from_the_first_show_until_it_is_stopped(qtbot: QtBot) -> None:
    def names() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name.startswith("nnviz-network")]

    widget = NetworkGraph()
    qtbot.addWidget(widget)
    assert names() == []
    widget.show()
    assert names() == ["nnviz-network-pictures"]
    widget.stop()
    assert names() == []
    widget.close()


def test_repainting_costs_no_reference_to_none(graph: NetworkGraph) -> None:
    _show(graph, _snapshot())
    graph.grab()
    before = sys.getrefcount(None)
    for _ in range(300):
        graph.repaint()
    assert abs(sys.getrefcount(None) - before) < 150
