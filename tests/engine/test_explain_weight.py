"""The gradient of one weight: factors, paths, rows, penalty, and the finite difference that checks them."""

import dataclasses
from math import prod

import numpy as np
import pytest

from nnviz.engine.activations import HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.explain import BIAS, LOSS_SLOPES, Kink, PathsTrace, WeightTrace, exact_gradient, trace_weight
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig, layer_blocks

PAIRS = [(loss.name, activation) for loss in LOSSES.values() for activation in loss.output_activations]
PLACES = ((0, 1, 2), (0, BIAS, 0), (1, 2, 1), (1, BIAS, 2), (2, 0, 1), (2, BIAS, 0), (3, 1, 2), (3, BIAS, 1))
Case = tuple[MLP, FloatArray, FloatArray]


def random_case(hidden: str, loss: str, output: str, rows: int = 1, seed: int = 2) -> Case:
    layers = (LayerConfig(4, hidden), LayerConfig(3, hidden), LayerConfig(2, hidden), LayerConfig(3, output))
    config = MLPConfig(2, layers, loss)
    rng = np.random.default_rng(seed)
    mlp = MLP(config, 0.7 * rng.standard_normal(config.n_parameters), np.float64)
    x, y = rng.standard_normal((rows, 2)), rng.standard_normal((rows, 3))
    if output == "softmax" or "regression" not in LOSSES[loss].outputs:
        y = np.eye(3)[rng.integers(0, 3, rows)]
    return mlp, x, y


def traces(hidden: str, loss: str, output: str) -> tuple[Case, list[WeightTrace]]:
    """Traces of several weights, none with a corner inside its step; none without a slope but for dead ReLUs and such.

    Even then a weight or the bias of the first layer has one, so that every layer passes some on.
    """
    may_be_flat = "relu" in (hidden, output) or loss == "hinge"
    for seed in range(2, 99):
        mlp, x, y = random_case(hidden, loss, output, seed=seed)
        found = [trace_weight(mlp, *place, x, y) for place in PLACES]
        sloped = [bool(trace.gradient) for trace in found]
        if (all(sloped) or (may_be_flat and any(sloped[:2]))) and not any(trace.difference.kinks for trace in found):
            return (mlp, x, y), found
    raise AssertionError


def added_in_order(terms: FloatArray) -> float:
    total = 0.0
    for term in terms.tolist():
        total += term
    return total


@pytest.mark.parametrize("hidden", HIDDEN_ACTIVATIONS)
@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_factors_paths_and_backpropagation_agree_and_the_difference_confirms(
    hidden: str, loss: str, output: str
) -> None:
    (mlp, x, y), found = traces(hidden, loss, output)
    gradient = exact_gradient(mlp, x, y)
    blocks, size = layer_blocks(mlp.config, gradient), float(abs(gradient).max())
    for trace in found:
        assert trace.chain is not None
        paths = trace.chain.paths
        exact = float(blocks[trace.layer][trace.source, trace.unit])
        assert trace.gradient == pytest.approx(exact, rel=1e-12, abs=1e-15 * size)
        assert paths.total == pytest.approx(trace.gradient, rel=1e-12, abs=1e-13 * float(abs(paths.products).max()))
        assert trace.difference.slope == pytest.approx(exact, rel=1e-6, abs=1e-9)
        assert trace.chain.delta * trace.chain.dz_dw == trace.chain.product == trace.gradient
        if trace.chain.factored:
            assert trace.chain.dloss_da * trace.chain.da_dz == trace.chain.delta
        assert trace.chain.factored == (trace.layer < 3 or not (LOSS_SLOPES[loss].fused or output == "softmax"))


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_paths_go_through_every_neuron_and_end_at_the_loss(loss: str, output: str) -> None:
    mlp, x, y = random_case("tanh", loss, output)
    sizes = mlp.config.sizes
    ending = ["dL/dz"] if LOSS_SLOPES[loss].fused else ["da/dz", "dL/da"]
    jacobian = output == "softmax" and not LOSS_SLOPES[loss].fused
    for layer, source, unit in PLACES:
        chain = trace_weight(mlp, layer, source, unit, x, y).chain
        assert chain is not None
        paths = chain.paths
        hidden_steps = ["da/dz", "w"] * (3 - layer)
        assert [column.symbol for column in paths.columns] == ["dz/dw", *hidden_steps, *ending]
        assert len(paths.products) == paths.n_paths == prod(sizes[layer + 2 :]) * (3 if jacobian else 1)
        assert len({tuple(units) for units in paths.units.tolist()}) == paths.n_paths
        assert (paths.units[:, 0] == unit).all()
        assert paths.complete


