"""Facts about the data dock: what it shows and what it asks for."""

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.column_summary import ColumnSummary, summarise
from nnviz.app.settings import Settings
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Rejected, Table
from nnviz.data.toy_datasets import TOY_DATASETS, toy_dataset
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.data import DataPanel
from nnviz.ui.panels.data_columns import ROW_HEIGHT, chip_rect
from nnviz.ui.panels.data_toys import SIDE, thumbnail_points
from nnviz.ui.theme import CAPTION, DARK, LIGHT, font

# Said of every menu by the offscreen platform.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def measured(n: int = 48, *, rejected: int = 0) -> Dataset:
    rng = np.random.default_rng(0)
    height = rng.normal(0.0, 25.0, n)
    height[:5] = np.nan
    letters = np.array(["A", "B"], dtype=object)[np.arange(n) % 2]
    letters[3] = None
    colours = np.array(["<b>red</b>", "green", "blue"], dtype=object)[np.arange(n) % 3]
    columns = (
        Column("height", "float", height),
        Column("width", "float", rng.normal(size=n)),
        Column("colour", "string", colours),
        Column("note", "string", np.array([f"n{i}" for i in range(n)], dtype=object)),
        Column("<i>arm</i>", "string", letters),
    )
    refused = tuple(Rejected(i + 2, "too short", "x") for i in range(rejected))
    table = Table("m.csv", Path("/data/m.csv"), columns, n, NO_DIALECT, refused, ("late decimal",) * bool(rejected))
    roles = {"height": "feature", "colour": "feature", "note": "ignore", "<i>arm</i>": "target"}
    return build_dataset(table, ImportChoices("<i>arm</i>", "binary", roles, validation_fraction=0.3))  # type: ignore[arg-type]


def open_menu() -> QMenu:
    menus = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMenu) and widget.isVisible()]
    assert len(menus) == 1
    return menus[0]


def texts(panel: DataPanel) -> list[str]:
    model = panel.columns.model()
    return [str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())]


def test_every_toy_set_and_the_pencil_have_a_thumbnail(data_panel: DataPanel) -> None:
    model = data_panel.toys.model()
    assert model.rowCount() == len(TOY_DATASETS) + 1 == 12
    places = {data_panel.toys.visualRect(model.index(row, 0)).topLeft().toTuple() for row in range(12)}
    assert len(places) == 12
    assert len({y for _, y in places}) == 3


@pytest.mark.parametrize("width", [220, 240, 320])
def test_toy_sets_stand_in_three_rows_at_any_width(data_panel: DataPanel, width: int) -> None:
    data_panel.resize(width, 752)
    QApplication.processEvents()
    model = data_panel.toys.model()
    rects = [data_panel.toys.visualRect(model.index(row, 0)) for row in range(12)]
    assert len({rect.y() for rect in rects}) == 3
    assert max(rect.right() for rect in rects) < data_panel.toys.viewport().width()


