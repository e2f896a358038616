"""Delimiter, quotes, preamble and header: what was written is what is read."""

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from nnviz.data import dialect
from nnviz.data.csv_reader import ReadOptions, read_csv
from nnviz.errors import UserError

ROWS: list[list[object]] = [
    [1, 1.5, "red", "yes"],
    [2, 2.5, "green", "no"],
    [3, 3.5, "blue", "yes"],
    [4, 4.5, "red", "no"],
]


def _cells(path: Path, **options: Any) -> list[list[object]]:
    table = read_csv(path, ReadOptions(**options))
    return [list(row) for row in zip(*(column.cells(0, table.n_rows) for column in table.columns), strict=True)]


def _joined(mark: str) -> str:
    rows: list[list[object]] = [["id", "height", "colour", "label"], *ROWS]
    return "".join(mark.join(str(cell) for cell in row) + "\n" for row in rows)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "^", " | ", ", ", ":"])
def test_every_delimiter_gives_the_same_table(make_file: Callable[..., Path], mark: str) -> None:
    path = make_file(_joined(mark))
    assert _cells(path) == ROWS
    assert read_csv(path).dialect.delimiter == mark.strip(" ") or mark == "\t"


def test_runs_of_blanks_are_a_delimiter(make_file: Callable[..., Path]) -> None:
    path = make_file(" 5.1  3.5  setosa\n10.0  3.2  virginica\n 7.0 14.7  virginica\n")
    table = read_csv(path)
    assert table.dialect.delimiter == "whitespace"
    assert not table.dialect.header
    assert _cells(path)[1] == [10.0, 3.2, "virginica"]


def test_commas_in_text_do_not_beat_the_semicolon(make_file: Callable[..., Path]) -> None:
    path = make_file("text;label\nhello, world, again;pos\nwell, no;neg\na, b, c;pos\n")
    assert _cells(path)[0] == ["hello, world, again", "pos"]


def test_decimal_commas_do_not_beat_the_semicolon(make_file: Callable[..., Path]) -> None:
    path = make_file("1,5;2,25;3,75\n2,5;3,75;1,25\n-0,5;1,5;8,5\n")
    table = read_csv(path)
    assert (table.dialect.delimiter, table.dialect.decimal, table.dialect.header) == (";", ",", False)
    assert _cells(path)[2] == [-0.5, 1.5, 8.5]


