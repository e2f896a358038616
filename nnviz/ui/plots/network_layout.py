"""Where everything of the node-link diagram stands: pure geometry in logical pixels, no Qt."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.ui.plots.network_collapse import shown_counts

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]

REST = -1  # as the source or target of an edge: all neurons of that layer that have no tile
MAX_TILE, MIN_TILE = 52, 20
MAX_PITCH, MIN_PITCH, COLLAPSED_PITCH = 77.0, 26.0, 32.0
MOST_STRETCH = 1.4
SINGLE_OUTPUT_TILE = 76
MIN_SPACING, FEW_SPACING, MAX_SPACING = 140.0, 116.0, 360.0  # between column centres
EDGE_MARGIN = 12.0  # between the canvas and the names
NAME_GAP = 10.0  # between a name and its tile
VERTICAL_MARGIN = 8.0
FOOT = 30.0  # below a collapsed column, for the words on how many are shown
SOURCE_FAN, TARGET_FAN = 0.5, 0.62  # share of a tile's side over which its ports spread
BAND_WIDTH = 60.0
BIAS_RADIUS, BIAS_SHARE = 6.5, 0.325
FULL_WIDTH_EDGES = 130  # a gap of more edges draws them thinner, so that single ones stay apart
# Rather than collapse a layer of no more neurons, or outputs of no more classes, a low canvas makes everything smaller.
LEAST_ROWS, MOST_OUTPUTS = 8, 12


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
    def bias_radius(self) -> float:
        """Radius of the bias ring: the same on most tiles, less on tiny ones, more on those that were zoomed into."""
        return float(min(BIAS_RADIUS * max(1.0, self.side / SINGLE_OUTPUT_TILE) ** 0.5, BIAS_SHARE * self.side))

    @property
    def bias_centre(self) -> tuple[float, float]:
        """Centre of the bias ring, on the lower left corner."""
        return self.x + 1.0, self.y + self.side - 1.0


@dataclass(frozen=True, slots=True)
class Band:
    """Stands for the neurons of a wide layer that get no tile of their own; of an expanded layer it leads back.

    Attributes
    ----------
    hidden
        How many it stands for; may be 0 below an expanded layer.
    """

    layer: int
    hidden: int
    x: float
    y: float
    width: float
    height: float
    expanded: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One layer; layer 0 is the inputs.

    Attributes
    ----------
    rest
        The neurons without a tile, (units - shown,).
    """

    layer: int
    units: int
    centre: float
    side: float
    tiles: tuple[Tile, ...]
    band: Band | None
    rest: IndexArray

    @property
    def shown(self) -> IndexArray:
        """Indices of the neurons that have a tile, from top to bottom."""
        return np.array([tile.neuron for tile in self.tiles], np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """The edges between two columns.

    Attributes
    ----------
    left, right
        The x where every edge starts and ends.
    sources, targets
        Neuron indices of each edge, (E,); `REST` for the neurons without a tile, whose weights are summed.
    y_from, y_to
        Heights of its two ends, (E,).
    parameters
        Position of its weight in the network's flat parameter vector, (E,); -1 for a sum.
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
    """All tiles and edges for one canvas size and one network.

    Attributes
    ----------
    width, height
        The whole diagram.
    bias_parameters
        Per layer after the inputs the positions of the biases of its tiles in the flat parameter vector.
    fit
        The zoom at which the columns are no wider than the canvas they were laid out for; at most 1.
    thickness
        Factor of the edges' widths; at zoom 1 it may be above 1, which is drawn as 1.
    zoom, x, y
        How the diagram was magnified and moved: its first corner is at (x, y).
    """

    sizes: tuple[int, ...]
    width: float
    height: float
    columns: tuple[Column, ...]
    gaps: tuple[Gap, ...]
    bias_parameters: tuple[IndexArray, ...]
    fit: float = 1.0
    thickness: float = 1.0
    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @property
    def spacing(self) -> float:
        """Distance between neighbouring columns."""
        return self.columns[1].centre - self.columns[0].centre


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


def _pitch(rows: int, height: float, most: float, *, inputs: bool, single_output: bool) -> tuple[float, float]:
    """Return the distance between the tops of neighbouring tiles and the side of a tile."""
    share = height / rows
    pitch = float(np.clip(share, MIN_PITCH, most))
    side = float(np.clip(round(0.8 * pitch), MIN_TILE, MAX_TILE))
    if single_output:
        side = float(max(MIN_TILE, min(SINGLE_OUTPUT_TILE, round(height) - 4)))
    if inputs and rows in (2, 3):  # few inputs spread out, so that their fans are easy to tell apart
        pitch = min(share, most * (2.0 if rows == 2 else 5 / 3))
    return float(int(pitch)), side  # whole pixels, so that all distances in a column are the same


def _column(
    layer: int, order: IndexArray, place: tuple[float, float, float], n_shown: int, last: int, *, expanded: bool
) -> Column:
    """Return a column about the x and in the height of ``place``, whose third number is the most pitch."""
    (centre, height, most), units = place, len(order)
    banded = n_shown < units or expanded
    rows = n_shown + banded
    room = height - 2 * VERTICAL_MARGIN - (FOOT if banded else 0.0)
    pitch, side = _pitch(rows, room, most, inputs=layer == 0, single_output=layer == last and units == 1)
    block = pitch * (rows - 1) + side
    top = float(int((height - (FOOT if banded else 0.0) - block) / 2))
    x = float(round(centre - side / 2))
    # Collapsed layers stand from the strongest down, others as they are counted.
    shown = order[:n_shown] if banded and not expanded else np.sort(order[:n_shown])
    tiles = tuple(Tile(layer, neuron, x, top + row * pitch, side) for row, neuron in enumerate(shown.tolist()))
    band = None
    if banded:
        left = float(round(centre - BAND_WIDTH / 2))
        band = Band(layer, units - n_shown, left, top + (rows - 1) * pitch, BAND_WIDTH, side, expanded)
    return Column(layer, units, centre, side, tiles, band, np.sort(order[n_shown:]))


def _gap(before: Column, after: Column, n_out: int, start: int) -> Gap:
    middles, sides = [], []
    for column in (before, after):
        heights = [(tile.neuron, tile.middle) for tile in column.tiles]
        if column.band is not None and column.band.hidden:
            heights.append((REST, column.band.y + column.band.height / 2))
        middles.append(np.array(heights))
        sides.append(column.side)
    m, n = len(middles[0]), len(middles[1])
    i, j = np.repeat(np.arange(m), n), np.tile(np.arange(n), m)
    sources, targets = middles[0][i, 0].astype(np.intp), middles[1][j, 0].astype(np.intp)
    out_ports = middles[0][:, 1:] + _fan(n, SOURCE_FAN, sides[0])[None, :]
    in_ports = middles[1][:, 1:] + _fan(m, TARGET_FAN, sides[1])[None, :]
    return Gap(
        left=before.tiles[0].right,
        right=after.tiles[0].x,
        sources=sources,
        targets=targets,
        y_from=out_ports[i, j],
        y_to=in_ports[j, i],
        parameters=np.where((sources == REST) | (targets == REST), -1, start + sources * n_out + targets),
    )


def network_layout(
    sizes: Sequence[int],
    width: float,
    height: float,
    *,
    left: float = 64.0,
    right: float = 84.0,
    order: Sequence[IndexArray] | None = None,
    expanded: Collection[int] = (),
) -> NetworkLayout:
    """Return where the tiles and edges of a network stand, before any zoom.

    Parameters
    ----------
    sizes
        (inputs, units of the first layer, ..., outputs), at least two numbers.
    width, height
        The canvas. When the columns do not fit, the layout is so much larger that it fits at the zoom ``fit``; below an
        expanded layer it is as high as that needs.
    left, right
        Room for the names of inputs and outputs.
    order
        Per layer the neurons, most worth a tile first; None is as they are counted.
    expanded
        Layers that show all their neurons, up to `MAX_EXPANDED`.
    """
    sizes = tuple(sizes)
    n = len(sizes)
    order = order or [np.arange(units) for units in sizes]
    output_half = (SINGLE_OUTPUT_TILE if sizes[-1] == 1 else MAX_TILE) / 2
    least = MAX_TILE / 2 + output_half + (n - 1) * (MIN_SPACING if n > 4 else FEW_SPACING)
    names = 2 * (EDGE_MARGIN + NAME_GAP) + left + right
    rows = min(max(LEAST_ROWS, min(sizes[-1], MOST_OUTPUTS)), max(sizes))
    low = 2 * VERTICAL_MARGIN + FOOT + MIN_PITCH * rows
    fit = float(np.clip(min((width - names) / least, height / low), 0.1, 1.0))
    width, high = max(width, names + fit * least) / fit, height / fit
    room = high - 2 * VERTICAL_MARGIN
    counts = shown_counts(sizes, int(room // MIN_PITCH), int((room - FOOT) // COLLAPSED_PITCH), expanded)
    high = max([high, *(2 * VERTICAL_MARGIN + FOOT + MIN_PITCH * (counts[layer] + 1) for layer in expanded)])
    first = (EDGE_MARGIN + left + NAME_GAP) / fit + MAX_TILE / 2
    last = width - (EDGE_MARGIN + right + NAME_GAP) / fit - output_half
    spacing = min((last - first) / (n - 1), MAX_SPACING)
    first += (last - first - spacing * (n - 1)) / 2
    # What has to be smaller to fit across may be further apart downwards.
    most = MAX_PITCH * min(MOST_STRETCH, 1 / fit)
    columns = tuple(
        _column(layer, units, (first + spacing * layer, high, most), shown, n - 1, expanded=layer in expanded)
        for layer, (units, shown) in enumerate(zip(order, counts, strict=True))
    )
    gaps, biases, start = [], [], 0
    for before, after, n_in, n_out in zip(columns[:-1], columns[1:], sizes[:-1], sizes[1:], strict=True):
        gaps.append(_gap(before, after, n_out, start))
        biases.append(start + n_in * n_out + after.shown)
        start += (n_in + 1) * n_out
    densest = max(len(gap.parameters) for gap in gaps)
    thickness = (FULL_WIDTH_EDGES / densest) ** 0.5
    return NetworkLayout(sizes, width, high, columns, tuple(gaps), tuple(biases), fit, thickness)
