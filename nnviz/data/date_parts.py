"""What a date is split into: elapsed days, and the cycles of the year, the week and the day."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

DatePart = Literal["elapsed", "year", "month", "day of year", "weekday", "hour"]
Days = NDArray[np.float64]

_SECONDS_PER_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class PartKind:
    """A part of a date.

    Attributes
    ----------
    name
        As in ``DatePart``.
    period
        After how many units the part begins again; None for a part that only grows. A cycle becomes two inputs, the
        sine and cosine of its angle, so that its end lies beside its beginning (K. V. Mardia and P. E. Jupp,
        Directional Statistics, 2000, chapter 2).
    words
        What it is, for a sentence.
    """

    name: DatePart
    period: float | None
    words: str

    @property
    def suffixes(self) -> tuple[str, ...]:
        """What is added to the column's name for each input that the part makes."""
        if self.name == "elapsed":
            return ("",)
        return (f" {self.name}",) if self.period is None else (f" {self.name} sin", f" {self.name} cos")


DATE_PARTS: Final[Mapping[DatePart, PartKind]] = MappingProxyType(
    {
        part.name: part
        for part in (
            PartKind("elapsed", None, "the days since 1970-01-01"),
            PartKind("year", None, "the year"),
            PartKind("month", 12.0, "the month"),
            PartKind("day of year", 366.0, "the day of the year"),
            PartKind("weekday", 7.0, "the day of the week"),
            PartKind("hour", 24.0, "the time of the day"),
        )
    }
)


def part_values(days: Days, part: DatePart) -> Days:
    """Return a part of each moment, shape (n,), in its own unit; nan stays nan.

    Parameters
    ----------
    days
        Shape (n,), days since 1970-01-01, with fractions for times.
    part
        ``elapsed``: the days themselves. ``year``. ``month``: 0 to 11. ``day of year``: 0 to 365. ``weekday``: 0
        (Monday) to 6. ``hour``: 0 to below 24, with minutes as fractions.
    """
    if part == "elapsed":
        return np.asarray(days, dtype=np.float64)
    whole = np.isfinite(days)
    moments = np.zeros(len(days), dtype="datetime64[s]")
    # To the second: days as a fraction carry a rounding error that would turn midnight into the day before.
    moments[whole] = np.round(days[whole] * _SECONDS_PER_DAY).astype(np.int64).astype("datetime64[s]")
    return np.where(whole, _part(moments, part), np.nan)


def _part(moments: NDArray[Any], part: DatePart) -> Days:
    dates = moments.astype("datetime64[D]")
    if part == "hour":
        return np.asarray((moments - dates).astype(np.int64) / 3600.0)
    if part == "weekday":
        return np.asarray((dates.astype(np.int64) + 3) % 7, dtype=np.float64)  # 1970-01-01 was a Thursday
    years = moments.astype("datetime64[Y]")
    if part == "year":
        return np.asarray(years.astype(np.int64) + 1970, dtype=np.float64)
    if part == "month":
        return np.asarray(moments.astype("datetime64[M]").astype(np.int64) % 12, dtype=np.float64)
    return np.asarray((dates - years.astype("datetime64[D]")).astype(np.int64), dtype=np.float64)


def cycle(values: Days, period: float) -> tuple[Days, Days]:
    """Return sine and cosine of the angle of each place in a cycle, each of shape (n,)."""
    angle = values * (2.0 * np.pi / period)
    return np.sin(angle), np.cos(angle)


def suggest_parts(days: Days) -> tuple[DatePart, ...]:
    """Return the parts worth learning from: the elapsed days, and every cycle that the dates cover at least twice.

    A cycle that was seen once cannot be told from the passing of time.

    Parameters
    ----------
    days
        The training rows' dates, shape (n,), days since 1970-01-01, nan where missing.
    """
    present = days[np.isfinite(days)]
    if len(present) == 0:
        return ("elapsed",)
    span = float(present.max() - present.min())
    cycles: tuple[tuple[DatePart, float], ...] = (("day of year", 730.0), ("weekday", 14.0), ("hour", 2.0))
    found: list[DatePart] = ["elapsed"]
    for part, least in cycles:
        if span >= least:
            values = part_values(present, part)
            if values.max() > values.min():
                found.append(part)
    return tuple(found)
