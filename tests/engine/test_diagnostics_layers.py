"""What diagnostics measure, against the same numbers computed the long way."""

from collections.abc import Callable

import numpy as np
import pytest

from nnviz.engine.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.diagnostics import (
    constant_answer_loss,
    examine,
    examine_network,
    layer_statistics,
    mean_gradient,
    relative_gradient,
)
from nnviz.engine.diagnostics_layers import DEAD_SLOPE, steepest_slope
from nnviz.engine.diagnostics_units import identical_units, look_alikes
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig, layer_blocks
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData

MakeData = Callable[..., TrainingData]
MakeNetwork = Callable[..., MLP]


def rows(n: int, d: int = 2, k: int = 1) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(5)
    return rng.standard_normal((n, d)), rng.standard_normal((n, k))


def test_statistics_are_those_of_the_definitions(make_network: MakeNetwork) -> None:
    mlp = make_network("regression", hidden=(5, 4), dtype=np.float64)
    inputs, target = rows(40)
    previous = mlp.parameters + 0.01
    statistics = layer_statistics(mlp, inputs, target, previous_parameters=previous)
    gradient = layer_blocks(mlp.config, mean_gradient(mlp, inputs, target))
    before = layer_blocks(mlp.config, previous)
    outputs = mlp.activations(inputs)
    for index, one in enumerate(statistics):
        weights = mlp.weights[index]
        z = outputs[index] @ weights + mlp.biases[index]
        slopes = ACTIVATIONS[one.activation].derivative(z)
        assert (one.layer, one.rows, one.n_units) == (index, 40, weights.shape[1])
        assert one.activation_mean == pytest.approx(outputs[index + 1].mean())
        assert one.activation_std == pytest.approx(outputs[index + 1].std())
        assert one.flat_share == pytest.approx((slopes < 0.05).mean())
        assert one.gradient_norm == pytest.approx(np.linalg.norm(gradient[index]))
        assert one.gradient_rms == pytest.approx(np.sqrt(np.square(gradient[index]).mean()))
        assert one.weight_norm == pytest.approx(np.linalg.norm(weights))
        change = np.linalg.norm(weights - before[index][:-1]) / np.linalg.norm(before[index][:-1])
        assert one.update_ratio == pytest.approx(change)
    assert all(np.isnan(one.update_ratio) for one in layer_statistics(mlp, inputs, target))


@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
def test_row_gradients_are_those_of_the_rows_one_by_one(activation: str, make_network: MakeNetwork) -> None:
    mlp = make_network("regression", hidden=(5, 4), activation=activation, dtype=np.float64)
    inputs, target = rows(20)
    singles = [layer_blocks(mlp.config, mean_gradient(mlp, inputs[[row]], target[[row]])) for row in range(20)]
    for index, one in enumerate(layer_statistics(mlp, inputs, target)):
        squares = [np.square(single[index]).mean() for single in singles]
        assert one.row_gradient_rms == pytest.approx(np.sqrt(np.mean(squares)))


def test_mean_gradient_is_that_of_a_trainers_full_batch(make_data: MakeData, make_network: MakeNetwork) -> None:
    data, mlp = make_data(), make_network(dtype=np.float64)
    expected = mean_gradient(mlp, data.X_train, data.Y_train)
    trainer = Trainer(mlp, data, TrainingConfig("sgd", 0.1, 0.0, len(data.X_train)))
    next(trainer.steps())
    np.testing.assert_allclose(expected, trainer.gradient, rtol=1e-10, atol=1e-14)


def test_given_gradient_goes_before_that_of_the_rows(make_network: MakeNetwork) -> None:
    mlp = make_network(hidden=(3,))
    given = np.ones_like(mlp.parameters)
    assert [one.gradient_rms for one in layer_statistics(mlp, *rows(20), given)] == pytest.approx([1, 1])


