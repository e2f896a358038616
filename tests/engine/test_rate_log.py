"""RateLog: the rate of every update again, bit for bit, whatever was changed on the way."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.rate_log import RateLog
from nnviz.engine.schedules import SCHEDULES, Plateau, Schedule


class Walk:
    """A trainer's way through the rows, with its rates written down one by one; forgets nothing."""

    def __init__(self, n_rows: int, schedule: Schedule) -> None:
        self.n_rows = n_rows
        self.base, self.batch_size, self.origin = 0.1, 4, 0.0
        self.plateau = Plateau(schedule)
        self.epoch = self.position = 0
        self.rates: list[float] = []
        self.log = RateLog()
        self.note()

    def note(self) -> None:
        self.log.begin(
            len(self.rates),
            epoch=self.epoch,
            position=self.position,
            base=self.base,
            schedule=self.plateau.schedule,
            batch_size=self.batch_size,
            n_rows=self.n_rows,
            reductions=self.plateau.reductions,
            origin=self.origin,
        )

    def update(self) -> None:
        size = min(self.batch_size, self.n_rows)
        t = self.epoch - self.origin + self.position / self.n_rows
        step_length = 1 / math.ceil(self.n_rows / size)
        rate = self.base * self.plateau.schedule.multiplier(t, step_length, self.plateau.reductions)
        assert rate == self.log.rate(self.epoch, self.position)
        self.rates.append(rate)
        self.position += size
        if self.position >= self.n_rows:
            self.epoch += 1
            self.position = 0
            if self.plateau.after_epoch(1.0):
                self.note()

    def change(self, base: float, batch_size: int, schedule: Schedule) -> None:
        self.base, self.batch_size = base, batch_size
        if schedule.name != self.plateau.schedule.name:
            self.plateau = Plateau(schedule)
            self.origin = self.epoch + self.position / self.n_rows
        self.plateau.schedule = schedule
        self.note()


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 40),  # updates before the change
        st.sampled_from([0.1, 0.03, 1.7]),
        st.integers(1, 60),
        st.builds(
            Schedule,
            name=st.sampled_from(sorted(SCHEDULES)),
            period=st.sampled_from([0.7, 3, 10]),
            growth=st.integers(1, 2),
            patience=st.integers(0, 2),
            warmup=st.sampled_from([0, 0.4, 2]),
        ),
    ),
    max_size=6,
)


