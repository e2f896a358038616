"""Weighted sums as lenses show them: one line per term, each product and the sum true as they stand there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.app.latex_maths import Piece, maths
from nnviz.app.lens_numbers import DIGITS, Ledger, add, first_decimals, latex_name, multiply
from nnviz.app.lenses import largest
from nnviz.app.plain_numbers import MINUS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain_forward import BIAS

OTHERS = -2  # as a term's source: the sum of all terms that have no line of their own


@dataclass(frozen=True, slots=True)
class Formula:
    """A line of text, and the same in LaTeX, which is worked out when it is asked for: most are only looked at.

    ``tex`` is the LaTeX, or the pieces that `nnviz.app.latex_maths.maths` makes it of.
    """

    text: str
    tex: str | tuple[str | Piece, ...]

    @property
    def latex(self) -> str:
        """The same in LaTeX."""
        return self.tex if isinstance(self.tex, str) else maths(*self.tex)


@dataclass(frozen=True, slots=True)
class Term:
    """One line of a weighted sum.

    Attributes
    ----------
    source
        The unit that it belongs to; `BIAS`, or `OTHERS`.
    name
        What that is called.
    weight, value
        The two factors as texts, the weight with its sign; "" where the term is no product.
    relation
        "=" or "≈" between factors and product.
    product
        The term as a text with its sign.
    amount
        The term itself, for a picture.
    """

    source: int
    name: str
    weight: str
    value: str
    relation: str
    product: str
    amount: float


@dataclass(frozen=True, slots=True)
class SumView:
    """A weighted sum.

    Attributes
    ----------
    symbol
        What the sum is: "z", "dL/da".
    terms
        The bias, if any, last.
    relation
        "=" or "≈" between the terms and the total.
    total
        The sum as a text.
    amount
        The sum itself.
    equation
        In one line with names: "z = 0.81 × petal_length − 0.33 × ... + 0.12 = 0.92".
    """

    symbol: str
    terms: tuple[Term, ...]
    relation: str
    total: str
    amount: float
    equation: Formula


@dataclass(frozen=True, slots=True)
class SumParts:
    """What a sum is made of: arrays (n,); ``names`` of their places; ``bias`` None where there is none."""

    symbol: str
    names: Callable[[int], str]
    weights: FloatArray
    values: FloatArray
    bias: float | None
    total: float
    factor: str = ""  # what the values are called in the equation instead of their names, such as "dL/dz"


class SumBook:
    """Enters a weighted sum into a ledger, and reads it off once the ledger has settled.

    Parameters
    ----------
    ledger
        Takes the numbers.
    parts
        The sum.
    most
        Lines for products; when there are more of them, the smallest share one line.
    keep
        The source whose line is shown however small it is; -1 for none.
    by_weight
        Put the largest weights first, instead of keeping the network's order.
    known, known_weights
        Keys of values and of weights that the ledger has already, by source.

    Attributes
    ----------
    total
        The key of the sum.
    values
        The keys of the values that have a line, by source.
    """

    def __init__(
        self,
        ledger: Ledger,
        parts: SumParts,
        *,
        most: int,
        keep: int = -1,
        by_weight: bool = False,
        known: dict[int, int] | None = None,
        known_weights: dict[int, int] | None = None,
    ) -> None:
        self.ledger, self.parts = ledger, parts
        with np.errstate(all="ignore"):
            products = np.asarray(parts.weights * parts.values, dtype=np.float64)
        shown, others = largest(products, most, keep)
        if by_weight:
            shown.sort(key=lambda source: -abs(float(parts.weights[source])))
        self.sources = shown
        self.values = _keys(ledger, parts.values, shown, known or {})
        self.weights = _keys(ledger, parts.weights, shown, known_weights or {})
        self.products = [ledger.number(float(products[source])) for source in shown]
        self.others = len(others)
        rest = [ledger.number(float(products[others].sum()))] if others else []
        bias = [] if parts.bias is None else [ledger.number(parts.bias)]
        self.terms = [*self.products, *rest, *bias]
        self.total = ledger.number(parts.total)
        level_sum(ledger, self.terms, self.total)
        self.added = ledger.relate(self.total, self.terms, add)
        self.multiplied = [
            ledger.relate(product, (self.weights[source], self.values[source]), multiply)
            for source, product in zip(shown, self.products, strict=True)
        ]
        n = len(shown)
        flat = [*(self.weights[source] for source in shown), *(self.values[source] for source in shown), *rest, *bias]
        self.whole = ledger.relate(
            self.total, flat, lambda v: add([*map(multiply, zip(v[:n], v[n:], strict=False)), *v[2 * n :]]), asks=False
        )

    def view(self) -> SumView:
        """Return the sum as the settled ledger shows it."""
        ledger, parts = self.ledger, self.parts
        lines = [
            Term(
                source,
                parts.names(source),
                ledger.text(self.weights[source], signed=True),
                ledger.text(self.values[source]),
                ledger.sign(relation),
                ledger.text(product, signed=True),
                ledger.value(product),
            )
            for source, product, relation in zip(self.sources, self.products, self.multiplied, strict=True)
        ]
        rest = self.terms[len(lines) :]
        if self.others:
            key = rest.pop(0)
            name = f"{self.others} others"
            lines.append(Term(OTHERS, name, "", "", "", ledger.text(key, signed=True), ledger.value(key)))
        lines += [Term(BIAS, "bias", "", "", "", ledger.text(key, signed=True), ledger.value(key)) for key in rest]
        return SumView(
            parts.symbol,
            tuple(lines),
            ledger.sign(self.added),
            ledger.text(self.total),
            parts.total,
            self._equation(lines),
        )

    def _equation(self, lines: Sequence[Term]) -> Formula:
        texts, tex = [], list[str | Piece]([self.parts.symbol, "="])
        for index, line in enumerate(lines):
            number = line.weight or line.product
            negative = number.startswith(MINUS)
            sign = (" − " if negative else " + ") if index else MINUS if negative else ""
            size = number.lstrip(f"+{MINUS}")
            name = f"{self.parts.factor} {line.name}".lstrip()
            texts.append(f"{sign}{size} × {name}" if line.weight else f"{sign}{size}")
            tex.append(sign + size)
            if line.weight:
                tex += ["×", f"{self.parts.factor} ×" if self.parts.factor else "", Piece(latex_name(line.name))]
        equals, total = self.ledger.sign(self.whole), self.ledger.text(self.total)
        text = f"{self.parts.symbol} = {''.join(texts)} {equals} {total}"
        return Formula(text, (*tex, equals, total))


def level_sum(ledger: Ledger, terms: Sequence[int], total: int) -> None:
    """Show a sum's terms with the same decimals, and its total with no more than those unless it nearly cancels."""
    value = ledger.value(total)
    common = first_decimals(max((abs(ledger.value(key)) for key in terms), default=0.0))
    of_total = max(min(first_decimals(value), common), first_decimals(value, 2))
    ledger.level([total], of_total)
    ledger.level(terms, max(common, of_total))


