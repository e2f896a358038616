"""Planes through the inputs: ranges, encoding, held values, and the cost with thousands of features."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.app.slices import AT_MEDIANS, MARGIN, NO_AXIS, Held, SliceAxis, Slices
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.run.grids import GridProbe


def _texts(*values: str | None) -> NDArray[np.object_]:
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def _dataset(*columns: Column, validation: float = 0.0) -> Dataset:
    n = len(columns[0].values)
    target = Column("answer", "string", _texts(*("no" if i % 2 else "yes" for i in range(n))))
    table = Table("made.csv", None, (*columns, target), n, NO_DIALECT)
    roles = {column.name: "feature" for column in columns}
    return build_dataset(table, ImportChoices("answer", "binary", roles, {}, validation, 0))  # type: ignore[arg-type]


def _probe(slices: Slices, x: str, y: str | None, resolution: int, held: Held = AT_MEDIANS) -> GridProbe:
    return slices.probe(slices.axis(x), slices.axis(y), resolution, held)


@pytest.fixture
def mixed() -> Dataset:
    """Return two numbers (one with gaps), a category and a boolean, eight rows, all for training."""
    return _dataset(
        Column("width", "float", np.array([0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 100.0])),
        Column("gap", "float", np.array([1.0, np.nan, 3.0, 4.0, 5.0, np.nan, 7.0, 8.0])),
        Column("colour", "string", _texts("red", "blue", "red", None, "green", "red", "blue", "red")),
        Column("flag", "boolean", np.array([0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0]), words=("off", "on")),
    )


def test_axis_reaches_eight_percent_beyond_the_data(mixed: Dataset) -> None:
    axis = Slices(mixed).axis("width")
    assert (axis.low, axis.high) == pytest.approx((-100 * MARGIN, 100 + 100 * MARGIN))
    assert MARGIN == 0.08


def test_axis_of_a_constant_column_has_an_extent() -> None:
    axis = Slices(_dataset(Column("same", "float", np.full(6, 5.0)), Column("x", "float", np.arange(6.0)))).axis("same")
    assert axis.low < 5.0 < axis.high


def test_grid_runs_x_fastest_and_y_from_its_low_end(mixed: Dataset) -> None:
    probe = _probe(Slices(mixed), "width", "gap", 5)
    width, gap = probe.values[:, 0].reshape(5, 5), probe.values[:, 1].reshape(5, 5)
    assert (np.diff(width, axis=1) > 0).all()
    assert (np.diff(width, axis=0) == 0).all()
    assert (np.diff(gap, axis=0) > 0).all()


def test_grid_is_encoded_exactly_as_the_data_are(mixed: Dataset) -> None:
    slices = Slices(mixed)
    probe = _probe(slices, "width", "colour", 8)
    x, y = slices.axis("width"), slices.axis("colour")
    levels = [None if level == "(missing)" else level for level in y.levels]
    codes = np.repeat(y.centres(8), 8).astype(int)
    full = mixed.preprocessor.transform_columns(
        {
            "width": np.tile(x.centres(8), 8),
            "gap": np.full(64, 4.5),
            "colour": _texts(*(levels[code] for code in codes)),
            "flag": np.ones(64),
        }
    )
    built = np.tile(probe.base, (64, 1))
    built[:, probe.varying] = probe.values
    np.testing.assert_array_equal(built, full)


def test_cells_are_sampled_at_their_middles(mixed: Dataset) -> None:
    axis = Slices(mixed).axis("width")
    cell = (axis.high - axis.low) / 4
    np.testing.assert_allclose(axis.centres(4), axis.low + cell * np.array([0.5, 1.5, 2.5, 3.5]))


def test_held_input_without_a_row_is_medians_and_commonest_categories(mixed: Dataset) -> None:
    base = _probe(Slices(mixed), "width", "gap", 4).base
    preprocessor = mixed.preprocessor
    colours = base[preprocessor.columns_of("colour")]
    levels = Slices(mixed).axis("colour").levels
    assert [level for level, value in zip(levels, colours, strict=True) if value] == ["red"]
    feature = preprocessor.features[1]
    assert base[preprocessor.columns_of("gap")][0] == pytest.approx((4.5 - feature.mean) / feature.std)  # type: ignore[union-attr]


def test_medians_come_from_the_training_rows_only() -> None:
    values = np.concatenate([np.arange(20.0), np.full(20, 1e6)])
    dataset = _dataset(Column("a", "float", values), Column("b", "float", np.arange(40.0)), validation=0.5)
    assert Slices(dataset).held_number("a", AT_MEDIANS) == np.median(values[dataset.table_rows[dataset.train_rows]])


def test_held_input_with_a_row_is_that_row_of_x(mixed: Dataset) -> None:
    probe = _probe(Slices(mixed), "width", "gap", 4, Held(3))
    np.testing.assert_array_equal(probe.base, mixed.X[3])


def test_category_axis_has_one_band_for_each_level_and_one_for_missing(mixed: Dataset) -> None:
    axis = Slices(mixed).axis("colour")
    assert axis.levels == ("blue", "green", "red", "(missing)")
    assert (axis.low, axis.high) == (-0.5, 3.5)
    assert set(axis.centres(64).tolist()) == {0.0, 1.0, 2.0, 3.0}


def test_boolean_axis_has_two_bands_named_by_the_words_of_the_file(mixed: Dataset) -> None:
    axis = Slices(mixed).axis("flag")
    assert axis.levels == ("off", "on")
    assert set(axis.centres(10).tolist()) == {0.0, 1.0}


def test_row_without_a_value_has_no_position(mixed: Dataset) -> None:
    np.testing.assert_array_equal(np.isnan(Slices(mixed).positions("gap")), np.isnan(mixed.table.column("gap").values))


def test_single_feature_varies_alone_and_spreads_its_rows() -> None:
    slices = Slices(_dataset(Column("only", "float", np.arange(30.0))))
    probe = _probe(slices, "only", None, 6)
    assert probe.values.shape == (36, 1)
    np.testing.assert_array_equal(probe.values[:6], probe.values[30:])
    spread = slices.positions(None)
    assert len(set(spread.round(3).tolist())) == 30
    assert spread.min() >= 0
    assert spread.max() <= 1


def test_held_values_are_in_original_units(mixed: Dataset) -> None:
    slices = Slices(mixed)
    colours = slices.axis("colour").levels
    assert slices.held_number("width", Held(7)) == 100.0
    assert colours[int(slices.held_number("colour", Held(4)))] == "green"
    assert colours[int(slices.held_number("colour", AT_MEDIANS))] == "red"
    assert np.isnan(slices.held_number("gap", Held(1)))
    assert slices.held_number("flag", Held(1)) == 1.0
    assert slices.held_number("width", Held(7, {"width": 12.5})) == 12.5


def test_value_that_is_moved_changes_only_the_inputs_of_its_column(mixed: Dataset) -> None:
    slices, preprocessor = Slices(mixed), mixed.preprocessor
    held = Held(3).with_value("gap", 7.0).with_value("colour", 1.0)
    found = slices.held_input(held)
    expected = mixed.X[3].copy()
    expected[preprocessor.columns_of("gap")] = mixed.X[6][preprocessor.columns_of("gap")]  # row 6 has 7.0
    expected[preprocessor.columns_of("colour")] = mixed.X[4][preprocessor.columns_of("colour")]  # row 4 is green
    np.testing.assert_array_equal(found, expected)
    again = slices.held_input(held.with_value("gap", 8.0))
    assert again[preprocessor.columns_of("gap")][0] == mixed.X[7][preprocessor.columns_of("gap")][0]


def test_as_many_yes_as_no_are_held_at_one_of_them(mixed: Dataset) -> None:
    even = _dataset(
        Column("flag", "boolean", np.array([0.0, 1.0] * 4), words=("off", "on")),
        Column("x", "float", np.arange(8.0)),
    )
    assert Slices(even).held_number("flag", AT_MEDIANS) == 1.0
    assert mixed.n_rows == 8


def test_axis_knows_the_range_of_the_training_rows_only() -> None:
    values = np.arange(40.0)
    dataset = _dataset(Column("a", "float", values), Column("b", "float", values[::-1].copy()), validation=0.5)
    trained = values[dataset.table_rows[dataset.train_rows]]
    assert Slices(dataset).axis("a").trained == (trained.min(), trained.max())


def test_part_of_an_axis_gives_a_grid_within_it(mixed: Dataset) -> None:
    slices = Slices(mixed)
    part = SliceAxis("width", "float", 10.0, 30.0)
    probe = slices.probe(part, NO_AXIS, 4)
    feature = mixed.preprocessor.features[0]
    raw = probe.values[:4, 0] * feature.std + feature.mean  # type: ignore[union-attr]
    np.testing.assert_allclose(raw, [12.5, 17.5, 22.5, 27.5])


def test_only_the_varying_columns_are_expanded_among_thousands() -> None:
    rng = np.random.default_rng(0)
    columns = [Column(f"c{i}", "float", rng.normal(size=8)) for i in range(3000)]
    dataset = _dataset(*columns)
    probe = _probe(Slices(dataset), "c5", "c2999", 64)
    assert probe.base.shape == (3000,)
    assert probe.values.shape == (64 * 64, 2)
    np.testing.assert_array_equal(probe.varying, [5, 2999])


def test_probe_arrays_cannot_be_written() -> None:
    probe = _probe(Slices(toy_dataset("spiral")), "x", "y", 4)
    for array in (probe.base, probe.values, probe.varying):
        assert not array.flags.writeable


def test_unknown_feature_is_a_key_error(mixed: Dataset) -> None:
    with pytest.raises(KeyError):
        Slices(mixed).axis("absent")
