"""The neuron's map in its lens: what is painted is what the engine holds, in the colours of the tile."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.app.lenses import Place, network_of
from nnviz.run import messages
from nnviz.run.grids import GridResult
from nnviz.ui.main_window import MainWindow
from nnviz.ui.plots.lens_map import NeuronMap
from nnviz.ui.plots.network_layout import network_layout
from nnviz.ui.plots.network_pictures import packed_table, tile_style
from nnviz.ui.plots.network_tiles import TilePainter, tile_side
from nnviz.ui.theme import DARK, LIGHT

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(open_window: Callable[..., MainWindow], until: Until) -> MainWindow:
    window = open_window()
    until(lambda: window.live.snapshot is not None and window.live.snapshot.grid is not None)
    return window


def grid_of(window: MainWindow) -> GridResult:
    assert window.live.snapshot is not None
    assert window.live.snapshot.grid is not None
    return window.live.snapshot.grid


def opened(window: MainWindow, until: Until, place: Place) -> NeuronMap:
    window.inspector.choose(place)
    assert window.inspector.panel is not None
    picture = window.inspector.panel.neuron.map
    until(lambda: picture.picture(8) is not None)
    return picture


def test_its_pixels_are_the_activations_that_the_network_has_there(window: MainWindow, until: Until) -> None:
    picture = opened(window, until, Place(1, 4))
    grid, snapshot = grid_of(window), window.live.snapshot
    assert snapshot is not None
    side = grid.probe.resolution
    pixels = picture.picture(side)
    inputs = grid.probe.inputs(np.arange(2))
    a = network_of(snapshot).activations(inputs)[2][:, 4].reshape(side, side)[::-1]  # the picture begins at the top
    levels = np.clip((a + 1) / 2 * 255 + 0.5, 0, 255).astype(int)
    places = {colour: index for index, colour in enumerate(packed_table(DARK, DARK.tile_span).tolist())}
    assert pixels is not None
    found = np.array([[places[colour] for colour in row] for row in pixels.tolist()])
    assert np.abs(found - levels).max() <= 1
    assert picture.span == (-1.0, 1.0)
    assert picture.words() == ("x →", "y ↑", "−1 to 1")


def test_it_has_the_colours_of_the_tile_in_every_theme(window: MainWindow, until: Until) -> None:
    picture, grid = opened(window, until, Place(0, 2)), grid_of(window)
    config = window.model.runs.config
    assert config is not None
    for theme in (DARK, LIGHT):
        picture.set_theme(theme)
        columns = network_layout(config.sizes, 800, 600).columns
        tile = TilePainter(config, columns, 2.0, tile_style(theme)).draw(grid).layers[1][2]
        large = picture.picture(tile_side(columns[1], 2.0))
        assert large is not None
        inner = slice(len(tile) // 4, -len(tile) // 4)  # corners and outline are the tile's own
        np.testing.assert_array_equal(large[inner, inner], tile[inner, inner])


def test_it_follows_training_and_another_network(window: MainWindow, until: Until) -> None:
    picture = opened(window, until, Place(1, 7))
    before = picture.picture(16)
    assert before is not None
    window.model.runs.send(messages.Run())
    until(lambda: (now := picture.picture(16)) is not None and not np.array_equal(now, before))
    window.model.runs.send(messages.Pause())
    window.verbs.add_last_layer()
    until(lambda: window.model.runs.config is not None and len(window.model.runs.config.layers) == 4)
    until(lambda: picture.picture(16) is not None)


def test_a_place_that_the_network_has_not_and_an_input_have_no_picture(window: MainWindow, until: Until) -> None:
    picture = opened(window, until, Place(1, 7))
    for place in (Place(1, 99), Place(9, 0), Place(-1, 0)):
        picture.set_place(place)
        assert picture.picture(16) is None
        assert not picture.grab().isNull()
