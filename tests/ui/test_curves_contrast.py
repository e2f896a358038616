"""Colours of the curves panel against what they are painted on, by the measure of WCAG 2.1."""

import pytest

from nnviz.run.markers import CHANGE, DIVERGENCE
from nnviz.ui.plots.curve_markers import marker_colour
from nnviz.ui.plots.curve_runs import MOST_RUNS, OPACITY, run_colour
from nnviz.ui.theme import DARK, LIGHT, Theme, mix


def _contrast(first: str, second: str) -> float:
    """Return the contrast ratio of WCAG 2.1."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_lines_and_signs_have_the_contrast_of_graphics_and_texts_that_of_texts(theme: Theme) -> None:
    for number in range(1, MOST_RUNS + 1):
        assert _contrast(mix(theme.panel, run_colour(theme, number), OPACITY), theme.panel) >= 3.0, number
    for kind in (CHANGE, DIVERGENCE, "early stop", "restored"):
        assert _contrast(marker_colour(theme, kind), theme.panel) >= 3.0, kind
    for text in (theme.ink, theme.ink_2, theme.validation):
        assert _contrast(text, theme.panel) >= 4.5, text
