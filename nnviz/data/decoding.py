"""From bytes to lines of text: the encoding found over the whole file, the text handed out block by block."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from nnviz.data.eastern_encodings import eastern_encoding
from nnviz.data.large_file import Data
from nnviz.data.latin_encodings import latin_encoding
from nnviz.errors import UserError

# Read and handed out at a time: a block's numbers as Python objects stay in the processor's cache, and no call holds
# the interpreter, which the window needs too, for more than a millisecond or two.
_PIECE: Final = 256 * 1024
_HEAD: Final = 1024**2
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    ("\u00ef\u00bb\u00bf".encode(), "utf-8"),  # the same, taken for Windows-1252 by an earlier program
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What switches to other characters in text of seven bits.
_ESCAPES: Final = (
    (b"\x1b$B", "iso2022_jp"),
    (b"\x1b$@", "iso2022_jp"),
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$(D", "iso2022_jp_1"),
)
# Bytes that Windows-1252 leaves undefined.
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
# The record separator of ASCII, Unicode's line separator and next line.
_RECORD_ENDS: Final = ("\x1e", "\u2028", "\u0085")
_FOREIGN_LINES: Final = 300
_FOREIGN_BYTES: Final = 8
_UNDEFINED: Final = b"\x81\x8d\x8f\x90\x9d"
# What a line with a byte that is no UTF-8 is marked with (surrogateescape).
ESCAPED: Final = "".join(chr(code) for code in range(0xDC80, 0xDD00))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes are text: Python's name, the length of the byte order mark, a sentence if there was a doubt.

    ``errors`` is ``"surrogateescape"`` where a few lines are no UTF-8: they are rejected, the others are kept. ``ends``
    is the character that ends a record in a file without line feeds and carriage returns, or "".
    """

    name: str
    skip: int = 0
    warning: str = ""
    errors: str = "strict"
    ends: str = ""


def find_encoding(data: Data, watch: Callable[[], None] = lambda: None) -> Encoding:
    """Find the encoding and, where a file has no lines, what ends its records; ``watch`` is called now and then."""
    found = _encoding(data, watch)
    if (len(data) - found.skip) % _unit(found.name):
        cut = "The file ends inside a character: was it written whole?"
        found = replace(found, warning=f"{found.warning} {cut}".strip())
    return replace(found, ends=record_end(data, found))


def _unit(name: str) -> int:
    """Return how many bytes every character takes at least."""
    return 4 if "32" in name and "utf" in name else 2 if "16" in name and "utf" in name else 1


def record_end(data: Data, encoding: Encoding) -> str:
    """Return the character that ends records where no line feed or carriage return does, or ""."""
    if any(b"\n" in piece or b"\r" in piece for piece in _pieces(data)):
        return ""
    text = data[encoding.skip : encoding.skip + _HEAD].decode(encoding.name, "ignore")
    return next((mark for mark in _RECORD_ENDS if text.count(mark) > 1), "")


def _encoding(data: Data, watch: Callable[[], None]) -> Encoding:
    """Find the encoding: byte order mark, UTF-16 by its NULs, strict UTF-8 over every byte, else Windows-1252.

    Where most non-ASCII bytes are sound UTF-8 and a few are not, the file is UTF-8 with damaged lines.
    """
    if (marked := _by_marks(data)) is not None:
        return marked
    sound, bad = _count_utf8(data, watch)
    if not bad:
        return Encoding("utf-8")
    if sound >= bad:
        sentence = f"{bad:,} byte{'' if bad == 1 else 's'} not valid UTF-8: the lines with them are rejected."
        return Encoding("utf-8", 0, sentence, "surrogateescape")
    lines = _odd_lines(data)
    if (foreign := _eastern(data, lines) or _foreign(data, lines) or _latin(data, lines)) is not None:
        return Encoding(foreign, 0, f"The file is not UTF-8; its encoding is taken to be {foreign}: check the texts.")
    name = "latin-1" if any(byte in piece for piece in _pieces(data) for byte in _UNDEFINED) else "cp1252"
    label = {"latin-1": "ISO 8859-1 (latin-1)", "cp1252": "Windows-1252 (cp1252)"}[name]
    mixed = f" {sound:,} of its characters are UTF-8: were two files put together?" if sound else ""
    return Encoding(name, 0, f"The file is not UTF-8; its encoding is taken to be {label}.{mixed}")


def _by_marks(data: Data) -> Encoding | None:
    """Find the encoding by a byte order mark, by its NULs, or by the escapes of text of seven bits."""
    head = data[: 64 * 1024]
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Encoding(name, len(bom))
    nuls = head.count(0)
    if nuls > 0.1 * len(head):
        even, odd = head[::2].count(0), head[1::2].count(0)
        name = "utf-16-le" if odd > even else "utf-16-be"
        quarters = [head[place::4].count(0) * 4 for place in range(4)]
        if min(sorted(quarters)[1:]) > 0.8 * len(head):
            name = "utf-32-le" if quarters[0] == min(quarters) else "utf-32-be"
        return Encoding(name, 0, f"The file has no byte order mark; it is read as {name.upper()}.")
    for mark, name in _ESCAPES:
        if mark in head and _decodes(data, name):
            return Encoding(name, 0, f"The file's encoding is taken to be {name}: check the texts.")
    return None


