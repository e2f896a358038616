"""Toy sets are drawn from their seed alone and have the shapes they are named for."""

import numpy as np
import pytest

from nnviz.data.toy_datasets import TOY_DATASETS, toy_dataset
from nnviz.errors import UserError


@pytest.mark.parametrize("name", TOY_DATASETS)
def test_a_toy_set_has_500_points_and_half_of_them_train(name: str) -> None:
    data = toy_dataset(name)
    assert data.X.shape == (500, 2)
    assert len(data.train_rows) == 250
    assert data.feature_names == ("x", "y")
    assert data.task == TOY_DATASETS[name].task
    np.testing.assert_allclose(data.X_train.std(axis=0), 1.0)


@pytest.mark.parametrize("name", TOY_DATASETS)
def test_the_seed_decides_and_noise_changes_the_points(name: str) -> None:
    np.testing.assert_array_equal(toy_dataset(name, seed=4, noise=0.2).X, toy_dataset(name, seed=4, noise=0.2).X)
    assert not np.array_equal(toy_dataset(name, seed=4).Y, toy_dataset(name, seed=5).Y)
    assert not np.array_equal(
        toy_dataset(name, noise=0.0).target_values + toy_dataset(name, noise=0.0).raw("x"),
        toy_dataset(name, noise=0.3).target_values + toy_dataset(name, noise=0.3).raw("x"),
    )


@pytest.mark.parametrize("name", [name for name, toy in TOY_DATASETS.items() if toy.task != "regression"])
def test_classes_are_balanced(name: str) -> None:
    codes = toy_dataset(name, n=600).target_codes
    assert codes is not None
    counts = np.bincount(codes)
    assert counts.min() > 0.8 * counts.max()


def test_the_arms_of_the_spiral_are_turned_by_half_a_circle() -> None:
    table = TOY_DATASETS["spiral"].make(500, 0.0, np.random.default_rng(0))
    points = np.stack([table.column("x").values, table.column("y").values], axis=1)
    labels = table.column("class").values
    first, second = points[labels == "A"], points[labels == "B"]
    first = first[np.argsort(np.hypot(*first.T))]
    second = second[np.argsort(np.hypot(*second.T))]
    np.testing.assert_allclose(first, -second, atol=1e-9)
    radius, angle = np.hypot(*first[1:].T), np.unwrap(np.arctan2(first[1:, 0], first[1:, 1]))
    np.testing.assert_allclose(np.diff(angle) / np.diff(radius), 3.5 * np.pi / 5.0, rtol=1e-6)


def test_rings_have_three_classes_and_the_plane_is_a_plane() -> None:
    assert toy_dataset("rings").classes == ("A", "B", "C")
    plane = toy_dataset("plane")
    np.testing.assert_allclose(plane.target_values, (plane.raw("x") + plane.raw("y")) / 10.0)


def test_senseless_wishes_are_refused() -> None:
    with pytest.raises(UserError, match="no toy data set"):
        toy_dataset("cube")
    with pytest.raises(UserError, match="8 points"):
        toy_dataset("spiral", n=3)
