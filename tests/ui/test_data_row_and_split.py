"""Facts about the chosen row and the split slider of the data dock."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnviz.app.planes import ColumnPlane
from nnviz.app.slices import Slices
from nnviz.data.column_split import ColumnSplit
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.features import Encoding
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.ui.panels.data import DataPanel
from nnviz.ui.plots.decision_hover import row_lines
from nnviz.ui.plots.decision_points import PointsLayer
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.text_parts import cell_text, number, one_line, signed


def mixed() -> Dataset:
    n = 20
    height = np.arange(n, dtype=float)
    height[6] = np.nan
    colour = np.array(["red", "green"], dtype=object)[np.arange(n) % 2]
    letters = np.array(["A", "B"], dtype=object)[np.arange(n) % 2]
    letters[2] = None
    columns = (
        Column("height", "float", height),
        Column("colour", "string", colour),
        Column("arm", "string", letters),
    )
    table = Table("mixed.csv", None, columns, n, NO_DIALECT)
    roles = {"height": "feature", "colour": "feature", "arm": "target"}
    return build_dataset(table, ImportChoices("arm", "binary", roles, validation_fraction=0.25))  # type: ignore[arg-type]


def lines(panel: DataPanel) -> list[tuple[str, str, str]]:
    model = panel.row._model
    return [model.texts(line) for line in range(model.rowCount())]


def test_row_shows_raw_and_standardised_value(data_panel: DataPanel) -> None:
    dataset = mixed()
    data_panel.set_dataset(dataset)
    data_panel.set_row(0)
    feature = dataset.preprocessor.features[0]
    scaled = (0.0 - feature.mean) / feature.std  # type: ignore[union-attr]
    assert lines(data_panel)[0] == ("height", "0", f"{signed(scaled)} σ")


def test_row_shows_the_category_among_its_levels(data_panel: DataPanel) -> None:
    data_panel.set_dataset(mixed())
    data_panel.set_row(0)
    assert lines(data_panel)[1] == ("colour", "red", "2 of 2")


def test_row_is_numbered_as_in_the_table_when_rows_were_dropped(data_panel: DataPanel) -> None:
    dataset = mixed()
    data_panel.set_dataset(dataset)
    data_panel.set_row(2)  # row 3 of the table has no target
    assert data_panel.row.of.text() == "4 of 20"


def test_missing_value_is_called_missing(data_panel: DataPanel) -> None:
    data_panel.set_dataset(mixed())
    data_panel.set_row(5)
    assert lines(data_panel)[0][1] == ""
    text = data_panel.row._model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.startswith("height: missing, standardised")


def test_row_says_which_part_it_is_in(data_panel: DataPanel) -> None:
    dataset = mixed()
    data_panel.set_dataset(dataset)
    data_panel.set_row(int(dataset.train_rows[0]))
    assert "In the training set" in data_panel.row.answer.accessibleName()
    data_panel.set_row(int(dataset.validation_rows[0]))
    assert "Held out for validation" in data_panel.row.answer.accessibleName()


def test_next_and_previous_ask_for_the_neighbour(data_panel: DataPanel, qtbot: QtBot) -> None:
    data_panel.set_dataset(toy_dataset("xor"))
    data_panel.set_row(7)
    with qtbot.waitSignal(data_panel.row_chosen) as caught:
        QTest.mouseClick(data_panel.row.next, Qt.MouseButton.LeftButton)
    assert caught.args == [8]
    with qtbot.waitSignal(data_panel.row_chosen) as caught:
        QTest.mouseClick(data_panel.row.previous, Qt.MouseButton.LeftButton)
    assert caught.args == [6]


def test_ends_of_the_data_stop_the_buttons(data_panel: DataPanel) -> None:
    dataset = toy_dataset("xor")
    data_panel.set_dataset(dataset)
    data_panel.set_row(0)
    assert not data_panel.row.previous.isEnabled()
    assert data_panel.row.next.isEnabled()
    data_panel.set_row(dataset.n_rows - 1)
    assert data_panel.row.previous.isEnabled()
    assert not data_panel.row.next.isEnabled()


def test_without_a_row_next_chooses_the_first(data_panel: DataPanel, qtbot: QtBot) -> None:
    data_panel.set_dataset(toy_dataset("xor"))
    assert not data_panel.row.answer.isVisible()
    with qtbot.waitSignal(data_panel.row_chosen) as caught:
        QTest.mouseClick(data_panel.row.next, Qt.MouseButton.LeftButton)
    assert caught.args == [0]


def test_row_that_is_not_there_shows_none(data_panel: DataPanel) -> None:
    data_panel.set_dataset(toy_dataset("xor"))
    data_panel.set_row(10_000)
    assert data_panel.row.of.text() == "none chosen"


def test_prediction_is_painted_and_told(data_panel: DataPanel) -> None:
    data_panel.set_dataset(mixed())
    data_panel.set_row(0)
    before = data_panel.row.answer.grab().toImage()
    data_panel.set_prediction("P(B) 0.44", 0, (0.56, 0.44), 0.586)
    assert data_panel.row.answer.grab().toImage() != before
    assert "P(B) 0.44" in data_panel.row.answer.accessibleName()


def test_prediction_that_is_not_finite_is_no_bar(data_panel: DataPanel) -> None:
    data_panel.set_dataset(mixed())
    data_panel.set_row(0)
    data_panel.set_prediction("nan", None, (float("nan"), float("nan")), float("nan"))
    assert not data_panel.row.answer.grab().isNull()


def test_new_row_forgets_the_prediction_of_the_last(data_panel: DataPanel) -> None:
    data_panel.set_dataset(mixed())
    data_panel.set_row(0)
    data_panel.set_prediction("P(B) 0.44", 0, (0.56, 0.44), 0.586)
    data_panel.set_row(1)
    assert "none yet" in data_panel.row.answer.accessibleName()


def test_split_shows_the_counts_in_use(data_panel: DataPanel) -> None:
    dataset = mixed()
    data_panel.set_dataset(dataset)
    assert data_panel.split.counts.text() == f"{len(dataset.train_rows)} / {len(dataset.validation_rows)}"
    assert data_panel.split.fraction == 0.25


def test_key_on_the_split_tells_once_it_is_let_go(data_panel: DataPanel, qtbot: QtBot) -> None:
    data_panel.set_dataset(toy_dataset("xor"))
    told: list[float] = []
    data_panel.validation_fraction_changed.connect(told.append)
    QTest.keyPress(data_panel.split.slider, Qt.Key.Key_Right)
    assert told == []
    QTest.keyRelease(data_panel.split.slider, Qt.Key.Key_Right)
    assert told == [0.49]
    assert data_panel.split.counts.text() == "255 / 245"


@pytest.mark.parametrize(("key", "fraction"), [(Qt.Key.Key_Home, 0.5), (Qt.Key.Key_End, 0.1)])
def test_split_stays_between_ten_and_fifty_per_cent(
    data_panel: DataPanel, qtbot: QtBot, key: Qt.Key, fraction: float
) -> None:
    data_panel.set_dataset(mixed())
    with qtbot.waitSignal(data_panel.validation_fraction_changed) as caught:
        QTest.keyClick(data_panel.split.slider, key)
    assert caught.args == [fraction]


def test_wheel_over_the_split_changes_nothing(data_panel: DataPanel) -> None:
    data_panel.set_dataset(mixed())
    slider = data_panel.split.slider
    centre = QPointF(slider.rect().center())
    event = QWheelEvent(
        centre, slider.mapToGlobal(centre), QPointF(0, 0).toPoint(), QPointF(0, 120).toPoint(),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, event)
    assert data_panel.split.fraction == 0.25


def test_setting_a_data_set_asks_for_no_split(data_panel: DataPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(data_panel.validation_fraction_changed):
        data_panel.set_dataset(mixed())
        data_panel.set_dataset(toy_dataset("rings"))


def test_numbers_have_a_true_minus_and_no_padding_zeros_in_exponents() -> None:
    assert number(-0.5) == "−0.5"
    assert number(-1.5e-12) == "−1.5e−12"
    assert number(2e20) == "2e20"
    assert signed(-0.813) == "−0.81"
    assert signed(1.0) == "+1.00"


def test_cells_are_cut_and_stay_on_one_line() -> None:
    assert one_line("a\nb\tc\x00d") == "a b c d"
    assert len(one_line("x" * 10_000_000)) == 200
    assert cell_text(None) == ""
    assert cell_text(True) == "true"
    assert cell_text(-12) == "−12"


def marked() -> Dataset:
    """Rows that a column puts into three parts; a date and a number that is scaled robustly."""
    n = 40
    marks = np.array(["train", "train", "val", "test"], dtype=object)[np.arange(n) % 4]
    days = np.datetime64("2020-01-01", "s") + np.arange(0, n * 30, 30).astype("timedelta64[D]")
    columns = (
        Column("day", "date", days),
        Column("size", "float", np.arange(n, dtype=float)),
        Column("<b>part</b>", "string", marks),
        Column("y", "float", np.arange(n, dtype=float)),
    )
    return build_dataset(
        Table("marked.csv", None, columns, n, NO_DIALECT),
        ImportChoices(
            "y",
            "regression",
            {"day": "feature", "size": "feature", "y": "target"},
            encodings={"size": Encoding("robust")},
            split=ColumnSplit("<b>part</b>", {"train": "train", "val": "validation", "test": "test"}),
        ),
    )


def test_row_tells_parts_of_a_date_and_other_scalings_without_sigma(data_panel: DataPanel) -> None:
    dataset = marked()
    data_panel.set_dataset(dataset)
    data_panel.set_row(3)
    day, size = lines(data_panel)
    width = dataset.preprocessor.features[0].width
    assert day == ("day", "2020-03-31", f"{width} inputs")
    assert size == ("size", "3", signed(float(dataset.X[3, width])))


def test_test_row_is_not_called_a_training_row(data_panel: DataPanel) -> None:
    data_panel.set_dataset(marked())
    data_panel.set_row(3)
    assert data_panel.row.answer._part == "Held back for testing"


def test_split_by_a_column_is_named_and_counts_the_test_rows(data_panel: DataPanel) -> None:
    data_panel.set_dataset(marked())
    assert data_panel.split.counts.text() == "20 / 10 / 10"
    assert data_panel.split.by_column.isVisible()
    assert data_panel.split.by_column.text() == "By the column <b>part</b>; the slider splits by chance"
    assert data_panel.split.by_column.textFormat() is Qt.TextFormat.PlainText
    data_panel.set_dataset(mixed())
    assert not data_panel.split.by_column.isVisible()
    assert data_panel.split.label.text() == "Train / validation"


def test_test_rows_are_no_training_rows_on_the_map(data_panel: DataPanel) -> None:
    del data_panel  # only for the application
    dataset = marked()
    slices = Slices(dataset)
    view = SurfaceView.whole(ColumnPlane(slices, "size", "day"))
    held_out = PointsLayer(view).is_held_out
    assert held_out.sum() == 20
    assert held_out[dataset.test_rows].all()
    assert not held_out[dataset.train_rows].any()
    assert [row_lines(view, row).splitlines()[0] for row in (0, 2, 3)] == [
        "row 1, train",
        "row 3, validation",
        "row 4, test",
    ]
