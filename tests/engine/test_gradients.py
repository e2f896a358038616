"""Backpropagation against finite differences, for every activation and loss that may be paired."""

import itertools

import numpy as np
import pytest

from nnviz.engine.activations import HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig
from nnviz.engine.plan import StepPlan, pack_rows

PAIRS = [(loss.name, activation) for loss in LOSSES.values() for activation in loss.output_activations]
STEP = 1e-4


def loss_of(mlp: MLP, inputs: FloatArray, target: FloatArray) -> float:
    """The loss by way of the allocating forward pass, which shares no code with the plan."""
    last_hidden = mlp.activations(inputs)[-2]
    logits = last_hidden @ mlp.weights[-1] + mlp.biases[-1]
    return LOSSES[mlp.config.loss].value(logits, target, mlp.config.layers[-1].activation)


def finite_differences(mlp: MLP, inputs: FloatArray, target: FloatArray) -> FloatArray:
    """Five-point central differences: the error is of order STEP^4."""
    differences = np.zeros_like(mlp.parameters)
    for index, value in enumerate(mlp.parameters.copy()):
        for offset, factor in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
            mlp.parameters[index] = value + offset * STEP
            differences[index] += factor * loss_of(mlp, inputs, target) / (12 * STEP)
        mlp.parameters[index] = value
    return differences


def backpropagated(mlp: MLP, inputs: FloatArray, target: FloatArray) -> FloatArray:
    gradient = np.full_like(mlp.parameters, np.nan)
    plan = StepPlan(mlp, len(inputs), gradient, [])
    plan.batch[...] = pack_rows(mlp, inputs, target)
    for call, arguments in plan.gradient_step:
        call(*arguments)
    return gradient


def random_case(config: MLPConfig, rows: int = 7, seed: int = 11) -> tuple[MLP, FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    mlp = MLP(config, 0.7 * rng.standard_normal(config.n_parameters), np.float64)
    inputs = rng.standard_normal((rows, config.n_inputs))
    target = np.eye(max(2, config.n_outputs))[rng.integers(0, max(2, config.n_outputs), rows)][:, : config.n_outputs]
    return mlp, inputs, target


def away_from_kinks(mlp: MLP, inputs: FloatArray) -> bool:
    """Whether no ReLU changes side within the finite difference's steps."""
    layers = mlp.activations(inputs)
    pre = [a @ w + b for a, w, b in zip(layers, mlp.weights, mlp.biases, strict=False)]
    return all(abs(z).min() > 20 * STEP for z in pre)


def assert_gradient_is_right(config: MLPConfig) -> None:
    cases = (random_case(config, seed=seed) for seed in range(11, 30))
    mlp, inputs, target = next(case for case in cases if away_from_kinks(case[0], case[1]))
    gradient = backpropagated(mlp, inputs, target)
    assert abs(gradient).max() > 1e-3
    np.testing.assert_allclose(gradient, finite_differences(mlp, inputs, target), rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradient_equals_finite_differences(hidden: str, loss: str, output: str) -> None:
    layers = (LayerConfig(4, hidden), LayerConfig(3, hidden), LayerConfig(3, output))
    assert_gradient_is_right(MLPConfig(2, layers, loss))


@pytest.mark.parametrize(("loss", "output"), [pair for pair in PAIRS if pair[1] != "softmax"])
def test_gradient_of_a_single_output_equals_finite_differences(loss: str, output: str) -> None:
    assert_gradient_is_right(MLPConfig(3, (LayerConfig(4, "tanh"), LayerConfig(1, output)), loss))


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradient_without_hidden_layers_equals_finite_differences(loss: str, output: str) -> None:
    assert_gradient_is_right(MLPConfig(4, (LayerConfig(2, output),), loss))


@pytest.mark.parametrize("hidden", list(itertools.permutations(HIDDEN_ACTIVATIONS)))
def test_gradient_with_mixed_activations_equals_finite_differences(hidden: tuple[str, ...]) -> None:
    layers = tuple(LayerConfig(units, name) for units, name in zip((3, 1, 4, 2), hidden, strict=True))
    assert_gradient_is_right(MLPConfig(2, (*layers, LayerConfig(1, "sigmoid")), "binary_cross_entropy"))


@pytest.mark.parametrize("rows", [1, 2, 64])
def test_gradient_is_the_mean_over_the_rows_of_the_batch(rows: int) -> None:
    config = MLPConfig(2, (LayerConfig(4, "tanh"), LayerConfig(3, "softmax")), "categorical_cross_entropy")
    mlp, inputs, target = random_case(config, rows)
    singles = [backpropagated(mlp, inputs[[row]], target[[row]]) for row in range(rows)]
    np.testing.assert_allclose(backpropagated(mlp, inputs, target), np.mean(singles, axis=0), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_gradient_at_huge_logits_is_the_plain_difference(sign: float) -> None:
    config = MLPConfig(1, (LayerConfig(1, "sigmoid"),), "binary_cross_entropy")
    mlp = MLP(config, np.array([sign * 1e4, 0.0]), np.float32)
    with np.errstate(all="ignore"):
        gradient = backpropagated(mlp, np.ones((1, 1)), np.full((1, 1), sign < 0))
    np.testing.assert_array_equal(gradient, [sign, sign])  # output 1 for a target of 0, or 0 for a target of 1
