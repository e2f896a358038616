"""Zoom and pan as numbers: what stays put, what never leaves the canvas, and layouts moved by them."""

import numpy as np
import pytest

from nnviz.ui.plots.network_hover import Hit, hit_at
from nnviz.ui.plots.network_layout import REST, network_layout
from nnviz.ui.plots.network_view import MAX_ZOOM, NetworkView, Rect, clipped, hit_box, placed

LAYOUT = network_layout((30, 40, 8, 1), 840.0, 592.0)


def _view(canvas: tuple[float, float] = (840, 592), size: tuple[float, float] = (840, 592)) -> NetworkView:
    view = NetworkView()
    view.resize(canvas, size, min(1.0, canvas[0] / size[0]))
    return view


def test_point_under_the_cursor_stays_under_it() -> None:
    view = _view()
    view.magnify(2.0, 400, 300)
    assert (view.zoom, view.x, view.y) == (2.0, -400, -300)
    view.magnify(1.5, 500, 200)
    assert ((500 - view.x) / view.zoom, (200 - view.y) / view.zoom) == pytest.approx((450, 250))


def test_zoom_ends_at_the_whole_diagram_and_at_its_limit() -> None:
    view = _view()
    assert not view.magnify(0.5, 100, 100)
    assert view.zoom == 1.0
    view.magnify(100, 100, 100)
    assert view.zoom == MAX_ZOOM
    view.magnify(0.001, 100, 100)
    assert (view.zoom, view.x, view.y) == (1.0, 0.0, 0.0)


def test_diagram_is_never_pushed_off_the_canvas() -> None:
    view = _view()
    assert not view.move(50, 50)
    view.magnify(2.0, 420, 296)
    view.move(5000, -5000)
    assert (view.x, view.y) == (0.0, -592.0)


def test_fitted_view_follows_the_canvas_and_a_free_one_keeps_its_middle() -> None:
    view = _view()
    view.resize((600, 400), (840, 592), 600 / 840)
    assert view.zoom == pytest.approx(600 / 840)
    view.magnify(4.0, 300, 200)
    middle = ((300 - view.x) / view.zoom, (200 - view.y) / view.zoom)
    zoom = view.zoom
    view.resize((900, 500), (840, 592), 1.0)
    assert view.zoom == zoom
    assert ((450 - view.x) / view.zoom, (250 - view.y) / view.zoom) == pytest.approx(middle)


def test_fit_shows_a_layer_that_was_expanded_beyond_the_canvas() -> None:
    view = _view(size=(840, 5920))
    assert (view.zoom, view.overflows) == (1.0, True)
    assert view.seen == Rect(0.0, 0.0, 1.0, 0.1)
    assert view.fit()
    assert (round(view.zoom, 9), view.overflows) == (0.1, False)
    assert view.x == pytest.approx((840 - 84) / 2)
    assert not view.fit()


def test_centre_brings_a_point_to_the_middle() -> None:
    view = _view()
    view.magnify(4.0, 0, 0)
    assert view.centre(0.5, 0.5)
    assert (view.x, view.y) == (-4 * 420 + 420, -4 * 296 + 296)


def test_reveal_moves_no_more_than_it_needs_to() -> None:
    view = _view()
    view.magnify(2.0, 0, 0)
    assert not view.reveal(Rect(100, 100, 50, 50))
    assert view.reveal(Rect(830, 100, 50, 50))
    assert (view.x, view.y) == (-56.0, 0.0)


def test_placed_layout_has_its_tiles_and_ports_where_the_view_says() -> None:
    moved = placed(LAYOUT, 2.0, -100.0, 30.0)
    for column, other in zip(LAYOUT.columns, moved.columns, strict=True):
        for tile, there in zip(column.tiles, other.tiles, strict=True):
            assert (there.x, there.y, there.side) == (2 * tile.x - 100, 2 * tile.y + 30, 2 * tile.side)
    for gap, there_gap in zip(LAYOUT.gaps, moved.gaps, strict=True):
        assert np.allclose(there_gap.y_from, 2 * gap.y_from + 30)
        assert there_gap.left == 2 * gap.left - 100
    tile = moved.columns[2].tiles[3]
    assert hit_at(moved, tile.x + 0.6 * tile.side, tile.middle) == Hit("tile", 2, 3)


def test_edges_of_a_crowded_diagram_grow_to_their_full_width_as_it_is_magnified() -> None:
    assert placed(LAYOUT, 1.0, 0, 0).thickness < 0.7
    assert placed(LAYOUT, 3.0, 0, 0).thickness == 1.0
    assert placed(network_layout((2, 8, 8, 1), 840.0, 592.0), 1.0, 0, 0).thickness == 1.0


def test_clipped_layout_holds_what_is_seen_and_no_more() -> None:
    moved = placed(LAYOUT, 4.0, -1200.0, -800.0)
    seen = clipped(moved, 840, 592)
    assert len(seen.columns) == len(LAYOUT.columns)
    assert len(seen.gaps) == len(LAYOUT.gaps)
    shown = {(tile.layer, tile.neuron) for column in seen.columns for tile in column.tiles}
    for column in moved.columns:
        for tile in column.tiles:
            inside = tile.right > 0 and tile.x < 840 and tile.y + tile.side > 0 and tile.y < 592
            assert not inside or (tile.layer, tile.neuron) in shown
    assert 0 < len(shown) < sum(len(column.tiles) for column in moved.columns)
    for column, positions in zip(seen.columns[1:], seen.bias_parameters, strict=True):
        assert len(positions) == len(column.tiles)
    assert sum(len(gap.sources) for gap in seen.gaps) < sum(len(gap.sources) for gap in LAYOUT.gaps)


def test_box_of_a_part_is_its_tile_or_its_band() -> None:
    tile, band = LAYOUT.columns[2].tiles[3], LAYOUT.columns[1].band
    assert band is not None
    assert hit_box(LAYOUT, Hit("edge", 2, 3, 1)) == Rect(tile.x, tile.y, tile.side, tile.side)
    assert hit_box(LAYOUT, Hit("band", 1, REST)) == Rect(band.x, band.y, band.width, band.height)
    hidden = int(LAYOUT.columns[1].rest[0])
    assert hit_box(LAYOUT, Hit("tile", 1, hidden)) is None
