"""Update rules that scale each parameter's step by its own past gradients: AdaGrad, RMSprop, Adam, AdamW, NAdam."""

import math

import numpy as np

from nnviz.engine.arrays import BLOCK, Call, FloatArray, constant
from nnviz.engine.optimizer import Optimizer


class AdaGrad(Optimizer):
    """AdaGrad: steps shrink with the sum of all squared gradients so far."""

    name = "adagrad"
    label = "AdaGrad"
    formula = "s <- s + g^2;  p <- p - rate g / (sqrt(s) + 1e-10)"
    source = "Duchi, Hazan and Singer, Adaptive subgradient methods for online learning (2011)."
    remembers = "the sum of the squared gradients"
    keeps_squares = True
    n_moments = 1
    epsilon = 1e-10

    def _rule_calls(
        self, parameters: FloatArray, gradient: FloatArray, moments: FloatArray, scratch: FloatArray
    ) -> list[Call]:
        total, room, step = moments[0], scratch[0], scratch[1]
        return [
            (np.square, (gradient, room)),
            (np.add, (total, room, total)),
            (np.sqrt, (total, room)),
            (np.add, (room, constant(self.epsilon, room), room)),
            (np.multiply, (gradient, self._learning_rate, step)),
            (np.divide, (step, room, step)),
            (np.subtract, (parameters, step, parameters)),
        ]


class RMSprop(Optimizer):
    """RMSprop: gradients divided by a running root mean square, with momentum on the quotient."""

    name = "rmsprop"
    label = "RMSprop"
    formula = "s <- 0.99 s + 0.01 g^2;  v <- momentum v + g / (sqrt(s) + 1e-8);  p <- p - rate v"
    source = "Tieleman and Hinton, Lecture 6.5: divide the gradient by a running average of its magnitude (2012)."
    remembers = "the running mean of the squared gradient"
    uses_momentum = True
    keeps_squares = True
    n_moments = 2
    decay = 0.99
    epsilon = 1e-8

    def set_momentum(self, momentum: float) -> None:
        """Change the momentum; 0 forgets the velocity and keeps the mean square."""
        super().set_momentum(momentum)
        if not momentum:
            self.moments[1] = 0

    def _rule_calls(
        self, parameters: FloatArray, gradient: FloatArray, moments: FloatArray, scratch: FloatArray
    ) -> list[Call]:
        (square, velocity), room = moments, scratch[0]
        calls: list[Call] = [
            (np.square, (gradient, room)),
            (np.subtract, (room, square, room)),
            (np.multiply, (room, constant(1 - self.decay, room), room)),
            (np.add, (square, room, square)),
            (np.sqrt, (square, room)),
            (np.add, (room, constant(self.epsilon, room), room)),
            (np.divide, (gradient, room, room)),
        ]
        direction = room
        if self._momentum:
            direction = velocity
            calls += [
                (np.multiply, (velocity, self._momentum, velocity)),
                (np.add, (velocity, room, velocity)),
            ]
        return [
            *calls,
            (np.multiply, (direction, self._learning_rate, room)),
            (np.subtract, (parameters, room, parameters)),
        ]


