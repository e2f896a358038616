"""The what-if in the real window: typed and dragged, read off what is shown, refused in words, and taken back."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from nnviz.app.lenses import INPUTS, Place
from nnviz.app.slices import SliceAxis
from nnviz.run import messages
from nnviz.run.state import RunState
from nnviz.ui.axis_values import rounded
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.column_row import ColumnRow
from nnviz.ui.panels.data_answer import WHAT_IF
from nnviz.ui.panels.inspector import InspectorPanel
from nnviz.ui.panels.what_if import HOW, WhatIfPanel
from nnviz.ui.panels.what_if_flow import WhatIfFlow
from tests.app.lens_reading import number

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def window(open_window: Callable[..., MainWindow], until: Until) -> MainWindow:
    window = open_window()
    dataset = window.model.dataset
    window.toys.open_sample("iris")
    until(lambda: window.model.dataset is not dataset and window.live.snapshot is not None)
    window.live.set_row(6)
    QTest.keyClick(window, Qt.Key.Key_J)
    until(lambda: bool(shown_rows(window)))
    return window


def parts(window: MainWindow) -> tuple[WhatIfFlow, WhatIfPanel, InspectorPanel]:
    flow, panel = window.inspector.what_if, window.inspector.panel
    assert flow is not None
    assert panel is not None
    return flow, flow.panel(), panel


def shown_rows(window: MainWindow) -> list[ColumnRow]:
    return [row for row in parts(window)[1].controls.rows if row.isVisible()]


def row_of(window: MainWindow, name: str) -> ColumnRow:
    return next(row for row in shown_rows(window) if row.value.accessibleName() == f"Let {name} be: the exact value")


def write(window: MainWindow, name: str, text: str) -> None:
    field = row_of(window, name).value
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def card_texts(window: MainWindow) -> list[str]:
    return [" ".join(text.split()) for text in parts(window)[2].texts()]  # as long as a line is, they are broken


def test_key_opens_the_journey_with_a_control_for_each_column_at_the_rows_own_values(window: MainWindow) -> None:
    flow, panel, inspector = parts(window)
    dataset = window.model.dataset
    assert dataset is not None
    assert inspector.lens == "journey"
    assert panel.isVisible()
    assert panel.title.text() == "What if row 7 had …"
    own = [float(dataset.raw(name)[6]) for name in dataset.feature_names]
    assert [number(row.value.text()) for row in shown_rows(window)] == own
    assert flow.words == ()
    assert not panel.undo.isVisible()
    assert not panel.words.isVisible()
    assert panel.near.text() == HOW


def test_typed_value_goes_through_the_preprocessing_the_neurons_and_to_the_loss(
    window: MainWindow, until: Until
) -> None:
    flow, panel, inspector = parts(window)
    model = window.model
    dataset = model.dataset
    assert dataset is not None
    until(lambda: not inspector.message)
    write(window, "petal_length", "6.1")
    until(lambda: any(text.startswith("petal_length: 6.1 ") for text in card_texts(window)))
    line = next(text for text in card_texts(window) if text.startswith("petal_length: 6.1 "))
    feature = dataset.preprocessor.features[dataset.feature_names.index("petal_length")]
    wanted = (6.1 - feature.scale.center) / feature.scale.divisor  # type: ignore[union-attr]
    assert number(line.split()[-1]) == pytest.approx(wanted, abs=1e-3)
    texts = card_texts(window)
    assert "true class of row 7: setosa" in texts
    assert any(text.startswith("row 7 as it is: P(") for text in texts)
    assert flow.words == ("petal_length 6.1 instead of 1.4",)
    assert inspector.subject.toolTip() == "what if row 7 had petal_length 6.1 instead of 1.4"
    assert model.runs.what_if is not None
    until(lambda: window.data.row.answer._last == WHAT_IF)
    assert panel.undo.isVisible()


def test_snapshots_answer_for_the_changed_row(window: MainWindow, until: Until) -> None:
    model = window.model
    write(window, "petal_length", "6.1")
    changed = model.runs.what_if
    snapshot = window.live.snapshot
    assert changed is not None
    assert snapshot is not None

    def is_asked() -> bool:
        seen = window.live.snapshot
        if seen is None or seen.row is None:
            return False
        first = changed.inputs @ seen.weights[0] + seen.biases[0]
        return np.allclose(seen.row[0], np.tanh(first), atol=1e-4)

    until(is_asked)


def test_dragged_slider_moves_the_numbers_and_the_mark_on_the_map(window: MainWindow, until: Until) -> None:
    flow, _, _ = parts(window)
    row_of(window, "sepal_length").slider.setValue(300)
    assert flow.words
    assert window.decision.surface.layers.what_if is not None
    before = window.decision.surface.grab().toImage()
    row_of(window, "sepal_length").slider.setValue(100)
    assert window.decision.surface.grab().toImage() != before
    window.verbs.looks.ask_what_if()
    assert window.decision.surface.layers.what_if is None


def test_mark_on_the_map_is_dragged_and_gives_the_row_the_values_of_the_place(window: MainWindow, until: Until) -> None:
    flow, _, _ = parts(window)
    surface = window.decision.surface
    view, row = surface.view, window.model.runs.row
    at = surface.pixel_of(6)
    assert view is not None
    assert at is not None
    start, square = at.toPoint(), surface.square
    end = square.center() + QPoint(31, 17)
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(surface, square.center())
    QTest.mouseMove(surface, end)
    QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    wanted = view.place(QPointF(end), square)
    changed = window.model.runs.what_if
    assert changed is not None
    assert changed.row == row  # no other row was chosen
    x, y = view.plane.x, view.plane.y
    assert [changed.changes[x.name], changed.changes[y.name]] == pytest.approx(wanted, rel=0.02)
    assert surface.view is view  # nor was the map zoomed
    assert number(row_of(window, x.name).value.text()) == changed.changes[x.name]
    mark = surface.layers.mark(view, square)
    assert mark is not None
    assert (mark - QPointF(end)).manhattanLength() < 3
    # Taken up again where it lies now, and let go of when the what-if is closed.
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, mark.toPoint())
    QTest.mouseMove(surface, square.center())
    QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, square.center())
    assert window.model.runs.what_if is not changed
    flow.close()
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(surface, start + QPoint(2, 2))
    QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    assert window.model.runs.what_if is None


@pytest.mark.parametrize(
    ("axis", "value", "expected"),
    [
        (SliceAxis("c", "string", -0.5, 2.5, ("a", "b", "c")), 1.7, 2.0),
        (SliceAxis("c", "string", -0.5, 2.5, ("a", "b", "c")), 9.0, 2.0),
        (SliceAxis("n", "integer", 0.0, 50.0), 3.7, 4.0),
        (SliceAxis("f", "float", 0.0, 8.0), 3.14159, 3.14),
        (SliceAxis("f", "float", 0.0, 8e-5), 3.14159e-5, 3.14e-5),
    ],
)
def test_dragged_value_has_the_digits_that_a_hand_can_set(axis: SliceAxis, value: float, expected: float) -> None:
    assert rounded(axis, value) == pytest.approx(expected, rel=1e-12)


def test_value_outside_the_training_rows_is_marked_and_said(window: MainWindow, until: Until) -> None:
    _, panel, _ = parts(window)
    write(window, "petal_length", "9.5")
    until(lambda: "Outside the training range: petal_length 9.5" in panel.words.text())
    lengths = window.model.dataset.raw("petal_length")[window.model.dataset.train_rows]  # type: ignore[union-attr]
    assert f"(training rows: {lengths.min():g} to {lengths.max():g})" in panel.words.text()
    assert window.theming.theme.warning in row_of(window, "petal_length").value.styleSheet()
    write(window, "petal_length", "5")
    until(lambda: not panel.words.isVisible())


def test_nearest_training_rows_are_named_with_their_class_and_lead_to_the_row(window: MainWindow, until: Until) -> None:
    flow, panel, _ = parts(window)
    write(window, "petal_length", "6.1")
    write(window, "petal_width", "2.2")
    until(lambda: "virginica" in panel.near.text())
    nearest = int(panel.near.text().split('href="')[1].split('"')[0])
    dataset = window.model.dataset
    assert dataset is not None
    assert nearest in dataset.train_rows
    panel.near.linkActivated.emit(str(nearest))
    until(lambda: panel.title.text() == f"What if row {int(dataset.table_rows[nearest]) + 1} had …")
    assert window.model.runs.row == nearest
    assert flow.words == ()  # the other row is as it is
    window.live.set_row(6)
    until(lambda: len(flow.words) == 2)  # and what was changed of the first is still there


@pytest.mark.parametrize("typed", ["nan", "", "NA"])
def test_missing_value_is_taken_and_said_in_words(window: MainWindow, until: Until, typed: str) -> None:
    flow, panel, _ = parts(window)
    dataset = window.model.dataset
    assert dataset is not None
    write(window, "petal_length", typed)
    feature = dataset.preprocessor.features[dataset.feature_names.index("petal_length")]
    said = f"petal_length is missing: the network reads the median, {feature.median:g}."  # type: ignore[union-attr]
    until(lambda: panel.words.text() == said)
    assert row_of(window, "petal_length").value.text() == "missing"
    until(lambda: any("(missing, so the median)" in text for text in card_texts(window)))
    assert flow.words == ("petal_length missing instead of 1.4",)


@pytest.mark.parametrize("typed", ["much", "inf", "1e999"])
def test_what_is_no_number_is_refused_in_words_and_nothing_is_lost(
    window: MainWindow, until: Until, typed: str
) -> None:
    flow, panel, _ = parts(window)
    write(window, "petal_length", "4.5")
    write(window, "petal_length", typed)
    assert panel.words.text() == f"petal_length takes a finite number, and “{typed}” is none. It stays 4.5."
    assert row_of(window, "petal_length").value.text() == "4.5"
    assert flow.words == ("petal_length 4.5 instead of 1.4",)
    write(window, "petal_length", "4.6")
    until(lambda: not panel.words.isVisible())


def test_own_values_come_back_at_a_click(window: MainWindow, until: Until) -> None:
    flow, panel, _ = parts(window)
    write(window, "petal_length", "4.5")
    panel.undo.click()
    assert flow.words == ()
    assert window.model.runs.what_if is None
    assert row_of(window, "petal_length").value.text() == "1.4"
    until(lambda: not any(" as it is: " in text for text in card_texts(window)))


def test_closed_what_if_counts_no_more_and_opens_again_as_it_was(window: MainWindow, until: Until) -> None:
    flow, panel, inspector = parts(window)
    write(window, "petal_length", "4.5")
    inspector.what_if.click()
    assert not panel.isVisible()
    assert window.model.runs.what_if is None
    inspector.what_if.click()
    until(lambda: flow.words == ("petal_length 4.5 instead of 1.4",))
    window.inspector.dismiss()
    assert window.model.runs.what_if is None
    assert not flow.is_open


def test_other_lenses_explain_the_changed_row_too(window: MainWindow, until: Until) -> None:
    _, panel, inspector = parts(window)
    write(window, "petal_length", "6.1")
    window.inspector.choose(Place(0, 0))
    window.inspector.set_lens("neuron")
    until(lambda: inspector.lens == "neuron" and not inspector.message)
    assert not panel.isVisible()
    assert not inspector.what_if.isVisible()
    changed, dataset = window.model.runs.what_if, window.model.dataset
    assert changed is not None
    assert dataset is not None
    read = [label.text() for label in inspector.neuron.table.findChildren(QLabel)]
    value = read[read.index("petal_length") + 3]
    assert number(value) == pytest.approx(changed.inputs[dataset.feature_names.index("petal_length")], abs=1e-3)
    assert inspector.subject.toolTip().startswith("what if row 7 had petal_length 6.1")


def test_no_what_if_outlives_its_row_by_a_single_frame(window: MainWindow) -> None:
    write(window, "petal_length", "6.1")
    assert window.model.runs.what_if is not None
    window.live.set_row(8)  # whoever draws next, before the what-if follows, shows row 9 as it is
    assert window.model.runs.what_if is None


def test_another_data_set_and_no_row_end_it(window: MainWindow, until: Until) -> None:
    flow, panel, _ = parts(window)
    write(window, "petal_length", "6.1")
    window.live.set_row(None)
    until(lambda: not flow.is_open)
    assert window.model.runs.what_if is None
    window.live.set_row(6)
    flow.open()
    until(lambda: flow.words == ("petal_length 6.1 instead of 1.4",))
    before = window.model.dataset
    window.model.load_toy("moons")
    until(lambda: window.model.dataset is not before)
    assert not flow.is_open
    assert not panel.isVisible()
    assert window.model.runs.what_if is None
    window.live.set_row(6)
    QTest.keyClick(window, Qt.Key.Key_J)
    until(lambda: len(shown_rows(window)) == 2)
    assert flow.words == ()


def test_chosen_inputs_column_is_brought_into_sight(window: MainWindow, until: Until) -> None:
    before = window.model.dataset
    window.toys.open_sample("wine")
    until(lambda: window.model.dataset is not before and window.live.snapshot is not None)
    window.live.set_row(6)
    window.verbs.looks.ask_what_if()
    until(lambda: bool(shown_rows(window)))
    names = [row.value.accessibleName() for row in shown_rows(window)]
    assert "Let proline be: the exact value" not in names
    window.inspector.choose(Place(INPUTS, 12))
    assert row_of(window, "proline").isVisible()
    assert parts(window)[1].controls.bar.isVisible()


def test_pictures_follow_the_changed_row_while_training_runs(window: MainWindow, until: Until) -> None:
    flow, panel, inspector = parts(window)
    window.model.runs.send(messages.Run())
    until(lambda: window.model.runs.state is RunState.RUNNING and not inspector.message)
    write(window, "petal_length", "6.1")
    until(lambda: any(text.startswith("petal_length: 6.1 ") for text in card_texts(window)))
    window.model.runs.send(messages.Pause())
    until(lambda: window.model.runs.state is RunState.PAUSED)
    assert flow.words
    assert window.focusWidget() is row_of(window, "petal_length").value
    assert panel.isVisible()
