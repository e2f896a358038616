"""The hand in the diagram: what the edges show, weights set in place, marks, and their keys, in the real window."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.edge_values import CHANGE, FLOW, GRADIENT, NO_ROW, WEIGHT
from nnviz.app.lenses import INPUTS, Place, position_of
from nnviz.app.marks import NO_MARKS, Marks
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain import BIAS, exact_gradient, trace_row
from nnviz.engine.mlp import MLP, layer_blocks
from nnviz.run import messages
from nnviz.run.looks import MARK
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.hand_flow import NOTHING_CHOSEN, HandFlow
from nnviz.ui.main_window import MainWindow
from nnviz.ui.plots.network_marks import place_centre
from nnviz.ui.plots.network_matrix_ground import cell_centre
from tests.ui.network_showing import pixels, still_pixels

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
EDGE, RING, TILE = Place(1, 3, 2), Place(0, 4, BIAS), Place(0, 5)
Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(open_window: Callable[..., MainWindow], qtbot: QtBot) -> MainWindow:
    """A window on a network after one epoch, standing, with a row chosen."""
    window = open_window()
    window.model.runs.send(messages.StepEpoch())
    qtbot.waitUntil(lambda: window.model.runs.state is RunState.PAUSED, timeout=10_000)
    window.live.set_row(3)
    return window


def flow_of(window: MainWindow) -> HandFlow:
    return window.verbs.hand


def look(window: MainWindow, until: Until) -> Snapshot:
    """Return a moment taken from now on, as the window drew it; the first that comes may have been asked for before."""
    for _ in range(2):
        before = window.live.snapshot
        window.model.runs.refresh()
        until(lambda before=before: window.live.snapshot is not before)  # type: ignore[misc]
    assert window.live.snapshot is not None
    return window.live.snapshot


def drawn(window: MainWindow) -> FloatArray:
    """What stands in the place of the parameters in the diagram now."""
    snapshot = window.network.graph._stage.snapshot
    assert snapshot is not None
    return snapshot.parameters


def weight(window: MainWindow, place: Place, until: Until) -> float:
    snapshot = look(window, until)
    return float(snapshot.parameters[position_of(place, snapshot.config)])


def spot(window: MainWindow, place: Place) -> tuple[QWidget, QPoint]:
    """Where a place is on the canvas that is shown."""
    network = window.network
    canvas: QWidget = network.matrix if network.shows_matrix else network.graph
    layout = network.graph.layout_now
    assert layout is not None
    at = cell_centre(network.matrix.matrices, place) if network.shows_matrix else place_centre(layout, place)
    assert at is not None
    if not network.shows_matrix and place.source not in (None, BIAS):
        # Near their end the edges of a fan are apart.
        gap = layout.gaps[place.layer]
        index = int(np.flatnonzero((gap.sources == place.source) & (gap.targets == place.unit))[0])
        at = QPointF(gap.right - 3, float(gap.y_to[index]))
    return canvas, at.toPoint()


def press(window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, held)


def editing(window: MainWindow) -> str:
    """Return the name of what is being edited, or ""."""
    editor = flow_of(window).editor
    return editor.name.text() if editor.is_open else ""


def double_click(window: MainWindow, place: Place) -> None:
    """Click twice without moving the cursor, although the first click may move the diagram below it."""
    canvas, at = spot(window, place)
    for act in (QTest.mouseClick, QTest.mouseDClick):
        act(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


# What the edges show


def test_keys_choose_what_the_edges_show_and_the_legend_follows(window: MainWindow, until: Until) -> None:
    titles = {
        Qt.Key.Key_2: "Gradient dL/dw",
        Qt.Key.Key_3: "Change Δw",
        Qt.Key.Key_4: "Row flow w × a",
        Qt.Key.Key_1: "Weight",
    }

    def legend_is(title: str) -> Callable[[], bool]:
        return lambda: window.network.legend.toolTip().startswith(f"{title} from")

    for key, title in titles.items():
        press(window, key)
        until(legend_is(title))
    assert window.network.header.modes.buttons[WEIGHT].isChecked()


def test_edges_show_exactly_what_the_engine_finds(window: MainWindow, until: Until) -> None:
    flow, dataset = flow_of(window), window.model.dataset
    assert dataset is not None
    snapshot = look(window, until)
    network = MLP(snapshot.config, snapshot.parameters)
    np.testing.assert_array_equal(drawn(window), snapshot.parameters)
    flow.set_mode(GRADIENT)
    until(lambda: window.network._mode == GRADIENT)
    np.testing.assert_allclose(drawn(window), exact_gradient(network, dataset.X_train, dataset.Y_train), atol=1e-6)
    flow.set_mode(FLOW)
    until(lambda: window.network._mode == FLOW)
    trace = trace_row(network, dataset.X[3])
    for block, layer in zip(layer_blocks(snapshot.config, drawn(window)), trace.layers, strict=True):
        np.testing.assert_allclose(block.sum(axis=0), layer.pre_activations, atol=1e-5)
    flow.set_mode(CHANGE)
    until(lambda: window.network._mode == CHANGE)
    changed = drawn(window)
    assert changed.any()
    window.network.header.modes.moments[MARK].trigger()
    until(lambda: not drawn(window).any())
    assert window.network.note.words.text.startswith("Since the mark at epoch 1")


def test_run_is_asked_for_a_gradient_only_while_it_is_shown(window: MainWindow, until: Until) -> None:
    flow = flow_of(window)
    assert look(window, until).gradient is None
    flow.set_mode(GRADIENT)
    until(lambda: window.live.snapshot is not None and window.live.snapshot.gradient is not None)
    window.network.hide()
    flow.tick()
    assert not window.model.runs.wants_gradient
    window.network.show()
    flow.set_mode(CHANGE)
    until(lambda: window.live.snapshot is not None and window.live.snapshot.reference is not None)
    assert not window.model.runs.wants_gradient
    flow.set_mode(WEIGHT)
    assert window.model.runs.reference == ""


def test_legend_has_a_scale_of_its_own_and_comes_back(window: MainWindow, until: Until) -> None:
    flow, legend = flow_of(window), window.network.legend
    look(window, until)
    assert window.network.flush(10.0)
    until(lambda: legend.texts != ("−0.5", "+0.5"))
    weights = legend.texts
    flow.set_mode(GRADIENT)
    until(lambda: window.network._mode == GRADIENT)
    until(lambda: legend.texts != weights)
    largest = float(np.abs(drawn(window)).max())
    assert largest <= float(legend.texts[1]) <= 2.5 * largest
    assert window.network.note.words.text == "Mean over all 250 training rows, no penalty."
    flow.set_mode(WEIGHT)
    until(lambda: legend.texts == weights)
    assert window.network.note.isHidden()


def test_flow_chooses_a_row_and_says_what_to_do_without_one(window: MainWindow, until: Until) -> None:
    dataset = window.model.dataset
    assert dataset is not None
    window.live.set_row(None)
    flow_of(window).set_mode(FLOW)
    row = int(dataset.train_rows[0])
    until(lambda: window.network.note.words.text == f"What row {row + 1} sends through each edge.")
    window.live.set_row(None)
    until(lambda: window.network.note.words.text == NO_ROW)
    assert not drawn(window).any()
    window.live.set_row(5)
    until(lambda: window.network.note.words.text == "What row 6 sends through each edge.")
    assert drawn(window).any()


def test_hover_tells_what_is_shown_and_what_is_held(window: MainWindow, until: Until) -> None:
    flow, hand = flow_of(window), window.model.runs.hand
    hand.mark("frozen", EDGE, on=True)
    flow.set_mode(GRADIENT)
    until(lambda: window.network._mode == GRADIENT)
    look(window, until)
    canvas, at = spot(window, EDGE)
    QTest.mouseMove(canvas, at)
    until(lambda: window.network.graph.hover_text.startswith("dL/dw "))
    assert window.network.graph.hover_text.endswith("h1.3 → h2.4  frozen")


def test_same_numbers_are_shown_by_the_matrices(window: MainWindow, until: Until) -> None:
    flow_of(window).set_mode(GRADIENT)
    window.network.toggle_matrix()
    until(lambda: window.network._mode == GRADIENT)
    look(window, until)
    snapshot = window.network.matrix._snapshot
    assert snapshot is not None
    np.testing.assert_array_equal(snapshot.parameters, drawn(window))


def test_digits_belong_to_the_classes_while_points_are_drawn(window: MainWindow, until: Until) -> None:
    press(window, Qt.Key.Key_D)
    desk = window.drawing.desk
    until(lambda: desk.active)
    press(window, Qt.Key.Key_2)
    assert (desk.class_index, flow_of(window).mode) == (1, WEIGHT)
    desk.leave()
    window.setFocus()
    press(window, Qt.Key.Key_2)
    assert flow_of(window).mode == GRADIENT


# Setting a weight


@pytest.mark.parametrize("place", [EDGE, RING])
def test_double_click_opens_the_editor_and_enter_sets_the_weight(
    place: Place, window: MainWindow, until: Until
) -> None:
    before = weight(window, place, until)
    double_click(window, place)
    assert editing(window) == window.model.runs.hand.names.weight(place)
    QTest.keyClicks(flow_of(window).editor.number, "1.25")
    press(window, Qt.Key.Key_Return)
    assert not editing(window)
    until(lambda: window.model.runs.hand.can_undo)
    assert weight(window, place, until) == 1.25
    assert window.network.graph.hasFocus()
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert weight(window, place, until) == before
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert weight(window, place, until) == 1.25


def test_enter_on_a_weight_opens_its_editor_and_on_a_neuron_the_inspector(window: MainWindow) -> None:
    window.network.graph.setFocus()
    window.inspector.choose(TILE)
    press(window, Qt.Key.Key_Return)
    assert not editing(window)
    assert window.inspector.is_open
    press(window, Qt.Key.Key_Tab)  # its bias
    assert window.network.picker.place == Place(0, 5, BIAS)
    press(window, Qt.Key.Key_Return)
    assert editing(window) == "bias of h1.6"
    press(window, Qt.Key.Key_Escape)
    assert not editing(window)
    assert window.network.picker.place == Place(0, 5, BIAS)  # Esc closed the editor, not the choice


def test_escape_takes_steps_back_and_leaves_nothing_to_undo(window: MainWindow, until: Until) -> None:
    before = weight(window, EDGE, until)
    flow_of(window).edit(EDGE)
    for _ in range(3):
        press(window, Qt.Key.Key_Up)
    until(lambda: window.model.runs.hand.can_undo)
    assert weight(window, EDGE, until) == pytest.approx(before + 0.3, abs=1e-4)
    press(window, Qt.Key.Key_Escape)
    assert weight(window, EDGE, until) == before
    until(lambda: not window.model.runs.hand.can_undo)
    assert look(window, until).history.markers == ()


def test_steps_in_one_editor_are_one_edit(window: MainWindow, until: Until) -> None:
    before = weight(window, EDGE, until)
    flow_of(window).edit(EDGE)
    for _ in range(4):
        press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_Return)
    until(lambda: window.model.runs.hand.can_undo)
    look(window, until)
    window.verbs.undo()
    assert weight(window, EDGE, until) == before
    assert not window.model.runs.hand.can_undo


def test_set_weight_shows_its_loss_at_once_while_the_run_stands(window: MainWindow, until: Until) -> None:
    last = look(window, until).history.last
    flow_of(window).edit(Place(2, 0, 1))
    QTest.keyClicks(flow_of(window).editor.number, "9")
    press(window, Qt.Key.Key_Return)
    until(lambda: window.model.runs.hand.can_undo)
    after = look(window, until).history.last
    assert last is not None
    assert after is not None
    assert after.train_loss != last.train_loss


def test_editor_goes_with_the_weight_it_edits(window: MainWindow, until: Until) -> None:
    flow_of(window).edit(Place(1, 7, 2))
    window.verbs.set_units(1, 4)
    until(lambda: not flow_of(window).editor.is_open)


def test_nothing_chosen_is_said_in_words(window: MainWindow) -> None:
    for key in (Qt.Key.Key_F2, Qt.Key.Key_K, Qt.Key.Key_X):
        window.banner.dismiss("by hand")
        press(window, key)
        assert NOTHING_CHOSEN in window.banner.texts


def test_matrix_cell_is_edited_by_a_double_click_too(window: MainWindow, until: Until) -> None:
    window.network.toggle_matrix()
    until(lambda: bool(window.network.matrix.matrices))
    double_click(window, EDGE)
    editor = flow_of(window).editor
    assert editing(window) == "h1.3 → h2.4"
    assert window.network.rect().contains(editor.geometry())
    QTest.keyClicks(editor.number, "-0.5")
    press(window, Qt.Key.Key_Return)
    until(lambda: window.model.runs.hand.can_undo)
    assert weight(window, EDGE, until) == -0.5
    assert window.network.matrix.hasFocus()


# Marks


def test_keys_freeze_and_silence_what_is_chosen_and_the_line_lists_it(window: MainWindow, until: Until) -> None:
    hand, note = window.model.runs.hand, window.network.note
    window.inspector.choose(TILE)
    press(window, Qt.Key.Key_K)
    window.inspector.choose(EDGE)
    press(window, Qt.Key.Key_X)
    assert hand.marks == Marks(frozenset({TILE}), frozenset({EDGE}))
    assert note.counts.text() == "1 frozen, 1 silenced"
    assert note.names.text == "Frozen: h1.6. Silenced: h1.3 → h2.4."
    assert weight(window, EDGE, until) == 0
    QTest.mouseClick(note.clear, Qt.MouseButton.LeftButton)
    assert hand.marks == NO_MARKS
    assert note.isHidden()
    assert weight(window, EDGE, until) != 0


def test_marks_are_painted_over_what_they_mark(window: MainWindow, until: Until) -> None:
    graph, hand = window.network.graph, window.model.runs.hand
    look(window, until)
    assert window.network.flush(10.0)
    hand.mark("frozen", TILE, on=True)  # the line below takes its room first
    look(window, until)
    assert window.network.flush(10.0)
    before = still_pixels(graph, until)
    hand.mark("silenced", Place(0, 1), on=True)
    look(window, until)
    assert window.network.flush(10.0)
    changed = pixels(graph) != before
    layout = graph.layout_now
    assert layout is not None
    tile = layout.columns[1].tiles[1]
    inside = changed[round(tile.y) + 8 : round(tile.y + tile.side) - 8, round(tile.x) + 8 : round(tile.right) - 8]
    assert inside.mean() > 0.9  # hollow
    other = layout.columns[1].tiles[3]
    box = changed[round(other.y) + 4 : round(other.y + other.side) - 12, round(other.x) + 10 : round(other.right) - 4]
    assert not box.any()


def test_lock_stands_on_the_corner_of_a_frozen_tile_alone(window: MainWindow, until: Until) -> None:
    graph, hand = window.network.graph, window.model.runs.hand
    hand.mark("frozen", Place(2, 0, BIAS), on=True)
    look(window, until)
    assert window.network.flush(10.0)
    before = still_pixels(graph, until)
    hand.mark("frozen", TILE, on=True)
    look(window, until)
    assert window.network.flush(10.0)
    layout = graph.layout_now
    assert layout is not None
    tile = layout.columns[1].tiles[5]
    rows, columns = np.nonzero(pixels(graph) != before)
    assert len(rows)
    assert np.hypot(rows - tile.y, columns - tile.right).max() < 14


def menu_at(window: MainWindow, place: Place) -> QMenu:
    canvas, at = spot(window, place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, canvas.mapToGlobal(at))
    QApplication.sendEvent(canvas, event)
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())


@pytest.mark.parametrize(
    ("place", "title", "actions"),
    [
        (EDGE, "h1.3 → h2.4", ["Set weight…", "Frozen", "Silenced"]),
        (RING, "bias of h1.5", ["Set bias…", "Frozen", "Silenced"]),
        (TILE, "Hidden 1 · neuron 6", ["Set bias…", "Frozen", "Silenced"]),
        (Place(INPUTS, 1), "Input · y", ["Silenced"]),
    ],
)
def test_menu_offers_what_a_place_can_take(place: Place, title: str, actions: list[str], window: MainWindow) -> None:
    menu = menu_at(window, place)
    texts = [action.text().partition("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert texts == [title, *actions]
    assert menu.accessibleName() == title
    silence = next(action for action in menu.actions() if action.text().startswith("Silenced"))
    assert not silence.isChecked()
    silence.trigger()
    menu.close()
    assert window.model.runs.hand.marks.silenced == {place}
    again = menu_at(window, place)
    assert next(action for action in again.actions() if action.text().startswith("Silenced")).isChecked()
    again.close()


def test_menu_key_opens_the_menu_of_what_is_chosen(window: MainWindow) -> None:
    window.inspector.choose(EDGE)
    canvas = window.network.graph
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), canvas.mapToGlobal(QPoint(1, 1)))
    QApplication.sendEvent(canvas, event)
    menu = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())
    assert menu.accessibleName() == "h1.3 → h2.4"
    menu.close()


def test_undo_belongs_to_the_drawing_while_points_are_drawn(window: MainWindow, until: Until) -> None:
    hand, desk = window.model.runs.hand, window.drawing.desk
    hand.mark("frozen", TILE, on=True)
    desk.start()
    desk.add([(0.0, 0.0), (1.0, 1.0)])
    assert desk.drawing is not None
    points = len(desk.drawing.points)
    window.verbs.undo()
    assert len(desk.drawing.points) == points - 2
    assert hand.marks.frozen == {TILE}
    desk.leave()
    window.verbs.undo()
    assert not hand.marks.frozen
