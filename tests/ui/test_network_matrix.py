"""The weight matrices on screen: every cell the colour of its weight, live, and the same choice as in the diagram."""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.app.lenses import Place
from nnviz.engine.explain import BIAS
from nnviz.engine.mlp import LayerConfig, config_for_task
from nnviz.ui.panels.network import NetworkPanel
from nnviz.ui.plots.network_matrix import NetworkMatrix
from nnviz.ui.plots.network_pictures import packed_table
from nnviz.ui.theme import DARK, LIGHT, Theme, load_fonts
from tests.ui.network_showing import channels, names, pixels, snapshot_of

CONFIG = config_for_task("binary", 2, 1, [LayerConfig(8), LayerConfig(6)])
WIDE = config_for_task("multiclass", 300, 10, [LayerConfig(64)])
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[NetworkPanel]:
    load_fonts()
    widget = NetworkPanel()
    qtbot.addWidget(widget)
    widget.resize(840, 752)
    widget.set_network(CONFIG, ["x", "y"], ["z"])
    with qtbot.waitExposed(widget):
        widget.show()
    widget.draw(snapshot_of(CONFIG))
    widget.toggle_matrix()
    assert widget.flush(10.0)
    yield widget
    widget.stop()
    widget.close()


def _cell(matrix: NetworkMatrix, layer: int, source: int, target: int) -> QPoint:
    there = matrix.matrices[layer]
    wide, high = there.cell
    high = there.bias_height if source == BIAS else high
    return QPoint(round(there.x + (target + 0.5) * wide), round(there.row_y(source) + high / 2))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_every_cell_has_the_colour_of_its_weight(panel: NetworkPanel, theme: Theme) -> None:
    panel.set_theme(theme)
    snapshot = snapshot_of(CONFIG, seed=5)
    panel.draw(snapshot)
    assert panel.flush(10.0)
    picture, table = pixels(panel.matrix), packed_table(theme, 1.0)
    largest = max(float(np.abs(weights).max()) for weights in snapshot.weights)
    scale = np.ceil(largest * 2) / 2
    for layer, (weights, biases) in enumerate(zip(snapshot.weights, snapshot.biases, strict=True)):
        for source, target in np.ndindex(*weights.shape):
            at = _cell(panel.matrix, layer, source, target)
            expected = table[int(np.clip(weights[source, target] / scale * 127.5 + 128, 0, 255))]
            assert np.abs(channels(picture[at.y(), at.x()]) - channels(expected)).max() <= 3
        for target, bias in enumerate(biases):
            at = _cell(panel.matrix, layer, BIAS, target)
            expected = table[int(np.clip(bias / scale * 127.5 + 128, 0, 255))]
            assert np.abs(channels(picture[at.y(), at.x()]) - channels(expected)).max() <= 3


def test_matrices_take_the_place_of_the_diagram_and_give_it_back(panel: NetworkPanel) -> None:
    assert panel.matrix.isVisible()
    assert not panel.graph.isVisible()
    assert not panel.header.fit.isEnabled()
    panel.toggle_matrix()
    assert panel.graph.isVisible()
    assert not panel.matrix.isVisible()


def test_only_what_is_seen_is_drawn(panel: NetworkPanel, qtbot: QtBot) -> None:
    panel.grab()
    diagrams, matrices = panel.graph.pictures_drawn, panel.matrix.drawn
    panel.draw(snapshot_of(CONFIG, seed=7))
    assert panel.flush(10.0)
    panel.grab()
    assert (panel.graph.pictures_drawn, panel.matrix.drawn) == (diagrams, matrices + 1)
    panel.toggle_matrix()
    panel.draw(snapshot_of(CONFIG, seed=8))
    assert panel.flush(10.0)
    panel.grab()
    assert (panel.graph.pictures_drawn, panel.matrix.drawn) == (diagrams + 1, matrices + 1)
    assert panel.pictures_drawn == diagrams + matrices + 2


def test_newest_weights_appear_although_no_snapshot_follows(panel: NetworkPanel, qtbot: QtBot) -> None:
    before = pixels(panel.matrix)
    panel.draw(snapshot_of(CONFIG, seed=9))
    qtbot.waitUntil(lambda: not np.array_equal(pixels(panel.matrix), before), timeout=5000)


def test_scale_is_the_diagrams_and_is_printed_in_the_legend(panel: NetworkPanel) -> None:
    panel.toggle_matrix()
    panel.draw(snapshot_of(CONFIG, factor=7.0))
    assert panel.flush(10.0)
    texts = panel.legend.texts
    panel.toggle_matrix()
    assert panel.flush(10.0)
    assert panel.legend.texts == texts
    panel.draw(snapshot_of(CONFIG, factor=30.0))
    assert panel.flush(10.0)
    assert panel.legend.texts != texts


def test_legend_says_when_a_bias_is_beyond_the_scale(panel: NetworkPanel) -> None:
    snapshot = snapshot_of(CONFIG)
    assert "Larger biases" not in panel.legend.toolTip()
    parameters = snapshot.parameters.copy()
    parameters[-1] = 40.0
    panel.draw(replace(snapshot, parameters=parameters))
    assert panel.flush(10.0)
    assert "Larger biases in full colour" in panel.legend.toolTip()


