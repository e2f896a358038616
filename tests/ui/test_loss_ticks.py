"""Ticks and numbers as every plot writes them."""

import numpy as np
import pytest

from nnviz.ui.plots.ticks import (
    band_ticks,
    count_text,
    count_ticks,
    date_ticks,
    fixed_text,
    log_range,
    log_ticks,
    nice_bound,
    nice_ticks,
    number_text,
)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (-68.0, 68.0, ["−60", "−30", "0", "30", "60"]),
        (-5.8, 5.8, ["−4", "−2", "0", "2", "4"]),
        (0.0, 1.0, ["0.00", "0.25", "0.50", "0.75", "1.00"]),
        (-4100.0, 4100.0, ["−4,000", "−2,000", "0", "2,000", "4,000"]),
        (0.0, 41_000.0, ["0", "10k", "20k", "30k", "40k"]),
        (2001.2, 2009.7, ["2,002", "2,004", "2,006", "2,008"]),
    ],
)
def test_ticks_are_round_and_alike(low: float, high: float, texts: list[str]) -> None:
    assert [tick.text for tick in nice_ticks(low, high, 5)] == texts


@pytest.mark.parametrize("seed", range(40))
def test_ticks_are_few_evenly_spaced_inside_and_told_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    low = float(rng.normal() * 10.0 ** rng.integers(-6, 9))
    high = low + float(10.0 ** rng.uniform(-3, 6)) * max(1e-6, abs(low))
    ticks = nice_ticks(low, high, 5)
    values = [tick.value for tick in ticks]
    assert 1 <= len(ticks) <= 5
    assert all(low - 1e-6 * (high - low) <= value <= high + 1e-6 * (high - low) for value in values)
    if len(values) > 2:
        np.testing.assert_allclose(np.diff(values), values[1] - values[0], rtol=1e-3)
    assert len({tick.text for tick in ticks}) == len(ticks)


def test_range_without_extent_has_one_tick() -> None:
    assert [tick.text for tick in nice_ticks(3.0, 3.0)] == ["3"]


def test_log_ticks_are_ones_and_threes_then_powers() -> None:
    assert [tick.text for tick in log_ticks(0.01, 1.0)] == ["0.01", "0.03", "0.1", "0.3", "1"]
    assert [tick.text for tick in log_ticks(1e-6, 1.0, 4)] == ["1e−6", "1e−4", "0.01", "1"]


@pytest.mark.parametrize(("low", "high"), [(0.02, 0.7), (1e-9, 5.0), (0.4, 0.41), (3.0, 3.0), (900.0, 1100.0)])
def test_log_range_encloses_the_values_with_two_ticks_at_least(low: float, high: float) -> None:
    bottom, top = log_range(low, high)
    assert bottom <= low
    assert top >= high
    assert len(log_ticks(bottom, top)) >= 2


def test_bound_is_the_next_round_number() -> None:
    assert [nice_bound(value) for value in (1.0, 1.01, 0.61, 246.0, 8.1)] == pytest.approx([1.0, 1.5, 0.8, 300.0, 10.0])


@pytest.mark.parametrize(
    ("value", "text"),
    [(-23.94, "−23.9"), (0.0, "0"), (1234567.0, "1,234,567"), (1e-7, "1e−7"), (-2.5e9, "−2.5e9"), (0.1, "0.1")],
)
def test_numbers_have_a_real_minus_sign(value: float, text: str) -> None:
    assert number_text(value) == text


def test_numbers_that_are_not_finite_are_named() -> None:
    assert number_text(float("nan")) == "not a number"
    assert number_text(float("-inf")) == "−∞"


def test_fixed_decimals_never_show_a_negative_zero() -> None:
    assert fixed_text(-0.001, 2) == "0.00"
    assert fixed_text(-0.01, 2) == "−0.01"


def test_counts_are_brief() -> None:
    assert [count_text(count) for count in (0, 950, 12_000, 12_500, 1_500_000)] == ["0", "950", "12k", "12.5k", "1.5M"]


def test_count_axis_is_brief_unless_units_would_hide_the_steps() -> None:
    assert [t.text for t in count_ticks(0, 15_000)] == ["0", "3k", "6k", "9k", "12k", "15k"]
    assert [t.text for t in count_ticks(0, 6_000, 4)] == ["0", "2k", "4k", "6k"]
    assert [t.text for t in count_ticks(12_340, 12_350, 4)] == ["12,342", "12,345", "12,348"]


def _days(date: str) -> float:
    return float(np.datetime64(date, "D").astype(int))


def test_dates_are_marked_at_years_months_or_days() -> None:
    assert [t.text for t in date_ticks(_days("2018-11-01"), _days("2023-02-01"))] == [
        "2019",
        "2020",
        "2021",
        "2022",
        "2023",
    ]
    assert [t.text for t in date_ticks(_days("2020-01-20"), _days("2020-09-10"))] == [
        "2020-03",
        "2020-05",
        "2020-07",
        "2020-09",
    ]
    assert [t.text for t in date_ticks(_days("2020-01-30"), _days("2020-02-03"))] == [
        "01-30",
        "01-31",
        "02-01",
        "02-02",
        "02-03",
    ]


def test_bands_are_marked_at_their_middles() -> None:
    assert [(t.value, t.text) for t in band_ticks(("a", "b", "c", "d", "e"), 3)] == [(0.0, "a"), (2.0, "c"), (4.0, "e")]
