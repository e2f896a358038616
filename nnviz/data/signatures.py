"""Formats that are no table of text, told by their bytes."""

import pickletools
import re
from collections.abc import Callable
from typing import Final

Named = tuple[str, str]
"""What a file is, and what to do with it ("" where nothing can be done)."""

_CONVERT: Final = "Convert it to CSV first."
_UNPACK: Final = "Unpack it first."
_SAVE_SHEET: Final = "If it is one, name it .xlsx, or open it in a spreadsheet and save the sheet as CSV."
_R: Final = "Save the data frame with write.csv."
# (bytes at the start, what it is, what to do)
_SIGNATURES: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"\x89PNG\r\n", "a PNG image", ""),
    (b"\xff\xd8\xff", "a JPEG image", ""),
    (b"GIF8", "a GIF image", ""),
    (b"II*\x00", "a TIFF image", ""),
    (b"MM\x00*", "a TIFF image", ""),
    (b"\x00\x00\x01\x00", "an icon (binary)", ""),
    (b"%PDF", "a PDF document", "Copy its table into a spreadsheet and save that as CSV."),
    (b"%!PS", "a PostScript document", ""),
    (b"SQLite format 3\x00", "an SQLite database", "Export one of its tables as CSV."),
    (b"\x00\x01\x00\x00Standard ", "an Access database", "Export one of its tables as CSV."),
    (b"PGDMP", "a PostgreSQL dump", "Export one of its tables as CSV."),
    (b"PAR1", "a Parquet file", "Convert it to CSV first, for example with pandas: read_parquet(...).to_csv(...)."),
    (b"PARE", "an encrypted Parquet file", _CONVERT),
    (b"ARROW1", "an Arrow (Feather) file", _CONVERT),
    (b"FEA1", "a Feather file", _CONVERT),
    (b"Obj\x01", "an Avro file", _CONVERT),
    (b"ORC", "an ORC file", _CONVERT),
    (b"\x89HDF\r\n", "an HDF5 file", _CONVERT),
    (b"CDF\x01", "a NetCDF file", _CONVERT),
    (b"CDF\x02", "a NetCDF file", _CONVERT),
    (b"CDF\x05", "a NetCDF file", _CONVERT),
    (b"SIMPLE  =", "a FITS file", _CONVERT),
    (b"\x93NUMPY", "a NumPy array (.npy)", "Save it as CSV with numpy.savetxt."),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file", "Save the table with writetable."),
    (b"$FL2", "an SPSS file", "Save it as CSV in SPSS."),
    (b"$FL3", "an SPSS file", "Save it as CSV in SPSS."),
    (b"HEADER RECORD*******LIBRARY", "a SAS transport file", _CONVERT),
    (bytes(12) + b"\xc2\xea\x81\x60", "a SAS file", _CONVERT),
    (b"<stata_dta>", "a Stata file", "Save it with export delimited."),
    (b"RDX2\n", "an R workspace", _R),
    (b"RDX3\n", "an R workspace", _R),
    (b"X\n\x00\x00\x00\x02", "an R object (.rds, binary)", _R),
    (b"X\n\x00\x00\x00\x03", "an R object (.rds, binary)", _R),
    (b"GGUF", "a language model (binary)", ""),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (or other Office file)", "Save the sheet as CSV."),
    (b"ID;P", "a SYLK spreadsheet", "Save the sheet as CSV."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (b"\x04\x22\x4d\x18", "an LZ4 archive", _UNPACK),
    (b"\x1f\x9d", "a compress archive (.Z)", _UNPACK),
    (b"LZIP", "an lzip archive", _UNPACK),
    (b"MSCF", "a cabinet archive", _UNPACK),
    (b"!<arch>", "an archive (binary)", _UNPACK),
    (b"\x7fELF", "a program (binary)", ""),
    (b"\xca\xfe\xba\xbe", "a program (binary)", ""),
    (b"\xcf\xfa\xed\xfe", "a program (binary)", ""),
    (b"\x00asm", "a program (binary)", ""),
    (b"wOFF", "a font (binary)", ""),
    (b"wOF2", "a font (binary)", ""),
    (b"OTTO", "a font (binary)", ""),
    (b"RIFF", "a sound, film or image file (binary)", ""),
    (b"\x1aE\xdf\xa3", "a film (binary)", ""),
    (b"OggS", "a sound file (binary)", ""),
    (b"fLaC", "a sound file (binary)", ""),
    (b"ID3", "a sound file (binary)", ""),
    (b"version https://git-lfs.github.com/spec/", "a Git LFS pointer and not the data", "Run git lfs pull to get it."),
    (b"{\\rtf", "an RTF document", "Save its table as CSV."),
    (b"bplist00", "a property list (binary)", ""),
)
# Parts inside a zip archive that say what it is.
_ZIPPED: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"xl/", "an Excel workbook", _SAVE_SHEET),
    (b"word/", "a Word document", "Copy its table into a spreadsheet and save that as CSV."),
    (b"ppt/", "a PowerPoint presentation", "Copy its table into a spreadsheet and save that as CSV."),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet", "Name it .ods, or save the sheet as CSV."),
    (b"opendocument", "an OpenDocument file", "Save its table as CSV."),
    (b"data.pkl", "a PyTorch file", "Such files can run code: it was not opened."),
    (b".npy", "a NumPy archive (.npz)", "Save one of its arrays with numpy.savetxt."),
    (b"[Content_Types].xml", "an Excel workbook", _SAVE_SHEET),
)
_MARKUP: Final = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<script")
# Tags that a part of a page begins with; a cell that holds some is followed by a delimiter.
_TAG = re.compile(
    rb"<(?:!--|/?(?:div|p|pre|span|center|meta|title|br|h[1-6]|ul|ol|table|thead|tbody|tr|td|th|font|a)[\s/>])"
)
_ELEMENT = re.compile(rb"<[a-z][\w.-]*(?::[\w.-]+)?(?:\s[^>]*)?/?>")
_CELL = re.compile(rb"[^\n]*>[ ]*[\t,;|]")
_OBJECT = re.compile(rb'\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})')
_FIELD_AFTER = re.compile(rb"\{[^\n]*\}[ ]*[\t,;|]")
_PICKLE_START: Final = b"(cIFSVLN]})gl"
_LONGEST_PICKLE: Final = 64 * 1024
_SAFETENSORS: Final = 100 * 1024**2


