"""Learning-rate schedules: values worked by hand, closed forms, boundaries, the plateau, refusals, JSON round trip."""

import json
import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.schedules import SCHEDULES, Plateau, Schedule
from nnviz.errors import UserError

PROPERTY = settings(deadline=None, derandomize=True, max_examples=100, database=None)
RATES = st.floats(0.05, 1.0)
SCHEDULE = st.builds(
    Schedule,
    name=st.sampled_from(sorted(SCHEDULES)),
    factor=RATES,
    period=st.integers(1, 40),
    growth=st.integers(1, 3),
    floor=st.floats(0, 0.9),
    warmup=st.sampled_from([0, 0.3, 2, 7]),
)


def at_epochs(schedule: Schedule, *epochs: float, updates: int = 10) -> list[float]:
    return [schedule.multiplier(t, 1 / updates) for t in epochs]


def test_constant_leaves_the_rate_as_it_is() -> None:
    assert at_epochs(Schedule(), 0, 0.1, 7.9, 5000) == [1, 1, 1, 1]


def test_step_decay_halves_every_third_epoch_and_not_in_between() -> None:
    schedule = Schedule("step", factor=0.5, period=3)
    assert at_epochs(schedule, 0, 1, 2.9, 3, 5.9, 6, 9) == [1, 1, 1, 0.5, 0.5, 0.25, 0.125]


def test_exponential_decay_falls_within_the_epoch_too() -> None:
    schedule = Schedule("exponential", factor=0.25)
    assert at_epochs(schedule, 0, 0.5, 1, 1.5, 2) == pytest.approx([1, 1 / 2, 1 / 4, 1 / 8, 1 / 16], rel=1e-15)


def test_cosine_has_the_values_of_a_table_of_cosines() -> None:
    schedule = Schedule("cosine", period=6, growth=1)
    third, half = math.sqrt(3) / 4, 1 / 2
    expected = [1, half + third, 0.75, half, 0.25, half - third, 1, half + third]
    assert at_epochs(schedule, *range(8)) == pytest.approx(expected, abs=1e-15)


def test_cosine_restarts_after_cycles_that_double() -> None:
    schedule = Schedule("cosine", period=10, growth=2)
    assert at_epochs(schedule, 0, 10, 30, 70, 150, 310) == [1] * 6
    assert at_epochs(schedule, 5, 20, 50, 110, 230) == pytest.approx([0.5] * 5)
    assert max(at_epochs(schedule, 9.9, 29.9, 69.9, 149.9)) < 0.001


def test_cosine_falls_to_its_floor_and_not_below() -> None:
    schedule = Schedule("cosine", period=4, growth=1, floor=0.2)
    assert at_epochs(schedule, 0, 2, 3.999, updates=1000) == pytest.approx([1, 0.6, 0.2], abs=1e-6)


def test_one_cycle_starts_peaks_and_ends_at_the_updates_that_the_policy_names() -> None:
    schedule = Schedule("one_cycle", period=10)  # of 10 updates each: the peak is update 0.3 * 100 - 1
    rates = [schedule.multiplier(step / 10, 1 / 10) for step in range(130)]
    assert rates[0] == pytest.approx(1 / 25)
    assert rates[29] == pytest.approx(1)
    assert max(range(130), key=rates.__getitem__) == 29
    assert rates[64] == pytest.approx((1 + 4e-6) / 2)  # half-way down
    assert rates[99:] == pytest.approx([4e-6] * 31, rel=1e-12)
    assert schedule.multiplier(1.45, 1 / 10) == pytest.approx((1 + 1 / 25) / 2)  # half-way up, between two updates


