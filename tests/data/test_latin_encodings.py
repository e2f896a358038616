"""Small files in encodings of one byte, files of two encodings, files cut off, and texts that were garbled before."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.data.table import Table

MakeFile = Callable[..., Path]
_WESTERN = ("Müller", "José", "Björk", "Åse")
_FRENCH = ("Élève", "François", "août", "Hélène")
_CZECH = ("Novák", "Dvořák", "Černý", "Šťastný")
_POLISH = ("Łukasz", "Grażyna", "Stanisław", "Wójcik")


def _names(table: Table) -> list[object]:
    return list(table.columns[0].cells(0, table.n_rows))


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (_WESTERN, "cp437"),
        (_WESTERN, "mac_roman"),
        (_FRENCH, "cp850"),
        (_FRENCH, "mac_roman"),
        (_CZECH, "cp1250"),
        (_CZECH, "cp852"),
        (_POLISH, "cp1250"),
        (("Růžička", "Plzeň", "Šťastný", "Dvořák"), "iso8859_2"),
        (("İbrahim", "Ayşe", "Gökçe", "Yağmur"), "cp1254"),
    ],
)
def test_a_few_accented_letters_tell_the_encoding(make_file: MakeFile, words: tuple[str, ...], encoding: str) -> None:
    text = "name,x\n" + "".join(f"{word},{place}\n" for place, word in enumerate(words))
    table = read_csv(make_file(text, encoding=encoding))
    assert _names(table) == list(words)
    assert any("check the texts" in warning for warning in table.warnings)


@pytest.mark.parametrize(
    "words",
    [
        _WESTERN,
        _FRENCH,
        ("Bjørn", "Álvarez", "García", "Chloé"),
        ("Søren", "Zoë"),
        ("città", "perché", "più", "così"),
        ("coração", "São", "João", "três"),
        ("Þór", "Sigurðsson", "Ísafjörður"),
        ("5 €", "12 °C", "±3", "µm", "½"),
        ("“x”", "it’s", "3–4", "§ 5"),
        ("MÜLLER", "GÖTEBORG", "ÅRHUS"),
    ],
)
def test_windows_1252_is_never_taken_for_another(make_file: MakeFile, words: tuple[str, ...]) -> None:
    text = "name,x\n" + "".join(f"{word},{place}\n" for place, word in enumerate(words))
    table = read_csv(make_file(text, encoding="cp1252"))
    assert table.dialect.encoding == "cp1252"
    assert _names(table) == list(words)


def test_two_files_of_different_encodings_put_together_are_no_gibberish(make_file: MakeFile) -> None:
    content = "id,name\n1,Müller\n2,José\n".encode() + "3,Björk\n4,Åse\n".encode("cp1252")
    table = read_csv(make_file(content))
    assert table.columns[1].cells(0, table.n_rows) == ["Müller", "José"]
    assert [bad.line for bad in table.rejected] == [4, 5]
    content = "id,name\n1,Müller\n".encode() + "2,Björk\n3,Åse\n4,Zoé\n".encode("cp1252")
    table = read_csv(make_file(content))
    assert any("put together" in warning for warning in table.warnings)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_text_of_wide_characters_that_is_cut_off_is_read_up_to_there(make_file: MakeFile, encoding: str) -> None:
    content = "id,name\n1,Anna\n2,Bo\n3,Çelik\n".encode(encoding)
    table = read_csv(make_file(content + b"4"))
    assert table.n_rows == 3
    assert any("ends inside a character" in warning for warning in table.warnings)
    assert not any("ends inside" in warning for warning in read_csv(make_file(content)).warnings)


@pytest.mark.parametrize(
    ("word", "said"),
    [("MÃ¼ller", "'Müller'"), ("itâ€™s", "'it’s'"), ("M\ufffdller", "lost")],
)
def test_texts_that_were_garbled_before_are_said_and_kept(make_file: MakeFile, word: str, said: str) -> None:
    table = read_csv(make_file(f"name,x\n{word},1\nAnna,2\n"))
    assert _names(table) == [word, "Anna"]
    assert any(said in warning for warning in table.warnings)


@pytest.mark.parametrize("word", ["Ã", "São", "Müller", "Â", "CAFÉ»", "ÎLE"])
def test_sound_texts_are_not_called_garbled(make_file: MakeFile, word: str) -> None:
    table = read_csv(make_file(f"name,x\n{word},1\nAnna,2\n"))
    assert not any("garbled" in warning or "lost" in warning for warning in table.warnings)
