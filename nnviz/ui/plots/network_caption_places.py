"""Where the captions stand above the diagram's columns: near their columns, in order, and never over each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nnviz.ui.plots.network_buttons import fitting
from nnviz.ui.plots.network_layout import NetworkLayout
from nnviz.ui.type_scale import px

CAPTION_WIDTH, COMPACT_WIDTH = 170.0, 96.0
GAP, COMPACT_GAP, END_PADDING, MARGIN = 25.0, 5.0, 18.0, 8.0
SHIFT = 16.0  # how far captions may move off their columns to make room for the output's


@dataclass(frozen=True, slots=True)
class CaptionPlaces:
    """The left edges and widths of all captions, inputs and output among them.

    Attributes
    ----------
    compact
        Whether there is room for the captions only, without their buttons and those between them.
    """

    lefts: list[float]
    widths: list[float]
    compact: bool


def spread(centres: Sequence[float], widths: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return the left edges of boxes near their wanted centres, in order, at least ``gap`` apart, within low to high.

    When they cannot all fit, they keep their order and distances and run over ``high``.
    """
    lefts = [centre - width / 2 for centre, width in zip(centres, widths, strict=True)]

    def push_right() -> None:
        edge = low
        for index, width in enumerate(widths):
            lefts[index] = max(edge, lefts[index])
            edge = lefts[index] + width + gap

    push_right()
    edge = high
    for index in range(len(lefts) - 1, -1, -1):
        lefts[index] = min(lefts[index], edge - widths[index])
        edge = lefts[index] - gap
    push_right()
    return lefts


def caption_places(
    layout: NetworkLayout,
    least: tuple[float, float],
    inputs: Sequence[str],
    outputs: Sequence[str],
    advance: Callable[[str, float], float],
) -> CaptionPlaces:
    """Return the places of the captions of a layout as it is on the canvas.

    Parameters
    ----------
    least
        The least width of a hidden layer's caption with its buttons, and without them.
    inputs, outputs
        What the two ends may say, longest first.
    advance
        The width of a text at a size in pixels.
    """
    centres = [column.centre for column in layout.columns]
    low, high = layout.x + MARGIN, layout.x + layout.width - MARGIN
    hidden = len(centres) - 2
    shortest = min(advance(inputs[-1], 11.0), 24.0) + min(advance(outputs[-1], 11.0), 40.0) + 2 * END_PADDING
    compact = shortest + hidden * least[0] + GAP * (hidden + 1) > high - low
    gap = COMPACT_GAP if compact else GAP
    most, narrowest = (px(COMPACT_WIDTH), least[1]) if compact else (px(CAPTION_WIDTH), least[0])
    # As wide as the spacing lets them be, and never so narrow that what they say is cut.
    width = max(min(most, layout.spacing - gap), narrowest)
    room = high - low - width * hidden - gap * (hidden + 1)
    text, pixels = fitting(inputs, min(layout.spacing - gap, room / 2) - END_PADDING)
    input_width = advance(text, pixels) + END_PADDING
    before = centres[-2] + (width if hidden else input_width) / 2 + gap
    text, pixels = fitting(outputs, min(high - before + SHIFT, room - input_width) - END_PADDING)
    widths = [input_width, *[width] * hidden, advance(text, pixels) + END_PADDING]
    return CaptionPlaces(spread(centres, widths, gap, low, high), widths, compact)
