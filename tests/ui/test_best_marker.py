"""The best epoch's text: where it hides least of the curves, in as many lines as the view has room for."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from nnviz.ui.panels.curves import LossPanel
from nnviz.ui.plots.best_marker import BestMarker, Line
from nnviz.ui.theme import DARK, load_fonts
from tests.ui.conftest import DrawLosses


class Still:
    """A view of 300 x 150 pixels over x from 0 to 300 and y from 0 to 150."""

    def __init__(self, height: float = 150.0) -> None:
        self.items: list[object] = []
        self.height = height

    def addItem(self, item: object, **_options: object) -> None:
        self.items.append(item)

    def viewRange(self) -> list[list[float]]:
        return [[0.0, 300.0], [0.0, self.height]]

    def viewPixelSize(self) -> tuple[float, float]:
        return 1.0, 1.0


def line(level: float, start: float = 0.0, stop: float = 300.0) -> Line:
    x = np.arange(start, stop)
    return x, np.full(len(x), level)


def corner(marker: BestMarker) -> tuple[str, str]:
    place, anchor = marker.text.pos(), marker.text.anchor
    return ("left" if anchor[0] == 1.0 else "right"), ("top" if place.y() > 75.0 else "bottom")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line(145.0)], "bottom"),
        ([line(5.0)], "top"),
        ([line(145.0, 0.0, 150.0), line(5.0)], "top"),  # the curve at the top ends where the text can begin
    ],
)
def test_the_text_stands_where_the_curves_are_not(qtbot: QtBot, lines: list[Line], expected: str) -> None:
    del qtbot  # Qt's application
    load_fonts()
    marker = BestMarker(Still())
    marker.set_theme(DARK)
    marker.show(150.0, 75.0, ("best 150", "0.1234"), lines)
    assert corner(marker)[1] == expected
    if len(lines) > 1:
        assert corner(marker)[0] == "right"


def test_the_text_stands_between_two_curves_but_never_over_the_diamond(qtbot: QtBot) -> None:
    del qtbot
    load_fonts()
    marker = BestMarker(Still())
    marker.set_theme(DARK)
    curves = [line(140.0), line(10.0)]
    marker.show(150.0, 140.0, ("best 150", "0.1234"), curves)
    assert (marker.text.anchor[1], marker.text.pos().y()) == (0.5, 75.0)
    assert abs(marker.text.pos().x() - 150.0) < 4.0
    marker.hide()
    marker.show(150.0, 75.0, ("best 150", "0.1234"), curves)
    assert (marker.text.anchor[1], marker.text.pos().y()) == (0.5, 75.0)
    assert abs(marker.text.pos().x() - 150.0) >= 5.0


def test_the_text_stays_while_no_place_is_clearly_better(qtbot: QtBot) -> None:
    del qtbot
    load_fonts()
    marker = BestMarker(Still())
    marker.set_theme(DARK)
    places = set()
    for step in range(60):
        marker.show(150.0, 75.0, ("best 150", "0.1234"), [line(145.0, 0.0, 102.0 + step % 2), line(5.0, 0.0, 102.0)])
        places.add(corner(marker))
    assert len(places) == 1


def test_a_low_view_has_the_text_in_one_line(qtbot: QtBot) -> None:
    del qtbot
    load_fonts()
    high, low = BestMarker(Still(150.0)), BestMarker(Still(60.0))
    for marker in (high, low):
        marker.set_theme(DARK)
        marker.show(150.0, 30.0, ("best 150", "0.1234"), [line(50.0)])
    boxes = [QRectF(marker.text.textItem.boundingRect()) for marker in (high, low)]
    assert boxes[1].height() < 0.7 * boxes[0].height()
    assert boxes[1].width() > boxes[0].width()
    assert low.text.toPlainText().split() == ["best", "150", "0.1234"]


@pytest.mark.parametrize(("height", "name"), [(90, "loss"), (320, "cross-entropy")])
def test_the_axis_has_its_whole_name_or_its_short_one(
    loss_panel: LossPanel, draw_losses: DrawLosses, height: int, name: str
) -> None:
    loss_panel.resize(360, height + 40)
    loss_panel.plot.set_loss("cross-entropy")
    draw_losses([1.0, 0.5, 0.4])
    assert loss_panel.plot.chart.axes._left.label.toPlainText().strip() == name
