"""Which rows count as errors, and the band of residuals."""

import numpy as np
import pytest

from nnviz.app.judgement import judge
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset


def _numbers(n: int, validation: float) -> Dataset:
    values = np.arange(float(n))
    columns = (Column("x", "float", values), Column("t", "float", 10 + 2 * values))
    table = Table("made.csv", None, columns, n, NO_DIALECT)
    return build_dataset(table, ImportChoices("t", "regression", {"x": "feature"}, {}, validation, 0))


def _outputs(dataset: Dataset, predictions: np.ndarray) -> np.ndarray:
    return ((predictions - dataset.preprocessor.target_mean) / dataset.preprocessor.target_std)[:, None]


def test_rows_of_another_class_than_predicted_are_wrong() -> None:
    dataset = toy_dataset("moons", n=40)
    codes = dataset.target_codes
    assert codes is not None
    rows = np.array([3, 8, 21])
    right = codes[rows].astype(float)
    outputs = np.where([True, False, True], right, 1 - right)[:, None] * 0.6 + 0.2
    found = judge(dataset, rows, outputs, "binary_cross_entropy")
    np.testing.assert_array_equal(found.wrong, [False, True, False])
    assert found.n_wrong == 1
    np.testing.assert_allclose(found.scores, 0.8)


def test_one_half_is_predicted_as_the_model_predicts_it() -> None:
    dataset = toy_dataset("moons", n=10)
    outputs = np.full((1, 1), 0.5)
    found = judge(dataset, np.array([0]), outputs, "binary_cross_entropy")
    assert dataset.classes[int(found.predicted[0])] == dataset.preprocessor.predictions(outputs)[0]


def test_hinge_decides_at_zero() -> None:
    dataset = toy_dataset("moons", n=10)
    found = judge(dataset, np.array([0, 1]), np.array([[-0.2], [0.2]]), "hinge")
    np.testing.assert_array_equal(found.predicted, [0, 1])
    np.testing.assert_allclose(found.scores, [0.6, 0.6])


def test_answers_that_are_not_finite_are_no_errors() -> None:
    dataset = toy_dataset("moons", n=10)
    found = judge(dataset, np.array([0, 1]), np.array([[np.nan], [np.inf]]), "binary_cross_entropy")
    assert found.n_wrong == 0
    np.testing.assert_array_equal(found.predicted, [-1, -1])
    numbers = _numbers(40, 0.0)
    found = judge(numbers, np.arange(40), np.full((40, 1), np.nan), "mean_squared_error")
    assert found.n_wrong == 0
    assert found.band is None


def test_worst_five_per_cent_of_the_residuals_count_as_errors() -> None:
    dataset = _numbers(60, 0.0)
    errors = np.linspace(-1.0, 1.0, 60)
    errors[[5, 40, 41]] = [-9.0, 7.0, 8.0]
    found = judge(dataset, np.arange(60), _outputs(dataset, dataset.target_values - errors), "mean_squared_error")
    np.testing.assert_array_equal(np.flatnonzero(found.wrong), [5, 40, 41])


@pytest.mark.parametrize(("validation", "part"), [(0.5, "validation"), (0.1, "training")])
def test_band_is_of_validation_residuals_where_there_are_enough(validation: float, part: str) -> None:
    dataset = _numbers(100, validation)
    rows = np.arange(100)
    residuals = np.where(np.isin(rows, dataset.validation_rows), 5.0, 1.0) * np.linspace(-1, 1, 100)
    found = judge(dataset, rows, _outputs(dataset, dataset.target_values - residuals), "mean_squared_error")
    members = dataset.validation_rows if part == "validation" else dataset.train_rows
    assert found.band_part == part
    assert found.band == pytest.approx(tuple(np.quantile(residuals[members], [0.05, 0.95])))
