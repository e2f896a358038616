"""Numbers in one style for the panels: significant digits, a true minus sign, short exponents."""

import math
from typing import Final

from nnviz.engine.written import MINUS, rough, short_exponent

__all__ = ["DASH", "MINUS", "brief_number", "plain_number", "short_exponent", "shorter_numbers"]

DASH: Final = "\N{EN DASH}"
"""Stands where there is no number."""


def plain_number(value: float, digits: int = 4) -> str:
    """Return a number with at most ``digits`` significant digits and a true minus sign; "missing" for nan."""
    return "missing" if math.isnan(value) else rough(value, digits)


def shorter_numbers(value: float, digits: int = 4) -> tuple[str, ...]:
    """Return ways to write a number, from ``digits`` significant digits down to one; for who looks for one that fits.

    Each is shorter than the one before; the last ones are in powers of ten where those are short.
    """
    texts = [plain_number(value, n) for n in range(digits, 1, -1)]
    if math.isfinite(value) and value:
        texts += [short_exponent(f"{value:.1e}"), short_exponent(f"{value:.0e}")]
    found: list[str] = []
    for text in texts:
        if not found or len(text) < len(found[-1]):
            found.append(text)
    return tuple(found)


def brief_number(value: float, most: int, digits: int = 4) -> str:
    """Return a number in at most ``most`` characters where it can be, in as many of ``digits`` as they hold."""
    texts = shorter_numbers(value, digits)
    return next((text for text in texts if len(text) <= most), texts[-1])
