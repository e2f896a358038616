"""The chain-rule lens: the gradient of one weight with one row's numbers, its paths, a check, and the next update."""

import math
from dataclasses import dataclass

from nnviz.app.lens_check import CheckView, check_view
from nnviz.app.lens_numbers import Ledger, first_decimals, multiply
from nnviz.app.lens_paths import PathBook, PathView, between, product_of
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.app.lens_update import LBFGS_NOTE, Pull, UpdateBook, UpdateLine
from nnviz.app.lenses import Names, Place
from nnviz.engine.explain import BIAS, ChainTrace, WeightTrace
from nnviz.engine.training import TrainingConfig
from nnviz.run.snapshot import OptimizerResult

FUSED_NOTE = "The slopes of the loss and of the output's activation cancel: together they are a − y."
SOFTMAX_NOTE = "Every output of the softmax depends on this z: one path leads through each."
_CAPTIONS = {"dL/da": "downstream", "da/dz": "slope", "dz/dw": "input", "dL/dz": "downstream"}


@dataclass(frozen=True, slots=True)
class FactorView:
    """One factor of the chain rule: its symbol, its number, and what it is."""

    symbol: str
    value: str
    caption: str


@dataclass(frozen=True, slots=True)
class ChainView:
    """One weight's gradient.

    Attributes
    ----------
    name, weight
        "h1.2 → h2.6"; "w = +2.910".
    rows
        How many rows it is over, in words.
    factors
        The factors of one row; empty for many rows.
    lines
        How the gradient comes about: the product for one row, the mean for many.
    note
        What else to know; may be "".
    paths
        One row: a line per path, or per neuron of the next layer when there are too many; empty for a single path.
    paths_rule, paths_sum
        What the factors of every path are, and the paths' sum; None without paths.
    n_paths
        How many paths there are.
    check
        The finite difference.
    update
        The next update, or why there is none in ``update_note``.
    step
        The weight before and after it: "w: −0.6604 → −0.6546".
    """

    name: str
    weight: str
    amount: float
    rows: str
    factors: tuple[FactorView, ...]
    lines: tuple[Formula, ...]
    note: str
    paths: tuple[PathView, ...]
    paths_rule: Formula | None
    paths_sum: Formula | None
    n_paths: int
    check: CheckView
    update: tuple[UpdateLine, ...]
    update_note: str
    step: str


def chain_view(
    names: Names,
    trace: WeightTrace,
    training: TrainingConfig,
    memory: OptimizerResult | None,
    *,
    scope: str = "this row",
    norm: float = math.nan,
    held: str = "",
) -> ChainView:
    """Return the lens's texts.

    Parameters
    ----------
    names
        Of the network's units.
    trace
        Without penalties: these are shown as part of the update.
    training
        The settings of the next update.
    memory
        What the optimiser remembers; None while it is not known.
    scope
        Which rows, in words.
    norm
        Norm of the whole gradient, see `Pull`.
    held
        Why no update changes this weight, in words; "" when one does.
    """
    ledger = Ledger()
    place = Place(trace.layer, trace.unit, trace.source)
    weight = ledger.number(trace.value)
    chain = trace.chain
    book: _RowBook | _MeanBook
    book = _RowBook(ledger, names, place, chain) if chain is not None else _MeanBook(ledger, trace, place)
    update, note = None, ""
    if held:
        note = held
    elif memory is None:
        note = "Waiting for the optimiser's memory."
    elif training.optimizer == "lbfgs":
        note = LBFGS_NOTE
    elif not math.isfinite(trace.gradient):
        note = "The gradient is not a finite number: no update can be made from it."
    else:
        pull = Pull(trace.gradient, norm)
        update = UpdateBook(
            ledger,
            training,
            ledger.number(trace.value),  # keys of its own: how far a step moves must not ask the chain for digits
            ledger.number(trace.gradient),
            pull,
            memory,
            is_bias=trace.source == BIAS,
        )
    ledger.settle()
    symbol = "b" if trace.source == BIAS else "w"
    return ChainView(
        name=names.weight(place),
        weight=f"{symbol} = {ledger.text(weight, signed=True)}",
        amount=trace.value,
        rows=scope,
        factors=book.factors(),
        lines=book.lines(),
        note=book.note,
        paths=book.paths(),
        paths_rule=book.paths_rule(),
        paths_sum=book.paths_sum(),
        n_paths=chain.paths.n_paths if chain is not None else 0,
        check=check_view(trace, names),
        update=update.lines() if update is not None else (),
        update_note=note,
        step=f"{symbol}: {update.before()} → {update.after()}" if update is not None else "",
    )


