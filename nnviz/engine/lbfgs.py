"""L-BFGS: a quasi-Newton step on all rows, its length found by a line search."""

import math
from collections.abc import Callable

import numpy as np

from nnviz.engine.arrays import Call, FloatArray
from nnviz.engine.line_search import Point, line_search
from nnviz.engine.optimizer import Optimizer

_PAIRS = 10  # pairs of steps and gradient changes that stand for the curvature
_PREVIOUS, _STEP = 2 * _PAIRS, 2 * _PAIRS + 1  # rows of `moments` behind the pairs
_SMALLEST_GRADIENT = 1e-7
_SMALLEST_CHANGE = 1e-9
_SMALLEST_CURVATURE = 1e-10


class LBFGS(Optimizer):
    """Limited-memory BFGS with a strong Wolfe line search.

    One update is one direction and the search along it, which looks at the objective about once or twice; the learning
    rate is the length that is tried first. The objective must be the same each time: all rows, nothing random.

    `moments` holds the newest steps s, the changes of the gradient y that they brought, the gradient before the last
    step and that step; `scalars` holds the number of pairs, the place of the oldest, and 1 / (y s) of each.
    """

    name = "lbfgs"
    label = "L-BFGS"
    formula = "p <- p - t H g, H from the last 10 pairs (s, y), t by a strong Wolfe line search"
    source = "Liu and Nocedal, On the limited memory BFGS method for large scale optimization (1989)."
    remembers = "the curvature of the last 10 steps"
    full_batch = True
    needs_objective = True
    n_moments = 2 * _PAIRS + 2
    first_scalars = (0.0,) * (2 + _PAIRS)

    def attach(self, objective: Callable[[], float]) -> None:
        """Hand over the objective: it evaluates the loss at the parameters as they are, and writes the gradient."""
        self._objective = objective

    def update_calls(self, decay: FloatArray | None = None) -> list[Call]:
        """Return one call, which looks at the objective itself; decoupled weight decay is not for it."""
        if decay is not None:
            raise ValueError("L-BFGS follows one objective: weight decay has no place in it, an L2 penalty has")
        return [(self._iterate, ())]

    def _iterate(self) -> None:
        gradient = self._gradient
        value = self._objective()
        largest = float(np.abs(gradient).max())
        if not (math.isfinite(largest) and math.isfinite(value)):
            return  # whoever asked for the update sees the gradient and the loss
        if largest <= _SMALLEST_GRADIENT:
            return
        first = self._rate
        if self.updates:
            self._remember(gradient - self.moments[_PREVIOUS])
            direction = self._direction(gradient)
        else:
            direction = -gradient
            first *= min(1.0, 1 / float(np.abs(gradient).sum(dtype=np.float64)))
        slope = _dot(gradient, direction)
        if not slope <= -_SMALLEST_CHANGE:
            return
        self.updates += 1
        self.moments[_PREVIOUS] = gradient
        start = self._parameters.copy()

        def evaluate(step: float) -> tuple[float, float]:
            self._parameters[...] = start + direction * direction.dtype.type(step)
            return self._objective(), _dot(gradient, direction)

        least = _SMALLEST_CHANGE / float(np.abs(direction).max())
        point, _ = line_search(evaluate, Point(0.0, value, slope), first, least=least)
        step = direction * direction.dtype.type(point.step)
        self._parameters[...] = start + step
        self.moments[_STEP] = step
        gradient[...] = self.moments[_PREVIOUS]  # the gradient of this update, not of the last trial

    def _remember(self, change: FloatArray) -> None:
        """Keep the pair of the last step, unless the objective was not convex along it."""
        step = self.moments[_STEP]
        curvature = _dot(change, step)
        if curvature <= _SMALLEST_CURVATURE:
            return
        count, oldest = int(self.scalars[0]), int(self.scalars[1])
        place = (oldest + count) % _PAIRS
        if count == _PAIRS:
            self.scalars[1] = (oldest + 1) % _PAIRS
        else:
            self.scalars[0] = count + 1
        self.moments[place] = step
        self.moments[_PAIRS + place] = change
        self.scalars[2 + place] = 1 / curvature
        step[...] = 0  # kept once, however often no step is made from here

    def _direction(self, gradient: FloatArray) -> FloatArray:
        """Return -H g by the two-loop recursion (Nocedal and Wright, algorithm 7.4)."""
        count, oldest = int(self.scalars[0]), int(self.scalars[1])
        places = [(oldest + index) % _PAIRS for index in range(count)]
        number = gradient.dtype.type
        result = -gradient
        shares = {}
        for place in reversed(places):
            shares[place] = _dot(self.moments[place], result) * self.scalars[2 + place]
            result -= number(shares[place]) * self.moments[_PAIRS + place]
        if places:
            newest = self.moments[_PAIRS + places[-1]]
            result *= number(1 / (self.scalars[2 + places[-1]] * _dot(newest, newest)))
        for place in places:
            correction = _dot(self.moments[_PAIRS + place], result) * self.scalars[2 + place]
            result += number(shares[place] - correction) * self.moments[place]
        return result


def _dot(one: FloatArray, other: FloatArray) -> float:
    """Return the scalar product, in 64-bit numbers where 32-bit ones overflow."""
    product = float(one.dot(other))
    return product if math.isfinite(product) else float(one.astype(np.float64).dot(other.astype(np.float64)))
