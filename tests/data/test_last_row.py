"""A last row that sums up the others is said, with its line, and stays."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.data.table import Table


def _said(table: Table) -> list[str]:
    return [warning for warning in table.warnings if "total" in warning or "footer" in warning]


@pytest.mark.parametrize("word", ["Total", "TOTAL:", "Grand total", "Summe", "итого", "合计"])
def test_a_total_is_named_with_its_line_and_columns(make_file: Callable[..., Path], word: str) -> None:
    table = read_csv(make_file(f"name,qty,price\nx,1,2.1\ny,3,4.2\n\nz,5,0.5\n{word},9,6.8\n"))
    assert table.n_rows == 4
    (sentence,) = _said(table)
    assert sentence.startswith(f"Line 6 looks like a total: '{word}', and qty, price hold the sums of the rows above")


def test_means_are_told_from_sums(make_file: Callable[..., Path]) -> None:
    (sentence,) = _said(read_csv(make_file("name,qty\nx,1\ny,3\nz,5\nMean,3\n")))
    assert "qty hold the means" in sentence


def test_a_word_for_total_alone_is_enough_to_ask(make_file: Callable[..., Path]) -> None:
    (sentence,) = _said(read_csv(make_file("region,units,label\nN,10,x\nS,20,y\nE,30,x\nTotal,61,\n")))
    assert "Line 5 looks like a total (a footer): it says 'Total'" in sentence


def test_sums_beside_an_empty_name_are_a_total(make_file: Callable[..., Path]) -> None:
    (sentence,) = _said(read_csv(make_file("name,qty,price\nx,1,2\ny,3,4\nz,5,6\n,9,12\n")))
    assert "Line 5 looks like a total: qty, price hold the sums" in sentence


def test_a_value_alone_in_the_last_row_may_be_a_footer(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("name,qty,kind\nx,1,a\ny,3,b\nz,5,a\nSource: nobody,,\n"))
    assert table.n_rows == 4
    assert "Line 5 has a value in name alone: perhaps a footer" in _said(table)[0]


@pytest.mark.parametrize(
    "text",
    [
        "name,qty\nx,1\ny,3\nz,5\n",
        "name,qty\nTotal,1\nother,3\nTotal,4\n",
        "a,b\n1,2\n3,4\n4,6\n",
        "name,qty\nx,0\ny,0\nz,0\n,0\n",
        "name,day\nx,2020-01-01\ny,2020-01-02\nz,2020-01-03\n",
    ],
)
def test_a_plain_last_row_raises_no_doubt(make_file: Callable[..., Path], text: str) -> None:
    assert not _said(read_csv(make_file(text)))


def test_a_sample_of_rows_has_no_last_row_to_judge(make_file: Callable[..., Path]) -> None:
    text = "name,qty\n" + "".join(f"x{i},1\n" for i in range(50)) + "Total,50\n"
    assert _said(read_csv(make_file(text)))
    assert not _said(read_csv(make_file(text), ReadOptions(sample_rows=20)))


def test_sums_beside_a_missing_date_are_a_total_and_counts_of_rows_are_none(make_file: Callable[..., Path]) -> None:
    (sentence,) = _said(read_csv(make_file("day,sum\n2024-01-01,1.5\n2024-01-02,2.5\n2024-01-03,4\n,8\n")))
    assert "Line 5 looks like a total: sum hold the sums" in sentence
    assert not _said(read_csv(make_file("id,day\n1,2024-01-01\n2,2024-01-02\n3,\n")))
