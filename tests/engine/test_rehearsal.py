"""The next update made and taken back: bit for bit what training comes to, and nothing changed by having looked."""

import math

import numpy as np
import pytest

from nnviz.engine.explain_batch import exact_gradient
from nnviz.engine.explain_rehearsal import trace_batch, trace_batch_row
from nnviz.engine.mlp import MLP
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import Regularization
from nnviz.engine.rehearsal import MOST_NUMBERS
from nnviz.engine.schedules import Schedule
from nnviz.engine.training import Diverged, Trainer, TrainingConfig
from tests.engine.conftest import MakeData, MakeNetwork

NOISY = Regularization(dropout=0.3, input_noise=0.2, l1=0.002, l2=0.01, clip_norm=0.05)
PLAIN = Regularization()


def begun(make_data: MakeData, make_network: MakeNetwork, config: TrainingConfig, updates: int = 11) -> Trainer:
    trainer = Trainer(make_network(), make_data(), config)
    steps = trainer.steps()
    for _ in range(updates):
        next(steps)
    return trainer


@pytest.mark.parametrize("parts", [PLAIN, NOISY], ids=["plain", "noisy"])
@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_what_is_rehearsed_is_what_training_does_and_training_goes_on_as_if_nobody_had_looked(
    make_data: MakeData, make_network: MakeNetwork, optimizer: str, parts: Regularization
) -> None:
    if OPTIMIZERS[optimizer].needs_objective and parts.is_random:
        parts = Regularization(l1=0.002, l2=0.01)
    config = TrainingConfig(
        optimizer=optimizer,
        momentum=0.9,
        batch_size=5,
        regularization=parts,
        schedule=Schedule("cosine", period=4) if optimizer == "adam" else Schedule(),
    )
    looked, unseen = (begun(make_data, make_network, config) for _ in range(2))
    steps = looked.steps()
    others = unseen.steps()
    for _ in range(12):  # over the ends of epochs, with their short batches
        state, gradient = looked.state(), looked.gradient.copy()
        found = looked.rehearse()
        assert found.rate == looked.learning_rate
        again = looked.state()
        np.testing.assert_array_equal(again.parameters, state.parameters)
        np.testing.assert_array_equal(again.moments, state.moments)
        np.testing.assert_array_equal(again.scalars, state.scalars)
        np.testing.assert_array_equal(looked.gradient, gradient)
        assert again.generators == state.generators
        assert (again.updates, again.step, again.position) == (state.updates, state.step, state.position)
        np.testing.assert_array_equal(found.before, looked.mlp.parameters)
        next(steps)
        next(others)
        np.testing.assert_array_equal(found.after, looked.mlp.parameters)
        np.testing.assert_array_equal(looked.mlp.parameters, unseen.mlp.parameters)
        if not OPTIMIZERS[optimizer].needs_objective:
            np.testing.assert_array_equal(found.gradient, looked.gradient)
            np.testing.assert_array_equal(found.moments[1], looked.state().moments)


