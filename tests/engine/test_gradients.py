"""Backpropagation against finite differences, for every activation and loss that may be paired."""

from typing import Any

import numpy as np
import pytest

from nnviz.engine.activations import HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig
from nnviz.engine.plan import StepPlan, pack_rows

PAIRS = [(loss.name, activation) for loss in LOSSES.values() for activation in loss.output_activations]
STEP = 1e-4
# A kink, or a jump of the second derivative, which spoils a difference of fourth order as well.
KINKS = {"relu": [0.0], "leaky_relu": [0.0], "elu": [0.0], "selu": [0.0], "hard_sigmoid": [-3.0, 3.0]}


def logits_of(mlp: MLP, inputs: FloatArray) -> FloatArray:
    """By way of the allocating forward pass, which shares no code with the plan."""
    return np.asarray(mlp.activations(inputs)[-2] @ mlp.weights[-1] + mlp.biases[-1])


def loss_of(mlp: MLP, inputs: FloatArray, target: FloatArray, weights: FloatArray | None) -> float:
    output = mlp.config.layers[-1].activation
    return LOSSES[mlp.config.loss].value(logits_of(mlp, inputs), target, output, weights)


def finite_differences(mlp: MLP, inputs: FloatArray, target: FloatArray, weights: FloatArray | None) -> FloatArray:
    """Five-point central differences: the error is of order STEP^4."""
    differences = np.zeros_like(mlp.parameters)
    for index, value in enumerate(mlp.parameters.copy()):
        for offset, factor in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
            mlp.parameters[index] = value + offset * STEP
            differences[index] += factor * loss_of(mlp, inputs, target, weights) / (12 * STEP)
        mlp.parameters[index] = value
    return differences


def backpropagated(mlp: MLP, inputs: FloatArray, target: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    gradient = np.full_like(mlp.parameters, np.nan)
    plan = StepPlan(mlp, len(inputs), gradient, [], weighted=weights is not None)
    plan.batch[...] = pack_rows(mlp, inputs, target, weights)
    for call, arguments in plan.gradient_step:
        call(*arguments)
    return gradient


def random_case(
    config: MLPConfig, rows: int = 7, seed: int = 11, dtype: type[np.floating[Any]] = np.float64
) -> tuple[MLP, FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    mlp = MLP(config, 0.7 * rng.standard_normal(config.n_parameters), dtype)
    inputs = rng.standard_normal((rows, config.n_inputs))
    target = np.eye(max(2, config.n_outputs))[rng.integers(0, max(2, config.n_outputs), rows)][:, : config.n_outputs]
    return mlp, inputs, target


def loss_margins(loss: str, output: FloatArray, target: FloatArray) -> FloatArray:
    """How far each output is from a kink of the loss."""
    if loss == "hinge":
        return 1 - (2 * target - 1) * output
    # A ReLU's output of 0 stays 0 on that side of its kink, and so does its error.
    error: FloatArray = abs(output - target)[output != 0]
    margins = {"mean_absolute_error": error, "huber": error - 1}
    return margins.get(loss, np.ones(1))


def away_from_kinks(mlp: MLP, inputs: FloatArray, target: FloatArray) -> bool:
    """Whether nothing comes to a kink, of an activation or of the loss, within the finite difference's steps."""
    layers = mlp.activations(inputs)
    margins = [loss_margins(mlp.config.loss, layers[-1], target)]
    for layer, a, w, b in zip(mlp.config.layers, layers, mlp.weights, mlp.biases, strict=False):
        margins += [a @ w + b - kink for kink in KINKS.get(layer.activation, [])]
    return all(bool(abs(margin).min(initial=1) > 100 * STEP) for margin in margins)


def case_away_from_kinks(
    config: MLPConfig, dtype: type[np.floating[Any]] = np.float64
) -> tuple[MLP, FloatArray, FloatArray]:
    cases = (random_case(config, seed=seed, dtype=dtype) for seed in range(11, 300))
    # A ReLU output that is 0 for every row has no gradient to compare.
    return next(case for case in cases if away_from_kinks(*case) and case[0].predict(case[1]).any())


def assert_gradient_is_right(config: MLPConfig, *, weighted: bool = False) -> None:
    mlp, inputs, target = case_away_from_kinks(config)
    weights = np.random.default_rng(5).uniform(0, 3, len(inputs)) if weighted else None
    gradient = backpropagated(mlp, inputs, target, weights)
    assert abs(gradient).max() > 1e-3
    expected = finite_differences(mlp, inputs, target, weights)
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-10)
    assert np.linalg.norm(gradient - expected) < 1e-8 * np.linalg.norm(expected)


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradient_equals_finite_differences(hidden: str, loss: str, output: str) -> None:
    layers = (LayerConfig(4, hidden), LayerConfig(3, hidden), LayerConfig(3, output))
    assert_gradient_is_right(MLPConfig(2, layers, loss))


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradient_of_weighted_rows_equals_finite_differences(hidden: str, loss: str, output: str) -> None:
    assert_gradient_is_right(MLPConfig(2, (LayerConfig(4, hidden), LayerConfig(2, output)), loss), weighted=True)


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradient_in_32_bits_is_that_in_64_bits_to_5_digits(hidden: str, loss: str, output: str) -> None:
    config = MLPConfig(2, (LayerConfig(4, hidden), LayerConfig(3, hidden), LayerConfig(3, output)), loss)
    mlp, inputs, target = case_away_from_kinks(config, np.float32)
    single = backpropagated(mlp, inputs, target)
    # The same numbers, as the parameters and inputs were rounded to 32 bits, in 64-bit arithmetic.
    rounded = inputs.astype(np.float32).astype(np.float64)
    double = backpropagated(MLP(config, mlp.parameters, np.float64), rounded, target)
    assert single.dtype == np.float32
    assert np.linalg.norm(single - double) < 1e-5 * np.linalg.norm(double)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("loss", "output"), [pair for pair in PAIRS if pair[1] != "softmax"])
