"""Raw columns as axes of planes through the inputs, and what the columns that are on no axis are held at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.app.row_distances import distance_weights
from nnviz.data.dataset import Dataset
from nnviz.data.features import MISSING, CategoricalFeature, Feature
from nnviz.data.table import Kind
from nnviz.run.snapshot import GridProbe

MARGIN = 0.08
# Differences of numbers beyond this overflow.
_LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class SliceAxis:
    """One axis of the plane.

    Attributes
    ----------
    name
        The raw column; "" for the second axis of data with one feature.
    kind
        The column's kind; ``"empty"`` without a column.
    low, high
        The ends in raw units (dates: days since 1970); with bands -0.5 and the number of levels - 0.5.
    levels
        The categories, one band each, in the order of their codes; empty for a number.
    trained
        The lowest and the highest value of the training rows; None for categories, and where there is none.
    """

    name: str
    kind: Kind
    low: float
    high: float
    levels: tuple[str, ...] = ()
    trained: tuple[float, float] | None = None

    def centres(self, resolution: int) -> NDArray[np.float64]:
        """Return the middles of ``resolution`` equal cells between the ends, (resolution,), in raw units or codes."""
        cells = (np.arange(resolution) + 0.5) / resolution
        along = self.low + cells * (self.high - self.low)
        return np.clip(np.round(along), 0, len(self.levels) - 1) if self.levels else along


NO_AXIS = SliceAxis("", "empty", 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What the features that are on no axis are held at.

    Attributes
    ----------
    row
        Row of X whose values they have; None for the medians and commonest categories of the training rows.
    values
        Features held elsewhere: raw units, or the code of a category.
    """

    row: int | None = None
    values: Mapping[str, float] = field(default_factory=dict)

    def with_value(self, name: str, value: float) -> "Held":
        """Return the same with one feature held at another value."""
        return Held(self.row, {**self.values, name: value})


AT_MEDIANS = Held()


