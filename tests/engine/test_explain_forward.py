"""The forward trace: a network worked out by hand, and numbers that add up exactly as they are shown."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain import LayerTrace, trace_loss, trace_row
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig


def by_hand(dtype: type[np.floating[Any]] = np.float64) -> MLP:
    """Two inputs, two ReLU neurons, one linear output; all of its numbers are exact in either dtype."""
    layers = (LayerConfig(2, "relu"), LayerConfig(1, "identity"))
    first = [[0.5, -1.0], [1.0, 3.0], [1.0, 0.5]]  # the biases last
    second = [[2.0], [5.0], [-0.5]]
    parameters = np.concatenate([np.ravel(first), np.ravel(second)])
    return MLP(MLPConfig(2, layers, "mean_squared_error"), parameters, dtype)


def random_network(hidden: str, dtype: type[np.floating[Any]] = np.float64) -> MLP:
    # Sums of many terms into a single unit are where NumPy's own would be taken in pairs.
    layers = (LayerConfig(1, hidden), LayerConfig(40, hidden), LayerConfig(3, "softmax"))
    config = MLPConfig(30, layers, "categorical_cross_entropy")
    rng = np.random.default_rng(5)
    return MLP(config, 0.4 * rng.standard_normal(config.n_parameters), dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_forward_pass_by_hand(dtype: type[np.floating[Any]]) -> None:
    trace = trace_row(by_hand(dtype), np.array([2.0, -1.0]))
    hidden, output = trace.layers
    # z = (2 * 0.5 - 1 * 1 + 1, 2 * -1 - 1 * 3 + 0.5); ReLU lets the first through
    np.testing.assert_array_equal(hidden.products, [[1.0, -2.0], [-1.0, -3.0]])
    np.testing.assert_array_equal(hidden.totals, [0.0, -5.0])
    np.testing.assert_array_equal(hidden.pre_activations, [1.0, -4.5])
    np.testing.assert_array_equal(hidden.derivatives, [1.0, 0.0])
    np.testing.assert_array_equal(hidden.activations, [1.0, 0.0])
    np.testing.assert_array_equal(output.inputs, [1.0, 0.0])
    np.testing.assert_array_equal(output.products, [[2.0], [0.0]])
    np.testing.assert_array_equal(trace.logits, [1.5])
    np.testing.assert_array_equal(trace.output, [1.5])


def test_backward_pass_by_hand() -> None:
    trace = trace_loss(by_hand(), np.array([2.0, -1.0]), np.array([1.0]))
    hidden, output = trace.layers
    assert trace.loss == 0.25  # (1.5 - 1)^2
    assert not trace.fused
    np.testing.assert_array_equal(output.dloss_da, [1.0])  # 2 (1.5 - 1)
    np.testing.assert_array_equal(output.delta, [1.0])
    np.testing.assert_array_equal(trace.terms(0), [[2.0], [5.0]])
    np.testing.assert_array_equal(hidden.dloss_da, [2.0, 5.0])
    np.testing.assert_array_equal(hidden.delta, [2.0, 0.0])  # the second neuron is off
    np.testing.assert_array_equal(trace.gradient(0), [[4.0, 0.0], [-2.0, 0.0], [2.0, 0.0]])
    np.testing.assert_array_equal(trace.gradient(1), [[1.0], [0.0], [1.0]])
    neuron = trace.neuron(0, 1)
    assert (neuron.dloss_da, neuron.derivative, neuron.delta) == (5.0, 0.0, 0.0)
    np.testing.assert_array_equal(neuron.weights, [5.0])
    np.testing.assert_array_equal(neuron.next_deltas, [1.0])
    np.testing.assert_array_equal(neuron.terms, [5.0])
    last = trace.neuron(1, 0)
    assert (last.dloss_da, last.derivative, last.delta) == (1.0, 1.0, 1.0)
    assert last.weights.size == last.next_deltas.size == last.terms.size == 0


def added_in_order(terms: FloatArray) -> float:
    total = 0.0
    for term in terms.tolist():  # not sum(), which compensates for rounding from Python 3.12 on
        total += term
    return total


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
def test_neuron_adds_up_to_the_last_digit_in_the_order_shown(hidden: str) -> None:
    trace = trace_row(random_network(hidden), np.random.default_rng(0).standard_normal(30))
    for layer in trace.layers:
        for unit in range(len(layer.biases)):
            neuron = trace.neuron(layer.index, unit)
            assert [w * x for w, x in zip(neuron.weights, neuron.inputs, strict=True)] == neuron.products.tolist()
            assert added_in_order(neuron.products) == neuron.total
            assert neuron.total + neuron.bias == neuron.pre_activation
            np.testing.assert_array_equal(neuron.products, layer.products[:, unit])
            assert neuron.activation == layer.activations[unit]
            assert neuron.derivative == ACTIVATIONS[neuron.activation_name].derivative(layer.pre_activations)[unit]


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
def test_dl_da_adds_up_to_the_last_digit_in_the_order_shown(hidden: str) -> None:
    trace = trace_loss(random_network(hidden), np.random.default_rng(0).standard_normal(30), np.eye(3)[1])
    for layer in range(2):
        for unit in range(len(trace.layers[layer].delta)):
            neuron = trace.neuron(layer, unit)
            assert added_in_order(neuron.terms) == neuron.dloss_da
            assert neuron.dloss_da * neuron.derivative == neuron.delta


def test_sum_is_taken_from_the_first_input_to_the_last() -> None:
    config = MLPConfig(3, (LayerConfig(1, "identity"),), "mean_squared_error")
    mlp = MLP(config, np.array([1e16, 1.0, -1e16, 0.25]), np.float64)
    neuron = trace_row(mlp, np.ones(3)).neuron(0, 0)
    assert (neuron.total, neuron.pre_activation) == (0.0, 0.25)  # the 1 is lost beside 1e16


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
def test_layer_reads_what_the_layer_before_puts_out(hidden: str) -> None:
    mlp, row = random_network(hidden), np.random.default_rng(1).standard_normal(30)
    trace = trace_row(mlp, row)
    for layer, expected in zip(trace.layers, mlp.activations(row[None]), strict=False):
        np.testing.assert_allclose(layer.inputs, expected[0], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(trace.output, mlp.predict(row[None])[0], rtol=1e-12)


def test_float32_network_is_traced_in_float64_with_its_very_weights() -> None:
    mlp = random_network("tanh", np.float32)
    row = np.random.default_rng(1).standard_normal(30).astype(np.float32)
    trace = trace_row(mlp, row)
    wide = MLP(mlp.config, mlp.parameters, np.float64)
    np.testing.assert_array_equal(trace.layers[1].weights, mlp.weights[1].astype(np.float64))
    np.testing.assert_allclose(trace.output, wide.predict(row[None])[0], rtol=1e-13)
    np.testing.assert_allclose(trace.output, mlp.predict(row[None])[0], rtol=1e-5)
    assert not np.array_equal(trace.output, mlp.predict(row[None])[0])


def arrays_of(layer: LayerTrace) -> list[FloatArray]:
    values = (getattr(layer, field.name) for field in dataclasses.fields(layer))
    return [value for value in values if isinstance(value, np.ndarray)]


def test_trace_is_read_only_and_outlives_a_change_of_the_network() -> None:
    mlp, row = random_network("relu"), np.random.default_rng(1).standard_normal(30)
    trace = trace_row(mlp, row)
    before = [array.copy() for layer in trace.layers for array in arrays_of(layer)]
    mlp.parameters += 1
    row += 1
    after = [array for layer in trace.layers for array in arrays_of(layer)]
    assert len(after) == 21
    assert all(array.dtype == np.float64 and not array.flags.writeable for array in after)
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.inputs = row  # type: ignore[misc]


def test_row_of_another_width_and_neurons_that_are_not_there_are_refused() -> None:
    mlp = by_hand()
    trace = trace_row(mlp, np.ones(2))
    for wrong in (np.ones(3), np.ones((1, 2))):
        with pytest.raises(ValueError, match=r"shape \(2,\)"):
            trace_row(mlp, wrong)
    for layer, unit in ((2, 0), (-1, 0), (0, 2), (0, -1)):
        with pytest.raises(ValueError, match="not"):
            trace.neuron(layer, unit)
    with pytest.raises(ValueError, match=r"target has shape \(1,\)"):
        trace_loss(mlp, np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match="hidden layers"):
        trace_loss(mlp, np.ones(2), np.ones(1)).terms(1)
