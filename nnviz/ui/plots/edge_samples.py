"""Where the edges of a layout cross the pixel columns of a picture: worked out once for a layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.ui.plots.network_layout import Gap, curve_fraction

FloatArray = NDArray[np.floating[Any]]
IndexArray = NDArray[np.intp]

MAX_SUBCOLUMNS = 4


@dataclass(frozen=True, slots=True)
class Band:
    """Part of the picture that belongs between two columns, in device pixels: its x on the canvas and its columns."""

    x: int
    offset: int
    width: int


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Per span of one edge in one pixel column or a part of it, edge after edge; heights in device pixels.

    Attributes
    ----------
    first
        Where each edge's spans begin, and where the last one's end, (E + 1,).
    edge, column
        Whose, and in which column of the picture, (n,).
    y
        The middle of the edge there, (n,).
    slant
        Vertical extent per unit of width, (n,).
    rank, parts
        Which part of its column, from the top, of how many, (n,).
    """

    first: IndexArray
    edge: IndexArray
    column: IndexArray
    y: FloatArray
    slant: FloatArray
    rank: IndexArray
    parts: IndexArray


_PER_SPAN = ("edge", "column", "y", "slant", "rank", "parts")


def bands_of(gaps: Sequence[Gap], ratio: float, canvas_width: float | None) -> tuple[Band, ...]:
    """Return the pixel columns between the layers, side by side in the picture; those off the canvas are left out."""
    bands, offset = [], 0
    for gap in gaps:
        x, end = int(np.floor(gap.left * ratio + 1e-6)), int(np.ceil(gap.right * ratio - 1e-6))
        if canvas_width is not None:
            x, end = max(x, 0), min(end, int(np.ceil(canvas_width * ratio)))
        bands.append(Band(x, offset, max(end - x, 0)))
        offset += bands[-1].width
    return tuple(bands)


def samples_of(gaps: Sequence[Gap], ratio: float, bands: Sequence[Band]) -> Samples:
    """Return the spans of all edges, gap after gap; ``ratio`` is device pixels per logical pixel."""
    pieces, first_edge = [], 0
    for gap, band in zip(gaps, bands, strict=True):
        pieces.append(_gap_samples(gap, ratio, band, first_edge))
        first_edge += len(gap.y_from)
    return _sorted([np.concatenate(kind) for kind in zip(*pieces, strict=True)], first_edge)


def kept(samples: Samples, which: NDArray[np.bool_]) -> Samples:
    """Return some of the spans."""
    return _sorted([getattr(samples, name)[which] for name in _PER_SPAN], len(samples.first) - 1)


def _sorted(kinds: Sequence[NDArray[Any]], n_edges: int) -> Samples:
    edge = kinds[0]
    if len(edge) and (np.diff(edge) < 0).any():
        # Small whole numbers are sorted by counting, many times faster than others.
        order = np.argsort(edge.astype(np.uint16) if n_edges < 2**16 else edge, kind="stable")
        kinds = [kind[order] for kind in kinds]
        edge = kinds[0]
    return Samples(np.searchsorted(edge, np.arange(n_edges + 1)), *kinds)


def _gap_samples(gap: Gap, ratio: float, band: Band, first_edge: int) -> list[NDArray[Any]]:
    left, span = gap.left * ratio, max((gap.right - gap.left) * ratio, 1e-9)
    # Parts of pixel columns: where an edge climbs more than a row per column, several spans take its steps' edges off.
    # Twice as fine pixels need half as many.
    most = max(1, int(np.ceil(MAX_SUBCOLUMNS / ratio)))
    pixels = np.arange(band.x, band.x + band.width)[:, None]
    centres = {n: (pixels + (np.arange(n) + 0.5) / n - left) / span for n in range(1, most + 1)}
    climb = (gap.y_to - gap.y_from) * ratio
    step = 0.5 / span
    middle = centres[1][:, 0]
    profile = curve_fraction(np.clip(middle + step, 0, 1)) - curve_fraction(np.clip(middle - step, 0, 1))
    slope = np.abs(climb[:, None] * profile[None, :])
    parts = np.clip(np.ceil(slope - 0.25), 1, most).astype(np.intp)
    pieces = []
    for n, at in centres.items():
        edge, column = np.nonzero(parts == n)
        fraction = curve_fraction(np.clip(at, 0, 1))[column]
        y = gap.y_from[edge][:, None] * ratio + climb[edge][:, None] * fraction
        place = np.broadcast_to(np.arange(n), y.shape)
        rank = np.where(climb[edge][:, None] < 0, n - 1 - place, place)
        slant = np.broadcast_to(np.sqrt(1 + slope[edge, column] ** 2)[:, None], y.shape)
        pieces.append(
            (
                np.repeat(edge + first_edge, n),
                np.repeat(column + band.offset, n),
                y.ravel(),
                slant.ravel(),
                rank.ravel(),
                np.full(y.size, n),
            )
        )
    return [np.concatenate(kind) for kind in zip(*pieces, strict=True)]
