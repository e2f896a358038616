"""The charts of the tabs: ROC, calibration, errors, histograms, gradients; what is drawn, read off and chosen."""

from collections.abc import Callable
from itertools import count

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.app.errors_view import ErrorsView, errors_view
from nnviz.app.gradient_view import GradientCurves, LayerFlow
from nnviz.app.histograms_view import LayerStrip, histograms_view
from nnviz.app.roc_view import CalibrationView, RocView, calibration_view, roc_view
from nnviz.app.rows_view import part_answers
from nnviz.data.toy_datasets import toy_dataset
from nnviz.engine.training import Trainer
from nnviz.run.layer_history import LayerHistory
from nnviz.ui.plots.calibration import CalibrationChart
from nnviz.ui.plots.gradient_curves import GradientChart
from nnviz.ui.plots.gradient_flow import GradientFlow
from nnviz.ui.plots.histograms import LayerHistogram
from nnviz.ui.plots.residuals import ResidualChart
from nnviz.ui.plots.roc import RocChart
from nnviz.ui.plots.xy_chart import XYChart
from nnviz.ui.theme import DARK, LIGHT, class_colour
from nnviz.ui.type_scale import set_factor
from tests.app.answers_of_rows import answered, trained
from tests.ui.conftest import IsClose, ShowPanel

SIZE = (360, 150)


@pytest.fixture(scope="module")
def roc() -> RocView:
    rings = toy_dataset("rings", n=300)
    return roc_view(part_answers(rings, answered(trained(rings, 2), rings), "validation"))


@pytest.fixture(scope="module")
def calibration() -> CalibrationView:
    gauss = toy_dataset("gauss", n=400)
    return calibration_view(part_answers(gauss, answered(trained(gauss, 1), gauss), "validation"))


@pytest.fixture(scope="module")
def errors() -> ErrorsView:
    hills = toy_dataset("hills", n=120)
    return errors_view(part_answers(hills, answered(trained(hills, 3), hills), "validation"))


# Axes that all share


def test_a_chart_keeps_its_zoom_when_newer_data_come_and_home_shows_all(show_panel: ShowPanel) -> None:
    chart = show_panel(lambda window: XYChart(DARK, "x", "y", window), *SIZE)
    chart.show_range((0.0, 10.0), (0.0, 5.0))
    chart.view.box_drawn.emit(chart.view.viewRect().adjusted(2, 1, -2, -1), True)
    zoomed = chart.view.viewRange()
    assert chart.zoomed
    chart.show_range((0.0, 11.0), (0.0, 5.0))
    np.testing.assert_allclose(chart.view.viewRange(), zoomed)
    QTest.keyClick(chart, Qt.Key.Key_Home)
    np.testing.assert_allclose(chart.view.viewRange(), [[0.0, 11.0], [0.0, 5.0]])
    assert not chart.zoomed


def test_places_on_the_axes_and_in_pixels_are_each_others_inverse(show_panel: ShowPanel) -> None:
    chart = show_panel(lambda window: XYChart(DARK, "x", "y", window), *SIZE)
    chart.show_range((-3.0, 7.0), (100.0, 900.0))
    for x, y in ((-3.0, 100.0), (2.5, 444.0), (7.0, 900.0)):
        np.testing.assert_allclose(chart.to_axes(chart.to_pixels(x, y)), (x, y), atol=1e-6)


@pytest.mark.parametrize("height", [60, 300])
def test_the_room_below_a_chart_grows_with_the_text(show_panel: ShowPanel, height: int) -> None:
    chart = show_panel(lambda window: XYChart(DARK, "x", "y", window), 360, height)
    usual = chart._bottom.minimumHeight()
    set_factor(1.5)
    try:
        chart.set_theme(DARK)
        assert chart._bottom.minimumHeight() == pytest.approx(1.5 * usual)
        chart.resize(380, height + 4)
        assert chart._bottom.minimumHeight() == pytest.approx(1.5 * usual)
    finally:
        set_factor(1.0)


