"""The chain rule of a row and of a batch: against the training step, finite differences, and its own terms."""

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain import ACTIVATION_KINKS, LOSS_SLOPES, exact_gradient, numeric_gradient, trace_loss
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig
from nnviz.engine.plan import StepPlan, pack_rows

PAIRS = [(loss.name, activation) for loss in LOSSES.values() for activation in loss.output_activations]
Case = tuple[MLP, FloatArray, FloatArray]


def is_near_a_kink(mlp: MLP, x: FloatArray, y: FloatArray) -> bool:
    layers = mlp.activations(x)
    near = []
    for config, reads, weights, biases in zip(mlp.config.layers, layers, mlp.weights, mlp.biases, strict=False):
        z = reads @ weights + biases
        near += [abs(z - at).min() for at in ACTIVATION_KINKS.get(config.activation, ())]
    margin = LOSS_SLOPES[mlp.config.loss].margin
    if margin is not None:
        near.append(abs(margin(z, layers[-1], y)).min())
    return min(near, default=1.0) < 1e-3


def random_case(config: MLPConfig, rows: int = 5) -> Case:
    """A network and rows, none of whose numbers lies near a corner of a function."""
    for seed in range(11, 99):
        rng = np.random.default_rng(seed)
        mlp = MLP(config, 0.7 * rng.standard_normal(config.n_parameters), np.float64)
        x = rng.standard_normal((rows, config.n_inputs))
        y = rng.standard_normal((rows, config.n_outputs))
        if config.layers[-1].activation == "softmax" or "regression" not in LOSSES[config.loss].outputs:
            y = np.eye(config.n_outputs)[rng.integers(0, config.n_outputs, rows)]
        if not is_near_a_kink(mlp, x, y):
            return mlp, x, y
    raise AssertionError


def deep_config(hidden: str, loss: str, output: str) -> MLPConfig:
    layers = (LayerConfig(4, hidden), LayerConfig(3, hidden), LayerConfig(2, hidden), LayerConfig(3, output))
    return MLPConfig(2, layers, loss)


