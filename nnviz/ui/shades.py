"""Grounds on which ink is written: a class's colour, as strong as can be read on."""

from functools import lru_cache

from nnviz.ui.theme import Theme, class_colour, mix


def class_shade(theme: Theme, index: int, share: float) -> str:
    """Return the ground of a table's cell: class ``index`` by a share from 0 to 1; ink on it can be read."""
    colour = class_colour(theme, index)
    return mix(theme.field, colour, 0.08 + (_strongest_shade(theme, colour) - 0.08) * share)


@lru_cache(maxsize=64)
def _strongest_shade(theme: Theme, colour: str) -> float:
    """Return how much of a colour may be mixed into the field's, so that ink keeps its contrast."""
    least = 7.0 if theme.name == "contrast" else 4.5
    shares = (0.64 - 0.02 * step for step in range(28))
    return next((share for share in shares if contrast(theme.ink, mix(theme.field, colour, share)) >= least), 0.08)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours "#RRGGBB", 1 to 21: WCAG 2.1, success criterion 1.4.3."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if (value := channel / 255) <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for channel in (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
