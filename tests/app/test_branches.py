"""A branch beside the run it left, in words: better, worse, no difference yet, and what can't be compared."""

import math
from dataclasses import replace

import pytest

from nnviz.app.branches import Attempt, verdict
from nnviz.app.experiment import Case, Experiment
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import Divergence, Evaluation, TrainingConfig
from nnviz.run.history import History, HistoryView, thinned
from nnviz.run.snapshot import Snapshot
from tests.app.trained_cases import case_of

SPIRAL = toy_dataset("spiral", n=60)


@pytest.fixture(scope="module")
def case() -> Case:
    return case_of(SPIRAL, [LayerConfig(3)], TrainingConfig(batch_size=15, learning_rate=0.03), 12)[0]


def curve(losses: list[float], first: int = 0, *, validation: bool = True, serial: int = 0) -> HistoryView:
    history = History(serial=serial)
    for epoch, loss in enumerate(losses, first):
        history.append(Evaluation(epoch, 4 * epoch, loss / 2, loss if validation else math.nan, 0.5, 0.5))
    return history.view()


def told(case: Case, before: list[float], after: list[float], *, validation: bool = True, epoch: int = 2) -> str:
    snapshot = case.snapshot
    experiment = replace(case.rate_branch(1 / 3), epoch=epoch, step=4 * epoch, now=False)
    attempt = Attempt(experiment, curve(before, validation=validation), (1, 0))
    assert experiment.training is not None
    view = curve(after, validation=validation, serial=1)
    branch: Snapshot = replace(snapshot, history=view, training=experiment.training)
    assert attempt.is_branch(branch)
    return verdict(attempt, branch)


def test_a_branch_is_compared_at_the_last_epoch_that_both_have(case: Case) -> None:
    words = told(case, [1.0, 0.9, 0.8, 0.8, 0.8, 0.8], [1.0, 0.9, 0.8, 0.7, 0.6])
    assert words == (
        "Branch from epoch 2 on (learning rate: 0.03 → 0.01): at epoch 4 its validation loss is 0.6, that of the run"
        " before 0.8: 25\xa0% lower, which is better."
    )
    worse = told(case, [1.0, 0.9, 0.8, 0.8], [1.0, 0.9, 0.8, 1.0, 1.1, 1.2])
    assert "at epoch 3 its validation loss is 1, that of the run before 0.8: 25\xa0% higher, which is worse." in worse


def test_less_than_a_hundredth_is_no_difference_yet(case: Case) -> None:
    words = told(case, [1.0, 0.9, 0.8, 0.8], [1.0, 0.9, 0.8, 0.801])
    assert words.endswith("that of the run before 0.8: no difference yet (less than 1\xa0%).")


def test_epochs_before_the_branch_prove_nothing(case: Case) -> None:
    words = told(case, [1.0, 0.9, 0.8, 0.8], [1.0, 0.9, 0.8])
    assert words.endswith("it has made no epoch yet, so there is no difference yet.")


def test_a_branch_of_the_newest_moment_shares_no_epoch_and_says_so(case: Case) -> None:
    words = told(case, [1.0, 0.9, 0.8], [1.0, 0.9, 0.8, 0.7, 0.6])
    assert "the run before ended at epoch 2 with a validation loss of 0.8; the branch is at epoch 4 with 0.6." in words
    assert "proves no difference" in words


def test_without_validation_rows_the_training_loss_is_the_measure(case: Case) -> None:
    words = told(case, [1.0, 0.9, 0.8, 0.8], [1.0, 0.9, 0.8, 0.4], validation=False)
    assert "at epoch 3 its training loss is 0.2, that of the run before 0.4: 50\xa0% lower" in words


def test_a_branch_that_diverged_is_worse(case: Case) -> None:
    attempt = Attempt(case.rate_branch(3), curve([1.0, 0.9]), (1, 0))
    fallen = replace(case.snapshot, divergence=Divergence(9, 3, 0, "weight", "It overflowed."))
    assert "it diverged in epoch 3, which is worse" in verdict(attempt, fallen)


def test_the_last_shared_epoch_is_found_in_long_curves_of_other_strides(case: Case) -> None:
    experiment = replace(case.rate_branch(1 / 3), epoch=2, step=8, now=False)
    assert experiment.training is not None
    long = [1.0 / (1 + epoch) for epoch in range(5_000)]
    before = thinned(curve(long), 700)
    assert before.stride == 8
    attempt = Attempt(experiment, before, (1, 0))
    branch = replace(case.snapshot, history=curve(long[:4_321], serial=1), training=experiment.training)
    shared = max(set(before.epoch.tolist()) & set(range(4_321)))
    assert f"at epoch {shared:,} its validation loss" in verdict(attempt, branch)


def test_settings_that_were_changed_since_are_told(case: Case) -> None:
    experiment = case.rate_branch(3)
    assert experiment.training is not None
    attempt = Attempt(experiment, curve([1.0, 0.9]), (1, 0))
    branch = replace(case.snapshot, history=curve([1.0, 0.9], serial=1), training=experiment.training)
    assert "changed since" not in verdict(attempt, branch)
    other = replace(branch, training=replace(experiment.training, momentum=0.5))
    assert verdict(attempt, other).endswith("Its settings were changed since, so it is no pure test.")
    assert not attempt.is_branch(other)
    assert not attempt.is_branch(case.snapshot)


def test_a_run_with_fresh_weights_is_compared_from_its_first_epoch_on(case: Case) -> None:
    experiment: Experiment = case.network(0, "hidden layer 1", units=6)
    assert experiment.words == "neurons of hidden layer 1: 3 → 6"
    attempt = Attempt(experiment, curve([1.0, 0.8]), (1, 0))
    words = verdict(attempt, replace(case.snapshot, run_id=2, history=curve([2.0, 0.4])))
    assert "Branch from the start, with fresh weights" in words
    assert "at epoch 1 its validation loss is 0.4, that of the run before 0.8: 50\xa0% lower" in words
