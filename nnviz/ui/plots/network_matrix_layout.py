"""Where the weight matrices stand and which weights lie under a point: pure geometry in logical pixels, no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from nnviz.engine.explain_forward import BIAS

INSET, SPACING = 16.0, 22.0
TITLES, AXIS = 38.0, 38.0  # above and below a matrix
BIAS_GAP = 5.0
MOST_CELL, LEAST_BLOCK = 38.0, 92.0
WHOLE_CELL = 4.0  # cells from this size on are whole pixels
ASPECT = 3.0
MOST_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class Matrix:
    """The weights between two layers: a row for each source, a column for each target, and a row of biases below.

    Attributes
    ----------
    layer
        Index of the layer whose weights these are, 0 for the first after the inputs.
    x, y
        First corner of the weights.
    width, height
        Size of the weights, without the row of biases.
    bias_y, bias_height
        Where the row of biases is.
    left
        Where the names of the rows begin.
    """

    layer: int
    n_in: int
    n_out: int
    x: float
    y: float
    width: float
    height: float
    bias_y: float
    bias_height: float
    left: float

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of one weight."""
        return self.width / self.n_out, self.height / self.n_in

    def row_y(self, source: int) -> float:
        """Return the top of the row of a source, or of the biases."""
        return self.bias_y if source == BIAS else self.y + source * self.height / self.n_in


@dataclass(frozen=True, slots=True)
class Spot:
    """What lies in one pixel: weights of some sources to some targets; ``sources`` (BIAS, BIAS + 1) are biases."""

    layer: int
    sources: tuple[int, int]
    targets: tuple[int, int]

    @property
    def count(self) -> int:
        """How many weights these are."""
        return (self.sources[1] - self.sources[0]) * (self.targets[1] - self.targets[0])


def matrix_layout(sizes: Sequence[int], width: float, height: float, gutters: Sequence[float]) -> tuple[Matrix, ...]:
    """Return the matrices of a network, up to four in a row.

    Parameters
    ----------
    gutters
        Room to the left of each matrix for the names of its rows.
    """
    n = len(sizes) - 1
    lines = -(-n // MOST_IN_A_ROW)
    per_line = -(-n // lines)
    found: list[Matrix] = []
    for line in range(lines):
        layers = range(line * per_line, min(n, (line + 1) * per_line))
        top = height / lines * line
        found += _line(sizes, layers, width, top, height / lines, gutters)
    return tuple(found)


def _line(
    sizes: Sequence[int], layers: range, width: float, top: float, height: float, gutters: Sequence[float]
) -> list[Matrix]:
    free = width - 2 * INSET - sum(gutters[layer] for layer in layers) - SPACING * (len(layers) - 1)
    shares = [sizes[layer + 1] ** 0.5 for layer in layers]
    room = height - TITLES - AXIS - BIAS_GAP
    blocks: list[tuple[int, float, float]] = []
    for layer, share in zip(layers, shares, strict=True):
        n_in, n_out = sizes[layer], sizes[layer + 1]
        across = min(MOST_CELL, free * share / sum(shares) / n_out)
        down = min(MOST_CELL, room / (n_in + 1))
        across, down = _whole(min(across, ASPECT * down)), _whole(min(down, ASPECT * across))
        blocks.append((layer, across, down))
    taken = sum(max(across * sizes[layer + 1], LEAST_BLOCK) + gutters[layer] for layer, across, _ in blocks)
    space = max(SPACING / 2, (width - 2 * INSET - taken) / (len(blocks) + 1))
    x, found = INSET + space, []
    for layer, across, down in blocks:
        n_in, n_out = sizes[layer], sizes[layer + 1]
        wide, high, bias = across * n_out, down * n_in, max(down, min(6.0, MOST_CELL))
        y = float(round(top + TITLES + max(0.0, (room - high - bias) / 2)))
        left = float(round(x))
        start = left + gutters[layer]
        found.append(Matrix(layer, n_in, n_out, start, y, wide, high, y + high + BIAS_GAP, bias, left))
        x += gutters[layer] + max(wide, LEAST_BLOCK) + space
    return found


def _whole(cell: float) -> float:
    return float(int(cell)) if cell >= WHOLE_CELL else cell


def spot_at(matrices: Sequence[Matrix], x: float, y: float) -> Spot | None:
    """Return what lies in the logical pixel at a point."""
    for matrix in matrices:
        if not matrix.x <= x < matrix.x + matrix.width:
            continue
        targets = _span(x - matrix.x, matrix.width, matrix.n_out)
        if matrix.y <= y < matrix.y + matrix.height:
            return Spot(matrix.layer, _span(y - matrix.y, matrix.height, matrix.n_in), targets)
        if matrix.bias_y <= y < matrix.bias_y + matrix.bias_height:
            return Spot(matrix.layer, (BIAS, BIAS + 1), targets)
    return None


def _span(at: float, length: float, count: int) -> tuple[int, int]:
    """Return the items that lie at a place: one, or those that share its pixel."""
    blocks = min(count, max(1, int(length + 1e-6)))
    block = min(blocks - 1, int(at / length * blocks))
    edges = block_edges(count, blocks)
    return edges[block], edges[block + 1]


def block_edges(count: int, blocks: int) -> list[int]:
    """Return where blocks of about equal size begin in ``count`` items, and where the last one ends."""
    return [block * count // blocks for block in range(blocks + 1)]
