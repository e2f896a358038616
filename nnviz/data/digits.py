"""Short decimal numbers of a block of text to float64: eight digits at a time, for all fields of the block at once.

A number of at most 15 digits without exponent is a whole number below 2⁵³ divided by a power of ten. Both are exact in
float64, so their quotient is the correctly rounded value (W. D. Clinger, How to read floating point numbers accurately,
1990). The whole number is made from the field's bytes as 64-bit words (D. Lemire, Number parsing at a gigabyte per
second, 2021).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Numbers = NDArray[np.float64]
Places = NDArray[np.intp]

_LONGEST: Final = 16  # characters of a field without its sign
_EXACT: Final = 2**53
_WORD_BYTES: Final = 8
_MINUS, _POINT, _ZERO = (ord(char) for char in "-.0")
# What the text is put between: bytes to look back over, and a mark and a word behind the last field.
_BEFORE: Final = b"0" * _LONGEST
_AFTER: Final = b"," + b"0" * 16


def _word(byte: int) -> np.uint64:
    """Return a word of eight equal bytes."""
    return np.uint64(int.from_bytes(bytes([byte] * 8), "little"))


_1, _3, _4, _7, _8, _10, _16, _32, _56, _63 = (np.uint64(count) for count in (1, 3, 4, 7, 8, 10, 16, 32, 56, 63))
_ZEROS: Final = _word(_ZERO)
# A digit's byte and that of "0" differ (exclusive or) by 0 to 9; a point's by a byte with a bit that no digit has.
_POINT_BIT: Final = _word(0x10)
_POINT_LEFT: Final = np.uint64(_POINT ^ _ZERO)
_SIXES, _HIGH = _word(6), _word(0xF0)
_LAST_BYTE: Final = 56
_NO_POINT: Final = 64
_PAIRS: Final = np.uint64(0x000000FF000000FF)
_FIRST: Final = np.uint64(100 + (1_000_000 << 32))
_SECOND: Final = np.uint64(1 + (10_000 << 32))
_HUNDRED_MILLION: Final = np.uint64(10**8)
# By length, which bytes of the word that ends with a field belong to it.
_OWN: Final = np.array([2**64 - 2 ** (8 * max(8 - length, 0)) for length in range(_LONGEST + 1)], dtype=np.uint64)
# By the number of bits before the point (64: none), what the digits are divided by; then the same for negatives.
_DIVISORS: Final = np.array([10.0 ** (7 - bits // 8) if bits < _NO_POINT else 1.0 for bits in range(_NO_POINT + 1)])
_SIGNED: Final = np.concatenate([_DIVISORS, -_DIVISORS])
_NEGATIVE: Final = np.uint8(len(_DIVISORS))


class _OddError(ValueError):
    """Raised where a field is no plain number."""


def read_digits(raw: bytes, ends: Places) -> tuple[Numbers, NDArray[np.bool_]] | None:
    """Read fields of digits with at most one point between them and at most a minus before them; or of nothing.

    Parameters
    ----------
    raw
        ASCII text.
    ends
        Where each field ends (exclusive); the next one begins one byte later. Shape (n,).

    Returns
    -------
    tuple or None
        The numbers, 0 for a field of nothing, and which fields have a point, both of shape (n,). None if a field is
        anything else (leading zeros, a plus sign, an exponent, a text), has more than 16 characters, or is a whole
        number beyond 2⁵³.
    """
    try:
        return _read(raw, ends)
    except _OddError:
        return None


def _read(raw: bytes, ends: Places) -> tuple[Numbers, NDArray[np.bool_]]:
    padded = b"".join((_BEFORE, raw, _AFTER[: 9 + -(len(raw) + 1) % 8]))
    characters = np.frombuffer(padded, dtype=np.uint8)
    words = np.frombuffer(padded, dtype="<u8")
    starts = np.empty_like(ends)
    starts[0] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    negative = characters[_LONGEST:].take(starts) == _MINUS
    starts += negative
    _check_beginnings(characters[_LONGEST:], starts, ends, negative)
    lengths = np.subtract(ends, starts, out=starts)
    if int(lengths.max()) > _LONGEST:
        raise _OddError
    digits = _words_before(words[1:], ends)
    digits &= _OWN.take(lengths)
    before, pointed = _without_point(digits)
    if bool((before == _LAST_BYTE).any()):
        raise _OddError
    n_points = int(np.count_nonzero(pointed))
    before += negative.view(np.uint8) * _NEGATIVE
    divisors = _SIGNED.take(before)
    long = np.flatnonzero(lengths > _WORD_BYTES)
    if len(long) == 0:
        whole = _eight_digits(digits)
    else:
        upper = _words_before(words, ends[long])
        upper &= _OWN.take(lengths[long] - _WORD_BYTES)
        moved = pointed[long].astype(np.uint64)
        above, pointed_above = _without_point(upper)
        # Where the lower word lost a point, the upper one's last digit moves into it.
        digits[long] |= (upper >> _56) * moved
        upper <<= moved << _3
        whole = _eight_digits(digits)
        whole[long] += _eight_digits(upper) * _HUNDRED_MILLION
        if int(whole.max()) > _EXACT:
            raise _OddError
        n_points += int(np.count_nonzero(pointed_above))
        divisors[long] *= np.where(pointed_above, _DIVISORS.take(above) * 1e8, 1.0)
        pointed[long] |= pointed_above
    # A second point, or any other character that was taken for a point, is one too many or too few.
    if np.count_nonzero(characters == _POINT) != n_points or np.count_nonzero(pointed) != n_points:
        raise _OddError
    values = np.divide(whole, divisors, out=divisors)
    # Minus nothing is nothing; with a point it keeps its sign.
    nothing = (whole == 0) & negative
    if bool(nothing.any()):
        values[nothing & ~pointed] = 0.0
    return values, pointed


def _check_beginnings(characters: NDArray[np.uint8], starts: Places, ends: Places, negative: NDArray[np.bool_]) -> None:
    """Refuse fields that begin with a point or leading zeros, or are a minus alone; ``starts`` are behind the minus."""
    first = characters.take(starts)
    after_zero = characters.take(starts[first == _ZERO] + 1) - np.uint8(_ZERO)
    if bool((after_zero < 10).any()) or bool((first == _POINT).any()) or bool((negative & (starts == ends)).any()):
        raise _OddError


def _words_before(words: Words, ends: Places) -> Words:
    """Return the eight bytes before each place, less "0"; ``words`` begins eight bytes before the first place."""
    shift = ends.astype(np.uint64)
    shift &= _7
    shift <<= _3
    place = ends >> 3
    found = words.take(place)
    found >>= shift
    after = words[1:].take(place)
    after <<= _1
    np.subtract(_63, shift, out=shift)
    after <<= shift
    found |= after
    found ^= _ZEROS
    return found


def _without_point(digits: Words) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Move the digits before the point up over it, in place; return how many bits are before it, and where it is.

    Raises
    ------
    _OddError
        If there is more than one point, or anything else that is no digit.
    """
    point = digits & _POINT_BIT
    point >>= _4
    below = point - _1
    if bool((point & below).any()):
        raise _OddError
    before: NDArray[np.uint8] = np.bitwise_count(below)
    pointed = before != _NO_POINT
    lower = np.bitwise_and(digits, below, out=below)
    digits ^= lower
    point *= _POINT_LEFT
    digits ^= point
    shift = pointed.astype(np.uint64)
    shift <<= _3
    lower <<= shift
    digits |= lower
    check = np.add(digits, _SIXES, out=lower)
    check |= digits
    check &= _HIGH
    if bool(check.any()):
        raise _OddError
    return before, pointed


def _eight_digits(digits: Words) -> Words:
    """Return the numbers that eight digits, the first in the lowest byte, stand for."""
    digits = digits * _10 + (digits >> _8)
    upper = (digits >> _16) & _PAIRS
    digits &= _PAIRS
    digits *= _FIRST
    upper *= _SECOND
    digits += upper
    digits >>= _32
    return digits