def test_click_on_a_thumbnail_chooses_that_toy(data_panel: DataPanel, qtbot: QtBot) -> None:
    place = data_panel.toys.visualRect(data_panel.toys.model().index(3, 0)).center()
    with qtbot.waitSignal(data_panel.toy_chosen) as caught:
        QTest.mouseClick(data_panel.toys.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == ["spiral"]


def test_arrow_and_enter_choose_a_toy_by_keyboard(data_panel: DataPanel, qtbot: QtBot) -> None:
    data_panel.toys.setFocus(Qt.FocusReason.TabFocusReason)
    data_panel.toys.setCurrentIndex(data_panel.toys.model().index(0, 0))
    QTest.keyClick(data_panel.toys, Qt.Key.Key_Right)
    with qtbot.waitSignal(data_panel.toy_chosen) as caught:
        QTest.keyClick(data_panel.toys, Qt.Key.Key_Return)
    assert caught.args == ["xor"]


def test_pencil_asks_to_draw_and_is_outlined_while_there_is_a_drawing(data_panel: DataPanel, qtbot: QtBot) -> None:
    toys = data_panel.toys
    pencil = toys.model().index(len(TOY_DATASETS), 0)
    assert "Draw your own points" in str(pencil.data(Qt.ItemDataRole.AccessibleTextRole))
    with qtbot.waitSignal(toys.draw_chosen), qtbot.assertNotEmitted(toys.toy_chosen):
        QTest.mouseClick(toys.viewport(), Qt.MouseButton.LeftButton, pos=toys.visualRect(pencil).center())
    before = toys.grab().toImage()
    toys.set_drawing(shown=True)
    assert toys.grab().toImage() != before


def test_toy_in_use_is_outlined(data_panel: DataPanel) -> None:
    data_panel.set_dataset(measured())
    before = data_panel.toys.grab().toImage()
    data_panel.set_dataset(toy_dataset("moons"))
    assert data_panel.toys.grab().toImage() != before


def test_drop_target_asks_to_open_a_file(data_panel: DataPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(data_panel.open_requested):
        QTest.mouseClick(data_panel.drop_target, Qt.MouseButton.LeftButton)


def test_empty_panel_shows_neither_columns_nor_row(data_panel: DataPanel) -> None:
    assert not data_panel.columns.isVisible()
    data_panel.set_dataset(measured())
    assert data_panel.columns.isVisible()
    data_panel.set_dataset(None)
    assert not data_panel.columns.isVisible()


def test_columns_say_note_and_role(data_panel: DataPanel) -> None:
    data_panel.set_dataset(measured())
    assert texts(data_panel) == [
        "height, 5 missing, Feature",
        "width, complete, Ignore",
        "colour, complete, Feature",
        "note, complete, Ignore",
        "<i>arm</i>, 1 missing, Target",
    ]


def test_name_is_literal_in_the_tooltip(data_panel: DataPanel) -> None:
    data_panel.set_dataset(measured())
    tip = str(data_panel.columns.model().index(4, 0).data(Qt.ItemDataRole.ToolTipRole))
    assert "&lt;i&gt;arm&lt;/i&gt;" in tip
    assert "<i>" not in tip


def test_chip_menu_changes_a_role(data_panel: DataPanel, qtbot: QtBot) -> None:
    data_panel.set_dataset(measured())
    box = data_panel.columns.visualRect(data_panel.columns.model().index(1, 0))
    QTest.mouseClick(data_panel.columns.viewport(), Qt.MouseButton.LeftButton, pos=chip_rect(box).center())
    menu = open_menu()
    assert [action.text() for action in menu.actions()] == ["Feature", "Ignore", "Target"]
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Ignore"]
    with qtbot.waitSignal(data_panel.role_chosen) as caught:
        menu.actions()[0].trigger()
    assert caught.args == ["width", "feature"]
    menu.close()


def test_choosing_the_role_it_has_asks_for_nothing(data_panel: DataPanel, qtbot: QtBot) -> None:
    data_panel.set_dataset(measured())
    data_panel.columns.open_menu(1)
    menu = open_menu()
    with qtbot.assertNotEmitted(data_panel.role_chosen):
        menu.actions()[1].trigger()
    menu.close()


def test_target_keeps_its_role_until_another_is_named(data_panel: DataPanel) -> None:
    data_panel.set_dataset(measured())
    data_panel.columns.open_menu(4)
    menu = open_menu()
    assert [action.text() for action in menu.actions()] == ["Target"]
    menu.close()


def test_click_beside_the_chip_opens_nothing(data_panel: DataPanel, qtbot: QtBot) -> None:
    data_panel.set_dataset(measured())
    box = data_panel.columns.visualRect(data_panel.columns.model().index(1, 0))
    QTest.mouseClick(data_panel.columns.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(20, 10))
    assert not any(isinstance(w, QMenu) and w.isVisible() for w in QApplication.topLevelWidgets())


def test_enter_on_a_column_opens_its_menu(data_panel: DataPanel, qtbot: QtBot) -> None:
    data_panel.set_dataset(measured())
    data_panel.columns.setCurrentIndex(data_panel.columns.model().index(0, 0))
    QTest.keyClick(data_panel.columns, Qt.Key.Key_Return)
    open_menu().close()


def test_locked_panel_opens_no_menu_and_moves_no_split(data_panel: DataPanel) -> None:
    data_panel.set_dataset(measured())
    data_panel.set_enabled_editing(False)
    data_panel.columns.open_menu(0)
    assert not any(isinstance(w, QMenu) and w.isVisible() for w in QApplication.topLevelWidgets())
    assert not data_panel.split.slider.isEnabled()
    data_panel.set_enabled_editing(True)
    assert data_panel.split.slider.isEnabled()


def test_rejected_and_dropped_rows_are_told(data_panel: DataPanel, qtbot: QtBot) -> None:
    data_panel.set_dataset(measured(rejected=3))
    assert data_panel.doubts.text() == "3 rows rejected, 1 warning – show"
    assert data_panel.doubts.height() >= 18
    assert re.search(r"\{[^{}]*min-height: 18px;[^{}]*\}", data_panel.doubts.styleSheet())
    assert data_panel.dropped.text() == "1 row without a target left out"
    with qtbot.waitSignal(data_panel.rejected_requested):
        QTest.mouseClick(data_panel.doubts, Qt.MouseButton.LeftButton)
    data_panel.set_dataset(toy_dataset("xor"))
    assert not data_panel.doubts.isVisible()
    assert not data_panel.dropped.isVisible()


def test_theme_changes_every_part(data_panel: DataPanel) -> None:
    data_panel.set_dataset(measured())
    data_panel.set_row(4)
    data_panel.set_theme(DARK)
    dark = data_panel.grab().toImage()
    data_panel.set_theme(LIGHT)
    assert data_panel.grab().toImage() != dark


def test_ten_thousand_columns_are_summarised_only_in_sight(
    data_panel: DataPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def counting(dataset: Dataset, name: str) -> ColumnSummary:
        seen.append(name)
        return summarise(dataset, name)

    monkeypatch.setattr("nnviz.ui.panels.data_columns.summarise", counting)
    columns = tuple(Column(f"c{i}", "float", np.arange(6.0) * i) for i in range(10_000))
    target = Column("y", "float", np.arange(6.0) + 0.5)
    table = Table("wide.csv", None, (*columns, target), 6, NO_DIALECT)
    roles = {"c1": "feature", "y": "target"}
    data_panel.set_dataset(build_dataset(table, ImportChoices("y", "regression", roles)))  # type: ignore[arg-type]
    data_panel.grab()
    assert 0 < len(set(seen)) < 40
    data_panel.columns.scrollToBottom()
    data_panel.grab()
    assert "y" in seen
    assert len(set(seen)) < 80


@pytest.mark.parametrize("name", ["checkerboard", "waves", "steps"])
def test_thumbnail_of_the_newer_toys_shows_every_class_or_both_ends_of_the_values(name: str) -> None:
    points, answers = thumbnail_points(name)
    assert np.abs(points).max() == 1.0
    if TOY_DATASETS[name].task == "regression":
        assert answers.min() < -0.9
        assert answers.max() > 0.9
    else:
        assert set(answers.tolist()) == {0.0, 1.0}


@pytest.mark.parametrize(("height", "rows", "columns"), [(720, 2 * 36, 4), (900, 3 * 70, 4)])
def test_thumbnails_are_small_in_a_low_window_and_the_columns_seen(
    qtbot: QtBot, height: int, rows: int, columns: int
) -> None:
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.resize(1180, height)
    window.show()
    window.data.set_dataset(measured(rejected=3))
    QApplication.processEvents()
    toys = window.data.toys
    inner = toys.viewport().rect()
    metrics = QFontMetrics(font(CAPTION))
    for row in range(toys.model().rowCount()):
        index = toys.model().index(row, 0)
        assert inner.contains(toys.visualRect(index))
        assert metrics.horizontalAdvance(str(index.data())) <= SIDE + 8
    assert toys.height() == inner.height() == rows
    bottom = toys.mapTo(window, QPoint(0, toys.height())).y()
    assert bottom <= window.data.drop_target.mapTo(window, QPoint(0, 0)).y()
    assert window.data.columns.height() >= columns * ROW_HEIGHT
    window.close()
    window.deleteLater()


def test_thumbnails_keep_their_labels_in_a_low_window_without_data(data_panel: DataPanel) -> None:
    data_panel.resize(240, 500)
    data_panel.set_dataset(None)
    assert not data_panel.toys.compact
    data_panel.set_dataset(measured())
    assert data_panel.toys.compact


def test_samples_and_options_stand_in_the_head_of_the_dock(data_panel: DataPanel, qtbot: QtBot) -> None:
    bar = data_panel.toy_bar
    for width in (220, 240, 320):
        data_panel.resize(width, 752)
        # Its content scrolls, so that it takes its place a round later.
        qtbot.waitUntil(lambda: data_panel.drop_target.width() == data_panel.width() - 24)
        for button in (bar.samples, bar.options):
            assert button.width() >= button.sizeHint().width()
            assert button.accessibleName()
        assert bar.mapTo(data_panel, bar.rect().bottomRight()).x() < width
