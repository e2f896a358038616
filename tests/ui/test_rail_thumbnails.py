"""The map's pictures along the time rail: each is of the weights that going there shows, whatever happened before."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from nnviz.app.network_edits import set_units
from nnviz.app.planes import FirstLook
from nnviz.app.rail import newest_of
from nnviz.app.slices import AT_MEDIANS
from nnviz.data.dataset import Dataset
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.mlp import MLP, LayerConfig
from nnviz.run import messages
from nnviz.run.recipe import DEFAULT_TRAINING, network_config, new_trainer
from nnviz.run.snapshot import Snapshot
from nnviz.run.state import RunState
from nnviz.run.track import Still
from nnviz.ui.main_window import MainWindow
from nnviz.ui.panels.rail_thumbnails import MOST, RailThumbnails, _pixmap
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.plots.map_thumbnail import ThumbnailLook, affordable_cells, thumbnails
from nnviz.ui.theme import DARK, LIGHT, Theme
from tests.ui.conftest import MakeDataset, OpenWindow, Until


def now(window: MainWindow) -> Snapshot:
    assert window.live.snapshot is not None
    return window.live.snapshot


def train(window: MainWindow, until: Until, epochs: int = 40) -> None:
    """Train so many epochs more and stand."""
    runs, wanted = window.model.runs, now(window).epoch + epochs
    runs.send(messages.Run())
    until(lambda: now(window).epoch >= wanted)
    runs.send(messages.Pause())
    until(lambda: runs.state is RunState.PAUSED and now(window).state is RunState.PAUSED)


def pictures(window: MainWindow) -> RailThumbnails:
    return window.rail.panel.track.thumbnails


def settled(window: MainWindow, until: Until) -> None:
    """Wait until the pictures are those of what is shown now."""
    flow, track = window.rail._pictures, window.rail.panel.track

    def is_settled() -> bool:
        flow.tick()
        idle = flow._job is None and not window.model.runs.stills and not flow._stills.asked
        fresh = track.snapshot is not None and track.snapshot.lineage == now(window).lineage
        return idle and fresh and len(pictures(window)) > 1 and not pictures(window).stale

    until(is_settled)


def goes_to(window: MainWindow, until: Until, step: int) -> Snapshot:
    window.rail.rail.seek(step, exact=True)
    until(lambda: now(window).step == step and now(window).state is not RunState.RUNNING)
    return now(window)


def assert_pictures_are_true(window: MainWindow, until: Until) -> None:
    """Go to every picture's moment: it must be a picture of just these weights."""
    settled(window, until)
    look = window.rail._pictures._look
    assert look is not None
    shown = pictures(window)._shown
    assert {one.step for one in shown} <= set(range(newest_of(now(window))[0] + 1))
    for one in shown:
        snapshot = goes_to(window, until, one.step)
        assert snapshot.epoch == one.epoch
        assert one.picture.toImage() == picture_of(look, snapshot)


def picture_of(look: ThumbnailLook, snapshot: Snapshot) -> QImage:
    (made,) = thumbnails(look, [Still(snapshot.step, snapshot.epoch, snapshot.parameters)], 1.0, lambda: False)
    return _pixmap(look, made, 1.0).toImage()


@pytest.mark.parametrize("toy", ["spiral", "rings", "hills"])
def test_each_picture_is_the_map_of_the_moment_that_a_click_on_it_shows(
    open_window: OpenWindow, until: Until, toy: str
) -> None:
    window = open_window(toy)
    train(window, until)
    assert_pictures_are_true(window, until)
    assert len(pictures(window)) <= MOST


def test_pictures_stay_true_on_a_branch_in_the_run_that_was_left_and_after_a_reset(
    open_window: OpenWindow, until: Until
) -> None:
    window = open_window()
    train(window, until)
    first = now(window).history.serial
    goes_to(window, until, now(window).step // 2)
    window.model.runs.configure(learning_rate=0.3)
    train(window, until)
    assert now(window).history.serial != first
    assert_pictures_are_true(window, until)
    window.model.runs.send(messages.ComeBack(first))
    until(lambda: now(window).history.serial == first)
    assert_pictures_are_true(window, until)
    window.model.runs.send(messages.Reset())
    until(lambda: now(window).history.serial != first and now(window).step == 0)
    train(window, until)
    assert_pictures_are_true(window, until)


def test_pictures_are_of_the_network_that_is_gone_back_into(open_window: OpenWindow, until: Until) -> None:
    window = open_window()
    train(window, until)
    first = now(window).history.serial
    window.model.runs.edit(lambda config: set_units(config, 0, 3))
    until(lambda: now(window).config.sizes[1] == 3)
    train(window, until)
    assert_pictures_are_true(window, until)
    window.model.runs.send(messages.ComeBack(first))
    until(lambda: now(window).history.serial == first)
    assert_pictures_are_true(window, until)


def test_pictures_of_another_value_of_a_held_column_are_faint_until_they_are_made_anew(
    open_window: OpenWindow, make_dataset: MakeDataset, until: Until
) -> None:
    window = open_window()
    dataset = make_dataset(4)
    window.model.load("Four columns", lambda: dataset)
    until(lambda: window.model.dataset is dataset and now(window).config.n_inputs == 4)
    train(window, until)
    settled(window, until)
    before, held = pictures(window)._shown[-1].picture.toImage(), window.decision.held
    held._on_value(window.decision.surface.view.plane.held_names[0], 40.0)  # type: ignore[union-attr]
    assert held.moving
    window.rail._pictures.tick()
    assert pictures(window).stale
    assert pictures(window)._shown[-1].picture.toImage() == before
    held._hold(AT_MEDIANS)
    window.rail._pictures.tick()
    assert not pictures(window).stale
    held._on_value(window.decision.surface.view.plane.held_names[0], 40.0)  # type: ignore[union-attr]
    assert_pictures_are_true(window, until)
    assert pictures(window)._shown[-1].picture.toImage() != before
    columns = window.decision.axis_lists.lists[0]
    columns.setCurrentIndex(columns.count() - 1)
    until(lambda: window.decision.surface.view is not None and window.decision.surface.view.plane.kind == "components")
    assert_pictures_are_true(window, until)


def test_another_plane_brings_other_pictures_and_another_theme_other_colours(
    open_window: OpenWindow, until: Until
) -> None:
    window = open_window()
    train(window, until)
    settled(window, until)
    seen = [pictures(window)._shown[-1].picture.toImage()]
    window.decision.axis_lists.widgets[0][1].setCurrentIndex(1)
    settled(window, until)
    assert_pictures_are_true(window, until)
    seen.append(pictures(window)._shown[-1].picture.toImage())
    window.theming.choose("light")
    until(lambda: window.rail.panel.track.theme == LIGHT)
    settled(window, until)
    assert_pictures_are_true(window, until)
    seen.append(pictures(window)._shown[-1].picture.toImage())
    assert seen[0] != seen[1] != seen[2]


def test_a_click_on_a_picture_goes_to_its_very_moment_and_its_words_say_the_epoch(
    open_window: OpenWindow, until: Until
) -> None:
    window = open_window()
    train(window, until)
    settled(window, until)
    track = window.rail.panel.track
    one, box = pictures(window)._boxes(track._axis)[1]
    at = QPoint(int(box.right()) - 4, int(box.center().y()))
    assert pictures(window).at(at.x(), at.y(), track._axis) == (one.step, one.epoch)
    assert f"epoch {one.epoch:,}" in track.words_at(at.x(), at.y())
    assert "map" not in track.words_at(at.x(), track._axis)
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=at)
    until(lambda: now(window).step == one.step and now(window).rail.newest is not None)