@pytest.mark.parametrize("activation", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize("bias", [-1000.0, -0.3, 1000.0])
def test_neuron_is_dead_where_its_derivative_says_so(activation: str, bias: float, make_network: MakeNetwork) -> None:
    mlp = make_network(hidden=(4,), activation=activation)
    mlp.biases[0][2] = bias
    inputs, target = rows(50)
    (hidden, _) = layer_statistics(mlp, inputs, target)
    slopes = np.abs(ACTIVATIONS[activation].derivative(inputs @ mlp.weights[0] + mlp.biases[0]))
    flat = (slopes < DEAD_SLOPE * steepest_slope(activation)).all(axis=0)
    assert hidden.dead == tuple(np.flatnonzero(flat))
    if activation in {"identity", "leaky_relu", "sine"}:
        assert hidden.dead_share == 0
    elif bias == -1000:
        assert hidden.dead_share == 0.25


def test_sure_outputs_of_a_fused_loss_are_not_saturated(make_network: MakeNetwork) -> None:
    mlp = make_network(hidden=(3,))
    mlp.biases[-1][:] = 50
    assert layer_statistics(mlp, *rows(20))[-1].saturated == ()
    config = MLPConfig(2, mlp.config.layers, "mean_squared_error")
    unfused = layer_statistics(MLP(config, mlp.parameters), *rows(20))[-1]
    assert (unfused.dead, unfused.saturated) == ((0,), ())
    mlp.biases[-1][:] = 6.5
    unfused = layer_statistics(MLP(config, mlp.parameters), *rows(20))[-1]
    assert (unfused.dead, unfused.saturated) == ((), (0,))


def test_more_rows_than_the_limit_are_sampled_and_the_finding_says_so(make_network: MakeNetwork) -> None:
    mlp = make_network(hidden=(4,), activation="relu")
    mlp.biases[0][:] = -100
    inputs, target = rows(500)
    one = examine_network(mlp, inputs, target, row_limit=100)[0]
    assert (one.evidence["rows"], one.evidence["rows_given"]) == (100, 500)
    assert "100 of 500 rows" in one.sentence
    again = examine_network(mlp, inputs, target, row_limit=100)
    assert examine_network(mlp, inputs, target, row_limit=100) == again
    assert layer_statistics(mlp, inputs, target, row_limit=100) != layer_statistics(
        mlp, inputs, target, row_limit=100, seed=1
    )


def test_constant_answer_has_the_loss_of_the_best_constant() -> None:
    rng = np.random.default_rng(0)
    numbers = rng.gamma(1.0, 1.0, (200, 1))
    grid = np.linspace(-1, 4, 5001)
    for name in ("mean_squared_error", "mean_absolute_error"):
        config = MLPConfig(1, (LayerConfig(1, "identity"),), name)
        best = min(LOSSES[name].value(np.full((200, 1), answer), numbers, "identity") for answer in grid)
        assert constant_answer_loss(config, numbers) == pytest.approx(best, rel=1e-4)
    classes = (rng.random((200, 1)) < 0.3).astype(np.float64)
    share = classes.mean()
    entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
    binary = MLPConfig(1, (LayerConfig(1, "sigmoid"),), "binary_cross_entropy")
    assert constant_answer_loss(binary, classes) == pytest.approx(entropy)
    several = MLPConfig(1, (LayerConfig(2, "softmax"),), "categorical_cross_entropy")
    assert constant_answer_loss(several, np.hstack([classes, 1 - classes])) == pytest.approx(entropy)
    hinge = MLPConfig(1, (LayerConfig(1, "identity"),), "hinge")
    assert constant_answer_loss(hinge, classes) == pytest.approx(2 * share)


def test_relative_gradient_is_the_share_by_which_the_loss_falls(make_network: MakeNetwork) -> None:
    mlp = make_network("regression", dtype=np.float64)
    inputs, target = rows(30)
    gradient = mean_gradient(mlp, inputs, target)
    share = relative_gradient(mlp, inputs, target, gradient)
    size, tiny = np.linalg.norm(mlp.parameters), 1e-6
    moved = MLP(mlp.config, mlp.parameters - tiny * size * gradient / np.linalg.norm(gradient), np.float64)
    losses = [float(np.square(one.predict(inputs) - target).mean()) for one in (mlp, moved)]
    assert (losses[0] - losses[1]) / losses[0] / tiny == pytest.approx(share, rel=1e-4)


def test_rounding_does_not_part_twins_and_a_small_difference_does() -> None:
    block = np.random.default_rng(0).standard_normal((6, 9)).astype(np.float32)
    block[:, 7] = block[:, 2] * (1 + 3e-7)
    block[:, 4] = block[:, 2]
    block[:, 5] = block[:, 1] * 1.001
    assert identical_units(block) == [(2, 4, 7)]
    assert identical_units(block[:, :2]) == []


def test_look_alikes_are_the_pairs_that_correlate() -> None:
    rng = np.random.default_rng(0)
    outputs = rng.standard_normal((200, 12))
    outputs[:, 3] = 2 - 5 * outputs[:, 1]
    outputs[:, 8] = outputs[:, 1] + 0.05 * outputs[:, 8]
    outputs[:, 6] = 4.0  # does not vary
    correlation = np.abs(np.corrcoef(np.delete(outputs, 6, axis=1), rowvar=False))
    alike = look_alikes(outputs)
    assert alike is not None
    assert alike.units == (1, 3, 8)
    assert alike.pairs == (np.triu(correlation, 1) > 0.99).sum() == 3
    assert alike.spare == 2
    assert alike.closest == (1, 3)
    assert alike.correlation == pytest.approx(1)
    assert look_alikes(outputs, leave_out=(1, 3)) is None
    assert look_alikes(outputs[:9]) is None


def test_examine_joins_network_and_curves_worst_first(make_network: MakeNetwork) -> None:
    mlp = make_network("regression", hidden=(4,), activation="relu")
    mlp.biases[0][:] = -100
    inputs, target = rows(60)
    epochs = np.arange(1, 41)
    findings = examine(mlp, inputs, target, epochs, 3 + 0.5 * (-1.0) ** epochs, baseline_loss=2.0)
    assert {"dead_units", "constant_output", "underfitting", "oscillation"} <= {one.kind for one in findings}
    order = [["serious", "warning", "note"].index(one.severity) for one in findings]
    assert order == sorted(order)
    assert examine(mlp, inputs, target) == examine_network(mlp, inputs, target)
    mlp.biases[0][2:] = 0
    mixed = examine(mlp, inputs, target, epochs, 3 + 0.01 * epochs, baseline_loss=2.0)
    assert [one.severity for one in mixed if one.kind in {"underfitting", "dead_units"}] == ["serious", "warning"]


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"inputs": np.zeros((0, 2)), "target": np.zeros((0, 1))}, "at least 1 row"),
        ({"inputs": np.zeros((5, 3))}, "shapes"),
        ({"inputs": np.full((5, 2), np.nan)}, "finite"),
        ({"inputs": np.full((5, 2), 1e300)}, "finite in float32"),
        ({"gradient": np.zeros(3)}, "gradient must have the shape"),
        ({"previous_parameters": np.zeros(3)}, "previous_parameters must have the shape"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    changed: dict[str, FloatArray], match: str, make_network: MakeNetwork
) -> None:
    inputs, target = rows(5)
    given = {"inputs": inputs, "target": target} | changed
    with pytest.raises(ValueError, match=match):
        layer_statistics(make_network(), **given)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=match):
        examine_network(make_network(), **given)  # type: ignore[arg-type]


def test_one_row_is_enough(make_network: MakeNetwork) -> None:
    mlp = make_network(activation="relu")
    mlp.biases[0][:] = -100
    findings = examine_network(mlp, *rows(1))
    assert "dead at 1 row: neurons 1, 2, 3 and 4." in findings[0].sentence
    assert all(np.isfinite(list(one.evidence.values())).all() for one in findings)
