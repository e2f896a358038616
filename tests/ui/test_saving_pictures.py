"""Panels as pictures: the pixels of the screen, twice as many, and vectors."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.ui.main_window import MainWindow
from nnviz.ui.plots.edge_raster import edge_opacity, edge_width
from nnviz.ui.saving.parts import part_of
from nnviz.ui.saving.pictures import take_image, take_svg
from nnviz.ui.theme import DARK
from tests.ui.saving_window import PANELS, pixels, same, step, window

__all__ = ["window"]
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("key", ["data", "network", "decision", "tabs", "window"])
def test_a_picture_is_what_is_on_the_screen(window: MainWindow, qtbot: QtBot, key: str) -> None:
    part = part_of(window, key)
    face = window if key == "window" else window.docks.panels[key].face
    QTest.mouseMove(window.status, QPoint(5, 5))  # a panel under the mouse that another test has left shows its grip
    # Maps get finer and the status counts frames, between the one picture and the other too.
    qtbot.waitUntil(lambda: same(take_image(part.picture())(), face.grab().toImage()), timeout=20_000)


@pytest.mark.parametrize("key", ["network", "decision", "curves", "tabs"])
def test_a_finer_picture_shows_the_same_in_twice_as_many_pixels(window: MainWindow, key: str) -> None:
    what = part_of(window, key).picture()
    plain, fine = take_image(what)(), take_image(what, 2)()
    assert fine.size() == plain.size() * 2
    rows, columns = plain.height(), plain.width()
    smaller = pixels(fine).reshape(rows, 2, columns, 2, 3).mean(axis=(1, 3))
    assert np.corrcoef(smaller.ravel(), pixels(plain).ravel())[0, 1] > 0.92
    # Not the plain one magnified: neighbours differ that would then be alike.
    twice = pixels(fine)
    assert (np.abs(twice[::2, ::2] - twice[1::2, ::2]).sum(axis=2) > 30).mean() > 0.002


def test_edges_of_a_finer_picture_are_where_they_are_on_the_screen(window: MainWindow) -> None:
    graph = window.network.graph
    layout = graph.layout_now
    assert layout is not None
    fine = pixels(take_image(part_of(window, "network").picture(), 2)())
    plain = pixels(window.network.grab().toImage())
    gap = layout.gaps[0]
    at = graph.mapTo(window.network, graph.rect().topLeft())
    x = at.x() + round((gap.left + gap.right) / 2)
    column = slice(at.y(), at.y() + graph.height())
    coloured = plain[column, x].std(axis=1) > 12
    finer = fine[2 * column.start : 2 * column.stop, 2 * x].std(axis=1) > 12
    assert coloured.any()
    assert abs(finer.mean() - coloured.mean()) < 0.04


def test_a_drawing_has_a_path_for_every_edge_and_texts_as_texts(window: MainWindow) -> None:
    root = ET.fromstring(take_svg(part_of(window, "network").picture(), "rings <&> network")())
    assert root.find(f"{_SVG}title").text == "rings <&> network"  # type: ignore[union-attr]
    edges = next(group for group in root.iter(f"{_SVG}g") if group.get("class") == "edges")
    layout, snapshot = window.network.graph.layout_now, window.live.snapshot
    assert layout is not None
    assert snapshot is not None
    weights = np.concatenate([snapshot.parameters[gap.parameters] for gap in layout.gaps])
    paths = list(edges.iter(f"{_SVG}path"))
    assert len(paths) == len(weights)
    strengths = np.minimum(np.abs(weights) / window.network.graph.scale, 1.0)
    widths = [float(path.get("stroke-width", "0")) for path in paths]
    np.testing.assert_allclose(widths, edge_width(strengths, layout.thickness), atol=0.03)
    opacities = [float(path.get("stroke-opacity", "0")) for path in paths]
    np.testing.assert_allclose(opacities, edge_opacity(strengths, layout.thickness), atol=0.01)
    assert [path.get("stroke") for path in paths] == [DARK.positive if w >= 0 else DARK.negative for w in weights]
    first = re.match(r"M([\d.]+),([\d.]+)C", paths[0].get("d", ""))
    assert first is not None
    assert float(first[1]) == pytest.approx(layout.gaps[0].left, abs=0.01)
    assert float(first[2]) == pytest.approx(float(layout.gaps[0].y_from[0]), abs=0.01)
    texts = {text.text for text in root.iter(f"{_SVG}text")}
    assert {"Network", "x", "y", "Weight", "Bias"} <= texts
    assert not any("@@" in (text or "") for text in texts)
    named = next(text for text in root.iter(f"{_SVG}text") if text.text == "Network")
    assert float(named.get("textLength", "0")) > 40


@pytest.mark.parametrize("key", [*PANELS, "window"])
def test_every_drawing_is_well_formed_and_says_its_texts(window: MainWindow, key: str) -> None:
    root = ET.fromstring(take_svg(part_of(window, key).picture(), key)())
    size = part_of(window, key).picture().size
    assert (root.get("width"), root.get("height")) == (str(size.width()), str(size.height()))
    assert any((text.text or "").strip() for text in root.iter(f"{_SVG}text"))
    names = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(names) == len(set(names))
    # Curves are written in pixels: no viewer is left to keep their pens from being stretched.
    assert not any(element.get("vector-effect") for element in root.iter())


def test_points_of_the_map_are_vectors(window: MainWindow) -> None:
    root = ET.fromstring(take_svg(part_of(window, "decision").picture(), "map")())
    assert sum(1 for _ in root.iter(f"{_SVG}path")) > len(window.decision.surface.layers.points.rows)  # type: ignore[union-attr]


def test_curves_are_drawn_at_the_same_places_in_the_drawing(window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):
        step(window, qtbot)
    window.loss.plot.refresh_now()
    root = ET.fromstring(take_svg(part_of(window, "curves").picture(), "curves")())
    size = part_of(window, "curves").picture().size
    found = [
        (float(x), float(y))
        for path in root.iter(f"{_SVG}path")
        for x, y in re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", path.get("d", ""))
    ]
    assert found
    inside = [-1 <= x <= size.width() + 1 and -1 <= y <= size.height() + 1 for x, y in found]
    assert np.mean(inside) > 0.95
