"""What a screen reader hears: every tile, ring, edge and band that the keys come to, with its name and value."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.engine.mlp import LayerConfig, config_for_task
from nnviz.ui.plots.network_graph import NetworkGraph
from nnviz.ui.plots.network_voice import spoken, structure
from tests.ui.network_showing import draw, pixels, places, show_graph, snapshot_of

CONFIG = config_for_task("binary", 2, 1, [LayerConfig(3), LayerConfig(2)])
WIDE = config_for_task("binary", 2, 1, [LayerConfig(40)])
SNAPSHOT = snapshot_of(CONFIG, seed=4)


@pytest.fixture
def graph(qtbot: QtBot) -> Iterator[NetworkGraph]:
    widget = show_graph(qtbot, CONFIG)
    draw(widget, SNAPSHOT)
    widget.activateWindow()
    widget.setFocus()
    yield widget
    widget.stop()
    widget.close()


def _number(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _heard(graph: NetworkGraph) -> str:
    """Return what the accessibility tree says of the diagram."""
    interface = QAccessible.queryAccessibleInterface(graph)
    assert interface is not None
    assert interface.text(QAccessible.Text.Name) == "Network diagram"
    return interface.text(QAccessible.Text.Description)


def test_diagram_without_a_choice_says_its_shape_and_its_keys(graph: NetworkGraph) -> None:
    assert _heard(graph).startswith("2 inputs, hidden layer 1 of 3 tanh, hidden layer 2 of 2 tanh, 1 output. Left or")


def test_arrows_say_each_neuron_and_its_value(graph: NetworkGraph) -> None:
    QTest.keyClick(graph, Qt.Key.Key_Right)
    row, biases = SNAPSHOT.row, SNAPSHOT.biases
    assert row is not None
    assert _heard(graph) == f"h1.1, {_number(row[0][0])}, bias {_number(biases[0][0])}"
    QTest.keyClick(graph, Qt.Key.Key_Down)
    assert _heard(graph) == f"h1.2, {_number(row[0][1])}, bias {_number(biases[0][1])}"
    QTest.keyClick(graph, Qt.Key.Key_Left)
    assert _heard(graph).startswith("x")


def test_tab_says_every_part_of_the_network_once_and_then_leaves(graph: NetworkGraph) -> None:
    QTest.keyClick(graph, Qt.Key.Key_Right)
    QTest.keyClick(graph, Qt.Key.Key_Left)  # the first input that the keys reach
    while graph.picker.lit is not None and graph.picker.lit.neuron > 0:
        QTest.keyClick(graph, Qt.Key.Key_Up)
    heard = [_heard(graph)]
    for _ in range(100):
        before = graph.picker.lit
        QTest.keyClick(graph, Qt.Key.Key_Tab)
        if graph.picker.lit == before:
            break
        heard.append(_heard(graph))
    weights = sum(block.size for block in SNAPSHOT.weights)
    assert len(heard) == 2 + 2 * (3 + 2 + 1) + weights  # inputs, neurons with their biases, weights
    assert len(set(heard)) == len(heard)
    assert f"weight {_number(float(SNAPSHOT.weights[1][2, 1]))}, h1.3 to h2.2" in heard


def test_shift_tab_goes_the_same_way_back(graph: NetworkGraph) -> None:
    QTest.keyClick(graph, Qt.Key.Key_Right)
    path = [graph.picker.lit]
    for _ in range(6):
        QTest.keyClick(graph, Qt.Key.Key_Tab)
        path.append(graph.picker.lit)
    back = [graph.picker.lit]
    for _ in range(6):
        QTest.keyClick(graph, Qt.Key.Key_Backtab)
        back.append(graph.picker.lit)
    assert back == path[::-1]


def test_tab_without_a_choice_leaves_the_diagram(graph: NetworkGraph) -> None:
    before = _heard(graph)
    QTest.keyClick(graph, Qt.Key.Key_Tab)
    assert graph.picker.lit is None
    assert _heard(graph) == before


def test_letting_go_says_the_shape_again(graph: NetworkGraph) -> None:
    QTest.keyClick(graph, Qt.Key.Key_Right)
    graph.picker.set_place(None)
    assert _heard(graph).startswith("2 inputs")


def test_band_says_how_many_it_stands_for(qtbot: QtBot) -> None:
    wide = show_graph(qtbot, WIDE)
    draw(wide, snapshot_of(WIDE))
    last = places(wide).columns[1].tiles[-1]
    at = QPoint(round(last.x + 15), round(last.middle))
    QTest.mouseClick(wide, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.keyClick(wide, Qt.Key.Key_Down)
    hidden = 40 - len(places(wide).columns[1].tiles)
    assert _heard(wide).startswith(f"The {hidden} weakest of 40")
    wide.stop()
    wide.close()


@pytest.mark.parametrize(
    ("shown", "heard"),
    [
        ("w +0.25  h1.2 → h2.1", "weight +0.25, h1.2 to h2.1"),
        ("bias −0.44  h1.2", "bias −0.44, h1.2"),
        (
            "Σw −1.10 of 9 weights, Σ|w| 3  9 others → y",
            "sum of weights −1.10 of 9 weights, sum of magnitudes 3, 9 others to y",
        ),
        ("weight_kg", "weight_kg"),
    ],
)
def test_signs_are_written_out(shown: str, heard: str) -> None:
    assert spoken(shown) == heard


def test_structure_counts_in_the_right_number() -> None:
    assert structure(config_for_task("binary", 1, 1, [])) == "1 input, 1 output."


def test_focus_that_came_by_key_is_seen_and_by_mouse_is_not(graph: NetworkGraph) -> None:
    graph.clearFocus()
    plain = pixels(graph)
    graph.setFocus(Qt.FocusReason.MouseFocusReason)
    assert np.array_equal(pixels(graph), plain)
    graph.clearFocus()
    graph.setFocus(Qt.FocusReason.TabFocusReason)
    changed = np.argwhere(pixels(graph) != plain)
    assert changed[:, 0].min() <= 3
    assert changed[:, 1].max() >= graph.width() - 4
    graph.clearFocus()
    assert np.array_equal(pixels(graph), plain)
