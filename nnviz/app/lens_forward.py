"""The neuron lens: all about one neuron and one row."""

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from nnviz.app.lens_numbers import Ledger, multiply
from nnviz.app.lens_outcome import OutcomeBook
from nnviz.app.lens_sums import OTHERS, Formula, Name, SumBook, SumParts, SumView, formula
from nnviz.app.lenses import INPUTS, Names, Place
from nnviz.data.dataset import Dataset
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.explain import BIAS, LossTrace, NeuronTrace

NEURON_LINES = 12


@dataclass(frozen=True, slots=True)
class NeuronView:
    """One neuron and one row.

    Attributes
    ----------
    place, name
        Which.
    activation_name
        Key of `ACTIVATIONS`.
    z, a, slope
        Pre-activation, activation and slope, for the picture of the curve.
    incoming
        z as the sum of weights times what they read, and the bias.
    activation
        "tanh 0.9213 = 0.7265".
    """

    place: Place
    name: str
    activation_name: str
    z: float
    a: float
    slope: float
    incoming: SumView
    activation: Formula


@dataclass(frozen=True, slots=True)
class GradientView:
    """What the row's loss asks of a neuron: the sum it is passed back from the next layer, and its own share.

    Of an output, ``loss`` says how the row's loss comes about.
    """

    outgoing: SumView | None
    lines: tuple[Formula, ...] = field(default_factory=tuple)
    loss: tuple[Formula, ...] = ()


class NeuronBook:
    """Enters one neuron of a forward pass into a ledger.

    Attributes
    ----------
    z, a, passed
        Keys of its pre-activation, its activation, and what dropout left of that.
    """

    def __init__(
        self,
        ledger: Ledger,
        trace: NeuronTrace,
        names: Names,
        *,
        most: int,
        keep: int = -1,
        by_weight: bool = False,
        known: dict[int, int] | None = None,
    ) -> None:
        self.ledger, self.trace, self.names = ledger, trace, names
        reads = partial(names.source, trace.layer)
        parts = SumParts("z", reads, trace.weights, trace.inputs, trace.bias, trace.pre_activation)
        self.sum = SumBook(ledger, parts, most=most, keep=keep, by_weight=by_weight, known=known)
        self.z = self.sum.total
        function = ACTIVATIONS[trace.activation_name]
        self.function = function
        self.softmax = trace.activation_name == "softmax"
        self.a = self.passed = self.z
        if trace.activation_name == "identity":
            self._drop()
            return
        self.a = self.passed = ledger.number(trace.activation)
        if not self.softmax:
            ledger.cap(self.a, self.z)
            self.applied = ledger.relate(self.a, (self.z,), lambda v: float(function.value(np.array(v))[0]))
        self._drop()

    def _drop(self) -> None:
        """Enter what dropout does to the activation, if it does anything."""
        if self.trace.kept != 1:
            ledger, kept = self.ledger, self.trace.kept
            self._kept, self.passed = ledger.number(kept), ledger.number(self.trace.activation * kept)
            self._made = ledger.relate(self.passed, (self.a, self._kept), multiply)

    def dropped(self) -> tuple[Formula, ...]:
        """Return the line on dropout, none without it."""
        if self.trace.kept == 1:
            return ()
        ledger = self.ledger
        body = (ledger.text(self.a), "×", ledger.text(self._kept), ledger.sign(self._made), ledger.text(self.passed))
        return (formula(Name("after dropout"), "=", *body),)

    def view(self) -> NeuronView:
        """Return the neuron as the settled ledger shows it."""
        trace, text = self.trace, self.ledger.text
        if self.trace.activation_name == "identity":
            line = formula("a", "=", "z", "=", text(self.a))
        elif self.softmax:
            line = formula("a", "=", Name("softmax of all z"), "=", text(self.a))
        else:
            label = Name(self.function.label.lower() if self.function.name != "relu" else "ReLU", is_function=True)
            line = formula(label, self.ledger.factor(self.z), self.ledger.sign(self.applied), text(self.a))
        place = Place(trace.layer, trace.unit)
        return NeuronView(
            place,
            self.names.unit(trace.layer, trace.unit),
            trace.activation_name,
            trace.pre_activation,
            trace.activation,
            trace.derivative,
            self.sum.view(),
            line,
        )


