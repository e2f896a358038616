"""Every shipped data set is what its entry says, and is read with no rows lost."""

from collections import Counter

import numpy as np
import pytest
from sklearn import datasets

from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import build_dataset, choices_from_guess
from nnviz.data.infer import guess
from nnviz.data.shipped_datasets import SHIPPED, ShippedDataset, shipped_path
from nnviz.errors import UserError
from nnviz.resources import resource_path


@pytest.mark.parametrize("shipped", SHIPPED.values(), ids=SHIPPED)
def test_file_is_what_the_entry_says(shipped: ShippedDataset) -> None:
    table = read_csv(shipped.path)
    assert (table.n_rows, table.n_columns) == (shipped.rows, shipped.columns)
    assert (table.rejected, table.warnings) == ((), ())
    found = guess(table)
    assert (found.target, found.task) == (shipped.target, shipped.task)
    data = build_dataset(table, choices_from_guess(found))
    assert data.n_rows == shipped.rows
    assert len(data.validation_rows) == pytest.approx(0.25 * shipped.rows, abs=3)


@pytest.mark.parametrize("shipped", SHIPPED.values(), ids=SHIPPED)
def test_entry_tells_a_person_enough(shipped: ShippedDataset) -> None:
    assert shipped.about.count(". ") >= 2
    assert shipped.about.endswith(".")
    assert shipped.source
    assert shipped.licence
    assert shipped.path.stat().st_size < 300_000


def test_every_file_has_its_entry() -> None:
    files = {path.stem for path in resource_path("datasets").glob("*.csv")}
    assert files == set(SHIPPED)


@pytest.mark.parametrize(
    ("name", "bunch"),
    [
        ("iris", datasets.load_iris()),
        ("wine", datasets.load_wine()),
        ("breast_cancer", datasets.load_breast_cancer()),
        ("diabetes", datasets.load_diabetes(scaled=False)),
        ("digits", datasets.load_digits()),
    ],
)
def test_numbers_are_those_of_scikit_learn(name: str, bunch: "datasets._base.Bunch") -> None:
    table = read_csv(shipped_path(name))
    numbers = np.stack([column.numbers() for column in table.columns[:-1]], axis=1)
    np.testing.assert_allclose(numbers, bunch.data, rtol=0, atol=2e-6)
    target = table.columns[-1]
    if target.kind == "string":
        assert len(set(zip(target.values.tolist(), bunch.target.tolist(), strict=True))) == len(bunch.target_names)
    else:
        np.testing.assert_array_equal(target.numbers(), bunch.target)


def test_penguins_are_the_344_of_palmer_station() -> None:
    table = read_csv(shipped_path("penguins"))
    assert Counter(table.column("species").values.tolist()) == {"Adelie": 152, "Gentoo": 124, "Chinstrap": 68}
    assert {column.name: column.n_missing for column in table.columns if column.n_missing} == {
        "bill_length_mm": 2, "bill_depth_mm": 2, "flipper_length_mm": 2, "body_mass_g": 2, "sex": 11,
    }  # fmt: skip
    assert np.nanmean(table.column("body_mass_g").numbers()) == pytest.approx(4201.754, abs=1e-3)


def test_unknown_name_is_refused() -> None:
    with pytest.raises(UserError, match="no data set named titanic"):
        shipped_path("titanic")
