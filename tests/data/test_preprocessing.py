"""Encoding is fitted on the training rows only, exact in a file, and goes both ways."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnviz.data.features import OTHER, TOP_CATEGORIES
from nnviz.data.preprocessing import Preprocessor
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.tasks import Task
from nnviz.errors import UserError

ALL = np.arange(6)


def _strings(*values: str | None) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _table() -> Table:
    columns = (
        Column("size", "float", np.array([1.0, 2.0, np.nan, 4.0, 1000.0, 6.0])),
        Column(
            "day",
            "date",
            np.array(["2024-01-01", "2024-01-03", "NaT", "2024-01-05", "2024-01-07", "2024-01-09"], "M8[s]"),
        ),
        Column("colour", "string", _strings("red", "blue", None, "red", "green", "blue")),
        Column("ok", "boolean", np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0]), words=("no", "yes")),
        Column("kind", "string", _strings("c", "a", "b", "c", "a", "b")),
        Column("price", "float", np.array([10.0, 20.0, 30.0, 40.0, 50.0, 60.0])),
    )
    return Table("six.csv", None, columns, 6, NO_DIALECT)


def _fitted(
    rows: "np.ndarray[tuple[int], np.dtype[np.intp]]" = ALL, target: str = "kind", task: Task = "multiclass"
) -> Preprocessor:
    return Preprocessor.fit(_table(), rows, ["size", "day", "colour"], target, task)


def test_numbers_equal_sklearns_median_imputer_and_scaler() -> None:
    X = _fitted().transform(_table())
    raw = np.stack([_table().column("size").numbers(), _table().column("day").numbers()], axis=1)
    expected = make_pipeline(SimpleImputer(strategy="median"), StandardScaler()).fit_transform(raw)
    np.testing.assert_allclose(X[:, [0, 2]], expected, rtol=1e-12)
    np.testing.assert_array_equal(X[:, 1], [0, 0, 1, 0, 0, 0])


def test_columns_of_x_are_named_and_found() -> None:
    fitted = _fitted()
    assert fitted.output_names == (
        "size", "size is missing", "day", "day is missing",
        "colour = blue", "colour = green", "colour = red", "colour = (missing)",
    )  # fmt: skip
    assert fitted.columns_of("colour") == slice(4, 8)
    assert fitted.n_inputs == 8
    with pytest.raises(UserError, match="not one of the features"):
        fitted.columns_of("price")


def test_each_category_is_one_column() -> None:
    X = _fitted().transform(_table())
    np.testing.assert_array_equal(X[:, 4:], np.eye(4)[[2, 0, 3, 2, 1, 0]])


def test_nothing_outside_the_fitted_rows_is_known() -> None:
    """Rows 2 and 4 hold the outlier, the missing values and the only green: none of it may show."""
    fitted = _fitted(np.array([0, 1, 3, 5]), "ok", "binary")
    size = fitted.features[0]
    assert (size.output_names, getattr(size, "mean", None)) == (("size",), 3.25)
    assert fitted.output_names[2:] == ("colour = blue", "colour = red")
    X = fitted.transform(_table())
    np.testing.assert_array_equal(X[4, 2:], [0, 0])
    np.testing.assert_array_equal(X[2, 2:], [0, 0])
    assert X[2, 0] == (3.0 - 3.25) / np.std([1, 2, 4, 6])


def test_changing_a_row_that_is_not_fitted_changes_nothing() -> None:
    table = _table()
    values = table.column("size").values.copy()
    values[4] = -1e9
    changed = table.with_columns({"size": Column("size", "float", values)})
    rows = np.array([0, 1, 2, 3, 5])
    names = ["size", "day", "colour"]
    assert Preprocessor.fit(table, rows, names, "price", "regression") == Preprocessor.fit(
        changed, rows, names, "price", "regression"
    )


@pytest.mark.parametrize(("target", "task"), [("kind", "multiclass"), ("ok", "binary"), ("price", "regression")])
def test_round_trip_through_json_is_exact(target: str, task: Task) -> None:
    fitted = _fitted(target=target, task=task)
    again = Preprocessor.from_dict(json.loads(json.dumps(fitted.to_dict())))
    assert again == fitted
    np.testing.assert_array_equal(again.transform(_table()), fitted.transform(_table()))


def test_predictions_invert_the_target() -> None:
    table = _table()
    for target, task in (("kind", "multiclass"), ("ok", "binary")):
        fitted = _fitted(target=target, task=task)  # type: ignore[arg-type]
        Y = fitted.transform_target(table.column(target), ALL)
        assert fitted.predictions(Y).tolist() == table.column(target).labels().tolist()
        np.testing.assert_allclose(fitted.probabilities(Y).sum(axis=1), 1.0)
        assert fitted.probabilities(Y).shape == (6, len(fitted.classes))
    fitted = _fitted(target="price", task="regression")
    Y = fitted.transform_target(table.column("price"), ALL)
    assert abs(Y.mean()) < 1e-12
    np.testing.assert_allclose(fitted.predictions(Y), table.column("price").values, rtol=1e-12)


def test_output_units_are_named() -> None:
    assert _fitted(target="ok", task="binary").output_unit_names == ("ok = yes",)
    assert _fitted().output_unit_names == ("a", "b", "c")
    assert _fitted(target="price", task="regression").output_unit_names == ("price",)


def test_classes_of_numbers_are_in_numeric_order_and_without_a_point() -> None:
    column = Column("y", "integer", np.array([10.0, 9.0, 2.0, 10.0, 9.0, 2.0]))
    table = Table("t", None, (_table().column("size"), column), 6, NO_DIALECT)
    assert Preprocessor.fit(table, ALL, ["size"], "y", "multiclass").classes == ("2", "9", "10")


def test_a_constant_column_does_not_divide_by_zero() -> None:
    column = Column("k", "float", np.full(6, 0.1))
    table = Table("t", None, (column, _table().column("ok")), 6, NO_DIALECT)
    assert not Preprocessor.fit(table, ALL, ["k"], "ok", "binary").transform(table).any()


def test_large_timestamps_keep_their_digits() -> None:
    column = Column("t", "integer", 1.7e9 + np.arange(6.0))
    table = Table("t", None, (column, _table().column("ok")), 6, NO_DIALECT)
    X = Preprocessor.fit(table, ALL, ["t"], "ok", "binary").transform(table)
    np.testing.assert_allclose(X[:, 0], (np.arange(6) - 2.5) / np.arange(6).std(), rtol=1e-9)


def test_rare_categories_beyond_the_commonest_share_a_column() -> None:
    texts = [f"c{i}" for i in range(TOP_CATEGORIES)] * 2 + ["rare1", "rare2"]
    column = Column("c", "string", _strings(*texts))
    target = Column("y", "float", np.arange(float(len(texts))))
    table = Table("t", None, (column, target), len(texts), NO_DIALECT)
    fitted = Preprocessor.fit(table, np.arange(len(texts)), ["c"], "y", "regression")
    assert fitted.n_inputs == TOP_CATEGORIES + 1
    assert fitted.output_names[-1] == f"c = {OTHER}"
    X = fitted.transform_columns({"c": _strings("rare1", "never seen", "c0", None)})
    np.testing.assert_array_equal(X[:, -1], [1, 1, 0, 0])
    assert X[3].sum() == 0


def test_an_infinity_counts_as_missing() -> None:
    X = _fitted().transform_columns(
        {"size": np.array([np.inf, np.nan]), "day": np.zeros(2), "colour": _strings("red", "red")}
    )
    assert np.isfinite(X).all()
    np.testing.assert_array_equal(X[0], X[1])


def test_a_lacking_or_unsuitable_column_is_named() -> None:
    fitted, table = _fitted(), _table()
    part = Table("part.csv", None, table.columns[1:], 6, NO_DIALECT)
    with pytest.raises(UserError, match=r"part\.csv has no column named size"):
        fitted.transform(part)
    texts = table.with_columns({"size": Column("size", "string", _strings(*"abcdef"))})
    with pytest.raises(UserError, match="size holds text"):
        fitted.transform(texts)


def test_a_class_unknown_in_training_is_named() -> None:
    fitted = _fitted(np.array([0, 1, 3, 4]), "kind", "binary")
    with pytest.raises(UserError, match="class b"):
        fitted.transform_target(_table().column("kind"), ALL)


@pytest.mark.parametrize(
    "change",
    [
        {"task": "guessing"},
        {"task": "binary"},
        {"classes": ["a", "a", "b"]},
        {"classes": 7},
        {"target": None},
        {"target_std": 0.0},
        {"target_mean": "x"},
        {"features": [{"type": "numeric"}]},
        {"features": ["size"]},
        {"features": 3},
    ],
)
def test_a_damaged_description_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(UserError):
        Preprocessor.from_dict({**_fitted().to_dict(), **change})


def test_a_damaged_feature_is_refused() -> None:
    for key, value in (("std", 0.0), ("mean", float("nan")), ("median", "1"), ("missing_flag", 1), ("name", 4)):
        data = _fitted().to_dict()
        data["features"][0][key] = value
        with pytest.raises(UserError):
            Preprocessor.from_dict(data)


@pytest.mark.parametrize(("target", "task"), [("kind", "binary"), ("ok", "multiclass"), ("kind", "regression")])
def test_a_task_that_does_not_suit_the_target_is_refused(target: str, task: Task) -> None:
    with pytest.raises(UserError, match=target):
        _fitted(target=target, task=task)


def test_ten_thousand_columns_are_transformed_quickly_and_exactly() -> None:
    rng = np.random.default_rng(0)
    columns = [Column(f"c{i}", "float", rng.normal(size=20)) for i in range(3000)]
    table = Table("wide", None, (*columns, Column("y", "float", np.arange(20.0))), 20, NO_DIALECT)
    fitted = Preprocessor.fit(table, np.arange(15), [c.name for c in columns], "y", "regression")
    X = fitted.transform(table)
    raw = np.stack([c.values for c in columns], axis=1)
    np.testing.assert_allclose(X, (raw - raw[:15].mean(axis=0)) / raw[:15].std(axis=0), rtol=1e-9, atol=1e-12)


def test_it_cannot_be_changed() -> None:
    fitted = _fitted()
    with pytest.raises(AttributeError):
        fitted.target_mean = 1.0  # type: ignore[misc]
    assert replace(fitted, target_name="z").target_name == "z"
