"""The decision surface: the picture under the points, and choosing and hovering rows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from nnviz.app.planes import ColumnPlane
from nnviz.app.slices import Slices
from nnviz.data.dataset import Dataset, ImportChoices, build_dataset
from nnviz.data.table import NO_DIALECT, Column, Table
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.config import LayerConfig, config_for_task
from nnviz.engine.mlp import MLP
from nnviz.engine.training import Trainer, TrainingConfig, TrainingData
from nnviz.run.history import History
from nnviz.run.probes import take_snapshot
from nnviz.run.snapshot import InputGrid, Snapshot, SnapshotRequest
from nnviz.run.state import RunState
from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.plots.decision_legend import MOST_ROWS, LegendItem, fitted_legend
from nnviz.ui.plots.decision_points import MOST_POINTS, PointsLayer
from nnviz.ui.plots.decision_range import trained_box
from nnviz.ui.plots.decision_view import SurfaceView
from nnviz.ui.theme import DARK, LIGHT, diverging_table, load_fonts

AxisCombos = tuple[QComboBox, QComboBox]
MakeDataset = Callable[..., Dataset]


def _snapshot(
    dataset: Dataset, probe: InputGrid | None, state: RunState = RunState.PAUSED, bias: float = 0.0
) -> Snapshot:
    """Return a snapshot of a network without hidden layers whose output depends on its bias alone."""
    config = config_for_task(dataset.task, dataset.X.shape[1], dataset.Y.shape[1], [LayerConfig(2)])
    mlp = MLP(config)
    mlp.biases[-1][:] = bias
    data = TrainingData(dataset.X_train, dataset.Y_train, dataset.X_validation, dataset.Y_validation, dataset.task)
    trainer = Trainer(mlp, data, TrainingConfig())
    return take_snapshot(trainer, SnapshotRequest(probe), 1, state, History().view(), None)


def _rgb(picture: QImage, at: QPoint) -> list[int]:
    colour = picture.pixelColor(at)
    return [colour.red(), colour.green(), colour.blue()]


def _picture(panel: DecisionPanel) -> QImage:
    assert panel.surface.flush(10.0)
    return panel.surface.grab().toImage()


def _place(panel: DecisionPanel, row: int) -> QPointF:
    at = panel.surface.pixel_of(row)
    assert at is not None
    return at


def _inside(panel: DecisionPanel) -> QPoint:
    """Return the place within the training rows' ranges that is farthest from every point."""
    points, square = panel.surface.layers.points, panel.surface.square
    assert isinstance(points, PointsLayer)
    box = trained_box(_view(panel), square).adjusted(3, 3, -3, -3).toRect()
    x, y = np.meshgrid(np.arange(box.left(), box.right()), np.arange(box.top(), box.bottom()))
    at = points.pixels(square)
    gaps = np.hypot(x[..., None] - at[:, 0], y[..., None] - at[:, 1]).min(axis=2)
    row, column = np.unravel_index(int(gaps.argmax()), gaps.shape)
    return QPoint(int(x[row, column]), int(y[row, column]))


def _view(panel: DecisionPanel) -> SurfaceView:
    assert panel.surface.view is not None
    return panel.surface.view


def _view_of(dataset: Dataset) -> SurfaceView:
    first, second = dataset.feature_names[:2]
    return SurfaceView.whole(ColumnPlane(Slices(dataset), first, second))


def test_single_feature_needs_no_second_axis(
    decision_panel: DecisionPanel, make_dataset: MakeDataset, axis_combos: AxisCombos
) -> None:
    dataset = make_dataset(1)
    decision_panel.set_dataset(dataset)
    assert decision_panel.axes() == ("c0", None)
    assert not axis_combos[1].isVisible()
    decision_panel.draw(_snapshot(dataset, decision_panel.grid_probe(live=True), bias=30.0))
    certain = diverging_table(DARK, DARK.boundary_span)[-1, :3]
    at = _inside(decision_panel)
    assert _rgb(_picture(decision_panel), at) == pytest.approx(certain.tolist(), abs=3)


