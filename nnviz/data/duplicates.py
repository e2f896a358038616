"""Rows that are the same in every feature: found by a hash of each row."""

import weakref
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.cores import shared
from nnviz.data.table import DATE_KINDS, NUMERIC_KINDS, Column

Rows = NDArray[np.intp]
Hashes = NDArray[np.uint64]

_CHUNK: Final = 32_768  # rows hashed at a time: what stays in the processor's cache
_SAMPLE: Final = 1000
_CANDIDATES: Final = 50
_TELLING: Final = 3  # columns of numbers that are looked at first
_CROWDED: Final = 0.02  # share of the rows beyond which so many look alike that all are hashed whole
_PLACES: Final = 2**20
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)


class _LastAnswer:
    """The newest answer, and the arrays it was found over: a guess and the split after it ask the same."""

    def __init__(self) -> None:
        self._known: tuple[tuple[weakref.ref[Any], ...], Rows | None] = ((), None)

    def recall(self, columns: Sequence[Column]) -> tuple[bool, Rows | None]:
        """Return whether these very arrays were asked about last, and the answer."""
        arrays, answer = self._known
        same = len(arrays) == len(columns) and all(
            array() is column.values for array, column in zip(arrays, columns, strict=True)
        )
        return same and bool(columns), answer

    def keep(self, columns: Sequence[Column], answer: Rows | None) -> None:
        self._known = tuple(weakref.ref(column.values) for column in columns), answer


_LAST: Final = _LastAnswer()


def row_groups(columns: Sequence[Column], rows: Rows | None = None) -> Rows | None:
    """Return for each row the place of the first row with the same values, shape (n,); None if no two are the same.

    A missing value equals a missing value. Rows are told apart by 64 bits each: among a million rows the chance that
    any two different ones are taken for the same is about 1 in 30 million (n² / 2⁶⁵).

    Parameters
    ----------
    columns
        The columns to compare; none makes no two rows the same.
    rows
        Which rows; None takes all.
    """
    if not columns:
        return None
    if rows is not None:
        return _row_groups(columns, rows)
    known, groups = _LAST.recall(columns)
    if not known:
        groups = _row_groups(columns, None)
        if groups is not None:
            groups.setflags(write=False)
        _LAST.keep(columns, groups)
    return groups


def _row_groups(columns: Sequence[Column], rows: Rows | None) -> Rows | None:
    count = len(columns[0].values) if rows is None else len(rows)
    suspects = _suspects(columns, rows, count)
    if suspects is None:
        suspects, part = np.arange(count), rows
    else:
        part = suspects if rows is None else rows[suspects]
    hashes = row_hashes(columns, part)
    again = _repeated(hashes)
    if len(again) == 0:
        return None
    _, first, inverse = np.unique(hashes[again], return_index=True, return_inverse=True)
    repeated = suspects[again]
    groups = np.arange(count)
    groups[repeated] = repeated[first[inverse.reshape(-1)]]
    return groups


def _suspects(columns: Sequence[Column], rows: Rows | None, count: int) -> Rows | None:
    """Return the rows that look like another one in the most telling columns of numbers; None if no column tells much.

    In a table of measurements they are few or none, which saves hashing the rest. Half a hash is enough to suspect, and
    sorts in half the time; what is suspected for nothing, a few of a million, the whole hash clears.
    """
    telling = _telling(columns, rows, count)
    if not telling:
        return None
    halves = np.empty(count, dtype=np.uint32)

    def fill(parts: Sequence[slice]) -> list[None]:
        for part, hashes in _hashes(telling, rows, parts):
            halves[part] = hashes >> np.uint64(32)
        return [None] * len(parts)

    parts = [slice(start, min(start + _CHUNK, count)) for start in range(0, count, _CHUNK)]
    shared(fill, parts, count * len(telling))
    # By their first bit, so that two threads can sort them.
    first = halves >> np.uint32(31) != 0
    sides = shared(lambda chosen: [_repeats(halves[side]) for side in chosen], [~first, first], count)
    repeated = np.concatenate(sides)
    if len(repeated) > _CROWDED * count:
        return None
    # A table of the upper bits picks out the few rows that have to be looked up.
    marked = np.zeros(_PLACES, dtype=np.bool_)
    marked[repeated >> 12] = True
    near = np.flatnonzero(marked[halves >> 12])
    return near[_among(halves[near], repeated)]