def _keys(ledger: Ledger, numbers: FloatArray, shown: Sequence[int], known: dict[int, int]) -> dict[int, int]:
    """Return the ledger's keys of the numbers that are shown, entering those that it does not know."""
    return {source: known[source] if source in known else ledger.number(float(numbers[source])) for source in shown}


def formula(*parts: "str | Name | Formula") -> Formula:
    """Return a formula from its pieces: symbols, operators and numbers as texts, names, and formulas within it."""
    tex: list[str | Piece] = []
    for part in parts:
        if isinstance(part, Formula):
            tex += [Piece(part.tex)] if isinstance(part.tex, str) else part.tex
        else:
            tex.append(part if isinstance(part, str) else part.piece)
    return Formula(" ".join(part if isinstance(part, str) else part.text for part in parts), tuple(tex))


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a formula: a column's, a neuron's, or words; or that of a function, such as an activation."""

    text: str
    is_function: bool = False

    @property
    def piece(self) -> Piece:
        """It in LaTeX, in upright letters."""
        if not self.is_function:
            return Piece(latex_name(self.text))
        if self.text == "tanh":  # the one activation that LaTeX knows
            return Piece(r"\tanh")
        return Piece(rf"\operatorname{{{self.text.replace(' ', '~')}}}")


__all__ = ["BIAS", "DIGITS", "OTHERS", "Formula", "Name", "SumBook", "SumParts", "SumView", "Term", "formula"]
