"""What lies under the cursor in the diagram, and the words for it: pure functions of layout and snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnviz.app.edge_values import MODES, WEIGHT, EdgeMode, signed
from nnviz.app.lenses import Place
from nnviz.app.marks import held_words
from nnviz.app.plain_numbers import plain_number
from nnviz.engine.explain_forward import BIAS
from nnviz.run.snapshot import Snapshot
from nnviz.ui.plots.network_collapse import MAX_EXPANDED
from nnviz.ui.plots.network_layout import REST, Column, Gap, NetworkLayout, curve_fraction

FloatArray = NDArray[np.floating[Any]]

EDGE_REACH = 4.0  # logical pixels beside an edge that still count as on it
MOST_RING = 16.0  # radius of a bias ring at the highest zoom


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


def unit_name(layer: int, neuron: int, n_layers: int, inputs: Sequence[str], outputs: Sequence[str]) -> str:
    """Return the input's or output's own name, or "h1.2" for the second neuron of the first hidden layer."""
    if layer == 0:
        return inputs[neuron] if neuron < len(inputs) else f"input {neuron + 1}"
    if layer == n_layers - 1:
        return outputs[neuron] if neuron < len(outputs) else f"output {neuron + 1}"
    return f"h{layer}.{neuron + 1}"


def describe(
    hit: Hit,
    layout: NetworkLayout,
    snapshot: Snapshot | None,
    inputs: Sequence[str],
    outputs: Sequence[str],
    mode: EdgeMode = MODES[WEIGHT],
) -> str:
    """Return the words for what is under the cursor, with its value in the snapshot; ``mode`` says what that is."""
    words = _describe(hit, layout, snapshot, inputs, outputs, mode)
    return "  ".join(filter(None, (words, "" if snapshot is None else _held(hit, snapshot))))


def _held(hit: Hit, snapshot: Snapshot) -> str:
    """Return whether what is under the cursor is frozen or silenced, in words, or ""."""
    edge = hit.kind == "edge"
    if hit.kind == "band" or (edge and REST in (hit.source, hit.neuron)):
        return ""
    source = hit.source if edge else BIAS if hit.kind == "bias" else None
    return held_words(snapshot.mask, snapshot.config, Place(hit.layer - 1, hit.neuron, source))


def _describe(
    hit: Hit,
    layout: NetworkLayout,
    snapshot: Snapshot | None,
    inputs: Sequence[str],
    outputs: Sequence[str],
    mode: EdgeMode,
) -> str:

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
            return f"{_sum_words(weights, hit, layout, mode)}  {name}"
        return f"{mode.words(float(weights[hit.source, hit.neuron]))}  {name}"
    bias = mode.words(float(snapshot.biases[hit.layer - 1][hit.neuron]), is_bias=True)
    if hit.kind == "bias" or snapshot.row is None:
        return f"{bias}  {name}"
    return f"{name}  {signed(float(snapshot.row[hit.layer - 1][hit.neuron]))}  {bias}"


def _sum_words(weights: FloatArray, hit: Hit, layout: NetworkLayout, mode: EdgeMode) -> str:
    before, after = layout.columns[hit.layer - 1].rest, layout.columns[hit.layer].rest
    rows = before if hit.source == REST else np.array([hit.source])
    part = weights[rows][:, after if hit.neuron == REST else np.array([hit.neuron])]
    total = f"Σ|{mode.symbol}| {plain_number(float(np.abs(part).sum()), 3)}"
    return f"{mode.sum_words(float(part.sum()))} of {part.size:,} weights, {total} "


def _band_words(column: Column) -> str:
    band = column.band
    if band is None or band.expanded:
        return "Click to show the strongest only"
    most = f"all {column.units}" if column.units <= MAX_EXPANDED else f"the {MAX_EXPANDED} strongest"
    return (
        f"The {band.hidden} weakest of {column.units}, by the L2 norm of their weights in and out. "
        f"Shade: mean of their activations. Click to show {most}"
    )
