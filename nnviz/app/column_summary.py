"""What a list says about each column: the note, the histogram and the class shares, computed without Qt."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.column_facts import missing_mask
from nnviz.data.dataset import Dataset
from nnviz.data.features import Feature
from nnviz.data.infer import Role
from nnviz.data.table import DATE_KINDS, NUMERIC_KINDS, Column, Kind, Table
from nnviz.errors import Cancelled

BINS = 14
SAMPLE_ROWS = 50_000  # a bar is a few pixels high: more rows than this don't change it
QUICK_ROWS = 10_000  # a column of that many rows is profiled in a few milliseconds


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """One line of the column list.

    Attributes
    ----------
    name, kind, role
        As in the table and the import choices.
    note
        "complete", "12 missing", "2 classes", "constant" or "empty".
    doubtful
        Whether the note asks for attention.
    bars
        Heights between 0 and 1 of a histogram (numbers and dates, at most `BINS` equal bins from the lowest to the
        highest value) or of the most frequent values (text).
    shares
        For the target of a classification: the share of each class, in the order of ``Dataset.classes``; else empty.
    detail
        One or two sentences for a tooltip.
    """

    name: str
    kind: Kind
    role: Role
    note: str
    doubtful: bool
    bars: tuple[float, ...]
    shares: tuple[float, ...]
    detail: str


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What the import sheet says of a column before any role counts.

    Attributes
    ----------
    n_missing, n_unique
        Counted over every row; the missing value is not among the different ones.
    bars
        As in `ColumnSummary`.
    typical
        "mean 5.84", "setosa 33 %", or the first and last date; "" for an empty column.
    detail
        One or two sentences for a tooltip.
    """

    n_missing: int
    n_unique: int
    bars: tuple[float, ...]
    typical: str
    detail: str


def plural(count: int, noun: str) -> str:
    """Return "1 row", "12 rows", "1,200 classes"."""
    ending = "" if count == 1 else "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{ending}"


def role_of(dataset: Dataset, name: str) -> Role:
    """Return what a column of the table is used for; one that the choices don't name is ignored."""
    if name == dataset.choices.target:
        return "target"
    role = dataset.choices.roles.get(name, "ignore")
    return "ignore" if role == "target" else role


def features_by_name(dataset: Dataset) -> Mapping[str, Feature]:
    """Return what was fitted, by column."""
    return {feature.name: feature for feature in dataset.preprocessor.features}


def summarise(dataset: Dataset, name: str, features: Mapping[str, Feature] | None = None) -> ColumnSummary:
    """Return the summary of one column; its cost is bounded by `SAMPLE_ROWS` but for counting the missing values.

    ``features`` is `features_by_name`, made once where many columns are summarised.
    """
    column = dataset.table.column(name)
    role = role_of(dataset, name)
    present, sampled = _present_sample(column)
    bars = _bars(column, present)
    n_missing = column.n_missing
    shares: tuple[float, ...] = ()
    codes = dataset.target_codes if role == "target" else None
    if codes is not None:
        counts = np.bincount(codes, minlength=len(dataset.classes))
        shares = tuple(float(count) for count in counts / max(1, counts.sum()))
    note = _note(column, n_missing, len(dataset.classes) if shares else 0, present)
    doubtful = n_missing > 0 or note in {"constant", "empty"}
    detail = _detail(column, n_missing, present, sampled=sampled)
    features = features_by_name(dataset) if features is None else features
    if role == "feature" and name in features:
        detail = " ".join((detail, *features[name].describe()))
    return ColumnSummary(name, column.kind, role, note, doubtful, bars, shares, detail)


def column_profile(column: Column) -> ColumnProfile:
    """Return the profile of one column; counting the different values sorts a number's column once."""
    present, sampled = _present_sample(column)
    n_missing = int(np.count_nonzero(missing_mask(column)))
    detail = _detail(column, n_missing, present, sampled=sampled)
    return ColumnProfile(n_missing, column.n_unique, _bars(column, present), _typical(column, present), detail)


def table_profiles(table: Table, cancelled: Callable[[], bool] = lambda: False) -> Mapping[str, ColumnProfile]:
    """Return the profiles of a table whose columns are too long to be profiled while the person waits, else none.

    Raises
    ------
    Cancelled
        If ``cancelled`` returns True between two columns.
    """
    if table.n_rows <= QUICK_ROWS:
        return MappingProxyType({})
    profiles = {}
    for column in table.columns:
        if cancelled():
            raise Cancelled
        profiles[column.name] = column_profile(column)
    return MappingProxyType(profiles)


