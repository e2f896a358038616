"""Losses: values worked by hand, stability at huge logits, mean over rows."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.losses import LOSSES

PAIRS = [(loss.name, activation) for loss in LOSSES.values() for activation in loss.output_activations]
DTYPES = [np.float32, np.float64]
PROPERTY = settings(deadline=None, derandomize=True, max_examples=40, database=None)


def test_registry_names_each_loss_by_its_key() -> None:
    assert [loss.name for loss in LOSSES.values()] == list(LOSSES)
    assert set(LOSSES) == {
        *("mean_squared_error", "mean_absolute_error", "huber"),
        *("binary_cross_entropy", "categorical_cross_entropy", "hinge"),
    }
    assert all(loss.fused_with in loss.output_activations for loss in LOSSES.values())
    assert set(ACTIVATIONS) >= {activation for _, activation in PAIRS}


OUTPUT = np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]])
TARGET = np.array([[0.0, 2.0], [1.0, 1.0], [0.5, 2.0]])
# errors 1, 0, 2, 3, -1/2, -2 over 3 rows of 2 outputs


@pytest.mark.parametrize(
    ("loss", "value"),
    [
        ("mean_squared_error", (1 + 0 + 4 + 9 + 0.25 + 4) / 6),
        ("mean_absolute_error", (1 + 0 + 2 + 3 + 0.5 + 2) / 6),
        ("huber", (0.5 + 0 + 1.5 + 2.5 + 0.125 + 1.5) / 6),  # e^2 / 2 up to 1, |e| - 1/2 beyond
    ],
)
def test_loss_of_numbers_is_a_mean_over_rows_and_outputs(loss: str, value: float) -> None:
    assert LOSSES[loss].value(OUTPUT, TARGET, "identity") == pytest.approx(value, rel=1e-15)


def test_hinge_of_known_scores() -> None:
    # t z = 2, 0.5, -0.5 and 1: shortfalls of the margin 0, 0.5, 1.5 and 0
    logits, target = np.array([[2.0], [-0.5], [-0.5], [-1.0]]), np.array([[1.0], [0.0], [1.0], [0.0]])
    assert LOSSES["hinge"].value(logits, target, "identity") == 0.5


def test_hinge_of_several_classes_adds_up_one_class_against_the_rest() -> None:
    # targets +1, -1, -1: shortfalls 1 - 0.25, 1 - 2 -> 0, 1 + 3
    logits, target = np.array([[0.25, -2.0, 3.0]]), np.array([[1.0, 0.0, 0.0]])
    assert LOSSES["hinge"].value(logits, target, "identity") == 4.75


def test_binary_cross_entropy_of_known_probabilities() -> None:
    # logits 0 and log 3: probabilities 1/2 and 3/4; targets 1 and 0: -(log 1/2 + log 1/4) / 2 = 1.5 log 2
    logits, target = np.array([[0.0], [np.log(3.0)]]), np.array([[1.0], [0.0]])
    assert LOSSES["binary_cross_entropy"].value(logits, target, "sigmoid") == pytest.approx(1.5 * np.log(2))


def test_binary_cross_entropy_adds_up_several_outputs() -> None:
    logits, target = np.array([[0.0, np.log(3.0)]]), np.array([[1.0, 0.0]])
    assert LOSSES["binary_cross_entropy"].value(logits, target, "sigmoid") == pytest.approx(3 * np.log(2))


def test_categorical_cross_entropy_of_known_probabilities() -> None:
    # probabilities 1/8, 2/8, 5/8 twice; true classes 0 and 1: (log 8 + log 4) / 2 = 2.5 log 2
    logits = np.tile([0.0, np.log(2.0), np.log(5.0)], (2, 1)) + np.array([[0.0], [7.0]])
    target = np.eye(3)[:2]
    assert LOSSES["categorical_cross_entropy"].value(logits, target, "softmax") == pytest.approx(2.5 * np.log(2))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_small_categorical_cross_entropies_keep_their_digits(dtype: type[np.floating[Any]]) -> None:
    z, y = np.array([[9.0, 40.0, 9.5]], dtype=dtype), np.array([[0.0, 1.0, 0.0]], dtype=dtype)
    loss = LOSSES["categorical_cross_entropy"].per_row(z, z, y)
    np.testing.assert_allclose(loss, [np.log1p(np.exp(-31.0) + np.exp(-30.5))], rtol=20 * float(np.finfo(dtype).eps))


def test_mean_squared_error_of_softmax_outputs() -> None:
    # probabilities 1/8, 2/8, 5/8, true class 0: (49 + 4 + 25) / 64 / 3
    logits = np.array([[0.0, np.log(2.0), np.log(5.0)]])
    value = LOSSES["mean_squared_error"].value(logits, np.array([[1.0, 0.0, 0.0]]), "softmax")
    assert value == pytest.approx(78 / 192, rel=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_binary_cross_entropy_of_huge_logits_is_exact(dtype: type[np.floating[Any]]) -> None:
    logits = np.array([[1e4], [-1e4], [1e4], [-1e4]], dtype=dtype)
    target = np.array([[1.0], [0.0], [0.0], [1.0]], dtype=dtype)
    # two rows right beyond doubt (0), two wrong (1e4 each)
    assert LOSSES["binary_cross_entropy"].value(logits, target, "sigmoid") == 5e3
    assert LOSSES["binary_cross_entropy"].value(logits[:2], target[:2], "sigmoid") == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_categorical_cross_entropy_of_huge_logits_is_exact(dtype: type[np.floating[Any]]) -> None:
    logits = np.array([[1e4, -1e4, 0.0], [1e4, -1e4, 0.0]], dtype=dtype)
    target = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=dtype)
    assert LOSSES["categorical_cross_entropy"].value(logits, target, "softmax") == 1e4


@pytest.mark.parametrize("dtype", DTYPES)
def test_other_losses_of_huge_outputs_are_exact(dtype: type[np.floating[Any]]) -> None:
    logits, target = np.array([[1e4], [-1e4]], dtype=dtype), np.zeros((2, 1), dtype=dtype)
    assert LOSSES["mean_squared_error"].value(logits, target, "identity") == 1e8
    assert LOSSES["mean_absolute_error"].value(logits, target, "identity") == 1e4
    assert LOSSES["huber"].value(logits, target, "identity") == 1e4 - 0.5
    assert LOSSES["hinge"].value(logits, target, "identity") == (1e4 + 1) / 2


def test_finite_32_bit_numbers_have_a_finite_loss() -> None:
    largest = float(np.finfo(np.float32).max)
    logits, target = np.array([[largest, -largest]], dtype=np.float32), np.array([[0.0, 1.0]])
    for loss, activation in PAIRS:
        assert np.isfinite(LOSSES[loss].value(logits, target, activation))


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_loss_is_a_mean_over_rows(loss: str, activation: str) -> None:
    rng = np.random.default_rng(0)
    logits = rng.standard_normal((6, 3))
    target = np.eye(3)[rng.integers(0, 3, 6)]
    whole = LOSSES[loss].value(logits, target, activation)
    parts = [LOSSES[loss].value(logits[i : i + 2], target[i : i + 2], activation) for i in (0, 2, 4)]
    assert whole == pytest.approx(np.mean(parts), rel=1e-14)


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_row_weights_of_whole_numbers_repeat_rows(loss: str, activation: str) -> None:
    @PROPERTY
    @given(st.lists(st.integers(0, 3), min_size=1, max_size=6).filter(any), st.integers(0, 2**32 - 1))
    def check(repeats: list[int], seed: int) -> None:
        rng = np.random.default_rng(seed)
        logits, target = 3 * rng.standard_normal((len(repeats), 3)), np.eye(3)[rng.integers(0, 3, len(repeats))]
        repeated = LOSSES[loss].value(logits.repeat(repeats, 0), target.repeat(repeats, 0), activation)
        weights = np.array(repeats) * len(repeats) / sum(repeats)  # of mean 1
        assert LOSSES[loss].value(logits, target, activation, weights) == pytest.approx(repeated, rel=1e-12)

    check()


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_loss_is_never_negative_and_0_only_for_the_target_itself(loss: str, activation: str) -> None:
    @PROPERTY
    @given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 1.0, 100.0]))
    def check(seed: int, spread: float) -> None:
        rng = np.random.default_rng(seed)
        logits, target = spread * rng.standard_normal((5, 3)), np.eye(3)[rng.integers(0, 3, 5)]
        shares = LOSSES[loss].per_row(logits, ACTIVATIONS[activation].value(logits), target)
        assert shares.shape == (5,)
        assert shares.min() >= -1e-15

    check()
    sure = np.array([[200.0, -200.0, -200.0]])
    best = {"identity": [[1.0, 0.0, 0.0]], "relu": [[1.0, -1.0, 0.0]], "tanh": [[200.0, 0.0, 0.0]]}
    logits = sure if loss == "hinge" else np.array(best.get(activation, sure))
    assert LOSSES[loss].value(logits, np.array([[1.0, 0.0, 0.0]]), activation) == pytest.approx(0, abs=1e-80)
    assert LOSSES[loss].value(logits, np.array([[0.0, 1.0, 0.0]]), activation) > 0.1


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_loss_without_rows_is_not_a_number(loss: str, activation: str) -> None:
    assert np.isnan(LOSSES[loss].value(np.zeros((0, 2)), np.zeros((0, 2)), activation))
