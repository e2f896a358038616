"""The caption row: what its buttons ask for, their limits and reasons, keyboard and accessible names."""

import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.network_edits import MAX_HIDDEN_LAYERS, MAX_UNITS
from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnviz.engine.mlp import LayerConfig, MLPConfig, config_for_task
from nnviz.ui.plots.network_buttons import fitting
from nnviz.ui.plots.network_caption import activation_groups
from nnviz.ui.plots.network_caption_places import spread
from nnviz.ui.plots.network_captions import CaptionRow
from nnviz.ui.plots.network_layout import network_layout
from nnviz.ui.plots.network_view import placed
from nnviz.ui.theme import load_fonts


def _config(*hidden: int, activation: str = "tanh") -> MLPConfig:
    return config_for_task("binary", 2, 1, [LayerConfig(units, activation) for units in hidden])


def _show(row: CaptionRow, config: MLPConfig, width: float = 840.0, zoom: float = 1.0) -> None:
    whole = network_layout(config.sizes, width, 592.0)
    row.resize(int(width), row.height())
    row.set_network(config)
    row.arrange(placed(whole, whole.fit * zoom, 0.0, 0.0))


@pytest.fixture
def row(qtbot: QtBot) -> Iterator[CaptionRow]:
    load_fonts()
    widget = CaptionRow()
    qtbot.addWidget(widget)
    _show(widget, _config(8, 6))
    with qtbot.waitExposed(widget):
        widget.show()
    yield widget
    widget.close()


