"""The diagram and the matrices as pictures: what was looked at once and found right stays so."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.engine.mlp import LayerConfig, MLPConfig, config_for_task
from nnviz.ui.panels.network import NetworkPanel
from nnviz.ui.theme import DARK, LIGHT, load_fonts
from tests.ui.network_showing import names, pixels, snapshot_of
from tests.ui.reference_images import _halved, assert_looks_like

PLAIN = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(8)])
WIDE = config_for_task("multiclass", 96, 5, [LayerConfig(48), LayerConfig(12)])


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[NetworkPanel]:
    load_fonts()
    widget = NetworkPanel()
    qtbot.addWidget(widget)
    widget.resize(720, 520)
    with qtbot.waitExposed(widget):
        widget.show()
    yield widget
    widget.stop()
    widget.close()


def _show(panel: NetworkPanel, config: MLPConfig) -> None:
    panel.set_network(config, names("x", config.n_inputs), names("y", config.n_outputs))
    panel.draw(snapshot_of(config, seed=1, factor=1.6))
    assert panel.flush(20.0)


def test_plain_network_dark(panel: NetworkPanel) -> None:
    _show(panel, PLAIN)
    assert_looks_like(panel, "network-plain-dark")


def test_collapsed_layers_dark(panel: NetworkPanel) -> None:
    _show(panel, WIDE)
    assert_looks_like(panel, "network-collapsed-dark")


def test_collapsed_layers_magnified_light(panel: NetworkPanel) -> None:
    panel.set_theme(LIGHT)
    _show(panel, WIDE)
    panel.graph.gestures.zoom(2.0)
    assert panel.flush(20.0)
    assert_looks_like(panel, "network-collapsed-magnified-light")


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_matrices(panel: NetworkPanel, theme: object) -> None:
    panel.set_theme(LIGHT if theme is LIGHT else DARK)
    _show(panel, WIDE)
    panel.toggle_matrix()
    assert panel.flush(20.0)
    assert_looks_like(panel, f"network-matrix-{'light' if theme is LIGHT else 'dark'}")


def test_comparison_notices_other_weights(panel: NetworkPanel) -> None:
    _show(panel, PLAIN)
    before = _halved(pixels(panel)).astype(int)
    panel.draw(snapshot_of(PLAIN, seed=2, factor=1.6))
    assert panel.flush(20.0)
    assert np.abs(_halved(pixels(panel)).astype(int) - before).max(axis=-1).mean() > 2.0
