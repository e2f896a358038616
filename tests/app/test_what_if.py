"""A what-if: what the network reads of a changed row, its nearest training rows, and where it is outside of them."""

import numpy as np
import pytest

from nnviz.app.slices import Slices
from nnviz.app.what_if import TrainingRows, row_inputs, what_if
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.features import NumericFeature
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.errors import Cancelled
from tests.ui.map_cases import shipped


@pytest.fixture(scope="module")
def iris() -> Dataset:
    return shipped("iris")


@pytest.fixture(scope="module")
def penguins() -> Dataset:
    return shipped("penguins")


def test_changed_row_is_what_the_preprocessing_makes_of_the_changed_values(iris: Dataset) -> None:
    found = what_if(Slices(iris), 7, {"petal_length": 4.0})
    assert found is not None
    values = {name: iris.raw(name)[[7]] for name in iris.feature_names} | {"petal_length": np.array([4.0])}
    np.testing.assert_array_equal(found.inputs, iris.preprocessor.transform_columns(values)[0])
    assert not found.inputs.flags.writeable


def test_value_that_is_the_rows_own_is_no_change(iris: Dataset) -> None:
    own = float(iris.raw("petal_length")[7])
    assert what_if(Slices(iris), 7, {"petal_length": own}) is None
    found = what_if(Slices(iris), 7, {"petal_length": own, "sepal_width": 9.5})
    assert found is not None
    assert dict(found.changes) == {"sepal_width": 9.5}


def test_category_and_missing_value_are_read_as_in_a_file(penguins: Dataset) -> None:
    feature = next(f for f in penguins.preprocessor.features if f.name == "body_mass_g")
    assert isinstance(feature, NumericFeature)
    found = what_if(Slices(penguins), 0, {"island": 1.0, "body_mass_g": float("nan")})
    assert found is not None
    np.testing.assert_array_equal(found.inputs[penguins.preprocessor.columns_of("island")], [0.0, 1.0, 0.0])
    place = penguins.preprocessor.columns_of("body_mass_g")
    scaled = (feature.median - feature.scale.center) / feature.scale.divisor
    np.testing.assert_allclose(found.inputs[place], [scaled, 1.0] if feature.missing_flag else [scaled])


def test_only_a_what_if_of_the_chosen_row_counts(iris: Dataset) -> None:
    found = what_if(Slices(iris), 7, {"petal_length": 4.0})
    assert found is not None
    assert row_inputs(iris, 7, found) is found.inputs
    np.testing.assert_array_equal(row_inputs(iris, 8, found), iris.X[8])
    assert row_inputs(iris, 7, None).tolist() == iris.X[7].tolist()


def test_nearest_rows_are_those_of_a_plain_search_over_the_training_rows(iris: Dataset) -> None:
    found = what_if(Slices(iris), int(iris.train_rows[3]), {"petal_length": 5.1, "petal_width": 1.7})
    assert found is not None
    nearest = TrainingRows(iris).nearest(found, most=5)
    spread = iris.X[iris.train_rows].std(axis=0)
    plain = np.sqrt((((iris.X - found.inputs) / spread) ** 2).mean(axis=1))
    rows = [row for row in iris.train_rows.tolist() if row != found.row]
    wanted = sorted(rows, key=lambda row: (plain[row], row))[:5]
    assert [near.row for near in nearest] == wanted
    assert [near.distance for near in nearest] == pytest.approx(plain[wanted].tolist())


def test_outside_is_beyond_every_training_row_and_the_ends_are_inside(iris: Dataset) -> None:
    slices, training = Slices(iris), TrainingRows(iris)
    row = int(iris.train_rows[0])
    lengths = iris.raw("petal_length")[iris.train_rows]
    for value, outside in (
        (float(lengths.max()), ()),
        (float(lengths.max()) + 0.1, ("petal_length",)),
        (float(lengths.min()), ()),
        (float(lengths.min()) - 0.1, ("petal_length",)),
    ):
        found = what_if(slices, row, {"petal_length": value, "petal_width": 1.05})
        assert found is not None
        assert training.outside(found.inputs) == outside


def test_few_training_rows_are_all_that_is_near() -> None:
    columns = (Column("a", "float", np.arange(4.0)), Column("t", "boolean", np.array([0.0, 1.0, 0.0, 1.0])))
    table = Table("four.csv", None, columns, 4, NO_DIALECT)
    dataset = build_dataset(table, ImportChoices("t", "binary", {"a": "feature", "t": "target"}, {}, 0.0, 0))
    found = what_if(Slices(dataset), 0, {"a": 2.2})
    assert found is not None
    assert [near.row for near in TrainingRows(dataset).nearest(found, most=9)] == [2, 3, 1]


def test_pass_over_the_rows_ends_when_it_is_called_off(iris: Dataset) -> None:
    with pytest.raises(Cancelled):
        TrainingRows(iris, lambda: True)
