"""Whole numbers that are dates or moments: 20240131, seconds since 1970, days as Excel counts them."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.table import Column, number_text

Moments = NDArray[np.datetime64]
_LOOKED_AT: Final = 1_000
# Of months written so every eighth number would be one by chance: some of them are needed.
_MONTHS_NEEDED: Final = 6
_DAYS_NEEDED: Final = 2
_NAMED = re.compile(
    r"(?:^|[_\W])(?:date|datum|data|fecha|time|zeit|period|created|updated|ts|at|day|dt)(?:$|[_\W])"
    r"|stamp|epoch|month|monat|datetime",
    re.IGNORECASE,
)
_SPREADSHEET_START: Final = np.datetime64("1899-12-30", "s")


def _days(values: NDArray[np.float64]) -> Moments:
    """Read 20240131; NaT where the calendar has no such day."""
    whole = values.astype(np.int64)
    year, month, day = whole // 10_000, whole // 100 % 100, whole % 100
    return _calendar(year, month, day)


def _months(values: NDArray[np.float64]) -> Moments:
    """Read 202401 as its first day."""
    whole = values.astype(np.int64)
    return _calendar(whole // 100, whole % 100, np.ones_like(whole))


def _calendar(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]) -> Moments:
    sound = (month >= 1) & (month <= 12) & (day >= 1)
    first = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (np.where(sound, month, 1) - 1)
    moments = first.astype("datetime64[D]") + (day - 1)
    sound &= moments.astype("datetime64[M]") == first
    return np.where(sound, moments, np.datetime64("NaT")).astype("datetime64[s]")


def _seconds(values: NDArray[np.float64]) -> Moments:
    return values.astype(np.int64).astype("datetime64[s]")


def _milliseconds(values: NDArray[np.float64]) -> Moments:
    return (values // 1000).astype(np.int64).astype("datetime64[s]")


def _spreadsheet(values: NDArray[np.float64]) -> Moments:
    return _SPREADSHEET_START + np.round(values * 86_400).astype("timedelta64[s]")


# What they are called, the least and greatest number, how they are read, how many different ones prove it without a
# name that says so (0: none do).
_FORMS: Final[tuple[tuple[str, float, float, Callable[[NDArray[np.float64]], Moments], int], ...]] = (
    ("dates (year, month, day)", 19000101, 21001231, _days, _DAYS_NEEDED),
    ("months (year, month)", 190001, 210012, _months, _MONTHS_NEEDED),
    ("seconds since 1970", 3.15e8, 4.2e9, _seconds, 0),
    ("milliseconds since 1970", 3.15e11, 4.2e12, _milliseconds, 0),
    ("days as spreadsheets count them", 20_000, 60_000, _spreadsheet, 0),
)


def moments_of(column: Column, *, asked: bool = False) -> tuple[str, Moments] | None:
    """Return what a column's whole numbers are if they are dates or moments, and these, shape (n,), NaT where missing.

    Every number must be one. A name such as ``created_at`` is needed where numbers alone prove nothing, unless a person
    has ``asked`` for dates.
    """
    if column.kind != "integer":
        return None
    some = column.values[:_LOOKED_AT]
    some = some[~np.isnan(some)]
    named = asked or _NAMED.search(column.name) is not None
    for what, least, most, read, needed in _FORMS:
        if not len(some) or some.min() < least or some.max() > most or not (named or needed):
            continue
        present = column.values[~np.isnan(column.values)]
        if present.min() < least or present.max() > most or (not named and len(np.unique(present)) < needed):
            continue
        moments = np.full(len(column.values), np.datetime64("NaT"), dtype="datetime64[s]")
        moments[~np.isnan(column.values)] = read(present)
        if np.count_nonzero(np.isnat(moments)) == len(moments) - len(present):
            return what, moments
    return None


def number_dates(columns: Sequence[Column]) -> list[str]:
    """Return a sentence for each column of whole numbers that look like dates or moments; they stay numbers."""
    found = []
    for column in columns:
        if (known := moments_of(column)) is not None:
            what, moments = known
            place = int(np.flatnonzero(~np.isnat(moments))[0])
            day = str(moments[place].astype("datetime64[D]"))
            shown = number_text(float(column.values[place]))
            found.append(
                f"{column.name} may hold {what}: {shown} would be {day}. It is read as numbers; "
                "choose date to change that."
            )
    return found
