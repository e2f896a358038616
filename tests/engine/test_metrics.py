"""Metrics: known values, empty and constant sets."""

import numpy as np
import pytest

from nnviz.engine.metrics import accuracy, mae, r2, rmse

OUTPUT = np.array([[1.0], [2.0], [3.0], [6.0]])
TARGET = np.array([[1.0], [2.0], [4.0], [5.0]])


def test_binary_accuracy_counts_rows_on_the_right_side_of_one_half() -> None:
    output = np.array([[0.9], [0.4], [0.6], [0.5]])
    assert accuracy(output, np.array([[1.0], [0.0], [0.0], [0.0]]), "binary") == 0.75


def test_multiclass_accuracy_counts_rows_whose_largest_output_is_the_class() -> None:
    output = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.4, 0.5, 0.1]])
    assert accuracy(output, np.eye(3)[[0, 2, 0]], "multiclass") == pytest.approx(2 / 3)


def test_errors_of_known_rows() -> None:
    # errors 0, 0, -1, 1; target mean 3, squares about it 4, 1, 1, 4
    assert r2(OUTPUT, TARGET) == pytest.approx(1 - 2 / 10)
    assert mae(OUTPUT, TARGET) == 0.5
    assert rmse(OUTPUT, TARGET) == pytest.approx(0.5**0.5)


def test_r2_is_one_for_perfect_and_zero_for_mean_predictions() -> None:
    assert r2(TARGET, TARGET) == 1
    assert r2(np.full_like(TARGET, TARGET.mean()), TARGET) == 0


def test_r2_of_several_outputs_is_their_mean() -> None:
    both = r2(np.hstack([OUTPUT, TARGET]), np.hstack([TARGET, TARGET]))
    assert both == pytest.approx((0.8 + 1) / 2)


def test_r2_of_a_constant_target_is_not_a_number() -> None:
    assert np.isnan(r2(OUTPUT, np.ones((4, 1))))
    assert np.isnan(r2(OUTPUT[:1], TARGET[:1]))


def test_metrics_without_rows_are_not_a_number() -> None:
    nothing = np.zeros((0, 1))
    assert np.isnan([accuracy(nothing, nothing, "binary"), r2(nothing, nothing), mae(nothing, nothing)]).all()
    assert np.isnan(rmse(nothing, nothing))