# ROC


def test_every_class_has_a_curve_in_its_colour_and_a_line_in_the_legend(
    show_panel: ShowPanel, roc: RocView, is_close: IsClose
) -> None:
    chart = show_panel(lambda window: RocChart(DARK, window), 420, 260)
    chart.show_view(roc)
    for item, one in zip(chart._curves, roc.curves, strict=True):
        x, y = item.getData()
        np.testing.assert_array_equal(x, one.x)
        np.testing.assert_array_equal(y, one.y)
        assert item.opts["pen"].color().name().upper() == class_colour(DARK, one.index)
    assert [(name, area) for _, name, area in chart.legend.lines(200.0)] == [
        (one.name, one.area_text) for one in roc.curves
    ]
    assert chart.legend.lines(40.0)[-1][1] == "+ 2 more"
    one = roc.curves[0]
    middle = len(one.x) // 2
    place = chart.to_pixels(float(one.x[middle]), float(one.y[middle])).toPoint()
    picture = chart.grab().toImage()
    seen = [picture.pixelColor(place + QPoint(dx, dy)) for dx in range(-2, 3) for dy in range(-2, 3)]
    assert any(is_close(colour, class_colour(DARK, curve.index)) for colour in seen for curve in roc.curves)


def test_the_mouse_reads_threshold_and_rates_off_a_curve(show_panel: ShowPanel, roc: RocView) -> None:
    chart = show_panel(lambda window: RocChart(DARK, window), *SIZE)
    chart.show_view(roc)
    curve = roc.curves[1].curve
    point = len(curve.thresholds) // 2
    place = chart.to_pixels(float(curve.false_positive_rate[point]), float(curve.true_positive_rate[point]))
    QTest.mouseMove(chart.canvas.viewport(), place.toPoint())
    found = chart.card_at(place)
    assert found is not None
    assert "TPR" in found[0]
    assert "FPR" in found[0]
    assert chart.card_at(chart.to_pixels(0.9, 0.2)) is None or roc.mean_area < 0.6


def test_arrows_walk_along_a_curve_and_to_the_next_class(show_panel: ShowPanel, roc: RocView) -> None:
    chart = show_panel(lambda window: RocChart(DARK, window), *SIZE)
    chart.show_view(roc)
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    first = chart.card.text()
    assert first.startswith(f"{roc.curves[0].name}: P(")
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.card.text() != first
    assert chart.accessibleDescription() == chart.card.text().replace("\n", ", ")
    QTest.keyClick(chart, Qt.Key.Key_Down)
    assert chart.card.text().startswith(f"{roc.curves[1].name}: none")
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert not chart.card.isVisible()


@pytest.mark.parametrize("kind", ["roc", "calibration", "errors", "gradients"])
def test_charts_without_data_take_mouse_and_keys(show_panel: ShowPanel, kind: str) -> None:
    makers: dict[str, Callable[[QWidget], XYChart]] = {
        "roc": lambda window: RocChart(LIGHT, window),
        "calibration": lambda window: CalibrationChart(LIGHT, window),
        "errors": lambda window: ResidualChart(LIGHT, "errors", window),
        "gradients": lambda window: GradientChart(LIGHT, window),
    }
    chart = show_panel(makers[kind], *SIZE)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Home):
        QTest.keyClick(chart, key)
    assert chart.card_at(QPointF(100, 60)) is None
    assert not chart.card.isVisible()
    assert not chart.grab().isNull()


# Calibration


