"""Optimizer: what every update rule shares: its memory, its settings, and its last update kept to be taken back."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from nnviz.engine.arrays import BLOCK, Call, FloatArray, constant


class Optimizer:
    """An update rule for one flat parameter vector.

    Parameters
    ----------
    parameters
        (n,), updated in place.
    gradient
        (n,), read at each update.
    learning_rate, momentum
        The rate of the next update, see `set_rate`; the setting of the rules that have one.

    Attributes
    ----------
    name, label, formula, source
        Key in `OPTIMIZERS`; the name a person reads; the rule in plain text; where it comes from.
    remembers
        What `moments` hold, in words; "" for a rule without memory.
    uses_momentum
        Whether the momentum setting matters.
    full_batch
        Whether an update always takes all rows, whatever the batch size.
    needs_objective
        Whether an update looks at the objective at other points, see `attach`.
    keeps_squares
        Whether steps are divided by a root of squared gradients, which overflow before the gradients do.
    default_weight_decay
        Of the decoupled weight decay, when the settings leave it open.
    moments
        What the rule remembers between updates, (number of moments, n); all 0 at the start.
    scalars
        Single numbers that it remembers, float64.
    updates
        Number of updates made with these moments, for rules that depend on it; else 0.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    source: ClassVar[str]
    remembers: ClassVar[str] = ""
    uses_momentum: ClassVar[bool] = False
    full_batch: ClassVar[bool] = False
    needs_objective: ClassVar[bool] = False
    keeps_squares: ClassVar[bool] = False
    default_weight_decay: ClassVar[float] = 0.0
    n_moments: ClassVar[int] = 0
    first_scalars: ClassVar[tuple[float, ...]] = ()

    def __init__(
        self, parameters: FloatArray, gradient: FloatArray, *, learning_rate: float, momentum: float = 0.0
    ) -> None:
        self.moments = np.zeros_like(parameters, shape=(self.n_moments, parameters.size))
        self.scalars = np.array(self.first_scalars, dtype=np.float64)
        self.updates = 0
        self._parameters = parameters
        self._gradient = gradient
        self._rate = learning_rate
        self._learning_rate = constant(learning_rate, parameters)
        self._momentum = constant(momentum, parameters)
        self._previous_parameters = np.empty_like(parameters)
        self._previous_moments = np.empty_like(self.moments)
        self._previous_scalars = self.scalars.copy()
        self._previous_updates = 0

    @property
    def learning_rate(self) -> float:
        """The rate of the next update."""
        return self._rate

    def set_rate(self, learning_rate: float) -> None:
        """Change the learning rate from the next update on; the calls stay valid."""
        self._rate = learning_rate
        self._learning_rate[...] = learning_rate

    def set_momentum(self, momentum: float) -> None:
        """Change the momentum; `update_calls` must be asked for anew."""
        self._momentum[...] = momentum

    def attach(self, objective: Callable[[], float]) -> None:
        """Hand over the objective: it evaluates the loss at the parameters as they are, and writes the gradient."""

    def update_calls(self, decay: FloatArray | None = None) -> list[Call]:
        """Return the calls of one update.

        Parameters
        ----------
        decay
            Decoupled weight decay of each parameter, (n,), or None.
        """
        calls = self._first_calls()
        size = self._parameters.size
        scratch = np.empty_like(self._parameters, shape=(2, min(size, BLOCK)))
        for start in range(0, size, BLOCK):
            block = slice(start, min(start + BLOCK, size))
            parameters, room = self._parameters[block], scratch[:, : block.stop - start]
            if decay is not None:
                calls += [
                    (np.multiply, (parameters, decay[block], room[0])),
                    (np.multiply, (room[0], self._learning_rate, room[0])),
                    (np.subtract, (parameters, room[0], parameters)),
                ]
            calls += self._rule_calls(parameters, self._gradient[block], self.moments[:, block], room)
        return calls

    def keep(self) -> None:
        """Keep a copy of everything an update changes, for `undo`."""
        np.copyto(self._previous_parameters, self._parameters)
        if self._uses_moments():
            np.copyto(self._previous_moments, self.moments)
        np.copyto(self._previous_scalars, self.scalars)
        self._previous_updates = self.updates

    def undo(self) -> None:
        """Go back, exactly, to what was kept last."""
        self._parameters[...] = self._previous_parameters
        if self._uses_moments():
            self.moments[...] = self._previous_moments
        self.scalars[...] = self._previous_scalars
        self.updates = self._previous_updates

    def restore(self, moments: FloatArray, scalars: FloatArray, updates: int) -> None:
        """Take over a memory that was handed out earlier."""
        self.moments[...] = moments
        self.scalars[...] = scalars
        self.updates = updates

    def forget(self) -> None:
        """Lose all memory, as at the start."""
        self.moments[...] = 0
        self.scalars[...] = self.first_scalars
        self.updates = 0

    def _uses_moments(self) -> bool:
        return self.n_moments > 0

    def _first_calls(self) -> list[Call]:
        """Return the calls made once before the blocks: to count the update, and what depends on the count."""
        return []

    def _rule_calls(
        self, parameters: FloatArray, gradient: FloatArray, moments: FloatArray, scratch: FloatArray
    ) -> list[Call]:
        """Return the calls that update a block: arrays (b,), (b,), (number of moments, b) and (2, b).

        A rule has these, or `update_calls` of its own when it does not go block by block.
        """
        raise NotImplementedError