@pytest.mark.parametrize(("bias", "entry"), [(-30.0, 0), (30.0, -1)])
def test_map_is_painted_in_the_colour_of_the_answer(decision_panel: DecisionPanel, bias: float, entry: int) -> None:
    dataset = toy_dataset("spiral")
    decision_panel.set_dataset(dataset)
    decision_panel.draw(_snapshot(dataset, decision_panel.grid_probe(live=False), bias=bias))
    expected = diverging_table(DARK, DARK.boundary_span)[entry, :3].tolist()
    square = decision_panel.surface.square
    for corner in (square.topLeft() + QPoint(24, 24), square.bottomRight() - QPoint(24, 24)):
        assert _rgb(_picture(decision_panel), corner) == pytest.approx(expected, abs=3)


def test_answer_to_another_grid_is_not_painted(
    decision_panel: DecisionPanel, make_dataset: MakeDataset, axis_combos: AxisCombos
) -> None:
    dataset = make_dataset()
    decision_panel.set_dataset(dataset)
    old = decision_panel.grid_probe(live=True)
    axis_combos[0].setCurrentIndex(2)
    decision_panel.grid_probe(live=True)
    decision_panel.draw(_snapshot(dataset, old, bias=30.0))
    decision_panel.surface.refresh_now()
    corner = _inside(decision_panel)
    assert _picture(decision_panel).pixelColor(corner) == QColor(DARK.field)


def test_picture_of_a_shown_step_is_not_made_again(decision_panel: DecisionPanel) -> None:
    dataset = toy_dataset("spiral")
    decision_panel.set_dataset(dataset)
    snapshot = _snapshot(dataset, decision_panel.grid_probe(live=False))
    decision_panel.draw(snapshot)
    decision_panel.surface.refresh_now()
    assert decision_panel.surface.flush(10.0)
    image = decision_panel.surface.picture._image
    decision_panel.surface.refresh_now()
    decision_panel.draw(snapshot)
    assert decision_panel.surface.flush(10.0)
    assert decision_panel.surface.picture._image is image


def test_theme_changes_the_colours_of_the_map(decision_panel: DecisionPanel) -> None:
    dataset = toy_dataset("spiral")
    decision_panel.set_dataset(dataset)
    decision_panel.draw(_snapshot(dataset, decision_panel.grid_probe(live=False), bias=30.0))
    decision_panel.set_theme(LIGHT)
    expected = diverging_table(LIGHT, LIGHT.boundary_span)[-1, :3].tolist()
    corner = _inside(decision_panel)
    assert _rgb(_picture(decision_panel), corner) == pytest.approx(expected, abs=3)
    assert _picture(decision_panel).pixelColor(2, 2) == QColor(LIGHT.panel)


def test_new_theme_repaints_a_map_whose_newest_snapshot_has_no_grid(decision_panel: DecisionPanel) -> None:
    dataset = toy_dataset("spiral")
    decision_panel.set_dataset(dataset)
    decision_panel.draw(_snapshot(dataset, decision_panel.grid_probe(live=False), bias=30.0))
    decision_panel.draw(_snapshot(dataset, None))
    decision_panel.set_theme(LIGHT)
    expected = diverging_table(LIGHT, LIGHT.boundary_span)[-1, :3].tolist()
    corner = _inside(decision_panel)
    assert _rgb(_picture(decision_panel), corner) == pytest.approx(expected, abs=3)


@pytest.mark.usefixtures("qapp")
def test_legend_counts_the_classes_it_has_no_room_for() -> None:
    load_fonts()
    items = [LegendItem("class", f"class number {index}", index) for index in range(300)]
    rows = fitted_legend([*items, LegendItem("train", "train")], 236.0).rows
    assert len(rows) == MOST_ROWS
    shown = [item for row in rows for item in row]
    named = sum(item.kind == "class" for item in shown)
    assert named >= 1
    assert [item.text for item in shown[named:]] == [f"+ {300 - named} more", "train"]