def _telling(columns: Sequence[Column], rows: Rows | None, count: int) -> list[Column]:
    """Return the columns of numbers in which the fewest rows of a sample are alike, if in one nearly none are."""
    sample = np.linspace(0, count - 1, min(count, _SAMPLE)).astype(np.intp)
    places = sample if rows is None else rows[sample]
    numeric = [column for column in columns if column.kind in NUMERIC_KINDS][:_CANDIDATES]
    different = {column.name: len(np.unique(column.values[places])) for column in numeric}
    ranked = sorted(numeric, key=lambda column: -different[column.name])[:_TELLING]
    return ranked if ranked and different[ranked[0].name] > 0.9 * len(sample) else []


def _repeated(bits: Hashes) -> Rows:
    """Return the places, ascending, of the values that occur more than once."""
    repeated = _repeats(bits)
    return np.flatnonzero(_among(bits, repeated)) if len(repeated) else np.empty(0, dtype=np.intp)


def _repeats(bits: NDArray[Any]) -> NDArray[Any]:
    """Return the values that occur more than once, ascending and once less often than they occur."""
    ordered = np.sort(bits)
    return np.asarray(ordered[1:][ordered[1:] == ordered[:-1]])


def _among(bits: NDArray[Any], known: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark the values that are among ``known``, which is in ascending order and may repeat itself."""
    if len(known) == 0:
        return np.zeros(len(bits), dtype=np.bool_)
    found = np.searchsorted(known, bits)
    found[found == len(known)] = 0
    return np.asarray(known[found] == bits)


def row_hashes(columns: Sequence[Column], rows: Rows | None = None) -> Hashes:
    """Return a 64-bit hash of each row's values, shape (n,); it may differ from one run of the program to another.

    Every value is mixed with the finaliser of SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, Fast splittable
    pseudorandom number generators, 2014) after a number of its own for each column, and the columns are added up.
    """
    count = len(columns[0].values) if rows is None else len(rows)
    total = np.zeros(count, dtype=np.uint64)
    for part, hashes in _hashes(columns, rows, [slice(start, start + _CHUNK) for start in range(0, count, _CHUNK)]):
        total[part] = hashes
    return total


def _hashes(columns: Sequence[Column], rows: Rows | None, parts: Sequence[slice]) -> Iterator[tuple[slice, Hashes]]:
    """Yield some parts of the rows with their hashes."""
    own = _mixed(np.arange(1, 1 + len(columns), dtype=np.uint64) * _STEP)
    for part in parts:
        places = part if rows is None else rows[part]
        total: Hashes = np.zeros(len(columns[0].values[places]), dtype=np.uint64)
        for column, number in zip(columns, own, strict=True):
            total += _mixed(_bits(column, column.values[places]) + number)
        yield part, total


def _bits(column: Column, values: NDArray[Any]) -> Hashes:
    if column.kind in NUMERIC_KINDS:
        numbers = np.asarray(values, dtype=np.float64) + 0.0  # -0.0 becomes 0.0
        numbers[np.isnan(numbers)] = np.nan  # one of the many bit patterns
        return numbers.view(np.uint64)
    if column.kind in DATE_KINDS:
        return values.astype("datetime64[s]").astype(np.int64).view(np.uint64)
    return np.fromiter(map(hash, values.tolist()), dtype=np.int64, count=len(values)).view(np.uint64)


def _mixed(bits: Hashes) -> Hashes:
    mixed = bits >> np.uint64(30)
    mixed ^= bits
    mixed *= _FIRST
    mixed ^= mixed >> np.uint64(27)
    mixed *= _SECOND
    mixed ^= mixed >> np.uint64(31)
    return mixed
