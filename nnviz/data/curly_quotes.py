"""Typographic quotes around fields, as word processors turn straight ones into them."""

import re
from collections.abc import Sequence
from typing import Final

from nnviz.data.dialect import detect
from nnviz.data.tokenizer import Format, sample_records

CURLY_NOTE: Final = "Typographic quotes stand around fields: they are read as quotes."
_MARKS: Final = ",;\t|"
_FIELD = re.compile(r"(?:^|(?<=[,;\t|]))([ ]*)[“„”«]([^“„”«»\"\n]*)[“”»]([ ]*)(?=[,;\t|]|$)", re.MULTILINE)


def are_curly(lines: Sequence[str]) -> bool:
    """Tell whether typographic quotes around fields, some of which hold a delimiter, part lines better than none."""
    text = "\n".join(lines)
    if '"' in text or not any(quote in text for quote in "“„”«"):
        return False
    if not any(mark in field for _, field, _ in _FIELD.findall(text) for mark in _MARKS):
        return False
    straight = straightened(text).split("\n")
    with_quotes, without = detect(straight), detect(lines)
    if with_quotes.width > 1 and _agree(straight, with_quotes.form) and not _agree(lines, without.form):
        return True
    return with_quotes.score > without.score


def _agree(lines: Sequence[str], form: Format) -> bool:
    """Tell whether all records have the same number of fields, those of the header among them."""
    return len({len(fields) for _, fields in sample_records(lines, form) if any(fields)}) == 1


def straightened(text: str) -> str:
    """Write typographic quotes around fields as straight ones."""
    return _FIELD.sub(r'\1"\2"\3', text)
