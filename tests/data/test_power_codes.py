"""Codes of digits with an E among them are no powers of ten, and where they may be it is said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import read_csv

CODES = [
    ["01E5", "02E3", "10E1"],
    ["2310009E13", "1E99", "4933401E05"],
    ["7172e68", "9520e62", "2680e92"],
    ["12E400", "5E3", "7E1"],
    ["1E45", "2E7"],
]
POWERS = [["1E5", "2E3", "3E7"], ["1e3", "1e4", "1e5"], ["100E3", "250E3", "NA"], ["1E2", "3E2", "7E2"]]
NUMBERS = [["1E5", "2.5E3"], ["1e3", "7"], ["1E+05", "2E+03"], ["1e-5", "1e5"], ["1E+02", "1E+04"], ["-1e5", "1e5"]]


@pytest.mark.parametrize("texts", CODES)
@pytest.mark.parametrize("times", [1, 40_000])
@pytest.mark.parametrize("end", ["", ",1.5", ",x"])
def test_codes_with_an_e_stay_text(make_file: Callable[..., Path], texts: list[str], times: int, end: str) -> None:
    name = "part" + (",n" if end else "")
    table = read_csv(make_file(name + "\n" + "".join(f"{text}{end}\n" for text in texts) * times))
    column = table.columns[0]
    assert (column.kind, column.cells(0, len(texts))) == ("string", texts)
    assert sum("as codes are" in warning for warning in table.warnings) == 1


@pytest.mark.parametrize("texts", POWERS)
@pytest.mark.parametrize("end", ["", ",1.5", ",x"])
def test_powers_of_ten_that_could_be_codes_are_numbers_with_a_warning(
    make_file: Callable[..., Path], texts: list[str], end: str
) -> None:
    name = "part" + (",n" if end else "")
    table = read_csv(make_file(name + "\n" + "".join(f"{text}{end}\n" for text in texts)))
    values = [None if text == "NA" else float(text) for text in texts]
    assert (table.columns[0].kind, table.columns[0].cells(0, len(texts))) == ("float", values)
    assert sum(f"powers of ten: '{texts[0]}'" in warning for warning in table.warnings) == 1


@pytest.mark.parametrize("texts", NUMBERS)
@pytest.mark.parametrize("end", ["", ",1.5", ",x"])
def test_numbers_with_an_e_need_no_warning(make_file: Callable[..., Path], texts: list[str], end: str) -> None:
    name = "part" + (",n" if end else "")
    for order in (texts, texts[::-1]):
        table = read_csv(make_file(name + "\n" + "".join(f"{text}{end}\n" for text in order) * 2))
        assert (table.columns[0].kind, table.columns[0].cells(0, 2)) == ("float", [float(text) for text in order])
        assert not any("powers" in warning or "codes" in warning for warning in table.warnings)


def test_codes_that_come_late_are_still_text(make_file: Callable[..., Path]) -> None:
    lines = [str(place) for place in range(1, 60_000)]
    table = read_csv(make_file("part\n" + "\n".join([*lines, "01E5"]) + "\n"))
    assert table.columns[0].kind == "string"
    assert table.columns[0].cells(59_999, 60_000) == ["01E5"]
