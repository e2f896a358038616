"""A weight as a person types and reads it."""

from typing import Final

from nnviz.app.plain_numbers import MINUS, short_exponent
from nnviz.engine.surgery import MAX_PARAMETER
from nnviz.errors import UserError

RANGE: Final = f"{MINUS}{MAX_PARAMETER:,.0f} to {MAX_PARAMETER:,.0f}"


def parsed_weight(text: str) -> float:
    """Return the number that was typed: with a point or a comma, and any kind of minus.

    Raises
    ------
    UserError
        When it is no number, or none that a weight may have.
    """
    plain = "".join(text.split()).replace(MINUS, "-").replace("\N{EN DASH}", "-")
    if "." not in plain and plain.count(",") == 1:
        plain = plain.replace(",", ".")
    try:
        value = float(plain.replace(",", "")) if "_" not in plain else float("nan")
    except ValueError:
        value = float("nan")
    if not abs(value) <= MAX_PARAMETER:
        what = f"\N{LEFT DOUBLE QUOTATION MARK}{text.strip()[:24]}\N{RIGHT DOUBLE QUOTATION MARK}"
        raise UserError(f"{what} is not a number from {RANGE}." if text.strip() else f"Type a number from {RANGE}.")
    return value


def weight_text(value: float, *, sign: bool = False, beside: float = 0.0) -> str:
    """Return a weight to four decimals, or to five significant digits where those would show nothing or too much.

    ``beside`` is the size of a larger number that it stands with and is written like.
    """
    plus = "+" if sign else ""
    plain = value == 0 or 1e-3 <= max(abs(value), beside) < 1e4
    if plain:
        value = round(value, 4) + 0.0  # no minus before a zero
    return short_exponent(f"{value:{plus}.4f}" if plain else f"{value:{plus}.5g}")
