"""The diagram's geometry: tiles, collapse, ports, and which weight each edge stands for."""

import itertools

import numpy as np
import pytest

from nnviz.ui.plots.network_collapse import MAX_EXPANDED, MOST_EDGES
from nnviz.ui.plots.network_layout import (
    FOOT,
    MIN_PITCH,
    MIN_SPACING,
    REST,
    NetworkLayout,
    curve_fraction,
    network_layout,
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
        if column.band:
            boxes.append((column.band.y, column.band.y + column.band.height + FOOT - 1))
        boxes.sort()
        assert boxes[0][0] >= 0
        assert boxes[-1][1] * layout.fit <= height
        assert all(below[0] >= above[1] for above, below in itertools.pairwise(boxes))


def test_24_neurons_all_show_where_there_is_room_and_more_only_while_edges_are_few() -> None:
    assert len(_layout(24, 24, 24, 24, 24, 24, 24, height=900.0).columns[1].tiles) == 24
    assert len(_layout(2, 64, 1, height=64 * 27.0).columns[1].tiles) == 64
    crowded = _layout(64, 64, 64, height=64 * 27.0)
    assert all(column.band is not None for column in crowded.columns)
    assert sum(len(gap.parameters) for gap in crowded.gaps) <= MOST_EDGES


def test_collapsed_layer_shows_the_first_of_its_order_over_a_band_for_the_rest() -> None:
    order = [np.arange(2), np.arange(30)[::-1], np.arange(1)]
    layout = network_layout((2, 30, 1), 840.0, 592.0, order=order)
    column = layout.columns[1]
    n = len(column.tiles)
    assert column.shown.tolist() == list(range(29, 29 - n, -1))
    assert column.rest.tolist() == list(range(30 - n))
    assert column.band is not None
    assert column.band.hidden == 30 - n
    assert column.band.y > column.tiles[-1].y


def test_layer_that_is_shown_whole_stands_as_it_is_counted() -> None:
    order = [np.arange(2), np.array([3, 0, 2, 1]), np.arange(1)]
    column = network_layout((2, 4, 1), 840.0, 592.0, order=order).columns[1]
    assert column.shown.tolist() == [0, 1, 2, 3]
    assert column.band is None


def test_low_canvas_collapses_sooner_and_counts_what_it_hides() -> None:
    column = _layout(2, 20, 1, height=240.0).columns[1]
    assert column.band is not None
    assert len(column.tiles) + column.band.hidden == 20


def test_low_canvas_makes_eight_neurons_smaller_instead_of_hiding_some() -> None:
    layout = _layout(2, 8, 1, height=170.0)
    assert len(layout.columns[1].tiles) == 8
    assert layout.fit < 1
    assert layout.height * layout.fit == pytest.approx(170.0)


def test_low_canvas_keeps_the_classes_of_digits_apart() -> None:
    layout = _layout(64, 32, 16, 10, height=246.0)
    assert len(layout.columns[-1].tiles) == 10
    assert layout.columns[1].band is not None


def test_expanded_layer_shows_all_up_to_256_and_the_canvas_grows() -> None:
    layout = network_layout((784, 128, 10), 840.0, 592.0, expanded=[1])
    assert layout.columns[1].shown.tolist() == list(range(128))
    assert layout.height > 128 * MIN_PITCH
    band = layout.columns[1].band
    assert band is not None
    assert (band.expanded, band.hidden) == (True, 0)
    most = network_layout((784, 128, 10), 840.0, 592.0, expanded=[0]).columns[0]
    assert len(most.tiles) == MAX_EXPANDED
    assert len(most.rest) == 784 - MAX_EXPANDED


def test_every_edge_names_its_weight_in_the_flat_parameters() -> None:
    sizes = (3, 30, 4, 2)
    layout = _layout(*sizes)
    start = 0
    for gap, n_in, n_out in zip(layout.gaps, sizes[:-1], sizes[1:], strict=True):
        block = np.arange(start, start + (n_in + 1) * n_out).reshape(n_in + 1, n_out)
        plain = (gap.sources != REST) & (gap.targets != REST)
        assert np.array_equal(gap.parameters[plain], block[gap.sources[plain], gap.targets[plain]])
        assert np.all(gap.parameters[~plain] == -1)
        start += block.size
    assert [positions.tolist() for positions in layout.bias_parameters][1] == list(range(120 + 120, 120 + 124))


def test_band_has_one_edge_to_every_neighbour() -> None:
    layout = _layout(2, 30, 1)
    gap, shown = layout.gaps[0], layout.columns[1].shown
    assert len(gap.parameters) == 2 * (len(shown) + 1)
    assert gap.sources[gap.targets == REST].tolist() == [0, 1]
    assert layout.gaps[1].targets[layout.gaps[1].sources == REST].tolist() == [0]


def test_ports_keep_the_order_of_the_other_ends() -> None:
    gap = _layout(4, 6, 1).gaps[0]
    for source in range(4):
        mine = gap.sources == source
        assert np.all(np.diff(gap.y_from[mine][np.argsort(gap.y_to[mine])]) > 0)
    for target in range(6):
        mine = gap.targets == target
        assert np.all(np.diff(gap.y_to[mine][np.argsort(gap.y_from[mine])]) > 0)


def test_columns_keep_their_distance_and_a_small_zoom_makes_them_fit() -> None:
    layout = _layout(2, *[8] * 12, 1, width=620.0)
    centres = [column.centre for column in layout.columns]
    assert np.allclose(np.diff(centres), layout.spacing)
    assert layout.spacing >= MIN_SPACING - 1e-6
    assert layout.width > 13 * MIN_SPACING
    assert layout.width * layout.fit == pytest.approx(620.0)


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