def test_batch_is_the_one_whose_turn_it_is_and_the_last_of_an_epoch_is_short(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = begun(make_data, make_network, TrainingConfig(batch_size=5), 4)
    found, state = trainer.rehearse(), trainer.state()
    assert found.batch.tolist() == state.order[20:].tolist()
    assert (len(found.batch), found.position, found.n_train, found.step) == (3, 20, 23, 4)
    assert found.rows is not None
    np.testing.assert_array_equal(found.rows.inputs, trainer.data.X_train[found.batch].astype(np.float32))
    np.testing.assert_array_equal(found.rows.targets, trainer.data.Y_train[found.batch].astype(np.float32))
    assert found.rows.kept == ()
    with pytest.raises(ValueError, match="read-only"):
        found.after[0] = 1


def test_gradient_of_the_batch_is_the_chain_rules_and_the_trainers(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = begun(make_data, make_network, TrainingConfig(optimizer="gradient_descent", batch_size=5))
    found = trainer.rehearse()
    trace = trace_batch(found)
    rows = trainer.data.X_train[found.batch], trainer.data.Y_train[found.batch]
    np.testing.assert_allclose(trace.gradient, exact_gradient(trainer.mlp, *rows), atol=1e-7)
    np.testing.assert_allclose(trace.gradient, found.gradient, atol=1e-6)
    assert trace.loss == pytest.approx(float(trace.losses.mean()))
    assert trace.new_loss < trace.loss
    assert trace.new_loss - trace.loss == pytest.approx(trace.promised, rel=0.1)
    after = MLP(trainer.mlp.config, found.after, found.after.dtype)
    assert trace_batch(found).new_losses[1] == pytest.approx(
        trace_after(after, trainer, int(found.batch[1])), abs=1e-12
    )


def trace_after(mlp: MLP, trainer: Trainer, row: int) -> float:
    from nnviz.engine.explain import trace_loss

    x = trainer.data.X_train[row].astype(np.float32)
    return trace_loss(mlp, x, trainer.data.Y_train[row]).loss


def test_dropout_and_noise_that_were_drawn_are_those_of_the_trace(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    parts = Regularization(dropout=0.4, input_noise=0.3)
    trainer = begun(make_data, make_network, TrainingConfig(batch_size=7, regularization=parts), 9)
    found = trainer.rehearse()
    assert found.rows is not None
    assert [kept.shape for kept in found.rows.kept] == [(7, 4), (7, 3)]
    assert {round(float(value), 3) for kept in found.rows.kept for value in kept.ravel()} == {0.0, round(1 / 0.6, 3)}
    assert not np.allclose(found.rows.inputs, trainer.data.X_train[found.batch])
    trace = trace_batch(found)
    np.testing.assert_allclose(trace.gradient, found.gradient, atol=1e-6)
    for row in range(7):
        loss = trace_batch_row(found, row)
        assert loss.loss == pytest.approx(float(trace.losses[row]))
        for layer in range(3):
            np.testing.assert_allclose(loss.layers[layer].delta, trace.deltas[layer][row], atol=1e-12)
            np.testing.assert_allclose(loss.forward.layers[layer].inputs, trace.reads[layer][row], atol=1e-12)


def test_rows_weigh_what_the_trainer_lets_them_weigh(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = begun(make_data, make_network, TrainingConfig(batch_size=9, class_weight="balanced"))
    found = trainer.rehearse()
    trace = trace_batch(found)
    assert len(set(trace.weights.tolist())) == 2
    assert trace.loss == pytest.approx(float((trace.weights * trace.losses).mean()))
    np.testing.assert_allclose(trace.gradient, found.gradient, atol=1e-6)


def test_what_is_held_has_no_gradient_and_stays(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = begun(make_data, make_network, TrainingConfig(optimizer="adam", batch_size=5))
    held = np.zeros(trainer.mlp.config.n_parameters, np.bool_)
    held[[1, 7]] = True
    trainer.surgery.set_mask(held, np.zeros_like(held))
    found = trainer.rehearse()
    np.testing.assert_array_equal(found.after[held], found.before[held])
    assert (trace_batch(found).gradient[held] == 0).all()
    assert found.mask is trainer.surgery.mask
    next(trainer.steps())
    np.testing.assert_array_equal(found.after, trainer.mlp.parameters)


@pytest.mark.parametrize("rate", [10.0, 1e25], ids=["gradient", "update"])
def test_update_that_would_diverge_says_so_and_leaves_all_as_it_is(
    make_data: MakeData, make_network: MakeNetwork, rate: float
) -> None:
    network = make_network("regression", activation="relu")
    optimizer = "sgd" if rate == 10 else "adam"
    config = TrainingConfig(optimizer=optimizer, learning_rate=rate, batch_size=5)
    trainer = Trainer(network, make_data("regression"), config)
    steps = trainer.steps()
    for _ in range(2_000):
        found, state = trainer.rehearse(), trainer.state()
        np.testing.assert_array_equal(found.before, state.parameters)
        if found.divergence is not None:
            break
        next(steps)
    with pytest.raises(Diverged) as raised:
        next(trainer.steps())
    assert found.divergence is not None
    assert found.divergence.reason == raised.value.divergence.reason
    np.testing.assert_array_equal(found.after, found.before)


def test_batch_that_is_too_large_to_be_laid_out_is_left_out(make_network: MakeNetwork, make_data: MakeData) -> None:
    widths = 2 + 4 + 3 + 1
    n = MOST_NUMBERS // widths + 1
    trainer = Trainer(make_network(), make_data(n_train=n), TrainingConfig(optimizer="sgd", batch_size=n))
    found = trainer.rehearse()
    assert found.rows is None
    assert math.isfinite(float(found.after.sum()))
    with pytest.raises(ValueError, match="were not taken down"):
        trace_batch(found)
