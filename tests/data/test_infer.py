"""Target, task, roles and warnings come with their reasons."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnviz.data.column_types import type_column
from nnviz.data.csv_reader import read_csv
from nnviz.data.infer import guess, guess_task
from nnviz.data.table import NO_DIALECT, Table
from nnviz.errors import UserError


def _table(**columns: list[object]) -> Table:
    built = tuple(type_column(name, [str(v) for v in values]).column for name, values in columns.items())
    return Table("made.csv", None, built, len(built[0].values), NO_DIALECT)


RNG = np.random.default_rng(0)
NOISE: list[object] = [round(float(v), 4) for v in RNG.normal(size=200)]
HALVES: list[object] = ["a", "b"] * 100


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["a", "b"] * 20, "binary"),
        ([0, 1] * 20, "binary"),
        (["a", "b", "c"] * 20, "multiclass"),
        ([0, 1, 2] * 20, "multiclass"),
        (list(range(100)), "regression"),
        ([1.5, 2.5, 3.5] * 20, "regression"),
        ([f"name {i}" for i in range(60)], None),
        (["x"] * 20, None),
        (["", ""], None),
        (["2024-01-31", "2024-02-01", "2024-02-02"], None),
    ],
)
def test_task_follows_the_targets_values(values: list[object], task: str | None) -> None:
    found, reason = guess_task(_table(y=values).column("y"))
    assert found == task
    assert reason


@pytest.mark.parametrize("name", ["label", "Target", "class", "Species", "y", "house_class", "Outcome"])
def test_a_telling_name_makes_the_target(name: str) -> None:
    table = _table(**{"a": NOISE, name: HALVES, "b": NOISE[::-1]})
    found = guess(table)
    assert found.target == name
    assert name in found.target_reason


def test_without_a_name_the_last_column_that_can_be_learned_is_the_target() -> None:
    found = guess(_table(a=NOISE, b=HALVES, k=["same"] * 200))
    assert found.target == "b"
    assert found.roles == {"a": "feature", "b": "target", "k": "ignore"}


def test_a_named_target_that_is_constant_is_kept_and_refused() -> None:
    found = guess(_table(a=NOISE, label=["x"] * 200))
    assert (found.target, found.task) == ("label", None)
    assert any("constant" in warning for warning in found.warnings)


def test_a_given_target_is_kept() -> None:
    table = _table(a=NOISE, b=HALVES, label=HALVES)
    assert guess(table, "a").task == "regression"
    with pytest.raises(UserError, match="no column named"):
        guess(table, "nobody")


def test_useless_columns_are_ignored_with_the_reason() -> None:
    found = guess(
        _table(
            customer_id=[f"C{i}" for i in range(200)],
            row=list(range(200)),
            k=[5] * 200,
            gone=[""] * 200,
            street=[f"s{i % 120}" for i in range(200)],
            x=NOISE,
            label=HALVES,
        )
    )
    ignored = {name for name, role in found.roles.items() if role == "ignore"}
    assert ignored == {"customer_id", "row", "k", "gone", "street"}
    assert "identifier" in found.role_reasons["customer_id"]
    assert "constant" in found.role_reasons["k"]
    assert "missing" in found.role_reasons["gone"]
    assert "different values" in found.role_reasons["street"]


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        (",a,b\n0,1,x\n1,2,y\n2,3,x\n", True),
        (",a,b\n3,1,x\n7,2,y\n8,3,x\n12,1,y\n", True),
        ("Unnamed: 0,a,b\n0,1,x\n1,2,y\n", True),
        ('"a","b"\n"1",2,"x"\n"2",4,"y"\n"3",6,"x"\n', True),
        ('"a","b"\n"Mazda",2,"x"\n"Volvo",4,"y"\n"Fiat",6,"x"\n', True),
        (",a,b\n3,1,x\n1,2,y\n2,3,x\n", False),
        (",a,b\n" + "".join(f"{7 * i % 30},{i % 4},x\n" for i in range(30)), True),
        (",a,b\n" + "".join(f"{7 * i % 29},{i % 4},x\n" for i in range(30)), False),
        (",a,b\n1.5,1,x\n2.5,2,y\n3.5,3,x\n", False),
        (",a,b\nred,1,x\nred,2,y\nblue,3,x\n", False),
        ("n,a,b\n0,1,x\n1,2,y\n2,3,x\n", False),
        ("0,1,x\n1,2,y\n2,3,x\n", False),
        ("a,,b\n1,0,x\n2,1,y\n3,2,x\n", False),
    ],
)
def test_a_first_column_without_a_name_that_numbers_the_rows_is_left_out(
    make_file: Callable[..., Path], text: str, left_out: bool
) -> None:
    table = read_csv(make_file(text))
    found = guess(table)
    name = table.columns[0].name
    assert (found.roles[name] == "ignore") == left_out
    assert not left_out or "it has no name" in found.role_reasons[name]
    assert not left_out or any("identifier" in warning and name in warning for warning in found.warnings)


def test_numbers_with_decimals_are_never_identifiers() -> None:
    assert guess(_table(x=[i + 0.5 for i in range(200)], label=HALVES)).roles["x"] == "feature"


def test_text_of_many_values_stays_where_nothing_else_is_left() -> None:
    found = guess(
        _table(user=[f"u{i % 120}" for i in range(200)], city=[f"c{i % 80}" for i in range(200)], label=HALVES)
    )
    assert found.roles == {"user": "ignore", "city": "feature", "label": "target"}


@pytest.mark.parametrize(
    ("feature", "target", "word"),
    [
        ([0, 1] * 100, HALVES, "one-to-one copy"),
        ([i % 2 * 10 + abs(float(v)) / 9 for i, v in enumerate(RNG.normal(size=200))], HALVES, "separates"),
        ([2 * float(str(v)) + 1 for v in NOISE], NOISE, "follows the target"),
    ],
)
def test_a_leak_is_pointed_out(feature: list[object], target: list[object], word: str) -> None:
    found = guess(_table(copy=feature, x=NOISE[::-1], label=target))
    assert any("leak" in warning and word in warning and "copy" in warning for warning in found.warnings)


def test_noise_is_no_leak() -> None:
    assert not [warning for warning in guess(_table(x=NOISE, label=HALVES)).warnings if "leak" in warning]


@pytest.mark.parametrize(
    ("labels", "word"),
    [
        (["a"] * 195 + ["b"] * 5, "imbalance"),
        (["a"] * 100 + ["b"] * 99 + ["c"], "only once"),
        (["a"] * 100 + ["b"] * 97 + ["c"] * 3, "few"),
        (["a"] * 100 + ["b"] * 90 + [""] * 10, "10 of 200 rows have a missing target"),
        (["café"] * 100 + ["cafe\u0301"] * 100, "look the same"),
        (["Red"] * 100 + ["red"] * 100, "look the same"),
    ],
)
def test_doubts_about_the_classes_are_said(labels: list[object], word: str) -> None:
    assert any(word in warning for warning in guess(_table(x=NOISE, label=labels)).warnings)


def test_a_single_column_has_no_target() -> None:
    found = guess(_table(x=[1, 2, 3]))
    assert (found.target, found.task) == (None, None)
    assert any("only one column" in warning for warning in found.warnings)
