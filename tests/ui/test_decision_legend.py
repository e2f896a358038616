"""The legend: complete, wrapped, shortened where it must be, and told apart without colours."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from nnviz.ui.panels.decision import DecisionPanel
from nnviz.ui.plots import decision_bar
from nnviz.ui.plots.decision_legend import MOST_ROWS, Legend, LegendItem, fitted_legend
from nnviz.ui.plots.decision_markers import class_shape
from nnviz.ui.plots.decision_view import Layout
from nnviz.ui.theme import CAPTION, DARK, LIGHT, class_colour, font, load_fonts
from tests.ui.conftest import ShowPanel
from tests.ui.map_cases import numbers, picture, shipped


@pytest.fixture(autouse=True)
def _fonts(qapp: object) -> None:
    load_fonts()


def _classes(count: int, name: str = "class number") -> list[LegendItem]:
    return [LegendItem("class", f"{name} {index}", index) for index in range(count)]


def _shown(legend: Legend) -> list[LegendItem]:
    return [item for row in legend.rows for item in row]


def _legend(panel: DecisionPanel) -> Legend:
    return panel.surface._frame.legend


def test_ten_classes_are_all_named(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("digits"))
    decision_panel.axis_lists.lists[0].setCurrentIndex(0)
    named = [item.text for item in _shown(_legend(decision_panel)) if item.kind == "class"]
    assert named == [str(digit) for digit in range(10)]


def test_long_names_are_shortened_before_any_class_is_left_out() -> None:
    legend = fitted_legend([*_classes(14, "a rather long name of a class"), LegendItem("train", "train")], 290.0)
    shown = _shown(legend)
    assert sum(item.kind == "class" for item in shown) == 14
    assert len(legend.rows) <= MOST_ROWS
    assert legend.longest < 84


def test_rows_fit_into_their_width() -> None:
    width, taken = 290.0, 60.0
    legend = fitted_legend(
        [*_classes(9), LegendItem("error", "1 of 9 wrong", widest="9,999 of 9,999 wrong")], width, taken=taken
    )
    metrics = QFontMetricsF(font(CAPTION))
    for number, row in enumerate(legend.rows):
        wide = [metrics.horizontalAdvance(item.widest or item.text) for item in row]
        used = sum(min(w, legend.longest) if i.kind == "class" else w for w, i in zip(wide, row, strict=True))
        assert used + 22 * len(row) - 13 <= (width - taken if number == 0 else width) + 1


def test_no_two_of_ten_classes_look_the_same() -> None:
    for theme in (DARK, LIGHT):
        looks = {(class_shape(index, 10), class_colour(theme, index)) for index in range(10)}
        assert len(looks) == 10


def test_legend_says_what_rings_hatching_and_faint_points_are(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("wine"))
    kinds = {item.kind: item.text for item in _shown(_legend(decision_panel))}
    assert kinds["error"].endswith("of 178 wrong")
    assert kinds["beyond"] == "beyond training"
    assert kinds["faint"] == "faint: 0.5–2 σ from what is held"
    decision_panel.set_dataset(numbers(60, 2))
    assert "faint" not in {item.kind for item in _shown(_legend(decision_panel))}


def test_wide_names_do_not_push_the_legend_out_of_the_widget(decision_panel: DecisionPanel) -> None:
    decision_panel.set_dataset(shipped("penguins"))
    surface = decision_panel.surface
    image = picture(decision_panel)
    edge = {
        image.pixelColor(surface.width() - 2, y).name() for y in range(surface.square.bottom() + 30, surface.height())
    }
    assert edge == {DARK.panel.lower()}


def test_small_panel_gives_the_map_the_room_of_what_a_tool_tip_says(show_panel: ShowPanel) -> None:
    panel = show_panel(lambda window: DecisionPanel(DARK, window), 360, 380)
    panel.set_dataset(shipped("wine"))
    frame = panel.surface._frame
    assert frame.compact
    assert panel.surface.square.width() >= 180
    kinds = {item.kind for item in _shown(_legend(panel))}
    assert {"class", "train", "error"} <= kinds
    assert not {"faint", "beyond"} & kinds
    words = frame.words.split("\n")
    assert "class cultivar 1" in words
    assert "hatched: beyond training" in words
    assert any(line.startswith("faint") for line in words)
    panel.resize(360, 560)
    assert {"faint", "beyond"} <= {item.kind for item in _shown(_legend(panel))}


def test_wanted_height_is_the_same_whether_anything_is_left_out(show_panel: ShowPanel) -> None:
    panel = show_panel(lambda window: DecisionPanel(DARK, window), 360, 560)
    panel.set_dataset(shipped("wine"))
    wanted = panel.heightForWidth(360)
    panel.resize(360, wanted)
    assert panel.surface.square.width() == 360 - panel.surface._frame.margins[0] - panel.surface._frame.margins[1]
    panel.resize(360, 380)
    assert panel.heightForWidth(360) == wanted


@pytest.mark.parametrize("size", [(300, 240), (150, 400)], ids=["low", "narrow"])
def test_name_of_the_colour_bar_is_whole_where_there_is_room_beside_the_ticks(
    qapp: object, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    told: list[tuple[QPointF, float]] = []
    monkeypatch.setattr(
        decision_bar, "paint_upright_text", lambda _painter, _text, centre, length: told.append((centre, length))
    )
    dataset = shipped("breast_cancer")
    picture = QImage(*size, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    painter.setFont(font(CAPTION))
    layout = Layout.fit(*size, 40, 36, 60)
    decision_bar.paint_bar(painter, dataset, DARK, layout, hard=False)
    needed = painter.fontMetrics().horizontalAdvance(decision_bar.bar_scale(dataset)[1])
    painter.end()
    ((centre, length),) = told
    assert centre.x() + 8 <= size[0]
    if layout.spare:
        assert length >= needed
