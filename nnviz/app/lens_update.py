"""The update of one weight, term by term, with the numbers put into the optimiser's own formulas."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nnviz.app.latex_maths import named_constants
from nnviz.app.lens_formulas import pieces_of, pretty, rule_of, with_numbers
from nnviz.app.lens_numbers import Ledger, add, first_decimals
from nnviz.app.lens_sums import Formula, formula
from nnviz.app.plain_numbers import MINUS
from nnviz.engine.explain import UpdateTrace, trace_update
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.training import TrainingConfig
from nnviz.run.snapshot import OptimizerResult

_GIVEN = (" of ",)  # formulas in words: nothing to put numbers into
LBFGS_NOTE = "L-BFGS chooses one direction for all weights together by a line search: it cannot be told in advance."


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """One number of the update: what it is in words, and its formula with numbers."""

    name: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Pull:
    """What the optimiser is given for one weight.

    Attributes
    ----------
    gradient
        Of the loss alone.
    norm
        Euclidean norm of the whole objective's gradient, after clipping by value; read only when the norm is clipped.
    """

    gradient: float
    norm: float = math.nan


class UpdateBook:
    """Enters penalties, clipping and the optimiser's rule for one weight into a ledger.

    Parameters
    ----------
    ledger
        Takes the numbers.
    training
        The settings in force.
    weight
        Key of the weight or bias as it is.
    gradient
        Key of the loss's gradient.
    pull
        The numbers behind it.
    is_bias
        Biases are neither penalised nor decayed.
    memory
        What the optimiser remembers of this weight.
    """

    def __init__(
        self,
        ledger: Ledger,
        training: TrainingConfig,
        weight: int,
        gradient: int,
        pull: Pull,
        memory: OptimizerResult,
        *,
        is_bias: bool,
    ) -> None:
        self._ledger, self._optimizer = ledger, training.optimizer
        self._lines: list[tuple[str, Callable[[], Formula]]] = []
        value = ledger.value(weight)
        seen = self._penalised(training, weight, gradient, is_bias=is_bias)
        seen = self._clipped(training, seen, pull)
        trace = trace_update(
            training.optimizer,
            parameter=value,
            gradient=ledger.value(seen),
            rate=memory.rate,
            moments=memory.moments,
            updates=memory.updates,
            momentum=training.momentum if OPTIMIZERS[training.optimizer].uses_momentum else 0.0,
            weight_decay=0.0 if is_bias else training.weight_decay,
        )
        self._enter(trace, weight, seen, told=seen != gradient)

    def _penalised(self, training: TrainingConfig, weight: int, gradient: int, *, is_bias: bool) -> int:
        """Enter gradient + l2 w + l1 sign(w), if there is any penalty; return the key of the sum."""
        parts, ledger = training.regularization, self._ledger
        if is_bias or not (parts.l1 or parts.l2):
            return gradient
        value = ledger.value(weight)
        terms = [gradient]
        if parts.l2:
            strength, term = _setting(ledger, parts.l2), ledger.number(parts.l2 * value)
            made = ledger.relate(term, (strength, weight), lambda v: v[0] * v[1])
            self._say(
                "L2 penalty",
                lambda: formula(
                    "l2",
                    "w",
                    "=",
                    ledger.text(strength),
                    "×",
                    ledger.factor(weight),
                    ledger.sign(made),
                    ledger.text(term),
                ),
            )
            terms.append(term)
        if parts.l1:
            sign = float(value > 0) - float(value < 0)
            slope = _setting(ledger, parts.l1 * sign)
            self._say("L1 penalty", lambda: formula("l1", "sign(w)", "=", ledger.text(slope)))
            terms.append(slope)
        total = ledger.number(math.fsum(ledger.value(term) for term in terms))
        ledger.level([total], first_decimals(ledger.value(total)))
        added = ledger.relate(total, terms, add)
        self._say(
            "with penalty",
            lambda: formula("g", "=", _sum_text(ledger, terms), ledger.sign(added), ledger.text(total)),
        )
        return total

    def _clipped(self, training: TrainingConfig, gradient: int, pull: Pull) -> int:
        """Enter the clipped gradient, where anything is clipped; return its key."""
        parts, ledger = training.regularization, self._ledger
        value = ledger.value(gradient)
        if parts.clip_value and abs(value) > parts.clip_value:
            clipped, before_it = _setting(ledger, math.copysign(parts.clip_value, value)), gradient
            self._say("clipped by value", lambda: formula("g", "=", ledger.text(before_it), "→", ledger.text(clipped)))
            gradient, value = clipped, ledger.value(clipped)
        if parts.clip_norm and pull.norm > parts.clip_norm:
            largest, norm, before = _setting(ledger, parts.clip_norm), ledger.number(pull.norm), gradient
            after = ledger.number(value * parts.clip_norm / pull.norm)
            made = ledger.relate(after, (before, largest, norm), lambda v: v[0] * v[1] / v[2])
            self._say(
                "clipped by norm",
                lambda: formula(
                    "g",
                    "c",
                    "/",
                    "|g|",
                    "=",
                    ledger.text(before),
                    "×",
                    ledger.text(largest),
                    "/",
                    ledger.text(norm),
                    ledger.sign(made),
                    ledger.text(after),
                ),
            )
            return after
        return gradient

    def _enter(self, trace: UpdateTrace, weight: int, gradient: int, *, told: bool) -> None:
        """Enter the optimiser's terms; ``told`` is whether a line before says how the gradient came about."""
        ledger = self._ledger
        keys: dict[str, int] = {"p": weight, "g": gradient}
        changes: list[int] = []
        for term in trace.terms[1:]:
            if term.symbol == "g":
                if not told:
                    self._say(term.name, lambda: formula("g", "=", ledger.text(gradient)))
                continue
            given = not term.formula or any(word in term.formula for word in _GIVEN)
            if given:
                key = (
                    _setting(ledger, term.value)
                    if term.symbol in ("rate", "momentum", "t", "decay")
                    else (ledger.number(term.value, 6 if term.symbol.startswith("mu") else 4))
                )
                relation = -1
                pieces: tuple[str, ...] = ()
            else:
                key = ledger.number(term.value)
                pieces = pieces_of(term.formula, {**keys}, term.symbol)
                order = tuple(dict.fromkeys(piece for piece in pieces if piece in keys))
                operands = [keys[symbol] for symbol in order]
                relation = ledger.relate(key, operands, rule_of(pieces, order))
            if term.symbol.startswith("dp"):
                changes.append(key)
            self._say(
                term.name, self._line(term.symbol, term.formula if not given else "", pieces, dict(keys), key, relation)
            )
            keys[term.symbol] = key
        after = keys["p'"]
        self._ends = (weight, after)
        # Before and after must differ by the change: their last digits are its third.
        change = max((abs(ledger.value(key)) for key in changes), default=0.0)
        size = max(abs(ledger.value(weight)), abs(ledger.value(after)))
        decimals = max(first_decimals(size), min(first_decimals(change, 3), first_decimals(size) + 6)) if change else 4
        ledger.level([weight, after, *changes[-1:]], decimals)

    def _line(
        self, symbol: str, text: str, pieces: Sequence[str], keys: Mapping[str, int], key: int, relation: int
    ) -> Callable[[], Formula]:
        ledger = self._ledger

        def line() -> Formula:
            if relation < 0:
                return formula(symbol, "=", ledger.text(key))
            numbers = with_numbers(pieces, {name: ledger.factor(number) for name, number in keys.items()})
            rule = Formula(pretty(text), (named_constants(pretty(text), self._optimizer),))
            return formula(symbol, "=", rule, "=", numbers, ledger.sign(relation), ledger.text(key))

        return line

    def _say(self, name: str, line: Callable[[], Formula]) -> None:
        self._lines.append((name, line))

    def before(self) -> str:
        """Return the parameter before the update."""
        return self._ledger.text(self._ends[0])

    def after(self) -> str:
        """Return it afterwards."""
        return self._ledger.text(self._ends[1])

    def lines(self) -> tuple[UpdateLine, ...]:
        """Return the lines, as the settled ledger shows them."""
        return tuple(UpdateLine(name, line()) for name, line in self._lines)


def _setting(ledger: Ledger, value: float) -> int:
    """Enter a number that somebody typed as it is, a computed one rounded."""
    return ledger.exact(value) if float(f"{value:.7g}") == value else ledger.number(value, 6)


def _sum_text(ledger: Ledger, terms: Sequence[int]) -> str:
    first, *rest = terms
    text = ledger.text(first)
    for key in rest:
        number = ledger.text(key)
        text += f" − {number[1:]}" if number.startswith(MINUS) else f" + {number}"
    return text
