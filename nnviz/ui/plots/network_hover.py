"""What lies under the cursor in the diagram, and the words for it: pure functions of layout and snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.network_collapse import MAX_EXPANDED
from nnviz.ui.plots.network_layout import REST, Column, Gap, NetworkLayout, curve_fraction

FloatArray = NDArray[np.floating[Any]]

EDGE_REACH = 4.0  # logical pixels beside an edge that still count as on it
MOST_RING = 16.0  # radius of a bias ring at the highest zoom
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something under the cursor.

    Attributes
    ----------
    layer
        0 for the inputs; of an edge the layer it leads to.
    neuron
        Index in that layer; of an edge its target. `REST` for the neurons behind a band.
    source
        Of an edge the neuron it leaves, or `REST`.
    """

    kind: Literal["tile", "bias", "edge", "band"]
    layer: int
    neuron: int
    source: int = -1


def edge_heights(gap: Gap, x: float) -> tuple[FloatArray, FloatArray]:
    """Return y of every edge of a gap at ``x``, and the cosine of its slope there, each (E,)."""
    span = gap.right - gap.left
    at = np.clip((x - gap.left + np.array([-0.5, 0.0, 0.5])) / span, 0.0, 1.0)
    before, here, after = curve_fraction(at)
    climb = gap.y_to - gap.y_from
    slope = climb * (after - before) / max((at[2] - at[0]) * span, 1e-9)
    return gap.y_from + climb * here, 1.0 / np.hypot(1.0, slope)


def _hit_column(column: Column, x: float, y: float) -> Hit | None:
    for tile in column.tiles if column.layer > 0 else ():
        cx, cy = tile.bias_centre
        if (x - cx) ** 2 + (y - cy) ** 2 <= (tile.bias_radius + 1.0) ** 2:
            return Hit("bias", column.layer, tile.neuron)
    for tile in column.tiles:
        if tile.x <= x <= tile.right and tile.y <= y <= tile.y + tile.side:
            return Hit("tile", column.layer, tile.neuron)
    band = column.band
    if band and band.x <= x <= band.x + band.width and band.y <= y <= band.y + band.height:
        return Hit("band", column.layer, REST)
    return None


def _hit_gap(layer: int, gap: Gap, x: float, y: float) -> Hit | None:
    heights, cosines = edge_heights(gap, x)
    if not len(heights):
        return None
    distances = np.abs(heights - y) * cosines
    nearest = int(distances.argmin())
    if distances[nearest] > EDGE_REACH:
        return None
    return Hit("edge", layer, int(gap.targets[nearest]), int(gap.sources[nearest]))


def hit_at(layout: NetworkLayout, x: float, y: float) -> Hit | None:
    """Return what is at a point of the canvas: bias rings lie over tiles, tiles over edges."""
    for column in layout.columns:
        width = max([column.side, *([column.band.width] if column.band else [])])
        if abs(x - column.centre) <= width / 2 + MOST_RING:
            hit = _hit_column(column, x, y)
            if hit is not None:
                return hit
    for layer, gap in enumerate(layout.gaps, start=1):
        if gap.left < x < gap.right:
            return _hit_gap(layer, gap, x, y)
    return None


def signed(value: float) -> str:
    """Return a number with its sign and a true minus, two decimals where they say something."""
    text = f"{value:+.2f}" if abs(value) < 1000 or not np.isfinite(value) else f"{value:+.3g}"
    return text.replace("-", MINUS)


def unit_name(layer: int, neuron: int, n_layers: int, inputs: Sequence[str], outputs: Sequence[str]) -> str:
    """Return the input's or output's own name, or "h1.2" for the second neuron of the first hidden layer."""
    if layer == 0:
        return inputs[neuron] if neuron < len(inputs) else f"input {neuron + 1}"
    if layer == n_layers - 1:
        return outputs[neuron] if neuron < len(outputs) else f"output {neuron + 1}"
    return f"h{layer}.{neuron + 1}"


def describe(
    hit: Hit, layout: NetworkLayout, snapshot: Snapshot | None, inputs: Sequence[str], outputs: Sequence[str]
) -> str:
    """Return the words for what is under the cursor, with its value in the snapshot."""

    def name_of(layer: int, neuron: int) -> str:
        if neuron == REST:
            return f"{len(layout.columns[layer].rest)} others"
        return unit_name(layer, neuron, len(layout.sizes), inputs, outputs)

    if hit.kind == "band":
        return _band_words(layout.columns[hit.layer])
    name = name_of(hit.layer, hit.neuron)
    if hit.kind == "edge":
        name = f"{name_of(hit.layer - 1, hit.source)} → {name}"
    if snapshot is None or hit.layer == 0:
        return name
    if hit.kind == "edge":
        weights = snapshot.weights[hit.layer - 1]
        if REST in (hit.source, hit.neuron):
            return f"{_sum_words(weights, hit, layout)}  {name}"
        return f"w {signed(float(weights[hit.source, hit.neuron]))}  {name}"
    bias = f"bias {signed(float(snapshot.biases[hit.layer - 1][hit.neuron]))}"
    if hit.kind == "bias" or snapshot.row is None:
        return f"{bias}  {name}"
    return f"{name}  {signed(float(snapshot.row[hit.layer - 1][hit.neuron]))}  {bias}"


def _sum_words(weights: FloatArray, hit: Hit, layout: NetworkLayout) -> str:
    before, after = layout.columns[hit.layer - 1].rest, layout.columns[hit.layer].rest
    rows = before if hit.source == REST else np.array([hit.source])
    part = weights[rows][:, after if hit.neuron == REST else np.array([hit.neuron])]
    return f"Σw {signed(float(part.sum()))} of {part.size:,} weights, Σ|w| {float(np.abs(part).sum()):.3g} "


def _band_words(column: Column) -> str:
    band = column.band
    if band is None or band.expanded:
        return "Click to show the strongest only"
    most = f"all {column.units}" if column.units <= MAX_EXPANDED else f"the {MAX_EXPANDED} strongest"
    return (
        f"The {band.hidden} weakest of {column.units}, by the L2 norm of their weights in and out. "
        f"Shade: mean of their activations. Click to show {most}"
    )
