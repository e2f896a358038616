"""The layers over all epochs: what is taken down, how entries are merged, and that memory stays what it was."""

import numpy as np
import pytest

from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.mlp import MLP, LayerConfig, config_for_task, layer_blocks
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.run import messages
from nnviz.run.layer_history import ACTIVATION, BINS, GRADIENTS, SHARE, WEIGHTS, LayerHistory
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.snapshot import SnapshotRequest
from nnviz.run.watch import Watch
from tests.run.driver import Driver

SPIRAL = toy_dataset("spiral", n=40)


class Clock:
    """Seconds that pass only when the test, or a record, says so."""

    def __init__(self, cost: float = 0.0) -> None:
        self.now, self.cost = 0.0, cost

    def __call__(self) -> float:
        self.now += self.cost
        return self.now


def trainer_of(activation: str = "tanh") -> Trainer:
    config = network_config(SPIRAL, [LayerConfig(5, activation), LayerConfig(3, activation)])
    return new_trainer(SPIRAL, config, TrainingConfig(batch_size=10, learning_rate=0.1))


def history_of(trainer: Trainer, capacity: int = 8, clock: Clock | None = None) -> LayerHistory:
    return LayerHistory(trainer.mlp.config, trainer.data.X_train, capacity, clock or Clock())


def train(trainer: Trainer, history: LayerHistory, epochs: int) -> None:
    done = 0
    for evaluation in trainer.steps():
        if evaluation is not None:
            history.offer(trainer)
            done += 1
            if done == epochs:
                return


def test_an_entry_counts_every_weight_activation_and_gradient() -> None:
    trainer = trainer_of()
    history = history_of(trainer)
    train(trainer, history, 1)
    view = history.view()
    assert view.epochs.tolist() == [1]
    for layer, weights in enumerate(trainer.mlp.weights):
        assert view.counts[0, layer, WEIGHTS].sum() == weights.size
        assert view.counts[0, layer, GRADIENTS].sum() == weights.size
        assert view.counts[0, layer, ACTIVATION].sum() == view.rows * trainer.mlp.config.layers[layer].units
        assert view.numbers[layer][WEIGHTS] == (weights.size, weights.size)


def test_counts_and_quantiles_are_those_of_the_networks_numbers() -> None:
    trainer = trainer_of()
    history = history_of(trainer)
    train(trainer, history, 2)
    view = history.view()
    outputs = trainer.mlp.activations(trainer.data.X_train)[1:]
    for layer, weights in enumerate(trainer.mlp.weights):
        for kind, values in ((WEIGHTS, weights), (ACTIVATION, outputs[layer])):
            low, high = view.ranges[layer][kind]
            expected, _ = np.histogram(values, np.linspace(low, high, BINS + 1).astype(values.dtype))
            np.testing.assert_array_equal(view.counts[-1, layer, kind], expected)
            assert view.quantiles[-1, layer, kind, 0] == values.min()
            assert view.quantiles[-1, layer, kind, -1] == values.max()
    gradient = layer_blocks(trainer.mlp.config, trainer.gradient)
    for layer, block in enumerate(gradient):
        assert view.gradient_rms[-1, layer] == pytest.approx(np.sqrt(np.square(block, dtype=float).mean()))
        assert view.quantiles[-1, layer, GRADIENTS, -1] == pytest.approx(np.abs(block[:-1]).max())


def test_before_the_first_update_there_is_no_gradient() -> None:
    trainer = trainer_of()
    history = history_of(trainer)
    history.offer(trainer)
    view = history.view()
    assert view.counts[0, :, GRADIENTS].sum() == 0
    assert np.isnan(view.gradient_rms).all()
    assert view.counts[0, :, WEIGHTS].sum() > 0


