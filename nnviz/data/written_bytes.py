"""Files written as letters and digits, as mail and editors keep them: base64, hexadecimal digits, uuencode, dumps."""

import base64
import binascii
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from nnviz.data.signatures import Named, named_format

_DECODE: Final = "Decode it first."
_FIRST: Final[tuple[tuple[re.Pattern[str], Named], ...]] = (
    (re.compile(r"begin(?:-base64)? [0-7]{3,4} \S"), ("a uuencoded file", _DECODE)),
    (re.compile(r"=ybegin .*\bname="), ("a yEnc file", _DECODE)),
    (re.compile(r"data:[\w.+-]*/?[\w.+-]*(?:;[\w=.-]+)*;base64,"), ("a data address (base64)", _DECODE)),
)
# How a dump shows some bytes: their place, the bytes, and perhaps what they are as text.
_DUMPED = re.compile(r"([0-9a-fA-F]{4,16}):?\s+(?:[0-9a-fA-F]{2,8}\s+){4,}.*")
_STEPS: Final = (8, 16, 32)
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
_LEAST: Final = 24  # characters; fewer may be anybody's word
_LOOKED_AT: Final = 3_000


def written_bytes(written: Sequence[str]) -> Named | None:
    """Return what the first lines of a file are, blank ones left out, if they are bytes in writing; None otherwise."""
    first = written[0].removeprefix("\ufeff").strip()
    named = next((named for pattern, named in _FIRST if pattern.match(first)), None)
    if named is not None:
        return named
    if _is_dump(written):
        return "a dump of bytes (hexadecimal)", _DECODE
    for pattern, decode, what in ((_HEX, bytes.fromhex, "hexadecimal digits"), (_BASE64, _from_base64, "base64")):
        lines = [line.strip() for line in written]
        # Written in one go: every line is as long as the first, but the last.
        wrapped = all(len(one) == len(other) for one, other in pairwise(lines[:-1]))
        if not wrapped or len(lines[-1]) > len(lines[0]) or not all(map(pattern.fullmatch, lines)):
            continue
        text = "".join(lines)[:_LOOKED_AT]
        if len(text) >= _LEAST and _is_file(decode(text[: len(text) // 4 * 4])):
            return f"another file written as {what}", _DECODE
    return None


def _is_dump(written: Sequence[str]) -> bool:
    """Tell whether lines begin with places that rise by as many bytes as each shows; the last line may be short."""
    found = [_DUMPED.fullmatch(line.strip()) for line in written]
    places = [int(line[1], 16) for line in found if line is not None]
    if len(places) < max(3, len(written) - 2) or places[0] != 0:
        return False
    return places[1] in _STEPS and all(second - first == places[1] for first, second in pairwise(places))


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def _is_file(data: bytes) -> bool:
    """Tell whether bytes are the beginning of a text of several words or lines, or of a file that is known."""
    if len(data) < _LEAST // 2:
        return False
    if named_format(data, b"", len(data)) is not None:
        return True
    try:
        text = data[: len(data) - 3].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char in "\t\r\n" for char in text) and any(char in " ,;\t\n" for char in text)
