"""Which loss goes with which task and output; smoothed targets; what is shown and decided of a class."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.losses import LOSSES, class_scores, decision_scores, refusal, smooth_targets
from nnviz.engine.metrics import hits

TASKS = ("binary", "multiclass", "regression")
PROPERTY = settings(deadline=None, derandomize=True, max_examples=60, database=None)
# The output that each loss has for a task by default.
TABLE = {
    ("mean_squared_error", "regression"): "identity",
    ("mean_absolute_error", "regression"): "identity",
    ("huber", "regression"): "identity",
    ("binary_cross_entropy", "binary"): "sigmoid",
    ("hinge", "binary"): "identity",
    ("mean_squared_error", "binary"): "sigmoid",
    ("categorical_cross_entropy", "multiclass"): "softmax",
    ("hinge", "multiclass"): "identity",
    ("mean_squared_error", "multiclass"): "softmax",
}
OF_NUMBERS = {"identity", "sigmoid", "tanh", "relu"}


def test_defaults_are_those_of_the_table() -> None:
    found = {(loss.name, task): loss.default_output(task) for loss in LOSSES.values() for task in loss.tasks}
    assert found == TABLE


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("loss", LOSSES)
def test_refusal_is_empty_exactly_for_what_goes_together(loss: str, task: str) -> None:
    for activation in ACTIVATIONS:
        default = TABLE.get((loss, task))
        together = activation in OF_NUMBERS if task == "regression" and default else activation == default
        reason = refusal(loss, activation, task)
        assert (reason == "") == together
        if reason:
            assert default is None or default in reason  # it says which output goes with that loss
            assert loss in reason
            assert reason.endswith(".")


@pytest.mark.parametrize("loss", LOSSES)
def test_refusal_without_a_task_asks_for_an_output_of_any_task(loss: str) -> None:
    for activation in ACTIVATIONS:
        expected = any(not refusal(loss, activation, task) for task in TASKS)
        assert (refusal(loss, activation) == "") == expected == (activation in LOSSES[loss].output_activations)


def test_refusals_are_sentences() -> None:
    assert refusal("binary_cross_entropy", "tanh", "binary") == (
        "The output activation tanh does not go with the loss binary_cross_entropy: "
        "it is for two classes with a sigmoid output."
    )
    assert refusal("hinge", "identity", "regression") == (
        "The loss hinge is not for regression: "
        "it is for two classes with an identity output or several classes with an identity output."
    )
    assert refusal("huber", "softmax") == (
        "The output activation softmax does not go with the loss huber: "
        "it is for regression with an identity, sigmoid, tanh or relu output."
    )


@pytest.mark.parametrize(("loss", "task"), [("nonsense", ""), ("hinge", "ranking")])
def test_refusal_of_an_unknown_name_is_an_error(loss: str, task: str) -> None:
    with pytest.raises(ValueError, match="No loss"):
        refusal(loss, "identity", task)


def test_smoothing_of_two_classes_spreads_the_share_over_both() -> None:
    target = np.array([[1.0], [0.0]])
    np.testing.assert_allclose(smooth_targets(target, "binary", 0.2), [[0.9], [0.1]], rtol=1e-15)
    np.testing.assert_array_equal(target, [[1.0], [0.0]])


def test_smoothing_of_several_classes_spreads_the_share_over_all() -> None:
    target = np.eye(4, dtype=np.int64)[:2]
    expected = [[0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1]]
    np.testing.assert_allclose(smooth_targets(target, "multiclass", 0.4), expected, rtol=1e-15)


@pytest.mark.parametrize("task", TASKS)
def test_smoothing_by_0_copies_the_targets(task: str) -> None:
    target = np.array([[1.0], [0.0]], dtype=np.float32)
    found = smooth_targets(target, task, 0.0)
    assert found.dtype == np.float32
    assert not np.shares_memory(found, target)
    np.testing.assert_array_equal(found, target)


@pytest.mark.parametrize(("task", "share"), [("regression", 0.1), ("ranking", 0.0), ("binary", 1.0), ("binary", -0.1)])
def test_senseless_smoothing_is_an_error(task: str, share: float) -> None:
    with pytest.raises(ValueError, match="cannot be smoothed"):
        smooth_targets(np.zeros((2, 1)), task, share)


@PROPERTY
@given(st.integers(2, 9), st.floats(0, 1, exclude_max=True), st.integers(0, 2**32 - 1))
def test_smoothed_targets_stay_a_distribution_with_the_same_largest_class(
    classes: int, share: float, seed: int
) -> None:
    target = np.eye(classes)[np.random.default_rng(seed).integers(0, classes, 5)]
    found = smooth_targets(target, "multiclass", share)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-14)
    assert (found >= 0).all()
    if share < 1 - 1e-12:
        np.testing.assert_array_equal(found.argmax(axis=1), target.argmax(axis=1))


def test_only_the_cross_entropies_take_smoothed_targets() -> None:
    smoothable = [loss.name for loss in LOSSES.values() if loss.takes_smoothing]
    assert smoothable == ["binary_cross_entropy", "categorical_cross_entropy"]


@pytest.mark.parametrize("loss", sorted(set(LOSSES) - {"hinge"}))
def test_scores_of_the_other_losses_are_the_outputs(loss: str) -> None:
    output = np.array([[0.2], [0.7]])
    assert class_scores(output, loss) is output
    assert decision_scores(output, loss) is output


def test_scores_of_hinge_have_their_boundary_at_a_half_and_end_at_the_margins() -> None:
    output = np.array([[-7.0], [-1.0], [-0.5], [0.0], [1.0], [3.0]], dtype=np.float32)
    found = class_scores(output, "hinge")
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found[:, 0], [0.0, 0.0, 0.25, 0.5, 1.0, 1.0])
    np.testing.assert_array_equal(decision_scores(output, "hinge")[:, 0], [-3.0, 0.0, 0.25, 0.5, 1.0, 2.0])


def test_several_classes_beyond_their_margins_are_told_apart_by_decision_scores() -> None:
    output, target = np.array([[1.5, 4.0, -2.0]]), np.array([[0.0, 1.0, 0.0]])
    assert hits(decision_scores(output, "hinge"), target, "multiclass").all()
    assert not hits(class_scores(output, "hinge"), target, "multiclass").any()  # both 1: the first of equals


@PROPERTY
@given(st.integers(0, 2**32 - 1))
def test_hinge_decides_two_classes_by_the_sign_of_the_score(seed: int) -> None:
    rng = np.random.default_rng(seed)
    output, target = 3 * rng.standard_normal((20, 1)), rng.integers(0, 2, (20, 1)).astype(np.float64)
    expected = (output[:, 0] > 0) == (target[:, 0] == 1)
    np.testing.assert_array_equal(hits(decision_scores(output, "hinge"), target, "binary"), expected)
    np.testing.assert_array_equal(hits(class_scores(output, "hinge"), target, "binary"), expected)
