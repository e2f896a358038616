"""The hyper-parameters in the strip: what is shown for each rule, typed numbers, the wheel, the way to all the rest."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.training import TrainingConfig
from nnviz.resources import resource_path
from nnviz.ui.panels.hyperparameters import ALL_SETTINGS, HyperparameterBar, NumberField
from nnviz.ui.style_sheet import style_sheet
from nnviz.ui.theme import DARK, load_fonts


@pytest.fixture
def bar(qtbot: QtBot) -> HyperparameterBar:
    load_fonts()
    made = HyperparameterBar()
    qtbot.addWidget(made)
    made.setStyleSheet(style_sheet(DARK, resource_path("icons/chevron-dark.svg").as_posix()))
    with qtbot.waitActive(made):
        made.show()
    return made


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_momentum_is_shown_for_the_rules_that_use_it_and_batch_is_all_for_full_batch_ones(
    bar: HyperparameterBar, name: str
) -> None:
    rule = OPTIMIZERS[name]
    changes: list[dict[str, Any]] = []
    bar.changed.connect(changes.append)
    bar.set_training(TrainingConfig(optimizer=name, momentum=0.5, batch_size=40))
    assert bar._momentum_box.isVisible() == rule.uses_momentum
    assert bar._batch.isEnabled() == (not rule.full_batch)
    assert bar._batch.text() == ("all" if rule.full_batch else "40")
    assert ("all training rows" in bar._batch.toolTip()) == rule.full_batch
    assert bar._optimizer.currentData() == name
    bar.set_training(TrainingConfig(batch_size=40))
    assert bar._batch.text() == "40"
    assert changes == []


@pytest.mark.parametrize(("momentum", "text"), [(0.5, "0.50"), (0.995, "0.995"), (0.12345, "0.12345"), (0.0, "0.00")])
def test_momentum_set_elsewhere_is_not_rounded(bar: HyperparameterBar, momentum: float, text: str) -> None:
    bar.set_training(TrainingConfig(momentum=momentum, batch_size=10**12))
    assert (bar._momentum.value(), bar._momentum.text()) == (momentum, text)
    assert bar._batch.value() == 2**31 - 1


def test_a_rate_is_written_as_numbers_are_everywhere(bar: HyperparameterBar) -> None:
    for rate, text in ((1e6, "1e6"), (2.5e-7, "2.5e−7"), (0.015, "0.015")):
        bar.set_training(TrainingConfig(learning_rate=rate))
        assert bar._rate.text() == text


def test_labels_fit_the_list_of_optimisers_and_nothing_after_it_moves(bar: HyperparameterBar) -> None:
    widths = set()
    for name, rule in OPTIMIZERS.items():
        bar.set_training(TrainingConfig(optimizer=name))
        QApplication.processEvents()
        box = bar._optimizer
        assert box.fontMetrics().horizontalAdvance(rule.label) + 8 + 18 <= box.width()
        widths.add(bar.sizeHint().width())
    assert len(widths) == 1


def test_folded_slider_leaves_the_whole_caption(bar: HyperparameterBar) -> None:
    bar.fold(0)
    assert bar._slider.isVisible()
    bar.fold(1)
    assert not bar._slider.isVisible()
    assert bar._rate.isVisible()


def test_button_asks_for_all_settings(bar: HyperparameterBar, qtbot: QtBot) -> None:
    assert bar._more.accessibleName() == ALL_SETTINGS
    assert "Ctrl+T" in bar._more.toolTip()
    with qtbot.waitSignal(bar.more):
        bar._more.click()


def test_wheel_changes_a_control_only_when_it_has_the_focus(bar: HyperparameterBar) -> None:
    bar.set_training(TrainingConfig(optimizer="sgd", momentum=0.5, batch_size=40))
    changes: list[dict[str, Any]] = []
    bar.changed.connect(changes.append)

    def turn(widget: QWidget) -> bool:
        middle = QPointF(widget.rect().center())
        event = QWheelEvent(
            middle, QPointF(widget.mapToGlobal(middle.toPoint())), QPoint(), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)
        return event.isAccepted()

    bar._more.setFocus()
    assert not any(turn(control) for control in (bar._slider, bar._batch, bar._optimizer, bar._momentum))
    assert changes == []
    for control in (bar._batch, bar._optimizer, bar._momentum, bar._slider):
        control.setFocus()
        assert turn(control)
    assert [next(iter(change)) for change in changes] == ["batch_size", "optimizer", "momentum", "learning_rate"]


@pytest.mark.parametrize(
    ("whole", "typed", "value"),
    [
        (False, "0,5", 0.5),
        (False, "1e-3", 0.001),
        (False, "\N{MINUS SIGN}2", -2.0),
        (True, "12", 12),
        (True, "1,000", 1000),
    ],
)
def test_number_is_read_as_it_is_written(qtbot: QtBot, whole: bool, typed: str, value: float) -> None:
    field = NumberField(whole=whole)
    qtbot.addWidget(field)
    seen: list[object] = []
    field.changed.connect(seen.append)
    field.setText(typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert seen == [value]
    assert type(seen[0]) is (int if whole else float)


@pytest.mark.parametrize(("whole", "typed"), [(False, ""), (False, "nan"), (False, "x"), (True, "1.5"), (True, "1e3")])
def test_what_is_no_number_is_refused_and_the_field_goes_back(qtbot: QtBot, whole: bool, typed: str) -> None:
    field = NumberField(whole=whole)
    qtbot.addWidget(field)
    field.set_value(3)
    seen: list[object] = []
    refused: list[str] = []
    field.changed.connect(seen.append)
    field.refused.connect(refused.append)
    field.setText(typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (seen, field.text()) == ([], "3")
    assert ("whole number" if whole else "is not a number") in refused[0]


def test_field_that_may_be_empty_says_so(qtbot: QtBot) -> None:
    field = NumberField(may_be_empty=True)
    qtbot.addWidget(field)
    field.set_value(0.5)
    seen: list[object] = []
    field.changed.connect(seen.append)
    field.setText(" ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert seen == [None]
    field.set_value(None)
    assert field.text() == ""


def test_number_that_is_left_as_it_was_asks_for_nothing(qtbot: QtBot) -> None:
    field = NumberField()
    qtbot.addWidget(field)
    field.set_value(1 / 3)
    seen: list[object] = []
    field.changed.connect(seen.append)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert seen == []
    assert field.text() == "0.333333"