class Slices:
    """Planes through the inputs of one data set.

    What depends on all features (the medians) is worked out once; a plane costs only its one or two columns, however
    many features there are.

    Parameters
    ----------
    dataset
        What the planes go through.
    axes
        Ranges that hold whatever the data say: a plane that is drawn on must not move.
    """

    def __init__(self, dataset: Dataset, axes: Sequence[SliceAxis] = ()) -> None:
        self.dataset = dataset
        self._features = {feature.name: feature for feature in dataset.preprocessor.features}
        self._axes: dict[str, SliceAxis] = {axis.name: axis for axis in axes}
        self._typical_numbers: dict[str, float] = {}
        self._encodings: dict[str, tuple[float, NDArray[np.float64]]] = {}

    def axis(self, name: str | None) -> SliceAxis:
        """Return the axis of a feature, its range 8 % wider than the data on both sides; None gives an empty axis.

        Raises
        ------
        KeyError
            If the column is not one of the features.
        """
        if name is None:
            return NO_AXIS
        if name not in self._axes:
            self._axes[name] = self._make_axis(self._features[name])
        return self._axes[name]

    def _make_axis(self, feature: Feature) -> SliceAxis:
        levels: tuple[str, ...] = ()
        if isinstance(feature, CategoricalFeature):
            levels = feature.levels
        elif feature.kind == "boolean":
            levels = self.dataset.table.column(feature.name).words
        if levels:
            return SliceAxis(feature.name, feature.kind, -0.5, len(levels) - 0.5, levels)
        raw = self.dataset.raw(feature.name)
        trained = _ends(raw[self.dataset.train_rows])
        low, high = _ends(raw) or (0.0, 0.0)
        margin = MARGIN * (high - low)
        if low == high:
            margin = 0.05 * abs(low) if low else 0.5
        return SliceAxis(feature.name, feature.kind, low - margin, high + margin, trained=trained)

    def positions(self, name: str | None) -> NDArray[np.float64]:
        """Return where every row of X lies along an axis, (n,): raw units or codes, nan where the value is missing."""
        if name is None:
            # No column: spread the rows evenly (golden ratio), so that they do not lie on one line.
            return np.asarray((np.arange(self.dataset.n_rows) * 0.618_033_988_75 + 0.5) % 1.0)
        raw = self.dataset.raw(name)
        if self.axis(name).levels:
            return np.where(raw >= 0, raw, np.nan)
        return np.where(np.isfinite(raw), raw, np.nan)

    @cached_property
    def medians(self) -> NDArray[np.float64]:
        """The held input when no row is chosen, (d,): medians and commonest categories of the training rows."""
        values = {feature.name: self._typical(feature) for feature in self._features.values()}
        encoded = self.dataset.preprocessor.transform_columns(values)
        return np.asarray(encoded[0])

    @cached_property
    def distance_weights(self) -> NDArray[np.float64]:
        """What a squared difference in each column of X weighs in a distance between rows, (d,)."""
        return distance_weights(self.dataset)

    def _typical(self, feature: Feature) -> NDArray[Any]:
        return self._raw_values(feature, np.array([self.typical_number(feature.name)]))

    def _commonest(self, feature: CategoricalFeature) -> int:
        columns = self.dataset.preprocessor.columns_of(feature.name)
        return int(self.dataset.X[self.dataset.train_rows, columns].sum(axis=0).argmax())

    @staticmethod
    def _raw_values(feature: Feature, along: NDArray[np.float64]) -> NDArray[Any]:
        """Turn places along an axis into what the preprocessor reads: numbers, or the words behind the codes."""
        if not isinstance(feature, CategoricalFeature):
            return along
        # Unseen text gives "(other)", so its own label serves; only a missing value must be None.
        words = np.array([None if level == MISSING else level for level in feature.levels], dtype=object)
        return words[along.astype(np.intp)]

    def held_input(self, held: Held) -> NDArray[np.float64]:
        """Return the encoded input the plane passes through, (d,), read-only."""
        base = (self.medians if held.row is None else self.dataset.X[held.row]).copy()
        for name, value in held.values.items():
            known = self._encodings.get(name)
            if known is None or known[0] != value:
                known = self._encodings[name] = (value, self.encoded(name, np.array([value]))[0])
            base[self.dataset.preprocessor.columns_of(name)] = known[1]
        base.setflags(write=False)
        return base

    def held_number(self, name: str, held: Held) -> float:
        """Return what a feature is held at in raw units, or the code of a category; nan if the row lacks a value."""
        if name in held.values:
            return held.values[name]
        return self.typical_number(name) if held.row is None else self.raw_value(name, held.row)

    def typical_number(self, name: str) -> float:
        """Return the median of a feature's training rows in raw units, or the code of their commonest category."""
        known = self._typical_numbers.get(name)
        if known is None:  # of a category that is a pass over the training rows
            known = self._typical_numbers[name] = self._found_typical(self._features[name])
        return known

    def _found_typical(self, feature: Feature) -> float:
        if isinstance(feature, CategoricalFeature):
            return float(self._commonest(feature))
        # As many yes as no have a median between them, which is neither.
        return float(feature.median >= 0.5) if feature.kind == "boolean" else feature.median

    def raw_value(self, name: str, row: int) -> float:
        """Return a feature's value in one row of X: raw units or a code; nan where it is missing or unknown."""
        feature = self._features[name]
        column = self.dataset.table.column(name).take(self.dataset.table_rows[row : row + 1])
        if isinstance(feature, CategoricalFeature):
            code = int(feature.codes(column.values)[0])
            return float(code) if code >= 0 else float("nan")
        return float(column.numbers()[0])

    def probe(self, x: SliceAxis, y: SliceAxis, resolution: int, held: Held = AT_MEDIANS) -> GridProbe:
        """Return the grid of inputs over a plane.

        Parameters
        ----------
        x, y
            Axes of two different features, or a part of them; ``NO_AXIS`` for ``y`` varies only the first.
        resolution
            Cells along each side; the inputs are taken at their middles.
        held
            Where the other features are.

        Raises
        ------
        KeyError
            If an axis is not of one of the features.
        """
        parts: list[NDArray[np.float64]] = []
        varying: list[NDArray[np.intp]] = []
        for place, axis in enumerate((x, y) if y.name else (x,)):
            encoded = self.encoded(axis.name, axis.centres(resolution))
            if place == 0:
                parts.append(np.tile(encoded, (resolution, 1)))
            else:
                parts.append(np.repeat(encoded, resolution, axis=0))
            columns = self.dataset.preprocessor.columns_of(axis.name)
            varying.append(np.arange(columns.start, columns.stop, dtype=np.intp))
        values = np.concatenate(parts, axis=1)
        indices = np.concatenate(varying)
        for array in (values, indices):
            array.setflags(write=False)
        return GridProbe(resolution, self.held_input(held), indices, values)

    def encoded(self, name: str, along: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the columns of X that values (n,) of one feature make, (n, width): raw units, or codes of categories.

        Raises
        ------
        KeyError
            If the column is not one of the features.
        """
        feature = self._features[name]
        # The same code as for the data, on this one feature instead of on thousands.
        alone = replace(self.dataset.preprocessor, features=(feature,))
        return alone.transform_columns({name: self._raw_values(feature, along)})


def _ends(raw: NDArray[np.float64]) -> tuple[float, float] | None:
    finite = np.clip(raw[np.isfinite(raw)], -_LARGEST, _LARGEST)
    return (float(finite.min()), float(finite.max())) if len(finite) else None
