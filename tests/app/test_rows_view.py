"""Which rows the tabs look at, and that their numbers are the report's."""

import numpy as np
import pytest

from nnviz.app.confusion_view import brief_count, confusion_view, percent
from nnviz.app.rows_view import MOST_ROWS, full_probe, part_answers, parts_of, sample_probe
from nnviz.data.dataset import with_choices
from nnviz.data.toy_datasets import toy_dataset
from tests.app.answers_of_rows import answered, reported, shipped, trained


def test_all_rows_are_looked_at_when_they_are_few() -> None:
    assert sample_probe(toy_dataset("gauss", n=200)).rows is None


def test_a_sample_has_both_parts_is_ascending_and_always_the_same() -> None:
    gauss = toy_dataset("gauss", n=1_000)
    first, second = sample_probe(gauss, 100).rows, sample_probe(gauss, 100).rows
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first, second)
    assert (np.diff(first) > 0).all()
    assert np.isin(first, gauss.validation_rows).sum() == np.isin(first, gauss.train_rows).sum() == 50


@pytest.mark.parametrize(("share", "expected"), [(0.03, 30), (0.97, 70)])
def test_a_small_part_is_taken_whole_and_the_other_gets_the_rest(share: float, expected: int) -> None:
    gauss = with_choices(toy_dataset("gauss", n=1_000), validation_fraction=share)
    rows = sample_probe(gauss, 100).rows
    assert rows is not None
    assert np.isin(rows, gauss.validation_rows).sum() == expected
    assert len(rows) == 100


def test_the_sample_is_large_enough_for_its_shares_to_be_within_a_percentage_point() -> None:
    worst = 1.96 * np.sqrt(0.25 / (MOST_ROWS / 2))  # of a share of one half, in 95 % of cases
    assert worst <= 0.01


@pytest.mark.parametrize("part", ["validation", "train"])
@pytest.mark.parametrize("toy", ["gauss", "rings", "hills"])
def test_scores_of_a_part_are_those_of_the_report(toy: str, part: str) -> None:
    dataset = toy_dataset(toy, n=120)
    trainer = trained(dataset)
    report = reported(trainer, dataset)
    expected = report.validation if part == "validation" else report.training
    found = part_answers(dataset, answered(trainer, dataset), "validation" if part == "validation" else "train").scores
    assert found.values.keys() == expected.values.keys()
    for name, value in expected.values.items():
        assert found.values[name] == pytest.approx(value, rel=1e-5, abs=1e-7, nan_ok=True), name
    np.testing.assert_array_equal(found.confusion, expected.confusion)


@pytest.mark.parametrize("loss", ["", "hinge"])
def test_the_matrix_and_the_figures_of_each_class_are_the_reports(loss: str) -> None:
    iris = shipped("iris")
    trainer = trained(iris, epochs=3, loss=loss)
    report = reported(trainer, iris)
    view = confusion_view(part_answers(iris, answered(trainer, iris), "validation"))
    np.testing.assert_array_equal(view.counts, report.validation.confusion)
    assert view.reports == report.validation.classes
    assert view.accuracy == pytest.approx(report.validation.values["accuracy"])


def test_answers_of_a_sample_are_those_of_the_same_rows_among_all() -> None:
    gauss = toy_dataset("gauss", n=400)
    trainer = trained(gauss, epochs=2)
    some = part_answers(gauss, answered(trainer, gauss, sample_probe(gauss, 60)), "train")
    whole = part_answers(gauss, answered(trainer, gauss), "train")
    chosen = np.isin(whole.rows, some.rows)
    np.testing.assert_array_equal(some.rows, whole.rows[chosen])
    np.testing.assert_allclose(some.deciding, whole.deciding[chosen], rtol=1e-5)
    np.testing.assert_array_equal(some.truth, whole.truth[chosen])
    assert some.rows_text == "30 of 200 training rows, sampled"
    assert whole.rows_text == "200 training rows"


def test_only_parts_with_rows_are_offered() -> None:
    gauss = toy_dataset("gauss", n=100)
    assert parts_of(gauss) == ("validation", "train")
    assert parts_of(with_choices(gauss, validation_fraction=0.0)) == ("train",)


def test_a_cell_is_told_in_words_with_its_shares() -> None:
    gauss = toy_dataset("gauss", n=100)
    view = confusion_view(part_answers(gauss, answered(trained(gauss, 0), gauss, full_probe(gauss)), "train"))
    count, row, column = int(view.counts[0, 1]), int(view.counts[0].sum()), int(view.counts[:, 1].sum())
    sentence = view.cell_sentence(0, 1)
    assert sentence.startswith(f"is A, predicted B: {count} row")
    assert f"of the {row} that are A" in sentence
    if column:
        assert f"of the {column} predicted B" in sentence
    assert view.cell_text(0, 1, "count") == str(count)
    assert view.cell_text(0, 0, "row") == percent(view.counts[0, 0] / row)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (1, "100 %"), (0.9999, "99.9 %"), (0.0001, "0.1 %"), (0.043, "4.3 %"), (0.5, "50 %"), (0.994, "99 %")],
)
def test_a_share_is_never_none_or_all_when_it_is_not(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (9_999, "9,999"), (12_345, "12k"), (1_234_567, "1.2M")])
def test_counts_in_cells_are_brief(count: int, text: str) -> None:
    assert brief_count(count) == text
