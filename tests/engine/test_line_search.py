"""The line search on functions of one variable: the strong Wolfe conditions, and what is done where none meets them."""

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.line_search import MAX_EVALUATIONS, SUFFICIENT_DECREASE, Point, line_search


def search_of(
    value: Callable[[float], float], slope: Callable[[float], float], first: float
) -> tuple[Point, int, list[float]]:
    tried: list[float] = []

    def evaluate(step: float) -> tuple[float, float]:
        tried.append(step)
        return value(step), slope(step)

    point, count = line_search(evaluate, Point(0.0, value(0), slope(0)), first, least=1e-12)
    return point, count, tried


@settings(deadline=None, derandomize=True)
@given(
    st.floats(0.05, 20), st.floats(0.01, 100), st.floats(0.01, 10), st.floats(-3, 3), st.sampled_from([0.9, 0.1, 0.02])
)
def test_line_search_meets_both_conditions_on_curved_functions(
    bottom: float, scale: float, first: float, skew: float, curvature: float
) -> None:
    # A steep wall on one side, a gentle slope on the other: cubics fit them badly, so that the bracket is worked on.
    def value(t: float) -> float:
        return scale * (math.exp(skew * (t - bottom) / bottom) - skew * (t - bottom) / bottom + (t - bottom) ** 4)

    def slope(t: float) -> float:
        return scale * (skew / bottom * (math.exp(skew * (t - bottom) / bottom) - 1) + 4 * (t - bottom) ** 3)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nnviz.engine.line_search.CURVATURE", curvature)
        point, count, tried = search_of(value, slope, first)
    assert count == len(tried) <= MAX_EVALUATIONS + 1
    assert point.value == value(point.step)
    assert point.step in tried
    assert point.value <= value(0) + SUFFICIENT_DECREASE * point.step * slope(0)
    assert abs(slope(point.step)) <= curvature * abs(slope(0))


@pytest.mark.parametrize(
    ("slope", "drop", "accepted"),
    [
        (-0.88, 0.5, True),
        (-0.92, 0.5, False),
        (0.88, 0.5, True),
        (0.92, 0.5, False),
        (0.0, 1.01e-4, True),
        (0.0, 0.99e-4, False),
    ],
)
def test_point_is_flat_enough_at_nine_tenths_of_the_slope_and_low_enough_at_a_ten_thousandth(
    slope: float, drop: float, accepted: bool
) -> None:
    tried = []

    def evaluate(step: float) -> tuple[float, float]:
        tried.append(step)
        return (-drop, slope) if step == 1 else (-step / 2, -0.5)

    line_search(evaluate, Point(0.0, 0.0, -1.0), 1.0, least=1e-9)
    assert (len(tried) == 1) == accepted


def test_line_search_stays_before_a_wall_of_numbers_that_are_not_finite() -> None:
    for beyond in (math.inf, math.nan):
        point, _, tried = search_of(
            lambda t, beyond=beyond: (t - 1) ** 2 if t < 1.5 else beyond,  # type: ignore[misc]
            lambda t, beyond=beyond: 2 * (t - 1) if t < 1.5 else beyond,  # type: ignore[misc]
            40.0,
        )
        assert max(tried) == 40
        assert abs(point.slope) <= 0.9 * 2
        assert 0 < point.step < 1.5


def test_line_search_that_sees_nothing_lower_stays_at_its_start() -> None:
    point, count, _ = search_of(lambda t: t, lambda _t: -1.0, 1.0)  # a slope that lies
    assert (point.step, point.value) == (0.0, 0.0)
    assert count <= MAX_EVALUATIONS + 1


def test_line_search_on_an_endless_slope_ends_at_the_furthest_point() -> None:
    point, count, tried = search_of(lambda t: -t, lambda _t: -1.0, 1.0)
    assert point.step == tried[-1] == max(tried)
    assert count == MAX_EVALUATIONS + 1
    assert all(1.01 <= after / before <= 10.0 for before, after in pairwise(tried))


def test_line_search_accepts_the_first_length_when_it_is_good() -> None:
    point, count, _ = search_of(lambda t: (t - 1) ** 2, lambda t: 2 * (t - 1), 1.0)
    assert (point.step, count) == (1.0, 1)


def test_line_search_turns_back_where_the_function_rises_again_however_far_it_could_go_on() -> None:
    values = [-10.0, -9.0, -8.0]  # each low enough for its length, none flat
    tried: list[float] = []

    def evaluate(step: float) -> tuple[float, float]:
        tried.append(step)
        return (values[len(tried) - 1], -5.0) if len(tried) <= 3 else (-12.0, 0.0)

    point, count = line_search(evaluate, Point(0.0, 0.0, -1.0), 1.0, least=1e-9)
    assert tried[0] < tried[1] < tried[3] < tried[2]
    assert (point.value, count) == (-12.0, 4)
