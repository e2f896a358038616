"""ROC curves, calibration and errors as the tabs show them: scikit-learn's and the report's own numbers."""

import numpy as np
import pytest

from nnviz.app.errors_view import MOST_POINTS, errors_view, metric_tips
from nnviz.app.roc_view import calibration_view, roc_view
from nnviz.app.rows_view import PartAnswers, part_answers
from nnviz.data.dataset import Dataset, with_choices
from nnviz.data.toy_datasets import toy_dataset
from nnviz.errors import UserError
from nnviz.run.cross_validation import figure
from nnviz.run.watch import RowsResult
from tests.app.answers_of_rows import answered, reported, shipped, trained


def answers(dataset: Dataset, epochs: int = 4, loss: str = "") -> tuple[PartAnswers, float]:
    trainer = trained(dataset, epochs, loss)
    area = reported(trainer, dataset).validation.values.get("roc_auc", float("nan"))
    return part_answers(dataset, answered(trainer, dataset), "validation"), area


def test_two_classes_have_one_curve_with_the_reports_area_and_sklearns_points() -> None:
    from sklearn.metrics import roc_curve

    found, area = answers(toy_dataset("gauss", n=200))
    view = roc_view(found)
    assert [one.name for one in view.curves] == ["B"]
    assert view.mean_area == view.curves[0].area == pytest.approx(area, rel=1e-6)
    false, true, _ = roc_curve(found.truth, found.deciding[:, 0], drop_intermediate=False)
    np.testing.assert_allclose(view.curves[0].curve.false_positive_rate, false)
    np.testing.assert_allclose(view.curves[0].curve.true_positive_rate, true)


def test_several_classes_have_one_curve_each_and_the_reports_mean_area() -> None:
    found, area = answers(toy_dataset("rings", n=300))
    view = roc_view(found)
    assert [one.index for one in view.curves] == [0, 1, 2]
    assert view.mean_area == pytest.approx(area, rel=1e-6)
    assert view.mean_area == pytest.approx(np.mean([one.area for one in view.curves]))
    assert view.at_half is None


def test_the_point_at_one_half_is_where_the_matrix_is() -> None:
    found, _ = answers(toy_dataset("spiral", n=200))
    confusion = found.scores.confusion
    view = roc_view(found)
    assert view.at_half == pytest.approx((confusion[0, 1] / confusion[0].sum(), confusion[1, 1] / confusion[1].sum()))


def test_what_is_drawn_of_a_curve_are_its_corners() -> None:
    found, _ = answers(toy_dataset("spiral", n=500))
    one = roc_view(found).curves[0]
    points = set(zip(one.curve.false_positive_rate.tolist(), one.curve.true_positive_rate.tolist(), strict=True))
    drawn = list(zip(one.x.tolist(), one.y.tolist(), strict=True))
    assert set(drawn) <= points
    assert drawn[0] == (0.0, 0.0)
    assert drawn[-1] == (1.0, 1.0)
    area = float(np.sum(np.diff(one.x) * (one.y[1:] + one.y[:-1]) / 2))
    assert area == pytest.approx(one.area, abs=1e-9)


def test_long_curves_are_thinned_without_losing_their_shape() -> None:
    rng = np.random.default_rng(0)
    dataset = toy_dataset("gauss", n=20_000)
    result = answered(trained(dataset, 1), dataset)
    noisy = RowsResult(
        result.probe, result.config, 0, 0, rng.random(result.output.shape), result.losses
    )  # chance: a staircase of thousands of steps
    one = roc_view(part_answers(dataset, noisy, "validation")).curves[0]
    assert len(one.curve.thresholds) > 5_000
    assert len(one.x) <= 400
    area = float(np.sum(np.diff(one.x) * (one.y[1:] + one.y[:-1]) / 2))
    assert area == pytest.approx(one.area, abs=0.005)


