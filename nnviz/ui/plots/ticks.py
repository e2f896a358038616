"""Round tick positions, and numbers written the one way every plot writes them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.app.plain_numbers import MINUS

_NICE_STEPS = (1.0, 2.0, 2.5, 3.0, 5.0)
_NICE_BOUNDS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_COUNT_UNITS = ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k"))
_DURATION_STEPS = (10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400)
_DAYS_PER_MONTH = 30.44
_DATE_STEPS_IN_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, in the axis's own units, and the text beside it."""

    value: float
    text: str


def number_text(value: float, digits: int = 3) -> str:
    """Write a number for a person: ``digits`` significant figures, thousands apart, a real minus sign."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("" if value > 0 else MINUS) + "∞"
    magnitude = abs(value)
    if magnitude and not 1e-4 <= magnitude < 1e7:
        mantissa, exponent = f"{magnitude:.{digits - 1}e}".split("e")
        text = f"{_trimmed(mantissa)}e{int(exponent)}"
    else:
        decimals = max(0, digits - 1 - (math.floor(math.log10(magnitude)) if magnitude else 0))
        text = _trimmed(f"{magnitude:,.{decimals}f}")
    return (MINUS + text if value < 0 and text != "0" else text).replace("e-", "e" + MINUS)


def fixed_text(value: float, decimals: int) -> str:
    """Write a number with a fixed count of decimals and a real minus sign."""
    text = f"{abs(value):,.{decimals}f}"
    return MINUS + text if value < 0 and text.strip("0.,") else text


def count_text(count: float) -> str:
    """Write a count briefly: 950, 12k, 1.5M."""
    for size, unit in _COUNT_UNITS:
        if count >= size:
            return _trimmed(f"{count / size:.2f}") + unit
    return _trimmed(f"{count:.2f}")


def count_ticks(low: float, high: float, most: int = 6) -> list[Tick]:
    """Return at most ``most`` ticks for an axis of counts: 4k, 8k, 12k, or 12,340 where that would say too little."""
    values = [tick.value for tick in nice_ticks(low, high, most)]
    units = [next((size for size, _ in _COUNT_UNITS if value >= size), 1) for value in values]
    brief = all(value * 100 % unit == 0 for value, unit in zip(values, units, strict=True))
    return [Tick(value, count_text(value) if brief else f"{value:,.0f}") for value in values]


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def nice_step(low: float, high: float, most: int) -> float:
    """Return the smallest round step with at most ``most`` of its multiples from ``low`` to ``high``."""
    power = 10.0 ** math.floor(math.log10((high - low) / (most + 1)))
    for scale, factor in ((scale, factor) for scale in (power, 10 * power, 100 * power) for factor in _NICE_STEPS):
        step = factor * scale
        if factor == (2.5 if scale >= 1.0 else 3.0):
            continue  # quarters below 1, threes above: 0.25 and 30 are read at a glance, 0.3 and 2.5 are not
        if math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) < most:
            return step
    return high - low


def nice_ticks(low: float, high: float, most: int = 5) -> list[Tick]:
    """Return at most ``most`` ticks at round numbers from ``low`` to ``high``, all with the same decimals."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [Tick(low, number_text(low))]
    step = nice_step(low, high, most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [index * step for index in range(first, last + 1)]
    largest = max(abs(low), abs(high))
    if largest >= 1e4 or step < 1e-4:
        return [Tick(value, _short(value, step)) for value in values]
    decimals = next(d for d in range(9) if abs(round(step, d) - step) < step * 1e-6)
    return [Tick(value, fixed_text(value, decimals)) for value in values]


def _short(value: float, step: float) -> str:
    """Write a large or tiny tick: 120k, 3e−6; with the digits that tell it from its neighbours."""
    if step >= 1 and abs(value) < 1e13:
        unit = next((size for size, _ in _COUNT_UNITS if abs(value) >= size), 1)
        # A unit's two decimals must say the value exactly; else the plain number is written.
        exact = step % (unit / 100) == 0
        text = count_text(abs(value)) if exact else f"{abs(value):,.0f}"
        return MINUS + text if value < 0 else text
    digits = 1 if value == 0 else max(1, math.ceil(math.log10(abs(value) / step)) + 1)
    return number_text(0.0 if abs(value) < step / 2 else value, min(digits, 8))


def nice_bound(value: float) -> float:
    """Return the next round number at or above ``value`` (above 0), so that a growing axis moves in few steps."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((factor * power for factor in _NICE_BOUNDS if factor * power >= value * (1 - 1e-9)), 10 * power)


def log_range(low: float, high: float) -> tuple[float, float]:
    """Return bounds for a logarithmic axis around positive values: both 1 or 3 times a power of ten."""
    bottom, top = _log_rung(low, down=True), _log_rung(high, down=False)
    if top <= bottom * 3.4:  # a single rung would make an axis with hardly a tick
        bottom = _log_rung(bottom * 0.9, down=True)
    return bottom, top


def _log_rung(value: float, *, down: bool) -> float:
    exponent = math.floor(math.log10(value))
    power = 10.0**exponent
    if down:
        return 3 * power if value >= 3 * power * (1 - 1e-9) else power
    return power if value <= power * (1 + 1e-9) else (3 * power if value <= 3 * power else 10 * power)


def log_ticks(low: float, high: float, most: int = 6) -> list[Tick]:
    """Return at most about ``most`` ticks at 1 and 3 times powers of ten, or at every n-th power of ten."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    powers = [10.0**exponent for exponent in range(first, last + 1)]
    values = [factor * power for power in powers for factor in (1.0, 3.0)]
    inside = [value for value in values if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    if len(inside) > most:
        whole = [value for value in inside if value in powers]
        every = math.ceil(len(whole) / most)
        inside = [power for power in whole if round(math.log10(power)) % every == 0]
    return [Tick(value, _log_text(value)) for value in inside]


def _log_text(value: float) -> str:
    if 1e-2 <= value < 1e4:
        return number_text(value, 1)
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def duration_text(seconds: float) -> str:
    """Write a time: 0.25 s, 42 s, 3:05 min, 2:10 h."""
    if seconds < 59.95:
        return f"{number_text(seconds, 3)} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600:,}:{whole % 3600 // 60:02d} h"


def duration_ticks(low: float, high: float, most: int = 6) -> list[Tick]:
    """Return at most about ``most`` ticks for an axis of seconds, at round seconds, minutes or hours."""
    span = high - low
    if span <= 60:
        ticks = nice_ticks(low, high, most)
        return [Tick(tick.value, _brief(tick)) for tick in ticks]
    days = 3600.0 * nice_step(low / 3600, high / 3600, most)
    step = next((float(step) for step in _DURATION_STEPS if span / step <= most), days)
    values = [index * step for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    return [Tick(value, _clock(value, step)) for value in values]


def _brief(tick: Tick) -> str:
    return f"{_trimmed(tick.text)} s" if tick.value < 60 else duration_text(tick.value)


def _clock(value: float, step: float) -> str:
    if value == 0:
        return "0"
    if step % 60 == 0 and value < 3600:
        return f"{value / 60:.0f} min"
    return f"{value / 3600:,.0f} h" if step % 3600 == 0 else duration_text(value)


def date_ticks(low: float, high: float, most: int = 5) -> list[Tick]:
    """Return ticks for an axis of days since 1970-01-01: at days, first days of months or of years."""
    span = high - low
    if not span < 1e6 or abs(low) > 1e6:  # beyond the calendar's years: plain numbers
        return nice_ticks(low, high, most)
    if span < 3.5 * _DAYS_PER_MONTH:
        step = max(1.0, nice_step(low, high, most))
        starts = np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
        return [Tick(float(day), str(np.datetime64(round(day), "D"))[5:]) for day in starts.tolist()]
    ticks: list[Tick] = []
    for months in _DATE_STEPS_IN_MONTHS:
        ticks = _month_ticks(low, high, months)
        if len(ticks) <= most:
            break
    return ticks


def _month_ticks(low: float, high: float, months: int) -> list[Tick]:
    ends = [np.datetime64(math.floor(end), "D").astype("datetime64[M]").astype(int) for end in (low, high)]
    ticks = []
    # Month 0 is January 1970, so that multiples of twelve are Januaries; years count in the same steps.
    for month in range(int(ends[0]) // months * months, int(ends[1]) + 1, months):
        start = np.datetime64(month, "M")
        day = float(start.astype("datetime64[D]").astype(int))
        if low <= day <= high:
            ticks.append(Tick(day, str(start)[: 4 if months >= 12 else 7]))
    return ticks


def band_ticks(levels: Sequence[str], most: int) -> list[Tick]:
    """Return a tick at the middle of each category's band, or of every n-th when there are more than ``most``."""
    every = max(1, math.ceil(len(levels) / max(1, most)))
    return [Tick(float(index), levels[index]) for index in range(0, len(levels), every)]
