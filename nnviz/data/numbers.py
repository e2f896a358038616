"""Numbers as people write them: decimal point or comma, thousands marks, currency, percent, brackets for minus."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from nnviz.data.watching import Watch, no_watch, watched

CURRENCIES: Final = "$€£¥₹₽₩₺₫฿₴₦元円"
_CODES: Final = (
    r"(?:US|R|A|C|NZ|HK|S)\$|Rs\.?|kr\.?|zł|Kč|Ft|lei|руб\.?|"
    "USD|EUR|GBP|JPY|CHF|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|ZAR|KRW|RUB|TRY|MXN|NZD|SGD|HKD"
)
_DRESSED = re.compile(
    rf"(?P<outer>[{CURRENCIES}](?=\s*\())?\s*(?P<open>\(?)\s*(?P<sign>[+-]?)\s*(?P<before>[{CURRENCIES}]|(?:{_CODES})(?![A-Za-z]))?"
    r"\s*(?P<core>[+-]?[\d.,][\d.,' ]*?(?:[eE][+-]?\d+)?)(?P<minus>-?)"
    rf"\s*(?P<after>[{CURRENCIES}%]|(?:{_CODES}))?\s*(?P<close>\)?)"
)
# Doubles as Fortran writes them: 1.5D+03.
_FORTRAN = re.compile(r"([+-]?(?:\d+\.\d*|\.\d+))[dD]([+-]?\d{2,3})")
# Blanks, minus signs, an apostrophe, and the marks of Arabic and of full width.
ODD_MARKS: Final = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u202f\u2007\u2008\u2009\u200a", " "),
        **dict.fromkeys("\u2212\u2010\u2011\u2013\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2019\u066c", "'"),
        "\u066b": ".",
        "\u066a": "%",
        "\uff0e": ".",
        "\uff0c": ",",
        "\uff05": "%",
    }
)
# Tried over this many different values before the whole column is tried.
_PROBE: Final = 50
_SORTED: Final = 50_000
_LONGEST: Final = 1_000  # no number that people write is longer


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """Which marks stand for the decimal point and between thousands ("" = none)."""

    decimal: str = "."
    thousands: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column of texts reads as numbers.

    Attributes
    ----------
    format
        The marks.
    values
        Number for each text that is one.
    bad
        The texts that are none, the commonest first.
    whole
        Whether every number is written without a decimal part or exponent.
    unit
        ``"%"``, a currency, a unit of measure, or "".
    ambiguous
        Whether another format reads every text too, as other numbers.
    proven
        Whether only this decimal mark can be meant.
    measured
        Whether the unit is one of measure (``units``).
    minus_behind
        A text with its minus sign behind the number, or "".
    """

    format: NumberFormat
    values: Mapping[str, float]
    bad: tuple[str, ...]
    whole: bool
    unit: str = ""
    ambiguous: bool = False
    proven: bool = False
    measured: bool = False
    minus_behind: str = ""


@lru_cache(maxsize=32)
def _pattern(marks: NumberFormat) -> re.Pattern[str]:
    point, group = re.escape(marks.decimal), re.escape(marks.thousands)
    plain = rf"[+-]?(?:\d+{point}?\d*|{point}\d+)(?:[eE][+-]?\d+)?"
    thousands = rf"\d{{1,3}}(?:{group}\d{{3}})+"
    if marks.thousands == ",":
        # Lakhs and crores, as India groups digits: 1,23,45,678.
        thousands = rf"(?:{thousands}|\d{{1,2}}(?:,\d{{2}})+,\d{{3}})"
    grouped = rf"[+-]?{thousands}(?:{point}\d*)?(?:[eE][+-]?\d+)?"
    return re.compile(f"(?:{plain})" if not group else f"(?:{plain}|{grouped})")


@dataclass(frozen=True, slots=True)
class _Bare:
    """A number without its currency, percent sign and brackets."""

    core: str
    negative: bool
    unit: str
    minus_behind: bool = False


def _undress(text: str) -> _Bare | None:
    if len(text) > _LONGEST:
        return None
    text = text.translate(ODD_MARKS)
    if "D" in text or "d" in text:
        text = _FORTRAN.sub(r"\1e\2", text)
    match = _DRESSED.fullmatch(text)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    units = [match[name] for name in ("outer", "before", "after") if match[name]]
    if len(set(units)) > 1:
        return None
    core = match["core"].strip()
    behind = bool(match["minus"])
    if (match["sign"] or behind) and core[0] in "+-":
        return None
    if behind and (match["sign"] or match["open"]):
        return None
    unit = units[0].rstrip(".") if units else ""
    return _Bare(core, behind or bool(match["open"]) != (match["sign"] == "-"), unit, behind)


def _signed(bare: Mapping[str, _Bare], watch: Watch) -> Mapping[str, _Bare]:
    """Leave out numbers with a minus behind them where they may be marks or open ranges and not what accounts write.

    Accounts write it beside numbers without a sign, and with decimals or numbers of several digits.
    """
    behind = {text: found for text, found in watched(bare.items(), watch) if found.minus_behind}
    if not behind:
        return bare
    others = [found for found in watched(bare.values(), watch) if not found.minus_behind]
    sums = all(re.search(r"[.,]\d", found.core) for found in behind.values()) or any(
        len(found.core) > 1 for found in behind.values()
    )
    if sums and others and not any(found.negative or found.core[0] == "-" for found in watched(others, watch)):
        return bare
    return {text: found for text, found in watched(bare.items(), watch) if text not in behind}