def test_map_is_270_square_in_a_column_of_360_and_stays_square(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(toy_dataset("spiral"))
    assert (decision_panel.surface.square.width(), decision_panel.surface.square.height()) == (270, 270)
    for width in (320, 480):
        height = decision_panel.surface.heightForWidth(width)
        decision_panel.surface.resize(width, height)
        square = decision_panel.surface.square
        assert square.width() == square.height() == width - 90


def test_points_lie_at_their_values(decision_panel: DecisionPanel) -> None:
    dataset = toy_dataset("spiral")
    decision_panel.set_dataset(dataset)
    x, y = _view(decision_panel).x, _view(decision_panel).y
    square = decision_panel.surface.square
    at = _place(decision_panel, 5)
    share_x = (dataset.raw("x")[5] - x.low) / (x.high - x.low)
    share_y = (dataset.raw("y")[5] - y.low) / (y.high - y.low)
    assert at.x() == pytest.approx(square.x() + share_x * square.width())
    assert at.y() == pytest.approx(square.y() + (1 - share_y) * square.height())


def test_click_chooses_the_row_of_the_nearest_point(
    decision_panel: DecisionPanel, make_dataset: MakeDataset, qtbot: QtBot
) -> None:
    dataset = make_dataset(2)
    decision_panel.set_dataset(dataset)
    points = PointsLayer(_view(decision_panel))
    pixels: NDArray[np.float64] = points.pixels(decision_panel.surface.square)
    # The point farthest from its neighbours, so that a click two pixels beside it is still nearest to it.
    gaps = np.hypot(*(pixels[:, None] - pixels[None]).transpose(2, 0, 1)) + np.eye(len(pixels)) * 1e9
    index = int(gaps.min(axis=1).argmax())
    at = QPoint(round(pixels[index, 0]) + 2, round(pixels[index, 1]) - 2)
    with qtbot.waitSignal(decision_panel.row_chosen, timeout=500) as caught:
        QTest.mouseClick(decision_panel.surface, Qt.MouseButton.LeftButton, pos=at)
    assert caught.args == [int(points.rows[index])]


def test_click_far_from_every_point_chooses_nothing(decision_panel: DecisionPanel, qtbot: QtBot) -> None:
    decision_panel.set_dataset(toy_dataset("gauss"))
    with qtbot.assertNotEmitted(decision_panel.row_chosen):
        QTest.mouseClick(
            decision_panel.surface,
            Qt.MouseButton.LeftButton,
            pos=decision_panel.surface.square.topLeft() + QPoint(4, 4),
        )


def test_chosen_row_is_ringed(decision_panel: DecisionPanel, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(2)
    decision_panel.set_dataset(dataset)
    at = _place(decision_panel, 3)
    ring = QPoint(round(at.x() - 6.6), round(at.y()))
    before = _picture(decision_panel).pixelColor(ring)
    decision_panel.set_row(3)
    after = _picture(decision_panel).pixelColor(ring)
    assert after != before
    assert after.lightness() > 150


def test_hover_shows_original_values_as_plain_text(decision_panel: DecisionPanel, qtbot: QtBot) -> None:
    values = np.array([1.0, 2.0, 3.0, 40.0])
    texts = np.array(["<b>no</b>", "yes", "<b>no</b>", "yes"], dtype=object)
    columns = (
        Column("<i>a</i>", "float", values),
        Column("b", "float", values[::-1].copy()),
        Column("t", "string", texts),
    )
    roles = {"<i>a</i>": "feature", "b": "feature"}
    choices = ImportChoices("t", "binary", roles, {}, 0.0, 0)  # type: ignore[arg-type]
    decision_panel.set_dataset(build_dataset(Table("made.csv", None, columns, 4, NO_DIALECT), choices))
    QTest.mouseMove(decision_panel.surface, _place(decision_panel, 3).toPoint())
    card = decision_panel.surface.pointer.card
    qtbot.waitUntil(card.isVisible, timeout=1000)
    assert card.text() == "row 4, train\n<i>a</i>  40\nb  1\nt  yes"
    assert card.textFormat() is Qt.TextFormat.PlainText


def test_many_rows_are_shown_as_a_fixed_sample_and_said_so() -> None:
    dataset = toy_dataset("moons", n=MOST_POINTS + 500)
    panel_view = _view_of(dataset)
    first, second = PointsLayer(panel_view), PointsLayer(panel_view)
    assert len(first.rows) == MOST_POINTS == 2000
    np.testing.assert_array_equal(first.rows, second.rows)
    assert first.note() == "2,000 of 2,500 rows"


def test_rows_without_a_value_are_counted_as_not_shown(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(2)
    gappy = np.asarray(dataset.table.column("c0").values).copy()
    gappy[:3] = np.nan
    table = dataset.table.with_columns({"c0": Column("c0", "float", gappy)})
    layer = PointsLayer(_view_of(build_dataset(table, dataset.choices)))
    assert layer.note() == "37 of 40 rows, 3 lack a value"


def test_hidden_panel_paints_nothing_until_it_is_shown(decision_panel: DecisionPanel) -> None:
    dataset = toy_dataset("spiral")
    decision_panel.set_dataset(dataset)
    decision_panel.hide()
    decision_panel.draw(_snapshot(dataset, decision_panel.grid_probe(live=True), bias=30.0))
    assert decision_panel.surface.picture.is_empty
    decision_panel.show()
    assert decision_panel.surface.flush(10.0)
    assert not decision_panel.surface.picture.is_empty


def test_last_snapshot_of_a_burst_reaches_the_screen(decision_panel: DecisionPanel, qtbot: QtBot) -> None:
    dataset = toy_dataset("spiral")
    decision_panel.set_dataset(dataset)
    probe = decision_panel.grid_probe(live=True)
    decision_panel.draw(_snapshot(dataset, probe, RunState.RUNNING, bias=-30.0))
    last = _snapshot(dataset, probe, RunState.PAUSED, bias=30.0)
    decision_panel.draw(last)
    expected = diverging_table(DARK, DARK.boundary_span)[-1, :3].tolist()
    corner = _inside(decision_panel)
    assert _rgb(_picture(decision_panel), corner) != pytest.approx(expected, abs=3)  # held back: too soon
    qtbot.waitUntil(lambda: _rgb(_picture(decision_panel), corner) == pytest.approx(expected, abs=3), timeout=1000)


def test_grids_between_snapshots_without_one_are_all_seen(
    decision_panel: DecisionPanel, make_dataset: MakeDataset, qtbot: QtBot
) -> None:
    dataset = make_dataset(2)
    decision_panel.set_dataset(dataset)
    probe = decision_panel.grid_probe(live=True)
    at = _inside(decision_panel)
    first = replace(_snapshot(dataset, probe, RunState.RUNNING, bias=-30.0), step=1)
    decision_panel.draw(first)
    qtbot.waitUntil(lambda: _rgb(_picture(decision_panel), at)[0] > _rgb(_picture(decision_panel), at)[2])
    second = replace(_snapshot(dataset, probe, RunState.RUNNING, bias=30.0), step=2)
    plain = replace(_snapshot(dataset, None, RunState.RUNNING, bias=30.0), step=3)
    # The newer snapshot without a grid comes before the picture's turn.
    decision_panel.draw(second)
    decision_panel.draw(plain)
    qtbot.waitUntil(
        lambda: _rgb(_picture(decision_panel), at)[2] > _rgb(_picture(decision_panel), at)[0], timeout=2_000
    )