def test_gradient_of_a_single_output_equals_finite_differences(loss: str, output: str, weighted: bool) -> None:
    config = MLPConfig(3, (LayerConfig(4, "tanh"), LayerConfig(1, output)), loss)
    assert_gradient_is_right(config, weighted=weighted)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradient_without_hidden_layers_equals_finite_differences(loss: str, output: str) -> None:
    assert_gradient_is_right(MLPConfig(4, (LayerConfig(2, output),), loss))


@pytest.mark.parametrize("before", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize("after", HIDDEN_ACTIVATIONS)
def test_gradient_with_mixed_activations_equals_finite_differences(before: str, after: str) -> None:
    layers = (LayerConfig(3, before), LayerConfig(2, after), LayerConfig(1, "sigmoid"))
    assert_gradient_is_right(MLPConfig(2, layers, "binary_cross_entropy"))


def test_gradient_with_every_activation_in_one_network_equals_finite_differences() -> None:
    layers = tuple(LayerConfig(3, name) for name in HIDDEN_ACTIVATIONS)
    assert_gradient_is_right(MLPConfig(2, (*layers, LayerConfig(3, "softmax")), "categorical_cross_entropy"))


@pytest.mark.parametrize("rows", [1, 2, 64])
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradient_is_the_mean_over_the_rows_of_the_batch(loss: str, output: str, rows: int) -> None:
    config = MLPConfig(2, (LayerConfig(4, "tanh"), LayerConfig(3, output)), loss)
    mlp, inputs, target = random_case(config, rows)
    singles = [backpropagated(mlp, inputs[[row]], target[[row]]) for row in range(rows)]
    np.testing.assert_allclose(backpropagated(mlp, inputs, target), np.mean(singles, axis=0), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradient_of_weighted_rows_is_the_weighted_mean_of_theirs(loss: str, output: str) -> None:
    config = MLPConfig(2, (LayerConfig(4, "gelu"), LayerConfig(3, output)), loss)
    mlp, inputs, target = random_case(config, 9)
    weights = np.array([0.0, 1, 2, 0.5, 0.25, 3, 1, 1, 0.25])
    singles = [backpropagated(mlp, inputs[[row]], target[[row]]) * weights[row] for row in range(9)]
    found = backpropagated(mlp, inputs, target, weights)
    np.testing.assert_allclose(found, np.mean(singles, axis=0), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_gradient_at_huge_logits_is_the_plain_difference(sign: float) -> None:
    config = MLPConfig(1, (LayerConfig(1, "sigmoid"),), "binary_cross_entropy")
    mlp = MLP(config, np.array([sign * 1e4, 0.0]), np.float32)
    with np.errstate(all="ignore"):
        gradient = backpropagated(mlp, np.ones((1, 1)), np.full((1, 1), sign < 0))
    np.testing.assert_array_equal(gradient, [sign, sign])  # output 1 for a target of 0, or 0 for a target of 1
