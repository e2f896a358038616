"""The inspector in the real window: chosen by click and key, read off its labels, and answered in words."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.lenses import BATCH, INPUTS, NO_ROW, Place
from nnviz.engine.explain import BIAS
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.formula_lines import FormulaLabel
from nnviz.ui.panels.inspector import InspectorPanel
from nnviz.ui.panels.inspector_flow import InspectorFlow
from nnviz.ui.panels.inspector_parts import SumTable
from nnviz.ui.plots.lens_curve import end_texts
from nnviz.ui.plots.network_hover import edge_heights
from tests.app.latex_reading import compiled
from tests.app.lens_reading import Reader, number


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window()


Until = Callable[[Callable[[], bool]], None]


def opened(window: MainWindow) -> tuple[InspectorFlow, InspectorPanel]:
    flow = window.inspector
    if flow.panel is None:
        flow.open()
    assert flow.panel is not None
    return flow, flow.panel


def shows_numbers(window: MainWindow) -> bool:
    """Whether the lens's page is written, for what is chosen now."""
    flow, panel = opened(window)
    return bool(flow._shown) and not panel.message and panel.as_text() != ""


def click(window: MainWindow, x: float, y: float) -> None:
    QTest.mouseClick(
        window.network.graph,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(round(x), round(y)),
    )


def click_tile(window: MainWindow, layer: int, unit: int) -> None:
    layout = window.network.graph.layout_now
    assert layout is not None
    tile = layout.columns[layer].tiles[unit]
    click(window, tile.x + 0.6 * tile.side, tile.middle)


def test_click_on_a_neuron_opens_the_drawer_with_its_sum(window: MainWindow, until: Until) -> None:
    window.live.set_row(3)
    click_tile(window, 2, 4)
    flow, panel = opened(window)
    assert flow.place == Place(1, 4)
    assert flow.is_open
    until(lambda: shows_numbers(window))
    assert panel.title.text() == "Hidden 2 · neuron 5"
    terms = [line for line in panel.neuron.table.findChildren(QLabel) if line.text().startswith("h1.")]
    assert len(terms) == 8


def test_click_on_an_edge_chooses_the_weight_and_beside_everything_lets_go(window: MainWindow) -> None:
    layout = window.network.graph.layout_now
    assert layout is not None
    gap = layout.gaps[0]
    heights, _ = edge_heights(gap, gap.right - 12)
    click(window, gap.right - 12, float(heights[5]))
    flow, panel = opened(window)
    place = flow.place
    assert place == Place(0, int(gap.targets[5]), int(gap.sources[5]))
    assert panel.lens == "chain"
    click(window, 3, 3)
    assert (flow.place, flow.is_open, window.network.picker.place) == (None, False, None)


def test_arrow_keys_walk_the_neurons_while_the_diagram_has_the_focus_and_esc_lets_go(window: MainWindow) -> None:
    graph = window.network.graph
    click_tile(window, 1, 2)
    flow, _ = opened(window)
    for key, place in (
        (Qt.Key.Key_Down, Place(0, 3)),
        (Qt.Key.Key_Up, Place(0, 2)),
        (Qt.Key.Key_Right, Place(1, 2)),
        (Qt.Key.Key_Right, Place(2, 0)),
        (Qt.Key.Key_Right, Place(2, 0)),
        (Qt.Key.Key_Left, Place(1, 3)),
    ):
        QTest.keyClick(graph, key)
        assert flow.place == place or key == Qt.Key.Key_Left
    window.live.set_row(7)
    QTest.keyClick(graph, Qt.Key.Key_Escape)
    assert flow.place is None
    assert window.model.runs.row == 7  # the first Esc is the inspector's
    QTest.keyClick(graph, Qt.Key.Key_Escape)
    assert window.model.runs.row is None


def test_up_and_down_still_walk_the_rows_while_nothing_is_chosen(window: MainWindow) -> None:
    window.network.graph.setFocus()
    QTest.keyClick(window.network.graph, Qt.Key.Key_Down)
    assert window.model.runs.row == 0


