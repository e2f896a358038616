"""What a file is, by its bytes: refuse what is no text by name, unpack gzip."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from nnviz.data.large_file import MAX_UNPACKED, Data, LargeFile, TooFullError, keeps_on_disk, unpack
from nnviz.data.signatures import named_format
from nnviz.errors import Cancelled, UserError

Progress = Callable[[float, str], None]

_PIECE: Final = 4 * 1024**2
_GZIP: Final = b"\x1f\x8b"
_HEAD: Final = 64 * 1024
_NOTHING: Final = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n\x1a"
# Tab and line ends, the end-of-file mark and escape, the separators of ASCII (28 to 31), and 1 to 3 with which Hive
# parts fields, items and keys.
_HARMLESS: Final = frozenset({1, 2, 3, 9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31})


def read_bytes(
    path: Path, progress: Progress, cancelled: Callable[[], bool], *, large: bool = False
) -> tuple[Data, str]:
    """Read a file whole, unpacked if it is gzip; one that would fill much of the memory stays on the disk.

    Returns its bytes, and a sentence if there is a doubt about them, or "".

    Parameters
    ----------
    path
        The file.
    progress, cancelled
        As for ``read_csv``.
    large
        Whether a file may be read that unpacks to more than ``MAX_UNPACKED``.

    Raises
    ------
    UserError
        If it cannot be read, is empty, or is no text; the sentence names what it is.
    Cancelled
        If ``cancelled`` says so.
    """
    name = path.name
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UserError(f"{name} is a folder, not a file.", "Choose one file in it.")
        if not stat.S_ISREG(found.st_mode):
            # Opening a pipe that nobody writes to would wait for ever.
            raise UserError(f"{name} is a device, not a file.", "Choose a plain file.")
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
            file.seek(0)
            return _take(file, path, found.st_size, progress, cancelled, packed=packed, large=large)
    except FileNotFoundError as error:
        raise UserError(f"{name} is not there any more.", "Was it moved, renamed or deleted?") from error
    except PermissionError as error:
        raise UserError(f"You have no permission to read {name}.", "Change its permissions or copy it.") from error
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror or error}.", "") from error
    except MemoryError as error:
        raise UserError(f"{name} does not fit in memory.", "Use a part of its rows.") from error


def _take(
    file: BinaryIO,
    path: Path,
    size: int,
    progress: Progress,
    cancelled: Callable[[], bool],
    *,
    packed: bool,
    large: bool,
) -> tuple[Data, str]:
    if not packed:
        return (LargeFile(path, size) if keeps_on_disk(size) else _read(file, size, progress, cancelled)), ""
    try:
        return unpack(file, path.name, progress, cancelled)
    except TooFullError:
        if not large:
            raise UserError(
                f"{path.name} is gzip and unpacks to more than {MAX_UNPACKED // 1024**3} GB.",
                "Load a random sample of its rows (--sample-rows N), or unpack it.",
            ) from None
    return LargeFile.unpacked(path, progress, cancelled), ""


def _read(file: BinaryIO, size: int, progress: Progress, cancelled: Callable[[], bool]) -> bytes:
    pieces = []
    done = 0
    while piece := file.read(_PIECE):
        if cancelled():
            raise Cancelled
        pieces.append(piece)
        done += len(piece)
        if done > max(4 * size, MAX_UNPACKED):
            raise UserError("The file has no end.", "Choose a regular file.")
        progress(0.1 * min(1.0, done / max(size, 1)), "reading")
    return b"".join(pieces)


def without_padding(data: Data) -> tuple[Data, int]:
    """Return the bytes without the NULs at the end that a broken-off write leaves, and how many there were.

    Up to three belong to the last character of UTF-16 or UTF-32 text and stay.
    """
    if isinstance(data, LargeFile) or data[-4:] != b"\0\0\0\0":
        return data, 0
    bare = data.rstrip(b"\x00")
    return bare, len(data) - len(bare)


def refuse_other_formats(data: Data, name: str) -> None:
    """Refuse what is no table of text, by name.

    Raises
    ------
    UserError
        With a sentence that names what the file is.
    """
    head, tail = data[:_HEAD], data[-_HEAD:]
    if not head.strip(_NOTHING) and (len(data) <= _HEAD or not data[:].strip(_NOTHING)):
        raise UserError(f"{name} is empty.", "Choose a file with data.")
    what, hint = named_format(head, tail, len(data)) or ("", "")
    if not what and _is_binary(head[:4096].rstrip(b"\x00")):
        what, hint = "a binary file, not text", "Export the data as CSV."
    if what:
        raise UserError(f"{name} is {what}." if ", not" in what else f"{name} is {what}, not a CSV file.", hint)


def _is_binary(head: bytes) -> bool:
    """By its control characters: text, UTF-16 included, has next to none besides NUL, tab, line ends and delimiters."""
    controls = sum(head.count(code) for code in range(1, 32) if code not in _HARMLESS)
    if controls > max(1, 0.02 * len(head)):
        return True
    # NULs at every second place are UTF-16; anything else with many of them is no text.
    nuls = head.count(0)
    if nuls <= 0.1 * len(head) or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    even, odd = head[::2].count(0), head[1::2].count(0)
    wide = head[::4].count(0), head[1::4].count(0), head[2::4].count(0), head[3::4].count(0)
    return min(even, odd) > 0.2 * max(even, odd) and sum(share > 0.2 * len(head) for share in wide) < 3
