"""The microscope in the real window: walked by keys, read off its labels, lit in the diagram, applied, put away."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.lenses import NO_NETWORK, Place
from nnviz.app.settings import Settings
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels import inspector
from nnviz.ui.panels.formula_lines import broken, typeset
from nnviz.ui.panels.microscope import MicroscopePanel
from nnviz.ui.panels.microscope_flow import RUNNING, MicroscopeFlow
from nnviz.ui.theme import load_fonts
from tests.app.lens_reading import Reader
from tests.ui.network_showing import pixels

Until = Callable[[Callable[[], bool]], None]
Key = Qt.Key


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window()


def opened(window: MainWindow, until: Until) -> tuple[MicroscopeFlow, MicroscopePanel]:
    QTest.keyClick(window, Key.Key_U)
    flow = window.verbs.looks.microscope
    until(lambda: flow.panel.view is not None)
    return flow, flow.panel


def press(panel: MicroscopePanel, key: Qt.Key) -> None:
    QTest.keyClick(panel.bar.slider, key)


def step_of(window: MainWindow) -> int:
    snapshot = window.model.runs.last_snapshot
    assert snapshot is not None
    return snapshot.step


def steps(window: MainWindow, until: Until, count: int) -> None:
    for step in range(1, count + 1):
        window.verbs.step_batch()
        until(lambda step=step: step_of(window) == step)  # type: ignore[misc]


def plays(panel: MicroscopePanel) -> bool:
    return panel.bar.plays


def followed(panel: MicroscopePanel) -> int | None:
    return None if panel.view is None else panel.view.row


def follows(flow: MicroscopeFlow) -> bool:
    return flow.is_open


def inspects(window: MainWindow) -> bool:
    return window.inspector.is_open


def click_tile(window: MainWindow, layer: int, unit: int) -> None:
    layout = window.network.graph.layout_now
    assert layout is not None
    tile = layout.columns[layer].tiles[unit]
    at = QPoint(round(tile.x + 0.6 * tile.side), round(tile.middle))
    QTest.mouseClick(window.network.graph, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_key_u_opens_at_the_first_stage_with_the_keys_in_hand_and_closes(window: MainWindow, until: Until) -> None:
    flow, panel = opened(window, until)
    assert follows(flow)
    assert panel.isVisible()
    assert panel.bar.name.text() == "1 of 10 · Pick the batch"
    assert QApplication.focusWidget() is panel.bar.slider
    assert not inspects(window)
    QTest.keyClick(window, Key.Key_U)
    assert not follows(flow)
    assert not panel.isVisible()


def test_a_row_outside_the_batch_is_said_in_whole_and_the_line_goes_with_it(window: MainWindow, until: Until) -> None:
    _, panel = opened(window, until)
    assert panel.view is not None
    batch = {row for row, _ in panel.view.rows}
    assert window.model.dataset is not None
    outside = next(row for row in range(window.model.dataset.n_rows) if row not in batch)
    window.live.set_row(outside)
    until(panel.note.isVisible)
    assert f"Row {outside + 1} is not in this batch" in panel.note.text()
    note = panel.note.fontMetrics().boundingRect(panel.note.contentsRect(), Qt.TextFlag.TextWordWrap, panel.note.text())
    assert panel.note.contentsRect().contains(note), "every word has room"
    window.live.set_row(next(iter(batch)))
    until(panel.note.isHidden)


def test_a_neuron_that_is_removed_while_it_is_followed_is_said_to_be_gone(window: MainWindow, until: Until) -> None:
    flow, panel = opened(window, until)
    flow.choose(Place(0, 7, 1))
    until(lambda: panel.view is not None and panel.view.place == Place(0, 7, 1))
    assert panel.note.isHidden()
    window.verbs.set_units(0, 5)
    until(panel.note.isVisible)
    assert panel.view is not None
    assert panel.note.text().startswith("The weight into neuron 8 of layer 1 is no longer in the network.")
    assert panel.view.title.split(",")[0] in panel.note.text()
    flow.choose(Place(0, 2, 1))
    until(panel.note.isHidden)


def test_left_and_right_scrub_home_and_end_jump_and_every_stage_speaks(window: MainWindow, until: Until) -> None:
    _, panel = opened(window, until)
    seen = []
    for _ in range(10):
        seen.append(panel.bar.name.text().split(" · ")[1])
        assert panel.stage is not None
        assert panel.stage.sentence in panel.texts()
        assert typeset(panel.stage.symbols.text) in panel.texts()
        assert panel.bar.slider.accessibleDescription().startswith(panel.stage.name)
        press(panel, Key.Key_Right)
    assert seen == [
        "Pick the batch",
        "Forward: Hidden 1",
        "Forward: Hidden 2",
        "Forward: Output",
        "Loss",
        "Backward: Output",
        "Backward: Hidden 2",
        "Backward: Hidden 1",
        "Update",
        "New loss",
    ]
    assert not panel.bar.on.isEnabled()
    press(panel, Key.Key_Left)
    assert panel.bar.name.text() == "9 of 10 · Update"
    press(panel, Key.Key_Home)
    assert not panel.bar.back.isEnabled()
    press(panel, Key.Key_End)
    assert panel.bar.name.text() == "10 of 10 · New loss"


def test_texts_on_the_screen_are_true_as_they_stand_there(window: MainWindow, until: Until) -> None:
    window.model.runs.configure(optimizer="adam")
    steps(window, until, 5)
    _, panel = opened(window, until)
    reader = Reader()
    for stage in range(10):
        panel.bar.slider.setValue(stage)
        shown = panel.texts()
        reader.lines(shown)
        assert panel.stage is not None
        for table in panel.stage.tables:
            reader.sum(table.view)
            for term in table.view.terms:
                assert {term.name, term.weight, term.value} - {""} <= set(shown)
                assert any(text.endswith(term.product) for text in shown)
    assert not reader.false
    assert reader.exact > 60


def test_apply_makes_the_update_that_was_shown_and_goes_to_the_next(window: MainWindow, until: Until) -> None:
    flow, panel = opened(window, until)
    for step in (1, 2, 3):
        press(panel, Key.Key_End)
        rehearsal, view = flow._rehearsal, panel.view
        assert rehearsal is not None
        press(panel, Key.Key_Return)
        until(lambda step=step, view=view: step_of(window) == step and panel.view not in (view, None))  # type: ignore[misc]
        snapshot = window.model.runs.last_snapshot
        assert snapshot is not None
        np.testing.assert_array_equal(snapshot.parameters, rehearsal.after)
        assert panel.bar.slider.value() == 0
    assert window.model.runs.state is RunState.PAUSED


def test_play_goes_on_slowly_and_stops_at_the_end_by_hand_and_when_it_is_put_away(
    window: MainWindow, until: Until
) -> None:
    flow, panel = opened(window, until)
    panel.bar._timer.setInterval(15)
    press(panel, Key.Key_P)
    assert plays(panel)
    assert panel.bar.play.text() == "Stop"
    until(lambda: panel.bar.slider.value() == 9)
    assert not plays(panel)
    press(panel, Key.Key_P)  # from the beginning again
    until(lambda: 0 < panel.bar.slider.value() < 9)
    QTest.mouseClick(panel.bar.back, Qt.MouseButton.LeftButton)
    assert not plays(panel)
    press(panel, Key.Key_P)
    flow.dismiss()
    assert not plays(panel)


def test_esc_closes_gives_the_diagram_back_and_the_inspector_answers_clicks_again(
    window: MainWindow, until: Until
) -> None:
    flow, panel = opened(window, until)
    press(panel, Key.Key_Escape)
    assert not follows(flow)
    assert window.network.picker._stream is None
    click_tile(window, 2, 3)
    assert inspects(window)
    assert window.inspector.place == Place(1, 3)
    assert not panel.isVisible()
    QTest.keyClick(window, Key.Key_U)
    until(lambda: panel.view is not None)
    assert panel.view is not None
    assert (panel.view.place.layer, panel.view.place.unit) == (1, 3)  # what was chosen is followed
    assert not inspects(window)
    QTest.keyClick(window, Key.Key_I)
    assert not follows(flow)
    assert inspects(window)


def test_click_in_the_diagram_chooses_what_is_followed_at_the_same_stage(window: MainWindow, until: Until) -> None:
    flow, panel = opened(window, until)
    panel.bar.slider.setValue(2)
    click_tile(window, 2, 5)
    assert panel.view is not None
    assert (panel.view.place.layer, panel.view.place.unit) == (1, 5)
    assert panel.stage is not None
    assert panel.stage.tables[0].title.startswith("h2.6, row ")
    assert panel.bar.slider.value() == 2
    assert not inspects(window)
    QTest.mouseClick(window.network.graph, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(3, 3))
    assert flow._place is None
    assert follows(flow)


def test_up_and_down_walk_the_rows_of_the_batch_as_the_list_does(window: MainWindow, until: Until) -> None:
    _, panel = opened(window, until)
    assert panel.view is not None
    rows = panel.view.rows
    for key, index in ((Key.Key_Down, 1), (Key.Key_Down, 2), (Key.Key_Up, 1)):
        press(panel, key)
        until(lambda index=index: followed(panel) == rows[index][0])  # type: ignore[misc]
        assert window.model.runs.row == rows[index][0]
        assert panel.rows.currentText() == rows[index][1]
    window.live.set_row(next(row for row in range(500) if row not in dict(rows)))
    until(lambda: "is not in this batch" in panel.note.text())


def test_while_training_it_says_so_and_offers_to_pause(window: MainWindow, until: Until) -> None:
    flow, panel = opened(window, until)
    window.verbs.toggle()
    until(lambda: panel.message == RUNNING)
    assert window.network.picker._stream is None
    assert not panel.bar.isEnabled()
    QTest.mouseClick(panel.pause_button, Qt.MouseButton.LeftButton)
    until(lambda: panel.view is not None)
    assert window.model.runs.state is RunState.PAUSED
    assert flow._rehearsal is not None
    assert flow._rehearsal.step == step_of(window)


@pytest.mark.parametrize("what", ["weight", "rate", "freeze", "back"])
def test_what_changes_while_it_is_open_is_looked_at_anew(window: MainWindow, until: Until, what: str) -> None:
    steps(window, until, 3)
    flow, panel = opened(window, until)
    panel.bar.slider.setValue(8)
    before = flow._rehearsal
    runs = window.model.runs
    if what == "weight":
        runs.hand.set_parameter(Place(0, 1, 0), 0.5)
    elif what == "rate":
        runs.configure(learning_rate=0.2)
    elif what == "freeze":
        runs.hand.toggle("frozen", Place(0, 1, 0))
    else:
        window.rail.rail.step_by(-1)
    until(lambda: flow._rehearsal is not before and flow._rehearsal is not None)
    after = flow._rehearsal
    assert before is not None
    assert after is not None
    if what == "rate":
        assert after.rate == 0.2
    elif what == "freeze":
        assert after.mask is not None
    elif what == "back":
        assert after.step == 2
    else:
        assert not np.array_equal(after.before, before.before)
    assert panel.bar.slider.value() == 8  # the stage stands


def test_another_network_has_stages_of_its_own_and_another_data_set_too(window: MainWindow, until: Until) -> None:
    _, panel = opened(window, until)
    window.verbs.add_last_layer()
    until(lambda: panel.view is not None and len(panel.view.stages) == 12)
    window.model.load_toy("plane")
    until(lambda: panel.view is not None and any("mean squared error" in s.sentence for s in panel.view.stages))


def test_each_stage_lights_its_own_edges_and_closing_leaves_the_diagram_as_it_was(
    window: MainWindow, until: Until
) -> None:
    graph = window.network.graph
    flow, panel = opened(window, until)
    until(lambda: not graph.repaints)
    pictures = []
    for stage in range(10):
        panel.bar.slider.setValue(stage)
        assert graph.flush(20.0)
        pictures.append(pixels(graph))
    for index, picture in enumerate(pictures):
        assert all(not np.array_equal(picture, other) for other in pictures[index + 1 :])
    # The first layer is lit forward and not while the last is.
    layout = graph.layout_now
    assert layout is not None
    gap = layout.gaps[0]
    box = np.s_[:, round(gap.left) + 4 : round(gap.right) - 4]
    bright = [float((picture[box] >> 8 & 255).mean()) for picture in pictures]
    assert bright[1] > 1.1 * bright[3]
    assert bright[7] > 1.1 * bright[5]
    flow.dismiss()
    assert window.network.picker._stream is None


def test_without_a_network_it_says_what_to_do(qtbot: QtBot) -> None:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.show()
    window.verbs.looks.magnify()
    qtbot.waitUntil(lambda: window.verbs.looks.microscope.is_open, timeout=15_000)
    assert window.verbs.looks.microscope.panel.message == NO_NETWORK
    window.close()
    window.deleteLater()


def test_update_that_diverges_is_told_and_cannot_be_applied(window: MainWindow, until: Until) -> None:
    window.model.runs.configure(optimizer="adam", learning_rate=1e25)
    _, panel = opened(window, until)
    window.model.runs.send(messages.Run())
    until(lambda: window.model.runs.state is RunState.DIVERGED)
    until(lambda: panel.view is not None and bool(panel.view.diverges))
    press(panel, Key.Key_End)
    assert panel.stage is not None
    assert panel.stage.sentence.startswith("This update cannot be made.")
    assert not panel.bar.apply.isEnabled()
    step = step_of(window)
    press(panel, Key.Key_Return)
    assert step_of(window) == step


def test_all_formulas_are_copied_as_text_and_as_latex(window: MainWindow, until: Until) -> None:
    _, panel = opened(window, until)
    QTest.mouseClick(panel.copy_text, Qt.MouseButton.LeftButton)
    text = QApplication.clipboard().text()
    assert "Forward: Hidden 1:" in text
    assert "dL/dz = a − y" in text
    QTest.mouseClick(panel.copy_latex, Qt.MouseButton.LeftButton)
    latex = QApplication.clipboard().text()
    assert latex.startswith("\\begin{aligned}")
    assert r"\frac{\partial L}{\partial z}" in latex


def at_step(window: MainWindow, panel: MicroscopePanel, step: int) -> bool:
    return panel.view is not None and step_of(window) == step and panel.bar.slider.value() == panel.bar.places.at


def test_zoomed_out_once_the_slider_walks_the_updates_of_the_epoch(window: MainWindow, until: Until) -> None:
    steps(window, until, 11)  # an epoch has 8
    _, panel = opened(window, until)
    press(panel, Key.Key_Right)
    press(panel, Key.Key_Minus)
    slider = panel.bar.slider
    assert (slider.minimum(), slider.maximum(), slider.value()) == (8, 11, 11)
    assert panel.bar.name.text() == "Update 4 of 8 in epoch 2"
    assert slider.accessibleName() == "Update of the epoch"
    press(panel, Key.Key_Left)
    until(lambda: at_step(window, panel, 10))
    assert panel.bar.name.text() == "Update 3 of 8 in epoch 2"
    assert panel.stage is not None
    assert panel.stage.name == "Forward: Hidden 1"  # of another update
    press(panel, Key.Key_End)
    until(lambda: at_step(window, panel, 11))
    press(panel, Key.Key_Plus)
    assert panel.bar.name.text() == "2 of 10 \N{MIDDLE DOT} Forward: Hidden 1"
    assert (slider.minimum(), slider.maximum(), slider.value()) == (0, 9, 1)


def test_zoomed_out_twice_it_walks_the_epochs_of_the_run_and_plays_them(window: MainWindow, until: Until) -> None:
    for epoch in range(1, 5):
        window.verbs.step_epoch()
        until(lambda epoch=epoch: step_of(window) == 8 * epoch)  # type: ignore[misc]
    _, panel = opened(window, until)
    press(panel, Key.Key_Minus)
    press(panel, Key.Key_Minus)
    press(panel, Key.Key_Minus)  # there is nothing beyond
    assert not panel.bar.out.isEnabled()
    assert panel.bar.name.text() == "After epoch 4 of 4"
    press(panel, Key.Key_Home)
    until(lambda: at_step(window, panel, 0))
    assert panel.bar.name.text() == "After epoch 0 of 4"
    assert not panel.bar.back.isEnabled()
    panel.bar._timer.setInterval(20)
    press(panel, Key.Key_P)
    until(lambda: at_step(window, panel, 32))
    assert not plays(panel)
    assert window.rail.panel.track.snapshot is not None


def test_inspector_that_is_first_opened_after_it_has_its_own_height(window: MainWindow, until: Until) -> None:
    flow, panel = opened(window, until)
    press(panel, Key.Key_I)
    until(lambda: inspects(window))
    assert not follows(flow)
    assert window.inspector.panel is not None
    assert window.inspector.panel.height() == inspector.HEIGHT


def test_formulas_are_printed_with_raised_powers_and_hats() -> None:
    assert typeset("m_hat = m' / (1 − 0.9^t) = 0.2 / (1 − 0.9^12)") == "m̂ = m' / (1 − 0.9ᵗ) = 0.2 / (1 − 0.9¹²)"
    assert typeset("(0.2)^2 = 0.04, width^x") == "(0.2)² = 0.04, width^x"
    reader = Reader()
    reader.line(typeset("v' = 0.001 × 2^10 = 1.024"))
    reader.line(typeset("v' = 0.001 × 2^10 = 1.025"))
    assert reader.exact == 1
    assert reader.false == ["v' = 0.001 × 2¹⁰ = 1.025"]


def test_formulas_are_broken_at_their_equals_signs_and_stay_whole_where_there_is_room() -> None:
    text = "v_hat = v' / (1 − 0.999^t) = 0.00011215 / (1 − 0.999^9856) = 0.0001122"
    assert broken(text, len, 200) == text
    lines = broken(text, len, 40).split("\n")
    assert [line[:2] for line in lines] == ["v_", "= ", "= "]
    assert " ".join(lines) == text
    assert broken(text, len, 20).split("\n") == [
        "v_hat",
        "= v' / (1 − 0.999^t)",
        "= 0.00011215",
        "/ (1 − 0.999^9856)",
        "= 0.0001122",
    ]
    path = "h2.3 → class = B:  −1.4163 × 0.00097273 × 1.6363 × (−0.025583) = +0.0001318"
    assert broken(path, len, 36).split("\n") == [
        "h2.3 → class = B:",
        "−1.4163 × 0.00097273 × 1.6363",
        "× (−0.025583)",
        "= +0.0001318",
    ]
    spaced = "z = Σ w a + b,   a = tanh(z)"
    assert broken(spaced, len, 40) == spaced
    assert broken(spaced, len, 20) == "z = Σ w a + b,\na = tanh(z)"
