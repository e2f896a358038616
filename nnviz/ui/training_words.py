"""What the sheet of all training settings says about each of them: a caption, a sentence, its formula, its source."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nnviz.ui.text_parts import tooltip

_SIGNS = (
    ("<-", "←"),
    ("<=", "≤"),
    (">=", "≥"),
    ("sqrt(", "√("),
    ("^2", "²"),
    ("^3", "³"),
    ("^T", "ᵀ"),
    ("pi ", "π "),
    ("sum ", "Σ "),
    ("sum_", "Σ_"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """About one setting: the caption above its control, what it does, its formula and where that comes from."""

    caption: str
    what: str
    formula: str = ""
    source: str = ""

    @property
    def tip(self) -> str:
        """The tooltip."""
        return explained(self.what, self.formula, self.source)


def pretty(formula: str) -> str:
    """Return a formula of a registry with arrows, roots, powers and minus signs as they are printed."""
    for plain, sign in _SIGNS:
        formula = formula.replace(plain, sign)
    # A minus is no hyphen; between letters it would be one.
    return re.sub(r"(?<![A-Za-z])-|(?<=\de)-", "\N{MINUS SIGN}", formula)


def lines(formula: str) -> str:
    """Return a formula with each of its parts on a line of its own."""
    return "\n".join(part.strip() for part in pretty(formula).split(";"))


def explained(what: str, formula: str = "", source: str = "") -> str:
    """Return a tooltip of a sentence, the formula and the source."""
    return tooltip("\n".join(part for part in (what, lines(formula), source) if part))


_PENALTY = "Added to the loss, for all weights and no bias"
_CLIPPING = "Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013)."

REGULARIZATION: Mapping[str, Words] = MappingProxyType(
    {
        "l1": Words(
            "L1 penalty",
            f"{_PENALTY}: pulls small weights to 0. 0 is off.",
            "l1 sum |w|",
            "Tibshirani, Regression shrinkage and selection via the lasso (1996).",
        ),
        "l2": Words(
            "L2 penalty",
            f"{_PENALTY}: pulls large weights down. 0 is off.",
            "l2/2 sum w^2",
            "Krogh and Hertz, A simple weight decay can improve generalization (1992).",
        ),
        "weight_decay": Words(
            "Weight decay",
            "Decoupled from the loss: each update also takes a share off every weight. Empty is the optimiser's own.",
            "w <- w - rate decay w",
            "Loshchilov and Hutter, Decoupled weight decay regularization (2019).",
        ),
        "dropout": Words(
            "Dropout",
            "Share of each hidden layer's outputs that is 0 in a training step, from 0 (off) to below 1.",
            "a <- a m / (1 - dropout), m is 0 for this share of the neurons and else 1",
            "Srivastava and others, Dropout: a simple way to prevent neural networks from overfitting (2014).",
        ),
        "input_noise": Words(
            "Input noise",
            "Standard deviation of the noise added to the standardised inputs of a training step. 0 is off.",
            "x <- x + noise e, e ~ N(0, 1)",
            "Bishop, Training with noise is equivalent to Tikhonov regularization (1995).",
        ),
        "label_smoothing": Words(
            "Label smoothing",
            "Share of each class target that is spread evenly over all classes, from 0 (off) to below 1.",
            "y <- (1 - s) y + s / classes",
            "Szegedy and others, Rethinking the Inception architecture for computer vision (2016), section 7.",
        ),
        "clip_value": Words(
            "Clip value",
            "The largest magnitude of each entry of the gradient. 0 is off.",
            "g <- min(c, max(-c, g))",
            _CLIPPING,
        ),
        "clip_norm": Words(
            "Clip norm",
            "The largest length of the whole gradient; a longer one is shortened. 0 is off.",
            "g <- g min(1, c / |g|)",
            _CLIPPING,
        ),
    }
)
"""By the fields of `Regularization`, in the order of the sheet."""

CLASS_WEIGHT = Words(
    "Class weights",
    "Balanced: rows of rare classes weigh more, so that all classes count the same.",
    "weight = n / (k c) for a class with c of n rows, of k classes",
    "King and Zeng, Logistic regression in rare events data (2001).",
)

_EARLY = "Prechelt, Early stopping - but when? (1998)."

STOPPING: Mapping[str, Words] = MappingProxyType(
    {
        "patience": Words("Patience", "Epochs without improvement after which training stops. 0: never.", "", _EARLY),
        "min_change": Words(
            "Smallest change",
            "By how much the watched number must better its best so far to count as an improvement.",
            "",
            _EARLY,
        ),
        "monitor": Words(
            "Watch",
            "Which number of the validation rows (or, without any, of the training rows) decides what is best.",
            "",
            _EARLY,
        ),
    }
)
"""By the fields of `EarlyStopping`."""

SCHEDULE: Mapping[str, Words] = MappingProxyType(
    {
        "factor": Words("Factor", "What the rate is multiplied by at each reduction: above 0, at most 1."),
        "period": Words("Period", "Epochs between two reductions, of the first cycle, or of the one cycle in all."),
        "growth": Words("Growth", "How many times longer each cycle is than the one before."),
        "patience": Words("Patience", "Epochs without improvement that are tolerated before the rate is reduced."),
        "min_change": Words("Smallest change", "How far the watched loss must fall below its best to have improved."),
        "floor": Words("Floor", "Share of the base rate below which it never goes; from 0 to below 1."),
        "warmup": Words(
            "Warm-up",
            "Epochs in which the rate rises evenly to the schedule's first; 0 for none.",
            "m = (update + 1) / (updates of the warm-up + 1)",
            "Goyal and others, Accurate, large minibatch SGD: training ImageNet in 1 hour (2017), section 2.2.",
        ),
    }
)
"""By the fields of `Schedule`."""

RATE = "How far each update moves along the gradient: the base that the schedule multiplies."
MOMENTUM = "Share of the last velocity that an update keeps, from 0 to below 1."
BATCH = "Rows per update; the gradient is their mean."
SEED = "Decides the initial weights, the shuffling, dropout and noise: the same seed gives the same run."
