"""An optimiser's formulas: their numbers put in, and worked out from the numbers as they are shown."""

import math
import re
from collections.abc import Callable, Mapping, Sequence

from nnviz.app.plain_numbers import MINUS

_TOKEN = re.compile(r"[A-Za-z_]+'?|\d[\d.]*(?:e-?\d+)?|\S")


def pieces_of(text: str, known: Mapping[str, int], own: str) -> tuple[str, ...]:
    """Return a formula's pieces: symbols, numbers, operators; neighbours are multiplied."""
    pieces: list[str] = []
    for piece in _TOKEN.findall(text):
        pair = f"{pieces[-1]} {piece}" if pieces else ""
        if pair in known and pair != own:
            pieces[-1] = pair
        else:
            pieces.append(piece)
    return tuple(pieces)


def _is_operand(piece: str) -> bool:
    return piece[0].isalnum() or piece == "("


def with_numbers(pieces: Sequence[str], texts: Mapping[str, str]) -> str:
    """Return the formula with numbers put in, products written out."""
    written = ""
    for index, piece in enumerate(pieces):
        before = pieces[index - 1] if index else ""
        shown = texts.get(piece, pretty(piece))
        factors = bool(before) and (before[0].isalnum() or before == ")") and before != "sqrt" and _is_operand(piece)
        if factors:
            written += f" × {shown}"
        elif piece in "+-" and index and before != "(":
            written += f" {shown} "
        elif piece == "/":
            written += " / "
        elif piece == "-" and index + 1 < len(pieces) and texts.get(pieces[index + 1], "").startswith("("):
            written += MINUS
        else:
            written += shown
    return written


def pretty(text: str) -> str:
    """Return a formula with roots and true minus signs."""
    return re.sub(r"e-0*(\d)", r"e-\1", text).replace("sqrt", "√").replace("-", MINUS)


def rule_of(pieces: Sequence[str], order: Sequence[str]) -> Callable[[Sequence[float]], float]:
    """Return the function that works a formula out from the values of its symbols."""
    return lambda values: _Reader(pieces, dict(zip(order, values, strict=True))).sum()


class _Reader:
    """Works a formula's pieces out: sums of products and quotients from left to right, powers, roots, parentheses."""

    def __init__(self, pieces: Sequence[str], values: Mapping[str, float]) -> None:
        self._pieces, self._values, self._at = pieces, values, 0

    def sum(self) -> float:
        total = -self._product() if self._take("-") else self._product()
        while self._at < len(self._pieces) and self._pieces[self._at] in "+-":
            total += self._product() if self._take("+") else -self._product() if self._take("-") else 0.0
        return total

    def _take(self, piece: str) -> bool:
        found = self._at < len(self._pieces) and self._pieces[self._at] == piece
        self._at += found
        return found

    def _product(self) -> float:
        product = self._power()
        while self._at < len(self._pieces) and (self._pieces[self._at] == "/" or _is_operand(self._pieces[self._at])):
            if self._take("/"):
                product /= self._power()
            else:
                product *= self._power()
        return product

    def _power(self) -> float:
        base = self._atom()
        return float(base ** self._atom()) if self._take("^") else base

    def _atom(self) -> float:
        if self._take("("):
            inside = self.sum()
            self._take(")")
            return inside
        if self._take("sqrt"):
            return math.sqrt(self._atom())
        piece = self._pieces[self._at]
        self._at += 1
        return self._values[piece] if piece in self._values else float(piece)
