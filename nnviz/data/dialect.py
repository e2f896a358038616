"""Which delimiter, quote and escape a file uses, from a sample of its first lines.

Every candidate parses the sample; the best is the one whose records agree most on their number of fields and whose
fields look most like values. Where two candidates are close, CleverCSV's consistency measure decides between them.
"""

import re
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from nnviz.data.missing import is_missing
from nnviz.data.sampling import SAMPLE_CHARACTERS
from nnviz.data.tokenizer import WHITESPACE, Format, sample_records

_DELIMITERS: Final = (",", ";", "\t", "|")
# The commas and semicolons of Chinese and Arabic come last.
_RARE: Final = ("^", "~", "\x1f", "\x01", "¦", "§", ":", "#", "&", "!", "，", "；", "،", "؛", "│", "┆", "║")
_CLOSE: Final = 0.1
_SURE: Final = 0.75
_DOUBTFUL: Final = 0.5
_MANY_FIELDS: Final = 200
_CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
_VALUE = re.compile(
    r"[+\-−]?[$€£¥]?\s?(?:\d[\d.,' ]*|\.\d+)(?:[eE][+-]?\d+)?\s?[%€$£]?"
    rf"|\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}(?:[T ]{_CLOCK})?|{_CLOCK}"
    r"|true|false|yes|no|t|f|y|n",
    re.IGNORECASE,
)
# A time of day, perhaps with its date, is no three fields.
_MOMENT = re.compile(rf"(?:[\d./-]{{6,10}}[T ])?{_CLOCK}")
_SCATTERED: Final = 4
_WORDS = re.compile(r"[^\W_][\w .()/%°&'’+\-]{0,60}")


@dataclass(frozen=True, slots=True)
class Detected:
    """The format found; ``width`` is the commonest number of fields (1: no delimiter was found)."""

    form: Format
    width: int
    score: float


def detect(lines: Sequence[str], delimiter: str | None = None, quote: str | None = None) -> Detected:
    """Find the format of a sample of lines (comments and blank lines taken out).

    Parameters
    ----------
    lines
        The first lines of the file.
    delimiter, quote
        What is known already.
    """
    text = "\n".join(lines)
    quotes = _quotes(text) if quote is None else [quote]
    if delimiter is not None:
        scored = [_score(lines, Format(delimiter, q, _escape(text, q))) for q in quotes]
        return _with_bare_escape(max(scored, key=lambda found: found.score), lines, text)
    scored = [_score(lines, Format(mark, q, _escape(text, q))) for mark in _DELIMITERS if mark in text for q in quotes]
    best = _best(scored)
    if best is None or best.score < _DOUBTFUL:
        marks = [mark for mark in _RARE if mark in text and not (mark == ":" and _are_moments(lines))]
        rare = [_score(lines, Format(mark, q, _escape(text, q))) for mark in marks for q in quotes]
        spaced = [_score(lines, Format(WHITESPACE, q)) for q in quotes if " " in text or "\t" in text]
        # Where most lines have blanks in a row, they line up columns.
        lone = " " in text and 2 * sum("  " in line.strip() for line in lines) <= len(lines)
        single = [_score(lines, Format(" ", q, _escape(text, q))) for q in quotes if lone]
        sure = [found for found in (*rare, *spaced, *single) if found.score > _SURE]
        best = _best([*scored, *sure, *(found for found in spaced if _holds_numbers(lines, found))])
    if best is None or _is_scattered(lines, best):
        return Detected(Format(",", quotes[0], _escape(text, quotes[0])), 1, 0.0)
    rival = _best([found for found in scored if found.form.delimiter != best.form.delimiter])
    if rival is not None and best.score - rival.score < _CLOSE and best.form.delimiter in _DELIMITERS:
        choice = _clevercsv_delimiter(text[:SAMPLE_CHARACTERS])
        if choice == rival.form.delimiter:
            best = rival
    return _with_bare_escape(best, lines, text)


def _holds_numbers(lines: Sequence[str], found: Detected) -> bool:
    """Tell whether most lines hold that many numbers between blanks and nothing else: they stand below some text."""
    records = [fields for _, fields in sample_records(lines, found.form) if any(fields)]
    rows = [fields for fields in records if len(fields) == found.width]
    return found.width > 1 and 3 * sum(all(map(_VALUE.fullmatch, fields)) for fields in rows) > 2 * len(records)


def _are_moments(lines: Sequence[str]) -> bool:
    """Tell whether most lines are a time of day and nothing else."""
    return 2 * sum(_MOMENT.fullmatch(line.strip()) is not None for line in lines) > len(lines)


