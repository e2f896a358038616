"""Facts about the data dock: what it shows and what it asks for."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nnviz.app.column_summary import ColumnSummary, summarise
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Rejected, Table
from nnviz.data.toy_datasets import TOY_DATASETS, toy_dataset
from nnviz.ui.panels.data import DataPanel
from nnviz.ui.panels.data_columns import chip_rect
from nnviz.ui.theme import DARK, LIGHT

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


@pytest.fixture
def panel(qtbot: QtBot) -> DataPanel:
    made = DataPanel()
    qtbot.addWidget(made)
    made.resize(240, 752)
    made.show()
    return made


def open_menu() -> QMenu:
    menus = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMenu) and widget.isVisible()]
    assert len(menus) == 1
    return menus[0]


def texts(panel: DataPanel) -> list[str]:
    model = panel.columns.model()
    return [str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())]


def test_every_toy_set_has_its_thumbnail(panel: DataPanel) -> None:
    model = panel.toys.model()
    assert model.rowCount() == len(TOY_DATASETS) == 8
    places = {panel.toys.visualRect(model.index(row, 0)).topLeft().toTuple() for row in range(8)}
    assert len(places) == 8
    assert len({y for _, y in places}) == 2


@pytest.mark.parametrize("width", [220, 240, 320])
def test_toy_sets_stand_in_two_rows_at_any_width(panel: DataPanel, width: int) -> None:
    panel.resize(width, 752)
    QApplication.processEvents()
    model = panel.toys.model()
    rects = [panel.toys.visualRect(model.index(row, 0)) for row in range(8)]
    assert len({rect.y() for rect in rects}) == 2
    assert max(rect.right() for rect in rects) < panel.toys.viewport().width()


def test_click_on_a_thumbnail_chooses_that_toy(panel: DataPanel, qtbot: QtBot) -> None:
    place = panel.toys.visualRect(panel.toys.model().index(3, 0)).center()
    with qtbot.waitSignal(panel.toy_chosen) as caught:
        QTest.mouseClick(panel.toys.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == ["spiral"]


def test_arrow_and_enter_choose_a_toy_by_keyboard(panel: DataPanel, qtbot: QtBot) -> None:
    panel.toys.setFocus(Qt.FocusReason.TabFocusReason)
    panel.toys.setCurrentIndex(panel.toys.model().index(0, 0))
    QTest.keyClick(panel.toys, Qt.Key.Key_Right)
    with qtbot.waitSignal(panel.toy_chosen) as caught:
        QTest.keyClick(panel.toys, Qt.Key.Key_Return)
    assert caught.args == ["xor"]


def test_toy_in_use_is_outlined(panel: DataPanel) -> None:
    panel.set_dataset(measured())
    before = panel.toys.grab().toImage()
    panel.set_dataset(toy_dataset("moons"))
    assert panel.toys.grab().toImage() != before


def test_drop_target_asks_to_open_a_file(panel: DataPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.open_requested):
        QTest.mouseClick(panel.drop_target, Qt.MouseButton.LeftButton)


def test_empty_panel_shows_neither_columns_nor_row(panel: DataPanel) -> None:
    assert not panel.columns.isVisible()
    panel.set_dataset(measured())
    assert panel.columns.isVisible()
    panel.set_dataset(None)
    assert not panel.columns.isVisible()


def test_columns_say_note_and_role(panel: DataPanel) -> None:
    panel.set_dataset(measured())
    assert texts(panel) == [
        "height, 5 missing, Feature",
        "width, complete, Ignore",
        "colour, complete, Feature",
        "note, complete, Ignore",
        "<i>arm</i>, 1 missing, Target",
    ]


def test_name_is_literal_in_the_tooltip(panel: DataPanel) -> None:
    panel.set_dataset(measured())
    tip = str(panel.columns.model().index(4, 0).data(Qt.ItemDataRole.ToolTipRole))
    assert "&lt;i&gt;arm&lt;/i&gt;" in tip
    assert "<i>" not in tip


def test_chip_menu_changes_a_role(panel: DataPanel, qtbot: QtBot) -> None:
    panel.set_dataset(measured())
    box = panel.columns.visualRect(panel.columns.model().index(1, 0))
    QTest.mouseClick(panel.columns.viewport(), Qt.MouseButton.LeftButton, pos=chip_rect(box).center())
    menu = open_menu()
    assert [action.text() for action in menu.actions()] == ["Feature", "Ignore", "Target"]
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Ignore"]
    with qtbot.waitSignal(panel.role_chosen) as caught:
        menu.actions()[0].trigger()
    assert caught.args == ["width", "feature"]
    menu.close()


def test_choosing_the_role_it_has_asks_for_nothing(panel: DataPanel, qtbot: QtBot) -> None:
    panel.set_dataset(measured())
    panel.columns.open_menu(1)
    menu = open_menu()
    with qtbot.assertNotEmitted(panel.role_chosen):
        menu.actions()[1].trigger()
    menu.close()


def test_target_keeps_its_role_until_another_is_named(panel: DataPanel) -> None:
    panel.set_dataset(measured())
    panel.columns.open_menu(4)
    menu = open_menu()
    assert [action.text() for action in menu.actions()] == ["Target"]
    menu.close()


def test_click_beside_the_chip_opens_nothing(panel: DataPanel, qtbot: QtBot) -> None:
    panel.set_dataset(measured())
    box = panel.columns.visualRect(panel.columns.model().index(1, 0))
    QTest.mouseClick(panel.columns.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(20, 10))
    assert not any(isinstance(w, QMenu) and w.isVisible() for w in QApplication.topLevelWidgets())


def test_enter_on_a_column_opens_its_menu(panel: DataPanel, qtbot: QtBot) -> None:
    panel.set_dataset(measured())
    panel.columns.setCurrentIndex(panel.columns.model().index(0, 0))
    QTest.keyClick(panel.columns, Qt.Key.Key_Return)
    open_menu().close()


def test_locked_panel_opens_no_menu_and_moves_no_split(panel: DataPanel) -> None:
    panel.set_dataset(measured())
    panel.set_enabled_editing(False)
    panel.columns.open_menu(0)
    assert not any(isinstance(w, QMenu) and w.isVisible() for w in QApplication.topLevelWidgets())
    assert not panel.split.slider.isEnabled()
    panel.set_enabled_editing(True)
    assert panel.split.slider.isEnabled()


def test_rejected_and_dropped_rows_are_told(panel: DataPanel, qtbot: QtBot) -> None:
    panel.set_dataset(measured(rejected=3))
    assert panel.doubts.text() == "3 rows rejected, 1 warning – show"
    assert panel.dropped.text() == "1 row without a target left out"
    with qtbot.waitSignal(panel.rejected_requested):
        QTest.mouseClick(panel.doubts, Qt.MouseButton.LeftButton)
    panel.set_dataset(toy_dataset("xor"))
    assert not panel.doubts.isVisible()
    assert not panel.dropped.isVisible()


def test_theme_changes_every_part(panel: DataPanel) -> None:
    panel.set_dataset(measured())
    panel.set_row(4)
    panel.set_theme(DARK)
    dark = panel.grab().toImage()
    panel.set_theme(LIGHT)
    assert panel.grab().toImage() != dark


def test_ten_thousand_columns_are_summarised_only_in_sight(panel: DataPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def counting(dataset: Dataset, name: str) -> ColumnSummary:
        seen.append(name)
        return summarise(dataset, name)

    monkeypatch.setattr("nnviz.ui.panels.data_columns.summarise", counting)
    columns = tuple(Column(f"c{i}", "float", np.arange(6.0) * i) for i in range(10_000))
    target = Column("y", "float", np.arange(6.0) + 0.5)
    table = Table("wide.csv", None, (*columns, target), 6, NO_DIALECT)
    roles = {"c1": "feature", "y": "target"}
    panel.set_dataset(build_dataset(table, ImportChoices("y", "regression", roles)))  # type: ignore[arg-type]
    panel.grab()
    assert 0 < len(set(seen)) < 40
    panel.columns.scrollToBottom()
    panel.grab()
    assert "y" in seen
    assert len(set(seen)) < 80