class Adam(Optimizer):
    """Adam: steps scaled by running means of the gradient and of its square, corrected for their start at 0."""

    name = "adam"
    label = "Adam"
    formula = (
        "m <- 0.9 m + 0.1 g;  v <- 0.999 v + 0.001 g^2;  "
        "p <- p - rate m / (1 - 0.9^t) / (sqrt(v / (1 - 0.999^t)) + 1e-8)"
    )
    source = "Kingma and Ba, Adam: a method for stochastic optimization (2015), algorithm 1."
    remembers = "the running mean of the gradient and of its square"
    keeps_squares = True
    n_moments = 2
    beta1 = 0.9
    beta2 = 0.999
    epsilon = 1e-8

    def __init__(
        self, parameters: FloatArray, gradient: FloatArray, *, learning_rate: float, momentum: float = 0.0
    ) -> None:
        super().__init__(parameters, gradient, learning_rate=learning_rate, momentum=momentum)
        self._corrected_rate = constant(learning_rate, parameters)
        self._corrected_epsilon = constant(self.epsilon, parameters)
        # Written out, not broadcast: that takes three times as long.
        self._weights = np.empty_like(parameters, shape=(2, min(parameters.size, BLOCK)))
        self._weights[0] = 1 - self.beta1
        self._weights[1] = 1 - self.beta2

    def _count_update(self) -> None:
        # p - rate m/c1 / (sqrt(v/c2) + e) = p - (rate sqrt(c2)/c1) m / (sqrt(v) + sqrt(c2) e): both corrections are
        # single numbers, and no vector is divided by them.
        self.updates = t = self.updates + 1
        root = (1 - self.beta2**t) ** 0.5
        self._corrected_rate[...] = self._rate * root / (1 - self.beta1**t)
        self._corrected_epsilon[...] = self.epsilon * root

    def _first_calls(self) -> list[Call]:
        return [(self._count_update, ())]

    def _mean_calls(self, gradient: FloatArray, moments: FloatArray, scratch: FloatArray) -> list[Call]:
        """Return the calls that move both running means, and leave sqrt(v) + epsilon in ``scratch[1]``."""
        room = scratch[1]
        return [
            (np.subtract, (gradient, moments[0], scratch[0])),
            (np.square, (gradient, room)),
            (np.subtract, (room, moments[1], room)),
            (np.multiply, (scratch, self._weights[:, : len(room)], scratch)),
            (np.add, (moments, scratch, moments)),
            (np.sqrt, (moments[1], room)),
            (np.add, (room, self._corrected_epsilon, room)),
        ]

    def _rule_calls(
        self, parameters: FloatArray, gradient: FloatArray, moments: FloatArray, scratch: FloatArray
    ) -> list[Call]:
        room = scratch[1]
        return [
            *self._mean_calls(gradient, moments, scratch),
            (np.divide, (moments[0], room, room)),
            (np.multiply, (room, self._corrected_rate, room)),
            (np.subtract, (parameters, room, parameters)),
        ]


class AdamW(Adam):
    """Adam with weight decay that is not divided by the root mean square of the gradients."""

    name = "adamw"
    label = "AdamW"
    formula = "w <- w - rate decay w;  then Adam"
    source = "Loshchilov and Hutter, Decoupled weight decay regularization (2019)."
    default_weight_decay = 0.01


class NAdam(Adam):
    """Adam with Nesterov's look ahead, its momentum warmed up over the first updates."""

    name = "nadam"
    label = "NAdam"
    formula = (
        "k_t = 0.9 (1 - 0.5 0.96^(t/250)), K_t = k_1 ... k_t;  m, v as Adam;  "
        "p <- p - rate ((1 - k_t) g / (1 - K_t) + k_(t+1) m / (1 - K_(t+1))) / (sqrt(v / (1 - 0.999^t)) + 1e-8)"
    )
    source = "Dozat, Incorporating Nesterov momentum into Adam (2016)."
    first_scalars = (1.0,)  # K_0
    momentum_decay = 0.004

    def __init__(
        self, parameters: FloatArray, gradient: FloatArray, *, learning_rate: float, momentum: float = 0.0
    ) -> None:
        super().__init__(parameters, gradient, learning_rate=learning_rate, momentum=momentum)
        self._gradient_rate = constant(learning_rate, parameters)

    def _warmed(self, t: int) -> float:
        return self.beta1 * (1 - 0.5 * math.pow(0.96, t * self.momentum_decay))

    def _count_update(self) -> None:
        super()._count_update()
        t = self.updates
        now, after = self._warmed(t), self._warmed(t + 1)
        product = float(self.scalars[0]) * now
        self.scalars[0] = product
        root = (1 - self.beta2**t) ** 0.5
        self._gradient_rate[...] = self._rate * root * (1 - now) / (1 - product)
        self._corrected_rate[...] = self._rate * root * after / (1 - product * after)

    def _rule_calls(
        self, parameters: FloatArray, gradient: FloatArray, moments: FloatArray, scratch: FloatArray
    ) -> list[Call]:
        step, room = scratch
        return [
            *self._mean_calls(gradient, moments, scratch),
            (np.multiply, (gradient, self._gradient_rate, step)),
            (np.divide, (step, room, step)),
            (np.subtract, (parameters, step, parameters)),
            (np.multiply, (moments[0], self._corrected_rate, step)),
            (np.divide, (step, room, step)),
            (np.subtract, (parameters, step, parameters)),
        ]
