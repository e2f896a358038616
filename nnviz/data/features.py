"""How one raw column becomes columns of X: scaled numbers, parts of a date, or one-hot categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from nnviz.data.date_parts import DATE_PARTS, DatePart
from nnviz.data.table import DATE_KINDS, Kind

MISSING: Final = "(missing)"
OTHER: Final = "(other)"
TOP_CATEGORIES: Final = 50

Scaling = Literal["standardise", "min-max", "robust"]
SCALINGS: Final[tuple[Scaling, ...]] = ("standardise", "min-max", "robust")


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a person chose for a column; what does not concern its kind is not used.

    Attributes
    ----------
    scaling
        For numbers and dates. ``"standardise"``: minus the mean, by the standard deviation. ``"min-max"``: minus the
        lowest, by the range, so that the training rows lie between 0 and 1. ``"robust"``: minus the median, by the
        interquartile range, which a few extreme values do not move.
    top
        For text: how many of the commonest categories get an input of their own; the others share ``(other)``.
    date_parts
        For dates: what is learned from; None leaves it to :func:`~nnviz.data.date_parts.suggest_parts`.
    """

    scaling: Scaling = "standardise"
    top: int = TOP_CATEGORIES
    date_parts: tuple[DatePart, ...] | None = None

    def __post_init__(self) -> None:
        if self.scaling not in SCALINGS:
            raise ValueError(f"unknown scaling {self.scaling!r}")
        if self.top < 1:
            raise ValueError("at least one category needs an input of its own")
        parts = self.date_parts
        if parts is not None and (not parts or len(set(parts)) != len(parts) or not set(parts) <= set(DATE_PARTS)):
            raise ValueError(f"unusable date parts {parts!r}")


DEFAULT_ENCODING: Final = Encoding()


@dataclass(frozen=True, slots=True)
class Scale:
    """``(value - center) / divisor``; ``divisor`` is above 0, and 1 where the fitted rows hold one value only."""

    scaling: Scaling
    center: float
    divisor: float

    def describe(self, *, days: bool = False) -> str:
        """Return a sentence's end such as "minus the mean 3.5, divided by the standard deviation 1.2".

        With ``days`` the values are days since 1970-01-01, and the center is named as a date.
        """
        center, divisor = {
            "standardise": ("the mean", "the standard deviation"),
            "min-max": ("the lowest value", "the range"),
            "robust": ("the median", "the interquartile range"),
        }[self.scaling]
        place, unit = (_date(self.center), " days") if days else (f"{self.center:.4g}", "")
        return f"minus {center} {place}, divided by {divisor} {self.divisor:.4g}{unit}"


@dataclass(frozen=True, slots=True)
class NumericFeature:
    """A number: missing values take the median, then it is scaled; optionally a 0/1 flag of the missing.

    ``median`` and ``scale`` are in raw units (dates: days since 1970-01-01).
    """

    name: str
    kind: Kind
    median: float
    scale: Scale
    missing_flag: bool = False

    @property
    def mean(self) -> float:
        """What is subtracted: the mean of a standardised column."""
        return self.scale.center

    @property
    def std(self) -> float:
        """What is divided by: the standard deviation of a standardised column."""
        return self.scale.divisor

    @property
    def width(self) -> int:
        """How many columns of X this makes."""
        return 1 + self.missing_flag

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of those columns."""
        return (self.name, f"{self.name} is missing") if self.missing_flag else (self.name,)

    def raw(self, values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return scaled values in raw units, of the same shape."""
        return np.asarray(values, dtype=np.float64) * self.scale.divisor + self.scale.center

    def describe(self) -> tuple[str, ...]:
        """Return what happens to the column, a sentence for each step."""
        dated = self.kind in DATE_KINDS
        what = "the days since 1970-01-01" if dated else "the number"
        return (
            _missing_number(self.median, self.kind, flagged=self.missing_flag),
            f"Then {what}: {self.scale.describe(days=dated)}.",
        )


@dataclass(frozen=True, slots=True)
class DateFeature:
    """A date as several parts: growing ones scaled, cycles as sine and cosine; optionally a 0/1 flag of the missing.

    Attributes
    ----------
    median
        What a missing date becomes, in days since 1970-01-01.
    parts
        In the order of their inputs.
    scales
        For each part its scale; None for a cycle.
    """

    name: str
    kind: Kind
    median: float
    parts: tuple[DatePart, ...]
    scales: tuple[Scale | None, ...]
    missing_flag: bool = False

    @property
    def width(self) -> int:
        """How many columns of X this makes."""
        return sum(len(DATE_PARTS[part].suffixes) for part in self.parts) + self.missing_flag

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of those columns."""
        names = tuple(f"{self.name}{suffix}" for part in self.parts for suffix in DATE_PARTS[part].suffixes)
        return (*names, f"{self.name} is missing") if self.missing_flag else names

    def describe(self) -> tuple[str, ...]:
        """Return what happens to the column, a sentence for each step."""
        sentences = [_missing_number(self.median, self.kind, flagged=self.missing_flag)]
        for part, scale in zip(self.parts, self.scales, strict=True):
            how = (
                scale.describe(days=part == "elapsed")
                if scale is not None
                else "the sine and cosine of its angle, two inputs"
            )
            sentences.append(f"Then {DATE_PARTS[part].words}: {how}.")
        return tuple(sentences)


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
        codes = map(places.get, values.tolist(), repeat(unseen))
        return np.fromiter(codes, dtype=np.intp, count=len(values))

    def describe(self) -> tuple[str, ...]:
        """Return what happens to the column, a sentence for each step."""
        count = len(self.categories)
        shown = _listed(self.categories)
        first = f"One input of 0 or 1 for each of {count:,} categories: {shown}."
        if count == 1:
            first = f"One input of 0 or 1 for the category {shown}."
        if self.has_other:
            first += f" They are the commonest; all others share the input {OTHER}."
        else:
            first += " A category that was not there in training gives 0 everywhere."
        gap = f"A missing value is a category of its own, {MISSING}." if self.has_missing else ""
        return (first, gap or "A missing value gives 0 everywhere: there was none in the training rows.")


Feature = NumericFeature | DateFeature | CategoricalFeature


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name if len(name) <= 40 else f"{name[:39]}…" for name in names[:5])
    return f"{shown} and {len(names) - 5:,} more" if len(names) > 5 else shown


def _missing_number(median: float, kind: Kind, *, flagged: bool) -> str:
    value = _date(median) if kind in DATE_KINDS else f"{median:.6g}"
    flag = ", and a second input says that it was missing" if flagged else "; there was none in the training rows"
    return f"A missing value becomes the median {value}{flag}."


def _date(days: float) -> str:
    """Write days since 1970-01-01 as a date, from the year 1 to the year 9999."""
    return str(np.datetime64(0, "D") + np.timedelta64(int(min(max(days, -719_162.0), 2_932_896.0) // 1), "D"))
