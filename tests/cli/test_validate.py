"""The verb validate: what it prints, that its document adds up, and every way it refuses."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.resources import resource_path

Call = Callable[..., Any]
QUICK = ("--folds", 3, "--seeds", 2, "--epochs", 4, "--hidden", 3, "--workers", 1)


def test_iris_is_summed_up_in_a_sentence_beside_logistic_regression(nnviz: Call) -> None:
    result = nnviz("validate", resource_path("datasets/iris.csv"), "--epochs", 60)
    assert result.code == 0
    assert result.err == ""
    lines = result.out.splitlines()
    assert lines[0].endswith("target species")
    sentence = next(line for line in lines if line.startswith("accuracy 0."))
    assert "(5 folds × 3 seeds); logistic regression 0.9" in sentence
    assert any(line.startswith("Brier score") for line in lines)


def test_document_holds_every_run_and_its_mean(nnviz: Call, flowers: Path) -> None:
    document = nnviz("validate", flowers, "--target", "art", *QUICK, "--json").document
    shares = [run["scores"]["accuracy"] for run in document["runs"]]
    assert [(run["fold"], run["seed"]) for run in document["runs"]] == [(f, s) for f in range(3) for s in range(2)]
    assert document["network"]["metrics"]["accuracy"]["mean"] == pytest.approx(np.mean(shares))
    assert document["network"]["metrics"]["accuracy"]["deviation"] == pytest.approx(np.std(shares, ddof=1))
    assert document["linear"]["label"] == "logistic regression"
    assert document["constant"]["metrics"]["accuracy"]["mean"] == pytest.approx(1 / 3, abs=0.02)
    assert sum(run["rows"] for run in document["runs"]) == 2 * document["rows"] == 180
    assert document["seeds"] == [0, 1]
    for flip in document["flips"]:
        assert len(set(flip["predictions"])) == 2
        assert 1 <= flip["row"] <= 90


def test_seed_is_the_first_of_the_seeds(nnviz: Call, flowers: Path) -> None:
    assert nnviz("validate", flowers, *QUICK, "--seed", 7, "--json").document["seeds"] == [7, 8]


def test_errors_of_a_regression_are_in_the_unit_of_the_target(nnviz: Call, prices: Path) -> None:
    document = nnviz("validate", prices, "--target", "price", *QUICK, "--json").document
    assert document["task"] == "regression"
    # The prices were made with noise of 4,000 around a plane.
    assert 2_500 < document["linear"]["metrics"]["mae"]["mean"] < 5_000
    assert document["linear"]["metrics"]["r2"]["mean"] > 0.99
    assert document["flips"] == []


def test_options_of_train_mean_the_same_here(nnviz: Call, flowers: Path) -> None:
    options = ("--hidden", "5,4", "--activation", "relu", "--optimizer", "sgd", "--momentum", 0.5)
    more = ("--learning-rate", 0.1, "--batch-size", 8, "--ignore", "farbe", "--task", "multiclass")
    first = nnviz("validate", flowers, *options, *more, "--epochs", 3, "--folds", 2, "--seeds", 1, "--json").document
    other = nnviz("validate", flowers, *options[:-2], *more, "--epochs", 3, "--folds", 2, "--seeds", 1, "--json")
    assert first["features"] == ["länge", "breite"]
    assert first["runs"] != other.document["runs"]


def test_rows_that_flip_are_listed_with_their_votes(nnviz: Call, flowers: Path) -> None:
    result = nnviz("validate", flowers, "--target", "art", *QUICK)
    listed = [line for line in result.out.splitlines() if line.startswith("  row ")]
    assert 0 < len(listed) <= 20
    assert all("(1×)" in line for line in listed)


def test_a_process_of_its_own_can_start_processes(nnviz_process: Call, flowers: Path) -> None:
    quick = [2 if option == 1 else option for option in QUICK]
    result = nnviz_process("validate", flowers, "--target", "art", *quick, "--json")
    assert (result.code, result.err) == (0, "")
    alone = nnviz_process("validate", flowers, "--target", "art", *QUICK, "--json")
    assert result.document == alone.document


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--folds", 1), ("folds",)),
        (("--folds", 91), ("90", "folds")),
        (("--folds", 0), ("--folds",)),
        (("--seeds", 0), ("--seeds",)),
        (("--optimizer", "magic"), ("magic",)),
        (("--activation", "magic"), ("magic",)),
        (("--target", "absent"), ("absent",)),
        (("--export", "x.npz"), ("--export",)),
    ],
)
def test_senseless_options_are_one_sentence(
    nnviz: Call, flowers: Path, options: tuple[object, ...], words: tuple[str, ...]
) -> None:
    nnviz("validate", flowers, *options).refuses(*words)
