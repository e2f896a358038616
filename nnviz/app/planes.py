"""The planes a map can show: two columns, a column against the prediction, or the first two principal components."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnviz.app.components import Components
from nnviz.app.row_distances import RowDistances
from nnviz.app.slices import MARGIN, NO_AXIS, Held, SliceAxis, Slices
from nnviz.data.dataset import Dataset
from nnviz.run.grids import InputGrid, PlaneProbe

FloatArray = NDArray[np.float64]
Rows = NDArray[np.intp]
PlaneKind = Literal["columns", "curve", "components"]
_HELD_FIRST = 2  # columns with a slider of their own at first


class ColumnPlane:
    """Two columns run along the axes, all others are held.

    With a ``target_axis`` the second axis is the target of a regression: the plane is then the sheet on which the
    prediction is a curve over the first column.

    Attributes
    ----------
    x, y
        The whole axes; a map may show a part of them.
    held_names
        The features that are on no axis.
    """

    def __init__(self, slices: Slices, x: str, y: str | None, *, against_target: bool = False) -> None:
        self.slices = slices
        self.dataset: Dataset = slices.dataset
        self.kind: PlaneKind = "curve" if against_target else "columns"
        self.x = slices.axis(x)
        self.y = target_axis(self.dataset) if against_target else slices.axis(y)
        names = {x} if against_target else {x, y}
        self.held_names = tuple(name for name in self.dataset.feature_names if name not in names)

    @cached_property
    def positions(self) -> FloatArray:
        """Where every row of X lies, (n, 2), in the units of the axes; nan where the value is missing."""
        upward = self.dataset.target_values if self.kind == "curve" else self.slices.positions(self.y.name or None)
        return np.stack([self.slices.positions(self.x.name), upward], axis=1)

    @cached_property
    def placed(self) -> Rows:
        """The rows of X that lack neither value, ascending."""
        return _placed(self.positions)

    def probe(self, x: SliceAxis, y: SliceAxis, resolution: int, held: Held) -> InputGrid:
        """Return the grid of inputs over a part of the plane."""
        return self.slices.probe(x, NO_AXIS if self.kind == "curve" else y, resolution, held)

    def input_at(self, x: float, y: float, held: Held) -> FloatArray:
        """Return the encoded input at a place of the plane, (d,)."""
        result = self.slices.held_input(held).copy()
        places = [(self.x, x)] if self.kind == "curve" or not self.y.name else [(self.x, x), (self.y, y)]
        for axis, value in places:
            at = min(max(round(value), 0), len(axis.levels) - 1) if axis.levels else value
            columns = self.dataset.preprocessor.columns_of(axis.name)
            result[columns] = self.slices.encoded(axis.name, np.array([float(at)]))[0]
        return result

    def place(self, held: Held) -> tuple[float, float]:
        """Return where a row with other values lies; nan where a value is missing.

        Upward that is where the row itself lies if no column runs there.
        """
        across = self.slices.held_number(self.x.name, held)
        if self.kind == "curve" or not self.y.name:
            return across, float(self.positions[held.row, 1])
        return across, self.slices.held_number(self.y.name, held)

    def distances(self, rows: Rows) -> Callable[[Held], FloatArray]:
        """Return a function: how far rows of X lie from the plane, (len(rows),), root mean squares over what is held.

        In standard deviations, see `nnviz.app.row_distances`.
        """
        weights = self.slices.distance_weights.copy()
        for axis in (self.x, self.y):
            if axis.name in self.dataset.feature_names:
                weights[self.dataset.preprocessor.columns_of(axis.name)] = 0.0
        known = RowDistances(_rows_of(self.dataset.X, rows), weights, len(self.held_names))
        return lambda held: known.to(self.slices.held_input(held))


class FirstLook:
    """What a map asks of a data set first, and what takes time with many rows: worked out in a job, then only read.

    Parameters
    ----------
    axes
        Ranges that hold whatever the data say, see `Slices`.

    Attributes
    ----------
    slices
        Planes through the data set.
    plane
        The plane of the first two columns, or of the only one.
    """

    def __init__(self, dataset: Dataset, axes: Sequence[SliceAxis] = ()) -> None:
        self.slices = Slices(dataset, axes)
        names = dataset.feature_names
        y = names[1] if len(names) > 1 else None
        self._asked = names[0], y, y is None and dataset.task == "regression"
        self.plane = self._made(*self._asked)
        for name in names[2 : 2 + _HELD_FIRST]:
            self.slices.axis(name)
        _ = self.plane.placed, self.slices.medians, dataset.target_deviation

    @property
    def dataset(self) -> Dataset:
        """Which one it is."""
        return self.slices.dataset

    def column_plane(self, x: str, y: str | None, *, against_target: bool) -> ColumnPlane:
        """Return a plane of two columns, or of one and the target: the first one as it is."""
        asked = x, y, against_target
        return self.plane if asked == self._asked else self._made(*asked)

    def _made(self, x: str, y: str | None, curve: bool) -> ColumnPlane:  # noqa: FBT001 - a part of what is asked
        return ColumnPlane(self.slices, x, y, against_target=curve)


class ComponentPlane:
    """The plane of the first two principal components, through the mean or through a row; nothing is held."""

    held_names: tuple[str, ...] = ()
    kind: PlaneKind = "components"

    def __init__(self, slices: Slices, components: Components) -> None:
        self.slices = slices
        self.dataset: Dataset = slices.dataset
        self.components = components
        self.x, self.y = (self._axis(index) for index in (0, 1))

    def _axis(self, index: int) -> SliceAxis:
        scores = self.components.scores[:, index]
        trained = scores[self.dataset.train_rows]
        low, high = float(scores.min()), float(scores.max())
        margin = MARGIN * (high - low) or 0.5
        name = f"PC {index + 1} ({100 * self.components.shares[index]:.0f} % of variance)"
        ends = (float(trained.min()), float(trained.max())) if len(trained) else None
        return SliceAxis(name, "float", low - margin, high + margin, trained=ends)

    @property
    def positions(self) -> FloatArray:
        """Where every row of X lies, (n, 2)."""
        return self.components.scores

    @cached_property
    def placed(self) -> Rows:
        """The rows of X whose scores are finite, ascending."""
        return _placed(self.positions)

    def _base(self, held: Held) -> FloatArray:
        """Return the input where both components are 0: the mean, or beside it on the chosen row's level."""
        found = self.components
        if held.row is None:
            return found.mean
        offset = self.dataset.X[held.row] - found.mean
        offset -= (found.directions @ offset) @ found.directions
        result: FloatArray = found.mean + offset
        result.setflags(write=False)
        return result

    def probe(self, x: SliceAxis, y: SliceAxis, resolution: int, held: Held) -> InputGrid:
        """Return the grid of inputs over a part of the plane, put back into the preprocessed inputs."""
        directions = self.components.directions
        return PlaneProbe(resolution, self._base(held), directions, x.centres(resolution), y.centres(resolution))

    def input_at(self, x: float, y: float, held: Held) -> FloatArray:
        """Return the encoded input at a place of the plane, (d,)."""
        return self._base(held) + np.array([x, y]) @ self.components.directions

    def place(self, held: Held) -> tuple[float, float]:
        """Return where a row with other values lies."""
        found = self.components
        across, upward = found.directions @ (self.slices.held_input(held) - found.mean)
        return float(across), float(upward)

    def distances(self, rows: Rows) -> Callable[[Held], FloatArray]:
        """Return a function: how far rows of X lie from the plane, (len(rows),), root mean squares over all inputs."""
        found, n_inputs = self.components, self.dataset.X.shape[1]
        squares = found.distances[rows] ** 2

        def distances(held: Held) -> FloatArray:
            if held.row is None:
                return np.asarray(np.sqrt(squares / n_inputs))
            # Both offsets are at right angles to the plane once the scores are left out of the row's.
            offset = self._base(held) - found.mean
            across = _rows_of(self.dataset.X, rows) @ offset - found.mean @ offset
            return np.asarray(np.sqrt(np.maximum(squares - 2.0 * across + offset @ offset, 0.0) / n_inputs))

        return distances


def target_axis(dataset: Dataset) -> SliceAxis:
    """Return the axis of a regression's target in raw units, its range 8 % wider than the data on both sides."""
    values = dataset.target_values
    column = dataset.table.column(dataset.choices.target)
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low) or 0.5
    return SliceAxis(column.name, column.kind, low - margin, high + margin)


def _placed(positions: FloatArray) -> Rows:
    return np.flatnonzero(np.isfinite(positions).all(axis=1))


def _rows_of(inputs: FloatArray, rows: Rows) -> FloatArray:
    """Return some rows of X; all of them without a copy."""
    return inputs if len(rows) == len(inputs) else inputs[rows]


Plane = ColumnPlane | ComponentPlane
