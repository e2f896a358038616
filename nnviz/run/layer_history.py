"""How weights, activations and gradients of each layer were spread, over all epochs in bounded memory."""

import math
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.distributions import QUANTILES, spread
from nnviz.engine.mlp import MLPConfig, layer_blocks
from nnviz.engine.training import Trainer

KINDS: Final = ("weights", "activations", "gradients")
WEIGHTS, ACTIVATION, GRADIENTS = range(3)
BINS: Final = 48  # a multiple of four, so that a range can be doubled about its middle
CAPACITY: Final = 128
SHARE: Final = 0.01  # of the time: what the records may take of it
_LONGEST_WAIT: Final = 1.0  # seconds: a record that was held up by others must not keep the next one away
LEAST_GRADIENT, MOST_GRADIENT = -12.0, 4.0  # powers of ten between which sizes of gradients are told apart
_MOST_VALUES: Final = 8_192  # of a layer that are looked at
_LEAST_ROWS, _MOST_ROWS = 16, 256
_LARGEST: Final = 2.0**100
Range = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class LayerHistoryView:
    """A read-only look at a :class:`LayerHistory`; once handed out it never changes.

    Attributes
    ----------
    epochs
        The last epoch of each entry, (n,) ascending.
    counts
        (n, layers, 3, BINS): of each of the ``KINDS``. All 0 where there was nothing yet, as of gradients before the
        first update.
    quantiles
        (n, layers, 3, 7), at the ``QUANTILES``; of gradients those of their sizes.
    gradient_rms
        Root of the mean square of the last update's gradient, biases included, (n, layers), nan before the first.
    ranges
        By layer and kind what the bins span; of gradients powers of ten.
    numbers
        By layer and kind how many numbers an entry is made of, and how many there are of them in all.
    rows
        Training rows that the activations are of.
    """

    epochs: NDArray[np.int64]
    counts: NDArray[np.uint32]
    quantiles: NDArray[np.float64]
    gradient_rms: NDArray[np.float64]
    ranges: tuple[tuple[Range, ...], ...]
    numbers: tuple[tuple[tuple[int, int], ...], ...]
    rows: int

    def __len__(self) -> int:
        return len(self.epochs)