def test_factors_of_a_path_are_the_networks_numbers() -> None:
    mlp, x, y = random_case("tanh", "mean_squared_error", "softmax")
    chain = trace_weight(mlp, 1, 2, 1, x, y).chain
    assert chain is not None
    forward, jacobian = chain.loss.forward, chain.loss.jacobian
    assert jacobian is not None
    index = next(i for i, units in enumerate(chain.paths.units.tolist()) if units == [1, 0, 2, 1])
    factors = chain.paths.path(index)
    assert [(f.symbol, f.layer, f.source, f.unit) for f in factors] == [
        ("dz/dw", 1, 1, 1),
        ("da/dz", 1, 1, 1),
        ("w", 2, 1, 0),
        ("da/dz", 2, 0, 0),
        ("w", 3, 0, 2),
        ("da/dz", 3, 2, 1),
        ("dL/da", 3, 1, 1),
    ]
    assert [factor.value for factor in factors] == [
        forward.layers[0].activations[2],
        forward.layers[1].derivatives[1],
        mlp.weights[2][1, 0],
        forward.layers[2].derivatives[0],
        mlp.weights[3][0, 2],
        jacobian[1, 2],
        chain.loss.layers[3].dloss_da[1],
    ]
    product = 1.0
    for factor in factors:
        product *= factor.value
    assert chain.paths.products[index] == product
    assert chain.paths.total == added_in_order(chain.paths.products)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_too_many_paths_are_grouped_by_the_next_layer_and_add_up_to_the_same(
    loss: str, output: str, layer: int
) -> None:
    mlp, x, y = random_case("tanh", loss, output)

    def paths_of(max_paths: int) -> PathsTrace:
        chain = trace_weight(mlp, layer, 0, 1, x, y, max_paths=max_paths).chain
        assert chain is not None
        return chain.paths

    whole, grouped = paths_of(4096), paths_of(1)
    n_next = mlp.config.sizes[layer + 2]
    assert grouped.n_paths == whole.n_paths == len(whole.products)
    assert grouped.complete == (whole.n_paths == n_next)
    assert len(grouped.products) == n_next
    for unit in range(n_next):
        share = whole.products[whole.units[:, 1] == unit].sum()
        assert grouped.products[unit] == pytest.approx(share, rel=1e-11, abs=1e-16)
    assert added_in_order(grouped.products) == grouped.total
    assert grouped.total == pytest.approx(whole.total, rel=1e-11)
    if not grouped.complete:
        assert [column.symbol for column in grouped.columns] == ["dz/dw", "da/dz", "w", "dL/dz"]


def test_wide_network_with_more_paths_than_numbers_can_list_is_traced() -> None:
    layers = (*(LayerConfig(200, "tanh") for _ in range(9)), LayerConfig(1, "sigmoid"))
    mlp = MLP.initialised(MLPConfig(3, layers, "binary_cross_entropy"), np.random.default_rng(0), np.float32)
    x, y = np.ones((1, 3)), np.ones((1, 1))
    trace = trace_weight(mlp, 0, 1, 2, x, y)
    assert trace.chain is not None
    assert not trace.chain.paths.complete
    assert trace.chain.paths.n_paths == 200**8
    assert trace.chain.paths.total == pytest.approx(trace.gradient, rel=1e-11)
    assert trace.difference.relative_difference < 1e-6


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_gradient_of_several_rows_is_the_mean_of_theirs_each_times_its_weight(loss: str, output: str) -> None:
    mlp, x, y = random_case("sigmoid", loss, output, rows=12)  # NumPy's own sum of so many is not taken in order
    counts = np.array([0.5, 2.0, 0.0, 1.0, 1.5, 1.1, 0.3, 0.7, 1.3, 0.9, 1.6, 1.1])
    exact = layer_blocks(mlp.config, exact_gradient(mlp, x, y, counts))
    for place in PLACES:
        trace = trace_weight(mlp, *place, x, y, counts)
        assert trace.chain is None
        singles = [trace_weight(mlp, *place, x[[row]], y[[row]]).gradient for row in range(12)]
        np.testing.assert_allclose(trace.row_gradients, singles, rtol=1e-11, atol=1e-16)
        assert added_in_order(trace.row_gradients * trace.row_weights) / 12 == trace.gradient == trace.total
        assert trace.gradient == pytest.approx(float(exact[place[0]][place[1], place[2]]), rel=1e-11, abs=1e-16)
        assert trace.difference.kinks or trace.difference.slope == pytest.approx(trace.gradient, rel=1e-6, abs=1e-9)


