"""Where training ends: the frame and the hatching on the map."""

import numpy as np
import pytest
from PySide6.QtCore import QRect, QRectF

from nnviz.app.drawing import new_drawing
from nnviz.app.planes import ColumnPlane
from nnviz.app.slices import Slices
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.plots.decision_layers import MapLayers
from nnviz.ui.plots.decision_points import PointsLayer
from nnviz.ui.plots.decision_range import trained_box
from nnviz.ui.plots.decision_view import SurfaceView
from tests.ui.map_cases import numbers, picture, pixels, shipped

SQUARE = QRect(50, 10, 200, 200)


def _view(name: str, x: str, y: str) -> SurfaceView:
    return SurfaceView.whole(ColumnPlane(Slices(shipped(name)), x, y))


def test_frame_stands_at_the_ends_of_the_training_rows() -> None:
    view, dataset = _view("wine", "alcohol", "hue"), shipped("wine")
    box = trained_box(view, SQUARE)
    x, y = dataset.raw("alcohol")[dataset.train_rows], dataset.raw("hue")[dataset.train_rows]
    corners = view.pixels(np.array([[x.min(), y.max()], [x.max(), y.min()]]), SQUARE)
    np.testing.assert_allclose([box.left(), box.top()], corners[0])
    np.testing.assert_allclose([box.right(), box.bottom()], corners[1])
    assert QRectF(SQUARE).contains(box)


def test_axis_of_categories_has_no_ends() -> None:
    box = trained_box(_view("penguins", "island", "body_mass_g"), SQUARE)
    assert (box.left(), box.right()) == (50.0, 250.0)
    assert box.top() > 10.0


def test_zoomed_map_within_the_training_rows_is_not_hatched(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("wine"))
    view, square = decision_panel.surface.view, decision_panel.surface.square
    assert view is not None
    assert not trained_box(view, square).contains(QRectF(square))
    inner = view.framed(QRectF(square).adjusted(100, 100, -100, -100), square)
    assert trained_box(inner, square).contains(QRectF(square))


def test_only_what_is_beyond_the_training_rows_is_hatched(
    decision_panel: DecisionPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PointsLayer, "_copy", lambda *_: None)  # the hatching alone
    decision_panel.set_dataset(numbers(120, 2))
    view, square = decision_panel.surface.view, decision_panel.surface.square
    assert view is not None
    seen = pixels(picture(decision_panel))
    box = trained_box(view, square).toRect()
    inside = seen[box.top() + 3 : box.bottom() - 3, box.left() + 3 : box.right() - 3]
    beyond = seen[square.top() + 2 : box.top() - 2, square.left() + 2 : square.right() - 2]
    assert np.ptp(inside.reshape(-1, 3), axis=0).max() == 0
    assert np.ptp(beyond.reshape(-1, 3), axis=0).max() > 12


def test_map_that_is_drawn_on_is_not_hatched(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(numbers(40, 2))
    layers: MapLayers = decision_panel.surface.layers
    decision_panel.set_drawing(new_drawing(), active=True, plain=True)
    assert layers.is_drawing
    assert decision_panel.surface.view is not None
    assert decision_panel.surface.view.x.trained is None
