"""Features that give the target away are named with how near they come; honest ones are not."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from nnviz.data.leaks import leak_doubts
from nnviz.data.table import Column
from nnviz.data.tasks import Task

N = 1000
RNG = np.random.default_rng(0)
HALF = RNG.integers(0, 2, N).astype(np.float64)
THIRD = RNG.integers(0, 3, N).astype(np.float64)
VALUE = RNG.normal(size=N)


def named(codes: np.ndarray) -> Column:
    return Column("label", "string", np.array(["a", "b", "c"], dtype=object)[codes.astype(int)])


def number(values: np.ndarray, name: str = "x") -> Column:
    return Column(name, "float", values)


def texts(values: list[str | None], name: str = "x") -> Column:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return Column(name, "string", array)


def sentences(target: Column, task: Task, *features: Column) -> list[str]:
    return [doubt.text for doubt in leak_doubts(target, task, features)]


def test_area_under_the_curve_is_that_of_sklearn() -> None:
    x = np.round(HALF * 4.0 + RNG.normal(size=N), 1)
    area = roc_auc_score(HALF, x)
    assert 0.99 < area < 1.0
    assert sentences(named(HALF), "binary", number(x)) == [
        (
            f"Possible leak: x alone separates the classes nearly (area under the ROC curve {area:.4f}, 1 is perfect); "
            "leave it out if it is known only later."
        )
    ]
    assert sentences(named(HALF), "binary", number(-x)) == sentences(named(HALF), "binary", number(x))


@pytest.mark.parametrize("distance", [0.0, 1.0, 2.0, 3.0])
def test_good_feature_is_no_leak(distance: float) -> None:
    x = HALF * distance + RNG.normal(size=N)
    assert roc_auc_score(HALF, x) < 0.99
    assert sentences(named(HALF), "binary", number(x)) == []


def test_separated_classes_are_called_exact() -> None:
    found = sentences(named(HALF), "binary", number(HALF * 10 + RNG.uniform(size=N)))
    assert "separates the classes exactly (area under the ROC curve 1.0000" in found[0]


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_copy_under_other_names_is_one_to_one(task: Task) -> None:
    codes = HALF if task == "binary" else THIRD
    for copy in (
        number(codes * 7 - 3),
        texts([f"k{int(c)}" for c in codes]),
        texts([None if c else "0" for c in HALF]),
    ):
        if task == "binary" or copy.n_unique == 3:
            assert "is a one-to-one copy of the target" in sentences(named(codes), task, copy)[0]


def test_typing_errors_in_a_copy_do_not_hide_it() -> None:
    wrong = RNG.random(N) < 0.005
    copy = texts([f"k{int((c + w) % 3)}" for c, w in zip(THIRD, wrong, strict=True)])
    share = 1 - wrong.sum() / N
    base = np.bincount(THIRD.astype(int)).max() / N
    assert sentences(named(THIRD), "multiclass", copy) == [
        (
            f"Possible leak: x alone gives {share:.2%} of the rows their class (the commonest class for all: "
            f"{base:.2%}); leave it out if it is known only later."
        )
    ]


def test_number_that_separates_three_classes_is_a_leak() -> None:
    assert "alone gives" in sentences(named(THIRD), "multiclass", number(THIRD * 9 + RNG.uniform(size=N)))[0]
    assert sentences(named(THIRD), "multiclass", number(THIRD + RNG.normal(size=N))) == []


def test_class_in_the_middle_is_seen_though_no_threshold_parts_it() -> None:
    inside = (np.abs(VALUE) < 0.7).astype(np.float64)
    assert "alone gives" in sentences(named(inside), "binary", number(VALUE))[0]


def test_rare_class_is_not_outvoted_by_the_common_one() -> None:
    rare = np.zeros(N)
    rare[:15] = 1.0
    assert sentences(named(rare), "binary", number(RNG.normal(size=N))) == []
    assert sentences(named(rare), "binary", texts([["x", "y"][i % 2] for i in range(N)])) == []
    assert "separates" in sentences(named(rare), "binary", number(rare * 9 + RNG.uniform(size=N)))[0]


@pytest.mark.parametrize(
    ("how", "word"),
    [
        (lambda y: 3.0 * y - 2.0, "along a line (R² 1.0000"),
        (lambda y: np.exp(5.0 * y), "the target's order (R² of the ranks 1.0000"),
        (lambda y: -np.round(y, 1), "along a line (R² 0.99"),
    ],
)
def test_function_of_the_target_follows_it(how: object, word: str) -> None:
    assert word in sentences(number(VALUE, "y"), "regression", number(how(VALUE)))[0]  # type: ignore[operator]


def test_gaps_do_not_hide_a_copy() -> None:
    x = VALUE.copy()
    x[::3] = np.nan
    assert "follows the target" in sentences(number(VALUE, "y"), "regression", number(x))[0]


def test_correlation_below_the_bar_is_no_leak() -> None:
    x = VALUE + 0.2 * RNG.normal(size=N)
    assert 0.9 < np.corrcoef(VALUE, x)[0, 1] ** 2 < 0.99
    assert sentences(number(VALUE, "y"), "regression", number(x)) == []


def test_categories_that_give_the_number_are_a_leak() -> None:
    codes = RNG.integers(0, 5, N)
    y = codes * 10.0 + 0.1 * RNG.normal(size=N)
    found = sentences(number(y, "y"), "regression", texts([f"k{code}" for code in codes]))
    assert "its 5 categories' means explain R² 0.99" in found[0] or "R² 1.0000" in found[0]
    assert sentences(number(y, "y"), "regression", texts([f"u{i}" for i in range(N)])) == []


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_noise_in_ten_thousand_columns_of_thirty_rows_is_no_leak(task: Task) -> None:
    """Among so many columns some follow any thirty rows closely; none may reach the bar."""
    rng = np.random.default_rng(4)
    features = [number(rng.normal(size=30), f"c{i}") for i in range(5000)]
    features += [Column(f"k{i}", "integer", rng.integers(0, 4, 30).astype(np.float64)) for i in range(5000)]
    target = {
        "binary": named(np.arange(30) % 2),
        "multiclass": named(np.arange(30) % 3),
        "regression": number(rng.normal(size=30), "y"),
    }[task]
    assert leak_doubts(target, task, features) == []


def test_many_leaks_are_five_sentences_and_one_for_the_rest() -> None:
    found = leak_doubts(named(HALF), "binary", [number(HALF * (i + 1), f"copy{i}") for i in range(12)])
    assert len(found) == 6
    assert found[-1].text.startswith("7 more columns give the target away: copy5, copy6")
    assert found[-1].columns == tuple(f"copy{i}" for i in range(5, 12))


def test_large_table_is_judged_by_a_sample_of_all_its_rows() -> None:
    n = 300_000
    y = np.repeat([0.0, 1.0], n // 2)  # sorted: the first rows alone hold one class
    assert "separates" in sentences(named(y), "binary", number(y + RNG.uniform(0, 0.5, n)))[0]
    assert sentences(named(y), "binary", number(RNG.normal(size=n))) == []


def test_too_few_rows_prove_nothing() -> None:
    assert sentences(named(HALF[:29]), "binary", number(HALF[:29])) == []
    assert sentences(named(np.array([1.0] + [0.0] * 99)), "binary", number(np.arange(100.0))) == []
