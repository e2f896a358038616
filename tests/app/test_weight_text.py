"""Weights as they are typed and read."""

import math

import pytest

from nnviz.app.comparison import WeightChange
from nnviz.app.lenses import Place
from nnviz.app.plain_numbers import MINUS
from nnviz.app.weight_text import parsed_weight, weight_text
from nnviz.errors import UserError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        ("−0.25", -0.25),
        ("-0.25", -0.25),
        ("–3", -3.0),
        ("0,75", 0.75),
        (" + 2 ", 2.0),
        ("1e-3", 1e-3),
        ("1,000,000", 1e6),
        ("1,234.5", 1234.5),
        (".5", 0.5),
    ],
)
def test_number_is_read_as_people_write_it(text: str, value: float) -> None:
    assert parsed_weight(text) == value


@pytest.mark.parametrize("text", ["abc", "", "  ", "nan", "inf", "-infinity", "1e7", "−1000001", "1..2", "1_0", "0x10"])
def test_what_is_no_weight_is_refused_in_words(text: str) -> None:
    with pytest.raises(UserError, match=r"number from −1,000,000 to 1,000,000"):
        parsed_weight(text)


def test_long_nonsense_is_cut_in_the_refusal() -> None:
    with pytest.raises(UserError) as refused:
        parsed_weight("x" * 5_000)
    assert len(str(refused.value)) < 90


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.0000"), (-1.49372, "−1.4937"), (0.00012345, "0.00012345"), (123456.0, "1.2346e5"), (2.0, "2.0000")],
)
def test_weight_is_written_with_four_decimals_or_five_digits(value: float, text: str) -> None:
    assert weight_text(value) == text


def test_sign_is_written_when_asked_for() -> None:
    assert weight_text(0.5, sign=True) == "+0.5000"


@pytest.mark.parametrize(
    ("value", "beside", "text"),
    [(0.00024475, 2.7784, "0.0002"), (-1e-6, 2.0, "0.0000"), (0.00024475, 0.9, "0.0002"), (2e-4, 0.0, "0.0002")],
)
def test_small_weight_beside_a_larger_one_has_its_decimals(value: float, beside: float, text: str) -> None:
    assert weight_text(value, beside=beside) == text


def test_change_is_written_like_the_weights_that_it_lies_between() -> None:
    change = WeightChange(Place(0, 0, 0), "x", -0.00045713, -2.5358)
    assert change.texts == ("x", f"{MINUS}0.0005", f"{MINUS}2.5358", f"{MINUS}2.5353")
    small = WeightChange(Place(0, 0, 0), "x", 0.00045713, 0.00050001)
    assert small.texts == ("x", "0.00045713", "0.00050001", f"+4.288e{MINUS}5")


@pytest.mark.parametrize("value", [0.0, 1.25, -3.5e-5, 99.5, -1e6, math.pi])
def test_what_is_written_is_read_back(value: float) -> None:
    assert parsed_weight(weight_text(value)) == pytest.approx(value, rel=1e-4, abs=5e-5 * (abs(value) >= 1e-3))
