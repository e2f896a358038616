"""The words that people write where a value is missing."""

from string import ascii_lowercase
from typing import Final

# In any column.
MISSING_WORDS: Final = frozenset({
    "", "na", "n/a", "#n/a", "#n/a n/a", "#na", "<na>", "null", "none", "nan", "-nan", "?", "\\n", "n.a.", "(null)",
    "#null!", "#div/0!", "#value!", "#ref!", "#num!", "#name?", "1.#ind", "1.#qnan", "-1.#ind", "-1.#qnan", "nat",
    "nan(ind)", "-nan(ind)", "1.#snan", "1.#nan", "#spill!", "#calc!", "#error!", "#field!",
    "#nv", "#wert!", "#bezug!", "#zahl!", "#valeur!", "#nombre!", "#nom?",
})  # fmt: skip
# Only where the rest of the column is numbers, dates or true and false: in text they may be values. The ":" is
# Eurostat's, a point with a letter that of SAS and Stata, the date of noughts that of MySQL; instruments write faults.
GAP_WORDS: Final = frozenset({
    "-", "--", "---", ".", "..", "...", "missing", "(missing)", "unknown", "undefined", "nil", "*", "**", "–", "—",
    "tbd", "not available", "not applicable", "no data", "??", ":", "n.d.", "n.v.", "k.a.", "err", "error", "fault",
    "invalid", "over", "under", "ovr", "overflow", "underflow", "loading...", "#getting_data",
    "0000-00-00", "0000-00-00 00:00:00", "._",
    *(f".{letter}" for letter in ascii_lowercase),
})  # fmt: skip
_LONGEST: Final = max(map(len, MISSING_WORDS))
INFINITE_WORDS: Final = frozenset(
    {"inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", "∞", "-∞", "1.#inf", "-1.#inf"}
)


def is_missing(text: str, words: frozenset[str] = MISSING_WORDS) -> bool:
    """Tell whether a stripped text stands for a missing value in a column of any kind.

    ``words`` are the words that do, casefolded; an empty text always does.
    """
    if words is MISSING_WORDS:
        return len(text) <= _LONGEST and text.casefold() in words
    return not text or text.casefold() in words


def missing_numbers(words: frozenset[str]) -> list[float]:
    """Return the numbers among the words that stand for a missing value, such as -999."""
    found = []
    for word in words - MISSING_WORDS:
        try:
            found.append(float(word))
        except ValueError:
            continue
    return found


def is_gap(text: str) -> bool:
    """Tell whether a stripped text stands for a missing value in a column of numbers or dates."""
    return text.casefold() in GAP_WORDS


def is_infinite(text: str) -> bool:
    """Tell whether a stripped text stands for an infinity."""
    return text.casefold() in INFINITE_WORDS
