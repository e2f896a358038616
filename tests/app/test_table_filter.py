"""The filter of the table of rows: what its words mean, and what it says of words that mean nothing."""

import numpy as np
import pytest

from nnviz.app.table_filter import Term, cell_filter, filter_rows, quoted, terms_of
from nnviz.app.table_view import Answers, RowTable, answers_of, row_table
from nnviz.data.dataset import ImportChoices, build_dataset
from nnviz.data.infer import Role
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.errors import UserError
from tests.app.answers_of_rows import answered, reported, trained

DAYS = np.array(["2024-01-01", "2024-06-01", "NaT", "2025-01-01", "2025-06-01", "2025-12-31"], dtype="datetime64[s]")


@pytest.fixture
def table() -> RowTable:
    kinds = np.empty(6, dtype=object)
    kinds[:] = ["oak", "silver fir", None, "Oak", "pine > fir", "missing"]
    answer = np.array(["yes", "no"] * 3, dtype=object)
    columns = (
        Column("height m", "float", np.array([1.5, -2.0, np.nan, 4.0, 0.0, 9.5])),
        Column("kind", "string", kinds),
        Column("felled", "date", DAYS),
        Column("answer", "string", answer),
    )
    made = Table("trees.csv", None, columns, 6, NO_DIALECT)
    roles: dict[str, Role] = {"height m": "feature", "kind": "feature", "felled": "feature"}
    return row_table(build_dataset(made, ImportChoices("answer", "binary", roles, validation_fraction=0.34)))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ('"height m" > 1', [0, 3, 5]),
        ('"HEIGHT M" <= 0', [1, 4]),
        ('"height m" ≥ −2 "height m" ≤ 1.5', [0, 1, 4]),
        ('"height m" = 1,5', [0]),
        ('"height m" = missing', [2]),
        ('"height m" != missing and "height m" > 4', [5]),
        ("kind = oak", [0, 3]),
        ("kind != oak", [1, 2, 4, 5]),
        ("kind = missing", [2, 5]),
        ("kind ~ fir", [1, 4]),
        ('kind = "silver fir"', [1]),
        ('kind = "pine > fir"', [4]),
        ("fir", [1, 4]),
        ("felled > 2024-12-31", [3, 4, 5]),
        ("felled < 2024-02-01", [0]),
        ("answer = yes", [0, 2, 4]),
        ("row >= 5", [4, 5]),
        ("4", [3]),
    ],
)
def test_rows_that_meet_every_condition_stay(table: RowTable, text: str, rows: list[int]) -> None:
    assert filter_rows(table, text, None).tolist() == rows


def test_a_split_is_named_by_its_word(table: RowTable) -> None:
    dataset = table.dataset
    assert filter_rows(table, "validation", None).tolist() == dataset.validation_rows.tolist()
    assert filter_rows(table, "split = train", None).tolist() == dataset.train_rows.tolist()
    assert filter_rows(table, "test", None).tolist() == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wdth > 3", "no column named wdth"),
        ('"height m" > tall', "tall is none"),
        ("kind > 3", "holds words"),
        ('"height m" ~ 3', "holds numbers"),
        ("> 3", "no column before"),
        ("kind =", "no value after"),
        ("kind = = oak", "no value after"),
        ('kind = "oak', "quotation mark"),
        ("felled > yesterday", "no date"),
        ('"height m" > nan', "none"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence(table: RowTable, text: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        filter_rows(table, text, None)
    assert caught.value.hint


@pytest.mark.parametrize(
    "text", ["", '"', '""', "=", "a=", "<>", "~ ~ ~", "(", "\x00", "and and", "🌲 = 🌳", '"a""b" = c']
)
def test_no_text_at_all_brings_the_filter_down(table: RowTable, text: str) -> None:
    try:
        rows = filter_rows(table, text, None)
    except UserError:
        return
    assert (np.diff(rows) > 0).all()


@pytest.mark.parametrize("text", ["plain", "two words", 'a "quoted" one', "a=b", "and", "", "≤", "−3"])
def test_a_quoted_text_is_read_back_as_one(text: str) -> None:
    assert terms_of(f"x = {quoted(text)}") == (Term("x", "=", text),)


@pytest.fixture(scope="module")
def rings() -> tuple[RowTable, Answers]:
    dataset = toy_dataset("rings", n=150)
    trainer = trained(dataset, 2)
    return row_table(dataset), answers_of(dataset, answered(trainer, dataset))


def test_wrong_and_right_part_the_rows(rings: tuple[RowTable, Answers]) -> None:
    table, answers = rings
    wrong, right = filter_rows(table, "wrong", answers), filter_rows(table, "Right", answers)
    assert sorted([*wrong.tolist(), *right.tolist()]) == list(range(150))
    assert len(wrong)
    assert len(filter_rows(table, "wrong", None)) == 0  # before there are answers


def test_losses_and_certainties_are_compared(rings: tuple[RowTable, Answers]) -> None:
    table, answers = rings
    assert filter_rows(table, "loss > 0.5", answers).tolist() == np.flatnonzero(answers.result.losses > 0.5).tolist()
    assert filter_rows(table, "p <= 0.5", answers).tolist() == np.flatnonzero(answers.sure <= 0.5).tolist()


@pytest.mark.parametrize("part", ["validation", "train"])
def test_every_cells_filter_leaves_as_many_rows_as_its_count(part: str) -> None:
    dataset = toy_dataset("rings", n=150)
    trainer = trained(dataset, 2)
    report = reported(trainer, dataset)
    confusion = (report.validation if part == "validation" else report.training).confusion
    table, answers = row_table(dataset), answers_of(dataset, answered(trainer, dataset))
    for true in range(3):
        for guessed in range(3):
            rows = filter_rows(table, cell_filter(table, true, guessed, part), answers)
            assert len(rows) == confusion[true, guessed]
