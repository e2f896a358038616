"""Doubts come with their numbers, the heaviest first, and fast enough for a million rows."""

import time
from collections.abc import Sequence

import numpy as np
import pytest

from nnviz.data.doubt import WEIGHTS
from nnviz.data.infer import Guess, guess
from nnviz.data.table import NO_DIALECT, Column, Kind, Table

N = 600
RNG = np.random.default_rng(0)


def texts(values: Sequence[str | None]) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def table(**columns: "Column | Sequence[str | None] | np.ndarray[tuple[int], np.dtype[np.float64]]") -> Table:
    built = []
    for name, values in columns.items():
        if isinstance(values, Column):
            built.append(Column(name, values.kind, values.values))
        elif not isinstance(values, np.ndarray):
            built.append(Column(name, "string", texts(values)))
        else:
            kind: Kind = "integer" if bool(np.all(np.round(values) == values)) else "float"
            built.append(Column(name, kind, values))
    return Table("made.csv", None, tuple(built), len(built[0].values), NO_DIALECT)


def said(found: Guess, kind: str) -> list[str]:
    return [doubt.text for doubt in found.doubts if doubt.kind == kind]


X = RNG.normal(size=N)
HALVES: list[str | None] = ["a", "b"] * (N // 2)


def test_clean_table_raises_no_doubt() -> None:
    assert guess(table(x=X, z=RNG.uniform(size=N), label=HALVES)).warnings == ()


def test_everything_at_once_comes_in_order_of_weight() -> None:
    skewed = X.copy()
    skewed[0] = 1e5
    gappy = RNG.normal(size=N)
    gappy[:7] = np.nan
    labels: list[str | None] = ["no"] * 520 + ["yes"] * 70 + ["maybe"] * 3 + ["once"] + [None] * 6
    codes = np.array([{"no": 0, "yes": 1, "maybe": 2, "once": 3, None: 4}[label] for label in labels], dtype=float)
    columns = {
        "x": skewed, "gap": gappy, "huge": RNG.normal(size=N) * 1e12, "copy": codes,
        "sex": (["Male", "male", "female"] * N)[:N], "street": [f"s{i % 99}" for i in range(N)],
        "customer_id": np.arange(float(N)), "same": np.full(N, 5.0), "none": Column("", "empty", texts([None] * N)),
        "split": (["train", "train", "test"] * N)[:N], "label": labels,
    }  # fmt: skip
    found = guess(table(**columns), "label")  # type: ignore[arg-type]
    kinds = list(dict.fromkeys(doubt.kind for doubt in found.doubts))
    assert kinds == [
        "empty", "constant", "identifier", "cardinality", "split column", "leak", "imbalance", "rare classes",
        "missing target", "missing", "skew", "scale", "twins",
    ]  # fmt: skip
    assert kinds == sorted(kinds, key=WEIGHTS.index)
    assert found.warnings == tuple(doubt.text for doubt in found.doubts)


def test_left_out_columns_come_with_what_was_counted() -> None:
    found = guess(table(id=np.arange(float(N)), same=np.full(N, 5.0), x=X, label=HALVES))
    assert said(found, "constant") == ["Column same ('5') left out: constant: every row has the same value."]
    assert said(found, "identifier") == [
        (
            "Column id (600 different values in 600 rows) left out: "
            "identifier: its name says so and nearly every value is different (unique)."
        )
    ]


def test_imbalance_says_the_ratio_and_offers_class_weights() -> None:
    found = guess(table(x=X, label=["a"] * 500 + ["b"] * 100))
    (doubt,) = (doubt for doubt in found.doubts if doubt.kind == "imbalance")
    assert doubt.text == (
        "Class imbalance: 500 of 600 rows (83.3 %) are 'a', 5 times as many as 'b' (100); balanced class weights make "
        "them count alike in label."
    )
    assert doubt.suggestion == "class_weight=balanced"


@pytest.mark.parametrize(("most", "doubts"), [(300, 0), (470, 0), (485, 1), (590, 1), (597, 0)])
def test_imbalance_begins_at_four_to_one_and_leaves_rare_classes_to_their_own_doubt(most: int, doubts: int) -> None:
    found = guess(table(x=X, label=["a"] * most + ["b"] * (N - most)))
    assert len(said(found, "imbalance")) == doubts
    assert len(said(found, "rare classes")) == (N - most < 5)


def test_rare_classes_are_counted() -> None:
    found = guess(table(x=X, label=["a"] * 294 + ["b"] * 297 + ["c"] * 4 + ["d"] * 3 + ["e", "f"]))
    assert said(found, "rare classes") == [
        "Classes 'e', 'f' of label occur only once: it can be learned but never validated.",
        "Classes 'c', 'd' of label have under 5 rows (4, 3): few.",
    ]


def test_duplicates_are_counted_with_those_that_contradict_each_other() -> None:
    x = np.concatenate([X[:500], X[:90], X[:10]])
    labels = HALVES[:500] + HALVES[1:91] + HALVES[:10]
    found = guess(table(x=x, label=labels))
    assert said(found, "duplicates") == [
        (
            "Duplicates: 100 of 600 rows repeat the inputs of another row, one of them 2 times; 90 of them with "
            "another label; the same inputs on both sides of a split would be memory, so they are kept on one."
        )
    ]


def test_duplicates_are_those_of_the_features_alone() -> None:
    x = np.round(X, 1)
    assert said(guess(table(x=x, z=RNG.normal(size=N), label=HALVES)), "duplicates") == []
    assert said(guess(table(x=x, id=np.arange(float(N)), label=HALVES)), "duplicates")


def test_extreme_values_are_measured_and_robust_scaling_is_offered() -> None:
    x = X.copy()
    x[0] = 1000.0
    found = guess(table(x=x, label=HALVES))
    (doubt,) = (doubt for doubt in found.doubts if doubt.kind == "skew")
    centred = x - x.mean()
    skewness = np.mean(centred**3) / np.mean(centred**2) ** 1.5
    assert f"x (skewness {skewness:.3g}, the farthest {(1000.0 - x.mean()) / x.std():.3g} standard" in doubt.text
    assert (doubt.columns, doubt.suggestion) == (("x",), "scaling=robust")


@pytest.mark.parametrize(("factor", "doubts"), [(1.0, 0), (1e8, 0), (1e10, 1), (1e-11, 1), (1e200, 1)])
def test_extreme_scale_is_said(factor: float, doubts: int) -> None:
    assert len(said(guess(table(x=X * factor, label=HALVES)), "scale")) == doubts


def test_twins_are_counted_in_case_blanks_and_unicode_form() -> None:
    values = (
        ["Male"] * 310
        + ["male"] * 12
        + ["female"] * 200
        + ["caf\u00e9"] * 40
        + ["cafe\u0301"] * 30
        + ["\uff46ix", "fix"] * 4
    )
    found = guess(table(x=X, sex=list(values), label=HALVES))
    assert said(found, "twins") == [
        (
            "Values of sex look the same but differ in case or Unicode form: 'Male' (310) / 'male' (12), "
            "'cafe\u0301' (30) / 'caf\u00e9' (40), 'fix' (4) / '\uff46ix' (4)."
        )
    ]


def test_different_words_are_no_twins() -> None:
    assert said(guess(table(x=X, k=list(["red", "reed", "read"] * 200), label=HALVES)), "twins") == []


def test_ten_thousand_columns_are_doubted_in_seconds() -> None:
    rng = np.random.default_rng(1)
    columns = [Column(f"c{i}", "float", rng.normal(size=30)) for i in range(10_000)]
    wide = Table("w", None, (*columns, Column("y", "string", texts(["a", "b"] * 15))), 30, NO_DIALECT)
    start = time.process_time()
    found = guess(wide)
    assert time.process_time() - start < 2.0
    assert [doubt.kind for doubt in found.doubts] == ["wide"]


def test_million_rows_are_doubted_in_seconds() -> None:
    rng = np.random.default_rng(1)
    values = [
        rng.integers(0, 1000, 1_000_000).astype(np.float64) if i < 3 else rng.normal(size=1_000_000) for i in range(9)
    ]
    columns = [Column(f"c{i}", "integer" if i < 3 else "float", value) for i, value in enumerate(values)]
    target = Column("y", "float", rng.normal(size=1_000_000))
    long = Table("l", None, (*columns, target), 1_000_000, NO_DIALECT)
    start = time.process_time()
    found = guess(long)
    assert time.process_time() - start < 3.0  # 0.5 s where nothing else runs
    assert found.warnings == ()
