"""Gradient descent: on all rows, on batches, with momentum, and with Nesterov's."""

import numpy as np

from nnviz.engine.arrays import Call, FloatArray
from nnviz.engine.optimizer import Optimizer


class GradientDescent(Optimizer):
    """Plain gradient descent on the gradient of all rows."""

    name = "gradient_descent"
    label = "Gradient descent"
    formula = "p <- p - rate g, g over all rows"
    source = "Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées (1847)."
    full_batch = True

    def _rule_calls(
        self, parameters: FloatArray, gradient: FloatArray, moments: FloatArray, scratch: FloatArray
    ) -> list[Call]:
        del moments
        return [
            (np.multiply, (gradient, self._learning_rate, scratch[0])),
            (np.subtract, (parameters, scratch[0], parameters)),
        ]


class StochasticGradientDescent(Optimizer):
    """Stochastic gradient descent with momentum; momentum 0 is plain mini-batch descent and remembers nothing.

    The velocity holds gradients, not steps, so a change of the rate acts at once on all of the next step.
    """

    name = "sgd"
    label = "SGD"
    formula = "v <- momentum v + g;  p <- p - rate v"
    source = (
        "Robbins and Monro, A stochastic approximation method (1951); momentum: Polyak, Some methods of speeding up the"
        " convergence of iteration methods (1964)."
    )
    remembers = "the velocity"
    uses_momentum = True
    n_moments = 1

    def set_momentum(self, momentum: float) -> None:
        """Change the momentum; 0 forgets the velocity."""
        super().set_momentum(momentum)
        if not momentum:
            self.moments[...] = 0

    def _uses_moments(self) -> bool:
        return bool(self._momentum)

    def _rule_calls(
        self, parameters: FloatArray, gradient: FloatArray, moments: FloatArray, scratch: FloatArray
    ) -> list[Call]:
        step = scratch[0]
        direction, calls = gradient, list[Call]()
        if self._uses_moments():
            velocity = direction = moments[0]
            calls = [
                (np.multiply, (velocity, self._momentum, velocity)),
                (np.add, (velocity, gradient, velocity)),
            ]
        return [
            *calls,
            (np.multiply, (direction, self._learning_rate, step)),
            (np.subtract, (parameters, step, parameters)),
        ]


class Nesterov(StochasticGradientDescent):
    """Nesterov's accelerated gradient, in the form that needs the gradient only at the present parameters."""

    name = "nesterov"
    label = "Nesterov"
    formula = "v <- momentum v + g;  p <- p - rate (g + momentum v)"
    source = "Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum (2013)."

    def _rule_calls(
        self, parameters: FloatArray, gradient: FloatArray, moments: FloatArray, scratch: FloatArray
    ) -> list[Call]:
        if not self._uses_moments():
            return super()._rule_calls(parameters, gradient, moments, scratch)
        velocity, step = moments[0], scratch[0]
        return [
            (np.multiply, (velocity, self._momentum, velocity)),
            (np.add, (velocity, gradient, velocity)),
            (np.multiply, (velocity, self._momentum, step)),
            (np.add, (step, gradient, step)),
            (np.multiply, (step, self._learning_rate, step)),
            (np.subtract, (parameters, step, parameters)),
        ]
