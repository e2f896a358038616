"""Encodings of Latin letters in one byte: which of them makes words of a few accented letters.

A statistical detector needs more text than a small table has. Here every candidate decodes the lines, and its
characters are judged: capitals inside words, signs between letters and control characters are faults, and the letters
should be those of one language.
"""

import re
from collections.abc import Sequence
from typing import Final

# The likelier first: it wins a draw.
_CANDIDATES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("cp1252", ("western",)),
    ("cp1250", ("central",)),
    ("iso8859_2", ("central",)),
    ("cp437", ("western",)),
    ("cp850", ("western",)),
    ("mac_roman", ("western",)),
    ("cp1254", ("turkish",)),
    ("cp852", ("central",)),
    ("cp1257", ("baltic",)),
)
# The accented letters of each language.
_LANGUAGES: Final[dict[str, tuple[str, ...]]] = {
    "western": (
        "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúüç", "ãáàâçéêíõóôúü", "àèéìíîòóùú", "ëïéèöüáóíúêç", "åäöé", "æøåéóò",
        "áðéíóúýþæö", "äöüßéèêàçâôûï", "šžõäöü",
    ),
    "central": ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž", "ăâîşţ"),
    "turkish": ("çğıiöşüâîû",),
    "baltic": ("āčēģīķļņšūž", "ąčęėįšųūž"),
}  # fmt: skip
_SIGNS: Final = frozenset("€£§°²³µ×÷–—’‘“”„…½¼¾«»·±‰®©™¿¡ªº†‡•¥¢¹´¨¸`\u00a0")
# How much it counts that the letters belong to several languages of one family and to no one alone.
_MIXED: Final = 0.8
_MARGIN: Final = 0.15
_NEEDED: Final = 0.9
# Where Windows-1252 makes no sense, letters of several languages are sense enough.
_ENOUGH: Final = 0.75
# Letters that the other encoding reads otherwise than Windows-1252: at least so many different ones, and so many.
_DIFFERENT: Final = 2
_OTHERS: Final = 3
_WORTHLESS: Final = 0.5
_LOOKED_AT: Final = 20_000
_ODD = re.compile(r"[^\x00-\x7f]")


def latin_encoding(lines: Sequence[bytes]) -> str:
    """Return Python's name of the encoding that makes the most sense of lines with single bytes above 127.

    It is ``"cp1252"`` unless another is clearly better.

    Parameters
    ----------
    lines
        Lines with such bytes.
    """
    data = b"\n".join(lines)[:_LOOKED_AT]
    usual = data.decode("cp1252", "replace")
    first, best, name = _sense(usual, "western"), -1.0, "cp1252"
    for candidate, families in _CANDIDATES[1:]:
        text = data.decode(candidate, "replace")
        score = max(_sense(text, family) for family in families)
        different = [new for new, old in zip(text, usual, strict=True) if new != old]
        # Czech and Danish letters share their bytes: one alone may be a name from elsewhere.
        enough = len(set(different)) >= _DIFFERENT and len(different) >= _OTHERS
        if score > best and (enough or first < _WORTHLESS):
            best, name = score, candidate
    needed = _ENOUGH if first < _WORTHLESS else _NEEDED
    return name if best >= needed and best > first + _MARGIN else "cp1252"


def _sense(text: str, family: str) -> float:
    """Return how much sense the characters beyond ASCII make as a text of some languages, 0 to 1."""
    letters: list[str] = []
    faults = signs = 0
    for found in _ODD.finditer(text):
        char, place = found[0], found.start()
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if char.isalpha() and char not in "ªºµ":
            capital = char.isupper() and (before.islower() or (before.isalpha() and after.islower()) or char == "Ÿ")
            if capital or (char.islower() and after.isupper()) or before.isdigit() or after.isdigit():
                faults += 1
            else:
                letters.append(char.lower()[0])  # İ has two characters in lower case
        elif char in _SIGNS and not (before.isalpha() and after.isalpha() and char != "’"):
            signs += 1
        else:
            faults += 1
    total = len(letters) + signs + faults
    if not total:
        return 0.0
    alphabets = _LANGUAGES[family]
    known = max((sum(letter in alphabet for letter in letters) for alphabet in alphabets), default=0)
    mixed = _MIXED * sum(any(letter in alphabet for alphabet in alphabets) for letter in letters)
    return (max(float(known), mixed) + signs) / total
