"""Activation functions: values worked by hand, derivatives, and the range of the outputs."""

from math import erf
from typing import Any

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS

ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]
KINKS = {"relu": [0.0], "leaky_relu": [0.0], "selu": [0.0], "hard_sigmoid": [-3.0, 3.0]}
DTYPES = [np.float32, np.float64]


def test_registry_names_each_activation_by_its_key() -> None:
    assert [activation.name for activation in ACTIVATIONS.values()] == list(ACTIVATIONS)
    assert set(ACTIVATIONS) == {
        *("identity", "sigmoid", "hard_sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu"),
        *("gelu", "silu", "softplus", "softsign", "sine", "gaussian", "softmax"),
    }
    assert set(HIDDEN_ACTIVATIONS) == set(ACTIVATIONS) - {"softmax"}
    assert HIDDEN_ACTIVATIONS[:4] == ("tanh", "relu", "sigmoid", "identity")
    labels = [activation.label for activation in ACTIVATIONS.values()]
    assert len(set(labels)) == len(labels)


LOG2, LOG3 = np.log(2.0), np.log(3.0)


@pytest.mark.parametrize(
    ("name", "z", "a"),
    [
        ("identity", -1.5, -1.5),
        ("sigmoid", 0.0, 0.5),
        ("sigmoid", LOG3, 0.75),
        ("sigmoid", 2.0, 0.8807970779778823),
        ("hard_sigmoid", 0.0, 0.5),
        ("hard_sigmoid", 1.5, 0.75),
        ("hard_sigmoid", -3.0, 0.0),
        ("hard_sigmoid", 3.5, 1.0),
        ("tanh", 0.5, 0.46211715726000973),
        ("tanh", LOG2, 0.6),  # (2 - 1/2) / (2 + 1/2)
        ("relu", -3.0, 0.0),
        ("relu", 3.0, 3.0),
        ("leaky_relu", -3.0, -0.03),
        ("leaky_relu", 3.0, 3.0),
        ("elu", -LOG2, -0.5),
        ("elu", 3.0, 3.0),
        ("selu", -LOG2, -0.8790496704238688),  # half of 1.0507009873554805 * 1.6732632423543772
        ("selu", 2.0, 2.101401974710961),
        ("gelu", 0.0, 0.0),
        ("gelu", 1.0, 0.8411919906082768),  # (1 + tanh(sqrt(2 / pi) 1.044715)) / 2
        ("gelu", -1.0, -0.15880800939172324),
        ("silu", LOG3, 0.75 * LOG3),
        ("silu", -LOG3, -0.25 * LOG3),
        ("softplus", 0.0, LOG2),
        ("softplus", LOG3, 2 * LOG2),  # log(1 + 3)
        ("softplus", -LOG3, np.log(4 / 3)),
        ("softsign", 3.0, 0.75),
        ("softsign", -1.0, -0.5),
        ("sine", np.pi / 6, 0.5),
        ("gaussian", 0.0, 1.0),
        ("gaussian", -np.sqrt(LOG2), 0.5),
    ],
)
def test_value_at_a_known_point(name: str, z: float, a: float) -> None:
    assert ACTIVATIONS[name].value(np.array([[z]]))[0, 0] == pytest.approx(a, rel=4e-16)


@pytest.mark.parametrize(
    ("name", "z", "slope"),
    [
        ("identity", 7.0, 1.0),
        ("sigmoid", 0.0, 0.25),
        ("hard_sigmoid", 0.0, 1 / 6),
        ("hard_sigmoid", 3.0, 0.0),
        ("hard_sigmoid", -3.0, 0.0),
        ("tanh", LOG2, 0.64),
        ("relu", 0.0, 0.0),
        ("relu", 2.0, 1.0),
        ("leaky_relu", 0.0, 0.01),
        ("leaky_relu", 2.0, 1.0),
        ("elu", -LOG2, 0.5),
        ("elu", 0.0, 1.0),
        ("selu", 0.0, 1.7580993408473766),
        ("selu", 1.0, 1.0507009873554805),
        ("gelu", 0.0, 0.5),
        ("silu", 0.0, 0.5),
        ("silu", LOG3, 0.75 + 0.75 * LOG3 / 4),
        ("softplus", LOG3, 0.75),
        ("softsign", -1.0, 0.25),
        ("sine", 0.0, 1.0),
        ("gaussian", np.sqrt(LOG2), -np.sqrt(LOG2)),
    ],
)
def test_derivative_at_a_known_point(name: str, z: float, slope: float) -> None:
    assert ACTIVATIONS[name].derivative(np.array([[z]]))[0, 0] == pytest.approx(slope, rel=4e-16)


