"""A plane through the inputs: two raw columns run along the axes, all others are held."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    """

    name: str
    kind: Kind
    low: float
    high: float
    levels: tuple[str, ...] = ()

    def centres(self, resolution: int) -> NDArray[np.float64]:
        """Return the middles of ``resolution`` equal cells between the ends, (resolution,), in raw units or codes."""
        cells = (np.arange(resolution) + 0.5) / resolution
        along = self.low + cells * (self.high - self.low)
        return np.clip(np.round(along), 0, len(self.levels) - 1) if self.levels else along


NO_AXIS = SliceAxis("", "empty", 0.0, 1.0)


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
        raw = np.clip(raw[np.isfinite(raw)], -_LARGEST, _LARGEST)
        low, high = (float(raw.min()), float(raw.max())) if len(raw) else (0.0, 0.0)
        margin = MARGIN * (high - low)
        if low == high:
            margin = 0.05 * abs(low) if low else 0.5
        return SliceAxis(feature.name, feature.kind, low - margin, high + margin)

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

    def _typical(self, feature: Feature) -> NDArray[Any]:
        if isinstance(feature, CategoricalFeature):
            return self._raw_values(feature, np.array([self._commonest(feature)]))
        return np.array([feature.median])

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

    def held_input(self, row: int | None) -> NDArray[np.float64]:
        """Return the encoded input the plane passes through, (d,): row ``row`` of X, or the medians for None."""
        return self.medians if row is None else self.dataset.X[row]

    def held_value(self, name: str, row: int | None) -> float | str:
        """Return the value a feature is held at: a number in raw units, or a category ("" where none fits)."""
        feature = self._features[name]
        levels = self.axis(name).levels
        if row is not None:
            value = float(self.positions(name)[row])
        elif isinstance(feature, CategoricalFeature):
            value = float(self._commonest(feature))
        else:
            value = feature.median
        if np.isnan(value):
            if isinstance(feature, CategoricalFeature):
                return ""
            value = feature.median  # what the preprocessor puts in for a missing number
        return levels[int(value)] if levels and value.is_integer() else value

    def probe(self, x: str, y: str | None, resolution: int, row: int | None = None) -> GridProbe:
        """Return the grid of inputs over a plane.

        Parameters
        ----------
        x, y
            Two different features; ``y`` None varies only the first.
        resolution
            Cells along each side; the inputs are taken at their middles.
        row
            Row of X that the other features are held at; None holds them at their medians.

        Raises
        ------
        KeyError
            If a name is not one of the features.
        """
        parts: list[NDArray[np.float64]] = []
        varying: list[NDArray[np.intp]] = []
        names: Sequence[str] = (x,) if y is None else (x, y)
        for place, name in enumerate(names):
            encoded = self._encoded(name, resolution)
            if place == 0:
                parts.append(np.tile(encoded, (resolution, 1)))
            else:
                parts.append(np.repeat(encoded, resolution, axis=0))
            columns = self.dataset.preprocessor.columns_of(name)
            varying.append(np.arange(columns.start, columns.stop, dtype=np.intp))
        base = self.held_input(row).copy()
        values = np.concatenate(parts, axis=1)
        indices = np.concatenate(varying)
        for array in (base, values, indices):
            array.setflags(write=False)
        return GridProbe(resolution, base, indices, values)

    def _encoded(self, name: str, resolution: int) -> NDArray[np.float64]:
        """Return the columns of X that one feature makes along its axis, (resolution, width)."""
        feature = self._features[name]
        # The same code as for the data, on this one feature instead of on thousands.
        alone = replace(self.dataset.preprocessor, features=(feature,))
        return alone.transform_columns({name: self._raw_values(feature, self.axis(name).centres(resolution))})
