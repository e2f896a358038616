"""Dates and times as people write them, the order of day and month proved by the values where it can be."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from nnviz.data.numbers import commonest_first, spread
from nnviz.data.watching import Watch, no_watch, watched

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
_ZONE = r"(?P<zone>Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT)?(?: ?\([A-Z]{2,5}\))?"
_MOMENT = rf"{_CLOCK}\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?(?: Uhr)?\s*{_ZONE}"
_TIME = rf"(?:(?:T|,? +){_MOMENT})?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_ISO = re.compile(rf"(?P<year>\d{{4}})(?P<mark>[-/. ])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}}){_TIME}")
_NUMERIC = re.compile(rf"(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second_>\d{{1,2}})(?P=mark){_YEAR}{_TIME}")
# How the names of months begin in English, German, French, Spanish, Italian, Portuguese and Dutch.
_MONTHS: Final = {
    stem: month
    for month, stems in enumerate(
        (
            "jan ene gen", "feb fév fev", "mar mär mrz mrt maa", "apr avr abr", "may mai mei mag", "jun juin giu",
            "jul juil lug", "aug aoû aou ago", "sep set", "oct okt ott out", "nov", "dec déc dez dic",
        ),
        start=1,
    )
    for stem in stems.split()
}  # fmt: skip
_NAME = rf"(?P<name>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})[^\W\d_]*\.?"
_DAY_NAME = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:[-/ ] ?| de ){_NAME}(?:[-, /]+| de ){_YEAR}(?:(?:T|,? +|:){_MOMENT})?",
    re.IGNORECASE,
)
_NAME_DAY = re.compile(rf"{_NAME}[- ](?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-, ]+(?P<year>\d{{4}}){_TIME}", re.IGNORECASE)
# As C writes moments: Jan 31 12:00:00 2024.
_C_TIME = re.compile(rf"{_NAME} +(?P<day>\d{{1,2}}) {_CLOCK} (?:{_ZONE} )?(?P<year>\d{{4}})", re.IGNORECASE)
# Year, month and day with their names in Chinese, Japanese and Korean.
_EAST_ASIAN = re.compile(rf"(?P<year>\d{{4}})[年년] ?(?P<month>\d{{1,2}})[月월] ?(?P<day>\d{{1,2}})[日일]{_TIME}")
# The basic form of ISO 8601: 20240131T120000Z.
_BASIC = re.compile(
    rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)T(?P<hour>\d\d)(?P<minute>\d\d)"
    rf"(?P<second>\d\d)?(?:[.,](?P<fraction>\d+))?(?P<half>(?!))?{_ZONE}"
)
_WEEKDAY = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? +"
    r"|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag),? +"
    r"|(?:mo|di|mi|do|fr|sa|so)[.,]+ *)(?=\d|[^\W\d_]+\.? +\d)",
    re.IGNORECASE,
)
# Months, as series of them are written; read only where nothing else is.
_YEAR_MONTH = re.compile(r"(?P<year>1[5-9]\d\d|2[01]\d\d)[-/](?P<month>0[1-9]|1[0-2])")
_NAME_YEAR = re.compile(rf"{_NAME}[-, ]+(?P<year>1[5-9]\d\d|2[01]\d\d)", re.IGNORECASE)
_DAYS: Final = (_ISO, _NUMERIC, _DAY_NAME, _NAME_DAY, _C_TIME, _EAST_ASIAN, _BASIC)
_WHOLE_MONTHS: Final = (_YEAR_MONTH, _NAME_YEAR)
_TIME_OF_DAY = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d(?:[.,]\d+)?))?\s?(?:(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_SHIFT = re.compile(r"([+-])(\d{1,2}):?(\d{2})?$")
_PROBE: Final = 50
DAY_FIRST: Final = "day first"
MONTH_FIRST: Final = "month first"
AMBIGUOUS: Final = "ambiguous"
# Two-digit years: 69-99 are 1969-1999, 00-68 are 2000-2068 (POSIX strptime).
_PIVOT: Final = 69


@dataclass(frozen=True, slots=True)
class DateReading:
    """How a column of texts reads as dates.

    ``values`` has the moment (UTC, without zone) of each text that is one; ``order`` is ``"iso"``, ``"day first"``,
    ``"month first"``, ``"ambiguous"`` (then read day first, or as was asked for) or ``"months"`` (then read as their
    first days). ``mixed`` says that some are ISO dates and others are not, or some name the month; ``some_zones`` that
    only some have a time zone.
    """

    values: Mapping[str, datetime]
    bad: tuple[str, ...]
    order: str
    has_time: bool
    has_zone: bool
    has_fractions: bool = False
    mixed: bool = False
    some_zones: bool = False


def read_dates(
    counts: Mapping[str, int], share: float = 0.5, watch: Watch = no_watch, wanted: str = ""
) -> DateReading | None:
    """Read a column's different texts as dates; None if under that share of the values are.

    ``watch`` is called many times a second; it may raise to stop the work. ``wanted`` is the order of dates that no
    date of the column settles, ``"day first"`` (also for "") or ``"month first"``.
    """
    probe = spread(counts, _PROBE)
    patterns: tuple[re.Pattern[str], ...] = _DAYS
    if not any(_match(text, _DAYS) for text in probe) and not all(map(_is_season, probe)):
        patterns = _WHOLE_MONTHS
    if not probe or (share and sum(_match(text, patterns) is not None for text in probe) * 2 < len(probe)):
        return None
    matches = {text: match for text in watched(counts, watch) if (match := _match(text, patterns)) is not None}
    order = "months"
    if patterns is _DAYS:
        order = _order(match for match in watched(matches.values(), watch) if match.re is _NUMERIC)
    month_first = (wanted if order == AMBIGUOUS else order) == MONTH_FIRST
    values: dict[str, datetime] = {}
    for text, match in watched(matches.items(), watch):
        moment = _moment(match, month_first=month_first)
        if moment is not None:
            values[text] = moment
    if not values or sum(counts[text] for text in values) < share * sum(counts.values()):
        return None
    bad = commonest_first([text for text in watched(counts, watch) if text not in values], counts)
    has_time = order != "months" and any(match["hour"] is not None for match in matches.values())
    has_zone = order != "months" and any(match["zone"] is not None for match in matches.values())
    fractions = order != "months" and any(
        (match["fraction"] or "").strip("0") for match in watched(matches.values(), watch)
    )
    bare = has_zone and any(match["zone"] is None for match in watched(matches.values(), watch))
    mixed = len({match.re for match in watched(matches.values(), watch)}) > 1
    return DateReading(values, tuple(bad), order, has_time, has_zone, fractions, mixed, bare)


def order_note(reading: DateReading, wanted: str) -> str:
    """Return what the column's note says of the order of days and months; "" where there is nothing to say."""
    if reading.order == "iso":
        return ""
    return f"{AMBIGUOUS}: {wanted}, as chosen" if reading.order == AMBIGUOUS and wanted else reading.order


