"""Folds: shares of classes, rows that stay together, rare classes, and what each fold's encoding is fitted on."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.data.column_split import ColumnSplit
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.errors import UserError
from nnviz.run.cross_validation import cross_validate
from nnviz.run.folds import INNER_SHARE, fold_numbers, make_fold, plan_folds
from nnviz.run.recipe import DEFAULT_TRAINING, network_config


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def text(*values: str | None) -> np.ndarray:
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def table_of(n: int, **columns: np.ndarray) -> Table:
    made = [Column(name, "string" if v.dtype == object else "float", v) for name, v in columns.items()]
    return Table("made.csv", None, tuple(made), n, NO_DIALECT)


@pytest.mark.parametrize("folds", [2, 3, 5, 7])
def test_folds_differ_by_one_row_at_most_and_in_every_class_too(folds: int) -> None:
    classes = rng().integers(0, 3, 100)
    fold = fold_numbers(100, folds, rng(), classes)
    for label in range(3):
        counts = np.bincount(fold[classes == label], minlength=folds)
        assert np.ptp(counts) <= 1
    assert np.ptp(np.bincount(fold, minlength=folds)) <= 1


def test_rows_of_one_group_are_in_one_fold() -> None:
    groups = rng().integers(0, 30, 120)
    fold = fold_numbers(120, 4, rng(), groups % 2, groups)
    for group in np.unique(groups):
        assert len(np.unique(fold[groups == group])) == 1
    assert np.bincount(fold).min() >= 24


def test_one_large_group_leaves_the_others_to_the_other_folds() -> None:
    groups = np.concatenate([np.zeros(40, dtype=np.intp), np.arange(1, 41)])
    fold = fold_numbers(80, 2, rng(), None, groups)
    assert np.bincount(fold).tolist() == [40, 40]


def test_the_only_row_of_a_class_always_trains() -> None:
    classes = np.array([0] * 10 + [1] * 10 + [2])
    fold = fold_numbers(21, 5, rng(), classes)
    assert fold[20] == -1
    assert (fold[:20] >= 0).all()


def test_a_class_that_is_one_group_with_another_class_always_trains() -> None:
    # Rows 0 and 1 have the same inputs and different classes; class 1 has no other row.
    classes = np.array([0, 1] + [0] * 10)
    groups = np.array([0, 0, *range(2, 12)])
    fold = fold_numbers(12, 3, rng(), classes, groups)
    assert fold[:2].tolist() == [-1, -1]


@pytest.mark.parametrize(("n_rows", "folds"), [(3, 4), (10, 1), (10, 0)])
def test_too_few_rows_or_folds_are_refused(n_rows: int, folds: int) -> None:
    with pytest.raises(UserError):
        fold_numbers(n_rows, folds, rng())


def test_folds_depend_on_the_seed_of_the_split_alone() -> None:
    data = toy_dataset("moons", n=60)
    same, other = plan_folds(data, 3), plan_folds(replace(data, choices=replace(data.choices, seed=9)), 3)
    assert (plan_folds(data, 3).fold == same.fold).all()
    assert (same.fold != other.fold).any()


def skewed() -> Dataset:
    """A number that is huge in one row, and a text that only one row has: both show what an encoding was fitted on."""
    n = 40
    number = np.arange(n, dtype=np.float64)
    number[3] = 1e6
    words = text(*("rare" if i == 3 else "ab"[i % 2] for i in range(n)))
    answer = text(*("yes" if i % 3 else "no" for i in range(n)))
    table = table_of(n, number=number, word=words, answer=answer)
    return build_dataset(table, ImportChoices("answer", "binary", {"number": "feature", "word": "feature"}))


def test_the_encoding_of_a_fold_knows_nothing_of_its_held_out_rows() -> None:
    data = skewed()
    plan = plan_folds(data, 4)
    holder = int(plan.fold[3])
    for number in range(4):
        fold = make_fold(plan, number, inner=False)
        seen = fold.preprocessor.columns_of("number")
        spread = fold.X[fold.train_rows, seen].std()
        assert spread == pytest.approx(1)
        knows = "rare" in str(fold.preprocessor.describe()["word"]) or fold.X.shape[1] > data.X.shape[1] - 1
        assert (np.abs(fold.X[3, seen]).max() > 1e3) == (number == holder)
        assert knows == (number != holder)


def test_rows_of_a_fold_are_the_data_sets_rows_in_order() -> None:
    data = skewed()
    plan = plan_folds(data, 4)
    for number in range(4):
        fold = make_fold(plan, number, inner=False)
        assert fold.table_rows.tolist() == data.table_rows[plan.rows].tolist()
        assert fold.test_rows.tolist() == np.flatnonzero(plan.fold == number).tolist()
        assert fold.target_values.tolist() == data.target_values.tolist()
        assert len(fold.validation_rows) == 0


def test_the_inner_split_takes_its_share_of_the_training_rows_only() -> None:
    plan = plan_folds(toy_dataset("moons", n=200), 4)
    fold = make_fold(plan, 1, inner=True)
    assert len(fold.validation_rows) == round(INNER_SHARE * 150)
    parts = [fold.train_rows, fold.validation_rows, fold.test_rows]
    assert np.sort(np.concatenate(parts)).tolist() == list(range(200))
    again = make_fold(plan, 1, inner=True)
    assert again.validation_rows.tolist() == fold.validation_rows.tolist()


def test_identical_rows_stay_together_in_folds_and_in_the_inner_split() -> None:
    values = np.repeat(rng().normal(size=40), 3)
    answer = text(*("yes" if v > 0 else "no" for v in values))
    data = build_dataset(table_of(120, x=values, answer=answer), ImportChoices("answer", "binary", {"x": "feature"}))
    plan = plan_folds(data, 5)
    for number in range(5):
        fold = make_fold(plan, number, inner=True)
        held, watched = values[fold.test_rows], values[fold.validation_rows]
        learned = values[fold.train_rows]
        assert not np.intersect1d(held, learned).size
        assert not np.intersect1d(held, watched).size
        assert not np.intersect1d(watched, learned).size


@pytest.mark.parametrize("seed", range(12))
def test_every_class_that_is_held_out_is_learned_too_even_from_contradictory_rows(seed: int) -> None:
    # Class "rare" is there only beside rows of class "often" with the same inputs, twice.
    x = np.array([0.5, 0.5, 0.9, 0.9, *rng(seed).normal(size=36)])
    answer = text("often", "rare", "often", "rare", *("often" for _ in range(36)))
    choices = ImportChoices("answer", "binary", {"x": "feature"}, seed=seed)
    data = build_dataset(table_of(40, x=x, answer=answer), choices)
    plan = plan_folds(data, 4)
    for number in range(4):
        fold = make_fold(plan, number, inner=True)
        assert fold.classes == ("often", "rare")
        assert {0.0, 1.0} == set(fold.target_values[fold.train_rows])


def test_rows_marked_for_testing_take_no_part() -> None:
    n = 60
    x = rng().normal(size=n)
    part = text(*("test" if i % 4 == 0 else "val" if i % 4 == 1 else "train" for i in range(n)))
    answer = text(*("yes" if v > 0 else "no" for v in x))
    split = ColumnSplit("part", {"train": "train", "val": "validation", "test": "test"})
    choices = ImportChoices("answer", "binary", {"x": "feature", "part": "feature"}, split=split)
    data = build_dataset(table_of(n, x=x, part=part, answer=answer), choices)
    plan = plan_folds(data, 3)
    assert plan.rows.tolist() == [i for i in range(n) if i % 4]
    fold = make_fold(plan, 0, inner=False)
    assert fold.feature_names == ("x",)
    assert fold.table_rows.tolist() == plan.rows.tolist()
    found = cross_validate(data, network_config(data), DEFAULT_TRAINING, folds=3, seeds=(0, 1), epochs=40, workers=1)
    assert found.numbers.tolist() == [i + 1 for i in range(n) if i % 4]
    assert found.network.metrics["accuracy"].mean > 0.9


def test_rare_classes_are_never_asked_about_and_a_note_says_so() -> None:
    x = np.concatenate([rng().normal(c, 0.1, 20) for c in (0, 5, 9)] + [np.array([30.0])])
    answer = text(*(["a"] * 20 + ["b"] * 20 + ["c"] * 20 + ["d"]))
    data = build_dataset(table_of(61, x=x, answer=answer), ImportChoices("answer", "multiclass", {"x": "feature"}))
    found = cross_validate(data, network_config(data), DEFAULT_TRAINING, folds=4, seeds=(0, 1), epochs=3, workers=1)
    assert found.notes == ("1 of 61 rows train in every fold: their classes are too rare to be held out.",)
    assert np.isnan(found.predictions[:, 60]).all()
    assert np.isnan(found.right[60])
    assert found.runs[0].scores.confusion.shape == (4, 4)


def test_missing_targets_do_not_shift_the_numbers_of_the_rows() -> None:
    x = rng().normal(size=30)
    answer = text(*(None if i < 5 else "yes" if x[i] > 0 else "no" for i in range(30)))
    data = build_dataset(table_of(30, x=x, answer=answer), ImportChoices("answer", "binary", {"x": "feature"}))
    found = cross_validate(data, network_config(data), DEFAULT_TRAINING, folds=2, seeds=(0,), epochs=2, workers=1)
    assert found.rows.tolist() == list(range(25))
    assert found.numbers.tolist() == list(range(6, 31))
