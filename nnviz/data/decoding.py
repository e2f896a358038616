"""From bytes to lines of text: the encoding found over the whole file, the text handed out block by block."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nnviz.errors import UserError

_PIECE: Final = 1024**2
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Bytes that Windows-1252 leaves undefined.
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_FOREIGN_LINES: Final = 300
_FOREIGN_BYTES: Final = 8
_UNDEFINED: Final = b"\x81\x8d\x8f\x90\x9d"
# What a line with a byte that is no UTF-8 is marked with (surrogateescape).
ESCAPED: Final = "".join(chr(code) for code in range(0xDC80, 0xDD00))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes are text: Python's name, the length of the byte order mark, a sentence if there was a doubt.

    ``errors`` is ``"surrogateescape"`` where a few lines are no UTF-8: they are rejected, the others are kept.
    """

    name: str
    skip: int = 0
    warning: str = ""
    errors: str = "strict"


def find_encoding(data: bytes) -> Encoding:
    """Find the encoding: byte order mark, UTF-16 by its NULs, strict UTF-8 over every byte, else Windows-1252.

    Where most non-ASCII bytes are sound UTF-8 and a few are not, the file is UTF-8 with damaged lines.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return Encoding(name, len(bom))
    head = data[: 64 * 1024]
    nuls = head.count(0)
    if nuls > 0.1 * len(head):
        even, odd = head[::2].count(0), head[1::2].count(0)
        name = "utf-16-le" if odd > even else "utf-16-be"
        quarters = [head[place::4].count(0) * 4 for place in range(4)]
        if min(sorted(quarters)[1:]) > 0.8 * len(head):
            name = "utf-32-le" if quarters[0] == min(quarters) else "utf-32-be"
        return Encoding(name, 0, f"The file has no byte order mark; it is read as {name.upper()}.")
    sound, bad = (0, 0) if data.isascii() else _count_utf8(data)
    if not bad:
        return Encoding("utf-8")
    if sound > bad:
        sentence = f"{bad:,} byte{'' if bad == 1 else 's'} not valid UTF-8: the lines with them are rejected."
        return Encoding("utf-8", 0, sentence, "surrogateescape")
    if (foreign := _foreign(data)) is not None:
        return Encoding(foreign, 0, f"The file is not UTF-8; its encoding is taken to be {foreign}: check the texts.")
    name = "latin-1" if any(byte in data for byte in _UNDEFINED) else "cp1252"
    label = {"latin-1": "ISO 8859-1 (latin-1)", "cp1252": "Windows-1252 (cp1252)"}[name]
    return Encoding(name, 0, f"The file is not UTF-8; its encoding is taken to be {label}.")


def _foreign(data: bytes) -> str | None:
    """Find an encoding of a script other than Latin, where non-ASCII bytes come in runs as they do in its words.

    In Western European text they stand alone ("é"); a statistical detector on so few of them would guess wildly.
    """
    lines = [line for line in data[:_PIECE].splitlines() if not line.isascii()][:_FOREIGN_LINES]
    runs = [len(run) for line in lines for run in _HIGH_RUN.findall(line)]
    if sum(runs) < max(_FOREIGN_BYTES, 2.0 * len(runs)):
        return None
    import chardet  # noqa: PLC0415 - loads its models, and is seldom needed

    found = chardet.detect(b"\n".join(lines))["encoding"]
    try:
        if found is None:
            return None
        data.decode(found)
        return codecs.lookup(found).name
    except (LookupError, UnicodeDecodeError):
        return None


def given_encoding(name: str, data: bytes) -> Encoding:
    """Return the encoding that a person chose; a byte order mark of that encoding is still skipped.

    Raises
    ------
    UserError
        If there is no such encoding.
    """
    try:
        canonical = codecs.lookup(name).name
    except LookupError as error:
        raise UserError(f"There is no encoding named {name}.") from error
    for bom, marked in _BOMS:
        if data.startswith(bom) and marked.removesuffix("-sig").startswith(canonical):
            return Encoding(name, len(bom))
    return Encoding(name)


def _count_utf8(data: bytes) -> tuple[int, int]:
    """Count the multi-byte characters and the bytes that are no UTF-8."""
    sound = bad = 0
    for start in range(0, len(data), _PIECE):
        # Three bytes more or less at a seam matter to nobody but a file with one odd byte just there: step back.
        stop = min(len(data), start + _PIECE)
        while stop < len(data) and data[stop] & 0xC0 == 0x80:
            stop += 1
        begin = start
        while 0 < begin < stop and data[begin] & 0xC0 == 0x80:
            begin += 1
        piece = data[begin:stop]
        if piece.isascii():
            continue
        text = piece.decode("utf-8", errors="surrogateescape")
        escaped = sum(map(text.count, ESCAPED)) if not _encodable(text) else 0
        bad += escaped
        sound += len(text) - escaped - _ascii_count(piece)
    return sound, bad


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _ascii_count(piece: bytes) -> int:
    return len(piece.translate(None, bytes(range(128, 256))))


def text_blocks(data: bytes, encoding: Encoding) -> Iterator[tuple[list[str], float]]:
    r"""Yield lists of whole physical lines (line ends taken off) and the share of the file read so far.

    ``\r\n`` and ``\r`` end a line like ``\n``. The text after the last line end is a line if it is not empty; a
    DOS end-of-file mark (Ctrl-Z) at the very end is dropped.

    Raises
    ------
    UserError
        If the bytes are not of the encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding.name)(errors=encoding.errors)
    rest: list[str] = []
    held = ""
    for start in range(encoding.skip, len(data), _PIECE):
        stop = min(start + _PIECE, len(data))
        try:
            text = held + decoder.decode(data[start:stop], final=stop == len(data))
        except UnicodeError as error:
            raise UserError(f"The file is not {encoding.name.upper()} text.", "Choose another encoding.") from error
        held = ""
        if stop == len(data):
            text = text.rstrip("\x1a")
        elif text.endswith("\r"):
            # Perhaps the first half of "\r\n".
            text, held = text[:-1], "\r"
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = text.split("\n")
        if len(lines) == 1:
            rest.append(lines[0])
            continue
        rest.append(lines[0])
        lines[0] = "".join(rest)
        rest = [lines.pop()]
        yield lines, stop / len(data)
    if last := "".join(rest):
        yield [last], 1.0