@settings(deadline=None, derandomize=True, max_examples=150, database=None)
@given(n_rows=st.integers(1, 50), changes=CHANGES)
def test_rate_of_every_update_of_a_changeful_run_is_the_one_it_was_made_with(
    n_rows: int, changes: Sequence[tuple[int, float, int, Schedule]]
) -> None:
    walk = Walk(n_rows, Schedule("plateau", patience=1))
    for updates, base, batch_size, schedule in (*changes, (40, 0.1, 4, Schedule())):
        for _ in range(updates):
            walk.update()
        walk.change(base, batch_size, schedule)
    walk.update()
    n = len(walk.rates)
    assert [walk.log.at(step) for step in range(n)] == walk.rates
    steps, rates = walk.log.curve(0, n - 1, max(2, n))
    assert (steps.tolist(), rates.tolist()) == (list(range(n)), walk.rates)
    for step in (0, n // 2, n - 1):
        earlier = walk.log.rewound(step)
        assert [earlier.at(k) for k in range(step + 1)] == walk.rates[: step + 1]
        assert all(segment.step <= step for segment in earlier.segments)


def test_rates_of_ragged_batches_are_those_worked_by_hand() -> None:
    log = RateLog()
    schedule = Schedule("exponential", factor=0.5)
    log.begin(0, epoch=0, position=0, base=2, schedule=schedule, batch_size=4, n_rows=10)
    t = [0, 0.4, 0.8, 1, 1.4, 1.8, 2]
    assert [log.at(step) for step in range(7)] == pytest.approx([2 * 0.5**x for x in t], rel=1e-15)
    log.begin(4, epoch=1, position=4, base=2, schedule=schedule, batch_size=5, n_rows=10)  # then rows 9, 0, 5, 0
    t = [0, 0.4, 0.8, 1, 1.4, 1.9, 2, 2.5, 3]
    assert [log.at(step) for step in range(9)] == pytest.approx([2 * 0.5**x for x in t], rel=1e-15)


def test_schedule_counts_from_its_origin() -> None:
    log = RateLog()
    schedule = Schedule("step", factor=0.1, period=2)
    log.begin(70, epoch=7, position=0, base=1, schedule=schedule, batch_size=1, n_rows=10, origin=7)
    assert [log.at(step) for step in (70, 89, 90, 110)] == pytest.approx([1, 1, 0.1, 0.01])


def test_log_of_a_long_run_takes_one_segment_per_change() -> None:
    walk = Walk(20, Schedule("cosine", period=3))
    for _ in range(20_000):
        walk.update()
    walk.change(0.1, 3, walk.plateau.schedule)
    assert [segment.step for segment in walk.log.segments] == [0, 20_000]
    assert walk.log.at(19_999) == walk.rates[-1]


def test_settings_that_change_nothing_take_no_segment() -> None:
    walk = Walk(10, Schedule("cosine"))
    for _ in range(7):
        walk.update()
        walk.note()
    assert len(walk.log.segments) == 1
    walk.batch_size = 99
    walk.note()
    before = walk.log.segments
    walk.batch_size = 10  # just as much all the rows
    walk.note()
    assert walk.log.segments == before


def test_same_settings_at_another_place_take_a_segment() -> None:
    log = RateLog()
    schedule = Schedule("exponential", factor=0.5)
    for epoch, position in ((0, 4), (1, 0)):  # the walk itself leads to row 4 of epoch 0
        log.begin(0, epoch=0, position=0, base=1, schedule=schedule, batch_size=4, n_rows=8)
        log.begin(1, epoch=epoch, position=position, base=1, schedule=schedule, batch_size=4, n_rows=8)
        assert log.at(1) == pytest.approx(0.5 ** (epoch + position / 8))
        log = log.rewound(0)


def test_settings_changed_twice_before_an_update_leave_no_trace_of_the_first() -> None:
    walk = Walk(10, Schedule())
    walk.update()
    walk.change(5.0, 2, Schedule("step"))
    walk.change(7.0, 4, Schedule())
    assert [segment.base for segment in walk.log.segments] == [0.1, 7.0]
    walk.origin = 0.0
    walk.change(0.1, 4, Schedule())
    assert len(walk.log.segments) == 1


def test_rewinding_leaves_the_log_it_came_from_alone_and_a_new_branch_can_follow() -> None:
    walk = Walk(10, Schedule())
    for base in (0.2, 0.3):
        for _ in range(5):
            walk.update()
        walk.change(base, 4, Schedule())
    early = walk.log.rewound(7)
    assert [segment.base for segment in early.segments] == [0.1, 0.2]
    assert early.at(100) == 0.2
    place = early.segments[-1].place(7)
    early.begin(7, epoch=place[0], position=place[1], base=9, schedule=Schedule(), batch_size=4, n_rows=10)
    assert [early.at(step) for step in (4, 5, 6, 7)] == [0.1, 0.2, 0.2, 9]
    assert [walk.log.at(step) for step in (4, 5, 9, 10)] == [0.1, 0.2, 0.2, 0.3]
    assert RateLog(walk.log.segments).at(10) == 0.3


def test_curve_spans_its_range_evenly_and_holds_exact_rates() -> None:
    log = RateLog()
    log.begin(0, epoch=0, position=0, base=1, schedule=Schedule("cosine"), batch_size=1, n_rows=7)
    steps, rates = log.curve(100, 5099, 300)
    assert (steps[0], steps[-1], len(steps), len(rates)) == (100, 5099, 300, 300)
    assert set(np.diff(steps)) == {16, 17}
    assert rates.tolist() == [log.at(step) for step in steps.tolist()]
    assert [array.tolist() for array in log.curve(5, 5, 300)] == [[5], [log.at(5)]]


def test_updates_before_the_first_segment_have_no_rate() -> None:
    log = RateLog()
    with pytest.raises(ValueError, match="update 0 is before the first"):
        log.at(0)
    with pytest.raises(ValueError, match="update 0 is before the first"):
        log.curve(0, 5, 10)
    log.begin(3, epoch=0, position=3, base=1, schedule=Schedule(), batch_size=1, n_rows=7)
    with pytest.raises(ValueError, match="update 2 is before the first"):
        log.at(2)
    with pytest.raises(ValueError, match="update 2 is before the first"):
        log.curve(2, 5, 10)


@pytest.mark.parametrize(
    ("step", "epoch", "position", "batch_size"),
    [(2, 0, 0, 1), (-1, 0, 0, 1), (3, -1, 0, 1), (3, 0, 7, 1), (3, 0, 0, 0)],
)
def test_segment_that_no_run_could_have_is_refused(step: int, epoch: int, position: int, batch_size: int) -> None:
    log = RateLog()
    log.begin(3, epoch=0, position=3, base=1, schedule=Schedule(), batch_size=1, n_rows=7)
    before = log.segments
    with pytest.raises(ValueError, match=r"cannot follow|no batch of"):
        log.begin(step, epoch=epoch, position=position, base=1, schedule=Schedule(), batch_size=batch_size, n_rows=7)
    assert log.segments == before


@pytest.mark.parametrize(("first", "last", "points"), [(5, 4, 10), (0, 5, 1)])
def test_curve_without_a_range_or_points_is_refused(first: int, last: int, points: int) -> None:
    log = RateLog()
    log.begin(0, epoch=0, position=0, base=1, schedule=Schedule(), batch_size=1, n_rows=7)
    with pytest.raises(ValueError, match="no curve"):
        log.curve(first, last, points)