def ambiguous_order(note: str) -> str:
    """Return the order that dates were read in which nothing settles, by their column's note; "" for other notes."""
    if not note.startswith(AMBIGUOUS):
        return ""
    return MONTH_FIRST if MONTH_FIRST in note else DAY_FIRST


def could_be_date(text: str) -> bool:
    """Tell whether a text has the shape of a date."""
    return _match(text, _DAYS + _WHOLE_MONTHS) is not None


def clock_hours(text: str) -> float | None:
    """Return a time of day in hours since midnight (12:30 is 12.5), None for any other text."""
    match = _TIME_OF_DAY.fullmatch(text)
    if match is None:
        return None
    hour, second = int(match["hour"]), float((match["second"] or "0").replace(",", "."))
    if match["half"]:
        hour = hour % 12 + 12 * (match["half"] in "pP")
    return hour + int(match["minute"]) / 60 + second / 3600


def _is_season(text: str) -> bool:
    """Tell whether a text is two years in a row and no month: 2003-04."""
    match = _YEAR_MONTH.fullmatch(text)
    return match is not None and (int(match["year"]) + 1) % 100 == int(match["month"])


def _match(text: str, patterns: tuple[re.Pattern[str], ...]) -> re.Match[str] | None:
    if text[:1].isalpha() and (day := _WEEKDAY.match(text)):
        text = text[day.end() :]
    for pattern in patterns:
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
        return DAY_FIRST if day_first else MONTH_FIRST
    if day_first:
        return DAY_FIRST if day_first >= month_first else MONTH_FIRST
    return DAY_FIRST if dotted == seen else AMBIGUOUS


def _moment(match: re.Match[str], *, month_first: bool) -> datetime | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 1900 if year >= _PIVOT else 2000
    if "name" in parts:
        month, day = _MONTHS[parts["name"].lower()], int(parts.get("day") or 1)
    elif "first" in parts:
        first, second = int(parts["first"]), int(parts["second_"])
        month, day = (first, second) if month_first else (second, first)
    else:
        month, day = int(parts["month"]), int(parts.get("day") or 1)
    hour = int(parts.get("hour") or 0)
    if parts.get("half"):
        hour = hour % 12 + (12 if parts["half"][0] in "Pp" else 0)
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        zone = parts.get("zone")
        if zone and (shift := _SHIFT.search(zone)):
            offset = timedelta(hours=int(shift[2]), minutes=int(shift[3] or 0))
            moment = moment.replace(tzinfo=timezone(offset if shift[1] == "+" else -offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=None)