def test_single_rows_weight_multiplies_its_gradient() -> None:
    mlp, x, y = random_case("tanh", "mean_squared_error", "identity")
    plain, tripled = (trace_weight(mlp, 1, 0, 1, x, y, weights) for weights in (None, np.array([3.0])))
    assert tripled.gradient == 3 * plain.gradient
    assert tripled.chain is not None
    assert tripled.chain.product == plain.gradient
    assert tripled.difference.slope == pytest.approx(3 * plain.gradient, rel=1e-7)


def test_penalty_is_l1_times_the_sign_plus_l2_times_the_weight_and_spares_the_bias() -> None:
    mlp, x, y = random_case("tanh", "mean_squared_error", "identity", rows=3)
    mlp.weights[1][2, 1] = -0.5
    trace = trace_weight(mlp, 1, 2, 1, x, y, l1=0.25, l2=0.5)
    assert trace.value == -0.5
    assert trace.penalty == -0.5  # 0.25 * -1 + 0.5 * -0.5
    assert trace.total == trace.gradient - 0.5
    assert trace.difference.slope == pytest.approx(trace.total, rel=1e-8)
    bias = trace_weight(mlp, 1, BIAS, 1, x, y, l1=0.25, l2=0.5)
    assert (bias.penalty, bias.total) == (0.0, bias.gradient)
    assert bias.difference.slope == pytest.approx(bias.gradient, rel=1e-8)


def test_difference_is_the_quotient_of_the_numbers_shown() -> None:
    mlp, x, y = random_case("identity", "huber", "identity", rows=3)
    mlp.weights[2][0, 1] = 40.0  # the step grows with the weight
    trace = trace_weight(mlp, 2, 0, 1, x, y)
    shown = trace.difference
    assert shown.step == pytest.approx(40 * np.finfo(np.float64).eps ** (1 / 3))
    assert (shown.above, shown.below) == (40 + shown.step, 40 - shown.step)
    assert (shown.objective_above - shown.objective_below) / (shown.above - shown.below) == shown.slope
    apart = abs(shown.slope - trace.total) / max(abs(shown.slope), abs(trace.total))
    assert shown.relative_difference == apart
    moved = mlp.copy()
    moved.weights[2][0, 1] = shown.above
    logits = moved.activations(x)[-2] @ moved.weights[-1] + moved.biases[-1]
    assert shown.objective_above == pytest.approx(LOSSES["huber"].value(logits, y, "identity"), rel=1e-14)


def test_neuron_that_changes_side_inside_the_step_is_named() -> None:
    config = MLPConfig(1, (LayerConfig(2, "relu"), LayerConfig(1, "identity")), "mean_squared_error")
    mlp = MLP(config, np.array([1.0, 1.0, -1.0, 0.5, 2.0, 3.0, 0.0]), np.float64)
    rows, targets = np.array([[2.0], [1.0], [3.0]]), np.zeros((3, 1))
    trace = trace_weight(mlp, 0, 0, 0, rows, targets)  # z = x - 1 is 0 in the second row
    assert trace.difference.kinks == (Kink("activation", 0, 0, 1, 0.0),)
    assert trace.difference.relative_difference > 1e-3
    assert not trace_weight(mlp, 0, 0, 0, rows[[0, 2]], targets[:2]).difference.kinks
    assert not trace_weight(mlp, 0, 0, 1, rows, targets).difference.kinks  # the other neuron's weight moves it not


