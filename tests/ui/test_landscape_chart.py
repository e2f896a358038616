"""The chart of a loss landscape: colours, hatching, marks, arrows, what the mouse and the keys read off, its look."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from nnviz.app.landscape_view import Landscape
from nnviz.resources import resource_path
from nnviz.ui.panels.tabs_landscape import LandscapePage
from nnviz.ui.plots.landscape import LandscapeChart, loss_colours, painted
from nnviz.ui.plots.landscape_legend import LandscapeLegend
from nnviz.ui.plots.landscape_overlay import RADIUS
from nnviz.ui.plots.landscape_surface import surface, surfaces
from nnviz.ui.shades import contrast
from nnviz.ui.style_sheet import style_sheet
from nnviz.ui.theme import CONTRAST, DARK, LIGHT, THEMES, Theme, font, palette
from tests.app.landscape_cases import made_up
from tests.ui.conftest import IsClose, ShowPanel
from tests.ui.reference_images import assert_looks_like


def chart_of(
    show_panel: ShowPanel, landscape: Landscape, theme: Theme = DARK, size: tuple[int, int] = (420, 300)
) -> LandscapeChart:
    chart = show_panel(lambda window: LandscapeChart(theme, window), *size)
    chart.show_landscape(landscape, surfaces(landscape)["train"], "train")
    return chart


def test_low_and_high_losses_have_the_ends_of_the_colours_where_they_are(
    show_panel: ShowPanel, is_close: IsClose
) -> None:
    axis = np.linspace(-1, 1, 21)
    slope = np.broadcast_to(axis + 2.0, (21, 21)).copy()
    chart = chart_of(show_panel, made_up(slope, path=np.zeros((1, 2)), marks=(), arrows=()))
    picture, table = chart.grab().toImage(), loss_colours(DARK)
    for x, row in ((-0.97, 0), (0.97, -1)):
        seen = picture.pixelColor(chart.to_pixels(x, 0.55).toPoint())
        wanted = QColor(*(int(part) for part in table[row]))
        assert is_close(seen, wanted.name())
    left, right = (picture.pixelColor(chart.to_pixels(x, 0.55).toPoint()).lightness() for x in (-0.97, 0.97))
    assert right > left + 40


def test_the_middles_of_the_pictures_edge_pixels_are_the_ends_of_the_axes(show_panel: ShowPanel) -> None:
    chart = chart_of(show_panel, made_up())
    rect = chart._picture.mapRectToParent(chart._picture.boundingRect())
    step = 2 / 160
    np.testing.assert_allclose(
        [rect.left(), rect.right(), rect.top(), rect.bottom()], [-1 - step / 2, 1 + step / 2] * 2
    )


def test_what_is_beyond_numbers_is_hatched() -> None:
    losses = np.ones((21, 21))
    losses[:, :5] = np.nan
    made = made_up(losses + np.linspace(0, 1, 21))
    picture = painted(surface(made.x, made.y, made.losses["train"]), DARK)
    ground, line = (tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in (DARK.raised, DARK.ink_3))
    assert {tuple(pixel) for pixel in picture[:, :30].reshape(-1, 3).tolist()} == {ground, line}
    assert not {tuple(pixel) for pixel in picture[:, 45:].reshape(-1, 3).tolist()} & {line}


@pytest.mark.parametrize("name", sorted(THEMES))
def test_marks_and_arrows_stand_out_from_every_colour_of_the_losses_by_their_casing(name: str) -> None:
    theme = THEMES[name]
    for colour in loss_colours(theme)[::16].tolist():
        ground = QColor(*colour).name().upper()
        assert max(contrast(theme.ink, ground), contrast(theme.panel, ground)) >= 3.0
    for mark in (theme.ink, theme.negative, theme.validation):
        assert contrast(mark, theme.panel) >= 3.0


def test_marks_are_where_they_were_and_arrows_lead_to_the_magnified_steps(show_panel: ShowPanel) -> None:
    made = made_up()
    chart = chart_of(show_panel, made)
    arrows = chart.overlay.arrows()
    assert [arrow.label for _, arrow, _, _ in arrows] == ["Adam", "SGD"]
    for _, arrow, start, end in arrows:
        away = start - chart.to_pixels(0.0, 0.0)
        assert np.hypot(away.x(), away.y()) == pytest.approx(RADIUS)
        np.testing.assert_allclose(chart.to_axes(end), np.array(arrow.at) * 20, atol=1e-9)
    picture = chart.grab().toImage()
    best = picture.pixelColor(chart.to_pixels(0.3, -0.1).toPoint())
    assert best.name().upper() == DARK.ink


def test_a_step_that_is_none_has_no_arrow(show_panel: ShowPanel) -> None:
    made = made_up()
    broken = replace(made.arrows[1], at=(float("nan"), float("nan")), problem="It would overflow.")
    chart = chart_of(show_panel, replace(made, arrows=(made.arrows[0], broken)))
    assert [arrow.label for _, arrow, _, _ in chart.overlay.arrows()] == ["Adam"]
    assert not chart.grab().isNull()


def test_labels_of_contours_touch_neither_marks_nor_one_another(show_panel: ShowPanel) -> None:
    chart = chart_of(show_panel, made_up())
    labels = chart.overlay.labels()
    assert len(labels) >= 3
    for index, (place, text) in enumerate(labels):
        assert float(text)
        assert chart.box.contains(place)
        assert not any(place.intersects(other) for other, _ in labels[:index])
        assert not any(place.contains(chart.to_pixels(*mark.at)) for mark in made_up().marks)


def test_the_mouse_reads_the_nearest_place_of_the_grid(show_panel: ShowPanel) -> None:
    chart = chart_of(show_panel, made_up())
    place = chart.to_pixels(0.52, -0.27)
    QTest.mouseMove(chart.canvas.viewport(), place.toPoint())
    found = chart.card_at(place)
    assert found is not None
    assert found[0].startswith("training loss 0.71\nat 0.50, −0.30")  # 0.1 + 0.25 + 0.36
    assert chart.card_at(QPointF(2, 2)) is None
    assert chart.overlay.read is None


def test_arrow_keys_walk_the_grid_from_the_present_weights_on(show_panel: ShowPanel) -> None:
    chart = chart_of(show_panel, made_up())
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.card.text() == "training loss 0.1\nhere: the weights of epoch 40"
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Up)
    assert chart.card.text().startswith("training loss 0.15\nat 0.10, 0.10")
    assert chart.accessibleDescription() == chart.card.text().replace("\n", ", ")
    assert chart.overlay.read == pytest.approx((0.1, 0.1))
    for _ in range(30):
        QTest.keyClick(chart, Qt.Key.Key_Left)
    assert "at −1.00, 0.10" in chart.card.text()
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert not chart.card.isVisible()


def test_without_a_landscape_it_takes_mouse_and_keys(show_panel: ShowPanel) -> None:
    chart = show_panel(lambda window: LandscapeChart(LIGHT, window), 300, 200)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Home):
        QTest.keyClick(chart, key)
    assert chart.card_at(QPointF(100, 60)) is None
    assert not chart.card.isVisible()
    assert not chart.grab().isNull()


def test_another_landscape_shows_its_whole_frame_again_and_another_loss_keeps_the_zoom(show_panel: ShowPanel) -> None:
    made = made_up()
    drawn = surfaces(made)
    chart = chart_of(show_panel, made)
    chart.view.box_drawn.emit(chart.view.viewRect().adjusted(0.5, 0.5, -0.5, -0.5), True)
    zoomed = chart.view.viewRange()
    chart.show_landscape(made, drawn["validation"], "validation")
    np.testing.assert_allclose(chart.view.viewRange(), zoomed)
    chart.show_landscape(made_up(), drawn["train"], "train")
    np.testing.assert_allclose(chart.view.viewRange(), [[-1, 1], [-1, 1]])


def test_a_low_chart_names_its_axes_in_a_free_corner_and_beside_it(show_panel: ShowPanel) -> None:
    chart = chart_of(show_panel, made_up(), size=(220, 70))
    inside = chart.overlay._name_inside([])
    assert inside is not None
    assert inside[1] == "80 %"
    assert not any(inside[0].contains(chart.to_pixels(*mark.at)) for mark in made_up().marks)
    assert chart._names[1] == "15 %"
    tall = chart_of(show_panel, made_up())
    assert tall.overlay._name_inside([]) is None
    assert tall._names == ("path's axis 1: 80 % of variance", "path's axis 2: 15 % of variance")


# The legend


def legend_of(show_panel: ShowPanel, landscape: Landscape, height: int = 140) -> LandscapeLegend:
    legend = show_panel(lambda window: LandscapeLegend(DARK, window), 140, height)
    legend.show_landscape(landscape, surfaces(landscape)["train"], "train")
    return legend


def test_the_legend_has_a_line_for_all_that_is_drawn(show_panel: ShowPanel) -> None:
    legend = legend_of(show_panel, made_up())
    assert legend.lines() == [
        ("bar", "0.1 to 5.1 log"),
        ("arrow 0", "Adam ×20: 25 %"),
        ("arrow 1", "SGD ×20: 50 %"),
        ("path", "path: 91 %"),
        ("here", "epoch 40"),
        ("best", "best 20"),
        ("start", "start"),
    ]
    assert "drawn 20 times as long" in legend.accessibleDescription()
    assert "0.1 here" in legend.toolTip()
    assert len(legend.places()) == 7


def test_that_it_is_old_and_what_is_beyond_come_first_where_there_is_little_room(show_panel: ShowPanel) -> None:
    losses = np.ones((21, 21)) + np.linspace(0, 1, 21)
    losses[0, :3] = np.nan
    legend = legend_of(show_panel, made_up(losses), height=44)
    legend.set_live(55)
    assert [line for _, line in legend.places()] == [
        ("live", "40, now 55"),
        ("bar", "1 to 2"),
        ("beyond", "beyond numbers 0.7 %"),
    ]
    assert not legend.grab().isNull()


def test_below_the_chart_the_lines_stand_in_two_columns(show_panel: ShowPanel) -> None:
    legend = legend_of(show_panel, made_up())
    legend.set_beside(False)
    legend.resize(300, legend.minimumHeight())
    places = [place for place, _ in legend.places()]
    assert len(places) == 7
    assert {place.left() for place in places} == {0.0, 150.0}


# The look


@pytest.mark.parametrize("theme", [DARK, LIGHT, CONTRAST], ids=lambda theme: theme.name)
def test_the_tab_looks_as_it_did(show_panel: ShowPanel, theme: Theme) -> None:
    def make(window: QWidget) -> LandscapePage:
        window.setProperty("surface", "panel")
        window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        window.setPalette(palette(theme))
        window.setFont(font())
        window.setStyleSheet(style_sheet(theme, resource_path(f"icons/chevron-{theme.name}.svg").as_posix()))
        return LandscapePage(theme, window)

    page = show_panel(make, 460, 300)
    made = made_up()
    page.say("")
    page.show_made(made, surfaces(made))
    page.chart.set_live((-0.12, 0.3))
    page.legend.set_live(90)
    QTest.mouseMove(page, QPoint(2, 2))
    assert_looks_like(page.window(), f"landscape-{theme.name}")
