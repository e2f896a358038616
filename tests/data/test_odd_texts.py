"""What is nearly a number, a time or a truth value and stays text is said; what is read all the same is said too."""

import pytest

from nnviz.data.casts import cast_column
from nnviz.data.column_types import type_column
from nnviz.data.dates import clock_hours


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["12:30", "13:45", "9:05"], "times of day, such as '12:30'"),
        (["9:30 am", "1:45 PM"], "times of day"),
        (["12:30:15", "1:02:03"], "times of day"),
        (["0x1F", "0xff"], "hexadecimal"),
        (["1_000", "2_000"], "underscores"),
        (["10-20", "20-30"], "ranges"),
        (["<0.5", ">10", "7"], "limits"),
        (["100+", "200+"], "limits"),
        (["1/2", "3/4", "1 1/2"], "fractions"),
        (["1.2M", "300k"], "thousands or millions"),
        (["59°54'N", "60°N"], "coordinates"),
        (["2020Q1", "2020Q2"], "quarters"),
        (["TRUE", "False", "1"], "true and false ('TRUE', 'False', '1')"),
        (["yes", "no", "true"], "true and false"),
    ],
)
def test_what_stays_text_though_it_is_nearly_something_else_is_said(texts: list[str], said: str) -> None:
    found = type_column("x", texts)
    assert (found.column.kind, found.column.cells(0, len(texts))) == ("string", texts)
    assert any(said in warning and "kept as text" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "texts",
    [["red", "blue"], ["A1", "B2"], ["1.2.3", "1.10.0"], ["10.0.0.1", "10.0.0.2"], ["12A", "14B"], ["a/b", "c/d"]],
)
def test_plain_text_needs_no_words(texts: list[str]) -> None:
    assert type_column("x", texts).warnings == ()


def test_many_different_odd_texts_are_said_too() -> None:
    texts = [f"{i % 24}:{i % 60:02d}:{i % 59:02d}" for i in range(5000)]
    assert "times of day" in type_column("x", texts).warnings[0]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("12:30", 12.5),
        ("00:00", 0.0),
        ("23:59:60", None),
        ("1:30 pm", 13.5),
        ("12:15 AM", 0.25),
        ("6:00:36", 6.01),
        ("x", None),
    ],
)
def test_a_time_of_day_in_hours(text: str, hours: float | None) -> None:
    assert clock_hours(text) == (None if hours is None else pytest.approx(hours))


def test_times_become_hours_where_a_person_asks_for_numbers() -> None:
    column = type_column("x", ["12:30", "NA", "6:15"]).column
    assert cast_column(column, "float").cells(0, 3) == [12.5, None, 6.25]


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (["1949-01", "1949-12"], ["1949-01-01", "1949-12-01"]),
        (["2020/02", "2020/11"], ["2020-02-01", "2020-11-01"]),
        (["Jan 2020", "December 2021"], ["2020-01-01", "2021-12-01"]),
    ],
)
def test_months_are_read_as_their_first_days(texts: list[str], days: list[str]) -> None:
    found = type_column("x", texts)
    assert (found.column.kind, found.column.cells(0, 2)) == ("date", days)
    assert found.warnings == ("x holds months: each is read as its first day.",)


@pytest.mark.parametrize(
    "texts", [["2003-04", "2004-05", "2005-06"], ["2020-01", "2020-01-05"], ["2020-13", "2020-14"]]
)
def test_seasons_and_halves_of_dates_are_no_months(texts: list[str]) -> None:
    assert type_column("x", texts).column.kind == "string"
