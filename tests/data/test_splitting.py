"""Identical rows stay on one side, classes keep their shares, and a seed decides the rest."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.duplicates import row_groups
from nnviz.data.splitting import split_rows
from nnviz.data.table import NO_DIALECT, Column, Kind, Table

RNG = np.random.default_rng(0)


def texts(values: list[str | None]) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def column(name: str, values: list[float]) -> Column:
    return Column(name, "float", np.array(values, dtype=np.float64))


def measured(n: int, copies: int, **choices: object) -> Dataset:
    """n different rows, each ``copies`` times, in a shuffled order."""
    order = np.random.default_rng(1).permutation(n * copies) % n
    x = np.random.default_rng(2).normal(size=n)[order]
    labels = np.array(["a", "b"], dtype=object)[(order % 3 == 0).astype(int)]
    table = Table("t", None, (Column("x", "float", x), Column("label", "string", labels)), len(x), NO_DIALECT)
    return build_dataset(table, ImportChoices("label", "binary", {"x": "feature"}, **choices))  # type: ignore[arg-type]


def test_rows_with_the_same_values_share_the_place_of_the_first() -> None:
    first = column("x", [1.0, 2.0, 1.0, np.nan, np.nan, 0.0, -0.0, 2.0])
    second = Column("c", "string", texts(["a", "b", "a", None, None, "z", "z", "other"]))
    groups = row_groups([first, second])
    assert groups is not None
    assert groups.tolist() == [0, 1, 0, 3, 3, 5, 5, 7]


def test_rows_that_all_differ_make_no_groups() -> None:
    assert row_groups([column("x", [1.0, 1.0, 2.0]), column("y", [1.0, 2.0, 1.0])]) is None
    assert row_groups([column("x", RNG.normal(size=5000).tolist())]) is None
    assert row_groups([]) is None


def test_values_that_change_places_between_columns_are_different_rows() -> None:
    assert row_groups([column("x", [1.0, 2.0]), column("y", [2.0, 1.0])]) is None


def test_only_the_chosen_rows_are_compared() -> None:
    groups = row_groups([column("x", [7.0, 1.0, 7.0, 1.0, 7.0])], np.array([0, 1, 2]))
    assert groups is not None
    assert groups.tolist() == [0, 1, 0]
    assert row_groups([column("x", [7.0, 1.0, 7.0])], np.array([0, 1])) is None


@pytest.mark.parametrize("kind", ["float", "date", "string"])
@pytest.mark.parametrize("repeats", [0, 3])
def test_groups_are_those_of_a_dictionary_of_rows(kind: Kind, repeats: int) -> None:
    rng = np.random.default_rng(5)
    numbers = rng.permutation(np.concatenate([np.arange(4000.0), np.arange(float(repeats))]))
    values = {
        "float": numbers,
        "date": numbers.astype(np.int64).astype("datetime64[s]"),
        "string": texts([f"v{number}" for number in numbers]),
    }[kind]
    other = column("y", (numbers % 2).tolist())
    groups = row_groups([Column("x", kind, values), other])
    seen: dict[float, int] = {}
    expected = [seen.setdefault(number, i) for i, number in enumerate(numbers.tolist())]
    assert (groups is None) == (repeats == 0)
    assert groups is None or groups.tolist() == expected


@settings(max_examples=200, deadline=None)
@given(
    groups=st.lists(st.integers(0, 30), min_size=1, max_size=120),
    fraction=st.floats(0.0, 0.95),
    n_classes=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_group_is_ever_on_both_sides_and_every_class_trains(
    groups: list[int], fraction: float, n_classes: int, seed: int
) -> None:
    numbers = np.array(groups)
    classes = numbers % n_classes
    train, validation = split_rows(len(groups), fraction, np.random.default_rng(seed), classes, numbers)
    assert sorted([*train, *validation]) == list(range(len(groups)))
    assert not set(numbers[train]) & set(numbers[validation])
    assert set(classes[train]) == set(classes)
    if len(validation) > 1 and max(Counter(groups).values()) == 1:
        assert len(validation) <= max(1, round(fraction * len(groups)))


def test_groups_of_one_row_split_like_rows() -> None:
    classes = np.repeat([0, 1], [900, 100])
    _, validation = split_rows(1000, 0.2, np.random.default_rng(0), classes, np.arange(1000))
    assert np.bincount(classes[validation]).tolist() == [180, 20]


def test_group_larger_than_the_share_is_passed_over_for_smaller_ones() -> None:
    groups = np.array([0] * 60 + list(range(1, 41)))
    train, validation = split_rows(100, 0.25, np.random.default_rng(3), None, groups)
    assert len(validation) == 25
    assert set(range(60)) <= set(train.tolist())


def test_smallest_group_validates_where_none_fits_the_share() -> None:
    groups = np.repeat([0, 1, 2], [40, 35, 25])
    _, validation = split_rows(100, 0.1, np.random.default_rng(0), None, groups)
    assert set(groups[validation]) == {2}
    nothing = split_rows(100, 0.1, np.random.default_rng(0), None, np.zeros(100, dtype=np.intp))[1]
    assert len(nothing) == 0


@pytest.mark.parametrize("copies", [2, 3, 10])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_copies_of_a_row_never_cross_the_split(copies: int, seed: int) -> None:
    data = measured(60, copies, seed=seed)
    train, validation = (set(data.raw("x")[rows]) for rows in (data.train_rows, data.validation_rows))
    assert not train & validation
    assert abs(len(data.validation_rows) - 0.25 * data.n_rows) <= copies
    assert data.warnings == ()


def test_split_of_rows_that_all_differ_does_not_change_with_grouping() -> None:
    together, apart = measured(200, 1), measured(200, 1, grouped=False)
    np.testing.assert_array_equal(together.validation_rows, apart.validation_rows)


def test_crossing_copies_are_counted_where_grouping_is_off() -> None:
    data = measured(60, 4, grouped=False)
    crossing = np.isin(data.raw("x")[data.validation_rows], data.raw("x")[data.train_rows]).sum()
    assert crossing > 40
    assert data.warnings == (
        f"{crossing} of 60 validation rows have the same inputs as a training row: what is measured on them is memory.",
    )


def test_few_different_inputs_stay_on_both_sides_and_it_is_said() -> None:
    """The truth table of exclusive or, 50 times: with one of its four rows held back nobody could learn it."""
    a, b = [0.0, 0.0, 1.0, 1.0] * 50, [0.0, 1.0, 0.0, 1.0] * 50
    answers = texts(["no", "yes", "yes", "no"] * 50)
    table = Table("xor", None, (column("a", a), column("b", b), Column("y", "string", answers)), 200, NO_DIALECT)
    roles = {"a": "feature", "b": "feature"}
    data = build_dataset(table, ImportChoices("y", "binary", roles))  # type: ignore[arg-type]
    assert len(np.unique(data.X_train, axis=0)) == 4
    assert "50 of 50 validation rows have the same inputs" in data.warnings[0]
    forced = build_dataset(table, ImportChoices("y", "binary", roles, grouped=True))  # type: ignore[arg-type]
    assert len(np.unique(forced.X_train, axis=0)) == 3
    assert not {tuple(row) for row in forced.X_train} & {tuple(row) for row in forced.X_validation}


def test_share_that_groups_do_not_allow_is_said() -> None:
    x = column("x", [1.0] * 70 + list(map(float, range(2, 32))))
    table = Table("t", None, (x, column("y", list(map(float, range(100))))), 100, NO_DIALECT)
    data = build_dataset(table, ImportChoices("y", "regression", {"x": "feature"}, validation_fraction=0.5))
    assert len(data.validation_rows) == 30
    why = "Rows with the same inputs stay together, and 100 rows hold 31 different inputs."
    assert data.warnings == (f"Of 100 rows 30 validate, not 50 %. {why}",)


@pytest.mark.parametrize("n_repeats", [0, 3, 2_000])
def test_groups_are_those_of_a_comparison_of_whole_rows(n_repeats: int) -> None:
    rng = np.random.default_rng(n_repeats)
    values = rng.normal(size=(20_000, 4))
    values[:, 3] = rng.integers(0, 3, 20_000)
    values[rng.integers(10_000, 20_000, n_repeats)] = values[rng.integers(0, 10_000, n_repeats)]
    values[5_000, :3] = values[6_000, :3]  # alike in the telling columns, yet not the same row
    values[[5_000, 6_000], 3] = 0.0, 1.0
    found = row_groups([column(f"x{place}", values[:, place].tolist()) for place in range(4)])
    _, first, inverse = np.unique(values, axis=0, return_index=True, return_inverse=True)
    wanted = first[inverse.reshape(-1)]
    if (wanted == np.arange(len(values))).all():
        assert found is None
    else:
        assert found is not None
        assert found.tolist() == wanted.tolist()


def test_groups_asked_for_again_are_those_of_the_columns_asked_about() -> None:
    same, other = column("x", [1.0, 2.0, 1.0]), column("y", [1.0, 2.0, 3.0])
    first = row_groups([same])
    assert first is not None
    assert row_groups([same, other]) is None
    assert row_groups([other]) is None
    again = row_groups([same])
    assert again is not None
    assert again.tolist() == first.tolist() == [0, 1, 0]
