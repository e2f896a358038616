"""Numbers that stand for missing are hinted at with their counts, and never taken out in silence."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.data.infer import guess
from nnviz.data.table import NO_DIALECT, Column, Kind, Table


def _hints(*columns: Column) -> list[str]:
    table = Table("made.csv", None, columns, len(columns[0].values), NO_DIALECT)
    return [doubt.text for doubt in guess(table).doubts if doubt.kind == "sentinel"]


def _column(values: list[float], kind: Kind = "integer", name: str = "x") -> Column:
    return Column(name, kind, np.array(values, dtype=np.float64))


def test_a_hint_names_the_number_its_rows_and_what_to_do(make_file: Callable[..., Path]) -> None:
    path = make_file("x,y\n-999,1\n2.5,2\n3.5,3\n-999,4\n1.5,5\n")
    table = read_csv(path)
    assert table.column("x").cells(0, 1) == [-999.0]
    (doubt,) = (doubt for doubt in guess(table).doubts if doubt.kind == "sentinel")
    assert doubt.text == (
        "-999 may stand for missing: x has it in 2 of 5 rows and otherwise 1.5 to 3.5. It is read as a value; to count "
        "it as missing, add -999 to the words that count as missing."
    )
    assert (doubt.columns, doubt.suggestion) == (("x",), "missing=-999")
    told = read_csv(path, ReadOptions(missing_words=frozenset({"-999"})))
    assert told.column("x").n_missing == 2
    assert not [doubt for doubt in guess(told).doubts if doubt.kind == "sentinel"]


@pytest.mark.parametrize(
    "values",
    [
        [-9999, 1, 2, 3, -9999],
        [9999, 500, 20, 9999],
        [999, 1, 80, 35, 999],
        [99, 1, 2, 5, 99],
        [-999, 0, 5000, 20, -999],
        [-999, 1, 2, 3, 4],
        [9999.9, 1.5, 2.5, 9999.9],
        [-1, 5, 30, 12, 7, -1],
        [-999, -9999, 1, 2, -999, -9999],
    ],
)
def test_marks_far_from_the_other_values_are_hinted_at(values: list[float]) -> None:
    hints = _hints(_column(values, "float"))
    assert len(hints) == len({value for value in values if abs(value) > 98 or value == -1} - {500, 5000})


@pytest.mark.parametrize(
    "values",
    [
        [999, 998, 1000, 400, 999],
        [9999, 5, 6000, 9999],
        [99, 1, 80, 35, 99],
        [-1, 0, 1, -1, 0, 1],
        [-99, -80, 10, -99],
        [100, 1, 2, 3, 100],
        [999, 999, 999],
        [999, 1],
        [-999, 1, 500, 300],
    ],
)
def test_numbers_among_the_others_are_none(values: list[float]) -> None:
    assert _hints(_column(values)) == []


def test_columns_with_one_mark_share_a_hint() -> None:
    (hint,) = _hints(_column([-999, 1, 2, -999], name="a"), _column([3, -999, 5, -999], name="b"))
    assert "a has it in 2 of 4 rows and otherwise 1 to 2, b has it in 2 of 4 rows" in hint


def test_days_beyond_all_others_are_hinted_at(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("end,y\n2020-01-01,1\n9999-12-31,2\n2020-03-01,3\n9999-12-31,4\n"))
    (hint,) = (doubt.text for doubt in guess(table).doubts if doubt.kind == "sentinel")
    assert "9999-12-31 may stand for missing: end has it in 2 of 4 rows and otherwise 2020-01-01 to 2020-03-01" in hint
    plain = read_csv(make_file("end,y\n1970-01-01,1\n1970-03-01,2\n1970-02-01,3\n"))
    assert not [doubt for doubt in guess(plain).doubts if doubt.kind == "sentinel"]


def test_a_million_rows_are_looked_at_in_a_fraction_of_a_second() -> None:
    rng = np.random.default_rng(0)
    columns = []
    for place in range(10):
        values = rng.integers(0, 100, 1_000_000).astype(np.float64)
        values[:1000] = -999
        columns.append(Column(f"x{place}", "integer", values))
    table = Table("l", None, tuple(columns), 1_000_000, NO_DIALECT)
    from nnviz.data.column_facts import table_facts
    from nnviz.data.sentinels import sentinel_doubts

    facts = table_facts(table)
    start = time.process_time()
    assert len(sentinel_doubts(table.columns, facts)) == 1
    assert time.process_time() - start < 1.0
