"""Split first, then fit; what cannot be learned is refused in one sentence."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset, choices_from_guess, with_choices
from nnviz.data.infer import guess
from nnviz.data.preprocessing import Preprocessor
from nnviz.data.splitting import split_rows
from nnviz.data.table import Table
from nnviz.errors import UserError
from nnviz.resources import resource_path


def _iris() -> Table:
    return read_csv(resource_path("datasets/iris.csv"))


def _accept(table: Table, **changes: object) -> Dataset:
    return build_dataset(table, choices_from_guess(guess(table), **changes))  # type: ignore[arg-type]


def test_iris_is_ready_with_its_guesses() -> None:
    data = _accept(_iris())
    assert (data.X.shape, data.Y.shape, data.task) == ((150, 4), (150, 3), "multiclass")
    assert data.classes == ("setosa", "versicolor", "virginica")
    assert data.input_names == data.feature_names == ("sepal_length", "sepal_width", "petal_length", "petal_width")
    assert data.warnings == ()


def test_the_split_is_stratified_disjoint_and_whole() -> None:
    data = _accept(_iris())
    assert len(data.train_rows) + len(data.validation_rows) == 150
    assert not set(data.train_rows) & set(data.validation_rows)
    codes = data.target_codes
    assert codes is not None
    assert set(np.bincount(codes[data.validation_rows])) <= {12, 13}


def test_the_preprocessor_has_seen_the_training_rows_only() -> None:
    data = _accept(_iris())
    names = list(data.feature_names)
    expected = Preprocessor.fit(data.table, data.table_rows[data.train_rows], names, "species", "multiclass")
    assert data.preprocessor == expected
    np.testing.assert_allclose(data.X_train.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(data.X_train.std(axis=0), 1.0)
    assert np.abs(data.X_validation.mean(axis=0)).min() > 1e-6


def test_seed_and_fraction_make_the_split() -> None:
    first, same, other = _accept(_iris()), _accept(_iris()), _accept(_iris(), seed=1)
    np.testing.assert_array_equal(first.validation_rows, same.validation_rows)
    assert not np.array_equal(first.validation_rows, other.validation_rows)
    half = with_choices(first, validation_fraction=0.5)
    assert len(half.validation_rows) == 75
    assert len(with_choices(first, validation_fraction=0.0).validation_rows) == 0


def test_rows_without_a_target_are_dropped_and_counted(make_file: Callable[..., Path]) -> None:
    rows = "x,label\n1,a\n2,\n3,b\n4,NA\n5,a\n6,b\n7,a\n8,b\n"
    data = _accept(read_csv(make_file(rows)))
    assert (data.dropped, data.n_rows, data.classes) == (2, 6, ("a", "b"))
    assert data.table_rows.tolist() == [0, 2, 4, 5, 6, 7]
    assert data.raw("x").tolist() == [1, 3, 5, 6, 7, 8]
    assert any("2 rows" in warning for warning in data.warnings)


def test_a_class_with_one_row_trains(make_file: Callable[..., Path]) -> None:
    rows = "x,label\n" + "".join(f"{i / 7},{'ab'[i % 2]}\n" for i in range(60)) + "9,only\n"
    data = _accept(read_csv(make_file(rows)))
    assert 60 in data.train_rows
    assert data.classes == ("a", "b", "only")


@pytest.mark.parametrize(
    ("text", "target", "task", "word"),
    [
        ("x,label\n1,a\n", "label", "binary", "only one usable row"),
        ("x,label\n1,a\n2,a\n3,a\n", "label", "binary", "constant"),
        ("x,label\n1,\n2,\n3,\n", "label", "binary", "missing"),
        ("x,y\n1,5\n2,5\n3,5\n", "y", "regression", "constant"),
        ("x,label\n1,a\n2,b\n3,c\n4,d\n", "label", "multiclass", "own text"),
        ("x,label\n,a\n,b\n,a\n", "label", "binary", "no feature"),
        ("x,label\n1,a\n2,b\n3,c\n", "label", "regression", "text"),
    ],
)
def test_what_cannot_be_learned_is_refused(
    make_file: Callable[..., Path], text: str, target: str, task: str, word: str
) -> None:
    table = read_csv(make_file(text))
    choices = ImportChoices(target, task, {"x": "feature", target: "target"})  # type: ignore[arg-type]
    with pytest.raises(UserError, match=word):
        build_dataset(table, choices)


def test_no_target_is_a_sentence(make_file: Callable[..., Path]) -> None:
    with pytest.raises(UserError, match="no column to predict"):
        _accept(read_csv(make_file("x\n1\n2\n3\n")))


def test_kinds_can_be_changed(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("zip,d,y\n10,2024-01-01,1.5\n20,2024-01-03,2.5\n10,2024-01-05,3.5\n20,2024-01-07,4.5\n"))
    roles = {"zip": "feature", "d": "feature", "y": "target"}
    choices = ImportChoices("y", "regression", roles, {"zip": "string"})  # type: ignore[arg-type]
    data = build_dataset(table, choices)
    assert data.preprocessor.features[0].levels == ("10", "20")  # type: ignore[union-attr]
    assert data.raw("zip").tolist() == [0, 1, 0, 1]
    assert np.diff(data.raw("d")).tolist() == [2, 2, 2]
    back = with_choices(data, kinds={"zip": "integer"})
    assert back.raw("zip").tolist() == [10, 20, 10, 20]
    with pytest.raises(UserError, match="d can be read as boolean"):
        with_choices(data, kinds={"d": "boolean"})


def test_ten_thousand_columns_make_a_data_set(make_file: Callable[..., Path]) -> None:
    rng = np.random.default_rng(0)
    header = ",".join([*(f"c{i}" for i in range(10_000)), "label"])
    rows = [",".join([*map(str, rng.integers(0, 99, 10_000)), "ab"[i % 2]]) for i in range(20)]
    data = _accept(read_csv(make_file("\n".join([header, *rows]))))
    assert data.X.shape[0] == 20
    assert data.X.shape[1] > 9_900


@pytest.mark.parametrize("n_rows", [1, 2, 3, 10, 101])
@pytest.mark.parametrize("fraction", [0.0, 0.01, 0.25, 0.5, 0.99])
def test_a_split_never_empties_the_training_set(n_rows: int, fraction: float) -> None:
    train, validation = split_rows(n_rows, fraction, np.random.default_rng(0))
    assert sorted([*train, *validation]) == list(range(n_rows))
    assert len(train) > 0
    assert (len(validation) > 0) == (fraction > 0 and n_rows > 1)


@pytest.mark.parametrize("fraction", [0.01, 0.25, 0.5, 0.99])
def test_a_stratified_split_keeps_a_training_row_of_every_class(fraction: float) -> None:
    classes = np.repeat([0, 1, 2, 3], [1, 2, 7, 90])
    train, validation = split_rows(100, fraction, np.random.default_rng(3), classes)
    assert set(classes[train]) == {0, 1, 2, 3}
    assert 0 not in classes[validation]
    assert len(validation) == min(round(100 * fraction), 96)
