"""Facts about dates that could be day first or month first: proved where a date does, else asked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.data.doubt import Doubt
from nnviz.data.infer import guess
from nnviz.data.read_options import ReadOptions
from nnviz.data.table import Table

AMBIGUOUS = "day,other,label\n03/04/2024,05/06/2024,a\n01/02/2024,07/08/2024,b\n05/06/2024,09/10/2024,a\n"
PROVED = "day,other,label\n13/04/2024,12/25/2024,a\n01/02/2024,01/02/2024,b\n05/06/2024,03/04/2024,a\n"


def days(table: Table, name: str) -> list[str]:
    return [str(day)[:10] for day in table.column(name).values]


def doubts(table: Table) -> list[Doubt]:
    return [doubt for doubt in guess(table).doubts if doubt.kind == "date order"]


def test_dates_that_nothing_settles_are_read_day_first_and_asked_about(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file(AMBIGUOUS))
    assert days(table, "day") == ["2024-04-03", "2024-02-01", "2024-06-05"]
    (doubt,) = doubts(table)
    assert doubt.text == (
        "day, other are ambiguous: their dates could be day first or month first; they are read day first."
    )
    assert (doubt.columns, doubt.suggestion) == (("day", "other"), "date_order=month first")


def test_the_answer_reads_them_the_other_way_and_can_be_taken_back(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file(AMBIGUOUS), ReadOptions(date_order="month first"))
    assert days(table, "day") == ["2024-03-04", "2024-01-02", "2024-05-06"]
    assert table.column("day").note == "ambiguous: month first, as chosen"
    (doubt,) = doubts(table)
    assert doubt.text.endswith("they are read month first.")
    assert doubt.suggestion == "date_order=day first"


@pytest.mark.parametrize("order", [None, "day first", "month first"])
def test_dates_that_one_of_them_settles_stay_as_they_are(make_file: Callable[..., Path], order: str | None) -> None:
    table = read_csv(make_file(PROVED), ReadOptions(date_order=order))
    assert days(table, "day") == ["2024-04-13", "2024-02-01", "2024-06-05"]
    assert days(table, "other") == ["2024-12-25", "2024-01-02", "2024-03-04"]
    assert doubts(table) == []
