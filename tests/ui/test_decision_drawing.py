"""Facts about the points of a drawing on the map: what is painted, and where."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect

from nnviz.app.drawing import new_drawing
from nnviz.ui.plots.decision_drawing import DrawnLayer, pixel_of, place_of, reach_of
from nnviz.ui.theme import DARK, LIGHT

SQUARE = QRect(46, 4, 270, 270)


def test_place_and_pixel_are_each_others_way_back() -> None:
    axes = new_drawing().axes
    assert place_of(axes, SQUARE, QPointF(46 + 135, 4 + 135)) == pytest.approx((0.0, 0.0))
    assert pixel_of(axes, SQUARE, -6.0, 6.0).toTuple() == (46.0, 4.0)
    assert place_of(axes, SQUARE, pixel_of(axes, SQUARE, 2.5, -1.25)) == pytest.approx((2.5, -1.25))


def test_reach_is_as_many_pixels_on_both_axes() -> None:
    assert reach_of(new_drawing().axes, SQUARE) == pytest.approx((14 * 12 / 270, 14 * 12 / 270))


def test_nearest_point_is_found_within_reach_only() -> None:
    layer = DrawnLayer(new_drawing().add([(0.0, 0.0), (1.0, 0.0)], 0))
    assert layer.nearest(pixel_of(new_drawing().axes, SQUARE, 0.9, 0.0), SQUARE) == 1
    assert layer.nearest(pixel_of(new_drawing().axes, SQUARE, 4.0, 4.0), SQUARE) is None
    assert DrawnLayer(new_drawing()).nearest(QPointF(100, 100), SQUARE) is None


def test_row_that_was_removed_has_no_pixel() -> None:
    layer = DrawnLayer(new_drawing().add([(0.0, 0.0)], 0))
    assert layer.pixel_of(0, SQUARE) is not None
    assert layer.pixel_of(1, SQUARE) is None


def test_further_point_paints_only_itself(qapp: object) -> None:
    drawing = new_drawing().add([(0.0, 0.0)] * 400, 0)
    layer = DrawnLayer(drawing)
    layer.paint(DARK, SQUARE, 1.0)
    assert layer.repainted == 400
    layer.paint(DARK, SQUARE, 1.0)
    assert layer.repainted == 400
    layer.show(drawing.add([(3.0, 3.0)], 1))
    layer.paint(DARK, SQUARE, 1.0)
    assert layer.repainted == 401
    layer.paint(LIGHT, SQUARE, 1.0)
    assert layer.repainted == 802


def test_mended_map_is_the_same_as_one_painted_anew(qapp: object) -> None:
    places = np.random.default_rng(3).uniform(-5, 5, (150, 2)).tolist()
    drawing = new_drawing().add(places[:100], 0).add(places[100:], 1)
    (x, y), layer = places[40], DrawnLayer(drawing)
    layer.paint(DARK, SQUARE, 1.0)
    for step in (
        drawing.remove_nearest(x, y, (0.5, 0.5)),
        drawing.undo(),
        drawing,
        drawing.remove_nearest(x, y, (0.5, 0.5)).undo(),
    ):
        layer.show(step)
        mended = layer.paint(DARK, SQUARE, 1.0).toImage()
        assert mended == DrawnLayer(step).paint(DARK, SQUARE, 1.0).toImage()
