"""The sheet of all training settings: keyboard, wheel, names for who cannot see it, and room for every word."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nnviz.engine.mlp import LayerConfig, MLPConfig, config_for_task
from nnviz.engine.regularization import Regularization
from nnviz.engine.schedules import Schedule
from nnviz.engine.stopping import EarlyStopping
from nnviz.engine.training import TrainingConfig
from nnviz.resources import resource_path
from nnviz.ui.dialogs.training_fields import ChoiceBox
from nnviz.ui.dialogs.training_sheet import TWO_COLUMNS, TrainingSheet
from nnviz.ui.panels.hyperparameters import NumberField
from nnviz.ui.style_sheet import style_sheet
from nnviz.ui.theme import DARK, load_fonts

HIDDEN = (LayerConfig(8, "tanh"), LayerConfig(6, "relu"))
FULL = TrainingConfig(
    optimizer="sgd",
    learning_rate=0.05,
    momentum=0.9,
    batch_size=16,
    seed=7,
    schedule=Schedule("cosine", period=40, growth=3, floor=0.1, warmup=5),
    regularization=Regularization(0.001, 0.002, 0.003, 0.1, 0.2, 1.5, 2.5, 0.05),
    stopping=EarlyStopping(patience=20, min_change=0.01, monitor="metric"),
    class_weight="balanced",
)


def network(task: str = "binary", loss: str = "") -> MLPConfig:
    return config_for_task(task, 2, 3 if task == "multiclass" else 1, HIDDEN, loss)


@pytest.fixture
def sheet(qtbot: QtBot) -> Iterator[TrainingSheet]:
    load_fonts()
    made = TrainingSheet()
    qtbot.addWidget(made)
    made.set_training(FULL)
    made.set_network(network(), "binary")
    made.resize(404, 1400)
    with qtbot.waitActive(made):
        made.show()
    yield made
    made.close()


@pytest.fixture
def asked(sheet: TrainingSheet) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = []
    sheet.changed.connect(changes.append)
    return changes


def type_in(field: NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text) if text else QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Return)


CONTROLS = (QComboBox, QLineEdit, QAbstractSpinBox, QAbstractButton)


def controls(sheet: QWidget) -> list[QWidget]:
    return [w for kind in CONTROLS for w in sheet.findChildren(kind) if w.isVisible() and w.focusPolicy()]


def test_every_control_has_an_accessible_name_and_a_tooltip(sheet: TrainingSheet) -> None:
    for control in controls(sheet):
        assert control.accessibleName() or (isinstance(control, QAbstractButton) and control.text()), control
        if control is not sheet.close_button:
            assert control.toolTip(), control.accessibleName()


def test_tab_walks_the_controls_from_top_to_bottom(sheet: TrainingSheet) -> None:
    sheet.optimizer.rule.setFocus()
    walked: list[QWidget] = []
    while (focused := sheet.focusWidget()) not in walked and focused is not None:
        walked.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    enabled = {widget for widget in controls(sheet) if widget.isEnabled()}
    assert set(walked) == enabled
    body = sheet.schedule.parentWidget()
    assert body is not None
    places = [widget.mapTo(body, QPoint(0, 0)) for widget in walked if widget is not sheet.close_button]
    assert places == sorted(places, key=lambda place: (place.y(), place.x()))
    assert walked[-1] is sheet.close_button


def test_escape_takes_typing_back_first_and_closes_then(sheet: TrainingSheet, asked: list[dict[str, Any]]) -> None:
    field = sheet.optimizer.rate
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "12")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.05"
    assert sheet.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert asked == []


def test_enter_in_a_field_presses_no_button(sheet: TrainingSheet) -> None:
    type_in(sheet.optimizer.rate, "0.5")
    assert sheet.isVisible()


def test_settings_that_arrive_while_a_number_is_typed_leave_it_alone(sheet: TrainingSheet) -> None:
    field = sheet.optimizer.rate
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.7")
    sheet.set_training(replace(FULL, batch_size=99))
    assert (field.text(), sheet.optimizer.batch.text()) == ("0.7", "99")


def turn_wheel(widget: QWidget) -> bool:
    """Turn the wheel over a widget; return whether the widget took it, or left it to what it lies on."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, QPointF(widget.mapToGlobal(middle.toPoint())), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_wheel_over_a_list_without_the_focus_is_left_to_the_sheet(sheet: TrainingSheet) -> None:
    boxes = [box for box in sheet.findChildren(ChoiceBox) if box.isEnabled()]
    before = [box.currentIndex() for box in boxes]
    sheet.close_button.setFocus()
    assert not any(turn_wheel(box) for box in boxes)
    assert [box.currentIndex() for box in boxes] == before
    sheet.stopping.monitor.setFocus()
    sheet.stopping.monitor.setCurrentIndex(0)
    assert turn_wheel(sheet.stopping.monitor)
    assert sheet.stopping.monitor.currentIndex() == 1


def test_wide_sheet_stands_in_two_columns(sheet: TrainingSheet) -> None:
    def left(widget: QWidget) -> int:
        return widget.mapTo(sheet, QPoint(0, 0)).x()

    assert len({left(section) for section in sheet.sections}) == 1
    sheet.resize(TWO_COLUMNS + 40, 600)
    QApplication.processEvents()
    assert left(sheet.optimizer) == left(sheet.schedule) < left(sheet.regularization) == left(sheet.network)
    sheet.resize(404, 600)
    QApplication.processEvents()
    assert len({left(section) for section in sheet.sections}) == 1


def test_no_text_is_wider_than_its_control(sheet: TrainingSheet) -> None:
    """At its smallest width, for every choice that a list offers."""
    sheet.setStyleSheet(style_sheet(DARK, resource_path("icons/chevron-dark.svg").as_posix()))
    sheet.resize(sheet.minimumSize())
    QApplication.processEvents()
    for name in ("binary", "multiclass", "regression"):
        sheet.set_network(network(name), name)
        QApplication.processEvents()
        for box in sheet.findChildren(ChoiceBox):
            if box.isVisible():
                texts = [box.itemText(index) for index in range(box.count())]
                widest = max(map(box.fontMetrics().horizontalAdvance, texts))
                assert widest + 32 <= box.width(), (box.accessibleName(), texts, box.width())
