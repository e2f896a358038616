"""Characters that show nothing: beside a text they are taken off, or numbers with them would be text."""

from collections.abc import Iterable
from typing import Final

# Blanks without width, joiners, soft hyphens, marks of the direction of writing: web pages leave them beside a text.
_INVISIBLE: Final = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
)


def bare(text: str) -> str:
    """Return a text without blanks and invisible characters at its ends."""
    return text.strip() if text.isascii() else text.strip().strip(_INVISIBLE).strip()


def without_invisible(texts: Iterable[str]) -> dict[str, str]:
    """Return those of the stripped texts that begin or end with invisible characters, each with what is left of it."""
    found = ((text, bare(text)) for text in texts if not text.isascii())
    return {text: left for text, left in found if left != text}
