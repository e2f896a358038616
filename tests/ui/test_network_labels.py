"""Names and values beside the tiles, and the small sprites: where they are written and in which colour."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot

from nnviz.ui.plots.network_layout import BIAS_RADIUS, Band, NetworkLayout, network_layout
from nnviz.ui.plots.network_static import (
    BIAS_LEVELS,
    Labels,
    band_pixmap,
    bias_level,
    bias_pixmap,
    foot_lines,
    name_width,
    static_pixmap,
)
from nnviz.ui.theme import DARK, LIGHT, Theme, load_fonts

ROOM = (90.0, 90.0)
CANVAS = (840.0, 592.0)


@pytest.fixture(autouse=True)
def fonts(qtbot: QtBot) -> QtBot:
    load_fonts()
    return qtbot


def _pixels(pixmap: QPixmap) -> NDArray[np.uint32]:
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def _layout(*sizes: int, height: float = 592.0) -> NetworkLayout:
    return network_layout(sizes, 840, height, left=ROOM[0], right=ROOM[1])


def _written(layout: NetworkLayout, labels: Labels, theme: Theme = DARK) -> NDArray[np.intp]:
    """Return (row, column) of every pixel that the labels change."""
    plain = _pixels(static_pixmap(layout, CANVAS, 1.0, theme, Labels(), ROOM))
    return np.argwhere(_pixels(static_pixmap(layout, CANVAS, 1.0, theme, labels, ROOM)) != plain)


def test_row_values_are_written_only_beside_the_first_and_last_column() -> None:
    layout = _layout(2, 8, 1)
    labels = Labels(("x", "y"), ("z",), ("−23.9", "−26.2"), ("P 0.44\nrow 447",), (DARK.negative,))
    columns = _written(layout, labels)[:, 1]
    left, right = layout.columns[0].tiles[0].x, layout.columns[-1].tiles[0].right
    assert np.any(columns < left)
    assert np.any(columns > right)
    assert not np.any((columns >= left) & (columns <= right))
    pixels = _pixels(static_pixmap(layout, CANVAS, 1.0, DARK, labels, ROOM))
    assert np.any(pixels == QColor(DARK.negative).rgb())


def test_long_names_are_elided_to_their_room_and_written_in_one_line() -> None:
    layout = _layout(2, 8, 1)
    written = _written(layout, Labels(("<b>x</b> & a very long column name\nin two lines", ""), ("<i>arm</i>" * 9,)))
    tile, output = layout.columns[0].tiles[0], layout.columns[-1].tiles[0]
    names, outputs = written[written[:, 1] < tile.x], written[written[:, 1] > output.right]
    for part, low, high in (
        (names, tile.x - 10 - ROOM[0], tile.x - 9),
        (outputs, output.right + 9, output.right + 10 + ROOM[1]),
    ):
        assert len(part) > 100
        assert part[:, 1].min() >= low
        assert part[:, 1].max() <= high
        assert np.ptp(part[:, 0]) < 18


@pytest.mark.parametrize(("units", "height", "lines"), [(3, 592.0, 3), (13, 592.0, 2), (20, 592.0, 1)])
def test_as_many_lines_are_written_as_the_pitch_has_room_for(units: int, height: float, lines: int) -> None:
    layout = _layout(2, units, height=height)
    tiles = layout.columns[-1].tiles
    texts = ("",) * 1 + ("P 0.44\nrow 447",) + ("",) * (units - 2)
    written = _written(layout, Labels((), ("", "class", *[""] * (units - 2)), (), texts))
    assert written[:, 1].min() > tiles[1].right
    assert 12 * lines - 6 <= np.ptp(written[:, 0]) + 1 <= 16 * lines
    assert tiles[0].middle < written[:, 0].min()
    assert written[:, 0].max() < tiles[2].middle


def test_names_get_the_room_they_need_within_a_share_of_the_canvas() -> None:
    assert name_width(["x"], 840) == 48
    assert 60 < name_width(["depth_mm "], 840) < 80
    assert name_width(["w" * 200], 840) == 126
    assert name_width(["w" * 200], 4000) == 160


def test_band_says_how_many_it_stands_for() -> None:
    pixels = _pixels(band_pixmap(Band(1, 47, 0, 0, 60, 24), 2.0, DARK))
    assert pixels.shape == (48, 120)
    other = _pixels(band_pixmap(Band(1, 48, 0, 0, 60, 24), 2.0, DARK))
    assert not np.array_equal(pixels, other)


def test_foot_of_a_collapsed_column_says_how_many_are_shown() -> None:
    column = _layout(784, 8, 1).columns[0]
    assert foot_lines(column) == (f"{len(column.tiles)} of 784 shown,", "strongest first")
    assert foot_lines(_layout(8, 8, 1).columns[0]) == ()
    expanded = network_layout((784, 64, 1), 840, 592, expanded=[0]).columns[0]
    assert foot_lines(expanded) == ("256 of 784 shown,", "the strongest")
    assert foot_lines(network_layout((784, 64, 1), 840, 592, expanded=[1]).columns[1]) == ("all shown",)


@pytest.mark.parametrize(
    ("bias", "level"),
    [(0.0, 0), (float("nan"), 0), (1e-9, 1), (-1e-9, -1), (1.25, BIAS_LEVELS // 2), (9.0, BIAS_LEVELS), (-9.0, -16)],
)
def test_bias_fills_its_ring_up_to_two_and_a_half(bias: float, level: int) -> None:
    assert bias_level(bias) == level


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_bias_dot_grows_with_the_bias_and_has_no_sign_at_zero(theme: Theme) -> None:
    def dot(level: int, colour: str) -> int:
        return int(np.count_nonzero(_pixels(bias_pixmap(level, BIAS_RADIUS, 2.0, theme)) == QColor(colour).rgb()))

    assert dot(BIAS_LEVELS, theme.positive) > 2 * dot(1, theme.positive) > 0
    assert dot(-BIAS_LEVELS, theme.negative) > 2 * dot(-1, theme.negative) > 0
    assert dot(0, theme.positive) == dot(0, theme.negative) == 0
    assert dot(0, theme.ink_3) > 0