def backpropagated(mlp: MLP, x: FloatArray, y: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    gradient = np.full_like(mlp.parameters, np.nan)
    plan = StepPlan(mlp, len(x), gradient, [], weighted=weights is not None)
    plan.batch[...] = pack_rows(mlp, x, y, weights)
    for call, arguments in plan.gradient_step:
        call(*arguments)
    return gradient


def flat_gradient(mlp: MLP, x: FloatArray, y: FloatArray) -> FloatArray:
    trace = trace_loss(mlp, x, y)
    return np.concatenate([trace.gradient(layer).ravel() for layer in range(len(trace.layers))])


def assert_same(actual: FloatArray, expected: FloatArray, relative: float) -> None:
    """Number by number, small ones up to that share of the largest: their terms cancel."""
    np.testing.assert_allclose(actual, expected, rtol=relative, atol=relative * float(abs(expected).max()))


def test_every_loss_and_only_those_have_a_slope() -> None:
    assert set(LOSS_SLOPES) == set(LOSSES)


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradients_of_trace_batch_training_step_and_differences_agree(hidden: str, loss: str, output: str) -> None:
    mlp, x, y = random_case(deep_config(hidden, loss, output))
    step = backpropagated(mlp, x, y)
    assert abs(step).max() > 1e-3
    assert_same(exact_gradient(mlp, x, y), step, 1e-12)
    assert_same(np.mean([flat_gradient(mlp, *row) for row in zip(x, y, strict=True)], axis=0), step, 1e-12)
    assert_same(numeric_gradient(mlp, x, y), step, 1e-7)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_row_weights_weigh_the_rows_of_the_mean(loss: str, output: str) -> None:
    mlp, x, y = random_case(deep_config("tanh", loss, output))
    weights = np.array([0.5, 2.0, 0.0, 1.0, 1.5])
    rows = [flat_gradient(mlp, *row) for row in zip(x, y, strict=True)]
    expected = np.asarray(weights @ np.array(rows) / 5)
    assert_same(exact_gradient(mlp, x, y, weights), expected, 1e-12)
    assert_same(backpropagated(mlp, x, y, weights), expected, 1e-12)
    assert_same(numeric_gradient(mlp, x, y, weights), expected, 1e-7)


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_dl_da_is_its_terms_and_delta_its_product_to_the_last_digit(hidden: str, loss: str, output: str) -> None:
    mlp, x, y = random_case(deep_config(hidden, loss, output), rows=1)
    trace = trace_loss(mlp, x[0], y[0])
    for layer in range(3):
        for unit in range(mlp.config.sizes[layer + 1]):
            neuron = trace.neuron(layer, unit)
            total = 0.0
            for weight, delta, term in zip(neuron.weights, neuron.next_deltas, neuron.terms, strict=True):
                assert weight * delta == term
                total += term
            assert total == neuron.dloss_da
            assert neuron.dloss_da * neuron.derivative == neuron.delta
            np.testing.assert_array_equal(neuron.terms, trace.terms(layer)[unit])


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_delta_at_the_output_is_the_slope_of_the_loss_by_the_logits(loss: str, output: str) -> None:
    mlp, x, y = random_case(deep_config("tanh", loss, output), rows=1)
    trace = trace_loss(mlp, x[0], y[0])
    z, h = trace.forward.logits, 1e-5
    for unit in range(3):
        move = h * np.eye(3)[unit]
        above, below = (LOSSES[loss].value((z + sign * move)[None], y, output) for sign in (1, -1))
        assert trace.layers[-1].delta[unit] == pytest.approx((above - below) / (2 * h), rel=1e-6, abs=1e-9)
    assert trace.loss == pytest.approx(LOSSES[loss].value(z[None], y, output), rel=1e-15)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_dl_da_by_da_dz_is_delta_at_the_output(loss: str, output: str) -> None:
    mlp, x, y = random_case(deep_config("tanh", loss, output), rows=1)
    trace = trace_loss(mlp, x[0], y[0])
    dloss_da, delta = trace.layers[-1].dloss_da, trace.layers[-1].delta
    assert trace.fused == (loss in {"binary_cross_entropy", "categorical_cross_entropy"})
    if output != "softmax":
        assert trace.jacobian is None
        assert trace.output_terms is None
        np.testing.assert_allclose(dloss_da * trace.forward.layers[-1].derivatives, delta, rtol=1e-12)
        return
    assert trace.jacobian is not None
    assert trace.output_terms is not None
    np.testing.assert_allclose(dloss_da @ trace.jacobian, delta, rtol=1e-12, atol=1e-15)
    for i in range(3):
        np.testing.assert_array_equal(trace.output_terms[i], dloss_da * trace.jacobian[:, i])
        np.testing.assert_array_equal(trace.neuron(3, i).terms, trace.output_terms[i])


def test_softmax_jacobian_is_the_slope_of_each_output_by_each_logit() -> None:
    mlp, x, y = random_case(deep_config("tanh", "categorical_cross_entropy", "softmax"), rows=1)
    trace = trace_loss(mlp, x[0], y[0])
    assert trace.jacobian is not None
    z, h = trace.forward.logits, 1e-5
    for i in range(3):
        move = h * np.eye(3)[i]
        slope = (ACTIVATIONS["softmax"].value(z + move) - ACTIVATIONS["softmax"].value(z - move)) / (2 * h)
        np.testing.assert_allclose(trace.jacobian[:, i], slope, rtol=1e-8)


def single_output(loss: str, output: str, logit: float) -> MLP:
    return MLP(MLPConfig(1, (LayerConfig(1, output),), loss), np.array([logit, 0.0]), np.float64)


def test_dl_da_of_the_cross_entropy_stays_finite_where_the_output_is_rounded_to_1() -> None:
    trace = trace_loss(single_output("binary_cross_entropy", "sigmoid", 50.0), np.ones(1), np.zeros(1))
    assert trace.output[0] == 1.0
    # 1 / (1 - a) = 1 + exp(50)
    assert trace.layers[0].dloss_da[0] == pytest.approx(1 + np.exp(50.0), rel=1e-14)
    assert trace.layers[0].delta[0] == 1.0


@pytest.mark.parametrize(("logit", "target", "slope", "delta"), [(-1e4, 1.0, -np.inf, -1.0), (1e4, 0.0, np.inf, 1.0)])
def test_infinite_dl_da_of_the_binary_cross_entropy_leaves_delta_finite(
    logit: float, target: float, slope: float, delta: float
) -> None:
    mlp = single_output("binary_cross_entropy", "sigmoid", logit)
    trace = trace_loss(mlp, np.ones(1), np.array([target]))
    assert (trace.layers[0].dloss_da[0], trace.layers[0].delta[0], trace.loss) == (slope, delta, 1e4)
    np.testing.assert_array_equal(exact_gradient(mlp, np.ones((1, 1)), np.array([[target]])), [delta, delta])


def test_cross_entropy_of_an_output_of_0_has_an_infinite_slope_for_the_true_class_alone() -> None:
    config = MLPConfig(1, (LayerConfig(3, "softmax"),), "categorical_cross_entropy")
    mlp = MLP(config, np.array([1e4, -1e4, -1e4, 0.0, 0.0, 0.0]), np.float64)
    trace = trace_loss(mlp, np.ones(1), np.array([0.0, 1.0, 0.0]))
    np.testing.assert_array_equal(trace.output, [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(trace.layers[0].dloss_da, [0.0, -np.inf, 0.0])
    np.testing.assert_array_equal(trace.layers[0].delta, [1.0, -1.0, 0.0])


def test_gradients_of_more_rows_than_are_taken_at_once_are_means_over_all(monkeypatch: pytest.MonkeyPatch) -> None:
    mlp, x, y = random_case(deep_config("tanh", "categorical_cross_entropy", "softmax"))
    weights = np.array([0.5, 2.0, 0.0, 1.0, 1.5])
    exact, numeric = exact_gradient(mlp, x, y, weights), numeric_gradient(mlp, x, y, weights)
    monkeypatch.setattr("nnviz.engine.explain_batch._ROWS_AT_ONCE", 2)
    assert_same(exact_gradient(mlp, x, y, weights), exact, 1e-14)
    assert_same(numeric_gradient(mlp, x, y, weights), numeric, 1e-9)


def test_float32_network_has_float64_gradients_and_nothing_passed_in_changes() -> None:
    wide, x, y = random_case(deep_config("relu", "mean_squared_error", "identity"))
    mlp = MLP(wide.config, wide.parameters, np.float32)
    inputs, target, weights = x.astype(np.float32), y.astype(np.float32), np.ones(5, dtype=np.float32)
    before = [array.copy() for array in (mlp.parameters, inputs, target, weights)]
    exact, numeric = (function(mlp, inputs, target, weights) for function in (exact_gradient, numeric_gradient))
    assert exact.dtype == numeric.dtype == np.float64
    assert_same(exact, numeric, 1e-7)  # float32 would differ by about 1e-4
    after = (mlp.parameters, inputs, target, weights)
    assert all(np.array_equal(a, b) and a.dtype == np.float32 for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("function", [exact_gradient, numeric_gradient])
def test_gradients_refuse_arrays_that_do_not_go_together(function: object) -> None:
    assert callable(function)
    mlp, x, y = random_case(deep_config("relu", "mean_squared_error", "identity"))
    for rows, target in ((x[0], y[0]), (x[:0], y[:0]), (x, y[:2]), (x[:, :1], y)):
        with pytest.raises(ValueError, match="Rows and targets"):
            function(mlp, rows, target)
    with pytest.raises(ValueError, match="as many weights"):
        function(mlp, x, y, np.ones(4))


@pytest.mark.parametrize("name", HIDDEN_ACTIVATIONS)
def test_kinks_are_where_the_derivative_jumps(name: str) -> None:
    at = np.arange(-800, 801) / 100  # in steps of 0.01, so that corners are on the grid
    derivative = ACTIVATIONS[name].derivative
    jumps = abs(derivative(at + 1e-9) - derivative(at - 1e-9)) > 1e-3
    np.testing.assert_allclose(at[jumps], ACTIVATION_KINKS.get(name, ()))


@pytest.mark.parametrize("loss", LOSSES)
def test_margin_of_a_loss_changes_its_sign_where_the_slope_jumps(loss: str) -> None:
    at = np.arange(-400, 401)[:, None] / 100
    slope = LOSS_SLOPES[loss]
    margin = slope.margin or (lambda z, _a, _y: np.ones_like(z))
    for target in (0.0, 1.0):
        y = np.full_like(at, target)
        sides = [at - 1e-9, at + 1e-9]
        a = [1 / (1 + np.exp(-z)) if slope.fused else z for z in sides]
        low, high = (slope.by_output(z, output, y) for z, output in zip(sides, a, strict=True))
        before, after = (margin(z, output, y) for z, output in zip(sides, a, strict=True))
        np.testing.assert_array_equal(abs(high - low) > 1e-3, before * after < 0)
