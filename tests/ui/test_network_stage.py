"""Between the snapshots and the drawing thread: nothing is drawn in a frame, and the newest numbers are not lost."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.engine.mlp import LayerConfig, config_for_task
from nnviz.ui.plots.network_graph import NetworkGraph
from tests.ui.network_showing import draw, show_graph, snapshot_of

CONFIG = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(6)])


@pytest.fixture
def graph(qtbot: QtBot) -> Iterator[NetworkGraph]:
    shown = show_graph(qtbot, CONFIG)
    yield shown
    shown.stop()
    shown.close()


def test_last_numbers_are_drawn_however_fast_they_came(graph: NetworkGraph, qtbot: QtBot) -> None:
    draw(graph, snapshot_of(CONFIG))
    snapshots = [snapshot_of(CONFIG, seed, grid=False) for seed in range(1, 9)]
    for snapshot in snapshots:
        graph.draw(snapshot)
    layout = graph.layout_now
    assert layout is not None
    last = snapshots[-1].parameters[np.concatenate([gap.parameters for gap in layout.gaps])]
    pictures = graph._stage._pictures
    qtbot.waitUntil(lambda: pictures.values is not None and np.array_equal(pictures.values, last), timeout=5_000)


def test_numbers_that_come_in_a_frame_are_handed_over_after_it(graph: NetworkGraph, qtbot: QtBot) -> None:
    draw(graph, snapshot_of(CONFIG))
    submitted = graph._stage._renderer._submitted
    graph.draw(snapshot_of(CONFIG, 1, grid=False))
    assert graph._stage._renderer._submitted == submitted
    qtbot.waitUntil(lambda: graph._stage._renderer._submitted > submitted, timeout=5_000)


def test_a_map_is_not_lost_when_snapshots_without_one_follow_at_once(graph: NetworkGraph, qtbot: QtBot) -> None:
    draw(graph, snapshot_of(CONFIG))
    with_map = snapshot_of(CONFIG, 3)
    graph.draw(with_map)
    for seed in range(4, 8):
        graph.draw(snapshot_of(CONFIG, seed, grid=False))
    stage = graph._stage
    qtbot.waitUntil(lambda: stage._grid is with_map.grid and not stage._waits, timeout=5_000)


def test_another_layout_shows_the_maps_at_once(graph: NetworkGraph, qtbot: QtBot) -> None:
    draw(graph, snapshot_of(CONFIG))
    graph.draw(snapshot_of(CONFIG, 1, grid=False))
    with qtbot.waitSignal(graph.spans_changed, timeout=5_000):
        graph.resize(700, 500)


def test_the_same_weights_again_count_as_no_redraw(graph: NetworkGraph, qtbot: QtBot) -> None:
    snapshot = snapshot_of(CONFIG)
    draw(graph, snapshot)
    graph.repaint()
    drawn = graph.pictures_drawn
    draw(graph, replace(snapshot, parameters=snapshot.parameters.copy()))
    graph.repaint()
    assert graph.pictures_drawn == drawn
    draw(graph, snapshot_of(CONFIG, 5))
    graph.repaint()
    assert graph.pictures_drawn == drawn + 1
