"""What a loss is: its value, its gradient as calls of a step plan, and the tasks and outputs it goes with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.arrays import Call, FloatArray


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss L of a network's output layer: pre-activations ("logits") z, outputs a = f(z), targets y.

    Attributes
    ----------
    name, label
        Key in `LOSSES`; the name a person reads.
    formula
        Plain text, over n rows and k outputs.
    source
        Where the loss comes from.
    outputs
        For each task it goes with ("binary", "multiclass", "regression"), the names of the output activations that may
        be paired with it there, the usual one first.
    fused_with
        The output activation with which `error_calls` give dL/dz. For the cross-entropies it is the one whose
        derivative cancels against the loss's, so that nothing is divided by an output that may be 0.
    per_row
        ``per_row(z, a, y) -> (n,)``: each row's share, from arrays (n, k); L is their mean. The cross-entropies use z
        alone, which is why they have no logarithm of 0.
    error_calls
        ``error_calls(z, a, y, delta)``: the calls that write dL/dz with `fused_with`, and dL/da with any other output
        activation, into `delta`; arrays (k, rows).
    takes_smoothing
        Whether its targets may be smoothed with `smooth_targets`.
    """

    name: str
    label: str
    formula: str
    source: str
    outputs: Mapping[str, tuple[str, ...]]
    fused_with: str
    per_row: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
    error_calls: Callable[[FloatArray, FloatArray, FloatArray, FloatArray], list[Call]]
    takes_smoothing: bool = False

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks it goes with."""
        return tuple(self.outputs)

    @property
    def output_activations(self) -> tuple[str, ...]:
        """Names of the output activations it may be paired with in one task or another, each once."""
        return tuple(dict.fromkeys(name for names in self.outputs.values() for name in names))

    def default_output(self, task: str) -> str:
        """Return the name of the usual output activation for one of its `tasks`."""
        return self.outputs[task][0]

    def value(
        self, logits: FloatArray, target: FloatArray, activation: str, row_weights: FloatArray | None = None
    ) -> float:
        """Return L, a mean over rows.

        Parameters
        ----------
        logits
            Pre-activations z of the output layer, (n, k).
        target
            (n, k).
        activation
            Name of the output activation, one of `output_activations`.
        row_weights
            (n,): each row's share is multiplied by its weight before the mean over n is taken. None: all 1.

        Returns
        -------
        float
            nan when there are no rows. Computed in 64-bit numbers, so that finite 32-bit logits give a finite loss.
        """
        if not len(logits):
            return float("nan")
        wide = np.asarray(logits, dtype=np.float64)
        shares = self.per_row(wide, ACTIVATIONS[activation].value(wide), np.asarray(target, dtype=np.float64))
        return float((shares if row_weights is None else shares * row_weights).mean())

    def gradient_calls(
        self,
        activation: str,
        z: FloatArray,
        a: FloatArray,
        y: FloatArray,
        delta: FloatArray,
        row_weights: FloatArray | None = None,
    ) -> list[Call]:
        """Return the calls that write dL/dz into `delta`.

        Parameters
        ----------
        activation
            Name of the output activation, one of `output_activations`.
        z, a, y, delta
            (k, rows), as everywhere in a plan; all of one dtype, `delta` C-ordered.
        row_weights
            (1, rows), read at each run: L is then the mean over rows of weight times share. None: all 1.
        """
        calls = self.error_calls(z, a, y, delta)
        if row_weights is not None:
            calls.append((np.multiply, (delta, row_weights, delta)))
        return calls if activation == self.fused_with else calls + ACTIVATIONS[activation].backward_calls(z, a, delta)
