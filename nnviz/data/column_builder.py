"""A column gathered batch by batch: plain numbers at once as float64, anything else as text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.data.batches import Block
from nnviz.data.column_types import EXACT_LIMIT, LARGEST, Typed, type_column
from nnviz.data.missing import MISSING_WORDS, is_missing, missing_numbers
from nnviz.data.power_codes import could_be_power_codes, has_zeros_before_power
from nnviz.data.table import Column, Kind
from nnviz.data.type_sentences import infinite_warning

# Written as codes or phone numbers are: 007, +4912345.
_LEADING_ZERO = re.compile(r"\s*(?:[+-]?0\d|\+\d{7})")
_POWERS: Final = 10.0 ** np.arange(1, 16)
# No number that people write is longer; Python takes its time with such texts.
_LONGEST: Final = 1_000
_FRACTION = re.compile(r"[.eE]")
# Different texts of a column are shared up to this many, so that categories cost a pointer a row.
_SHARED: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Numbers of one batch."""

    values: NDArray[np.float64]
    whole: bool
    tokens: frozenset[str] = frozenset()
    infinite: int = 0


class _Gathered:
    """The numbers of all batches so far in one array, so that they need not be put together at the end."""

    def __init__(self) -> None:
        self.count = 0
        self.whole = True
        self.gaps = False  # in the newest batch
        self.tokens: set[str] = set()
        self.infinite = 0
        self.room: NDArray[np.float64] = np.empty(0)  # with place for all that are expected

    def add(self, part: _Numbers, expected: int) -> None:
        """Take a batch; ``expected`` is how many numbers there may be in the end, 0 if unknown."""
        end = self.count + len(part.values)
        if end > len(self.room):
            # Memory that is never written to costs nothing.
            room = np.empty(max(end, expected, 3 * len(self.room) // 2))
            room[: self.count] = self.room[: self.count]
            self.room = room
        self.room[self.count : end] = part.values
        self.count = end
        self.whole = self.whole and part.whole
        self.gaps = bool(part.tokens)
        self.tokens |= part.tokens
        self.infinite += part.infinite

    @property
    def values(self) -> NDArray[np.float64]:
        """The numbers, shape (n,)."""
        return self.room[: self.count]


@dataclass(slots=True)
class ColumnBuilder:
    """Takes the batches of one column.

    ``late`` says that the column turned out to be text after batches were taken as numbers: their texts are gone, so
    the file must be read once more with ``as_text`` for this column. ``words`` stand for a missing value, casefolded;
    ``date_order`` is as in ``type_column``; ``expected`` is how many cells there may be in all, 0 if unknown.
    """

    as_text: bool = False
    late: bool = False
    words: frozenset[str] = MISSING_WORDS
    date_order: str = ""
    expected: int = 0
    _numbers: _Gathered = field(default_factory=_Gathered)
    _texts: list[str] = field(default_factory=list)
    _shared: dict[str, str] = field(default_factory=dict)

    def add(self, cells: Sequence[str]) -> None:
        """Take a batch of unstripped cells."""
        if self.late:
            return
        if not self.as_text:
            first = not self._numbers.count
            short = max(map(len, cells), default=0) <= _LONGEST
            numbers = _plain_numbers(cells, self.words, first=first) if short else None
            if numbers is not None:
                self._take(numbers)
                return
            if self._numbers.count:
                self.late = True
                self._numbers = _Gathered()
                return
            self.as_text = True
        stripped = map(str.strip, cells)
        if len(self._shared) < _SHARED:
            texts = list(stripped)
            self._texts += map(self._shared.setdefault, texts, texts)
        else:
            self._texts += stripped

    def _take(self, numbers: _Numbers) -> None:
        self._numbers.add(numbers, self.expected)

    @property
    def is_steady(self) -> bool:
        """Whether the last batch held plain numbers and no gap, so that the next one probably does."""
        return self._numbers.count > 0 and not self._numbers.gaps

    def add_numbers(self, values: NDArray[np.float64], cells: Callable[[], Sequence[str]]) -> None:
        """Take a batch that NumPy has read as numbers; ``cells`` gives its texts where the numbers leave a doubt."""
        if bool((np.abs(values) <= LARGEST).all()):
            if bool((np.round(values) != values).any()):
                self._take(_Numbers(values, whole=False))
                return
            if _is_canonical(values, cells()):
                self._take(_Numbers(values, whole=True))
                return
        self.add(cells())

    def add_block(self, block: Block, place: int, cells: Callable[[], Sequence[str]]) -> None:
        """Take a column of a block of plain numbers; ``cells`` gives its texts where the numbers leave a doubt."""
        values = block.values[:, place]
        if block.fractions[place] and block.largest <= LARGEST:
            self._take(_Numbers(values, whole=False))
            return
        present = values[~np.isnan(values)] if block.gaps else values
        size = np.abs(present)
        largest = float(size.max()) if len(size) else 0.0
        whole = bool((np.round(present) == present).all())
        first = not self._numbers.count
        bare = whole and block.has_bare_digits(place)
        if largest > LARGEST or (whole and (largest >= EXACT_LIMIT or (first and place in block.exponents))):
            self.add(cells())
            return
        self._take(_Numbers(values, bare))

    @property
    def room(self) -> NDArray[np.float64]:
        """Where the numbers go, with place for all that are expected; empty while there is none."""
        return self._numbers.room

    @property
    def is_float(self) -> bool:
        """Whether this holds plain numbers and some are not whole."""
        return self._numbers.count > 0 and not self._numbers.whole

    def finish(self, name: str, delimiter: str, file_decimal: str, watch: Callable[[], None] = lambda: None) -> Typed:
        """Return the column; ``watch`` is called many times a second."""
        if not self._numbers.count:
            return type_column(
                name, self._texts, delimiter, file_decimal, watch, self.words, date_order=self.date_order
            )
        values = self._numbers.values
        n_marked = 0
        for number in missing_numbers(self.words):
            marked = values == number
            n_marked += int(np.count_nonzero(marked))
            values[marked] = np.nan
        if np.isnan(values).all():
            # Only gaps: what is left to say does not depend on their spelling.
            return type_column(name, [""] * len(values), delimiter)
        warnings = []
        if tokens := sorted(token for token in self._numbers.tokens if token):
            warnings.append(f"In {name} these count as missing: {', '.join(map(repr, tokens[:8]))}.")
        if n_marked:
            warnings.append(f"{n_marked:,} numbers of {name} count as missing, as you said.")
        if infinite := self._numbers.infinite:
            warnings.append(infinite_warning(name, infinite))
        kind: Kind = "float" if self.is_float else "integer"
        decimal = "." if self.is_float else ""
        return Typed(Column(name, kind, values), tuple(warnings), decimal)


def _plain_numbers(cells: Sequence[str], words: frozenset[str], *, first: bool) -> _Numbers | None:
    """Read a batch, perhaps the first one, as plain numbers; None if one cell is neither that nor a missing value."""
    count = len(cells)
    try:
        values = np.fromiter(map(int, cells), dtype=np.float64, count=count)
    except (ValueError, OverflowError):
        return _plain_floats(cells, words, first=first)
    if _underscored(cells):
        return None
    if np.abs(values).max() >= EXACT_LIMIT:
        return None
    if not _is_canonical(values, cells) and any(map(_LEADING_ZERO.match, cells)):
        return None
    return _Numbers(values, whole=True)


def _is_canonical(values: NDArray[np.float64], cells: Sequence[str]) -> bool:
    """Tell whether whole numbers are written with their digits and minus sign alone, by the length of all of them."""
    size = np.abs(values)
    if size.max() >= EXACT_LIMIT:
        return False
    digits = np.searchsorted(_POWERS, size, side="right").sum() + len(cells)
    return bool(sum(map(len, cells)) == digits + np.count_nonzero(values < 0))


def _plain_floats(cells: Sequence[str], words: frozenset[str], *, first: bool) -> _Numbers | None:
    tokens: frozenset[str] = frozenset()
    try:
        values = np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
    except ValueError:
        stripped = list(map(str.strip, cells))
        tokens = frozenset(cell for cell in set(stripped) if is_missing(cell, words))
        if not tokens:
            return None
        try:
            values = np.fromiter(
                (np.nan if cell in tokens else float(cell) for cell in stripped), dtype=np.float64, count=len(cells)
            )
        except ValueError:
            return None
    if _underscored(cells):
        return None
    infinite = np.abs(values) > LARGEST
    n_infinite = int(np.count_nonzero(infinite))
    if n_infinite:
        values[infinite] = np.nan
    present = values[~np.isnan(values)]
    whole = False
    if len(present) and bool(np.all(np.round(present) == present)):
        kept = [cell for cell, gap in zip(cells, np.isnan(values).tolist(), strict=True) if not gap]
        whole = not any(map(_FRACTION.search, kept))
        if whole and (bool(np.abs(present).max() >= EXACT_LIMIT) or any(map(_LEADING_ZERO.match, kept))):
            return None
        # Whether all are written as codes may be is no question any more where some numbers are not.
        if not whole and (could_be_power_codes(kept) if first else has_zeros_before_power(kept)):
            return None
    return _Numbers(values, whole or not len(present), tokens, n_infinite)


def _underscored(cells: Sequence[str]) -> bool:
    """Tell whether a cell holds an underscore, which Python reads inside numbers and people do not write there."""
    return "_" in "".join(cells)