def test_corners_of_a_later_layer_of_the_loss_and_of_the_penalty_are_named() -> None:
    layers = (LayerConfig(1, "identity"), LayerConfig(1, "hard_sigmoid"), LayerConfig(1, "identity"))
    mlp = MLP(MLPConfig(1, layers, "mean_absolute_error"), np.array([0.0, 1.0, 3.0, 0.0, 1.0, 0.0]), np.float64)
    trace = trace_weight(mlp, 0, 0, 0, np.ones((1, 1)), np.ones((1, 1)), l1=0.1)
    assert trace.difference.kinks == (
        Kink("activation", 1, 0, 0, 3.0),
        Kink("loss", 2, 0, 0, 0.0),
        Kink("penalty", 0, 0, -1, 0.0),
    )
    hinge = MLP(MLPConfig(1, (LayerConfig(1, "identity"),), "hinge"), np.array([1.0, 0.0]), np.float64)
    at_the_margin = trace_weight(hinge, 0, 0, 0, np.ones((1, 1)), np.ones((1, 1)))
    assert at_the_margin.difference.kinks == (Kink("loss", 0, 0, 0, 0.0),)
    assert at_the_margin.gradient == 0


def test_several_rows_may_be_more_than_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mlp, x, y = random_case("relu", "mean_squared_error", "identity", rows=5)
    mlp.weights[0][:, 0], mlp.biases[0][0] = (1.0, 0.0), -x[3, 0]  # a corner in row 3
    whole = trace_weight(mlp, 0, 0, 0, x, y)
    monkeypatch.setattr("nnviz.engine.explain_batch._ROWS_AT_ONCE", 2)
    parts = trace_weight(mlp, 0, 0, 0, x, y)
    np.testing.assert_allclose(parts.row_gradients, whole.row_gradients, rtol=1e-13)
    assert parts.difference.slope == pytest.approx(whole.difference.slope, rel=1e-9)
    assert parts.difference.kinks == whole.difference.kinks == (Kink("activation", 0, 0, 3, 0.0),)


def test_nothing_passed_in_is_changed_and_a_float32_network_is_traced_in_float64() -> None:
    wide, x, y = random_case("tanh", "categorical_cross_entropy", "softmax", rows=3)
    mlp = MLP(wide.config, wide.parameters, np.float32)
    given = (mlp.parameters, x.astype(np.float32), y.astype(np.float32), np.ones(3, dtype=np.float32))
    before = [array.copy() for array in given]
    trace = trace_weight(mlp, 1, 2, 1, *given[1:], l1=0.1, l2=0.1)
    assert all(np.array_equal(a, b) and a.dtype == np.float32 for a, b in zip(before, given, strict=True))
    assert trace.value == float(mlp.weights[1][2, 1])
    assert trace.difference.relative_difference < 1e-7  # float32 would reach about 1e-3
    assert trace.row_gradients.dtype == trace.row_weights.dtype == np.float64
    assert not trace.row_gradients.flags.writeable
    chain = trace_weight(mlp, 1, 2, 1, x[:1], y[:1]).chain
    assert chain is not None
    for array in (chain.paths.units, chain.paths.factors, chain.paths.products):
        assert not array.flags.writeable
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.value = 0.0  # type: ignore[misc]


@pytest.mark.parametrize("broken", [np.nan, np.inf, 1e300])
def test_network_that_has_diverged_is_traced_without_a_warning(broken: float) -> None:
    mlp, x, y = random_case("relu", "mean_squared_error", "identity", rows=2)
    mlp.parameters[:] = broken
    assert not np.isfinite(trace_weight(mlp, 0, 0, 0, x, y, l1=0.1, l2=0.1).total)
    chain = trace_weight(mlp, 1, BIAS, 0, abs(x[:1]), y[:1]).chain
    assert chain is not None
    assert not np.isfinite(chain.loss.loss)
    assert not np.isfinite(chain.paths.total)
    assert not np.isfinite(exact_gradient(mlp, x, y)).any()


@pytest.mark.parametrize("place", [(4, 0, 0), (-1, 0, 0), (0, 2, 0), (0, -2, 0), (0, 0, 4), (0, 0, -1)])
def test_weight_that_is_not_there_is_refused(place: tuple[int, int, int]) -> None:
    mlp, x, y = random_case("tanh", "mean_squared_error", "identity")
    with pytest.raises(ValueError, match="has no weight from"):
        trace_weight(mlp, *place, x, y)