def test_a_bin_is_a_dot_with_its_interval_and_its_count(show_panel: ShowPanel, calibration: CalibrationView) -> None:
    chart = show_panel(lambda window: CalibrationChart(DARK, window), 420, 300)
    chart.show_view(calibration)
    x, y = chart._dots.getData()
    np.testing.assert_array_equal(x, calibration.bins.predicted)
    np.testing.assert_array_equal(y, calibration.bins.observed)
    ends = chart._intervals.getData()[1].reshape(-1, 2)
    np.testing.assert_array_equal(ends[:, 0], calibration.low)
    np.testing.assert_array_equal(ends[:, 1], calibration.high)
    counts = {f"{count}" for count in calibration.bins.counts}
    places = chart.counts.places()
    assert {text for _, text in places} <= counts
    assert places
    for index, (box, _) in enumerate(places):
        assert not any(box.intersects(other) for other, _ in places[:index])


def test_arrows_walk_from_bin_to_bin(show_panel: ShowPanel, calibration: CalibrationView) -> None:
    chart = show_panel(lambda window: CalibrationChart(DARK, window), *SIZE)
    chart.show_view(calibration)
    chart.setFocus()
    for index in (0, 1):
        QTest.keyClick(chart, Qt.Key.Key_Right)
        assert chart.card.text() == calibration.sentence(index)
    assert "came true" in chart.accessibleDescription()


# Errors


def test_points_are_the_predictions_and_the_line_is_no_error(show_panel: ShowPanel, errors: ErrorsView) -> None:
    for what in ("predicted", "errors"):
        chart = show_panel(lambda window, what=what: ResidualChart(DARK, what, window), *SIZE)  # type: ignore[misc]
        chart.show_view(errors)
        x, y = chart._dots.getData()
        line_x, line_y = chart._no_error.getData()
        if what == "predicted":
            np.testing.assert_array_equal(x, errors.truth)
            np.testing.assert_array_equal(y, errors.predicted)
            np.testing.assert_array_equal(line_x, line_y)
        else:
            np.testing.assert_array_equal(x, errors.predicted)
            np.testing.assert_array_equal(y, errors.errors)
            assert set(line_y) == {0.0}
            lengths = chart._bars.opts["x1"] - chart._bars.opts["x0"]
            np.testing.assert_allclose(lengths / lengths.max(), errors.counts / errors.counts.max())
        (left, right), (bottom, top) = chart.view.viewRange()
        assert left <= x.min() <= x.max() <= right
        assert bottom <= y.min() <= y.max() <= top


