"""The prediction as a curve over one column: where it runs, its band, and the points beside it."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.plots.decision_points import PointsLayer
from nnviz.ui.theme import DARK
from tests.ui.map_cases import answer, numbers, picture, pixels, shipped, trained


def test_regression_of_one_column_is_a_curve(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(numbers())
    view = decision_panel.surface.view
    assert view is not None
    assert view.plane.kind == "curve"
    assert (view.x.name, view.y.name) == ("c0", "y")
    assert decision_panel._title.text() == "Prediction curve"
    assert not decision_panel.hard.isVisible()


def test_curve_runs_through_what_the_network_answers(decision_panel: DecisionPanel) -> None:
    dataset = numbers()
    trainer = trained(dataset, 60)
    decision_panel.set_dataset(dataset)
    layer = decision_panel.surface.layers.points
    assert isinstance(layer, PointsLayer)
    layer.opacity[:] = 0.0
    answer(decision_panel, trainer)
    decision_panel.surface.layers.errors.forget()
    view, square = decision_panel.surface.view, decision_panel.surface.square
    assert view is not None
    seen = pixels(picture(decision_panel))
    colour = QColor(DARK.ink)
    ink = np.array([colour.red(), colour.green(), colour.blue()])
    for x in range(square.left() + 30, square.right() - 30, 12):
        raw_x = view.place(QPointF(x + 0.5, 0.0), square)[0]
        encoded = view.plane.input_at(raw_x, 0.0, decision_panel.held.held)
        said = float(dataset.preprocessor.predictions(trainer.mlp.predict(encoded[None]))[0])
        y = view.pixels(np.array([[raw_x, said]]), square)[0, 1]
        column = np.abs(seen[square.top() : square.bottom(), x] - ink).max(axis=1)
        strong = square.top() + np.flatnonzero(column < 60)
        assert len(strong)
        assert np.abs(strong + 0.5 - y).min() <= 1.5


def test_points_of_the_curve_lie_at_their_targets(decision_panel: DecisionPanel) -> None:
    dataset = numbers()
    decision_panel.set_dataset(dataset)
    view, square = decision_panel.surface.view, decision_panel.surface.square
    at = decision_panel.surface.pixel_of(11)
    assert at is not None
    assert view is not None
    assert view.place(at, square) == pytest.approx((dataset.raw("c0")[11], dataset.target_values[11]))


def test_band_is_where_most_validation_residuals_are(decision_panel: DecisionPanel) -> None:
    dataset = numbers(200)
    trainer = trained(dataset, 40)
    decision_panel.set_dataset(dataset)
    answer(decision_panel, trainer)
    found = decision_panel.surface.layers.errors.judgement
    assert found is not None
    said = dataset.preprocessor.predictions(trainer.mlp.predict(dataset.X)).astype(float)
    residuals = (dataset.target_values - said)[dataset.validation_rows]
    assert found.band == pytest.approx(tuple(np.quantile(residuals, [0.05, 0.95])), rel=1e-4)
    texts = [item.text for row in decision_panel.surface._frame.legend.rows for item in row]
    assert "5–95 % of validation residuals" in texts


def test_any_column_of_a_regression_can_have_its_curve(decision_panel: DecisionPanel) -> None:
    dataset = shipped("diabetes")
    decision_panel.set_dataset(dataset)
    x, y = decision_panel.axis_lists.lists
    y.setCurrentIndex(y.count() - 1)
    x.setCurrentIndex(2)
    view = decision_panel.surface.view
    assert view is not None
    assert view.plane.kind == "curve"
    assert (view.x.name, view.y.name) == (dataset.feature_names[2], "progression")
    assert len(view.plane.held_names) == len(dataset.feature_names) - 1
    y.setCurrentIndex(0)
    view = decision_panel.surface.view
    assert view is not None
    assert (view.plane.kind, view.y.name) == ("columns", dataset.feature_names[0])


def test_classification_offers_no_curve(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("wine"))
    y = decision_panel.axis_lists.lists[1]
    assert y.count() == len(shipped("wine").feature_names)


def test_curve_that_leaves_the_numbers_is_said_to(decision_panel: DecisionPanel) -> None:
    dataset = numbers()
    trainer = trained(dataset, 1)
    decision_panel.set_dataset(dataset)
    trainer.mlp.parameters[:] = np.inf
    answer(decision_panel, trainer)
    picture(decision_panel)
    assert not decision_panel.surface.picture.is_finite
