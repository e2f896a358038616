"""What the edges of the diagram show: weights, their gradients, their change, or what flows through them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from nnviz.app.plain_numbers import short_exponent
from nnviz.engine.arrays import FloatArray
from nnviz.engine.mlp import layer_blocks
from nnviz.run.looks import BEST, GO, MARK, START, Reference
from nnviz.run.snapshot import Snapshot

WEIGHT, GRADIENT, CHANGE, FLOW = "weight", "gradient", "change", "flow"

NO_ROW: Final = "No row is chosen: click a point of the map, or the arrows beside Row."
NO_MARK: Final = "No moment was marked yet: choose one in the menu beside Change."
NO_BEST: Final = "There are no best weights yet: train for an epoch first."


@dataclass(frozen=True, slots=True)
class EdgeMode:
    """One way to colour the edges.

    Attributes
    ----------
    key
        ``WEIGHT``, ``GRADIENT``, ``CHANGE`` or ``FLOW``.
    label
        The name a person reads.
    symbol, bias_symbol
        What is shown of a weight, and of a bias.
    about
        What it tells, in one sentence.
    """

    key: str
    label: str
    symbol: str
    bias_symbol: str
    about: str

    @property
    def title(self) -> str:
        """The heading of its scale."""
        return self.label if self.key == WEIGHT else f"{self.label} {self.symbol}"

    def text(self, value: float) -> str:
        """Return one of the numbers: weights to two decimals, which stand still; others in as many as they need."""
        return signed(value) if self.key == WEIGHT else value_text(value)

    def words(self, value: float, *, is_bias: bool = False) -> str:
        """Return one of the numbers with its name, for a label."""
        return f"{self.bias_symbol if is_bias else self.symbol} {self.text(value)}"

    def sum_words(self, value: float) -> str:
        """Return the sum of several of the numbers, for a label."""
        return f"\N{GREEK CAPITAL LETTER SIGMA}{self.symbol} {self.text(value)}"


def signed(value: float) -> str:
    """Return a number with its sign and a true minus, two decimals where they say something."""
    if 0 < abs(value) < 0.005:  # neither of them would
        return short_exponent(f"{value:+.1g}")
    text = f"{value:+.2f}" if abs(value) < 1000 or not np.isfinite(value) else f"{value:+.3g}"
    return short_exponent(text)


def value_text(value: float) -> str:
    """Return a number of any size with its sign: two decimals where they say something, else three digits."""
    if not np.isfinite(value):
        return "not finite"
    if value == 0:
        return "0"
    text = f"{value:+.2f}" if 0.1 <= abs(value) < 1000 else f"{value:+.3g}"
    return short_exponent(text)


MODES: Mapping[str, EdgeMode] = MappingProxyType(
    {
        mode.key: mode
        for mode in (
            EdgeMode(WEIGHT, "Weight", "w", "bias", "How strongly each connection counts."),
            EdgeMode(
                GRADIENT, "Gradient", "dL/dw", "dL/db", "How the loss grows with each weight: training goes against it."
            ),
            EdgeMode(CHANGE, "Change", "Δw", "Δb", "How far each weight has moved since a moment."),
            EdgeMode(
                FLOW,
                "Row flow",
                "w × a",
                "bias",
                "What each connection adds for the chosen row.",
            ),
        )
    }
)

REFERENCE_LABELS: Mapping[str, str] = MappingProxyType(
    {START: "The start of the run", BEST: "The best epoch", GO: "The last start or edit", MARK: "Now"}
)


@dataclass(frozen=True, slots=True, eq=False)
class EdgeValues:
    """A number for every weight and bias, and what it is.

    Attributes
    ----------
    mode
        Which numbers.
    values
        (P,), laid out like the parameters.
    note
        What the legend adds: which rows, since when; "" for weights.
    """

    mode: EdgeMode
    values: FloatArray
    note: str = ""

    @property
    def sentence(self) -> str:
        """What is shown, for the line below the diagram; "" for weights, which go without saying."""
        return f"{self.note[0].upper()}{self.note[1:]}." if self.note else ""


def edge_values(mode: str, snapshot: Snapshot, inputs: FloatArray | None = None, row: str = "") -> EdgeValues | str:
    """Return what the edges show of a moment, or in words why they can't show it; "" when it is still to come.

    Parameters
    ----------
    mode
        Key of `MODES`.
    snapshot
        The moment, with the answers that the mode needs.
    inputs
        The chosen row as the network reads it, (d,); None without a row.
    row
        What the row is called.
    """
    return _VALUES[mode](snapshot, inputs, row)


def _weights(snapshot: Snapshot, inputs: FloatArray | None, row: str) -> EdgeValues | str:
    del inputs, row
    return EdgeValues(MODES[WEIGHT], snapshot.parameters)


def _gradients(snapshot: Snapshot, inputs: FloatArray | None, row: str) -> EdgeValues | str:
    del inputs, row
    found = snapshot.gradient
    if found is None:
        return ""
    every = found.n_rows == found.n_train
    rows = f"all {found.n_train:,}" if every else f"{found.n_rows:,} of {found.n_train:,}"
    return EdgeValues(MODES[GRADIENT], found.values, f"mean over {rows} training rows, no penalty")


def _changes(snapshot: Snapshot, inputs: FloatArray | None, row: str) -> EdgeValues | str:
    del inputs, row
    reference = snapshot.reference
    if reference is None:
        return ""
    if reference.parameters.shape != snapshot.parameters.shape:
        return ""  # of a network that was reshaped since
    return EdgeValues(MODES[CHANGE], snapshot.parameters - reference.parameters, since(reference))


def _flows(snapshot: Snapshot, inputs: FloatArray | None, row: str) -> EdgeValues | str:
    if inputs is None:
        return NO_ROW
    activations = snapshot.row
    if activations is None:
        return ""
    values = snapshot.parameters.copy()
    reads = np.asarray(inputs, dtype=values.dtype)
    with np.errstate(all="ignore"):  # weights on the way to overflow are the trainer's to report
        for block, after in zip(layer_blocks(snapshot.config, values), activations, strict=True):
            block[:-1] *= reads[:, None]
            reads = after
    return EdgeValues(MODES[FLOW], values, f"what {row} sends through each edge" if row else "")


_VALUES: Mapping[str, Callable[[Snapshot, FloatArray | None, str], EdgeValues | str]] = MappingProxyType(
    {WEIGHT: _weights, GRADIENT: _gradients, CHANGE: _changes, FLOW: _flows}
)


def since(reference: Reference) -> str:
    """Return since when a change is counted."""
    epoch = f"epoch {reference.epoch:,}"
    words = {
        START: f"since the start, {epoch}" if reference.epoch else "since the start",
        BEST: f"since the best, {epoch}",
        GO: f"since {epoch}, step {reference.step:,}",
        MARK: f"since the mark at {epoch}, step {reference.step:,}",
    }
    return words[reference.kind]


class EdgeScale:
    """The value V that is drawn at full width and in full colour.

    Weights are rounded up to a multiple of 0.5, other numbers to 1, 2 or 5 times a power of ten. V changes only when it
    is exceeded or less than half used, so that the picture does not breathe with every step.

    Parameters
    ----------
    mode
        Key of `MODES`.
    value
        V to begin with; None: what the first numbers ask for.

    Attributes
    ----------
    value
        V, above 0.
    """

    def __init__(self, mode: str = WEIGHT, value: float | None = None) -> None:
        self.mode = mode
        self.value = (0.5 if mode == WEIGHT else 1.0) if value is None else value
        self._is_new = value is None

    def update(self, largest: float) -> float:
        """Return V for numbers up to ``largest`` in magnitude; with nothing but zeros it stays."""
        new, self._is_new = self._is_new, False
        if not (np.isfinite(largest) and largest > 0):
            return self.value
        if new or largest > self.value or largest < self.value / (2 if self.mode == WEIGHT else 4):
            self.value = _rounded(largest, self.mode)
        return self.value


def _rounded(largest: float, mode: str) -> float:
    if mode == WEIGHT:
        return max(0.5, float(np.ceil(largest / 0.5 - 1e-9) * 0.5))
    largest = max(largest, 1e-30)
    power = 10.0 ** np.floor(np.log10(largest))
    step = next(step for step in (1.0, 2.0, 5.0, 10.0) if largest <= step * power * (1 + 1e-9))
    return float(f"{step * power:.3g}")
