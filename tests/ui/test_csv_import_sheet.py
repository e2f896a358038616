"""Facts about the import sheet: its states, its keys and the choices that come of it."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from nnviz.data.csv_reader import ReadOptions
from nnviz.data.dataset import build_dataset
from nnviz.data.infer import guess
from nnviz.data.missing import MISSING_WORDS
from nnviz.data.table import NO_DIALECT, Column, Rejected, Table
from nnviz.errors import UserError
from nnviz.ui.dialogs.csv_columns import KIND, MISSING, NAME, ROLE, WHY
from nnviz.ui.dialogs.csv_import import CsvImportDialog
from nnviz.ui.main_window import MINIMUM
from nnviz.ui.theme import DARK, LIGHT

# Said of every menu by the offscreen platform.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def flowers(n: int = 40, *, rejected: int = 0, long_cell: bool = False) -> Table:
    rng = np.random.default_rng(1)
    length = rng.normal(5.0, 1.0, n)
    length[4] = np.nan
    petals = np.array(["<b>3</b>", "five", "six"], dtype=object)[np.arange(n) % 3]
    if long_cell:
        petals[0] = "x" * 5_000
    species = np.array(["setosa", "other"], dtype=object)[np.arange(n) % 2]
    columns = (
        Column("length", "float", length),
        Column("count", "integer", np.arange(n, dtype=float) % 4),
        Column("petals", "string", petals),
        Column("species", "string", species),
    )
    refused = tuple(Rejected(3 * i + 2, "3 fields where 4 were expected", "1,2,<i>3</i>") for i in range(rejected))
    warnings = (f"{rejected} rows rejected.",) if rejected else ()
    return Table("flowers.csv", Path("/data/flowers.csv"), columns, n, NO_DIALECT, refused, warnings)


def show(sheet: CsvImportDialog, table: Table | None = None) -> Table:
    shown = flowers() if table is None else table
    sheet.set_table(shown, guess(shown))
    return shown


def choose(sheet: CsvImportDialog, row: int, place: int, label: str) -> None:
    table = sheet.review.columns
    table.open_menu(table.columns.index(row, place))
    menus = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]
    next(action for action in menus[0].actions() if action.text() == label).trigger()
    menus[0].close()


def column_cells(sheet: CsvImportDialog, place: int) -> list[str]:
    model = sheet.review.columns.columns
    return [str(model.index(row, place).data()) for row in range(model.rowCount())]


def test_reading_shows_progress_and_no_way_to_accept(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    sheet.set_progress(0.4, "Reading 40 %")
    assert sheet.progress.value() == 400
    assert sheet.message.text() == "Reading 40 %"
    assert not sheet.has_table
    with qtbot.assertNotEmitted(sheet.accepted_choices):
        QTest.keyClick(sheet, Qt.Key.Key_Return)


def test_enter_accepts_a_clean_table_in_one_key(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    table = show(sheet)
    with qtbot.waitSignal(sheet.accepted_choices) as caught:
        QTest.keyClick(sheet, Qt.Key.Key_Return)
    choices = caught.args[0]
    assert (choices.target, choices.task, choices.validation_fraction) == ("species", "binary", 0.25)
    assert choices.kinds == {}
    assert build_dataset(table, choices).n_rows == 40


def test_enter_accepts_from_the_column_list_too(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet)
    sheet.review.columns.setFocus(Qt.FocusReason.TabFocusReason)
    sheet.review.columns.setCurrentIndex(sheet.review.columns.columns.index(0, ROLE))
    with qtbot.waitSignal(sheet.accepted_choices):
        QTest.keyClick(sheet.review.columns, Qt.Key.Key_Return)


def test_escape_cancels_and_says_so(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sheet.cancel_requested):
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_closing_from_outside_is_not_a_cancel(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(sheet.cancel_requested):
        sheet.done(0)


def test_accepting_twice_is_not_possible(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet)
    told: list[object] = []
    sheet.accepted_choices.connect(told.append)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    assert len(told) == 1


def test_refused_choices_leave_the_sheet_ready(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    sheet.show_error(UserError("There is no feature.", "Choose one."))
    assert sheet.review.trouble.text() == "There is no feature. Choose one."
    assert sheet.review.trouble.isVisible()
    assert sheet.open_button.isEnabled()


def test_page_that_waits_to_be_accepted_is_not_painted_again_until_it_is_wanted(sheet: CsvImportDialog) -> None:
    show(sheet)
    painted: list[QEvent.Type] = []

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint:
                painted.append(event.type())
            return super().eventFilter(watched, event)

    watcher = Watcher(sheet)
    for part in sheet.review.findChildren(QWidget):
        part.installEventFilter(watcher)
    QApplication.processEvents()
    painted.clear()
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert not sheet.review.isEnabled()
    assert len(painted) <= 1  # the list that had the focus
    sheet.show_error(UserError("Nothing to learn.", "Choose a target."))
    QApplication.processEvents()
    assert sheet.review.isEnabled()
    assert painted
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    QApplication.processEvents()
    painted.clear()
    sheet.resize(sheet.width() + 10, sheet.height())
    QApplication.processEvents()
    assert painted


def test_error_without_a_table_stands_in_its_place(sheet: CsvImportDialog) -> None:
    sheet.show_error(UserError("a.csv is a <b>PNG</b> image.", "Choose a table."))
    assert sheet.message.text() == "a.csv is a <b>PNG</b> image."
    assert sheet.message.textFormat() is Qt.TextFormat.PlainText
    assert sheet.hint.text() == "Choose a table."
    assert not sheet.open_button.isVisible()
    assert sheet.cancel.text() == "Close"


def test_cells_are_shown_literally(sheet: CsvImportDialog) -> None:
    show(sheet)
    model = sheet.review.preview.preview
    assert model.index(0, 2).data() == "<b>3</b>"
    assert "&lt;b&gt;" in str(model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole))
    assert model.index(4, 0).data() == "missing"


def test_long_cell_is_cut(sheet: CsvImportDialog) -> None:
    show(sheet, flowers(long_cell=True))
    assert len(str(sheet.review.preview.preview.index(0, 2).data())) == 200


def test_preview_has_at_most_fifty_rows(sheet: CsvImportDialog) -> None:
    show(sheet, flowers(400))
    assert sheet.review.preview.preview.rowCount() == 50


def test_columns_tell_kind_role_missing_and_reason(sheet: CsvImportDialog) -> None:
    show(sheet)
    assert column_cells(sheet, NAME) == ["length", "count", "petals", "species"]
    assert column_cells(sheet, KIND) == ["float", "integer", "string", "string"]
    assert column_cells(sheet, ROLE) == ["Feature", "Feature", "Feature", "Target"]
    assert column_cells(sheet, MISSING) == ["1", "0", "0", "0"]
    assert column_cells(sheet, WHY)[3] == "its name is species"


def test_role_menu_changes_the_choices(sheet: CsvImportDialog) -> None:
    show(sheet)
    choose(sheet, 1, ROLE, "Ignore")
    assert sheet.choices().roles["count"] == "ignore"
    assert column_cells(sheet, WHY)[1] == "your choice"


def test_kind_menu_changes_values_and_choices(sheet: CsvImportDialog) -> None:
    table = show(sheet)
    choose(sheet, 1, KIND, "string")
    assert sheet.choices().kinds == {"count": "string"}
    dataset = build_dataset(table, sheet.choices())
    assert "count = 3" in dataset.input_names


def test_kind_that_fits_no_value_is_refused_in_words(sheet: CsvImportDialog) -> None:
    show(sheet)
    choose(sheet, 3, KIND, "float")
    assert "species" in sheet.review.trouble.text()
    assert sheet.choices().kinds == {}
    assert column_cells(sheet, KIND)[3] == "string"


def test_new_target_is_guessed_about_again(sheet: CsvImportDialog) -> None:
    show(sheet)
    choose(sheet, 0, ROLE, "Target")
    assert sheet.review.pane.target.currentText() == "length"
    assert sheet.review.pane.task.currentData() == "regression"
    choices = sheet.choices()
    assert (choices.target, choices.task) == ("length", "regression")
    assert choices.roles["species"] == "feature"
    assert [name for name, role in choices.roles.items() if role == "target"] == ["length"]


def test_target_box_names_the_target(sheet: CsvImportDialog) -> None:
    show(sheet)
    box = sheet.review.pane.target
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert sheet.choices().target == "count"
    assert column_cells(sheet, ROLE)[1] == "Target"


def test_task_can_be_changed_to_what_the_values_allow(sheet: CsvImportDialog) -> None:
    show(sheet)
    choose(sheet, 1, ROLE, "Target")
    task = sheet.review.pane.task
    offered = [task.itemData(place) for place in range(task.count())]
    assert offered == ["multiclass", "regression"]
    task.setCurrentIndex(1)
    task.activated.emit(1)
    assert sheet.choices().task == "regression"
    assert sheet.review.pane.task_reason.text() == "Your choice."


def test_without_a_feature_open_is_off_and_says_why(sheet: CsvImportDialog) -> None:
    show(sheet)
    for row in range(3):
        choose(sheet, row, ROLE, "Ignore")
    assert not sheet.open_button.isEnabled()
    assert "feature" in sheet.footnote.text()
    with pytest.raises(UserError):
        sheet.choices()


def test_split_is_part_of_the_choices(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet)
    QTest.keyClick(sheet.review.pane.split.slider, Qt.Key.Key_Left)
    assert sheet.choices().validation_fraction == 0.26
    assert sheet.review.pane.split.counts.text() == "30 / 10"


def test_rejected_rows_have_their_own_page(sheet: CsvImportDialog) -> None:
    show(sheet, flowers(rejected=2))
    assert sheet.review.show_rejected.text() == "Rejected rows  2"
    sheet.review.show_rejected.click()
    assert sheet.review.tabs.currentWidget() is sheet.review.rejected
    assert sheet.review.rejected.records.index(1, 0).data() == "5"
    assert sheet.review.pane.warnings.texts[0] == "2 rows rejected."


def test_changed_delimiter_asks_to_read_again_and_locks_the_sheet(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    show(sheet)
    combo = sheet.review.dialect.combos["delimiter"]
    place = combo.findData(";")
    combo.setCurrentIndex(place)
    with qtbot.waitSignal(sheet.reread_requested) as caught:
        combo.activated.emit(place)
    assert caught.args == [ReadOptions(delimiter=";")]
    assert not sheet.open_button.isEnabled()
    assert not sheet.review.isEnabled()


def test_second_change_keeps_the_first(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    table = show(sheet)
    told: list[ReadOptions] = []
    sheet.reread_requested.connect(told.append)
    for field, value in (("delimiter", ";"), ("header", False)):
        combo = sheet.review.dialect.combos[field]
        combo.activated.emit(combo.findData(value))
        sheet.set_table(table, guess(table))
    assert told == [ReadOptions(delimiter=";"), ReadOptions(delimiter=";", header=False)]


def test_failed_reading_goes_back_to_the_table_and_its_options(sheet: CsvImportDialog) -> None:
    show(sheet)
    combo = sheet.review.dialect.combos["encoding"]
    combo.activated.emit(combo.findData("utf-16-le"))
    sheet.show_error(UserError("flowers.csv is not UTF-16."))
    assert combo.currentData() == "utf-8"
    assert sheet.review.dialect.options == ReadOptions()
    assert sheet.choices().target == "species"


def test_changes_survive_a_second_reading(sheet: CsvImportDialog) -> None:
    table = show(sheet)
    choose(sheet, 1, KIND, "float")
    choose(sheet, 2, ROLE, "Ignore")
    choose(sheet, 0, ROLE, "Target")
    sheet.set_reading("flowers.csv")
    sheet.set_table(table, guess(table))
    choices = sheet.choices()
    assert (choices.target, choices.kinds, choices.roles["petals"]) == ("length", {"count": "float"}, "ignore")


def test_another_file_starts_afresh(sheet: CsvImportDialog) -> None:
    show(sheet)
    choose(sheet, 0, ROLE, "Target")
    sheet.set_reading("other.csv")
    assert not sheet.has_table
    assert sheet.title.text() == "Open other.csv"
    show(sheet)
    assert sheet.choices().target == "species"


def test_progress_of_something_else_does_not_lock_the_sheet(sheet: CsvImportDialog) -> None:
    show(sheet)
    sheet.set_progress(0.5, "Preparing")
    assert sheet.open_button.isEnabled()
    assert sheet.footnote.text() == ""


def test_large_table_asks_for_the_guess_and_can_be_opened_meanwhile(
    sheet: CsvImportDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnviz.ui.dialogs.csv_draft.SMALL", 10)
    table = show(sheet)
    with qtbot.waitSignal(sheet.target_changed) as caught:
        choose(sheet, 1, ROLE, "Target")
    assert caught.args == ["count"]
    assert (sheet.choices().target, sheet.choices().task) == ("count", "multiclass")
    assert sheet.choices().roles["species"] == "feature"
    sheet.set_guess(guess(table, "count"))
    assert sheet.review.draft is not None
    assert not sheet.review.draft.stale


def test_late_guess_for_another_target_is_dropped(sheet: CsvImportDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnviz.ui.dialogs.csv_draft.SMALL", 10)
    table = show(sheet)
    choose(sheet, 1, ROLE, "Target")
    sheet.set_guess(guess(table, "length"))
    assert sheet.choices().target == "count"


def test_table_without_a_target_can_be_given_one(sheet: CsvImportDialog) -> None:
    columns = (Column("a", "float", np.arange(8.0) + 0.5),)
    table = Table("one.csv", None, columns, 8, NO_DIALECT)
    sheet.set_table(table, guess(table))
    assert not sheet.open_button.isEnabled()
    assert "no column to predict" in sheet.footnote.text()


def test_theme_changes_while_the_sheet_is_open(sheet: CsvImportDialog) -> None:
    show(sheet)
    sheet.set_theme(DARK)
    dark = sheet.grab().toImage()
    sheet.set_theme(LIGHT)
    assert sheet.grab().toImage() != dark


def test_sheet_fits_the_smallest_window(sheet: CsvImportDialog) -> None:
    show(sheet, flowers(rejected=3))
    assert (sheet.width(), sheet.height()) == (1120, 660)
    assert sheet.minimumSizeHint().width() <= MINIMUM.width()
    assert sheet.minimumSizeHint().height() <= MINIMUM.height() - 40  # a title bar


def test_doubts_that_another_reading_answers_have_a_button(sheet: CsvImportDialog, qtbot: QtBot) -> None:
    days = np.array(["2024-04-03", "2024-02-01", "2024-06-05"], dtype="datetime64[s]")[np.arange(40) % 3]
    age = np.arange(20.0, 60.0)
    age[:2] = -999
    columns = (Column("day", "date", days, "ambiguous"), Column("age", "integer", age), *flowers().columns[2:])
    table = Table("dated.csv", Path("/data/dated.csv"), columns, 40, NO_DIALECT, (), ())
    for label, wanted in (
        ("Read month first", ReadOptions(date_order="month first")),
        ("Count -999 as missing", ReadOptions(date_order="month first", missing_words=MISSING_WORDS | {"-999"})),
    ):
        show(sheet, table)
        buttons = {button.text(): button for button in sheet.review.pane.warnings.buttons.values()}
        assert set(buttons) == {"Count -999 as missing", "Read month first"}
        with qtbot.waitSignal(sheet.reread_requested) as caught:
            QTest.mouseClick(buttons[label], Qt.MouseButton.LeftButton)
        assert caught.args == [wanted]


def test_review_is_made_piece_by_piece_while_the_file_is_read(qtbot: QtBot) -> None:
    sheet = CsvImportDialog()
    qtbot.addWidget(sheet)
    sheet.set_theme(LIGHT)
    sheet.set_reading("flowers.csv")
    assert sheet.pages.count() == 1
    counts = []
    for part in sheet.parts_to_make():
        part()
        counts.append(sheet.pages.count())
    assert counts == [1, 2, 2]
    assert not sheet.review.isEnabled()
    show(sheet)
    assert sheet.review.isEnabled()
    assert sheet.pages.currentWidget() is sheet.review