def test_plus_and_minus_ask_for_one_neuron_more_or_less(row: CaptionRow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(row.units_changed) as more:
        QTest.mouseClick(row.captions[1].plus, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(row.units_changed) as fewer:
        QTest.mouseClick(row.captions[0].minus, Qt.MouseButton.LeftButton)
    assert (more.args, fewer.args) == ([1, 7], [0, 7])


def test_circles_ask_for_a_layer_at_their_place(row: CaptionRow, qtbot: QtBot) -> None:
    for index in range(3):
        with qtbot.waitSignal(row.layer_added) as added:
            QTest.mouseClick(row.adders[index], Qt.MouseButton.LeftButton)
        assert added.args == [index]


def test_menu_offers_every_hidden_activation_and_marks_the_present_one(row: CaptionRow, qtbot: QtBot) -> None:
    entries = [action for action in row.captions[1].menu.actions() if action.text() and action.isEnabled()]
    actions = {action.text().split("\t")[0]: action for action in entries}
    labels = [ACTIVATIONS[key].label for keys in activation_groups().values() for key in keys]
    edits = ["Add a neuron", "Remove a neuron", "Add a layer before it", "Add a layer after it", "Move it left"]
    assert [name for name in actions if "Show" not in name] == [*labels, *edits, "Remove this layer"]
    assert {action.data() for action in entries if action.data()} == set(HIDDEN_ACTIVATIONS)
    assert [name for name, action in actions.items() if action.isChecked()] == ["tanh"]
    with qtbot.waitSignal(row.activation_changed) as changed:
        actions["ReLU"].trigger()
    assert changed.args == [1, "relu"]
    with qtbot.waitSignal(row.layer_removed) as removed:
        actions["Remove this layer"].trigger()
    assert removed.args == [1]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_clicking_the_text_opens_the_menu(row: CaptionRow, qtbot: QtBot) -> None:
    QTest.mouseClick(row.captions[0].text, Qt.MouseButton.LeftButton)
    assert row.captions[0].menu.isVisible()
    row.captions[0].menu.close()


def test_network_set_again_changes_the_texts_and_not_the_widgets(row: CaptionRow) -> None:
    first = row.captions[0]
    _show(row, _config(9, 6, activation="relu"))
    assert row.captions[0] is first
    assert first.text.text() == "Hidden 1 · 9 · ReLU"
    assert [a.data() for a in row.captions[0].menu.actions() if a.isChecked()] == ["relu"]
    assert len(row.captions) == 2


def test_removed_layer_takes_its_caption_out_of_sight(row: CaptionRow) -> None:
    _show(row, _config(8))
    assert [caption.isVisible() for caption in row.captions] == [True, False]
    assert [adder.isVisible() for adder in row.adders] == [True, True, False]
    _show(row, _config(8, 4, 2))
    assert [caption.isVisible() for caption in row.captions] == [True] * 3


def test_limits_disable_buttons_and_say_why(row: CaptionRow) -> None:
    _show(row, _config(1, MAX_UNITS))
    assert not row.captions[0].minus.isEnabled()
    assert "at least 1 neuron" in row.captions[0].minus.toolTip()
    assert not row.captions[1].plus.isEnabled()
    assert str(MAX_UNITS) in row.captions[1].plus.toolTip()
    assert row.captions[0].plus.isEnabled()
    assert all(adder.isEnabled() for adder in row.adders)
    _show(row, _config(*[8] * MAX_HIDDEN_LAYERS))
    assert not any(adder.isEnabled() for adder in row.adders)
    assert str(MAX_HIDDEN_LAYERS) in row.adders[0].toolTip()


def test_keyboard_reaches_and_presses_every_button(row: CaptionRow, qtbot: QtBot) -> None:
    asked: list[tuple[int, ...]] = []
    row.layer_added.connect(lambda index: asked.append((index,)))
    row.units_changed.connect(lambda index, units: asked.append((index, units)))
    row.adders[0].setFocus()
    order: list[QWidget | None] = []
    for _ in range(9):
        order.append(row.focusWidget())
        if row.focusWidget() not in (row.captions[0].text, row.captions[1].text):
            QTest.keyClick(row.focusWidget(), Qt.Key.Key_Space)
        row.focusNextChild()
    captions = [[caption.text, caption.minus, caption.plus] for caption in row.captions]
    assert order == [row.adders[0], *captions[0], row.adders[1], *captions[1], row.adders[2]]
    assert asked == [(0,), (0, 7), (0, 9), (1,), (1, 5), (1, 7), (2,)]


def test_every_button_has_a_name_of_its_own(row: CaptionRow) -> None:
    buttons = [*row.adders, *(b for caption in row.captions for b in (caption.text, caption.minus, caption.plus))]
    names = [button.accessibleName() for button in buttons]
    assert all(names)
    assert len(set(names)) == len(names)
    assert "Add a neuron to hidden layer 2" in names


@pytest.mark.parametrize("width", [560.0, 620.0, 840.0, 1600.0])
@pytest.mark.parametrize("hidden", [(), (8,), (8, 8), (512, 512, 512), (8,) * 12])
def test_captions_and_circles_never_overlap(row: CaptionRow, width: float, hidden: tuple[int, ...]) -> None:
    _show(row, _config(*hidden, activation="identity"), width)
    boxes = [(box.left(), box.right()) for box, _ in row._ends]
    children = [*row.captions[: len(hidden)], *[adder for adder in row.adders if not adder.isHidden()]]
    boxes += [(child.x(), child.x() + child.width()) for child in children]
    boxes.sort()
    assert boxes[0][0] >= 0
    assert boxes[-1][1] <= row.width()
    assert all(after[0] >= before[1] for before, after in itertools.pairwise(boxes))


def test_where_there_is_no_room_for_buttons_the_menu_does_all(row: CaptionRow, qtbot: QtBot) -> None:
    _show(row, _config(*[8] * 12))
    caption = row.captions[4]
    assert caption.minus.isHidden()
    assert all(adder.isHidden() for adder in row.adders)
    shown, _ = fitting(caption.text._texts, caption.text.width() - 8)
    assert shown == "8"
    actions = {action.text().split("\t")[0]: action for action in caption.menu.actions()}
    for name, signal, args in (
        ("Add a neuron", row.units_changed, [4, 9]),
        ("Remove a neuron", row.units_changed, [4, 7]),
        ("Move it left", row.layer_moved, [4, 3]),
        ("Move it right", row.layer_moved, [4, 5]),
    ):
        with qtbot.waitSignal(signal) as asked:
            actions[name].trigger()
        assert asked.args == args
    assert not actions["Add a layer before it"].isEnabled()  # twelve are the most
    _show(row, _config(*[8] * 12), zoom=4.0)
    assert not caption.minus.isHidden()


def test_menu_adds_a_layer_before_and_after(row: CaptionRow, qtbot: QtBot) -> None:
    actions = {action.text(): action for action in row.captions[1].menu.actions()}
    for name, index in (("Add a layer before it", 1), ("Add a layer after it", 2)):
        with qtbot.waitSignal(row.layer_added) as added:
            actions[name].trigger()
        assert added.args == [index]


def test_menu_groups_activations_by_whether_their_output_is_bounded_and_gives_their_formulas(row: CaptionRow) -> None:
    groups = activation_groups()
    assert groups["Within bounds"] == ("tanh", "sigmoid", "softsign", "hard_sigmoid", "sine", "gaussian")
    assert sorted(key for keys in groups.values() for key in keys) == sorted(HIDDEN_ACTIVATIONS)
    actions = {action.data(): action for action in row.captions[0].menu.actions() if action.data()}
    assert actions["relu"].text() == "ReLU\ta = max(0, z)"
    assert actions["gaussian"].text() == "Gaussian\ta = exp(−z²)"
    assert all(ACTIVATIONS[key].source.split()[0].strip(",") in action.toolTip() for key, action in actions.items())


@pytest.mark.parametrize("width", [560.0, 840.0])
@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
def test_name_of_an_activation_is_shown_whole_or_not_at_all(row: CaptionRow, width: float, activation: str) -> None:
    for hidden in ((512,), (512, 512), (512, 512, 512), (8,) * 12):
        _show(row, _config(*hidden, activation=activation), width)
        text = row.captions[0].text
        shown, _ = fitting(text._texts, text.width() - 8)
        assert ACTIVATIONS[activation].label in shown or shown == str(hidden[0])
        assert ACTIVATIONS[activation].label in shown or not row.captions[0].plus.isVisible()


def test_spread_keeps_boxes_apart_and_near_their_centres() -> None:
    lefts = spread([100.0, 200.0, 300.0], [40.0, 40.0, 180.0], 10.0, 8.0, 360.0)
    rights = [left + width for left, width in zip(lefts, [40.0, 40.0, 180.0], strict=True)]
    assert lefts[0] == 80.0
    assert rights[-1] == 360.0
    assert all(left - right >= 10.0 for right, left in zip(rights[:-1], lefts[1:], strict=True))


def test_spread_without_room_keeps_the_order_and_starts_at_the_left() -> None:
    lefts = spread([50.0, 60.0], [100.0, 100.0], 10.0, 8.0, 120.0)
    assert lefts == [8.0, 118.0]