def column_summaries(dataset: Dataset, cancelled: Callable[[], bool] = lambda: False) -> tuple[ColumnSummary, ...]:
    """Return the summaries of all columns of the table, in the table's order; may run in any thread.

    Raises
    ------
    Cancelled
        If ``cancelled`` returns True between two columns.
    """
    result = []
    features = features_by_name(dataset)
    for column in dataset.table.columns:
        if cancelled():
            raise Cancelled
        result.append(summarise(dataset, column.name, features))
    return tuple(result)


def _present_sample(column: Column) -> tuple[NDArray[Any], bool]:
    """Return the values that are there, of every n-th row only when there are very many, and whether that was so."""
    stride = -(-len(column.values) // SAMPLE_ROWS) if len(column.values) > SAMPLE_ROWS else 1
    values = column.values if column.kind in {"string", "empty"} else column.numbers()
    part = values[::stride]
    if column.kind in NUMERIC_KINDS or column.kind in DATE_KINDS:
        return part[np.isfinite(part)], stride > 1
    kept = [value for value in part if value is not None]
    result = np.empty(len(kept), dtype=object)
    result[:] = kept
    return result, stride > 1


def _bars(column: Column, present: NDArray[Any]) -> tuple[float, ...]:
    if not len(present):
        return ()
    if column.kind == "string":
        counts = np.array([count for _, count in Counter(present.tolist()).most_common(BINS)], float)
    else:
        low, high = float(present.min()), float(present.max())
        if low == high:
            return (1.0,)
        whole = column.kind in {"integer", "boolean"} and high - low < BINS
        bins = int(high - low) + 1 if whole else BINS
        # Scaled first, so that neither a range beyond float64 nor one of subnormal numbers upsets the bin edges.
        position = (present / 2 - low / 2) / (high / 2 - low / 2)
        counts = np.bincount(np.minimum((position * bins).astype(np.intp), bins - 1), minlength=bins).astype(float)
    return tuple(float(height) for height in counts / counts.max())


def _typical(column: Column, present: NDArray[Any]) -> str:
    if not len(present):
        return ""
    if column.kind in {"string", "boolean"}:
        (value, count), *_ = Counter(present.tolist()).most_common(1)
        text = str(value) if column.kind == "string" else column.words[int(value)]
        return f"{text if len(text) <= 40 else text[:39] + '…'} {100 * count / len(present):.3g} %"
    if column.kind in DATE_KINDS:
        first, last = _days(present)
        # Of years the months are enough: both ends are to be read at a glance.
        first, last = (first[:7], last[:7]) if present.max() - present.min() > 366 else (first, last)
        return f"{first} – {last}" if first != last else first
    return f"mean {_mean(present):.5g}".replace("-", "\N{MINUS SIGN}")


def _days(present: NDArray[Any]) -> tuple[str, str]:
    """Return the first and the last day of days since 1970."""
    first, last = np.floor([present.min(), present.max()]).astype(np.int64).astype("datetime64[D]")
    return str(first), str(last)


def _mean(present: NDArray[Any]) -> float:
    # Halved and doubled again: the sum of huge values would overflow.
    return float(np.mean(present / len(present)) * len(present))


def _note(column: Column, n_missing: int, n_classes: int, present: NDArray[Any]) -> str:
    if column.kind == "empty" or not len(present):
        return "empty"
    if n_missing:
        return f"{n_missing:,} missing"
    if n_classes:
        return plural(n_classes, "class")
    if column.kind != "string" and present.min() == present.max() and column.n_unique == 1:
        return "constant"
    return "complete"


def _detail(column: Column, n_missing: int, present: NDArray[Any], *, sampled: bool) -> str:
    parts = [f"{column.kind}, {plural(len(column.values) - n_missing, 'value')}, {n_missing:,} missing"]
    if column.kind in {"integer", "float"} and len(present):
        parts.append(f"lowest {present.min():.6g}, mean {_mean(present):.6g}, highest {present.max():.6g}")
    if column.kind in DATE_KINDS and len(present):
        parts.append("from {} to {}".format(*_days(present)))
    if column.note:
        parts.append(column.note)
    if sampled:
        parts.append(f"The picture shows about {SAMPLE_ROWS:,} of the rows")
    return ". ".join(part.rstrip(".") for part in parts) + "."
