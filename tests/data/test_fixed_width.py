"""Columns that begin at the same places of every line, and blanks as R and SQL tools use them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.data.table import Table
from nnviz.errors import UserError

MakeFile = Callable[..., Path]
_ONE_BLANK = "id   name     val\n   1 Anna     2.5\n   2 Bo       3.5\n  13 Cara Lee 4.5\n   4 Dan       .5\n"
_GAPS = (
    "ID   NAME       CITY      AGE\n001  Anna Lee   Rome       30\n002  Bo                    41\n"
    "003  Cy Young   New York   22\n004             Oslo       35\n"
)
_NO_HEADER = (
    "AB123 2024-01-31   12.5 new york\nCD4   2024-02-01  112.5 rome\nEF55  2024-02-02    2.5 oslo\n"
    "GH6   2024-02-03   99.0 los angeles\n"
)
_DASHES = "Name       Age City\n---------- --- ----------\nAnna Lee    30 New York\nBo          41 Rome\n"


def _cells(table: Table) -> list[list[object]]:
    return [list(row) for row in zip(*(column.cells(0, table.n_rows) for column in table.columns), strict=True)]


@pytest.mark.parametrize(
    ("text", "delimiter", "rows"),
    [
        (_ONE_BLANK, "columns 1,6,15", [[1, "Anna", 2.5], [2, "Bo", 3.5], [13, "Cara Lee", 4.5], [4, "Dan", 0.5]]),
        (
            _GAPS,
            "columns 1,6,17,27",
            [["001", "Anna Lee", "Rome", 30], ["002", "Bo", None, 41], ["003", "Cy Young", "New York", 22],
             ["004", None, "Oslo", 35]],
        ),
        (
            _NO_HEADER,
            "columns 1,7,19,25",
            [["AB123", "2024-01-31", 12.5, "new york"], ["CD4", "2024-02-01", 112.5, "rome"],
             ["EF55", "2024-02-02", 2.5, "oslo"], ["GH6", "2024-02-03", 99.0, "los angeles"]],
        ),
        (_DASHES, "columns 1,12,16", [["Anna Lee", 30, "New York"], ["Bo", 41, "Rome"]]),
    ],
)  # fmt: skip
def test_columns_one_blank_apart_are_found(
    make_file: MakeFile, text: str, delimiter: str, rows: list[list[object]]
) -> None:
    table = read_csv(make_file(text, "file.txt"))
    assert table.dialect.delimiter == delimiter
    assert any("they begin at character 1, " in warning for warning in table.warnings)
    assert _cells(table) == rows
    assert not table.rejected


def test_the_places_can_be_told_and_a_line_that_does_not_keep_to_them_is_rejected_as_it_stands(
    make_file: MakeFile,
) -> None:
    path = make_file(_ONE_BLANK + "broken line here\n   5 Eve      6.5\n", "file.txt")
    table = read_csv(path, ReadOptions(delimiter="columns 1,6,15"))
    assert [(bad.line, bad.text) for bad in table.rejected] == [(6, "broken line here")]
    assert _cells(table)[-1] == [5, "Eve", 6.5]


def test_notes_below_are_no_part_of_the_columns(make_file: MakeFile) -> None:
    table = read_csv(make_file(_ONE_BLANK + "\nSource: office of statistics, 2024\n(4 rows affected)\n", "file.txt"))
    assert len(_cells(table)) == 4
    assert [bad.line for bad in table.rejected] == [7, 8]


@pytest.mark.parametrize(
    "text",
    [
        "This is a text about\nthings that are here\nand some of the words\nline up by sheer luck\nor not at all\n",
        "a b c d\ne f g h\ni jk l\nm n o p\nq r s t\n",
    ],
)
def test_words_that_line_up_are_no_columns(make_file: MakeFile, text: str) -> None:
    with pytest.raises(UserError):
        read_csv(make_file(text, "file.txt"))


def test_a_table_as_r_writes_and_prints_it(make_file: MakeFile) -> None:
    written = '"x" "y" "c"\n"1" 1 2.5 "a b"\n"2" 2 3.5 "b"\n"3" 3 4.5 "c"\n'
    assert _cells(read_csv(make_file(written)))[0] == [1, 1, 2.5, "a b"]
    printed = "  Sepal.Length Species\n1          5.1  setosa\n2          4.9  setosa\n3          4.7  virginica\n"
    table = read_csv(make_file(printed))
    assert [column.name for column in table.columns] == ["column_1", "Sepal.Length", "Species"]
    assert _cells(table)[2] == [3, 4.7, "virginica"]


@pytest.mark.parametrize("quote", ["`", "$"])
def test_backticks_and_dollars_quote_fields_that_hold_delimiters(make_file: MakeFile, quote: str) -> None:
    text = "name,note,x\n'a,b','hello',1\n'c','x, ''y''',2\nd,'z',3\n".replace("'", quote)
    table = read_csv(make_file(text))
    assert table.dialect.quote == quote
    assert _cells(table) == [["a,b", "hello", 1], ["c", f"x, {quote}y{quote}", 2], ["d", "z", 3]]


def test_dollars_and_backticks_elsewhere_are_no_quotes(make_file: MakeFile) -> None:
    table = read_csv(make_file("name,price\n`a`,$5\n`b`,$6\n"))
    assert _cells(table) == [["`a`", 5], ["`b`", 6]]


@pytest.mark.parametrize("mark", ["，", "；", "،"])
def test_commas_of_other_scripts_part_fields(make_file: MakeFile, mark: str) -> None:
    table = read_csv(make_file("id,v,c\n1,2,a\n2,3,b\n3,5,c\n".replace(",", mark)))
    assert table.dialect.delimiter == mark
    assert _cells(table)[1] == [2, 3, "b"]


def test_a_column_of_quoted_texts_is_a_table(make_file: MakeFile) -> None:
    table = read_csv(make_file('value\n"1,5"\n"2,5"\n"3,5"\n'))
    assert _cells(table) == [[1.5], [2.5], [3.5]]


def test_a_sep_line_that_is_wrong_is_said(make_file: MakeFile) -> None:
    table = read_csv(make_file("sep=;\na,b\n1,2\n3,4\n"))
    assert _cells(table) == [[1, 2], [3, 4]]
    assert any("';'" in text for text in table.warnings)


def test_bars_are_delimiters_and_no_columns_of_their_own(make_file: MakeFile) -> None:
    table = read_csv(make_file(" a | b \n---+---\n 1 | 2\n 3 | 4\n(2 rows)\n", "file.txt"))
    assert table.dialect.delimiter == "|"
    assert _cells(table) == [[1, 2], [3, 4]]


def test_numbers_between_blanks_below_a_long_text_are_a_table(make_file: MakeFile) -> None:
    text = "NIST/ITL StRD\nDataset Name:  SmLs01 with some words\nReference:  Simon, Stephen D. and Lesage\n\nx y\n"
    rows = "".join(f"  {number % 9}   1.{number}\n" for number in range(60))
    table = read_csv(make_file(text * 4 + rows, "file.dat"))
    assert table.dialect.delimiter == "whitespace"
    assert table.n_rows == 60
