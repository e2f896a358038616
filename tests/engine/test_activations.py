"""Activation functions: values, derivatives, and agreement of the plan's calls with them."""

from typing import Any

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS

ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]


def test_registry_names_each_activation_by_its_key() -> None:
    assert [activation.name for activation in ACTIVATIONS.values()] == list(ACTIVATIONS)
    assert set(ACTIVATIONS) == {"identity", "sigmoid", "tanh", "relu", "softmax"}
    assert set(HIDDEN_ACTIVATIONS) == set(ACTIVATIONS) - {"softmax"}


@pytest.mark.parametrize(
    ("name", "z", "a"),
    [
        ("identity", -1.5, -1.5),
        ("sigmoid", 0.0, 0.5),
        ("sigmoid", 2.0, 0.8807970779778823),
        ("tanh", 0.5, 0.46211715726000973),
        ("relu", -3.0, 0.0),
        ("relu", 3.0, 3.0),
    ],
)
def test_value_at_a_known_point(name: str, z: float, a: float) -> None:
    assert ACTIVATIONS[name].value(np.array([[z]]))[0, 0] == pytest.approx(a, rel=1e-15)


def test_softmax_of_known_logits() -> None:
    # exp(0) : exp(log 2) : exp(log 5) = 1 : 2 : 5
    z = np.array([[0.0, np.log(2.0), np.log(5.0)]])
    np.testing.assert_allclose(ACTIVATIONS["softmax"].value(z), [[0.125, 0.25, 0.625]], rtol=1e-15)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_derivative_equals_the_central_difference(name: str) -> None:
    z = np.array([[-3.0, -0.7, -0.1, 0.2, 1.1, 4.0]])
    h = 1e-6
    difference = (ACTIVATIONS[name].value(z + h) - ACTIVATIONS[name].value(z - h)) / (2 * h)
    np.testing.assert_allclose(ACTIVATIONS[name].derivative(z), difference, rtol=1e-7, atol=1e-9)


def test_softmax_derivative_is_the_diagonal_of_its_jacobian() -> None:
    z = np.array([[0.3, -1.0, 2.0]])
    h = 1e-6
    for unit in range(3):
        step = np.eye(3)[[unit]] * h
        difference = (ACTIVATIONS["softmax"].value(z + step) - ACTIVATIONS["softmax"].value(z - step)) / (2 * h)
        assert ACTIVATIONS["softmax"].derivative(z)[0, unit] == pytest.approx(difference[0, unit], rel=1e-8)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_value_and_derivative_keep_the_dtype_and_leave_z_alone(name: str, dtype: type[np.floating[Any]]) -> None:
    z = np.array([[-1.0, 0.0, 2.0]], dtype=dtype)
    before = z.copy()
    activation = ACTIVATIONS[name]
    assert activation.value(z).dtype == activation.derivative(z).dtype == np.dtype(dtype)
    np.testing.assert_array_equal(z, before)
    assert not np.shares_memory(activation.value(z), z)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_huge_pre_activations_stay_inside_the_output_range(name: str) -> None:
    z = np.array([[-1e4, -100.0, 0.0, 100.0, 1e4]], dtype=np.float32)
    a = ACTIVATIONS[name].value(z)
    low, high = ACTIVATIONS[name].output_range
    assert np.isfinite(a).all()
    assert a.min() >= low
    assert a.max() <= high
    assert np.isfinite(ACTIVATIONS[name].derivative(z)).all()


def test_sigmoid_keeps_its_precision_far_left() -> None:
    z = np.array([[-30.0]])
    assert ACTIVATIONS["sigmoid"].value(z)[0, 0] == pytest.approx(np.exp(-30.0), rel=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("in_place", [False, True])
def test_forward_calls_of_a_plan_compute_the_value(name: str, in_place: bool) -> None:
    z = np.random.default_rng(0).standard_normal((3, 5)) * 3  # a row per unit
    expected = ACTIVATIONS[name].value(z.T).T
    a = z if in_place else np.empty_like(z)
    for call, arguments in ACTIVATIONS[name].forward_calls(z, a):
        call(*arguments)
    np.testing.assert_allclose(a, expected, rtol=1e-14)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_backward_calls_of_a_plan_multiply_by_the_derivative(name: str) -> None:
    rng = np.random.default_rng(0)
    z, delta = rng.standard_normal((3, 5)), rng.standard_normal((3, 5))
    expected = delta * ACTIVATIONS[name].derivative(z)
    for call, arguments in ACTIVATIONS[name].backward_calls(z, ACTIVATIONS[name].value(z), delta):
        call(*arguments)
    np.testing.assert_allclose(delta, expected, rtol=1e-13)
