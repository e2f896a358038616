"""Facts about numbers on the panels: one style, and as many digits as there is room for."""

import math

import pytest

from nnviz.app.plain_numbers import brief_number, plain_number, shorter_numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        (-0.25, "−0.25"),
        (1234567.0, "1.235e6"),
        (-1e-9, "−1e−9"),
        (0.0, "0"),
        (math.nan, "missing"),
        (math.inf, "inf"),
    ],
)
def test_a_number_has_four_digits_and_a_true_minus(value: float, text: str) -> None:
    assert plain_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.000879345, "−8.8e−4"),
        (-0.0199807, "−0.02"),
        (0.0199807, "0.01998"),
        (5.4, "5.4"),
        (-123456.0, "−1.23e5"),
        (98765.0, "98765"),
        (0.0, "0"),
        (math.nan, "missing"),
    ],
)
def test_a_brief_number_fits_into_seven_characters(value: float, text: str) -> None:
    assert brief_number(value, 7, 5) == text
    assert len(text) <= 7


def test_each_way_to_write_a_number_is_shorter_and_the_same_number() -> None:
    for value in (-0.000879345, 123456.789, 1.0, 0.1 + 0.2, -2.5e-12):
        texts = shorter_numbers(value, 6)
        assert [len(text) for text in texts] == sorted({len(text) for text in texts}, reverse=True)
        for text in texts:
            assert float(text.replace("−", "-")) == pytest.approx(value, rel=0.5)
    assert shorter_numbers(math.nan) == ("missing",)
    assert shorter_numbers(0.0) == ("0",)
