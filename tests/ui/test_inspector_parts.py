"""The labels of the lenses' pages: what the mouse can select of them, and that selecting moves nothing on the page."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.lens_build import Lens
from nnviz.app.lenses import Place
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.formula_lines import FormulaLabel
from nnviz.ui.panels.inspector_parts import SelectableLabel, set_text, value_label

Until = Callable[[Callable[[], bool]], None]
LEFT, NO_KEY, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
FORMULA = "25 × 45 = 1125"


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """A window with a formula, wide enough not to break it, and a field beside it."""
    page = QWidget()
    qtbot.addWidget(page)
    page.setGeometry(0, 0, 400, 120)
    label = FormulaLabel()
    label.setParent(page)
    label.setGeometry(20, 40, 360, 20)
    label.show_formula(FORMULA)
    field = QLineEdit(page)
    field.setGeometry(20, 80, 360, 24)
    with qtbot.waitExposed(page):
        page.show()
    return page


def _label(page: QWidget) -> FormulaLabel:
    label = page.findChild(FormulaLabel)
    assert label is not None
    return label


def _press_window(label: QLabel, x: int) -> None:
    """Press on the window: the focus goes where Qt brings it."""
    handle = label.window().windowHandle()
    QTest.mouseClick(handle, LEFT, NO_KEY, label.mapTo(label.window(), QPoint(x, label.height() // 2)))


def _selectable(label: QLabel) -> bool:
    """Whether there is a document, which is among the label's children."""
    return bool(label.children())


def test_a_double_click_selects_a_number_and_the_keys_copy_it(page: QWidget, until: Until) -> None:
    label = _label(page)
    page.activateWindow()
    _press_window(label, 8)
    until(label.hasFocus)
    QTest.mouseDClick(label, LEFT, NO_KEY, QPoint(6, label.height() // 2))
    assert label.selectedText() == "25"
    QTest.keyClick(label, Qt.Key.Key_C, CONTROL)
    assert QApplication.clipboard().text() == "25"


def test_the_first_press_already_begins_to_select(page: QWidget) -> None:
    label = _label(page)
    end = label.fontMetrics().horizontalAdvance("25 × 45")
    QTest.mousePress(label, LEFT, NO_KEY, QPoint(0, 8))
    QTest.mouseMove(label, QPoint(end, 8))
    QTest.mouseRelease(label, LEFT, NO_KEY, QPoint(end, 8))
    assert label.selectedText() == "25 × 45"


def test_it_is_plain_again_once_the_focus_is_elsewhere_and_can_be_selected_anew(page: QWidget, until: Until) -> None:
    label, field = _label(page), page.findChild(QLineEdit)
    assert field is not None
    page.activateWindow()
    for _ in range(2):
        _press_window(label, 8)
        until(label.hasFocus)
        assert _selectable(label)
        field.setFocus(Qt.FocusReason.MouseFocusReason)
        until(field.hasFocus)
        assert not _selectable(label)
    set_text(label, "0.5")
    assert label.text() == "0.5"


def _geometries(page: QWidget) -> list[QRect]:
    return [QRect(part.mapTo(page, QPoint(0, 0)), part.size()) for part in page.findChildren(QWidget)]


@pytest.mark.parametrize("lens", ["journey", "neuron", "chain"])
def test_nothing_moves_on_a_page_whose_texts_are_selected(
    open_window: Callable[..., MainWindow], until: Until, lens: Lens
) -> None:
    window = open_window()
    flow = window.inspector
    window.live.set_row(3)
    flow.choose(Place(0, 2, 1) if lens == "chain" else Place(0, 2))
    panel = flow.panel
    assert panel is not None
    flow.set_lens(lens)
    page: QWidget = {"journey": panel.journey, "neuron": panel.neuron, "chain": panel.chain}[lens]
    until(lambda: not panel.message and page.isVisible())
    last: list[QRect] = []

    def at_rest() -> bool:
        nonlocal last
        before, last = last, _geometries(page)
        return last == before

    until(at_rest)
    plain = last
    labels = [label for label in page.findChildren(SelectableLabel) if label.isVisible() and label.text()]
    assert len(labels) > 10
    for label in labels:
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)  # as a press does
        label.updateGeometry()  # as a newer text does
    until(at_rest)
    assert last == plain


def test_a_wrapped_label_is_as_high_as_its_newest_text_in_its_newest_font(qtbot: QtBot) -> None:
    label, plain = value_label(wrap=True), QLabel()
    qtbot.addWidget(label)
    qtbot.addWidget(plain)
    plain.setWordWrap(True)
    plain.setFont(label.font())
    found = set()
    for text in (FORMULA, f"{FORMULA}, and so {FORMULA}", FORMULA):
        for part in (label, plain):
            part.setText(text)
        found.add(label.heightForWidth(70))
        assert [label.heightForWidth(width) for width in (70, 300, 70)] == [
            plain.heightForWidth(width) for width in (70, 300, 70)
        ]
    larger = label.font()
    larger.setPixelSize(30)
    for part in (label, plain):
        part.setFont(larger)
    assert label.heightForWidth(70) == plain.heightForWidth(70) not in found
    for part in (label, plain):
        part.setStyleSheet("padding: 9px")
    assert label.heightForWidth(300) == plain.heightForWidth(300)


def test_a_formula_is_broken_anew_for_every_width(page: QWidget) -> None:
    label = _label(page)
    words = label.fontMetrics().horizontalAdvance(FORMULA)
    texts = []
    for width in (words + 20, words - 20, words + 20):
        label.resize(width, 40)
        texts.append(label.text())
    assert texts == [FORMULA, "25 × 45\n= 1125", FORMULA]
