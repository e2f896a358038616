"""Toy sets are drawn from their seed alone and have the shapes they are named for."""

import numpy as np
import pytest

from nnviz.data.toy_datasets import TOY_DATASETS, ToyOptions, toy_dataset, toy_from_options
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


CLASSES = [name for name, toy in TOY_DATASETS.items() if toy.task != "regression"]
NUMBERS = [name for name, toy in TOY_DATASETS.items() if toy.task == "regression"]


def test_all_eleven_are_there() -> None:
    assert list(TOY_DATASETS) == [
        "circle", "xor", "gauss", "spiral", "moons", "rings", "checkerboard", "plane", "hills", "waves", "steps",
    ]  # fmt: skip


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_second_class_gets_its_share(name: str, share: float) -> None:
    codes = toy_dataset(name, n=400, share=share).target_codes
    assert codes is not None
    counts = np.bincount(codes)
    assert counts[1] == round(400 * share)
    assert len(counts) == 2 or abs(counts[0] - counts[2]) <= 1


@pytest.mark.parametrize("name", NUMBERS)
def test_share_means_nothing_where_a_number_is_learned(name: str) -> None:
    np.testing.assert_array_equal(toy_dataset(name, share=0.1).Y, toy_dataset(name).Y)


@pytest.mark.parametrize("name", TOY_DATASETS)
@pytest.mark.parametrize("n", [8, 9, 37, 2000])
def test_rows_are_as_many_as_wished(name: str, n: int) -> None:
    assert toy_dataset(name, n=n).n_rows == n


def test_options_draw_what_their_values_draw() -> None:
    options = ToyOptions(noise=0.2, n=120, share=0.3, seed=7)
    one, other = toy_from_options("moons", options), toy_dataset("moons", 7, 0.2, 120, 0.3)
    np.testing.assert_array_equal(one.X, other.X)
    np.testing.assert_array_equal(one.validation_rows, other.validation_rows)


@pytest.mark.parametrize("share", [None, 0.2])
def test_exclusive_or_is_one_whatever_the_share(share: float | None) -> None:
    data = toy_dataset("xor", n=1000, share=share)
    x, y = data.raw("x"), data.raw("y")
    np.testing.assert_array_equal(data.target_codes, x * y < 0)
    quarters = np.bincount((2 * (x > 0) + (y > 0)).astype(int), minlength=4)
    wanted = [400, 100, 100, 400] if share else [250] * 4
    np.testing.assert_allclose(quarters, wanted, atol=60)


@pytest.mark.parametrize("share", [None, 0.2])
def test_fields_of_the_checkerboard_alternate(share: float | None) -> None:
    data = toy_dataset("checkerboard", n=2000, share=share)
    column, row = (np.floor((data.raw(name) + 5.0) / 2.5).astype(int) for name in ("x", "y"))
    np.testing.assert_array_equal(data.target_codes, (column + row) % 2)
    assert len(np.unique(4 * column + row)) == 16


def test_steps_are_five_plateaus_and_waves_a_sine() -> None:
    steps, waves = toy_dataset("steps"), toy_dataset("waves")
    assert np.unique(steps.target_values).tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0]
    order = np.argsort(steps.raw("x") + steps.raw("y"))
    assert (np.diff(steps.target_values[order]) >= 0).all()
    np.testing.assert_allclose(waves.target_values, np.sin(waves.raw("x") + waves.raw("y") / 2))


@pytest.mark.parametrize(
    "wrong", [{"n": 7}, {"n": 10**6}, {"noise": -0.1}, {"noise": 2.0}, {"share": 0.0}, {"seed": -1}]
)
def test_option_out_of_its_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UserError):
        ToyOptions(**wrong)  # type: ignore[arg-type]
