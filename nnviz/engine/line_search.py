"""A line search for the strong Wolfe conditions: far enough down, and flat enough."""

import math
from collections.abc import Callable
from typing import NamedTuple

SUFFICIENT_DECREASE = 1e-4  # c1 and c2 of Nocedal and Wright, equations 3.7
CURVATURE = 0.9
MAX_EVALUATIONS = 25


class Point(NamedTuple):
    """A step length t along the direction, the objective there and its slope along the direction."""

    step: float
    value: float
    slope: float


def line_search(
    evaluate: Callable[[float], tuple[float, float]], start: Point, first: float, *, least: float
) -> tuple[Point, int]:
    """Find a step length that meets the strong Wolfe conditions.

    Parameters
    ----------
    evaluate
        ``evaluate(t) -> (value, slope)`` of the objective after a step of length t; both may be infinite or nan.
    start
        The point at t = 0, its slope below 0.
    first
        The length to try first, above 0.
    least
        A bracket narrower than this is good enough.

    Returns
    -------
    Point, int
        The best point found, which is `start` when nothing lower was seen; the number of evaluations.

    Notes
    -----
    Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5 and 3.6, with the cubic interpolation of their
    equation 3.59, and the safeguards of Schmidt's minFunc (2005): a next trial lies between 1.01 and 10 times the
    present one, and inside a bracket it keeps a tenth of the width from either end when the last one did not.
    """
    search = _Search(evaluate, start)
    low, high = search.bracket(first)
    if high is None:
        return low, search.evaluations
    return search.zoom(low, high, least), search.evaluations


class _Search:
    def __init__(self, evaluate: Callable[[float], tuple[float, float]], start: Point) -> None:
        self._evaluate = evaluate
        self._start = start
        self.evaluations = 0

    def _at(self, step: float) -> Point:
        value, slope = self._evaluate(step)
        self.evaluations += 1
        return Point(step, math.inf if math.isnan(value) else value, slope)

    def _too_high(self, point: Point) -> bool:
        allowed = self._start.value + SUFFICIENT_DECREASE * point.step * self._start.slope
        return point.value > allowed

    def _flat_enough(self, point: Point) -> bool:
        return abs(point.slope) <= -CURVATURE * self._start.slope

    def bracket(self, first: float) -> tuple[Point, Point | None]:
        """Step outwards until two points enclose what is looked for; or one point that is it, and None."""
        before, point = self._start, self._at(first)
        for trial in range(MAX_EVALUATIONS):
            if self._too_high(point) or (trial > 1 and point.value >= before.value):
                return before, point
            if self._flat_enough(point):
                return point, None
            if point.slope >= 0:
                return before, point
            further = _cubic_minimum(before, point, (point.step + 0.01 * (point.step - before.step), 10 * point.step))
            before, point = point, self._at(further)
        return (point, None) if point.value < self._start.value else (self._start, None)

    def zoom(self, one: Point, other: Point, least: float) -> Point:
        """Narrow the bracket down; return its lower end."""
        low, high = (one, other) if one.value <= other.value else (other, one)
        was_near_an_end = False
        while self.evaluations <= MAX_EVALUATIONS and abs(high.step - low.step) >= least:
            left, right = sorted((low.step, high.step))
            ends = (low, high) if low.step <= high.step else (high, low)
            step = _cubic_minimum(*ends, (left, right))
            margin = 0.1 * (right - left)
            near_an_end = min(right - step, step - left) < margin
            if near_an_end and (was_near_an_end or not left < step < right):
                step = right - margin if right - step < step - left else left + margin
                near_an_end = False
            was_near_an_end = near_an_end
            point = self._at(step)
            if self._too_high(point) or point.value >= low.value:
                high = point
            else:
                if self._flat_enough(point):
                    return point
                if point.slope * (high.step - low.step) >= 0:
                    high = low
                low = point
            if high.value < low.value:
                low, high = high, low
        return low


def _cubic_minimum(one: Point, other: Point, bounds: tuple[float, float]) -> float:
    """Return where the cubic through both points and slopes is least, inside `bounds`; their middle if it has none."""
    low, high = bounds
    secant = one.slope + other.slope - 3 * (one.value - other.value) / (one.step - other.step)
    square = secant * secant - one.slope * other.slope
    if square >= 0:  # False for nan
        root = math.sqrt(square)
        width = other.step - one.step
        bottom = other.slope - one.slope + 2 * root
        if bottom != 0:
            step = other.step - width * ((other.slope + root - secant) / bottom)
            if math.isfinite(step):
                return min(max(step, low), high)
    return (low + high) / 2
