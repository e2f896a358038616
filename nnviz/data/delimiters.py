"""Delimiters of several characters (``||``, two or more blanks), and columns of fixed width, read as one character."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from nnviz.data.dialect import Detected, detect
from nnviz.data.fixed_width import cut, find_places, places_of, spelled
from nnviz.data.sampling import is_ruler
from nnviz.data.tokenizer import WHITESPACE, sample_records

# Characters that no text holds (Unicode noncharacters) stand for what one character cannot say.
DELIMITER_MARK: Final = "\ufdd0"
LINE_END_MARK: Final = "\ufdd1"
# What may be repeated or joined to part fields.
_RUN = re.compile(r"[,;|:~^#@!&*§¦\t]{2,4}")
# A sign as web pages write it ends with a semicolon that parts nothing.
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
_LEAST_SHARE: Final = 0.3
_NEARLY: Final = 0.85
# Stands for any run of at least two blanks: columns that are lined up with blanks, with texts of several words.
BLANKS: Final = "  "
_BLANK_RUN = re.compile(r" {2,}")
_EDGES = re.compile(r"^ +| +$", re.MULTILINE)
_MOSTLY: Final = 0.9
_CLEARLY: Final = 0.05
_DOUBTFUL: Final = 0.5


def detect_long(
    lines: Sequence[str], found: Detected, quote: str | None, raw: Sequence[str] = ()
) -> tuple[Detected, str]:
    """Find a delimiter of several characters where it parts lines about as well as one of its characters does.

    Parameters
    ----------
    lines
        A sample of the table's lines.
    found
        The best format with a delimiter of one character.
    quote
        The quote, if it is known.
    raw
        The same lines with those that are drawn with dashes.

    Returns
    -------
    tuple
        The better format (its delimiter is ``DELIMITER_MARK`` for a long one) and the delimiter, "" for a short one.
    """
    best, long = found, ""
    seen = Counter(run for line in lines for run in set(_RUN.findall(_ENTITY.sub("", line) if "&" in line else line)))
    for run, count in seen.most_common(3):
        if count < _LEAST_SHARE * len(lines):
            continue
        other = detect([marked(line, run) for line in lines], DELIMITER_MARK, quote)
        # The short one is a part of the long one, or must be beaten in earnest.
        needed = _NEARLY * found.score if found.form.delimiter in run else found.score
        if other.width > 1 and other.score >= needed and (not long or other.score > best.score):
            best, long = other, str(run)
    if not long and sum(BLANKS in line.strip() for line in lines) > _MOSTLY * len(lines):
        other = detect([marked(line, BLANKS) for line in lines], DELIMITER_MARK, quote)
        if other.width > 1 and other.score > found.score + _CLEARLY:
            best, long = other, BLANKS
    respelt = [marked(line, long) for line in lines] if long else lines
    if (
        long in ("", BLANKS)
        and _is_doubtful(respelt, best)
        and (places := find_places(raw or lines))
        and (long != BLANKS or len(places) > best.width or _is_ragged(respelt, best))
    ):
        long = spelled(places)
        best = detect([marked(line, long) for line in lines], DELIMITER_MARK, quote)
    return best, long


def _is_doubtful(lines: Sequence[str], found: Detected) -> bool:
    """Tell whether a format leaves room for columns of fixed width: it parts nothing, or blanks part lines unlike."""
    if found.width == 1 or found.form.delimiter == DELIMITER_MARK:
        return True
    if found.score < _DOUBTFUL and found.form.delimiter not in (WHITESPACE, " "):
        sizes = [len(fields) for _, fields in sample_records(lines, found.form) if any(fields)]
        return 2 * sizes.count(found.width) <= len(sizes)
    return found.form.delimiter in (WHITESPACE, " ") and _is_ragged(lines, found)


def _is_ragged(lines: Sequence[str], found: Detected) -> bool:
    """Tell whether lines differ in their number of fields; the first may have one less, as R writes headers."""
    sizes = [len(fields) for _, fields in sample_records(lines, found.form) if any(fields)]
    return any(size != found.width for size in sizes[1:]) or sizes[0] not in (found.width, found.width - 1)


def marked(text: str, long: str) -> str:
    """Write a delimiter of several characters as ``DELIMITER_MARK`` in a text of one or more lines."""
    if places := places_of(long):
        return cut(text, places, DELIMITER_MARK)
    if long == BLANKS:
        if "===" in text or "---" in text:
            # Lines that are drawn stay as they are.
            lines = text.split("\n")
            return "\n".join(line if is_ruler(line.strip()) else _parted(line) for line in lines)
        return _parted(text)
    return text.replace(long, DELIMITER_MARK)


def _parted(text: str) -> str:
    return _BLANK_RUN.sub(DELIMITER_MARK, _EDGES.sub("", text))


def restored(cells: Sequence[str], marks: Mapping[str, str]) -> Sequence[str]:
    """Return cells in which every mark is what it stands for again: a delimiter inside quotes is text."""
    for mark, meant in marks.items():
        if any(mark in cell for cell in cells):
            text = "" if places_of(meant) else meant
            cells = [cell.replace(mark, text) for cell in cells]
    return cells
