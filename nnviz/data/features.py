"""How one raw column becomes columns of X: standardised numbers, or one-hot categories."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.table import KINDS, Column, Kind
from nnviz.errors import UserError

MISSING: Final = "(missing)"
OTHER: Final = "(other)"
TOP_CATEGORIES: Final = 50


@dataclass(frozen=True, slots=True)
class NumericFeature:
    """A number: missing values take the median, then ``(value - mean) / std``; optionally a 0/1 flag of the missing.

    ``median``, ``mean`` and ``std`` are in raw units (dates: days since 1970-01-01); ``std`` is 1 for a column that is
    constant on the fitted rows.
    """

    name: str
    kind: Kind
    median: float
    mean: float
    std: float
    missing_flag: bool = False

    @property
    def width(self) -> int:
        """How many columns of X this makes."""
        return 1 + self.missing_flag

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of those columns."""
        return (self.name, f"{self.name} is missing") if self.missing_flag else (self.name,)


@dataclass(frozen=True, slots=True)
class CategoricalFeature:
    """A text: one column of 0/1 for each known category, then ``(other)`` and ``(missing)`` if they were needed.

    A category that was never seen gives 1 in ``(other)``, or zeros everywhere if there is none.
    """

    name: str
    categories: tuple[str, ...]
    has_other: bool = False
    has_missing: bool = False

    @property
    def kind(self) -> Kind:
        """Always text."""
        return "string"

    @property
    def levels(self) -> tuple[str, ...]:
        """The categories with the two extra ones."""
        return self.categories + (OTHER,) * self.has_other + (MISSING,) * self.has_missing

    @property
    def width(self) -> int:
        """How many columns of X this makes."""
        return len(self.levels)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of those columns."""
        return tuple(f"{self.name} = {level}" for level in self.levels)

    def codes(self, values: NDArray[Any]) -> NDArray[np.intp]:
        """Return the index into ``levels`` of each value, -1 where none fits; shape (n,)."""
        places: dict[str | None, int] = {category: i for i, category in enumerate(self.categories)}
        unseen = len(self.categories) if self.has_other else -1
        places[None] = self.width - 1 if self.has_missing else -1
        return np.fromiter((places.get(value, unseen) for value in values.tolist()), dtype=np.intp, count=len(values))


Feature = NumericFeature | CategoricalFeature


def fit_numeric(columns: Sequence[Column], rows: NDArray[np.intp]) -> list[NumericFeature]:
    """Fit the numeric features on these rows only, all columns at once."""
    if not columns:
        return []
    raw = np.stack([column.numbers()[rows] for column in columns], axis=1)
    gaps = np.isnan(raw)
    gappy: NDArray[np.bool_] = np.any(gaps, axis=0)
    medians = np.zeros(len(columns))
    if (~gappy).any():
        medians[~gappy] = np.median(raw[:, ~gappy], axis=0)
    for i in np.flatnonzero(gappy):
        present = raw[~gaps[:, i], i]
        medians[i] = np.median(present) if len(present) else 0.0
        raw[gaps[:, i], i] = medians[i]
    means = raw.mean(axis=0)
    # Two passes: the plain E[x²] - E[x]² loses every digit of a timestamp.
    stds = np.sqrt(np.mean((raw - means) ** 2, axis=0))
    constant = raw.max(axis=0) == raw.min(axis=0)
    means[constant] = raw[0, constant]
    stds[constant | (stds == 0)] = 1.0
    return [
        NumericFeature(column.name, column.kind, float(median), float(mean), float(std), bool(flag))
        for column, median, mean, std, flag in zip(columns, medians, means, stds, gappy.tolist(), strict=True)
    ]


def fit_categorical(column: Column, rows: NDArray[np.intp], top: int = TOP_CATEGORIES) -> CategoricalFeature:
    """Fit a one-hot feature on these rows only: all categories, or the ``top`` commonest and ``(other)``."""
    values = column.values[rows].tolist()
    counts = Counter(value for value in values if value is not None)
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    return CategoricalFeature(
        name=column.name,
        categories=tuple(sorted(ranked[:top])),
        has_other=len(ranked) > top,
        has_missing=any(value is None for value in values),
    )


def feature_to_dict(feature: Feature) -> dict[str, Any]:
    """Return a feature as JSON values; floats are exact because JSON writes their shortest exact form."""
    return {"type": "numeric" if isinstance(feature, NumericFeature) else "categorical", **asdict(feature)}


def feature_from_dict(data: Mapping[str, Any]) -> Feature:
    """Return the feature that ``feature_to_dict`` wrote.

    Raises
    ------
    UserError
        If anything is missing or not of its type.
    """
    try:
        name = _text(data["name"])
        if data["type"] == "categorical":
            categories = tuple(_text(value) for value in data["categories"])
            if len(set(categories)) != len(categories):
                raise UserError(f"The categories of {name} repeat.")
            feature: Feature = CategoricalFeature(
                name, categories, _flag(data["has_other"]), _flag(data["has_missing"])
            )
        elif data["type"] == "numeric" and data["kind"] in KINDS:
            median, mean, std = (_number(data[key]) for key in ("median", "mean", "std"))
            if std <= 0:
                raise UserError(f"The standard deviation of {name} is not above 0.")
            feature = NumericFeature(name, data["kind"], median, mean, std, _flag(data["missing_flag"]))
        else:
            raise UserError(f"The feature {name} is of an unknown type.")
    except (KeyError, TypeError, ValueError) as error:
        raise UserError("The description of a feature is damaged.") from error
    return feature


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise ValueError
    return float(value)
