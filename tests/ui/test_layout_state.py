"""Where the panels are survives as text, and damaged text or another desktop lose no panel."""

import json

import pytest
from PySide6.QtCore import QRect

from nnviz.ui.layout_state import VERSION, LayoutState, layout_of, on_screen

USUAL = {"left": ("data",), "centre": ("network",), "right": ("decision", "curves")}
MOVED = LayoutState(
    {"left": ("data", "curves"), "centre": ("network",), "right": ("decision",)},
    hidden=("data",),
    floating={"decision": (1500, 40, 600, 500)},
    widths=(260, 700, 400),
    heights={"left": (300, 200)},
)
SCREENS = [QRect(0, 0, 1920, 1040), QRect(1920, 0, 1280, 984)]


def test_a_layout_comes_back_as_it_was() -> None:
    assert layout_of(MOVED.to_text(), USUAL) == MOVED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 1}',
        '{"version": 1, "columns": 3, "hidden": [], "floating": {}, "widths": [], "heights": {}}',
        MOVED.to_text().replace("1500", "1e999"),
        MOVED.to_text().replace("600", '"wide"'),
        "[" * 100_000,
    ],
)
def test_damaged_text_gives_the_usual_layout(text: str) -> None:
    assert layout_of(text, USUAL) == LayoutState(USUAL)


def test_text_of_another_version_gives_the_usual_layout() -> None:
    other = json.loads(MOVED.to_text()) | {"version": VERSION + 1}
    assert layout_of(json.dumps(other), USUAL) == LayoutState(USUAL)


def test_every_known_panel_stands_somewhere_exactly_once() -> None:
    found = json.loads(MOVED.to_text())
    found["columns"] = {"left": ["gone", "curves", "curves"], "centre": ["curves"], "right": ["data"]}
    columns = layout_of(json.dumps(found), USUAL).columns
    assert columns == {"left": ("curves",), "centre": ("network",), "right": ("data", "decision")}


def test_a_floating_window_stays_on_the_screen_that_shows_it() -> None:
    for place in (QRect(100, 100, 400, 300), QRect(2000, 20, 400, 300)):
        assert on_screen(place, SCREENS) == place


def test_a_floating_window_of_a_screen_that_is_gone_comes_to_the_first() -> None:
    for place in (QRect(5000, 100, 400, 300), QRect(300, 2000, 400, 300), QRect(300, -400, 400, 300)):
        assert SCREENS[0].contains(on_screen(place, SCREENS))


def test_a_floating_window_is_never_larger_than_its_screen() -> None:
    assert on_screen(QRect(0, 0, 9000, 9000), SCREENS).size() == SCREENS[0].size()
    assert SCREENS[0].contains(on_screen(QRect(7000, 7000, 9000, 9000), SCREENS))
