"""Hints about whole numbers that are dates, tables on their side, sums between rows; nothing is changed by them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.data.casts import cast_column
from nnviz.data.csv_reader import read_csv
from nnviz.data.number_dates import moments_of
from nnviz.data.table import Column, Table

MakeFile = Callable[..., Path]


def _column(name: str, *values: float) -> Column:
    return Column(name, "integer", np.array(values, dtype=np.float64))


@pytest.mark.parametrize(
    ("name", "value", "other", "moment"),
    [
        ("x", 20240131, 20240229, "2024-01-31T00:00:00"),
        ("month", 202401, 202402, "2024-01-01T00:00:00"),
        ("ts", 1706700000, 1706700001, "2024-01-31T11:20:00"),
        ("created_at", 1706700000500, 1706700000501, "2024-01-31T11:20:00"),
        ("Date", 45322, 45323, "2024-01-31T00:00:00"),
    ],
)
def test_whole_numbers_that_are_moments(name: str, value: float, other: float, moment: str) -> None:
    column = _column(name, value, np.nan, other)
    known = moments_of(column)
    assert known is not None
    assert str(known[1][0]) == moment
    assert np.isnat(known[1]).tolist() == [False, True, False]
    assert str(cast_column(column, "datetime").values[0]) == moment


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("x", (20240131, 20240231)),  # no such day
        ("x", (20240131,)),
        ("x", (202401, 202402)),
        ("x", (202401, 202402, 202403, 202404, 202405, 202413)),
        ("income", (1706700000, 1706700001)),
        ("updates", (45322, 45323)),
        ("size", (45322, 45323)),
        ("date", (1, 2)),
        ("date", (np.nan, np.nan)),
    ],
)
def test_other_whole_numbers_are_numbers(name: str, values: tuple[float, ...]) -> None:
    assert moments_of(_column(name, *values)) is None


def test_one_number_is_enough_where_dates_are_asked_for() -> None:
    assert str(cast_column(_column("x", 20240131), "date").values[0]) == "2024-01-31T00:00:00"


def test_they_are_read_as_numbers_with_a_hint(make_file: MakeFile) -> None:
    table = read_csv(make_file("day,v\n20240131,1\n20240229,2\n20240301,3\n"))
    assert table.column("day").cells(0, 1) == [20240131]
    assert any("20240131 would be 2024-01-31" in text for text in table.warnings)


def _says(table: Table, words: str) -> bool:
    return any(words in text for text in table.warnings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,Anna,Bo,Cy\nage,30,41,22\nheight,1.5,1.7,1.8\ncity,Rome,Bonn,Oslo\n", True),
        ("name,age,city\nAnna,30,Rome\nBo,41,Bonn\nCy,22,Oslo\n", False),
        ("name,a,b\nx,1,2\ny,3,4\n", False),
        ("name,a,b\nx,u,v\ny,w,v\n", False),
        ("id,a,b\n1,1,2\n2,u,v\n", False),
    ],
)
def test_a_table_on_its_side_is_asked_about(make_file: MakeFile, text: str, said: bool) -> None:
    assert _says(read_csv(make_file(text)), "change places") is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,value\ntemperature,21.5\nunits,C\nstation,Oslo\nheight,120\n", "of one thing"),
        ("temperature;21.5\nunits;C\nstation;Oslo\nheight;120\n", "of one thing"),
        ("key,value\n" + "name,Ann\nage,31\ncity,Oslo\nsize,1.7\n" * 3, "again and again"),
        ("name,grade\nAnn,1\nBo,2\nCy,absent\nDee,3\nEd,4\nFay,absent\n", ""),
        ("name,n\nAnn,1\nBo,2\nCy,ill\nDee,3\nEd,4\nFay,away\nGus,5\nHal,6\nIda,7\nJo,8\nKim,9\n", ""),
        ("name,city\nAnn,Oslo\nBo,Bonn\nCy,Rome\n", ""),
        ("name,n\nAnn,1\nBo,2\nAnn,3\nBo,4\n", ""),
        ("id,v\n1,x\n2,3\n3,y\n4,5\n", ""),
    ],
)
def test_names_and_values_below_each_other_are_asked_about(make_file: MakeFile, text: str, said: str) -> None:
    table = read_csv(make_file(text))
    assert _says(table, said or "a table has a") is bool(said)


def test_sums_between_rows_are_said(make_file: MakeFile) -> None:
    table = read_csv(make_file("region,item,sales\nN,a,1\nN,b,2\nN,Subtotal,3\nS,a,4\nS,b,5\nS,Subtotal,9\nS,c,2\n"))
    assert table.n_rows == 7
    assert _says(table, "item says 'Subtotal' in rows 3, 6")
    assert not _says(read_csv(make_file("kind,x\ntotal,1\ntotal,2\nparts,3\ntotal,4\n")), "sum up")


def test_decimal_commas_without_quotes_are_asked_about(make_file: MakeFile) -> None:
    assert _says(read_csv(make_file("id,v,w\n1,1,5,2,5\n2,2,5,3,5\n3,3,5,4,5\n")), "decimal commas")
    assert not _says(read_csv(make_file("id,v\n1,1,x\n2,2,y\n3,3,x\n")), "decimal commas")


def test_a_quote_alone_in_the_header_is_said(make_file: MakeFile) -> None:
    assert _says(read_csv(make_file('"a,b\n1,x\n2,y\n3,z\n')), "A quote stands alone in the header")
