"""Registry of what diagnostics can find: each illness in plain words, and the thresholds of its severities."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SEVERITIES: tuple[str, ...] = ("note", "warning", "serious")
_NEVER = math.inf
_ANY = 1e-300  # any share above 0


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One thing that can be wrong with a network or its training, and the numbers from which it counts.

    Attributes
    ----------
    name, label
        Key in `FINDINGS`; the name a person reads.
    explanation
        What it is and why it matters, in plain words.
    measure
        The number that the severity is derived from, in words.
    note, warning, serious
        The measure from which on the finding has that severity; infinite (0 where `smaller_is_worse`): never.
    source
        Where the illness, or the measure of it, is described.
    smaller_is_worse
        Whether the limits are reached from above.
    """

    name: str
    label: str
    explanation: str
    measure: str
    note: float
    warning: float
    serious: float
    source: str
    smaller_is_worse: bool = False

    def severity(self, measure: float) -> str:
        """Return "note", "warning" or "serious", or "" for a measure that is harmless or nan."""
        limits = dict(zip(SEVERITIES, (self.note, self.warning, self.serious), strict=True))
        reached = [
            name
            for name, limit in limits.items()
            if (measure < limit if self.smaller_is_worse else limit <= measure and limit < _NEVER)
        ]
        return reached[-1] if reached else ""


_GOODFELLOW = "Goodfellow, Bengio and Courville, Deep Learning (2016)"
_LECUN = "LeCun, Bottou, Orr and Müller, Efficient BackProp (1998)"
_BENGIO = "Bengio, Practical recommendations for gradient-based training of deep architectures (2012)"
_RATIO = "Karpathy, Convolutional neural networks for visual recognition, lecture notes (2015): weights to updates."

