"""The colours of a map: tables of 0xFFRRGGBB for two classes and for numbers, blends for several classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.ui.theme import Theme, class_colour, diverging_table

FloatArray = NDArray[np.floating[Any]]
Pixels = NDArray[np.uint32]

ENTRIES = 1024
# A probability of float32 rounds to 1 beyond a logit of 16.
LOGIT_LIMIT = 12.0


def pack(colours: NDArray[np.uint8]) -> Pixels:
    """Pack (n, 3 or 4) bytes of red, green, blue into (n,) opaque 0xAARRGGBB."""
    wide = colours.astype(np.uint32)
    return np.asarray(0xFF000000 | (wide[:, 0] << 16) | (wide[:, 1] << 8) | wide[:, 2], np.uint32)


def channels(colour: str) -> FloatArray:
    """Return red, green and blue of "#RRGGBB", (3,)."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)


def binary_table(theme: Theme, *, hard: bool = False) -> Pixels:
    """Return the colours of logits from -12 to 12, (1024,): the diverging map of 2p - 1 within the boundary's span.

    With ``hard`` every logit takes the colour of certainty on its side.
    """
    logits = np.linspace(-LOGIT_LIMIT, LOGIT_LIMIT, ENTRIES)
    return _of_signed(theme, np.sign(logits) if hard else np.tanh(logits / 2))


def regression_table(theme: Theme, levels: FloatArray | None = None) -> Pixels:
    """Return the colours of scaled values from -1 to 1, (1024,).

    With ``levels``, ascending, all values between two of them take the colour of the middle between these.
    """
    values = np.linspace(-1.0, 1.0, ENTRIES)
    if levels is not None and len(levels):
        ends = np.clip(np.concatenate([[-1.0], levels, [1.0]]), -1.0, 1.0)
        band = np.searchsorted(levels, values, side="right")
        values = (ends[band] + ends[band + 1]) / 2
    return _of_signed(theme, values)


def _of_signed(theme: Theme, signed: FloatArray) -> Pixels:
    table = diverging_table(theme, theme.boundary_span)
    stops = np.linspace(-1.0, 1.0, len(table))
    found = np.stack([np.interp(signed, stops, table[:, i]).round() for i in range(3)], axis=1)
    return pack(found.astype(np.uint8))


def canvas_channels(theme: Theme) -> FloatArray:
    """Return red, green and blue of no answer at all, (3,)."""
    return diverging_table(theme, theme.boundary_span)[128, :3].astype(float)


def class_channels(theme: Theme, n_classes: int) -> FloatArray:
    """Return red, green and blue of every class where the network is certain of it, (n_classes, 3)."""
    canvas = canvas_channels(theme)
    # Within the same span as the binary map: points over the map must stand out.
    strength = theme.boundary_span + (0.1 if theme.dark else 0.0)
    pure = np.stack([channels(class_colour(theme, index)) for index in range(n_classes)])
    return np.asarray(canvas + (pure - canvas) * strength)


def class_ramp(theme: Theme, index: int, confidence: FloatArray) -> NDArray[np.uint8]:
    """Return the colours (n, 3) of a class at confidences (n,) between 0 (no more than chance) and 1 (certain)."""
    canvas, strong = canvas_channels(theme), class_channels(theme, index + 1)[index]
    return np.asarray((canvas + (strong - canvas) * confidence[:, None]).round(), np.uint8)
