"""Principal components: the plane of most variance, the same every time, and where the rows lie on it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.app.components import principal_components
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table


def dataset_of(values: NDArray[np.float64], validation: float = 0.0) -> Dataset:
    n = len(values)
    target = np.empty(n, dtype=object)
    target[:] = ["a", "b"] * (n // 2) + ["a"] * (n % 2)
    columns = [Column(f"c{i}", "float", values[:, i].copy()) for i in range(values.shape[1])]
    table = Table("made.csv", None, (*columns, Column("t", "string", target)), n, NO_DIALECT)
    roles = {column.name: "feature" for column in columns}
    return build_dataset(table, ImportChoices("t", "binary", roles, {}, validation, 0))  # type: ignore[arg-type]


@pytest.mark.parametrize(("n", "d"), [(200, 6), (30, 50)], ids=["tall", "wide"])
def test_components_are_the_first_singular_vectors_of_the_centred_training_rows(n: int, d: int) -> None:
    rng = np.random.default_rng(0)
    dataset = dataset_of(rng.normal(size=(n, 3)) @ rng.normal(size=(3, d)) + 0.3 * rng.normal(size=(n, d)), 0.3)
    found = principal_components(dataset)
    train = dataset.X_train
    _, singular, vectors = np.linalg.svd(train - train.mean(axis=0), full_matrices=False)
    overlap = np.abs(found.directions @ vectors[:2].T)
    np.testing.assert_allclose(overlap, np.eye(2), atol=1e-6)
    np.testing.assert_allclose(found.shares, (singular**2 / (singular**2).sum())[:2], rtol=1e-6)


def test_scores_and_distances_are_of_every_row() -> None:
    rng = np.random.default_rng(1)
    dataset = dataset_of(rng.normal(size=(50, 4)), 0.4)
    found = principal_components(dataset)
    centred = dataset.X - found.mean
    np.testing.assert_allclose(found.scores, centred @ found.directions.T)
    rest = centred - found.scores @ found.directions
    np.testing.assert_allclose(found.distances, np.linalg.norm(rest, axis=1))


def test_largest_entry_of_a_direction_is_positive() -> None:
    found = principal_components(dataset_of(np.random.default_rng(2).normal(size=(40, 5))))
    for direction in found.directions:
        assert direction[np.abs(direction).argmax()] > 0


@pytest.mark.parametrize("values", [np.zeros((10, 3)), np.outer(np.arange(10.0), [1.0, 2.0, 3.0])])
def test_rows_without_two_directions_still_have_a_plane(values: NDArray[np.float64]) -> None:
    found = principal_components(dataset_of(values))
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-9)
    assert found.shares[1] == pytest.approx(0.0, abs=1e-12)
    assert np.isfinite(found.scores).all()


def test_large_set_is_decided_by_a_sample_that_never_changes() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(6_000, 3)) * [5.0, 2.0, 1.0]
    dataset = dataset_of(values)
    first, second = principal_components(dataset), principal_components(dataset)
    np.testing.assert_array_equal(first.directions, second.directions)
    assert len(first.scores) == 6_000
