"""The planes of the map: where rows lie, what the grid stands for, and how far rows are from what is held."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.app.components import principal_components
from nnviz.app.planes import ColumnPlane, ComponentPlane, Plane
from nnviz.app.row_distances import OTHER_CATEGORY
from nnviz.app.slices import AT_MEDIANS, Held, Slices
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.features import Encoding
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.run.grids import GridProbe, PlaneProbe


def _texts(*values: str | None) -> NDArray[np.object_]:
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


@pytest.fixture
def make() -> Callable[..., Dataset]:
    """Return a maker of twelve rows: three numbers, one category, one yes or no, a number to predict."""

    def build(**encodings: Encoding) -> Dataset:
        rng = np.random.default_rng(0)
        columns = (
            Column("a", "float", rng.normal(size=12) * 3),
            Column("b", "float", rng.normal(size=12) + 100),
            Column("c", "float", np.where(np.arange(12) == 4, np.nan, rng.normal(size=12))),
            Column("kind", "string", _texts(*"xyxyxyxyxyxy")),
            Column("flag", "boolean", np.arange(12) % 3 == 0),
        )
        table = Table("made.csv", None, (*columns, Column("t", "float", rng.normal(size=12) * 7)), 12, NO_DIALECT)
        roles = {column.name: "feature" for column in columns}
        choices = ImportChoices("t", "regression", roles, {}, 0.0, 0, encodings=encodings)  # type: ignore[arg-type]
        return build_dataset(table, choices)

    return build


@pytest.fixture
def mixed(make: Callable[..., Dataset]) -> Dataset:
    return make()


def _column_plane(dataset: Dataset) -> ColumnPlane:
    return ColumnPlane(Slices(dataset), "a", "b")


def _component_plane(dataset: Dataset) -> ComponentPlane:
    return ComponentPlane(Slices(dataset), principal_components(dataset))


def test_columns_that_are_on_no_axis_are_held(mixed: Dataset) -> None:
    assert _column_plane(mixed).held_names == ("c", "kind", "flag")
    assert _component_plane(mixed).held_names == ()


@pytest.mark.parametrize("of", [_column_plane, _component_plane])
def test_input_at_the_middle_of_a_cell_is_that_of_the_grid(mixed: Dataset, of: Callable[[Dataset], Plane]) -> None:
    plane, held = of(mixed), Held(5)
    probe = plane.probe(plane.x, plane.y, 8, held)
    columns = np.arange(mixed.X.shape[1])
    x, y = plane.x.centres(8)[6], plane.y.centres(8)[3]
    np.testing.assert_allclose(probe.inputs(columns)[3 * 8 + 6], plane.input_at(x, y, held), rtol=1e-5, atol=1e-6)


def test_distance_is_a_root_mean_square_in_standard_deviations(mixed: Dataset) -> None:
    plane = _column_plane(mixed)
    held = AT_MEDIANS.with_value("c", 0.25).with_value("kind", 0.0).with_value("flag", 0.0)
    found = plane.distances(np.arange(12))(held)
    c = mixed.raw("c")
    c_filled = np.where(np.isnan(c), np.nanmedian(c), c)
    parts = [
        (c_filled - 0.25) / c_filled.std(),
        OTHER_CATEGORY * (mixed.raw("kind") != 0),
        OTHER_CATEGORY * mixed.raw("flag"),
    ]
    np.testing.assert_allclose(found, np.sqrt(np.mean(np.square(parts), axis=0)), atol=1e-9)


def test_scaling_of_a_column_does_not_change_distances(make: Callable[..., Dataset]) -> None:
    scaled = make(c=Encoding("min-max"))
    rows = np.arange(12)
    np.testing.assert_allclose(
        _column_plane(scaled).distances(rows)(Held(2)), _column_plane(make()).distances(rows)(Held(2)), atol=1e-9
    )


def test_row_that_is_held_is_at_no_distance(mixed: Dataset) -> None:
    for plane in (_column_plane(mixed), _component_plane(mixed)):
        assert plane.distances(np.array([3, 7]))(Held(7))[1] == pytest.approx(0.0, abs=1e-6)


def test_far_values_lose_no_digits_in_distances() -> None:
    columns = (Column("a", "float", np.arange(6.0)), Column("far", "float", 1e7 + np.arange(6.0)))
    table = Table("m.csv", None, (*columns, Column("t", "float", np.arange(6.0))), 6, NO_DIALECT)
    choices = ImportChoices("t", "regression", {"a": "feature", "far": "feature"}, {}, 0.0, 0)
    dataset = build_dataset(table, choices)
    found = ColumnPlane(Slices(dataset), "a", None).distances(np.arange(6))(AT_MEDIANS.with_value("far", 1e7))
    np.testing.assert_allclose(found, np.arange(6.0) / np.arange(6.0).std(), atol=1e-6)


def test_distance_from_the_components_is_the_part_off_the_plane(mixed: Dataset) -> None:
    plane = _component_plane(mixed)
    found, rows, d = plane.components, np.array([1, 4]), mixed.X.shape[1]
    np.testing.assert_allclose(plane.distances(rows)(AT_MEDIANS), found.distances[rows] / np.sqrt(d))
    through = mixed.X[rows] - mixed.X[9]
    through -= through @ found.directions.T @ found.directions
    np.testing.assert_allclose(plane.distances(rows)(Held(9)), np.linalg.norm(through, axis=1) / np.sqrt(d), atol=1e-7)


def test_plane_of_the_components_goes_through_the_chosen_row(mixed: Dataset) -> None:
    plane = _component_plane(mixed)
    x, y = plane.positions[6].tolist()
    np.testing.assert_allclose(plane.input_at(x, y, Held(6)), mixed.X[6], atol=1e-12)
    np.testing.assert_allclose(plane.input_at(0.0, 0.0, AT_MEDIANS), plane.components.mean)


def test_axes_of_the_components_name_their_share_and_reach_beyond_the_rows(mixed: Dataset) -> None:
    plane = _component_plane(mixed)
    share = 100 * plane.components.shares[0]
    assert plane.x.name == f"PC 1 ({share:.0f} % of variance)"
    assert plane.x.trained is not None
    assert plane.x.low < plane.x.trained[0] < plane.x.trained[1] < plane.x.high


def test_curve_runs_over_one_column_and_its_rows_lie_at_their_targets(mixed: Dataset) -> None:
    plane = ColumnPlane(Slices(mixed), "a", None, against_target=True)
    assert plane.kind == "curve"
    assert plane.y.name == "t"
    np.testing.assert_array_equal(plane.positions[:, 1], mixed.target_values)
    assert plane.held_names == ("b", "c", "kind", "flag")
    probe = plane.probe(plane.x, plane.y, 4, AT_MEDIANS)
    assert isinstance(probe, GridProbe)
    np.testing.assert_array_equal(probe.varying, [0])


def test_probe_of_the_components_holds_no_grid_of_inputs(mixed: Dataset) -> None:
    plane = _component_plane(mixed)
    probe = plane.probe(plane.x, plane.y, 64, AT_MEDIANS)
    assert isinstance(probe, PlaneProbe)
    assert probe.across.shape == probe.up.shape == (64,)