def spread(counts: Mapping[str, int], most: int) -> list[str]:
    """Return some of the texts, taken evenly over all of them."""
    texts = list(counts)
    return texts[:: max(1, len(texts) // most)]


def commonest_first(texts: list[str], counts: Mapping[str, int]) -> list[str]:
    """Sort texts by how often they occur; so many that sorting would take a while stay in their order."""
    return sorted(texts, key=lambda text: (-counts[text], text)) if len(texts) <= _SORTED else texts


def could_be_number(text: str) -> bool:
    """Tell whether a text is a number in some format, perhaps with a currency or percent sign."""
    return _undress(text) is not None


def read_numbers(
    counts: Mapping[str, int],
    delimiter: str = ",",
    file_decimal: str = "",
    share: float = 0.5,
    watch: Watch = no_watch,
) -> Reading | None:
    """Find the format that reads the most of a column's texts as numbers.

    Parameters
    ----------
    counts
        How often each different text occurs (missing tokens taken out).
    delimiter
        The file's delimiter: a comma between fields makes a decimal comma unlikely.
    file_decimal
        The decimal mark that other columns of the file prove, or "".
    share
        How much of the values must be numbers.
    watch
        Called many times a second; it may raise to stop the work.

    Returns
    -------
    Reading or None
        None if too few of the values are numbers.
    """
    probe = [_undress(text) for text in spread(counts, _PROBE)]
    if share and sum(bare is not None for bare in probe) * 2 < len(probe):
        return None
    bare = _signed({text: found for text in watched(counts, watch) if (found := _undress(text)) is not None}, watch)
    if not bare:
        return None
    order = _preference(delimiter, file_decimal)
    cores = [(text, found.core) for text, found in bare.items()]
    fits: list[tuple[int, int, NumberFormat]] = []
    for rank, marks in enumerate(order):
        pattern = _pattern(marks)
        weight = sum(counts[text] for text, core in watched(cores, watch) if pattern.fullmatch(core))
        fits.append((-weight, rank, marks))
    most, _, best = min(fits)
    if -most < share * sum(counts.values()):
        return None
    rivals = [marks for weight, _, marks in fits if weight == most and marks.decimal != best.decimal]
    reading = _read(counts, bare, best, rivals, watch)
    # What other columns prove settles the doubt.
    return replace(reading, ambiguous=False) if file_decimal else reading


def _preference(delimiter: str, file_decimal: str) -> tuple[NumberFormat, ...]:
    """Return the formats in the order in which they win a draw."""
    point = [NumberFormat("."), NumberFormat(".", ","), NumberFormat(".", " "), NumberFormat(".", "'")]
    comma = [NumberFormat(","), NumberFormat(",", "."), NumberFormat(",", " "), NumberFormat(",", "'")]
    if file_decimal == ",":
        # "1.234" beside columns with a decimal comma is a thousand and not one and a bit.
        return (*comma, *point)
    if file_decimal == "." or delimiter == ",":
        return (*point, *comma)
    return (point[0], comma[0], *point[1:], *comma[1:])


def _read(
    counts: Mapping[str, int],
    bare: Mapping[str, _Bare],
    marks: NumberFormat,
    rivals: list[NumberFormat],
    watch: Watch,
) -> Reading:
    pattern = _pattern(marks)
    values: dict[str, float] = {}
    units: dict[str, int] = {}
    whole = True
    behind = ""
    for text, found in watched(bare.items(), watch):
        if not pattern.fullmatch(found.core):
            continue
        value = _value(found.core, marks)
        values[text] = -value if found.negative else value
        behind = text if found.minus_behind else behind
        units[found.unit] = units.get(found.unit, 0) + counts[text]
        whole = whole and not (set(found.core) & {marks.decimal, "e", "E"})
    named = [unit for unit in units if unit]
    if len(named) > 1 or (named == ["%"] and "" in units):
        # Dollars beside euros, or 12% beside 0.12: no one number can stand for both.
        common = max(units, key=lambda unit: units[unit])
        values = {text: value for text, value in values.items() if bare[text].unit == common}
        named = [common] if common else []
    bad = commonest_first([text for text in watched(counts, watch) if text not in values], counts)
    differs = any(
        _value(bare[text].core, marks) != _value(bare[text].core, rival)
        for rival in rivals
        for text in watched(values, watch)
        if _pattern(rival).fullmatch(bare[text].core)
    )
    marked = any("." in bare[text].core or "," in bare[text].core for text in watched(values, watch))
    return Reading(
        marks,
        values,
        tuple(bad),
        whole,
        named[0] if named else "",
        differs,
        marked and not differs,
        minus_behind=behind,
    )


def _value(core: str, marks: NumberFormat) -> float:
    if marks.thousands:
        core = core.replace(marks.thousands, "")
    return float(core.replace(marks.decimal, ".") if marks.decimal != "." else core)


def has_leading_zeros(texts: Mapping[str, float]) -> bool:
    """Tell whether whole numbers are written with zeros in front, as codes are: 00123."""
    return any(_LEADING_ZERO.match(text) for text in texts)


_LEADING_ZERO = re.compile(r"[+-]?0\d")
