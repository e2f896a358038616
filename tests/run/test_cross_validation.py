"""Cross-validation as a person asks for it: scores over folds and seeds, baselines beside them, rows that flip."""

import math
import os
import threading
import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from nnviz.data.csv_reader import read_csv
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset, choices_from_guess
from nnviz.data.infer import guess
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.schedules import Schedule
from nnviz.engine.stopping import EarlyStopping
from nnviz.engine.training import TrainingConfig
from nnviz.errors import Cancelled, UserError
from nnviz.resources import resource_path
from nnviz.run.cross_validation import CrossValidation, cross_validate
from nnviz.run.recipe import DEFAULT_TRAINING, network_config
from nnviz.run.worker_process import one_thread_each

SMALL = (LayerConfig(4, "tanh"),)


@cache
def iris() -> Dataset:
    table = read_csv(resource_path("datasets/iris.csv"))
    return build_dataset(table, choices_from_guess(guess(table)))


def validated(dataset: Dataset, training: TrainingConfig = DEFAULT_TRAINING, **wishes: object) -> CrossValidation:
    options: dict[str, object] = {"folds": 3, "seeds": (0, 1), "epochs": 5, "workers": 1, **wishes}
    return cross_validate(dataset, network_config(dataset, SMALL), training, **options)  # type: ignore[arg-type]


def test_iris_is_learned_as_well_as_by_logistic_regression() -> None:
    found = cross_validate(iris(), network_config(iris()), DEFAULT_TRAINING, workers=1)
    ours, simple, least = (one.metrics["accuracy"] for one in (found.network, found.linear, found.constant))
    assert ours.mean > 0.94
    assert simple.mean > 0.94
    assert least.mean == pytest.approx(1 / 3, abs=0.01)
    assert ours.runs == 15
    assert ours.low < ours.mean < ours.high <= 1
    assert found.sentence.startswith(f"accuracy {ours.mean:.3f} ± {ours.deviation:.3f} (5 folds × 3 seeds); logistic")
    assert found.sentence.endswith(f"; {len(found.flips)} of 150 rows flip")


def test_mean_and_deviation_are_those_of_the_runs() -> None:
    found = validated(iris())
    shares = [run.scores.values["accuracy"] for run in found.runs]
    spread = found.network.metrics["accuracy"]
    assert len(shares) == 6
    assert spread.mean == pytest.approx(np.mean(shares))
    assert spread.deviation == pytest.approx(np.std(shares, ddof=1))


def test_every_row_is_held_out_once_for_every_seed() -> None:
    found = validated(iris())
    assert found.predictions.shape == (2, 150)
    assert not np.isnan(found.predictions).any()
    assert sum(run.scores.n_rows for run in found.runs) == 2 * 150
    assert found.numbers.tolist() == list(range(1, 151))


def test_the_same_predictions_give_the_scores_and_the_shares_of_right_answers() -> None:
    found = validated(iris())
    rows = np.array([[run.scores.n_rows for run in found.runs if run.seed == seed] for seed in found.seeds])
    shares = np.array(
        [[run.scores.values["accuracy"] for run in found.runs if run.seed == seed] for seed in found.seeds]
    )
    assert (rows * shares).sum() == pytest.approx(2 * found.right.sum())


def test_flips_are_the_rows_whose_predictions_differ_between_seeds() -> None:
    found = validated(iris(), seeds=(0, 1, 2))
    different = np.flatnonzero((found.predictions != found.predictions[0]).any(axis=0))
    assert len(different) > 0
    assert [flip.row for flip in found.flips] == found.rows[different].tolist()
    for flip in found.flips:
        assert flip.number == flip.row + 1
        assert len(set(flip.predictions)) > 1
        assert flip.truth == iris().classes[int(iris().target_values[flip.row])]


def test_one_seed_has_no_flips_and_the_sentence_says_nothing_of_them() -> None:
    found = validated(iris(), seeds=(4,))
    assert found.flips == ()
    assert "flip" not in found.sentence
    assert "(3 folds × 1 seed)" in found.sentence


def test_numbers_are_the_same_bit_for_bit_whatever_the_number_of_processes() -> None:
    one, two, three = (validated(iris(), workers=workers) for workers in (1, 2, 3))
    for other in (two, three):
        np.testing.assert_array_equal(one.predictions, other.predictions)
        assert [run.scores.values for run in one.runs] == [run.scores.values for run in other.runs]
        assert one.linear.metrics == other.linear.metrics
        assert one.network.metrics == other.network.metrics


def test_outputs_of_a_regression_are_the_same_bit_for_bit_on_another_process() -> None:
    hills = toy_dataset("hills", n=60)
    np.testing.assert_array_equal(validated(hills).predictions, validated(hills, workers=2).predictions)


def test_the_same_call_gives_the_same_numbers_and_other_seeds_give_others() -> None:
    hills = toy_dataset("hills", n=60)
    first = validated(hills, seeds=(0, 1)).predictions
    np.testing.assert_array_equal(first, validated(hills, seeds=(0, 1)).predictions)
    other = validated(hills, seeds=(1, 2)).predictions
    np.testing.assert_array_equal(first[1], other[0])
    assert (first[0] != other[1]).any()


