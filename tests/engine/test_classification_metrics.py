"""Metrics of classes: hand-worked values, what is not defined, and agreement with scikit-learn to 1e-12."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve as sk_calibration_curve

from nnviz.engine import classification_metrics as cm

Arrays = tuple[NDArray[Any], NDArray[Any], str]
checked = settings(max_examples=100, deadline=None, derandomize=True)
NAN = math.nan

# Eight rows of three classes; the third row of class 0 goes to 2, one of class 1 to 0, one of class 2 to 1.
TRUE = np.array([0, 0, 0, 1, 1, 2, 2, 2])
FOUND = np.array([0, 0, 2, 1, 0, 2, 2, 1])


def one_hot(index: NDArray[Any], k: int) -> NDArray[np.float64]:
    return np.asarray(np.eye(k)[index])


@st.composite
def probabilities_and_targets(draw: st.DrawFn) -> Arrays:
    """Few distinct probabilities, so that ties abound; 0 and 1 among them; often classes without rows."""
    k = draw(st.integers(1, 4))
    n = draw(st.integers(1, 30))
    levels = draw(st.sampled_from([1, 2, 4, 1000]))
    weights = np.array(draw(st.lists(st.integers(0, levels), min_size=n * k, max_size=n * k))).reshape(n, k)
    true = np.array(draw(st.lists(st.integers(0, max(k - 1, 1)), min_size=n, max_size=n)))
    if k == 1:
        return weights / levels, true.reshape(n, 1).astype(np.float64), "binary"
    weights[weights.sum(axis=1) == 0] = 1
    return weights / weights.sum(axis=1, keepdims=True), one_hot(true, k), "multiclass"


def in_sklearn_terms(case: Arrays) -> tuple[NDArray[Any], NDArray[Any], list[int]]:
    """Return true classes, predicted classes and all classes' indices, told apart by other means than the engine's."""
    output, target, task = case
    if task == "binary":
        return target[:, 0].astype(int), (output[:, 0] > 0.5).astype(int), [0, 1]
    found = [max(range(len(row)), key=row.__getitem__) for row in output.tolist()]
    return target.argmax(axis=1), np.array(found), list(range(output.shape[1]))


def test_confusion_matrix_has_true_classes_in_rows_and_predicted_ones_in_columns() -> None:
    matrix = cm.confusion_matrix(one_hot(FOUND, 3), one_hot(TRUE, 3), "multiclass")
    assert matrix.tolist() == [[2, 0, 1], [1, 1, 0], [0, 1, 2]]


def test_binary_confusion_matrix_takes_one_half_for_the_first_class() -> None:
    output, target = np.array([[0.5], [0.51], [0.2], [0.9]]), np.array([[1.0], [1.0], [0.0], [0.0]])
    assert cm.confusion_matrix(output, target, "binary").tolist() == [[1, 1], [1, 1]]


def test_precision_recall_and_f1_of_a_known_matrix() -> None:
    matrix = np.array([[2, 0, 1], [1, 1, 0], [0, 1, 2]])
    assert cm.precision(matrix) == pytest.approx([2 / 3, 1 / 2, 2 / 3])
    assert cm.recall(matrix) == pytest.approx([2 / 3, 1 / 2, 2 / 3])
    assert cm.f1(matrix) == pytest.approx([2 / 3, 1 / 2, 2 / 3])
    assert cm.macro(cm.f1(matrix), matrix) == pytest.approx(11 / 18)
    assert cm.weighted(cm.f1(matrix), matrix) == pytest.approx((3 * 2 / 3 + 2 * 1 / 2 + 3 * 2 / 3) / 8)


def test_what_has_no_rows_to_be_a_share_of_is_not_a_number() -> None:
    matrix = np.array([[3, 0, 1, 0], [2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    # class 1 is never predicted, class 2 never true, class 3 neither
    assert np.array_equal(cm.precision(matrix), [3 / 5, NAN, 0, NAN], equal_nan=True)
    assert np.array_equal(cm.recall(matrix), [3 / 4, 0, NAN, NAN], equal_nan=True)
    assert np.array_equal(cm.f1(matrix), [6 / 9, 0, 0, NAN], equal_nan=True)


def test_macro_mean_counts_an_undefined_value_as_0_and_leaves_out_classes_that_do_not_occur() -> None:
    matrix = np.array([[3, 0, 1, 0], [2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    assert cm.macro(cm.precision(matrix), matrix) == pytest.approx((3 / 5 + 0 + 0) / 3)
    assert cm.weighted(cm.precision(matrix), matrix) == pytest.approx((4 * 3 / 5 + 2 * 0) / 6)


def test_balanced_accuracy_weighs_classes_alike() -> None:
    output, target = np.array([[0.1]] * 9 + [[0.2]]), np.array([[0.0]] * 9 + [[1.0]])
    assert cm.balanced_accuracy(output, target, "binary") == 0.5  # 9 of 9 and 0 of 1; accuracy is 0.9


def test_log_loss_and_brier_score_of_known_probabilities() -> None:
    output, target = np.array([[0.25], [0.5]]), np.array([[1.0], [0.0]])
    assert cm.log_loss(output, target, "binary") == pytest.approx((math.log(4) + math.log(2)) / 2)
    assert cm.brier_score(output, target, "binary") == pytest.approx((0.75**2 + 0.5**2) / 2)
    three = np.array([[0.5, 0.25, 0.25]])
    assert cm.log_loss(three, np.eye(3)[[1]], "multiclass") == pytest.approx(math.log(4))
    assert cm.brier_score(three, np.eye(3)[[1]], "multiclass") == pytest.approx(0.25 + 0.75**2 + 0.0625)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_log_loss_of_a_certain_error_is_bounded_by_the_spacing_of_the_dtype(dtype: type[np.floating[Any]]) -> None:
    certain, wrong = np.array([[1.0]], dtype=dtype), np.array([[0.0]], dtype=dtype)
    assert cm.log_loss(certain, wrong, "binary") == pytest.approx(-math.log(np.finfo(dtype).eps), rel=1e-6)
    both = np.array([[1.0, 0.0]], dtype=dtype)
    assert cm.log_loss(both, both[:, ::-1], "multiclass") == pytest.approx(-math.log(np.finfo(dtype).eps), rel=1e-6)


def test_roc_auc_counts_a_tie_as_half_a_pair() -> None:
    output, target = np.array([[0.1], [0.4], [0.4], [0.8]]), np.array([[0.0], [0.0], [1.0], [1.0]])
    # pairs (0.4, 0.1) yes, (0.4, 0.4) half, (0.8, 0.1) yes, (0.8, 0.4) yes
    assert cm.roc_auc(output, target, "binary") == 3.5 / 4


def test_roc_auc_is_1_in_perfect_order_0_in_reverse_and_one_half_for_a_constant() -> None:
    scores, target = np.arange(6.0).reshape(6, 1) / 5, np.array([[0.0]] * 2 + [[1.0]] * 4)
    assert cm.roc_auc(scores, target, "binary") == 1
    assert cm.roc_auc(1 - scores, target, "binary") == 0
    assert cm.roc_auc(np.full_like(scores, 0.3), target, "binary") == 0.5
    assert cm.average_precision(np.full_like(scores, 0.3), target, "binary") == pytest.approx(4 / 6)


def test_average_precision_of_known_scores() -> None:
    output, target = np.array([[0.9], [0.8], [0.7], [0.6]]), np.array([[1.0], [0.0], [1.0], [0.0]])
    assert cm.average_precision(output, target, "binary") == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_rankings_leave_out_a_class_without_rows() -> None:
    output = np.array([[0.6, 0.3, 0.1], [0.5, 0.2, 0.3], [0.2, 0.5, 0.3]])
    target = one_hot(np.array([0, 1, 1]), 3)
    # class 0: 2 of 2 pairs; class 1: 1 of 2 pairs; class 2 has none
    assert cm.roc_auc(output, target, "multiclass") == (1 + 0.5) / 2


def test_rankings_of_one_class_alone_or_of_scores_that_are_no_numbers_are_not_defined() -> None:
    output, ones = np.array([[0.2], [0.7]]), np.ones((2, 1))
    assert math.isnan(cm.roc_auc(output, ones, "binary"))
    assert math.isnan(cm.average_precision(output, 0 * ones, "binary"))
    assert math.isnan(cm.roc_auc(np.array([[NAN], [0.7]]), np.array([[0.0], [1.0]]), "binary"))
    assert math.isnan(cm.average_precision(np.array([[NAN], [0.7]]), np.array([[0.0], [1.0]]), "binary"))


def test_curves_of_known_scores() -> None:
    roc = cm.roc_curve(np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True]))
    assert roc.false_positive_rate.tolist() == [0, 0, 0.5, 1]
    assert roc.true_positive_rate.tolist() == [0, 0.5, 1, 1]
    assert roc.thresholds.tolist() == [math.inf, 0.8, 0.4, 0.1]
    curve = cm.precision_recall_curve(np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True]))
    assert curve.recall.tolist() == [0, 0.5, 1, 1]
    assert curve.precision.tolist() == [1, 1, 2 / 3, 0.5]


def test_curve_of_one_class_alone_has_a_rate_that_is_not_a_number() -> None:
    roc = cm.roc_curve(np.array([0.1, 0.4]), np.array([True, True]))
    assert np.isnan(roc.false_positive_rate).all()
    assert roc.true_positive_rate.tolist() == [0, 0.5, 1]
    assert np.isnan(cm.precision_recall_curve(np.array([0.1, 0.4]), np.array([False, False])).recall).all()


def test_calibration_curve_of_known_probabilities() -> None:
    curve = cm.calibration_curve(np.array([0.0, 0.2, 0.5, 0.9, 1.0]), np.array([False, True, True, True, False]), 2)
    assert curve.predicted == pytest.approx([0.7 / 3, 0.95])
    assert curve.observed == pytest.approx([2 / 3, 0.5])
    assert curve.counts.tolist() == [3, 2]


@pytest.mark.parametrize(("task", "k"), [("binary", 1), ("multiclass", 3)])
def test_without_rows_no_metric_is_defined_and_no_curve_has_more_than_its_start(task: str, k: int) -> None:
    nothing = np.zeros((0, k))
    functions = (cm.balanced_accuracy, cm.log_loss, cm.brier_score, cm.roc_auc, cm.average_precision)
    assert np.isnan([function(nothing, nothing, task) for function in functions]).all()
    matrix = cm.confusion_matrix(nothing, nothing, task)
    assert matrix.shape == ({1: 2}.get(k, k),) * 2
    assert not matrix.any()
    assert np.isnan([cm.macro(cm.f1(matrix), matrix), cm.weighted(cm.f1(matrix), matrix)]).all()
    scores, belongs = cm.one_against_rest(nothing, nothing, task)[0]
    assert np.isnan(cm.roc_curve(scores, belongs).true_positive_rate).tolist() == [True]
    assert cm.precision_recall_curve(scores, belongs).precision.tolist() == [1]
    assert cm.calibration_curve(scores, belongs).counts.size == 0


def test_shapes_and_tasks_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ValueError, match="no classes"):
        cm.roc_auc(np.zeros((3, 2)), np.zeros((3, 2)), "binary")
    with pytest.raises(ValueError, match="no classes"):
        cm.log_loss(np.zeros((3, 1)), np.zeros((3, 1)), "regression")
    with pytest.raises(ValueError, match="cannot be compared"):
        cm.brier_score(np.zeros((3, 2)), np.zeros((3, 1)), "multiclass")


@checked
@given(probabilities_and_targets())
def test_counts_agree_with_sklearn(case: Arrays) -> None:
    true, found, labels = in_sklearn_terms(case)
    matrix = cm.confusion_matrix(*case)
    assert np.array_equal(matrix, sk.confusion_matrix(true, found, labels=labels))
    each = sk.precision_recall_fscore_support(true, found, labels=labels, zero_division=np.nan)
    ours = (cm.precision(matrix), cm.recall(matrix), cm.f1(matrix))
    for mine, theirs in zip(ours, each[:3], strict=True):
        assert mine == pytest.approx(theirs, rel=0, abs=1e-12, nan_ok=True)
    for average, mean in (("macro", cm.macro), ("weighted", cm.weighted)):
        theirs = sk.precision_recall_fscore_support(true, found, average=average, zero_division=0)[:3]
        assert [mean(mine, matrix) for mine in ours] == pytest.approx(theirs, rel=0, abs=1e-12)


@checked
@given(probabilities_and_targets())
def test_balanced_accuracy_agrees_with_sklearn(case: Arrays) -> None:
    true, found, _ = in_sklearn_terms(case)
    # sklearn warns of a predicted class without rows and leaves it out; a mean of recalls by its own hand does not warn
    recalls = sk.recall_score(true, found, labels=np.unique(true), average="macro", zero_division=0)
    assert cm.balanced_accuracy(*case) == pytest.approx(recalls, rel=0, abs=1e-12)
    if set(found) <= set(true) and len(set(true)) > 1:
        theirs = sk.balanced_accuracy_score(true, found)
        assert cm.balanced_accuracy(*case) == pytest.approx(theirs, rel=0, abs=1e-12)


@checked
@given(probabilities_and_targets(), st.sampled_from([np.float32, np.float64]))
def test_log_loss_and_brier_score_agree_with_sklearn(case: Arrays, dtype: type[np.floating[Any]]) -> None:
    output, target, task = case
    true, _, labels = in_sklearn_terms(case)
    output = output.astype(dtype)
    both = np.hstack([1 - output, output]) if task == "binary" else output
    tolerance = 1e-12 if dtype == np.float64 else 5e-6  # sklearn computes in the dtype it is given, nnviz in 64 bits
    loss = sk.log_loss(true, both, labels=labels)
    assert cm.log_loss(output, target, task) == pytest.approx(loss, rel=tolerance, abs=tolerance)
    brier = np.square(both.astype(np.float64) - np.eye(len(labels))[true]).sum(axis=1).mean()
    brier = brier / 2 if task == "binary" else brier
    assert cm.brier_score(output, target, task) == pytest.approx(
        brier, rel=0, abs=1e-12 if dtype == np.float64 else 1e-7
    )
    if task == "binary":
        theirs = sk.brier_score_loss(true, output[:, 0], pos_label=1)
        assert cm.brier_score(output, target, task) == pytest.approx(theirs, rel=0, abs=tolerance)


@checked
@given(probabilities_and_targets())
def test_rankings_agree_with_the_mean_of_sklearns_binary_ones(case: Arrays) -> None:
    true, _, labels = in_sklearn_terms(case)
    columns = [1] if case[2] == "binary" else labels
    of_class = [(true == c, case[0][:, i]) for i, c in enumerate(columns)]
    areas = [sk.roc_auc_score(belongs, scores) for belongs, scores in of_class if 0 < belongs.sum() < len(belongs)]
    expected = np.mean(areas) if areas else NAN
    assert cm.roc_auc(*case) == pytest.approx(expected, rel=0, abs=1e-12, nan_ok=True)
    precisions = [sk.average_precision_score(belongs, scores) for belongs, scores in of_class if belongs.any()]
    expected = np.mean(precisions) if precisions else NAN
    assert cm.average_precision(*case) == pytest.approx(expected, rel=0, abs=1e-12, nan_ok=True)


@checked
@given(probabilities_and_targets())
def test_roc_auc_agrees_with_sklearns_one_against_rest_when_every_class_has_rows(case: Arrays) -> None:
    true, _, labels = in_sklearn_terms(case)
    assume(len(labels) > 2)
    assume(set(labels) == set(true))
    theirs = sk.roc_auc_score(true, case[0], multi_class="ovr", average="macro")
    assert cm.roc_auc(*case) == pytest.approx(theirs, rel=0, abs=1e-12)


@checked
@given(probabilities_and_targets())
def test_curves_agree_with_sklearn(case: Arrays) -> None:
    scores, belongs = cm.one_against_rest(*case)[-1]
    assume(0 < belongs.sum() < len(belongs))
    theirs = sk.roc_curve(belongs, scores, drop_intermediate=False)
    for mine, other in zip(cm.roc_curve(scores, belongs), theirs, strict=True):
        assert mine == pytest.approx(other, rel=0, abs=1e-12)
    precision, recall, thresholds = sk.precision_recall_curve(belongs, scores)
    curve = cm.precision_recall_curve(scores, belongs)
    assert curve.precision == pytest.approx(precision[::-1], rel=0, abs=1e-12)
    assert curve.recall == pytest.approx(recall[::-1], rel=0, abs=1e-12)
    assert curve.thresholds[1:] == pytest.approx(thresholds[::-1], rel=0, abs=0)


@checked
@given(probabilities_and_targets(), st.integers(1, 12))
def test_calibration_curve_agrees_with_sklearn(case: Arrays, bins: int) -> None:
    scores, belongs = cm.one_against_rest(*case)[-1]
    assume(0 < belongs.sum() < len(belongs))
    observed, predicted = sk_calibration_curve(belongs, scores, n_bins=bins)
    curve = cm.calibration_curve(scores, belongs, bins)
    assert curve.observed == pytest.approx(observed, rel=0, abs=1e-12)
    assert curve.predicted == pytest.approx(predicted, rel=0, abs=1e-12)
    assert curve.counts.sum() == len(scores)
