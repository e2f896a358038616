"""What a file is, by its bytes: refuse what is no text by name, unpack gzip."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from nnviz.data.large_file import MAX_UNPACKED, Data, LargeFile, TooFullError, keeps_on_disk, unpack
from nnviz.errors import Cancelled, UserError

Progress = Callable[[float, str], None]

_PIECE: Final = 4 * 1024**2
_GZIP: Final = b"\x1f\x8b"
_HEAD: Final = 64 * 1024
_NOTHING: Final = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n\x1a"
# Tab and line ends, the end-of-file mark and escape, the separators of ASCII (28 to 31), and 1 to 3 with which Hive
# parts fields, items and keys.
_HARMLESS: Final = frozenset({1, 2, 3, 9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31})
# (bytes at the start, what it is, what to do)
_SIGNATURES: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"\x89PNG\r\n", "a PNG image", ""),
    (b"\xff\xd8\xff", "a JPEG image", ""),
    (b"GIF8", "a GIF image", ""),
    (b"II*\x00", "a TIFF image", ""),
    (b"MM\x00*", "a TIFF image", ""),
    (b"%PDF", "a PDF document", "Copy its table into a spreadsheet and save that as CSV."),
    (b"SQLite format 3\x00", "an SQLite database", "Export one of its tables as CSV."),
    (b"PAR1", "a Parquet file", "Convert it to CSV first, for example with pandas: read_parquet(...).to_csv(...)."),
    (b"ARROW1", "an Arrow (Feather) file", "Convert it to CSV first."),
    (b"Obj\x01", "an Avro file", "Convert it to CSV first."),
    (b"ORC", "an ORC file", "Convert it to CSV first."),
    (b"\x89HDF\r\n", "an HDF5 file", "Convert it to CSV first."),
    (b"\x93NUMPY", "a NumPy array (.npy)", "Save it as CSV with numpy.savetxt."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (or other Office file)", "Save the sheet as CSV."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"BZh", "a bzip2 archive", "Unpack it first."),
    (b"\xfd7zXZ\x00", "an xz archive", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it first."),
    (b"\x7fELF", "a program (binary)", ""),
    (b"MZ\x90\x00", "a program (binary)", ""),
    (b"\x00asm", "a program (binary)", ""),
    (b"wOFF", "a font (binary)", ""),
    (b"RIFF", "a sound, film or image file (binary)", ""),
    (b"OggS", "a sound file (binary)", ""),
    (b"ID3", "a sound file (binary)", ""),
    (
        b"version https://git-lfs.github.com/spec/",
        "a Git LFS pointer and not the data",
        "Run git lfs pull to get the data.",
    ),
    (b"{\\rtf", "an RTF document", "Save its table as CSV."),
    (b"@relation", "an ARFF file", "Save the data as CSV."),
    (b"@RELATION", "an ARFF file", "Save the data as CSV."),
)
_SAVE_SHEET: Final = "If it is one, name it .xlsx, or open it in a spreadsheet and save the sheet as CSV."
_MARKUP: Final = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<script")


def read_bytes(path: Path, progress: Progress, cancelled: Callable[[], bool], *, large: bool = False) -> Data:
    """Read a file whole, unpacked if it is gzip; one that would fill much of the memory stays on the disk.

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
            data = _take(file, path, found.st_size, progress, cancelled, packed=packed, large=large)
    except FileNotFoundError as error:
        raise UserError(f"{name} is not there any more.", "Was it moved, renamed or deleted?") from error
    except PermissionError as error:
        raise UserError(f"You have no permission to read {name}.", "Change its permissions or copy it.") from error
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror or error}.", "") from error
    except MemoryError as error:
        raise UserError(f"{name} does not fit in memory.", "Use a part of its rows.") from error
    return data


def _take(
    file: BinaryIO,
    path: Path,
    size: int,
    progress: Progress,
    cancelled: Callable[[], bool],
    *,
    packed: bool,
    large: bool,
) -> Data:
    if not packed:
        return LargeFile(path, size) if keeps_on_disk(size) else _read(file, size, progress, cancelled)
    try:
        return unpack(file, path.name, progress, cancelled)
    except TooFullError:
        if not large:
            raise UserError(
                f"{path.name} is gzip and unpacks to more than {MAX_UNPACKED // 1024**3} GB.",
                "Load a random sample of its rows (--sample-rows N), or unpack it.",
            ) from None
    return LargeFile.unpacked(path, progress, cancelled)


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
    what, hint = _archive(head, tail) or _magic(head) or _markup(head, tail) or ("", "")
    if not what and _is_binary(head[:4096].rstrip(b"\x00")):
        what, hint = "a binary file, not text", "Export the data as CSV."
    if what:
        raise UserError(f"{name} is {what}." if ", not" in what else f"{name} is {what}, not a CSV file.", hint)


def _archive(head: bytes, tail: bytes) -> tuple[str, str] | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        excel = any(sign in part for part in (head, tail) for sign in (b"xl/", b"[Content_Types].xml"))
        return ("an Excel workbook" if excel else "a zip archive or Excel workbook"), _SAVE_SHEET
    if head.startswith(_GZIP):
        return "packed with gzip more than once", "Unpack it first."
    return ("a tar archive (binary)", "Unpack it first.") if head[257:262] == b"ustar" else None


def _magic(data: bytes) -> tuple[str, str] | None:
    if data[:1] == b"\x80" and data[1:2] in b"\x00\x01\x02\x03\x04\x05":
        return "a binary file (a Python pickle)", "Pickles can run code: it was not opened."
    return next(((what, hint) for magic, what, hint in _SIGNATURES if data.startswith(magic)), None)


def _markup(data: bytes, tail: bytes) -> tuple[str, str] | None:
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    lowered = start[:400].lower()
    if lowered.startswith(_MARKUP) or (lowered.startswith(b"<?xml") and b"<html" in lowered):
        return "an HTML page", "Was a login or error page saved instead of the data?"
    if lowered.startswith((b"<?xml", b"<svg")):
        return "an XML file", "Export the data as CSV."
    return ("a JSON file", "Export the data as CSV.") if _is_json(tail, start) else None


def _is_json(tail: bytes, start: bytes) -> bool:
    """By its first and last characters: an object or array, or one object a line."""
    end = tail.rstrip()[-1:]
    packed = bytes(start[:200]).translate(None, b" \t\r\n")
    if packed[:2] in (b'{"', b"{}") and end == b"}":
        return True
    return packed[:1] == b"[" and end == b"]" and packed[1:2] in b'{["]0123456789-tfn'


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