class _RowBook:
    """Enters one row's chain rule into a ledger."""

    def __init__(self, ledger: Ledger, names: Names, place: Place, chain: ChainTrace) -> None:
        self._ledger, self._names, self._place, self._chain = ledger, names, place, chain
        self._of = "b" if place.source == BIAS else "w"
        self.gradient = ledger.number(chain.product)
        self._reads = ledger.number(chain.dz_dw)
        self.note = ""
        if chain.factored:
            self._factors = {"dL/da": ledger.number(chain.dloss_da), "da/dz": ledger.number(chain.da_dz)}
        else:
            self._factors = {"dL/dz": ledger.number(chain.delta)}
            self.note = FUSED_NOTE if chain.loss.fused else SOFTMAX_NOTE
        keys = [*self._factors.values(), self._reads]
        self._multiplied = ledger.relate(self.gradient, keys, multiply)
        self._difference = self._enter_difference()
        self._paths = PathBook(ledger, names, chain.paths, self.gradient) if len(chain.paths.products) > 1 else None

    def _enter_difference(self) -> tuple[int, int, int] | None:
        """Enter dL/dz = a − y, where that is how it comes about."""
        loss, place = self._chain.loss, self._place
        if self._chain.factored or not loss.fused:
            return None
        a, y = self._ledger.number(float(loss.output[place.unit])), self._ledger.number(float(loss.target[place.unit]))
        return a, y, self._ledger.relate(self._factors["dL/dz"], (a, y), lambda v: v[0] - v[1])

    def factors(self) -> tuple[FactorView, ...]:
        named = {**self._factors, f"dz/d{self._of}": self._reads}
        captions = {**_CAPTIONS, "dz/db": "always 1"}
        if self._place.source != BIAS and self._place.layer > 0:
            captions["dz/dw"] = "input a"
        return tuple(FactorView(symbol, self._ledger.text(key), captions[symbol]) for symbol, key in named.items())

    def lines(self) -> tuple[Formula, ...]:
        ledger = self._ledger
        symbols = [*self._factors, f"dz/d{self._of}"]
        keys = [*self._factors.values(), self._reads]
        body = product_of(ledger, keys)
        whole = formula(
            f"dL/d{self._of}",
            "=",
            *between(symbols, "×"),
            "=",
            *body,
            ledger.sign(self._multiplied),
            ledger.text(self.gradient),
        )
        if self._difference is None:
            return (whole,)
        a, y, relation = self._difference
        made = (ledger.text(a), "−", ledger.factor(y), ledger.sign(relation), ledger.text(self._factors["dL/dz"]))
        return whole, formula("dL/dz", "=", "a", "−", "y", "=", *made)

    def paths(self) -> tuple[PathView, ...]:
        return self._paths.views() if self._paths else ()

    def paths_rule(self) -> Formula | None:
        return self._paths.rule(self._of) if self._paths else None

    def paths_sum(self) -> Formula | None:
        return self._paths.sum_line(self._of) if self._paths else None


class _MeanBook:
    """Enters the mean of many rows' gradients into a ledger."""

    def __init__(self, ledger: Ledger, trace: WeightTrace, place: Place) -> None:
        self._ledger, self._trace = ledger, trace
        self._of, self._what = ("b", "bias") if place.source == BIAS else ("w", "weight")
        self.gradient = ledger.number(trace.gradient)
        self.note = ""
        self._n = len(trace.row_gradients)
        weighted = trace.row_gradients * trace.row_weights
        self._up, self._down = weighted[weighted > 0], weighted[weighted < 0]
        parts = (float(self._up.sum()), float(self._down.sum()))
        self._rising, self._falling = (ledger.number(part) for part in parts)
        self._count = ledger.exact(self._n)
        ledger.level([self._rising, self._falling], first_decimals(max(map(abs, parts))))
        self._made = ledger.relate(
            self.gradient, (self._rising, self._falling, self._count), lambda v: (v[0] + v[1]) / v[2]
        )
        self._ends = [ledger.number(float(end)) for end in (weighted.min(), weighted.max())]

    def factors(self) -> tuple[FactorView, ...]:
        return ()

    def lines(self) -> tuple[Formula, ...]:
        text, ledger = self._ledger.text, self._ledger
        fall = text(self._falling)
        body = (f"({text(self._rising)}", "−", f"{fall.lstrip('−')})", "/", str(self._n))
        return (
            formula(
                f"dL/d{self._of}",
                "=",
                Name("mean over the rows"),
                "=",
                *body,
                ledger.sign(self._made),
                text(self.gradient),
            ),
            formula(Name(f"{len(self._up):,} rows pull the {self._what} down, together"), text(self._rising)),
            formula(Name(f"{len(self._down):,} rows pull the {self._what} up, together"), fall),
            formula(Name("one row's gradient: from"), text(self._ends[0]), Name("to"), text(self._ends[1])),
        )

    def paths(self) -> tuple[PathView, ...]:
        return ()

    def paths_rule(self) -> Formula | None:
        return None

    def paths_sum(self) -> Formula | None:
        return None
