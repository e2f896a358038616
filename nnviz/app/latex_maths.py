"""A formula as lenses write it, in LaTeX's maths: fractions, roots, powers, Greek letters and hats; pure.

Reads sums of products and quotients from left to right, neighbours multiplied, relations between them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from nnviz.app.plain_numbers import MINUS

_TOKEN: Final = re.compile(
    r"d[Laz]/d[azwb]'?"  # a slope is one symbol
    r"|\d+(?:,\d{3})*(?:\.\d+)?(?:e[−-]?\d+)?"
    r"|(?:beta|l)[12]"
    r"|[A-Za-z]+(?:_[A-Za-z0-9]+)?'?"
    r"|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|<−|\.\.\.|\S"
)
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RELATIONS: Final = {
    "=": "=",
    "≈": r"\approx",
    "→": r"\to",
    "←": r"\leftarrow",
    "<−": r"\leftarrow",
}
_BETWEEN: Final = {",": ",", ";": r"; \quad", ":": ":", "...": r"\dots", "…": r"\dots"}
_SIGNS: Final = {"+": "+", MINUS: "-", "-": "-"}
_FUNCTIONS: Final = {
    "ln": r"\ln",
    "log": r"\log",
    "exp": r"\exp",
    "max": r"\max",
    "min": r"\min",
    **{name: rf"\operatorname{{{name}}}" for name in ("sign", "softmax", "Huber")},
}
SYMBOLS: Final = {
    "rate": r"\eta",
    "momentum": r"\mu",
    "decay": r"\lambda",
    "beta1": r"\beta_1",
    "beta2": r"\beta_2",
    "alpha": r"\alpha",
    "epsilon": r"\epsilon",
    "m_hat": r"\hat{m}",
    "v_hat": r"\hat{v}",
    "mu": r"\mu_t",
    "mu_next": r"\mu_{t+1}",
    "mu_product": r"\left(\prod_{i=1}^{t}\mu_i\right)",
    "dp": r"\Delta p",
    "dp_g": r"\Delta p_g",
    "dp_m": r"\Delta p_m",
    "dp_w": r"\Delta p_w",
    "l1": r"\lambda_1",
    "l2": r"\lambda_2",
    "nan": r"\mathrm{NaN}",
    "∞": r"\infty",
    "Σ": r"\sum",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Ready LaTeX among the words of a formula; what is no factor stands by itself, as a name does."""

    latex: str


_Token = str | Piece
_GAP: Final = Piece(r"\quad")
_T = TypeVar("_T")


def maths(*parts: str | Piece) -> str:
    """Return a formula, given in pieces that follow each other, in LaTeX's maths."""
    return _Writer(_tokens(parts)).all()


def latex_number(text: str) -> str:
    """Return a number's text in LaTeX."""
    plain = text.replace(MINUS, "-").replace("∞", r"\infty").replace("nan", r"\mathrm{NaN}").replace(",", "{,}")
    mantissa, e, power = plain.partition("e")
    return rf"{mantissa}\times 10^{{{power}}}" if e and power else plain


def _tokens(parts: Iterable[str | Piece]) -> list[_Token]:
    found: list[_Token] = []
    for part in parts:
        if isinstance(part, Piece):
            found.append(part)
            continue
        if len(part) > 1 and part[0] in _SIGNS and found and isinstance(found[-1], Piece):
            found.append(_GAP)  # a number with its sign behind a name is not taken from it
        found += _TOKEN.findall(part)
    return found


def _symbol(unit: str) -> str:
    if unit[0].isdigit():
        return latex_number(unit)
    if unit in SYMBOLS:
        return SYMBOLS[unit]
    if "/" in unit:
        above, below = unit.split("/")
        return rf"\frac{{\partial {above[1:]}}}{{\partial {below[1:]}}}"
    letters, prime = unit.rstrip("'"), "'" * unit.count("'")
    name, _, index = letters.partition("_")
    name = name if len(name) == 1 else rf"\mathrm{{{name}}}"
    return f"{name}{prime}" + (f"_{{{index}}}" if index else "")


