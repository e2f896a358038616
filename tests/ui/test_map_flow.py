"""The map in the whole window: components from the background, live resolution, sliders and keys while it trains."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.run import messages
from nnviz.run.snapshot import PlaneProbe, Snapshot
from nnviz.run.state import RunState
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import load_fonts
from tests.ui.map_cases import shipped

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda so: qtbot.waitUntil(so, timeout=20_000)


def _open(window: MainWindow, name: str, until: Until) -> None:
    dataset = shipped(name)  # here first: two threads that ask at once would be given two
    window.model.load(name, lambda: dataset)
    until(lambda: window.model.dataset is dataset and window.live.snapshot is not None)


def _grids(window: MainWindow) -> list[Snapshot]:
    seen: list[Snapshot] = []
    window.model.runs.snapshot_ready.connect(lambda s: seen.append(s) if s.grid is not None else None)
    return seen


def test_many_columns_begin_on_the_plane_of_their_components(window: MainWindow, until: Until) -> None:
    _open(window, "digits", until)
    until(lambda: window.decision.surface.view is not None)
    view = window.decision.surface.view
    assert view is not None
    assert view.plane.kind == "components"
    until(lambda: not window.decision.surface.picture.is_empty)
    snapshot = window.model.runs.last_snapshot
    assert snapshot is not None
    grids = _grids(window)
    window.model.runs.refresh()
    until(lambda: bool(grids))
    assert isinstance(grids[-1].grid.probe, PlaneProbe)  # type: ignore[union-attr]


def test_components_are_chosen_and_left_in_the_list_of_columns(window: MainWindow, until: Until) -> None:
    _open(window, "wine", until)
    x, y = window.decision.axis_lists.lists
    x.setCurrentIndex(x.count() - 1)
    assert x.currentText() == "Principal components"
    until(lambda: (view := window.decision.surface.view) is not None and view.plane.kind == "components")
    assert not y.isVisible()
    assert window.decision.held.at_median.text() == "Mean"
    x.setCurrentIndex(3)
    view = window.decision.surface.view
    assert view is not None
    assert view.plane.kind == "columns"
    assert y.isVisible()


def test_components_of_a_set_that_is_gone_are_dropped(window: MainWindow, until: Until) -> None:
    _open(window, "wine", until)
    x = window.decision.axis_lists.lists[0]
    x.setCurrentIndex(x.count() - 1)
    _open(window, "iris", until)
    until(lambda: not window.model.jobs.busy)
    view = window.decision.surface.view
    assert view is not None
    assert view.dataset is shipped("iris")
    assert view.plane.kind == "columns"


def test_slider_is_answered_while_training_and_when_paused(window: MainWindow, until: Until) -> None:
    _open(window, "wine", until)
    slider = window.decision.held.controls.rows[0].slider
    place = shipped("wine").preprocessor.columns_of("ash").start
    grids = _grids(window)

    def base() -> float:
        return float(grids[-1].grid.probe.base[place]) if grids else float("nan")  # type: ignore[union-attr]

    slider.setValue(slider.maximum())
    wanted = float(window.decision.held._plane.slices.held_input(window.decision.held.held)[place])  # type: ignore[union-attr]
    until(lambda: base() == pytest.approx(wanted))
    assert grids[-1].grid is not None
    until(lambda: grids[-1].grid.probe.resolution == 160)  # type: ignore[union-attr]
    window.model.runs.send(messages.Run())
    until(lambda: window.model.runs.state is RunState.RUNNING)
    slider.setValue(slider.minimum())
    wanted = float(window.decision.held._plane.slices.held_input(window.decision.held.held)[place])  # type: ignore[union-attr]
    until(lambda: base() == pytest.approx(wanted))
    assert grids[-1].grid.probe.resolution <= 64


def test_errors_are_counted_anew_when_training_pauses(window: MainWindow, until: Until) -> None:
    _open(window, "iris", until)
    window.model.runs.send(messages.Run())
    until(lambda: (s := window.live.snapshot) is not None and s.epoch > 3)
    window.model.runs.send(messages.Pause())
    until(lambda: window.model.runs.state is RunState.PAUSED)

    def counted() -> bool:
        snapshot, found = window.live.snapshot, window.decision.surface.layers.errors.judgement
        if snapshot is None or found is None or snapshot.state is not RunState.PAUSED:
            return False
        dataset = shipped("iris")
        layer: np.ndarray = dataset.X.astype(np.float32)
        for weights, biases, config in zip(snapshot.weights, snapshot.biases, snapshot.config.layers, strict=True):
            layer = layer @ weights + biases
            layer = np.tanh(layer) if config.activation == "tanh" else layer
        codes = dataset.target_codes
        assert codes is not None
        return found.n_wrong == int((layer.argmax(axis=1) != codes).sum())

    until(counted)


def test_key_h_shows_hard_classes_and_blends_them_again(window: MainWindow, until: Until) -> None:
    _open(window, "iris", until)
    window.activateWindow()
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_H)
    assert window.decision.hard.isChecked()
    assert window.decision.surface.picture.hard
    QTest.keyClick(window, Qt.Key.Key_H)
    assert not window.decision.surface.picture.hard


def test_plane_of_the_components_goes_through_the_chosen_row(window: MainWindow, until: Until) -> None:
    _open(window, "digits", until)
    until(lambda: window.decision.surface.view is not None)
    window.live.set_row(5)
    window.decision.held.at_row.click()
    probe = window.decision.grid_probe(live=True)
    view = window.decision.surface.view
    assert isinstance(probe, PlaneProbe)
    assert view is not None
    scores = view.plane.positions[5]
    np.testing.assert_allclose(probe.base + scores @ probe.directions, shipped("digits").X[5], atol=1e-9)


def test_window_closes_while_components_are_being_found(window: MainWindow, until: Until) -> None:
    _open(window, "digits", until)
    x = window.decision.axis_lists.lists[0]
    x.setCurrentIndex(0)
    window.decision._components = None
    x.setCurrentIndex(x.count() - 1)
    window.close()
    assert not window.model.jobs.busy
