"""A unit behind every number is told from the letters of codes; several units stay text and are said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.column_types import Typed, type_column
from nnviz.data.csv_reader import read_csv
from nnviz.data.infer import guess


def _typed(*texts: str, delimiter: str = ",") -> Typed:
    return type_column("x", list(texts), delimiter)


@pytest.mark.parametrize(
    ("texts", "cells", "unit"),
    [
        (["12 kg", "13 kg", "14.5 kg"], [12.0, 13.0, 14.5], "kg"),
        (["180cm", "175cm"], [180, 175], "cm"),
        (["5m", "10m", "6m"], [5, 10, 6], "m"),
        (["20 °C", "−6.5 °C"], [20.0, -6.5], "°C"),
        (["5 km/h", "7 km/h"], [5, 7], "km/h"),
        (["5 miles per hour", "7 miles per hour"], [5, 7], "miles per hour"),
        (["1 room", "2 rooms"], [1, 2], "room"),
        (["3 apples", "7 apples"], [3, 7], "apples"),
        (["1,200 kg", "3,400.5 kg"], [1200.0, 3400.5], "kg"),
        (["1 234,5 km", "2,5 km"], [1234.5, 2.5], "km"),
        (["1.5zu", "2.25zu"], [1.5, 2.25], "zu"),
        (["1e3 m", "2e3 m"], [1000.0, 2000.0], "m"),
    ],
)
def test_numbers_with_one_unit_are_numbers(texts: list[str], cells: list[float], unit: str) -> None:
    found = _typed(*texts, delimiter=";")
    assert found.column.cells(0, len(texts)) == cells
    assert found.column.note == f"in {unit}"
    assert any(f"in units of {unit}" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "texts",
    [
        ["12A", "13B"],
        ["1A", "2A", "3A"],
        ["12 A", "14 A"],
        ["12AB", "13AB"],
        ["12 Main", "14 Main"],
        ["1 Main Street", "2 Main Street"],
        ["4th", "5th"],
        ["9 am", "10 am"],
        ["12 Jan", "13 Jan"],
        ["3D", "2D"],
        ["5K", "10K"],
        ["007 kg", "008 kg"],
        ["2020 A", "2021 A"],
        ["A1 kg", "A2 kg"],
    ],
)
def test_letters_behind_numbers_of_codes_are_no_unit(texts: list[str]) -> None:
    found = _typed(*texts)
    assert (found.column.kind, found.column.cells(0, len(texts))) == ("string", texts)


@pytest.mark.parametrize(
    ("texts", "units"),
    [
        (["12 kg", "13 lb", "14 kg"], "'kg', 'lb'"),
        (["12 kg", "13", "14 kg"], "'kg', none"),
        (["100ml", "250ml", "1 l"], "'ml', 'l'"),
    ],
)
def test_several_units_stay_text_and_are_said(texts: list[str], units: str) -> None:
    found = _typed(*texts)
    assert found.column.kind == "string"
    assert found.warnings == (f"x mixes units ({units}): it is kept as text.",)


def test_missing_words_and_strays_beside_a_unit_are_missing() -> None:
    found = _typed(*[f"{i} kg" for i in range(200)], "NA", "-", "heavy")
    assert (found.column.kind, found.column.n_missing) == ("integer", 3)
    assert any("'heavy'" in warning for warning in found.warnings)


def test_a_column_with_units_is_a_feature(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("weight,label\n" + "".join(f"{i}.5 kg,{'ab'[i % 2]}\n" for i in range(40))))
    assert guess(table).roles["weight"] == "feature"
    assert table.column("weight").numbers()[3] == 3.5