class _Writer:
    """Writes tokens down from left to right; whatever they are, each is written once."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def _next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, unit: str) -> bool:
        found = self._next == unit
        self._at += found
        return found

    def _taken(self, table: Mapping[str, _T]) -> _T | None:
        """Take a unit of a table, if one is next, and return what it stands for."""
        unit = self._next
        if not isinstance(unit, str) or unit not in table:
            return None
        self._at += 1
        return table[unit]

    def all(self) -> str:
        """Return the whole."""
        written: list[str] = []
        while self._next is not None:
            between = self._taken(_RELATIONS) or self._taken(_BETWEEN)
            if between is None and self._next in (")", "]"):  # one that nothing opened
                between, self._at = str(self._next), self._at + 1
            written.append(between if between is not None else self._sum())
        return re.sub(r" (?=[,;:])", "", " ".join(written))

    def _sum(self) -> str:
        written = (self._taken(_SIGNS) or "") + self._product()
        while self._tokens[self._at - 1] is not _GAP and (sign := self._taken(_SIGNS)) is not None:
            written += f" {sign} {self._product()}"
        return written

    def _product(self) -> str:
        above, below = [self._power()], list[str]()
        joined = above[0]
        while True:
            if self._take("/"):
                below.append(self._factor())
                continue
            if self._take("×"):
                mark = r" \times "
            elif self._take("·"):
                mark = r" \cdot "
            elif self._is_neighbour():
                mark = r"\,"
            else:
                break
            above.append(self._factor())
            joined += f"{mark}{above[-1]}"
        if not below:
            return joined
        top = _bare(joined) if len(above) == 1 else joined
        bottom = _bare(below[0]) if len(below) == 1 else r"\,".join(below)
        return rf"\frac{{{top}}}{{{bottom}}}"

    def _factor(self) -> str:
        """Return what stands behind an operator, a negative number in brackets."""
        sign = self._taken(_SIGNS)
        return self._power() if sign is None else _in_brackets(sign + self._power())

    def _is_neighbour(self) -> bool:
        """Whether what comes next is multiplied without a sign; names and relations stand by themselves."""
        before, unit = self._tokens[self._at - 1], self._next
        if not isinstance(unit, str) or isinstance(before, Piece):
            return False
        return unit[0].isalnum() or unit in "(√Σ∞"

    def _power(self) -> str:
        base = self._atom()
        while True:
            if self._take("^"):
                exponent = _bare(self._atom())
            elif isinstance(unit := self._next, str) and unit[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
                self._at += 1
                exponent = unit.translate(_RAISED)
            else:
                return base
            if r"\times" in base and not base.endswith(")"):
                base = _in_brackets(base)
            base = f"{base}^{{{exponent}}}"

    def _atom(self) -> str:
        unit = self._next
        if unit is None:
            return ""
        self._at += 1
        return unit.latex if isinstance(unit, Piece) else self._begun(unit)

    def _begun(self, unit: str) -> str:
        """Return what a unit begins that was taken."""
        match unit:
            case "(":
                return _in_brackets(self._until(")"))
            case "|":
                return rf"\left|{self._until('|')}\right|"
            case "√" | "sqrt":
                return rf"\sqrt{{{_bare(self._atom())}}}"
            case "Σ":
                return rf"\sum {self._product()}"
            case _ if unit in _FUNCTIONS:
                return f"{_FUNCTIONS[unit]} {self._taken(_SIGNS) or ''}{self._power()}".rstrip()
            case _:
                return _symbol(unit)

    def _until(self, end: str) -> str:
        """Return what stands up to a closing sign, which is taken."""
        written: list[str] = []
        while self._next is not None and not self._take(end):
            written.append(self._taken(_RELATIONS) or self._taken(_BETWEEN) or self._sum())
        return re.sub(r" (?=[,;:])", "", " ".join(written))


def _in_brackets(inside: str) -> str:
    tall = any(sign in inside for sign in (r"\frac", r"\sqrt", r"\left", r"\sum", r"\prod", "^"))
    return rf"\left({inside}\right)" if tall else f"({inside})"


def _bare(latex: str) -> str:
    """Return an operand without the brackets around the whole of it: a bar or a root keeps it together."""
    for opening, closing in ((r"\left(", r"\right)"), ("(", ")")):
        if latex.startswith(opening) and latex.endswith(closing):
            inside = latex[len(opening) : -len(closing)]
            return inside if _is_whole(inside) else latex
    return latex


def _is_whole(inside: str) -> bool:
    """Whether brackets within close no earlier than they open."""
    depth = 0
    for sign in inside:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0


def named_constants(text: str, optimizer: str) -> str:
    """Return an optimiser's formula with its constants by their names, as papers write it."""
    names = _CONSTANTS.get(optimizer, {})

    def name(unit: re.Match[str]) -> str:
        return names.get(float(unit[0].replace(MINUS, "-")), unit[0])

    return re.sub(r"(?<![\w.^])\d+\.?\d*(?:e[−-]?\d+)?", name, text)


_ADAM: Final = {0.9: "beta1", 0.1: "(1 − beta1)", 0.999: "beta2", 0.001: "(1 − beta2)", 1e-8: "epsilon"}
_CONSTANTS: Final[dict[str, dict[float, str]]] = {
    "adam": _ADAM,
    "adamw": _ADAM,
    "nadam": _ADAM,
    "rmsprop": {0.99: "alpha", 0.01: "(1 − alpha)", 1e-8: "epsilon"},
    "adagrad": {1e-10: "epsilon"},
}