def test_weight_under_the_cursor_shows_its_value_and_follows_training(
    panel: NetworkPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    panel.matrix._texts._clock = time.monotonic
    snapshot = snapshot_of(CONFIG)
    panel.draw(snapshot)
    assert panel.flush(10.0)
    QTest.mouseMove(panel.matrix, QPoint(1, 1))
    QTest.mouseMove(panel.matrix, _cell(panel.matrix, 1, 4, 2))
    value = f"{snapshot.weights[1][4, 2]:+.2f}".replace("-", "−")
    assert panel.matrix.hover_text == f"w {value}  h1.5 → h2.3"
    now[0] += 0.3
    panel.draw(replace(snapshot, parameters=snapshot.parameters + 2))
    assert panel.flush(10.0)
    value = f"{snapshot.weights[1][4, 2] + 2:+.2f}".replace("-", "−")
    assert panel.matrix.hover_text == f"w {value}  h1.5 → h2.3"
    QTest.mouseMove(panel.matrix, QPoint(1, 1))
    assert panel.matrix.hover_text == ""


def test_click_chooses_what_a_click_on_the_edge_would(panel: NetworkPanel) -> None:
    chosen: list[object] = []
    panel.picker.chosen.connect(chosen.append)
    QTest.mouseClick(panel.matrix, Qt.MouseButton.LeftButton, NONE, _cell(panel.matrix, 1, 4, 2))
    QTest.mouseClick(panel.matrix, Qt.MouseButton.LeftButton, NONE, _cell(panel.matrix, 2, BIAS, 0))
    QTest.mouseClick(panel.matrix, Qt.MouseButton.LeftButton, NONE, QPoint(2, 2))
    assert chosen == [Place(1, 2, 4), Place(2, 0, BIAS), None]
    assert panel.picker.place is None


def test_choice_is_framed_whoever_made_it(panel: NetworkPanel) -> None:
    plain = pixels(panel.matrix)
    there = panel.matrix.matrices[1]
    for place in (Place(1, 2, 4), Place(1, 2), Place(1, 2, BIAS)):
        panel.picker.set_place(place)
        framed = pixels(panel.matrix)
        changed = np.argwhere(framed != plain)
        assert len(changed) > 20
        left = there.x + 2 * there.cell[0]
        assert left - 4 <= changed[:, 1].min() <= left
    panel.picker.set_place(None)
    assert np.array_equal(pixels(panel.matrix), plain)


def test_arrow_keys_walk_and_say_the_weights_enter_opens_and_esc_lets_go(panel: NetworkPanel, qtbot: QtBot) -> None:
    matrix, snapshot = panel.matrix, snapshot_of(CONFIG)
    matrix.setFocus()
    QTest.keyClick(matrix, Qt.Key.Key_Right)
    assert panel.picker.place == Place(0, 0, 0)
    QTest.keyClick(matrix, Qt.Key.Key_Right)
    QTest.keyClick(matrix, Qt.Key.Key_Down)
    assert panel.picker.place == Place(0, 1, 1)
    value = f"{snapshot.weights[0][1, 1]:+.2f}".replace("-", "−")
    assert matrix.accessibleDescription() == f"weight {value}, y to h1.2"
    with qtbot.waitSignal(panel.picker.opened):
        QTest.keyClick(matrix, Qt.Key.Key_Return)
    with qtbot.waitSignal(panel.picker.dismissed):
        QTest.keyClick(matrix, Qt.Key.Key_Escape)


def test_large_matrix_is_reduced_to_the_pixels_there_are_on_a_thread(panel: NetworkPanel) -> None:
    panel.set_network(WIDE, names("x", 300), names("y", 10))
    panel.draw(snapshot_of(WIDE, grid=False))
    assert panel.flush(10.0)
    assert [thread.name for thread in threading.enumerate() if "nnviz-m" in thread.name] == ["nnviz-matrix-pictures"]
    panel.resize(840, 420)
    assert panel.flush(10.0)
    first = panel.matrix._pictures[0]
    assert first.rows < 300
    assert panel.matrix._drawn is not None
    assert panel.matrix._drawn.pixels[0][0].shape == (first.rows, first.columns)


def test_weight_chosen_here_has_its_tiles_and_its_edge_in_the_diagram(panel: NetworkPanel) -> None:
    panel.set_network(WIDE, names("x", 300), names("y", 10))
    panel.draw(snapshot_of(WIDE, grid=False))
    panel.toggle_matrix()
    assert panel.flush(10.0)
    layout = panel.graph.layout_now
    assert layout is not None
    source, target = int(layout.columns[0].rest[7]), int(layout.columns[1].rest[3])
    shown = layout.columns[0].shown.tolist()
    panel.toggle_matrix()
    panel.picker.choose(Place(0, target, source))
    panel.toggle_matrix()
    layout = panel.graph.layout_now
    assert layout is not None
    assert layout.columns[0].shown.tolist() == [*shown[:-1], source]
    gap = layout.gaps[0]
    assert np.count_nonzero((gap.sources == source) & (gap.targets == target)) == 1


def test_captions_stay_in_order_above_the_matrices(panel: NetworkPanel) -> None:
    lefts = [caption.x() for caption in panel.captions.captions if caption.isVisible()]
    assert lefts == sorted(lefts)
    panel.resize(1200, 752)
    moved = [caption.x() for caption in panel.captions.captions if caption.isVisible()]
    assert moved != lefts


def test_repainting_costs_no_reference_to_none(panel: NetworkPanel) -> None:
    panel.matrix.grab()
    before = sys.getrefcount(None)
    for _ in range(200):
        panel.matrix.repaint()
    assert abs(sys.getrefcount(None) - before) < 150


def test_focus_that_came_by_key_is_seen(panel: NetworkPanel) -> None:
    panel.activateWindow()
    plain = pixels(panel.matrix)
    panel.matrix.setFocus(Qt.FocusReason.TabFocusReason)
    assert not np.array_equal(pixels(panel.matrix), plain)
    panel.matrix.clearFocus()
    assert np.array_equal(pixels(panel.matrix), plain)
