"""Excel workbooks: one sheet, typed like any other table; no formula runs."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from nnviz.data import workbook as reader
from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.errors import Cancelled, UserError
from tests.data.workbook_writer import Cell, Formula, workbook

ROWS: list[list[Cell]] = [
    ["day", "count", "share", "text", "ok", "label"],
    [date(2024, 1, 31), 1.0, 0.5, "a, b", True, "x"],
    [date(2024, 2, 1), 2.0, None, 'say "hi"\nthere', False, "y"],
    [date(2024, 2, 2), 3.0, 1.25, "007", True, "x"],
]


def test_cells_become_the_values_they_show(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file(workbook({"data": ROWS}), "table.xlsx"))
    assert [column.name for column in table.columns] == ROWS[0]
    assert [column.kind for column in table.columns] == ["date", "integer", "float", "string", "boolean", "string"]
    cells = [column.cells(0, 3) for column in table.columns]
    assert cells[0] == ["2024-01-31", "2024-02-01", "2024-02-02"]
    assert cells[1] == [1, 2, 3]
    assert cells[2] == [0.5, None, 1.25]
    assert cells[3] == ["a, b", 'say "hi"\nthere', "007"]
    assert cells[4] == [True, False, True]
    assert not table.rejected
    assert table.warnings[0] == "Read from the sheet 'data'."


def test_the_first_sheet_with_values_is_read_and_the_others_are_named(make_file: Callable[..., Path]) -> None:
    path = make_file(workbook({"empty": [], "first": ROWS, "other": [["a", "b"], [1.0, 2.0], [3.0, 4.0]]}), "book.xlsx")
    table = read_csv(path)
    assert table.n_rows == 3
    assert table.warnings[0] == "Read from the sheet 'first', one of 3: empty, first, other."
    other = read_csv(path, ReadOptions(sheet="other"))
    assert [column.name for column in other.columns] == ["a", "b"]
    with pytest.raises(UserError, match="no sheet named missing") as caught:
        read_csv(path, ReadOptions(sheet="missing"))
    assert "empty, first, other" in caught.value.hint


def test_a_formula_is_the_number_last_saved_and_text_like_one_stays_text(make_file: Callable[..., Path]) -> None:
    rows: list[list[Cell]] = [["x", "t"], [Formula("1+1", 7.0), "=1+1"], [2.0, "@SUM(A1)"], [3.0, "=cmd"]]
    table = read_csv(make_file(workbook({"s": rows}), "f.xlsx"))
    assert table.column("x").cells(0, 3) == [7, 2, 3]
    assert table.column("t").cells(0, 3) == ["=1+1", "@SUM(A1)", "=cmd"]


def test_titles_above_the_table_are_skipped_and_bad_rows_have_the_row_of_the_sheet(
    make_file: Callable[..., Path],
) -> None:
    rows: list[list[Cell]] = [["Report", 2024.0], [], ["a", "b", "label"], [1.0, 2.0, "x\ny"], [3.0, 4.0, "z"]]
    rows += [["a", "b", "label"], [5.0, 6.0, "x"]]
    table = read_csv(make_file(workbook({"s": rows}), "r.xlsx"))
    assert [column.name for column in table.columns] == ["a", "b", "label"]
    assert table.n_rows == 3
    assert [(bad.line, bad.reason) for bad in table.rejected] == [(6, "it repeats the header")]


def test_an_empty_workbook_and_a_damaged_one_are_refused_in_words(make_file: Callable[..., Path]) -> None:
    with pytest.raises(UserError, match="empty: no sheet"):
        read_csv(make_file(workbook({"a": [], "b": []}), "e.xlsx"))
    whole = workbook({"s": ROWS})
    for damaged in (whole[: len(whole) // 2], b"PK\x03\x04" + bytes(100)):
        with pytest.raises(UserError, match="damaged workbook"):
            read_csv(make_file(damaged, "d.xlsx"))


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(
    make_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_MAX_UNPACKED", 1000)
    with pytest.raises(UserError, match="unpacks to more than"):
        read_csv(make_file(workbook({"s": ROWS}), "z.xlsx"))


def test_text_named_xlsx_is_read_as_text_and_a_workbook_named_csv_is_refused(make_file: Callable[..., Path]) -> None:
    assert read_csv(make_file("a,b\n1,2\n3,4\n", "t.xlsx")).n_rows == 2
    with pytest.raises(UserError, match="Excel workbook") as caught:
        read_csv(make_file(workbook({"s": ROWS}), "t.csv"))
    assert ".xlsx" in caught.value.hint


def test_reading_a_workbook_can_be_cancelled(make_file: Callable[..., Path]) -> None:
    with pytest.raises(Cancelled):
        read_csv(make_file(workbook({"s": ROWS}), "c.xlsx"), cancelled=lambda: True)


def test_the_writer_of_these_tests_writes_a_sound_zip(make_file: Callable[..., Path]) -> None:
    with zipfile.ZipFile(make_file(workbook({"s": ROWS}), "w.xlsx")) as packed:
        assert packed.testzip() is None
