"""Colours of the curves panel against what they are painted on, by the measure of WCAG 2.1."""

import pytest

from nnviz.run.markers import CHANGE, DIVERGENCE
from nnviz.ui.plots.curve_markers import marker_colour
from nnviz.ui.plots.curve_runs import MOST_RUNS, OPACITY, run_colour
from nnviz.ui.theme import THEMES, Theme, mix
from tests.ui.colour_vision import contrast


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_lines_and_signs_have_the_contrast_of_graphics_and_texts_that_of_texts(theme: Theme) -> None:
    for number in range(1, MOST_RUNS + 1):
        assert contrast(mix(theme.panel, run_colour(theme, number), OPACITY), theme.panel) >= 3.0, number
    for kind in (CHANGE, DIVERGENCE, "early stop", "restored"):
        assert contrast(marker_colour(theme, kind), theme.panel) >= 3.0, kind
    for text in (theme.ink, theme.ink_2, theme.validation):
        assert contrast(text, theme.panel) >= 4.5, text
