"""No header covers its title: its controls say less, then fold into a menu, at any width and size of text."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.edge_values import CHANGE, GRADIENT
from nnviz.data.infer import guess
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.run.state import RunState
from nnviz.ui.banner import Banner
from nnviz.ui.dialogs.csv_draft import ImportDraft
from nnviz.ui.dialogs.csv_preview import PreviewTable
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.panels.network_empty import EmptyTarget
from nnviz.ui.panels.network_header import INSET, TITLE_TEXT, NetworkHeader
from nnviz.ui.panels.tabs_confusion import ConfusionPage
from nnviz.ui.panels.training import TrainingStrip
from nnviz.ui.plots.network_legend import NetworkLegend
from nnviz.ui.segments import give_way
from nnviz.ui.status import StatusBar
from nnviz.ui.theme import CONTRAST, SEMIBOLD, TITLE, font, load_fonts
from nnviz.ui.type_scale import set_factor


@pytest.fixture(params=[1.0, 1.5, 2.0, 3.0])
def times(request: pytest.FixtureRequest) -> Iterator[float]:
    load_fonts()
    set_factor(request.param)
    yield request.param
    set_factor(1.0)


def test_parts_give_way_in_their_order_and_only_as_far_as_needed() -> None:
    widths = {"a": 30, "b": 20, "c": 50}
    gone: set[str] = set()

    def step(part: str, away: bool) -> None:
        (gone.add if away else gone.discard)(part)

    steps = [lambda away, part=part: step(part, away) for part in "abc"]

    def needed() -> int:
        return sum(width for part, width in widths.items() if part not in gone)

    assert (give_way(100, needed, steps), gone) == (0, set())
    assert (give_way(70, needed, steps), gone) == (1, {"a"})
    assert (give_way(10, needed, steps), gone) == (3, {"a", "b", "c"})
    assert (give_way(100, needed, steps), gone) == (0, set())


def _nothing() -> None:
    """Do nothing when a button of a message is pressed."""


def _header(parent: QWidget, width: int) -> NetworkHeader:
    header = NetworkHeader(parent)
    header.show_sizes((10, 8, 8, 3))
    header.resize(width, header.height())
    parent.show()
    header.set_theme(CONTRAST)
    QApplication.processEvents()
    return header


@pytest.mark.parametrize("width", [560, 700, 1200])
def test_controls_of_the_network_leave_its_title_free_and_none_is_squeezed(
    qtbot: QtBot, times: float, width: int
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    header = _header(parent, width)
    title = INSET + QFontMetricsF(font(TITLE, SEMIBOLD)).horizontalAdvance(TITLE_TEXT)
    shown = [button for button in header.findChildren(QToolButton) if button.isVisible()]
    assert shown
    for button in shown:
        left = button.mapTo(header, button.rect().topLeft()).x()
        assert left > title, (times, button.text())
        assert button.width() >= button.sizeHint().width(), (times, button.text())
        assert left + button.width() <= width


def test_folded_choices_are_all_in_the_menu_and_do_the_same(qtbot: QtBot, request: pytest.FixtureRequest) -> None:
    set_factor(3.0)
    request.addfinalizer(lambda: set_factor(1.0))
    parent = QWidget()
    qtbot.addWidget(parent)
    header = _header(parent, 380)
    folded = header.modes.folded
    assert folded.isVisible()
    assert not header.fit.isVisible()
    assert folded.text().startswith("Weight")
    folded.menu().aboutToShow.emit()
    actions = {action.text(): action for action in folded.menu().actions() if not action.isSeparator()}
    assert list(actions) == ["Weight", "Gradient", "Change", "Flow", "Diagram", "Matrix", "Fit"]
    wanted: list[str] = []
    header.modes.mode_changed.connect(wanted.append)
    actions["Gradient"].trigger()
    assert wanted == [GRADIENT]
    header.modes.set_mode(CHANGE)
    assert folded.text().startswith("Change")
    with qtbot.waitSignal(header.matrix_toggled):
        actions["Matrix"].trigger()


def test_strip_squeezes_nothing_at_any_size_of_text(qtbot: QtBot, times: float) -> None:
    strip = TrainingStrip()
    qtbot.addWidget(strip)
    strip.set_theme(CONTRAST)
    strip.set_state(RunState.PAUSED)
    strip.resize(1440, strip.height())
    strip.show()
    QApplication.processEvents()
    assert strip.minimumSizeHint().width() <= 1440, times
    run = next(button for button in strip.findChildren(QToolButton) if button.accessibleName() == "Run")
    assert run.width() >= run.minimumSizeHint().width() or run.toolButtonStyle() is (
        Qt.ToolButtonStyle.ToolButtonIconOnly
    )


def test_status_bar_cuts_nothing(qtbot: QtBot, times: float) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.setStyleSheet(f"font-size: {round(11 * times)}px")
    bar.resize(1280, bar.height())
    bar.show()
    bar.set_state(RunState.PAUSED)
    bar.show_hint("Ready: Space starts training.", RunState.RUNNING)
    bar.set_speeds(123456.0, 60.0)
    QApplication.processEvents()
    for label in bar._all:
        if label.isVisible():
            assert label.width() >= label.sizeHint().width(), (times, label.text())
            assert label.geometry().right() <= bar.width()
    assert bar._state_label.isVisible()


def test_hint_goes_when_the_run_is_in_the_state_it_led_to(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_hint("Ready: Space starts training.", RunState.RUNNING)
    bar.set_state(RunState.READY)
    assert bar._hint.text()
    bar.set_state(RunState.RUNNING)
    assert not bar._hint.text()


def test_messages_without_room_wait_and_the_newest_is_whole(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.resize(400, 300)
    banner.show_message("warning", "An older one. " * 10)
    banner.show_message("error", "The newest. " * 10, [("Train on from the initial weights", _nothing)])
    assert len(banner.bars) == 2
    banner.set_room(60)
    assert [bar.label.text()[:10] for bar in banner.bars] == ["The newest"]
    banner.bars[0].cross.click()
    assert [bar.label.text()[:8] for bar in banner.bars] == ["An older"]


def test_buttons_of_a_message_stand_below_each_other_where_they_do_not_fit(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("error", "Stopped.", [("Train on from the initial weights", _nothing), ("Reset", _nothing)])
    banner.resize(600, 80)
    banner.show()
    wide, reset = banner.bars[0].findChildren(QPushButton)
    qtbot.waitUntil(lambda: wide.y() == reset.y() and wide.x() < reset.x())
    banner.resize(260, 120)
    qtbot.waitUntil(lambda: wide.y() < reset.y())


@pytest.mark.parametrize("size", [(560, 280), (840, 700)])
def test_empty_target_keeps_its_buttons_apart_and_inside(qtbot: QtBot, times: float, size: tuple[int, int]) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    target = EmptyTarget(parent)
    target.set_theme(CONTRAST)
    target.resize(*size)
    parent.resize(*size)
    parent.show()
    QApplication.processEvents()
    boxes = [button.geometry() for button in target.buttons if button.isVisible()]
    assert boxes, times
    for place, box in enumerate(boxes):
        assert box.bottom() <= size[1]
        assert not any(box.intersects(other) for other in boxes[place + 1 :])


def test_empty_target_offers_a_file_samples_and_an_example(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    target = EmptyTarget(parent)
    for button, signal in (
        (target.open, target.open_wanted),
        (target.samples, target.samples_wanted),
        (target.example, target.example_wanted),
    ):
        with qtbot.waitSignal(signal):
            button.click()


@pytest.mark.parametrize("width", [560, 760, 1000])
def test_legend_of_the_network_cuts_nothing_at_its_right_edge(qtbot: QtBot, times: float, width: int) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    legend = NetworkLegend(parent)
    legend.set_theme(CONTRAST)
    legend.set_parameters(1234)
    legend.set_scale(12.5)
    legend.set_diagram(5.0, bands=True)
    legend.resize(width, legend.height())
    parent.resize(width, legend.height())
    parent.show()
    image = legend.grab().toImage()
    edge = {image.pixel(x, y) for x in range(width - 8, width) for y in range(legend.height())}
    assert len(edge) == 1, times


@pytest.mark.parametrize("large", [1.0, 2.0, 3.0])
def test_map_in_little_height_keeps_its_side_and_drops_the_legend(
    qtbot: QtBot, request: pytest.FixtureRequest, large: float
) -> None:
    load_fonts()
    set_factor(large)
    request.addfinalizer(lambda: set_factor(1.0))
    parent = QWidget()  # which holds no panel to its least height, as a full column does not
    qtbot.addWidget(parent)
    panel = DecisionPanel(CONTRAST, parent)
    panel.set_dataset(toy_dataset("spiral"))
    panel.resize(round(360 * large), round(150 * large))
    parent.show()
    assert panel.surface.square.width() >= 60 * large
    assert not panel.held.isVisible()
    assert panel.surface.square.bottom() <= panel.surface.height()
    panel.resize(round(360 * large), round(420 * large))
    assert panel.held.isVisible()


def test_tab_without_height_gives_it_to_the_picture(qtbot: QtBot) -> None:
    parent = QWidget()  # which holds no page to its least height, as a column does not
    qtbot.addWidget(parent)
    page = ConfusionPage(CONTRAST, parent)
    page.say("")
    page.resize(360, 200)
    parent.show()
    head = page._head_box
    assert head is not None
    assert head.isVisible()
    page.resize(360, 60)
    assert not head.isVisible()


@pytest.mark.parametrize(("height", "last"), [(120, 1), (260, 3), (60, 0)])
def test_preview_of_a_file_shows_first_rows_at_any_height(qtbot: QtBot, height: int, last: int) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    preview = PreviewTable(parent)
    values = np.arange(200.0)
    columns = (Column("a", "float", values), Column("b", "integer", values % 2))
    table = Table("a.csv", None, columns, 200, NO_DIALECT, (), ())
    preview.set_draft(ImportDraft(table, guess(table, "b"), {}))
    preview.resize(400, height)
    parent.show()
    rows = [row for row in range(preview.preview.rowCount()) if not preview.last.isRowHidden(row)]
    assert len(rows) == last
    assert preview.last.isVisible() == (last > 0)
    assert not rows or preview.preview.table_row(rows[-1]) == 199
