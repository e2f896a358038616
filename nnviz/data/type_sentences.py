"""What to say of how a column was typed: conversions, doubts, and why something stayed text."""

from collections.abc import Mapping, Sequence

from nnviz.data.dates import DateReading
from nnviz.data.numbers import ODD_MARKS, Reading, has_leading_zeros, read_numbers
from nnviz.data.power_codes import are_power_codes
from nnviz.data.units import MixedUnits
from nnviz.data.watching import Watch, watched


def infinite_warning(name: str, count: int) -> str:
    """Say that values are infinite, or so large that their square is."""
    return f"{name} has infinite values or values beyond 1e150 ({count:,}): they count as missing."


def mixture(name: str, numbers: Reading | None, dates: DateReading | None) -> tuple[str, ...]:
    """Say why a column that is mostly numbers or dates is text after all."""
    if numbers is not None and numbers.bad:
        other = "numbers of another form" if read_numbers({numbers.bad[0]: 1}) is not None else "text"
        return (f"{name} mixes numbers and {other}, such as '{short(numbers.bad[0])}': it is kept as text.",)
    if dates is not None and dates.bad:
        return (f"{name} mixes dates and other text, such as '{short(dates.bad[0])}': it is kept as text.",)
    return ()


def mixed_units(name: str, found: Reading | MixedUnits | None) -> tuple[str, ...]:
    """Say that a column has several units."""
    if not isinstance(found, MixedUnits):
        return ()
    units = ", ".join(f"'{unit}'" if unit else "none" for unit in found.units)
    return (f"{name} mixes units ({units}): it is kept as text.",)


def zeros_warning(name: str, reading: Reading) -> tuple[str, ...]:
    """Say that whole numbers are text for their leading zeros."""
    zeros = next(text for text in reading.values if has_leading_zeros({text: 0.0}))
    return (f"{name} has whole numbers with leading zeros, such as '{zeros}': kept as text, as codes are.",)


def codes_warning(name: str, reading: Reading) -> tuple[str, ...]:
    """Say that texts such as 4933401E05 are codes and no powers of ten."""
    code = next(text for text in reading.values if are_power_codes([text]))
    return (f"{name} has numbers with an E among their digits, such as '{code}': kept as text, as codes are.",)


def powers_warning(name: str, reading: Reading) -> tuple[str, ...]:
    """Say that texts such as 1E5, which may be codes, were read as powers of ten."""
    text = next(iter(reading.values))
    number = f"'{text}' is {reading.values[text]:.15g}"
    return (f"{name} is read as powers of ten: {number}. If they are codes, put a letter before each in the file.",)


def phone_warning(name: str, example: str) -> tuple[str, ...]:
    """Say that numbers with a plus sign are text."""
    return (f"{name} holds numbers with a plus sign, such as '{example}', as phone numbers are: kept as text.",)


def number_warnings(name: str, reading: Reading) -> list[str]:
    """Say how numbers were read that are not plain ones."""
    found = []
    example = next((text for text in reading.values if not text.isdigit()), "")
    if reading.unit == "%":
        found.append(f"{name} was converted from percent: '{example}' is {reading.values[example]:g}.")
    elif reading.measured:
        value = f"'{example}' is {reading.values[example]:g}"
        found.append(f"{name} is read as numbers in units of {reading.unit}: {value}.")
    elif reading.unit:
        found.append(
            f"{name} was converted from currency ({reading.unit}): '{example}' is {reading.values[example]:g}."
        )
    if reading.format.decimal == "," and (marked := _example(reading, ",")):
        found.append(f"{name} is read with a decimal comma: '{marked}' is {reading.values[marked]:g}.")
    if reading.format.thousands and (marked := _example(reading, reading.format.thousands)):
        found.append(f"{name} is read with thousands marks: '{marked}' is {reading.values[marked]:.15g}.")
    if (behind := reading.minus_behind) in reading.values:
        found.append(f"{name} has minus signs behind its numbers: '{behind}' is {reading.values[behind]:g}.")
    if reading.ambiguous:
        found.append(f"{name} is ambiguous: its marks could be decimal or thousands marks.")
    return found


def _example(reading: Reading, mark: str) -> str:
    """Return a text with that mark inside, or ""."""
    return next((text for text in reading.values if mark in text.translate(ODD_MARKS)), "")


def token_warning(name: str, tokens: Mapping[str, int]) -> tuple[str, ...]:
    """Say which words count as missing."""
    words = [f"'{short(text)}' ({count:,})" for text, count in tokens.items() if text]
    return (f"In {name} these count as missing: {', '.join(words[:8])}.",) if words else ()


def stray_warning(name: str, bad: tuple[str, ...], texts: Sequence[str], what: str, watch: Watch) -> list[str]:
    """Say which values are of another kind than their column and count as missing."""
    if not bad:
        return []
    strays = frozenset(bad)
    total = sum(text in strays for text in watched(texts, watch))
    shown = ", ".join(f"'{short(text)}'" for text in bad[:3])
    if total == 1:
        return [f"1 value of {name} is among {what} but none of them ({shown}): it counts as missing."]
    return [f"{total:,} values of {name} are not {what} ({shown}): they count as missing."]


def short(text: str) -> str:
    """Return a cell's text, cut to 40 characters."""
    return text if len(text) <= 40 else text[:39] + "…"
