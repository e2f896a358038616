"""A clean table in a file polluted in one way: the table comes out whole, or what is lost is named with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.data.wrapped_lines import are_wrapped
from nnviz.errors import UserError
from tests.data.polluting import (
    BLANK,
    CLEAN,
    FIRST_LINE,
    N_ROWS,
    NAMES,
    WIDTH,
    Wanted,
    differences,
    line,
    lines,
    quoted,
    replaced,
    rows,
    text,
    with_field,
    without,
)

MakeFile = Callable[..., Path]
PLACES = (0, 1, 17, N_ROWS - 2, N_ROWS - 1)
# A date, a time, a number, a text in quotes, the last one.
FIELDS = (0, 1, 4, 6, 7)
ROWS = rows()
LINES = lines()
SAME = Wanted()


def check(make_file: MakeFile, content: bytes, wanted: Wanted = SAME) -> None:
    found = differences(read_csv(make_file(content)), wanted)
    assert not found, (found[:4], content[:1500])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("after", ["", "{end}", "{end}{end}", "{end}{end}{end}{end}"])
def test_any_line_end_and_any_number_of_them_at_the_end(make_file: MakeFile, end: str, after: str) -> None:
    check(make_file, (end.join(LINES) + after.format(end=end)).encode())


def test_each_line_may_have_another_end(make_file: MakeFile) -> None:
    ends = [b"\n", b"\r\n", b"\r"]
    check(make_file, b"".join(record.encode() + ends[place % 3] for place, record in enumerate(LINES)))


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_any_unicode_encoding_with_or_without_a_mark(make_file: MakeFile, encoding: str) -> None:
    notes = () if encoding in ("utf-8-sig", "utf-16", "utf-32") else ("byte order mark",)
    check(make_file, text(LINES).decode().encode(encoding), Wanted(notes=notes))


@pytest.mark.parametrize("around", ["", " ", "  "])
@pytest.mark.parametrize("mark", [";", "\t", "|", ",", "^", "~", ":", "#", "&", "!", "\x1f", "\x01", "||", "\t\t"])
def test_another_delimiter_with_or_without_blanks_around_it(make_file: MakeFile, mark: str, around: str) -> None:
    delimiter = f"{around}{mark}{around}" if not mark.isspace() else mark + around
    check(make_file, text([delimiter.join(quoted(cell, mark[0]) for cell in row) for row in [NAMES, *ROWS]]))


def test_blanks_as_delimiters(make_file: MakeFile) -> None:
    check(make_file, text(lines(" ")))


@pytest.mark.parametrize("always", [False, True])
@pytest.mark.parametrize(("quote", "escape"), [('"', None), ('"', "\\"), ("'", None)])
def test_another_quote_or_escape(make_file: MakeFile, quote: str, escape: str | None, always: bool) -> None:
    check(make_file, text(lines(quote=quote, escape=escape, always=always)))


@pytest.mark.parametrize("content", [b"", b"\n", b"\n\n\n", b"\xef\xbb\xbf", b"   \n", b"\x1a", text(LINES[:1])])
def test_a_file_without_a_row_is_refused_as_empty(make_file: MakeFile, content: bytes) -> None:
    with pytest.raises(UserError, match="empty"):
        read_csv(make_file(content))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_rows_are_read(make_file: MakeFile, count: int) -> None:
    check(make_file, text(LINES[: 1 + count]), Wanted(rows=tuple(range(count))))


def test_without_a_header_every_line_is_a_row(make_file: MakeFile) -> None:
    check(make_file, text(LINES[1:]), Wanted(names=tuple(f"column_{place + 1}" for place in range(WIDTH))))


@pytest.mark.parametrize("place", range(WIDTH - 1))
def test_one_column_alone(make_file: MakeFile, place: int) -> None:
    cells = [NAMES[place], *(row[place] for row in ROWS)]
    table = read_csv(make_file(text([line([cell]) for cell in cells])))
    assert [column.name for column in table.columns] == [NAMES[place]]
    assert table.columns[0].cells(0, table.n_rows) == [row[place] for row in CLEAN]
    assert not table.rejected


@pytest.mark.parametrize(
    "above",
    [
        ["Orders of 2023"],
        ["Orders of 2023", ""],
        ["Orders, of 2023", "made by: us", ""],
        ["Orders" + BLANK, BLANK],
        ["Orders" + BLANK, "", "Shop,3" + BLANK[:-1]],
    ],
)
def test_lines_above_the_header_are_skipped_with_a_note(make_file: MakeFile, above: list[str]) -> None:
    check(make_file, text([*above, *LINES]), Wanted(notes=("preamble",)))


@pytest.mark.parametrize(
    "below", [["Source: us"], ["", "Source: us, 2023"], ["Source: us" + BLANK], [BLANK, "Notes: 3"]]
)
def test_notes_below_the_table_are_rejected(make_file: MakeFile, below: list[str]) -> None:
    check(make_file, text([*LINES, *below]), Wanted(rejects={FIRST_LINE + N_ROWS + len(below) - 1: ""}))


def test_a_total_below_the_table_is_a_row_and_named(make_file: MakeFile) -> None:
    total = ["Total", None, 120, None, 3000.5, None, None, None]
    content = text([*LINES, "Total,,120,,3000.50,,,"])
    check(
        make_file, content, Wanted(changed={N_ROWS: total}, rows=tuple(range(N_ROWS + 1)), notes=("total", "'Total'"))
    )


@pytest.mark.parametrize("more", [1, 2])
def test_headings_above_the_names_are_skipped_with_a_note(make_file: MakeFile, more: int) -> None:
    headings = ["Shop" + BLANK, "Order,,,Article,,,,"][-more:]
    check(make_file, text([*headings, *LINES]), Wanted(notes=("preamble",)))


@pytest.mark.parametrize("step", [1, 10, 20])
def test_a_header_that_comes_again_is_no_row(make_file: MakeFile, step: int) -> None:
    content, rejects = [LINES[0]], {}
    for place in range(0, N_ROWS, step):
        if place:
            content.append(LINES[0])
            rejects[len(content)] = "repeats the header"
        content += LINES[1 + place : 1 + place + step]
    check(make_file, text(content), Wanted(rejects=rejects))


@pytest.mark.parametrize("second", [["a,b", "1,2", "3,4"], ["a,b,c,d,e,f,g,h", *LINES[1:4]]])
def test_a_second_table_is_rejected_line_by_line(make_file: MakeFile, second: list[str]) -> None:
    first = FIRST_LINE + N_ROWS + 1
    rejects = {first: "second table", **{first + place: "belongs" for place in range(1, len(second))}}
    check(make_file, text([*LINES, "", *second]), Wanted(rejects=rejects, notes=("second table",)))


@pytest.mark.parametrize(
    ("header", "names", "note"),
    [
        (("DATE", "DATE", *NAMES[2:]), ("DATE", "DATE_2", *NAMES[2:]), "repeat"),
        (("DATE", "date", *NAMES[2:]), ("DATE", "date_2", *NAMES[2:]), "repeat"),
        (("DATE", "", *NAMES[2:]), ("DATE", "column_2", *NAMES[2:]), "no name"),
        (("", *NAMES[1:]), ("column_1", *NAMES[1:]), "no name"),
        ((*NAMES[:6],), (*NAMES[:6], "column_7", "column_8"), "last columns have no name"),
        ((*NAMES, "", ""), NAMES, "trailing"),
    ],
)
def test_a_poor_header_is_mended_with_a_note(
    make_file: MakeFile, header: tuple[str, ...], names: tuple[str, ...], note: str
) -> None:
    check(make_file, text([line(header), *LINES[1:]]), Wanted(names=names, notes=(note,)))


@pytest.mark.parametrize("with_header", [False, True])
def test_a_delimiter_at_the_end_of_every_row_makes_no_column_of_values(make_file: MakeFile, with_header: bool) -> None:
    content = text([LINES[0] + "," * with_header, *(record + "," for record in LINES[1:])])
    table = read_csv(make_file(content))
    kept = [column for column in table.columns if column.kind != "empty"]
    assert [column.name for column in kept] == list(NAMES)
    assert any("empty" in warning for warning in table.warnings)
    assert [list(row) for row in zip(*(column.cells(0, N_ROWS) for column in kept), strict=True)] == CLEAN


@pytest.mark.parametrize("extra", ["", "   ", BLANK, " ," + BLANK[1:]])
@pytest.mark.parametrize("place", PLACES)
def test_a_blank_row_is_none(make_file: MakeFile, place: int, extra: str) -> None:
    check(make_file, replaced(place, extra, LINES[1 + place]))


@pytest.mark.parametrize("delimiter", [";", "\t", " ", "|"])
@pytest.mark.parametrize("place", PLACES)
def test_a_row_with_another_delimiter_is_rejected(make_file: MakeFile, place: int, delimiter: str) -> None:
    content = replaced(place, line(ROWS[place], delimiter))
    check(make_file, content, Wanted(rows=without(place), rejects={FIRST_LINE + place: ""}))


@pytest.mark.parametrize("place", PLACES)
def test_a_row_with_blanks_behind_its_delimiters_is_read(make_file: MakeFile, place: int) -> None:
    check(make_file, replaced(place, line(ROWS[place], ", ")))


@pytest.mark.parametrize("field", FIELDS[:-1])
@pytest.mark.parametrize("place", PLACES)
def test_a_row_that_lacks_a_delimiter_is_rejected(make_file: MakeFile, place: int, field: int) -> None:
    cells = [line([cell]) for cell in ROWS[place]]
    content = replaced(place, ",".join([*cells[:field], cells[field] + cells[field + 1], *cells[field + 2 :]]))
    check(make_file, content, Wanted(rows=without(place), rejects={FIRST_LINE + place: ""}))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_delimiter_too_many_rejects_the_row_unless_it_ends_it(make_file: MakeFile, place: int, field: int) -> None:
    content = with_field(place, field, line([ROWS[place][field]]) + ",")
    wanted = Wanted(rows=without(place), rejects={FIRST_LINE + place: "9 fields"})
    check(make_file, content, wanted if field < WIDTH - 1 else Wanted(notes=("trailing",)))


@pytest.mark.parametrize("place", [*PLACES[:-1]])
def test_two_records_on_one_line_are_rejected(make_file: MakeFile, place: int) -> None:
    content = text([*LINES[: 1 + place], LINES[1 + place] + LINES[2 + place], *LINES[3 + place :]])
    check(make_file, content, Wanted(rows=without(place, place + 1), rejects={FIRST_LINE + place: ""}))


@pytest.mark.parametrize("with_header", [False, True])
@pytest.mark.parametrize("always", [False, True])
def test_lines_wrapped_in_quotes_are_unwrapped_with_a_note(
    make_file: MakeFile, with_header: bool, always: bool
) -> None:
    content = [line(row, always=always) for row in [list(NAMES), *ROWS]]
    wrapped = [quoted(record, always=True) for record in content]
    check(make_file, text(wrapped if with_header else [content[0], *wrapped[1:]]), Wanted(notes=("in quotes",)))


@pytest.mark.parametrize(
    "cells",
    [["name", "Doe, John", "Roe, Jane", "Poe, Ann"], ["text", "5, 6 or 7", "1, 2 or 3", "2, 3 or 4"], ["a", "1,2"]],
)
def test_a_column_of_texts_in_quotes_is_not_unwrapped(cells: list[str]) -> None:
    assert not are_wrapped([cells[0], *(quoted(cell, always=True) for cell in cells[1:])])
