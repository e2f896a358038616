"""What a guess needs to know of every column, worked out once and for thousands of columns at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.cores import shared
from nnviz.data.sums import PIECE, pairwise_sums
from nnviz.data.table import NUMERIC_KINDS, Column, Table


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """A column of numbers: lowest and highest value, mean, and the skewness (0 where it has no spread)."""

    low: float
    high: float
    mean: float
    std: float
    skewness: float


@dataclass(frozen=True, slots=True)
class TableFacts:
    """Of each column how many values are missing; of each column of numbers with any value, where they lie."""

    n_missing: Mapping[str, int]
    numbers: Mapping[str, NumberFacts]

    def present(self, column: Column) -> int:
        """Return how many values a column has."""
        return len(column.values) - self.n_missing[column.name]


def missing_mask(column: Column) -> NDArray[np.bool_]:
    """Return the mask of a column's missing values, shape (n,); for text several times as fast as asking each value."""
    if column.kind in ("string", "empty"):
        nothing: Any = None
        return np.asarray(np.equal(column.values, nothing), dtype=np.bool_)
    return column.missing


def table_facts(table: Table) -> TableFacts:
    """Look once at every value of a table."""
    numeric = [column for column in table.columns if column.kind in NUMERIC_KINDS]
    n_missing: dict[str, int] = {}
    numbers: dict[str, NumberFacts] = {}
    if table.n_rows == 0:
        n_missing.update({column.name: 0 for column in numeric})
        numeric = []
    step = max(1, PIECE // max(table.n_rows, 1))
    blocks = [numeric[start : start + step] for start in range(0, len(numeric), step)]
    for block, (counts, facts) in zip(blocks, shared(_facts, blocks, table.n_rows * len(numeric)), strict=True):
        n_missing.update({column.name: count for column, count in zip(block, counts, strict=True)})
        numbers.update({column.name: fact for column, fact in zip(block, facts, strict=True) if fact is not None})
    for column in table.columns:
        if column.kind not in NUMERIC_KINDS:
            n_missing[column.name] = int(np.count_nonzero(missing_mask(column)))
    return TableFacts(MappingProxyType(n_missing), MappingProxyType(numbers))


def _facts(blocks: Sequence[Sequence[Column]]) -> list[tuple[list[int], list[NumberFacts | None]]]:
    """Return the number of gaps and the facts of each column of some blocks."""
    return [
        _look_at(np.stack([column.values for column in block]) if len(block) > 1 else block[0].values[None, :])
        for block in blocks
    ]


def _look_at(values: NDArray[np.float64]) -> tuple[list[int], list[NumberFacts | None]]:
    """Return the number of gaps and the facts of each row of ``values`` (columns, n)."""
    lows, highs = np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)
    counts = np.zeros(len(values), dtype=np.intp)
    gappy = bool(np.isnan(values.min()))
    if gappy:
        counts = np.count_nonzero(np.isnan(values), axis=1)
    present = values.shape[1] - counts
    divisor = np.maximum(present, 1)

    def total(part: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.where(np.isnan(part), 0.0, part).sum(axis=1))

    means = (pairwise_sums(values, total) if gappy else values.sum(axis=1)) / divisor
    with np.errstate(invalid="ignore"):
        # Rounding keeps the order: no other value lies further from the mean.
        largest = np.fmax(np.abs(lows - means), np.abs(highs - means))
    # Scaled first: a cube of large numbers would overflow.
    scales = np.where(largest > 0, largest, 1.0)[:, None]

    def powers(part: NDArray[np.float64]) -> NDArray[np.float64]:
        scaled = part - means[:, None]
        if gappy:
            scaled[np.isnan(part)] = 0.0
        scaled /= scales
        squares = scaled * scaled
        second = squares.sum(axis=1)
        squares *= scaled
        return np.stack((second, squares.sum(axis=1)))

    variances, thirds = pairwise_sums(values, powers) / divisor
    with np.errstate(divide="ignore", invalid="ignore"):
        skewness = np.where((variances > 0) & (highs > lows), thirds / variances**1.5, 0.0)
    stds = np.sqrt(variances) * largest
    columns = zip(lows.tolist(), highs.tolist(), means.tolist(), stds.tolist(), skewness.tolist(), strict=True)
    return counts.tolist(), [
        NumberFacts(*column) if count else None for column, count in zip(columns, present.tolist(), strict=True)
    ]
