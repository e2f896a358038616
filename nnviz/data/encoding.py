"""The arithmetic between raw columns and columns of X, there and back, with what was fitted."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.cores import shared
from nnviz.data.date_parts import DATE_PARTS, cycle, part_values
from nnviz.data.features import MISSING, CategoricalFeature, DateFeature, Feature, NumericFeature
from nnviz.data.table import DATE_KINDS, Column
from nnviz.errors import UserError

Raw = Mapping[str, NDArray[Any]]
Inputs = NDArray[np.float64]
_CELLS: Final = 100_000  # worked on at a time: what stays in the processor's cache


class NumberPlan:
    """Where the numbers of a preprocessing go and how they are scaled, worked out once for thousands of columns."""

    def __init__(self, features: Sequence[Feature], starts: Mapping[str, int]) -> None:
        numeric = [feature for feature in features if isinstance(feature, NumericFeature)]
        self.names = tuple(feature.name for feature in numeric)
        self.medians = np.array([feature.median for feature in numeric])
        self.centers = np.array([feature.scale.center for feature in numeric])
        self.divisors = np.array([feature.scale.divisor for feature in numeric])
        self.places = np.array([starts[feature.name] for feature in numeric], dtype=np.intp)
        self.flagged = np.array([feature.missing_flag for feature in numeric], dtype=np.bool_)

    def fill(self, values: Raw, result: Inputs) -> None:
        """Write the scaled numbers and their missing flags into ``result`` (n, d)."""
        if not self.names:
            return
        places: slice | NDArray[np.intp] = self.places
        if self.places[-1] - self.places[0] == len(self.places) - 1:
            places = slice(int(self.places[0]), int(self.places[-1]) + 1)  # far cheaper than a list of columns
        step = max(1000, _CELLS // len(self.names))
        blocks = [slice(start, min(start + step, len(result))) for start in range(0, len(result), step)]
        shared(lambda share: self._fill_blocks(share, values, result, places), blocks, len(result) * len(self.names))

    def _fill_blocks(
        self, blocks: Sequence[slice], values: Raw, result: Inputs, places: slice | NDArray[np.intp]
    ) -> list[None]:
        """Fill some blocks of rows, no block longer than the first."""
        buffer = np.empty((len(self.names), blocks[0].stop - blocks[0].start))
        for rows in blocks:
            # A column in a row: short rows would keep NumPy busy with their beginnings and ends.
            raw = buffer[:, : rows.stop - rows.start]
            for i, name in enumerate(self.names):
                raw[i] = values[name][rows]
            # An infinity would poison every weight it touches: it counts as missing.
            gaps = ~np.isfinite(raw)
            if gaps.any():
                np.copyto(raw, self.medians[:, None], where=gaps)
            raw -= self.centers[:, None]
            raw /= self.divisors[:, None]
            result[rows, places] = raw.T
            if self.flagged.any():
                result[rows, self.places[self.flagged] + 1] = gaps[self.flagged].T
        return [None] * len(blocks)


def fill_date(feature: DateFeature, days: NDArray[Any], result: Inputs) -> None:
    """Write a date's parts and its missing flag into ``result`` (n, feature.width)."""
    gaps = ~np.isfinite(days)
    known = np.where(gaps, feature.median, days)
    place = 0
    for part, scale in zip(feature.parts, feature.scales, strict=True):
        values = part_values(known, part)
        period = DATE_PARTS[part].period
        if scale is not None:
            result[:, place] = (values - scale.center) / scale.divisor
            place += 1
        elif period is not None:
            result[:, place], result[:, place + 1] = cycle(values, period)
            place += 2
    if feature.missing_flag:
        result[:, place] = gaps


def fill_text(feature: CategoricalFeature, values: NDArray[Any], result: Inputs) -> None:
    """Write one-hot categories into ``result`` (n, feature.width), which holds zeros."""
    codes = feature.codes(values)
    known = np.flatnonzero(codes >= 0)
    result[known, codes[known]] = 1.0


def decode(feature: Feature, inputs: Inputs) -> NDArray[Any]:
    """Return what a feature's columns of X (n, feature.width) say in raw units, shape (n,).

    Numbers and dates (days since 1970-01-01) are float64 with nan where the missing flag is set; a date whose elapsed
    days are not among its parts is nan everywhere: its cycles alone do not say which day it was. Text is an object
    array of str, None where missing or where no category fits; ``(other)`` stays ``(other)``.
    """
    if isinstance(feature, CategoricalFeature):
        names = np.empty(feature.width + 1, dtype=object)
        names[:] = [None if level == MISSING else level for level in feature.levels] + [None]
        hot = inputs.argmax(axis=1) if feature.width else np.zeros(len(inputs), dtype=np.intp)
        return np.asarray(names[np.where(inputs.any(axis=1), hot, feature.width)], dtype=object)
    if isinstance(feature, NumericFeature):
        values = feature.raw(inputs[:, 0])
    else:
        values = np.full(len(inputs), np.nan)
        place = 0
        for part, scale in zip(feature.parts, feature.scales, strict=True):
            if part == "elapsed" and scale is not None:
                values = inputs[:, place] * scale.divisor + scale.center
            place += len(DATE_PARTS[part].suffixes)
    return np.where(inputs[:, -1] > 0.5, np.nan, values) if feature.missing_flag else values


def raw_values(column: Column, feature: Feature) -> NDArray[Any]:
    """Return a column's values as the feature learned them: text, numbers, or dates in days; shape (n,).

    Raises
    ------
    UserError
        If the column holds text where numbers were learned, or numbers where dates were, or the other way.
    """
    if isinstance(feature, CategoricalFeature):
        return column.labels()
    if column.kind == "string":
        raise UserError(f"The column {column.name} holds text, but this model learned it as numbers.")
    if (feature.kind in DATE_KINDS) != (column.kind in DATE_KINDS) and column.kind != "empty":
        one, other = ("dates", "numbers") if feature.kind in DATE_KINDS else ("numbers", "dates")
        raise UserError(f"The column {column.name} holds {other}, but this model learned it as {one}.")
    return column.numbers()


def unseen_categories(feature: CategoricalFeature, values: NDArray[Any]) -> dict[str, int]:
    """Return how often each text occurs that the feature has no input for, the commonest first."""
    known = {*feature.categories, None}
    counts: dict[str, int] = {}
    for value in values.tolist():
        if value not in known:
            counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
