"""The records of one block of lines: as columns of text, or at once as numbers where every field is one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import orjson
from numpy.typing import NDArray

from nnviz.data.digits import read_digits

_NUMBER_BYTES: Final = b"0123456789+-.eE"
_NEWLINE: Final = 10
_COMMA: Final = 44
_PROBE: Final = 100
_HEAD: Final = 4096
_POWERS: Final = 10.0 ** np.arange(1, 16)
_STRANGER: Final = b"x"
_EXPONENT: Final = ord("e")
_LOWER: Final = np.uint8(0x20)  # the bit that makes a capital small


@dataclass(frozen=True, slots=True)
class Block:
    """Numbers of a block, shape (n_rows, width), nan where a field is empty, and what they look like written down.

    ``ends`` has the place after each field, and ``gaps`` says whether a field is empty; ``largest`` is the largest size
    of a number, nan where a field is empty; ``fractions`` says of each column whether one of its first numbers is not
    whole; ``points`` of each field whether it has a decimal point and none an exponent, None if that is not known;
    ``exponents`` are the columns in which a field has one. No number is written with leading zeros, blanks or a plus
    sign.
    """

    values: NDArray[np.float64]
    ends: NDArray[np.intp]
    gaps: bool
    largest: float
    fractions: tuple[bool, ...]
    points: NDArray[np.bool_] | None = None
    exponents: tuple[int, ...] = ()

    def has_bare_digits(self, place: int) -> bool:
        """Tell whether a column of whole numbers, none beyond 10^15, is written with digits and minus signs alone."""
        if place in self.exponents:
            return False
        if self.points is not None:
            return not bool(self.points[:, place].any())
        # The length of the texts tells: a point would make them longer.
        values = self.values[:, place]
        size = np.abs(values[~np.isnan(values)])
        largest = size.max(initial=0.0)
        digits = len(size) + sum(np.count_nonzero(size >= power) for power in _POWERS[largest >= _POWERS])
        return self._length(place) == digits + int(np.count_nonzero(values < 0))

    def _length(self, place: int) -> int:
        """Return how many characters a column takes."""
        width = self.values.shape[1]
        ends = self.ends[place::width]
        starts = (
            self.ends[place - 1 :: width][: len(ends)] if place else np.append(-1, self.ends[width - 1 : -1 : width])
        )
        return int((ends - starts).sum()) - len(ends)


@dataclass(slots=True)
class Batch:
    """The records of one block: split already, or as text of ``width`` fields without quotes, split when asked for."""

    columns: list[Sequence[str]] = field(default_factory=list)
    text: str = ""
    mark: str = ""
    width: int = 0
    block: Block | None = None

    @property
    def n_rows(self) -> int:
        """How many records there are."""
        if self.block is not None:
            return len(self.block.values)
        return len(self.columns[0]) if self.columns else self.text.count("\n") + 1

    def column(self, place: int) -> Sequence[str]:
        """Return the texts of one column."""
        if not self.columns:
            flat = self.text.replace("\n", self.mark).split(self.mark)
            self.columns = [flat[first :: self.width] for first in range(self.width)]
        return self.columns[place]

    def rows(self, places: Sequence[int]) -> list[list[str]]:
        """Return the fields of some records."""
        if self.text and not self.columns:
            lines = self.text.split("\n")
            return [lines[place].split(self.mark) for place in places]
        return [[column[place] for column in self.columns] for place in places]

    def numbers(self, places: Sequence[int]) -> dict[int, NDArray[np.float64]] | None:
        """Return these columns as NumPy's own reader of numbers takes them, None if one field is no number."""
        if not self.text:
            return None
        lines = self.text.split("\n")
        try:
            read = np.loadtxt(lines, delimiter=self.mark, usecols=places, comments=None, ndmin=2, dtype=np.float64)
        except ValueError:
            return None
        return {place: column.copy() for place, column in zip(places, read.T, strict=True)}