@pytest.mark.parametrize("answer", [",", ";"])
def test_where_two_delimiters_do_as_well_clevercsv_decides(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["red,big;round", "blue,small;flat", "green,big;flat"]
    monkeypatch.setattr(dialect, "_clevercsv_delimiter", lambda _text: answer)
    assert dialect.detect(lines).form.delimiter == answer


def test_clevercsv_answers_with_a_delimiter_or_nothing() -> None:
    assert dialect._clevercsv_delimiter("a;b\n1;2\n3;4\n") == ";"
    assert dialect._clevercsv_delimiter("") in (None, "")


def test_a_sep_line_names_the_delimiter_and_is_no_row(make_file: Callable[..., Path]) -> None:
    path = make_file("sep=;\na;b;label\n1;2;x\n3;4;y\n")
    table = read_csv(path)
    assert [column.name for column in table.columns] == ["a", "b", "label"]
    assert table.dialect.skipped_lines == 1


def test_quoted_fields_hold_delimiters_quotes_and_line_ends(make_file: Callable[..., Path]) -> None:
    text = 'id,text,label\n1,"a, b",x\n2,"say ""hi""",y\n3,"one\n\ntwo",x\n4,"""",y\n'
    assert [row[1] for row in _cells(make_file(text))] == ["a, b", 'say "hi"', "one\n\ntwo", '"']


def test_an_apostrophe_is_a_quote_only_where_it_opens_and_closes_fields(make_file: Callable[..., Path]) -> None:
    quoted = make_file("id,text\n1,'a, b'\n2,'it''s, c'\n3,'d'\n", "quoted.csv")
    assert [row[1] for row in _cells(quoted)] == ["a, b", "it's, c", "d"]
    plain = make_file("id,text\n1,it's\n2,don't\n3,'tis\n", "plain.csv")
    assert [row[1] for row in _cells(plain)] == ["it's", "don't", "'tis"]


def test_an_apostrophe_quotes_fields_that_hold_double_quotes(make_file: Callable[..., Path]) -> None:
    path = make_file("id,text,more\n1,'a, b','\"Best\" of, all'\n2,'c','10\" wheel, steel'\n3,'d, e',\"f\" g\n")
    assert [row[1:] for row in _cells(path)] == [
        ["a, b", '"Best" of, all'],
        ["c", '10" wheel, steel'],
        ["d, e", '"f" g'],
    ]
    other = make_file('id,text\n1,"\'a\', b"\n2,"\'tis, so"\n3,"c, d"\n4,\'e\'\n')
    assert [row[1] for row in _cells(other)] == ["'a', b", "'tis, so", "c, d", "'e'"]


@pytest.mark.parametrize("text", ['a,b,c\n1,x"y,z\n2,x,y\n3,x,y\n', 'a,b,c\n1,Game"Fast, light"\n2,x,y\n3,x,y\n'])
def test_a_quote_in_the_middle_of_a_word_is_kept_and_said(make_file: Callable[..., Path], text: str) -> None:
    table = read_csv(make_file(text))
    assert table.n_rows == 3
    assert any("quote" in warning and "line 2" in warning for warning in table.warnings)


@pytest.mark.parametrize("row", ['1,"say ""hi"" now",z', '1,5" pipe,z', '1,"it\'s",z', "1,it's,z", '1,"a" ,z'])
def test_quotes_in_their_place_raise_no_doubt(make_file: Callable[..., Path], row: str) -> None:
    table = read_csv(make_file(f"a,b,c\n{row}\n2,x,y\n3,x,y\n"))
    assert not [warning for warning in table.warnings if "quote" in warning]


def test_backslash_escapes_quotes_and_stays_elsewhere(make_file: Callable[..., Path]) -> None:
    path = make_file('id,text\n1,"say \\"hi\\", ok"\n2,"a\\nb"\n3,C:\\temp\n')
    assert [row[1] for row in _cells(path)] == ['say "hi", ok', "a\\nb", "C:\\temp"]


def test_quotes_inside_fields_are_kept(make_file: Callable[..., Path]) -> None:
    path = make_file('id,text,label\n1,5" pipe,x\n2,"6" pipe",y\n3,"c" ,x\n')
    assert [row[1] for row in _cells(path)] == ['5" pipe', '6" pipe', "c"]


@pytest.mark.parametrize("preamble", ["Report: sales\nBy ACME\n\n", "Report, 2024\nBy, us\n", "title\n"])
def test_lines_above_the_table_are_skipped_with_a_warning(make_file: Callable[..., Path], preamble: str) -> None:
    table = read_csv(make_file(preamble + _joined(",")))
    assert [column.name for column in table.columns] == ["id", "height", "colour", "label"]
    assert table.dialect.skipped_lines == preamble.count("\n")
    assert any("preamble" in warning for warning in table.warnings)


def test_comments_are_skipped_and_a_hash_in_a_value_stays(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("# made by hand\na,b,label\n1,2,x\n# in the middle\n3,4,#hash\n5,6,x\n"))
    assert table.n_rows == 3
    assert table.column("label").cells(0, 3) == ["x", "#hash", "x"]
    assert "2 comment lines skipped." in table.warnings


def test_a_header_may_start_with_a_hash(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("#id,x,label\n1,2,a\n3,4,b\n"))
    assert [column.name for column in table.columns] == ["id", "x", "label"]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("5.1,3.5,setosa\n4.9,3.0,setosa\n7.0,3.2,virginica\n", False),
        ("1,2,3\n4,5,6\n7,8,9\n", False),
        ("red,small,yes\nblue,large,no\nred,large,yes\nblue,small,no\n", False),
        ("country,2019,2020,2021\nA,1.5,2,3\nB,2,3,4\n", True),
        (",0,1,2\n0,1.5,2.5,3.5\n1,2.5,3.5,4.5\n", True),
        ("name,city\nanna,bonn\nbob,rome\n", True),
        ("x\n1\n2\n", True),
        ("5³5,6²,7¹\n1,2,3\n4,5,6\n", True),
    ],
)
def test_header_is_told_from_data(make_file: Callable[..., Path], text: str, header: bool) -> None:
    assert read_csv(make_file(text)).dialect.header is header


def test_a_second_header_row_takes_the_place_of_group_headings(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("left,,right\na,b,label\n1,2,x\n3,4,y\n5,6,x\n"))
    assert [column.name for column in table.columns] == ["a", "b", "label"]


