"""The end of a row's journey: probabilities or the prediction in the target's units, and the loss."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.app.lens_numbers import Ledger
from nnviz.app.lens_preparing import Scaled
from nnviz.app.lens_sums import Formula, Name, formula
from nnviz.app.plain_numbers import plain_number
from nnviz.data.dataset import Dataset
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain_forward import ForwardTrace
from nnviz.engine.losses import LOSSES

MOST_CLASSES = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes out.

    Attributes
    ----------
    lines
        Prediction lines, then how the loss comes about.
    shares
        Class name, probability and its text, the largest first; empty for a regression.
    best
        Index of the predicted class; -1 for a regression.
    """

    lines: tuple[Formula, ...]
    shares: tuple[tuple[int, str, float, str], ...]
    best: int


class OutcomeBook:
    """Enters outputs and loss of a row into a ledger.

    Parameters
    ----------
    z, a, unit
        Keys of the shown output's pre-activation and activation, and which output that is.
    target
        What the trainer compares the output with, (k,); None: the row's own.

    Attributes
    ----------
    loss
        Key of the row's loss.
    """

    def __init__(
        self,
        ledger: Ledger,
        dataset: Dataset,
        row: int,
        trace: ForwardTrace,
        loss_name: str,
        z: int,
        a: int,
        unit: int,
        target: FloatArray | None = None,
    ) -> None:
        self._ledger, self._dataset, self._row, self._trace = ledger, dataset, row, trace
        self._loss_name, self._unit, self._z, self._a = loss_name, unit, z, a
        self._truth = dataset.Y[row]
        self._y = self._truth if target is None else np.asarray(target, dtype=np.float64)
        output = trace.output
        with np.errstate(all="ignore"):
            value = LOSSES[loss_name].per_row(trace.logits[None], output[None], self._y[None])
        self.loss = ledger.number(float(value[0]))
        self._softmax = trace.layers[-1].activation_name == "softmax"
        self._shares: dict[int, int] = {}
        self._logits: dict[int, int] = {}
        self._softmaxed: dict[int, int] = {}
        if self._softmax:
            self._enter_softmax()
        elif dataset.task == "binary" and loss_name != "hinge":
            self._shares = {1: a, 0: ledger.number(1 - float(output[0]))}
            self._rest = ledger.relate(self._shares[0], (a,), lambda v: 1 - v[0])
        self._how = self._enter_loss(float(value[0]))
        if dataset.task == "regression":
            mean, std = dataset.preprocessor.target_mean, dataset.preprocessor.target_std
            scaled = self._how[1] if self._how[1] >= 0 else ledger.number(float(self._y[0]))
            self._learned = Scaled.enter(ledger, float(dataset.target_values[row]), mean, std, scaled)
            self._mean, self._std = self._learned.center, self._learned.divisor
            self._prediction = ledger.number(float(output[0]) * std + mean)
            self._turned = ledger.relate(self._prediction, (a, self._std, self._mean), lambda v: v[0] * v[1] + v[2])

    def _enter_softmax(self) -> None:
        """Enter every z and probability, of the largest classes where there are many."""
        ledger, trace = self._ledger, self._trace
        k = len(trace.output)
        self._logits = {
            unit: self._z if unit == self._unit else ledger.number(float(trace.logits[unit]))
            for unit in (range(k) if k <= MOST_CLASSES else ())
        }
        wanted = [int(unit) for unit in np.argsort(-trace.output, kind="stable")[:MOST_CLASSES]]
        for unit in {*wanted, self._unit}:
            self._shares[unit] = self._a if unit == self._unit else ledger.number(float(trace.output[unit]))
            if self._logits:
                order = [unit, *(other for other in self._logits if other != unit)]
                keys = [self._logits[other] for other in order]
                self._softmaxed[unit] = ledger.relate(self._shares[unit], keys, _softmax_of_first)

    def _enter_loss(self, value: float) -> tuple[str, int, int]:
        """Enter the loss's rule; return its kind and the keys of what it is made of."""
        ledger, name, y = self._ledger, self._loss_name, self._y
        hard = bool(np.isin(y, (0.0, 1.0)).all())
        if name == "binary_cross_entropy" and len(y) == 1 and hard:
            share = self._certain(self._shares[int(y[0])], value)
            return "log", share, ledger.relate(self.loss, (share,), lambda v: -math.log(v[0]))
        if name == "categorical_cross_entropy" and hard and y.sum() == 1:
            truth = int(y.argmax())
            if truth not in self._shares:
                self._shares[truth] = ledger.number(float(self._trace.output[truth]))
            share = self._certain(self._shares[truth], value)
            return "log", share, ledger.relate(self.loss, (share,), lambda v: -math.log(v[0]))
        if name in _BY_ERROR and len(y) == 1:
            target = ledger.number(float(y[0]))
            rule = _BY_ERROR[name]
            return name, target, ledger.relate(self.loss, (self._a, target), lambda v: rule(v[0] - v[1]))
        if name == "hinge" and len(y) == 1:
            side = ledger.exact(2 * float(y[0]) - 1, "1")
            return name, side, ledger.relate(self.loss, (self._z, side), lambda v: max(0.0, 1 - v[0] * v[1]))
        return "", -1, -1

    def _certain(self, known: int, loss: float) -> int:
        """Return the key of the true class's probability, with digits enough that its logarithm can be taken."""
        if loss < 0.01:  # 0.9999 could be anything: what matters is how far from 1
            self._ledger.level([known], min(12, 4 - math.floor(math.log10(max(loss, 1e-12))) - 1), more=2)
        return known

    def view(self, itself: ForwardTrace | None = None) -> Outcome:
        """Return the outcome as the settled ledger shows it; of a what-if beside what the row ``itself`` gives."""
        ledger, dataset, text = self._ledger, self._dataset, self._ledger.text
        lines: list[Formula] = []
        shares: list[tuple[int, str, float, str]] = []
        best = -1
        row = f"row {int(dataset.table_rows[self._row]) + 1:,}"
        whose = "" if itself is None else f" of {row}"
        if dataset.task == "regression":
            target = Name(dataset.preprocessor.target_name)
            made = (text(self._a), "×", text(self._std), "+", ledger.factor(self._mean))
            lines.append(formula(target, "=", *made, ledger.sign(self._turned), text(self._prediction)))
            truth = text(self._learned.raw)
            lines.append(formula(Name(f"true value{whose}:"), truth, "→", *self._learned.pieces(ledger)))
        else:
            classes = dataset.classes
            for unit, key in self._shares.items():
                before = (
                    f"softmax {text(self._logits[unit])} {ledger.sign(self._softmaxed[unit])} " if self._logits else ""
                )
                shares.append((unit, classes[unit], ledger.value(key), f"{before}{text(key)}"))
            shares.sort(key=lambda share: -share[2])
            best = shares[0][0] if shares else int(ledger.value(self._z) > 0)
            if 0 in self._shares and not self._softmax:
                made = ("1", "−", text(self._a), ledger.sign(self._rest), text(self._shares[0]))
                lines.append(formula(Name(f"P({classes[1]})"), "=", "a", "=", text(self._a)))
                lines.append(formula(Name(f"P({classes[0]})"), "=", *made))
            truth_code = int(self._truth.argmax()) if len(self._truth) > 1 else int(self._truth[0])
            lines.append(formula(Name(f"true class{whose}:"), Name(classes[truth_code])))
        if itself is not None:
            lines.append(formula(Name(f"{row} as it is:"), *_answer(dataset, itself, self._loss_name)))
        lines.append(self._loss_line())
        return Outcome(tuple(lines), tuple(shares), best)

    def _loss_line(self) -> Formula:
        ledger, text = self._ledger, self._ledger.text
        kind, key, relation = self._how
        if not kind:
            return formula(Name(f"loss ({LOSSES[self._loss_name].label.lower()}):"), text(self.loss))
        sign, loss = ledger.sign(relation), text(self.loss)
        if kind == "log":
            return formula(Name("loss"), "=", "−ln P", "=", "−ln", text(key), sign, loss)
        if kind == "hinge":
            body = ("max(0,", "1", "−", ledger.factor(key), "×", ledger.factor(self._z), ")")
            return formula(Name("loss"), "=", *body, sign, loss)
        difference = f"{text(self._a)} − {ledger.factor(key)}"
        body_text = {
            "mean_squared_error": f"({difference})²",
            "mean_absolute_error": f"|{difference}|",
            "huber": f"Huber({difference})",
        }[kind]
        return formula(Name("loss"), "=", body_text, sign, loss)


def _answer(dataset: Dataset, trace: ForwardTrace, loss_name: str) -> tuple[str | Name, ...]:
    """Return the prediction alone, in one number at most."""
    if dataset.task == "regression":
        return (plain_number(float(dataset.preprocessor.predictions(trace.output[None])[0])),)
    if dataset.task == "binary" and loss_name == "hinge":
        return (Name(dataset.classes[int(trace.logits[0] > 0)]),)
    shares = dataset.preprocessor.probabilities(trace.output[None])[0]
    best = int(shares.argmax())
    return (Name(f"P({dataset.classes[best]})"), plain_number(float(shares[best])))


def _softmax_of_first(z: Sequence[float]) -> float:
    highest = max(z)
    return math.exp(z[0] - highest) / math.fsum(math.exp(other - highest) for other in z)


def _huber(error: float) -> float:
    inner = min(abs(error), 1.0)
    return inner * (abs(error) - inner / 2)


_BY_ERROR = {"mean_squared_error": lambda error: error * error, "mean_absolute_error": abs, "huber": _huber}
