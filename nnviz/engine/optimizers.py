"""Registry of update rules; each contributes its calls to a training step and can take its last update back."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from nnviz.engine.arrays import Call, FloatArray, constant


class Optimizer(ABC):
    """An update rule for one flat parameter vector.

    Parameters
    ----------
    parameters
        (n,), updated in place.
    gradient
        (n,), read at each update.
    learning_rate, momentum
        See `configure`.

    Attributes
    ----------
    name, label, formula, source
        Key in `OPTIMIZERS`; the name a person reads; the rule in plain text; where it comes from.
    remembers
        What `moments` hold, in words.
    moments
        What the rule remembers between updates, (number of moments, n); all 0 at the start.
    updates
        Number of updates made with these moments, for rules that depend on it; else 0.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    source: ClassVar[str]
    remembers: ClassVar[str]
    n_moments: ClassVar[int]

    def __init__(
        self, parameters: FloatArray, gradient: FloatArray, *, learning_rate: float, momentum: float = 0.0
    ) -> None:
        self.moments = np.zeros_like(parameters, shape=(self.n_moments, parameters.size))
        self.updates = 0
        self._parameters = parameters
        self._gradient = gradient
        self._scratch = np.empty_like(parameters)
        self._learning_rate = constant(learning_rate, parameters)
        self._momentum = constant(momentum, parameters)
        self._previous_parameters = np.empty_like(parameters)
        self._previous_moments = np.empty_like(self.moments)
        self._previous_updates = 0

    def configure(self, *, learning_rate: float, momentum: float) -> None:
        """Change the settings from the next update on; `update_calls` must be asked for anew."""
        self._learning_rate[...] = learning_rate
        self._momentum[...] = momentum

    def update_calls(self) -> list[Call]:
        """Return the calls of one update; they first keep a copy of what they will change, for `undo`."""
        calls: list[Call] = [(np.copyto, (self._previous_parameters, self._parameters))]
        if self._uses_moments():
            calls.append((np.copyto, (self._previous_moments, self.moments)))
        return calls + self._rule_calls()

    def undo(self) -> None:
        """Take the last update back, exactly; once per update."""
        self._parameters[...] = self._previous_parameters
        if self._uses_moments():
            self.moments[...] = self._previous_moments
        self.updates = self._previous_updates

    def restore(self, moments: FloatArray, updates: int) -> None:
        """Take over moments and a number of updates that were handed out earlier."""
        self.moments[...] = moments
        self.updates = updates

    def _uses_moments(self) -> bool:
        return self.n_moments > 0

    @abstractmethod
    def _rule_calls(self) -> list[Call]:
        """Return the calls that update parameters and moments."""


class StochasticGradientDescent(Optimizer):
    """Stochastic gradient descent with momentum; momentum 0 is plain gradient descent and remembers nothing."""

    name = "sgd"
    label = "SGD"
    formula = "v <- momentum v - rate g;  p <- p + v"
    source = "Polyak, Some methods of speeding up the convergence of iteration methods (1964)."
    remembers = "the velocity"
    n_moments = 1

    def configure(self, *, learning_rate: float, momentum: float) -> None:
        """Change the settings; a momentum of 0 forgets the velocity."""
        super().configure(learning_rate=learning_rate, momentum=momentum)
        if not momentum:
            self.moments[...] = 0

    def _uses_moments(self) -> bool:
        return bool(self._momentum)

    def _rule_calls(self) -> list[Call]:
        parameters, gradient, scratch = self._parameters, self._gradient, self._scratch
        calls: list[Call] = [(np.multiply, (gradient, self._learning_rate, scratch))]
        if not self._uses_moments():
            return [*calls, (np.subtract, (parameters, scratch, parameters))]
        velocity = self.moments[0]
        return [
            *calls,
            (np.multiply, (velocity, self._momentum, velocity)),
            (np.subtract, (velocity, scratch, velocity)),
            (np.add, (parameters, velocity, parameters)),
        ]


class Adam(Optimizer):
    """Adam: steps scaled by running means of the gradient and of its square, corrected for their start at 0."""

    name = "adam"
    label = "Adam"
    formula = (
        "m <- 0.9 m + 0.1 g;  v <- 0.999 v + 0.001 g^2;  "
        "p <- p - rate sqrt(1 - 0.999^t) / (1 - 0.9^t) m / (sqrt(v) + 1e-8)"
    )
    source = "Kingma and Ba, Adam: a method for stochastic optimization (2015), the efficient form in section 2."
    remembers = "the running mean of the gradient and of its square"
    n_moments = 2
    beta1 = 0.9
    beta2 = 0.999
    epsilon = 1e-8

    def __init__(
        self, parameters: FloatArray, gradient: FloatArray, *, learning_rate: float, momentum: float = 0.0
    ) -> None:
        super().__init__(parameters, gradient, learning_rate=learning_rate, momentum=momentum)
        self._rate = learning_rate
        self._corrected_rate = constant(learning_rate, parameters)

    def configure(self, *, learning_rate: float, momentum: float) -> None:
        """Change the learning rate; Adam has no momentum setting of its own."""
        super().configure(learning_rate=learning_rate, momentum=momentum)
        self._rate = learning_rate

    def _count_update(self) -> None:
        self._previous_updates = self.updates
        self.updates = t = self.updates + 1
        self._corrected_rate[...] = self._rate * (1 - self.beta2**t) ** 0.5 / (1 - self.beta1**t)

    def _rule_calls(self) -> list[Call]:
        parameters, gradient, scratch = self._parameters, self._gradient, self._scratch
        mean, square = self.moments
        return [
            (self._count_update, ()),
            (np.subtract, (gradient, mean, scratch)),
            (np.multiply, (scratch, constant(1 - self.beta1, scratch), scratch)),
            (np.add, (mean, scratch, mean)),
            (np.square, (gradient, scratch)),
            (np.subtract, (scratch, square, scratch)),
            (np.multiply, (scratch, constant(1 - self.beta2, scratch), scratch)),
            (np.add, (square, scratch, square)),
            (np.sqrt, (square, scratch)),
            (np.add, (scratch, constant(self.epsilon, scratch), scratch)),
            (np.divide, (mean, scratch, scratch)),
            (np.multiply, (scratch, self._corrected_rate, scratch)),
            (np.subtract, (parameters, scratch, parameters)),
        ]


OPTIMIZERS: Mapping[str, type[Optimizer]] = MappingProxyType(
    {optimizer.name: optimizer for optimizer in (StochasticGradientDescent, Adam)}
)
