"""The lines between the regions of a map, blended into its pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.ui.plots.decision_colours import FloatArray, Pixels

CONTOUR_WIDTH = 1.2
CONTOUR_OPACITY = 0.75


def line_reach(width: float) -> int:
    """Return how many pixels beside a border a line of this width may touch."""
    return max(1, round(width))


def near_borders(region: NDArray[Any], reach: int) -> NDArray[np.intp]:
    """Return the flat indices of pixels within ``reach`` of another region, the outermost pixels left out."""
    near = np.zeros(region.shape, bool)
    for step in range(1, reach + 1):
        down, right = region[step:] != region[:-step], region[:, step:] != region[:, :-step]
        near[step:] |= down
        near[:-step] |= down
        near[:, step:] |= right
        near[:, :-step] |= right
    near[0] = near[-1] = near[:, 0] = near[:, -1] = False
    return np.flatnonzero(near)


def with_neighbours(at: NDArray[np.intp], across: int) -> NDArray[np.intp]:
    """Return flat indices and those beside, above and below them, each once, in a picture ``across`` pixels wide."""
    near = np.zeros(across * across, bool)
    for step in (0, 1, -1, across, -across):
        near[at + step] = True
    return np.flatnonzero(near)


def draw_contour(
    pixels: Pixels,
    margin: FloatArray,
    at: NDArray[np.intp],
    width: float,
    ink: FloatArray,
    opacity: float = CONTOUR_OPACITY,
) -> None:
    """Blend the line between regions into a picture in place.

    Parameters
    ----------
    pixels
        0xFFRRGGBB, (side, side).
    margin
        Falls to 0 at the line from both sides, (side, side), so that margin / slope is the distance to it.
    at
        Where the line may run: `near_borders` of the regions.
    width
        Of the line, in pixels; 0 for none.
    ink
        Its red, green and blue, (3,).
    opacity
        From 0 to 1.
    """
    if not len(at) or width <= 0:
        return
    flat, across = margin.ravel(), margin.shape[1]
    here = flat[at]
    # The margin has a kink at the line: of the two one-sided differences the larger one is the slope.
    slope = np.maximum(np.abs(flat[at + 1] - here), np.abs(flat[at - 1] - here)) ** 2
    slope += np.maximum(np.abs(flat[at + across] - here), np.abs(flat[at - across] - here)) ** 2
    distance = here / np.sqrt(np.maximum(slope, 1e-20))
    share = np.clip(width / 2 + 0.5 - distance, 0.0, 1.0) * opacity
    target = pixels.reshape(-1)
    under = target[at]
    blended = np.full(len(at), 0xFF000000, np.uint32)
    for channel, shift in enumerate((16, 8, 0)):
        value = ((under >> shift) & 0xFF).astype(np.float32)
        value += (ink[channel] - value) * share
        blended |= value.astype(np.uint32) << shift
    target[at] = blended