def test_a_class_without_rows_has_no_curve_but_a_line_in_the_legend() -> None:
    rings = toy_dataset("rings", n=90)
    codes = rings.target_codes
    assert codes is not None
    found, _ = answers(rings)
    without = found.rows[codes[found.rows] != 2]
    part = PartAnswers(rings, found.result, "validation", without, without)
    view = roc_view(part)
    assert np.isnan(view.curves[2].area)
    assert view.curves[2].area_text == "–"
    assert len(view.curves[2].x) == 0
    assert not np.isnan(view.mean_area)


def test_calibration_of_two_classes_is_of_the_second_ones_probability() -> None:
    found, _ = answers(toy_dataset("gauss", n=400))
    view = calibration_view(found)
    assert (view.x_name, view.y_name) == ("P(B)", "share that are B")
    assert view.bins.counts.sum() == len(found.rows)
    assert view.bins.counts @ view.bins.observed == pytest.approx(found.truth.sum())
    assert (view.low <= view.bins.observed).all()
    assert (view.bins.observed <= view.high).all()


def test_calibration_of_several_classes_is_of_the_predicted_one() -> None:
    found, _ = answers(shipped("iris"))
    view = calibration_view(found)
    assert view.bins.counts @ view.bins.observed == pytest.approx((found.predicted == found.truth).sum())
    assert "expected calibration error" in view.summary[0]
    assert found.rows_text in view.summary[-1]
    assert f"{view.bins.counts[0]} row" in view.sentence(0)


def test_margins_are_not_calibrated_but_ranked() -> None:
    found, area = answers(toy_dataset("gauss", n=200), loss="hinge")
    with pytest.raises(UserError, match="margins"):
        calibration_view(found)
    assert roc_view(found).mean_area == pytest.approx(area, rel=1e-6)


def test_outputs_that_are_not_finite_are_told_and_not_drawn() -> None:
    dataset = toy_dataset("gauss", n=60)
    result = answered(trained(dataset, 0), dataset)
    broken = RowsResult(result.probe, result.config, 0, 0, np.full_like(result.output, np.nan), result.losses)
    for make in (roc_view, calibration_view):
        with pytest.raises(UserError, match="range of numbers"):
            make(part_answers(dataset, broken, "train"))


# Errors of a regression


def test_errors_are_the_reports_in_the_targets_own_unit() -> None:
    diabetes = shipped("diabetes")
    trainer = trained(diabetes, 3)
    report = reported(trainer, diabetes)
    view = errors_view(part_answers(diabetes, answered(trainer, diabetes), "validation"))
    np.testing.assert_allclose(view.errors, report.errors[1], rtol=1e-4, atol=1e-3)
    np.testing.assert_array_equal(view.truth, diabetes.target_values[diabetes.validation_rows])
    expected = [figure(name, report.validation.values[name]) for name in ("r2", "mae", "rmse")]
    assert [text for _, text in view.figures] == expected
    assert view.counts.sum() == len(diabetes.validation_rows)
    assert view.edges[0] <= view.errors.min()
    assert view.edges[-1] >= view.errors.max()
    assert view.numbers[0] == diabetes.table_rows[diabetes.validation_rows[0]] + 1
    assert "R²" in metric_tips()


def test_of_many_rows_some_are_drawn_and_all_are_counted() -> None:
    hills = with_choices(toy_dataset("hills", n=6_000), validation_fraction=0.5)
    view = errors_view(part_answers(hills, answered(trained(hills, 0), hills), "train"))
    assert len(view.rows) == len(view.truth) == MOST_POINTS
    assert view.counts.sum() == 3_000
    assert "2,000 drawn" in view.rows_text


def test_a_point_is_told_with_its_row_truth_and_error() -> None:
    hills = toy_dataset("hills", n=60)
    view = errors_view(part_answers(hills, answered(trained(hills, 1), hills), "validation"))
    sentence = view.sentence(3)
    assert f"row {view.numbers[3]}" in sentence
    assert "predicted" in sentence
    assert "error" in sentence