class LayerHistory:
    """One entry an epoch until the capacity is reached; then neighbours are merged and entries are further apart.

    It takes no more than ``SHARE`` of the time: an entry that would come too soon is left out.

    Parameters
    ----------
    config
        The network's shape.
    inputs
        Training rows, (n, d); of many a fixed part is looked at.
    capacity
        Entries, even and at least 4.
    clock
        Seconds; decides only which epochs are looked at, and those are for the eye.
    """

    def __init__(
        self,
        config: MLPConfig,
        inputs: NDArray[Any],
        capacity: int = CAPACITY,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        if capacity < 4 or capacity % 2:
            raise ValueError("capacity must be even and at least 4")
        self._config, self._clock, self._capacity = config, clock, capacity
        widest = max(layer.units for layer in config.layers)
        n_rows = min(len(inputs), max(_LEAST_ROWS, min(_MOST_ROWS, _MOST_VALUES // widest)))
        self._inputs = inputs[np.linspace(0, len(inputs) - 1, n_rows).astype(np.intp)]
        rng = np.random.default_rng(0)
        self._sizes = tuple(n_in * n_out for n_in, n_out in pairwise(config.sizes))  # weights without biases
        self._places = tuple(_some(rng, size) for size in self._sizes)
        self.forget()

    def forget(self) -> None:
        """Begin again with nothing."""
        layers = len(self._config.layers)
        self._epochs = np.empty(self._capacity, np.int64)
        self._counts = np.zeros((self._capacity, layers, len(KINDS), BINS), np.uint32)
        self._quantiles = np.full((self._capacity, layers, len(KINDS), len(QUANTILES)), np.nan)
        self._rms = np.full((self._capacity, layers), np.nan)
        self._ranges = [[_first_range(kind, layer.activation) for kind in range(3)] for layer in self._config.layers]
        self._n, self._stride, self._next = 0, 1, 0
        self._last, self._cost = -math.inf, 0.0

    @property
    def nbytes(self) -> int:
        """Bytes of all entries, which do not grow."""
        return self._epochs.nbytes + self._counts.nbytes + self._quantiles.nbytes + self._rms.nbytes

    def offer(self, trainer: Trainer) -> bool:
        """Take the trainer's present moment down if it is due; return whether it was."""
        if trainer.epoch < self._next:
            return False
        now = self._clock()
        if now - self._last < min(self._cost / SHARE, _LONGEST_WAIT):
            return False
        if self._n == self._capacity:
            self._merge()
        self._record(trainer)
        self._next = trainer.epoch + self._stride
        self._last = self._clock()
        self._cost = self._last - now
        return True

    def twin(self) -> "LayerHistory":
        """Return another history with the same entries, to be kept as it is; this one must `rewind` or `forget`."""
        twin = copy(self)
        self._ranges = [list(of_layer) for of_layer in self._ranges]
        return twin

    def rewind(self, epoch: int) -> None:
        """Forget what came after an epoch, for going back in time."""
        self._n = int(np.searchsorted(self._epochs[: self._n], epoch, side="right"))
        self._next = 0
        # What was handed out must not be written over.
        self._counts, self._quantiles = self._counts.copy(), self._quantiles.copy()
        self._epochs, self._rms = self._epochs.copy(), self._rms.copy()

    def view(self) -> LayerHistoryView:
        """Return a read-only view of all entries."""
        n = self._n
        arrays = (self._epochs[:n], self._counts[:n], self._quantiles[:n], self._rms[:n])
        for array in arrays:
            array.setflags(write=False)
        layers, rows = self._config.layers, len(self._inputs)
        numbers = tuple(
            ((_seen(places, size), size), (rows * layer.units, rows * layer.units), (_seen(places, size), size))
            for layer, places, size in zip(layers, self._places, self._sizes, strict=True)
        )
        ranges = tuple(tuple(of_kind) for of_kind in self._ranges)
        return LayerHistoryView(*arrays, ranges, numbers, rows)

    def _record(self, trainer: Trainer) -> None:
        mlp, index = trainer.mlp, self._n
        outputs = mlp.activations(self._inputs)[1:]
        gradients = layer_blocks(mlp.config, trainer.gradient)
        known = trainer.step > 0
        with np.errstate(all="ignore"):
            for layer, (weights, output) in enumerate(zip(mlp.weights, outputs, strict=True)):
                places = self._places[layer]
                self._put(index, layer, WEIGHTS, _taken(weights, places))
                self._put(index, layer, ACTIVATION, output)
                if known:
                    self._put(index, layer, GRADIENTS, np.abs(_taken(gradients[layer][:-1], places)))
                    square = float(np.square(gradients[layer], dtype=np.float64).mean())
                    self._rms[index, layer] = math.sqrt(square) if math.isfinite(square) else math.nan
                else:
                    self._counts[index, layer, GRADIENTS] = 0
                    self._quantiles[index, layer, GRADIENTS] = self._rms[index, layer] = math.nan
        self._epochs[index] = trainer.epoch
        self._n += 1

    def _put(self, index: int, layer: int, kind: int, values: NDArray[Any]) -> None:
        finite = values if np.isfinite(values).all() else values[np.isfinite(values)]
        if kind == GRADIENTS:
            edges = 10.0 ** np.linspace(LEAST_GRADIENT, MOST_GRADIENT, BINS + 1)
        else:
            self._widen(layer, kind, float(np.abs(finite).max(initial=0.0)))
            edges = np.linspace(*self._ranges[layer][kind], BINS + 1)
        counts, quantiles = spread(finite, edges)
        self._counts[index, layer, kind] = counts
        self._quantiles[index, layer, kind] = quantiles

    def _widen(self, layer: int, kind: int, largest: float) -> None:
        """Double the range until the largest size fits; counts that were taken before move to the bins they are in."""
        low, high = self._ranges[layer][kind]
        if largest <= high or (kind == ACTIVATION and _is_bounded(self._config.layers[layer].activation)):
            return
        self._counts = self._counts.copy()  # views that were handed out keep the old one
        while high < min(largest, _LARGEST):
            paired = self._counts[:, layer, kind].reshape(self._capacity, BINS // 2, 2).sum(axis=2, dtype=np.uint32)
            start = 0 if low == 0 else BINS // 4
            self._counts[:, layer, kind] = 0
            self._counts[:, layer, kind, start : start + BINS // 2] = paired
            low, high = 2 * low, 2 * high
        self._ranges[layer][kind] = (low, high)

    def _merge(self) -> None:
        """Merge neighbours two by two into new arrays: counts add up, the later quantiles stay, extremes of both."""
        half = self._capacity // 2
        counts, quantiles = np.zeros_like(self._counts), np.full_like(self._quantiles, np.nan)
        counts[:half] = self._counts[0::2] + self._counts[1::2]
        quantiles[:half] = self._quantiles[1::2]
        first = self._quantiles[0::2]
        quantiles[:half, ..., 0] = np.fmin(first[..., 0], quantiles[:half, ..., 0])
        quantiles[:half, ..., -1] = np.fmax(first[..., -1], quantiles[:half, ..., -1])
        epochs, rms = self._epochs.copy(), np.full_like(self._rms, np.nan)
        epochs[:half], rms[:half] = self._epochs[1::2], self._rms[1::2]
        self._epochs, self._counts, self._quantiles, self._rms = epochs, counts, quantiles, rms
        self._n = half
        self._stride *= 2


def _some(rng: np.random.Generator, size: int) -> NDArray[np.intp] | None:
    return None if size <= _MOST_VALUES else np.sort(rng.choice(size, _MOST_VALUES, replace=False, shuffle=False))


def _seen(places: NDArray[np.intp] | None, size: int) -> int:
    return size if places is None else len(places)


def _taken(weights: NDArray[Any], places: NDArray[np.intp] | None) -> NDArray[Any]:
    return weights if places is None else weights.ravel()[places]


def _is_bounded(activation: str) -> bool:
    return all(math.isfinite(end) for end in ACTIVATIONS[activation].output_range)


def _first_range(kind: int, activation: str) -> Range:
    if kind == GRADIENTS:
        return LEAST_GRADIENT, MOST_GRADIENT
    if kind == ACTIVATION:
        low, high = ACTIVATIONS[activation].output_range
        if _is_bounded(activation):
            return low, high
        return (0.0, 1.0) if low == 0 else (-1.0, 1.0)
    return -1.0, 1.0
