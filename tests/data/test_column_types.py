"""A column's kind is decided over all of its values, and no number is guessed in silence."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.data.column_builder import ColumnBuilder
from nnviz.data.column_types import Typed, type_column
from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.data.missing import MISSING_WORDS


def _typed(*texts: str, delimiter: str = ",", decimal: str = "") -> Typed:
    return type_column("x", list(texts), delimiter, decimal)


@pytest.mark.parametrize(
    ("texts", "kind", "cells"),
    [
        (["1", "-2", "+3"], "integer", [1, -2, 3]),
        (["1e-3", "+5", ".5", "5.", "-0", "1E+05", "−3"], "float", [0.001, 5.0, 0.5, 5.0, -0.0, 100000.0, -3.0]),
        (["1.0", "2.0"], "float", [1.0, 2.0]),
        (["00123", "04567", "90210"], "string", ["00123", "04567", "90210"]),
        (["0", "0.5", "00.5"], "float", [0.0, 0.5, 0.5]),
        (["+4912345678", "+4798765432"], "string", ["+4912345678", "+4798765432"]),
        (["+4912345678", "12"], "integer", [4912345678, 12]),
        (["9007199254740993", "1"], "string", ["9007199254740993", "1"]),
        (["123456789012345678901234567890", "1"], "string", ["123456789012345678901234567890", "1"]),
        (["1_000", "2_000"], "string", ["1_000", "2_000"]),
        (["0x1F", "0x2A"], "string", ["0x1F", "0x2A"]),
        (["1,234", "12,345", "1,234,567", "999"], "integer", [1234, 12345, 1234567, 999]),
        (["1 234", "12 345"], "integer", [1234, 12345]),
        (["1,23,456", "12,34,56,789.5", "999"], "float", [123456.0, 123456789.5, 999.0]),
        (["1,23,45", "12,345"], "string", ["1,23,45", "12,345"]),
        (["1'234.5", "12'345.5"], "float", [1234.5, 12345.5]),
        (["1.234,56", "12.345,00", "1.234.567,89"], "float", [1234.56, 12345.0, 1234567.89]),
        (["$74.69", "$1,234.50"], "float", [74.69, 1234.5]),
        (["€ 10", "€ 20"], "integer", [10, 20]),
        (["5 USD", "7 USD"], "integer", [5, 7]),
        (["US$ 5", "US$7"], "integer", [5, 7]),
        (["Rs. 500", "Rs 1,23,456"], "integer", [500, 123456]),
        (["12%", "7.5%"], "float", [12.0, 7.5]),
        (["(5.00)", "3.00"], "float", [-5.0, 3.0]),
        (["$ (1,001.00)", "$ 3.00", "$(2.50)", "($4.00)"], "float", [-1001.0, 3.0, -2.5, -4.0]),
        (["$ (5.00", "$ 3.00)"], "string", ["$ (5.00", "$ 3.00)"]),
        (["$ (€5.00)", "$ (€3.00)"], "string", ["$ (€5.00)", "$ (€3.00)"]),
        (["true", "FALSE", "True"], "boolean", [True, False, True]),
        (["2024-01-31", "2024-02-01"], "date", ["2024-01-31", "2024-02-01"]),
        (["31/01/2024", "01/02/2024"], "date", ["2024-01-31", "2024-02-01"]),
        (["01/31/2024", "02/01/2024"], "date", ["2024-01-31", "2024-02-01"]),
        (["31.01.2024", "01.02.2024"], "date", ["2024-01-31", "2024-02-01"]),
        (["31 Jan 2024", "1 February 2024"], "date", ["2024-01-31", "2024-02-01"]),
        (["Jan 31, 2024", "Feb 1, 2024"], "date", ["2024-01-31", "2024-02-01"]),
        (["2024-01-31T10:00:00", "2024-01-31 11:30"], "datetime", ["2024-01-31T10:00:00", "2024-01-31T11:30:00"]),
        (["1/31/2024 1:05 PM", "2/1/2024 12:00 AM"], "datetime", ["2024-01-31T13:05:00", "2024-02-01T00:00:00"]),
        (["2024-01-31T10:00:00+02:00"], "datetime", ["2024-01-31T08:00:00"]),
        (["13/01/2024", "01/13/2024"], "string", ["13/01/2024", "01/13/2024"]),
        (["2024-01-31", "2024-02-30"], "string", ["2024-01-31", "2024-02-30"]),
        (["", "NA", "?"], "empty", [None, None, None]),
        (["red", "NA", "?", "", "-"], "string", ["red", None, None, None, "-"]),
    ],
)
def test_kind_and_values(texts: list[str], kind: str, cells: list[object]) -> None:
    column = _typed(*texts).column
    assert column.kind == kind
    assert column.cells(0, len(texts)) == cells


@pytest.mark.parametrize(
    "token", ["", "NA", "N/A", "n/a", "#N/A", "null", "NULL", "None", "nan", "NaN", "?", "-", ".", "missing"]
)
def test_a_missing_word_does_not_make_numbers_text(token: str) -> None:
    typed = _typed("1.5", token, "2.5")
    assert typed.column.cells(0, 3) == [1.5, None, 2.5]
    assert not token or any(f"'{token}'" in warning for warning in typed.warnings)


@pytest.mark.parametrize("token", ["inf", "-inf", "Infinity", "1e999", "-1e200"])
def test_an_infinity_is_missing_with_a_warning(token: str) -> None:
    typed = _typed("1.5", token, "2.5")
    assert typed.column.cells(0, 3) == [1.5, None, 2.5]
    assert any("infinite" in warning for warning in typed.warnings)


@pytest.mark.parametrize(("words", "kept"), [(["yes", "no"], ("no", "yes")), (["N", "Y"], ("N", "Y"))])
def test_booleans_keep_their_words(words: list[str], kept: tuple[str, str]) -> None:
    column = _typed(*words, *words).column
    assert (column.kind, column.words) == ("boolean", kept)
    assert column.cells(0, 2) == words
    assert column.labels().tolist()[:2] == words


def test_yes_in_any_case_is_one_class() -> None:
    column = _typed("yes", "Yes", "NO", "yes").column
    assert column.unique().tolist() == [0.0, 1.0]
    assert column.cells(0, 4) == ["yes", "yes", "NO", "yes"]


@pytest.mark.parametrize(
    ("texts", "word"),
    [
        (["12%", "5%"], "percent"),
        (["$1", "$2"], "currency"),
        (["1,234", "5,678"], "thousands"),
        (["1,5", "2,5"], "decimal comma"),
        (["$1", "€2"], "mixes"),
        (["12%", "0.5"], "mixes"),
        (["9007199254740993", "1"], "precision"),
        (["2024-01-31", "2024-02-30"], "mixes"),
        (["00123", "4567"], "leading zeros, such as '00123'"),
        (["+4912345678", "+4798765432"], "phone numbers"),
        (["1,23,456", "2,34,567"], "thousands"),
    ],
)
def test_every_conversion_and_doubt_is_said(texts: list[str], word: str) -> None:
    assert any(word in warning for warning in _typed(*texts).warnings)


def test_a_decimal_comma_is_never_fifteen() -> None:
    column = _typed("1,5", "2,25").column
    assert column.cells(0, 2) == [1.5, 2.25]


def test_one_stray_text_among_many_numbers_is_missing_and_named() -> None:
    typed = _typed(*map(str, range(200)), "abc")
    assert typed.column.kind == "integer"
    assert typed.column.n_missing == 1
    assert any("'abc'" in warning for warning in typed.warnings)


def test_one_stray_text_among_few_numbers_makes_text() -> None:
    assert _typed("1", "2", "abc").column.kind == "string"


def test_another_columns_decimal_comma_settles_a_doubtful_one(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a;b;y\n1.234;1,5;x\n2.345;2,5;y\n"))
    assert table.column("a").cells(0, 2) == [1234, 2345]
    assert table.dialect.decimal == ","
    alone = read_csv(make_file("a;y\n1.234;x\n2.345;y\n"))
    assert alone.column("a").cells(0, 2) == [1.234, 2.345]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a;b\n1.234;x\n5.678;y\n", True),
        ("a;b\n1.234;x\n;y\n123.456;y\n", True),
        ("a\tb\n1.234\tx\n5.678\ty\n", True),
        ("a;b\n1.234;x\n5.678 ;y\nNA;y\n", True),
        ("a;b\n1.234;x\n5.67;y\n", False),
        ("a;b\n0.234;x\n5.678;y\n", False),
        ("a;b\n1.234;0.5\n5.678;1.5\n", False),
        ("a;b\n1.234;1,5\n5.678;2,5\n", False),
        ("a,b\n1.234,x\n5.678,y\n", False),
        ("a;b\n" + "1.234;x\n" * 60 + "1.2567;y\n", False),
    ],
)
def test_a_point_that_could_mark_thousands_is_said(make_file: Callable[..., Path], text: str, said: bool) -> None:
    table = read_csv(make_file(text))
    found = [warning for warning in table.warnings if "ambiguous" in warning]
    assert len(found) == said
    assert not said or "'1.234' could mark decimals or thousands" in found[0] or "thousands marks" in found[0]
    assert not any("ambiguous" in text for text in read_csv(make_file(text), ReadOptions(decimal=".")).warnings)


def test_the_decimal_mark_can_be_told(make_file: Callable[..., Path]) -> None:
    path = make_file("a;y\n1.234;x\n2.345;y\n")
    assert read_csv(path, ReadOptions(decimal=",")).column("a").cells(0, 2) == [1234, 2345]


def test_whole_numbers_beside_a_decimal_comma_raise_no_doubt(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a;b;y\n1;1,5;(3)\n2;2,5;4\n"))
    assert [warning for warning in table.warnings if "comma" in warning] == [
        "b is read with a decimal comma: '1,5' is 1.5."
    ]


def test_decimals_that_come_late_are_not_rounded(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("x,label\n" + "7,a\n" * 400_000 + "1.5,b\n"))
    assert table.column("x").kind == "float"
    assert table.column("x").values[-1] == 1.5


def test_codes_that_come_late_bring_back_the_text_of_the_first_rows(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("x,label\n" + "1.50,a\n" * 300_000 + "A7,b\n" * 100_000))
    assert table.column("x").kind == "string"
    assert table.column("x").cells(0, 1) == ["1.50"]
    assert table.n_rows == 400_000


def test_leading_zeros_that_come_late_bring_back_the_text(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("zip,label\n" + "12345,a\n" * 200_000 + "01234,b\n"))
    assert table.column("zip").cells(200_000, 200_001) == ["01234"]
    assert any("leading zeros, such as '01234'" in warning for warning in table.warnings)


@pytest.mark.parametrize(
    "texts",
    [
        ["1", "2"],
        ["1.5", "-2"],
        ["1", "NA"],
        ["007", "1"],
        ["+4912345678", "+4798765432"],
        ["a", "b"],
        ["1_0", "2"],
        ["12%", "3%"],
    ],
)
def test_the_quick_way_and_the_thorough_way_agree(texts: list[str]) -> None:
    quick, thorough = ColumnBuilder(), ColumnBuilder(as_text=True)
    for builder in (quick, thorough):
        builder.add(texts)
        builder.add(texts)
    first = quick.finish("x", ",", "").column
    second = thorough.finish("x", ",", "").column
    assert first.kind == second.kind
    np.testing.assert_array_equal(first.values, second.values)


def test_spaces_around_values_and_names_are_no_part_of_them(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("x , label \n 1 , yes \n 2 ,no\n3, yes\n 4 , no \n"))
    assert [column.name for column in table.columns] == ["x", "label"]
    assert table.column("label").n_unique == 2


def test_the_words_for_missing_can_be_undone_and_others_named(tmp_path: Path) -> None:
    path = tmp_path / "land.csv"
    path.write_text("land,n,t\nNA,1,5 kg\nDE,-999,\nFR,3,tbc\nNA,4,7 kg\n", encoding="utf-8")
    assert read_csv(path).column("land").cells(0, 4) == [None, "DE", "FR", None]
    table = read_csv(path, ReadOptions(missing_words=(MISSING_WORDS - {"na"}) | {"-999", "TBC"}))
    assert table.column("land").cells(0, 4) == ["NA", "DE", "FR", "NA"]
    assert table.column("n").cells(0, 4) == [1, None, 3, 4]
    assert table.column("t").cells(0, 4) == [5, None, None, 7]
    assert "1 numbers of n count as missing, as you said." in table.warnings
