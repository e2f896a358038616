"""Where along a run pictures of the map have their places."""

import itertools

import numpy as np
import pytest

from nnviz.app.rail_slots import SNAP, placed, slots
from nnviz.run.history import HistoryView
from tests.run.driver import Driver
from tests.run.test_rewind import epochs


def history_of(n: int) -> HistoryView:
    """Return the history of a run of so many epochs."""
    driver = Driver()
    driver.snapshot()
    epochs(driver, n)
    return driver.snapshot().history


@pytest.mark.parametrize("pixels", [200.0, 500.0, 1_090.0])
def test_slots_are_ends_of_epochs_far_enough_apart_and_no_farther_than_twice_that(pixels: float) -> None:
    history = history_of(50)
    newest = int(history.step[-1])
    found = slots(history, newest, pixels, 34.0)
    assert found[0] == 0
    assert set(found) <= set(history.step.tolist())
    gaps = [(after - before) * pixels / newest for before, after in itertools.pairwise(found)]
    assert len(gaps) > 1
    assert min(gaps) >= 34.0 - 1e-9
    assert max(gaps) < 68.0


def test_half_of_the_slots_stay_when_the_run_is_twice_as_long() -> None:
    long, short = history_of(60), history_of(30)
    before, after = (slots(one, int(one.step[-1]), 500.0, 34.0) for one in (short, long))
    assert set(before[::2]) <= set(after)


def test_long_epochs_have_slots_within_them_and_an_unfinished_first_one_too() -> None:
    history = history_of(3)
    assert slots(history, int(history.step[-1]), 1_000.0, 100.0) == tuple(range(int(history.step[-1]) + 1))
    first = history_of(0)
    assert slots(first, 64, 160.0, 34.0) == (0, 16, 32, 48, 64)
    assert slots(first, 0, 160.0, 34.0) == ()


def test_pictures_stand_at_their_moments_in_an_even_row_where_that_is_near_enough() -> None:
    wanted = (0, 100, 200, 300)
    steps = (0, 101, 150, 230, 300)
    found = placed(steps, wanted, float, 40.0)
    assert found == [(0, 0.0), (1, 100.0), (2, 150.0), (3, 230.0), (4, 300.0)]
    assert abs(steps[1] - found[1][1]) <= SNAP
    crowded = placed(steps, wanted, lambda step: step / 3, 40.0)
    assert [index for index, _ in crowded] == [0, 2, 4]
    assert np.diff([x for _, x in crowded]).min() >= 40.0


def test_moments_that_were_asked_for_before_may_be_placed_without_slots() -> None:
    assert placed((5, 90), (), float, 40.0) == [(0, 5.0), (1, 90.0)]
