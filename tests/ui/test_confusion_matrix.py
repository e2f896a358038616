"""The confusion matrix: what stands in its cells, how they are walked and chosen, and how it shrinks."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.app.confusion_view import ConfusionView
from nnviz.engine.scores import class_reports
from nnviz.ui.plots.confusion import ConfusionMatrix
from nnviz.ui.plots.confusion_layout import HEAD, ConfusionLayout
from nnviz.ui.shades import class_shade
from nnviz.ui.theme import DARK, LIGHT, THEMES, Theme
from tests.ui.conftest import ShowPanel


def view_of(
    counts: list[list[int]], names: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
) -> ConfusionView:
    matrix = np.array(counts)
    accuracy = float(np.trace(matrix) / matrix.sum())
    return ConfusionView(tuple(names[: len(counts)]), matrix, class_reports(matrix), accuracy, "141 rows", 3, 12)


TWO = [[75, 0], [3, 66]]


@pytest.fixture
def matrix(show_panel: ShowPanel) -> ConfusionMatrix:
    made = show_panel(lambda window: ConfusionMatrix(DARK, window), 360, 112)
    made.show_view(view_of(TWO))
    return made


def test_a_click_chooses_the_cell_under_it(matrix: ConfusionMatrix, qtbot: QtBot) -> None:
    for true, guessed in ((0, 1), (1, 0)):
        place = matrix.boxes.cell(true, guessed).center()
        with qtbot.waitSignal(matrix.cell_chosen, timeout=1_000) as caught:
            QTest.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert caught.args == [true, guessed]
        assert matrix.current == (true, guessed)


def test_a_click_beside_the_cells_chooses_nothing(matrix: ConfusionMatrix, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(matrix.cell_chosen):
        QTest.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(4, 60))
        QTest.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(matrix.boxes.left + 5, 4))


def test_arrows_walk_to_the_edges_and_enter_chooses(matrix: ConfusionMatrix, qtbot: QtBot) -> None:
    for key, place in (
        (Qt.Key.Key_Up, (0, 0)),
        (Qt.Key.Key_Right, (0, 1)),
        (Qt.Key.Key_Right, (0, 1)),
        (Qt.Key.Key_Down, (1, 1)),
        (Qt.Key.Key_Left, (1, 0)),
    ):
        QTest.keyClick(matrix, key)
        assert matrix.current == place
    with qtbot.waitSignal(matrix.cell_chosen, timeout=1_000) as caught:
        QTest.keyClick(matrix, Qt.Key.Key_Return)
    assert caught.args == [1, 0]


def test_a_screen_reader_is_told_the_cell_and_its_class(matrix: ConfusionMatrix) -> None:
    QTest.keyClick(matrix, Qt.Key.Key_Down)
    text = matrix.accessibleDescription()
    assert text.startswith("is B, predicted A: 3 rows, 4.3 % of the 69 that are B, 3.8 % of the 78 predicted A")
    assert "B: precision 1.000, recall 0.957, F1 0.978" in text
    assert matrix.accessibleName() == "Confusion matrix"


def test_cells_have_the_colour_of_the_predicted_class_by_their_share(matrix: ConfusionMatrix) -> None:
    picture = matrix.viewport().grab().toImage()
    for true in range(2):
        total = sum(TWO[true])
        for guessed in range(2):
            corner = matrix.boxes.cell(true, guessed).topLeft() + QPoint(8, 6)
            expected = QColor(class_shade(DARK, guessed, TWO[true][guessed] / total))
            assert picture.pixelColor(corner) == expected


def test_empty_it_paints_and_takes_keys_without_harm(show_panel: ShowPanel) -> None:
    empty = show_panel(lambda window: ConfusionMatrix(LIGHT, window), 360, 112)
    QTest.keyClick(empty, Qt.Key.Key_Down)
    QTest.keyClick(empty, Qt.Key.Key_Return)
    assert empty.grab().toImage().pixelColor(100, 60) == QColor(LIGHT.panel)
    assert empty.accessibleDescription() == ""


def test_more_rows_than_fit_scroll_and_the_keys_bring_them_into_sight(show_panel: ShowPanel) -> None:
    ten = show_panel(lambda window: ConfusionMatrix(DARK, window), 360, 100)
    ten.show_view(view_of(np.diag(range(1, 11)).tolist()))
    bar = ten.verticalScrollBar()
    assert bar.maximum() == ten.boxes.height - ten.viewport().height() > 0
    for _ in range(9):
        QTest.keyClick(ten, Qt.Key.Key_Down)
    assert ten.current == (9, 0)
    assert bar.value() == bar.maximum()
    for _ in range(9):
        QTest.keyClick(ten, Qt.Key.Key_Up)
    assert bar.value() == 0


def test_other_classes_begin_at_their_first_cell(matrix: ConfusionMatrix) -> None:
    QTest.keyClick(matrix, Qt.Key.Key_Down)
    matrix.show_view(view_of([[1, 0, 0], [0, 1, 0], [0, 0, 1]]))
    assert matrix.current == (0, 0)


@pytest.mark.parametrize("n", [2, 3, 5, 10, 12, 13, 26, 50])
@pytest.mark.parametrize("size", [(328, 90), (360, 112), (420, 300), (1200, 700)])
def test_cells_lie_within_the_width_beside_the_figures(n: int, size: tuple[int, int]) -> None:
    boxes = ConfusionLayout.fit(size, n, 60, 24)
    last = boxes.cell(n - 1, n - 1)
    assert boxes.cell(0, 0).left() >= boxes.label
    assert last.right() <= size[0]
    if boxes.figures:
        assert last.right() < boxes.figure(0)[0]
        left, width = boxes.figure(boxes.figures - 1)
        assert left + width <= size[0] - 16
    if n <= 12:
        assert boxes.cell_height >= 16  # numbers stay readable
    assert boxes.at(last.center().x(), last.center().y()) == (n - 1, n - 1)
    assert boxes.at(last.right() + 10, HEAD + 1) is None


def test_precision_and_recall_have_room_for_two_three_and_ten_classes_in_a_narrow_column() -> None:
    for n, label, number in ((2, 30, 24), (3, 62, 20), (10, 10, 14)):
        assert ConfusionLayout.fit((350, 112), n, label, number).figures >= 2, n


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_ink_on_the_strongest_cell_of_every_class_can_be_read(theme: Theme) -> None:
    from tests.ui.colour_vision import contrast

    for index in range(8):
        strongest = class_shade(theme, index, 1.0)
        assert contrast(theme.ink, strongest) >= (7.0 if theme.name == "contrast" else 4.5), index
        assert contrast(strongest, theme.field) >= 1.5, index  # and yet it stands out