def test_softmax_of_known_logits() -> None:
    # exp(0) : exp(log 2) : exp(log 5) = 1 : 2 : 5
    z = np.array([[0.0, np.log(2.0), np.log(5.0)]])
    np.testing.assert_allclose(ACTIVATIONS["softmax"].value(z), [[0.125, 0.25, 0.625]], rtol=1e-15)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_derivative_equals_the_five_point_difference(name: str) -> None:
    z, h = np.linspace(-6.013, 6.017, 401), 1e-3
    z = z[np.abs(z - np.array([[kink] for kink in (*KINKS.get(name, []), 0.0)])).min(axis=0) > 3 * h]
    shares = ((-2, 1), (-1, -8), (1, 8), (2, -1))
    difference = sum(share * ACTIVATIONS[name].value(z + at * h) for at, share in shares) / (12 * h)
    np.testing.assert_allclose(ACTIVATIONS[name].derivative(z), difference, rtol=1e-9, atol=2e-11)


def test_softmax_derivative_is_the_diagonal_of_its_jacobian() -> None:
    z = np.array([[0.3, -1.0, 2.0]])
    h = 1e-6
    for unit in range(3):
        step = np.eye(3)[[unit]] * h
        difference = (ACTIVATIONS["softmax"].value(z + step) - ACTIVATIONS["softmax"].value(z - step)) / (2 * h)
        assert ACTIVATIONS["softmax"].derivative(z)[0, unit] == pytest.approx(difference[0, unit], rel=1e-8)


@pytest.mark.parametrize("name", sorted(KINKS))
def test_derivative_at_a_kink_is_one_of_the_two_beside_it(name: str) -> None:
    for kink in KINKS[name]:
        left, at, right = ACTIVATIONS[name].derivative(np.array([kink - 1e-9, kink, kink + 1e-9]))
        assert left != pytest.approx(right, rel=1e-3)
        assert min(abs(at - left), abs(at - right)) < 1e-8


@pytest.mark.parametrize("name", sorted(set(ELEMENTWISE) - set(KINKS)))
def test_derivative_of_the_others_has_no_jump(name: str) -> None:
    slopes = ACTIVATIONS[name].derivative(np.arange(-6, 6, 1e-3))
    assert np.abs(np.diff(slopes)).max() < 3e-3  # no second derivative is beyond 2


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_value_and_derivative_keep_the_dtype_and_leave_z_alone(name: str, dtype: type[np.floating[Any]]) -> None:
    z = np.array([[-1.0, 0.0, 2.0]], dtype=dtype)
    before = z.copy()
    activation = ACTIVATIONS[name]
    assert activation.value(z).dtype == activation.derivative(z).dtype == np.dtype(dtype)
    np.testing.assert_array_equal(z, before)
    assert not np.shares_memory(activation.value(z), z)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_huge_pre_activations_give_finite_numbers_without_overflow(name: str, dtype: type[np.floating[Any]]) -> None:
    z = np.concatenate([-np.logspace(4, -45, 500), [0.0], np.logspace(-45, 4, 500)]).astype(dtype)[None]
    low, high = ACTIVATIONS[name].output_range
    slack = 2 * np.finfo(dtype).eps
    with np.errstate(all="raise", under="ignore"):
        a, slope = ACTIVATIONS[name].value(z), ACTIVATIONS[name].derivative(z)
    assert np.isfinite(a).all()
    assert np.isfinite(slope).all()
    assert a.min() >= low - slack
    assert a.max() <= high + slack


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_output_range_is_tight(name: str) -> None:
    a = ACTIVATIONS[name].value(np.concatenate([[-1e9, 1e9], np.arange(-50, 50, 1e-3)]))
    for reached, bound in zip((a.min(), a.max()), ACTIVATIONS[name].output_range, strict=True):
        if np.isinf(bound):
            assert reached * np.sign(bound) > 1e6
        else:
            assert reached == pytest.approx(bound, rel=0, abs=1e-6)


def test_gelu_by_tanh_is_within_half_a_thousandth_of_gelu_by_the_normal_distribution() -> None:
    z = np.linspace(-6, 6, 2401)
    exact = z * np.array([0.5 * (1 + erf(x / 2**0.5)) for x in z])
    error = np.abs(ACTIVATIONS["gelu"].value(z) - exact).max()
    assert 4e-4 < error < 5e-4


@pytest.mark.parametrize(("name", "power"), [("sigmoid", 1.0), ("softplus", 1.0), ("silu", -30.0), ("elu", 0.0)])
def test_tails_keep_their_precision_far_left(name: str, power: float) -> None:
    # a -> exp(z) for sigmoid and softplus, z exp(z) for SiLU, -1 + exp(z) for ELU
    expected = power * np.exp(-30.0) if power else np.expm1(-30.0)
    assert ACTIVATIONS[name].value(np.array([[-30.0]]))[0, 0] == pytest.approx(expected, rel=1e-12)
