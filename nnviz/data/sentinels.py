"""Numbers that stand for a missing value, such as -999: told by their form and their distance, and only hinted at."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.column_facts import TableFacts
from nnviz.data.doubt import Doubt, listed
from nnviz.data.table import DATE_KINDS, Column, number_text

# Repunits of 9, 8 and 7 as questionnaires and sensors write them, and the last numbers of two's complement.
_STRONG: Final = frozenset(
    sign * float(digit * length) for sign in (1, -1) for digit in "987" for length in (3, 4, 5, 6, 7)
) | {
    -9999.9,
    -999.9,
    9999.9,
    999.9,
    -999.25,
    -32768.0,
    32767.0,
    65535.0,
    -2147483648.0,
    2147483647.0,
    1e20,
    -1e30,
    1e30,
}
_WEAK: Final = frozenset({-1.0, -99.0, 99.0, 98.0, 88.0})
_LEAST_VALUES: Final = 3
_FAR: Final = 5.0
_LONG: Final = 20.0  # -1 below a short scale may be a step of it
_DAYS: Final = frozenset(
    np.datetime64(day, "s")
    for day in ("0001-01-01", "1899-12-30", "1900-01-01", "1970-01-01", "2999-12-31", "9999-12-31")
)


def sentinel_doubts(columns: Sequence[Column], facts: TableFacts) -> list[Doubt]:
    """Return the doubts about values that probably mean missing; the columns are looked at only where an end is one.

    A number is one if it is written as such marks are, lies at an end of its column and farther from the other values
    than those are from each other; it must come twice, or be five times as far out.
    """
    found: dict[str, dict[str, str]] = {}
    for column in columns:
        for mark, sentence in _marks(column, facts):
            found.setdefault(mark, {})[column.name] = sentence
    doubts = []
    for mark, sentences in found.items():
        written = "it, as the file writes it," if "-" in mark[1:] else mark
        text = (
            f"{mark} may stand for missing: {listed(list(sentences.values()), 3)}. It is read as a value; "
            f"to count it as missing, add {written} to the words that count as missing."
        )
        doubts.append(Doubt("sentinel", text, tuple(sentences), f"missing={mark}"))
    return doubts


def _marks(column: Column, facts: TableFacts) -> list[tuple[str, str]]:
    """Return each mark of a column with what speaks for it."""
    if column.kind in DATE_KINDS:
        return _days(column)
    fact = facts.numbers.get(column.name)
    if fact is None or column.kind == "boolean" or fact.low == fact.high:
        return []
    marks: list[float] = []
    low, high, rest = fact.low, fact.high, column.values
    # One mark may hide behind another: -999 behind -9999.
    while ends := [end for end in {low, high} if end in _STRONG or (end in _WEAK and not marks)]:
        marks += ends
        rest = rest[~(np.isnan(rest) | np.isin(rest, ends))]
        if len(rest) < _LEAST_VALUES - 1:
            return []
        low, high = float(rest.min()), float(rest.max())
    found = []
    for mark in marks:
        count = int(np.count_nonzero(column.values == mark))
        if _stands_out(mark, count, low, high) or (
            mark == -1 and low >= 0 and high >= _LONG and 20 * count > len(rest)
        ):
            shown = number_text(mark)
            others = f"{low:.6g} to {high:.6g}"
            times = f"{count:,} of {len(column.values):,} rows"
            found.append((shown, f"{column.name} has it in {times} and otherwise {others}"))
    return found


def _stands_out(mark: float, count: int, low: float, high: float) -> bool:
    distance = low - mark if mark < low else mark - high
    spread = max(high - low, 1e-300)
    # Below zero where nothing else is: no measurement of such a column.
    alone_below = mark < 0 <= low and count > 1
    if mark in _WEAK:
        return count > 1 and abs(mark) > 1 and distance > spread
    return (count > 1 and (distance > spread or alone_below)) or distance > _FAR * spread


def _days(column: Column) -> list[tuple[str, str]]:
    present: NDArray[np.datetime64] = column.values[~np.isnat(column.values)]
    if len(present) < _LEAST_VALUES:
        return []
    found = []
    for end in (present.min(), present.max()):
        rest = present[present != end]
        if end not in _DAYS or not len(rest):
            continue
        low, high = rest.min(), rest.max()
        distance = low - end if end < low else end - high
        if distance > max(high - low, np.timedelta64(366, "D")):
            count = len(present) - len(rest)
            shown = str(end.astype("datetime64[D]"))
            others = f"{low.astype('datetime64[D]')} to {high.astype('datetime64[D]')}"
            found.append(
                (shown, f"{column.name} has it in {count:,} of {len(column.values):,} rows and otherwise {others}")
            )
    return found
