"""Headers of several lines, headers with another delimiter than the rows, units, types and long names below names."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.data.table import Table

MakeFile = Callable[..., Path]


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _kinds(table: Table) -> list[str]:
    return [column.kind for column in table.columns]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (",Height,,Weight,\nName,mean,sd,mean,sd\n", ["Name", "Height mean", "Height sd", "Weight mean", "Weight sd"]),
        ("Region,2023,,2024,\n,Q1,Q2,Q1,Q2\n", ["Region", "2023 Q1", "2023 Q2", "2024 Q1", "2024 Q2"]),
        ("Report\n,Height,,Weight,\nName,m,s,m,s\n", ["Name", "Height m", "Height s", "Weight m", "Weight s"]),
    ],
)
def test_merged_cells_above_repeated_names_make_them_different(
    make_file: MakeFile, header: str, names: list[str]
) -> None:
    table = read_csv(make_file(header + "Anna,1.5,0.2,60,3\nBo,1.7,0.1,70,4\nCy,1.8,0.1,80,4\n"))
    assert _names(table) == names
    assert table.n_rows == 3
    assert table.reconciliation is not None
    assert table.reconciliation.header == 2
    assert any("2 lines with names" in text for text in table.warnings)


def test_a_title_above_repeated_names_is_none_of_them(make_file: MakeFile) -> None:
    table = read_csv(make_file("Report,,,\nName,x,x,y\nAnna,1,2,3\nBo,2,3,4\nCy,3,5,5\n"))
    assert _names(table) == ["Name", "x", "x_2", "y"]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("a\tb\tc", "1,2,3\n4,5,6\n7,8,9\n"),
        ("a,b,c", "1,5;2;3\n4,5;6;7\n7;8;9\n"),
        ('"a";"b";"c"', "1,2,x\n4,5,y\n7,8,x\n"),
    ],
)
def test_a_header_parted_otherwise_than_the_rows_keeps_its_names(make_file: MakeFile, header: str, rows: str) -> None:
    table = read_csv(make_file(f"{header}\n{rows}"))
    assert _names(table) == ["a", "b", "c"]
    assert table.n_rows == 3
    assert any("unlike the rows" in text for text in table.warnings)
    assert not read_csv(make_file(f"{header}\n{rows}"), ReadOptions(header=False)).dialect.header


def test_a_title_with_commas_is_no_header(make_file: MakeFile) -> None:
    table = read_csv(make_file("made by me, in 2024, for you\n1;2;3\n4;5;6\n7;8;9\n"))
    assert not table.dialect.header


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("sepal\tpetal\tiris\nc\tc\td\n\t\tclass\n", 2),  # Orange: types, roles
        ("sepal\tpetal\tiris\nLength of the sepal\tLength of the petal\tKind\n{x}\t{y}\t{z}\n", 2),
        ("sepal\tpetal\tiris\ncm\tcm\t\n", 1),
    ],
)
def test_lines_that_describe_columns_of_numbers_are_rejected(make_file: MakeFile, lines: str, count: int) -> None:
    table = read_csv(make_file(lines + "5.1\t1.4\tsetosa\n4.9\t1.4\tsetosa\n7.0\t4.7\tversicolor\n"))
    assert _names(table) == ["sepal", "petal", "iris"]
    assert _kinds(table) == ["float", "float", "string"]
    assert [bad.line for bad in table.rejected] == list(range(2, 2 + count))


@pytest.mark.parametrize(
    "rows",
    [
        "Anna,absent\nBo,sick\nCy,1\nDi,2\nEd,3\n",  # one column of numbers proves nothing of two lines
        "Anna,absent\nBo,1\nAnna,2\nDi,2\n",
    ],
)
def test_rows_with_texts_among_numbers_are_kept(make_file: MakeFile, rows: str) -> None:
    table = read_csv(make_file("name,score\n" + rows))
    assert not table.rejected


def test_years_above_flagged_numbers_are_names(make_file: MakeFile) -> None:
    table = read_csv(make_file("country,2019,2020\nAT,1.5 e,2.5\nDE,1.7,2.9 p\nFR,:,3.0 b\nIT,2.2,: u\n"))
    assert _names(table) == ["country", "2019", "2020"]


@pytest.mark.parametrize(
    ("above", "names"),
    [
        ("x-axis,1\nsecond,Volt\n", ["second", "Volt"]),
        ("Model,DS1054Z\nPoints,4\nTime,CH1\nSecond,Volt\n", ["Time", "CH1"]),
    ],
)
def test_settings_of_an_instrument_above_names_are_skipped(make_file: MakeFile, above: str, names: list[str]) -> None:
    table = read_csv(make_file(above + "-0.1,+1.5E-01\n0.0,+1.6E-01\n0.1,+1.7E-01\n"))
    assert _names(table) == names
    assert table.n_rows == 3
    assert any("preamble" in text for text in table.warnings)


@pytest.mark.parametrize(
    "text",
    ["id,v\n1,error\n2,3\n3,4\n4,5\n", "name,v\nx,2\ny,3\nz,4\nu,5\n", "a,b\nx,1\nc,d\n1,2\n3,4\n5,7\n"],
)
def test_rows_of_a_table_are_no_settings(make_file: MakeFile, text: str) -> None:
    table = read_csv(make_file(text))
    assert table.n_rows + len(table.rejected) >= 3


def test_a_first_row_with_flags_is_a_row(make_file: MakeFile) -> None:
    text = "geo\\time\t2019 \t2020 \t2021 \nAT\t1.5 \t2.5 e\t: \nDE\t1.7 \t2.9 \t3.0 p\nFR\t: \t2.2 \t2.4 \n"
    table = read_csv(make_file(text))
    assert table.n_rows == 3
    assert not table.rejected


def test_a_title_with_as_many_delimiters_above_a_blank_line_is_no_header(make_file: MakeFile) -> None:
    table = read_csv(make_file("made by: me; you\n\nsize;kind\n7;a\n8;b\n9;a\n"))
    assert _names(table) == ["size", "kind"]
    assert not table.rejected
    assert any("preamble" in text for text in table.warnings)
    table = read_csv(make_file("size;kind\n\n7;a\n\n8;b\n\n9;a\n"))
    assert _names(table) == ["size", "kind"]
    assert table.n_rows == 3
