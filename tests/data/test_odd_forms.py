"""Values as accounts, instruments, statistics offices and other languages write them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.column_types import Typed, type_column
from nnviz.data.csv_reader import read_csv


def _typed(*texts: str, delimiter: str = ",") -> Typed:
    return type_column("x", list(texts), delimiter)


@pytest.mark.parametrize(
    ("texts", "cells"),
    [
        (["12.50", "3.00-", "7.25"], [12.5, -3.0, 7.25]),
        (["1.212,50", "3,00-", "7,25"], [1212.5, -3.0, 7.25]),
        (["12", "30-", "725"], [12, -30, 725]),
        (["5,00- €", "7,50 €"], [-5.0, 7.5]),
    ],
)
def test_a_minus_behind_a_number_as_accounts_write_it(texts: list[str], cells: list[float]) -> None:
    typed = _typed(*texts, delimiter=";")
    assert typed.column.cells(0, len(texts)) == cells
    assert any("minus signs behind" in warning for warning in typed.warnings)


def test_a_minus_behind_numbers_with_units_or_of_another_currency_is_no_fault() -> None:
    assert _typed("5.0- kg", "7.5 kg").column.kind in ("float", "string")
    assert _typed("$1", "$2", "$3", "5.00- €").column.kind == "string"


@pytest.mark.parametrize(
    "texts",
    [
        ["1", "2-", "3", "4-"],  # marks
        ["0-", "10-", "20-"],  # open ranges
        ["-1.5", "2.0-"],
        ["(1.5)", "2.0-"],
        ["-2.0-", "1.0"],
    ],
)
def test_a_minus_behind_a_number_may_be_something_else(texts: list[str]) -> None:
    assert _typed(*texts).column.kind == "string"


@pytest.mark.parametrize(
    ("texts", "cells"),
    [
        (["1.5D+03", "2.0D-02", "1.0D00"], [1500.0, 0.02, 1.0]),
        (["\u0661\u066b\u0665", "\u0662\u066b\u0660"], [1.5, 2.0]),
        (["\u0661\u066c\u0662\u0663\u0664\u066b\u0665", "1"], [1234.5, 1.0]),
        (["\uff11\uff0e\uff15", "\uff0d\uff12"], [1.5, -2.0]),
        (["\u20131.5", "2.5"], [-1.5, 2.5]),
        (["1\u2007234", "12\u2007345"], [1234, 12345]),
        (["5\u2030", "7.5\u2030"], [5.0, 7.5]),
    ],
)
def test_numbers_in_other_forms(texts: list[str], cells: list[float]) -> None:
    assert _typed(*texts, delimiter=";").column.cells(0, len(texts)) == cells


@pytest.mark.parametrize("code", ["12D3", "1D22", "3D", "4d10"])
def test_codes_with_a_d_are_no_numbers(code: str) -> None:
    assert _typed(code, "7B2").column.kind == "string"


@pytest.mark.parametrize("token", [".a", ".Z", "._", ":", "ERR", "over", "n.d.", "#SPILL!", "#NV", "-nan(ind)"])
def test_marks_for_missing_of_statistics_programs_offices_and_instruments(token: str) -> None:
    typed = _typed("1.5", token, "2.5")
    assert typed.column.cells(0, 3) == [1.5, None, 2.5]
    assert any(f"'{token}'" in warning for warning in typed.warnings)


@pytest.mark.parametrize("token", [":", ".a", "over", "error"])
def test_such_marks_are_values_among_texts(token: str) -> None:
    assert _typed("red", token, "blue").column.cells(0, 3) == ["red", token, "blue"]


def test_a_date_of_noughts_is_missing() -> None:
    typed = _typed("2024-01-31", "0000-00-00", "2024-02-01")
    assert typed.column.cells(0, 3) == ["2024-01-31", None, "2024-02-01"]


@pytest.mark.parametrize(
    ("no", "yes"), [("nein", "Ja"), ("non", "oui"), ("No", "Sí"), ("falsch", "wahr"), ("нет", "да"), ("否", "是")]
)
def test_true_and_false_in_other_languages(no: str, yes: str) -> None:
    column = _typed(no, yes, yes).column
    assert (column.kind, column.words) == ("boolean", (no, yes))


@pytest.mark.parametrize("words", [["ja"], ["oui"], ["ja", "oui"], ["是"]])
def test_one_foreign_word_alone_proves_no_truth(words: list[str]) -> None:
    assert _typed(*words, *words).column.kind == "string"


@pytest.mark.parametrize(
    ("texts", "moments"),
    [
        (["1. März 2024", "15. Mai 2024", "31. Dez. 2024"], ["2024-03-01", "2024-05-15", "2024-12-31"]),
        (["1 janvier 2024", "15 février 2024", "3 août 2024"], ["2024-01-01", "2024-02-15", "2024-08-03"]),
        (["1 de enero de 2024", "15 de dic de 2024"], ["2024-01-01", "2024-12-15"]),
        (["7 juin 2024", "8 juillet 2024", "9 giugno 2024"], ["2024-06-07", "2024-07-08", "2024-06-09"]),
        (["Mon 01/29/2024", "Tue 01/30/2024"], ["2024-01-29", "2024-01-30"]),
        (["Montag, 29.01.2024", "Di., 30.01.2024"], ["2024-01-29", "2024-01-30"]),
        (["Mar 1 2024", "May 2 2024"], ["2024-03-01", "2024-05-02"]),
        (["2/2/2024 11:59 p.m.", "2/13/2024 1:05 AM"], ["2024-02-02T23:59:00", "2024-02-13T01:05:00"]),
        (["31/Jan/2024:12:00:00 +0100"], ["2024-01-31T11:00:00"]),
        (["Wed, 31 Jan 2024 12:00:00 +0000"], ["2024-01-31T12:00:00"]),
        (["Wed Jan 31 2024 12:00:00 GMT+0100 (CET)"], ["2024-01-31T11:00:00"]),
        (["Wed Jan 31 12:00:00 2024"], ["2024-01-31T12:00:00"]),
        (["2024/01/31 1:05:06 PM GMT+1"], ["2024-01-31T12:05:06"]),
        (["2024-01-31 12:00:00+00", "2024-01-31 12:00:00+05:30"], ["2024-01-31T12:00:00", "2024-01-31T06:30:00"]),
        (["2024年1月31日", "2024년 2월 1일"], ["2024-01-31", "2024-02-01"]),
        (["20240131T120000Z", "20240131T130005+0100"], ["2024-01-31T12:00:00", "2024-01-31T12:00:05"]),
        (["2024 01 31", "2024 02 01"], ["2024-01-31", "2024-02-01"]),
        (["31.01.2024 12:30 Uhr"], ["2024-01-31T12:30:00"]),
        (["2024-01-31 12:00:00 GMT"], ["2024-01-31T12:00:00"]),
    ],
)
def test_dates_in_other_forms(texts: list[str], moments: list[str]) -> None:
    assert _typed(*texts).column.cells(0, len(texts)) == moments


def test_fractions_of_seconds_are_not_lost_in_silence() -> None:
    assert any("fractions of seconds" in text for text in _typed("2024-01-31 12:00:00.25").warnings)
    assert not _typed("2024-01-31 12:00:00.000").warnings


def test_dates_of_several_forms_are_said() -> None:
    assert any("several forms" in text for text in _typed("2024-01-31", "31/01/2024").warnings)
    assert not _typed("2024-01-31", "2024-01-31 12:00").warnings


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["1:30:00", "100:00:00"], "durations"),
        (["PT1H30M", "P1DT2H"], "durations"),
        (["2024-W01", "2024-W02-3"], "calendar weeks"),
        (["2024-001", "2024-366"], "days of the year"),
        (["1.5±0.2", "2.5 +/- 0.1"], "margin of error"),
        (["1.5×10^3", "2 x 10-2"], "powers of ten"),
        (["10x20", "30 × 40 × 5"], "several sides"),
        (["1:2", "3:5"], "ratios"),
        (["100.00 CR", "50.25 DR"], "credit or debit"),
        (["52.5200, 13.4050", "40.7128, -74.0060"], "coordinates"),
        (["1-Jan", "Feb 3"], "days without a year"),
        (["2-Sep", "1-Dec", "TP53", "BRCA1"], "did a spreadsheet turn a name into a date"),
        (["5'11\"", "6'0\"", "6'"], "feet and inches"),
        (["1·5", "2·25"], "raised point"),
        (["1.5 million", "2 billion"], "thousands or millions"),
        (["½", "1¼"], "fractions"),
        (["10²", "10³"], "raised digits"),
        (["2024.01.31 12.30.00", "2024.02.01 12.30.00"], "not understood"),
        (["x &amp; y", "z"], "web pages"),
        (["x\x07y", "z"], "control characters"),
        (["2024-01-31 12:00:00 CET", "2024-07-31 12:00:00 CEST"], "not understood"),
    ],
)
def test_what_stays_text_is_said(texts: list[str], said: str) -> None:
    typed = _typed(*texts)
    assert typed.column.kind == "string"
    assert any(said in text for text in typed.warnings)


def test_dates_among_other_texts_are_no_riddle() -> None:
    texts = [*(f"{day}.01.2024 12:30" for day in range(10, 30)), "unknown day"]
    assert _typed(*texts).warnings == ("x mixes dates and other text, such as 'unknown day': it is kept as text.",)


def test_a_postcode_is_no_range() -> None:
    assert not _typed("12345-6789", "90210-0001").warnings


def test_invisible_characters_beside_texts_and_names_are_taken_off(make_file: Callable[..., Path]) -> None:
    rows = "".join(f"\u200b{number}.5,\u200eyes\n{number},yes\u200f\n" for number in range(1000))
    table = read_csv(make_file("size\u200b,answer\n" + rows + "7,no\n"))
    assert [(column.name, column.kind) for column in table.columns] == [("size", "float"), ("answer", "boolean")]
    assert sum("invisible" in text for text in table.warnings) == 2


def test_times_with_and_without_a_zone_are_said() -> None:
    typed = _typed("2024-01-31 12:00", "2024-01-31T12:00:00+02:00")
    assert any("Some have none" in text for text in typed.warnings)


@pytest.mark.parametrize(
    ("texts", "cells"), [(["'00123", "'04567"], ["00123", "04567"]), (["'1.5", "'2.5"], [1.5, 2.5])]
)
def test_an_apostrophe_that_marks_text_is_taken_off(texts: list[str], cells: list[object]) -> None:
    typed = _typed(*texts)
    assert typed.column.cells(0, 2) == cells
    assert any("apostrophe" in text for text in typed.warnings)


def test_an_apostrophe_among_texts_stays() -> None:
    assert _typed("'tis", "'00123").column.cells(0, 2) == ["'tis", "'00123"]
