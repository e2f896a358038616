"""Types of command-line arguments: text to a value, or a sentence that says what was expected."""

import argparse
import math

ROW_RANGE_HELP = "also show these data rows, counted from 0, both ends included"

_MAX_COUNT = 10**9


def positive(text: str) -> int:
    """Return an integer of at least 1."""
    return _integer(text, 1)


def non_negative(text: str) -> int:
    """Return an integer of at least 0."""
    return _integer(text, 0)


def positive_float(text: str) -> float:
    """Return a finite number above 0."""
    value = _number(text)
    if not 0.0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number above 0, not {text!r}")
    return value


def non_negative_float(text: str) -> float:
    """Return a finite number of at least 0."""
    value = _number(text)
    if not 0.0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number of at least 0, not {text!r}")
    return value


def fraction(text: str) -> float:
    """Return a number from 0 up to, but not including, 1."""
    value = _number(text)
    if not 0.0 <= value < 1.0:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to below 1, not {text!r}")
    return value


def hidden_sizes(text: str) -> tuple[int, ...]:
    """Return the units of each hidden layer from "8,8"; "0" or nothing means no hidden layer."""
    if text.strip() in ("", "0", "none"):
        return ()
    return tuple(_integer(part, 1) for part in text.split(","))


def row_range(text: str) -> tuple[int, int]:
    """Return (first, last) from "FIRST:LAST", both included and counted from 0."""
    first, colon, last = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"expected FIRST:LAST, not {text!r}")
    pair = _integer(first, 0), _integer(last, 0)
    if pair[1] < pair[0]:
        raise argparse.ArgumentTypeError(f"the last row comes before the first in {text!r}")
    return pair


def _integer(text: str, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if not least <= value <= _MAX_COUNT:
        raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {_MAX_COUNT}, not {text!r}")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