@pytest.mark.parametrize("updates", [1, 2, 3])
def test_one_cycle_shorter_than_its_rise_only_falls(updates: int) -> None:
    schedule = Schedule("one_cycle", period=1)
    rates = [schedule.multiplier(step / updates, 1 / updates) for step in range(updates)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(4e-6)


def test_plateau_multiplies_by_the_factor_once_per_reduction_down_to_the_floor() -> None:
    schedule = Schedule("plateau", factor=0.1, floor=0.005)
    assert [schedule.multiplier(3.5, 0.1, n) for n in range(5)] == pytest.approx([1, 0.1, 0.01, 0.005, 0.005])


@pytest.mark.parametrize(("name", "after"), [("step", 9), ("exponential", 9), ("plateau", 0)])
def test_decay_ends_at_the_floor_exactly(name: str, after: int) -> None:
    assert Schedule(name, factor=0.1, period=1, floor=0.003).multiplier(after, 0.1, 9) == 0.003


def test_warm_up_rises_by_equal_amounts_to_the_first_rate_of_the_schedule() -> None:
    schedule = Schedule("exponential", factor=0.25, warmup=2)  # 4 updates of half an epoch
    rates = at_epochs(schedule, 0, 0.5, 1, 1.5, 2, 2.5, 3, updates=2)
    assert rates == pytest.approx([0.2, 0.4, 0.6, 0.8, 1, 0.5, 0.25], rel=1e-15)


def test_warm_up_ends_at_the_low_first_rate_of_one_cycle() -> None:
    rates = at_epochs(Schedule("one_cycle", period=10, warmup=1), 0, 0.5, 1, updates=2)
    assert rates == pytest.approx([1 / 75, 2 / 75, 3 / 75], rel=1e-12)


def test_warm_up_keeps_the_reductions_made_so_far() -> None:
    schedule = Schedule("plateau", factor=0.5, warmup=1)
    assert schedule.multiplier(0, 0.25, 2) == pytest.approx(0.25 / 5)


def test_reduction_falls_on_the_first_update_of_its_epoch_however_the_epochs_passed_are_rounded() -> None:
    schedule = Schedule("step", factor=0.999, period=1, warmup=0.7)
    n_rounded_down = 0
    for epoch in range(1, 3000):
        t = epoch + 7 / 10
        n_rounded_down += t - 0.7 < epoch
        assert schedule.multiplier(t, 1 / 10) == pytest.approx(0.999**epoch, rel=1e-9)
        assert schedule.multiplier(epoch + 6 / 10, 1 / 10) == pytest.approx(0.999 ** (epoch - 1), rel=1e-9)
    assert n_rounded_down == 3


@pytest.mark.parametrize("growth", [1, 2])
def test_restart_is_whole_however_the_epochs_passed_are_rounded(growth: int) -> None:
    schedule = Schedule("cosine", period=0.1, growth=growth)
    starts = [k / 10 for k in range(400)] if growth == 1 else [(2**k - 1) / 10 for k in range(12)]
    assert [schedule.multiplier(t, 1 / 50) for t in starts] == pytest.approx([1] * len(starts), abs=1e-9)


@PROPERTY
@given(schedule=SCHEDULE, epoch=st.integers(0, 10_000), row=st.integers(0, 96), reductions=st.integers(0, 30))
def test_rate_is_never_above_the_base_nor_below_the_floor(
    schedule: Schedule, epoch: int, row: int, reductions: int
) -> None:
    t, step_length = epoch + row / 97, 1 / 10
    multiplier = schedule.multiplier(t, step_length, reductions)
    assert type(multiplier) is float
    assert 0 <= multiplier <= 1 + 1e-15
    if t >= schedule.warmup and "floor" in SCHEDULES[schedule.name].fields:
        assert multiplier >= schedule.floor


@PROPERTY
@given(schedule=SCHEDULE, epoch=st.integers(0, 100), row=st.integers(0, 96), reductions=st.integers(0, 3))
def test_kind_reads_no_field_but_those_it_names(schedule: Schedule, epoch: int, row: int, reductions: int) -> None:
    other: dict[str, Any] = {"factor": 0.77, "period": 11, "growth": 4, "floor": 0.95, "patience": 3, "min_change": 0.5}
    unread = {name: value for name, value in other.items() if name not in SCHEDULES[schedule.name].fields}
    t = epoch + row / 97
    assert replace(schedule, **unread).multiplier(t, 0.1, reductions) == schedule.multiplier(t, 0.1, reductions)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (kind.name, field)
        for kind in SCHEDULES.values()
        for field in (*kind.fields, "warmup")
        if field not in {"patience", "min_change"}  # read by Plateau
    ],
)
def test_kind_reads_each_field_it_names(name: str, field: str) -> None:
    other: dict[str, Any] = {"factor": 0.3, "period": 7, "growth": 3, "floor": 0.3, "warmup": 40}
    schedule = Schedule(name)
    changed = replace(schedule, **{field: other[field]})
    assert any(changed.multiplier(t, 0.1, 5) != schedule.multiplier(t, 0.1, 5) for t in range(100))


def test_every_kind_is_sensible_with_its_usual_numbers() -> None:
    means = {name: np.mean(at_epochs(Schedule(name), *np.arange(0, 100, 0.1))) for name in SCHEDULES}
    assert all(0.2 < mean <= 1 for mean in means.values()), means
    assert Schedule("exponential").factor == 0.98
    assert [Schedule(name).period for name in ("step", "cosine", "one_cycle")] == [30, 10, 100]


def test_registry_is_keyed_by_name_and_every_entry_is_explained() -> None:
    names = {field.name for field in fields(Schedule)}
    for name, kind in SCHEDULES.items():
        assert (kind.name, set(kind.fields) <= names) == (name, True)
        assert kind.label
        assert kind.formula.startswith("m ")
        assert any(f"({year})" in kind.source for year in range(1986, 2019))


def reduced_epochs(schedule: Schedule, values: list[float]) -> list[int]:
    plateau = Plateau(schedule)
    return [epoch for epoch, value in enumerate(values) if plateau.after_epoch(value)]


def test_plateau_is_noticed_in_the_epoch_after_its_patience_and_then_counted_anew() -> None:
    schedule = Schedule("plateau", patience=2, min_change=0)
    assert reduced_epochs(schedule, [5, 4, 4, 4, 4, 4, 4, 4, 3, 4, 4, 2, 2, 2, 2]) == [4, 7, 14]


