"""The picture of the edges: colour by sign, width and opacity by weight, overlaps, steep edges, pixel ratios."""

import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.ui.plots.edge_raster import LEVELS, UNIT, EdgeRaster, density_colours, edge_opacity, edge_width
from nnviz.ui.plots.network_layout import Gap, network_layout
from nnviz.ui.theme import DARK, LIGHT, Theme

SPAN = 120


def _gap(*ends: tuple[float, float]) -> Gap:
    n = len(ends)
    index = np.arange(n)
    y_from, y_to = np.array(ends, float).T
    return Gap(20.0, 20.0 + SPAN, index, index, y_from, y_to, index)


def _raster(*ends: tuple[float, float], ratio: float = 1.0, theme: Theme = DARK) -> EdgeRaster:
    return EdgeRaster([_gap(*ends)], ratio, density_colours(theme.positive, theme.negative, theme.app))


def _channels(picture: NDArray[np.uint32]) -> NDArray[np.float64]:
    return np.stack([(picture >> shift) & 255 for shift in (16, 8, 0)], axis=-1).astype(float)


def _rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)


def _opacity(picture: NDArray[np.uint32], colour: str) -> NDArray[np.float64]:
    """Return how far every pixel is on the way from the canvas to a colour."""
    way = _rgb(colour) - _rgb(DARK.app)
    share: NDArray[np.float64] = (_channels(picture) - _rgb(DARK.app)) @ way / (way @ way)
    return share


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize(("weight", "token"), [(2.0, "positive"), (-2.0, "negative")])
def test_strong_edge_takes_the_colour_of_its_sign(theme: Theme, weight: float, token: str) -> None:
    raster = _raster((50.0, 50.0), theme=theme)
    picture = raster.draw(np.array([weight]), 2.0)
    middle = _channels(picture)[50 - raster.top, SPAN // 2]
    expected = _rgb(theme.app) + 0.96 * (_rgb(getattr(theme, token)) - _rgb(theme.app))
    assert np.abs(middle - expected).max() <= 3


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("strength", [0.0, 0.1, 0.35, 1.0])
@pytest.mark.parametrize("y", [50.0, 50.3, 50.5])
def test_covered_area_is_width_times_opacity(ratio: float, strength: float, y: float) -> None:
    picture = _raster((y, y), ratio=ratio).draw(np.array([strength * 4.0]), 4.0)
    column = _opacity(picture, DARK.positive)[:, picture.shape[1] // 2].sum()
    r = np.array(strength)
    assert column == pytest.approx(float(edge_width(r) * edge_opacity(r)) * ratio, rel=0.07, abs=0.013)


def test_steep_edge_keeps_its_width_across() -> None:
    picture = _raster((20.0, 420.0)).draw(np.array([1.0]), 1.0)
    row = _opacity(picture, DARK.positive)[picture.shape[0] // 2]
    # The slope in the middle is twice the mean one: 800 / 120 rows a column.
    across = row.sum() * np.sin(np.arctan(800 / SPAN))
    assert across == pytest.approx(6.5 * 0.96, rel=0.12)


def test_steep_edge_has_smooth_borders() -> None:
    opacity = _opacity(_raster((20.0, 300.0)).draw(np.array([1.0]), 1.0), DARK.positive)
    column = opacity[:, SPAN // 2]
    assert np.sum((column > 0.1) & (column < 0.85)) >= 4


def test_overlapping_edges_multiply_what_they_let_through() -> None:
    one = _opacity(_raster((50.0, 50.0)).draw(np.array([0.2]), 1.0), DARK.positive).max()
    two = _opacity(_raster((50.0, 50.0), (50.0, 50.0)).draw(np.array([0.2, 0.2]), 1.0), DARK.positive).max()
    assert two == pytest.approx(1 - (1 - one) ** 2, abs=0.02)


def test_stronger_edge_keeps_its_hue_where_it_crosses_a_weak_one() -> None:
    raster = _raster((50.0, 50.0), (50.0, 50.0))
    red, _, blue = _channels(raster.draw(np.array([1.0, -0.02]), 1.0))[50 - raster.top, SPAN // 2]
    assert blue > 2 * red


def test_weakest_edge_still_shows() -> None:
    picture = _raster((50.0, 50.0)).draw(np.array([0.0]), 1.0)
    assert _opacity(picture, DARK.positive)[:, SPAN // 2].sum() > 0.08


def test_ground_is_the_canvas_and_every_pixel_is_opaque() -> None:
    picture = _raster((20.0, 90.0)).draw(np.array([0.7]), 1.0)
    canvas = 0xFF000000 | int(DARK.app[1:], 16)
    assert np.all(picture >> 24 == 0xFF)
    assert np.count_nonzero(picture == canvas) > picture.size / 2
    assert np.all(picture[[0, -1]] == canvas)


def test_weights_beyond_the_scale_look_like_the_scale() -> None:
    raster = _raster((20.0, 90.0))
    assert np.array_equal(raster.draw(np.array([50.0]), 1.0), raster.draw(np.array([1.0]), 1.0))


def test_drawing_again_gives_the_same_picture_whatever_came_between() -> None:
    raster = _raster((20.0, 90.0), (60.0, 30.0))
    weights = np.array([0.4, -0.9])
    first = raster.draw(weights, 1.0)
    raster.draw(-2 * weights, 1.0)
    assert np.array_equal(raster.draw(weights, 1.0), first)


def test_density_of_any_span_ends_where_it_should() -> None:
    rng = np.random.default_rng(3)
    raster = EdgeRaster(
        network_layout((13, 24, 24, 3), 840, 680).gaps, 1.0, density_colours(DARK.positive, DARK.negative, DARK.app)
    )
    raster.draw(rng.normal(size=raster.n_edges), 1.0)
    assert not raster._sums.sum(axis=1).any()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_edges_that_changed_leave_nothing_of_what_they_were(ratio: float) -> None:
    rng = np.random.default_rng(4)
    layout = network_layout((13, 32, 32, 3), 840, 640)
    colours = density_colours(DARK.positive, DARK.negative, DARK.app)

    def new() -> EdgeRaster:
        return EdgeRaster(layout.gaps, ratio, colours, canvas=(840.0, 500.0), thickness=layout.thickness)

    raster = new()
    weights = rng.normal(size=raster.n_edges)
    for share in (0.0, 0.002, 0.05, 0.3, 0.9, 0.1, 0.01):
        changed = rng.random(raster.n_edges) < share
        weights[changed] = rng.normal(size=int(changed.sum())) * rng.choice([0.0, 0.1, 1.0])
        assert np.array_equal(raster.draw(weights, 2.0), new().draw(weights, 2.0))


def test_so_many_edges_at_one_place_that_their_density_overflows_16_bits_look_like_a_few() -> None:
    few, many = _raster(*[(50.0, 50.0)] * 40), _raster(*[(50.0, 50.0)] * 700)
    assert (few._shift, many._shift) == (16, 32)
    for raster in (few, many):
        signs = np.where(np.arange(raster.n_edges) % 2, 1.0, -1.0)
        assert np.array_equal(raster.draw(signs, 1.0), few.draw(np.where(np.arange(40) % 2, 1.0, -1.0), 1.0))
        blue = raster.draw(np.ones(raster.n_edges), 1.0)[50 - raster.top, SPAN // 2]
        assert np.abs(_channels(np.array([blue]))[0] - _rgb(DARK.positive)).max() <= 5


def test_a_picture_of_a_dense_network_allocates_next_to_nothing() -> None:
    layout = network_layout((30, 64, 64, 10), 840, 640)
    raster = EdgeRaster(layout.gaps, 1.0, density_colours(DARK.positive, DARK.negative, DARK.app))
    rng, out = np.random.default_rng(5), raster.new_picture()
    weights = rng.normal(size=raster.n_edges)
    tracemalloc.start()
    try:
        for factor in (0.0, 0.01, 1.0):
            weights += factor * rng.normal(size=raster.n_edges)
            raster.draw(weights, 2.0, out)
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            raster.draw(weights + factor * rng.normal(size=raster.n_edges), 2.0, out)
            assert tracemalloc.get_traced_memory()[1] - before < 40 * raster.n_edges + 20_000
    finally:
        tracemalloc.stop()


def test_bands_cover_the_gaps_between_tiles() -> None:
    layout = network_layout((2, 8, 8, 1), 840, 592)
    raster = EdgeRaster(layout.gaps, 2.0, density_colours(DARK.positive, DARK.negative, DARK.app))
    assert [(band.x, band.x + band.width) for band in raster.bands] == [
        (gap.left * 2, gap.right * 2) for gap in layout.gaps
    ]
    assert raster.shape[1] == sum(band.width for band in raster.bands)


def test_picture_goes_where_it_is_told() -> None:
    raster = _raster((20.0, 90.0))
    out = raster.new_picture()
    assert raster.draw(np.array([1.0]), 1.0, out) is out


def test_colour_table_starts_at_the_canvas_and_ends_near_the_sign() -> None:
    table = density_colours(DARK.positive, DARK.negative, DARK.app).reshape(LEVELS, LEVELS)
    assert table[0, 0] == 0xFF000000 | int(DARK.app[1:], 16)
    assert np.abs(_channels(table[-1:, 0])[0] - _rgb(DARK.positive)).max() <= 5
    half = round(np.log(2) * UNIT)
    assert _opacity(table[half : half + 1, 0], DARK.positive)[0] == pytest.approx(0.5, abs=0.01)
