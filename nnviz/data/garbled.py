"""Texts that an earlier program has garbled: lost characters, UTF-8 taken for Windows-1252, signs of web pages."""

import re
from collections.abc import Iterable
from html import unescape
from itertools import islice
from typing import Final

_LOOKED_AT: Final = 5_000
_LOST: Final = "\ufffd"
# The first byte of two or three, as Windows-1252 shows it, before one of the others.
_DOUBLED = re.compile(
    r"[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_ENTITY: Final = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
# Characters beyond ASCII in the writing of something else: what holds them, and a pattern that hardly means another.
_WRITINGS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("mail (quoted-printable)", re.compile(r"=(?:C[2-9A-F]|D[0-9A-F]|E[0-9A-F]=[89AB][0-9A-F])=[89AB][0-9A-F]")),
    ("web addresses", re.compile(r"%(?:C[2-9A-F]|D[0-9A-F]|E[0-9A-F]%[89AB][0-9A-F])%[89AB][0-9A-F]", re.IGNORECASE)),
    ("programs", re.compile(r"\\u(?:00[a-fA-F][0-9a-fA-F]|0[1-9a-fA-F][0-9a-fA-F]{2}|[1-9a-fA-F][0-9a-fA-F]{3})")),
    ("old mail (UTF-7)", re.compile(r"\+(?:A[KLMNOP][0-9A-Za-z+/]|I[BC][0-9A-Za-z+/])[0-9A-Za-z+/]*-")),
)
_CONTROL: Final = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
# Phonetic signs, which hardly a table has: two sound letters and marks in a row may make one.
_PHONETIC: Final = re.compile(r"[\u0250-\u036f]")


def garbled(name: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return what there is to say of garbled texts among the first ones of a column; they are kept as they are."""
    some = list(islice(texts, _LOOKED_AT))
    odd = [text for text in some if not text.isascii()]
    found = []
    if entity := next((text for text in some if "&" in text and _ENTITY.search(text) and unescape(text) != text), ""):
        found.append(f"{name} has signs as web pages write them, such as in '{entity[:40]}': they are kept.")
    joined = "\n".join(some)
    for what, pattern in _WRITINGS:
        if sign := pattern.search(joined):
            text = next(text for text in some if pattern.search(text))
            found.append(f"{name} has signs as {what} write them ({sign[0]}), such as in '{text[:40]}': they are kept.")
    if _CONTROL.search(joined):
        found.append(f"{name} has control characters in its texts: they are kept.")
    if lost := next((text for text in odd if _LOST in text), ""):
        found.append(f"{name} has characters that an earlier program lost, such as in '{lost[:40]}'.")
    repaired = ((text, _repaired(text)) for text in odd if _DOUBLED.search(text))
    if pair := next(((text, right) for text, right in repaired if right), None):
        found.append(
            f"{name} looks garbled: '{pair[0][:40]}' was probably '{pair[1][:40]}' before it was saved wrongly."
        )
    return tuple(found)


def _repaired(text: str) -> str:
    """Return a text whose UTF-8 was once read as Windows-1252 or latin-1 as it was before, "" for any other."""
    for encoding in ("cp1252", "latin-1"):
        try:
            right = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return "" if _PHONETIC.search(right) else right
    return ""
