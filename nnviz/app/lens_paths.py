"""The paths from a weight to the loss, one line each."""

from collections.abc import Sequence
from dataclasses import dataclass

from nnviz.app.lens_numbers import Ledger, add, first_decimals, multiply
from nnviz.app.lens_sums import Formula, formula
from nnviz.app.lenses import Names, largest
from nnviz.engine.explain import PathsTrace

MOST_PATHS = 8


@dataclass(frozen=True, slots=True)
class PathView:
    """One path from the weight to the loss, or the sum of those that have no line of their own.

    Attributes
    ----------
    places
        The neurons on the path, as (layer, unit), the weight's own first; empty for the others' sum.
    name
        "h2.6 → arm = B".
    line
        Its factors and their product.
    amount
        The product, for a picture.
    """

    places: tuple[tuple[int, int], ...]
    name: str
    line: Formula
    amount: float


class PathBook:
    """Enters the paths from a weight to the loss into a ledger: the largest each with its factors."""

    def __init__(self, ledger: Ledger, names: Names, paths: PathsTrace, gradient: int) -> None:
        self._ledger, self._names, self._paths = ledger, names, paths
        self._shown, self._others = largest(paths.products, MOST_PATHS)
        self._shown.sort(key=lambda index: -abs(float(paths.products[index])))
        self._factors = {index: [ledger.number(float(v)) for v in paths.factors[index]] for index in self._shown}
        self._products = [ledger.number(float(paths.products[index])) for index in self._shown]
        terms = list(self._products)
        if self._others:
            terms.append(ledger.number(float(paths.products[self._others].sum())))
        self._terms = terms
        common = first_decimals(max((abs(ledger.value(key)) for key in terms), default=0.0))
        ledger.level(terms, max(common, first_decimals(ledger.value(gradient), 2)))
        self._gradient = gradient
        self._added = ledger.relate(gradient, terms, add)
        self._multiplied = [
            ledger.relate(product, self._factors[index], multiply)
            for index, product in zip(self._shown, self._products, strict=True)
        ]

    def _places(self, index: int) -> tuple[tuple[int, int], ...]:
        """Return the neurons on a path; a softmax's last step goes from one output's z to another's a."""
        layers = [column for column in self._paths.columns if column.symbol in ("da/dz", "dL/dz", "dL/da", "w")]
        first = layers[0].layer if layers else self._paths.columns[0].layer
        last = max(column.layer for column in self._paths.columns)
        units = self._paths.units[index].tolist()
        return tuple((min(first + step, last), int(unit)) for step, unit in enumerate(units))

    def views(self) -> tuple[PathView, ...]:
        """Return the paths, the largest first, as the settled ledger shows them."""
        ledger = self._ledger
        found = []
        for index, product, relation in zip(self._shown, self._products, self._multiplied, strict=True):
            places = self._places(index)
            on = places[1:] if len(places) > 1 else places
            name = " → ".join(self._names.unit(layer, unit) for layer, unit in on)
            if not self._paths.complete:
                name = f"through {name}"
            body = product_of(ledger, self._factors[index])
            line = formula(*body, ledger.sign(relation), ledger.text(product, signed=True))
            found.append(PathView(places, name, line, ledger.value(product)))
        if self._others:
            key = self._terms[-1]
            name = f"{len(self._others):,} other paths"
            found.append(PathView((), name, formula(ledger.text(key, signed=True)), ledger.value(key)))
        return tuple(found)

    def rule(self, of: str) -> Formula:
        """Return what the factors of every path are, in their order."""
        symbols = [f"dz/d{of}" if one.symbol == "dz/dw" else one.symbol for one in self._paths.columns]
        return formula(*between(symbols, "×"))

    def sum_line(self, of: str) -> Formula:
        """Return their sum, the slope by w or b."""
        ledger = self._ledger
        first, *rest = self._terms
        pieces = [ledger.text(first)]
        for key in rest:
            text = ledger.text(key, signed=True)
            pieces += ["−" if text[0] == "−" else "+", text[1:]]
        return formula(f"dL/d{of}", "=", *pieces, ledger.sign(self._added), ledger.text(self._gradient))


def between(pieces: Sequence[str], operator: str) -> list[str]:
    """Return the pieces with an operator between each two."""
    found: list[str] = []
    for index, piece in enumerate(pieces):
        found += [operator, piece] if index else [piece]
    return found


def product_of(ledger: Ledger, keys: Sequence[int]) -> list[str]:
    """Return a product of a settled ledger's numbers, piece by piece."""
    return between([ledger.factor(key) if index else ledger.text(key) for index, key in enumerate(keys)], "×")
