"""The comparison in the real window: by keys and the mouse, read off its labels, and put away."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.app.comparison import compare
from nnviz.app.map_difference import RESOLUTION, MapDifference
from nnviz.app.weight_text import weight_text
from nnviz.data.toy_datasets import toy_dataset
from nnviz.run import messages
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.compare import NO_DIFFERENCE, ComparePanel
from nnviz.ui.panels.compare_flow import NOTHING_KEPT, SAME
from nnviz.ui.plots.difference import DifferenceChart, DifferenceLegend, signed_text
from nnviz.ui.theme import DARK, LIGHT
from tests.app.test_comparison import shown_of, side
from tests.ui.test_time_rail import now

Until = Callable[[Callable[[], bool]], None]
Key = Qt.Key


@pytest.fixture
def window(open_window: Callable[..., MainWindow], until: Until) -> MainWindow:
    window = open_window()
    train(window, until, 8)
    return window


def train(window: MainWindow, until: Until, count: int) -> None:
    for _ in range(count):
        epoch = now(window).epoch
        window.model.runs.send(messages.StepEpoch())
        until(lambda epoch=epoch: stands(window) and now(window).epoch == epoch + 1)  # type: ignore[misc]


def stands(window: MainWindow) -> bool:
    return window.model.runs.state is RunState.PAUSED and now(window).state is RunState.PAUSED


def panel_of(window: MainWindow) -> ComparePanel:
    return window.verbs.looks.comparison.panel


def kept(window: MainWindow, until: Until) -> Snapshot:
    """Keep the moment that is shown, by the key of the rail."""
    snapshot = now(window)
    QTest.keyClick(window.rail.panel.track, Key.Key_C)
    until(lambda: SAME in panel_of(window).message)
    return snapshot


def gone_to(window: MainWindow, until: Until, key: Key) -> Snapshot:
    """Walk by a key of the rail, and wait for what is compared then."""
    before = now(window).moment
    QTest.keyClick(window.rail.panel.track, key)
    until(lambda: now(window).moment != before and now(window).history.last is not None)
    until(lambda: (found := panel_of(window).comparison) is not None and found.second.step == now(window).step)
    return now(window)


def test_two_moments_are_compared_by_keys_alone(window: MainWindow, until: Until) -> None:
    first = kept(window, until)
    assert panel_of(window).message.startswith("Epoch 8")
    second = gone_to(window, until, Key.Key_Home)
    panel = panel_of(window)
    assert panel.subject.wording.startswith("Epoch 8 \N{RIGHTWARDS ARROW} epoch 0 · another class on ")
    rows = {row[0]: row[1:] for row in panel.figures.table.rows}
    ends = [one.history.last for one in (first, second)]
    assert rows["Training loss"] == tuple(weight_text(one.train_loss) for one in ends if one is not None)
    assert NO_DIFFERENCE in panel.figures.table.rows
    found = panel.comparison
    assert found is not None
    for text, weight in zip(panel.weights.table.rows, found.weights, strict=True):
        assert text[:3] == weight.texts[:3]
    assert window.rail.panel.track.words_at(window.rail.panel.track.x_of(first.step)).endswith("compared with")
    QTest.keyClick(panel.figures, Key.Key_Escape)
    assert not panel.isVisible()


def test_losses_and_settings_are_read_whole_in_a_small_window(window: MainWindow, until: Until) -> None:
    window.resize(1280, 720)
    kept(window, until)
    gone_to(window, until, Key.Key_Home)
    figures = panel_of(window).figures
    needed = sum(figures.sizeHintForColumn(column) for column in range(3))
    until(lambda: figures.viewport().width() >= needed)
    assert figures.columnWidth(0) >= figures.sizeHintForColumn(0)


def test_a_weight_that_is_walked_to_is_selected_and_enter_looks_at_it(window: MainWindow, until: Until) -> None:
    kept(window, until)
    gone_to(window, until, Key.Key_Home)
    panel, found = panel_of(window), panel_of(window).comparison
    assert found is not None
    panel.weights.setFocus()
    panel.weights.selectRow(2)
    assert window.network.picker.place == found.weights[2].place
    assert panel.isVisible()
    QTest.keyClick(panel.weights, Key.Key_Return)
    until(lambda: window.inspector.is_open)
    assert window.inspector.place == found.weights[2].place
    assert not panel.isVisible()


def test_what_a_branch_left_behind_is_compared_with_and_only_what_differs_is_told(
    window: MainWindow, until: Until
) -> None:
    kept(window, until)
    gone_to(window, until, Key.Key_Left)
    window.model.runs.configure(learning_rate=0.5)
    train(window, until, 1)
    panel = panel_of(window)
    until(panel.runs.isVisible)
    (action,) = panel._menu.actions()
    assert action.text() == "Run 1, epoch 8"
    action.trigger()
    until(lambda: (one := panel.comparison) is not None and (one.first.run, one.second.step) == (1, now(window).step))
    assert panel.subject.wording.startswith("Run 1, epoch 8 \N{RIGHTWARDS ARROW} run 2, epoch 8")
    settings = [row for row in panel.figures.table.rows if row[0][0].islower()]
    assert [(row[0], row[2]) for row in settings] == [("learning rate", "0.5")]


def test_what_cannot_be_compared_is_said_where_it_would_be_shown(window: MainWindow, until: Until) -> None:
    window.rail.panel.compare.click()
    panel = panel_of(window)
    until(lambda: panel.message == NOTHING_KEPT)
    window.rail.panel.compare.click()
    assert not panel.isVisible()
    kept(window, until)
    window.model.load_toy("moons")
    until(lambda: "other data" in panel.message)
    panel.keep.click()
    until(lambda: SAME in panel.message)


def test_one_drawer_is_open_at_a_time(window: MainWindow, until: Until) -> None:
    kept(window, until)
    window.verbs.looks.magnify()
    until(lambda: window.verbs.looks.microscope.is_open)
    assert not panel_of(window).isVisible()
    window.rail.panel.compare.click()
    assert [panel_of(window).isVisible(), window.verbs.looks.microscope.is_open] == [True, False]
    window.verbs.looks.inspect()
    assert not panel_of(window).isVisible()
    assert window.inspector.is_open


def test_names_give_way_to_figures_where_there_is_little_room(window: MainWindow, until: Until) -> None:
    kept(window, until)
    gone_to(window, until, Key.Key_Home)
    weights = panel_of(window).weights
    weights.resize(230, 200)
    heads = weights.horizontalHeader()
    assert sum(heads.sectionSize(column) for column in range(heads.count())) <= max(
        weights.viewport().width(), 70 + sum(weights._natural[1:])
    )
    assert [heads.sectionSize(column) for column in range(1, heads.count())] == weights._natural[1:]


# The chart alone


@pytest.fixture
def difference() -> MapDifference:
    dataset = toy_dataset("spiral", n=40)
    found = compare(side(dataset, 1), side(dataset, 2, step=10), shown_of(dataset), 1).map
    assert found is not None
    return found


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_card_reads_both_answers_off(qtbot: QtBot, difference: MapDifference, theme: object) -> None:
    chart = DifferenceChart(theme)  # type: ignore[arg-type]
    qtbot.addWidget(chart)
    chart.resize(300, 260)
    chart.show()
    chart.show_difference(difference)
    row, column = 20, 40
    x = difference.x.low + (column + 0.5) / RESOLUTION * (difference.x.high - difference.x.low)
    y = difference.y.low + (row + 0.5) / RESOLUTION * (difference.y.high - difference.y.low)
    found = chart.card_at(chart.to_pixels(x, y))
    assert found is not None
    before, after = difference.before[row, column], difference.after[row, column]
    assert found[0].splitlines()[2:] == [
        f"P(B)  {100 * before:.1f} % \N{RIGHTWARDS ARROW} {100 * after:.1f} %",
        signed_text(after - before, percent=True),
    ]
    assert chart.card_at(QPointF(-5, -5)) is None
    chart.walk(Key.Key_Right)
    assert chart.walk(Key.Key_Up) is not None


def test_the_legend_says_what_the_colours_mean(qtbot: QtBot, difference: MapDifference) -> None:
    legend = DifferenceLegend(DARK)
    qtbot.addWidget(legend)
    legend.show_difference(difference)
    span = f"{100 * difference.span:.1f} %"
    assert legend.words() == f"change of P(B): \N{MINUS SIGN}{span} to +{span}"
    same = replace(difference, after=difference.before, span=0.0)
    legend.show_difference(same)
    assert legend.words() == "change of P(B): nothing changed on this map"
    chart = DifferenceChart(DARK)
    qtbot.addWidget(chart)
    chart.show_difference(same)
    assert np.array_equal(same.values, np.zeros((RESOLUTION, RESOLUTION)))
    chart.show_difference(None)
    assert chart.walk(Key.Key_Right) is None
