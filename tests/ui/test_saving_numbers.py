"""Panels as numbers: what is saved equals what the engine and the snapshot hold."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnviz.engine.mlp import layer_blocks
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.tabs_flow import TAB_NAMES
from nnviz.ui.saving.parts import part_of
from tests.ui.saving_window import shown_tab, step, window

__all__ = ["window"]


def test_weights_and_biases_are_those_of_the_snapshot(window: MainWindow) -> None:
    snapshot = window.live.snapshot
    assert snapshot is not None
    (numbers,) = part_of(window, "network").numbers()
    rows = list(numbers.rows())
    np.testing.assert_array_equal([row[3] for row in rows], snapshot.parameters)
    assert rows[0][:3] == ["Hidden 1", "x", "h1.1"]
    assert rows[-1][1] == "bias"
    blocks = layer_blocks(snapshot.config, snapshot.parameters)
    of_second = [row for row in rows if row[0] == "Hidden 2" and row[1] == "h1.3" and row[2] == "h2.4"]
    assert [row[3] for row in of_second] == [float(blocks[1][2, 3])]


def test_what_the_edges_show_gets_a_column_of_its_own(window: MainWindow, qtbot: QtBot) -> None:
    window.live.set_row(3)
    window.network.set_mode("flow")
    qtbot.waitUntil(lambda: window.network.edge_numbers[0].key == "flow", timeout=5_000)
    (numbers,) = part_of(window, "network").numbers()
    rows, dataset, snapshot = list(numbers.rows()), window.model.dataset, window.live.snapshot
    assert numbers.header[-2:] == ("value", "row flow")
    assert dataset is not None
    assert snapshot is not None
    first = [row for row in rows if row[0] == "Hidden 1" and row[1] == "x"]
    flows = snapshot.parameters[: len(first)] * dataset.X[3, 0]
    np.testing.assert_allclose([row[-1] for row in first], flows, rtol=1e-5)


def test_the_map_is_what_the_network_answers_over_its_grid(window: MainWindow) -> None:
    answer = window.decision.surface.answer
    assert answer is not None
    snapshot, question = answer
    assert snapshot.grid is not None
    numbers = window.decision.numbers()[0]
    rows = list(numbers.rows())
    resolution = snapshot.grid.probe.resolution
    assert len(rows) == resolution**2
    assert numbers.header[:2] == ("x", "y")
    x = question.view.x.centres(resolution)
    np.testing.assert_array_equal([row[0] for row in rows[:resolution]], x)
    np.testing.assert_array_equal([row[1] for row in rows[::resolution]], question.view.y.centres(resolution))
    output = snapshot.grid.activations[-1]
    classes = window.model.dataset.classes  # type: ignore[union-attr]
    np.testing.assert_array_equal(np.array([row[2:-1] for row in rows], np.float32), output)
    assert [row[-1] for row in rows] == [classes[code] for code in output.argmax(axis=1).tolist()]


def test_curves_are_the_history(window: MainWindow, qtbot: QtBot) -> None:
    step(window, qtbot)
    snapshot = window.live.snapshot
    assert snapshot is not None
    (numbers,) = part_of(window, "curves").numbers()
    rows = list(numbers.rows())
    assert [row[0] for row in rows] == snapshot.history.epoch.tolist()
    losses = [row[numbers.header.index("train_loss")] for row in rows]
    np.testing.assert_array_equal(losses, snapshot.history.train_loss)


@pytest.mark.parametrize("tab", TAB_NAMES)
def test_every_tab_gives_the_numbers_it_shows(window: MainWindow, qtbot: QtBot, tab: str) -> None:
    shown_tab(window, qtbot, tab)
    for numbers in part_of(window, "tabs").numbers():
        rows = list(numbers.rows())
        assert rows
        assert {len(row) for row in rows} == {len(numbers.header)}


def test_the_confusion_matrix_counts_as_the_panel_does(window: MainWindow, qtbot: QtBot) -> None:
    shown_tab(window, qtbot, "confusion")
    view = window.tabs.panel.page.matrix.view  # type: ignore[attr-defined]
    (numbers,) = part_of(window, "tabs").numbers()
    rows = list(numbers.rows())
    np.testing.assert_array_equal([row[1 : 1 + view.size] for row in rows], view.counts)
    assert [row[0] for row in rows] == list(view.classes)


def test_roc_points_are_all_of_the_curve(window: MainWindow, qtbot: QtBot) -> None:
    shown_tab(window, qtbot, "roc")
    roc, calibration = window.tabs.panel.page._contents  # type: ignore[attr-defined]
    points, bins = part_of(window, "tabs").numbers()
    rows = list(points.rows())
    assert [row[1] for row in rows] == [x for one in roc.curves for x in one.curve.false_positive_rate.tolist()]
    assert [row[2] for row in rows] == [y for one in roc.curves for y in one.curve.true_positive_rate.tolist()]
    np.testing.assert_array_equal([row[-1] for row in bins.rows()], calibration.bins.counts)
    np.testing.assert_array_equal([row[3] for row in bins.rows()], calibration.bins.observed)