def test_row_lens_that_only_an_input_brought_ends_with_it(window: MainWindow) -> None:
    window.inspector.choose(Place(INPUTS, 0))
    flow, panel = opened(window)
    assert str(panel.lens) == "journey"
    flow.dismiss()
    flow.choose(Place(1, 2))
    assert str(panel.lens) == "neuron"
    flow.set_lens("journey")  # what the person chose stays
    flow.choose(Place(INPUTS, 1))
    flow.dismiss()
    flow.choose(Place(1, 2))
    assert str(panel.lens) == "journey"


def test_key_i_opens_on_the_output_and_closes(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_I)
    flow, panel = opened(window)
    assert flow.place == Place(2, 0)
    assert panel.isVisible()
    QTest.keyClick(window, Qt.Key.Key_I)
    assert not flow.is_open


def test_labels_of_the_neuron_lens_multiply_and_add_up(window: MainWindow, until: Until, qtbot: QtBot) -> None:
    window.model.runs.send(messages.StepEpoch())
    until(lambda: window.model.runs.state is RunState.PAUSED)
    reader = Reader()
    for row, place in ((3, Place(0, 1)), (20, Place(1, 4)), (77, Place(2, 0))):
        window.live.set_row(row)
        window.inspector.choose(place)
        _, panel = opened(window)
        qtbot.waitUntil(partial(shows_numbers, window))
        read_table(reader, panel.neuron.table)
    assert not reader.false
    assert reader.exact > 4 * reader.about


def read_table(reader: Reader, table: SumTable) -> None:
    products = []
    for line in table._rows:
        texts = [label.text() for label in line]
        if not line[0].isVisibleTo(table):
            continue
        products.append(number(texts[4].lstrip("≈ ")))
        if texts[1]:
            sign = "≈" if texts[4].startswith("≈") else "="
            reader.relation(number(texts[1]) * number(texts[3]), sign, texts[4].lstrip("≈ "), " ".join(texts))
    total = table._total.text()
    reader.relation(sum(products), "≈" if total.startswith("≈") else "=", total.lstrip("≈ "), total)


def test_chain_lens_shows_the_check_and_the_next_update(window: MainWindow, until: Until) -> None:
    window.live.set_row(3)
    window.inspector.choose(Place(0, 5, 1))
    _, panel = opened(window)
    until(lambda: "by backprop" in panel.chain.agreement.text() and "→" in panel.chain.before_after.text())
    backprop, measured = panel.chain.agreement.text().removesuffix(" measured").split(" by backprop, ")
    assert number(backprop) == pytest.approx(number(measured), rel=1e-4, abs=1e-9)
    reader = Reader()
    reader.lines([text for text in panel.texts() if " = " in text and ",   " not in text])
    assert not reader.false
    assert reader.exact > 5
    shown = " ".join(panel.texts())
    assert "0.9ᵗ" in shown
    assert "m̂ = " in shown
    assert "^" not in shown


def test_symbols_of_the_update_are_told_in_words_under_the_cursor(window: MainWindow, until: Until) -> None:
    window.model.runs.configure(optimizer="adam")
    window.live.set_row(3)
    window.inspector.choose(Place(0, 5, 1))
    _, panel = opened(window)
    until(lambda: shows_numbers(window))

    def tips() -> dict[str, str]:
        labels = panel.chain.update_lines.findChildren(FormulaLabel)
        return {label.formula.partition(" = ")[0]: label.toolTip() for label in labels}

    until(lambda: "m'" in tips())
    assert ": mean gradient<" in tips()["m'"]
    assert "rate: learning rate, t: number of the update" in next(iter(tips().values()))


def test_path_under_the_cursor_lights_up_in_the_diagram(window: MainWindow, until: Until) -> None:
    window.live.set_row(3)
    window.inspector.choose(Place(0, 5, 1))
    _, panel = opened(window)
    until(lambda: shows_numbers(window))
    before = window.network.graph.grab().toImage()
    panel.chain.paths.hovered.emit(0)
    path = window.network.picker._path
    assert len(path) == 3
    assert window.network.graph.grab().toImage() != before
    panel.chain.paths.hovered.emit(-1)
    assert not window.network.picker._path


def test_batch_mean_comes_from_a_job_over_the_rows_of_the_next_batch(window: MainWindow, until: Until) -> None:
    window.live.set_row(3)
    window.inspector.choose(Place(1, 2, BIAS))
    flow, panel = opened(window)
    flow.set_scope(BATCH)
    until(lambda: any("/ 32" in text for text in panel.texts()))
    reader = Reader()
    reader.lines(panel.texts())
    assert not reader.false


