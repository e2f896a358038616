"""The runs of this session in the real window: lanes, list, keys, and the way back into a run."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnviz.run import messages
from nnviz.run.snapshot import Snapshot
from nnviz.ui.commands import KEYS
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.rail import HEIGHT
from nnviz.ui.plots.curve_runs import run_colour
from nnviz.ui.run_flow import NONE_LEFT
from tests.ui.test_compare import Until, stands, train, window
from tests.ui.test_time_rail import now, status_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


__all__ = ["window"]
Key = Qt.Key


def branch(window: MainWindow, until: Until, epoch: int, count: int, **settings: float) -> Snapshot:
    window.rail.rail.seek(int(now(window).history.step[epoch]), exact=True)
    until(lambda: now(window).epoch == epoch)
    window.model.runs.configure(**settings)
    train(window, until, count)
    until(lambda: window.rail.panel.track.lanes.rows == min(len(now(window).rail.left), window.rail.panel.most_lanes))
    return now(window)


def lane_point(window: MainWindow, index: int, step: int) -> QPoint:
    """Return where the pointer meets a lane at an update."""
    track = window.rail.panel.track
    lane, x = track.lanes.lanes[index], round(track.x_of(step))
    found = [y for y in range(track.height()) if track._lane_at(QPoint(x, y).toPointF()) is lane]
    return QPoint(x, found[len(found) // 2])


def test_the_way_back_into_a_run_by_keys_alone(window: MainWindow, until: Until) -> None:
    first = now(window)
    second = branch(window, until, 4, 2, learning_rate=0.2)
    assert second.lineage != first.lineage
    QTest.keyClick(window, Key.Key_G)
    sheet = window.verbs.past.sheet
    until(sheet.isVisible)
    assert [line.name for line in sheet.lines] == ["Run 2, present", "Run 1"]
    assert sheet.chosen is sheet.lines[1]
    assert sheet.back.hasFocus()
    assert sheet.back.text() == "Go back to run 1"
    assert "learning rate" in sheet.back.accessibleDescription()
    QTest.keyClick(sheet, Key.Key_Return)
    until(lambda: now(window).lineage == first.lineage)
    np.testing.assert_array_equal(now(window).parameters, first.parameters)
    assert not sheet.isVisible()
    assert window.model.runs.training == first.training
    until(lambda: [run.number for run in window.loss.plot.runs] == [2])
    until(lambda: [lane.number for lane in window.rail.panel.track.lanes.lanes] == [2])
    assert window.loss.options.compare.isChecked()
    train(window, until, 1)
    assert now(window).lineage == first.lineage


def test_a_click_on_a_lane_offers_that_very_moment(window: MainWindow, until: Until) -> None:
    first = now(window)
    seen = first.history.train_loss.tolist()
    branch(window, until, 2, 3)
    track = window.rail.panel.track
    step = int(first.history.step[5])
    place = lane_point(window, 0, step)
    words = track._lane_words(track.lanes.lanes[0], place.x())
    assert words.startswith("Run 1, epoch 5 of 8. Click")
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=place)
    sheet = window.verbs.past.sheet
    until(sheet.isVisible)
    assert now(window).lineage != first.lineage, "nothing is done by the click itself"
    assert sheet.there.text() == "Go back to its epoch 5"
    sheet.there.click()
    until(lambda: now(window).lineage == first.lineage and now(window).epoch == 5)
    assert now(window).rail.newest == (first.step, first.epoch)
    last = now(window).history.last
    assert last is not None
    assert abs(last.step - step) <= 2  # a pixel of the lane
    assert min(abs(last.train_loss - loss) for loss in seen[4:7]) < 0.05


def test_a_run_that_is_forgotten_takes_lane_curve_and_end_along(window: MainWindow, until: Until) -> None:
    first = now(window)
    branch(window, until, 4, 2)
    window.verbs.past.toggle()
    sheet = window.verbs.past.sheet
    until(sheet.isVisible)
    QTest.keyClick(sheet, Key.Key_Delete)
    until(lambda: now(window).rail.left == () and not window.rail.panel.track.lanes.lanes)
    until(lambda: not sheet.isVisible())
    assert len(window.loss.plot.runs) == 0
    assert window.verbs.looks.comparing.end_of(first.lineage) is None
    assert not window.rail.panel.runs.isVisible()
    window.verbs.past.toggle()
    assert not sheet.isVisible()
    until(lambda: NONE_LEFT in status_of(window))


def test_lanes_have_the_colours_of_their_curves_and_the_rail_grows_with_them(window: MainWindow, until: Until) -> None:
    window.resize(1440, 900)
    until(lambda: window.rail.panel.height() == HEIGHT)
    first = now(window)
    branch(window, until, 4, 2)
    until(lambda: window.rail.panel.height() > HEIGHT)
    assert window.rail.panel.runs.text() == "2 runs"
    track = window.rail.panel.track
    place = lane_point(window, 0, int(first.history.step[7]))
    theme = window.theming.theme
    assert track.grab().toImage().pixelColor(place).name().upper() == run_colour(theme, 1).upper()
    assert window.loss.plot.runs.numbers.of(first.lineage) == 1


def test_there_are_lanes_for_those_that_matter_and_a_line_that_leads_to_the_others(
    window: MainWindow, until: Until
) -> None:
    window.resize(1440, 900)
    until(lambda: window.rail.panel.most_lanes == 5)
    alone = window.rail.panel.height()
    for _ in range(5):
        branch(window, until, 3, 1)
    track = window.rail.panel.track
    assert [lane.number for lane in track.lanes.lanes] == [5, 4, 3, 2, 1]
    full = window.rail.panel.height()
    assert full == alone + 12 + 4 * 9 + 3
    window.rail.rail.seek(int(now(window).history.step[3]), exact=True)
    until(lambda: now(window).epoch == 3)
    train(window, until, 1)
    until(lambda: len(track.lanes.lanes) == 4)
    assert [lane.number for lane in track.lanes.lanes] == [6, 5, 4, 1], "run 1 is what the present one went off"
    assert track.lanes.more_text == "+ 2 more"
    assert window.rail.panel.height() == full
    x = round(track.x_of(0)) + 8
    (*found,) = [y for y in range(track.height()) if track.lanes.tells_of_more_at(x, y, track._axis)]
    assert not any(track._lane_at(QPoint(x, y).toPointF()) for y in found)
    step = now(window).step
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(x, found[len(found) // 2]))
    sheet = window.verbs.past.sheet
    until(sheet.isVisible)
    assert len(sheet.lines) == 7
    assert now(window).step == step
    sheet.hide()
    window.resize(1440, 700)
    until(lambda: len(track.lanes.lanes) == 2)
    assert track.lanes.more_text == "+ 4 more"


def test_a_drag_ends_at_the_newest_moment_of_the_present_run(window: MainWindow, until: Until) -> None:
    branch(window, until, 4, 1)
    track = window.rail.panel.track
    assert track.x_of(track.maximum()) < track.width() - 40
    assert track.step_at(track.width() - 17) == track.maximum()


def test_what_memory_has_no_room_for_is_said(window: MainWindow, until: Until) -> None:
    branch(window, until, 4, 2)
    window.model.runs.send(messages.KeepMoments(0))
    until(lambda: any("run 1 can't be gone back to any more" in text for text in window.banner.texts))
    assert [run.number for run in window.loss.plot.runs] == [1], "its curve stays"


def test_a_branch_shows_the_curve_of_the_run_that_it_left_however_it_was_begun(
    window: MainWindow, until: Until
) -> None:
    first = now(window)
    assert not window.loss.options.compare.isChecked()
    window.model.runs.send(messages.Branch(int(first.history.step[4]), first.training))
    until(lambda: now(window).lineage != first.lineage and window.loss.options.compare.isChecked())
    window.model.runs.send(messages.Pause())
    until(lambda: stands(window))


def test_a_run_of_another_shape_is_gone_back_into_and_out_of_again_by_keys(window: MainWindow, until: Until) -> None:
    first = now(window)
    window.verbs.set_units(0, 5)
    until(lambda: now(window).config.sizes[1] == 5)
    until(lambda: [lane.number for lane in window.rail.panel.track.lanes.lanes] == [1])
    train(window, until, 3)
    second = now(window)
    assert window.rail.panel.runs.text() == "2 runs"
    for end, number in ((first, 1), (second, 2), (first, 1)):
        window.activateWindow()  # the offscreen platform leaves the sheet active that is hidden
        until(window.isActiveWindow)
        QTest.keyClick(window, Key.Key_G)
        sheet = window.verbs.past.sheet
        until(sheet.isVisible)
        assert sheet.back.text() == f"Go back to run {number}"
        sizes = "-".join(map(str, end.config.sizes))
        assert sheet.lines[1].differs.startswith(f"layers {sizes}")
        QTest.keyClick(sheet, Key.Key_Return)
        until(lambda end=end: now(window).lineage == end.lineage and stands(window))  # type: ignore[misc]
        np.testing.assert_array_equal(now(window).parameters, end.parameters)
        assert window.model.runs.config == end.config
        assert window.model.runs.training == end.training
        assert window.network.graph._config == end.config
        assert window.rail.panel.track.maximum() == end.step
        until(lambda number=number: [run.number for run in window.loss.plot.runs] == [3 - number])  # type: ignore[misc]
        until(lambda number=number: [one.number for one in window.rail.panel.track.lanes.lanes] == [3 - number])  # type: ignore[misc]
        assert window.loss.options.compare.isChecked()
        until(lambda number=number: any(f"Back in run {number}" in text for text in status_of(window)))  # type: ignore[misc]
    train(window, until, 2)
    assert now(window).lineage == first.lineage
    assert now(window).epoch == first.epoch + 2


def test_a_run_of_another_shape_is_compared_with_in_all_but_its_weights(window: MainWindow, until: Until) -> None:
    window.verbs.set_units(0, 5)
    until(lambda: now(window).config.sizes[1] == 5 and bool(now(window).rail.left))
    train(window, until, 2)
    QTest.keyClick(window, Key.Key_G)
    window.verbs.past.sheet.compare.click()
    comparison = window.verbs.looks.comparison
    until(lambda: comparison.is_open and comparison.panel.comparison is not None)
    found = comparison.panel.comparison
    assert found is not None
    assert found.labels[0].startswith("run 1, epoch 8")
    assert [one.name for one in found.settings] == ["layers"]
    assert [name for name, _, _ in found.figures[:2]] == ["Training loss", "Validation loss"]
    assert found.weights == ()
    assert comparison.panel.apart.isVisible()
    assert not comparison.panel.weights.isVisible()
    assert "no weight of one is a weight of the other" in comparison.panel.apart.text()


def test_another_data_set_has_no_runs_of_the_one_before(window: MainWindow, until: Until) -> None:
    branch(window, until, 4, 2)
    before = window.model.dataset
    window.model.load_toy("rings")
    until(lambda: window.model.dataset is not before and window.live.snapshot is not None)
    assert not window.rail.panel.track.lanes.lanes
    assert not window.rail.panel.runs.isVisible()
    train(window, until, 2)
    assert not any("memory is full" in text for text in window.banner.texts)


def test_a_run_is_compared_with_from_the_list(window: MainWindow, until: Until) -> None:
    branch(window, until, 4, 2)
    window.verbs.past.toggle()
    window.verbs.past.sheet.compare.click()
    comparison = window.verbs.looks.comparison
    until(lambda: comparison.is_open and comparison.panel.comparison is not None)
    assert comparison.panel.comparison is not None
    assert comparison.panel.comparison.labels[0] == "run 1, epoch 8"


def test_the_list_is_among_the_commands() -> None:
    assert [name for keys, name, _ in KEYS if keys == "G"] == ["runs"]
