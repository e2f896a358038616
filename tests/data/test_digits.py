"""Numbers read eight digits at a time are the numbers that Python reads, bit for bit; anything else is left alone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.data.batches import number_block
from nnviz.data.digits import read_digits


def _read(fields: list[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]] | None:
    ends = np.cumsum([len(field) + 1 for field in fields]) - 1
    return read_digits(",".join(fields).encode(), ends)


def _same(values: NDArray[np.float64], fields: list[str]) -> bool:
    wanted = np.array([float(field) for field in fields])
    return bool((values.view(np.uint64) == wanted.view(np.uint64)).all())


@pytest.mark.parametrize("digits", range(1, 16))
@pytest.mark.parametrize("after", range(16))
def test_every_length_and_place_of_the_point(digits: int, after: int) -> None:
    if after >= digits and after > 0:
        whole, fraction = "0", f"{7 * 10**after // 9}"[:after]
        if len(fraction) > 14:
            return
    else:
        text = "9081726354453627"[:digits]
        whole, fraction = text[: digits - after], text[digits - after :]
    number = f"{whole}.{fraction}" if fraction else whole
    fields = [number, f"-{number}", "1", number, "-2.5"]
    found = _read(fields)
    assert found is not None, number
    assert _same(found[0], fields)
    assert found[1].tolist() == ["." in field for field in fields]


@pytest.mark.parametrize("form", [".0f", ".1f", ".3f", ".6f", ".9f", "d"])
def test_random_numbers_bit_for_bit(form: str) -> None:
    rng = np.random.default_rng(len(form) + ord(form[-2:][0]))
    sizes = 10.0 ** rng.uniform(-4, 5, 5000)
    values = rng.choice([-1.0, 1.0], 5000) * sizes
    fields = [format(int(value) if form == "d" else value, form) for value in values]
    fields = [field for field in fields if field != "-0"]
    found = _read(fields)
    assert found is not None
    assert _same(found[0], fields)


def test_largest_exact_whole_number_and_one_beyond() -> None:
    found = _read(["9007199254740992", "1"])
    assert found is not None
    assert found[0].tolist() == [9007199254740992.0, 1.0]
    assert _read(["9007199254740993", "1"]) is None


def test_minus_nothing_keeps_its_sign_only_with_a_point() -> None:
    found = _read(["-0", "-0.0", "0", "0.00"])
    assert found is not None
    assert np.signbit(found[0]).tolist() == [False, True, False, False]


_ODD = (
    "007 -01 00 01.5 000000001.5 1. -1. .5 -.5 . - --1 1-2 1.2.3 1..2 +1 1e5 1E5 12345678.1234.1 1.2345678901. 1/2 1:2"
    " 1, x 1x 123456789x x123456789 (1) 1_0 ٣ \x001 0x1 12345678901234567 1.2345678901234567 -12345678.90-1 1+2 nan"
)


@pytest.mark.parametrize("odd", [*_ODD.split(" "), " 1", "1 "])
def test_anything_else_is_left_alone(odd: str) -> None:
    for fields in ([odd, "1", "2"], ["1", odd, "2"], ["1", "2", odd]):
        raw = "\t".join(fields).encode()
        lengths = [len(field.encode()) + 1 for field in fields]
        assert read_digits(raw, np.cumsum(lengths) - 1) is None, fields


def test_fields_of_nothing_are_zero_and_become_gaps_in_a_block() -> None:
    found = _read(["", "1.5", "", "-2", ""])
    assert found is not None
    assert found[0].tolist() == [0.0, 1.5, 0.0, -2.0, 0.0]
    block = number_block(";1.5;2\n3;;4\n5;6;", 3, ";", 3)
    assert block is not None
    assert block.points is not None
    nan = np.nan
    np.testing.assert_array_equal(block.values, [[nan, 1.5, 2], [3, nan, 4], [5, 6, nan]])


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", " ", ":", "/", "a", "\x01"])
def test_any_mark_parts_the_fields(mark: str) -> None:
    text = "\n".join(mark.join(row) for row in [["0", "0.5", "10"], ["-3", "0", "-0.25"]])
    block = number_block(text, 2, mark, 3)
    assert block is not None
    assert block.points is not None
    assert block.values.tolist() == [[0, 0.5, 10], [-3, 0, -0.25]]


@pytest.mark.parametrize("last", ["1e5", "12345678901234567.5", "0.12345678901234567"])
def test_other_numbers_of_a_block_go_to_the_json_reader(last: str) -> None:
    block = number_block(f"1,2.5\n3,{last}", 2, ",", 2)
    assert block is not None
    assert block.points is None
    assert block.values.tolist() == [[1.0, 2.5], [3.0, float(last)]]


@pytest.mark.parametrize("extra", ["", "1e0,"])
def test_a_point_in_a_column_of_whole_numbers_is_seen_either_way(extra: str) -> None:
    rows = [f"{extra}{number},{number}.0,-{number},{number}" for number in range(1, 200)]
    rows.append(f"{extra}5,5,5,5.0")
    width = rows[0].count(",") + 1
    block = number_block("\n".join(rows), len(rows), ",", width)
    assert block is not None
    assert (block.points is None) == bool(extra)
    start = width - 4
    assert [block.has_bare_digits(start + place) for place in range(4)] == [True, False, True, False]
