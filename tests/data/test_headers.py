"""A header is told from a first row of data in both directions, and where little proves it that is said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.data.headers import looks_like_header

YES = [
    "country,2019,2020|A,1,2|B,3,4",
    "country,2019,2020|A,1,2",
    # Dashes for gaps are no texts that a header would have to differ from.
    "a,b,y|1,-,x|-,2,y|3,4,x|-,-,y",
    "country,2019,2020|Norway,5328212,5367580|Sweden,10278887,10353442|Chad,15946876,16425864",
    ",2019,2020|A,1,2|B,3,4",
    "country,code,1990,2000,2010|Norway,NO,1.5,2.5,3|Sweden,SE,2.5,3.5,4|Chad,TD,0.5,0.25,1",
    "2019,2020|1,2|3,4|5,6",
    "2019,2020,2021|1,2,3|4,5,6|7,8,9",
    "2019,2020,2021|1900.5,2100,2300|1800,2500.5,2600|1500,1000,3000",
    "subject,10,20,30|s1,0.5,0.7,0.9|s2,0.4,0.6,0.8",
    "sample,350.5,351.0,351.5|one,0.2,0.3,0.4|two,0.1,0.9,0.5|three,0.3,0.2,0.1",
    "dose,1,10,100|mouse,0.5,0.25,0.125|rat,0.75,0.5,0.375",
    ",0,1,2|0,1.5,2.5,3.5|1,2.5,3.5,4.5",
    "label,1,2,3,4,5|7,0,0,12,3,1|2,0,5,9,3,2",
    "Province,Country,Lat,1/22/20,1/23/20,1/24/20|,Chad,15.5,0,0,1|,Peru,-9.5,0,2,3|,Fiji,-17.5,1,1,4",
    "day,2020-01-01,2020-01-02|rain,1.5,2|snow,0,3",
]
NO = [
    "1,2,3|4,5,6|7,8,9",
    "0,1,2|3,4,5|6,7,8",
    "0,1,2,3,4|5,6,7,8,9|10,11,12,13,14",
    "A,10,20,30|B,40,50,60|C,70,80,90",
    "A,1,2,3|B,4,5,6|C,7,8,9",
    "s1,5,3,4|s2,2,1,4|s3,4,4,5",
    "A,2019,2020|B,1,2|C,3,4",
    "2001,2002,2003|1999,2005,2010|1984,1990,2020",
    "Norway,2001,2002,2003|Chad,1999,2005,2010|Peru,1984,1990,2020",
    "2020-01-01,5|2020-01-02,6|2020-01-03,7",
    "red,1,yes|blue,2,no|green,3,yes|red,4,no",
    "5.1,3.5,setosa|4.9,3.0,setosa|7.0,3.2,virginica",
    "10,20|11,25|12,21",
    "100,200|1,2|3,4|5,6",
    "rome,900,1000|oslo,950,1010|bonn,870,980",
]


@pytest.mark.parametrize(("text", "header"), [*((t, True) for t in YES), *((t, False) for t in NO)])
def test_numbers_are_names_only_where_they_are_unlike_the_values_below(text: str, header: bool) -> None:
    head, *rows = [line.split(",") for line in text.split("|")]
    assert looks_like_header(head, rows) is header


def test_years_become_the_names_and_no_row_is_lost(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("country,2019,2020\nA,1,2\nB,3,4\n"))
    assert [column.name for column in table.columns] == ["country", "2019", "2020"]
    assert [column.kind for column in table.columns] == ["string", "integer", "integer"]
    assert table.n_rows == 2
    assert any("2019, 2020" in warning and "header" in warning for warning in table.warnings)


@pytest.mark.parametrize(
    "text",
    ["Norway,2001,2002\nChad,1999,2005\nPeru,1984,1990\n", "A,2019,2020\nB,1,2\nC,3,4\n"],
)
def test_a_first_row_that_could_be_a_header_is_kept_as_data_and_said(make_file: Callable[..., Path], text: str) -> None:
    table = read_csv(make_file(text))
    assert table.n_rows == 3
    assert any("header" in warning and "read as data" in warning for warning in table.warnings)
    assert not [
        warning for warning in read_csv(make_file(text), ReadOptions(header=False)).warnings if "header" in warning
    ]


def test_a_header_over_texts_alone_is_a_guess_and_said(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("name,city\nanna,bonn\nbob,rome\n"))
    assert table.dialect.header
    assert any("header" in warning and "text" in warning for warning in table.warnings)
    proved = read_csv(make_file("name,city\nanna,bonn\nbob,bonn\ncy,bonn\n"))
    assert not [warning for warning in proved.warnings if "header" in warning]


def test_a_clear_header_raises_no_doubt(make_file: Callable[..., Path]) -> None:
    for text in ("a,b\n1,2\n3,4\n", "1,2\n3,4\n5,6\n", "x,2019 total\n1,2\n3,4\n"):
        assert not [warning for warning in read_csv(make_file(text)).warnings if "header" in warning]
