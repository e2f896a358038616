"""How weights, activations and gradients of each layer were spread over the epochs, ready to be painted; pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nnviz.app.plain_numbers import plain_number
from nnviz.engine.config import MLPConfig
from nnviz.run.layer_history import BINS, GRADIENTS, KINDS, LayerHistoryView

KIND_TITLES: Final = ("Weights", "Activations", "Gradients")
_FEWEST_BINS: Final = 8  # that are shown, however narrow the values lie


@dataclass(frozen=True, slots=True, eq=False)
class LayerStrip:
    """One layer's spread over time.

    Attributes
    ----------
    name, count
        "Hidden 1"; how many numbers the newest entry is of, and of how many in all, in words.
    shares
        (bins, n): the share of its entry's commonest bin that each bin has, 0 to 1; lowest bin first.
    low, high
        What the bins span, in the values' own unit; of gradients powers of ten.
    signed
        Whether the sign of values is to be seen; else only how common they are.
    epochs
        The last epoch of each entry, (n,).
    quantiles
        Least, 5 %, 25 %, median, 75 %, 95 %, greatest of each entry, (n, 7), in the values' own unit.
    log
        Whether places on the axis are powers of ten.
    """

    name: str
    count: str
    shares: NDArray[np.float64]
    low: float
    high: float
    signed: bool
    epochs: NDArray[np.int64]
    quantiles: NDArray[np.float64]
    log: bool

    def place(self, value: float) -> float:
        """Return where a value is on the axis, 0 at the lowest bin's lower end and 1 at the highest one's upper end."""
        if self.log:
            value = np.log10(value) if value > 0 else self.low
        return float(np.clip((value - self.low) / (self.high - self.low), 0.0, 1.0))

    def entry_of(self, epoch: float) -> int:
        """Return the entry that an epoch is in: the first that ends at it or later, else the newest."""
        return min(int(np.searchsorted(self.epochs, epoch)), len(self.epochs) - 1)

    def sentence(self, entry: int) -> str:
        """Return an entry in words."""
        least, low, first, middle, third, high, greatest = (plain_number(value, 3) for value in self.quantiles[entry])
        if np.isnan(self.quantiles[entry]).all():
            return f"epoch {self.epochs[entry]:,}\nnothing yet"
        return (
            f"epoch {self.epochs[entry]:,}, {self.count}\nmedian {middle}\nhalf of them {first} to {third}\n"
            f"90 % {low} to {high}\nleast {least}, greatest {greatest}"
        )


def layer_title(layer: int, config: MLPConfig) -> str:
    """Return "Hidden 1" or "Output"."""
    return "Output" if layer == len(config.layers) - 1 else f"Hidden {layer + 1}"


def histograms_view(history: LayerHistoryView, config: MLPConfig, kind: int) -> tuple[LayerStrip, ...]:
    """Return a strip for each layer; ``kind`` is an index of ``KINDS``."""
    return tuple(_strip(history, config, layer, kind) for layer in range(len(config.layers)))


def _strip(history: LayerHistoryView, config: MLPConfig, layer: int, kind: int) -> LayerStrip:
    counts = history.counts[:, layer, kind].astype(np.float64)
    low, high = history.ranges[layer][kind]
    first, last = _used(counts, symmetric=low < 0 < high and kind != GRADIENTS)
    width = (high - low) / BINS
    shown = counts[:, first:last]
    most = shown.max(axis=1, keepdims=True)
    shares = np.divide(shown, most, out=np.zeros_like(shown), where=most > 0)
    seen, total = history.numbers[layer][kind]
    what = {0: "weights", 1: f"outputs, {history.rows:,} rows", 2: "weights' gradients"}[kind]
    count = f"{total:,} {what}" if seen == total else f"{seen:,} of {total:,} {what}"
    return LayerStrip(
        name=layer_title(layer, config),
        count=count,
        shares=shares.T,
        low=low + first * width,
        high=low + last * width,
        signed=kind != GRADIENTS,
        epochs=history.epochs,
        quantiles=history.quantiles[:, layer, kind],
        log=kind == GRADIENTS,
    )


def _used(counts: NDArray[np.float64], *, symmetric: bool) -> tuple[int, int]:
    """Return the bins from the lowest to the highest that was ever used; about the middle where zero is there."""
    used = np.flatnonzero(counts.any(axis=0))
    if not len(used):
        return 0, BINS
    first, last = int(used[0]), int(used[-1]) + 1
    if symmetric:
        half = max(BINS // 2 - first, last - BINS // 2, _FEWEST_BINS // 2)
        return BINS // 2 - half, BINS // 2 + half
    first, last = max(0, first - 1), min(BINS, last + 1)
    while last - first < _FEWEST_BINS:
        first, last = max(0, first - 1), min(BINS, last + 1)
    return first, last


def why_nothing(history: LayerHistoryView, kind: int) -> str:
    """Return why there is nothing to see of a kind, in words; "" when there is."""
    if not len(history):
        return "Nothing was taken down yet."
    if kind == GRADIENTS and not history.counts[:, :, GRADIENTS].any():
        return "No gradient yet: train for an epoch, and the sizes of its last update's are shown here."
    return ""


__all__ = ["KINDS", "KIND_TITLES", "LayerStrip", "histograms_view", "layer_title", "why_nothing"]
