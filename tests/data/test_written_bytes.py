"""Files in the writing of something else: bytes as letters are refused by name, signs in texts are said and kept."""

import base64
import binascii
import bz2
import gzip
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.errors import UserError

MakeFile = Callable[..., Path]
TABLE = "id,city,price\n" + "".join(f"{place},Köln,{place}.5\n" for place in range(40))
CONTENT = TABLE.encode()
RANDOM = random.Random(0)


def _uu(content: bytes) -> bytes:
    parts = [binascii.b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45)]
    return b"begin 644 table.csv\n" + b"".join(parts) + b"`\nend\n"


def _dump(content: bytes) -> str:
    rows = [content[start : start + 16] for start in range(0, len(content), 16)]
    shown = "".join(chr(code) if 32 <= code < 127 else "." for code in range(256))
    return "".join(
        f"{16 * place:08x}  {row.hex(' ', 1)}  |{''.join(shown[code] for code in row)}|\n"
        for place, row in enumerate(rows)
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (base64.encodebytes(CONTENT), "base64"),
        (base64.b64encode(CONTENT), "base64"),
        (base64.encodebytes(gzip.compress(CONTENT)), "base64"),
        (base64.encodebytes(bz2.compress(CONTENT)), "base64"),
        (base64.encodebytes(CONTENT).replace(b"\n", b"\r\n"), "base64"),
        (b"data:text/csv;base64," + base64.b64encode(CONTENT), "data address"),
        (b"data:text/csv;charset=utf-8;base64," + base64.b64encode(CONTENT), "data address"),
        (CONTENT.hex().encode(), "hexadecimal"),
        ("\n".join(CONTENT.hex()[start : start + 64] for start in range(0, 1200, 64)).encode(), "hexadecimal"),
        (_uu(CONTENT), "uuencoded"),
        (b"begin-base64 644 table.csv\n" + base64.encodebytes(CONTENT) + b"====\n", "uuencoded"),
        (b"=ybegin line=128 size=99 name=table.csv\n" + CONTENT[:99], "yEnc"),
        (_dump(CONTENT).encode(), "dump of bytes"),
    ],
)
def test_bytes_in_writing_are_refused_by_name(make_file: MakeFile, content: bytes, what: str) -> None:
    with pytest.raises(UserError) as refused:
        read_csv(make_file(content))
    assert what in refused.value.message
    assert "not a table" in refused.value.message
    assert "Decode" in refused.value.hint


@pytest.mark.parametrize(
    "lines",
    [
        [RANDOM.randbytes(32).hex() for _ in range(20)],
        ["sha", *(RANDOM.randbytes(20).hex() for _ in range(20))],
        [base64.b64encode(RANDOM.randbytes(33)).decode() for _ in range(20)],
        ["token", *(base64.b64encode(RANDOM.randbytes(16)).decode() for _ in range(20))],
        ["word", "Constantinople", "Philadelphia", "Indianapolis"],
        ["abcdefghijkl", "mnopqrstuvwx", "abcdefghijkl", "mnop"],
        ["12345678901234", "22345678901234", "32345678901234"],
        ["0000", "0001", "0002", "0003"],
        ["0000 12 34 56", "0001 13 35 57", "0002 14 36 58"],
    ],
)
def test_a_column_of_hashes_or_words_is_a_table(make_file: MakeFile, lines: list[str]) -> None:
    table = read_csv(make_file("\n".join(lines) + "\n"))
    assert table.n_rows + table.dialect.header == len(lines)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_subtitles_are_no_table(make_file: MakeFile, end: str) -> None:
    shown = [
        f"{place}{end}00:00:0{place},000 --> 00:00:0{place},900{end}Well, here we are{end}" for place in range(1, 9)
    ]
    for content in (end.join(shown), "WEBVTT" + end + end.join(shown)):
        with pytest.raises(UserError, match="subtitles"):
            read_csv(make_file(content))


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("Jos&eacute;", "K&ouml;ln &amp; Co", "web pages"),
        ("J=C3=B6rg", "M=C3=BCnchen", "mail (quoted-printable)"),
        ("J%C3%B6rg", "M%c3%bcnchen", "web addresses"),
        ("Jos\\u00e9", "K\\u00f6ln", "programs"),
        ("J+APY-rg", "M+APw-nchen", "UTF-7"),
    ],
)
def test_signs_in_the_writing_of_something_else_are_kept_and_said(
    make_file: MakeFile, first: str, second: str, said: str
) -> None:
    table = read_csv(make_file("name,city,value\n" + "".join(f"{first},{second},{n}\n" for n in range(20))))
    assert [column.cells(0, 1)[0] for column in table.columns] == [first, second, 0]
    assert sum(said in warning for warning in table.warnings) == 2
    assert table.n_rows == 20


@pytest.mark.parametrize(
    "text", ["AT&T;x", "a=C3", "50%C", "x\\u", "a+b-c", "1+ABC-2", "C:\\users", "50% of 3", "&co;"]
)
def test_plain_texts_are_not_said_to_hold_such_signs(make_file: MakeFile, text: str) -> None:
    table = read_csv(make_file(f'name,value\n"{text}",1\nb,2\nc,3\n'))
    assert not any("write them" in warning for warning in table.warnings)


def test_the_interchange_format_of_old_spreadsheets_is_named(make_file: MakeFile) -> None:
    with pytest.raises(UserError, match="DIF"):
        read_csv(make_file('TABLE\n0,1\n"X"\nVECTORS\n0,2\n""\nDATA\n0,0\n""\n-1,0\nBOT\n1,0\n"a"\n-1,0\nEOD\n'))
