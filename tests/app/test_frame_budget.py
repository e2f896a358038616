"""The ladder of resolutions: down when a picture costs too much, up again when it long did not."""

import pytest

from nnviz.app.frame_budget import (
    FINE_CELLS,
    LEAST_PICTURES,
    LIVE_CELLS,
    MOST_MAPS,
    MOST_PICTURES,
    Ladder,
    map_rate,
    picture_rate,
)


def _run(ladder: Ladder, cost: float, turns: int) -> list[float]:
    """Return the levels over some pictures that cost ``cost`` seconds at level 64."""
    seen = []
    for _ in range(turns):
        ladder.note(ladder.level, cost * (ladder.level / 64) ** 2)
        seen.append(ladder.level)
    return seen


def test_cheap_pictures_stay_at_the_finest_level() -> None:
    assert set(_run(Ladder(LIVE_CELLS, 0.004), 0.0039, 50)) == {64}


def test_costly_pictures_step_down_until_they_fit() -> None:
    assert _run(Ladder(LIVE_CELLS, 0.004), 0.007, 50)[-1] == 48
    assert _run(Ladder(LIVE_CELLS, 0.004), 0.012, 50)[-1] == 32
    assert _run(Ladder(LIVE_CELLS, 0.004), 1.0, 50)[-1] == LIVE_CELLS[-1]


def test_one_slow_picture_changes_nothing() -> None:
    ladder = Ladder(LIVE_CELLS, 0.004)
    _run(ladder, 0.002, 5)
    ladder.note(64, 0.5)
    assert ladder.level == 64


def test_level_rises_again_when_pictures_become_cheap() -> None:
    ladder = Ladder(LIVE_CELLS, 0.004)
    _run(ladder, 0.012, 30)
    levels = _run(ladder, 0.001, 60)
    assert levels[0] == 32
    assert levels[-1] == 64


def test_cost_at_the_edge_does_not_make_the_level_swing() -> None:
    ladder = Ladder(LIVE_CELLS, 0.004)
    _run(ladder, 0.0045, 10)
    assert set(_run(ladder, 0.0045, 100)) == {48}


def test_fine_level_is_the_finest_that_its_own_budget_allows() -> None:
    ladder = Ladder(LIVE_CELLS, 0.004)
    assert ladder.affordable(FINE_CELLS, 0.15) == 160
    _run(ladder, 0.040, 10)  # at 64; 250 ms at 160, 160 ms at 128
    assert ladder.affordable(FINE_CELLS, 0.15) == 96


def test_other_network_begins_at_the_finest_level_again() -> None:
    ladder = Ladder(LIVE_CELLS, 0.004)
    _run(ladder, 1.0, 30)
    ladder.forget()
    assert ladder.level == 64


def test_small_networks_get_every_picture_and_larger_ones_fewer_but_never_none() -> None:
    assert picture_rate(105) == picture_rate(393) == picture_rate(600) == MOST_PICTURES
    assert picture_rate(4_800) == pytest.approx(MOST_PICTURES / 2)
    rates = [picture_rate(2**power) for power in range(24)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == LEAST_PICTURES


def test_maps_are_rarer_than_pictures_of_the_diagram() -> None:
    assert map_rate(105) == map_rate(1_603) == MOST_MAPS
    assert map_rate(10**6) == pytest.approx(LEAST_PICTURES * 2 / 3)
