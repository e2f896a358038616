"""Which moments of a run are kept, and that they stay under their cap."""

import itertools

import numpy as np
import pytest

from nnviz.engine.training import Trainer
from nnviz.run.moments import MIN_SPACING, Moments
from nnviz.run.track import NO_STILLS
from tests.run.driver import Driver

SIZE = 8_000


class Timed:
    """A trainer whose every update takes a hundredth of a second of a clock of its own."""

    def __init__(self, cap: int) -> None:
        self.trainer: Trainer = Driver().trainer
        self.trainer.begin()
        self.moments = Moments(cap, clock=lambda: 0.0)
        self.steps = self.trainer.steps()

    def train(self, updates: int) -> None:
        for _ in range(updates):
            self.moments.offer(self.trainer, self.trainer.step / 100)
            next(self.steps)
            assert self.moments.used <= self.moments.cap

    @property
    def kept(self) -> list[int]:
        found = (self.moments.nearest(step) for step in range(self.trainer.step + 1))
        return sorted({one.step for one in found if one is not None})


def test_the_spacing_stays_even_and_the_cap_is_held() -> None:
    timed = Timed(30 * SIZE)
    timed.train(2_000)
    gaps = [after - before for before, after in itertools.pairwise(timed.kept)]
    assert timed.kept[0] == 0
    assert len(gaps) > 8
    usual = sorted(gaps)[len(gaps) // 2]
    # The first, the newest and the best's base may lie between the others.
    assert sum(0.7 * usual <= gap <= 1.5 * usual for gap in gaps) >= len(gaps) - 4
    assert max(gaps) <= 1.5 * usual


def test_a_change_is_kept_where_its_neighbours_are_not() -> None:
    timed = Timed(20 * SIZE)
    timed.train(101)
    timed.moments.change(101)
    timed.train(3_000)
    assert 101 in timed.kept
    moment = timed.moments.before(105)
    assert moment is not None
    assert moment.step == 101
    before = timed.moments.before(100)
    assert before is not None
    assert before.step <= 100


def test_too_many_changes_go_too_and_what_they_led_to_is_not_computed_from_another() -> None:
    timed = Timed(12 * SIZE)
    for step in range(200):
        timed.moments.change(step)
        timed.train(1)
    assert timed.kept[0] == 0
    lost = next(step for step in range(200) if step not in timed.kept)
    assert timed.moments.before(lost) is None
    assert timed.moments.nearest(lost) is not None


def test_where_the_best_epoch_is_computed_from_stays() -> None:
    timed = Timed(20 * SIZE)
    timed.train(3_000)
    assert timed.trainer.best is not None
    best = timed.trainer.best.step
    base = timed.moments.before(best)
    assert base is not None
    assert best - base.step <= 100 * timed.moments.spacing


def test_keeping_takes_at_most_a_hundredth_of_the_time() -> None:
    ticks = itertools.count(0.0, 0.01)  # each look at the clock takes 10 ms
    trainer = Driver().trainer
    moments = Moments(clock=lambda: next(ticks))
    moments.offer(trainer, 0.0)
    assert moments.spacing == pytest.approx(1.0)
    next(trainer.steps())
    moments.offer(trainer, 0.9)
    assert len(moments) == 1
    moments.offer(trainer, 1.0)
    assert len(moments) == 2


def test_a_smaller_cap_is_held_at_once_and_none_keeps_none() -> None:
    timed = Timed(60 * SIZE)
    timed.train(500)
    timed.moments.set_cap(10 * SIZE)
    assert 0 < timed.moments.used <= 10 * SIZE
    timed.moments.set_cap(0)
    assert (len(timed.moments), timed.moments.used) == (0, 0)
    timed.train(50)
    assert len(timed.moments) == 0


def test_forgetting_what_came_later_frees_its_memory() -> None:
    timed = Timed(1_000 * SIZE)
    timed.train(3)
    used = timed.moments.used
    timed.train(300)
    timed.moments.cut(2)
    assert timed.moments.used == used
    assert timed.moments.spacing == MIN_SPACING


def test_stills_are_the_weights_of_the_moments_nearest_to_what_is_asked_for_each_once() -> None:
    timed = Timed(1_000 * SIZE)
    weights = []
    for _ in range(40):
        weights.append(timed.trainer.mlp.parameters.copy())
        timed.train(1)
    stills = timed.moments.stills((0, 11, 11, 30, 900))
    assert stills.asked == (0, 11, 11, 30, 900)
    assert [still.step for still in stills.found] == [0, 11, 30, timed.kept[-1]]
    for still in stills.found:
        np.testing.assert_array_equal(still.parameters, weights[still.step])
        assert not still.parameters.flags.writeable
    assert timed.moments.stills((11,)).found[0].parameters is stills.found[1].parameters
    assert timed.moments.stills(()) == NO_STILLS


def test_a_moment_that_was_changed_by_hand_is_no_still_until_it_is_kept_as_it_became() -> None:
    timed = Timed(1_000 * SIZE)
    timed.train(10)
    timed.moments.offer(timed.trainer, 0.1)
    assert [still.step for still in timed.moments.stills((10,)).found] == [10]
    timed.trainer.mlp.parameters[0] += 1.0
    timed.moments.change(10)
    assert timed.moments.stills((10,)).found == ()
    became = timed.trainer.mlp.parameters.copy()
    timed.train(1)
    (still,) = timed.moments.stills((10,)).found
    np.testing.assert_array_equal(still.parameters, became)
