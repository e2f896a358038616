"""The table of rows: its columns, cells and order, and the CSV file made of it."""

import csv
from pathlib import Path

import numpy as np
import pytest

from nnviz.app.row_view import row_answer
from nnviz.app.saved_views import table_numbers
from nnviz.app.table_contents import table_contents
from nnviz.app.table_view import Sorting, answers_of, order_rows, row_table
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.export.csv_file import write_rows
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.snapshot import SnapshotRequest
from nnviz.run.state import RunState
from tests.app.answers_of_rows import answered, reported, trained


def made(names: list[str], words: list[str | None]) -> Dataset:
    """Return a small set: numbers with a gap, words with a gap, and a target of two classes; one target is missing."""
    numbers = Column(names[0], "float", np.array([3.0, np.nan, 1.0, 2.0, 5.0, 4.0, 6.0, 7.0]))
    text = np.empty(8, dtype=object)
    text[:] = words
    target = np.empty(8, dtype=object)
    target[:] = ["yes", "no", None, "no", "yes", "no", "yes", "no"]
    columns = (numbers, Column(names[1], "string", text), Column(names[2], "string", target))
    table = Table("made.csv", None, columns, 8, NO_DIALECT)
    choices = ImportChoices(names[2], "binary", {names[0]: "feature", names[1]: "feature"}, validation_fraction=0.3)
    return build_dataset(table, choices)


WORDS: list[str | None] = ["b", "A", "c", None, "a", "b", "=1+1", "a"]


@pytest.fixture
def dataset() -> Dataset:
    return made(["size", "kind", "answer"], WORDS)


def test_columns_go_from_row_and_split_over_the_answers_to_the_features(dataset: Dataset) -> None:
    titles = [column.title for column in row_table(dataset).columns]
    assert titles == ["Row", "Split", "answer", "Prediction", "P", "Loss", "size", "kind"]


def test_a_columns_name_that_nnviz_uses_too_stays_the_files(dataset: Dataset) -> None:
    table = row_table(made(["loss", "Row", "prediction"], WORDS))
    titles = [column.title for column in table.columns]
    assert titles == ["Row (nnviz)", "Split", "prediction", "Prediction (nnviz)", "P", "Loss (nnviz)", "loss", "Row"]
    assert table.columns[table.find("LOSS") or 0].kind == "feature"


def test_cells_are_the_files_values_and_count_its_rows(dataset: Dataset) -> None:
    table = row_table(dataset)
    cells = [[table.cell(row, column, None) for column in table.columns] for row in range(dataset.n_rows)]
    assert [line[0] for line in cells] == [1, 2, 4, 5, 6, 7, 8]  # row 3 has no target
    assert [line[6] for line in cells] == [3.0, None, 2.0, 5.0, 4.0, 6.0, 7.0]
    assert [line[7] for line in cells] == ["b", "A", None, "a", "b", "=1+1", "a"]
    assert [line[1] for line in cells].count("validation") == len(dataset.validation_rows)
    assert all(line[3] is line[4] is line[5] is None for line in cells)


def test_answers_are_those_that_a_chosen_row_gets() -> None:
    for toy in ("gauss", "rings", "hills"):
        dataset = toy_dataset(toy, n=60)
        trainer = trained(dataset, 3)
        table, answers = row_table(dataset), answers_of(dataset, answered(trainer, dataset))
        for row in (0, 31, 59):
            request = SnapshotRequest(row=dataset.X[row])
            snapshot = take_snapshot(trainer, request, 1, RunState.PAUSED, History().view(), None)
            expected = row_answer(dataset, row, snapshot)
            assert expected is not None
            cells = {column.kind: table.cell(row, column, answers) for column in table.columns}
            assert cells["loss"] == pytest.approx(expected.loss, rel=1e-5)
            if dataset.classes:
                assert cells["prediction"] == dataset.classes[expected.class_index or 0]
                assert cells["probability"] == pytest.approx(max(expected.shares), rel=1e-5)
            else:
                assert cells["error"] == pytest.approx(answers.predicted[row] - dataset.target_values[row])


def test_rows_of_the_largest_losses_are_the_reports_worst() -> None:
    dataset = toy_dataset("rings", n=90)
    trainer = trained(dataset, 2)
    table = row_table(dataset)
    loss = next(index for index, column in enumerate(table.columns) if column.kind == "loss")
    contents = table_contents(table, answered(trainer, dataset), "", Sorting(loss, falling=True))
    worst = reported(trainer, dataset).worst
    assert contents.rows[: len(worst)].tolist() == [one.row for one in worst]


def test_missing_values_come_last_either_way() -> None:
    keys, rows = np.array([2.0, np.nan, 1.0, 3.0]), np.arange(4)
    assert order_rows(keys, rows, falling=False).tolist() == [2, 0, 3, 1]
    assert order_rows(keys, rows, falling=True).tolist() == [3, 0, 2, 1]


def test_equal_keys_keep_the_order_of_the_file() -> None:
    keys = np.array([1.0, 0.0, 1.0, 0.0])
    assert order_rows(keys, np.arange(4), falling=True).tolist() == [0, 2, 1, 3]


def test_words_are_sorted_by_letter_whatever_their_capitals(dataset: Dataset) -> None:
    table = row_table(dataset)
    contents = table_contents(table, None, "", Sorting(7))
    words = [table.cell(row, table.columns[7], None) for row in contents.rows.tolist()]
    assert words == ["=1+1", "A", "a", "a", "b", "b", None]


def test_sorting_by_answers_before_there_are_any_keeps_the_order_of_the_file(dataset: Dataset) -> None:
    contents = table_contents(row_table(dataset), None, "", Sorting(5, falling=True))
    np.testing.assert_array_equal(contents.rows, np.arange(dataset.n_rows))
    assert contents.summary == "7 rows"


def test_saved_rows_read_back_and_hold_no_formula(dataset: Dataset, tmp_path: Path) -> None:
    trainer = trained(dataset, 1)
    result = answered(trainer, dataset)
    table = row_table(dataset)
    contents = table_contents(table, result, "kind != a", Sorting(0, falling=True))
    path, numbers = tmp_path / "rows.csv", table_numbers(contents)
    assert len(list(numbers.rows())) == len(contents.rows) == 4
    write_rows(path, numbers.header, numbers.rows())
    with path.open(encoding="utf-8", newline="") as file:
        head, *lines = list(csv.reader(file))
    assert head == [column.title for column in table.columns]
    assert [line[0] for line in lines] == ["7", "6", "4", "1"]
    assert [line[7] for line in lines] == ["'=1+1", "b", "", "b"]
    assert [float(line[5]) for line in lines] == result.losses[contents.rows].tolist()
