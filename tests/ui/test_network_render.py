"""The drawing thread: newest numbers win, pictures never change under the reader, and it ends when told."""

import threading

import numpy as np
import pytest

from nnviz.app.edge_values import EdgeScale
from nnviz.engine.mlp import MLP, LayerConfig, config_for_task
from nnviz.run.probes import grid_activations
from nnviz.run.snapshot import GridProbe
from nnviz.ui.plots.edge_raster import density_colours
from nnviz.ui.plots.network_layout import network_layout
from nnviz.ui.plots.network_pictures import tile_style
from nnviz.ui.plots.network_render import NetworkRenderer, Scene
from nnviz.ui.theme import DARK

CONFIG = config_for_task("binary", 2, 1, [LayerConfig(4)])


def _scene() -> Scene:
    colours = density_colours(DARK.positive, DARK.negative, DARK.app)
    return Scene(CONFIG, network_layout(CONFIG.sizes, 560, 300), (560.0, 300.0), 1.0, colours, tile_style(DARK))


def _parameters(value: float) -> np.ndarray:
    return np.full(CONFIG.n_parameters, value, np.float32)


@pytest.mark.parametrize(("largest", "scale"), [(0.2, 0.5), (0.5, 0.5), (0.51, 1.0), (2.91, 3.0), (7.0, 7.0)])
def test_scale_is_the_largest_weight_rounded_up_to_a_half(largest: float, scale: float) -> None:
    assert EdgeScale().update(largest) == scale


def test_scale_changes_only_when_exceeded_or_less_than_half_used() -> None:
    scale = EdgeScale()
    assert [scale.update(largest) for largest in (3.0, 1.6, 2.9, 3.1, 1.75, 1.7)] == [3.0, 3.0, 3.0, 3.5, 3.5, 2.0]


def test_numbers_given_before_the_start_are_drawn_after_it() -> None:
    renderer = NetworkRenderer()
    renderer.submit(_scene(), _parameters(0.4), None)
    assert not renderer.flush(0.1)
    assert not renderer.busy
    renderer.start()
    assert renderer.flush(5.0)
    edges, tiles = renderer.take()
    renderer.stop()
    assert edges is not None
    assert edges.scale == 0.5
    assert tiles is None


def test_newest_numbers_win() -> None:
    renderer, scene = NetworkRenderer(), _scene()
    for value in (0.1, 0.2, 0.3):
        renderer.submit(scene, _parameters(value), None)
    renderer.submit(scene, _parameters(3.9), None)
    renderer.start()
    assert renderer.flush(5.0)
    edges, _ = renderer.take()
    assert edges is not None
    assert edges.scale == 4.0
    assert renderer.take() == (None, None)
    renderer.stop()


def test_picture_being_painted_is_never_drawn_over() -> None:
    renderer, scene = NetworkRenderer(), _scene()
    renderer.start()
    renderer.submit(scene, _parameters(0.5), None)
    assert renderer.flush(5.0)
    held, _ = renderer.take()
    assert held is not None
    before = held.pixels.copy()
    for value in (0.1, -0.4, 0.3, -0.2, 0.45):
        renderer.submit(scene, _parameters(value), None)
        assert renderer.flush(5.0)
    assert np.array_equal(held.pixels, before)
    newest, _ = renderer.take()
    renderer.stop()
    assert newest is not None
    assert newest.pixels is not held.pixels
    assert not np.array_equal(newest.pixels, before)


def test_grid_waits_for_the_next_picture_when_the_thread_was_not_fast_enough() -> None:
    renderer, scene = NetworkRenderer(), _scene()
    mlp = MLP.initialised(CONFIG, np.random.default_rng(0))
    probe = GridProbe(4, np.zeros(2), np.array([0]), np.linspace(-1, 1, 16)[:, None])
    renderer.submit(scene, mlp.parameters, grid_activations(mlp, probe))
    renderer.submit(scene, mlp.parameters, None)
    renderer.start()
    assert renderer.flush(5.0)
    _, tiles = renderer.take()
    renderer.stop()
    assert tiles is not None
    assert [len(layer) for layer in tiles.tiles.layers] == [2, 4, 1]


def test_grid_of_another_scene_is_dropped() -> None:
    renderer = NetworkRenderer()
    mlp = MLP.initialised(CONFIG, np.random.default_rng(0))
    probe = GridProbe(4, np.zeros(2), np.array([0]), np.linspace(-1, 1, 16)[:, None])
    renderer.submit(_scene(), mlp.parameters, grid_activations(mlp, probe))
    renderer.submit(_scene(), mlp.parameters, None)
    renderer.start()
    assert renderer.flush(5.0)
    assert renderer.take()[1] is None
    renderer.stop()


def test_weights_that_are_not_finite_are_drawn_without_a_warning() -> None:
    renderer = NetworkRenderer()
    parameters = _parameters(0.5)
    parameters[[0, 1]] = np.nan, -np.inf
    renderer.start()
    renderer.submit(_scene(), parameters, None)
    assert renderer.flush(5.0)
    renderer.stop()


def test_stopping_ends_the_thread_and_starting_again_draws_on() -> None:
    before = threading.active_count()
    renderer, scene = NetworkRenderer(), _scene()
    renderer.start()
    renderer.start()
    assert threading.active_count() == before + 1
    renderer.stop()
    assert threading.active_count() == before
    renderer.start()
    renderer.submit(scene, _parameters(0.5), None)
    assert renderer.flush(5.0)
    renderer.stop()
    renderer.stop()
    assert threading.active_count() == before