def neuron_view(
    dataset: Dataset, row: int, loss: LossTrace, place: Place, most: int = NEURON_LINES
) -> tuple[NeuronView, GradientView]:
    """Return everything about one neuron for the row of ``dataset.X``; the place must not be an input."""
    if place.layer == INPUTS:
        raise ValueError("An input is not a neuron.")
    trace = loss.forward.neuron(place.layer, place.unit)
    names = Names(tuple(dataset.input_names), tuple(dataset.preprocessor.output_unit_names), len(loss.layers))
    ledger = Ledger()
    keep = -1 if place.source is None else place.source
    book = NeuronBook(ledger, trace, names, most=most, keep=keep, by_weight=True)
    back = GradientBook(ledger, loss, place.neuron, names, book.a, most)
    end = None
    if back.last:
        end = OutcomeBook(ledger, dataset, row, loss.forward, loss.loss_name, book.z, book.a, place.unit, loss.target)
    ledger.settle()
    gradient = back.view()
    return book.view(), gradient if end is None else replace(gradient, loss=end.view().lines)


class GradientBook:
    """Enters what the loss asks of one neuron: dL/da from the next layer, dL/dz, and so the bias's gradient.

    ``known`` are the ledger's keys of the next layer's dL/dz, by unit; ``keep`` is the unit there whose line is shown.
    """

    def __init__(
        self,
        ledger: Ledger,
        loss: LossTrace,
        place: Place,
        names: Names,
        a: int,
        most: int,
        *,
        known: dict[int, int] | None = None,
        keep: int = -1,
    ) -> None:
        self.ledger, self.loss, self.place = ledger, loss, place
        gradient = loss.neuron(place.layer, place.unit)
        self.last = place.layer == len(loss.layers) - 1
        self.book: SumBook | None = None
        self.delta = ledger.number(gradient.delta)
        self.fused = self.last and loss.fused
        self.jacobian = self.last and loss.jacobian is not None and not loss.fused
        if self.fused:
            self.a, self.y = a, ledger.number(float(loss.target[place.unit]))
            self.result = ledger.relate(self.delta, (self.a, self.y), lambda v: v[0] - v[1])
            return
        if self.jacobian:
            return
        self.slope = ledger.number(gradient.derivative)
        if self.last:
            self.dloss_da = ledger.number(gradient.dloss_da)
        else:
            parts = SumParts(
                "dL/da",
                partial(names.unit, place.layer + 1),
                gradient.weights,
                gradient.next_deltas,
                None,
                gradient.dloss_da,
                factor="dL/dz",
            )
            self.book = SumBook(ledger, parts, most=most, keep=keep, by_weight=True, known=known)
            self.dloss_da = self.book.total
        self.kept = [] if gradient.kept == 1 else [ledger.number(gradient.kept)]
        self.result = ledger.relate(self.delta, (self.dloss_da, *self.kept, self.slope), multiply)

    def view(self) -> GradientView:
        """Return it as the settled ledger shows it."""
        ledger = self.ledger
        delta = ledger.text(self.delta)
        note = formula("dL/db", "=", "dL/dz", "=", delta)
        if self.fused:
            pieces = (ledger.text(self.a), "−", ledger.factor(self.y), ledger.sign(self.result), delta)
            return GradientView(None, (formula("dL/dz", "=", "a", "−", "y", "=", *pieces), note))
        if self.jacobian:
            return GradientView(None, (formula("dL/dz", "=", Name("over all outputs"), delta), note))
        kept = [part for key in self.kept for part in ("×", ledger.text(key))]
        product = (ledger.text(self.dloss_da), *kept, "×", ledger.factor(self.slope), ledger.sign(self.result), delta)
        symbols = ("dL/da", "×", *((Name("dropout"), "×") if kept else ()), "da/dz")
        line = formula("dL/dz", "=", *symbols, "=", *product)
        return GradientView(self.book.view() if self.book else None, (line, note))


def fresh_amounts(view: SumView, trace: NeuronTrace) -> list[float]:
    """Return what a sum's lines stand for now, in their order, for a picture that goes on between two texts."""
    amounts = [
        trace.bias if term.source == BIAS else 0.0 if term.source == OTHERS else float(trace.products[term.source])
        for term in view.terms
    ]
    rest = trace.pre_activation - sum(amounts)
    return [rest if term.source == OTHERS else amount for term, amount in zip(view.terms, amounts, strict=True)]
