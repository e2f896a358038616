"""The diagram and the matrices as pictures: what was looked at once and found right stays so."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.app.edge_values import FLOW
from nnviz.app.lenses import Place
from nnviz.app.marks import Marks
from nnviz.engine.explain import BIAS
from nnviz.engine.mlp import LayerConfig, MLPConfig, config_for_task
from nnviz.ui.panels.network import NetworkPanel
from nnviz.ui.style_sheet import style_sheet
from nnviz.ui.theme import DARK, LIGHT, Theme, load_fonts
from tests.ui.network_showing import names, pixels, snapshot_of
from tests.ui.reference_images import _halved, assert_looks_like

PLAIN = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(8)])
MARKS = Marks(
    frozenset({Place(0, 1), Place(1, 2, 0), Place(1, 3, BIAS)}),
    frozenset({Place(0, 4), Place(1, 5, 2), Place(1, 1, BIAS)}),
)
WIDE = config_for_task("multiclass", 96, 5, [LayerConfig(48), LayerConfig(12)])


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[NetworkPanel]:
    load_fonts()
    widget = NetworkPanel()
    qtbot.addWidget(widget)
    widget.resize(720, 520)
    _dress(widget, DARK)
    with qtbot.waitExposed(widget):
        widget.show()
    yield widget
    widget.stop()
    widget.close()


def _dress(panel: NetworkPanel, theme: Theme) -> None:
    """Give the panel a theme and, whatever the application has, the sheet that its buttons need."""
    panel.setStyleSheet(style_sheet(theme, ""))
    panel.set_theme(theme)


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
    _dress(panel, LIGHT)
    _show(panel, WIDE)
    panel.graph.gestures.zoom(2.0)
    assert panel.flush(20.0)
    assert_looks_like(panel, "network-collapsed-magnified-light")


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_matrices(panel: NetworkPanel, theme: Theme) -> None:
    _dress(panel, theme)
    _show(panel, WIDE)
    panel.toggle_matrix()
    assert panel.flush(20.0)
    assert_looks_like(panel, f"network-matrix-{theme.name}")


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("matrix", [False, True], ids=["diagram", "matrices"])
def test_marks(panel: NetworkPanel, theme: Theme, matrix: bool) -> None:
    _dress(panel, theme)
    panel.set_marks(MARKS, "Frozen: h1.2, h1.1 → h2.3, bias of h2.4. Silenced: h1.5, h1.3 → h2.6, bias of h2.2.")
    _show(panel, PLAIN)
    if matrix:
        panel.toggle_matrix()
    assert panel.flush(20.0)
    assert_looks_like(panel, f"network-marks-{'matrix-' if matrix else ''}{theme.name}")


def test_row_flow(panel: NetworkPanel) -> None:
    panel.set_mode(FLOW)
    panel.set_row(np.zeros(2), "row 1")
    _show(panel, PLAIN)
    assert_looks_like(panel, "network-flow-dark")


def test_comparison_notices_other_weights(panel: NetworkPanel) -> None:
    _show(panel, PLAIN)
    before = _halved(pixels(panel)).astype(int)
    panel.draw(snapshot_of(PLAIN, seed=2, factor=1.6))
    assert panel.flush(20.0)
    assert np.abs(_halved(pixels(panel)).astype(int) - before).max(axis=-1).mean() > 2.0
