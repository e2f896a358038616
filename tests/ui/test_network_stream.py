"""The words that say what the edges show stand clear of the tiles where the diagram leaves them any room."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from nnviz.ui.plots.network_stream import caption_box
from nnviz.ui.theme import CAPTION, REGULAR, font, load_fonts

WORDS = "Edges: weight × dL/dz passed back, then the gradient of each weight; each layer on its own scale"


def box_beside(*tiles: QRectF, words: str = WORDS) -> QRectF:
    return caption_box(words, QFontMetricsF(font(CAPTION, REGULAR)), (800.0, 300.0), tiles)


def test_words_take_one_line_where_nothing_is_in_their_way(qtbot: QtBot) -> None:
    load_fonts()
    box = box_beside()
    assert box.height() < 1.6 * QFontMetricsF(font(CAPTION, REGULAR)).height()
    assert QRectF(0, 0, 800, 300).contains(box)


def test_words_are_broken_to_stand_beside_the_lowest_tiles(qtbot: QtBot) -> None:
    load_fonts()
    tiles = [QRectF(290, 270, 28, 28), QRectF(490, 270, 28, 28)]
    box = box_beside(*tiles)
    assert not any(box.intersects(tile) for tile in tiles)
    assert QRectF(0, 0, 800, 300).contains(box)


def test_few_words_stay_in_one_line_beside_the_tiles(qtbot: QtBot) -> None:
    load_fonts()
    tiles = [QRectF(290, 270, 28, 28), QRectF(490, 270, 28, 28)]
    box = box_beside(*tiles, words="Edges: change")
    assert not any(box.intersects(tile) for tile in tiles)
    assert box.height() < 1.6 * QFontMetricsF(font(CAPTION, REGULAR)).height()
