"""Early stopping and the best weights: what is watched, how long is waited, and what is kept however a run ends."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest

from nnviz.engine.divergence import Diverged
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.regularization import Regularization
from nnviz.engine.results import Evaluation
from nnviz.engine.schedules import Schedule
from nnviz.engine.stopping import BestTracker, EarlyStopping
from nnviz.engine.training import Trainer, TrainingConfig
from nnviz.errors import UserError

MakeData = Callable[..., Any]
MakeNetwork = Callable[..., Any]


def told(losses: list[float], settings: EarlyStopping, *, has_validation: bool = True) -> tuple[BestTracker, list[str]]:
    """A tracker that has seen these losses (their negatives as metrics), and what it said after each."""
    tracker = BestTracker(settings, has_validation=has_validation)
    reasons = []
    for epoch, loss in enumerate(losses, start=1):
        others = (99.0, -99.0)
        if has_validation:
            evaluation = Evaluation(epoch, 10 * epoch, others[0], loss, others[1], -loss)
        else:
            evaluation = Evaluation(epoch, 10 * epoch, loss, math.nan, -loss, math.nan)
        tracker.take(evaluation, np.full(3, float(epoch)))
        reasons.append(tracker.stop_reason)
    return tracker, reasons


def best_of(trainer: Trainer) -> Any:
    assert trainer.best is not None
    return trainer.best


@pytest.mark.parametrize("monitor", ["loss", "metric"])
@pytest.mark.parametrize("has_validation", [True, False])
def test_patience_counts_epochs_since_the_last_improvement(monitor: str, has_validation: bool) -> None:
    losses = [5.0, 4.0, 4.5, 4.5, 3.0, 3.5, 3.1, 3.0, 2.0]
    tracker, reasons = told(losses, EarlyStopping(3, 0.0, monitor), has_validation=has_validation)
    assert [bool(reason) for reason in reasons] == [False] * 7 + [True, False]
    rows = "validation" if has_validation else "training"
    value = "3" if monitor == "loss" else "−3"
    assert reasons[7] == (
        f"Stopped early: the {rows} {monitor} has not improved for 3 epochs; the best was {value} at epoch 5."
    )
    best = tracker.best
    assert best is not None
    assert (best.epoch, best.step, best.value) == (9, 90, 2.0 if monitor == "loss" else -2.0)
    assert best.parameters.tolist() == [9, 9, 9]


def test_patience_of_0_never_stops() -> None:
    _, reasons = told([1.0] * 500, EarlyStopping(0))
    assert not any(reasons)


def test_improvement_must_exceed_min_change_but_the_best_need_not() -> None:
    losses = [1.0, 0.95, 0.9, 0.85]
    tracker, reasons = told(losses, EarlyStopping(2, 0.1))
    assert [bool(reason) for reason in reasons] == [False, False, True, False]  # 0.85 is 0.15 below the reference
    best = tracker.best
    assert best is not None
    assert (best.epoch, best.value) == (4, 0.85)
    _, reasons = told([1.0, 0.9375, 0.875], EarlyStopping(2, 0.125))  # exactly min_change is no improvement
    assert reasons[2]


def test_equal_values_keep_the_earlier_weights() -> None:
    tracker, _ = told([1.0, 0.5, 0.5, 0.5], EarlyStopping())
    best = tracker.best
    assert best is not None
    assert best.epoch == 2


def test_metric_that_is_not_defined_is_never_the_best_and_counts_as_no_improvement() -> None:
    tracker, reasons = told([math.nan, math.nan], EarlyStopping(2, 0.0, "metric"))
    assert tracker.best is None
    assert reasons[1] == "Stopped early: the validation metric has not improved for 2 epochs."
    tracker, _ = told([math.nan, 2.0, math.nan], EarlyStopping(2, 0.0, "metric"))
    best = tracker.best
    assert best is not None
    assert best.epoch == 2


def test_best_weights_are_a_read_only_copy() -> None:
    tracker = BestTracker(EarlyStopping(), has_validation=True)
    parameters = np.arange(3.0)
    tracker.take(Evaluation(1, 5, 1, 1, 1, 1), parameters)
    first = tracker.best
    assert first is not None
    parameters[...] = 7
    tracker.take(Evaluation(2, 9, 0.5, 0.5, 1, 1), parameters)
    assert first.parameters.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="read-only"):
        first.parameters[0] = 1


@pytest.mark.parametrize("n_validation", [0, 7])
@pytest.mark.parametrize("monitor", ["loss", "metric"])
def test_best_of_a_run_is_the_best_of_its_evaluations(
    monitor: str, n_validation: int, make_data: MakeData, make_network: MakeNetwork
) -> None:
    stopping = EarlyStopping(monitor=monitor)
    config = TrainingConfig("sgd", 1.5, 0.9, 5, stopping=stopping)  # a rate that makes the loss go up and down
    mlp = make_network()
    mlp.parameters[...] = np.random.default_rng(1).standard_normal(mlp.parameters.shape)
    trainer = Trainer(mlp, make_data(n_validation=n_validation), config)
    assert trainer.best is None
    values, weights = [], []
    for _ in range(60):
        evaluation = next(trainer.steps())
        if evaluation is None:
            continue
        loss = evaluation.validation_loss if n_validation else evaluation.train_loss
        metric = evaluation.validation_metric if n_validation else evaluation.train_metric
        values.append(loss if monitor == "loss" else -metric)
        weights.append(trainer.mlp.parameters.copy())
        index = int(np.argmin(values))
        best = best_of(trainer)
        assert (best.epoch, best.step) == (index + 1, 5 * (index + 1))
        assert best.value == (values[index] if monitor == "loss" else -values[index])
        assert best.parameters.tobytes() == weights[index].tobytes()
    assert len(set(values)) > 2
    assert index < len(values) - 1


def test_steps_go_on_after_the_stop_and_carry_on_counts_anew(make_data: MakeData, make_network: MakeNetwork) -> None:
    config = TrainingConfig("sgd", 1e-6, 0.0, 23, stopping=EarlyStopping(3, 1.0))
    trainer = Trainer(make_network(), make_data(), config)
    reasons = [bool(trainer.stop_reason) for _ in islice(trainer.steps(), 6)]
    assert reasons == [False, False, False, True, True, True]  # the first epoch is an improvement on none
    trainer.carry_on()
    assert not trainer.stop_reason
    assert [bool(trainer.stop_reason) for _ in islice(trainer.steps(), 4)] == [False, False, True, True]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_restore_best_takes_exactly_those_weights_back_and_starts_the_rule_afresh(
    optimizer: str, make_data: MakeData, make_network: MakeNetwork
) -> None:
    config = TrainingConfig(optimizer, 1.0 if optimizer == "lbfgs" else 0.05, 0.9, 5)
    trainer = Trainer(make_network(dtype=np.float64), make_data(), config)
    list(islice(trainer.steps(), 63))
    best = best_of(trainer)
    trainer.mlp.parameters[...] = 1e3  # wherever training went
    sentence = trainer.restore_best()
    assert trainer.mlp.parameters.tobytes() == best.parameters.tobytes()
    state = trainer.state()
    assert not state.moments.any()
    assert state.updates == 0
    rule = OPTIMIZERS[optimizer]
    dropped = f"; {rule.remembers} was dropped" if rule.remembers else ""
    assert sentence == f"The weights of epoch {best.epoch} are back (loss {best.value:.4g}){dropped}."
    fresh = Trainer(make_network(dtype=np.float64), make_data(), config)
    start = fresh.state()
    fresh.restore(replace(state, moments=start.moments, scalars=start.scalars, updates=start.updates))
    list(islice(trainer.steps(), 12))
    list(islice(fresh.steps(), 12))
    assert trainer.mlp.parameters.tobytes() == fresh.mlp.parameters.tobytes()


def test_restore_best_of_a_rule_that_remembers_nothing_drops_nothing(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    trainer = Trainer(make_network(), make_data(), TrainingConfig("sgd", 0.1, 0.0, 5))
    list(islice(trainer.steps(), 10))
    assert "dropped" not in trainer.restore_best()


def test_restore_best_before_the_first_epoch_is_refused(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(), TrainingConfig())
    next(trainer.steps())
    with pytest.raises(UserError, match="no best weights yet"):
        trainer.restore_best()


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "lbfgs"])
def test_best_is_kept_after_a_divergence(optimizer: str, make_data: MakeData, make_network: MakeNetwork) -> None:
    rate = 0.5 if optimizer == "lbfgs" else 0.05
    trainer = Trainer(make_network("regression"), make_data("regression"), TrainingConfig(optimizer, rate, 0.0, 5))
    list(islice(trainer.steps(), 20))
    best = best_of(trainer)
    trainer.mlp.parameters[...] = 1e38
    with pytest.raises(Diverged):
        list(islice(trainer.steps(), 50))
    kept = best_of(trainer)
    assert (kept.epoch, kept.value) == (best.epoch, best.value)
    assert kept.parameters.tobytes() == best.parameters.tobytes()
    trainer.restore_best()
    assert trainer.mlp.parameters.tobytes() == best.parameters.tobytes()
    list(islice(trainer.steps(), 20))


def test_another_monitor_starts_afresh_and_other_patience_does_not(
    make_data: MakeData, make_network: MakeNetwork
) -> None:
    config = TrainingConfig("sgd", 1e-6, 0.0, 23, stopping=EarlyStopping(0, 1.0))
    trainer = Trainer(make_network(), make_data(), config)
    list(islice(trainer.steps(), 6))
    best = best_of(trainer)
    trainer.configure(replace(config, stopping=EarlyStopping(5, 1.0)))
    assert trainer.stop_reason  # five epochs were waited before anyone asked
    assert best_of(trainer).epoch == best.epoch
    trainer.configure(replace(config, stopping=EarlyStopping(5, 1.0, "metric")))
    assert trainer.best is None
    assert not trainer.stop_reason
    list(islice(trainer.steps(), 1))
    assert best_of(trainer).epoch == 7


@pytest.mark.parametrize(
    "change", [{"class_weight": "balanced"}, {"regularization": Regularization(label_smoothing=0.1)}]
)
def test_another_measure_of_the_loss_starts_best_and_plateau_afresh(
    change: dict[str, Any], make_data: MakeData, make_network: MakeNetwork
) -> None:
    schedule = Schedule("plateau", factor=0.5, patience=1, min_change=0.0)
    config = TrainingConfig("adam", 0.05, 0.0, 5, schedule=schedule)
    trainer = Trainer(make_network(), make_data(), config)
    list(islice(trainer.steps(), 60))
    reductions = trainer.state().pace.plateau[2]
    trainer.configure(replace(config, **change))
    assert trainer.best is None
    best, waited, kept = trainer.state().pace.plateau
    assert (best, waited) == (math.inf, 0)  # what the old targets gave is no measure of the new ones
    assert kept == reductions  # the rate does not jump back up


def test_penalties_do_not_judge_the_best(make_data: MakeData, make_network: MakeNetwork) -> None:
    trainer = Trainer(make_network(), make_data(), TrainingConfig("sgd", 0.1, 0.0, 5))
    list(islice(trainer.steps(), 20))
    best = best_of(trainer)
    trainer.configure(replace(trainer.config, regularization=Regularization(l2=1.0)))
    assert best_of(trainer).value == best.value


def test_best_and_waiting_survive_in_a_state(make_data: MakeData, make_network: MakeNetwork) -> None:
    config = TrainingConfig("sgd", 1e-6, 0.0, 23, stopping=EarlyStopping(4, 1.0))
    trainer = Trainer(make_network(), make_data(), config)
    list(islice(trainer.steps(), 3))
    state, best = trainer.state(), best_of(trainer)
    list(islice(trainer.steps(), 5))
    fresh = Trainer(make_network(seed=9), make_data(), TrainingConfig())
    fresh.restore(state)
    assert best_of(fresh).parameters.tobytes() == best.parameters.tobytes()
    assert [bool(fresh.stop_reason) for _ in islice(fresh.steps(), 3)] == [False, True, True]


@pytest.mark.parametrize(
    "settings", [{"patience": -1}, {"patience": 1.5}, {"min_change": -0.1}, {"min_change": math.inf}]
)
def test_number_out_of_range_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="at least 0"):
        EarlyStopping(**settings)


def test_monitor_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UserError, match="cannot watch 'f1'") as caught:
        EarlyStopping(monitor="f1")
    assert "loss, metric" in caught.value.hint
