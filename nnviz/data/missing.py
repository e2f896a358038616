"""The words that people write where a value is missing."""

from typing import Final

# In any column.
MISSING_WORDS: Final = frozenset({
    "", "na", "n/a", "#n/a", "#n/a n/a", "#na", "<na>", "null", "none", "nan", "-nan", "?", "\\n", "n.a.", "(null)",
    "#null!", "#div/0!", "#value!", "#ref!", "#num!", "#name?", "1.#ind", "1.#qnan", "-1.#ind", "-1.#qnan", "nat",
})  # fmt: skip
# Only where the rest of the column is numbers, dates or true and false: in text they may be values.
GAP_WORDS: Final = frozenset({
    "-", "--", "---", ".", "..", "...", "missing", "(missing)", "unknown", "undefined", "nil", "*", "**", "–", "—",
    "tbd", "not available", "not applicable", "no data", "??",
})  # fmt: skip
INFINITE_WORDS: Final = frozenset(
    {"inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "∞", "-∞", "1.#inf", "-1.#inf"}
)


def is_missing(text: str) -> bool:
    """Tell whether a stripped text stands for a missing value in a column of any kind."""
    return len(text) <= 9 and text.casefold() in MISSING_WORDS


def is_gap(text: str) -> bool:
    """Tell whether a stripped text stands for a missing value in a column of numbers or dates."""
    return text.casefold() in GAP_WORDS


def is_infinite(text: str) -> bool:
    """Tell whether a stripped text stands for an infinity."""
    return text.casefold() in INFINITE_WORDS
