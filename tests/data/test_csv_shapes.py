"""Classes of polluted files: long delimiters, several tables, padded titles, long headers, odd line ends."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.data.spreadsheet_text import spreadsheet_cell
from nnviz.data.table import Cell, Table

BASE = [["id", "height", "colour", "label"], ["1", "1.5", "red", "x"], ["2", "2.5", "blue", "y"], ["3", "", "red", "x"]]


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _cells(table: Table) -> list[list[Cell]]:
    return [list(row) for row in zip(*(column.cells(0, table.n_rows) for column in table.columns), strict=True)]


def _joined(mark: str, end: str = "\n") -> str:
    return "".join(mark.join(row) + end for row in BASE)


CELLS = [[1, 1.5, "red", "x"], [2, 2.5, "blue", "y"], [3, None, "red", "x"]]


@pytest.mark.parametrize("mark", ["\x01", "\x1f"])
def test_control_characters_part_fields_as_hive_and_ascii_have_them(make_file: Callable[..., Path], mark: str) -> None:
    table = read_csv(make_file(_joined(mark)))
    assert _cells(table) == CELLS
    assert table.dialect.delimiter == mark
    headless = "".join(mark.join(row) + "\n" for row in [["7", "\\N", "red", "y"], ["8", "0.5", "blue", "x"]] * 9)
    rows = read_csv(make_file(headless))
    assert (rows.n_rows, rows.column("column_2").n_missing) == (18, 9)


@pytest.mark.parametrize("mark", ["||", ";;", "::", "~|", "|~|", "#,#", "^^", "\t\t"])
def test_a_delimiter_of_several_characters_is_found(make_file: Callable[..., Path], mark: str) -> None:
    table = read_csv(make_file(_joined(mark)))
    assert _cells(table) == CELLS
    assert table.dialect.delimiter == mark
    assert _cells(read_csv(make_file(_joined(mark)), ReadOptions(delimiter=mark))) == CELLS


def test_a_long_delimiter_inside_quotes_is_text_and_rejected_lines_show_it(make_file: Callable[..., Path]) -> None:
    text = _joined("||") + '4||4.5||"a||b"||y\n5||5.5\n'
    table = read_csv(make_file(text))
    assert table.column("colour").cells(3, 4) == ["a||b"]
    assert [(bad.line, bad.text) for bad in table.rejected] == [(6, "5||5.5")]


def test_columns_lined_up_with_blanks_may_hold_texts_of_several_words(make_file: Callable[..., Path]) -> None:
    rows = [
        ("name", "age", "city"),
        ("Anna Lee", "31", "New York"),
        ("Bob", "4", "Rome"),
        ("Carl Mo", "77", "Los Angeles"),
    ]
    text = "".join(f"  {name:16}{age:>5}  {city:14}\n" for name, age, city in rows)
    table = read_csv(make_file(text))
    assert _names(table) == ["name", "age", "city"]
    assert _cells(table) == [["Anna Lee", 31, "New York"], ["Bob", 4, "Rome"], ["Carl Mo", 77, "Los Angeles"]]
    assert _cells(read_csv(make_file(text), ReadOptions(delimiter=table.dialect.delimiter))) == _cells(table)
    plain = read_csv(make_file(" 5.1  3.5  setosa\n10.0  3.2  virginica\n 7.0 14.7  virginica\n"))
    assert plain.dialect.delimiter == "whitespace"


def test_empty_fields_are_no_long_delimiter(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a;b;c;d\n1;;;4\n5;;;8\n9;;;12\n13;x;y;16\n"))
    assert table.dialect.delimiter == ";"
    assert table.n_columns == 4


@pytest.mark.parametrize("second", ["name,age\nann,3\nbob,4\n", "c,d,kind,e\n7,8,u,1\n", "p,q,r\n5,6,x\n7,8,y\n"])
def test_a_second_table_is_rejected_line_by_line_and_said(make_file: Callable[..., Path], second: str) -> None:
    table = read_csv(make_file("a,b,label\n1,2,x\n3,4,y\n5,6,x\n\n" + second))
    assert [column.kind for column in table.columns] == ["integer", "integer", "string"]
    assert table.n_rows == 3
    assert [bad.line for bad in table.rejected] == list(range(6, 6 + second.count("\n")))
    assert table.rejected[0].reason == "a second table begins here"
    assert any("second table begins in line 6" in warning for warning in table.warnings)


def test_text_after_a_blank_line_is_no_second_table(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("name,city\nann,rome\nbob,oslo\n\ncy,bonn\ndi,rome\n\nTotal,3\nmean,4\n"))
    assert table.n_rows == 6
    assert not table.rejected


def test_a_second_table_far_below_is_found_too(make_file: Callable[..., Path]) -> None:
    rows = "".join(f"{i},{i}.5\n" for i in range(200_000))
    table = read_csv(make_file("a,b\n" + rows + "\nc,d\n1,2\n3,4\n"))
    assert table.n_rows == 200_000
    assert [bad.line for bad in table.rejected] == [200_003, 200_004, 200_005]


@pytest.mark.parametrize("titles", ["Report,2024,,\nBy,me,,\n", "Report,,,\n,,,\n", "left,,right,\n"])
def test_titles_padded_to_the_width_of_the_table_are_skipped(make_file: Callable[..., Path], titles: str) -> None:
    table = read_csv(make_file(titles + _joined(",")))
    assert _names(table) == BASE[0]
    assert _cells(table) == CELLS
    assert table.dialect.skipped_lines == titles.count("\n")
    assert any("preamble" in warning for warning in table.warnings)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Sales,Sales,Sales\na,b,label\n", ["a", "b", "label"]),
        ("A,A,B\nx,y,y\n", ["A x", "A y", "B y"]),
        ("T,T,T\nA,A,B\nx,y,z\n", ["x", "y", "z"]),
    ],
)
def test_a_header_of_several_lines_gives_one_name_a_column(
    make_file: Callable[..., Path], header: str, names: list[str]
) -> None:
    table = read_csv(make_file(header + "1,2,u\n3,4,v\n5,6,u\n"))
    assert _names(table) == names
    assert [column.kind for column in table.columns] == ["integer", "integer", "string"]
    assert table.n_rows == 3
    assert table.reconciliation is not None
    assert table.reconciliation.header == header.count("\n")


def test_a_delimiter_too_many_in_the_header_makes_no_column(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a,,b,label\n1,2,x\n3,4,y\n5,6,x\n"))
    assert _names(table) == ["a", "b", "label"]
    assert any("delimiter too many" in warning for warning in table.warnings)


def test_a_long_preamble_is_skipped(make_file: Callable[..., Path]) -> None:
    rows = "".join(f"{i},{i}.5,red,x\n" for i in range(4, 90))
    table = read_csv(make_file("".join(f"Line {i} of an introduction\n" for i in range(60)) + _joined(",") + rows))
    assert _names(table) == BASE[0]
    assert table.dialect.skipped_lines == 60


def test_a_header_that_comes_again_early_is_still_the_header(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a,b\n1,x\na,b\n2,y\n\ufeffa,b\n3,x\n"))
    assert _names(table) == ["a", "b"]
    assert [bad.line for bad in table.rejected] == [3, 5]


@pytest.mark.parametrize("end", ["\x1e", "\u2028", "\u0085", "\n\r", "\r\r\n"])
def test_odd_ends_of_records_are_told_from_text(make_file: Callable[..., Path], end: str) -> None:
    assert _cells(read_csv(make_file(_joined(",", end)))) == CELLS


def test_a_single_blank_is_a_delimiter_where_texts_with_blanks_are_quoted(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file('a b c label\n1 "x y" 2 u\n3  4 v\n5 "z, w" 6 u\n7  8 v\n'))
    assert _cells(table) == [[1, "x y", 2, "u"], [3, None, 4, "v"], [5, "z, w", 6, "u"], [7, None, 8, "v"]]


def test_a_backslash_escapes_a_delimiter_outside_quotes(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("id,text,label\n1,a\\,b,x\n2,c\\\\,y\n3,d\\,e\\,f,x\n4,g,y\n"))
    assert table.column("text").cells(0, 4) == ["a,b", "c\\", "d,e,f", "g"]
    paths = read_csv(make_file("id,path,label\n1,C:\\dir\\,x\n2,D:\\,y\n3,E:\\x\\,x\n"))
    assert paths.column("path").cells(0, 3) == ["C:\\dir\\", "D:\\", "E:\\x\\"]


def test_edges_drawn_with_delimiters_make_no_columns(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("| a | b | label |\n|---|---|---|\n| 1 | 2 | x |\n| 3 | 4 | y |\n"))
    assert _names(table) == ["a", "b", "label"]
    assert any("edges" in warning for warning in table.warnings)


def test_text_that_a_spreadsheet_was_made_to_keep_loses_its_wrapping(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file('code,n\n="007",1\n="008",2\n,3\n="=1+1",4\n'))
    assert table.column("code").cells(0, 4) == ["007", "008", None, "=1+1"]
    assert any("spreadsheets" in warning for warning in table.warnings)


def test_a_field_of_many_lines_is_one_field(make_file: Callable[..., Path]) -> None:
    text = "one, two\n" * 200_000
    table = read_csv(make_file(f'id,text,y\n1,"{text}",a\n2,b,c\n' + "3,d,e\n" * 10))
    assert table.n_rows == 12
    assert table.column("text").cells(0, 1) == [text.strip()]
    assert not table.rejected


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-", "'-"),
        ("-1.5", "-1.5"),
        ("+3e5", "+3e5"),
        (-1.5, -1.5),
        (7, 7),
        ("plain", "plain"),
        ("", ""),
        ("a=b", "a=b"),
        ("-1_000", "'-1_000"),
    ],
)
def test_text_that_begins_a_formula_is_guarded_and_numbers_are_not(cell: object, written: object) -> None:
    assert spreadsheet_cell(cell) == written
