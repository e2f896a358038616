"""The editor over the diagram: typing, dragging, stepping, keeping and taking back."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnviz.ui.panels.weight_editor import WeightEditor


class Bench:
    """An editor on a canvas beside another field, and what it asked for."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.window = QWidget()
        self.window.resize(500, 340)
        layout = QVBoxLayout(self.window)
        self.canvas, self.other = QWidget(), QLineEdit()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.canvas.setMinimumHeight(260)
        layout.addWidget(self.canvas)
        layout.addWidget(self.other)
        qtbot.addWidget(self.window)
        self.editor = WeightEditor(self.canvas)
        self.values: list[float] = []
        self.reverted: list[bool] = []
        self.closed: list[bool] = []
        self.editor.changed.connect(self.values.append)
        self.editor.reverted.connect(lambda: self.reverted.append(True))
        self.editor.closed.connect(self.closed.append)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.open()

    def open(self, value: float = -1.4937, at: tuple[float, float] = (200, 100)) -> None:
        self.editor.open_at("h1.2 → h2.6", value, QPointF(*at), QRectF(self.canvas.rect()))

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.editor.number, key, held)

    def type(self, text: str) -> None:
        self.editor.number.selectAll()
        QTest.keyClicks(self.editor.number, text)

    def drag(self, *moves: tuple[int, int], held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        number = self.editor.number
        x, y = 60, 12
        self._mouse(QEvent.Type.MouseButtonPress, x, y, held)
        for dx, dy in moves:
            x, y = x + dx, y + dy
            self._mouse(QEvent.Type.MouseMove, x, y, held)
        self._mouse(QEvent.Type.MouseButtonRelease, x, y, held)
        assert not number.dragging

    def _mouse(self, kind: QEvent.Type, x: int, y: int, held: Qt.KeyboardModifier) -> None:
        number, at = self.editor.number, QPointF(x, y)
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        buttons = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        position = QPointF(number.mapToGlobal(QPoint(x, y)))
        self.qtbot.waitUntil(number.isVisible)
        event = QMouseEvent(kind, at, position, button, buttons, held)
        {
            QEvent.Type.MouseButtonPress: number.mousePressEvent,
            QEvent.Type.MouseMove: number.mouseMoveEvent,
            QEvent.Type.MouseButtonRelease: number.mouseReleaseEvent,
        }[kind](event)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_it_opens_with_the_value_selected_named_and_focused(bench: Bench) -> None:
    editor = bench.editor
    assert editor.is_open
    assert editor.name.text() == "h1.2 → h2.6"
    assert editor.number.text() == editor.number.selectedText() == "−1.4937"
    assert editor.number.accessibleName() == "Value of h1.2 → h2.6"
    assert editor.number.hasFocus()
    assert editor.before.text() == "now −1.4937"


def test_typed_number_is_taken_with_enter(bench: Bench) -> None:
    bench.type("2,5")
    bench.press(Qt.Key.Key_Return)
    assert bench.values == [2.5]
    assert not bench.editor.is_open
    assert bench.closed == [True]


def test_nonsense_is_said_and_stays_to_be_mended(bench: Bench) -> None:
    bench.type("two")
    bench.press(Qt.Key.Key_Enter)
    assert bench.editor.is_open
    assert bench.editor.note.isVisible()
    assert bench.editor.note.text() == "“two” is not a number from −1,000,000 to 1,000,000."
    assert bench.editor.note.property("role") == "error"
    assert bench.values == []
    bench.type("2")
    assert not bench.editor.note.isVisible()
    bench.press(Qt.Key.Key_Enter)
    assert bench.values == [2.0]


def test_enter_without_a_change_asks_for_nothing(bench: Bench) -> None:
    bench.press(Qt.Key.Key_Return)
    assert bench.values == []
    assert not bench.editor.is_open


@pytest.mark.parametrize(
    ("key", "held", "value"),
    [
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, -1.3937),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, -1.5937),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, -1.4837),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, -0.4937),
    ],
)
def test_arrow_keys_step_at_once(bench: Bench, key: Qt.Key, held: Qt.KeyboardModifier, value: float) -> None:
    bench.press(key, held)
    assert bench.values == [pytest.approx(value)]
    assert bench.editor.is_open
    assert bench.editor.before.text().startswith("−1.4937 → ")
    assert bench.editor.number.accessibleDescription() == bench.editor.before.text()


def test_number_is_dragged_up_and_down_and_finer_with_shift(bench: Bench) -> None:
    bench.drag((0, -5), (0, -5))
    assert bench.values[-1] == pytest.approx(-1.4937 + 10 * 0.02)
    assert len(bench.values) == 2
    bench.drag((0, 10), held=Qt.KeyboardModifier.ShiftModifier)
    assert bench.values[-1] == pytest.approx(-1.2937 - 10 * 0.002)
    assert bench.editor.is_open


def test_dragging_sideways_selects_text_and_changes_nothing(bench: Bench) -> None:
    bench.drag((20, 1), (20, 1))
    assert bench.values == []


def test_escape_takes_everything_back(bench: Bench) -> None:
    bench.press(Qt.Key.Key_Up)
    bench.press(Qt.Key.Key_Up)
    bench.press(Qt.Key.Key_Escape)
    assert bench.reverted == [True]
    assert not bench.editor.is_open
    bench.open(0.5)
    bench.press(Qt.Key.Key_Escape)
    assert bench.reverted == [True]  # nothing was changed, nothing comes back


def test_going_elsewhere_keeps_what_was_typed(bench: Bench) -> None:
    bench.type("0.75")
    bench.other.setFocus()
    bench.qtbot.waitUntil(lambda: not bench.editor.is_open)
    assert bench.closed == [False]
    assert bench.values == [0.75]
    assert bench.other.hasFocus()


def test_going_elsewhere_with_nonsense_changes_nothing(bench: Bench) -> None:
    bench.type("x")
    bench.other.setFocus()
    bench.qtbot.waitUntil(lambda: not bench.editor.is_open)
    assert bench.values == []


@pytest.mark.parametrize("at", [(0, 0), (480, 0), (0, 320), (480, 320), (240, 130)])
def test_it_stays_wholly_on_the_canvas(bench: Bench, at: tuple[float, float]) -> None:
    bench.open(at=at)
    assert bench.canvas.rect().contains(bench.editor.geometry())


def test_steps_stay_within_what_a_weight_may_be(bench: Bench) -> None:
    bench.open(999_999.95)
    bench.press(Qt.Key.Key_Up)
    assert bench.values == [1e6]


def test_letters_are_text_and_no_shortcuts(bench: Bench) -> None:
    bench.type("1e-3")
    bench.press(Qt.Key.Key_Return)
    assert bench.values == [1e-3]
