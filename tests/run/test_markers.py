"""What a run's history says happened: settings changed, divergence, early stop, best restored, and when."""

from dataclasses import replace

import numpy as np

from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.stopping import EarlyStopping
from nnviz.engine.training import TrainingConfig
from nnviz.run import messages
from nnviz.run.markers import CHANGE, DIVERGENCE, EARLY_STOP, RESTORED, Change, Marker, Stopwatch, changes, marked
from nnviz.run.recipe import network_config, new_trainer
from nnviz.run.worker import TrainingRun
from tests.run.driver import Driver

PLAIN = TrainingConfig(learning_rate=0.1, batch_size=10)


def _change(epoch: int, before: str, after: str, name: str = "learning rate", step: int | None = None) -> Marker:
    return Marker(CHANGE, epoch, epoch * 10 if step is None else step, name, 0.0, before, after)


def test_every_changed_setting_is_named_with_both_values() -> None:
    other = replace(PLAIN, learning_rate=0.03, optimizer="adam", regularization=Regularization(l2=0.01))
    assert changes(PLAIN, other) == (
        Change("optimiser", "SGD", "Adam"),
        Change("learning rate", "0.1", "0.03"),
        Change("L2 penalty", "0", "0.01"),
    )
    assert changes(PLAIN, PLAIN) == ()


def test_another_schedule_is_one_change_and_its_own_settings_are_several() -> None:
    step = replace(PLAIN, schedule=Schedule("step"))
    (change,) = changes(PLAIN, step)
    assert (change.name, change.before, change.after) == ("schedule", "constant", "step")
    slower = replace(PLAIN, schedule=replace(step.schedule, period=33.0))
    (change,) = changes(step, slower)
    assert (change.name, change.after) == ("schedule's period", "33")


def test_a_dragged_slider_leaves_one_marker_with_both_ends() -> None:
    markers: tuple[Marker, ...] = ()
    for number in range(10):
        markers = marked(markers, _change(1_000 + number, f"{number}", f"{number + 1}"))
    (marker,) = markers
    assert marker.sentence == "learning rate 0 → 10 in 10 steps"
    assert marker.epoch == 1_000


def test_a_change_taken_back_before_any_update_leaves_no_marker() -> None:
    assert marked(marked((), _change(5, "a", "b")), _change(5, "b", "a")) == ()


def test_changes_of_other_settings_or_far_apart_stay_separate() -> None:
    markers = marked(marked((), _change(100, "a", "b")), _change(100, "10", "20", "batch size"))
    markers = marked(markers, _change(200, "20", "30", "batch size"))
    assert [marker.epoch for marker in markers] == [100, 100, 200]


def test_stopwatch_counts_only_while_it_goes() -> None:
    now = [0.0]
    watch = Stopwatch(lambda: now[0])
    now[0] = 5.0
    assert watch.seconds == 0.0
    watch.go(True)
    now[0] = 7.0
    assert watch.seconds == 2.0
    watch.go(False)
    now[0] = 100.0
    assert watch.seconds == 2.0
    watch.go(True)
    now[0] = 101.0
    watch.reset()
    now[0] = 101.5
    assert watch.seconds == 0.5


def test_configured_settings_are_marked_at_their_epoch_and_refused_ones_are_not() -> None:
    driver = Driver(PLAIN)
    for _ in range(3):
        driver.send(messages.StepEpoch())
    driver.send(messages.Configure(replace(PLAIN, learning_rate=0.01)))
    driver.trainer.mlp.config = replace(driver.trainer.mlp.config, loss="mean_squared_error")
    driver.send(messages.Configure(replace(PLAIN, regularization=Regularization(label_smoothing=0.1))))
    (marker,) = driver.snapshot().history.markers
    assert (marker.kind, marker.epoch, marker.step) == (CHANGE, 3, driver.trainer.step)
    assert marker.sentence == "learning rate 0.1 → 0.01"


def test_early_stop_and_restored_best_are_marked() -> None:
    driver = Driver(replace(PLAIN, learning_rate=1.5, stopping=EarlyStopping(patience=3)))
    driver.send(messages.Run(), turns=40)
    driver.send(messages.RestoreBest())
    markers = driver.snapshot().history.markers
    assert [marker.kind for marker in markers] == [EARLY_STOP, RESTORED]
    assert markers[0].epoch == markers[1].epoch == driver.trainer.epoch


def test_divergence_is_marked_and_stays_with_the_run_that_is_left_for_a_branch() -> None:
    driver = Driver(PLAIN)
    hills = toy_dataset("hills", n=60)
    network = network_config(hills, [LayerConfig(8, "relu"), LayerConfig(8, "relu")])
    trainer = new_trainer(hills, network, TrainingConfig(batch_size=30, learning_rate=1e4))
    driver.turns = TrainingRun(trainer, driver.channel, 1).turns()
    driver.send(messages.Run(), turns=6)
    snapshot = driver.snapshot()
    assert [marker.kind for marker in snapshot.history.markers] == [DIVERGENCE]
    assert snapshot.rail.sound is not None
    driver.send(messages.Branch(snapshot.rail.sound[0], replace(trainer.config, learning_rate=1e-3)))
    driver.send(messages.Pause())
    assert [(one.kind, one.after) for one in driver.snapshot().history.markers] == [(CHANGE, "0.001")]
    driver.send(messages.ComeBack(snapshot.history.serial))
    assert [marker.kind for marker in driver.snapshot().history.markers] == [DIVERGENCE]


def test_a_reset_begins_another_history_without_markers_at_0_seconds() -> None:
    driver = Driver(PLAIN)
    driver.send(messages.StepEpoch())
    driver.send(messages.Configure(replace(PLAIN, batch_size=5)))
    first = driver.snapshot().history
    driver.send(messages.Reset())
    second = driver.snapshot().history
    assert second.serial == first.serial + 1
    assert (len(first.markers), second.markers, second.seconds[-1]) == (1, (), 0.0)


def test_seconds_of_a_run_never_decrease_and_do_not_change_its_weights() -> None:
    first, second = Driver(PLAIN), Driver(PLAIN)
    for driver in (first, second):
        for _ in range(20):
            driver.send(messages.StepEpoch())
    seconds = first.snapshot().history.seconds
    assert seconds[0] == 0.0
    assert (np.diff(seconds) > 0).all()
    assert not np.array_equal(seconds, second.snapshot().history.seconds)
    assert first.trainer.mlp.parameters.tobytes() == second.trainer.mlp.parameters.tobytes()
