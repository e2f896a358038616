"""The kind of a column, decided over all of its values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from nnviz.data.dates import DateReading, could_be_date, order_note, read_dates
from nnviz.data.garbled import garbled
from nnviz.data.invisible import without_invisible
from nnviz.data.missing import MISSING_WORDS, is_gap, is_infinite, is_missing
from nnviz.data.numbers import (
    Reading,
    could_be_number,
    has_leading_zeros,
    read_numbers,
    spread,
)
from nnviz.data.odd_texts import could_be_odd, odd_texts
from nnviz.data.power_codes import are_power_codes, could_be_power_codes
from nnviz.data.table import Column, Kind
from nnviz.data.type_sentences import (
    codes_warning,
    infinite_warning,
    mixed_units,
    mixture,
    number_warnings,
    phone_warning,
    powers_warning,
    stray_warning,
    token_warning,
    zeros_warning,
)
from nnviz.data.units import could_be_measure, read_measures
from nnviz.data.watching import Watch, counted, no_watch, watched

# A column stays numeric when so few of so many values are not numbers; each of them is then reported.
STRAY_SHARE: Final = 0.01
STRAY_ROWS: Final = 100
EXACT_LIMIT: Final = 2**53
# The square of anything beyond overflows, so that not even a standard deviation could be worked out: infinite.
LARGEST: Final = 1e150
# Of a column with many different texts so many are tried before all of them.
_PROBE: Final = 200
_MANY: Final = 1_000
_PAIRS: Final = (("false", "true"), ("no", "yes"), ("n", "y"), ("f", "t"), ("off", "on"))
# One of these words alone is no proof: they are words of other languages too, or mean something else.
_FOREIGN_PAIRS: Final = (
    ("nein", "ja"), ("falsch", "wahr"), ("non", "oui"), ("faux", "vrai"), ("no", "sí"), ("no", "si"), ("no", "sì"),
    ("falso", "verdadero"), ("falso", "vero"), ("falso", "verdadeiro"), ("não", "sim"), ("nao", "sim"),
    ("nee", "ja"), ("nej", "ja"), ("nei", "ja"), ("nie", "tak"), ("ne", "ano"), ("nem", "igen"), ("ei", "kyllä"),
    ("hayır", "evet"), ("нет", "да"), ("ложь", "истина"), ("否", "是"), ("いいえ", "はい"),
)  # fmt: skip
# How spreadsheets are made to keep digits as text: ="007".
_WRAPPED = re.compile(r'="([^"]*)"')
_APOSTROPHE = re.compile(r"'[+-]?\d[\d.,:/-]*")
_PHONE = re.compile(r"\+\d{7,15}")
_PERCENT_NOTE: Final = "percent: 12% is 12"
_ZEROS_NOTE: Final = "whole numbers with leading zeros: kept as text"


@dataclass(frozen=True, slots=True)
class Typed:
    """A column with what was found on the way.

    ``decimal`` is the decimal mark that the values prove, or ""; ``strays`` are texts that became missing because the
    rest of the column is of another kind.
    """

    column: Column
    warnings: tuple[str, ...] = ()
    decimal: str = ""
    thousands: str = ""
    strays: tuple[str, ...] = ()


def type_column(
    name: str,
    texts: Sequence[str],
    delimiter: str = ",",
    file_decimal: str = "",
    watch: Watch = no_watch,
    words: frozenset[str] = MISSING_WORDS,
    *,
    date_order: str = "",
) -> Typed:
    """Find a column's kind and values.

    Parameters
    ----------
    name
        The column's name, for the warnings.
    texts
        Every value, stripped, shape (n_rows,).
    delimiter
        The file's delimiter.
    file_decimal
        The decimal mark that other columns prove, or "".
    watch
        Called many times a second; it may raise to stop the work.
    words
        What stands for a missing value, casefolded.
    date_order
        ``"day first"`` or ``"month first"``, where a person has said so; it counts where no date settles it.
    """
    if _plainly_text(texts):
        # Counting very many different texts takes long, and would say nothing new.
        return _text(name, texts, counted([t for t in watched(texts, watch) if is_missing(t, words)], watch), (), watch)
    counts = counted(texts, watch)
    if shown := without_invisible(watched(counts, watch)):
        bare = [shown.get(text, text) for text in watched(texts, watch)]
        found = type_column(name, bare, delimiter, file_decimal, watch, words, date_order=date_order)
        if found.column.kind not in ("string", "empty"):
            sentence = f"{name} has invisible characters beside its values ({len(shown):,}): they are taken off."
            return replace(found, warnings=(sentence, *found.warnings))
    if all(map(_APOSTROPHE.fullmatch, spread(counts, _PROBE))) and counts:
        bare = [text.removeprefix("'") for text in watched(texts, watch)]
        found = type_column(name, bare, delimiter, file_decimal, watch, words, date_order=date_order)
        sentence = f"{name} has an apostrophe before its numbers, as spreadsheets mark text: it is taken off."
        return replace(found, warnings=(sentence, *found.warnings))
    if example := next((text for text in spread(counts, _PROBE) if _WRAPPED.fullmatch(text)), ""):
        bare = [_WRAPPED.sub(r"\1", text) for text in watched(texts, watch)]
        found = type_column(name, bare, delimiter, file_decimal, watch, words, date_order=date_order)
        sentence = (
            f'{name} is written in the form ="..." that spreadsheets keep as text: {example} is read as its text.'
        )
        return replace(found, warnings=(sentence, *found.warnings))
    return _by_values(name, texts, counts, delimiter, file_decimal, watch, words, date_order)


def _plainly_text(texts: Sequence[str]) -> bool:
    """Tell whether nearly every text is another one and none of those looked at could be a number or date."""
    if len(set(texts[:_MANY])) < 0.5 * _MANY:
        return False
    probe = texts[:: max(1, len(texts) // _PROBE)]
    if any(could_be_number(text) or could_be_date(text) or _WRAPPED.fullmatch(text) for text in probe):
        return False
    if any(map(_APOSTROPHE.fullmatch, probe)):
        return False
    if without_invisible(probe):
        return False
    return 2 * sum(could_be_measure(text) or could_be_odd(text) for text in probe) < len(probe)


def _by_values(
    name: str,
    texts: Sequence[str],
    counts: Mapping[str, int],
    delimiter: str,
    file_decimal: str,
    watch: Watch,
    words: frozenset[str],
    date_order: str,
) -> Typed:
    tokens = {text: count for text, count in watched(counts.items(), watch) if is_missing(text, words)}
    present = {text: count for text, count in watched(counts.items(), watch) if text not in tokens}
    empty = None if present else Column(name, "empty", np.full(len(texts), None, dtype=object))
    if (found := empty or _booleans(name, texts, present)) is not None:
        return Typed(found, token_warning(name, tokens))
    probe = spread(present, _PROBE)
    if not any(could_be_number(text) or could_be_date(text) or could_be_measure(text) for text in probe):
        return _text(name, texts, tokens, odd_texts(name, present), watch)
    solid = {t: count for t, count in watched(present.items(), watch) if not is_gap(t) and not is_infinite(t)}
    gaps = {text: count for text, count in watched(present.items(), watch) if text not in solid}
    numbers = read_numbers(solid, delimiter, file_decimal, watch=watch) if solid else None
    if numbers is not None and _nearly_all(numbers.bad, solid):
        return _numeric(name, texts, numbers, gaps, tokens, watch)
    dates = read_dates(solid, watch=watch, wanted=date_order) if solid else None
    if dates is not None and _nearly_all(dates.bad, solid) and not any(is_infinite(text) for text in gaps):
        return _dated(name, texts, dates, gaps, tokens, watch, date_order)
    measures = read_measures(solid, delimiter, file_decimal, watch) if solid else None
    sentences = mixed_units(name, measures) or odd_texts(name, present) or mixture(name, numbers, dates)
    if not isinstance(measures, Reading):
        return _text(name, texts, tokens, sentences, watch)
    return _numeric(name, texts, measures, gaps, tokens, watch)


def _nearly_all(bad: tuple[str, ...], counts: Mapping[str, int]) -> bool:
    total = sum(counts.values())
    strays = sum(counts[text] for text in bad)
    return strays == 0 or (total >= STRAY_ROWS and strays <= STRAY_SHARE * total)


def _booleans(name: str, texts: Sequence[str], present: Mapping[str, int]) -> Column | None:
    if len(present) > 12:
        return None
    folded = {text.casefold() for text in present}
    for pair in _PAIRS + _FOREIGN_PAIRS:
        # One letter alone, or "on" alone, is no proof: it may mean anything.
        proof = pair in _PAIRS and folded < set(pair) and len(next(iter(folded))) > 1 and "on" not in pair
        if folded == set(pair) or proof:
            codes = {text: float(text.casefold() == pair[1]) for text in present}
            values = np.array([codes.get(text, np.nan) for text in texts], dtype=np.float64)
            return Column(name, "boolean", values, words=_words(present, pair))
    return None


def _words(present: Mapping[str, int], pair: tuple[str, str]) -> tuple[str, str]:
    """Return the commonest spelling of each word in the file."""
    chosen = []
    for word in pair:
        spellings = {text: count for text, count in present.items() if text.casefold() == word}
        chosen.append(max(spellings, key=lambda text: spellings[text]) if spellings else word)
    return chosen[0], chosen[1]


def _numeric(
    name: str,
    texts: Sequence[str],
    reading: Reading,
    gaps: Mapping[str, int],
    tokens: Mapping[str, int],
    watch: Watch,
) -> Typed:
    if reading.whole and not reading.unit and has_leading_zeros(reading.values):
        return _text(name, texts, tokens, zeros_warning(name, reading), watch, note=_ZEROS_NOTE)
    codes = not reading.whole and not reading.unit and could_be_power_codes(list(reading.values))
    if codes and are_power_codes(list(reading.values)):
        return _text(name, texts, tokens, codes_warning(name, reading), watch, note="codes with an E: kept as text")
    if reading.whole and all(map(_PHONE.fullmatch, reading.values)):
        sentences = phone_warning(name, next(iter(reading.values)))
        return _text(name, texts, tokens, sentences, watch, note="numbers with a plus sign: kept as text")
    if reading.whole and any(abs(value) >= EXACT_LIMIT for value in reading.values.values()):
        sentence = (
            f"{name} holds whole numbers above 2^53, beyond the precision of a float: kept as text (perhaps an id)."
        )
        return _text(name, texts, tokens, (sentence,), watch, note="kept as text to keep every digit")
    infinite = {text: count for text, count in gaps.items() if is_infinite(text)}
    infinite.update({text: 1 for text, value in reading.values.items() if abs(value) > LARGEST})
    values = np.fromiter((reading.values.get(text, np.nan) for text in watched(texts, watch)), np.float64, len(texts))
    values[np.abs(values) > LARGEST] = np.nan
    warnings = list(token_warning(name, {**tokens, **{t: c for t, c in gaps.items() if t not in infinite}}))
    if infinite:
        warnings.append(infinite_warning(name, sum(infinite.values())))
    warnings += [*number_warnings(name, reading), *(powers_warning(name, reading) if codes else ())]
    warnings += stray_warning(name, reading.bad, texts, "numbers", watch)
    notes = [_PERCENT_NOTE] if reading.unit == "%" else [f"in {reading.unit}"] if reading.unit else []
    column = Column(name, "integer" if reading.whole else "float", values, "; ".join(notes))
    decimal = reading.format.decimal if reading.proven else ""
    return Typed(column, tuple(warnings), decimal, reading.format.thousands, reading.bad)


def _dated(
    name: str,
    texts: Sequence[str],
    reading: DateReading,
    gaps: Mapping[str, int],
    tokens: Mapping[str, int],
    watch: Watch,
    date_order: str,
) -> Typed:
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001 - the moments are UTC without saying so
    codes = {text: int((moment - epoch).total_seconds()) for text, moment in watched(reading.values.items(), watch)}
    nothing = np.iinfo(np.int64).min  # NaT
    seconds = np.fromiter((codes.get(text, nothing) for text in watched(texts, watch)), np.int64, len(texts))
    values = seconds.view("datetime64[s]")
    warnings = [*token_warning(name, {**tokens, **gaps})]
    if reading.order == "months":
        warnings.append(f"{name} holds months: each is read as its first day.")
    if reading.has_fractions:
        warnings.append(f"{name} has fractions of seconds: they are left out.")
    if reading.mixed:
        warnings.append(f"{name} mixes dates of several forms: check how they were read.")
    if reading.has_zone:
        without = " Some have none and are taken for UTC." if reading.some_zones else ""
        warnings.append(f"{name} has time zones: the times are converted to UTC.{without}")
    warnings += stray_warning(name, reading.bad, texts, "dates", watch)
    kind: Kind = "datetime" if reading.has_time else "date"
    column = Column(name, kind, values, order_note(reading, date_order))
    return Typed(column, tuple(warnings), strays=reading.bad)


def _text(
    name: str,
    texts: Sequence[str],
    tokens: Mapping[str, int],
    warnings: tuple[str, ...],
    watch: Watch,
    note: str = "",
) -> Typed:
    cells = watched(texts, watch)
    values = np.fromiter((None if text in tokens else text for text in cells) if tokens else cells, object, len(texts))
    return Typed(Column(name, "string", values, note), (*warnings, *garbled(name, texts), *token_warning(name, tokens)))
