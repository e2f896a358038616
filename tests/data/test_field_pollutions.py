"""One field of a clean table polluted: the value comes as it is written, or its line is rejected; no other row is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import read_csv
from tests.data.polluting import (
    CLEAN,
    FIRST_LINE,
    N_ROWS,
    Wanted,
    differences,
    line,
    quoted,
    replaced,
    rows,
    with_field,
    without,
)

MakeFile = Callable[..., Path]
PLACES = (0, 1, 17, N_ROWS - 2, N_ROWS - 1)
TEXTS = (0, 1, 5, 6, 7)
ROWS = rows()


def kept_or_rejected(make_file: MakeFile, content: bytes, place: int, field: int, value: str) -> None:
    """The row is read with this value, or its line is rejected; either way all others are whole."""
    table = read_csv(make_file(content))
    if table.rejected:
        assert not differences(table, Wanted(rows=without(place), rejects={FIRST_LINE + place: ""}))
        return
    changed = list(CLEAN[place])
    changed[field] = value
    assert not differences(table, Wanted(changed={place: changed}))


@pytest.mark.parametrize("field", range(8))
@pytest.mark.parametrize("place", PLACES)
def test_a_quote_in_front_of_a_field(make_file: MakeFile, place: int, field: int) -> None:
    cell = ROWS[place][field]
    content = with_field(place, field, '"' + quoted(cell))
    if quoted(cell) != cell:
        # Two quotes and a text: the reader takes the first for a part of it.
        kept_or_rejected(make_file, content, place, field, '"' + cell)
        return
    wanted = Wanted(rows=without(place), rejects={FIRST_LINE + place: "quote"})
    assert not differences(read_csv(make_file(content)), wanted)


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("place", PLACES)
def test_a_quote_behind_a_field(make_file: MakeFile, place: int, field: int) -> None:
    cell = ROWS[place][field]
    kept_or_rejected(make_file, with_field(place, field, quoted(cell) + '"'), place, field, cell + '"')


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("place", PLACES)
def test_a_quote_inside_a_field(make_file: MakeFile, place: int, field: int) -> None:
    cell, written = ROWS[place][field], quoted(ROWS[place][field])
    cut = 3 - (cell == written)
    content = with_field(place, field, f'{written[:3]}"{written[3:]}')
    kept_or_rejected(make_file, content, place, field, f'{cell[: 2 + (cut == 2)]}"{cell[2 + (cut == 2) :]}')


@pytest.mark.parametrize("place", PLACES)
def test_a_stray_quote_in_a_number_makes_its_column_text_with_a_note(make_file: MakeFile, place: int) -> None:
    for written in ('19.99"', '19."99'):
        table = read_csv(make_file(with_field(place, 4, written)))
        price = table.column("Price")
        assert price.cells(place, place + 1) == [written]
        assert any("Price" in warning and written in warning for warning in table.warnings)
        assert table.n_rows == N_ROWS
        assert not table.rejected


@pytest.mark.parametrize("place", PLACES)
def test_quotes_missing_at_either_end_reject_the_row(make_file: MakeFile, place: int) -> None:
    for written in ('"hose, 12 m', 'hose, 12 m"', "hose, 12 m"):
        wanted = Wanted(rows=without(place), rejects={FIRST_LINE + place: ""})
        assert not differences(read_csv(make_file(with_field(place, 6, written))), wanted), written


@pytest.mark.parametrize("place", PLACES)
def test_quotes_inside_quotes_that_are_not_doubled(make_file: MakeFile, place: int) -> None:
    kept_or_rejected(make_file, with_field(place, 6, '"ball "pro" red"'), place, 6, 'ball "pro" red')


@pytest.mark.parametrize("end", ["\n", "\n\n", "\nmore, ", "\n,,,,,,,\n"])
@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("place", PLACES)
def test_line_ends_inside_quotes_belong_to_the_field(make_file: MakeFile, place: int, field: int, end: str) -> None:
    changed = list(CLEAN[place])
    changed[field] = f"{ROWS[place][field]}{end}x"
    content = with_field(place, field, quoted(str(changed[field]), always=True))
    assert not differences(read_csv(make_file(content)), Wanted(changed={place: changed}))


@pytest.mark.parametrize("field", range(1, 7))
@pytest.mark.parametrize("place", PLACES)
def test_a_line_end_outside_quotes_rejects_both_halves(make_file: MakeFile, place: int, field: int) -> None:
    cells = [quoted(cell) for cell in ROWS[place]]
    halves = [",".join(cells[:field]), ",".join(cells[field:])]
    line_of = FIRST_LINE + place
    wanted = Wanted(rows=without(place), rejects={line_of: "field", line_of + 1: ""})
    assert not differences(read_csv(make_file(replaced(place, *halves))), wanted)


@pytest.mark.parametrize("place", PLACES)
def test_a_nul_byte_rejects_the_row(make_file: MakeFile, place: int) -> None:
    wanted = Wanted(rows=without(place), rejects={FIRST_LINE + place: "NUL"}, notes=("NUL",))
    assert not differences(read_csv(make_file(with_field(place, 5, "Gar\0den"))), wanted)


@pytest.mark.parametrize("place", PLACES)
def test_a_broken_byte_beside_sound_utf_8_rejects_the_row(make_file: MakeFile, place: int) -> None:
    other = 3
    content = with_field(place, 5, "Gar\udcffden", errors="surrogateescape")
    sound = line([*ROWS[other][:5], "Gärtnerei für Böden", *ROWS[other][6:]])
    content = content.replace(line(ROWS[other]).encode(), sound.encode())
    changed = [*CLEAN[other][:5], "Gärtnerei für Böden", *CLEAN[other][6:]]
    wanted = Wanted(
        rows=without(place), changed={other: changed}, rejects={FIRST_LINE + place: "0xFF"}, notes=("UTF-8",)
    )
    assert not differences(read_csv(make_file(content)), wanted)


@pytest.mark.parametrize("written", ["N/A", "", "NULL", "-", "?"])
@pytest.mark.parametrize("field", [2, 4])
@pytest.mark.parametrize("place", PLACES)
def test_a_gap_among_numbers_is_missing(make_file: MakeFile, place: int, field: int, written: str) -> None:
    changed = list(CLEAN[place])
    changed[field] = None
    assert not differences(read_csv(make_file(with_field(place, field, written))), Wanted(changed={place: changed}))


@pytest.mark.parametrize("written", ["=1+2", "@SUM(A1)", "<b>x</b>", "\ufeffx", "a\tb", "x" * 9000, "\\N\\"])
@pytest.mark.parametrize("place", PLACES)
def test_odd_texts_stay_as_they_are(make_file: MakeFile, place: int, written: str) -> None:
    changed = list(CLEAN[place])
    changed[5] = written
    content = with_field(place, 5, quoted(written))
    assert not differences(read_csv(make_file(content)), Wanted(changed={place: changed}))
