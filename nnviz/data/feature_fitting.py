"""Features from training rows: medians, scales, categories and parts of dates, all columns of numbers at once."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nnviz.data.cores import shared
from nnviz.data.date_parts import DATE_PARTS, DatePart, part_values, suggest_parts
from nnviz.data.features import (
    DEFAULT_ENCODING,
    TOP_CATEGORIES,
    CategoricalFeature,
    DateFeature,
    Encoding,
    Feature,
    NumericFeature,
    Scale,
    Scaling,
)
from nnviz.data.sums import pairwise_sums
from nnviz.data.table import DATE_KINDS, Column

Rows = NDArray[np.intp]
Numbers = NDArray[np.float64]
_BLOCK = 1_000_000  # cells worked on at a time by a thread, so that a large table is not copied whole once more
_LEAST_MIDDLE = 1e-12  # of a column's range, for the width of its middle half to scale by


def fit_features(
    columns: Sequence[Column], rows: Rows, encodings: Mapping[str, Encoding] | None = None
) -> tuple[Feature, ...]:
    """Fit a feature for each column, on these rows only.

    Parameters
    ----------
    columns
        The columns to learn from.
    rows
        Indices of the training rows.
    encodings
        By column name what a person chose; columns that are not named are encoded by the defaults.
    """
    chosen = encodings or {}
    fitted: dict[str, Feature] = {}
    numbers: list[Column] = []
    for column in columns:
        encoding = chosen.get(column.name, DEFAULT_ENCODING)
        if column.kind == "string":
            fitted[column.name] = fit_categorical(column, rows, encoding.top)
        elif column.kind in DATE_KINDS and (parts := _parts(column, rows, encoding)) != ("elapsed",):
            fitted[column.name] = fit_date(column, rows, parts, encoding.scaling)
        else:
            numbers.append(column)
    scalings = {name: encoding.scaling for name, encoding in chosen.items()}
    fitted.update({feature.name: feature for feature in fit_numeric(numbers, rows, scalings)})
    return tuple(fitted[column.name] for column in columns)


def _parts(column: Column, rows: Rows, encoding: Encoding) -> tuple[DatePart, ...]:
    if encoding.date_parts is not None:
        return encoding.date_parts
    return suggest_parts(column.numbers()[rows])


def fit_numeric(
    columns: Sequence[Column], rows: Rows, scalings: Mapping[str, Scaling] | None = None
) -> list[NumericFeature]:
    """Fit numeric features on these rows only; a missing flag comes with every column that has gaps among them."""
    step = max(1, _BLOCK // max(len(rows), 1))
    blocks = [columns[start : start + step] for start in range(0, len(columns), step)]
    found = shared(lambda share: _fit_blocks(share, rows, scalings or {}), blocks, len(columns) * len(rows))
    return [feature for features in found for feature in features]


def _fit_blocks(
    blocks: Sequence[Sequence[Column]], rows: Rows, scalings: Mapping[str, Scaling]
) -> list[list[NumericFeature]]:
    """Fit the columns of some blocks, no block longer than the first."""
    buffer = np.empty((len(blocks[0]), len(rows)))
    return [_fit_block(block, rows, scalings, buffer[: len(block)]) for block in blocks]


def _fit_block(
    block: Sequence[Column], rows: Rows, scalings: Mapping[str, Scaling], raw: Numbers
) -> list[NumericFeature]:
    for column, place in zip(block, raw, strict=True):
        np.take(column.numbers(), rows, out=place, mode="clip")  # any other mode makes a copy first
    wanted: list[Scaling] = [scalings.get(column.name, "standardise") for column in block]
    if np.isnan(raw.min()):
        medians, gappy = _fill_gaps(raw)
        scales = _scales(raw, wanted)
    else:
        scales = _scales(raw, wanted)  # before the values change places: sums depend on their order
        medians, gappy = _medians_disordering(raw), np.zeros(len(raw), dtype=np.bool_)
    return [
        NumericFeature(column.name, column.kind, float(median), scale, bool(flag))
        for column, median, scale, flag in zip(block, medians, scales, gappy.tolist(), strict=True)
    ]


def _medians_disordering(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each row of ``raw`` (d, n), n at least 1, whose values change places: no copy is made."""
    upper = raw.shape[1] // 2
    lower = upper - 1 + raw.shape[1] % 2
    raw.partition((lower, upper), axis=1)
    return np.asarray((raw[:, lower] + raw[:, upper]) / 2.0)


def _fill_gaps(raw: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Put the median of each row of ``raw`` (d, n) in for its gaps, in place; return medians and which had gaps."""
    gaps = np.isnan(raw)
    gappy: NDArray[np.bool_] = np.any(gaps, axis=1)
    medians = np.zeros(len(raw))
    if (~gappy).any():
        medians[~gappy] = np.median(raw[~gappy], axis=1)
    for i in np.flatnonzero(gappy):
        present = raw[i, ~gaps[i]]
        medians[i] = np.median(present) if len(present) else 0.0
        raw[i, gaps[i]] = medians[i]
    return medians, gappy


def _scales(raw: Numbers, wanted: Sequence[Scaling]) -> list[Scale]:
    """Return the scale of each row of ``raw`` (d, n), gaps filled.

    A robust scale needs a middle half with some width: a column without one, or with one that is next to nothing beside
    the farthest value, which would overflow or be all that the network sees, is standardised.
    """
    lows, highs = raw.min(axis=1), raw.max(axis=1)
    constant = lows == highs
    means = raw.mean(axis=1)
    # Two passes: the plain E[x²] - E[x]² loses every digit of a timestamp.
    stds = np.sqrt(pairwise_sums(raw, lambda part: _squares(part, means)) / raw.shape[1])
    means[constant] = lows[constant]
    stds[constant | (stds == 0)] = 1.0
    scales: list[Scale] = []
    for i, scaling in enumerate(wanted):
        if scaling == "min-max" and not constant[i]:
            scales.append(Scale("min-max", float(lows[i]), float(highs[i] - lows[i])))
            continue
        if scaling == "robust" and not constant[i]:
            lower, middle, upper = np.percentile(raw[i], (25.0, 50.0, 75.0)).tolist()
            if upper - lower > _LEAST_MIDDLE * (highs[i] - lows[i]):
                scales.append(Scale("robust", middle, upper - lower))
                continue
        scales.append(Scale("standardise", float(means[i]), float(stds[i])))
    return scales


def _squares(part: Numbers, means: Numbers) -> Numbers:
    centred = part - means[:, None]
    return np.asarray(np.square(centred, out=centred).sum(axis=1))


def fit_date(column: Column, rows: Rows, parts: tuple[DatePart, ...], scaling: Scaling = "standardise") -> DateFeature:
    """Fit a date's parts on these rows only."""
    days = column.numbers()[rows][None, :]
    medians, gappy = _fill_gaps(days)
    scales = tuple(
        _scales(part_values(days[0], part)[None, :], [scaling])[0] if DATE_PARTS[part].period is None else None
        for part in parts
    )
    return DateFeature(column.name, column.kind, float(medians[0]), parts, scales, bool(gappy[0]))


def fit_categorical(column: Column, rows: Rows, top: int = TOP_CATEGORIES) -> CategoricalFeature:
    """Fit a one-hot feature on these rows only: all categories, or the ``top`` commonest and ``(other)``."""
    counts = Counter(column.values[rows].tolist())
    has_missing = counts.pop(None, 0) > 0
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    return CategoricalFeature(
        name=column.name,
        categories=tuple(sorted(ranked[:top])),
        has_other=len(ranked) > top,
        has_missing=has_missing,
    )
