"""Numbers as lenses show them: so many digits that each adds and multiplies to the next one as it stands there."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from nnviz.app.plain_numbers import MINUS

DIGITS = 4  # significant digits of a number that nothing else asks more of
_MORE = 2  # digits that a number may get beyond those to make a relation hold
_MOST_DECIMALS = 17
_MOST_DIGITS = 16  # significant digits of a number in a power of ten: no double has more to tell
_LOOSE = 10.0  # units of a result's last digit; one that is further off shows a digit that does not follow
_LATEX = {
    **{char: f"\\{char}" for char in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "→": r"$\to$",
}
_SCIENTIFIC = 1e-4  # below this, powers of ten are written

Rule = Callable[[Sequence[float]], float]


def first_decimals(value: float, digits: int = DIGITS) -> int:
    """Return how many decimals give ``value`` so many significant digits; negative for large numbers."""
    if value == 0 or not math.isfinite(value):
        return digits
    return min(_MOST_DECIMALS, digits - 1 - math.floor(math.log10(abs(value))))


def rounded(value: float, decimals: int) -> float:
    """Return a number as it is shown with so many decimals."""
    return float(f"{value:.{decimals}f}") if decimals >= 0 else round(value, decimals)


def number_text(value: float, decimals: int, *, signed: bool = False) -> str:
    """Return a number with fixed decimals, a true minus, and powers of ten ("1.234e−5") where it is tiny or huge."""
    if not math.isfinite(value):
        text = "nan" if math.isnan(value) else "∞"
        return f"{MINUS}{text}" if value < 0 else text
    shown = rounded(value, decimals)
    if shown and (decimals < 0 or abs(shown) < _SCIENTIFIC):
        exponent = math.floor(math.log10(abs(shown)))
        mantissa, power = f"{abs(shown):.{min(_MOST_DIGITS, max(1, decimals + exponent + 1)) - 1}e}".split("e")
        text = f"{mantissa}e{int(power)}".replace("-", MINUS)
    else:
        text = f"{abs(shown):.{max(0, decimals)}f}"
    sign = MINUS if shown < 0 else "+" if signed else ""
    return f"{sign}{text}"


def latex_name(name: str) -> str:
    """Return a name in upright LaTeX text, whatever characters it holds."""
    return rf"\text{{{''.join(_LATEX.get(char, char) for char in name)}}}"


@dataclass(slots=True)
class _Number:
    value: float
    group: int
    exact: str = ""  # given text, which no rounding touches
    shown: float = 0.0
    shown_with: int | None = None  # decimals


@dataclass(slots=True)
class _Group:
    decimals: int
    most: int


@dataclass(slots=True)
class _Relation:
    result: int
    operands: tuple[int, ...]
    rule: Rule
    asks: bool
    holds: bool = True


@dataclass(slots=True)
class Ledger:
    """Numbers and how each comes about from others; finds the fewest digits with which what is shown is true.

    A relation is shown with "=" when its rule, applied to the operands as they are shown, gives the result as it is
    shown, rounded to its last digit. Where that fails the operands get one more digit, two at most; a relation
    that fails even then is shown with "≈". A result may have got digits of its own from another relation, as a term of
    a sum that nearly cancels does: its operands get as many more as it takes for the digits before its last to follow.
    """

    _numbers: list[_Number] = field(default_factory=list)
    _groups: list[_Group] = field(default_factory=list)
    _relations: list[_Relation] = field(default_factory=list)

    def number(self, value: float, digits: int = DIGITS, *, more: int = _MORE) -> int:
        """Enter a number with at least so many significant digits, ``more`` at most beyond them; return its key."""
        value = float(value)
        if math.isfinite(value) and value == round(value) and abs(value) < 1000:
            return self.exact(value, f"{abs(value):.0f}")
        decimals = first_decimals(value, digits)
        self._groups.append(_Group(decimals, min(_MOST_DECIMALS, decimals + more)))
        self._numbers.append(_Number(value, len(self._groups) - 1))
        return len(self._numbers) - 1

    def exact(self, value: float, text: str = "") -> int:
        """Enter a number whose text, without its sign, is given: a setting, or a cell of the file."""
        self._groups.append(_Group(0, 0))
        written = text or f"{abs(value):.10g}"
        if "e" in written:
            mantissa, power = written.split("e")
            written = f"{mantissa}e{int(power)}".replace("-", MINUS)
        self._numbers.append(_Number(float(value), len(self._groups) - 1, written))
        return len(self._numbers) - 1

    def level(self, keys: Sequence[int], decimals: int, more: int = _MORE) -> None:
        """Show these numbers with the same number of decimals, at least so many."""
        group = _Group(decimals, min(_MOST_DECIMALS, decimals + more))
        self._groups.append(group)
        for key in keys:
            self._numbers[key].group = len(self._groups) - 1
            self._numbers[key].exact, self._numbers[key].shown_with = "", None

    def cap(self, result: int, operand: int) -> None:
        """Let a number get no more decimals than the one it comes about from can: they would not follow from it."""
        group = self._groups[self._numbers[result].group]
        group.most = max(group.decimals, min(group.most, self._groups[self._numbers[operand].group].most))

    def relate(self, result: int, operands: Sequence[int], rule: Rule, *, asks: bool = True) -> int:
        """Say that a number comes about from others; return the relation's key.

        One that does not ask for more digits is only looked at: a shorter way over the same numbers.
        """
        self._relations.append(_Relation(result, tuple(operands), rule, asks))
        return len(self._relations) - 1

    def settle(self) -> None:
        """Find the digits; afterwards texts may be read."""
        used: dict[int, list[int]] = {}  # by group, the relations in which one of its numbers takes part
        for index, relation in enumerate(self._relations):
            if relation.asks:
                for key in (relation.result, *relation.operands):
                    used.setdefault(self._numbers[key].group, []).append(index)
        waiting = {index for index, relation in enumerate(self._relations) if relation.asks}
        while waiting:
            index = max(waiting)  # later results ask earlier ones for digits
            waiting.discard(index)
            relation = self._relations[index]
            relation.holds = self._holds(relation)
            if relation.holds:
                continue
            groups = {self._numbers[key].group for key in relation.operands if not self._numbers[key].exact}
            at_most = all(self._groups[group].decimals >= self._groups[group].most for group in groups)
            loose = at_most and self._is_loose(relation)
            for group in groups:
                most = _MOST_DECIMALS if loose else self._groups[group].most
                if self._groups[group].decimals < most:
                    self._groups[group].decimals += 1
                    waiting.update(used[group])
        for relation in self._relations:
            if not relation.asks:
                relation.holds = self._holds(relation)

    def value(self, key: int) -> float:
        """Return the number itself."""
        return self._numbers[key].value

    def shown(self, key: int) -> float:
        """Return the number as it is shown."""
        number = self._numbers[key]
        decimals = -1 if number.exact else self._groups[number.group].decimals
        if decimals != number.shown_with:
            number.shown_with = decimals
            if number.exact:
                size = float(number.exact.replace(MINUS, "-"))
                number.shown = -size if number.value < 0 else size
            else:
                number.shown = rounded(number.value, decimals) if math.isfinite(number.value) else math.nan
        return number.shown

    def text(self, key: int, *, signed: bool = False) -> str:
        """Return a number's text; ``signed`` gives positive ones a plus."""
        number = self._numbers[key]
        if number.exact:
            return (MINUS if number.value < 0 else "+" if signed else "") + number.exact
        return number_text(number.value, self._groups[number.group].decimals, signed=signed)

    def factor(self, key: int) -> str:
        """Return a number's text as it stands behind an operator: a negative one in parentheses."""
        text = self.text(key)
        return f"({text})" if text.startswith(MINUS) else text

    def sign(self, relation: int) -> str:
        """Return "=" when the relation holds as it is shown, else "≈"."""
        return "=" if self._relations[relation].holds else "≈"

    def _holds(self, relation: _Relation) -> bool:
        shown = self.shown(relation.result)
        room = 0.5 * self._unit(relation.result) * (1 + 1e-6) + 4e-15 * abs(shown)
        return self._distance(relation, [self.shown(key) for key in relation.operands]) <= room

    def _is_loose(self, relation: _Relation) -> bool:
        """Return whether a result shows digits that do not follow, and would if its operands showed more."""
        room = _LOOSE * self._unit(relation.result)
        if self._distance(relation, [self.shown(key) for key in relation.operands]) <= room:
            return False
        return self._distance(relation, [self._numbers[key].value for key in relation.operands]) <= room

    def _distance(self, relation: _Relation, operands: Sequence[float]) -> float:
        """Return how far a result as it is shown is from what the rule makes of operands; inf when of nothing."""
        try:
            found = abs(relation.rule(operands) - self.shown(relation.result))
        except (ArithmeticError, ValueError):
            return math.inf
        return math.inf if math.isnan(found) else found

    def _unit(self, key: int) -> float:
        """Return a unit of the last digit that a number shows; 0 for one whose text is given."""
        number = self._numbers[key]
        return 0.0 if number.exact else 10.0 ** -self._groups[number.group].decimals


def add(values: Sequence[float]) -> float:
    """Return the sum."""
    return math.fsum(values)


def multiply(values: Sequence[float]) -> float:
    """Return the product."""
    return math.prod(values)
