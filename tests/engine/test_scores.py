"""Scores: what they hold for each task, and that a large table takes little time."""

import dataclasses
import math
import time
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import classification_report

from nnviz.engine.metrics import METRICS
from nnviz.engine.scores import class_reports, score


def rows_of_three_classes(n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(5)
    powers = np.exp(2 * rng.standard_normal((n, 3)))
    true = np.where(rng.random(n) < 0.6, powers.argmax(axis=1), rng.integers(3, size=n))
    return powers / powers.sum(axis=1, keepdims=True), np.eye(3)[true]


@pytest.mark.parametrize(("task", "shape"), [("binary", (9, 1)), ("multiclass", (9, 3)), ("regression", (9, 2))])
def test_values_are_those_of_the_tasks_metrics_in_the_registrys_order(task: str, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    output = rng.random(shape)
    target = np.eye(3)[rng.integers(3, size=9)] if task == "multiclass" else (rng.random(shape) > 0.5).astype(float)
    scores = score(output, target, task)
    assert list(scores.values) == [name for name, metric in METRICS.items() if task in metric.tasks]
    assert all(scores.values[name] == METRICS[name].function(output, target, task) for name in scores.values)
    assert (scores.task, scores.n_rows) == (task, 9)


def test_outputs_that_are_no_probabilities_have_no_log_loss_and_no_brier_score() -> None:
    output, target = np.array([[-0.9], [0.8]]), np.array([[0.0], [1.0]])
    kept = score(output, target, "binary", probabilities=False).values
    assert set(score(np.clip(output, 0, 1), target, "binary").values) - set(kept) == {"log_loss", "brier_score"}
    assert kept["roc_auc"] == 1


def test_regression_has_no_classes() -> None:
    scores = score(np.array([[1.0], [2.0]]), np.array([[1.0], [3.0]]), "regression")
    assert scores.confusion.shape == (0, 0)
    assert scores.classes == ()


def test_binary_scores_report_both_classes() -> None:
    output, target = np.array([[0.9], [0.6], [0.2], [0.7]]), np.array([[1.0], [0.0], [0.0], [1.0]])
    scores = score(output, target, "binary")
    assert scores.confusion.tolist() == [[1, 1], [0, 2]]
    first, second = scores.classes
    assert dataclasses.astuple(first) == pytest.approx((2, 1, 1 / 2, 2 / 3))
    assert dataclasses.astuple(second) == pytest.approx((2, 2 / 3, 1, 4 / 5))


def test_class_reports_agree_with_sklearns_report() -> None:
    output, target = rows_of_three_classes(500)
    theirs = classification_report(target.argmax(axis=1), output.argmax(axis=1), output_dict=True)
    scores = score(output, target, "multiclass")
    for index, report in enumerate(scores.classes):
        row = theirs[str(index)]
        assert report.support == row["support"]
        assert (report.precision, report.recall, report.f1) == pytest.approx(
            (row["precision"], row["recall"], row["f1-score"]), rel=1e-12
        )
    for average in ("macro", "weighted"):
        row = theirs[f"{average} avg"]
        ours = tuple(scores.values[f"{name}_{average}"] for name in ("precision", "recall", "f1"))
        assert ours == pytest.approx((row["precision"], row["recall"], row["f1-score"]), rel=1e-12)


def test_a_class_never_predicted_has_no_precision_and_one_without_rows_no_recall() -> None:
    never, absent = class_reports(np.array([[0, 2], [0, 0]]))
    assert (never.support, never.recall, never.f1) == (2, 0, 0)
    assert math.isnan(never.precision)
    assert (absent.support, absent.precision, absent.f1) == (0, 0, 0)
    assert math.isnan(absent.recall)


def test_scores_without_rows_are_not_numbers() -> None:
    scores = score(np.zeros((0, 3)), np.zeros((0, 3)), "multiclass")
    assert all(math.isnan(value) for value in scores.values.values())
    assert scores.confusion.tolist() == [[0] * 3] * 3


def test_scores_cannot_be_changed() -> None:
    scores = score(*rows_of_three_classes(20), "multiclass")
    with pytest.raises(dataclasses.FrozenInstanceError):
        scores.n_rows = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        scores.values["accuracy"] = 1.0  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        scores.confusion[0, 0] = 1


def test_unknown_tasks_and_unlike_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown task 'ranking'"):
        score(np.zeros((2, 1)), np.zeros((2, 1)), "ranking")
    with pytest.raises(ValueError, match="cannot be judged"):
        score(np.zeros((2, 1)), np.zeros(2), "regression")


def test_100000_rows_of_3_classes_are_judged_in_well_under_a_second() -> None:
    output, target = rows_of_three_classes(100_000)
    start = time.process_time()
    scores = score(output, target, "multiclass")
    assert time.process_time() - start < 0.8
    assert scores.confusion.sum() == 100_000
