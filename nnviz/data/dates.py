"""Dates and times as people write them, the order of day and month proved by the values where it can be."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from nnviz.data.numbers import commonest_first, spread
from nnviz.data.watching import Watch, no_watch, watched

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_TIME = rf"(?:[T ]+{_CLOCK}\s*(?P<half>[AaPp][Mm])?\s*(?P<zone>Z|UTC|[+-]\d{{2}}:?\d{{2}})?)?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_ISO = re.compile(rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}}){_TIME}")
_NUMERIC = re.compile(rf"(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second_>\d{{1,2}})(?P=mark){_YEAR}{_TIME}")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY_NAME = re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[- ]{_NAME}[-, ]+{_YEAR}{_TIME}", re.IGNORECASE)
_NAME_DAY = re.compile(rf"{_NAME}[- ](?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-, ]+(?P<year>\d{{4}}){_TIME}", re.IGNORECASE)
_PROBE: Final = 50
# Two-digit years: 69-99 are 1969-1999, 00-68 are 2000-2068 (POSIX strptime).
_PIVOT: Final = 69


@dataclass(frozen=True, slots=True)
class DateReading:
    """How a column of texts reads as dates.

    ``values`` has the moment (UTC, without zone) of each text that is one; ``order`` is ``"iso"``, ``"day first"``,
    ``"month first"`` or ``"ambiguous"`` (then read day first).
    """

    values: Mapping[str, datetime]
    bad: tuple[str, ...]
    order: str
    has_time: bool
    has_zone: bool


def read_dates(counts: Mapping[str, int], share: float = 0.5, watch: Watch = no_watch) -> DateReading | None:
    """Read a column's different texts as dates; None if under that share of the values are.

    ``watch`` is called many times a second; it may raise to stop the work.
    """
    probe = [_match(text) for text in spread(counts, _PROBE)]
    if not probe or (share and sum(match is not None for match in probe) * 2 < len(probe)):
        return None
    matches = {text: match for text in watched(counts, watch) if (match := _match(text)) is not None}
    order = _order(match for match in watched(matches.values(), watch) if match.re is _NUMERIC)
    values: dict[str, datetime] = {}
    for text, match in watched(matches.items(), watch):
        moment = _moment(match, month_first=order == "month first")
        if moment is not None:
            values[text] = moment
    if not values or sum(counts[text] for text in values) < share * sum(counts.values()):
        return None
    bad = commonest_first([text for text in watched(counts, watch) if text not in values], counts)
    has_time = any(match["hour"] is not None for match in matches.values())
    has_zone = any(match["zone"] is not None for match in matches.values())
    return DateReading(values, tuple(bad), order, has_time, has_zone)


def could_be_date(text: str) -> bool:
    """Tell whether a text has the shape of a date."""
    return _match(text) is not None


def _match(text: str) -> re.Match[str] | None:
    for pattern in (_ISO, _NUMERIC, _DAY_NAME, _NAME_DAY):
        if match := pattern.fullmatch(text):
            return match
    return None


def _order(matches: Iterable[re.Match[str]]) -> str:
    """Day or month first: a number above 12 proves it; dots between the parts mean day first."""
    day_first = month_first = dotted = seen = 0
    for match in matches:
        seen += 1
        day_first += int(match["first"]) > 12
        month_first += int(match["second_"]) > 12
        dotted += match["mark"] == "."
    if not seen:
        return "iso"
    if bool(day_first) != bool(month_first):
        return "day first" if day_first else "month first"
    if day_first:
        return "day first" if day_first >= month_first else "month first"
    return "day first" if dotted == seen else "ambiguous"


def _moment(match: re.Match[str], *, month_first: bool) -> datetime | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 1900 if year >= _PIVOT else 2000
    if "name" in parts:
        month, day = _MONTHS.index(parts["name"].lower()) + 1, int(parts["day"])
    elif "first" in parts:
        first, second = int(parts["first"]), int(parts["second_"])
        month, day = (first, second) if month_first else (second, first)
    else:
        month, day = int(parts["month"]), int(parts["day"])
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower() == "pm" else 0)
    try:
        moment = datetime(year, month, day, hour, int(parts["minute"] or 0), int(parts["second"] or 0), tzinfo=UTC)
        zone = parts["zone"]
        if zone and zone[0] in "+-":
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
            moment = moment.replace(tzinfo=timezone(offset if zone[0] == "+" else -offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=None)