def test_plateau_with_a_patience_of_0_reduces_after_every_epoch_that_is_no_better() -> None:
    assert reduced_epochs(Schedule("plateau", patience=0, min_change=0), [5, 5, 4, 6, 6]) == [1, 3, 4]


def test_improvement_as_small_as_min_change_is_none_and_creeping_ones_add_up() -> None:
    schedule = Schedule("plateau", patience=1, min_change=0.25)
    assert reduced_epochs(schedule, [1, 0.75, 0.75]) == [2]
    assert reduced_epochs(schedule, [1, 0.875, 0.625, 0.5, 0.25, 0.125]) == []


def test_loss_that_is_no_number_is_no_improvement() -> None:
    assert reduced_epochs(Schedule("plateau", patience=1), [1, math.nan, math.inf, math.nan]) == [2]


def test_plateau_at_its_floor_makes_no_more_reductions() -> None:
    plateau = Plateau(Schedule("plateau", factor=0.5, floor=0.25, patience=0))
    assert [plateau.after_epoch(1) for _ in range(6)] == [False, True, True, False, False, False]
    assert plateau.reductions == 2
    assert reduced_epochs(Schedule("plateau", factor=1, patience=0), [1] * 5) == []


def test_reductions_are_bounded_even_without_a_floor() -> None:
    plateau = Plateau(Schedule("plateau", factor=0.5, patience=0))
    assert sum(plateau.after_epoch(1) for _ in range(3000)) == plateau.reductions == 1075  # 2^-1075 rounds to 0


def test_other_schedules_count_no_plateau() -> None:
    plateau = Plateau(Schedule("step"))
    assert not any(plateau.after_epoch(1) for _ in range(50))
    assert plateau.state() == (math.inf, 0, 0)


@PROPERTY
@given(values=st.lists(st.floats(0, 1), max_size=40), cut=st.integers(0, 40))
def test_plateau_restored_goes_on_as_if_never_interrupted(values: list[float], cut: int) -> None:
    schedule = Schedule("plateau", patience=2, min_change=0.1)
    whole = Plateau(schedule)
    expected = [whole.after_epoch(value) for value in values]
    first, second = Plateau(schedule), Plateau(schedule)
    found = [first.after_epoch(value) for value in values[:cut]]
    second.restore(first.state())
    assert found + [second.after_epoch(value) for value in values[cut:]] == expected
    assert second.state() == whole.state()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "linear", r"no learning-rate schedule called 'linear'.*cosine"),
        ("name", ["cosine"], "no learning-rate schedule called"),
        ("factor", 0, "factor .* must be above 0 and at most 1, not 0"),
        ("factor", 1.5, "factor .* must be above 0 and at most 1"),
        ("factor", math.nan, "factor .* must be above 0 and at most 1"),
        ("factor", "half", "factor .* not 'half'"),
        ("factor", True, "factor .* not True"),
        ("period", 0, "period .* from 0.01 to 1,000,000 epochs, not 0"),
        ("period", math.inf, "period .* from 0.01"),
        ("period", 10**400, "period .* from 0.01"),
        ("growth", 0, "growth .* whole number of at least 1"),
        ("growth", 1.5, "growth .* whole number"),
        ("growth", 1001, "growth .* at most 1000"),
        ("floor", 1, "floor .* from 0 to below 1"),
        ("floor", -0.1, "floor .* from 0 to below 1"),
        ("floor", None, "floor .* not None"),
        ("patience", -1, "patience must be a whole number of at least 0"),
        ("min_change", -1e-9, "smallest improvement .* at least 0"),
        ("min_change", math.inf, "smallest improvement"),
        ("warmup", -1, "warm-up .* from 0"),
        ("warmup", 2e6, "warm-up .* to 1,000,000 epochs"),
    ],
)
def test_senseless_number_is_refused_with_a_sentence(field: str, value: Any, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        Schedule(**{field: value})


def test_numbers_that_numpy_counted_become_plain_ones() -> None:
    schedule = Schedule("cosine", period=np.float32(8), growth=np.int64(2), patience=np.int32(3))  # type: ignore[arg-type]
    assert (type(schedule.period), type(schedule.growth), type(schedule.patience)) == (float, int, int)
    assert schedule == Schedule("cosine", period=8, patience=3)


@PROPERTY
@given(schedule=SCHEDULE)
def test_schedule_survives_json(schedule: Schedule) -> None:
    assert Schedule.from_dict(json.loads(json.dumps(schedule.to_dict()))) == schedule


def test_description_may_leave_numbers_out_but_not_invent_any() -> None:
    assert Schedule.from_dict({"name": "exponential"}) == Schedule("exponential")
    with pytest.raises(UserError, match="unknown entry 'gamma'"):
        Schedule.from_dict({"name": "step", "gamma": 0.1})
    with pytest.raises(UserError, match="not a table"):
        Schedule.from_dict("cosine")  # type: ignore[arg-type]
    with pytest.raises(UserError, match=r"factor .* not 'x'"):
        Schedule.from_dict({"name": "step", "factor": "x"})