def test_first_click_on_a_neuron_shows_the_numbers_of_the_first_training_row(window: MainWindow, until: Until) -> None:
    dataset = window.model.dataset
    assert dataset is not None
    before = window.model.runs.row
    assert before is None
    click_tile(window, 1, 4)
    _, panel = opened(window)
    until(lambda: shows_numbers(window))
    row = int(dataset.train_rows[0])
    assert window.model.runs.row == row
    assert panel.subject.toolTip().startswith(f"row {row + 1},")
    window.live.set_row(7)
    click_tile(window, 2, 1)
    assert window.model.runs.row == 7


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_journey_begins_with_a_whole_card_and_shows_the_chosen_one(
    window: MainWindow, until: Until, layer: int
) -> None:
    window.resize(1440, 900)
    window.live.set_row(3)
    window.inspector.choose(Place(layer, 0))
    flow, panel = opened(window)
    flow.set_lens("journey")
    until(lambda: shows_numbers(window))
    area = panel._areas["journey"]
    width = area.viewport().width()
    cards = panel.journey.cards_to(layer)
    card = cards[-1]
    assert len(cards) == layer + 2 + (layer == 2), "the outcome belongs to the output"

    def left(one: QWidget) -> int:
        return one.mapTo(area.viewport(), QPoint(0, 0)).x()

    bar = area.horizontalScrollBar()
    until(lambda: left(card) >= 0 and left(card) + card.width() <= width)
    until(lambda: any(left(one) == 0 for one in cards))
    bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    cards[0].setFixedWidth(260)
    until(lambda: cards[0].width() == 260)
    assert bar.value() == 0


def test_missing_row_removed_neuron_and_new_data_are_told_in_words(window: MainWindow, until: Until) -> None:
    click_tile(window, 2, 7)
    flow, panel = opened(window)
    window.live.set_row(None)
    until(lambda: panel.message == NO_ROW)
    window.live.set_row(3)
    until(lambda: shows_numbers(window))
    window.verbs.set_units(1, 3)
    until(lambda: "no longer in the network" in panel.message)
    assert flow.place is None
    assert window.network.picker.place is None
    click_tile(window, 1, 0)
    window.model.load_toy("moons")
    until(lambda: "Another data set" in panel.message)
    window.inspector.choose(Place(INPUTS, 0))
    window.live.set_row(1)
    until(lambda: shows_numbers(window))
    assert panel.lens == "journey"


def test_copy_gives_text_and_latex_of_what_is_shown(window: MainWindow, until: Until) -> None:
    window.live.set_row(3)
    click_tile(window, 1, 0)
    _, panel = opened(window)
    until(lambda: shows_numbers(window))
    panel.copy_text.click()
    text = QApplication.clipboard().text()
    assert panel.neuron.equation.text() in text
    panel.copy_latex.click()
    latex = QApplication.clipboard().text()
    assert latex.startswith("\\begin{aligned}")
    assert "\\tanh" in latex
    for place in (Place(1, 0), Place(0, 1, 0), Place(2, 0), Place(0, 1, BIAS)):
        window.inspector.choose(place)
        until(lambda: bool(panel._formulas()) and panel.message == "")
        for line in panel._formulas():
            compiled(line.latex)


def test_lens_follows_the_training_run(window: MainWindow, until: Until) -> None:
    window.live.set_row(3)
    click_tile(window, 2, 1)
    _, panel = opened(window)
    until(lambda: shows_numbers(window))
    before = panel.neuron.equation.text()
    window.model.runs.send(messages.Run())
    until(lambda: panel.neuron.equation.text() != before)
    window.model.runs.send(messages.Pause())
    until(lambda: window.model.runs.state is RunState.PAUSED)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0024726, 0.9975274, ("0", "1")),
        (0.0474259, 0.9525741, ("0.05", "0.95")),
        (-0.9950548, 0.9950548, ("−1", "1")),
        (0.0, 3.0, ("0", "3")),
        (-192.0, 192.0, ("−190", "190")),
    ],
)
def test_ends_of_an_activations_axis_are_short(low: float, high: float, expected: tuple[str, str]) -> None:
    assert end_texts(low, high) == expected
