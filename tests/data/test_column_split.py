"""A column that marks the split is recognised and offered; it splits only when it is chosen."""

import numpy as np
import pytest

from nnviz.data.column_split import ColumnSplit, offer_split
from nnviz.data.column_types import type_column
from nnviz.data.dataset import ImportChoices, build_dataset, choices_from_guess
from nnviz.data.infer import guess
from nnviz.data.table import NO_DIALECT, Table
from nnviz.errors import UserError

RNG = np.random.default_rng(0)
X: list[object] = [round(float(value), 4) for value in RNG.normal(size=100)]
LABELS: list[object] = ["a", "b"] * 50
MARKS: list[object] = [*["train"] * 70, *["test"] * 30]


def table(**columns: list[object]) -> Table:
    built = tuple(type_column(name, [str(v) for v in values]).column for name, values in columns.items())
    return Table("made.csv", None, built, len(built[0].values), NO_DIALECT)


@pytest.mark.parametrize(
    ("name", "values", "parts"),
    [
        ("split", ["train", "test"], {"train": "train", "test": "validation"}),
        ("set", ["Train", "Valid", "TEST"], {"Train": "train", "Valid": "validation", "TEST": "test"}),
        ("whatever", ["training", "hold-out"], {"training": "train", "hold-out": "validation"}),
        ("is_train", ["1", "0"], {"0": "validation", "1": "train"}),
        ("isTest", ["1", "0"], {"0": "train", "1": "validation"}),
        ("is_validation", ["true", "false"], {"false": "train", "true": "validation"}),
        ("split", ["0", "1", "2"], {"0": "train", "1": "validation", "2": "test"}),
    ],
)
def test_marking_column_is_recognised(name: str, values: list[object], parts: dict[str, str]) -> None:
    found = offer_split(table(x=X, **{name: (values * 100)[:100]}, label=LABELS), "label")
    assert found is not None
    assert found.split == ColumnSplit(name, found.split.parts)
    assert dict(found.split.parts) == parts
    assert name in found.reason


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("split", ["a", "b"]),
        ("split", ["train"]),
        ("split", ["test", "validation"]),
        ("vehicle", ["train", "car"]),
        ("sold", ["1", "0"]),
        ("test", ["1.5", "2.5"]),
        ("test", ["3", "4"]),
        ("set", [str(i) for i in range(50)]),
    ],
)
def test_other_columns_are_not(name: str, values: list[object]) -> None:
    assert offer_split(table(x=X, **{name: (values * 100)[:100]}, label=LABELS), "label") is None


def test_offer_counts_the_rows_and_is_among_the_doubts_but_not_in_the_choices() -> None:
    made = table(x=X, label=LABELS, split=MARKS)
    found = guess(made)
    assert found.target == "label"
    assert found.roles["split"] == "ignore"
    sentence = (
        "The column split can make the split instead of chance: 'test' validation (30 rows), 'train' train (70 rows)."
    )
    assert sentence in found.warnings
    assert [doubt.suggestion for doubt in found.doubts if doubt.text == sentence] == ["split=split"]
    assert choices_from_guess(found).split is None


def test_number_that_only_its_name_makes_a_mark_stays_a_feature() -> None:
    found = guess(table(x=X, test=[0, 1] * 50, label=["a", "b", "a", "a"] * 25))
    assert found.split is not None
    assert not found.split.certain
    assert found.roles["test"] == "feature"


def test_target_never_makes_the_split() -> None:
    made = table(x=X, split=MARKS)
    assert guess(made, "split").split is None
    with pytest.raises(UserError, match="cannot make the split too"):
        ImportChoices("split", "binary", {"x": "feature"}, split=ColumnSplit("split", {"train": "train"}))


def test_chosen_column_makes_the_split_and_is_not_learned_from() -> None:
    made = table(x=X, split=MARKS, label=LABELS)
    split = ColumnSplit("split", {"train": "train", "test": "validation"})
    choices = ImportChoices("label", "binary", {"x": "feature", "split": "feature"}, split=split)
    data = build_dataset(made, choices)
    assert data.train_rows.tolist() == list(range(70))
    assert data.validation_rows.tolist() == list(range(70, 100))
    assert data.feature_names == ("x",)
    assert data.preprocessor.features[0].median == pytest.approx(np.median(np.array(X[:70], dtype=float)))  # type: ignore[union-attr]
    assert data.warnings == ("The column split makes the split: 70 training and 30 validation rows.",)


def test_test_rows_are_held_back_and_rows_without_a_mark_are_not_used() -> None:
    marks: list[object] = [*["train"] * 50, *["val"] * 20, *["test"] * 20, *[""] * 5, *["later"] * 5]
    split = ColumnSplit("part", {"train": "train", "val": "validation", "test": "test"})
    data = build_dataset(
        table(x=X, part=marks, label=LABELS), ImportChoices("label", "binary", {"x": "feature"}, split=split)
    )
    assert (data.n_rows, data.dropped) == (90, 10)
    assert data.test_rows.tolist() == list(range(70, 90))
    assert not set(data.test_rows) & {*data.train_rows, *data.validation_rows}
    assert data.warnings == (
        "The column part makes the split: 50 training and 20 validation rows; 20 test rows are held back.",
        "10 rows that part marks for no part are not used.",
    )


def test_copies_across_the_marks_are_counted() -> None:
    copied = X[:90] + X[:10]
    split = ColumnSplit("split", {"train": "train", "test": "validation"})
    data = build_dataset(
        table(x=copied, split=MARKS, label=LABELS), ImportChoices("label", "binary", {"x": "feature"}, split=split)
    )
    assert "10 of 30 validation rows have the same inputs as a training row" in data.warnings[-1]


def test_marks_without_a_training_row_are_refused() -> None:
    split = ColumnSplit("split", {"test": "validation"})
    with pytest.raises(UserError, match="split marks no row for training"):
        build_dataset(
            table(x=X, split=MARKS, label=LABELS), ImportChoices("label", "binary", {"x": "feature"}, split=split)
        )
