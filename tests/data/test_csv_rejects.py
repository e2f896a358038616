"""Bad records are reported with their physical line, and nothing else is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data import passes
from nnviz.data.csv_reader import read_csv
from nnviz.data.records import RecordStream, Rules
from nnviz.data.tokenizer import Format
from nnviz.errors import Cancelled, UserError


def test_short_and_long_rows_are_rejected_with_their_lines(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a,b,c\n1,2,3\n4,5\n6,7,8,9\n" + "1,1,1\n" * 9))
    assert [bad.line for bad in table.rejected] == [3, 4]
    assert [bad.reason for bad in table.rejected] == [
        "2 fields where 3 were expected",
        "4 fields where 3 were expected",
    ]
    assert table.rejected[0].text == "4,5"
    assert table.n_rows == 10


def test_the_line_is_physical_below_a_record_of_several_lines(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file('a,b\n1,"x\ny\nz"\n\n2,w\n3\n4,v\n5,u\n'))
    assert [bad.line for bad in table.rejected] == [7]
    assert table.column("b").cells(0, 1) == ["x\ny\nz"]


@pytest.mark.parametrize("bad", [2, 50, 101])
def test_an_unclosed_quote_costs_one_line(make_file: Callable[..., Path], bad: int) -> None:
    lines = [f"{i},text {i},{'xy'[i % 2]}" for i in range(100)]
    lines[bad - 2] = f'{bad},"text {bad},x'
    table = read_csv(make_file("id,text,label\n" + "\n".join(lines) + "\n"))
    assert [row.line for row in table.rejected] == [bad]
    assert "quote" in table.rejected[0].reason
    assert table.n_rows == 99


def test_an_unclosed_quote_between_quoted_rows_costs_one_line(make_file: Callable[..., Path]) -> None:
    lines = [f'{i},"text, {i}",{"xy"[i % 2]}' for i in range(50)]
    lines[20] = '20,"text 20,x'
    table = read_csv(make_file("id,text,label\n" + "\n".join(lines) + "\n"))
    assert [row.line for row in table.rejected] == [22]
    assert table.n_rows == 49


def test_an_unclosed_quote_does_not_swallow_the_lines_up_to_the_next_quote(make_file: Callable[..., Path]) -> None:
    lines = [f"{i},t{i},x" for i in range(40)]
    lines[10] = '10,"t10,x'
    lines[30] = '30,t30","x'
    table = read_csv(make_file("id,text,label\n" + "\n".join(lines) + "\n"))
    assert 12 in [row.line for row in table.rejected]
    assert table.n_rows >= 38


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('1,"x"y', "text follows a closing quote"),
        ('1,"x" y "z"w', "text follows a closing quote"),
        ('1,"x', "a quote is opened and never closed"),
        ('1,"x ""y""', "a quote is opened and never closed"),
        ('1,"x"y",z', "quotes are out of place: 3 fields where 2 were expected"),
    ],
)
def test_the_reason_says_what_is_wrong_with_a_quote(make_file: Callable[..., Path], row: str, reason: str) -> None:
    table = read_csv(make_file(f'a,b\n0,"v"\n{row}\n2,"z"\n3,"w"\n'))
    assert [(bad.line, bad.reason) for bad in table.rejected] == [(3, reason)]
    assert table.n_rows == 3


def test_a_row_of_units_is_rejected(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("time,speed,label\ns,m/s,\n0,1.5,x\n1,2.5,y\n2,3.5,x\n"))
    assert [bad.line for bad in table.rejected] == [2]
    assert [column.kind for column in table.columns] == ["integer", "float", "string"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a,b\n1,2\n# note\n3,4\n", [3]),
        ("a,b\n1,2\n#note\n3,4\n#\n5,6\n", [3, 5]),
        ("a,b\n1,2\n# half, half\n3,4\n", [3]),
        ("a,b\n1,2\n# one, two, three\n3,4\n", [3]),
        ("day,b\n2020-01-01,x\n# note, and\n2020-01-02,y\n", [3]),
        ("a,b\n1,x\n2,y\n# the end\n", [4]),
        ("x\n1\n# note\n2\n", [3]),
        ("a,b\n# at the top of the rows\n1,2\n3,4\n", [2]),
    ],
)
def test_a_comment_in_the_middle_is_skipped_with_its_line(
    make_file: Callable[..., Path], text: str, lines: list[int]
) -> None:
    table = read_csv(make_file(text))
    assert (table.n_rows, table.rejected) == (2 + (text.count("5,6")), ())
    counts = table.reconciliation
    assert counts is not None
    assert (counts.comments, counts.adds_up) == (len(lines), True)
    assert any("comment" in text and ", ".join(map(str, lines)) in text for text in table.warnings)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("tag,n\n#one,1\n#two,2\n#three\n#four,4\n", "#one"),
        ("n,tag\n1,#one\n2,# two\n3,#three\n", "#one"),
        ('n,tag\n1,"x\n# no comment\ny"\n2,b\n', "x\n# no comment\ny"),
        ("word,n\nplain,1\n# five,2\nother,3\n", "# five"),
    ],
)
def test_a_value_that_starts_with_a_hash_is_no_comment(make_file: Callable[..., Path], text: str, cell: str) -> None:
    table = read_csv(make_file(text))
    assert cell in [value for column in table.columns for value in column.cells(0, table.n_rows)]
    assert not any("comment" in warning for warning in table.warnings)
    assert len(table.rejected) == text.count("#three\n#four")


def test_a_comment_far_below_is_skipped_too(make_file: Callable[..., Path]) -> None:
    rows = "".join(f"{i},{i}.5\n" for i in range(200_000))
    table = read_csv(make_file("a,b\n" + rows + "# half, way\n" + rows + "# end\n"))
    assert table.n_rows == 400_000
    assert [column.kind for column in table.columns] == ["integer", "float"]
    assert any("2 comment lines" in text and "lines 200002, 400003" in text for text in table.warnings)


@pytest.mark.parametrize(
    ("footer", "rejected"),
    [
        ("\n* preliminary\nSource: nobody\n", 2),
        (",,\n* preliminary,,\nSource: nobody,,\n", 2),
        ("\n\nSource: nobody\n\nwritten by hand\n\n", 2),
        (",,\n,,Source: nobody", 1),
        ('\n"A note, quoted"\n', 1),
    ],
)
def test_notes_below_the_table_are_a_footer(make_file: Callable[..., Path], footer: str, rejected: int) -> None:
    table = read_csv(make_file("name,n,kind\nann,1,x\nbob,2,y\ncy,3,x\n" + footer))
    assert table.n_rows == 3
    assert [bad.reason for bad in table.rejected] == ["it stands below the table: a footer"] * rejected
    assert [column.kind for column in table.columns] == ["string", "integer", "string"]
    assert any("footer" in warning for warning in table.warnings)
    assert table.reconciliation is not None
    assert table.reconciliation.adds_up


def test_text_where_only_numbers_stand_above_is_a_footer_without_a_blank_line(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("n,x,y\n1,2,3\n4,5,6\nSource: nobody,,\n"))
    assert [(bad.line, bad.reason) for bad in table.rejected] == [(4, "it stands below the table: a footer")]
    assert table.column("n").kind == "integer"


@pytest.mark.parametrize(
    "last", ["cy,,\n", "cy,3,\n", "\ncy,3,x\n", ",,\ncy,3,\n", '5,"a\n\nb",x\n', "\n7,,\n", "\n", "\n# end\n"]
)
def test_the_last_row_of_a_table_is_no_footer(make_file: Callable[..., Path], last: str) -> None:
    table = read_csv(make_file("name,n,kind\nann,1,x\nbob,2,y\n" + last))
    assert not table.rejected
    assert table.n_rows == 2 + any(map(str.isalnum, last.replace("# end", "")))


def test_an_end_that_is_no_row_may_be_a_footer_or_a_file_cut_off(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a,b\nx,2\ny,4\nSource"))
    assert [bad.line for bad in table.rejected] == [4]
    assert any("cut off" in warning and "footer" in warning for warning in table.warnings)


def test_one_delimiter_too_many_in_a_row_shifts_no_value_into_another_column(make_file: Callable[..., Path]) -> None:
    rows = "".join(f"w{i},{i},v{i},{i}.5,\n" for i in range(9))
    table = read_csv(make_file("a,n,b,x,c\n" + rows + "w,7,,v,3.5,\n" + "w,7,1.5,,v,\n" + "x,8,y,,,,,\n"))
    assert [(bad.line, bad.reason) for bad in table.rejected] == [
        (11, "6 fields where 5 were expected"),
        (12, "6 fields where 5 were expected"),
    ]
    assert table.column("n").cells(8, 10) == [8, 8]
    assert "1 row with trailing delimiters (line 13), which are left out." in table.warnings


def test_a_header_written_twice_is_rejected_as_a_repeat(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a,b\na,b\n1,x\n2,y\n3,x\n"))
    assert [(bad.line, bad.reason) for bad in table.rejected] == [(2, "it repeats the header")]


def test_a_repeated_header_is_rejected(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a,b\n1,x\n2,y\na,b\n3,x\n"))
    assert [(bad.line, bad.reason) for bad in table.rejected] == [(4, "it repeats the header")]
    assert table.column("a").kind == "integer"


def test_rows_with_nul_bytes_are_rejected_and_the_file_goes_on(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("id,text\n1,a\0b\n2,c\n3,\0\n4,d\n"))
    assert [bad.line for bad in table.rejected] == [2, 4]
    assert all("NUL" in bad.reason for bad in table.rejected)
    assert table.n_rows == 2


def test_blank_lines_are_no_rows(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a,b\n\n1,x\n\n  \n2,y\n,\n3,x\n\n"))
    assert table.n_rows == 3
    assert not table.rejected


def test_a_blank_line_in_a_single_column_is_a_missing_value(make_file: Callable[..., Path]) -> None:
    assert read_csv(make_file("x\n1\n\n3\n\n5\n\n\n")).column("x").cells(0, 9) == [1, None, 3, None, 5]


def test_lines_drawn_with_dashes_are_no_rows(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file(" a | b \n---+---\n 1 | 2\n 3 | 4\n"))
    assert table.column("a").cells(0, 2) == [1, 3]


def test_rows_that_leave_out_empty_fields_are_filled_up_and_said(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a,b,c,d\n1,2\n3,4,5\n6,7\n8,9,10,11\n12,13\n14,15,16\n"))
    assert table.n_rows == 6
    assert table.column("c").cells(0, 6) == [None, 5, None, 10, None, 16]
    assert any("fewer fields" in warning for warning in table.warnings)


def test_a_header_without_rows_is_refused(make_file: Callable[..., Path]) -> None:
    with pytest.raises(UserError, match="header but no data rows"):
        read_csv(make_file("a,b,label\n"))


def test_every_line_is_accounted_for() -> None:
    lines = ["1,2", "", "# no", "3,4,5", '6,"x', 'y"', "a,b", "7,8", '9,"']
    stream = RecordStream(iter([(lines, 1.0)]), Format(), Rules(2, 2, comment="#", header=("a", "b")), 2)
    rows = sum(len(batch.column(0)) for batch in stream.batches())
    tally = stream.tally
    assert (rows, tally.blank, tally.comments) == (3, 1, 1)
    assert [bad.line for bad in tally.rejected] == [5, 8, 10]
    assert tally.accounted_lines == tally.lines == len(lines)


def test_a_lost_line_would_be_said(make_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful(RecordStream):
        def _skipped(self, line: str, number: int) -> bool:
            return line == "9,z" or super()._skipped(line, number)

    monkeypatch.setattr(passes, "RecordStream", Forgetful)
    table = read_csv(make_file('a,b\n1,"x\ny"\n9,z\n2,y\n'))
    assert any("not accounted for" in warning for warning in table.warnings)


def test_a_quoted_record_goes_on_across_blocks() -> None:
    blocks = [(["1,a", '2,"b'], 0.3), (["c", "d"], 0.6), (['e"', "3,f"], 1.0)]
    stream = RecordStream(iter(blocks), Format(), Rules(2, 2), 1)
    rows = [row for batch in stream.batches() for row in zip(batch.column(0), batch.column(1), strict=True)]
    assert rows == [("1", "a"), ("2", "b\nc\nd\ne"), ("3", "f")]
    assert stream.tally.accounted_lines == stream.tally.lines == 6


@pytest.mark.timeout(30)
def test_many_records_of_several_lines_take_time_in_proportion(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("id,text\n" + "".join(f'{i},"a\n{i}"\n' for i in range(100_000))))
    assert table.n_rows == 100_000
    assert table.column("text").cells(99_999, 100_000) == ["a\n99999"]


def test_a_very_long_field_is_read(make_file: Callable[..., Path]) -> None:
    long = "x" * 3_000_000
    table = read_csv(make_file(f'id,text\n1,"{long}"\n2,b\n3,c\n'))
    assert table.column("text").cells(0, 1) == [long]


def test_reading_can_be_cancelled_and_reports_progress(make_file: Callable[..., Path]) -> None:
    path = make_file("x,y\n" + "1,2\n" * 700_000)
    shares: list[float] = []
    with pytest.raises(Cancelled):
        read_csv(path, progress=lambda share, _text: shares.append(share), cancelled=lambda: len(shares) >= 3)
    assert len(shares) == 3
    shares.clear()
    read_csv(path, progress=lambda share, _text: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
