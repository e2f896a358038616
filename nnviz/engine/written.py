"""Numbers in the one style of all sentences and panels: a true minus sign, and powers of ten as in "2e−5"."""

from typing import Final

MINUS: Final = "\N{MINUS SIGN}"


def short_exponent(text: str) -> str:
    """Return a number that Python has written in this style."""
    mantissa, e, power = text.partition("e")
    return (f"{mantissa}e{int(power)}" if e else text).replace("-", MINUS)


def rough(value: float, digits: int) -> str:
    """Return a number to ``digits`` figures, however large."""
    return short_exponent(f"{value:.{digits}g}")