def test_without_room_or_a_map_there_are_none(open_window: OpenWindow, until: Until) -> None:
    assert RailThumbnails.side(49.0) == 26
    assert RailThumbnails.side(20.0) == 0
    assert affordable_cells(10_000_000) == 0
    window = open_window()
    train(window, until)
    settled(window, until)
    window.decision.surface.view = None
    window.rail._pictures.tick()
    assert not len(pictures(window))
    assert not pictures(window).expected


def look_at(dataset: Dataset, theme: Theme = DARK) -> tuple[ThumbnailLook, Still]:
    """Return a look at a data set's first plane, and the weights of a network that has learnt a little."""
    trainer = new_trainer(dataset, network_config(dataset, [LayerConfig(4)]), DEFAULT_TRAINING)
    steps = trainer.steps()
    for _ in range(200):
        next(steps)
    view = SurfaceView.whole(FirstLook(dataset).plane)
    probe = view.plane.probe(view.x, view.y, 26, AT_MEDIANS)
    config = trainer.mlp.config
    return ThumbnailLook(config, view, AT_MEDIANS, probe, theme, 26), Still(200, 1, trainer.mlp.parameters.copy())


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_picture_has_the_colour_of_the_answer_at_each_place_of_the_plane(theme: Theme) -> None:
    look, still = look_at(toy_dataset("moons"), theme=theme)
    (made,) = thumbnails(look, [still], 1.0, lambda: False)
    assert made.pixels is not None
    view, network = look.view, MLP(look.config, still.parameters)
    sides = np.arange(26) + 0.5
    for row, column in ((2, 3), (20, 4), (5, 22), (23, 19), (12, 12)):
        x = view.x.low + sides[column] / 26 * (view.x.high - view.x.low)
        y = view.y.high - sides[row] / 26 * (view.y.high - view.y.low)
        answer = float(network.predict(view.plane.input_at(x, y, AT_MEDIANS)[None].astype(np.float32))[0, 0])
        red, blue = (int(made.pixels[row, column]) >> shift & 255 for shift in (16, 0))
        assert abs(answer - 0.5) > 0.02
        assert (blue > red) == (answer > 0.5)


def test_of_one_column_the_picture_is_the_curve_of_the_predictions(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(1, "regression")
    look, still = look_at(dataset)
    (made,) = thumbnails(look, [still], 1.0, lambda: False)
    assert made.pixels is None
    assert made.curve is not None
    network = MLP(look.config, still.parameters)
    for x, height in zip(look.view.x.centres(26), made.curve, strict=True):
        inputs = look.view.plane.input_at(float(x), 0.0, AT_MEDIANS)[None].astype(np.float32)
        assert height == pytest.approx(float(dataset.preprocessor.predictions(network.predict(inputs))[0]), rel=1e-4)


def test_weights_that_overflow_have_an_empty_picture_and_a_job_stops_when_it_is_told() -> None:
    look, still = look_at(toy_dataset("moons"))
    broken = Still(3, 0, np.full_like(still.parameters, np.nan))
    found = thumbnails(look, [broken, still, still], 60.0, lambda: True)
    assert [one.still.step for one in found] == [3]
    assert found[0].pixels is None
    assert found[0].curve is None
    assert _pixmap(look, found[0], 1.0).toImage().pixelColor(13, 13).name().upper() == DARK.field


def test_a_picture_takes_device_pixels(qapp: object) -> None:
    look, still = look_at(toy_dataset("moons"))
    sharp = ThumbnailLook(look.config, look.view, look.held, look.probe, look.theme, 52)
    (made,) = thumbnails(sharp, [still], 1.0, lambda: False)
    picture = _pixmap(sharp, made, 2.0)
    assert (picture.width(), picture.devicePixelRatio()) == (52, 2.0)
    assert picture.toImage().pixel(26, 26) == int(made.pixels[26, 26])  # type: ignore[index]