def test_errors_of_a_regression_are_in_the_targets_own_unit() -> None:
    hills = toy_dataset("hills", n=60)
    found = validated(hills)
    expected = np.abs(found.predictions - hills.target_values).mean()
    weighted = sum(run.scores.values["mae"] * run.scores.n_rows for run in found.runs) / 120
    assert weighted == pytest.approx(expected)
    assert found.flips == ()
    assert found.sentence.startswith("R²")
    assert found.row_spread == pytest.approx(found.predictions.std(axis=0, ddof=1))


def test_random_answers_score_as_chance_does_however_long_it_trains() -> None:
    # 24 inputs and 60 rows: whatever leaked from the held-out rows would be learned by heart.
    rng = np.random.default_rng(3)
    columns = [Column(f"c{i}", "float", rng.normal(size=60)) for i in range(24)]
    target = Column("answer", "string", np.array(["no", "yes"], dtype=object)[rng.permutation(60) % 2])
    table = Table("noise.csv", None, (*columns, target), 60, NO_DIALECT)
    dataset = build_dataset(table, ImportChoices("answer", "binary", {c.name: "feature" for c in columns}))
    found = validated(dataset, seeds=(0, 1, 2), folds=5, epochs=60)
    for model in (found.network, found.linear):
        assert 0.3 < model.metrics["accuracy"].mean < 0.7


def test_early_stopping_never_looks_at_the_held_out_rows() -> None:
    hills = toy_dataset("hills", n=60)
    training = replace(DEFAULT_TRAINING, stopping=EarlyStopping(patience=3))
    honest = validated(hills, training, epochs=60)
    table = hills.table
    values = table.column("value").values.copy()
    assert {run.epochs for run in honest.runs} != {60}
    # Another target in one held-out row changes no prediction of the fold that holds it out.
    row = 7
    values[row] += 100.0
    changed = build_dataset(table.with_columns({"value": Column("value", "float", values)}), hills.choices)
    other = validated(changed, training, epochs=60)
    assert other.predictions[:, row].tolist() == honest.predictions[:, row].tolist()
    assert (other.predictions != honest.predictions).any()


@pytest.mark.parametrize(
    "training",
    [
        replace(DEFAULT_TRAINING, stopping=EarlyStopping(patience=2)),
        replace(DEFAULT_TRAINING, schedule=Schedule(name="plateau")),
        replace(DEFAULT_TRAINING, optimizer="lbfgs"),
        replace(DEFAULT_TRAINING, class_weight="balanced"),
    ],
    ids=["early stopping", "plateau", "lbfgs", "class weights"],
)
def test_every_kind_of_training_can_be_cross_validated(training: TrainingConfig) -> None:
    assert validated(iris(), training).network.metrics["accuracy"].mean > 1 / 3


def test_a_network_that_diverges_is_counted_and_said() -> None:
    found = validated(toy_dataset("hills", n=60), TrainingConfig(learning_rate=1e12))
    assert all(run.diverged for run in found.runs)
    assert found.notes == ("6 of 6 networks diverged; their last finite weights count.",)


def test_hinge_has_scores_but_no_probabilities() -> None:
    spiral = toy_dataset("spiral", n=40)
    config = network_config(spiral, SMALL, loss="hinge")
    found = cross_validate(spiral, config, DEFAULT_TRAINING, folds=2, seeds=(0,), epochs=3, workers=1)
    assert "log_loss" not in found.network.metrics
    assert "log_loss" in found.linear.metrics


def test_progress_ends_at_1_and_never_goes_back() -> None:
    told: list[float] = []
    validated(iris(), progress=lambda share, _text: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) == 3 * (1 + 2)


@pytest.mark.parametrize("workers", [1, 2])
def test_it_can_be_called_off_long_before_its_end(workers: int) -> None:
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        validated(iris(), epochs=10_000_000, workers=workers, cancelled=lambda: time.monotonic() - begin > 0.5)
    assert time.monotonic() - begin < 30


def test_it_leaves_no_thread_behind_when_an_exception_ends_it() -> None:
    before = threading.active_count()

    def broken(_share: float, _text: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        validated(iris(), workers=2, progress=broken)
    assert threading.active_count() == before


@pytest.mark.parametrize(
    "wishes", [{"folds": 1}, {"folds": 151}, {"seeds": ()}, {"seeds": (1, 1)}, {"seeds": (-1,)}, {"epochs": 0}]
)
def test_senseless_wishes_are_refused_in_words(wishes: dict[str, object]) -> None:
    with pytest.raises(UserError):
        validated(iris(), **wishes)  # type: ignore[arg-type]


def test_leave_one_out_has_an_accuracy_and_no_nan_in_its_mean() -> None:
    small = toy_dataset("gauss", n=12)
    found = validated(small, folds=12, seeds=(0,))
    assert not math.isnan(found.network.metrics["accuracy"].mean)
    assert math.isnan(found.network.metrics["roc_auc"].mean)


def test_processes_that_cannot_be_started_cost_nothing_but_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    expected = validated(iris()).predictions
    monkeypatch.setattr("nnviz.run.task_pool.ProcessPoolExecutor", refused)
    np.testing.assert_array_equal(validated(iris(), workers=2).predictions, expected)


def test_processes_start_with_one_thread_for_products_and_the_environment_is_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with one_thread_each():
        assert os.environ["OPENBLAS_NUM_THREADS"] == os.environ["OMP_NUM_THREADS"] == "1"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7"
    assert "OMP_NUM_THREADS" not in os.environ
