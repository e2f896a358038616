"""Losses: known values, stability at huge logits, mean over rows."""

from typing import Any

import numpy as np
import pytest

from nnviz.engine.losses import LOSSES

PAIRS = [(loss.name, activation) for loss in LOSSES.values() for activation in loss.output_activations]


def test_registry_names_each_loss_by_its_key() -> None:
    assert [loss.name for loss in LOSSES.values()] == list(LOSSES)
    assert all(loss.fused_with in loss.output_activations for loss in LOSSES.values())


def test_mean_squared_error_is_a_mean_over_rows_and_outputs() -> None:
    output = np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]])
    target = np.array([[0.0, 2.0], [1.0, 1.0], [0.0, 2.0]])
    # squares 1, 0, 4, 9, 0, 4: sum 18 over 3 rows of 2 outputs
    assert LOSSES["mean_squared_error"].value(output, target, "identity") == pytest.approx(3.0)


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
def test_binary_cross_entropy_of_huge_logits_is_exact(dtype: type[np.floating[Any]]) -> None:
    logits = np.array([[1e4], [-1e4], [1e4], [-1e4]], dtype=dtype)
    target = np.array([[1.0], [0.0], [0.0], [1.0]], dtype=dtype)
    # two rows right beyond doubt (0), two wrong (1e4 each)
    assert LOSSES["binary_cross_entropy"].value(logits, target, "sigmoid") == 5e3
    assert LOSSES["binary_cross_entropy"].value(logits[:2], target[:2], "sigmoid") == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_categorical_cross_entropy_of_huge_logits_is_exact(dtype: type[np.floating[Any]]) -> None:
    logits = np.array([[1e4, -1e4, 0.0], [1e4, -1e4, 0.0]], dtype=dtype)
    target = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=dtype)
    assert LOSSES["categorical_cross_entropy"].value(logits, target, "softmax") == 1e4


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_loss_is_a_mean_over_rows(loss: str, activation: str) -> None:
    rng = np.random.default_rng(0)
    logits = rng.standard_normal((6, 3))
    target = np.eye(3)[rng.integers(0, 3, 6)]
    whole = LOSSES[loss].value(logits, target, activation)
    parts = [LOSSES[loss].value(logits[i : i + 2], target[i : i + 2], activation) for i in (0, 2, 4)]
    assert whole == pytest.approx(np.mean(parts), rel=1e-14)


@pytest.mark.parametrize(("loss", "activation"), PAIRS)
def test_loss_without_rows_is_not_a_number(loss: str, activation: str) -> None:
    assert np.isnan(LOSSES[loss].value(np.zeros((0, 2)), np.zeros((0, 2)), activation))
