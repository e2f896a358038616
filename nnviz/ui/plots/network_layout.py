"""Where everything of the node-link diagram stands: pure geometry in logical pixels, no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]

MAX_TILE, MIN_TILE = 52, 20
MAX_PITCH, MIN_PITCH = 77.0, 26.0
SINGLE_OUTPUT_TILE = 76
MIN_SPACING, FEW_SPACING, MAX_SPACING = 140.0, 116.0, 360.0  # between column centres
MAX_SHOWN = 24  # neurons of a layer that all get a tile
COLLAPSED_FIRST, COLLAPSED_LAST = 12, 4
EDGE_MARGIN = 12.0  # between the canvas and the names
NAME_GAP = 10.0  # between a name and its tile
VERTICAL_MARGIN = 8.0
SOURCE_FAN, TARGET_FAN = 0.5, 0.62  # share of a tile's side over which its ports spread
MORE_WIDTH = 60.0
BIAS_RADIUS = 6.5


@dataclass(frozen=True, slots=True)
class Tile:
    """The square of one neuron or input; ``x`` and ``y`` are its left and top."""

    layer: int
    neuron: int
    x: float
    y: float
    side: float

    @property
    def middle(self) -> float:
        """Height of the centre."""
        return self.y + self.side / 2

    @property
    def right(self) -> float:
        """Right edge, where edges leave."""
        return self.x + self.side

    @property
    def bias_centre(self) -> tuple[float, float]:
        """Centre of the bias ring, on the lower left corner."""
        return self.x + 1.0, self.y + self.side - 1.0


@dataclass(frozen=True, slots=True)
class MoreTile:
    """Stands for the neurons of a wide layer that get no tile of their own."""

    layer: int
    hidden: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One layer; layer 0 is the inputs."""

    layer: int
    units: int
    centre: float
    side: float
    tiles: tuple[Tile, ...]
    more: MoreTile | None

    @property
    def shown(self) -> IndexArray:
        """Indices of the neurons that have a tile."""
        return np.array([tile.neuron for tile in self.tiles], np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """The edges between two columns.

    Attributes
    ----------
    left, right
        The x where every edge starts and ends.
    sources, targets
        Neuron indices of each edge, (E,).
    y_from, y_to
        Heights of its two ends, (E,).
    parameters
        Position of its weight in the network's flat parameter vector, (E,).
    """

    left: float
    right: float
    sources: IndexArray
    targets: IndexArray
    y_from: FloatArray
    y_to: FloatArray
    parameters: IndexArray


@dataclass(frozen=True, slots=True, eq=False)
class NetworkLayout:
    """All tiles and edges for one canvas size and one network."""

    sizes: tuple[int, ...]
    width: float
    height: float
    columns: tuple[Column, ...]
    gaps: tuple[Gap, ...]
    bias_parameters: tuple[IndexArray, ...]

    @property
    def edge_parameters(self) -> IndexArray:
        """Positions of all drawn weights in the flat parameter vector, gap after gap."""
        return np.concatenate([gap.parameters for gap in self.gaps])

    @property
    def spacing(self) -> float:
        """Distance between neighbouring columns."""
        return self.columns[1].centre - self.columns[0].centre


def minimum_width(n_columns: int, left: float, right: float) -> float:
    """Return the narrowest canvas that keeps columns apart; ``left`` and ``right`` are the name widths.

    Up to four columns may stand closer, so that the usual two hidden layers need no scrolling in the smallest window.
    """
    spacing = MIN_SPACING if n_columns > 4 else FEW_SPACING
    tiles = (MAX_TILE + SINGLE_OUTPUT_TILE) / 2
    return 2 * (EDGE_MARGIN + NAME_GAP) + left + right + tiles + spacing * (n_columns - 1)


def curve_fraction(x: NDArray[np.floating]) -> FloatArray:
    """Return how far an edge has climbed, 0 to 1, at the fraction ``x`` of its way across.

    Every edge is a cubic Bezier with horizontal ends and control points at half the gap, so all share this profile:
    x(t) = 1.5 t - 1.5 t^2 + t^3 and y(t) = 3 t^2 - 2 t^3.
    """
    t = np.linspace(0.0, 1.0, 513)
    climbed: FloatArray = np.interp(x, 1.5 * t - 1.5 * t**2 + t**3, 3 * t**2 - 2 * t**3)
    return climbed


def _fan(n: int, share: float, side: float) -> FloatArray:
    """Return the heights of n ports relative to the middle of a tile."""
    ports: FloatArray = ((np.arange(n) + 0.5) / n - 0.5) * share * side
    return ports


def _rows(units: int, height: float) -> tuple[list[int], int, int]:
    """Return the neurons that get a tile, the row of the "more" tile (-1: none) and how many it hides."""
    limit = max(3, min(MAX_SHOWN, int(height // MIN_PITCH)))
    if units <= limit:
        return list(range(units)), -1, 0
    rows = min(COLLAPSED_FIRST + COLLAPSED_LAST + 1, limit)
    last = min(COLLAPSED_LAST, max(1, (rows - 1) // 4))
    first = rows - 1 - last
    shown = [*range(first), *range(units - last, units)]
    return shown, first, units - len(shown)


def _pitch(rows: int, height: float, *, inputs: bool, single_output: bool) -> tuple[float, float]:
    """Return the distance between the tops of neighbouring tiles and the side of a tile."""
    share = height / rows
    pitch = float(np.clip(share, MIN_PITCH, MAX_PITCH))
    side = float(np.clip(round(0.8 * pitch), MIN_TILE, MAX_TILE))
    if single_output:
        side = float(max(MIN_TILE, min(SINGLE_OUTPUT_TILE, round(height) - 4)))
    if inputs and rows in (2, 3):  # few inputs spread out, so that their fans are easy to tell apart
        pitch = min(share, MAX_PITCH * (2.0 if rows == 2 else 5 / 3))
    return float(int(pitch)), side  # whole pixels, so that all distances in a column are the same


def _column(layer: int, units: int, centre: float, height: float, *, last: bool) -> Column:
    room = height - 2 * VERTICAL_MARGIN
    shown, more_row, hidden = _rows(units, room)
    rows = len(shown) + (more_row >= 0)
    pitch, side = _pitch(rows, room, inputs=layer == 0, single_output=last and units == 1)
    top = float(int((height - (pitch * (rows - 1) + side)) / 2))
    x = float(round(centre - side / 2))
    tiles = []
    for position, neuron in enumerate(shown):
        row = position + (more_row >= 0 and position >= more_row)
        tiles.append(Tile(layer, neuron, x, top + row * pitch, side))
    more = None
    if more_row >= 0:
        y = top + more_row * pitch
        more = MoreTile(layer, hidden, float(round(centre - MORE_WIDTH / 2)), y, MORE_WIDTH, side)
    return Column(layer, units, centre, side, tuple(tiles), more)


def _gap(before: Column, after: Column, n_out: int, start: int) -> Gap:
    m, n = len(before.tiles), len(after.tiles)
    i, j = np.repeat(np.arange(m), n), np.tile(np.arange(n), m)
    sources, targets = before.shown[i], after.shown[j]
    out_ports = np.array([tile.middle for tile in before.tiles])[:, None] + _fan(n, SOURCE_FAN, before.side)[None, :]
    in_ports = np.array([tile.middle for tile in after.tiles])[:, None] + _fan(m, TARGET_FAN, after.side)[None, :]
    return Gap(
        left=before.tiles[0].right,
        right=after.tiles[0].x,
        sources=sources,
        targets=targets,
        y_from=out_ports[i, j],
        y_to=in_ports[j, i],
        parameters=start + sources * n_out + targets,
    )


def network_layout(
    sizes: Sequence[int], width: float, height: float, *, left: float = 64.0, right: float = 84.0
) -> NetworkLayout:
    """Return where the tiles and edges of a network stand.

    Parameters
    ----------
    sizes
        (inputs, units of the first layer, ..., outputs), at least two numbers.
    width, height
        The canvas. When the columns do not fit, the layout is wider than that.
    left, right
        Room for the names of inputs and outputs.
    """
    sizes = tuple(sizes)
    width = max(width, minimum_width(len(sizes), left, right))
    first = EDGE_MARGIN + left + NAME_GAP + MAX_TILE / 2
    output_half = (SINGLE_OUTPUT_TILE if sizes[-1] == 1 else MAX_TILE) / 2
    last = width - EDGE_MARGIN - right - NAME_GAP - output_half
    spacing = min((last - first) / (len(sizes) - 1), MAX_SPACING)
    first += (last - first - spacing * (len(sizes) - 1)) / 2
    columns = tuple(
        _column(layer, units, first + spacing * layer, height, last=layer == len(sizes) - 1)
        for layer, units in enumerate(sizes)
    )
    gaps, biases, start = [], [], 0
    for before, after, n_in, n_out in zip(columns[:-1], columns[1:], sizes[:-1], sizes[1:], strict=True):
        gaps.append(_gap(before, after, n_out, start))
        biases.append(start + n_in * n_out + after.shown)
        start += (n_in + 1) * n_out
    return NetworkLayout(sizes, width, height, columns, tuple(gaps), tuple(biases))


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
