"""Names on the lanes of the time rail: where nothing goes off the lane."""

import pytest

from nnviz.ui.panels.rail_lanes import name_centre


@pytest.mark.parametrize(
    ("forks", "expected"),
    [
        ((), 720.0),
        ((300.0,), 720.0),
        ((700.0,), 600.0),  # through the name
        ((688.0,), 600.0),  # its bend would end in the name
        ((675.0,), 720.0),
        ((720.0, 605.0), 350.0),
    ],
)
def test_a_name_stands_clear_of_what_goes_off_its_lane(forks: tuple[float, ...], expected: float) -> None:
    assert name_centre(100.0, 1100.0, 30.0, forks, 0.62) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("above", "expected"),
    [((680.0, 740.0), 600.0), ((740.0, 800.0), 600.0), ((750.0, 810.0), 720.0), ((560.0, 740.0), 350.0)],
)
def test_a_name_stands_beside_the_one_above_it(above: tuple[float, float], expected: float) -> None:
    assert name_centre(100.0, 1100.0, 30.0, (), 0.62, above) == pytest.approx(expected)


def test_where_no_place_is_clear_it_stands_where_it_would() -> None:
    forks = [100.0 + 10 * index for index in range(100)]
    assert name_centre(100.0, 1100.0, 30.0, forks, 0.38) == pytest.approx(480.0)


def test_a_name_never_sticks_out_of_a_short_lane() -> None:
    centre = name_centre(0.0, 100.0, 30.0, [38.0, 62.0, 50.0], 0.38)
    assert centre == pytest.approx(38.0)