def _is_scattered(lines: Sequence[str], found: Detected) -> bool:
    """Tell whether a delimiter is but a mark in some texts of a single column: in few lines, here and there."""
    if found.score >= _DOUBTFUL:
        return False
    parted = [len(fields) > 1 for _, fields in sample_records(lines, found.form) if any(fields)]
    changes = sum(first != second for first, second in pairwise(parted))
    return not parted[0] and 2 * sum(parted) < len(parted) and changes >= _SCATTERED


def _with_bare_escape(best: Detected, lines: Sequence[str], text: str) -> Detected:
    r"""Return the format with delimiters escaped outside quotes (``a\,b``) where more records agree with it."""
    if best.form.delimiter == WHITESPACE or "\\" + best.form.delimiter not in text:
        return best
    escaped = _score(lines, replace(best.form, escape="\\", bare_escape=True))
    return escaped if escaped.score > best.score and escaped.width == best.width else best


def _best(scored: Sequence[Detected]) -> Detected | None:
    usable = [found for found in scored if found.width > 1]
    return max(usable, key=lambda found: found.score, default=None)


def _quotes(text: str) -> list[str]:
    """Return the quotes that fields open and close with, the likelier first; the double quote if there are none."""
    single = re.findall(r"(?:^|[,;\t|\ufdd0])\s*'(?:[^'\n]|'')*'\s*(?=[,;\t|\ufdd0]|$)", text, re.MULTILINE)
    opened = re.findall(r"(?:^|[,;\t|\ufdd0])\s*'", text, re.MULTILINE)
    double = re.findall(r'(?:^|[,;\t|\ufdd0])\s*"', text, re.MULTILINE)
    if 2 * len(single) <= len(opened):
        return ['"', *_odd_quotes(text)] if not double else ['"']
    if not double:
        return ["'"]
    return ['"', "'"] if len(double) >= len(single) else ["'", '"']


def _odd_quotes(text: str) -> list[str]:
    """Return the backtick or dollar sign where it stands around fields alone, a delimiter in one of them."""
    found = []
    for quote in filter(text.__contains__, "`$"):
        q = re.escape(quote)
        fields = re.findall(rf"(?:^|[,;\t|])[ ]*({q}(?:[^{q}\n]|{q}{q})*{q})[ ]*(?=[,;\t|]|$)", text, re.MULTILINE)
        parted = any(mark in field for field in fields for mark in ",;\t|")
        if len(fields) > 1 and parted and sum(field.count(quote) for field in fields) == text.count(quote):
            found.append(quote)
    return found


def _escape(text: str, quote: str) -> str:
    r"""Return a backslash where it stands before quotes inside quoted fields: ``"say \"hi\""``."""
    if "\\" + quote not in text:
        return ""
    q = re.escape(quote)
    inside = re.search(rf"{q}[^{q}]*\\{q}[^,;\t|\ufdd0\n]", text)
    return "\\" if inside or re.search(rf"\\{q}{q}", text) else ""


def _score(lines: Sequence[str], form: Format) -> Detected:
    """Agreement of the records on their number of fields, times how much the fields look like values."""
    records = [fields for _, fields in sample_records(lines, form)]
    counts = Counter(len(record) for record in records if any(record))
    if not counts:
        return Detected(form, 1, 0.0)
    total = counts.total()
    width = max(counts, key=lambda size: (counts[size] * (size - 1) / size, size))
    if width == 1:
        return Detected(form, 1, 0.0)
    alike = counts[width]
    if form.mark == " " and alike > 1 and next((len(record) for record in records if any(record)), 0) == width - 1:
        # R names the rows and gives the names no header.
        alike += 1
    agreement = alike / total
    body = [record for record in records if len(record) == width]
    typed, cells = 0.0, 0
    for record in body[1:101] or body:
        for cell in record[:_MANY_FIELDS]:
            cells += 1
            typed += _likeness(cell.strip())
    quality = typed / max(cells, 1)
    return Detected(form, width, agreement**1.5 * quality * (width - 0.5) / width)


def _likeness(cell: str) -> float:
    if is_missing(cell) or _VALUE.fullmatch(cell):
        return 1.0
    if _WORDS.fullmatch(cell):
        return 0.9
    return 0.6 if not re.search(r"[;,\t|]", cell) else 0.4


def _clevercsv_delimiter(text: str) -> str | None:
    import clevercsv  # noqa: PLC0415 - heavy, and seldom needed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = clevercsv.Detector().detect(text, verbose=False)
        except (clevercsv.Error, ValueError, IndexError, KeyError):
            return None
    return found.delimiter if found is not None else None
