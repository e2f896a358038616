"""Held columns: one control each, in original units, and what they change on the map."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.app.planes import ColumnPlane
from nnviz.app.slices import AT_MEDIANS, SliceAxis, Slices
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.snapshot import GridProbe, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.ui.axis_values import read_value
from nnviz.ui.panels.column_row import ColumnRow
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.panels.decision_held import ROWS_SHOWN, HeldColumns
from nnviz.ui.plots.decision_points import FAINTEST, PointsLayer, opacities
from tests.ui.map_cases import answer, picture, shipped, trained


def _rows(panel: DecisionPanel) -> list[ColumnRow]:
    return [row for row in panel.held.findChildren(ColumnRow) if row.isVisible()]


def _probe(panel: DecisionPanel) -> GridProbe:
    probe = panel.grid_probe(live=True)
    assert isinstance(probe, GridProbe)
    return probe


def _scroll_to(panel: DecisionPanel, name: str) -> ColumnRow:
    plane = panel.surface.view
    assert plane is not None
    place = plane.plane.held_names.index(name)
    panel.held.controls.bar.setValue(place)
    return panel.held.controls.rows[place - panel.held.controls.bar.value()]


@pytest.fixture
def wine(decision_panel: DecisionPanel) -> DecisionPanel:
    decision_panel.set_dataset(shipped("wine"))
    return decision_panel


@pytest.fixture
def penguins(decision_panel: DecisionPanel) -> DecisionPanel:
    decision_panel.set_dataset(shipped("penguins"))
    decision_panel.axis_lists.lists[0].setCurrentIndex(2)
    return decision_panel


def test_every_column_that_is_on_no_axis_can_be_held(wine: DecisionPanel) -> None:
    names = [name for name in shipped("wine").feature_names if name not in ("alcohol", "malic_acid")]
    seen = []
    for place in range(len(names)):
        row = _scroll_to(wine, names[place])
        seen.append(row.slider.accessibleName())
    assert seen == [f"Hold {name} at" for name in names]
    assert wine.held.title.text() == "Hold 11 columns at"


def test_only_the_visible_controls_exist_however_many_columns_there_are(decision_panel: DecisionPanel) -> None:
    columns = [Column(f"c{i}", "float", np.arange(12.0) * (i + 1)) for i in range(3_000)]
    answers = Column("t", "boolean", np.arange(12) % 2.0)
    table = Table("wide.csv", None, (*columns, answers), 12, NO_DIALECT)
    roles = {column.name: "feature" for column in columns}
    decision_panel.set_dataset(build_dataset(table, ImportChoices("t", "binary", roles, {}, 0.0, 0)))  # type: ignore[arg-type]
    decision_panel.axis_lists.lists[0].setCurrentIndex(0)
    assert len(decision_panel.held.findChildren(ColumnRow)) == ROWS_SHOWN
    row = _scroll_to(decision_panel, "c2999")
    row.slider.setValue(row.slider.maximum())
    assert decision_panel.held.held.values.keys() == {"c2999"}


def test_slider_stands_at_the_median_with_marks_at_the_training_range(wine: DecisionPanel) -> None:
    dataset = shipped("wine")
    ash = dataset.raw("ash")[dataset.train_rows]
    row = _scroll_to(wine, "ash")
    assert float(row.value.text()) == pytest.approx(np.median(ash))
    assert row.slider._marks == pytest.approx((ash.min(), np.median(ash), ash.max()))


def test_moving_a_slider_asks_for_the_grid_there(wine: DecisionPanel, qtbot: QtBot) -> None:
    row = _scroll_to(wine, "ash")
    with qtbot.waitSignal(wine.probe_changed, timeout=500):
        row.slider.setValue(row.slider.maximum())
    axis = wine.held._plane.slices.axis("ash")  # type: ignore[union-attr]
    feature = next(f for f in shipped("wine").preprocessor.features if f.name == "ash")
    place = shipped("wine").preprocessor.columns_of("ash").start
    held = wine.held.held.values["ash"]
    assert held == pytest.approx(axis.high, abs=0.001)  # a round number
    assert _probe(wine).base[place] == pytest.approx((held - feature.mean) / feature.std)  # type: ignore[union-attr]
    assert float(row.value.text()) == held


def test_map_is_coarse_while_a_slider_moves_and_refines_when_it_rests(wine: DecisionPanel, qtbot: QtBot) -> None:
    row = _scroll_to(wine, "ash")
    before = wine.grid_probe(live=False)
    row.slider.setValue(row.slider.maximum())
    moving = wine.grid_probe(live=False)
    with qtbot.waitSignal(wine.held.rested, timeout=2_000):
        pass
    rested = wine.grid_probe(live=False)
    assert before is not None
    assert moving is not None
    assert rested is not None
    assert (before.resolution, moving.resolution, rested.resolution) == (160, 64, 160)


def test_answers_to_earlier_places_of_a_slider_are_still_shown(wine: DecisionPanel) -> None:
    trainer = trained(shipped("wine"), 2)
    answer(wine, trainer)
    row = _scroll_to(wine, "ash")
    row.slider.setValue(10)
    first = wine.grid_probe(live=False)
    row.slider.setValue(20)
    assert wine.grid_probe(live=False) is not first
    shown = wine.surface.picture._image
    wine.draw(take_snapshot(trainer, SnapshotRequest(first), 1, RunState.PAUSED, History().view(), None))
    assert wine.surface.flush(10.0)
    assert wine.surface.picture._image is not shown


def test_median_and_row_set_every_column_again(wine: DecisionPanel) -> None:
    _scroll_to(wine, "ash").slider.setValue(3)
    held = wine.held
    assert not held.at_median.isChecked()
    held.at_median.click()
    assert held.held is AT_MEDIANS
    wine.set_row(5)
    assert held.at_row.text() == "Row 6"
    held.at_row.click()
    assert (held.held.row, dict(held.held.values)) == (5, {})
    np.testing.assert_array_equal(_probe(wine).base, shipped("wine").X[5])
    row = _scroll_to(wine, "hue")
    assert float(row.value.text()) == pytest.approx(shipped("wine").raw("hue")[5])


def test_column_moved_away_from_a_row_keeps_the_others_at_it(wine: DecisionPanel) -> None:
    wine.set_row(5)
    wine.held.at_row.click()
    _scroll_to(wine, "ash").slider.setValue(3)
    place = shipped("wine").preprocessor.columns_of("ash").start
    base = _probe(wine).base
    assert base[place] != shipped("wine").X[5][place]
    np.testing.assert_array_equal(np.delete(base, place), np.delete(shipped("wine").X[5], place))


def test_category_is_held_by_a_list_of_its_levels(penguins: DecisionPanel) -> None:
    dataset = shipped("penguins")
    row = _scroll_to(penguins, "island")
    assert row.levels.isVisible()
    assert [row.levels.itemText(i) for i in range(row.levels.count())] == ["Biscoe", "Dream", "Torgersen"]
    assert row.levels.currentText() == "Biscoe"
    row.levels.setCurrentIndex(1)
    columns = dataset.preprocessor.columns_of("island")
    np.testing.assert_array_equal(_probe(penguins).base[columns], [0.0, 1.0, 0.0])


def test_value_can_be_typed_and_what_is_no_number_is_refused(wine: DecisionPanel) -> None:
    row = _scroll_to(wine, "ash")
    row.value.setFocus()
    row.value.selectAll()
    QTest.keyClicks(row.value, "2,5")
    QTest.keyClick(row.value, Qt.Key.Key_Return)
    assert wine.held.held.values["ash"] == 2.5
    row.value.selectAll()
    QTest.keyClicks(row.value, "much")
    said: list[str] = []
    wine.held.refused.connect(said.append)
    QTest.keyClick(row.value, Qt.Key.Key_Return)
    assert said == ["ash takes a finite number, and “much” is none. It stays 2.5."]
    assert wine.held.held.values["ash"] == 2.5
    assert row.value.text() == "2.5"


def test_value_beyond_the_training_rows_is_marked_as_such(wine: DecisionPanel) -> None:
    row = _scroll_to(wine, "ash")
    row.value.selectAll()
    QTest.keyClicks(row.value, "900")
    QTest.keyClick(row.value, Qt.Key.Key_Return)
    assert "Beyond the training rows" in row.value.toolTip()
    assert wine.held.held.values["ash"] == 900.0
    row.slider.setValue(200)
    assert "Beyond" not in row.value.toolTip()


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("float", "1,234.5", 1234.5),
        ("float", "0,5", 0.5),
        ("float", "\N{MINUS SIGN}3e2", -300.0),
        ("integer", "2.6", 3.0),
        ("date", "1970-01-11", 10.0),
        ("datetime", "1970-01-02 12:00", 1.5),
        ("float", "nan", None),
        ("float", "1e999", None),
        ("date", "soon", None),
        ("date", "99", None),
        ("float", "", None),
    ],
)
def test_typed_values_are_read_in_the_columns_units(kind: str, text: str, value: float | None) -> None:
    assert read_value(SliceAxis("c", kind, 0.0, 1.0), text) == value  # type: ignore[arg-type]


def test_slider_of_whole_numbers_stops_at_whole_numbers_only(penguins: DecisionPanel) -> None:
    row = _scroll_to(penguins, "year")
    row.slider.setValue(row.slider.minimum())
    assert penguins.held.held.values["year"] == 2007.0
    assert row.slider.maximum() - row.slider.minimum() == 2


def test_wheel_over_a_slider_scrolls_to_other_columns_and_moves_nothing(wine: DecisionPanel) -> None:
    row = _rows(wine)[0]
    first, held = row.slider.accessibleName(), wine.held.held
    place = QPointF(row.slider.rect().center())
    event = QWheelEvent(
        place,
        row.slider.mapToGlobal(place),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(row.slider, event)
    assert row.slider.accessibleName() != first
    assert wine.held.held is held


def test_keys_move_a_slider_and_go_to_other_columns(wine: DecisionPanel) -> None:
    row = _rows(wine)[0]
    row.slider.setFocus()
    before = float(row.value.text())
    QTest.keyClick(row.slider, Qt.Key.Key_Right)
    assert float(row.value.text()) > before
    first = row.slider.accessibleName()
    QTest.keyClick(row.slider, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert row.slider.accessibleName() != first
    QTest.keyClick(row.slider, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert row.slider.accessibleName() == first


def test_everything_that_holds_is_named_and_reached_with_tab(wine: DecisionPanel) -> None:
    for row in _rows(wine):
        for part in (row.slider, row.value):
            assert part.accessibleName().startswith("Hold ")
            assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
    for button in (wine.held.at_median, wine.held.at_row):
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_rows_far_from_what_is_held_are_fainter(wine: DecisionPanel) -> None:
    layer = wine.surface.layers.points
    assert isinstance(layer, PointsLayer)
    plane = ColumnPlane(Slices(shipped("wine")), "alcohol", "malic_acid")
    expected = opacities(plane.distances(layer.rows)(AT_MEDIANS))
    np.testing.assert_array_equal(layer.opacity, expected)
    wine.set_row(40)
    wine.held.at_row.click()
    assert layer.opacity[list(layer.rows).index(40)] == 1.0
    assert not np.array_equal(layer.opacity, expected)


def test_fading_follows_its_stated_rule() -> None:
    found = opacities(np.array([0.0, 0.5, 1.25, 2.0, 9.0]))
    np.testing.assert_allclose(found, [1.0, 1.0, (1 + FAINTEST) / 2, FAINTEST, FAINTEST], atol=0.04)


def test_faint_points_are_painted_faintly(wine: DecisionPanel) -> None:
    layer = wine.surface.layers.points
    assert isinstance(layer, PointsLayer)
    strong = picture(wine)
    layer.opacity[:] = 0.125
    wine.surface.layers.repaint()
    faint = picture(wine)
    field = faint.pixelColor(wine.surface.square.center()).lightness()
    at = layer.pixels(wine.surface.square)[0].round().astype(int).tolist()
    assert abs(faint.pixelColor(*at).lightness() - field) < abs(strong.pixelColor(*at).lightness() - field) / 3


def test_columns_stay_held_by_name_when_nothing_is_on_the_map(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(None)
    held: HeldColumns = decision_panel.held
    assert held.title.text() == ""
    assert not held.controls.isVisible()


def test_held_controls_of_one_set_do_not_move_another(decision_panel: DecisionPanel) -> None:
    datasets: list[Dataset] = [shipped("wine"), shipped("iris")]
    decision_panel.set_dataset(datasets[0])
    _scroll_to(decision_panel, "ash").slider.setValue(5)
    decision_panel.set_dataset(datasets[1])
    assert decision_panel.held.held is AT_MEDIANS
    assert decision_panel.held.at_median.isChecked()