def count_line_ends(text: str) -> int:
    """Count line feeds; NumPy compares many bytes at a time, which ``str.count`` does not."""
    if not text.isascii():
        return text.count("\n")
    return int(np.count_nonzero(np.frombuffer(text.encode("ascii"), dtype=np.uint8) == _NEWLINE))


def number_block(text: str, n_lines: int, mark: str, width: int) -> Block | None:
    """Read ``n_lines`` lines of plain numbers and empty fields; None unless every line has ``width`` of them.

    Short decimal numbers are read many at a time (``digits``), in half of the time that a JSON reader takes; others by
    a JSON reader, in a third of the time of ``numpy.loadtxt``: between brackets such lines are a JSON array. Neither
    takes leading zeros, so codes such as 007 never pass for numbers here.
    """
    if not text.isascii() or len(mark) != 1 or mark in "0123456789+-.eE\n":
        return None
    raw = text.encode()
    if raw[:_HEAD].translate(None, _NUMBER_BYTES + b"\n" + mark.encode()):
        return None
    ends = _ends(raw, mark, n_lines, width)
    if ends is None:
        return None
    lengths = np.diff(ends, prepend=-1)
    gaps = bool((lengths == 1).any())
    if gaps and not (lengths.reshape(n_lines, width) > 1).any(axis=1).all():
        # A record without one value is blank and no row.
        return None
    points = None
    if (read := read_digits(raw, ends)) is not None:
        values, pointed = read
        points = pointed.reshape(n_lines, width)
        if gaps:
            values[lengths == 1] = np.nan
    elif (found := _json_numbers(raw, mark, gaps=gaps)) is not None:
        values = found
    else:
        return None
    largest = max(float(values.max()), -float(values.min()))
    values = values.reshape(n_lines, width)
    head = values[:_PROBE]
    present = ~np.isnan(head) if gaps else True
    fractions = tuple(((np.round(head) != head) & present).any(axis=0).tolist())
    exponents = _columns_with_exponents(raw, ends, width) if points is None else ()
    return Block(values, ends, gaps, largest, fractions, points, exponents)


def _columns_with_exponents(raw: bytes, ends: NDArray[np.intp], width: int) -> tuple[int, ...]:
    if b"e" not in raw and b"E" not in raw:
        return ()
    places = np.flatnonzero(np.frombuffer(raw, dtype=np.uint8) | _LOWER == _EXPONENT)
    return tuple(np.unique(np.searchsorted(ends, places) % width).tolist())


def _json_numbers(raw: bytes, mark: str, *, gaps: bool) -> NDArray[np.float64] | None:
    # Marks and line ends become commas, and what no number is written with a letter, in one pass.
    listed = raw.translate(_table(mark))
    if _STRANGER in listed:
        return None
    if gaps:
        for _ in range(2):  # ",,," holds two gaps that share a comma
            listed = listed.replace(b",,", b",null,")
        listed = (b"null" if listed.startswith(b",") else b"") + listed + (b"null" if listed.endswith(b",") else b"")
    try:
        read = orjson.loads(b"[" + listed + b"]")
    except orjson.JSONDecodeError:
        return None
    return np.array(read, dtype=np.float64) if gaps else np.fromiter(read, np.float64, len(read))


def _ends(raw: bytes, mark: str, n_lines: int, width: int) -> NDArray[np.intp] | None:
    """Return the place after each field; None unless every line is as wide."""
    characters = np.frombuffer(raw, dtype=np.uint8)
    marks = characters == ord(mark)
    marks |= characters == _NEWLINE
    inner = np.flatnonzero(marks)
    if len(inner) + 1 != n_lines * width or bool((characters[inner[width - 1 :: width]] != _NEWLINE).any()):
        return None
    return np.append(inner, len(raw))


@lru_cache(maxsize=8)
def _table(mark: str) -> bytes:
    table = bytearray(_STRANGER * 256)
    for code in _NUMBER_BYTES:
        table[code] = code
    table[ord(mark)] = table[_NEWLINE] = _COMMA
    return bytes(table)
