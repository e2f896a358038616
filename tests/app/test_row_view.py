"""What the panels say of one row agrees with the network."""

import numpy as np
import pytest

from nnviz.app.plain_numbers import brief_number, plain_number
from nnviz.app.row_view import input_texts, row_answer, row_part
from nnviz.data.column_split import ColumnSplit
from nnviz.data.dataset import ImportChoices, build_dataset
from nnviz.data.infer import Role
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.recipe import DEFAULT_TRAINING, network_config, new_trainer
from nnviz.run.snapshot import SnapshotRequest
from nnviz.run.state import RunState


@pytest.mark.parametrize("toy", ["spiral", "rings", "hills"])
def test_answer_agrees_with_the_network(toy: str) -> None:
    dataset = toy_dataset(toy)
    trainer = new_trainer(dataset, network_config(dataset), DEFAULT_TRAINING)
    row = int(dataset.train_rows[3])
    shot = take_snapshot(trainer, SnapshotRequest(row=dataset.X[row]), 1, RunState.READY, History().view(), None)
    answer = row_answer(dataset, row, shot)
    assert answer is not None
    output = trainer.mlp.predict(dataset.X[row : row + 1])
    if dataset.task == "regression":
        assert answer.summary == plain_number(float(dataset.preprocessor.predictions(output)[0]))
        assert answer.shares == ()
        assert answer.loss == pytest.approx(float(np.square(output - dataset.Y[row : row + 1]).mean()), rel=1e-4)
    else:
        probabilities = dataset.preprocessor.probabilities(output)[0]
        np.testing.assert_allclose(answer.shares, probabilities, rtol=1e-5)
        assert dataset.target_codes is not None
        assert answer.loss == pytest.approx(-np.log(probabilities[dataset.target_codes[row]]), rel=1e-4)


def test_without_a_row_the_texts_are_empty() -> None:
    dataset = toy_dataset("spiral")
    assert input_texts(dataset, None) == ("", "")


def test_input_texts_are_raw_values() -> None:
    dataset = toy_dataset("spiral")
    x, y = input_texts(dataset, 5)
    raw = dataset.raw("x")[5]
    assert x == brief_number(raw, 7)
    assert y == brief_number(dataset.raw("y")[5], 7)


def test_missing_value_is_called_missing() -> None:
    assert plain_number(float("nan")) == "missing"
    assert plain_number(-1.5) == "\N{MINUS SIGN}1.5"


def test_category_has_a_text_for_each_of_its_inputs_and_a_gap_is_said() -> None:
    columns = (
        Column("size", "float", np.array([1.5, np.nan, 3.0, 4.0])),
        Column("colour", "string", np.array(["red", "blue", "red", "blue"], dtype=object)),
        Column("answer", "string", np.array(["a", "b", "b", "a"], dtype=object)),
    )
    roles: dict[str, Role] = {"size": "feature", "colour": "feature"}
    choices = ImportChoices("answer", "binary", roles, validation_fraction=0.0)
    dataset = build_dataset(Table("made.csv", None, columns, 4, NO_DIALECT), choices)
    assert dataset.input_names == ("size", "size is missing", "colour = blue", "colour = red")
    assert input_texts(dataset, 0) == ("1.5", "no", "0", "1")
    assert input_texts(dataset, 1) == ("missing", "yes", "1", "0")


def test_snapshot_that_was_not_asked_for_a_row_says_nothing_of_it() -> None:
    dataset = toy_dataset("spiral")
    trainer = new_trainer(dataset, network_config(dataset), DEFAULT_TRAINING)
    shot = take_snapshot(trainer, SnapshotRequest(), 1, RunState.READY, History().view(), None)
    assert row_answer(dataset, 0, shot) is None


def test_parts_of_a_date_are_told_as_the_network_is_given_them() -> None:
    days = np.datetime64("2020-01-01", "s") + np.arange(0, 60 * 30, 30).astype("timedelta64[D]")
    columns = (
        Column("day", "date", days),
        Column("size", "float", np.arange(60.0)),
        Column("y", "float", np.arange(60.0)),
    )
    roles: dict[str, Role] = {"day": "feature", "size": "feature", "y": "target"}
    dataset = build_dataset(Table("t.csv", None, columns, 60, NO_DIALECT), ImportChoices("y", "regression", roles))
    assert dataset.input_names == (
        "day",
        "day day of year sin",
        "day day of year cos",
        "day weekday sin",
        "day weekday cos",
        "size",
    )
    shown = input_texts(dataset, 7)
    assert shown[:5] == tuple(plain_number(value) for value in dataset.X[7, :5])
    assert shown[5] == plain_number(float(dataset.table_rows[7]))


def test_rows_that_a_column_holds_back_are_test_rows() -> None:
    marks = np.array(["train", "train", "val", "test"], dtype=object)[np.arange(40) % 4]
    columns = (
        Column("x", "float", np.arange(40.0)),
        Column("part", "string", marks),
        Column("y", "float", np.arange(40.0)),
    )
    split = ColumnSplit("part", {"train": "train", "val": "validation", "test": "test"})
    roles: dict[str, Role] = {"x": "feature", "y": "target"}
    table = Table("t.csv", None, columns, 40, NO_DIALECT)
    dataset = build_dataset(table, ImportChoices("y", "regression", roles, split=split))
    assert [row_part(dataset, row) for row in range(4)] == ["train", "train", "validation", "test"]
