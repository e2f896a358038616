"""What holds for any network and any rows, tried on generated ones."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnviz.engine.mlp
from nnviz.engine.activations import HIDDEN_ACTIVATIONS
from nnviz.engine.arrays import FloatArray
from nnviz.engine.evaluation import Evaluator
from nnviz.engine.losses import LOSSES
from nnviz.engine.mlp import MLP, LayerConfig, MLPConfig, layer_blocks, transplant
from nnviz.engine.plan import StepPlan, pack_rows
from nnviz.engine.regularization import Regularization
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.engine.training_rows import TrainingRows

PROPERTY = settings(deadline=None, derandomize=True, max_examples=60)
TRIALS = [(name, task, output) for name, loss in LOSSES.items() for task in loss.tasks for output in loss.outputs[task]]
SMOOTH = ("tanh", "sigmoid", "softsign", "softplus", "silu", "gelu", "sine", "gaussian", "identity")


@st.composite
def problems(draw: st.DrawFn, hidden: tuple[str, ...] = HIDDEN_ACTIVATIONS, layers: int = 0) -> Any:
    """A network in float64, rows that fit it, and a task."""
    loss, task, output = draw(st.sampled_from(TRIALS))
    n_inputs, n_rows = draw(st.integers(1, 5)), draw(st.integers(1, 12))
    n_outputs = 1 if task == "binary" else draw(st.integers(2 if task == "multiclass" else 1, 4))
    names = draw(st.lists(st.sampled_from(hidden), min_size=layers, max_size=3))
    chain = [LayerConfig(draw(st.integers(1, 6)), name) for name in names]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    config = MLPConfig(n_inputs, (*chain, LayerConfig(n_outputs, output)), loss)
    mlp = MLP.initialised(config, rng, np.float64)
    mlp.parameters += 0.1 * rng.standard_normal(mlp.parameters.shape)
    inputs, scores = rng.standard_normal((n_rows, n_inputs)), rng.standard_normal((n_rows, n_outputs))
    if task == "regression":
        return mlp, inputs, scores, task
    return mlp, inputs, (scores > 0) * 1.0 if task == "binary" else np.eye(n_outputs)[scores.argmax(1)], task


def gradient_of(mlp: MLP, inputs: FloatArray, target: FloatArray, weights: FloatArray | None = None) -> FloatArray:
    """Return the gradient of the loss on these rows."""
    gradient = np.zeros_like(mlp.parameters)
    plan = StepPlan(mlp, len(inputs), gradient, [], weighted=weights is not None)
    plan.batch[...] = pack_rows(mlp, inputs, target, weights)
    with np.errstate(all="ignore"):
        for call, arguments in plan.gradient_step:
            call(*arguments)
    return gradient


def near(one: FloatArray, other: FloatArray, tolerance: float = 1e-12) -> None:
    scale = max(1.0, float(np.abs(other).max(initial=0)))
    np.testing.assert_allclose(one, other, rtol=0, atol=tolerance * scale)


@PROPERTY
@given(problems())
def test_shapes_follow_the_architecture(problem: Any) -> None:
    mlp, inputs, target, _ = problem
    config = mlp.config
    outputs = mlp.activations(inputs)
    assert [each.shape for each in outputs] == [(len(inputs), width) for width in config.sizes]
    assert mlp.predict(inputs).shape == target.shape
    assert gradient_of(mlp, inputs, target).shape == (config.n_parameters,)
    assert sum(block.size for block in layer_blocks(config, mlp.parameters)) == config.n_parameters
    assert [w.shape for w in mlp.weights] == list(zip(config.sizes[:-1], config.sizes[1:], strict=True))
    assert mlp.predict(inputs[:0]).shape == (0, config.n_outputs)


@PROPERTY
@given(problems())
def test_plan_predicts_as_the_network_does(problem: Any) -> None:
    mlp, inputs, target, _ = problem
    plan = StepPlan(mlp, len(inputs), np.zeros_like(mlp.parameters), [])
    plan.batch[...] = pack_rows(mlp, inputs, target)
    with np.errstate(all="ignore"):
        for call, arguments in plan.forward:
            call(*arguments)
    near(plan.output.T, mlp.predict(inputs))


@PROPERTY
@given(problems(), st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter_to_their_gradient(problem: Any, random: Any) -> None:
    mlp, inputs, target, _ = problem
    order = list(range(len(inputs)))
    random.shuffle(order)
    near(gradient_of(mlp, inputs[order], target[order]), gradient_of(mlp, inputs, target))


@PROPERTY
@given(problems(), st.integers(2, 4))
def test_every_row_several_times_has_the_gradient_of_every_row_once(problem: Any, times: int) -> None:
    mlp, inputs, target, _ = problem
    near(gradient_of(mlp, np.tile(inputs, (times, 1)), np.tile(target, (times, 1))), gradient_of(mlp, inputs, target))


@PROPERTY
@given(problems(), st.data())
def test_row_of_weight_0_only_dilutes_the_gradient_of_the_others(problem: Any, data: Any) -> None:
    mlp, inputs, target, _ = problem
    n = len(inputs)
    weights = np.array(data.draw(st.lists(st.floats(0.1, 5), min_size=n, max_size=n)))
    padded = np.vstack([inputs, 100 * np.ones((1, inputs.shape[1]))]), np.vstack([target, target[:1]])
    ours = gradient_of(mlp, *padded, np.append(weights, 0.0))
    near(ours, gradient_of(mlp, inputs, target, weights) * n / (n + 1))


@PROPERTY
@given(problems(), st.integers(1, 4))
def test_whole_weights_count_a_row_as_often_as_they_say(problem: Any, heavy: int) -> None:
    mlp, inputs, target, _ = problem
    counts = np.ones(len(inputs))
    counts[0] = heavy
    times = counts.astype(int)
    again = gradient_of(mlp, np.repeat(inputs, times, axis=0), np.repeat(target, times, axis=0))
    near(gradient_of(mlp, inputs, target, counts / counts.mean()), again)


@PROPERTY
@given(problems(), st.floats(0.1, 10))
def test_scaled_sample_weights_train_alike(problem: Any, factor: float) -> None:
    mlp, inputs, target, task = problem
    weights = np.linspace(0.5, 2, len(inputs))
    ends = []
    for each in (weights, weights * factor):
        copy = mlp.copy()
        trainer = Trainer(copy, TrainingData(inputs, target, inputs, target, task, each), TrainingConfig(batch_size=3))
        for _ in range(3):
            next(trainer.steps())
        ends.append(copy.parameters)
    near(ends[0], ends[1], 1e-10)


@PROPERTY
@given(problems(), st.floats(0.01, 100))
def test_inputs_times_c_and_first_weights_by_c_give_the_same_outputs_and_other_gradients(
    problem: Any, c: float
) -> None:
    mlp, inputs, target, _ = problem
    scaled = mlp.copy()
    scaled.weights[0][...] /= c
    near(scaled.predict(inputs * c), mlp.predict(inputs), 1e-11)
    if all(layer.activation in (*SMOOTH, "softmax") for layer in mlp.config.layers):
        if mlp.config.loss in {"hinge", "mean_absolute_error"}:
            return
        ours = layer_blocks(mlp.config, gradient_of(scaled, inputs * c, target))
        theirs = layer_blocks(mlp.config, gradient_of(mlp, inputs, target))
        near(ours[0][:-1] / c, theirs[0][:-1], 1e-10)
        near(ours[0][-1], theirs[0][-1], 1e-10)


def widened(mlp: MLP, layer: int, rng: np.random.Generator) -> MLP:
    """Return the network with one more unit in a hidden layer, which nothing listens to."""
    layers = list(mlp.config.layers)
    layers[layer] = LayerConfig(layers[layer].units + 1, layers[layer].activation)
    wider = MLPConfig(mlp.config.n_inputs, tuple(layers), mlp.config.loss)
    grown = transplant(mlp, wider, range(len(layers)), rng)
    grown.weights[layer + 1][-1] = 0
    return grown


@PROPERTY
@given(problems(layers=1), st.integers(0, 2), st.integers(0, 99))
def test_hidden_unit_that_nothing_listens_to_changes_no_output_and_has_no_gradient(
    problem: Any, layer: int, seed: int
) -> None:
    mlp, inputs, target, _ = problem
    layer %= len(mlp.config.hidden)
    grown = widened(mlp, layer, np.random.default_rng(seed))
    near(grown.predict(inputs), mlp.predict(inputs))
    blocks = layer_blocks(grown.config, gradient_of(grown, inputs, target))
    assert not blocks[layer][:, -1].any()


@PROPERTY
@given(problems(), st.integers(0, 99))
def test_transplant_into_the_same_architecture_is_the_same_network(problem: Any, seed: int) -> None:
    mlp, inputs, _, _ = problem
    other = transplant(mlp, mlp.config, range(len(mlp.config.layers)), np.random.default_rng(seed))
    np.testing.assert_array_equal(other.parameters, mlp.parameters)
    np.testing.assert_array_equal(other.predict(inputs), mlp.predict(inputs))
    assert not np.shares_memory(other.parameters, mlp.parameters)


@PROPERTY
@given(problems(layers=1), st.integers(0, 2), st.integers(0, 99))
def test_unit_added_and_taken_away_again_leaves_the_network(problem: Any, layer: int, seed: int) -> None:
    mlp, *_ = problem
    rng = np.random.default_rng(seed)
    grown = widened(mlp, layer % len(mlp.config.hidden), rng)
    back = transplant(grown, mlp.config, range(len(mlp.config.layers)), rng)
    np.testing.assert_array_equal(back.parameters, mlp.parameters)


@pytest.mark.parametrize("size", [1, 2, 5, 7, 1000])
def test_prediction_in_pieces_equals_prediction_at_once(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    config = MLPConfig(3, (LayerConfig(5, "gelu"), LayerConfig(4, "softmax")), "categorical_cross_entropy")
    mlp, inputs = MLP.initialised(config, rng, np.float64), rng.standard_normal((29, 3))
    whole = mlp.predict(inputs)
    monkeypatch.setattr(nnviz.engine.mlp, "_ROWS_AT_ONCE", size)
    near(mlp.predict(inputs), whole)
    near(np.concatenate([mlp.predict(inputs[i : i + size]) for i in range(0, 29, size)]), whole)


@PROPERTY
@given(problems())
def test_evaluation_is_the_loss_of_the_predictions(problem: Any) -> None:
    mlp, inputs, target, task = problem
    data = TrainingData(inputs, target, inputs[:1], target[:1], task)
    rows = TrainingRows(mlp, data, TrainingConfig())
    found = Evaluator(mlp, rows, task).evaluate(0, 0, Regularization(), 0.1)
    hidden = mlp.activations(inputs)[-2]
    logits = hidden @ mlp.weights[-1] + mlp.biases[-1]
    output = mlp.config.layers[-1].activation
    loss = LOSSES[mlp.config.loss]
    assert found.train_loss == pytest.approx(loss.value(logits, target, output), rel=1e-12, abs=1e-15)
    assert found.validation_loss == pytest.approx(loss.value(logits[:1], target[:1], output), rel=1e-12, abs=1e-15)


@PROPERTY
@given(problems(hidden=SMOOTH), st.sampled_from(["sgd", "adam", "nadam", "rmsprop", "adagrad", "nesterov", "adamw"]))
def test_weights_in_other_places_train_alike(problem: Any, optimizer: str) -> None:
    # The units of a hidden layer have no order: swapped at the start, they are swapped at the end.
    mlp, inputs, target, task = problem
    if not mlp.config.hidden:
        return
    order = np.random.default_rng(1).permutation(mlp.config.sizes[1])
    swapped = mlp.copy()
    swapped.blocks[0][...] = mlp.blocks[0][:, order]
    swapped.weights[1][...] = mlp.weights[1][order]
    data = TrainingData(inputs, target, inputs[:0], target[:0], task)
    config = TrainingConfig(optimizer, 0.01, 0.5, 4, regularization=Regularization(l2=0.01, clip_norm=1.0))
    for each in (mlp, swapped):
        trainer = Trainer(each, data, config)
        for _ in range(5):
            next(trainer.steps())
    # Rules that divide by a root of squares blow rounding up where a gradient is all but 0.
    near(swapped.blocks[0], mlp.blocks[0][:, order], 1e-5)
    near(swapped.weights[1], mlp.weights[1][order], 1e-5)
