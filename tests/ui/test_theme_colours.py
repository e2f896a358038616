"""Every theme can be read, and its classes told apart, with any of the common kinds of colour vision."""

import itertools

import numpy as np
import pytest

from nnviz.ui.theme import CONTRAST, DARK, THEMES, Theme, class_text_colour, diverging_table
from tests.ui.colour_vision import VISIONS, ciede2000, contrast, distance

GROUNDS = ("app", "panel", "raised", "field")
TEXTS = ("ink", "ink_2", "ink_3", "validation", "warning", "error")
# CIEDE2000. Markers differ in shape besides; the first four classes, which are the common case, lie further apart.
CLASSES_APART, FIRST_FOUR_APART, POINTS_APART, SIGNS_APART = 8.0, 10.0, 7.0, 30.0

every_theme = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
every_vision = pytest.mark.parametrize("vision", VISIONS)


@every_theme
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_has_the_contrast_of_wcag_on_every_ground(theme: Theme, ground: str) -> None:
    least = 7.0 if theme is CONTRAST else 4.5
    for token in TEXTS:
        assert contrast(getattr(theme, token), getattr(theme, ground)) >= least, token


@every_theme
@pytest.mark.parametrize("ground", GROUNDS)
def test_words_about_a_class_have_the_contrast_of_text(theme: Theme, ground: str) -> None:
    for index in range(len(theme.classes)):
        assert contrast(class_text_colour(theme, index), getattr(theme, ground)) >= 4.5, index


@every_theme
def test_text_on_ink_has_the_contrast_of_text(theme: Theme) -> None:
    assert contrast(theme.on_ink, theme.ink) >= 7.0


@every_theme
def test_curves_signs_and_points_have_the_contrast_of_graphics(theme: Theme) -> None:
    for colour in (theme.positive, theme.negative, *theme.classes):
        assert contrast(colour, theme.panel) >= 3.0, colour
        assert contrast(colour, theme.app) >= 3.0, colour


def test_outlines_of_controls_can_be_seen_in_high_contrast() -> None:
    for line in (CONTRAST.line, CONTRAST.line_strong):
        assert contrast(line, CONTRAST.panel) >= 4.5
    assert CONTRAST.line_width > DARK.line_width


def _closest(colours: tuple[str, ...], vision: str) -> float:
    return min(distance(a, b, vision) for a, b in itertools.combinations(colours, 2))


@every_theme
@every_vision
def test_classes_can_be_told_apart_with_every_kind_of_vision(theme: Theme, vision: str) -> None:
    assert _closest(theme.classes, vision) >= CLASSES_APART
    assert _closest(theme.classes[:4], vision) >= FIRST_FOUR_APART
    assert _closest(theme.class_points, vision) >= POINTS_APART


@every_theme
@every_vision
def test_positive_and_negative_can_be_told_apart_with_every_kind_of_vision(theme: Theme, vision: str) -> None:
    assert distance(theme.positive, theme.negative, vision) >= SIGNS_APART
    ends = ["#" + bytes(diverging_table(theme)[end, :3].tolist()).hex() for end in (0, 255)]
    assert distance(ends[0], ends[1], vision) >= SIGNS_APART
    assert distance(class_text_colour(theme, 0), class_text_colour(theme, 1), vision) >= SIGNS_APART


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((50.0, 2.5, 0.0), (61.0, -5.0, 29.0), 22.8977),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_distance_is_that_of_the_published_pairs(
    first: tuple[float, ...], second: tuple[float, ...], expected: float
) -> None:
    assert ciede2000(np.array(first), np.array(second)) == pytest.approx(expected, abs=1e-4)


def test_red_and_green_fall_together_without_the_cones_for_red_or_green() -> None:
    apart = {vision: distance("#C04040", "#707000", vision) for vision in VISIONS}
    assert apart["deuteranopia"] < apart["normal"] / 2
    assert apart["tritanopia"] > apart["deuteranopia"]
