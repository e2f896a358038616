"""Reads the numbers off a lens's texts, as a person with a calculator would, and works out whether they are true."""

import ast
import math
import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from nnviz.app.lens_sums import SumView
from nnviz.engine.activations import ACTIVATIONS

_NUMBER = re.compile(r"[+−-]?\d[\d,]*\.?\d*(?:e[−-]?\d+)?")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_FUNCTIONS = {
    **{a.label.lower() if a.name != "relu" else "ReLU": a for a in ACTIVATIONS.values() if a.name != "softmax"}
}


def number(text: str) -> float:
    """Return the number that a text is."""
    return float(text.replace("−", "-").replace(",", "").replace(" ", ""))


def half_unit(text: str) -> float:
    """Return half a unit of the text's last digit."""
    mantissa, _, power = text.replace("−", "-").lstrip("+-").partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 0.5 * 10.0 ** ((int(power) if power else 0) - decimals)


def is_true(found: float, shown: str) -> bool:
    """Return whether a shown number is what was worked out, rounded to its last digit."""
    return abs(found - number(shown)) <= half_unit(shown) * (1 + 1e-6) + 1e-14 * abs(number(shown))


def worked_out(expression: str) -> float | None:
    """Return what an expression of numbers only comes to; None when there are names in it."""
    text = expression.strip()
    for name, function in _FUNCTIONS.items():
        if text.startswith(f"{name} "):
            inner = worked_out(text[len(name) :])
            return None if inner is None else float(function.value(np.array([inner]))[0])
    sign = -1.0 if text.startswith("−ln ") else 1.0
    if text.startswith(("−ln ", "ln ")):
        inner = worked_out(text.partition("ln ")[2])
        return None if inner is None else sign * math.log(inner)
    python = text.replace("−", "-").replace("×", "*").replace("^", "**").replace("√", "sqrt")
    python = _RAISED.sub(lambda power: "**" + unicodedata.normalize("NFKC", power[0]), python)
    python = re.sub(r"\|([^|]*)\|", r"abs(\1)", python)
    # A negative number stands before its power as one number: (-2)**2 is written with parentheses already.
    try:
        tree = ast.parse(python.strip(), mode="eval")
    except SyntaxError:
        return None
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if not names <= {"sqrt", "abs", "max"}:
        return None
    return float(eval(compile(tree, "text", "eval"), {"sqrt": math.sqrt, "abs": abs, "max": max}))


class Reader:
    """Counts what holds exactly as it stands there, what is marked with ≈, and collects what is false."""

    def __init__(self) -> None:
        self.exact = 0
        self.about = 0
        self.false: list[str] = []

    def relation(self, found: float, sign: str, shown: str, where: str) -> None:
        """Take down whether a shown result is true."""
        if sign == "≈":
            self.about += 1
            if abs(found - number(shown)) > 20 * half_unit(shown):
                self.false.append(where)
        elif is_true(found, shown):
            self.exact += 1
        else:
            self.false.append(where)

    def line(self, text: str) -> None:
        """Read a line such as "name = expression = expression ≈ number"."""
        _, arrow, after = text.partition("→")
        pieces = re.split(r"\s([=≈])\s", after if arrow and ("=" in after or "≈" in after) else text)
        for before, sign, result in zip(pieces[:-2:2], pieces[1:-1:2], pieces[2::2], strict=True):
            found = worked_out(before)
            if found is not None and _NUMBER.fullmatch(result.strip()) and not _NUMBER.fullmatch(before.strip()):
                self.relation(found, sign, result.strip(), text)

    def lines(self, texts: Sequence[str]) -> None:
        """Read several lines."""
        for text in texts:
            self.line(text)

    def sum(self, view: SumView) -> None:
        """Read a table: every product, and the sum of the products."""
        for term in view.terms:
            if term.weight:
                found = number(term.weight) * number(term.value)
                self.relation(found, term.relation, term.product, f"{term.weight} × {term.value} = {term.product}")
        total = math.fsum(number(term.product) for term in view.terms)
        self.relation(total, view.relation, view.total, view.equation.text)