def test_header_and_delimiter_can_be_told(make_file: Callable[..., Path]) -> None:
    path = make_file("a,b\n1;2,3\n4;5,6\n")
    assert not read_csv(path, ReadOptions(header=False)).dialect.header
    assert read_csv(path, ReadOptions(delimiter=";", header=False, skipped_lines=1)).n_columns == 2


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("a,a,label", ["a", "a_2", "label"]),
        ("Age,age,AGE", ["Age", "age_2", "AGE_3"]),
        (",a,", ["column_1", "a", "column_3"]),
        ("a,a_2,a", ["a", "a_2", "a_3"]),
    ],
)
def test_names_are_made_unique_with_a_warning(make_file: Callable[..., Path], header: str, names: list[str]) -> None:
    table = read_csv(make_file(f"{header}\n1,2,x\n3,4,y\n5,6,x\n"))
    assert [column.name for column in table.columns] == names
    assert any("name" in warning for warning in table.warnings)


def test_a_header_over_several_lines_keeps_its_names(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file('"weight\n(kg)","height\n(cm)",label\n70,180,x\n60,165,y\n'))
    assert [column.name for column in table.columns] == ["weight\n(kg)", "height\n(cm)", "label"]


def test_rows_that_number_themselves_do_not_shift_the_header(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file('"a","label"\n"1",2,"x"\n"2",4,"y"\n"3",6,"x"\n'))
    assert table.column("a").cells(0, 3) == [2, 4, 6]


def test_a_trailing_delimiter_in_the_rows_alone_is_left_out(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("a,b,label\n1,2,x,\n3,4,y,\n5,6,x,\n"))
    assert table.n_columns == 3
    assert table.column("a").cells(0, 3) == [1, 3, 5]
    assert any("trailing" in warning for warning in table.warnings)


def test_prose_is_no_table(make_file: Callable[..., Path]) -> None:
    with pytest.raises(UserError, match="table"):
        read_csv(make_file("This is a letter.\nIt has lines, and commas, in odd places.\n\nYours,\nA. Person\n"))


@pytest.mark.parametrize("seed", range(60))
def test_what_the_csv_module_writes_is_what_is_read(make_file: Callable[..., Path], seed: int) -> None:
    rng = random.Random(seed)
    words = ["alpha", "new york", "it's", 'say "hi"', "a, b", "c; d", "one\ntwo", "tab\there", "x|y", "Zürich", "#5"]
    mark = rng.choice([",", ";", "\t", "|"])
    n_texts = rng.randint(1, 3)
    rows: list[list[object]] = [
        [i, round(rng.uniform(-9, 9), 2) + 0.001, *(rng.choice(words) for _ in range(n_texts))] for i in range(30)
    ]
    buffer = io.StringIO()
    quoting: Literal[0, 1] = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    writer = csv.writer(buffer, delimiter=mark, quoting=quoting, lineterminator=rng.choice(["\n", "\r\n"]))
    writer.writerow(["n", "value", *(f"text{i}" for i in range(n_texts))])
    writer.writerows(rows)
    path = make_file(buffer.getvalue(), encoding=rng.choice(["utf-8", "utf-16", "utf-8-sig", "latin-1"]))
    table = read_csv(path)
    assert (table.dialect.delimiter, table.rejected) == (mark, ())
    assert _cells(path) == rows


def test_words_that_every_row_has_as_many_of_do_not_beat_the_comma(make_file: Callable[..., Path]) -> None:
    path = make_file("text,y\n" + "".join(f"row number {i} of very many rows,{i % 3}\n" for i in range(40)))
    assert read_csv(path).dialect.delimiter == ","


@pytest.mark.parametrize("first", [0, 3, 30])
def test_rows_that_grow_keep_their_fields_below_their_names(make_file: Callable[..., Path], first: int) -> None:
    short = [f"{place},{2 * place}" for place in range(first)]
    long = [f"{place},{2 * place},{3 * place}" for place in range(100, 140)]
    table = read_csv(make_file("\n".join(["a,b", *short, *long, ""])))
    names = [column.name for column in table.columns]
    # Where every row is wider by one, the first field names the row, as R writes it.
    assert names == (["a", "b", "column_3"] if first else ["column_1", "a", "b"])
    if table.n_rows == first + 40:
        assert table.columns[0].cells(0, table.n_rows) == [*range(first), *range(100, 140)]
    else:
        assert [bad.line for bad in table.rejected] == list(range(2, 2 + first))


def test_the_mark_of_utf8_that_was_taken_for_letters_is_no_part_of_a_name(make_file: Callable[..., Path]) -> None:
    table = read_csv(make_file("\ufeff".encode().decode("cp1252") + "a,b\n1,é\n2,x\n"))
    assert [column.name for column in table.columns] == ["a", "b"]
    assert table.columns[1].cells(0, 2) == ["é", "x"]
