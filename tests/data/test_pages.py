"""Lines that are no rows: pages, notes with delimiters, comments by semicolons; typographic quotes, markup."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.data.table import Table
from nnviz.errors import UserError

MakeFile = Callable[..., Path]


def _cells(table: Table) -> list[list[object]]:
    return [list(row) for row in zip(*(column.cells(0, table.n_rows) for column in table.columns), strict=True)]


def _reasons(table: Table) -> dict[int, str]:
    return {bad.line: bad.reason for bad in table.rejected}


def test_a_header_behind_a_page_break_is_a_header_again(make_file: MakeFile) -> None:
    table = read_csv(make_file("id,v\n1,2\n2,3\n\fid,v\n3,4\n4,5\n"))
    assert _cells(table) == [[1, 2], [2, 3], [3, 4], [4, 5]]
    assert _reasons(table) == {4: "it repeats the header"}


def test_a_title_that_comes_again_is_no_row(make_file: MakeFile) -> None:
    table = read_csv(make_file("Report,,\nid,v,c\n1,2,a\n2,3,b\n\nReport,,\nid,v,c\n3,4,a\n4,6,b\n"))
    assert _cells(table) == [[1, 2, "a"], [2, 3, "b"], [3, 4, "a"], [4, 6, "b"]]
    assert _reasons(table) == {6: "it repeats a line above the table", 7: "it repeats the header"}


@pytest.mark.parametrize(
    ("notes", "lines"),
    [
        ("Source: office, table 3, see notes\n", [5]),
        ("\nSource: office, table 3, see notes\nPrices in EUR,as of May,\n", [6, 7]),
        ("Source: x; y; z; w\nNote: p; q; r; s\n", [5, 6]),
    ],
)
def test_notes_below_a_table_may_hold_delimiters(make_file: MakeFile, notes: str, lines: list[int]) -> None:
    table = read_csv(make_file("a,b,c\n1,2,3\n4,5,6\n7,8,9\n" + notes))
    assert _cells(table) == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert list(_reasons(table)) == lines


@pytest.mark.parametrize("row", ["Di,absent,sick\n", "Ed Young,absent,3\n", "Ed Young,n/a,n/a\n"])
def test_last_rows_of_words_are_rows(make_file: MakeFile, row: str) -> None:
    table = read_csv(make_file("name,a,b\nAnna,1,2\nBo,2,3\nCy,3,4\n" + row))
    assert table.n_rows == 4


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("; made by tool;v1\n; another;x\na;b\n1;2\n; c;d\n3;4\n5;6\n", [[1, 2], [3, 4], [5, 6]]),
        ("; made by tool,v1\na,b\n1,2\n; gap,here\n3,4\n5,6\n", [[1, 2], [3, 4], [5, 6]]),
        (";made by x\na;b\n1;2\n3;4\n5;6\n", [[1, 2], [3, 4], [5, 6]]),
        (";made by x\n;on monday\na\tb\n1\t2\n;gap\there\n3\t4\n", [[1, 2], [3, 4]]),
    ],
)
def test_lines_that_begin_with_a_semicolon_and_a_text_are_comments(
    make_file: MakeFile, text: str, rows: list[list[object]]
) -> None:
    table = read_csv(make_file(text))
    assert [column.name for column in table.columns] == ["a", "b"]
    assert _cells(table) == rows
    assert not table.rejected
    assert any("comment" in warning for warning in table.warnings)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (";a;b\n0;1;2\n1;3;4\n2;5;7\n", [[0, 1, 2], [1, 3, 4], [2, 5, 7]]),  # an index without a name
        ("a;b;c\n;1;x\n2;3;y\n;4;z\n", [[None, 1, "x"], [2, 3, "y"], [None, 4, "z"]]),
        (";x;y\nred;1;2\nblue;2;3\nred;3;4\n", [["red", 1, 2], ["blue", 2, 3], ["red", 3, 4]]),
    ],
)
def test_an_empty_first_field_is_no_comment(make_file: MakeFile, text: str, rows: list[list[object]]) -> None:
    assert _cells(read_csv(make_file(text))) == rows


@pytest.mark.parametrize("quotes", ["“”", "„“", "«»", "””"])
def test_typographic_quotes_hold_delimiters_together(make_file: MakeFile, quotes: str) -> None:
    start, end = quotes[0], quotes[1]
    table = read_csv(make_file(f"id,v,c\n1,{start}a, b{end},3\n2,{start}c{end},4\n3,{start}d, e{end},5\n"))
    assert _cells(table) == [[1, "a, b", 3], [2, "c", 4], [3, "d, e", 5]]
    assert any("Typographic quotes" in warning for warning in table.warnings)


@pytest.mark.parametrize("field", ["“x, {}”", "«x, {}»", "„x, y, {}“"])
def test_typographic_quotes_hold_together_what_would_not_fit_the_header(make_file: MakeFile, field: str) -> None:
    table = read_csv(make_file("a,b\n" + "".join(f"{place},{field.format(place)}\n" for place in range(20))))
    assert [column.name for column in table.columns] == ["a", "b"]
    assert table.columns[1].cells(3, 4) == [field.format(3)[1:-1]]


def test_typographic_quotes_that_are_not_needed_stay(make_file: MakeFile) -> None:
    table = read_csv(make_file('id,v\n1,“a”\n2,"b, “c, d”"\n3,“e”\n'))
    assert _cells(table) == [[1, "“a”"], [2, "b, “c, d”"], [3, "“e”"]]


@pytest.mark.parametrize(
    "text",
    [
        "<div><p>Not found</p></div>\n<div>x</div>\n",
        "<!-- export -->\n<table><tr><td>1</td></tr></table>\n",
        "<pre>a,b</pre>",
    ],
)
def test_parts_of_pages_are_named(make_file: MakeFile, text: str) -> None:
    with pytest.raises(UserError, match="HTML"):
        read_csv(make_file(text))


def test_a_table_of_tags_is_a_table(make_file: MakeFile) -> None:
    table = read_csv(make_file("<b>x</b>,<p>y</p>\n<b>1</b>,<p>2</p>\n<b>3</b>,<p>4</p>\n"))
    assert table.n_rows in (2, 3)


def test_a_log_with_thousandths_of_seconds_is_a_log(make_file: MakeFile) -> None:
    lines = "2024-01-31 12:00:00,123 INFO started\n2024-01-31 12:00:01,456 WARN slow\n2024-01-31 12:00:02,789 ERROR x"
    with pytest.raises(UserError, match="a log"):
        read_csv(make_file(lines))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("(1, 2, 'x'),\n(3, 4, 'y'),\n(5, 6, 'z');\n", "brackets"),
        ("[1, 2, 'x'],\n[3, 4, 'y'],\n", "brackets"),
        ('{| class="wikitable"\n! a !! b\n|-\n| 1 || 2\n|}\n', "wiki"),
    ],
)
def test_values_of_programs_and_wikis_are_named(make_file: MakeFile, text: str, what: str) -> None:
    with pytest.raises(UserError, match=what):
        read_csv(make_file(text))


def test_numbers_in_brackets_are_negative(make_file: MakeFile) -> None:
    assert _cells(read_csv(make_file("(1.5),(2.5)\n(3.5),(4.5)\n(5.5),(6.5)\n")))[0] == [-1.5, -2.5]


@pytest.mark.parametrize(
    "text",
    [
        "┌───┬───┐\n│ a │ b │\n├───┼───┤\n│ 1 │ 2 │\n│ 3 │ 4 │\n│ 5 │ 7 │\n└───┴───┘\n",
        "=====  =====\na      b\n=====  =====\n1      2\n3      4\n5      7\n=====  =====\n",
    ],
)
def test_lines_that_are_drawn_are_no_rows(make_file: MakeFile, text: str) -> None:
    table = read_csv(make_file(text))
    assert [column.name for column in table.columns] == ["a", "b"]
    assert _cells(table) == [[1, 2], [3, 4], [5, 7]]


def test_settings_with_units_above_a_table_are_skipped(make_file: MakeFile) -> None:
    rows = "2024-01-01,1.5,80\n2024-01-02,2.5,82\n2024-01-03,0.5,79\n"
    table = read_csv(make_file("Station:,Berlin,\nElevation:,34,m\nDate,Temp,RH\n" + rows))
    assert [column.name for column in table.columns] == ["Date", "Temp", "RH"]
    assert table.n_rows == 3


def test_a_table_above_the_one_that_is_read_is_said(make_file: MakeFile) -> None:
    table = read_csv(make_file("Table 1\na,b\n1,2\n3,4\n\nTable 2\nc,d,e\n5,6,1\n7,8,2\n"))
    assert any("from line 2 on: a table of their own" in text for text in table.warnings)


def test_text_of_seven_bits_with_escapes_is_japanese(make_file: MakeFile) -> None:
    table = read_csv(make_file("名前,年齢\n田中,30\n鈴木,41\n", encoding="iso2022_jp"))
    assert _cells(table) == [["田中", 30], ["鈴木", 41]]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<gpx version="1.1"><trk></trk></gpx>\n', "XML"),
        ('<soap:Envelope xmlns:soap="x"><soap:Body/></soap:Envelope>\n', "XML"),
        ("@article{a,\n  title={x},\n  year={2020}\n}\n", "BibTeX"),
    ],
)
def test_markup_without_a_declaration_is_named(make_file: MakeFile, text: str, what: str) -> None:
    with pytest.raises(UserError, match=what):
        read_csv(make_file(text))