def test_when_it_is_full_neighbours_are_merged_and_memory_stays() -> None:
    trainer = trainer_of()
    history = history_of(trainer, 8)
    size = history.nbytes
    history.offer(trainer)
    train(trainer, history, 7)
    full = history.view()
    assert full.epochs.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    train(trainer, history, 1)
    merged = history.view()
    assert merged.epochs.tolist() == [1, 3, 5, 7, 8]
    np.testing.assert_array_equal(merged.counts[0], full.counts[0] + full.counts[1])
    np.testing.assert_array_equal(merged.gradient_rms[1], full.gradient_rms[3])
    extremes = np.minimum(full.quantiles[2, :, WEIGHTS, 0], full.quantiles[3, :, WEIGHTS, 0])
    np.testing.assert_array_equal(merged.quantiles[1, :, WEIGHTS, 0], extremes)
    train(trainer, history, 300)
    view = history.view()
    assert history.nbytes == size
    assert 4 <= len(view) <= 8
    assert view.epochs[-1] > 250
    assert (np.diff(view.epochs) > 0).all()
    gaps = np.diff(view.epochs)
    assert gaps.max() <= 2 * gaps[gaps > 1].min() + 1


def test_a_view_once_handed_out_never_changes() -> None:
    trainer = trainer_of("relu")
    history = history_of(trainer, 8)
    history.offer(trainer)
    view = history.view()
    arrays: list[np.ndarray] = [view.epochs, view.counts, view.quantiles]
    kept = [array.copy() for array in arrays]
    for weights in trainer.mlp.weights:
        weights[...] *= 30  # leaves every range
    train(trainer, history, 40)
    history.rewind(0)
    history.forget()
    history.offer(trainer)
    for now, before in zip(arrays, kept, strict=True):
        np.testing.assert_array_equal(now, before)
        with pytest.raises(ValueError, match="read-only"):
            now[...] = 0


def test_a_range_that_is_left_doubles_and_no_count_is_lost_or_moved_out_of_its_place() -> None:
    trainer = trainer_of("relu")
    history = history_of(trainer, 8)
    history.offer(trainer)
    before = history.view()
    trainer.mlp.weights[0][0, 0] = 13.0
    trainer.mlp.biases[0][...] = 20.0
    history._next = 0
    history._record(trainer)
    after = history.view()
    assert after.ranges[0][WEIGHTS] == (-16.0, 16.0)
    low, high = after.ranges[0][ACTIVATION]
    assert low == 0.0
    assert high >= 20.0
    for kind in (WEIGHTS, ACTIVATION):
        assert after.counts[0, 0, kind].sum() == before.counts[0, 0, kind].sum()
        first, second = (_mean(view.counts[0, 0, kind], view.ranges[0][kind]) for view in (before, after))
        width = (after.ranges[0][kind][1] - after.ranges[0][kind][0]) / BINS
        assert abs(first - second) <= width


def _mean(counts: np.ndarray, ends: tuple[float, float]) -> float:
    edges = np.linspace(*ends, BINS + 1)
    return float(counts @ ((edges[1:] + edges[:-1]) / 2) / counts.sum())


@pytest.mark.parametrize(("activation", "ends"), [("tanh", (-1.0, 1.0)), ("sigmoid", (0.0, 1.0)), ("relu", (0.0, 1.0))])
def test_the_bins_of_an_activation_span_what_it_can_take(activation: str, ends: tuple[float, float]) -> None:
    trainer = trainer_of(activation)
    history = history_of(trainer)
    assert history.view().ranges[0][ACTIVATION] == ends


def test_records_take_no_more_than_their_share_of_the_time() -> None:
    trainer = trainer_of()
    clock = Clock(cost=0.002)  # at the beginning and at the end: a record takes two milliseconds
    history = history_of(trainer, 128, clock)
    taken = 0
    for _ in range(1_000):
        trainer._stepper.epoch += 1
        clock.now += 0.001
        clock.cost = 0.0
        due = clock.now - history._last >= min(history._cost / SHARE, 1.0)
        clock.cost = 0.002 if due else 0.0
        taken += history.offer(trainer)
    assert 0.002 * taken / clock.now <= 2 * SHARE
    assert taken >= 4


