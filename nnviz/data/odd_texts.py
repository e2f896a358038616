"""Texts that are nearly numbers or truth values and stay text: that they do is said, with what they look like."""

import re
from collections.abc import Mapping
from typing import Final

from nnviz.data.dates import could_be_date
from nnviz.data.numbers import could_be_number, spread

_NUMBER: Final = r"\d(?:[\d.,]*\d)?(?:[eE][+-]?\d+)?"
_MONTH: Final = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
# Names of genes and products that a spreadsheet took for days: MARCH1 is 1-Mar then.
_DAY_OF_YEAR = re.compile(rf"\d{{1,2}}[-. ]{_MONTH}|{_MONTH}[-. ]\d{{1,2}}")
_MOMENTS: Final = "moments in a form that is not understood"
_RANGES: Final = "ranges of numbers"
_FORMS: Final[tuple[tuple[str, re.Pattern[str], str], ...]] = (
    (
        "times of day",
        re.compile(r"\d{1,2}:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?\s?(?:[AaPp]\.?[Mm]\.?)?"),
        "; read as float they are hours since midnight",
    ),
    (
        "durations",
        re.compile(r"\d+:[0-5]\d:[0-5]\d(?:[.,]\d+)?|P(?=[\dT])(?:\d+[YMWD])*(?:T(?:\d+(?:[.,]\d+)?[HMS])+)?"),
        "",
    ),
    ("calendar weeks", re.compile(r"\d{4}-?W[0-5]\d(?:-?[1-7])?"), ""),
    ("days of the year", re.compile(r"(?:19|20)\d\d-(?:00[1-9]|0[1-9]\d|[12]\d\d|3[0-5]\d|36[0-6])"), ""),
    ("hexadecimal numbers", re.compile(r"0[xX][0-9a-fA-F]+"), ""),
    ("numbers with underscores", re.compile(r"[+-]?\d+(?:_\d+)+(?:\.\d+)?"), ""),
    (_RANGES, re.compile(rf"{_NUMBER}\s?(?:-|–|—|\.\.|to|bis)\s?{_NUMBER}"), ""),
    ("numbers with a margin of error", re.compile(rf"[+-]?{_NUMBER}\s?(?:±|\+/-|\+-)\s?{_NUMBER}"), ""),
    ("powers of ten written out", re.compile(rf"[+-]?{_NUMBER}\s?[x×·*]\s?10\^?[+\-−]?[\d⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+"), ""),
    ("measures of several sides", re.compile(rf"{_NUMBER}(?:\s?[x×]\s?{_NUMBER})+"), ""),
    ("ratios", re.compile(rf"{_NUMBER}:{_NUMBER}"), ""),
    ("amounts marked as credit or debit", re.compile(rf"{_NUMBER}\s?(?:CR|DR|Cr\.?|Dr\.?)"), ""),
    ("limits of numbers", re.compile(rf"(?:<|>|≤|≥|<=|>=|~|≈|±)\s?[+-]?{_NUMBER}|{_NUMBER}\+"), ""),
    ("fractions", re.compile(r"(?:\d+ )?\d+\s?/\s?\d+|\d* ?[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]"), ""),
    ("powers with raised digits", re.compile(r"\d+[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+"), ""),
    (
        "numbers with endings for thousands or millions",
        re.compile(
            rf"[+-]?[$€£¥]?\s?{_NUMBER}\s?(?:[kKMBGT]|bn|mn|mio|Mio\.?|Tsd\.?|thousand|million|billion|trillion|Millionen|Milliarden)"
        ),
        "",
    ),
    ("coordinates in degrees", re.compile(r"""[NSEWO]?\s?\d+(?:[.,]\d+)?\s?°[\d.,\s'′"″]*[NSEWO]?"""), ""),
    (
        _MOMENTS,
        re.compile(r"(?=.*\b(?:19|20)\d\d\b)(?=.*(?:\b\d{1,2}:[0-5]\d|[ T]\d{1,2}\.[0-5]\d(?:\.[0-5]\d)?$)).+"),
        "",
    ),
    ("pairs of coordinates", re.compile(r"\(?[+-]?\d{1,3}\.\d+\s?[,;/ ]\s?[+-]?\d{1,3}\.\d+\)?"), ""),
    ("days without a year", _DAY_OF_YEAR, ""),
    ("feet and inches", re.compile(r"""\d+\s?['′]\s?(?:\d+(?:[.,]\d+)?\s?(?:["″]|''))?"""), ""),
    ("numbers with a raised point", re.compile(r"[+-]?\d+·\d+"), ""),
    ("quarters", re.compile(r"\d{4}[-/ ]?Q[1-4]|Q[1-4][-/ ]?\d{4}"), ""),
)
_TRUTHS: Final = frozenset({"true", "false", "yes", "no", "y", "n", "t", "f", "on", "off"})
_DIGITS: Final = frozenset({"0", "1"})
_PROBE: Final = 200
_MOSTLY: Final = 0.9
_SOME: Final = 0.1


def odd_texts(name: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    """Return the sentence about a column whose texts are nearly numbers or truth values; none for any other text.

    Parameters
    ----------
    name
        The column's name.
    counts
        How often each different text occurs, without missing values.
    """
    folded = {text.casefold() for text in list(counts)[:20]}
    if len(counts) <= 12 and folded <= _TRUTHS | _DIGITS and folded & _TRUTHS and len(folded) > 2:
        words = ", ".join(f"'{text}'" for text in list(counts)[:6])
        return (f"{name} mixes different words for true and false ({words}): it is kept as text.",)
    probe = [text for text in spread(counts, _PROBE) if len(text) <= 60]
    for form, pattern, advice in _FORMS:
        found = [text for text in probe if pattern.fullmatch(text) and _is_meant(form, text)]
        if not found or len(found) < _SOME * len(probe):
            continue
        plain = sum(could_be_number(text) for text in probe if not pattern.fullmatch(text))
        if len(found) + plain >= _MOSTLY * len(probe):
            return (f"{name} holds {form}, such as '{found[0]}': it is kept as text{advice}.",)
    days = [text for text in probe if _DAY_OF_YEAR.fullmatch(text)]
    if days and any(char.isdigit() for text in probe if text not in days for char in text):
        return (f"{name} has '{days[0]}' among other texts: did a spreadsheet turn a name into a date?",)
    return ()


def _is_meant(form: str, text: str) -> bool:
    """Tell whether a text is of that form and no other: a range rises, and a moment that is understood is none."""
    return not could_be_date(text) if form == _MOMENTS else form != _RANGES or _rises(text)


def _rises(text: str) -> bool:
    """Tell whether the second number of a range is not below the first: 12345-6789 is a postcode and no range."""
    low, high = (float(number) for number in re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d)", "", text))[:2])
    return low <= high


def could_be_odd(text: str) -> bool:
    """Tell whether a text is one of those."""
    return any(pattern.fullmatch(text) for _, pattern, _ in _FORMS)