def test_a_click_on_a_point_chooses_its_row(show_panel: ShowPanel, errors: ErrorsView, qtbot: QtBot) -> None:
    chart = show_panel(lambda window: ResidualChart(DARK, "predicted", window), 420, 300)
    chart.show_view(errors)
    place = chart.to_pixels(float(errors.truth[4]), float(errors.predicted[4])).toPoint()
    with qtbot.waitSignal(chart.row_chosen, timeout=2_000) as caught:
        QTest.mouseClick(chart.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    row = caught.args[0]
    distance = np.hypot(errors.truth - errors.truth[4], errors.predicted - errors.predicted[4])
    assert row in errors.rows[np.argsort(distance)[:3]]  # neighbours may lie under the same pixel


def test_arrows_choose_the_rows_from_left_to_right(show_panel: ShowPanel, errors: ErrorsView) -> None:
    chart = show_panel(lambda window: ResidualChart(DARK, "predicted", window), *SIZE)
    chart.show_view(errors)
    chosen: list[int] = []
    chart.row_chosen.connect(chosen.append)
    chart.setFocus()
    for _ in range(3):
        QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chosen == errors.rows[np.argsort(errors.truth, kind="stable")][:3].tolist()
    assert "error" in chart.card.text()


def test_the_chosen_row_is_ringed_where_it_is_drawn(show_panel: ShowPanel, errors: ErrorsView) -> None:
    chart = show_panel(lambda window: ResidualChart(DARK, "errors", window), *SIZE)
    chart.show_view(errors)
    chart.set_row(int(errors.rows[7]))
    assert chart._ring.getData()[1].tolist() == [errors.errors[7]]
    others = set(range(120)) - set(errors.rows.tolist())
    chart.set_row(min(others))
    assert len(chart._ring.getData()[0]) == 0


# Histograms


def strips_of(kind: int) -> tuple[LayerStrip, ...]:
    spiral = toy_dataset("spiral", n=80)
    trainer: Trainer = trained(spiral, 1)
    history = LayerHistory(trainer.mlp.config, trainer.data.X_train, 16, clock=count(0.0).__next__)
    for number, evaluation in enumerate(trainer.steps()):
        if evaluation is not None:
            history.offer(trainer)
        if number > 40:
            break
    return histograms_view(history.view(), trainer.mlp.config, kind)


def test_the_newest_bars_have_the_lengths_of_the_shares(show_panel: ShowPanel) -> None:
    strip = strips_of(0)[0]
    chart = show_panel(lambda window: LayerHistogram(DARK, window), 200, 160)
    chart.show_strip(strip)
    picture = chart.grab().toImage()
    _, bars = chart.boxes()
    shares = strip.shares[:, -1]
    step = bars.height() / len(shares)
    for index in (int(shares.argmax()), int(shares.argmin())):
        y = round(bars.bottom() - (index + 0.5) * step)
        ground = picture.pixelColor(0, picture.height() - 1)
        row = [picture.pixelColor(round(bars.left()) + dx, y) != ground for dx in range(round(bars.width()))]
        assert sum(row) == pytest.approx(shares[index] * bars.width(), abs=2.5)


def test_the_strip_is_stronger_where_values_are_common(show_panel: ShowPanel) -> None:
    strip = strips_of(1)[0]
    chart = show_panel(lambda window: LayerHistogram(DARK, window), 200, 160)
    chart.show_strip(strip)
    chart.grab()
    height, width = chart._pixels.shape
    assert height == strip.shares.shape[0]
    column = strip.shares[:, -1]
    pixels = chart._pixels[:, -1][::-1]
    assert pixels[int(column.argmax())] != pixels[int(column.argmin())] or column.max() == column.min()
    assert width > 50


def test_the_mouse_and_the_arrows_read_an_epoch_off(show_panel: ShowPanel, qtbot: QtBot) -> None:
    strip = strips_of(0)[0]
    chart = show_panel(lambda window: LayerHistogram(DARK, window), 200, 120)
    chart.show_strip(strip)
    box, bars = chart.boxes()
    with qtbot.waitSignal(chart.pointed, timeout=1_000) as caught:
        QTest.mouseMove(chart, QPoint(round(box.left()) + 1, round(box.center().y())))
    assert caught.args[0][0] in (strip.sentence(0), strip.sentence(1))
    with qtbot.waitSignal(chart.pointed, timeout=1_000) as caught:
        QTest.mouseMove(chart, bars.center().toPoint())
    assert caught.args[0][0] == strip.sentence(len(strip.epochs) - 1)
    chart.setFocus()
    with qtbot.waitSignal(chart.pointed, timeout=1_000) as caught:
        QTest.keyClick(chart, Qt.Key.Key_Home)
    assert caught.args[0][0] == strip.sentence(0)
    with qtbot.waitSignal(chart.pointed, timeout=1_000) as caught:
        QTest.keyClick(chart, Qt.Key.Key_Right)
    assert caught.args[0][0] == strip.sentence(1)
    assert "median" in chart.accessibleDescription()
    with qtbot.waitSignal(chart.pointed, timeout=1_000) as caught:
        QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert caught.args == [None]


def test_gradients_are_drawn_on_powers_of_ten_in_both_themes(show_panel: ShowPanel) -> None:
    strip = strips_of(2)[0]
    for theme in (DARK, LIGHT):
        chart = show_panel(lambda window, theme=theme: LayerHistogram(theme, window), 160, 120)  # type: ignore[misc]
        chart.show_strip(strip)
        assert not chart.grab().isNull()
        texts = [tick.text for tick in chart._ticks()]
        assert texts
        assert all(text == "1" or text.startswith("10") for text in texts)


# Gradients

FLOWS = (
    LayerFlow("Hidden 1", 1e-4, 1e-2, 2e-3, True),
    LayerFlow("Hidden 2", 1e-3, 2e-2, 0.4, False),
    LayerFlow("Output", 1e-2, 1e-1, float("nan"), None),
)


def test_bars_grow_with_the_gradient_on_a_logarithmic_axis(show_panel: ShowPanel) -> None:
    flow = show_panel(lambda window: GradientFlow(DARK, window), 360, 110)
    flow.show_layers(FLOWS)
    bar = flow.bar(0)
    places = [flow.place(layer.mean, bar) for layer in FLOWS]
    steps = np.diff(places)
    assert (steps > 0).all()
    assert steps[0] == pytest.approx(steps[1])  # equal ratios are equal lengths
    assert bar.left() <= min(places)
    assert max(flow.place(layer.single, bar) for layer in FLOWS) <= bar.right()
    assert flow.place(0.0, bar) == bar.left()


def test_a_layer_is_chosen_by_mouse_and_by_keys(show_panel: ShowPanel, qtbot: QtBot) -> None:
    flow = show_panel(lambda window: GradientFlow(DARK, window), 360, 110)
    flow.show_layers(FLOWS)
    with qtbot.waitSignal(flow.layer_chosen, timeout=1_000) as caught:
        QTest.mouseClick(flow, Qt.MouseButton.LeftButton, pos=flow.bar(1).center().toPoint())
    assert caught.args == [1]
    QTest.keyClick(flow, Qt.Key.Key_Down)
    with qtbot.waitSignal(flow.layer_chosen, timeout=1_000) as caught:
        QTest.keyClick(flow, Qt.Key.Key_Return)
    assert caught.args == [2]
    assert flow.accessibleDescription().startswith("Output: gradient 0.01 per parameter")


def test_the_axis_stays_while_the_numbers_stay_within_it(show_panel: ShowPanel) -> None:
    flow = show_panel(lambda window: GradientFlow(DARK, window), 360, 110)
    flow.show_layers(FLOWS)
    before = flow._range
    flow.show_layers(tuple(LayerFlow(one.name, one.mean * 1.1, one.single * 0.9, 0.0, None) for one in FLOWS))
    assert flow._range == before
    flow.show_layers(tuple(LayerFlow(one.name, one.mean * 1e6, one.single * 1e6, 0.0, None) for one in FLOWS))
    assert flow._range != before


def test_a_dead_layer_has_a_bar_of_no_length(show_panel: ShowPanel) -> None:
    flow = show_panel(lambda window: GradientFlow(DARK, window), 360, 110)
    flow.show_layers((LayerFlow("Hidden 1", 0.0, 0.0, 0.0, False), LayerFlow("Output", 0.1, 0.2, 0.001, True)))
    assert not flow.grab().isNull()
    assert flow.place(0.0, flow.bar(0)) == flow.bar(0).left()


def test_gradient_curves_are_drawn_by_their_logarithms(show_panel: ShowPanel) -> None:
    chart = show_panel(lambda window: GradientChart(DARK, window), *SIZE)
    epochs = np.arange(1, 6)
    sizes = np.stack([10.0**-epochs, 10.0 ** -(epochs / 2.0)], axis=1)
    chart.show_curves(GradientCurves(("Hidden 1", "Output"), epochs, sizes))
    for item, column in zip(chart._items, sizes.T, strict=True):
        x, y = item.getData()
        np.testing.assert_array_equal(x, epochs)
        np.testing.assert_allclose(y, np.log10(column))
    assert chart.pen_of(0).style() != chart.pen_of(1).style()
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.card.text() == "epoch 5\nHidden 1 1e−5\nOutput 0.0032"
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.card.text().startswith("epoch 4")