def test_a_slow_record_keeps_the_next_one_away_for_a_second_at_most() -> None:
    trainer = trainer_of()
    clock = Clock(cost=5.0)
    history = history_of(trainer, 8, clock)
    assert history.offer(trainer)
    clock.cost = 0.0
    trainer._stepper.epoch += 1
    clock.now += 0.5
    assert not history.offer(trainer)
    clock.now += 0.6
    assert history.offer(trainer)


def test_wide_layers_are_looked_at_in_part_and_say_so() -> None:
    config = config_for_task("multiclass", 400, 3, [LayerConfig(64)])
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 400)), np.eye(3)[rng.integers(0, 3, 50)]
    trainer = Trainer(MLP.initialised(config, rng), TrainingData(x, y, x[:5], y[:5], "multiclass"), TrainingConfig())
    history = LayerHistory(config, x)
    history.offer(trainer)
    view = history.view()
    assert view.numbers[0][WEIGHTS] == (8_192, 25_600)
    assert view.counts[0, 0, WEIGHTS].sum() == 8_192


def test_infinite_numbers_are_left_out() -> None:
    trainer = trainer_of("relu")
    history = history_of(trainer)
    trainer.mlp.weights[0][0, 0] = np.inf
    history.offer(trainer)
    assert history.view().counts[0, 0, WEIGHTS].sum() == trainer.mlp.weights[0].size - 1


def test_a_run_takes_its_layers_down_from_the_start_and_again_after_a_reset() -> None:
    driver = Driver()
    watch = SnapshotRequest(watch=Watch(layers=True))
    layers = driver.snapshot(watch).seen.layers
    assert layers is not None
    assert layers.epochs.tolist() == [0]
    driver.send(messages.StepEpoch())
    layers = driver.snapshot(watch).seen.layers
    assert layers is not None
    assert layers.epochs[0] == 0
    driver.send(messages.Reset())
    layers = driver.snapshot(watch).seen.layers
    assert layers is not None
    assert layers.epochs.tolist() == [0]
    assert driver.snapshot().seen.layers is None


def test_going_back_after_a_divergence_forgets_what_came_after() -> None:
    trainer = trainer_of()
    history = history_of(trainer, 16)
    history.offer(trainer)
    train(trainer, history, 6)
    history.rewind(3)
    assert history.view().epochs.tolist() == [0, 1, 2, 3]


def test_a_single_update_is_looked_at_in_full() -> None:
    driver = Driver()
    watch = SnapshotRequest(watch=Watch(update=True))
    driver.snapshot(watch)
    before = driver.trainer.mlp.parameters.copy()
    driver.send(messages.StepBatch())
    seen = driver.snapshot(watch).seen.update
    assert seen is not None
    assert seen.step == 1
    np.testing.assert_array_equal(seen.before, before)
    np.testing.assert_array_equal(seen.after, driver.trainer.mlp.parameters)
    np.testing.assert_array_equal(seen.gradient, driver.trainer.gradient)
    assert not np.array_equal(seen.before, seen.after)


def test_while_training_one_update_now_and_then_is_looked_at() -> None:
    driver = Driver()
    watch = SnapshotRequest(watch=Watch(update=True))
    driver.snapshot(watch)
    driver.send(messages.Run(), turns=3)
    seen = driver.snapshot(watch).seen.update
    assert seen is not None
    assert not np.array_equal(seen.before, seen.after)
    step = driver.trainer.step
    assert step > seen.step  # the others went on by the thousand
    assert driver.snapshot().seen.update is None


def test_looking_at_layers_and_updates_does_not_change_the_run() -> None:
    watched, alone = Driver(), Driver()
    request = SnapshotRequest(watch=Watch(update=True, layers=True))
    for _ in range(4):
        watched.snapshot(request)
        for driver in (watched, alone):
            driver.send(messages.StepEpoch())
    assert watched.trainer.step == alone.trainer.step
    np.testing.assert_array_equal(watched.trainer.mlp.parameters, alone.trainer.mlp.parameters)
