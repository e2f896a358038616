"""The diagram's geometry: tiles, collapse, ports, and which weight each edge stands for."""

import itertools

import numpy as np
import pytest

from nnviz.ui.plots.network_layout import (
    MAX_SHOWN,
    MIN_SPACING,
    NetworkLayout,
    curve_fraction,
    network_layout,
    spread,
)


def _layout(*sizes: int, width: float = 840.0, height: float = 592.0) -> NetworkLayout:
    return network_layout(sizes, width, height)


def test_eight_neurons_share_the_height_in_equal_whole_steps() -> None:
    column = _layout(2, 8, 8, 1).columns[1]
    assert {tile.side for tile in column.tiles} == {52.0}
    assert {after.y - before.y for before, after in zip(column.tiles[:-1], column.tiles[1:], strict=True)} == {72.0}


def test_pitch_is_77_where_there_is_room() -> None:
    tiles = _layout(2, 6, 1).columns[1].tiles
    assert {after.y - before.y for before, after in itertools.pairwise(tiles)} == {77.0}


def test_two_inputs_stand_twice_as_far_apart() -> None:
    tiles = _layout(2, 8, 1).columns[0].tiles
    assert tiles[1].y - tiles[0].y == 154.0


def test_single_output_is_larger_than_one_of_several() -> None:
    assert _layout(2, 8, 1).columns[-1].side == 76.0
    assert _layout(2, 8, 3).columns[-1].side == 52.0


@pytest.mark.parametrize("sizes", [(2, 8, 8, 1), (13, 32, 32, 1), (30, 64, 64, 10), (1, 1), (512, 512, 2)])
@pytest.mark.parametrize("height", [240.0, 592.0, 1200.0])
def test_tiles_stay_on_the_canvas_and_never_overlap(sizes: tuple[int, ...], height: float) -> None:
    layout = network_layout(sizes, 840.0, height)
    for column in layout.columns:
        boxes = [(tile.y, tile.y + tile.side) for tile in column.tiles]
        if column.more:
            boxes.append((column.more.y, column.more.y + column.more.height))
        boxes.sort()
        assert boxes[0][0] >= 0
        assert boxes[-1][1] <= height
        assert all(below[0] >= above[1] for above, below in itertools.pairwise(boxes))


def test_24_neurons_all_show_and_25_collapse_to_twelve_and_four() -> None:
    tall = 24 * 27.0 + 16
    assert len(_layout(2, MAX_SHOWN, 1, height=tall).columns[1].tiles) == 24
    column = _layout(2, MAX_SHOWN + 1, 1, height=tall).columns[1]
    assert column.shown.tolist() == [*range(12), 21, 22, 23, 24]
    assert column.more is not None
    assert column.more.hidden == 9
    assert column.tiles[11].y < column.more.y < column.tiles[12].y


def test_low_canvas_collapses_sooner_and_counts_what_it_hides() -> None:
    column = _layout(2, 20, 1, height=240.0).columns[1]
    assert column.more is not None
    assert len(column.tiles) + column.more.hidden == 20
    assert column.tiles[-1].neuron == 19


def test_every_edge_names_its_weight_in_the_flat_parameters() -> None:
    sizes = (3, 30, 4, 2)
    layout = _layout(*sizes)
    start = 0
    for gap, n_in, n_out in zip(layout.gaps, sizes[:-1], sizes[1:], strict=True):
        block = np.arange(start, start + (n_in + 1) * n_out).reshape(n_in + 1, n_out)
        assert np.array_equal(gap.parameters, block[gap.sources, gap.targets])
        start += block.size
    assert [positions.tolist() for positions in layout.bias_parameters][1] == list(range(120 + 120, 120 + 124))


def test_edges_of_collapsed_neurons_are_not_drawn() -> None:
    layout = _layout(2, 30, 1)
    shown = set(layout.columns[1].shown.tolist())
    assert set(layout.gaps[0].targets.tolist()) == shown
    assert len(layout.gaps[0].parameters) == 2 * len(shown)


def test_ports_keep_the_order_of_the_other_ends() -> None:
    gap = _layout(4, 6, 1).gaps[0]
    for source in range(4):
        mine = gap.sources == source
        assert np.all(np.diff(gap.y_from[mine][np.argsort(gap.y_to[mine])]) > 0)
    for target in range(6):
        mine = gap.targets == target
        assert np.all(np.diff(gap.y_to[mine][np.argsort(gap.y_from[mine])]) > 0)


def test_columns_keep_their_distance_and_the_canvas_grows() -> None:
    layout = _layout(2, *[8] * 12, 1, width=620.0)
    centres = [column.centre for column in layout.columns]
    assert np.allclose(np.diff(centres), layout.spacing)
    assert layout.spacing >= MIN_SPACING
    assert layout.width > 13 * MIN_SPACING


def test_network_without_hidden_layers_stands_in_the_middle() -> None:
    layout = _layout(2, 1)
    left, right = layout.columns[0].tiles[0].x, layout.columns[1].tiles[0].right
    assert abs((left - 64) - (840 - 84 - right)) < 30
    assert len(layout.gaps) == 1


def test_curve_leaves_and_arrives_level() -> None:
    x = np.array([0.0, 0.01, 0.5, 0.99, 1.0])
    climbed = curve_fraction(x)
    assert climbed[[0, 4]].tolist() == [0.0, 1.0]
    assert climbed[2] == pytest.approx(0.5, abs=1e-6)
    assert climbed[1] < 1e-3
    assert climbed[3] > 1 - 1e-3


def test_spread_keeps_boxes_apart_and_near_their_centres() -> None:
    lefts = spread([100.0, 200.0, 300.0], [40.0, 40.0, 180.0], 10.0, 8.0, 360.0)
    rights = [left + width for left, width in zip(lefts, [40.0, 40.0, 180.0], strict=True)]
    assert lefts[0] == 80.0
    assert rights[-1] == 360.0
    assert all(left - right >= 10.0 for right, left in zip(rights[:-1], lefts[1:], strict=True))


def test_spread_without_room_keeps_the_order_and_starts_at_the_left() -> None:
    lefts = spread([50.0, 60.0], [100.0, 100.0], 10.0, 8.0, 120.0)
    assert lefts == [8.0, 118.0]
