"""The encoding is found over the whole file, and lines are physical lines."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.data.decoding import Encoding, find_encoding, text_blocks
from nnviz.errors import UserError

TEXT = "city,x,label\nZürich,1,a\nMálaga,2,b\nGenève,3,a\n"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (TEXT.encode(), "utf-8"),
        (b"a,b\n1,2\n", "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8-sig"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-32"), "utf-32-le"),
        (TEXT.encode("latin-1"), "cp1252"),
        ("price\n“5 €”\n".encode("cp1252"), "cp1252"),
        (b"caf\xe9\x81\n", "latin-1"),
    ],
)
def test_encoding_is_found(data: bytes, name: str) -> None:
    assert find_encoding(data).name == name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "utf-8-sig"])
def test_text_is_the_same_in_every_encoding(make_file: Callable[..., Path], encoding: str) -> None:
    table = read_csv(make_file(TEXT, encoding=encoding))
    assert table.column("city").cells(0, 3) == ["Zürich", "Málaga", "Genève"]


def test_a_byte_that_is_not_utf8_far_down_decides_the_encoding(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file(b"x,label\n" + b"1,a\n" * 60_000 + b"2,caf\xe9\n"))
    assert table.dialect.encoding == "cp1252"
    assert table.column("label").cells(60_000, 60_001) == ["café"]
    assert any("UTF-8" in warning for warning in table.warnings)


def test_one_damaged_line_in_utf8_is_rejected_and_the_rest_kept(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("x,label\n1,café\n2,été\n".encode() + b"3,\xe9t\xe9\n" + "4,naïve\n".encode() * 3))
    assert table.dialect.encoding == "utf-8"
    assert [bad.line for bad in table.rejected] == [4]
    assert "0xE9" in table.rejected[0].reason
    assert table.n_rows == 5


def test_cyrillic_without_unicode_is_read_as_cyrillic(make_file: Callable[..., Path]) -> None:
    rows = "город,x,метка\n" + "Москва,1,да\nКазань,2,нет\nСамара,3,да\n" * 5
    table = read_csv(make_file(rows, encoding="cp1251"))
    assert table.columns[0].cells(0, 1) == ["Москва"]
    assert any("check the texts" in warning for warning in table.warnings)


def test_the_chosen_encoding_wins(make_file: Callable[..., Path]) -> None:
    path = make_file("x,label\n1,ж\n2,ш\n3,ж\n", encoding="cp866")
    assert read_csv(path, ReadOptions(encoding="cp866")).column("label").cells(0, 2) == ["ж", "ш"]


def test_a_wrong_choice_of_encoding_is_a_sentence(make_file: Callable[..., Path]) -> None:
    path = make_file(TEXT, encoding="latin-1")
    with pytest.raises(UserError, match="UTF-8"):
        read_csv(path, ReadOptions(encoding="utf-8"))
    with pytest.raises(UserError, match="no encoding named"):
        read_csv(path, ReadOptions(encoding="utf-9"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_gives_the_same_lines(end: str) -> None:
    data = end.join(["a,b", "1,2", "", "3,4", ""]).encode()
    lines = [line for block, _ in text_blocks(data, Encoding("utf-8")) for line in block.split("\n")]
    assert lines == ["a,b", "1,2", "", "3,4"]


def test_blocks_join_to_the_same_text_across_seams() -> None:
    lines = [f"{i},é€😀" for i in range(150_000)]
    data = "\r\n".join(lines).encode()
    assert len(data) > 2 * 1024**2
    blocks = list(text_blocks(data, Encoding("utf-8")))
    assert len(blocks) > 2
    assert [line for block, _ in blocks for line in block.split("\n")] == lines


def test_separators_of_unicode_are_no_line_ends(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("x,t\n1,a\u2028b\n2,c\x0bd\n3,e\x85f\n"))
    assert table.column("t").cells(0, 3) == ["a\u2028b", "c\x0bd", "e\x85f"]


@pytest.mark.parametrize("tail", ["\x1a", "\x1a\n", "\r\n\x1a"])
def test_the_dos_end_mark_is_no_row(make_file: Callable[..., Path], tail: str) -> None:
    table = read_csv(make_file("a,b\n1,x\n2,y\n3,x\n" + tail))
    assert table.n_rows == 3
    assert not table.rejected


@pytest.mark.parametrize("cut", [1, 2])
def test_a_file_cut_off_inside_a_character_is_still_utf_8(make_file: Callable[..., Path], cut: int) -> None:
    table = read_csv(make_file("a,b\n1,é\n2,x\n3,日本".encode()[:-cut]))
    assert table.dialect.encoding == "utf-8"
    assert table.columns[1].cells(0, 2) == ["é", "x"]
    assert [bad.line for bad in table.rejected] == [4]