def _odd_lines(data: Data) -> list[bytes]:
    """Return the first lines with bytes above 127."""
    lines: list[bytes] = []
    for piece in _pieces(data):
        if not piece.isascii():
            lines += [line for line in piece.splitlines() if not line.isascii()]
        if len(lines) >= _FOREIGN_LINES:
            break
    return lines[:_FOREIGN_LINES]


def _latin(data: Data, lines: list[bytes]) -> str | None:
    """Find an encoding of Latin letters other than Windows-1252 that makes more sense, and decodes every byte."""
    name = latin_encoding(lines)
    return name if name != "cp1252" and _decodes(data, name) else None


def _eastern(data: Data, lines: list[bytes]) -> str | None:
    """Find an encoding of Chinese, Japanese or Korean that makes common characters, and decodes every byte."""
    name = eastern_encoding(lines)
    return name if name is not None and _decodes(data, name) else None


def _decodes(data: Data, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for piece in _pieces(data):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _foreign(data: Data, lines: list[bytes]) -> str | None:
    """Find an encoding of a script other than Latin, where non-ASCII bytes come in runs as they do in its words.

    In Western European text they stand alone ("é"); a statistical detector on so few of them would guess wildly.
    """
    runs = [len(run) for line in lines for run in _HIGH_RUN.findall(line)]
    if sum(runs) < max(_FOREIGN_BYTES, 2.0 * len(runs)):
        return None
    import chardet  # noqa: PLC0415 - loads its models, and is seldom needed

    found = chardet.detect(b"\n".join(lines))["encoding"]
    try:
        return codecs.lookup(found).name if found is not None and _decodes(data, found) else None
    except LookupError:
        return None


def given_encoding(name: str, data: Data) -> Encoding:
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
        if data[:4].startswith(bom) and marked.removesuffix("-sig").startswith(canonical):
            return Encoding(name, len(bom), ends=record_end(data, Encoding(name, len(bom))))
    return Encoding(name, ends=record_end(data, Encoding(name)))


def _count_utf8(data: Data, watch: Callable[[], None]) -> tuple[int, int]:
    """Count the multi-byte characters and the bytes that are no UTF-8."""
    sound = bad = 0
    rest = b""
    for read in _pieces(data):
        watch()
        piece = rest + read
        # A character that is cut by the seam waits for its other bytes.
        cut = next((back for back in (1, 2, 3) if piece[-back] >= 0xC0), 0) if len(piece) > 3 else 0
        rest = piece[len(piece) - cut :] if cut else b""
        piece = piece[: len(piece) - cut]
        if piece.isascii():
            continue
        text = piece.decode("utf-8", errors="surrogateescape")
        escaped = sum(map(text.count, ESCAPED)) if not _encodable(text) else 0
        bad += escaped
        sound += len(text) - escaped - _ascii_count(piece)
    # What waits at the end of the file is a whole character, or the first bytes of one where the file was cut off.
    last = rest.decode("utf-8", errors="surrogateescape")
    cut_off = not _encodable(last)
    return sound + (bool(last) and not cut_off), bad + cut_off


def _pieces(data: Data) -> Iterator[bytes]:
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _ascii_count(piece: bytes) -> int:
    return len(piece.translate(None, bytes(range(128, 256))))


def text_blocks(data: Data, encoding: Encoding) -> Iterator[tuple[str, float]]:
    r"""Yield text of whole physical lines, without the last line end, and the share of the file read so far.

    ``\r\n`` and ``\r`` become ``\n``, and so do the ends of records of a file without any (``Encoding.ends``).
    A byte order mark at the start of a line, as two files put together leave it, is taken off. The text after the last
    line end is a line if it is not empty; a DOS end-of-file mark (Ctrl-Z) at the very end is dropped.

    Raises
    ------
    UserError
        If the bytes are not of the encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding.name)(errors=encoding.errors)
    rest: list[str] = []
    held = ""
    size = len(data) - (len(data) - encoding.skip) % _unit(encoding.name)
    for start in range(encoding.skip, size, _PIECE):
        stop = min(start + _PIECE, size)
        try:
            text = held + decoder.decode(data[start:stop], final=stop == size)
        except UnicodeError as error:
            raise UserError(f"The file is not {encoding.name.upper()} text.", "Choose another encoding.") from error
        held = ""
        if stop == size:
            text = text.rstrip("\x1a")
        elif text.endswith("\r"):
            # Perhaps the first half of "\r\n".
            text, held = text[:-1], "\r"
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if encoding.ends:
            text = text.replace(encoding.ends, "\n")
        last = text.rfind("\n")
        if last < 0:
            rest.append(text)
            continue
        block = "".join([*rest, text[:last]])
        rest = [text[last + 1 :]]
        yield _unmarked(block), stop / size
    if left := "".join(rest):
        yield _unmarked(left), 1.0


def _unmarked(text: str) -> str:
    """Take byte order marks off the starts of lines."""
    if "\ufeff" not in text:
        return text
    return text.removeprefix("\ufeff").replace("\n\ufeff", "\n")


def from_line(blocks: Iterator[tuple[str, float]], first: int) -> Iterator[tuple[str, float]]:
    """Leave out the first lines."""
    for text, share in blocks:
        if not first:
            yield text, share
            continue
        lines = text.split("\n", first)
        if len(lines) > first:
            yield lines[first], share
            first = 0
        else:
            first -= len(lines)