def named_format(head: bytes, tail: bytes, size: int) -> Named | None:
    """Return what a file is by its first and last bytes (up to 64 KB each) and its size; None for plain text."""
    return _archive(head, tail) or _magic(head, size) or _markup(head, tail)


def _archive(head: bytes, tail: bytes) -> Named | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        found = next(((what, hint) for sign, what, hint in _ZIPPED if sign in head or sign in tail), None)
        return found or ("a zip archive or Excel workbook", _SAVE_SHEET)
    if head.startswith(b"\x1f\x8b"):
        return "packed with gzip more than once", _UNPACK
    return ("a tar archive (binary)", _UNPACK) if head[257:262] == b"ustar" else None


def _magic(head: bytes, size: int) -> Named | None:
    known = next(((what, hint) for magic, what, hint in _SIGNATURES if head.startswith(magic)), None)
    return known or next((named for test, named in _TESTS if test(head, size)), None)


def _is_pickle(head: bytes, _size: int) -> bool:
    return head[:1] == b"\x80" and len(head) > 1 and head[1] <= 5


def _is_program(head: bytes, _size: int) -> bool:
    return head[:2] == b"MZ" and b"\0" in head[2:64]


def _is_bitmap(head: bytes, size: int) -> bool:
    return head[:2] == b"BM" and int.from_bytes(head[2:6], "little") == size > 26


def _is_film(head: bytes, _size: int) -> bool:
    return head[4:8] == b"ftyp"


def _is_duckdb(head: bytes, _size: int) -> bool:
    return head[8:12] == b"DUCK"


def _is_safetensors(head: bytes, size: int) -> bool:
    length = int.from_bytes(head[:8], "little")
    return head[8:9] == b"{" and 0 < length < min(size, _SAFETENSORS) and b"\0" in head[:8]


def _is_dbase(head: bytes, _size: int) -> bool:
    return (
        len(head) > 32
        and head[:1] in (b"\x03", b"\x83", b"\x8b", b"\x30", b"\xf5")
        and 1 <= head[2] <= 12
        and head[16:28].count(0) > 8
    )


def _is_text_pickle(head: bytes, size: int) -> bool:
    """Tell whether text is a pickle of protocol 0: every operation is one, up to the full stop that ends the file.

    ``pickletools`` takes a pickle apart and runs nothing of it.
    """
    if size > _LONGEST_PICKLE or size < 2 or head[:1] not in _PICKLE_START or head[size - 1 : size] != b".":
        return False
    try:
        operations = [(code.name, place) for code, _, place in pickletools.genops(head[:size])]
    except (ValueError, IndexError, OverflowError):
        return False
    return operations[-1] == ("STOP", size - 1)


_NEVER_OPENED: Final = "Pickles can run code: it was not opened."
_TESTS: Final[tuple[tuple[Callable[[bytes, int], bool], Named], ...]] = (
    (_is_pickle, ("a binary file (a Python pickle)", _NEVER_OPENED)),
    (_is_text_pickle, ("a Python pickle (binary data written as text)", _NEVER_OPENED)),
    (_is_program, ("a program (binary)", "")),
    (_is_bitmap, ("a bitmap image (binary)", "")),
    (_is_film, ("a film or image file (binary)", "")),
    (_is_duckdb, ("a DuckDB database", "Export one of its tables as CSV.")),
    (_is_safetensors, ("a safetensors file", "Weights of a network are no table.")),
    (_is_dbase, ("a dBase file", "Open it in a spreadsheet and save the sheet as CSV.")),
)


def _markup(head: bytes, tail: bytes) -> Named | None:
    start = head[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    lowered = start[:400].lower()
    if lowered.startswith(_MARKUP) or (lowered.startswith(b"<?xml") and b"<html" in lowered):
        return "an HTML page", "Was a login or error page saved instead of the data?"
    if _TAG.match(lowered) and tail.rstrip().endswith(b">") and not _CELL.match(start):
        return "an HTML page", "Was a login or error page saved instead of the data?"
    bare = _ELEMENT.match(lowered) and tail.rstrip().endswith(b">") and not _CELL.match(start)
    if lowered.startswith((b"<?xml", b"<svg")) or bare:
        return "an XML file", "Export the data as CSV."
    return ("a JSON file", "Export the data as CSV.") if _is_json(tail, start) else None


def _is_json(tail: bytes, start: bytes) -> bool:
    """By its first and last characters: an object or array, or one object a line; an object also where it is cut off.

    An object that another field follows is the first cell of a table.
    """
    end = tail.rstrip()[-1:]
    packed = bytes(start[:200]).translate(None, b" \t\r\n")
    if packed[:2] in (b'{"', b"{}"):
        return end == b"}" or (bool(_OBJECT.match(start)) and not _FIELD_AFTER.match(start))
    return packed[:1] == b"[" and end == b"]" and packed[1:2] in b'{["]0123456789-tfn'
