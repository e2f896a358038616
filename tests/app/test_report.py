"""A report on a checkpoint: scores beside baselines, findings, worst rows, and the tables made of them."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from nnviz.app.plain_numbers import DASH
from nnviz.app.report import Report, make_report
from nnviz.app.report_tables import evidence_text, report_tables, validation_tables
from nnviz.data.dataset import Dataset, with_choices
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.metrics import METRICS
from nnviz.engine.mlp import LayerConfig
from nnviz.engine.training import TrainingConfig
from nnviz.run.cross_validation import cross_validate
from nnviz.run.history import History
from nnviz.run.messages import Checkpoint
from nnviz.run.recipe import network_config, new_trainer

HIDDEN = (LayerConfig(4, "tanh"),)
TRAINING = TrainingConfig(optimizer="adam", learning_rate=0.02, batch_size=16)


def reported(dataset: Dataset, epochs: int = 30, loss: str = "", training: TrainingConfig = TRAINING) -> Report:
    trainer = new_trainer(dataset, network_config(dataset, HIDDEN, loss), training)
    history = History()
    for evaluation in trainer.steps():
        if evaluation is not None:
            history.append(evaluation)
            if evaluation.epoch >= epochs:
                break
    checkpoint = Checkpoint(1, 1, trainer.mlp.config, trainer.state(), training)
    report = make_report(dataset, checkpoint, history.view())
    evaluation = trainer.evaluate()
    name = "r2" if dataset.task == "regression" else "accuracy"
    assert report.training.values[name] == pytest.approx(evaluation.train_metric, abs=1e-6)
    if report.has_validation:
        assert report.validation.values[name] == pytest.approx(evaluation.validation_metric, abs=1e-6)
    return report


@pytest.mark.parametrize("toy", ["gauss", "rings", "hills"])
def test_scores_are_those_of_the_trainer(toy: str) -> None:
    report = reported(toy_dataset(toy, n=80))
    assert report.epoch == 30
    assert report.validation.n_rows == 40


def test_sentence_names_the_network_and_both_baselines() -> None:
    report = reported(toy_dataset("gauss", n=80))
    accuracy = report.validation.values["accuracy"]
    assert report.sentence.startswith(f"Accuracy on validation rows: {accuracy:.3f} against")
    assert "logistic regression" in report.sentence
    assert "always answering 'A'" in report.sentence


def test_errors_of_a_regression_are_in_the_targets_own_unit() -> None:
    hills = toy_dataset("hills", n=80)
    table = hills.table
    column = table.column("value")
    thousands = with_choices(
        replace(hills, table=table.with_columns({"value": replace(column, values=1000 * column.values)}))
    )
    small, large = reported(hills), reported(thousands)
    for name in ("mae", "rmse"):
        for pair in ((small.validation, large.validation), (small.linear, large.linear)):
            assert pair[1].values[name] == pytest.approx(1000 * pair[0].values[name], rel=1e-3)
    train, validation = large.errors
    assert np.abs(validation).mean() == pytest.approx(large.validation.values["mae"])
    assert len(train) == large.training.n_rows


def test_worst_rows_are_those_of_the_largest_loss_and_add_up_to_the_mean() -> None:
    spiral = toy_dataset("spiral", n=40)
    report = reported(spiral, epochs=3)
    losses = [one.loss for one in report.worst]
    assert losses == sorted(losses, reverse=True)
    assert {one.row for one in report.worst} == set(range(40))
    trainer = new_trainer(spiral, network_config(spiral, HIDDEN), TRAINING)
    for evaluation in trainer.steps():
        if evaluation is not None and evaluation.epoch == 3:
            break
    held = [one.loss for one in report.worst if one.validates]
    assert np.mean(held) == pytest.approx(trainer.evaluate().validation_loss, rel=1e-5)


def test_wrong_answers_of_the_worst_rows_are_named() -> None:
    spiral = toy_dataset("spiral", n=60)
    report = reported(spiral, epochs=2)
    wrong = sum(one.truth != one.answer for one in report.worst if one.validates)
    listed = sum(one.validates for one in report.worst)
    shown = round(report.validation.n_rows * (1 - report.validation.values["accuracy"]))
    assert 0 < wrong <= shown
    assert listed <= report.validation.n_rows


def test_dead_neurons_and_the_curves_are_both_diagnosed() -> None:
    data = toy_dataset("gauss", n=60)
    trainer = new_trainer(data, network_config(data, [LayerConfig(3, "relu")]), TRAINING)
    trainer.mlp.biases[0][...] = -1000.0
    history = History()
    for epoch in range(60):
        history.append(trainer.evaluate()._replace(epoch=epoch, train_loss=1.0 + epoch))
    checkpoint = Checkpoint(1, 1, trainer.mlp.config, trainer.state(), TRAINING)
    with_curves = {one.kind for one in make_report(data, checkpoint, history.view()).findings}
    without = {one.kind for one in make_report(data, checkpoint, None).findings}
    assert "dead_units" in without
    assert "rising_loss" in with_curves - without


def test_without_validation_rows_the_baselines_are_judged_by_the_training_rows() -> None:
    report = reported(with_choices(toy_dataset("gauss", n=40), validation_fraction=0.0))
    assert not report.has_validation
    assert report.linear.n_rows == 40
    assert "training rows" in report.sentence
    assert report_tables(report).scores.headings[:3] == ("Metric", "Training rows", "Logistic regression")
    assert list(report_tables(report).by_set) == ["Training rows"]


def test_hinge_has_dashes_where_probabilities_are_needed() -> None:
    report = reported(toy_dataset("gauss", n=40), loss="hinge")
    assert "log_loss" not in report.training.values
    assert all(row[0] != "Log loss ↓" for row in report_tables(report).scores.rows)


def test_score_table_marks_the_best_of_network_and_baselines() -> None:
    report = reported(toy_dataset("hills", n=100), epochs=300)
    table = report_tables(report).scores
    row = next(i for i, cells in enumerate(table.rows) if cells[0] == "R² ↑")
    assert (row, 2) in table.best
    assert len([cell for cell in table.best if cell[0] == row]) == 1
    assert METRICS["r2"].formula in table.tips[row]


def test_equal_scores_have_no_best() -> None:
    report = reported(toy_dataset("gauss", n=40), epochs=400)
    table = report_tables(report).scores
    row = next(i for i, cells in enumerate(table.rows) if cells[0] == "Accuracy ↑")
    assert table.rows[row][2] == table.rows[row][3] == "1.000"
    assert not [cell for cell in table.best if cell[0] == row]


def test_confusion_table_has_the_counts_and_shades_of_each_true_class() -> None:
    report = reported(toy_dataset("rings", n=90), epochs=3)
    table = report_tables(report).by_set["Validation rows"]
    counts = np.array([[int(cell) for cell in row[1:4]] for row in table.rows])
    np.testing.assert_array_equal(counts, report.validation.confusion)
    shares = np.array([[table.shades[i, j + 1][1] for j in range(3)] for i in range(3)])
    np.testing.assert_allclose(shares, counts / counts.sum(axis=1, keepdims=True))
    assert table.headings == ("", "as A", "as B", "as C", "Rows", "Precision", "Recall", "F1")


def test_csv_of_a_table_reads_back_whatever_its_cells_hold() -> None:
    report = reported(toy_dataset("rings", n=90), epochs=3)
    table = replace(report_tables(report).by_set["Validation rows"], headings=('a "b", c', *"2345678"))
    lines = list(csv.reader(table.csv().splitlines()))
    assert lines == [list(table.headings), *map(list, table.rows)]


def test_validation_tables_list_the_rows_that_flip_with_their_votes() -> None:
    data = toy_dataset("spiral", n=60)
    found = cross_validate(data, network_config(data, HIDDEN), TRAINING, folds=3, seeds=(0, 1, 2), epochs=8, workers=1)
    tables = validation_tables(found)
    assert len(tables.rows.rows) == len(found.flips) > 0
    assert tables.rows.keys == tuple(flip.row for flip in found.flips)
    number, truth, votes, right = tables.rows.rows[0]
    first = found.flips[0]
    assert (number, truth) == (str(first.number), first.truth)
    assert votes.count("×") == len(set(first.predictions))
    assert right == f"{round(100 * first.predictions.count(first.truth) / 3)} %"
    accuracy = tables.metrics.rows[0]
    assert accuracy[0] == "Accuracy ↑"
    assert " ± " in accuracy[1]
    assert " to " in accuracy[2]


def test_rows_of_a_regression_are_listed_by_how_far_the_seeds_disagree() -> None:
    data = toy_dataset("hills", n=60)
    found = cross_validate(data, network_config(data, HIDDEN), TRAINING, folds=3, seeds=(0, 1), epochs=4, workers=1)
    tables = validation_tables(found)
    spreads = found.row_spread[list(tables.rows.keys)]
    assert list(spreads) == sorted(spreads, reverse=True)
    assert len(tables.rows.rows) == 60
    single = validation_tables(
        cross_validate(data, network_config(data, HIDDEN), TRAINING, folds=3, seeds=(0,), epochs=2, workers=1)
    )
    assert single.rows.rows == ()
    assert DASH not in single.metrics.rows[0]


def test_a_finding_s_numbers_have_commas_and_stay_with_their_names() -> None:
    text = evidence_text((("best_epoch", 20174.0), ("best_loss", 0.041128), ("mean", -3.25)))
    assert text == "best epoch\xa020,174 · best loss\xa00.04113 · mean\xa0−3.25"
