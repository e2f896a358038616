"""Reading the map off: the card under the pointer, the cross hair of the keys, and what a screen reader is told."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.app.components import principal_components
from nnviz.app.map_answer import answer_line, output_at
from nnviz.app.plain_numbers import plain_number
from nnviz.data.toy_datasets import toy_dataset
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.snapshot import SnapshotRequest
from nnviz.run.state import RunState
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.plots.decision_range import trained_box
from tests.ui.map_cases import answer, numbers, picture, shipped, trained


def _lines(panel: DecisionPanel) -> list[str]:
    card = panel.surface.pointer.card
    return card.text().split("\n") if card.isVisible() else []


def _empty_place(panel: DecisionPanel) -> QPoint:
    """Return a place on the map with no point near."""
    square = panel.surface.square
    box = trained_box(panel.surface.view, square).toRect()  # type: ignore[arg-type]
    for x in range(box.left() + 5, box.right() - 5, 7):
        for y in range(box.top() + 5, box.bottom() - 5, 7):
            if panel.surface.row_near(QPointF(x, y), 14.0) is None:
                return QPoint(x, y)
    raise AssertionError("the map is full of points")


def test_empty_map_says_its_place_in_original_units_and_the_answer_there(decision_panel: DecisionPanel) -> None:
    dataset = shipped("wine")
    trainer = trained(dataset, 5)
    decision_panel.set_dataset(dataset)
    answer(decision_panel, trainer)
    at = _empty_place(decision_panel)
    QTest.mouseMove(decision_panel.surface, at)
    view = decision_panel.surface.view
    assert view is not None
    place = view.place(QPointF(at), decision_panel.surface.square)
    probabilities = trainer.mlp.predict(view.plane.input_at(*place, decision_panel.held.held)[None])[0]
    best = int(probabilities.argmax())
    first, second, said = _lines(decision_panel)
    assert first.startswith("alcohol  ")
    assert float(first.split()[1]) == pytest.approx(place[0], rel=1e-3)
    assert float(second.split()[1]) == pytest.approx(place[1], rel=1e-3)
    assert said == f"P({dataset.classes[best]})  {probabilities[best]:.2f}"


def test_answer_at_a_place_follows_the_slider(decision_panel: DecisionPanel, qtbot: QtBot) -> None:
    dataset = shipped("wine")
    trainer = trained(dataset, 10)
    decision_panel.set_dataset(dataset)
    answer(decision_panel, trainer)
    decision_panel.surface.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(decision_panel.surface, Qt.Key.Key_Right)
    while _lines(decision_panel)[0].startswith("row"):
        QTest.keyClick(decision_panel.surface, Qt.Key.Key_Up)
    before = _lines(decision_panel)
    held, view, at = decision_panel.held, decision_panel.surface.view, decision_panel.surface.pointer._at
    assert view is not None
    assert at is not None
    held.controls.bar.setValue(view.plane.held_names.index("flavanoids"))
    held.controls.rows[0].slider.setValue(held.controls.rows[0].slider.maximum())
    inputs = view.plane.input_at(*view.place(at, decision_panel.surface.square), held.held)
    said = trainer.mlp.predict(inputs[None])[0]
    expected = f"P({dataset.classes[int(said.argmax())]})  {said.max():.2f}"
    assert expected != before[-1]
    qtbot.waitUntil(lambda: _lines(decision_panel)[-1] == expected, timeout=2_000)
    assert _lines(decision_panel)[:2] == before[:2]


def test_point_says_its_row_and_what_is_predicted(decision_panel: DecisionPanel) -> None:
    dataset = numbers(60, 2)
    trainer = trained(dataset, 5)
    decision_panel.set_dataset(dataset)
    answer(decision_panel, trainer)
    at = decision_panel.surface.pixel_of(9)
    assert at is not None
    QTest.mouseMove(decision_panel.surface, at.toPoint())
    said = float(dataset.preprocessor.predictions(trainer.mlp.predict(dataset.X[9:10]))[0])
    lines = _lines(decision_panel)
    assert lines[0].startswith("row 10, ")
    assert lines[-1] == f"predicted  {plain_number(said)}"
    assert lines[-2].startswith("y  ")


def test_category_under_the_pointer_is_named(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("penguins"))
    square = decision_panel.surface.square
    assert decision_panel.surface.view is not None
    assert decision_panel.surface.view.x.levels[2] == "Torgersen"
    QTest.mouseMove(decision_panel.surface, QPoint(square.right() - 4, square.top() + 4))
    assert _lines(decision_panel)[0] == "island  Torgersen"


def test_plane_of_the_components_says_the_scores(decision_panel: DecisionPanel) -> None:
    dataset = shipped("digits")
    decision_panel.set_dataset(dataset)
    decision_panel.set_components(principal_components(dataset))
    answer(decision_panel, trained(dataset, 1))
    at = _empty_place(decision_panel)
    QTest.mouseMove(decision_panel.surface, at)
    first, second, said = _lines(decision_panel)
    assert first.startswith("PC 1 (")
    assert second.startswith("PC 2 (")
    assert said.startswith("P(")


def test_answer_is_read_off_the_weights_and_not_off_the_picture() -> None:
    dataset = toy_dataset("spiral")
    trainer = trained(dataset, 3)
    snapshot = take_snapshot(trainer, SnapshotRequest(), 1, RunState.PAUSED, History().view(), None)
    found = output_at(snapshot, dataset.X[4])
    np.testing.assert_allclose(found, trainer.mlp.predict(dataset.X[4:5])[0], rtol=1e-6)
    assert answer_line(dataset, np.array([np.nan]), "binary_cross_entropy") == "the answer is not finite"
    assert answer_line(dataset, np.array([0.2]), "binary_cross_entropy") == f"P({dataset.classes[0]})  0.80"
    assert answer_line(dataset, np.array([0.4]), "hinge") == f"P({dataset.classes[1]})  0.70"


def test_arrows_move_a_cross_hair_that_reads_the_map_off(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("wine"))
    answer(decision_panel, trained(shipped("wine"), 2))
    surface = decision_panel.surface
    surface.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(surface, Qt.Key.Key_Right)
    first = _lines(decision_panel)
    assert first
    assert surface.pointer.cross.isVisible()
    assert surface.accessibleDescription() == "; ".join(first)
    QTest.keyClick(surface, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert _lines(decision_panel) != first
    QTest.keyClick(surface, Qt.Key.Key_Escape)
    assert not surface.pointer.cross.isVisible()
    assert not surface.pointer.card.isVisible()


def test_enter_chooses_the_row_nearest_to_the_cross_hair(decision_panel: DecisionPanel, qtbot: QtBot) -> None:
    decision_panel.set_dataset(shipped("wine"))
    surface = decision_panel.surface
    surface.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(surface, Qt.Key.Key_Right)
    with qtbot.waitSignal(decision_panel.row_chosen, timeout=500) as caught:
        QTest.keyClick(surface, Qt.Key.Key_Return)
    at = surface.pointer._at
    assert at is not None
    assert caught.args == [surface.row_near(at, 1e3)]


def test_keyboard_focus_is_seen_and_the_mouse_does_not_take_it(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("wine"))
    surface = decision_panel.surface
    decision_panel.hard.setFocus()
    plain = picture(decision_panel)
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, pos=surface.square.center())
    assert not surface.hasFocus()
    surface.setFocus(Qt.FocusReason.TabFocusReason)
    assert picture(decision_panel) != plain
    assert surface.accessibleName() == "Decision map"


def test_card_stays_inside_the_panel(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("wine"))
    surface = decision_panel.surface
    for corner in (surface.square.topLeft(), surface.square.bottomRight()):
        QTest.mouseMove(surface, corner)
        assert surface.rect().contains(surface.pointer.card.geometry())


def test_card_goes_with_the_data_it_speaks_of(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("wine"))
    QTest.mouseMove(decision_panel.surface, decision_panel.surface.square.center())
    decision_panel.set_dataset(None)
    QTest.mouseMove(decision_panel.surface, decision_panel.surface.square.center() + QPoint(2, 2))
    assert _lines(decision_panel) == []
