"""Codes of digits with an E among them, such as 1E5, which read as powers of ten."""

import re
from collections.abc import Sequence
from typing import Final

# 1E5, which may be a power of ten or the code of a part; who writes numbers this way seldom writes so much.
_BARE_POWER = re.compile(r"(\d+)[eE](\d+)")
_ZERO_POWER = re.compile(r"0\d+[eE]\d")
_LONGEST_FACTOR: Final = 3
_LARGEST_POWER: Final = 30


def has_zeros_before_power(texts: Sequence[str]) -> bool:
    """Tell whether a text is written as no number is: 01E5."""
    return any(map(_ZERO_POWER.match, texts))


def could_be_power_codes(texts: Sequence[str]) -> bool:
    """Tell whether numbers may be codes such as 1E5: all of them are written so, or one has zeros in front: 01E5."""
    return has_zeros_before_power(texts) or (bool(texts) and all(map(_BARE_POWER.fullmatch, texts)))


def are_power_codes(texts: Sequence[str]) -> bool:
    """Tell whether such texts are plainly codes: zeros in front, long factors, or powers that nobody needs."""
    if has_zeros_before_power(texts):
        return True
    parts = [found for text in texts if (found := _BARE_POWER.fullmatch(text)) is not None]
    return any(len(found[1]) > _LONGEST_FACTOR or int(found[2]) > _LARGEST_POWER for found in parts)
