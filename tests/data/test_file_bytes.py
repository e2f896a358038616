"""What is no table is refused by name; gzip is read by its content."""

import gzip
import io
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.data.file_bytes import without_padding
from nnviz.errors import UserError

TABLE = "a,b,label\n1,2,x\n3,4,y\n5,6,x\n"


def _xlsx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\n\n \t\n", "empty"),
        (b",,,\n,,,\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "JPEG"),
        (b"GIF89a" + bytes(50), "GIF"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf", "PDF"),
        (b"SQLite format 3\x00" + bytes(80), "SQLite"),
        (b"PAR1" + bytes(range(100)), "Parquet"),
        (b"\x89HDF\r\n\x1a\n" + bytes(40), "HDF5"),
        (b"<!DOCTYPE html>\n<html><body>404</body></html>", "HTML"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b'[{"a": 1},\n {"a": 2}]', "JSON"),
        (b'{"a": 1}\n{"a": 2}\n', "JSON"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "LFS"),
        (b"\x7fELF" + bytes(100), "binary"),
        (bytes(range(1, 32)) * 40, "binary"),
        (b"MZ" + bytes(100), "program"),
        (b"BM" + (80).to_bytes(4, "little") + bytes(74), "bitmap"),
        (bytes(4) + b"ftypisom" + bytes(50), "film"),
        (bytes(8) + b"DUCK" + bytes(50), "DuckDB"),
        ((40).to_bytes(8, "little") + b'{"a": {"dtype": "F32"}}' + bytes(50), "safetensors"),
        (b"\x03\x7a\x01\x0f" + bytes(60), "dBase"),
        (bytes(12) + b"\xc2\xea\x81\x60" + bytes(50), "SAS"),
        (gzip.compress(b"X\n\x00\x00\x00\x03" + bytes(50), mtime=0), "R object"),
        (b"CDF\x01" + bytes(50), "NetCDF"),
        (b"\x04\x22\x4d\x18" + bytes(50), "LZ4"),
        (b'{"a": 1, "b": [1, 2', "JSON"),
        (b'{\n  "a": {"b": 1},\n  "c": 2\n', "JSON"),
        (b"%!PS-Adobe-3.0\n1 2 moveto\n", "PostScript"),
        (pickle.dumps([1, 2.5, "a", {"b": None}], protocol=0), "pickle"),
        (b"(lp0\nI1\naI2\na.", "pickle"),
        (b"cos\nsystem\n(S'true'\ntR.", "pickle"),
    ],
)
def test_what_is_no_table_is_named_in_the_refusal(make_file: Callable[..., Path], content: bytes, word: str) -> None:
    with pytest.raises(UserError) as refusal:
        read_csv(make_file(content))
    assert word.casefold() in str(refusal.value).casefold()
    assert "file.csv" in refusal.value.message


def test_an_excel_workbook_is_named_in_the_refusal(make_file: Callable[..., Path]) -> None:
    with pytest.raises(UserError, match="Excel"):
        read_csv(make_file(_xlsx()))


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("word/document.xml", "Word"),
        ("ppt/presentation.xml", "PowerPoint"),
        ("x.npy", "NumPy archive"),
        ("model/data.pkl", "PyTorch"),
        ("a.csv", "zip archive"),
    ],
)
def test_a_zip_archive_is_named_by_what_is_in_it(make_file: Callable[..., Path], part: str, word: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(part, "a,b\n1,2\n")
    with pytest.raises(UserError, match=word):
        read_csv(make_file(buffer.getvalue()))


@pytest.mark.parametrize("text", ["I1\n2\n3.", "city,n\nBonn,1\nRome,2.", "0\n\n1\n", "x\nN.", "(a\n1\n2."])
def test_text_that_ends_with_a_full_stop_is_no_pickle(make_file: Callable[..., Path], text: str) -> None:
    assert read_csv(make_file(text)).n_rows


def test_a_pickle_is_refused_and_never_loaded(make_file: Callable[..., Path]) -> None:
    with pytest.raises(UserError, match="binary"):
        read_csv(make_file(pickle.dumps({"a": [1, 2, 3]})))


@pytest.mark.parametrize("name", ["table.csv.gz", "table.csv"])
def test_gzip_is_unpacked_whatever_the_name(make_file: Callable[..., Path], name: str) -> None:
    assert read_csv(make_file(gzip.compress(TABLE.encode()), name)).n_rows == 3


def test_two_gzip_members_are_one_file(make_file: Callable[..., Path]) -> None:
    packed = gzip.compress(TABLE[:14].encode()) + gzip.compress(TABLE[14:].encode())
    assert read_csv(make_file(packed)).n_rows == 3


@pytest.mark.parametrize("after", [b"garbage", b"\n", b"a,b\n1,2\n", b"\x00" * 512])
def test_what_follows_gzip_and_is_none_is_left_out(make_file: Callable[..., Path], after: bytes) -> None:
    table = read_csv(make_file(gzip.compress(TABLE.encode()) + after, "table.csv.gz"))
    assert table.n_rows == 3
    # Padding with NULs is the custom of tapes and no doubt.
    assert any("no gzip" in warning for warning in table.warnings) == bool(after.strip(b"\0"))
    long = "a,b\n" + "".join(f"{i},x{i * i}\n" for i in range(300_000))
    assert read_csv(make_file(gzip.compress(long.encode()) + after)).n_rows == 300_000


def test_a_gzip_file_with_a_wrong_checksum_is_refused(make_file: Callable[..., Path]) -> None:
    packed = gzip.compress(TABLE.encode())
    with pytest.raises(UserError, match="damaged or truncated gzip"):
        read_csv(make_file(packed[:-8] + bytes(4) + packed[-4:]))


def test_half_a_gzip_file_is_refused_as_gzip(make_file: Callable[..., Path]) -> None:
    packed = gzip.compress(os.urandom(5000))
    with pytest.raises(UserError, match="gzip"):
        read_csv(make_file(packed[:2000]))


def test_a_picture_inside_gzip_is_named(make_file: Callable[..., Path]) -> None:
    with pytest.raises(UserError, match="PNG"):
        read_csv(make_file(gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(50))))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="folder"):
        read_csv(tmp_path)


def test_a_vanished_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not there"):
        read_csv(tmp_path / "gone.csv")


def test_a_file_without_permission_is_refused(make_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_file(TABLE)

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Root may read anything, so the refusal of the system is played.
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError, match="permission"):
        read_csv(path)


def test_nul_padding_at_the_end_is_left_out_and_said(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file(TABLE.encode() + bytes(64)))
    assert table.n_rows == 3
    assert any("NUL" in warning for warning in table.warnings)


def test_the_last_bytes_of_utf32_are_no_padding() -> None:
    data = TABLE.encode("utf-32-le")
    assert without_padding(data) == (data, 0)


def test_the_path_is_never_a_pattern(make_file: Callable[..., Path]) -> None:
    path = make_file(TABLE, "we[i]rd *name's é.csv")
    assert read_csv(path).name == "we[i]rd *name's é.csv"


def test_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UserError, match="is a device, not a file"):
        read_csv(tmp_path / "pipe.csv")
