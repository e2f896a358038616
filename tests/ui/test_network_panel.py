"""The network region as a whole: empty state, header, legend, scrolling, forwarded wishes."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig, config_for_task
from nnviz.engine.settings import TrainingConfig
from nnviz.run.history import History
from nnviz.run.probes import grid_activations
from nnviz.run.snapshot import GridProbe, Snapshot
from nnviz.run.state import RunState
from nnviz.ui.panels.network import NetworkPanel
from nnviz.ui.panels.network_empty import EMPTY_TEXT
from nnviz.ui.plots.network_legend import bar_ends, number, span_notes, whole_notes
from nnviz.ui.theme import DARK, LIGHT, load_fonts

CONFIG = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(6)])
MIXED = config_for_task("regression", 2, 1, [LayerConfig(4, "relu"), LayerConfig(4, "tanh"), LayerConfig(4, "sigmoid")])


def _snapshot(config: MLPConfig, factor: float = 1.0) -> Snapshot:
    mlp = MLP.initialised(config, np.random.default_rng(0))
    mlp.parameters[:] *= factor
    probe = GridProbe(4, np.zeros(config.n_inputs), np.array([0]), np.tile(np.linspace(-2.4, 2.4, 4), 4)[:, None])
    grid = grid_activations(mlp, probe)
    return Snapshot(1, 0, 0, RunState.RUNNING, config, TrainingConfig(), mlp.parameters, History().view(), grid)


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[NetworkPanel]:
    load_fonts()
    widget = NetworkPanel()
    qtbot.addWidget(widget)
    widget.resize(840, 752)
    with qtbot.waitExposed(widget):
        widget.show()
    yield widget
    widget.stop()
    widget.close()


def test_empty_panel_is_a_drop_target(panel: NetworkPanel) -> None:
    assert not panel.graph.isVisible()
    assert panel.empty.isVisible()
    assert panel.empty.accessibleName() == EMPTY_TEXT
    image = panel.grab().toImage()
    assert image.pixelColor(420, 600) == QColor(DARK.field)
    panel.set_network(CONFIG, ["x", "y"], ["z"])
    assert panel.graph.isVisible()
    panel.clear()
    assert not panel.graph.isVisible()
    assert panel.empty.isVisible()


def test_header_and_legend_say_sizes_and_parameters(panel: NetworkPanel) -> None:
    panel.set_network(CONFIG, ["x", "y"], ["z"])
    assert panel.header.toolTip() == "2 → 8 → 6 → 1"
    assert panel.legend._parameters == CONFIG.n_parameters == 85


def test_legend_prints_the_scale_of_the_picture(panel: NetworkPanel) -> None:
    panel.set_network(CONFIG, ["x", "y"], ["z"])
    snapshot = _snapshot(CONFIG, 7.0)
    panel.draw(snapshot)
    assert panel.flush(10.0)
    largest = max(float(np.abs(weights).max()) for weights in snapshot.weights)
    scale = np.ceil(largest * 2) / 2
    assert panel.legend.texts == (f"−{number(scale)}", f"+{number(scale)}")


def test_other_network_starts_with_its_own_scale(panel: NetworkPanel) -> None:
    panel.set_network(CONFIG, ["x", "y"], ["z"])
    panel.draw(_snapshot(CONFIG, 30.0))
    assert panel.flush(10.0)
    other = config_for_task("binary", 2, 1, [LayerConfig(3)])
    panel.set_network(other, ["x", "y"], ["z"])
    panel.draw(_snapshot(other, 0.2))
    assert panel.flush(10.0)
    assert panel.legend.texts == ("−0.5", "+0.5")


def test_row_forwards_what_the_person_asks_for(panel: NetworkPanel, qtbot: QtBot) -> None:
    panel.set_network(CONFIG, ["x", "y"], ["z"])
    with qtbot.waitSignal(panel.units_changed) as units:
        QTest.mouseClick(panel.captions.captions[0].plus, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.layer_added) as added:
        QTest.mouseClick(panel.captions.adders[2], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.layer_removed) as removed:
        panel.captions.captions[1].menu.actions()[-1].trigger()
    with qtbot.waitSignal(panel.activation_changed) as activation:
        panel.captions.captions[1].menu.actions()[2].trigger()
    assert (units.args, added.args, removed.args, activation.args) == ([0, 9], [2], [1], [1, "sigmoid"])


def test_panel_itself_changes_only_by_set_network(panel: NetworkPanel, qtbot: QtBot) -> None:
    panel.set_network(CONFIG, ["x", "y"], ["z"])
    QTest.mouseClick(panel.captions.captions[0].plus, Qt.MouseButton.LeftButton)
    assert panel.graph.layout_now is not None
    assert panel.graph.layout_now.sizes == CONFIG.sizes
    assert panel.captions.captions[0].text.text() == "Hidden 1 · 8 · tanh"


def test_deep_network_fits_and_captions_move_with_their_columns(panel: NetworkPanel) -> None:
    deep = config_for_task("binary", 2, 1, [LayerConfig(8)] * 6)
    panel.set_network(deep, ["x", "y"], ["z"])
    layout = panel.graph.layout_now
    assert layout is not None
    assert layout.width <= panel.graph.width() + 1
    assert not panel.graph.view.overflows
    for caption, column in zip(panel.captions.captions, layout.columns[1:-1], strict=True):
        assert abs(caption.geometry().center().x() - column.centre) <= 20


def test_tiles_become_pictures_of_the_grid(panel: NetworkPanel) -> None:
    panel.set_network(CONFIG, ["x", "y"], ["z"])
    panel.draw(replace(_snapshot(CONFIG), grid=None))
    assert panel.flush(10.0)
    blank = panel.graph.grab().toImage()
    panel.draw(_snapshot(CONFIG))
    assert panel.flush(10.0)
    assert panel.graph.layout_now is not None
    tile = panel.graph.layout_now.columns[0].tiles[0]
    x, y = int(tile.right) - 6, int(tile.middle)
    assert blank.pixelColor(x, y) == QColor(DARK.field)
    assert panel.graph.grab().toImage().pixelColor(x, y).blue() > 120


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("width", [560, 840])
def test_ground_of_every_part_is_the_canvas(panel: NetworkPanel, width: int, theme: object) -> None:
    chosen = LIGHT if theme is LIGHT else DARK
    panel.resize(width, 752)
    panel.set_theme(chosen)
    panel.set_network(CONFIG, ["x", "y"], ["z"])
    image = panel.grab().toImage()
    for x, y in ((width - 2, 2), (2, 40), (2, 400), (2, 749)):
        assert image.pixelColor(x, y) == QColor(chosen.app)


def test_layers_with_a_range_of_their_own_are_noted() -> None:
    spans = [(-2.4, 2.4), (-3.21, 3.21), (-1.0, 1.0), (0.0, 1.0), (-12.5, 12.5)]
    assert bar_ends(MIXED) == ("−1", "+1")
    assert span_notes(MIXED, spans) == ["h1 ±3.2", "h3 0 to 1", "output ±12.5"]


def test_probability_networks_have_a_bar_from_0_to_1_and_unbounded_ones_only_signs() -> None:
    sigmoid = config_for_task("binary", 2, 1, [LayerConfig(4, "sigmoid")])
    assert bar_ends(sigmoid) == ("0", "1")
    assert span_notes(sigmoid, [(-2.4, 2.4), (0.0, 1.0), (0.0, 1.0)]) == []
    assert bar_ends(config_for_task("regression", 2, 1, [LayerConfig(4, "relu")])) == ("−", "+")


def test_ranges_of_the_legend_come_from_the_activations() -> None:
    layers = [LayerConfig(4, name) for name in ("softsign", "gaussian", "elu", "hard_sigmoid", "sine")]
    config = config_for_task("binary", 2, 1, layers)
    assert bar_ends(config) == ("−1", "+1")
    spans = [(-2.4, 2.4), (-1.0, 1.0), (0.0, 1.0), (-2.5, 2.5), (0.0, 1.0), (-1.0, 1.0), (0.0, 1.0)]
    assert span_notes(config, spans) == ["h2 0 to 1", "h3 ±2.5", "h4 0 to 1"]
    assert bar_ends(config_for_task("regression", 2, 1, [LayerConfig(4, "gaussian")])) == ("0", "1")


@pytest.mark.parametrize(
    ("room", "text"), [(100, "h1 ±1  h2 ±2"), (12, "h1 ±1  h2 ±2"), (11, "h1 ±1  …"), (7, "…"), (0, "")]
)
def test_ranges_are_told_whole_or_not_at_all(room: int, text: str) -> None:
    assert whole_notes(["h1 ±1", "h2 ±2"], room, len) == text


@pytest.mark.parametrize(("value", "text"), [(0.5, "0.5"), (-6.0, "−6"), (5.5, "5.5"), (12.5, "12.5"), (2e6, "2e6")])
def test_ends_of_the_scale_are_short(value: float, text: str) -> None:
    assert number(value) == text