FINDINGS: Mapping[str, FindingKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            FindingKind(
                "overflow",
                "overflow",
                "Numbers grew out of the range that the computer's arithmetic has; whatever depends on them is lost.",
                "share of the rows, or of the gradient's entries, that are not finite numbers",
                note=_NEVER,
                warning=_NEVER,
                serious=_ANY,
                source=f"{_GOODFELLOW}, section 4.1.",
            ),
            FindingKind(
                "rising_loss",
                "rising loss",
                "The training loss is higher than where it started: the updates lead away from an answer.",
                "training loss now over that at the start",
                note=_NEVER,
                warning=1.2,
                serious=2.0,
                source=f"{_BENGIO}, section 3.1.1.",
            ),
            FindingKind(
                "dead_units",
                "dead neurons",
                "The activation is flat at every row, as a ReLU is that never fires: no error reaches the neuron's"
                " incoming weights, so they no longer change.",
                "share of the layer's neurons",
                note=_ANY,
                warning=0.3,
                serious=0.7,
                source="Lu, Shin, Su and Karniadakis, Dying ReLU and initialization (2020).",
            ),
            FindingKind(
                "constant_output",
                "constant answer",
                "The network answers nearly the same whatever the inputs are.",
                "spread of the output over the rows, over that of the target",
                note=1e-2,
                warning=1e-3,
                serious=1e-5,
                source=f"{_GOODFELLOW}, section 11.5.",
                smaller_is_worse=True,
            ),
            FindingKind(
                "one_class",
                "one class for all",
                "The largest output is that of one and the same class at every row, so the others are never answered.",
                "share of the rows that belong to other classes",
                note=_ANY,
                warning=0.1,
                serious=_NEVER,
                source="Japkowicz and Stephen, The class imbalance problem: a systematic study (2002).",
            ),
            FindingKind(
                "vanishing_gradient",
                "vanishing gradient",
                "On its way back the error fades from layer to layer, so the layers near the inputs hardly learn.",
                "a row's gradient per parameter in a layer, over the largest in the layers after it",
                note=1e-2,
                warning=1e-3,
                serious=1e-5,
                source="Bengio, Simard and Frasconi, Learning long-term dependencies with gradient descent is difficult"
                " (1994).",
                smaller_is_worse=True,
            ),
            FindingKind(
                "exploding_gradient",
                "exploding gradient",
                "On its way back the error grows from layer to layer; steps that suit the last layer are far too large"
                " for the first ones.",
                "a row's gradient per parameter in a layer, over that in the output layer",
                note=1e2,
                warning=1e3,
                serious=1e5,
                source="Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013).",
            ),
            FindingKind(
                "huge_gradient",
                "huge gradient",
                "The gradient is many times larger than the weights it is to change: all but the smallest learning"
                " rates throw them far off.",
                "norm of a layer's gradient over the norm of its weights",
                note=30.0,
                warning=100.0,
                serious=1e4,
                source="Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013).",
            ),
            FindingKind(
                "saturated_units",
                "saturated neurons",
                "The neuron is on the flat ends of its activation at nearly all rows: what little error comes through"
                " hardly changes its weights.",
                "share of the layer's neurons",
                note=_ANY,
                warning=0.5,
                serious=0.9,
                source="Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks"
                " (2010), section 3.",
            ),
            FindingKind(
                "large_updates",
                "large updates",
                "One update changes the weights by a large part of their size; about a thousandth is healthy.",
                "size of an update over the size of the weights",
                note=0.03,
                warning=0.1,
                serious=0.5,
                source=_RATIO,
            ),
            FindingKind(
                "small_updates",
                "small updates",
                "One update hardly changes the weights; about a thousandth of their size is healthy, and below a"
                " ten-millionth 32-bit numbers round it away.",
                "size of an update over the size of the weights",
                note=1e-5,
                warning=1e-7,
                serious=0.0,
                source=_RATIO,
                smaller_is_worse=True,
            ),
            FindingKind(
                "identical_units",
                "identical neurons",
                "Neurons with the same incoming weights compute the same and mostly learn the same: they count as one.",
                "share of the layer's neurons that are a copy of another one",
                note=_ANY,
                warning=_ANY,
                serious=0.5,
                source=f"{_GOODFELLOW}, section 8.4.",
            ),
            FindingKind(
                "underfitting",
                "no better than a constant",
                "The training loss is about that of always giving the same, best constant answer.",
                "training loss over that of the constant answer",
                note=0.9,
                warning=0.9,
                serious=1.0,
                source=f"{_GOODFELLOW}, section 5.2.",
            ),
            FindingKind(
                "overfitting",
                "overfitting",
                "The training loss goes on falling while the validation loss rises: the network learns its rows by"
                " heart.",
                "rise of the validation loss from its best, over its best",
                note=0.05,
                warning=0.2,
                serious=1.0,
                source="Prechelt, Early stopping - but when? (1998): generalisation loss.",
            ),
            FindingKind(
                "oscillation",
                "oscillation",
                "The loss jumps up and down from epoch to epoch: the steps leap over the valley.",
                "usual jump of the training loss between two entries of the curve, over the loss",
                note=0.05,
                warning=0.15,
                serious=0.5,
                source=f"{_LECUN}, section 4.7.",
            ),
            FindingKind(
                "plateau",
                "plateau",
                "The training loss has all but stopped falling.",
                "training loss now over that at the start (or that of a constant answer)",
                note=_ANY,
                warning=0.5,
                serious=_NEVER,
                source=f"{_GOODFELLOW}, section 8.2.",
            ),
            FindingKind(
                "huge_logits",
                "huge logits",
                "The output's pre-activations are so large that its probabilities are 0 and 1 to the last digit: one"
                " wrong answer costs a huge loss.",
                "largest logit (for several classes: largest distance between two logits of a row)",
                note=50.0,
                warning=100.0,
                serious=1e4,
                source=f"{_GOODFELLOW}, section 4.1; exp(-104) is 0 in 32-bit numbers.",
            ),
            FindingKind(
                "unscaled_inputs",
                "inputs not standardised",
                "Columns of very large or very small numbers make the loss a narrow ravine: no one learning rate suits"
                " all weights.",
                "how many times larger or smaller than 1 a column is",
                note=5.0,
                warning=10.0,
                serious=100.0,
                source=f"{_LECUN}, section 4.3.",
            ),
            FindingKind(
                "look_alike_units",
                "look-alike neurons",
                "The outputs of two neurons rise and fall together (|correlation| above 0.99): fewer neurons would do.",
                "share of the layer's neurons that could be left out",
                note=_ANY,
                warning=_NEVER,
                serious=_NEVER,
                source="Srinivas and Babu, Data-free parameter pruning for deep neural networks (2015).",
            ),
        )
    }
)
