"""The tiles' maps: range per activation, orientation, held inputs, rounded corners and the outline."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnviz.engine.mlp import LayerConfig, MLPConfig, config_for_task
from nnviz.run.snapshot import GridProbe, GridResult
from nnviz.ui.plots.network_layout import network_layout
from nnviz.ui.plots.network_pictures import tile_style
from nnviz.ui.plots.network_tiles import TilePainter, layer_range, mean_of_rest, resample, value_span
from nnviz.ui.theme import DARK

RESOLUTION = 16
FloatArray = NDArray[np.floating[Any]]


def _probe(n_inputs: int, varying: tuple[int, ...] = (0, 1)) -> GridProbe:
    axis = np.linspace(-2.4, 2.4, RESOLUTION)
    y, x = np.meshgrid(axis, axis, indexing="ij")
    values = np.stack([x.ravel(), y.ravel()], axis=1)[:, : len(varying)]
    return GridProbe(RESOLUTION, np.full(n_inputs, 0.5), np.array(varying), values)


def _config(hidden: str, n_inputs: int = 2) -> MLPConfig:
    return config_for_task("binary", n_inputs, 1, [LayerConfig(3, hidden)])


def _painter(config: MLPConfig, ratio: float = 1.0) -> TilePainter:
    layout = network_layout(config.sizes, 840, 592)
    return TilePainter(config, layout.columns, ratio, tile_style(DARK))


def _grid(config: MLPConfig, hidden: FloatArray, output: float = 0.5) -> GridResult:
    points = RESOLUTION**2
    return GridResult(_probe(config.n_inputs), (np.broadcast_to(hidden, (points, 3)), np.full((points, 1), output)))


def _table(value: float) -> int:
    return tile_style(DARK).table[round((value + 1) / 2 * 255)]


def test_bounded_activations_keep_their_bounds_whatever_the_values() -> None:
    for name in HIDDEN_ACTIVATIONS:
        low, high = ACTIVATIONS[name].output_range
        bounds = layer_range(_config(name), 0)
        assert bounds == ((low, high) if np.isfinite([low, high]).all() else None)
        if bounds is not None:
            assert value_span(bounds, np.array([0.1])) == bounds
    assert {layer_range(_config(name), 0) for name in ("tanh", "softsign", "sine")} == {(-1.0, 1.0)}
    assert {layer_range(_config(name), 0) for name in ("sigmoid", "hard_sigmoid", "gaussian")} == {(0.0, 1.0)}
    assert layer_range(config_for_task("multiclass", 2, 3, []), 0) == (0.0, 1.0)


def test_class_scores_of_the_hinge_loss_are_shown_from_0_to_1() -> None:
    config = config_for_task("binary", 2, 1, [LayerConfig(3)], "hinge")
    assert layer_range(config, 1) == (0.0, 1.0)
    spans = _painter(config).draw(_grid(config, np.zeros(3), 0.5)).spans
    assert spans[2] == (0.0, 1.0)


@pytest.mark.parametrize("activation", ["relu", "identity", "elu", "gelu", "softplus"])
def test_unbounded_activations_are_scaled_by_the_98th_percentile_of_their_size(activation: str) -> None:
    values = np.concatenate([np.linspace(-3, 3, 1001), [1e6]])
    low, high = value_span(layer_range(_config(activation), 0), values)
    assert low == -high
    assert high == pytest.approx(np.percentile(np.abs(values), 98))
    assert high < 3.1


def test_silent_layer_has_a_span_to_divide_by() -> None:
    assert value_span(None, np.zeros(9)) == (-1.0, 1.0)
    assert value_span(None, np.full(9, np.nan)) == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("activation", "value", "shown"), [("tanh", -1.0, -1.0), ("sigmoid", 1.0, 1.0), ("sigmoid", 0.5, 0.0)]
)
def test_middle_of_a_tile_has_the_colour_of_its_activation(activation: str, value: float, shown: float) -> None:
    config = _config(activation)
    pictures = _painter(config).draw(_grid(config, np.full(3, value))).layers
    assert pictures[1][0, 26, 26] == _table(shown)


def test_probability_of_one_half_is_the_middle_of_the_map() -> None:
    config = _config("tanh")
    drawn = _painter(config).draw(_grid(config, np.zeros(3), 0.5))
    assert drawn.layers[2][0, 38, 38] == _table(0.0)
    assert drawn.spans == [(-2.4, 2.4), (-1.0, 1.0), (0.0, 1.0)]


def test_first_input_grows_to_the_right_and_the_second_upwards() -> None:
    config = _config("tanh")
    first, second = _painter(config).draw(_grid(config, np.zeros(3))).layers[0]
    strength = {colour: index for index, colour in enumerate(tile_style(DARK).table)}
    assert strength[int(first[26, 45])] > 200 > 60 > strength[int(first[26, 6])]
    assert strength[int(second[6, 26])] > 200 > 60 > strength[int(second[45, 26])]


def test_held_input_is_one_flat_colour() -> None:
    maps = _probe(3).inputs(np.array([0, 1, 2]))
    assert np.all(maps[:, 2] == 0.5)
    assert maps[0, 0] == np.float32(-2.4)
    assert maps[-1, 1] == np.float32(2.4)


def test_only_shown_inputs_are_made() -> None:
    maps = _probe(6, (4, 1)).inputs(np.array([0, 4]))
    assert maps.shape == (RESOLUTION**2, 2)
    assert np.all(maps[:, 0] == 0.5)
    assert maps[:, 1].min() == np.float32(-2.4)


def test_corners_show_the_canvas_and_the_border_the_outline() -> None:
    config = _config("tanh")
    picture = _painter(config).draw(_grid(config, np.ones(3))).layers[1][0]
    assert picture[0, 0] == 0xFF000000 | int(DARK.app[1:], 16)
    assert picture[0, 26] == 0xFF000000 | int(DARK.line_strong[1:], 16)
    assert picture[2, 26] == _table(1.0)


def test_pictures_have_the_device_pixels_of_their_tiles() -> None:
    config = _config("tanh")
    drawn = _painter(config, 2.0).draw(_grid(config, np.zeros(3)))
    assert [layer.shape for layer in drawn.layers] == [(2, 104, 104), (3, 104, 104), (1, 152, 152)]


def test_collapsed_layer_draws_only_its_shown_neurons_and_the_mean_of_the_others() -> None:
    config = config_for_task("binary", 2, 1, [LayerConfig(40)])
    hidden = np.tile(np.linspace(-1, 1, 40), (RESOLUTION**2, 1))
    grid = GridResult(_probe(2), (hidden, np.full((RESOLUTION**2, 1), 0.5)))
    order = [np.arange(2), np.arange(40)[::-1], np.arange(1)]
    column = network_layout(config.sizes, 840, 592, order=order).columns[1]
    drawn = TilePainter(
        config, network_layout(config.sizes, 840, 592, order=order).columns, 1.0, tile_style(DARK)
    ).draw(grid)
    middle = drawn.layers[1].shape[1] // 2
    assert len(drawn.layers[1]) == len(column.tiles)
    assert drawn.layers[1][0, middle, middle] == _table(1.0)
    band = drawn.bands[1]
    assert band is not None
    assert band.shape == (round(column.side), 60)
    assert band[middle, 30] == _table(float(np.linspace(-1, 1, 40)[column.rest].mean()))
    assert drawn.bands[0] is drawn.bands[2] is None


def test_band_of_inputs_shows_their_mean() -> None:
    probe = _probe(6, (1, 4))
    rest = np.array([2, 3, 4])
    expected = (0.5 + 0.5 + probe.values[:, 1]) / 3
    assert np.allclose(probe.mean_input(rest), expected, atol=1e-6)


def test_numbers_that_are_not_finite_have_a_colour() -> None:
    config = _config("tanh")
    pictures = _painter(config).draw(_grid(config, np.array([np.nan, np.inf, -np.inf]))).layers
    assert pictures[1][0, 26, 26] == tile_style(DARK).table[128]
    assert pictures[1][1, 26, 26] == _table(1.0)
    assert pictures[1][2, 26, 26] == _table(-1.0)


def test_inputs_are_drawn_once_for_a_grid_and_anew_for_another() -> None:
    config = _config("tanh")
    painter = _painter(config)
    grid = _grid(config, np.zeros(3))
    first = painter.draw(grid).layers[0]
    again = painter.draw(GridResult(grid.probe, (np.ones_like(grid.activations[0]), grid.activations[1]))).layers
    assert again[0] is first
    assert again[1][0, 26, 26] == _table(1.0)
    held = GridProbe(RESOLUTION, np.full(2, 0.5), np.array([1]), _probe(2).values[:, 1:])
    other = painter.draw(GridResult(held, grid.activations)).layers[0]
    assert len(np.unique(other[0, 20:30, 10:40])) == 1
    assert not np.array_equal(other[0], first[0])


@pytest.mark.parametrize(("points", "pixels"), [(64, 26), (48, 13), (160, 26)])
def test_a_fine_grid_is_pooled_by_its_means(points: int, pixels: int) -> None:
    slope = np.linspace(0.0, 1.0, points)
    maps = np.broadcast_to(slope[:, None, None] + 2.0 * slope[None, :, None], (points, points, 2))
    drawn = resample(maps, pixels)
    at = (np.arange(pixels) + 0.5) / pixels
    inner = slice(2, -2)  # beyond the middle of the outermost pooled points nothing is known
    expected = at[:, None] + 2.0 * at[None, :]
    assert drawn.shape == (pixels, pixels, 2)
    assert np.allclose(drawn[inner, inner, 0], expected[inner, inner], atol=1e-5)


def test_mean_of_the_rest_leaves_the_shown_units_out_even_where_numbers_overflow() -> None:
    units = np.random.default_rng(0).normal(size=(50, 9)).astype(np.float32)
    shown, rest = np.array([1, 4, 8]), np.array([0, 2, 3, 5, 6, 7])
    assert np.allclose(mean_of_rest(units, units[:, shown], rest), units[:, rest].mean(axis=1), atol=1e-6)
    units[3, 4], units[5, 2] = np.inf, np.nan
    found = mean_of_rest(units, units[:, shown], rest)
    assert np.isfinite(found[3])
    assert np.isnan(found[5])


def test_values_near_the_end_of_their_range_are_drawn_without_a_warning() -> None:
    config = _config("relu")
    painted = _painter(config).draw(_grid(config, np.array([0.0, 3e38, -3e38], np.float32))).layers[1]
    assert painted[1][26, 26] == _table(1.0)
    assert painted[2][26, 26] == _table(-1.0)
