"""Drawing in the whole window: mouse, keys, chips, the map's two kinds of click, and what the run makes of it."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from nnviz.app.app_model import AppModel
from nnviz.app.settings import Settings
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.main_window import MainWindow
from nnviz.ui.theme import DARK, load_fonts

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    load_fonts()
    window = MainWindow(AppModel(), Settings(theme="dark"))
    window.show()
    window.model.load_toy("moons")
    qtbot.waitUntil(lambda: window.live.snapshot is not None, timeout=10_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.setFocus()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    return lambda so: qtbot.waitUntil(so, timeout=10_000)


def at(window: MainWindow, x: float, y: float) -> QPoint:
    """Return a place of the map, from 0 to 1 to the right and down, in the surface's pixels."""
    square = window.decision.surface.square
    return QPoint(square.x() + round(x * (square.width() - 1)), square.y() + round(y * (square.height() - 1)))


def click(window: MainWindow, x: float, y: float, key: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mouseClick(window.decision.surface, Qt.MouseButton.LeftButton, key, at(window, x, y))


def press(window: MainWindow, x: float, y: float) -> None:
    QTest.mousePress(window.decision.surface, Qt.MouseButton.LeftButton, pos=at(window, x, y))


def move(window: MainWindow, x: float, y: float) -> None:
    """Move with the button down; QTest's own move says that no button is."""
    surface, place = window.decision.surface, QPointF(at(window, x, y))
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    moved = QMouseEvent(QEvent.Type.MouseMove, place, surface.mapToGlobal(place), button, button, none)
    QApplication.sendEvent(surface, moved)


def release(window: MainWindow, x: float, y: float) -> None:
    QTest.mouseRelease(window.decision.surface, Qt.MouseButton.LeftButton, pos=at(window, x, y))


def points(window: MainWindow) -> int:
    drawing = window.drawing.desk.drawing
    return 0 if drawing is None else len(drawing.points)


def drawing_is_on(window: MainWindow) -> bool:
    return window.drawing.desk.active


def chosen_row(window: MainWindow) -> int | None:
    return window.model.runs.row


def rows(window: MainWindow) -> int:
    return 0 if window.model.dataset is None else window.model.dataset.n_rows


def draw(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_D)
    assert drawing_is_on(window)


def begin_new(window: MainWindow, until: Until) -> None:
    draw(window)
    QTest.mouseClick(window.decision.drawing.new, Qt.MouseButton.LeftButton)
    until(lambda: window.drawing.desk.is_plain)


def test_key_d_begins_and_ends_drawing(window: MainWindow) -> None:
    toggle, bar = window.decision.drawing.toggle, window.decision.drawing.bar
    assert toggle.isVisible()
    assert not bar.isVisible()
    draw(window)
    assert toggle.isChecked()
    assert bar.isVisible()
    QTest.keyClick(window, Qt.Key.Key_D)
    assert not toggle.isChecked()
    assert not bar.isVisible()


def test_toggle_button_and_escape_do_the_same(window: MainWindow) -> None:
    QTest.mouseClick(window.decision.drawing.toggle, Qt.MouseButton.LeftButton)
    assert drawing_is_on(window)
    assert window.decision.surface.hasFocus()
    QTest.keyClick(window.decision.surface, Qt.Key.Key_Escape)
    assert not drawing_is_on(window)
    assert window.hasFocus()


def test_click_adds_a_point_where_it_was_and_the_run_learns_it(window: MainWindow, until: Until) -> None:
    draw(window)
    click(window, 0.5, 0.5)
    until(lambda: rows(window) == 501)
    dataset = window.model.dataset
    drawing = window.drawing.desk.drawing
    assert dataset is not None
    assert drawing is not None
    middle = [(axis.low + axis.high) / 2 for axis in drawing.axes]
    step = (drawing.axes[0].high - drawing.axes[0].low) / window.decision.surface.square.width()
    assert dataset.raw("x")[-1] == pytest.approx(middle[0], abs=2 * step)
    assert dataset.raw("y")[-1] == pytest.approx(middle[1], abs=2 * step)


def test_drag_paints_an_even_stroke_that_one_undo_takes_back(window: MainWindow, until: Until) -> None:
    draw(window)
    press(window, 0.1, 0.5)
    move(window, 0.5, 0.5)
    move(window, 0.9, 0.5)
    assert points(window) == 500
    release(window, 0.9, 0.5)
    drawing = window.drawing.desk.drawing
    assert drawing is not None
    drawn = drawing.points.points[500:]
    assert len(drawn) >= 15
    gaps = np.diff([point.x for point in drawn])
    assert gaps.min() > 0.8 * gaps.max() > 0
    QTest.keySequence(window, "Ctrl+Z")
    assert points(window) == 500
    QTest.keySequence(window, "Ctrl+Shift+Z")
    assert points(window) == 500 + len(drawn)
    until(lambda: rows(window) == 500 + len(drawn))


def test_stroke_is_on_the_map_before_the_button_is_released(window: MainWindow) -> None:
    draw(window)
    surface = window.decision.surface
    before = surface.grab().toImage()
    press(window, 0.1, 0.1)
    move(window, 0.6, 0.1)
    assert surface.grab().toImage() != before
    release(window, 0.6, 0.1)


def test_shift_click_removes_the_nearest_point_and_only_a_near_one(window: MainWindow) -> None:
    draw(window)
    click(window, 0.98, 0.98)
    assert points(window) == 501
    click(window, 0.02, 0.98, Qt.KeyboardModifier.ShiftModifier)
    assert points(window) == 501
    click(window, 0.96, 0.98, Qt.KeyboardModifier.ShiftModifier)
    assert points(window) == 500


def test_click_outside_the_map_draws_nothing(window: MainWindow) -> None:
    draw(window)
    QTest.mouseClick(window.decision.surface, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert points(window) == 500


def test_usual_click_chooses_a_row_again_after_drawing(window: MainWindow, until: Until) -> None:
    draw(window)
    click(window, 0.5, 0.5)
    until(lambda: rows(window) == 501)
    assert chosen_row(window) is None
    QTest.keyClick(window, Qt.Key.Key_D)
    click(window, 0.5, 0.5)
    assert chosen_row(window) == 500
    assert points(window) == 501


def test_number_keys_choose_the_class_only_while_drawing(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_2)
    assert window.drawing.desk.class_index == 0
    draw(window)
    QTest.keyClick(window, Qt.Key.Key_2)
    assert window.drawing.desk.class_index == 1
    assert window.decision.drawing.bar.chips[1].isChecked()
    click(window, 0.9, 0.1)
    drawing = window.drawing.desk.drawing
    assert drawing is not None
    assert drawing.points.points[-1].label == "B"


def test_chips_name_their_class_count_and_key(window: MainWindow) -> None:
    draw(window)
    shown = [chip for chip in window.decision.drawing.bar.chips if chip.isVisible()]
    assert [chip.accessibleName() for chip in shown] == [
        "Class A, 250 points, key 1",
        "Class B, 250 points, key 2",
        "A further class, key 3",
    ]


def test_third_class_makes_the_network_grow_and_keeps_it_running(window: MainWindow, until: Until) -> None:
    window.model.runs.send(messages.Run())
    until(lambda: window.live.snapshot is not None and window.live.snapshot.epoch > 3)
    draw(window)
    QTest.mouseClick(window.decision.drawing.bar.chips[2], Qt.MouseButton.LeftButton)
    click(window, 0.9, 0.1)
    until(lambda: rows(window) == 501 and window.model.runs.state is RunState.RUNNING)
    assert window.model.runs.config is not None
    assert window.model.runs.config.n_outputs == 3
    assert window.model.dataset is not None
    assert window.model.dataset.classes == ("A", "B", "C")


def test_map_is_not_blank_between_a_stroke_and_its_first_answer(window: MainWindow, until: Until) -> None:
    surface = window.decision.surface
    until(lambda: surface.grab().toImage().pixelColor(at(window, 0.95, 0.05)).name() != DARK.field.lower())
    draw(window)
    click(window, 0.5, 0.5)
    seen: list[str] = []
    window.model.dataset_changed.connect(
        lambda _: seen.append(surface.grab().toImage().pixelColor(at(window, 0.95, 0.05)).name())
    )
    until(lambda: rows(window) == 501)
    assert seen
    assert DARK.field.lower() not in seen


def test_axes_stay_while_points_are_added_and_removed(window: MainWindow, until: Until) -> None:
    draw(window)
    drawing = window.drawing.desk.drawing
    assert drawing is not None
    click(window, 1.0, 0.0)
    until(lambda: rows(window) == 501)
    QTest.keyClick(window, Qt.Key.Key_D)
    assert window.decision.drawing.axes == drawing.axes
    window.model.load_toy("circle")
    until(lambda: window.decision.drawing.axes == ())


def test_new_drawing_is_an_empty_plane_until_two_classes_have_a_point(window: MainWindow, until: Until) -> None:
    begin_new(window, until)
    surface = window.decision.surface
    assert surface.grab().toImage().pixelColor(at(window, 0.3, 0.3)).name() == DARK.field.lower()
    assert window.decision.grid_probe(live=False) is None
    click(window, 0.2, 0.5)
    QTest.keyClick(window, Qt.Key.Key_2)
    click(window, 0.8, 0.5)
    until(lambda: rows(window) == 2)
    until(lambda: surface.grab().toImage().pixelColor(at(window, 0.3, 0.3)).name() != DARK.field.lower())
    assert window.data.file_name.accessibleName() == "Drawn points, 2 × 3"


def test_left_empty_drawing_gives_the_map_back_to_the_data_set(window: MainWindow, until: Until) -> None:
    surface = window.decision.surface
    begin_new(window, until)
    QTest.keyClick(surface, Qt.Key.Key_Escape)
    assert window.decision.axes() == ("x", "y")
    assert window.decision.grid_probe(live=False) is not None
    until(lambda: surface.grab().toImage().pixelColor(at(window, 0.95, 0.05)).name() != DARK.field.lower())
    assert rows(window) == 500


def test_choosing_a_row_of_the_other_set_leaves_the_empty_plane_alone(window: MainWindow, until: Until) -> None:
    begin_new(window, until)
    window.live.set_row(400)
    window.decision.surface.grab()
    QTest.keyClick(window.decision.surface, Qt.Key.Key_Escape)
    assert window.model.runs.row == 400


def test_opening_another_toy_offers_the_drawing_back(window: MainWindow, until: Until) -> None:
    draw(window)
    click(window, 0.5, 0.5)
    until(lambda: rows(window) == 501)
    window.data.toys.toy_chosen.emit("circle")
    until(lambda: any("took the place of the drawing" in text for text in window.banner.texts))
    bar = next(bar for bar in window.banner.bars if "took the place" in bar.label.text())
    button = next(b for b in bar.findChildren(type(window.decision.drawing.new)) if b.text() == "Back to the drawing")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    until(lambda: rows(window) == 501)
    assert drawing_is_on(window)


def test_keyboard_alone_draws_and_removes(window: MainWindow, until: Until) -> None:
    draw(window)
    surface, cross = window.decision.surface, window.decision.drawing.pen.cross
    assert surface.hasFocus()
    for _ in range(8):
        QTest.keyClick(surface, Qt.Key.Key_Right)
    assert cross.isVisible()
    before = cross.x()
    QTest.keyClick(surface, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert cross.x() == before + 2
    QTest.keyClick(surface, Qt.Key.Key_Return)
    assert points(window) == 501
    drawing = window.drawing.desk.drawing
    assert drawing is not None
    assert drawing.points.points[-1].x > (drawing.axes[0].low + drawing.axes[0].high) / 2
    QTest.keyClick(surface, Qt.Key.Key_Delete)
    assert points(window) == 500
    until(lambda: rows(window) == 500)


def test_regression_and_wide_tables_show_no_pencil_and_the_key_offers_a_new_drawing(
    window: MainWindow, until: Until
) -> None:
    window.model.load_toy("hills")
    until(lambda: window.model.dataset is not None and window.model.dataset.task == "regression")
    assert not window.decision.drawing.toggle.isVisible()
    QTest.keyClick(window, Qt.Key.Key_D)
    assert not drawing_is_on(window)
    assert any("a number to predict" in text for text in window.banner.texts)


def test_every_control_of_drawing_has_a_name_and_takes_the_tab_key(window: MainWindow) -> None:
    draw(window)
    parts = window.decision.drawing
    for control in (parts.toggle, parts.new, *parts.bar.chips, *parts.bar.findChildren(QToolButton)):
        assert control.accessibleName() or control.text()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
