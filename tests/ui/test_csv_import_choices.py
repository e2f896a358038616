"""Facts about the import sheet: encodings, doubts with their buttons, the split, gaps, and what was decided before."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nnviz.app.remembered_choices import Remembered
from nnviz.data.choices import ImportChoices, choices_from_guess
from nnviz.data.column_split import ColumnSplit
from nnviz.data.dataset import build_dataset
from nnviz.data.features import Encoding
from nnviz.data.infer import guess
from nnviz.data.missing import MISSING_WORDS
from nnviz.data.read_options import ReadOptions
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.ui.dialogs.csv_columns import ENCODING, MISSING, ROLE, TYPICAL, UNIQUE
from nnviz.ui.dialogs.csv_encoding_menu import EncodingMenu
from nnviz.ui.dialogs.csv_import import CsvImportDialog

# Said of every menu by the offscreen platform.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def texts(values: list[str]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def orders(n: int = 200) -> Table:
    """A table with a leak, extreme values, an imbalance and a column that marks the split."""
    rng = np.random.default_rng(3)
    days = np.datetime64("2020-01-01", "s") + np.sort(rng.integers(0, 1500, n)).astype("timedelta64[D]")
    amount = rng.normal(10, 1, n)
    amount[0] = 1e6
    bought = texts(["yes" if i % 20 == 0 else "no" for i in range(n)])
    columns = (
        Column("day", "date", days),
        Column("amount", "float", amount),
        Column("city", "string", texts([f"city {i % 60}" for i in range(n)])),
        Column("copy", "integer", (np.arange(n) % 20 == 0).astype(float)),
        Column("usage", "string", texts(["train", "train", "test", "val"] * (n // 4))),
        Column("bought", "string", bought),
    )
    return Table("orders.csv", Path("/data/orders.csv"), columns, n, NO_DIALECT, (), ("one thing of the file.",))


def show(sheet: CsvImportDialog, table: Table | None = None, remembered: Remembered | None = None) -> Table:
    shown = orders() if table is None else table
    sheet.set_table(shown, guess(shown, "bought" if table is None else None), {}, remembered)
    return shown


def menu_of(sheet: CsvImportDialog, row: int, place: int) -> QMenu:
    table = sheet.review.columns
    table.open_menu(table.columns.index(row, place))
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())


def pick(sheet: CsvImportDialog, row: int, label: str) -> None:
    menu = menu_of(sheet, row, ENCODING)
    next(action for action in menu.actions() if action.text().startswith(label)).trigger()
    menu.close()


def cell(sheet: CsvImportDialog, row: int, place: int) -> str:
    return str(sheet.review.columns.columns.index(row, place).data())


@pytest.fixture
def press(sheet: CsvImportDialog, qtbot: QtBot) -> Callable[[str], None]:
    def pressed(label: str) -> None:
        buttons = sheet.review.pane.warnings.buttons.values()
        QTest.mouseClick(next(b for b in buttons if b.text() == label), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: label not in [b.text() for b in sheet.review.pane.warnings.buttons.values()])

    return pressed


def test_scaling_is_chosen_for_each_column(sheet: CsvImportDialog) -> None:
    table = show(sheet)
    assert cell(sheet, 1, ENCODING) == "Standardise"
    pick(sheet, 1, "Robust")
    assert cell(sheet, 1, ENCODING) == "Robust"
    assert sheet.choices().encodings == {"amount": Encoding("robust")}
    scale = next(f for f in build_dataset(table, sheet.choices()).preprocessor.features if f.name == "amount")
    assert "median" in " ".join(scale.describe())
    pick(sheet, 1, "Standardise")
    assert sheet.choices().encodings == {}


def test_number_of_categories_is_chosen(sheet: CsvImportDialog) -> None:
    show(sheet)
    sheet.review.columns.role_chosen.emit("city", "feature")
    assert cell(sheet, 2, ENCODING) == "Top 50 + other"
    pick(sheet, 2, "The commonest 10")
    assert cell(sheet, 2, ENCODING) == "Top 10 + other"
    assert sheet.choices().encodings["city"].top == 10
    pick(sheet, 2, "One input for each of 60")
    assert cell(sheet, 2, ENCODING) == "One-hot"


def test_parts_of_a_date_are_ticked_while_the_menu_stays_open(sheet: CsvImportDialog) -> None:
    table = show(sheet)
    menu = menu_of(sheet, 0, ENCODING)
    assert isinstance(menu, EncodingMenu)
    for label in ("Month", "Year"):
        action = next(action for action in menu.actions() if action.text().startswith(label))
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
        assert menu.isVisible()
    menu.close()
    assert sheet.choices().encodings["day"].date_parts == ("year", "month")
    assert cell(sheet, 0, ENCODING) == "2 date parts"
    names = build_dataset(table, sheet.choices()).input_names
    assert [name for name in names if name.startswith("day")] == ["day year", "day month sin", "day month cos"]


def test_only_features_have_an_encoding(sheet: CsvImportDialog) -> None:
    show(sheet)
    assert cell(sheet, 5, ENCODING) == ""
    sheet.review.columns.open_menu(sheet.review.columns.columns.index(5, ENCODING))
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]


def test_columns_tell_gaps_different_values_and_the_typical_one(sheet: CsvImportDialog) -> None:
    show(sheet)
    assert [cell(sheet, 5, place) for place in (MISSING, UNIQUE, TYPICAL)] == ["0", "2", "no 95 %"]
    assert cell(sheet, 3, TYPICAL) == "mean 0.05"
    assert cell(sheet, 0, TYPICAL).startswith("2020-01 – ")


def test_doubts_stand_in_order_of_weight_below_those_of_the_file(sheet: CsvImportDialog) -> None:
    table = show(sheet)
    found = guess(table, "bought")
    assert sheet.review.pane.warnings.texts == ("one thing of the file.", *(doubt.text for doubt in found.doubts))
    assert {"split column", "leak", "imbalance", "skew"} <= {doubt.kind for doubt in found.doubts}


def test_doubts_button_does_what_it_offers_and_takes_it_back(
    sheet: CsvImportDialog, press: Callable[[str], None]
) -> None:
    show(sheet)
    before = sheet.choices()
    for label in ("Scale robustly", "Leave out copy", "Split by usage", "Balance the class weights"):
        press(label)
    draft = sheet.review.draft
    assert draft is not None
    choices = sheet.choices()
    assert choices.encodings == {"amount": Encoding("robust")}
    assert (choices.roles["copy"], choices.split and choices.split.column, draft.balanced) == ("ignore", "usage", True)
    for label in ("scale robustly", "leave out copy", "split by usage", "balance the class weights"):
        press(f"Undo: {label}")
    assert (sheet.choices(), draft.balanced) == (before, False)


def test_doubts_button_works_by_keyboard_and_keeps_the_focus(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet)
    place, button = next(iter(sheet.review.pane.warnings.buttons.items()))
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: sheet.review.pane.warnings.buttons[place].text().startswith("Undo"))
    assert sheet.review.pane.warnings.buttons[place].hasFocus()


def test_column_that_could_split_is_offered_and_never_used_unasked(sheet: CsvImportDialog) -> None:
    table = show(sheet)
    assert sheet.choices().split is None
    combo = sheet.review.pane.splitter
    assert [combo.itemText(i) for i in range(combo.count())] == ["By chance", "By the column usage"]
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    assert not sheet.review.pane.split.isVisible()
    assert "'val' validation (50 rows)" in sheet.review.pane.split_reason.text()
    dataset = build_dataset(table, sheet.choices())
    assert (len(dataset.train_rows), len(dataset.validation_rows), len(dataset.test_rows)) == (100, 50, 50)
    combo.activated.emit(0)
    assert sheet.choices().split is None


def test_table_without_such_a_column_shows_no_such_choice(sheet: CsvImportDialog) -> None:
    table = orders()
    plain = Table("p.csv", None, (*table.columns[:2], table.columns[5]), table.n_rows, NO_DIALECT)
    show(sheet, plain)
    assert not sheet.review.pane.splitter.isVisible()
    assert sheet.review.pane.split.isVisible()


def test_first_and_last_rows_are_in_sight_together(sheet: CsvImportDialog) -> None:
    show(sheet)
    preview = sheet.review.preview
    assert preview.preview.rowCount() == 50
    assert [preview.preview.headerData(row, Qt.Orientation.Vertical) for row in (0, 46, 47, 49)] == [
        "1",
        "47",
        "198",
        "200",
    ]
    assert preview.preview.index(49, 2).data() == "city 19"
    assert not preview.first.isRowHidden(0)
    assert preview.first.isRowHidden(49)
    assert [row for row in range(50) if not preview.last.isRowHidden(row)] == [47, 48, 49]
    assert preview.last.isVisible()
    widths = [(preview.first.columnWidth(i), preview.last.columnWidth(i)) for i in range(6)]
    assert all(above == below for above, below in widths)


def test_short_table_is_shown_whole(sheet: CsvImportDialog) -> None:
    show(sheet, orders(40))
    assert not sheet.review.preview.last.isVisible()
    assert not any(sheet.review.preview.first.isRowHidden(row) for row in range(40))


def test_words_for_a_gap_are_listed_and_changeable(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet)
    field = sheet.review.dialect.missing
    assert {word.strip() for word in field.text().split(",")} == MISSING_WORDS - {""}
    field.setText(", ".join([word for word in field.text().split(", ") if word != "?"] + ["-999"]))
    field.setFocus()
    with qtbot.waitSignal(sheet.reread_requested) as caught, qtbot.assertNotEmitted(sheet.accepted_choices):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert caught.args == [ReadOptions(missing_words=(MISSING_WORDS - {"?"}) | {"-999"})]


def test_unchanged_words_do_not_read_again(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet)
    with qtbot.assertNotEmitted(sheet.reread_requested):
        sheet.review.dialect.missing.editingFinished.emit()


REMEMBERED = Remembered(
    ReadOptions(delimiter=";"),
    ImportChoices(
        "city",
        "multiclass",
        {"day": "ignore", "amount": "feature", "copy": "feature", "bought": "feature", "city": "target"},
        {"copy": "string"},
        0.4,
        11,
        {"amount": Encoding("min-max")},
        ColumnSplit("usage", {"train": "train", "test": "validation"}),
        True,
    ),
    "2026-11-20",
)


def test_what_was_decided_before_is_set_up_and_said(sheet: CsvImportDialog) -> None:
    show(sheet, None, REMEMBERED)
    note = sheet.review.notes["remembered"]
    assert note.isVisible()
    assert "as last time, 2026-11-20" in note.label.text()
    choices, kept = sheet.choices(), REMEMBERED.choices
    assert (choices.target, choices.task, choices.seed, choices.grouped) == ("city", "multiclass", 11, True)
    assert (choices.kinds, choices.encodings, choices.split) == (kept.kinds, kept.encodings, kept.split)
    assert choices.validation_fraction == 0.4
    assert [choices.roles[name] for name in ("day", "amount", "bought")] == ["ignore", "feature", "feature"]
    assert sheet.review.dialect.options == ReadOptions(delimiter=";")


def test_way_back_to_the_guesses(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet, None, REMEMBERED)
    with qtbot.waitSignal(sheet.guesses_requested):
        sheet.review.notes["remembered"].button.click()
    assert not sheet.open_button.isEnabled()
    show(sheet)
    assert not sheet.review.notes["remembered"].isVisible()
    assert (sheet.choices().target, sheet.choices().encodings) == ("bought", {})
    assert sheet.review.dialect.options == ReadOptions()


def test_remembered_choices_are_still_opened_by_one_key(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet, None, REMEMBERED)
    with qtbot.waitSignal(sheet.accepted_choices):
        QTest.keyClick(sheet, Qt.Key.Key_Return)


def test_trial_is_offered_beside_opening(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet)
    sheet.review.offer_trial("iris.csv")
    with qtbot.waitSignal(sheet.trial_requested), qtbot.assertNotEmitted(sheet.accepted_choices):
        sheet.review.notes["trial"].button.click()
    assert not sheet.open_button.isEnabled()


def test_split_column_can_be_learned_from_instead(sheet: CsvImportDialog) -> None:
    show(sheet)
    sheet.review.pane.splitter.activated.emit(1)
    assert cell(sheet, 4, ROLE) == "Ignore"
    sheet.review.columns.role_chosen.emit("usage", "feature")
    assert (sheet.choices().split, sheet.choices().roles["usage"]) == (None, "feature")


def test_a_file_that_was_opened_as_guessed_opens_without_a_word_about_last_time(sheet: CsvImportDialog) -> None:
    table = orders()
    show(sheet, table, Remembered(ReadOptions(), choices_from_guess(guess(table)), "2026-01-02"))
    assert not sheet.review.notes["remembered"].isVisible()
    assert sheet.review.pane.target_reason.text() != "It was chosen."
